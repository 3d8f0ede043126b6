"""What becomes of an answer, for the person: who does what by when, and under which article."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext

from citizens.models import Submission
from citizens.timeline import Milestone

Kind = Submission.Kind


def outlook(submission: Submission) -> list[Milestone]:
    """Return the steps after an answer; the first is done, the second is now."""
    rows = [
        (gettext("Your answer was received"), f"{_moment(submission)}", "check"),
        *_following(submission),
    ]
    return [
        Milestone(title, note, "done" if place == 0 else "now" if place == 1 else "future", icon)
        for place, (title, note, icon) in enumerate(rows)
    ]


def _following(submission: Submission) -> list[tuple[str, str, str]]:
    kind = submission.kind
    if kind in (Kind.NOT_MINE, Kind.CLONED):
        return _another_look(submission)
    if kind == Kind.EXPLANATION:
        return _explained(submission)
    if kind == Kind.COMPLAINT:
        return _complained(submission)
    if kind == Kind.NEVER_RECEIVED:
        return [
            (
                gettext("An officer looks how the paper was sent"),
                gettext("the post's and our own records (Đ70 of the law, Đ17a NĐ 118/2021)"),
                "envelope",
            ),
            (
                gettext("The answer stands on the case page"),
                gettext("until then every period goes on; what was wrongly counted is corrected"),
                "speech",
            ),
        ]
    return [
        (
            gettext("The request is decided"),
            _by(submission.due_on, gettext("5 working days; no late charge is added until then")),
            "scales",
        ),
        (
            gettext("You get the decision, or a refusal with its reason"),
            gettext("on paper, and on the case page"),
            "document",
        ),
    ]


def _another_look(submission: Submission) -> list[tuple[str, str, str]]:
    rows = []
    if submission.act == "ask_second_look":
        rows.append(
            (
                gettext("Another officer looks at the pictures again"),
                gettext("until then no further paper goes out (Đ3 of the law)"),
                "eye",
            )
        )
    else:
        rows.append(
            (
                gettext("An officer reads your answer"),
                gettext("the case goes on meanwhile; periods that run are not stopped"),
                "eye",
            )
        )
    if submission.kind == Kind.CLONED:
        rows.append(
            (
                gettext("An officer enters the plate as copied"),
                gettext("pictures of it are then checked by two people before any notice"),
                "flag",
            )
        )
    rows.append(
        (
            gettext("The case ends, or you are told why it does not"),
            gettext("on the case page"),
            "speech",
        )
    )
    return rows


def _explained(submission: Submission) -> list[tuple[str, str, str]]:
    manner = submission.statement.get("manner")
    if manner == "hearing":
        first = (
            gettext("The unit calls you to a hearing"),
            _by(submission.due_on, gettext("5 working days (Đ61 k3)")),
            "users",
        )
    elif manner == "waived":
        first = (
            gettext("An officer takes it into the file"),
            gettext("until he has, you may still explain (Đ61)"),
            "eye",
        )
    else:
        first = (
            gettext("Whoever decides weighs your explanation"),
            gettext("he must, before anything is decided (Đ61)"),
            "scales",
        )
    due = gettext("within one month of the record (Đ66)")
    return [first, (gettext("Decision made"), due, "document")]


def _complained(submission: Submission) -> list[tuple[str, str, str]]:
    if submission.act:
        first = (
            gettext("The complaint is accepted, or refused with its reason"),
            _by(submission.due_on, gettext("7 working days (Đ10 NĐ 155/2026)")),
            "document",
        )
    else:
        first = (
            gettext("An officer weighs what kept you"),
            _by(submission.due_on, gettext("days of an obstacle are not counted (Đ9)")),
            "scales",
        )
    return [
        first,
        (
            gettext("The complaint is decided"),
            gettext("within 30 days of its acceptance, 45 if it is complex (Đ28)"),
            "scales",
        ),
        (
            gettext("The fine is still paid in time"),
            gettext("unless its execution is suspended; what was paid wrongly is given back"),
            "card",
        ),
    ]


def _by(day: date | None, rule: str) -> str:
    if day is None:
        return rule
    return gettext("by %(day)s · %(rule)s") % {"day": f"{day:%d/%m/%Y}", "rule": rule}


def _moment(submission: Submission) -> str:
    return f"{timezone.localtime(submission.received_at):%H:%M, %d/%m/%Y}"
