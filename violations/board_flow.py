"""What comes to each stage and leaves it by day, as the supervisor's board and its lists count it.

A case counts once a day and direction however often it moved, so that a number and the list behind
it are the same cases. Days are days in Viet Nam; a period is always given, so nothing unbounded is
counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
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

    The same numbers as ``moves(…).by_day(…)`` of each stage and direction, with one walk through
    the history for all of them.
    """
    by_status = _moved_by_status(cases, since)
    found: Flows = {}
    for stage in Stage.values:
        for direction in (CAME, LEFT):
            found[stage, direction] = (
                by_status.get((STAGES[Stage(stage)][0], direction), {})
                if _is_told_by_status(stage, direction)
                else moves(cases, stage, direction).by_day(since)
            )
    return found


def _is_told_by_status(stage: str, direction: str) -> bool:
    """Tell whether an event of the case is what moves it to or from a stage."""
    if stage in (Stage.SECOND_LOOK, Stage.SIGNING):
        return False
    return (stage, direction) != (Stage.REVIEW, CAME)


def _moved_by_status(cases: QuerySet[Violation], since: datetime) -> Flows:
    """Count the cases that came to each status and that left it, by day."""
    moved = (
        CaseEvent.objects.filter(case__in=cases, at__gte=since)
        .exclude(from_status=F("to_status"))
        .order_by()
        .values("from_status", "to_status", "case_id", day=TruncDate("at", tzinfo=VIET_NAM))
    )
    try:
        inner, parameters = moved.query.sql_with_params()
    except EmptyResultSet:  # somebody without a unit
        return {}
    # Django has no grouping sets; the statement inside is its own.
    statement = f"""
        SELECT from_status, to_status, day, count(DISTINCT case_id) FROM ({inner}) moved
        GROUP BY GROUPING SETS ((from_status, day), (to_status, day))
    """  # noqa: S608
    found: Flows = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for left, came, day, count in cursor.fetchall():
            key = (came, CAME) if left is None else (left, LEFT)
            found.setdefault(key, {})[day] = count
    return found


def review_flow(found: Flows, today: date, days: int) -> list[tuple[date, int, int]]:
    """Return what came to the review and what left it on each whole day before today, oldest first.

    A case leaves the review by its first step that ends elsewhere, whoever took it.
    """
    came, left = found[Stage.REVIEW, CAME], found[Stage.REVIEW, LEFT]
    span = [today - timedelta(days=number) for number in range(days, 0, -1)]
    return [(day, came.get(day, 0), left.get(day, 0)) for day in span]
