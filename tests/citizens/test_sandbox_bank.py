"""The sandbox bank as a separate process: its page, its payments, its answers."""

import ast
import csv
import io
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from citizens.gateways import sandbox_signing
from citizens.gateways.contract import (
    AttemptData,
    GatewayUnavailable,
    RefundData,
    Rejected,
)
from citizens.gateways.sandbox_ledger import Ledger
from citizens.gateways.sandbox_scenarios import CARDS, SCENARIOS, suggested
from tests.citizens.bank_process import (
    ROOT,
    SECRET,
    Bank,
    Shop,
    eventually,
    gateway_at,
    new_attempt,
    request_id,
    running_shop,
)

pytestmark = pytest.mark.gate

GATEWAYS = ROOT / "citizens" / "gateways"
GOOD_CARD, POOR_CARD = "9704198526191432198", "9704195798459170488"


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with running_shop() as server:
        yield server


@pytest.fixture(scope="module")
def bank(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    process = Bank(shop.ipn_url, tmp_path_factory.mktemp("bank") / "bank.sqlite3")
    yield process
    process.stop()


@pytest.fixture
def attempt(shop: Shop) -> AttemptData:
    return new_attempt(shop)


# --- independence ----------------------------------------------------------------------------


def imported_modules(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", sorted(GATEWAYS.glob("sandbox_*.py")), ids=lambda path: path.name)
def test_the_bank_shares_no_code_with_the_gateway(path):
    foreign = re.compile(r"vnpay|contract|django|httpx|hmac|quote|urlencode|__import__|importlib")
    assert not [name for name in imported_modules(path) if foreign.search(name)]


def test_the_bank_runs_without_django_and_without_the_gateway():
    program = (
        "import sys, citizens.gateways.sandbox_bank;"
        "print([m for m in sys.modules if m.startswith(('django', 'httpx'))"
        " or 'vnpay' in m or m.endswith('contract')])"
    )
    out = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert out.stdout.strip() == "[]", out.stderr


def test_the_gateway_shares_no_code_with_the_bank():
    for path in GATEWAYS.glob("vnpay*.py"):
        assert not [name for name in imported_modules(path) if "sandbox" in name]


# --- the payer's page ------------------------------------------------------------------------


def test_the_page_says_what_is_paid_to_whom_and_that_it_is_a_test(bank, attempt):
    page = bank.open(attempt)
    assert page.status_code == 200
    for words in ("Ngân hàng thử nghiệm", "5.000.000", "Kho bạc Nhà nước (mẫu)"):
        assert words in page.text
    assert attempt.merchant_ref in page.text
    assert attempt.order_info in page.text
    assert all(card in page.text for card in CARDS)
    assert all(f'value="{key}"' in page.text for key in SCENARIOS if key != "ok")


def test_the_page_obeys_a_policy_without_scripts_and_leads_only_back_to_the_merchant(bank, attempt):
    page = bank.open(attempt)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:8000" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|https?://", page.text)
    style = bank.http.get(f"{bank.address}/sandbox_bank.css")
    assert style.status_code == 200
    assert style.headers["Content-Type"].startswith("text/css")
    assert "url(" not in style.text


def test_order_text_cannot_become_markup(bank, shop):
    attempt = new_attempt(shop)
    params = dict(parse_qsl(urlsplit(bank.gateway.start(attempt).url).query))
    params["vnp_OrderInfo"] = "<script>alert(1)</script>"
    params["vnp_SecureHash"] = sandbox_signing.sign_link(SECRET, params)
    page = bank.http.get(bank.gateway.pay_url, params=params)
    assert page.status_code == 200
    assert "<script>" not in page.text


def test_a_tampered_link_starts_no_payment(bank, attempt):
    link = bank.gateway.start(attempt).url.replace("vnp_Amount=5", "vnp_Amount=1")
    page = bank.http.get(link)
    assert page.status_code == 400
    assert "Sai chữ ký" in page.text
    assert "<form" not in page.text
    assert bank.gateway.query(attempt, request_id=request_id()).outcome == "not_found"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vnp_TmnCode", "OTHER001"),
        ("vnp_Version", "2.0.0"),
        ("vnp_CurrCode", "USD"),
        ("vnp_ReturnUrl", "javascript:alert"),
        ("vnp_Amount", "0"),
        ("vnp_SecureHashType", "HmacSHA512"),
    ],
)
def test_a_signed_link_outside_the_protocol_starts_no_payment(bank, attempt, name, value):
    params = dict(parse_qsl(urlsplit(bank.gateway.start(attempt).url).query)) | {name: value}
    params["vnp_SecureHash"] = sandbox_signing.sign_link(SECRET, params)
    page = bank.http.get(bank.gateway.pay_url, params=params)
    assert page.status_code == 400
    assert "<form" not in page.text


