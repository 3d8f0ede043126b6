"""Vectors, an attempt and a message that the VNPAY tests share."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx

from citizens.gateways import sandbox_signing
from citizens.gateways.contract import (
    AttemptData,
)
from citizens.gateways.vnpay import VnpayGateway

SECRET = "DEV-ONLY-SECRET-0123456789ABCDEF"
TERMINAL = "LOCAL001"
NOW = datetime(2026, 11, 22, 3, 20, tzinfo=UTC)
SAMPLES = Path(__file__).parents[1] / "samples" / "vnpay_vectors.json"
VECTORS = json.loads(SAMPLES.read_text("utf-8"))["vectors"]
BY_ID = {vector["id"]: vector for vector in VECTORS}
ATTEMPT = AttemptData(
    merchant_ref="P7K2M9Q4T1",
    amount_vnd=5_000_000,
    order_info="Nop phat QD 123456 QDXP",
    created_at=datetime(2026, 11, 22, 3, 15, tzinfo=UTC),
    expires_at=datetime(2026, 11, 22, 3, 30, tzinfo=UTC),
    return_url="http://localhost:8000/nop-phat/ket-qua/",
    ip="203.0.113.7",
    locale="vi",
)
MESSAGE = {
    "vnp_Amount": "500000000",
    "vnp_BankCode": "NCB",
    "vnp_BankTranNo": "VNP14422574",
    "vnp_CardType": "ATM",
    "vnp_OrderInfo": "Nop phat QD 123456 QDXP",
    "vnp_PayDate": "20261122101733",
    "vnp_ResponseCode": "00",
    "vnp_TmnCode": TERMINAL,
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionStatus": "00",
    "vnp_TxnRef": "P7K2M9Q4T1",
}


def gateway(handler=None, *, terminal=TERMINAL, secret=SECRET) -> VnpayGateway:
    transport = httpx.MockTransport(handler or (lambda request: httpx.Response(500)))
    return VnpayGateway(
        terminal=terminal,
        secret=secret,
        pay_url="https://bank.example/paymentv2/vpcpay.html",
        api_url="https://bank.example/merchant_webapi/api/transaction",
        http=httpx.Client(transport=transport),
        clock=lambda: NOW,
    )


def signed(params: dict[str, str], secret: str = SECRET) -> str:
    """Sign as the bank would: with the other implementation."""
    return urlencode(params) + "&vnp_SecureHash=" + sandbox_signing.sign_link(secret, params)


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in MESSAGE.items() if key != name}


def changed_attempt(**changes) -> AttemptData:
    fields = {name: getattr(ATTEMPT, name) for name in ATTEMPT.__slots__}
    return AttemptData(**(fields | changes))
