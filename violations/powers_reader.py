"""Read and check the table of powers: titles, what each may do by period, and fields of acts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from violations.schedules_reader import ScheduleError, check_keys, parse_toml


@dataclass(frozen=True)
class Title:
    """A title (chức danh) as papers name it; ``deputy_of`` is the head a deputy stands in for.

    ``receives_cases`` marks the titles to which a camera case above somebody's power is passed on.
    """

    code: str
    name_vi: str
    name_en: str
    may_delegate: bool = False
    deputy_of: str = ""
    receives_cases: bool = False


@dataclass(frozen=True)
class Power:
    """What one title may do in one period; ``ceiling_vnd`` is for one act of an individual."""

    title: str
    effective_from: date
    effective_until: date | None
    ceiling_vnd: int
    may_suspend: bool
    article: str


@dataclass(frozen=True)
class Field:
    """The only provisions a title may sanction; a clause without a point covers all its points."""

    title: str
    effective_from: date
    effective_until: date | None
    article: str
    provisions: frozenset[str]


@dataclass(frozen=True)
class PowerTable:
    """Titles, their powers by period, and the fields some of them are confined to."""

    titles: dict[str, Title]
    powers: tuple[Power, ...]
    fields: tuple[Field, ...]


def read_powers(text: str) -> PowerTable:
    """Read the table of powers.

    Raises ScheduleError naming the row when a title is unknown, a deputy's head is, a ceiling is
    not a positive sum, a title has two powers on one day, or periods overlap.
    """
    data = parse_toml(text, {"title", "period", "scope"})
    known = {}
    for row in data.get("title", []):
        named = f"title {row.get('code')}"
        check_keys(
            row,
            named,
            {"code", "name_vi", "name_en"},
            {"may_delegate", "deputy_of", "receives_cases"},
        )
        known[row["code"]] = Title(**row)
    for title in known.values():
        if title.deputy_of and title.deputy_of not in known:
            raise ScheduleError(f"title {title.code}: its head {title.deputy_of} is unknown")
    powers = tuple(p for row in data.get("period", []) for p in _period(row, set(known)))
    for power in powers:
        same = [p for p in powers if p.title == power.title and in_force(p, power.effective_from)]
        if len(same) > 1:
            raise ScheduleError(
                f"period {power.effective_from}: {power.title} has two powers on one day"
            )
    return PowerTable(known, powers, tuple(_field(row, known) for row in data.get("scope", [])))


def in_force(row: Power | Field, day: date) -> bool:
    """Tell whether a row of the table is in force on a day, both ends included."""
    until = row.effective_until
    return row.effective_from <= day and (until is None or day <= until)


def _period(row: dict[str, Any], known: set[str]) -> Iterable[Power]:
    named = f"period {row.get('effective_from')}"
    needed = {"effective_from", "instrument", "confidence", "powers"}
    check_keys(row, named, needed, {"effective_until"})
    for entry in row["powers"]:
        here = f"{named}, {entry.get('title')}"
        check_keys(entry, here, {"title", "ceiling_vnd", "may_suspend", "article"}, set())
        if entry["title"] not in known:
            raise ScheduleError(f"{here}: the title is unknown")
        if entry["ceiling_vnd"] <= 0:
            raise ScheduleError(f"{here}: the ceiling is not a sum")
        yield Power(
            effective_from=row["effective_from"],
            effective_until=row.get("effective_until"),
            **entry,
        )


def _field(row: dict[str, Any], known: dict[str, Title]) -> Field:
    named = f"scope {row.get('title')}"
    needed = {"title", "effective_from", "article", "provisions"}
    check_keys(row, named, needed, {"effective_until"})
    if row["title"] not in known:
        raise ScheduleError(f"{named}: the title is unknown")
    return Field(
        title=row["title"],
        effective_from=row["effective_from"],
        effective_until=row.get("effective_until"),
        article=row["article"],
        provisions=frozenset(row["provisions"]),
    )
