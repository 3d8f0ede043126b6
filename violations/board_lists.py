"""The cases behind each number of the supervisor's board: asked in the very terms it was counted.

A list and its number may only differ by what happened between the two looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from notices.workdays import Calendar
from violations import board_figures, board_flow
from violations.guards import day_in_viet_nam
from violations.models import CaseDeadline, ReviewDecision, ReviewRole, StageCapacity, Violation

HEAT_DAYS = 10
FLOW_DAYS = 5  # whole working days before today
Stage = StageCapacity.Stage


class Unknown(Exception):
    """There is no such number on the board."""


@dataclass(frozen=True)
class Asked:
    """The cases behind a number, and the parts of its name."""

    cases: QuerySet[Violation]
    stage: str = ""
    day: date | None = None
    flow: str = ""
    clock: str = ""
    camera: str = ""
    holds_late: bool = False


def heat_days(today: date, calendar: Calendar) -> list[date]:
    """Return the working days of the heat map."""
    return board_figures.working_days(today, HEAT_DAYS, calendar)


def flow_days(today: date, calendar: Calendar) -> list[date]:
    """Return the days of the in-and-out table: today, then the working days before it."""
    return [today, *board_figures.working_days_before(today, FLOW_DAYS, calendar)]


def asked(
    cases: QuerySet[Violation],
    clocks: QuerySet[CaseDeadline],
    query: Mapping[str, str],
    *,
    calendar: Calendar,
    at: datetime,
) -> Asked:
    """Return the cases behind the number that a query names. Raises Unknown.

    ``stage`` with nothing: what waits there; with ``day``: one cell of the heat map; with ``flow``
    and ``day``: what came or left. ``due``: what ends by tomorrow, of one clock by its name.
    ``camera``: what was judged of it in the last seven days.
    """
    today = day_in_viet_nam(at)
    if any("\x00" in value for value in query.values()):
        raise Unknown
    if "due" in query:
        rows = board_figures.running(clocks, today + timedelta(days=1), query["due"])
        return Asked(cases.filter(pk__in=rows.values("case")), clock=query["due"])
    if "camera" in query:
        return Asked(_judged(cases, query["camera"], at), camera=query["camera"])
    stage = query.get("stage", "")
    if stage not in Stage.values:
        raise Unknown
    if "day" not in query:
        return Asked(board_figures.waiting(cases, stage), stage)
    day = _day(query["day"])
    if "flow" in query:
        if query["flow"] not in (board_flow.CAME, board_flow.LEFT):
            raise Unknown
        moved = board_flow.moves(cases, stage, query["flow"]).cases_on(day)
        return Asked(cases.filter(pk__in=moved), stage, day, query["flow"])
    days = heat_days(today, calendar)
    if day not in days:
        raise Unknown
    place = days.index(day)
    before = days[place - 1] if place else None
    found = board_figures.due_between(cases, stage, before, day)
    return Asked(found, stage, day, holds_late=before is None)


def _judged(cases: QuerySet[Violation], code: str, at: datetime) -> QuerySet[Violation]:
    verdicts = ReviewDecision.objects.filter(
        state=ReviewDecision.State.FINAL,
        role=ReviewRole.FIRST,
        decided_at__gte=at - board_figures.RECENT,
        decided_at__lt=at,
    )
    return cases.filter(detection__device__code=code[:60], pk__in=verdicts.values("case"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise Unknown from wrong
