"""VNPAY 2.1.0: what we sign and send."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citizens.gateways import sandbox_signing, vnpay_signing
from citizens.gateways.contract import (
    BadSignature,
    Malformed,
)
from citizens.gateways.vnpay import VnpayGateway
from tests.citizens.vnpay_samples import (
    ATTEMPT,
    BY_ID,
    MESSAGE,
    NOW,
    SECRET,
    TERMINAL,
    VECTORS,
    changed_attempt,
    gateway,
    signed,
)

pytestmark = pytest.mark.gate

LINK_VECTORS = [vector for vector in VECTORS if vector["kind"] in {"pay", "ipn_or_return"}]
API_VECTORS = [vector for vector in VECTORS if vector["kind"].endswith("_request")]
ORDERS = {
    "querydr_request": (vnpay_signing.QUERY_REQUEST, sandbox_signing.QUERY_ASKED),
    "refund_request": (vnpay_signing.REFUND_REQUEST, sandbox_signing.REFUND_ASKED),
}

# --- signatures ------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", LINK_VECTORS, ids=lambda vector: vector["id"])
def test_both_implementations_reproduce_a_published_link_signature(vector):
    params, secret = vector["params"], vector["secret"]
    assert vnpay_signing.query_text(params) == vector["string_to_sign"]
    assert sandbox_signing.link_text(params) == vector["string_to_sign"]
    assert vnpay_signing.sign(vector["string_to_sign"], secret) == vector["expected"]
    assert sandbox_signing.sign_link(secret, params) == vector["expected"]


@pytest.mark.parametrize("vector", API_VECTORS, ids=lambda vector: vector["id"])
def test_both_implementations_reproduce_a_published_api_signature(vector):
    params, secret = vector["params"], vector["secret"]
    ours, theirs = ORDERS[vector["kind"]]
    text = vnpay_signing.pipe_text(params, ours)
    assert text == vector["string_to_sign"]
    assert vnpay_signing.sign(text, secret) == vector["expected"]
    assert sandbox_signing.sign_fields(secret, params, theirs) == vector["expected"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_wrong_secret_or_a_changed_value_gives_another_signature(vector):
    text, expected = vector["string_to_sign"], vector["expected"]
    assert vnpay_signing.is_signed(text, expected, vector["secret"])
    assert not vnpay_signing.is_signed(text, expected, vector["secret"] + "x")
    assert not vnpay_signing.is_signed(text + "0", expected, vector["secret"])
    assert not vnpay_signing.is_signed(text, expected[:-1], vector["secret"])
    assert not vnpay_signing.is_signed(text, expected + "0", vector["secret"])


def test_an_unsigned_transaction_number_does_not_change_a_query_signature():
    params = BY_ID["ts-querydr-req"]["params"]
    other = params | {"vnp_TransactionNo": "999"}
    order = vnpay_signing.QUERY_REQUEST
    assert vnpay_signing.pipe_text(params, order) == vnpay_signing.pipe_text(other, order)


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
PARAMS = st.dictionaries(
    st.text("abcdefghijABCDEFGHIJ_", min_size=1, max_size=12).map("vnp_".__add__) | TEXTS,
    TEXTS,
    max_size=12,
)


@given(params=PARAMS, secret=st.text("abcXYZ0189-", min_size=1, max_size=200))
def test_the_two_implementations_sign_any_link_alike(params, secret):
    text = vnpay_signing.query_text(params)
    assert text == sandbox_signing.link_text(params)
    assert vnpay_signing.sign(text, secret) == sandbox_signing.sign_link(secret, params)


@given(params=st.dictionaries(st.sampled_from(sandbox_signing.QUERY_ANSWERED), TEXTS))
def test_the_two_implementations_sign_any_answer_alike(params):
    for ours, theirs in (
        (vnpay_signing.QUERY_REQUEST, sandbox_signing.QUERY_ASKED),
        (vnpay_signing.QUERY_RESPONSE, sandbox_signing.QUERY_ANSWERED),
        (vnpay_signing.REFUND_REQUEST, sandbox_signing.REFUND_ASKED),
        (vnpay_signing.REFUND_RESPONSE, sandbox_signing.REFUND_ANSWERED),
    ):
        text = vnpay_signing.pipe_text(params, ours)
        assert vnpay_signing.sign(text, SECRET) == sandbox_signing.sign_fields(
            SECRET, params, theirs
        )


@settings(max_examples=300)
@given(data=st.data())
def test_any_changed_byte_of_any_signed_field_breaks_the_signature(data):
    query = signed(MESSAGE)
    name = data.draw(st.sampled_from(sorted(MESSAGE)))
    value = MESSAGE[name]
    place = data.draw(st.integers(0, len(value) - 1))
    byte = data.draw(st.characters(min_codepoint=1, max_codepoint=126).filter(value[place].__ne__))
    changed = MESSAGE | {name: value[:place] + byte + value[place + 1 :]}
    forged = urlencode(changed) + query[query.index("&vnp_SecureHash=") :]
    with pytest.raises(BadSignature):
        gateway().parse_notification(forged)


# --- PAY -------------------------------------------------------------------------------------


def test_start_builds_the_complete_signed_pay_link():
    link = gateway().start(ATTEMPT).url
    address, _, query = link.partition("?")
    assert address == "https://bank.example/paymentv2/vpcpay.html"
    params = dict(parse_qsl(query))
    assert params.pop("vnp_SecureHash") == BY_ID["own-pay-full"]["expected"]
    assert params == BY_ID["own-pay-full"]["params"]


def test_pay_carries_no_hash_type_and_signs_last():
    query = urlsplit(gateway().start(ATTEMPT).url).query
    names = [name for name, _ in parse_qsl(query)]
    assert "vnp_SecureHashType" not in names
    assert names[-1] == "vnp_SecureHash"


@pytest.mark.parametrize("symbol", [*"~*!'()#&%+=?,;@\"<>", "ộ", "\n", "\t", "\N{EN DASH}"])
def test_text_that_encoders_treat_differently_is_never_sent(symbol):
    with pytest.raises(Malformed):
        gateway().start(changed_attempt(order_info=f"Nop phat {symbol}"))
    with pytest.raises(Malformed):
        gateway().start(changed_attempt(return_url=f"http://localhost/{symbol}"))


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_vnd": 0},
        {"amount_vnd": -1},
        {"amount_vnd": 10_000_000_000},
        {"order_info": ""},
        {"order_info": "a" * 256},
        {"return_url": "http://a/"},
        {"merchant_ref": ""},
        {"merchant_ref": "P7 K2"},
        {"ip": "203.0.113"},
        {"locale": "fr"},
        {"expires_at": ATTEMPT.created_at},
        {"created_at": datetime(2026, 11, 22, 3, 15)},  # naive on purpose
    ],
    ids=lambda changes: "-".join(f"{key}={value!s:.20}" for key, value in changes.items()),
)
def test_a_field_outside_its_format_is_never_sent(changes):
    with pytest.raises(Malformed):
        gateway().start(changed_attempt(**changes))


def test_the_largest_amount_fits_the_field():
    link = gateway().start(changed_attempt(amount_vnd=9_999_999_999)).url
    assert "vnp_Amount=999999999900&" in link


def test_a_short_ipv6_address_is_written_out_to_fit_the_field():
    params = dict(parse_qsl(urlsplit(gateway().start(changed_attempt(ip="::1")).url).query))
    assert params["vnp_IpAddr"] == "0000:0000:0000:0000:0000:0000:0000:0001"


def test_midnight_in_viet_nam_decides_the_day_that_is_sent():
    created = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    later = created + timedelta(minutes=15)
    link = gateway().start(changed_attempt(created_at=created, expires_at=later)).url
    assert "vnp_CreateDate=20261122000000&" in link


def test_plain_http_is_refused_outside_the_own_machine():
    with pytest.raises(ValueError, match="https"):
        VnpayGateway(
            terminal=TERMINAL,
            secret=SECRET,
            pay_url="http://bank.example/pay",
            api_url="https://bank.example/api",
            http=httpx.Client(),
            clock=lambda: NOW,
        )
