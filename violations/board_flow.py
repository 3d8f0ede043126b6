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


def done_by_day(cases: QuerySet[Violation], stage: str, since: datetime) -> dict[date, int]:
    """Return how many cases left a stage on each day since a moment."""
    return moves(cases, stage, LEFT).by_day(since)


def review_flow(cases: QuerySet[Violation], today: date, days: int) -> list[tuple[date, int, int]]:
    """Return what came to the review and what left it on each whole day before today, oldest first.

    A case leaves the review by its first step that ends elsewhere, whoever took it.
    """
    first = today - timedelta(days=days)
    came = moves(cases, Stage.REVIEW, CAME).by_day(begin_of(first))
    left = done_by_day(cases, Stage.REVIEW, begin_of(first))
    span = [first + timedelta(days=number) for number in range(days)]
    return [(day, came.get(day, 0), left.get(day, 0)) for day in span]
