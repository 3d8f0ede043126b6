"""The sandbox bank misbehaving on request, and dying, with the real gateway on the other end."""

import itertools
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import httpx
import pytest

from citizens.gateways.contract import (
    AttemptData,
    GatewayTimeout,
    GatewayUnavailable,
)
from citizens.gateways.sandbox_scenarios import SCENARIOS
from tests.citizens.bank_process import (
    ROOT,
    TERMINAL,
    Bank,
    Shop,
    eventually,
    gateway_at,
    new_attempt,
    request_id,
    running_shop,
)

pytestmark = pytest.mark.gate

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
    gaps = [after - before for before, after in itertools.pairwise(moments)]
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
