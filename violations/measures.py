"""Charges and warnings that wait for an officer's word (biện pháp chờ xác nhận).

What needs a word and what does not:

* A warning to inspection, registration or licence agencies (TT 73/2024 Đ24 k5 đ.a; NĐ 168/2024
  Đ47 k11) always waits: it holds a procedure of a person who may never have had the letter.
* The late charge (Luật XLVPHC Đ78 k1) follows from the law itself where receipt or a minuted
  refusal is proven; the system notes it. Where service is deemed from returns or a posting (NĐ
  118/2021 Đ17a), or receipt is only presumed (TT 18/2023/TT-BTC Đ5 k4 đ.c), it waits.

The days are the law's own: a charge confirmed late began on the day after the last day to pay all
the same. Confirming takes the act of the workflow table, by the officer who confirms.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from violations import agency_warnings, late_charging
from violations.actors import SYSTEM, Actor
from violations.guards import Refused
from violations.models import CaseEvent, PendingMeasure, Violation
from violations.workflow import STEPS
from violations.workflow.step import CONFIRM

Kind, State = PendingMeasure.Kind, PendingMeasure.State

AT_ONCE = 25  # confirmed with one word; more at once nobody has looked at
CLOCKS = {
    Kind.WARN_NO_SHOW: "no_show",
    Kind.WARN_UNPAID: "pay_due",
    Kind.BEGIN_LATE_CHARGE: "pay_due",
}
PROVEN = frozenset({"handed_over", "post", "electronic", "refused"})


def propose(case_id: uuid.UUID, kind: str, *, at: datetime) -> bool:
    """Propose a measure that a clock has called for; False when it was proposed before.

    Called in the sweep's transaction, the case row locked. A measure an officer declined is not
    proposed again for the same last day. Raises Refused while a guard of the step says no.
    """
    case = Violation.objects.select_related("decision", "unit").get(pk=case_id)
    against = obstacles_to(case, kind, at)
    if against:
        raise Refused(against)
    clock = case.deadlines.get(name=CLOCKS[Kind(kind)])
    known = PendingMeasure.objects.filter(case=case, kind=kind)
    if (
        known.filter(state=State.WAITING).exists()
        or known.filter(state=State.DECLINED, due_on=clock.due_on).exists()
    ):
        return False
    PendingMeasure.objects.create(
        case=case, kind=kind, article=STEPS[kind].article, due_on=clock.due_on, proposed_at=at
    )
    return True


def obstacles_to(case: Violation, kind: str, at: datetime) -> list[str]:
    """Return what stands against a measure now, whoever would take it."""
    step = STEPS[kind]
    if case.status not in step.origins:
        return [gettext("The case has moved on; this measure is no longer called for.")]
    anyone = Actor(name="", user_id=0)  # a person, so that what binds the system alone is left out
    found = [guard(case, anyone, at) for guard in step.guards]
    return [sentence for sentence in found if sentence is not None]


def must_be_opened(measure: PendingMeasure) -> bool:
    """Tell whether the officer must open this one: its service is unproven, or a letter came back.

    NĐ 118/2021 Đ17a; TT 73/2024 Đ24 k5
    """
    from notices.models import PaperDelivery

    came_back = PaperDelivery.objects.filter(
        notice__draft__case=measure.case_id,
        state__in=[PaperDelivery.State.RETURNED, PaperDelivery.State.FAILED],
    ).exists()
    if came_back:
        return True
    if measure.kind == Kind.WARN_NO_SHOW:
        return not PaperDelivery.objects.filter(
            notice__draft__case=measure.case_id,
            notice__kind="TB0173",
            notice__voided_at__isnull=True,
            state__in=["sent", "delivered", "opened", "refused"],
        ).exists()
    service = getattr(measure.case, "service", None)
    return service is None or service.way not in PROVEN


def open_measure(measure_id: int, *, by: Actor, at: datetime) -> PendingMeasure:
    """Note that this officer has the measure and its delivery history before him."""
    with transaction.atomic():
        measure = _locked(measure_id, by)
        if measure.state == State.WAITING:
            measure.opened_by, measure.opened_at = by.officer, at
            measure.save(update_fields=["opened_by", "opened_at"])
    return measure


def confirm(measure_id: int, *, by: Actor, at: datetime) -> PendingMeasure:
    """Confirm a measure: the act of the table is taken in the same transaction, by this officer.

    Raises Refused when another officer was faster, when the guards say no, and when a measure that
    must be opened was not opened by this officer.
    """
    with transaction.atomic():
        measure = _locked(measure_id, by)
        _insist_it_waits(measure)
        if must_be_opened(measure) and measure.opened_by != by.officer:
            raise Refused(
                gettext("Service is not proven or a letter came back: open %(number)s first.")
                % {"number": measure.case.number}
            )
        act = {
            Kind.WARN_NO_SHOW: agency_warnings.warn_no_show,
            Kind.WARN_UNPAID: agency_warnings.warn_unpaid,
            Kind.BEGIN_LATE_CHARGE: late_charging.begin_late_charge,
        }[Kind(measure.kind)]
        act(measure.case_id, by=by, at=at)
        _settle(measure, State.CONFIRMED, by, at)
    return measure


def confirm_many(measure_ids: Sequence[int], *, by: Actor, at: datetime) -> tuple[int, list[str]]:
    """Confirm up to ``AT_ONCE`` measures, each in its own transaction.

    Returns how many were confirmed and, for each that was not, its case number with the reason.
    Raises Refused for none and for too many.
    """
    if not 1 <= len(set(measure_ids)) <= AT_ONCE:
        raise Refused(gettext("Choose between 1 and %(most)d measures.") % {"most": AT_ONCE})
    done, refusals = 0, []
    for measure_id in dict.fromkeys(measure_ids):
        try:
            confirm(measure_id, by=by, at=at)
        except Refused as refusal:
            number = PendingMeasure.objects.values_list("case__number", flat=True).get(
                pk=measure_id
            )
            refusals.append(f"{number}: {' '.join(refusal.sentences)}")
        else:
            done += 1
    return done, refusals


def decline(measure_id: int, *, reason: str, by: Actor, at: datetime) -> PendingMeasure:
    """Decline a measure with a reason; it is not proposed again unless its clock moves.

    Raises Refused without a reason.
    """
    if not reason.strip():
        raise Refused(gettext("Say why this measure is not taken; the reason stays on the case."))
    with transaction.atomic():
        measure = _locked(measure_id, by)
        _insist_it_waits(measure)
        measure.reason = reason.strip()[:400]
        _settle(measure, State.DECLINED, by, at)
    return measure


def withdraw_overtaken(*, at: datetime) -> int:
    """Close the measures whose case has moved on, was paid, or saw the act before; how many."""
    closed = 0
    waiting = PendingMeasure.objects.filter(state=State.WAITING)
    for measure_id, case_id in list(waiting.values_list("pk", "case_id")):
        with transaction.atomic():
            case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
            measure = waiting.select_for_update(of=("self",)).filter(pk=measure_id).first()
            if measure is not None and _is_overtaken(case, measure, at):
                measure.state, measure.settled_at = State.OVERTAKEN, at
                measure.save(update_fields=["state", "settled_at"])
                closed += 1
    return closed


def _is_overtaken(case: Violation, measure: PendingMeasure, at: datetime) -> bool:
    from violations.guards import execution, procedure

    if case.status not in STEPS[measure.kind].origins:
        return True
    if CaseEvent.objects.filter(case=case, step=measure.kind).exists():
        return True
    if measure.kind == Kind.WARN_NO_SHOW:
        return procedure.nobody_has_appeared(case, SYSTEM, at) is not None
    return execution.not_paid_in_full(case, SYSTEM, at) is not None


def _locked(measure_id: int, by: Actor) -> PendingMeasure:
    """Lock the case row, then the measure. Raises Refused without the right over its unit."""
    case_id = PendingMeasure.objects.values_list("case_id", flat=True).get(pk=measure_id)
    Violation.objects.select_for_update(of=("self",)).only("pk").get(pk=case_id)
    measure: PendingMeasure = (
        PendingMeasure.objects.select_for_update(of=("self",))
        .select_related("case__unit", "opened_by")
        .get(pk=measure_id)
    )
    if by.officer is None or not by.may(CONFIRM):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if measure.case.unit.code not in by.unit_codes:
        raise Refused(gettext("The case belongs to another unit."))
    return measure


def _insist_it_waits(measure: PendingMeasure) -> None:
    if measure.state != State.WAITING:
        raise Refused(
            gettext("%(number)s: this measure is settled already (%(state)s).")
            % {"number": measure.case.number, "state": measure.get_state_display()}
        )


def _settle(measure: PendingMeasure, state: str, by: Actor, at: datetime) -> None:
    measure.state, measure.settled_by, measure.settled_at = state, by.officer, at
    measure.save(update_fields=["state", "settled_by", "settled_at", "reason"])
