"""Read and check the catalogue of the law, TOML files reviewed like code.

The files are written by hand, so nothing is taken on trust: an unknown or missing key, a value of
the wrong shape, a frame that is no frame, two rules for one act, or a gap between two speed bands
stops the load with a message that names the row. Everything read is immutable and knows no
database.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from violations.schedule_checks import (
    ScheduleError,
    check_rules,
    check_shapes,
    covers,
    problem_of,
)

__all__ = [
    "SCHEDULES",
    "Decree",
    "Rule",
    "Schedule",
    "ScheduleError",
    "check_keys",
    "parse_toml",
    "read_schedule",
    "shipped_schedule",
    "shipped_texts",
]

SCHEDULES = Path(__file__).resolve().parent / "schedules"
_BOUNDS = {f"over_{end}_{part}" for end in ("min", "max") for part in ("tenths", "inclusive")}
_NEEDED = {
    "code",
    "violation_type",
    "vehicle_group",
    "vehicle_classes",
    "article",
    "clause",
    "point",
    "act_vi",
    "act_en",
    "fine_min_vnd",
    "fine_max_vnd",
    "points",
    "effective_from",
    "source",
    "confidence",
}
_OPTIONAL = {
    "points_basis": "",
    "points_note": "",
    "sanction": "fine",
    "confiscated": "",
    "offender": "",
    "is_per_person": False,
    "is_residual": False,
    "cap_vnd": None,
    "suspension_months_min": None,
    "suspension_months_max": None,
    "effective_until": None,
}


@dataclass(frozen=True)
class Decree:
    """One way of citing the decree, valid for acts of a period (căn cứ pháp lý)."""

    number: str
    effective_from: date
    effective_until: date | None
    short_vi: str
    short_en: str
    citation_vi: str
    citation_en: str


@dataclass(frozen=True)
class Rule:
    """One sanctionable act with its frame (hành vi vi phạm và khung tiền phạt) in one period.

    Speeds over the limit are tenths of km/h and **both bounds are included**, since tenths are the
    unit of measure: «over 20 to 35 km/h» is 201 to 350. ``excess_to_tenths`` None is an open band.
    ``decree`` is the citation that belongs to acts of the period. ``offender`` says whose amounts
    are printed; empty, an organisation pays twice. ``is_residual`` acts apply only where no
    specific one does. ``points_note`` is the condition of the points, where they have one.
    """

    code: str
    violation_type: str
    vehicle_group: str
    vehicle_classes: tuple[str, ...]
    article: str
    clause: str
    point: str
    act_vi: str
    act_en: str
    fine_min_vnd: int
    fine_max_vnd: int
    points: int
    points_basis: str
    points_note: str
    sanction: str
    confiscated: str
    offender: str
    is_per_person: bool
    is_residual: bool
    cap_vnd: int | None
    suspension_months_min: int | None
    suspension_months_max: int | None
    excess_from_tenths: int | None
    excess_to_tenths: int | None
    effective_from: date
    effective_until: date | None
    source: str
    confidence: str
    decree: str = ""

    @property
    def provision(self) -> str:
        """Return article, clause and point as the lists of powers write them: ``6.9.b``."""
        return ".".join(part for part in (self.article, self.clause, self.point) if part)


@dataclass(frozen=True)
class Schedule:
    """The catalogue: how the decree is cited, and the rules, one row for one act in one period."""

    decrees: tuple[Decree, ...]
    rules: tuple[Rule, ...]

    def decree_on(self, act_on: date) -> Decree:
        """Return the citation for an act of this day. Raises LookupError before the first."""
        for decree in self.decrees:
            if covers(decree.effective_from, decree.effective_until, act_on):
                return decree
        raise LookupError(f"no decree of the catalogue was in force on {act_on:%d/%m/%Y}")


def read_schedule(*texts: str) -> Schedule:
    """Read the catalogue and return its rules, each cut at the days on which the citation changes.

    The files of the catalogue count as one. Raises ScheduleError naming the row when a key is
    missing or unknown, a value has the wrong shape, a frame is not min < max, a code stands twice
    on one day or leaves a hole between two periods, an act stands under two codes, or speed bands
    overlap or leave a gap.
    """
    files = [parse_toml(text, {"decree", "rule"}) for text in texts]
    decrees = tuple(_decree(row, n) for n, row in enumerate(_tables(files, "decree"), 1))
    if not decrees:
        raise ScheduleError("the catalogue names no decree")
    for earlier, later in pairwise(decrees):
        if earlier.effective_until is None or (
            later.effective_from != earlier.effective_until + timedelta(days=1)
        ):
            raise ScheduleError(f"decree in force from {later.effective_from}: periods do not meet")
    rows = [_rule(row, n) for n, row in enumerate(_tables(files, "rule"), 1)]
    check_rules(rows)
    return Schedule(decrees, tuple(cut for rule in rows for cut in _cut(rule, decrees)))


@cache
def shipped_schedule() -> Schedule:
    """Return the catalogue that comes with the portal."""
    return read_schedule(*shipped_texts())


def shipped_texts() -> list[str]:
    """Return the files of the shipped catalogue, in the order of their names."""
    return [file.read_text("utf-8") for file in sorted((SCHEDULES / "nd168").glob("*.toml"))]


def parse_toml(text: str, known: set[str]) -> dict[str, Any]:
    """Parse a law file whose top-level keys are known. Raises ScheduleError when it is not one."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScheduleError(f"the file is not TOML: {error}") from error
    if unknown := data.keys() - known:
        raise ScheduleError(f"unknown key {min(unknown)} at the top of the file")
    return data


