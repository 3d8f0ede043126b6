"""Money: every đồng is applied once, the late charge is for a day, the books sum to zero."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from notices.models import Notice
from tests.journeys import World, case_at, world
from violations import payments, reversals, sweeps
from violations.actors import SYSTEM
from violations.guards import VIET_NAM
from violations.models import LedgerEntry, Payment, Violation

pytestmark = pytest.mark.gate


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=VIET_NAM)


def pay(case: Violation, amount: int, on: date, reference: str = "R1") -> Payment:
    return payments.receive(
        case.decision.pk,
        provider="vnpay",
        reference=reference,
        amount_vnd=amount,
        paid_at=noon(on),
        at=noon(on),
    )


def books() -> dict[str, int]:
    rows = LedgerEntry.objects.values("account_id").annotate(total=Sum("amount_vnd"))
    return {row["account_id"]: row["total"] for row in rows if row["total"]}


@pytest.fixture
def served(db: Any) -> Violation:
    """A served decision of 19,000,000 đồng, payable until 26/10/2026 (a Monday)."""
    case = case_at("served", world())
    assert case.pay_due_on == date(2026, 10, 26)
    return case


def test_paid_in_time_is_the_fine_and_closes_the_case(served: Violation) -> None:
    payment = pay(served, 19_000_000, served.pay_due_on)
    assert (payment.fine_vnd, payment.late_charge_vnd, payment.unapplied_vnd) == (19_000_000, 0, 0)
    assert payments.settle_and_close(served.pk, at=noon(served.pay_due_on))
    case = Violation.objects.get(pk=served.pk)
    assert (case.status, case.paid_on) == ("closed", served.pay_due_on)
    # The person's own ways stay open: to complain and to sue.
    assert set(case.deadlines.filter(met_on__isnull=True).values_list("name", flat=True)) == {
        "complaint_due",
        "lawsuit_due",
    }
    assert Notice.objects.filter(kind="XNNT", subject=case.number).count() == 1
    assert books() == {"clearing:vnpay": 19_000_000, "revenue:fine": -19_000_000}


@pytest.mark.parametrize(
    ("days_after", "charge"),
    [
        pytest.param(0, 0, id="TT 18/2023 Đ5: the last day itself"),
        pytest.param(1, 0, id="TT 18/2023 Đ5: the day after, charged to the day before payment"),
        pytest.param(2, 9_500, id="TT 18/2023 Đ5: two days after, one day charged"),
        pytest.param(11, 95_000, id="Đ78 k1: ten days at 0.05 %"),
        pytest.param(31, 285_000, id="Đ78 k1: holidays count too"),
    ],
)
def test_the_late_charge_is_for_a_day(served: Violation, days_after: int, charge: int) -> None:
    on = served.pay_due_on + timedelta(days=days_after)
    due = payments.amount_due(served.decision, on=on)
    assert due.late_charge_vnd == charge
    assert due.remaining_vnd == 19_000_000 + charge


def test_paying_the_fine_late_without_the_charge_leaves_the_charge_owed(served: Violation) -> None:
    on = served.pay_due_on + timedelta(days=11)
    pay(served, 19_000_000, on)
    assert not payments.settle_and_close(served.pk, at=noon(on))
    later = on + timedelta(days=40)
    due = payments.amount_due(served.decision, on=later)
    assert (due.unpaid_fine_vnd, due.remaining_vnd) == (0, 95_000), "no charge on a charge"
    pay(served, 95_000, later, "R2")
    assert payments.settle_and_close(served.pk, at=noon(later))
    assert books() == {
        "clearing:vnpay": 19_095_000,
        "revenue:fine": -19_000_000,
        "revenue:late_charge": -95_000,
    }


def test_two_parts_around_the_last_day_are_charged_each_for_their_days(served: Violation) -> None:
    first, second = served.pay_due_on, served.pay_due_on + timedelta(days=11)
    pay(served, 9_000_000, first)
    due = payments.amount_due(served.decision, on=second)
    assert due.late_charge_vnd == 50_000, "ten days on the ten million that were left"


def test_a_part_paid_late_ends_one_stretch_and_begins_another(served: Violation) -> None:
    """Ten days on 19 million, then from the day of the part payment on what was left."""
    first = served.pay_due_on + timedelta(days=11)
    pay(served, 9_000_000, first)
    due = payments.amount_due(served.decision, on=first + timedelta(days=4))
    assert due.late_charge_vnd == 95_000 + 4 * 5_000
    assert due.unpaid_fine_vnd == 10_000_000


def test_too_much_is_kept_to_be_returned(served: Violation) -> None:
    payment = pay(served, 20_000_000, served.pay_due_on)
    assert payment.unapplied_vnd == 1_000_000
    assert payments.settle_and_close(served.pk, at=noon(served.pay_due_on))
    assert books()["liability:unapplied"] == -1_000_000


def test_money_of_an_earlier_day_told_later_pays_nothing_twice(served: Violation) -> None:
    """A transfer of Monday is found on the statement after the whole fine was paid on Tuesday."""
    monday, tuesday = served.pay_due_on - timedelta(days=6), served.pay_due_on - timedelta(days=5)
    pay(served, 19_000_000, tuesday)
    found = pay(served, 9_500_000, monday, "R2")
    assert (found.fine_vnd, found.unapplied_vnd) == (0, 9_500_000)
    assert books() == {
        "clearing:vnpay": 28_500_000,
        "revenue:fine": -19_000_000,
        "liability:unapplied": -9_500_000,
    }


def test_money_of_an_earlier_day_pays_what_was_taken_back_meanwhile(served: Violation) -> None:
    monday, tuesday = served.pay_due_on - timedelta(days=6), served.pay_due_on - timedelta(days=5)
    taken_back = pay(served, 19_000_000, tuesday)
    reversals.reverse(
        taken_back, kind="chargeback", reference="CB1", reason="ngân hàng đòi lại",
        on=served.pay_due_on, by=SYSTEM, at=noon(served.pay_due_on),
    )  # fmt: skip
    found = pay(served, 9_500_000, monday, "R2")
    assert (found.fine_vnd, found.unapplied_vnd) == (9_500_000, 0)


def test_a_second_payment_after_the_close_is_kept_to_be_returned(served: Violation) -> None:
    pay(served, 19_000_000, served.pay_due_on)
    payments.settle_and_close(served.pk, at=noon(served.pay_due_on))
    second = pay(served, 19_000_000, served.pay_due_on, "R2")
    assert second.unapplied_vnd == 19_000_000
    assert Violation.objects.get(pk=served.pk).status == "closed"
    assert sum(books().values()) == 0


def test_the_same_money_told_again_is_the_same_row(served: Violation) -> None:
    first = pay(served, 19_000_000, served.pay_due_on)
    assert pay(served, 19_000_000, served.pay_due_on) == first
    with pytest.raises(payments.AmountConflict):
        pay(served, 18_000_000, served.pay_due_on)
    assert Payment.objects.count() == 1
    assert served.events.filter(step="receive_payment").count() == 1


def test_paying_before_service_is_recorded_is_accepted(db: Any) -> None:
    case = case_at("decided", world())
    pay(case, 19_000_000, case.decided_on)
    assert payments.settle_and_close(case.pk, at=noon(case.decided_on))
    assert Violation.objects.get(pk=case.pk).status == "closed"


def test_the_sweep_closes_what_an_interruption_left(served: Violation) -> None:
    pay(served, 19_000_000, served.pay_due_on)
    assert sweeps.close_paid(at=noon(served.pay_due_on)) == 1
    assert sweeps.close_paid(at=noon(served.pay_due_on)) == 0
    assert Violation.objects.get(pk=served.pk).status == "closed"


@pytest.mark.django_db(transaction=True)
def test_six_tellings_at_once_are_one_payment() -> None:
    place: World = world()
    case = case_at("served", place)
    barrier = threading.Barrier(6)
    told: list[int] = []

    def tell() -> None:
        try:
            barrier.wait(timeout=20)
            told.append(pay(case, 19_000_000, case.pay_due_on).pk)
            payments.settle_and_close(case.pk, at=noon(case.pay_due_on))
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(told) == 6
    assert len(set(told)) == 1
    assert Payment.objects.count() == 1
    assert Notice.objects.filter(kind="XNNT").count() == 1
    assert Violation.objects.get(pk=case.pk).status == "closed"
    assert sum(books().values()) == 0


@pytest.mark.django_db
def test_the_sweep_ends_what_the_clock_ended_once() -> None:
    place = world()
    notified = case_at("notified", place)
    recorded = case_at("recorded", place)
    decided = case_at("decided", place)
    after_decision_period = noon(recorded.decision_due_on + timedelta(days=1))
    assert sweeps.end_overdue(at=noon(recorded.decision_due_on)) == 0
    assert sweeps.end_overdue(at=after_decision_period) == 1
    assert Violation.objects.get(pk=recorded.pk).status == "dismissed"
    after_a_year = noon(notified.time_bar_on + timedelta(days=1))
    assert sweeps.end_overdue(at=after_a_year) == 1
    assert Violation.objects.get(pk=notified.pk).status == "time_barred"
    assert sweeps.end_overdue(at=after_a_year + timedelta(days=5)) == 1
    assert Violation.objects.get(pk=decided.pk).status == "lapsed"
    assert sweeps.end_overdue(at=after_a_year + timedelta(days=50)) == 0
