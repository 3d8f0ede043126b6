"""What comes to each stage and leaves it by day, as the supervisor's board and its lists count it.

A case counts once a day and direction however often it moved, so that a number and the list behind
it are the same cases. Days are days in Viet Nam; a period is always given, so nothing unbounded is
counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncDate

from violations.board_figures import STAGES, Stage
from violations.guards import VIET_NAM
from violations.models import CaseEvent, Draft, SecondLook, Violation

CAME, LEFT = "in", "out"


@dataclass(frozen=True)
class Moves:
    """Rows that say that a case came or left: which column is the case, and which the moment."""

    rows: QuerySet[Any]
    case: str
    moment: str

    def by_day(self, since: datetime) -> dict[date, int]:
        """Count the cases on each day since a moment."""
        found = (
            self.rows.filter(**{f"{self.moment}__gte": since})
            .order_by()
            .values(day=TruncDate(self.moment, tzinfo=VIET_NAM))
            .annotate(count=Count(self.case, distinct=True))
            .values_list("day", "count")
        )
        return dict(found)

    def cases_on(self, day: date) -> QuerySet[Any]:
        """Return the ids of the cases that moved on a day."""
        first, after = begin_of(day), begin_of(day + timedelta(days=1))
        period = {f"{self.moment}__gte": first, f"{self.moment}__lt": after}
        return self.rows.filter(**period).order_by().values(self.case)


def begin_of(day: date) -> datetime:
    """Return the moment a day begins in Viet Nam."""
    return datetime(day.year, day.month, day.day, tzinfo=VIET_NAM)


def moves(cases: QuerySet[Violation], stage: str, direction: str) -> Moves:
    """Return what came to a stage, or what left it.

    A case comes to the review when it is opened. A draft comes to signing when it is proposed and
    leaves signed or returned; the case stands at its stage meanwhile. Elsewhere the status decides.
    """
    if stage == Stage.SECOND_LOOK:
        looks = SecondLook.objects.filter(case__in=cases)
        return Moves(looks, "case", "asked_at" if direction == CAME else "looked_at")
    if stage == Stage.SIGNING:
        drafts = Draft.objects.filter(case__in=cases)
        return Moves(drafts, "case", "proposed_at" if direction == CAME else "settled_at")
    if stage == Stage.REVIEW and direction == CAME:
        return Moves(cases, "pk", "created_at")
    status = STAGES[Stage(stage)][0]
    moved = CaseEvent.objects.filter(case__in=cases).exclude(from_status=F("to_status"))
    side = "to_status" if direction == CAME else "from_status"
    return Moves(moved.filter(**{side: status}), "case", "at")


Flows = dict[tuple[str, str], dict[date, int]]


def flows(cases: QuerySet[Violation], since: datetime) -> Flows:
    """Return what came to every stage and what left it on each day since a moment.

    The same numbers as ``moves(…).by_day(…)`` of each stage and direction; the history is read
    twice for all of them, once by where cases came from and once by where they went.
    """
    found: Flows = {}
    by_status = {
        direction: _moved_by_status(cases, column, since)
        for direction, column in ((CAME, "to_status"), (LEFT, "from_status"))
    }
    for stage in Stage.values:
        for direction in (CAME, LEFT):
            status = STAGES[Stage(stage)][0]
            found[stage, direction] = (
                by_status[direction].get(status, {})
                if _by_status(stage, direction)
                else moves(cases, stage, direction).by_day(since)
            )
    return found


def _by_status(stage: str, direction: str) -> bool:
    """Tell whether an event of the case is what moves it to or from a stage."""
    if stage in (Stage.SECOND_LOOK, Stage.SIGNING):
        return False
    return (stage, direction) != (Stage.REVIEW, CAME)


def _moved_by_status(
    cases: QuerySet[Violation], column: str, since: datetime
) -> dict[str, dict[date, int]]:
    """Count by status and day the cases that left it (``from_status``) or came to it."""
    found: dict[str, dict[date, int]] = {}
    rows = (
        CaseEvent.objects.filter(case__in=cases, at__gte=since)
        .exclude(from_status=F("to_status"))
        .order_by()
        .values(column, day=TruncDate("at", tzinfo=VIET_NAM))
        .annotate(count=Count("case", distinct=True))
        .values_list(column, "day", "count")
    )
    for status, day, count in rows:
        found.setdefault(status, {})[day] = count
    return found


def review_flow(found: Flows, today: date, days: int) -> list[tuple[date, int, int]]:
    """Return what came to the review and what left it on each whole day before today, oldest first.

    A case leaves the review by its first step that ends elsewhere, whoever took it.
    """
    came, left = found[Stage.REVIEW, CAME], found[Stage.REVIEW, LEFT]
    span = [today - timedelta(days=number) for number in range(days, 0, -1)]
    return [(day, came.get(day, 0), left.get(day, 0)) for day in span]