def check_keys(row: dict[str, Any], named: str, needed: set[str], optional: set[str]) -> None:
    """Check the keys and the period of one row. Raises ScheduleError naming the row and the key."""
    if missing := needed - row.keys():
        raise ScheduleError(f"{named}: {min(missing)} is missing")
    if unknown := row.keys() - needed - optional:
        raise ScheduleError(f"{named}: {min(unknown)} is not a known key")
    for key in ("effective_from", "effective_until"):
        if key in row and type(row[key]) is not date:
            raise ScheduleError(f"{named}: {key} has the wrong shape")
    until = row.get("effective_until")
    if until is not None and until < row["effective_from"]:
        raise ScheduleError(f"{named}: it ends on {until}, before it begins")


def _decree(row: dict[str, Any], n: int) -> Decree:
    needed = {
        "number",
        "effective_from",
        "short_vi",
        "short_en",
        "citation_vi",
        "citation_en",
    }
    check_keys(row, f"decree {n}", needed, {"effective_until"})
    return Decree(**{"effective_until": None, **row})


def _tables(files: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Return the tables of a name from every file. Raises ScheduleError when they are none."""
    found = []
    for data in files:
        tables = data.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(row, dict) for row in tables):
            raise ScheduleError(f"{name} is no list of tables; write [[{name}]]")
        found += tables
    return found


def _rule(row: dict[str, Any], n: int) -> Rule:
    named = f"rule {row.get('code', n)}"
    check_keys(row, named, _NEEDED, _BOUNDS | _OPTIONAL.keys())
    check_shapes(row, named)
    whole = {**_OPTIONAL, **{key: value for key, value in row.items() if key not in _BOUNDS}}
    rule = Rule(
        **{
            **whole,
            "vehicle_classes": tuple(row["vehicle_classes"]),
            "article": str(row["article"]),
            "excess_from_tenths": _bound(row, named, "min", 1),
            "excess_to_tenths": _bound(row, named, "max", -1),
        }
    )
    if problem := problem_of(rule):
        raise ScheduleError(f"{named}: {problem}")
    return rule


def _bound(row: dict[str, Any], named: str, end: str, inward: int) -> int | None:
    """Turn a bound with its flag into the nearest tenth that is inside."""
    if (tenths := row.get(f"over_{end}_tenths")) is None:
        return None
    if (inclusive := row.get(f"over_{end}_inclusive")) is None:
        raise ScheduleError(f"{named}: over_{end}_inclusive is missing")
    return int(tenths) if inclusive else int(tenths) + inward


def _cut(rule: Rule, decrees: tuple[Decree, ...]) -> Iterable[Rule]:
    """Cut a rule where the citation changes, so that a row cites what was in force with it."""
    for decree in decrees:
        start = max(rule.effective_from, decree.effective_from)
        ends = [day for day in (rule.effective_until, decree.effective_until) if day is not None]
        until = min(ends, default=None)
        if until is None or start <= until:
            yield replace(
                rule,
                effective_from=start,
                effective_until=until,
                decree=decree.short_vi,
            )
