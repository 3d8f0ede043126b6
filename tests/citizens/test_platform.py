"""The national platform's shape: a callback only makes us ask; refunds go out once at VNPAY."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client
from django.utils import translation

from citizens import checkout, platform, references, refunding
from citizens.gateways import dvcqg, sandbox_signing
from citizens.gateways.contract import GatewayUnavailable, Malformed, Rejected
from citizens.gateways.vnpay import VnpayGateway
from citizens.models import GatewayEvent, PaymentAttempt
from tests.citizens.visits import NOW, case_at, look_up, start_payment, tell, told
from tests.citizens.vnpay_samples import changed_attempt
from tests.journeys import acting, officer
from violations import payments, refunds
from violations.guards import Refused
from violations.models import Payment, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
FIELDS = json.loads(
    (Path(__file__).parents[1] / "samples/statements/dvcqg_payment_platform.json").read_text()
)
OURS, THEIRS = "key-one-of-the-portal", "key-two-of-the-platform"
FINE = 19_000_000


def gateway(handler: Any = None) -> dvcqg.NationalPlatform:
    transport = httpx.MockTransport(handler or (lambda request: httpx.Response(500)))
    return dvcqg.NationalPlatform(
        client_id="PORTAL", keys=(OURS, THEIRS), address="https://platform.example/api",
        http=httpx.Client(transport=transport),
    )  # fmt: skip


def answering(status: str = "0", amount: int = FINE, **more: str) -> Any:
    """Answer a query as the platform would, signed with the key of the portal."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        said = {
            "client_id": "PORTAL", "command": "QUERY", "status": status,
            "trans_amount": str(amount), "transaction_id": asked["transaction_id"],
            "transaction_code": "DV900001",
        } | more  # fmt: skip
        return httpx.Response(
            200, json=said | {"check_sum": dvcqg.sign(said, dvcqg.ANSWERED, OURS)}
        )

    return answer


def callback(reference: str, key: str = THEIRS, **more: str) -> bytes:
    said = {
        "client_id": "PORTAL", "transaction_id": reference, "trans_amount": str(FINE),
        "command": "PAY", "addition_fee": "0", "version": "3.0", "status": "0",
    } | more  # fmt: skip
    return json.dumps(said | {"check_sum": dvcqg.sign(said, dvcqg.SIGNED, key)}).encode()


@pytest.fixture
def case(place) -> Violation:
    return case_at("served", place)


@pytest.fixture
def attempt(case) -> PaymentAttempt:
    return checkout.start(
        case.pk, form_key="k", amount_vnd=FINE, at=NOW, gateway=dvcqg.NationalPlatform.code
    )


def apply(body: bytes, handler: Any) -> str:
    reply = platform.apply_callback(body, gateway(handler), at=NOW)
    return str(json.loads(reply.body)["return_code"])


def test_a_callback_that_says_paid_credits_only_what_the_platform_answers(case, attempt) -> None:
    body = callback(attempt.merchant_reference)
    assert apply(body, answering(status="1")) == "0"
    assert not Payment.objects.exists(), "the callback said paid; its status is not signed"
    assert apply(body, answering()) == "0"
    assert Payment.objects.get().provider == "dvcqg"
    assert Violation.objects.get(pk=case.pk).status == "closed"
    assert apply(body, answering()) == "0"
    assert Payment.objects.count() == 1


