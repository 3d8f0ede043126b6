"""The sandbox bank as a separate process, spoken to over real HTTP by the real gateway."""

import ast
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from citizens.gateways import sandbox_signing
from citizens.gateways.contract import (
    ApplyResult,
    AttemptData,
    BadSignature,
    GatewayTimeout,
    GatewayUnavailable,
    RefundData,
    Rejected,
)
from citizens.gateways.sandbox_scenarios import CARDS, SCENARIOS, suggested
from citizens.gateways.vnpay import VnpayGateway

pytestmark = pytest.mark.gate

ROOT = Path(__file__).parents[2]
GATEWAYS = ROOT / "citizens" / "gateways"
SECRET = "DEV-ONLY-SECRET-0123456789ABCDEF"
TERMINAL = "LOCAL001"
GOOD_CARD, POOR_CARD = "9704198526191432198", "9704195798459170488"
QUICK = ("--retry-seconds", "0.1", "--gap-seconds", "0.4", "--slow-seconds", "0.8")


class Shop(ThreadingHTTPServer):
    """A small merchant: reads IPN calls with the real gateway and answers as it was told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ShopHandler)
        self.gateway = gateway_at("https://unused.example", httpx.Client())
        self.lock = threading.Lock()
        self.news: dict[str, list[tuple[str, int, float]]] = {}
        self.final: dict[str, str] = {}
        self.amounts: dict[str, int] = {}
        self.failures: dict[str, int] = {}
        self.replies: dict[str, list[str]] = {}
        self.stuck: dict[str, threading.Event] = {}

    @property
    def ipn_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/ipn?from=bank"

    def outcomes(self, ref: str) -> list[str]:
        with self.lock:
            return [outcome for outcome, _, _ in self.news.get(ref, [])]

    def take(self, query: str) -> ApplyResult:
        """Do the official checks in the official order, keeping what arrived."""
        ref = dict(parse_qsl(query)).get("vnp_TxnRef", "")
        try:
            news = self.gateway.parse_notification(query)
        except BadSignature:
            self._keep(ref, "bad signature", 0)
            return ApplyResult.BAD_SIGNATURE
        stuck = self.stuck.pop(ref, None)
        if stuck is not None:
            self._keep(ref, "stuck", 0)
            stuck.wait(10)
        with self.lock:
            if self.failures.get(ref, 0) > 0:
                self.failures[ref] -= 1
                self.news.setdefault(ref, []).append(("shop failed", 0, time.monotonic()))
                return ApplyResult.ERROR
        self._keep(ref, news.outcome, news.amount_vnd)
        with self.lock:
            if ref not in self.amounts:
                return ApplyResult.UNKNOWN_ORDER
            if self.amounts[ref] != news.amount_vnd:
                return ApplyResult.AMOUNT_DIFFERS
            if self.final.get(ref) in {"paid", news.outcome}:
                return ApplyResult.ALREADY_FINAL
            self.final[ref] = news.outcome
            return ApplyResult.RECORDED

    def _keep(self, ref: str, outcome: str, amount: int) -> None:
        with self.lock:
            self.news.setdefault(ref, []).append((outcome, amount, time.monotonic()))


class ShopHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        shop: Shop = self.server  # type: ignore[assignment] # http.server types it as the base class
        query = urlsplit(self.path).query
        reply = shop.gateway.reply(shop.take(query))
        code = json.loads(reply.body)["RspCode"]
        shop.replies.setdefault(dict(parse_qsl(query)).get("vnp_TxnRef", ""), []).append(code)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def gateway_at(address: str, http: httpx.Client, secret: str = SECRET) -> VnpayGateway:
    return VnpayGateway(
        terminal=TERMINAL,
        secret=secret,
        pay_url=f"{address}/paymentv2/vpcpay.html",
        api_url=f"{address}/merchant_webapi/api/transaction",
        http=http,
        clock=lambda: datetime.now(UTC),
    )


class Bank:
    """The bank's process and the ways to reach it."""

    def __init__(self, ipn_url: str, data: Path, *more: str, port: str = "0") -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "citizens.gateways.sandbox_bank", "--port", port),
                *("--terminal", TERMINAL, "--secret-env", "BANK_SECRET", "--ipn-url", ipn_url),
                *("--data", str(data), *(more or QUICK)),
            ],
            cwd=ROOT,
            env={"BANK_SECRET": SECRET, "PATH": os.environ["PATH"]},
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self.process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:"), line
        self.address = line.split()[1]
        self.http = httpx.Client(timeout=20)
        self.gateway = gateway_at(self.address, self.http)

    @property
    def port(self) -> str:
        return self.address.rpartition(":")[2]

    def open(self, attempt: AttemptData) -> httpx.Response:
        return self.http.get(self.gateway.start(attempt).url)

    def choose(self, page: httpx.Response, **form: str) -> httpx.Response:
        """Do what a person does on the page: send its form with one choice."""
        token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
        return self.http.post(f"{self.address}/paymentv2/pay", data={"token": token, **form})

    def play(self, attempt: AttemptData, scenario: str) -> str:
        """Pay under a scenario; returns the query string the browser carries back."""
        answer = self.choose(self.open(attempt), scenario=scenario)
        assert answer.status_code == 302
        location = urlsplit(answer.headers["Location"])
        assert answer.headers["Location"].startswith(attempt.return_url)
        return location.query

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        self.http.close()
        self.process.send_signal(with_signal)
        code = self.process.wait(10)
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    server = Shop()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def bank(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    process = Bank(shop.ipn_url, tmp_path_factory.mktemp("bank") / "bank.sqlite3")
    yield process
    process.stop()


REFERENCES = iter(range(1, 1000))


@pytest.fixture
def attempt(shop: Shop) -> AttemptData:
    return new_attempt(shop)


def new_attempt(shop: Shop, **changes: object) -> AttemptData:
    now = datetime.now(UTC).replace(microsecond=0)
    fields: dict[str, object] = {
        "merchant_ref": f"TEST{next(REFERENCES):06}",
        "amount_vnd": 5_000_000,
        "order_info": "Nop phat QD 123456 QDXP",
        "created_at": now,
        "expires_at": now + timedelta(minutes=15),
        "return_url": "http://127.0.0.1:8000/nop-phat/ket-qua/",
        "ip": "203.0.113.7",
        "locale": "vi",
    }
    made = AttemptData(**(fields | changes))  # type: ignore[arg-type] # test data by name
    shop.amounts[made.merchant_ref] = made.amount_vnd
    return made


def eventually(condition, *, within: float = 6) -> None:
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


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


def request_id() -> str:
    return f"REQ{next(REFERENCES)}T{time.time_ns() % 10**12}"


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


# --- scenarios -------------------------------------------------------------------------------

COURSES = {
    # scenario: what the browser carries back, what the IPN said, what a query says
    "ok": ("paid", ["paid"], "paid"),
    "cancel": ("failed", ["failed"], "failed"),
    "no_funds": ("failed", ["failed"], "failed"),
    "wrong_otp": ("failed", ["failed"], "failed"),
    "expired": ("failed", ["failed"], "failed"),
    "card_locked": ("failed", ["failed"], "failed"),
    "card_expired": ("failed", ["failed"], "failed"),
    "suspect": ("review", ["review"], "review"),
    "reversed": ("review", ["review"], "reversed"),
    "ipn_first": ("paid", ["paid"], "paid"),
    "return_first": ("paid", ["paid"], "paid"),
    "ipn_never": ("paid", [], "paid"),
    "ipn_twice": ("paid", ["paid", "paid"], "paid"),
    "ipn_three_at_once": ("paid", ["paid", "paid", "paid"], "paid"),
    "success_then_failure": ("paid", ["paid", "failed"], "paid"),
    "failure_then_success": ("failed", ["failed", "paid"], "paid"),
    "wrong_amount": ("paid", ["paid"] * 10, "paid"),
    "bad_hash": ("paid", ["bad signature"] * 10, "paid"),
    "md5": ("paid", ["bad signature"] * 10, "paid"),
    "refund_refused": ("paid", ["paid"], "paid"),
    "query_down": ("paid", [], "paid"),
    "query_bad_hash": ("paid", [], "paid"),
    "slow": ("paid", ["paid"], "paid"),
    "settlement_missing": ("paid", ["paid"], "paid"),
}


def test_every_scenario_has_its_expected_course():
    assert COURSES.keys() == SCENARIOS.keys()


@pytest.mark.parametrize("scenario", COURSES)
def test_a_scenario_takes_its_course(bank, shop, attempt, scenario):
    carried_back, told, known = COURSES[scenario]
    assert bank.gateway.parse_return(bank.play(attempt, scenario)).outcome == carried_back
    eventually(lambda: len(shop.outcomes(attempt.merchant_ref)) >= len(told))
    time.sleep(0.25)
    assert shop.outcomes(attempt.merchant_ref) == told
    for _ in range(4):
        try:
            found = bank.gateway.query(attempt, request_id=request_id())
            break
        except GatewayUnavailable:
            continue
    assert found.outcome == known
    assert found.amount_vnd == 5_000_000


def test_the_message_can_arrive_before_the_browser(bank, shop, attempt):
    bank.play(attempt, "ipn_first")
    assert shop.outcomes(attempt.merchant_ref) == ["paid"]


def test_the_browser_can_arrive_before_the_message(bank, shop, attempt):
    bank.play(attempt, "return_first")
    assert shop.outcomes(attempt.merchant_ref) == []
    eventually(lambda: shop.outcomes(attempt.merchant_ref) == ["paid"])


def test_three_messages_at_once_really_collide_and_one_is_recorded(bank, shop, attempt):
    bank.play(attempt, "ipn_three_at_once")
    eventually(lambda: len(shop.replies.get(attempt.merchant_ref, [])) == 3)
    assert sorted(shop.replies[attempt.merchant_ref]) == ["00", "02", "02"]
    moments = [moment for _, _, moment in shop.news[attempt.merchant_ref]]
    assert max(moments) - min(moments) < 0.5


def test_a_wrong_amount_is_wrong_in_the_message_only(bank, shop, attempt):
    bank.play(attempt, "wrong_amount")
    eventually(lambda: shop.outcomes(attempt.merchant_ref) != [])
    assert shop.news[attempt.merchant_ref][0][1] == 5_001_000
    assert shop.replies[attempt.merchant_ref][0] == "04"


def test_the_bank_calls_again_until_the_merchant_has_recorded(bank, shop, attempt):
    shop.failures[attempt.merchant_ref] = 3
    bank.play(attempt, "ok")
    eventually(lambda: "paid" in shop.outcomes(attempt.merchant_ref))
    time.sleep(0.4)
    assert shop.outcomes(attempt.merchant_ref) == ["shop failed"] * 3 + ["paid"]
    moments = [moment for _, _, moment in shop.news[attempt.merchant_ref]]
    gaps = [after - before for before, after in zip(moments, moments[1:], strict=False)]
    assert min(gaps) >= 0.09


def test_the_bank_gives_up_after_ten_calls(bank, shop, attempt):
    shop.failures[attempt.merchant_ref] = 100
    bank.play(attempt, "ok")
    eventually(lambda: len(shop.outcomes(attempt.merchant_ref)) == 10)
    time.sleep(0.5)
    assert len(shop.outcomes(attempt.merchant_ref)) == 10


def test_a_query_can_be_down_three_times(bank, attempt):
    bank.play(attempt, "query_down")
    for _ in range(3):
        with pytest.raises(GatewayUnavailable, match="503"):
            bank.gateway.query(attempt, request_id=request_id())
    assert bank.gateway.query(attempt, request_id=request_id()).outcome == "paid"


def test_a_query_answer_can_carry_a_bad_hash_three_times(bank, attempt):
    bank.play(attempt, "query_bad_hash")
    for _ in range(3):
        with pytest.raises(GatewayUnavailable, match="signed"):
            bank.gateway.query(attempt, request_id=request_id())
    assert bank.gateway.query(attempt, request_id=request_id()).outcome == "paid"


def test_a_slow_bank_delays_message_and_answer(bank, shop, attempt):
    started = time.monotonic()
    bank.play(attempt, "slow")
    assert bank.gateway.query(attempt, request_id=request_id()).outcome == "paid"
    assert time.monotonic() - started >= 0.8
    eventually(lambda: shop.outcomes(attempt.merchant_ref) == ["paid"])


@pytest.mark.long
def test_an_answer_after_the_time_limit_leaves_the_outcome_unknown(shop, tmp_path):
    bank = Bank(shop.ipn_url, tmp_path / "slow.sqlite3", "--slow-seconds", "17")
    try:
        attempt = new_attempt(shop)
        bank.play(attempt, "slow")
        with pytest.raises(GatewayTimeout):
            bank.gateway.query(attempt, request_id=request_id())
    finally:
        bank.stop()


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


# --- a process that dies ---------------------------------------------------------------------


def test_a_bank_killed_between_payment_and_message_loses_nothing(shop, tmp_path):
    data = tmp_path / "bank.sqlite3"
    first = Bank(shop.ipn_url, data, "--gap-seconds", "1.5", "--retry-seconds", "0.1")
    attempt = new_attempt(shop)
    back = first.gateway.parse_return(first.play(attempt, "return_first"))
    port = first.port
    first.stop(signal.SIGKILL)
    assert shop.outcomes(attempt.merchant_ref) == []

    with httpx.Client() as http, pytest.raises(GatewayUnavailable):
        gateway_at(first.address, http).query(attempt, request_id=request_id())

    second = Bank(shop.ipn_url, data, port=port)
    try:
        found = second.gateway.query(attempt, request_id=request_id())
        assert (found.outcome, found.amount_vnd) == ("paid", 5_000_000)
        assert found.gateway_transaction_no == back.gateway_transaction_no
        eventually(lambda: shop.outcomes(attempt.merchant_ref) == ["paid"])
    finally:
        assert second.stop() == 0


def test_a_message_on_the_wire_when_the_bank_died_is_sent_again(shop, tmp_path):
    data = tmp_path / "bank.sqlite3"
    attempt = new_attempt(shop)
    shop.stuck[attempt.merchant_ref] = let_go = threading.Event()
    shop.failures[attempt.merchant_ref] = 1
    first = Bank(shop.ipn_url, data)
    first.play(attempt, "ok")
    eventually(lambda: shop.outcomes(attempt.merchant_ref) == ["stuck"])
    first.stop(signal.SIGKILL)
    second = Bank(shop.ipn_url, data)
    try:
        eventually(lambda: "paid" in shop.outcomes(attempt.merchant_ref))
    finally:
        let_go.set()
        second.stop()


def test_without_a_secret_the_bank_does_not_start():
    out = subprocess.run(
        [
            *(sys.executable, "-m", "citizens.gateways.sandbox_bank", "--port", "0"),
            *("--terminal", TERMINAL, "--secret-env", "NO_SUCH_SECRET", "--ipn-url", "http://a/"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert out.returncode == 2
    assert "NO_SUCH_SECRET" in out.stderr
