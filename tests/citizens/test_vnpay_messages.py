"""VNPAY 2.1.0: what we believe, what we refuse and what we answer."""

import json
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizens.gateways import sandbox_signing
from citizens.gateways.contract import (
    ApplyResult,
    BadSignature,
    GatewayError,
    GatewayTimeout,
    GatewayUnavailable,
    Malformed,
    RefundData,
    Rejected,
)
from citizens.gateways.vnpay_codes import payment_outcome, query_outcome, refund_outcome
from tests.citizens.vnpay_samples import (
    ATTEMPT,
    BY_ID,
    MESSAGE,
    SECRET,
    TERMINAL,
    gateway,
    signed,
    without,
)

pytestmark = pytest.mark.gate


# --- IPN and return --------------------------------------------------------------------------


def test_a_signed_success_is_read_into_our_own_units():
    news = gateway().parse_notification(signed(MESSAGE))
    assert news.outcome == "paid"
    assert news.amount_vnd == 5_000_000
    assert news.paid_at == datetime(2026, 11, 22, 3, 17, 33, tzinfo=UTC)
    assert (news.merchant_ref, news.gateway_transaction_no) == ("P7K2M9Q4T1", "14422574")
    assert (news.bank_code, news.terminal, news.gateway) == ("NCB", TERMINAL, "vnpay")
    assert news.raw["vnp_CardType"] == "ATM"


def test_the_published_callback_is_believed():
    vector = BY_ID["ts-return-00"]
    query = urlencode(vector["params"]) + "&vnp_SecureHash=" + vector["expected"]
    news = gateway(terminal="TEST_TMN_CODE", secret="test_secret").parse_return(query)
    assert (news.outcome, news.amount_vnd) == ("paid", 10_000)
    assert news.paid_at == datetime(2024, 5, 21, 2, 18, 6, tzinfo=UTC)


def test_order_and_encoding_of_the_query_string_do_not_matter():
    vector = BY_ID["ts-return-00"]
    pairs = [f"{key}={quote(value)}" for key, value in reversed(vector["params"].items())]
    query = f"vnp_SecureHash={vector['expected'].upper()}&vnp_SecureHashType=HmacSHA512&utm=x&"
    news = gateway(terminal="TEST_TMN_CODE", secret="test_secret").parse_return(
        query + "&".join(pairs).replace("%3A", "%3a")
    )
    assert news.outcome == "paid"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vnp_Amount", "1"),
        ("vnp_SecureHash", "0" * 128),
        ("vnp_TmnCode", TERMINAL),
        ("utm", "x&utm=y"),
    ],
)
def test_a_doubled_key_is_refused(name, value):
    with pytest.raises(Malformed):
        gateway().parse_notification(f"{signed(MESSAGE)}&{name}={value}")


def test_version_2_0_0_with_md5_is_refused():
    old = sandbox_signing.sign_version_2_0_0(SECRET, MESSAGE)
    assert len(old) == 32
    query = f"{urlencode(MESSAGE)}&vnp_SecureHashType=MD5&vnp_SecureHash={old}"
    with pytest.raises(BadSignature):
        gateway().parse_notification(query)


@pytest.mark.parametrize(
    "value", ["", "0" * 127, "0" * 129, "a" * 512, "g" * 128, "%C4%B0" * 128, "0" * 128]
)
def test_a_hash_of_another_form_is_refused(value):
    with pytest.raises(BadSignature):
        gateway().parse_notification(f"{urlencode(MESSAGE)}&vnp_SecureHash={value}")


def test_a_message_without_a_hash_or_for_another_terminal_is_refused():
    with pytest.raises(BadSignature):
        gateway().parse_notification(urlencode(MESSAGE))
    with pytest.raises(BadSignature):
        gateway().parse_notification(signed(MESSAGE | {"vnp_TmnCode": "OTHER001"}))
    with pytest.raises(BadSignature):
        gateway().parse_notification(signed(without("vnp_TmnCode")))


