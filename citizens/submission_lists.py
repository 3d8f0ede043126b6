"""What people have sent, as officers find it: what waits for a unit, and what belongs to a case."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from citizens.models import Submission
from violations.admin.access import readable, within_units
from violations.models import Violation

UNIT = "case__unit__code"


def waiting(user: Any) -> QuerySet[Submission]:
    """Return what waits for the user's units, what the law presses for first."""
    rows = within_units(Submission.objects.filter(state=Submission.State.RECEIVED), user, UNIT)
    return rows.order_by(F("due_on").asc(nulls_last=True), "received_at", "pk")


def settled(user: Any) -> QuerySet[Submission]:
    """Return what the user's units have settled, the newest first."""
    rows = readable(Submission.objects.exclude(state=Submission.State.RECEIVED), user, UNIT)
    return rows.order_by("-settled_at", "-pk")


def found(user: Any, number: str) -> Submission | None:
    """Return one answer that the user may read, None when there is none."""
    rows = readable(Submission.objects.filter(number=number), user, UNIT)
    return rows.select_related(
        "case__unit", "case__rule", "settled_by__user", "plate_report"
    ).first()


def of_case(case: Violation) -> list[Submission]:
    """Return what was sent in a case, the newest first."""
    return list(case.submissions.select_related("settled_by__user"))
