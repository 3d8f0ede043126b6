"""Read and check the catalogue of the law, a TOML file reviewed like code.

The file is written by hand, so nothing is taken on trust: an unknown or missing key, a frame that
is no frame, two rules for one act, or a gap between two speed bands stops the load with a message
that names the row. Everything read is immutable and knows no database.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

SCHEDULES = Path(__file__).resolve().parent / "schedules"
_LOWEST_BAND_TENTHS = 50  # below 5 km/h over the limit there is no sanction (NĐ 168/2024 Đ6, Đ7)


class ScheduleError(ValueError):
    """Say which row of a law file is wrong, and how."""


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
    ``decree`` is the citation that belongs to acts of the period.
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
            if _covers(decree.effective_from, decree.effective_until, act_on):
                return decree
        raise LookupError(f"no decree of the catalogue was in force on {act_on:%d/%m/%Y}")


def read_schedule(text: str) -> Schedule:
    """Read the catalogue and return its rules, each cut at the days on which the citation changes.

    Raises ScheduleError naming the row when a key is missing or unknown, a frame is not min < max,
    two rules claim the same act and class on the same day, or speed bands overlap or leave a gap.
    """
    data = parse_toml(text, {"decree", "rule"})
    decrees = tuple(_decree(row, n) for n, row in enumerate(data.get("decree", []), 1))
    if not decrees:
        raise ScheduleError("the catalogue names no decree")
    for earlier, later in pairwise(decrees):
        if earlier.effective_until is None or (
            later.effective_from != earlier.effective_until + timedelta(days=1)
        ):
            raise ScheduleError(f"decree in force from {later.effective_from}: periods do not meet")
    rows = [_rule(row, n) for n, row in enumerate(data.get("rule", []), 1)]
    _check_rules(rows)
    return Schedule(decrees, tuple(cut for rule in rows for cut in _cut(rule, decrees)))


@cache
def shipped_schedule() -> Schedule:
    """Return the catalogue that comes with the portal."""
    return read_schedule((SCHEDULES / "nd168.toml").read_text("utf-8"))


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


def _rule(row: dict[str, Any], n: int) -> Rule:
    named = f"rule {row.get('code', n)}"
    needed = {
        "code",
        "violation_type",
        "vehicle_group",
        "vehicle_classes",
        "article",
        "clause",
    }
    needed |= {"point", "act_vi", "act_en", "fine_min_vnd", "fine_max_vnd", "points"}
    needed |= {"effective_from", "source", "confidence"}
    months = {"suspension_months_min", "suspension_months_max"}
    bounds = {f"over_{end}_{part}" for end in ("min", "max") for part in ("tenths", "inclusive")}
    check_keys(row, named, needed, months | bounds | {"points_basis", "effective_until"})
    if not 0 < row["fine_min_vnd"] < row["fine_max_vnd"]:
        raise ScheduleError(f"{named}: the fine frame must go from a sum to a larger one")
    if len(months & row.keys()) == 1:
        raise ScheduleError(f"{named}: a suspension needs both ends of its frame")
    if row["points"] and not row.get("points_basis"):
        raise ScheduleError(f"{named}: points are deducted, but points_basis cites no provision")
    is_speed = row["violation_type"] == "speed_over"
    if is_speed != ("over_min_tenths" in row):
        raise ScheduleError(f"{named}: speed bounds belong to speed_over, and only there")
    plain = {key: value for key, value in row.items() if key not in bounds}
    return Rule(
        **{
            "points_basis": "",
            "suspension_months_min": None,
            "suspension_months_max": None,
            "effective_until": None,
            **plain,
            "vehicle_classes": tuple(row["vehicle_classes"]),
            "article": str(row["article"]),
            "excess_from_tenths": _bound(row, named, "min", 1),
            "excess_to_tenths": _bound(row, named, "max", -1),
        }
    )


def _bound(row: dict[str, Any], named: str, end: str, inward: int) -> int | None:
    """Turn a bound with its flag into the nearest tenth that is inside."""
    if (tenths := row.get(f"over_{end}_tenths")) is None:
        return None
    if (inclusive := row.get(f"over_{end}_inclusive")) is None:
        raise ScheduleError(f"{named}: over_{end}_inclusive is missing")
    return int(tenths) if inclusive else int(tenths) + inward


def _check_rules(rules: list[Rule]) -> None:
    """Refuse two rules for one act on one day, and speed bands that overlap or leave a gap."""
    codes: set[tuple[str, date]] = set()
    groups: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in rules:
        if (rule.code, rule.effective_from) in codes:
            raise ScheduleError(f"rule {rule.code}: the code stands twice for one period")
        codes.add((rule.code, rule.effective_from))
        for vehicle_class in rule.vehicle_classes:
            groups[rule.violation_type, vehicle_class].append(rule)
    for (violation_type, vehicle_class), rows in groups.items():
        # The law changes only on the days a rule begins or has just ended.
        changes = {rule.effective_from for rule in rows}
        changes |= {r.effective_until + timedelta(days=1) for r in rows if r.effective_until}
        for day in sorted(changes):
            live = [r for r in rows if _covers(r.effective_from, r.effective_until, day)]
            live.sort(key=lambda rule: rule.excess_from_tenths or 0)
            if live and violation_type == "speed_over":
                _check_bands(live, vehicle_class)
            elif len(live) > 1:
                raise ScheduleError(
                    f"rule {live[1].code}: {live[0].code} already covers {vehicle_class}"
                )


def _check_bands(bands: list[Rule], vehicle_class: str) -> None:
    expected: int | None = _LOWEST_BAND_TENTHS
    for band in bands:
        named = f"rule {band.code}, {vehicle_class}"
        start = band.excess_from_tenths or 0
        if expected is None or start < expected:
            raise ScheduleError(f"{named}: the speed band overlaps the one before")
        if start > expected:
            raise ScheduleError(f"{named}: a gap of speeds lies before the band")
        if band.excess_to_tenths is not None and band.excess_to_tenths < start:
            raise ScheduleError(f"{named}: the speed band is empty")
        expected = None if band.excess_to_tenths is None else band.excess_to_tenths + 1
    if expected is not None:
        raise ScheduleError(f"rule {bands[-1].code}, {vehicle_class}: the last band must be open")


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


def _covers(start: date, until: date | None, day: date) -> bool:
    return start <= day and (until is None or day <= until)
