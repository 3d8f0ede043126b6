"""What was sent in a case and where it stands, as the page of the case shows it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from citizens.answers import BY_NAME, reaches
from citizens.grants import Grant, Level
from citizens.models import Submission
from citizens.standing import Chip
from violations.models import Violation

State = Submission.State


@dataclass(frozen=True)
class SentAnswer:
    """One answer: what it was, where it stands, and the officer's words to whoever sent it."""

    submission: Submission
    title: str
    chip: Chip
    answer: str


def answers_sent(case: Violation, grant: Grant) -> list[SentAnswer]:
    """Return what was sent in a case, the newest first.

    The officer's words to a person who proved who he is are shown to such a person alone; what he
    wrote himself is shown to nobody here.
    """
    rows = []
    for submission in case.submissions.all():
        is_for_them = submission.person in ("", grant.person) and reaches(
            grant.level, Level(submission.level)
        )
        rows.append(
            SentAnswer(
                submission,
                str(BY_NAME[submission.kind].title),
                state_chip(submission),
                submission.answer if is_for_them else "",
            )
        )
    return rows


def state_chip(submission: Submission) -> Chip:
    """Return where an answer stands as tone, shape and words."""
    if submission.state == State.RETURNED:
        return Chip("warn", "diamond", gettext("Returned"))
    if submission.state == State.TAKEN:
        return Chip("ok", "tick", gettext("In the file"))
    return Chip("info", "half", gettext("With an officer"))
