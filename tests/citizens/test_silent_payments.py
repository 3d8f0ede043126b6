"""Payments the bank never told about: the portal asks, and never guesses."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from citizens import silent_attempts
from citizens.models import GatewayEvent, PaymentAttempt
from citizens.tasks import mop_up_payments
from tests.citizens.bank_process import SECRET, TERMINAL, Bank
from tests.citizens.visits import (
    NOW,
    case_at,
    look_up,
    press_pay,
)
from violations.models import Payment, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATE = NOW + timedelta(days=14)


@pytest.fixture
def bank(tmp_path, settings):
    """Run the sandbox bank; its messages go nowhere, so that only questions find the truth."""
    bank = Bank("http://127.0.0.1:9/", tmp_path / "bank.sqlite3")
    settings.KEYS = settings.KEYS | {"VNPAY_SECRET": SECRET}
    settings.VNPAY_TERMINAL = TERMINAL
    settings.VNPAY_PAY_URL = f"{bank.address}/paymentv2/vpcpay.html"
    settings.VNPAY_API_URL = f"{bank.address}/merchant_webapi/api/transaction"
    yield bank
    bank.stop()


@pytest.fixture
def today(monkeypatch) -> datetime:
    """Let the clock run: the bank's process has the real one."""
    monkeypatch.undo()
    return timezone.now()


@pytest.fixture
def silent(bank, place, today, browser) -> tuple[Bank, str, PaymentAttempt]:
    """Start a payment; returns the bank, the address of its page and the attempt."""
    case = case_at("served", place)
    look_up(browser, case)
    address = press_pay(browser)["Location"]
    return bank, address, PaymentAttempt.objects.get()


def play(bank: Bank, address: str, scenario: str) -> None:
    """Do at the bank what the scenario says."""
    assert bank.choose(bank.http.get(address), scenario=scenario).status_code == 302


@pytest.mark.parametrize(
    ("scenario", "state"),
    [("ipn_never", "paid"), ("no_funds", "failed"), ("suspect", "review"), ("reversed", "review")],
)
def test_asking_finds_what_the_bank_never_told(silent, scenario, state):
    bank, address, attempt = silent
    play(bank, address, scenario)
    assert silent_attempts.mop_up(at=timezone.now() + timedelta(minutes=10)) == 1
    attempt.refresh_from_db()
    assert attempt.state == state
    assert Payment.objects.count() == (1 if state == "paid" else 0)
    event = GatewayEvent.objects.get()
    assert (event.kind, event.signature_true) == ("query", True)
    if state == "paid":
        assert Violation.objects.get(decision=attempt.decision).status == "closed"


def test_a_payer_who_never_reached_the_bank_is_expired_after_a_day_and_not_before(silent):
    _bank, _address, attempt = silent
    start = attempt.created_at
    for hours, state in ((1, "redirected"), (23, "redirected"), (25, "expired")):
        silent_attempts.mop_up(at=start + timedelta(hours=hours))
        attempt.refresh_from_db()
        assert attempt.state == state, hours


@pytest.mark.parametrize("scenario", ["query_down", "query_bad_hash"])
def test_an_unusable_answer_changes_nothing_and_is_asked_for_again(silent, scenario):
    bank, address, attempt = silent
    play(bank, address, scenario)
    for minutes in (10, 20, 40):
        assert silent_attempts.mop_up(at=attempt.created_at + timedelta(minutes=minutes)) == 0
        attempt.refresh_from_db()
        assert attempt.state == "redirected"
    assert silent_attempts.mop_up(at=attempt.created_at + timedelta(hours=2)) == 1
    attempt.refresh_from_db()
    assert attempt.state == "paid"


def test_a_bank_that_is_gone_leaves_the_outcome_unknown_even_after_a_day(silent):
    bank, _address, attempt = silent
    bank.process.kill()
    bank.process.wait(10)
    assert silent_attempts.mop_up(at=attempt.created_at + timedelta(hours=30)) == 0
    attempt.refresh_from_db()
    assert attempt.state == "redirected"
    assert attempt.asked_at is not None


def test_a_young_attempt_is_left_alone_and_nobody_asks_twice_at_once(silent, settings):
    _bank, _address, attempt = silent
    settings.PAYMENT_MOP_UP_SECONDS = 600
    silent_attempts.mop_up(at=attempt.created_at + timedelta(minutes=9))
    attempt.refresh_from_db()
    assert attempt.asked_at is None
    moment = attempt.created_at + timedelta(minutes=10)
    silent_attempts.mop_up(at=moment)
    silent_attempts.mop_up(at=moment + timedelta(seconds=20))
    attempt.refresh_from_db()
    assert attempt.asked_at == moment
    assert GatewayEvent.objects.count() == 1


def test_the_task_of_the_schedule_settles_a_silent_payment(silent, settings):
    bank, address, attempt = silent
    settings.PAYMENT_MOP_UP_SECONDS = 0
    play(bank, address, "ipn_never")
    time.sleep(0.01)
    mop_up_payments()
    attempt.refresh_from_db()
    assert attempt.state == "paid"