@pytest.mark.parametrize(
    "name",
    [
        "vnp_Amount",
        "vnp_TransactionNo",
        "vnp_ResponseCode",
        "vnp_TransactionStatus",
        "vnp_TxnRef",
    ],
)
def test_a_signed_message_without_a_needed_field_is_malformed(name):
    with pytest.raises(Malformed, match=name.removeprefix("vnp_")):
        gateway().parse_notification(signed(without(name)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vnp_Amount", "500000050"),
        ("vnp_Amount", "-500"),
        ("vnp_Amount", "5e8"),
        ("vnp_Amount", "٥٠٠"),
        ("vnp_PayDate", "20261332101733"),
        ("vnp_PayDate", "2026112210173"),
        ("vnp_PayDate", "00000000000000"),
        ("vnp_ResponseCode", "0"),
        ("vnp_TransactionStatus", "000"),
        ("vnp_TransactionNo", "12a"),
    ],
)
def test_a_signed_but_impossible_value_is_malformed(name, value):
    with pytest.raises(Malformed):
        gateway().parse_notification(signed(MESSAGE | {name: value}))


def test_errors_name_the_field_and_never_the_value():
    with pytest.raises(Malformed) as caught:
        gateway().parse_notification(signed(MESSAGE | {"vnp_TransactionNo": "9704abc"}))
    assert "TransactionNo" in str(caught.value)
    assert "9704" not in str(caught.value)


@pytest.mark.parametrize("query", ["", "%", "vnp_TxnRef=%FF", "vnp_TxnRef=ộ", "a=1&" * 3000])
def test_rubbish_is_refused_without_breaking(query):
    with pytest.raises((BadSignature, Malformed)):
        gateway().parse_notification(query)


@given(query=st.text(max_size=200))
def test_no_input_breaks_the_parser(query):
    with pytest.raises((BadSignature, Malformed)):
        gateway().parse_notification(query)


def test_an_unpaid_result_has_no_transaction_number_and_needs_no_pay_date():
    cancelled = without("vnp_PayDate") | {
        "vnp_ResponseCode": "24",
        "vnp_TransactionStatus": "02",
        "vnp_TransactionNo": "0",
    }
    news = gateway().parse_notification(signed(cancelled))
    assert (news.outcome, news.gateway_transaction_no, news.paid_at) == ("failed", "", None)


@pytest.mark.parametrize(
    ("response_code", "transaction_status", "outcome"),
    [
        ("00", "00", "paid"),
        ("00", "01", "pending"),
        ("00", "02", "review"),
        ("24", "00", "review"),
        ("24", "02", "failed"),
        ("13", "02", "failed"),
        ("51", "02", "failed"),
        ("11", "02", "failed"),
        ("99", "02", "failed"),
        ("07", "00", "review"),
        ("07", "01", "review"),
        ("07", "02", "review"),
        ("07", "07", "review"),
        ("00", "07", "review"),
        ("99", "04", "review"),
        ("00", "04", "review"),
        ("00", "05", "review"),
        ("00", "99", "review"),
    ],
)
def test_only_two_zeros_pay_and_doubt_goes_to_a_person(response_code, transaction_status, outcome):
    assert payment_outcome(response_code, transaction_status) == outcome


@pytest.mark.parametrize(
    ("kind", "status", "outcome"),
    [
        ("01", "00", "paid"),
        ("01", "01", "pending"),
        ("01", "02", "failed"),
        ("01", "04", "reversed"),
        ("01", "07", "review"),
        ("", "00", "paid"),
        ("02", "00", "review"),
        ("03", "06", "review"),
        ("01", "", "review"),
    ],
)
def test_a_query_is_judged_by_the_transaction_not_by_the_question(kind, status, outcome):
    assert query_outcome(kind, status) == outcome


