"""Complaints (khiếu nại): received, accepted or not, talked over, decided; they stop no payment.

The first goes to who decided, the second to the superior. One that is upheld leaves a duty behind:
the clock ``carry_out_due`` runs until the decision is cancelled or amended, and until then nothing
is pressed for (``guards.execution.nothing_holds_execution``).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.utils.translation import gettext

from notices.calendars import current_calendar
from notices.models import Notice, PaperKind
from violations import clocks, complaint_handlers, deadlines, letters_remedies, papers
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.guards.remedies import level_to_come
from violations.models import Complaint, Violation
from violations.taking import taking

DIALOGUE_NOTICE_DAYS = 5  # NĐ 155/2026 Đ11
State = Complaint.State


def receive_complaint(
    case_id: uuid.UUID,
    *,
    received_on: date,
    content: str,
    excused_days: int = 0,
    is_remote: bool = False,
    by: Actor,
    at: datetime,
) -> Complaint:
    """Receive a complaint: the first to who decided, then to the superior. Luật Khiếu nại Đ7, Đ9

    The level follows from what was complained before. 90 days from receipt of the decision for the
    first; 30 (``is_remote``: 45) from the result, or from the end of the deciding period, for the
    second; ``excused_days`` of an obstacle the person could not help are not counted (Đ9). A late
    complaint is received and then not accepted. Raises Refused for a day before the decision or to
    come, and without a content.
    """
    if not content.strip():
        raise Refused(gettext("Write down what is complained about (Luật Khiếu nại Đ8)."))
    if excused_days < 0:
        raise Refused(gettext("Days of an obstacle are counted from nought (Luật Khiếu nại Đ9)."))
    with taking("receive_complaint", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        if case.decided_on is None or not case.decided_on <= received_on <= today:
            raise Refused(
                gettext("The day of receipt lies between the decision and today; correct it.")
            )
        level = level_to_come(case, today) or 1  # the step's guard has refused None
        last_day = _last_day(case, level, is_remote)
        late = last_day is not None and received_on > last_day + timedelta(days=excused_days)
        complaint = Complaint.objects.create(
            case=case,
            level=level,
            received_on=received_on,
            content=content.strip(),
            is_late=late,
            is_remote=is_remote,
        )
        clocks.meet(case, "complaint_due" if level == 1 else "second_complaint_due", received_on)
        clocks.start(case, "complaint_accepted_due", received_on)
        event.facts = {"level": level, "late": late, "excused_days": excused_days}
    return complaint


def accept_complaint(
    case_id: uuid.UUID, *, is_complex: bool = False, by: Actor, at: datetime
) -> Notice:
    """Accept a complaint and tell the person on paper (Mẫu 03). Luật Khiếu nại Đ27; NĐ 155 Đ10

    The deciding period starts today; it is longer for a complex matter and in a remote area (Đ28,
    Đ37). Raises Refused for a late complaint and for an officer who does not handle this level.
    """
    with taking("accept_complaint", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        complaint = _in_state(case, State.RECEIVED)
        complaint_handlers.insist(case, complaint.level, by, today)
        if complaint.is_late:
            raise Refused(
                gettext(
                    "This complaint came after the time to complain; do not accept it, and give "
                    "that reason (Luật Khiếu nại Đ11 k6)."
                )
            )
        if complaint.level == 2:
            _overtake_the_first(case)
        complaint.state = State.ACCEPTED
        complaint.accepted_on = today
        complaint.is_complex = is_complex
        clocks.meet(case, "complaint_accepted_due", today)
        due = clocks.start(
            case, "complaint_decided_due", today, variant=_deciding_variant(complaint)
        )
        event.notice = papers.issue_signed(
            case,
            PaperKind.COMPLAINT_ACCEPTED,
            letters_remedies.complaint_accepted(case, complaint, decide_by=due.due_on),
            by=by,
            at=at,
        )
        complaint.answer = event.notice
        complaint.save()
        event.facts = {"level": complaint.level, "complex": is_complex}
    return event.notice


def refuse_complaint(
    case_id: uuid.UUID, *, ground: str, reason: str, by: Actor, at: datetime
) -> Notice:
    """Do not accept a complaint, on a ground of Đ11 and with its reason (Mẫu 04). NĐ 155 Đ10

    Raises Refused for a ground that Đ11 does not know, for "late" where the complaint is not, and
    without a reason.
    """
    if ground not in Complaint.Ground.values:
        raise Refused(gettext("Choose one of the grounds of Luật Khiếu nại Đ11."))
    if not reason.strip():
        raise Refused(gettext("Give the reason; a complaint is not refused without one (Đ27)."))
    with taking("refuse_complaint", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        complaint = _in_state(case, State.RECEIVED)
        complaint_handlers.insist(case, complaint.level, by, today)
        if ground == Complaint.Ground.LATE and not complaint.is_late:
            raise Refused(gettext("This complaint came in time; choose another ground (Đ9, Đ33)."))
        complaint.state = State.REFUSED
        complaint.ground = ground
        complaint.refusal = reason.strip()
        clocks.meet(case, "complaint_accepted_due", today)
        event.notice = papers.issue_signed(
            case,
            PaperKind.COMPLAINT_REFUSED,
            letters_remedies.complaint_refused(case, complaint),
            by=by,
            at=at,
        )
        complaint.answer = event.notice
        complaint.save()
        event.facts = {"level": complaint.level, "ground": ground}
    return event.notice


def hold_dialogue(
    case_id: uuid.UUID,
    *,
    called_on: date,
    held_on: date,
    minutes: str,
    by: Actor,
    at: datetime,
) -> None:
    """Record the dialogue with the complainant and its minutes (Mẫu 14). Luật Khiếu nại Đ30, Đ39

    ``minutes`` names the paper. Raises Refused when it was called less than five days ahead
    (NĐ 155/2026 Đ11), before the complaint was accepted, or lies in the future.
    """
    if not minutes.strip():
        raise Refused(gettext("Name the minutes of the dialogue (NĐ 155/2026, form 14)."))
    with taking("hold_dialogue", case_id, by=by, at=at, reason=minutes.strip()) as (case, event):
        complaint = _in_state(case, State.ACCEPTED)
        assert complaint.accepted_on is not None  # an accepted complaint has its day, by CHECK
        if not complaint.accepted_on <= held_on <= day_in_viet_nam(at):
            raise Refused(
                gettext("The dialogue lies between the acceptance and today; correct the day.")
            )
        if (held_on - called_on).days < DIALOGUE_NOTICE_DAYS:
            raise Refused(
                gettext("A dialogue is called at least five days ahead (NĐ 155/2026 Đ11).")
            )
        complaint.dialogue_on = held_on
        complaint.save(update_fields=["dialogue_on"])
        event.facts = {"level": complaint.level, "held_on": held_on.isoformat()}


def decide_complaint(
    case_id: uuid.UUID, *, outcome: str, findings: str, by: Actor, at: datetime
) -> Notice:
    """Decide a complaint on paper: the decision stands, is to be amended, or is to be cancelled.

    A dialogue comes first: always on the second level, and on the first wherever the answer is not
    what the person asked for (Đ30, Đ39). An upheld one starts ``carry_out_due``, which ends with
    the cancellation or amendment. ``findings`` is printed. Luật Khiếu nại Đ28, Đ31, Đ37, Đ40
    """
    if outcome not in Complaint.Outcome.values:
        raise Refused(gettext("Choose how the complaint is decided (Luật Khiếu nại Đ31)."))
    if not findings.strip():
        raise Refused(gettext("Write down what the verification found (Luật Khiếu nại Đ31)."))
    with taking("decide_complaint", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        complaint = _in_state(case, State.ACCEPTED)
        complaint_handlers.insist(case, complaint.level, by, today)
        _insist_on_dialogue(complaint, outcome)
        complaint.state = State.DECIDED
        complaint.decided_on = today
        complaint.decided_by = by.officer
        complaint.outcome = outcome
        clocks.meet(case, "complaint_decided_due", today)
        variant = "remote" if complaint.is_remote else ""
        second = None
        if complaint.level == 1:
            second = clocks.start(case, "second_complaint_due", today, variant=variant).due_on
        if outcome != Complaint.Outcome.DISMISSED:
            start_duty(case, on=today, variant=variant)
        event.notice = papers.issue_signed(
            case,
            PaperKind.COMPLAINT_DECIDED,
            letters_remedies.complaint_decided(
                case, complaint, findings=findings.strip(), second_until=second
            ),
            by=by,
            at=at,
        )
        complaint.answer = event.notice
        complaint.save()
        event.facts = {"level": complaint.level, "outcome": outcome}
    return event.notice


def withdraw_complaint(case_id: uuid.UUID, *, proof: str, by: Actor, at: datetime) -> None:
    """Record that the person withdraws the complaint, in writing. Luật Khiếu nại Đ10 k2"""
    if not proof.strip():
        raise Refused(gettext("Name the paper in which the complaint is withdrawn (Đ10 k2)."))
    with taking("withdraw_complaint", case_id, by=by, at=at, reason=proof.strip()) as (case, event):
        today = day_in_viet_nam(at)
        complaint = case.complaints.filter(state__in=[State.RECEIVED, State.ACCEPTED]).last()
        assert complaint is not None  # held by the step's guard
        complaint.state = State.WITHDRAWN
        complaint.save(update_fields=["state"])
        clocks.meet(case, "complaint_accepted_due", today)
        clocks.meet(case, "complaint_decided_due", today)
        event.facts = {"level": complaint.level}


def start_duty(case: Violation, *, on: date, variant: str) -> None:
    """Start the duty to cancel or amend the decision, as a higher instance found it wrong.

    It ends with ``sign_cancellation`` or ``sign_amendment``, which meet ``carry_out_due``. A later
    instance that agrees with the decision does not end it: what the earlier one gave the person
    stays given; and one that runs already is not lengthened. Luật Khiếu nại Đ44, Đ46; TTHC Đ311
    """
    running = case.beside.clocks.get("carry_out_due")
    if case.status != Violation.Status.ANNULLED and (running is None or running.met_on):
        clocks.start(case, "carry_out_due", on, variant=variant)


def _insist_on_dialogue(complaint: Complaint, outcome: str) -> None:
    if complaint.dialogue_on is not None:
        return
    if complaint.level == 2:
        raise Refused(gettext("A second complaint is decided only after a dialogue (Đ39)."))
    if outcome != Complaint.Outcome.UPHELD:
        raise Refused(
            gettext(
                "The answer differs from what the person asks for; hold a dialogue first "
                "(Luật Khiếu nại Đ30)."
            )
        )


def _in_state(case: Violation, state: str) -> Complaint:
    """Return the complaint that waits in a state, the later level first."""
    return case.complaints.filter(state=state).order_by("-level", "-id")[0]


def _last_day(case: Violation, level: int, is_remote: bool) -> date | None:
    """Return the last day to complain; None where nobody knows when the decision was received."""
    running = case.beside.clocks
    if level == 1:
        known = running.get("complaint_due")
        return known.due_on if known else None
    window = running.get("second_complaint_due")
    if case.beside.complaints.get(1) == "decided" and window is not None:
        start = window.starts_on
    else:
        start = running["complaint_decided_due"].due_on  # not decided in time (Đ33)
    variant = "remote" if is_remote else ""
    return deadlines.compute("second_complaint_due", start, current_calendar(), variant=variant).on


def _overtake_the_first(case: Violation) -> None:
    """Note that the first complaint is taken out of the hands of who did not decide it in time."""
    case.complaints.filter(level=1, state=State.ACCEPTED).update(state=State.OVERTAKEN)


def _deciding_variant(complaint: Complaint) -> str:
    words = (
        "second" if complaint.level == 2 else "",
        "complex" if complaint.is_complex else "",
        "remote" if complaint.is_remote else "",
    )
    return "_".join(word for word in words if word)
