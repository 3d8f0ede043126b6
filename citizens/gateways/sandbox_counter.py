"""Serve the sandbox bank's addresses: the payer's pages, the merchant's API, the settlement."""

import json
import re
import secrets
import time
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, urlsplit

from citizens.gateways import sandbox_pages as pages
from citizens.gateways.sandbox_ledger import GMT7
from citizens.gateways.sandbox_scenarios import CARDS, ONE_TIME_CODE, SCENARIOS, suggested

if TYPE_CHECKING:
    from citizens.gateways.sandbox_bank import SandboxBank

MAX_BODY_BYTES = 16_384
STYLE = Path(__file__).with_name("sandbox_bank.css")

# The fields of a PAY link. VNPAY 2.1.0, PAY.
PAY_FORMS = {
    "vnp_Version": re.compile(r"2\.1\.0"),
    "vnp_Command": re.compile(r"pay"),
    "vnp_Amount": re.compile(r"[1-9][0-9]{2,11}"),
    "vnp_CreateDate": re.compile(r"[0-9]{14}"),
    "vnp_ExpireDate": re.compile(r"[0-9]{14}"),
    "vnp_CurrCode": re.compile(r"VND"),
    "vnp_IpAddr": re.compile(r"[0-9A-Fa-f.:]{7,45}"),
    "vnp_Locale": re.compile(r"vn|en"),
    "vnp_OrderInfo": re.compile(r"[\x20-\x7e]{1,255}"),
    "vnp_OrderType": re.compile(r"[A-Za-z0-9]{1,100}"),
    "vnp_ReturnUrl": re.compile(r"https?://[\x21-\x7e]{2,247}"),
    "vnp_TxnRef": re.compile(r"[A-Za-z0-9._-]{1,100}"),
}