@pytest.mark.parametrize(
    ("code", "status", "outcome"),
    [
        ("00", "05", "accepted"),
        ("00", "06", "accepted"),
        ("00", "09", "refused"),
        ("94", "", "in_progress"),
        ("95", "", "refused"),
        ("91", "", "refused"),
        ("00", "04", "review"),
    ],
)
def test_a_refund_answer_is_judged_by_both_codes(code, status, outcome):
    assert refund_outcome(code, status) == outcome


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (ApplyResult.RECORDED, "00"),
        (ApplyResult.UNKNOWN_ORDER, "01"),
        (ApplyResult.ALREADY_FINAL, "02"),
        (ApplyResult.AMOUNT_DIFFERS, "04"),
        (ApplyResult.BAD_SIGNATURE, "97"),
        (ApplyResult.ERROR, "99"),
    ],
)
def test_every_result_has_its_reply(result, code):
    reply = gateway().reply(result)
    assert (reply.status, reply.content_type) == (200, "application/json")
    assert json.loads(reply.body)["RspCode"] == code
    assert json.loads(reply.body)["Message"]


# --- QueryDR and Refund: answers a real bank should not give ---------------------------------


def answering(fields: dict[str, str], order=sandbox_signing.QUERY_ANSWERED, *, secret=SECRET):
    signature = sandbox_signing.sign_fields(secret, fields, order)
    return lambda request: httpx.Response(200, json=fields | {"vnp_SecureHash": signature})


ANSWER = {
    "vnp_ResponseId": "abc",
    "vnp_Command": "querydr",
    "vnp_ResponseCode": "00",
    "vnp_Message": "Success",
    "vnp_TmnCode": TERMINAL,
    "vnp_TxnRef": "P7K2M9Q4T1",
    "vnp_Amount": "500000000",
    "vnp_BankCode": "NCB",
    "vnp_PayDate": "20261122101733",
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionType": "01",
    "vnp_TransactionStatus": "00",
    "vnp_OrderInfo": "Nop phat",
}
REFUND = RefundData(ATTEMPT, 5_000_000, "14422574", "officer7", "Hoan tien nop thua")


def test_a_query_is_signed_as_published_and_its_answer_is_read():
    seen = {}

    def bank(request):
        seen.update(json.loads(request.content))
        return answering(ANSWER)(request)

    result = gateway(bank).query(ATTEMPT, request_id="Q1")
    given_hash = seen.pop("vnp_SecureHash")
    assert given_hash == sandbox_signing.sign_fields(SECRET, seen, sandbox_signing.QUERY_ASKED)
    assert seen["vnp_TransactionDate"] == "20261122101500"
    assert seen["vnp_CreateDate"] == "20261122102000"
    assert (result.outcome, result.amount_vnd) == ("paid", 5_000_000)
    assert result.paid_at == datetime(2026, 11, 22, 3, 17, 33, tzinfo=UTC)


@pytest.mark.parametrize(
    "bank",
    [
        answering(ANSWER, secret="another secret"),
        answering(ANSWER | {"vnp_TxnRef": "ANOTHER"}),
        answering(ANSWER | {"vnp_TmnCode": "OTHER001"}),
        answering(ANSWER | {"vnp_ResponseCode": "99"}),
        answering(ANSWER | {"vnp_Amount": "12,5"}),
        lambda request: httpx.Response(200, json=ANSWER),
        lambda request: httpx.Response(200, json=[1, 2]),
        lambda request: httpx.Response(200, json=ANSWER | {"vnp_Amount": {"a": 1}}),
        lambda request: httpx.Response(200, content=b'{"vnp_Message":"\\ud800"}'),
        lambda request: httpx.Response(200, content=b"<html>"),
        lambda request: httpx.Response(503),
        lambda request: httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
    ],
)
def test_an_answer_that_cannot_be_believed_is_no_answer(bank):
    with pytest.raises(GatewayUnavailable):
        gateway(bank).query(ATTEMPT, request_id="Q1")
    with pytest.raises((GatewayTimeout, Rejected)):
        gateway(bank).refund(REFUND, request_id="R1")


