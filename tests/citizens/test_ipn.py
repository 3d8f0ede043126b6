"""What the bank's server may tell us, in the official order of checks, and what it changes."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from citizens import checkout, till
from citizens.gateways import sandbox_signing
from citizens.models import GatewayEvent, PaymentAttempt
from tests.citizens.visits import NOW, case_at, look_up, start_payment, tell, told
from violations import payments, sanctions, sweeps
from violations.models import LedgerEntry, Party, Payment, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture
def case(place) -> Violation:
    """Return a case whose decision was received and is not paid."""
    return case_at("served", place)


@pytest.fixture
def attempt(case, browser) -> PaymentAttempt:
    """Return a trip to the bank that a citizen has just started."""
    look_up(browser, case)
    return start_payment(browser)


def state_of(attempt: PaymentAttempt) -> str:
    return PaymentAttempt.objects.get(pk=attempt.pk).state


def status_of(case: Violation) -> str:
    return Violation.objects.get(pk=case.pk).status


def test_a_paid_message_pays_the_fine_and_closes_the_case(case, attempt):
    assert tell(Client(), told(attempt)) == "00"
    paid = Payment.objects.get()
    assert (paid.amount_vnd, paid.provider, paid.reference) == (19_000_000, "vnpay", "14422574")
    assert str(paid.paid_on) == "2026-10-17"
    assert state_of(attempt) == "paid"
    assert status_of(case) == "closed"
    assert payments.balance_of("receivable:fine") == 0


def test_the_same_message_again_is_answered_02_and_changes_nothing(case, attempt):
    assert [tell(Client(), told(attempt)) for _ in range(3)] == ["00", "02", "02"]
    assert Payment.objects.count() == 1
    assert list(GatewayEvent.objects.order_by("id").values_list("reply_code", flat=True)) == [
        "00",
        "02",
        "02",
    ]


# The official order: signature, order, amount, state -----------------------------------------------


def test_a_bad_signature_is_refused_before_anything_else(attempt):
    wrong = told(attempt, secret="another secret", vnp_TxnRef="NP-UNKNOWN-00000", vnp_Amount="1")
    assert tell(Client(), wrong) == "97"
    assert state_of(attempt) == "redirected"


@pytest.mark.parametrize("position", [20, 60, 120, -1])
def test_one_altered_character_breaks_the_message(attempt, position):
    query = told(attempt)
    altered = query[:position] + ("1" if query[position] != "1" else "2") + query[position:][1:]
    assert tell(Client(), altered) in ("97", "99")
    assert state_of(attempt) == "redirected"
    assert not Payment.objects.exists()


def test_a_message_for_another_terminal_is_refused(attempt):
    assert tell(Client(), told(attempt, vnp_TmnCode="OTHER001")) == "97"


def test_the_withdrawn_md5_signature_is_refused(attempt, settings):
    query = told(attempt).rpartition("&vnp_SecureHash=")[0]
    params = dict(part.split("=") for part in query.split("&"))
    old = sandbox_signing.sign_version_2_0_0(settings.KEYS["VNPAY_SECRET"], params)
    assert tell(Client(), f"{query}&vnp_SecureHashType=MD5&vnp_SecureHash={old}") == "97"


def test_an_unknown_order_is_answered_01_whatever_its_amount(attempt):
    assert tell(Client(), told(attempt, vnp_TxnRef="NP-UNKNOWN-0", vnp_Amount="100")) == "01"


def test_another_amount_is_answered_04_and_credits_nothing(case, attempt):
    assert tell(Client(), told(attempt, vnp_Amount="100")) == "04"
    assert state_of(attempt) == "redirected"
    assert not Payment.objects.exists()
    assert tell(Client(), told(attempt)) == "00"


def test_another_amount_is_told_apart_even_after_the_payment(attempt):
    tell(Client(), told(attempt))
    assert tell(Client(), told(attempt, vnp_Amount="100")) == "04"


def test_a_failed_payment_is_recorded_and_answered_00(case, attempt):
    assert tell(Client(), told(attempt, "51", "02")) == "00"
    found = PaymentAttempt.objects.get(pk=attempt.pk)
    assert (found.state, found.response_code) == ("failed", "51")
    assert status_of(case) == "served"
    assert tell(Client(), told(attempt, "51", "02")) == "02"


def test_a_message_without_its_fields_is_answered_99(attempt):
    assert tell(Client(), told(attempt, vnp_TransactionStatus="")) == "99"
    assert tell(Client(), "") in ("97", "99")


# Any order of events -------------------------------------------------------------------------------


def test_success_after_failure_is_taken(case, attempt):
    tell(Client(), told(attempt, "51", "02"))
    assert tell(Client(), told(attempt)) == "00"
    assert status_of(case) == "closed"


def test_failure_after_success_changes_nothing(case, attempt):
    tell(Client(), told(attempt))
    assert tell(Client(), told(attempt, "99", "02")) == "02"
    assert state_of(attempt) == "paid"
    assert status_of(case) == "closed"


def test_success_after_expiry_is_taken(case, attempt):
    PaymentAttempt.objects.filter(pk=attempt.pk).update(state="expired")
    assert tell(Client(), told(attempt)) == "00"
    assert status_of(case) == "closed"


@pytest.mark.parametrize(("code", "status"), [("07", "07"), ("99", "04"), ("00", "02")])
def test_money_in_doubt_is_for_a_person_and_neither_paid_nor_failed(case, attempt, code, status):
    assert tell(Client(), told(attempt, code, status)) == "00"
    assert state_of(attempt) == "review"
    assert tell(Client(), told(attempt, "51", "02")) == "02"
    assert state_of(attempt) == "review"
    assert not Payment.objects.exists()
    assert status_of(case) == "served"


def test_a_clear_success_ends_the_doubt(case, attempt):
    tell(Client(), told(attempt, "07", "07"))
    assert tell(Client(), told(attempt)) == "00"
    assert status_of(case) == "closed"


def test_an_unfinished_payment_stays_open(attempt):
    assert tell(Client(), told(attempt, "99", "01")) == "00"
    assert state_of(attempt) == "redirected"


def test_paying_twice_in_two_tabs_books_the_second_as_owed_back(case, browser, attempt):
    second = start_payment(browser)
    tell(Client(), told(attempt, vnp_TransactionNo="1001"))
    assert tell(Client(), told(second, vnp_TransactionNo="1002")) == "00"
    first_row, second_row = Payment.objects.order_by("id")
    assert (first_row.fine_vnd, first_row.unapplied_vnd) == (19_000_000, 0)
    assert (second_row.fine_vnd, second_row.unapplied_vnd) == (0, 19_000_000)
    assert payments.balance_of("liability:unapplied") == -19_000_000
    assert sum(LedgerEntry.objects.values_list("amount_vnd", flat=True)) == 0
    assert state_of(second) == "paid"


def test_one_number_of_the_bank_never_pays_two_attempts(case, browser, attempt):
    second = start_payment(browser)
    tell(Client(), told(attempt, vnp_TransactionNo="1001"))
    assert tell(Client(), told(second, vnp_TransactionNo="1001")) == "00"
    assert Payment.objects.count() == 1


def test_success_without_the_banks_number_is_for_a_person(attempt):
    assert tell(Client(), told(attempt, vnp_TransactionNo="0")) == "00"
    assert state_of(attempt) == "review"


def test_money_for_a_decision_that_is_no_longer_executed_is_kept_to_be_returned(case, attempt):
    sanctions.end_by_clock(case.pk, "lapse", at=NOW + timedelta(days=400))
    assert tell(Client(), told(attempt)) == "00"
    payment = Payment.objects.get()
    assert (payment.fine_vnd, payment.unapplied_vnd) == (0, 19_000_000)
    assert status_of(case) == "lapsed"
    assert GatewayEvent.objects.get(attempt=attempt).outcome == "paid"


def test_money_is_kept_when_the_case_cannot_be_closed_and_the_sweep_closes_it(case, attempt):
    """The confirmation names the payer: without that row closing fails, the payment does not."""
    offender = case.parties.get(role=Party.Role.OFFENDER)
    kept = Party.objects.filter(pk=offender.pk).values().get()
    offender.delete()
    assert tell(Client(), told(attempt)) == "00"
    assert Payment.objects.get().amount_vnd == 19_000_000
    assert status_of(case) == "served"
    Party.objects.create(**kept)
    assert sweeps.close_paid(at=NOW + timedelta(hours=1)) == 1
    assert status_of(case) == "closed"


def test_the_day_of_payment_is_the_banks_not_ours(case, attempt, clock):
    """Paid on the last day, told two days later: no late charge."""
    clock(NOW + timedelta(days=12))
    assert tell(Client(), told(attempt, vnp_PayDate=f"{case.pay_due_on:%Y%m%d}235959")) == "00"
    assert Payment.objects.get().paid_on == case.pay_due_on
    assert status_of(case) == "closed"


# What is kept, and what strangers can do ---------------------------------------------------------------


def test_what_was_told_is_kept_as_it_came(attempt):
    query = told(attempt)
    tell(Client(), query)
    event = GatewayEvent.objects.get()
    assert event.raw == query
    assert (event.kind, event.signature_true, event.outcome) == ("ipn", True, "paid")
    assert event.attempt_id == attempt.pk


def test_a_fault_of_ours_is_answered_99_and_still_written_down(attempt):
    """Without the accounts' table nothing can be posted: the bank must call again."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE violations_ledgerentry RENAME TO lost")
    assert tell(Client(), told(attempt)) == "99"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE lost RENAME TO violations_ledgerentry")
    assert GatewayEvent.objects.get().reply_code == "99"
    assert state_of(attempt) == "redirected"
    assert tell(Client(), told(attempt)) == "00"