class Refused(Exception):
    """Stop a payment before it starts, with a page that says why."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(title)
        self.title = title
        self.sentence = sentence


class Handler(BaseHTTPRequestHandler):
    """Answer one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "SandboxBank"
    sys_version = ""
    timeout = 30

    @property
    def bank(self) -> "SandboxBank":
        """Give the server under its own type."""
        return cast("SandboxBank", self.server)

    def do_GET(self) -> None:
        """Serve pages, style and settlement."""
        parts = urlsplit(self.path)
        if parts.path == "/paymentv2/vpcpay.html":
            self._open_payment(parts.query)
        elif parts.path == "/settlement.csv":
            self._settlement(parts.query)
        elif parts.path == "/sandbox_bank.css":
            self._send(200, STYLE.read_bytes(), "text/css; charset=utf-8")
        elif parts.path == "/":
            self._page(200, pages.front_page(self.bank.ledger.latest_payments()))
        else:
            self._page(404, pages.refusal_page("Không có trang này", "Xin kiểm tra lại địa chỉ."))

    def do_POST(self) -> None:
        """Take the payer's choice or the merchant's API request."""
        body = self._read_body()
        if body is None:
            return
        if self.path == "/paymentv2/pay":
            self._pay(body)
        elif self.path == "/merchant_webapi/api/transaction":
            self._api(body)
        else:
            self._page(404, pages.refusal_page("Không có trang này", "Xin kiểm tra lại địa chỉ."))

    def _open_payment(self, query: str) -> None:
        try:
            params = self._pay_params(query)
            payment = self.bank.ledger.open_payment(params, secrets.token_urlsafe(24))
            if payment is None:
                raise Refused(
                    "Mã giao dịch đã dùng",
                    "Mã này đã dùng hôm nay cho khoản khác. Xin bắt đầu lại từ trang nộp phạt.",
                )
        except Refused as refused:
            self._page(400, pages.refusal_page(refused.title, refused.sentence))
            return
        if payment["scenario"]:
            self._page(200, pages.finished_page(self.bank.return_link(payment)))
            return
        page = pages.pay_page(
            payment, terminal=self.bank.terminal, beneficiary=self.bank.beneficiary
        )
        self._page(200, page, return_url=payment["return_url"])

    def _pay_params(self, query: str) -> dict[str, str]:
        pairs = parse_qsl(query, keep_blank_values=True)
        params = dict(pairs)
        if len(params) != len(pairs) or not self.bank.signature_is_valid(params):
            raise Refused("Sai chữ ký", "Liên kết đã bị thay đổi. Xin bắt đầu lại.")
        if params.get("vnp_TmnCode") != self.bank.terminal:
            raise Refused("Không rõ điểm nhận", "Ngân hàng không biết điểm nhận tiền này.")
        if "vnp_SecureHashType" in params:
            raise Refused("Sai định dạng", "Bản 2.1.0 không nhận vnp_SecureHashType.")
        for name, form in PAY_FORMS.items():
            if not form.fullmatch(params.get(name, "")):
                raise Refused("Sai định dạng", f"Trường {name} thiếu hoặc sai dạng.")
        return params

    def _pay(self, body: bytes) -> None:
        form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        payment = self.bank.ledger.payment_by_token(form.get("token", ""))
        if payment is None:
            page = pages.refusal_page("Không rõ giao dịch", "Xin bắt đầu lại từ trang nộp phạt.")
            self._page(400, page)
            return
        if not payment["scenario"]:
            key = form.get("scenario", "") or self._card_scenario(form, payment["order_info"])
            if key not in SCENARIOS:
                page = pages.pay_page(
                    payment,
                    terminal=self.bank.terminal,
                    beneficiary=self.bank.beneficiary,
                    error="Chỉ dùng được một trong bốn thẻ thử nghiệm. Xin chọn lại.",
                )
                self._page(422, page, return_url=payment["return_url"])
                return
            late = datetime.now(GMT7).strftime("%Y%m%d%H%M%S") > payment["expire_date"]
            self.bank.settle(payment, SCENARIOS["expired" if late else key])
            payment = self.bank.ledger.payment_by_token(form["token"])
        if payment is not None:
            self._redirect(self.bank.return_link(payment))

    def _card_scenario(self, form: dict[str, str], order_info: str) -> str:
        number = re.sub(r"[ -]", "", form.get("card", ""))
        if number not in CARDS:
            return "unknown card"
        if form.get("otp", "").strip() != ONE_TIME_CODE:
            return "wrong_otp"
        return suggested(order_info) or CARDS[number]

    def _api(self, body: bytes) -> None:
        try:
            request = json.loads(body)
            if not isinstance(request, dict):
                raise TypeError
            texts = {str(name): str(value) for name, value in request.items()}
        except (ValueError, TypeError, RecursionError):
            self._send(400, b'{"error":"not a JSON object"}', "application/json")
            return
        answer = self.bank.answer_api(texts, secrets.token_hex(16))
        if answer.flaw == "down":
            self._send(503, b"", "text/plain")
            return
        if answer.flaw == "slow":
            time.sleep(self.bank.slow_ms / 1000)
        self._send(200, json.dumps(answer.fields).encode(), "application/json")

    def _settlement(self, query: str) -> None:
        today = datetime.now(GMT7).strftime("%Y-%m-%d")
        day = dict(parse_qsl(query)).get("day", today)
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day, re.ASCII):
            self._send(400, b"day must be yyyy-mm-dd\n", "text/plain; charset=utf-8")
            return
        digits = day.replace("-", "")
        rows = [
            {
                "terminal": self.bank.terminal,
                "merchant_ref": payment["txn_ref"],
                "transaction_no": payment["transaction_no"],
                "kind": "payment",
                "amount_vnd": payment["amount"] // 100,
                "paid_at": payment["pay_date"],
            }
            for payment in self.bank.ledger.payments_of_day(digits)
            if SCENARIOS[payment["scenario"]].in_settlement
        ]
        rows += [
            {
                "terminal": self.bank.terminal,
                "merchant_ref": refund["txn_ref"],
                "transaction_no": str(90_000_000 + refund["refund_id"]),
                "kind": "refund",
                "amount_vnd": -(refund["refund_amount"] // 100),
                "paid_at": refund["made_on"],
            }
            for refund in self.bank.ledger.refunds_of_day(digits)
        ]
        self._send(200, pages.settlement_csv(rows).encode(), "text/csv; charset=utf-8")

    def _read_body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self._send(413, b"", "text/plain")
            return None
        return self.rfile.read(int(length))

    def _page(self, status: int, html: str, *, return_url: str = "") -> None:
        headers = pages.security_headers(return_url)
        self._send(status, html.encode(), "text/html; charset=utf-8", headers)

    def _redirect(self, url: str) -> None:
        self._send(302, b"", "text/plain", {"Location": url} | pages.security_headers())

    def _send(
        self, status: int, body: bytes, content_type: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {"X-Content-Type-Options": "nosniff"}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: addresses carry amounts and references."""