def test_one_reference_cannot_serve_two_orders_on_one_day(bank, shop, attempt):
    assert bank.open(attempt).status_code == 200
    assert bank.open(attempt).status_code == 200
    other = new_attempt(shop, merchant_ref=attempt.merchant_ref, amount_vnd=6_000_000)
    assert bank.open(other).status_code == 400


def test_an_unknown_card_changes_nothing_and_is_explained(bank, attempt):
    page = bank.open(attempt)
    answer = bank.choose(page, card="4111111111111111", otp="123456")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert bank.gateway.query(attempt, request_id=request_id()).outcome == "pending"


def test_a_form_without_a_known_token_is_refused(bank):
    answer = bank.http.post(f"{bank.address}/paymentv2/pay", data={"token": "x", "scenario": "ok"})
    assert answer.status_code == 400


# --- paying, asking, refunding ---------------------------------------------------------------


def test_a_card_payment_goes_the_whole_way(bank, shop, attempt):
    answer = bank.choose(bank.open(attempt), card=GOOD_CARD, otp="123456")
    back = bank.gateway.parse_return(urlsplit(answer.headers["Location"]).query)
    assert (back.outcome, back.amount_vnd) == ("paid", 5_000_000)
    assert abs(back.paid_at - datetime.now(UTC)) < timedelta(minutes=1)
    eventually(lambda: shop.outcomes(attempt.merchant_ref) == ["paid"])
    eventually(lambda: shop.replies[attempt.merchant_ref] == ["00"])

    found = bank.gateway.query(attempt, request_id=request_id())
    assert (found.outcome, found.amount_vnd) == ("paid", 5_000_000)
    assert found.gateway_transaction_no == back.gateway_transaction_no
    assert found.paid_at == back.paid_at

    order = RefundData(attempt, 5_000_000, back.gateway_transaction_no, "officer7", "Nop thua")
    assert bank.gateway.refund(order, request_id=request_id()).outcome == "accepted"
    assert bank.gateway.refund(order, request_id=request_id()).outcome == "in_progress"
    assert bank.gateway.query(attempt, request_id=request_id()).outcome == "review"


def test_parts_are_refunded_up_to_the_payment_and_not_further(bank, attempt):
    bank.play(attempt, "ok")
    for amount, outcome in ((3_000_000, "accepted"), (2_000_000, "accepted"), (1, "in_progress")):
        order = RefundData(attempt, amount, "", "officer7", "Nop thua")
        assert bank.gateway.refund(order, request_id=request_id()).outcome == outcome


def test_an_unpaid_order_is_not_refunded(bank, attempt):
    bank.play(attempt, "cancel")
    order = RefundData(attempt, 5_000_000, "", "officer7", "Nop thua")
    result = bank.gateway.refund(order, request_id=request_id())
    assert (result.outcome, result.response_code) == ("refused", "95")


def test_the_bank_can_refuse_a_refund(bank, attempt):
    bank.play(attempt, "refund_refused")
    order = RefundData(attempt, 5_000_000, "", "officer7", "Nop thua")
    result = bank.gateway.refund(order, request_id=request_id())
    assert (result.outcome, result.transaction_status) == ("refused", "09")


def test_a_request_id_works_once_a_day(bank, attempt):
    bank.open(attempt)
    same = request_id()
    assert bank.gateway.query(attempt, request_id=same).outcome == "pending"
    with pytest.raises(Rejected) as caught:
        bank.gateway.query(attempt, request_id=same)
    assert caught.value.code == "94"


def test_a_question_signed_with_another_secret_is_not_answered_usefully(bank, attempt):
    stranger = gateway_at(bank.address, bank.http, secret="another secret")
    with pytest.raises(GatewayUnavailable):
        stranger.query(attempt, request_id=request_id())
    assert bank.http.get(stranger.start(attempt).url).status_code == 400


def test_an_order_the_payer_never_reached_is_not_found(bank, attempt):
    assert bank.gateway.query(attempt, request_id=request_id()).outcome == "not_found"


def test_a_link_opened_too_late_ends_as_expired(bank, shop):
    past = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    late = new_attempt(shop, created_at=past, expires_at=past + timedelta(minutes=15))
    page = bank.open(late)
    assert bank.gateway.query(late, request_id=request_id()).outcome == "failed"
    answer = bank.choose(page, card=GOOD_CARD, otp="123456")
    back = bank.gateway.parse_return(urlsplit(answer.headers["Location"]).query)
    assert (back.outcome, back.response_code) == ("failed", "11")


