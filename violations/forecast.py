"""At today's pace, what lapses and when: cases by the day they are due against what gets done.

Pure: counts and days in, counts and days out; days are days in Viet Nam. Work is taken in the order
in which it is due, which is the most favourable order there is: what lapses here lapses anyway,
unless more gets done in a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

PACE_DAYS = 10  # working days whose median is today's pace
FARTHEST = 366  # days ahead; what is due later says nothing about today


@dataclass(frozen=True)
class Forecast:
    """How many cases will lapse, how many already have, and the first day on which one does."""

    lapses: int = 0
    first_on: date | None = None
    already_late: int = 0


def pace(done: Sequence[int]) -> int:
    """Return how many cases get done in a working day: the median, which one odd day cannot move.

    Of two middle values the lower one; nothing known is no pace. Pass a zero for a day on which
    nothing was done.
    """
    return median_low(done) if done else 0


def forecast(
    due: Mapping[date, int], per_day: int, today: date, working_days: frozenset[date]
) -> Forecast:
    """Return what lapses if so many are done on each working day from today on.

    ``due`` are the waiting cases by their last day; a case may still be done on that day. What is
    overdue already is counted apart and done first. Raises ValueError for a negative pace.
    """
    if per_day < 0:
        raise ValueError(f"a pace is no less than nothing, not {per_day}")
    late = waiting_late = sum(count for day, count in due.items() if day < today)
    open_by_day = {day: count for day, count in due.items() if day >= today and count}
    if not open_by_day:
        return Forecast(already_late=late)
    lapses, first_on = 0, None
    day, last = today, min(max(open_by_day), today + timedelta(days=FARTHEST))
    while day <= last:
        able = per_day if day in working_days else 0
        taken = min(able, waiting_late)
        waiting_late, able = waiting_late - taken, able - taken
        for on in sorted(open_by_day):
            taken = min(able, open_by_day[on])
            open_by_day[on] -= taken
            able -= taken
            if not able:
                break
        missed = open_by_day.pop(day, 0)
        if missed:
            lapses += missed
            first_on = first_on or day
        day += timedelta(days=1)
    return Forecast(lapses, first_on, late)


def loads(due: Sequence[int], per_day: int) -> list[float]:
    """Return, for each working day in turn, what is due by then over what can be done by then.

    Above 1 it cannot all be done. Raises ValueError without a capacity: no load can be said then.
    """
    if per_day < 1:
        raise ValueError("a load needs a capacity")
    found, total = [], 0
    for number, count in enumerate(due, start=1):
        total += count
        found.append(total / (per_day * number))
    return found


def grows(flow: Sequence[tuple[int, int]], days: int = 3) -> bool:
    """Tell whether more came in than went out on each of the last whole days.

    ``flow`` is in and out per day, oldest first.
    """
    last = flow[-days:]
    return len(last) == days and all(came > went for came, went in last)
