"""The late charge line by line: which days, on what base. Pure: days and whole đồng in, lines out.

0.05 % a day of the fine that is unpaid on that day, from the day after the last day to pay to the
day before payment, holidays included; no charge on a held day. A payment or an adjustment counts
from its own day on. Luật XLVPHC Đ78 k1; TT 18/2023/TT-BTC Đ5
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from violations.fines import late_charge, late_days

ARTICLE = "Luật XLVPHC Đ78 k1; TT 18/2023/TT-BTC Đ5 k1, k2"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hold:
    """Days without a charge, both ends included; ``until_on`` None while it still stands."""

    from_on: date
    until_on: date | None
    article: str


@dataclass(frozen=True)
class Line:
    """One stretch on one base: charged days between two days, days held among them, the amount."""

    from_on: date
    to_on: date
    days: int
    held_days: int
    base_vnd: int
    amount_vnd: int
    article: str = ARTICLE


def charge_lines(
    due_on: date | None,
    on: date,
    fine_vnd: int,
    changes: Iterable[tuple[date, int]],
    holds: Sequence[Hold] = (),
) -> list[Line]:
    """Return the lines of the charge owed when paying on a day; each is rounded once, half up.

    ``changes`` are (day, đồng) by which the unpaid fine goes up or down: payments and adjustments
    in any order. Neighbouring days on the same base are one line, so that a day without a change
    of the base costs no rounding. ``due_on`` None means that no time to pay runs yet.
    """
    if due_on is None or on <= due_on + _DAY:
        return []
    by_day: dict[date, int] = {}
    for day, delta in changes:
        by_day[day] = by_day.get(day, 0) + delta
    first, last = due_on + _DAY, on - _DAY
    base = fine_vnd + sum(delta for day, delta in by_day.items() if day <= first)
    cuts = [day for day in sorted(by_day) if first < day <= last and by_day[day]]
    lines = []
    start = first
    for cut in [*cuts, last + _DAY]:
        if base > 0:
            lines.append(_line(start, cut - _DAY, base, holds))
        base += by_day.get(cut, 0)
        start = cut
    return [line for line in lines if line.days or line.held_days]


def is_held(day: date, holds: Iterable[Hold]) -> Hold | None:
    """Return the hold a day lies in, or None."""
    return next(
        (
            hold
            for hold in holds
            if hold.from_on <= day and (hold.until_on is None or day <= hold.until_on)
        ),
        None,
    )


def plan_holds_until(
    plan: Sequence[tuple[date, int]], unpaid_after: Sequence[int], on: date
) -> date | None:
    """Return the day up to which instalments hold the charge off, or None while they are kept.

    TT 18/2023 Đ5 k2 charges nothing where payment in parts is allowed; it does not say what a
    missed part does. We read the permission as kept part by part: the hold ends with the last day
    of the first part that is not paid in full, and the next day is charged on all that is unpaid.
    ``plan`` is (last day, đồng) in order; ``unpaid_after[i]`` the unpaid fine at the end of that
    day. A part is paid when no more is unpaid than the parts still to come. A day that has not
    ended before ``on`` is not missed yet.
    """
    for position, (due_on, _amount) in enumerate(plan):
        to_come = sum(amount for _day, amount in plan[position + 1 :])
        if due_on < on and unpaid_after[position] > to_come:
            return due_on
    return plan[-1][0] if plan and plan[-1][0] < on else None


def _line(first: date, last: date, base: int, holds: Sequence[Hold]) -> Line:
    spans = [(hold.from_on, hold.until_on) for hold in holds]
    days = late_days(first - _DAY, last + _DAY, spans)
    held = (last - first).days + 1 - days
    return Line(first, last, days, held, base, late_charge(base, days))