def test_a_double_click_pays_once(bank, shop, attempt):
    page = bank.open(attempt)
    first = bank.choose(page, card=GOOD_CARD, otp="123456")
    second = bank.choose(page, scenario="cancel")
    assert first.headers["Location"] == second.headers["Location"]
    time.sleep(0.5)
    assert shop.outcomes(attempt.merchant_ref) == ["paid"]
    reopened = bank.open(attempt)
    assert "đã kết thúc" in reopened.text
    assert "<form" not in reopened.text


def test_the_first_of_two_ends_stands_and_only_it_owes_a_message(tmp_path):
    books = Ledger(str(tmp_path / "books.sqlite3"))
    link = {
        "vnp_TxnRef": "A1",
        "vnp_CreateDate": "20261122101500",
        "vnp_ExpireDate": "20261122103000",
        "vnp_Amount": "500000000",
        "vnp_OrderInfo": "Nop phat",
        "vnp_ReturnUrl": "http://127.0.0.1/",
    }
    payment = books.open_payment(link, "token")
    now, due = datetime.now(UTC), {"now": 0, "gap": 0, "slow": 0}
    assert books.settle(payment["id"], SCENARIOS["ok"], at=now, due_at_ms=due)
    assert not books.settle(payment["id"], SCENARIOS["cancel"], at=now, due_at_ms=due)
    assert books.payment_by_token("token")["status"] == "00"
    assert len(books.messages_of(payment["id"])) == 1
    books.close()


def test_two_tabs_with_two_attempts_are_two_payments(bank, shop):
    tabs = [new_attempt(shop), new_attempt(shop)]
    numbers = {
        bank.gateway.parse_return(bank.play(tab, "ok")).gateway_transaction_no for tab in tabs
    }
    assert len(numbers) == 2


@pytest.mark.parametrize(
    ("card", "otp", "code"),
    [
        (POOR_CARD, "123456", "51"),
        ("9704193370791314", "123456", "12"),
        ("9704194841945513", "123456", "99"),
        (GOOD_CARD, "000000", "13"),
        ("9704 1985 2619 1432 198", "123456", "00"),
    ],
)
def test_a_test_card_ends_as_published(bank, attempt, card, otp, code):
    answer = bank.choose(bank.open(attempt), card=card, otp=otp)
    back = bank.gateway.parse_return(urlsplit(answer.headers["Location"]).query)
    assert back.response_code == code


def test_order_text_can_name_the_scenario(bank, shop):
    attempt = new_attempt(shop, order_info="Nop phat QD 1 QDXP sandbox:suspect")
    answer = bank.choose(bank.open(attempt), card=GOOD_CARD, otp="123456")
    back = bank.gateway.parse_return(urlsplit(answer.headers["Location"]).query)
    assert back.outcome == "review"
    assert suggested("Nop phat sandbox:nothing") == ""


# --- settlement ------------------------------------------------------------------------------


def settlement(bank: Bank, **params: str) -> list[dict[str, str]]:
    answer = bank.http.get(f"{bank.address}/settlement.csv", params=params)
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_settlement_lists_what_was_paid_and_refunded(bank, shop):
    paid, cancelled, missing = (new_attempt(shop) for _ in range(3))
    number = bank.gateway.parse_return(bank.play(paid, "ok")).gateway_transaction_no
    bank.play(cancelled, "cancel")
    bank.play(missing, "settlement_missing")
    order = RefundData(paid, 1_000_000, number, "officer7", "Nop thua")
    bank.gateway.refund(order, request_id=request_id())
    rows = settlement(bank)
    mine = [row for row in rows if row["merchant_ref"] == paid.merchant_ref]
    assert [(row["kind"], row["amount_vnd"]) for row in mine] == [
        ("payment", "5000000"),
        ("refund", "-1000000"),
    ]
    assert mine[0]["transaction_no"] == number
    refs = {row["merchant_ref"] for row in rows}
    assert not refs & {cancelled.merchant_ref, missing.merchant_ref}
    assert settlement(bank, day="2020-01-01") == []
    assert bank.http.get(f"{bank.address}/settlement.csv?day=today").status_code == 400


def test_the_front_page_shows_how_the_merchant_answered(bank, shop, attempt):
    bank.play(attempt, "ok")
    eventually(lambda: shop.replies.get(attempt.merchant_ref) == ["00"])
    eventually(
        lambda: re.search(
            rf"{attempt.merchant_ref}.*?>00<", bank.http.get(bank.address).text, re.DOTALL
        )
    )
