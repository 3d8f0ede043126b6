"""Lawsuits against a decision, and orders that suspend its execution.

A lawsuit stops nothing by itself, any more than a complaint: only an order of who handles the
complaint, or of a court, does. Luật Khiếu nại Đ35; Luật XLVPHC Đ73; TTHC Đ116
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.utils.translation import gettext

from notices.models import PaperKind
from violations import clocks, complaint_handlers, letters_orders, papers
from violations.actors import Actor
from violations.complaints import start_duty
from violations.guards import Refused, day_in_viet_nam
from violations.models import Complaint, ExecutionSuspension, Lawsuit, Violation
from violations.taking import taking

OrderedBy = ExecutionSuspension.OrderedBy


def record_lawsuit(
    case_id: uuid.UUID, *, court: str, docket: str, filed_on: date, by: Actor, at: datetime
) -> Lawsuit:
    """Record that a court has accepted a lawsuit against the decision. Luật TTHC Đ116

    Whether it came in time is for the court to say, not for us. Raises Refused for a day before
    the decision or to come.
    """
    if not court.strip() or not docket.strip():
        raise Refused(gettext("Name the court and its docket number (TTHC Đ126)."))
    with taking("record_lawsuit", case_id, by=by, at=at) as (case, event):
        if case.decided_on is None or not case.decided_on <= filed_on <= day_in_viet_nam(at):
            raise Refused(gettext("The day lies between the decision and today; correct it."))
        lawsuit = Lawsuit.objects.create(
            case=case, court=court.strip(), docket=docket.strip(), filed_on=filed_on
        )
        clocks.meet(case, "lawsuit_due", filed_on)
        event.facts = {"lawsuit": lawsuit.pk, "filed_on": filed_on.isoformat()}
    return lawsuit


def record_judgment(
    case_id: uuid.UUID,
    *,
    judgment: str,
    judged_on: date,
    outcome: str,
    by: Actor,
    at: datetime,
) -> None:
    """Record how the lawsuit ended; an annulled decision is to be cancelled. TTHC Đ193, Đ311

    The duty to cancel runs from the day the judgment is recorded, at the latest; it is shown on the
    case page and holds execution until it is met.
    """
    if outcome not in Lawsuit.Outcome.values:
        raise Refused(gettext("Choose how the lawsuit ended."))
    if not judgment.strip():
        raise Refused(gettext("Name the judgment or order of the court by its number."))
    with taking("record_judgment", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        lawsuit = case.lawsuits.get(judged_on__isnull=True)
        if not lawsuit.filed_on <= judged_on <= today:
            raise Refused(gettext("The judgment lies between the lawsuit and today; correct it."))
        lawsuit.judged_on = judged_on
        lawsuit.judgment = judgment.strip()
        lawsuit.outcome = outcome
        lawsuit.save()
        if outcome == Lawsuit.Outcome.ANNULLED:
            start_duty(case, on=judged_on, variant="judgment")
        event.facts = {"lawsuit": lawsuit.pk, "outcome": outcome}


def suspend_execution(
    case_id: uuid.UUID,
    *,
    ordered_by: str,
    reference: str = "",
    ground: str,
    from_on: date,
    by: Actor,
    at: datetime,
) -> ExecutionSuspension:
    """Suspend execution by an order of the complaint handler (Mẫu 14a) or of a court.

    No late charge begins and nothing is enforced while it stands; it is sent within three working
    days. The handler's own order is issued here, under his name, and its number is the reference;
    a court's is named by ``reference``. Raises Refused when the order comes from somebody who has
    nothing to decide here.
    Luật Khiếu nại Đ35; NĐ 155/2026 Đ12
    """
    if ordered_by not in OrderedBy.values:
        raise Refused(gettext("Say who ordered the suspension (Luật Khiếu nại Đ35)."))
    is_court = ordered_by == OrderedBy.COURT
    if not ground.strip() or (is_court and not reference.strip()):
        raise Refused(gettext("Name the order by its number, and its ground."))
    with taking("suspend_execution", case_id, by=by, at=at, reason=ground.strip()) as (case, event):
        today = day_in_viet_nam(at)
        if case.decided_on is None or not case.decided_on <= from_on <= today:
            raise Refused(gettext("The day lies between the decision and today; correct it."))
        _insist_on_who_orders(case, ordered_by, by, today)
        if not is_court:
            event.notice = papers.issue_signed(
                case,
                PaperKind.EXECUTION_SUSPENDED,
                letters_orders.execution_suspended(case, ground=ground, from_on=from_on),
                by=by,
                at=at,
            )
        suspension = ExecutionSuspension.objects.create(
            case=case,
            ordered_by=ordered_by,
            reference=event.notice.number_text if event.notice else reference.strip(),
            ground=ground.strip(),
            from_on=from_on,
        )
        clocks.start(case, "order_sent_due", from_on)
        event.facts = {"suspension": suspension.pk, "ordered_by": ordered_by}
    return suspension


def record_order_sent(
    case_id: uuid.UUID, *, sent_on: date, proof: str, by: Actor, at: datetime
) -> None:
    """Record that the order of suspension, or of its lifting, was sent. NĐ 155/2026 Đ12"""
    if not proof.strip():
        raise Refused(gettext("Sending must be proved: name the receipt or the post code."))
    with taking("record_order_sent", case_id, by=by, at=at, reason=proof.strip()) as (case, event):
        started = case.beside.clocks["order_sent_due"].starts_on
        if not started <= sent_on <= day_in_viet_nam(at):
            raise Refused(gettext("The day of sending lies between the order and today."))
        clocks.meet(case, "order_sent_due", sent_on)
        event.facts = {"sent_on": sent_on.isoformat()}


def resume_execution(
    case_id: uuid.UUID, *, reason: str, lifted_on: date, by: Actor, at: datetime
) -> None:
    """Lift the suspension (Mẫu 14b): execution goes on from that day. NĐ 155/2026 Đ12

    The lifting is sent within three working days, like the order; of an order of the complaint
    handler it is a paper of its own, issued here.
    """
    if not reason.strip():
        raise Refused(gettext("Give the reason for which the suspension is lifted."))
    with taking("resume_execution", case_id, by=by, at=at, reason=reason.strip()) as (case, event):
        suspension = case.suspensions.get(lifted_on__isnull=True)
        if not suspension.from_on <= lifted_on <= day_in_viet_nam(at):
            raise Refused(gettext("The day lies between the order and today; correct it."))
        suspension.lifted_on = lifted_on
        suspension.lift_reason = reason.strip()
        suspension.save()
        clocks.start(case, "order_sent_due", lifted_on)
        if suspension.ordered_by != OrderedBy.COURT:
            event.notice = papers.issue_signed(
                case,
                PaperKind.EXECUTION_RESUMED,
                letters_orders.execution_resumed(
                    case, suspension, reason=reason, lifted_on=lifted_on
                ),
                by=by,
                at=at,
            )
        event.facts = {"suspension": suspension.pk, "lifted_on": lifted_on.isoformat()}


def _insist_on_who_orders(case: Violation, ordered_by: str, by: Actor, today: date) -> None:
    if ordered_by == OrderedBy.COURT:
        if not case.beside.lawsuit_is_open:
            raise Refused(gettext("No court has this matter; record the lawsuit first."))
        return
    complaint = (
        case.complaints.filter(state__in=[Complaint.State.RECEIVED, Complaint.State.ACCEPTED])
        .order_by("-level")
        .first()
    )
    if complaint is None:
        raise Refused(gettext("Nobody handles a complaint in this case (Luật Khiếu nại Đ35)."))
    complaint_handlers.insist(case, complaint.level, by, today)
