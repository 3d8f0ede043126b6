"""Money that goes the other way: refunds by two people, reversals, claims, counter vouchers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from citizens.standing import latest_paper
from notices.models import Notice, PaperKind
from tests.journeys import START, World, acting, case_at, confirming, officer, world
from tests.violations.test_payments import books, noon, pay
from violations import (
    counter,
    decision_changes,
    enforcement,
    measures,
    papers,
    payment_claims,
    payments,
    refunds,
    reversals,
    sweeps,
)
from violations.actors import SYSTEM, Actor
from violations.guards import Refused
from violations.models import (
    LedgerEntry,
    Payment,
    PaymentClaim,
    PaymentReversal,
    Refund,
    StateVoucher,
    Violation,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
FINE = 19_000_000


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def place() -> World:
    return world()


@pytest.fixture
def accountant(place: World) -> Actor:
    return acting(officer("mai", "Vũ Thanh Mai", "Accountant", place.unit))


@pytest.fixture
def second(place: World) -> Actor:
    return acting(officer("an", "Lý Bình An", "Accountant", place.unit))


@pytest.fixture
def served(place: World) -> Violation:
    """A served decision of 19,000,000 đồng, payable until 26/10/2026."""
    return case_at("served", place)


def fresh(case: Violation) -> Violation:
    return Violation.objects.get(pk=case.pk)


def paid(case: Violation, amount: int = FINE, reference: str = "R1") -> Payment:
    payment = pay(case, amount, case.pay_due_on, reference)
    payments.settle_and_close(case.pk, at=noon(case.pay_due_on))
    return payment


def at_of(case: Violation) -> Any:
    return noon(case.pay_due_on) + timedelta(hours=1)


def ask(payment: Payment, amount: int, by: Actor, **more: Any) -> Refund:
    case = payment.decision.case
    return refunds.request_refund(
        payment.pk,
        **({"amount_vnd": amount, "route": "treasury", "basis": "nộp thừa", "by": by,
            "at": at_of(case)} | more),
    )  # fmt: skip


def test_a_surplus_goes_back_by_two_people_and_the_books_balance(served, accountant, second):
    payment = paid(served, 20_000_000)
    refund = ask(payment, 1_000_000, accountant)
    assert (refund.unapplied_vnd, refund.fine_vnd) == (1_000_000, 0)
    at = at_of(served)
    with pytest.raises(Refused, match="another person"):
        refunds.approve_refund(refund.pk, expected_vnd=1_000_000, by=accountant, at=at)
    with pytest.raises(Refused, match="not the one you saw"):
        refunds.approve_refund(refund.pk, expected_vnd=900_000, by=second, at=at)
    refunds.approve_refund(refund.pk, expected_vnd=1_000_000, by=second, at=at)
    for _again in range(2):
        refunds.complete_refund(refund.pk, answer="UNC 12", on=at.date(), by=accountant, at=at)
    assert books() == {"clearing:vnpay": FINE, "revenue:fine": -FINE}
    assert list(
        served.events.filter(step__contains="refund")
        .order_by("sequence")
        .values_list("step", flat=True)
    ) == ["request_refund", "approve_refund", "complete_refund"]


def test_what_is_owed_cannot_be_refunded_and_nothing_is_promised_twice(served, accountant):
    payment = paid(served, 20_000_000)
    with pytest.raises(Refused, match=r"At most 1\.000\.000"):
        ask(payment, 1_000_001, accountant)
    ask(payment, 600_000, accountant)
    with pytest.raises(Refused, match=r"At most 400\.000"):
        ask(payment, 600_000, accountant)


def test_a_refused_refund_frees_the_money(served, accountant, second):
    payment = paid(served, 20_000_000)
    refund = ask(payment, 1_000_000, accountant)
    with pytest.raises(Refused, match="Say why"):
        refunds.refuse_refund(refund.pk, reason=" ", by=second, at=at_of(served))
    refunds.refuse_refund(refund.pk, reason="chưa đủ hồ sơ", by=second, at=at_of(served))
    assert ask(payment, 1_000_000, accountant).pk != refund.pk


def test_a_reviewing_officer_asks_for_no_refund(served, place):
    payment = paid(served, 20_000_000)
    with pytest.raises(Refused, match="Your role does not include"):
        ask(payment, 1_000_000, acting(place.reviewer))


def test_a_cancelled_decision_gives_everything_back(served, place, accountant, second):
    on = served.pay_due_on + timedelta(days=11)
    payment = pay(served, FINE + 95_000, on)
    payments.settle_and_close(served.pk, at=noon(on))
    at = noon(on) + timedelta(hours=2)
    decision_changes.propose_change(
        served.pk, kind="cancelled", ground="wrong_person", text="Hủy bỏ toàn bộ quyết định",
        by=acting(place.reviewer), at=at,
    )  # fmt: skip
    decision_changes.sign_cancellation(served.pk, by=acting(place.leader), at=at)
    payment = Payment.objects.get(pk=payment.pk)
    refund = ask(payment, FINE + 95_000, accountant, at=at)
    assert (refund.fine_vnd, refund.late_charge_vnd, refund.unapplied_vnd) == (FINE, 95_000, 0)
    refunds.approve_refund(refund.pk, expected_vnd=FINE + 95_000, by=second, at=at)
    refunds.complete_refund(refund.pk, answer="UNC 13", on=on, by=accountant, at=at)
    assert books() == {}
    due = payments.amount_due(fresh(served).decision, on=on)
    assert (due.excess_vnd, due.remaining_vnd) == (0, 0)


def test_the_database_refuses_a_maker_who_checks_and_more_than_came(served, accountant, second):
    payment = paid(served, 20_000_000)
    refund = ask(payment, 1_000_000, accountant)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(
            state="approved", settled_by=accountant.officer, settled_at=at_of(served)
        )
    with transaction.atomic():
        Refund.objects.create(
            payment=payment, amount_vnd=20_000_000, fine_vnd=0, late_charge_vnd=0,
            unapplied_vnd=20_000_000, route="treasury", basis="x", request_id="X",
            requested_by=accountant.officer, requested_at=at_of(served),
        )  # fmt: skip
        with pytest.raises(IntegrityError, match="more goes back"):
            connection.check_constraints()
        transaction.set_rollback(True)


# Reversals -----------------------------------------------------------------------------------------


def reverse(payment: Payment, on: date, **more: Any) -> PaymentReversal:
    return reversals.reverse(
        payment,
        **({"kind": "chargeback", "reference": "CB1", "reason": "ngân hàng đòi lại", "on": on,
            "by": SYSTEM, "at": noon(on)} | more),
    )  # fmt: skip


def test_a_lost_chargeback_opens_the_case_again(served):
    payment = paid(served)
    assert fresh(served).status == "closed"
    on = served.pay_due_on + timedelta(days=20)
    assert reverse(payment, on) == reverse(payment, on)
    case = fresh(served)
    assert (case.status, case.paid_on, case.closed_on) == ("served", None, None)
    assert set(case.deadlines.filter(met_on__isnull=True).values_list("name", flat=True)) >= {
        "pay_due",
        "lapse",
    }
    due = payments.amount_due(case.decision, on=on + timedelta(days=1))
    assert due.unpaid_fine_vnd == FINE
    # The State had the money until it was taken back; from that day on it is late.
    assert due.late_charge_vnd == FINE * 5 // 10_000
    assert books() == {"receivable:fine": FINE, "revenue:fine": -FINE}
    assert not payments.settle_and_close(case.pk, at=noon(on)), "it is not paid by what was taken"
    pay(case, due.remaining_vnd, on + timedelta(days=1), "R2")
    assert payments.settle_and_close(case.pk, at=noon(on + timedelta(days=1)))


def test_the_confirmation_of_money_taken_back_is_void_and_a_new_payment_has_a_new_one(served):
    payment = paid(served)
    (first,) = confirmations(served)
    assert first.voided_at is None
    on = served.pay_due_on + timedelta(days=20)
    reverse(payment, on)
    (first,) = confirmations(served)
    assert (first.voided_at, first.void_reason) == (noon(on), reversals.WITHDRAWN)
    assert latest_paper(fresh(served), first.kind) is None
    due = payments.amount_due(fresh(served).decision, on=on)
    pay(fresh(served), due.remaining_vnd, on, "R2")
    assert payments.settle_and_close(served.pk, at=noon(on))
    _void, second = confirmations(served)
    assert second.voided_at is None
    assert latest_paper(fresh(served), second.kind) == second


def confirmations(case: Violation) -> list[Notice]:
    rows = papers.papers_of(case).filter(kind=PaperKind.PAYMENT_CONFIRMATION)
    return list(rows.order_by("number"))


def test_a_case_paid_before_service_is_opened_before_service(place):
    case = case_at("decided", place)
    payment = pay(case, FINE, case.decided_on)
    payments.settle_and_close(case.pk, at=noon(case.decided_on))
    reverse(payment, case.decided_on + timedelta(days=2))
    assert fresh(case).status == "decided"


def test_a_part_payment_taken_back_leaves_the_case_where_it_stands(served):
    payment = pay(served, 5_000_000, served.pay_due_on)
    reverse(payment, served.pay_due_on)
    case = fresh(served)
    assert (case.status, case.beside.unpaid_fine_vnd) == ("served", FINE)


def test_what_was_refunded_is_not_taken_back_as_well(served, accountant):
    payment = paid(served, 20_000_000)
    ask(payment, 1_000_000, accountant)
    with pytest.raises(Refused, match="cannot be taken back as well"):
        reverse(payment, served.pay_due_on)


def test_a_second_payment_taken_back_leaves_the_case_closed(served):
    paid(served)
    second = pay(served, FINE, served.pay_due_on, "R2")
    reverse(second, served.pay_due_on)
    assert fresh(served).status == "closed"
    assert books() == {"clearing:vnpay": FINE, "revenue:fine": -FINE}


# "I have paid" -------------------------------------------------------------------------------------


def claim(case: Violation, **more: Any) -> PaymentClaim:
    given = {
        "channel": "bank",
        "paid_on": case.pay_due_on,
        "amount_vnd": FINE,
        "at": noon(case.pay_due_on + timedelta(days=1)),
    }
    return payment_claims.claim_paid(case.pk, **(given | more))


def test_nothing_is_pressed_for_while_a_claim_is_open(served, place, accountant):
    made = claim(served)
    late = noon(served.pay_due_on + timedelta(days=5))
    counts = sweeps.daily(at=late)
    assert "begin_late_charge" not in counts and "propose_warn_unpaid" not in counts
    with pytest.raises(Refused, match="says that the fine was paid"):
        enforcement.propose_enforcement(
            served.pk, measure="deduction", ground="quá hạn", by=acting(place.reviewer), at=late
        )
    with pytest.raises(Refused, match="Write the answer"):
        payment_claims.answer_claim(made.pk, is_found=False, answer="", by=accountant, at=late)
    payment_claims.answer_claim(
        made.pk, is_found=False, answer="Không có giao dịch này.", by=accountant, at=late
    )
    counts = sweeps.daily(at=late)
    assert counts["begin_late_charge"] == 1 and counts["propose_warn_unpaid"] == 1


def test_a_measure_proposed_before_the_claim_is_not_confirmed_during_it(served):
    late = noon(served.pay_due_on + timedelta(days=2))
    sweeps.daily(at=late)
    claim(served, at=late)
    waiting = served.measures.get(kind="warn_unpaid")
    by = confirming(served)
    measures.open_measure(waiting.pk, by=by, at=late)
    with pytest.raises(Refused, match="says that the fine was paid"):
        measures.confirm(waiting.pk, by=by, at=late)


def test_a_claim_credits_nothing_and_money_that_comes_closes_it(served):
    made = claim(served)
    with pytest.raises(Refused, match="already looking"):
        claim(served)
    assert not LedgerEntry.objects.filter(account_id="clearing:vnpay").exists()
    paid(served)
    made.refresh_from_db()
    assert made.state == "found"
    assert fresh(served).status == "closed"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"paid_on": date(2030, 1, 1)}, "a day between"),
        ({"paid_on": date(2020, 1, 1)}, "a day between"),
        ({"amount_vnd": 0}, "amount in đồng"),
        ({"amount_vnd": 10**12}, "amount in đồng"),
        ({"channel": "magic"}, "how it was paid"),
    ],
)
def test_an_impossible_claim_is_refused(served, more, sentence):
    with pytest.raises(Refused, match=sentence):
        claim(served, **more)
    assert not PaymentClaim.objects.exists()


# The counter ---------------------------------------------------------------------------------------


def enter(case: Violation, by: Actor, **more: Any) -> Payment:
    given = {
        "voucher": "BL 0012345",
        "amount_vnd": FINE,
        "paid_on": case.pay_due_on,
        "by": by,
        "at": at_of(case),
    }
    return counter.receive_at_counter(case.decision.pk, **(given | more))


def test_a_counter_payment_closes_the_case_and_names_who_entered_it(served, accountant):
    payment = enter(served, accountant)
    assert enter(served, accountant) == payment
    assert fresh(served).status == "closed"
    event = served.events.get(step="receive_counter_payment")
    assert event.actor_name.startswith("Vũ Thanh Mai")
    assert StateVoucher.objects.get().number == "BL 0012345"
    assert books() == {"clearing:counter": FINE, "revenue:fine": -FINE}


def test_a_voucher_with_another_sum_and_a_stranger_are_refused(served, place, accountant):
    enter(served, accountant, amount_vnd=5_000_000)
    with pytest.raises(Refused, match="another sum"):
        enter(served, accountant, amount_vnd=6_000_000)
    with pytest.raises(Refused, match="Your role"):
        enter(served, acting(place.clerk), voucher="BL 2")
    with pytest.raises(Refused, match="number of the voucher"):
        enter(served, accountant, voucher=" ")
    with pytest.raises(Refused, match="a day between"):
        enter(served, accountant, voucher="BL 3", paid_on=date(2030, 1, 1))
    assert Payment.objects.count() == 1


def test_the_voucher_of_a_gateway_payment_is_recorded_once(served, accountant):
    payment = paid(served)
    at = at_of(served)
    counter.record_voucher(
        payment.pk, number="C1-01/NS 77", issued_on=at.date(), by=accountant, at=at
    )
    with pytest.raises(Refused, match="recorded already"):
        counter.record_voucher(payment.pk, number="X", issued_on=at.date(), by=accountant, at=at)
    assert payment.voucher.number == "C1-01/NS 77"
    assert START.date() < at.date()