def test_strangers_cannot_fill_the_table_of_events(attempt, settings):
    for number in range(70):
        assert tell(Client(), f"vnp_TxnRef={number}") == "97"
    assert GatewayEvent.objects.count() == 60
    assert tell(Client(), told(attempt)) == "00"


def test_an_oversized_message_is_not_read(db):
    answer = Client().get("/nop-phat/ipn/vnpay/?" + "a" * 9000)
    assert answer.status_code == 414
    assert not GatewayEvent.objects.exists()


def test_only_get_is_taken_and_no_token_is_needed(db):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/nop-phat/ipn/vnpay/").status_code == 405
    assert strict.get("/nop-phat/ipn/vnpay/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_three_messages_at_once_make_one_payment(place, browser):
    case = case_at("served", place)
    look_up(browser, case)
    attempt = start_payment(browser)
    query, replies = told(attempt), []
    start = threading.Barrier(3)

    def send() -> None:
        try:
            start.wait(5)
            reply = checkout.apply_notification(query, network="203.0.113.0/24", at=NOW)
            replies.append(reply.body)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = sorted(reply.decode()[13:15] for reply in replies)
    assert codes == ["00", "02", "02"]
    assert Payment.objects.count() == 1
    assert GatewayEvent.objects.count() == 3
    assert status_of(case) == "closed"


@pytest.mark.django_db(transaction=True)
def test_two_attempts_told_at_once_make_one_fine_and_one_debt(place, browser):
    case = case_at("served", place)
    look_up(browser, case)
    attempts = [start_payment(browser), start_payment(browser)]
    start = threading.Barrier(2)

    def send(query: str) -> None:
        try:
            start.wait(5)
            checkout.apply_notification(query, network="203.0.113.0/24", at=NOW)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=send, args=[told(each, vnp_TransactionNo=str(2000 + number))])
        for number, each in enumerate(attempts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = sorted(Payment.objects.values_list("fine_vnd", "unapplied_vnd"))
    assert rows == [(0, 19_000_000), (19_000_000, 0)]
    assert status_of(case) == "closed"


def test_the_text_for_the_bank_names_the_decision_in_plain_letters(case):
    note = till.order_info(case.decision)
    assert note.isascii()
    assert note == f"Nop phat VPHC QD {case.decision.notice.number:04d}/QD-XPHC ngay 14/10/2026"
