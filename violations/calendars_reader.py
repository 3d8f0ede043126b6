"""Read and check the calendars of working days, one TOML file a year.

A calendar is copied by hand from the government's instruments (thông báo nghỉ lễ, Tết), so each
special day must cite one, and a slip that a person would not see stops the load with its date.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from notices.workdays import Calendar
from violations.schedules_reader import SCHEDULES, ScheduleError, check_keys, parse_toml

_SATURDAY = 5


@dataclass(frozen=True)
class SpecialDay:
    """One day that differs from its weekday, and the instrument that says so."""

    on: date
    is_working: bool
    reason_vi: str
    reason_en: str
    instrument: str


@dataclass(frozen=True)
class YearFile:
    """One calendar file: the year, whether it is settled, its special days and instruments."""

    year: int
    confirmed: bool
    instruments: tuple[str, ...]
    days: tuple[SpecialDay, ...]


def read_calendar(text: str) -> YearFile:
    """Read one year's working-day calendar.

    Raises ScheduleError naming the day when it lies outside the year, is named twice, closes a
    weekend, opens a weekday, or cites an instrument the file does not describe; and when a day
    worked in exchange (ngày làm bù) has no closed day it is exchanged for.
    """
    data = parse_toml(text, {"year", "confirmed", "instrument", "closed", "opened", "proposed"})
    check_keys(data, "the calendar", {"year", "confirmed", "instrument", "closed"}, set(data))
    known = tuple(str(row["number"]) for row in data["instrument"])
    closed = [_closed_day(row) for row in data["closed"]]
    opened = [_opened_day(row, {day.on for day in closed}) for row in data.get("opened", [])]
    days: dict[date, SpecialDay] = {}
    for day in closed + opened:
        if day.on.year != data["year"]:
            raise ScheduleError(f"day {day.on}: it is not a day of {data['year']}")
        if day.on in days:
            raise ScheduleError(f"day {day.on}: it is named twice")
        if day.instrument not in known:
            raise ScheduleError(f"day {day.on}: instrument {day.instrument} is not described")
        if (day.on.weekday() >= _SATURDAY) != day.is_working:
            raise ScheduleError(f"day {day.on}: only weekdays are closed, only weekends are opened")
        days[day.on] = day
    return YearFile(data["year"], data["confirmed"], known, tuple(days.values()))


def calendar_of(years: Iterable[YearFile]) -> Calendar:
    """Join calendar files into the calendar that periods are counted by."""
    files = tuple(years)
    days = [day for file in files for day in file.days]
    return Calendar(
        confirmed_years=frozenset(file.year for file in files if file.confirmed),
        closed={day.on: day.reason_vi for day in days if not day.is_working},
        opened=frozenset(day.on for day in days if day.is_working),
    )


@cache
def shipped_years() -> tuple[YearFile, ...]:
    """Return the calendars that come with the portal, oldest first."""
    return tuple(
        read_calendar(path.read_text("utf-8")) for path in sorted(SCHEDULES.glob("calendar_*.toml"))
    )


def _closed_day(row: dict[str, Any]) -> SpecialDay:
    check_keys(row, f"day {row.get('on')}", {"on", "name_vi", "name_en", "instrument"}, set())
    return SpecialDay(
        on=row["on"],
        is_working=False,
        reason_vi=row["name_vi"],
        reason_en=row["name_en"],
        instrument=row["instrument"],
    )


def _opened_day(row: dict[str, Any], closed: set[date]) -> SpecialDay:
    check_keys(row, f"day {row.get('on')}", {"on", "instead_of", "instrument"}, set())
    swapped = row["instead_of"]
    if swapped not in closed:
        raise ScheduleError(f"day {row['on']}: {swapped}, which it replaces, is not closed")
    return SpecialDay(
        on=row["on"],
        is_working=True,
        reason_vi=f"Làm bù cho ngày {swapped:%d/%m/%Y}",
        reason_en=f"Worked instead of {swapped:%d/%m/%Y}",
        instrument=row["instrument"],
    )
