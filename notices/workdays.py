"""Count legal periods: working days, calendar days, months and years.

The Law on Handling Administrative Violations sends every period to the Civil Code unless it says
«working days» (Luật Xử lý vi phạm hành chính Đ8 k1). Civil Code Đ147: the day of the event is not
counted. Đ148: a month or a year ends on the corresponding day, or on the last day of a month that
has none; a last day on a weekend or holiday moves to the end of the next working day.

Working days are not arithmetic but decisions: each year the government says which weekdays are
closed and which Saturdays are worked in exchange. A year therefore counts only once a person has
confirmed it, and every answer says whether it leans on a year nobody has confirmed yet.

Everything here is pure: dates in, dates out, all of them days in Asia/Ho_Chi_Minh.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Hold the working-day calendar of the civil service (lịch làm việc).

    ``confirmed_years`` were checked by a person against the government's instruments; ``closed``
    are weekdays off with the reason printed beside them; ``opened`` are weekend days worked in
    exchange (ngày làm bù). Closed days of an unconfirmed year are used as the best guess, and the
    answer says that it is one.
    """

    confirmed_years: frozenset[int]
    closed: Mapping[date, str]
    opened: frozenset[date] = frozenset()


@dataclass(frozen=True)
class End:
    """Say when a period ends: the whole day ``on`` still belongs to it.

    ``provisional`` is true when the answer depends on a day of a year not yet confirmed; it must
    be shown as such and computed again on confirmation.
    """

    on: date
    provisional: bool


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Tell whether the civil service works on this day. Bộ luật Lao động Đ111–112"""
    if day in calendar.opened:
        return True
    return day.weekday() < _SATURDAY and day not in calendar.closed


def add_working_days(start: date, n: int, calendar: Calendar) -> End:
    """Return the end of the n-th working day after ``start``, which itself is not counted.

    Raises ValueError for a period shorter than one day and TypeError for a moment: a moment must
    first be turned into a day in Vietnam. BLDS Đ147
    """
    _check(start, n)
    day, left, years = start, n, set[int]()
    while left:
        day += _DAY
        years.add(day.year)
        if is_working_day(day, calendar):
            left -= 1
    return End(day, provisional=not years <= calendar.confirmed_years)


def add_calendar_days(start: date, n: int, calendar: Calendar, *, roll: bool = True) -> End:
    """Return the end of the n-th calendar day after ``start``, holidays included.

    With ``roll`` a last day on a weekend or holiday moves to the next working day (BLDS Đ148 k5);
    without it the period ends on the plain day, as a limitation period does (BLDS Đ151).
    Raises like ``add_working_days``. BLDS Đ147–148
    """
    _check(start, n)
    return _ending(start + timedelta(days=n), calendar, roll)


def add_months(start: date, n: int, calendar: Calendar, *, roll: bool = True) -> End:
    """Return the end of the corresponding day n months on, or of that month's last day.

    31/01 and one month is 28/02. Raises like ``add_working_days``. BLDS Đ148 k3, k5
    """
    _check(start, n)
    year, month = divmod(start.year * 12 + start.month - 1 + n, 12)
    last_day = monthrange(year, month + 1)[1]
    return _ending(date(year, month + 1, min(start.day, last_day)), calendar, roll)


def add_years(start: date, n: int, calendar: Calendar, *, roll: bool = True) -> End:
    """Return the end of the corresponding day n years on; 29/02 ends on 28/02. BLDS Đ148 k4, k5"""
    _check(start, n)
    return add_months(start, 12 * n, calendar, roll=roll)


def _ending(last: date, calendar: Calendar, roll: bool) -> End:
    """Close a period on its last day. Only the days looked at can make the answer provisional."""
    if not roll:
        return End(last, provisional=False)
    years = {last.year}
    while not is_working_day(last, calendar):
        last += _DAY
        years.add(last.year)
    return End(last, provisional=not years <= calendar.confirmed_years)


def _check(start: date, n: int) -> None:
    if isinstance(start, datetime):
        raise TypeError("a legal period starts on a day; convert the moment to Vietnam time first")
    if n < 1:
        raise ValueError(f"a legal period has at least one day, not {n}")
