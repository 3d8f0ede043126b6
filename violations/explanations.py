"""The right to explain and what it does to the period of the decision. Luật XLVPHC Đ61, Đ66

A right is judged on the day on which the person used it, not on the day on which an officer writes
it down: a letter that came in time is in time.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time

from django.utils.translation import gettext

from notices.models import Notice, PaperKind
from violations import clocks, decision_period, letters_answers, letters_explanation, papers
from violations.actors import Actor
from violations.guards import VIET_NAM, Refused, day_in_viet_nam, print_day
from violations.models import Draft, Violation
from violations.taking import taking


def waive_explanation(case_id: uuid.UUID, *, proof: str, by: Actor, at: datetime) -> None:
    """Record that the person gives up explaining, in writing. Luật XLVPHC Đ61"""
    if not proof.strip():
        raise Refused(gettext("Name the paper or message in which the person gives up explaining."))
    with taking("waive_explanation", case_id, by=by, at=at, reason=proof) as (case, _event):
        case.explanation.waived_at = at
        case.explanation.waiver_proof = proof
        case.explanation.save()
        clocks.meet(case, "explanation_due", day_in_viet_nam(at))
        clocks.meet(case, "hearing_request_due", day_in_viet_nam(at))


def extend_explanation(case_id: uuid.UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Lengthen the time to explain in writing, once, by five working days. Luật XLVPHC Đ61 k2

    Who asks for more time has asked to explain, so the decision gets its month (Đ66 k1 đ.b):
    seven working days would end before the longer window does. Raises Refused without a reason.
    """
    if not reason.strip():
        raise Refused(gettext("Write down why the person needs more time, and where he asked."))
    with taking("extend_explanation", case_id, by=by, at=at, reason=reason) as (case, event):
        explanation = case.explanation
        window = clocks.start(case, "explanation_due", explanation.opened_on, variant="extended")
        explanation.extended_on = day_in_viet_nam(at)
        explanation.due_on = window.due_on
        explanation.save()
        longer = decision_period.lengthen(case, "explained")
        event.facts = {"until": window.due_on.isoformat(), "period_lengthened": longer}


def receive_explanation(
    case_id: uuid.UUID, *, received_on: date, proof: str, by: Actor, at: datetime
) -> None:
    """Record that a written explanation came; the decision has one month from the record.

    What it says stays in the paper, whose place ``proof`` names; nothing of it stands here.
    ``received_on`` is a day in Viet Nam; a paper that came after the window is refused, as is a day
    to come. Luật XLVPHC Đ61 k2, Đ66 k1 đ.b
    """
    if not proof.strip():
        raise Refused(gettext("Say where the paper is: its number in the file, or the post code."))
    with taking("receive_explanation", case_id, by=by, at=at, reason=proof) as (case, event):
        _insist_in_time(case, received_on, case.explanation.due_on, at)
        today = received_on == day_in_viet_nam(at)
        # A day alone is known of a paper that came before: its first moment stands for it.
        case.explanation.received_at = (
            at if today else datetime.combine(received_on, time.min, VIET_NAM)
        )
        case.explanation.save()
        clocks.meet(case, "explanation_due", received_on)
        _return_decision(case, at)
        longer = decision_period.lengthen(case, "explained")
        event.facts = {"received_on": received_on.isoformat(), "period_lengthened": longer}


def request_hearing(
    case_id: uuid.UUID, *, received_on: date, proof: str, by: Actor, at: datetime
) -> None:
    """Record that the person asks for a hearing; the unit has five working days to call it.

    Asked for within two working days of the record, by the day it came (``received_on``, a day in
    Viet Nam). Raises Refused. Luật XLVPHC Đ61 k3, Đ66 k1 đ.b
    """
    if not proof.strip():
        raise Refused(gettext("Say where the paper is: its number in the file, or the post code."))
    with taking("request_hearing", case_id, by=by, at=at, reason=proof) as (case, event):
        last = case.deadlines.get(name="hearing_request_due").due_on
        _insist_in_time(case, received_on, last, at)
        case.explanation.hearing_requested_on = received_on
        case.explanation.save()
        clocks.meet(case, "hearing_request_due", received_on)
        clocks.start(case, "hearing_notice_due", received_on)
        longer = decision_period.lengthen(case, "explained")
        event.facts = {"received_on": received_on.isoformat(), "period_lengthened": longer}