def test_a_callback_signed_by_nobody_leads_to_no_question(attempt) -> None:
    asked = []

    def never(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(500)

    assert apply(callback(attempt.merchant_reference, key="wrong"), never) == "-1"
    assert apply(b"[]", never) == "-1"
    assert apply(b"{" * 20_000, never) == "-1"
    assert asked == []


def test_another_sum_needs_a_person_and_no_answer_changes_nothing(attempt) -> None:
    body = callback(attempt.merchant_reference)
    assert apply(body, lambda request: httpx.Response(500)) == "-1"
    attempt.refresh_from_db()
    assert attempt.state == "redirected"
    apply(body, answering(amount=FINE - 1))
    attempt.refresh_from_db()
    assert (attempt.state, Payment.objects.count()) == ("review", 0)


def test_an_unknown_transaction_is_answered_so(attempt) -> None:
    assert apply(callback(references.new()), answering()) == "-1"
    assert GatewayEvent.objects.get().reply_code == "01"


def test_a_forged_answer_is_no_answer(attempt) -> None:
    described = changed_attempt(merchant_ref="NP-1")
    with pytest.raises(GatewayUnavailable):
        gateway(lambda request: httpx.Response(200, json={"status": "0", "check_sum": "0"})).query(
            described, request_id="x"
        )


def test_the_transaction_is_created_with_the_checksum_of_six_fields() -> None:
    seen: dict[str, Any] = {}

    def create(request: httpx.Request) -> httpx.Response:
        seen.update(json.loads(request.content))
        return httpx.Response(200, json={"error": "0", "payment_url": "https://pay.example/1"})

    assert gateway(create).start(changed_attempt()).url == "https://pay.example/1"
    assert seen["check_sum"] == dvcqg.sign(seen, dvcqg.SIGNED, OURS)
    assert set(FIELDS["create_transaction"]["fields"]) == set(seen)
    with pytest.raises(Rejected):
        gateway(lambda request: httpx.Response(200, json={"error": "5"})).start(changed_attempt())
    with pytest.raises(Malformed):
        gateway(
            lambda request: httpx.Response(200, json={"error": "0", "payment_url": "javascript:1"})
        ).start(changed_attempt())


def test_the_bill_fills_what_the_platform_prints_of_a_fine(case) -> None:
    bill = platform.bill_of(case.decision, FINE + 95_000, 95_000)
    assert set(bill) <= set(FIELDS["bill_info"]) | {"MaHoSo"}
    assert bill["SoQD"] == case.decision.notice.number_text
    assert [part["SoTien"] for part in bill["DSKhoanNop"]] == ["19000000", "95000"]
    assert all(bill[name] for name in ("KhoBac", "TaiKhoanThuNSNN", "NgayQD", "TenNguoiViPham"))


def test_the_address_is_absent_while_the_platform_is_switched_off(client, settings) -> None:
    assert client.post("/nop-phat/ipn/dvcqg/", b"{}", content_type="x/y").status_code == 404
    settings.DVCQG_URL, settings.DVCQG_CLIENT = "https://platform.example", "PORTAL"
    settings.DVCQG_KEYS = (OURS, THEIRS)
    answer = client.post("/nop-phat/ipn/dvcqg/", b"{}", content_type="application/json")
    assert answer.json()["return_code"] == "-1"


# Refunds through VNPAY ----------------------------------------------------------------------------


@pytest.fixture
def refund(case, place, browser):
    """Return an approved refund of a second payment through VNPAY."""
    with translation.override("en"):
        look_up(browser, case)
        first, second = start_payment(browser), None
        second = start_payment(browser)
        tell(Client(), told(first))
        tell(Client(), told(second, vnp_TransactionNo="14422575"))
        payment = Payment.objects.get(unapplied_vnd=FINE)
        by = acting(officer("mai", "Vũ Thanh Mai", "Accountant", place.unit))
        made = refunds.request_refund(
            payment.pk, amount_vnd=FINE, route="gateway", basis="nộp hai lần", by=by, at=NOW
        )
        return refunds.approve_refund(made.pk, expected_vnd=FINE, by=acting(place.leader), at=NOW)


def vnpay(handler: Any, settings: Any) -> VnpayGateway:
    return VnpayGateway(
        terminal=settings.VNPAY_TERMINAL, secret=settings.KEYS["VNPAY_SECRET"],
        pay_url="https://bank.example/pay", api_url="https://bank.example/api",
        http=httpx.Client(transport=httpx.MockTransport(handler)), clock=lambda: NOW,
    )  # fmt: skip


def bank_says(settings: Any, code: str, status: str, orders: list[dict[str, str]]) -> Any:
    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        orders.append(asked)
        said = {
            "vnp_ResponseId": "1", "vnp_Command": "refund", "vnp_ResponseCode": code,
            "vnp_Message": "x", "vnp_TmnCode": asked["vnp_TmnCode"],
            "vnp_TxnRef": asked["vnp_TxnRef"], "vnp_Amount": asked["vnp_Amount"],
            "vnp_BankCode": "NCB", "vnp_PayDate": "20261017080500",
            "vnp_TransactionNo": "15000001", "vnp_TransactionType": "02",
            "vnp_TransactionStatus": status, "vnp_OrderInfo": asked["vnp_OrderInfo"],
        }  # fmt: skip
        secret = settings.KEYS["VNPAY_SECRET"]
        names = [
            "ResponseId",
            "Command",
            "ResponseCode",
            "Message",
            "TmnCode",
            "TxnRef",
            "Amount",
            "BankCode",
            "PayDate",
            "TransactionNo",
            "TransactionType",
            "TransactionStatus",
            "OrderInfo",
        ]
        text = "|".join(said[f"vnp_{name}"] for name in names)
        return httpx.Response(200, json=said | {"vnp_SecureHash": sandbox_sign(secret, text)})

    return answer


def sandbox_sign(secret: str, text: str) -> str:
    import hashlib
    import hmac

    assert sandbox_signing
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()


def test_an_approved_refund_goes_out_once_and_is_booked(refund, settings) -> None:
    orders: list[dict[str, str]] = []
    bank = vnpay(bank_says(settings, "00", "05", orders), settings)
    assert refunding.send(refund.pk, bank, at=NOW)
    assert not refunding.send(refund.pk, bank, at=NOW)
    assert [order["vnp_RequestId"] for order in orders] == [refund.request_id]
    refund.refresh_from_db()
    assert refund.state == "done"
    assert payments.balance_of("liability:unapplied") == 0
    assert GatewayEvent.objects.filter(kind="refund").count() == 1


def test_an_unclear_answer_is_never_ordered_again(refund, settings) -> None:
    calls = []

    def broken(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        raise httpx.ReadTimeout("slow")

    bank = vnpay(broken, settings)
    refunding.send(refund.pk, bank, at=NOW)
    refunding.send(refund.pk, bank, at=NOW)
    refund.refresh_from_db()
    assert (refund.state, len(calls)) == ("sent", 1)
    assert payments.balance_of("liability:unapplied") == -FINE, "not booked while nobody knows"


def test_an_order_that_never_left_goes_out_under_the_same_number(refund, settings) -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down")

    assert not refunding.send(refund.pk, vnpay(nobody, settings), at=NOW)
    orders: list[dict[str, str]] = []
    assert refunding.send(
        refund.pk, vnpay(bank_says(settings, "00", "05", orders), settings), at=NOW
    )
    assert orders[0]["vnp_RequestId"] == refund.request_id


def test_a_refund_the_gateway_refuses_frees_the_money(refund, settings) -> None:
    refunding.send(refund.pk, vnpay(bank_says(settings, "95", "", []), settings), at=NOW)
    refund.refresh_from_db()
    assert (refund.state, refund.refusal) == ("refused", "VNPAY 95")
    left = refunds.refundable(Payment.objects.get(pk=refund.payment_id), on=NOW.date())
    assert left.amount_vnd == FINE


def test_money_that_came_another_way_is_not_ordered_at_the_gateway(refund, settings) -> None:
    PaymentAttempt.objects.filter(gateway_transaction=refund.payment.reference).update(
        gateway_transaction="other"
    )
    with translation.override("en"), pytest.raises(Refused, match="another way"):
        refunding.send(refund.pk, vnpay(lambda request: httpx.Response(500), settings), at=NOW)
