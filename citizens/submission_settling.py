"""What officers do with an answer: take it, which may be the legal act, or return it with a reason.

The day counted is the day in Viet Nam on which the person sent it, however late it is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from citizens.models import Submission
from citizens.submission_models import RETURNABLE
from citizens.typed_text import plain_text
from violations import complaints, explanations, plate_reporting
from violations.actors import Actor
from violations.answers_above import settle_submission
from violations.guards import Refused, day_in_viet_nam
from violations.models import PlateReport, Violation

Kind, State = Submission.Kind, Submission.State


def take(
    submission_id: int, *, answer: str = "", excused_days: int = 0, by: Actor, at: datetime
) -> Submission:
    """Take an answer into the file; where its arrival was no act yet, the act is taken now.

    ``answer`` is the sentence the person reads; "never received" needs one. ``excused_days`` are
    those of an obstacle the person could not help (Luật Khiếu nại Đ9), of a late complaint alone.
    Raises Refused; nothing is half-written.
    """
    with _settling(submission_id, by=by, at=at) as submission:
        said = plain_text(answer)[:1000]
        if submission.kind == Kind.NEVER_RECEIVED and not said:
            raise Refused(gettext("Write what the delivery history says; the person reads it."))
        submission.state, submission.answer = State.TAKEN, said
        _act(submission, excused_days, by, at)
    return submission


def give_back(submission_id: int, *, reason: str, by: Actor, at: datetime) -> Submission:
    """Return an answer with the reason, which the person reads on the page of the case.

    What the law has received by its arrival is not returned: it is answered on paper. Raises
    Refused.
    """
    with _settling(submission_id, by=by, at=at) as submission:
        said = plain_text(reason)[:1000]
        if not said:
            raise Refused(gettext("Write why it is returned and what the person can do instead."))
        if submission.act not in RETURNABLE:
            raise Refused(
                gettext(
                    "The law received this by its arrival; it cannot be returned. Answer it on the "
                    "page of the case."
                )
            )
        submission.state, submission.answer = State.RETURNED, said
    return submission


@contextmanager
def _settling(submission_id: int, *, by: Actor, at: datetime) -> Iterator[Submission]:
    """Lock the case and then the answer, let the caller settle it, and write the history."""
    case_id = Submission.objects.values_list("case_id", flat=True).get(pk=submission_id)
    with transaction.atomic():
        Violation.objects.select_for_update().only("pk").get(pk=case_id)
        submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission_id)
        if submission.state != State.RECEIVED:
            raise Refused(gettext("Another officer has settled this already."))
        yield submission
        submission.settled_by, submission.settled_at = by.officer, at
        settle_submission(
            case_id,
            number=submission.number,
            state=submission.state,
            act=submission.act,
            by=by,
            at=at,
        )
        submission.save(
            update_fields=["state", "answer", "act", "plate_report", "settled_by", "settled_at"]
        )


def _act(submission: Submission, excused_days: int, by: Actor, at: datetime) -> None:
    """Take the act that waited for an officer, counted from the person's own day."""
    sent_on = day_in_viet_nam(submission.received_at)
    if submission.kind == Kind.CLONED:
        submission.plate_report = _report(submission, by, at)
    if submission.act:
        return
    if submission.kind == Kind.COMPLAINT:
        complaints.receive_complaint(
            submission.case_id,
            received_on=sent_on,
            content=submission.text,
            excused_days=excused_days,
            by=by,
            at=at,
        )
        submission.act = "receive_complaint"
    elif submission.kind == Kind.EXPLANATION:
        explanations.waive_explanation(submission.case_id, proof=submission.number, by=by, at=at)
        submission.act = "waive_explanation"


def _report(submission: Submission, by: Actor, at: datetime) -> PlateReport:
    case = Violation.objects.get(pk=submission.case_id)
    reported = submission.statement.get("reported", "")
    return plate_reporting.report_copied_plate(
        case,
        from_on=day_in_viet_nam(case.occurred_at),
        reference=submission.number,
        note=f"Trình báo: {reported}" if reported else "",
        by=by,
        at=at,
    )