@pytest.mark.parametrize("code", ["02", "03", "94", "97"])
def test_a_refused_question_carries_its_code(code):
    with pytest.raises(Rejected) as caught:
        gateway(answering(ANSWER | {"vnp_ResponseCode": code})).query(ATTEMPT, request_id="Q1")
    assert caught.value.code == code


def test_an_order_vnpay_does_not_know_is_not_found_rather_than_unpaid():
    fields = {"vnp_ResponseCode": "91", "vnp_Command": "querydr"}
    result = gateway(answering(fields)).query(ATTEMPT, request_id="Q1")
    assert (result.outcome, result.amount_vnd) == ("not_found", None)


@pytest.mark.parametrize(
    ("failure", "for_query", "for_refund"),
    [
        (httpx.ConnectError("x"), GatewayUnavailable, GatewayUnavailable),
        (httpx.ConnectTimeout("x"), GatewayUnavailable, GatewayUnavailable),
        (httpx.ReadTimeout("x"), GatewayTimeout, GatewayTimeout),
        (httpx.ReadError("x"), GatewayUnavailable, GatewayTimeout),
        (httpx.RemoteProtocolError("x"), GatewayUnavailable, GatewayTimeout),
    ],
)
def test_a_refund_that_may_have_arrived_has_an_unknown_outcome(failure, for_query, for_refund):
    def bank(request):
        raise failure

    with pytest.raises(for_query):
        gateway(bank).query(ATTEMPT, request_id="Q1")
    with pytest.raises(for_refund):
        gateway(bank).refund(REFUND, request_id="R1")


@pytest.mark.parametrize(
    ("amount_vnd", "kind", "sent"), [(5_000_000, "02", "500000000"), (1_000, "03", "100000")]
)
def test_a_refund_says_whether_it_is_whole_or_in_part(amount_vnd, kind, sent):
    seen = {}

    def bank(request):
        seen.update(json.loads(request.content))
        fields = ANSWER | {"vnp_Command": "refund", "vnp_TransactionStatus": "05"}
        return answering(fields, sandbox_signing.REFUND_ANSWERED)(request)

    order = RefundData(ATTEMPT, amount_vnd, "", "officer7", "Hoan tien")
    assert gateway(bank).refund(order, request_id="R1").outcome == "accepted"
    given_hash = seen.pop("vnp_SecureHash")
    assert given_hash == sandbox_signing.sign_fields(SECRET, seen, sandbox_signing.REFUND_ASKED)
    assert (seen["vnp_TransactionType"], seen["vnp_Amount"]) == (kind, sent)
    assert seen["vnp_TransactionNo"] == "0"


def test_more_than_was_paid_is_never_refunded():
    with pytest.raises(Malformed):
        gateway().refund(
            RefundData(ATTEMPT, 5_000_001, "14422574", "officer7", "Hoan"), request_id="R1"
        )


@pytest.mark.parametrize("request_id", ["", "a" * 33, "a-b", "a|b"])
def test_a_request_id_outside_its_format_is_never_sent(request_id):
    with pytest.raises(Malformed):
        gateway().query(ATTEMPT, request_id=request_id)


def test_a_pipe_cannot_be_smuggled_into_a_signed_api_field():
    with pytest.raises(Malformed):
        gateway().refund(RefundData(ATTEMPT, 1_000, "1", "officer|7", "Hoan"), request_id="R1")


def test_the_secret_appears_in_no_error_and_no_representation():
    bank = gateway(lambda request: httpx.Response(500))
    with pytest.raises(GatewayError) as caught:
        bank.query(ATTEMPT, request_id="Q1")
    assert SECRET not in f"{caught.value!r} {bank!r}"
