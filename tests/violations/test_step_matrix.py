"""Every status × every step: what is not in the table is refused, and leaves no event.

Each status is reached by the real acts. The table is read again here as a list of pairs, so that a
row that gains an origin by accident is seen: the count of open pairs is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys import World, acting, case_at, world
from violations import decision_changes, enforcement, review, sanctions
from violations.actors import SYSTEM
from violations.guards import Refused
from violations.models import CaseEvent, Lease, Violation
from violations.taking import taking
from violations.workflow import STEPS

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

MAIN_ROAD = (
    "detected",
    "verified",
    "owner_identified",
    "notified",
    "recorded",
    "decided",
    "served",
    "closed",
)


def rejected(place: World) -> Violation:
    case = case_at("detected", place)
    at = case.created_at + timedelta(minutes=5)
    lease = Lease.objects.create(
        case=case,
        officer=place.reviewer,
        acquired_at=at,
        expires_at=at + timedelta(minutes=10),
    )
    verdict = review.Verdict(
        "reject", rejection_reason="no_violation", viewed_files=("x",), visible_ms=3000
    )
    decided = review.decide(case.pk, lease.token, verdict, by=acting(place.reviewer), at=at)
    assert review.finalise(decided.pk, at=decided.effective_at)
    return case


def dismissed(place: World) -> Violation:
    case = case_at("notified", place)
    at = case.created_at + timedelta(hours=3)
    sanctions.dismiss(case.pk, reason="Đ65 k1 đ.a", by=acting(place.leader), at=at)
    return case


def time_barred(place: World) -> Violation:
    case = case_at("notified", place)
    sanctions.end_by_clock(case.pk, "bar_by_time", at=case.created_at + timedelta(days=400))
    return case


def lapsed(place: World) -> Violation:
    case = case_at("served", place)
    sanctions.end_by_clock(case.pk, "lapse", at=case.created_at + timedelta(days=400))
    return case


def annulled(place: World) -> Violation:
    case = case_at("served", place)
    at = case.created_at + timedelta(days=4)
    decision_changes.propose_change(
        case.pk,
        kind="cancelled",
        ground="wrong_person",
        text="Hủy bỏ toàn bộ quyết định",
        by=acting(place.reviewer),
        at=at,
    )
    decision_changes.sign_cancellation(case.pk, by=acting(place.leader), at=at)
    return case


def enforced(place: World) -> Violation:
    case = case_at("served", place)
    at = case.created_at + timedelta(days=40)
    enforcement.propose_enforcement(
        case.pk, measure="deduction", ground="quá hạn", by=acting(place.reviewer), at=at
    )
    enforcement.sign_enforcement(case.pk, by=acting(place.leader), at=at)
    return case


def paid(place: World) -> Violation:
    """Paid and closed are one transaction; here the second half is left out."""
    from violations import payments

    case = case_at("served", place)
    at = case.created_at + timedelta(days=4)
    payments.receive(
        case.decision.pk,
        provider="vnpay",
        reference="R",
        amount_vnd=case.decision.fine_vnd,
        paid_at=at,
        at=at,
    )
    with taking("settle", case.pk, by=SYSTEM, at=at) as (settled, _event):
        settled.paid_on = at.date()
    return case


REACHED: dict[str, Callable[[World], Violation]] = {
    **{status: (lambda place, to=status: case_at(to, place)) for status in MAIN_ROAD},
    "rejected": rejected,
    "dismissed": dismissed,
    "time_barred": time_barred,
    "lapsed": lapsed,
    "annulled": annulled,
    "enforced": enforced,
    "paid": paid,
}


def test_every_status_is_walked_to() -> None:
    assert set(REACHED) == {status.value for status in Violation.Status}


@pytest.mark.parametrize("status", sorted(REACHED))
def test_what_the_table_does_not_offer_here_is_refused_and_leaves_no_event(status: str) -> None:
    place = world()
    case = REACHED[status](place)
    case = Violation.objects.get(pk=case.pk)
    assert case.status == status
    last = case.events.order_by("sequence").last()
    at = last.at + timedelta(minutes=1)
    before = CaseEvent.objects.count()
    closed = [step for step in STEPS.values() if status not in step.origins]
    assert closed
    who: list[Any] = [SYSTEM, *map(acting, (place.leader, place.reviewer, place.clerk))]
    for step in closed:
        for by in who:
            with pytest.raises(Refused), taking(step.name, case.pk, by=by, at=at):
                pytest.fail(f"{step.name} was let through at {status}")
    assert CaseEvent.objects.count() == before
    assert Violation.objects.get(pk=case.pk).status == status


AFTER_THE_END = {
    "rejected": "draw_second_look withdraw_verdict look_again adjudicate reinstate",
    "dismissed": "lift_warning return_draft record_posting begin_delivery "
    "propose_recall_letter sign_recall_letter settle_submission",
    "time_barred": "lift_warning record_posting begin_delivery settle_submission",
    "annulled": "lift_warning record_posting begin_delivery receive_payment receive_counter_payment "
    "record_voucher reverse_payment answer_claim request_refund approve_refund refuse_refund "
    "complete_refund settle_submission withdraw_complaint record_judgment record_order_sent resume_execution",
}


@pytest.mark.parametrize("status", sorted(AFTER_THE_END))
def test_an_ended_case_offers_these_steps_and_no_others(status: str) -> None:
    offered = [step.name for step in STEPS.values() if status in step.origins]
    assert offered == AFTER_THE_END[status].split()