def propose_hearing(case_id: uuid.UUID, *, on: date, by: Actor, at: datetime) -> Draft:
    """Draw up the letter that calls the hearing for a day in Viet Nam; who may sanction signs it.

    The day lies between today and the end of the decision's period: later the hearing could serve
    no decision any more. Raises Refused. Luật XLVPHC Đ61 k3
    """
    with taking("propose_hearing", case_id, by=by, at=at) as (case, event):
        _insist_it_serves(case, on, at)
        draft = papers.propose(
            case,
            PaperKind.HEARING_CALLED,
            letters_answers.hearing_called(case, on=on),
            by=by,
            at=at,
        )
        case.explanation.hearing_proposed_for_on = on
        case.explanation.save()
        event.facts = {"proposed_for": on.isoformat(), "draft": draft.pk}
    return draft


def call_hearing(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Call the hearing: the person with the power to sanction signs the letter. Luật XLVPHC Đ61 k3

    Raises Refused when nothing was drawn up, and when the day it names has gone by meanwhile.
    """
    with taking("call_hearing", case_id, by=by, at=at) as (case, event):
        papers.waiting(case, PaperKind.HEARING_CALLED)
        on = case.explanation.hearing_proposed_for_on
        assert on is not None  # written with the draft that waits
        _insist_it_serves(case, on, at)
        event.notice = papers.sign(case, PaperKind.HEARING_CALLED, by=by, at=at)
        case.explanation.hearing_called_for_on = on
        case.explanation.save()
        clocks.meet(case, "hearing_notice_due", day_in_viet_nam(at))
        event.facts = {"called_for": on.isoformat()}
    return event.notice


def _insist_it_serves(case: Violation, on: date, at: datetime) -> None:
    assert case.decision_due_on is not None  # a recorded case has its period
    if not day_in_viet_nam(at) <= on <= case.decision_due_on:
        raise Refused(
            gettext("Call the hearing for a day from today to %(day)s.")
            % {"day": print_day(case.decision_due_on)}
        )


def hold_hearing(
    case_id: uuid.UUID, *, attended_by: str, statement: str, by: Actor, at: datetime
) -> Notice:
    """Hold the hearing; its minutes MBB03 are issued at once. Luật XLVPHC Đ61 k3

    ``attended_by`` names who explained, on the minutes alone; empty, it says that nobody came to
    the hearing that was called. Raises Refused for a person without his words.
    """
    if attended_by.strip() and not statement.strip():
        raise Refused(gettext("Write down what was explained; the minutes must say it."))
    with taking("hold_hearing", case_id, by=by, at=at) as (case, event):
        called_for = case.explanation.hearing_called_for_on
        event.notice = papers.issue_minutes(
            case,
            PaperKind.HEARING_MINUTES,
            letters_explanation.hearing(
                case,
                called_for=called_for,
                attended_by=attended_by.strip(),
                statement=statement,
                at=at,
            ),
            by=by,
            at=at,
        )
        case.explanation.heard_on = day_in_viet_nam(at)
        case.explanation.hearing_notice = event.notice
        case.explanation.save()
        _return_decision(case, at)
        clocks.meet(case, "explanation_due", day_in_viet_nam(at))
        event.facts = {"came": bool(attended_by.strip())}
    return event.notice


def declare_complex(case_id: uuid.UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """Give an explained case that is especially complex two months from the record.

    Raises Refused without a reason. Luật XLVPHC Đ66 k1 đ.c
    """
    if not reason.strip():
        raise Refused(gettext("Write down what makes the case especially complex."))
    with taking("declare_complex", case_id, by=by, at=at, reason=reason) as (case, event):
        longer = decision_period.lengthen(case, "complex")
        event.facts = {"period_lengthened": longer}


def _return_decision(case: Violation, at: datetime) -> None:
    """Return a decision that waits: it was proposed before the explanation and cannot weigh it."""
    papers.withdraw_waiting(
        case,
        kind=PaperKind.DECISION,
        at=at,
        reason=gettext("The person has explained since; weigh it and propose the decision again."),
    )


def _insist_in_time(case: Violation, received_on: date, last: date, at: datetime) -> None:
    """Refuse a day that is to come, lies before the record, or comes after the right was spent."""
    if not case.explanation.opened_on <= received_on <= day_in_viet_nam(at):
        raise Refused(gettext("The day of receipt lies between the record and today; correct it."))
    if received_on > last:
        raise Refused(
            gettext("This right ended on %(day)s (Đ61); the paper goes into the file, no more.")
            % {"day": print_day(last)}
        )
