"""Check the rules of the catalogue against each other: periods, codes, speed bands.

Pure. Several acts may answer one kind of detection (stopping has a dozen places); an officer then
chooses. What may never be is one act in two rows on one day, a hole between two periods of an act,
and a speed that two bands claim or none.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cameras.adapters.vocabulary import VEHICLE_CLASSES, VIOLATION_TYPES

if TYPE_CHECKING:
    from violations.schedules_reader import Rule

_LOWEST_BAND_TENTHS = 50  # below 5 km/h over the limit there is no sanction (NĐ 168/2024 Đ6, Đ7)
_WHOLE = {"article", "fine_min_vnd", "fine_max_vnd", "points", "cap_vnd", "suspension_months_min"}
_WHOLE |= {"suspension_months_max", "over_min_tenths", "over_max_tenths"}
_TRUTH = {"is_per_person", "is_residual", "over_min_inclusive", "over_max_inclusive"}
_SANCTIONS = {"fine", "warning", "confiscation"}
_OFFENDERS = {"", "individual", "organisation"}


class ScheduleError(ValueError):
    """Say which row of a law file is wrong, and how."""


def covers(start: date, until: date | None, day: date) -> bool:
    """Tell whether a day lies in a period; both ends are included, None is still in force."""
    return start <= day and (until is None or day <= until)


def check_shapes(row: dict[str, Any], named: str) -> None:
    """Refuse a value of the wrong shape: a sum in quotes, a list where a word belongs."""
    for key, value in row.items():
        if key in _WHOLE:
            fits = type(value) is int and value >= 0
        elif key in _TRUTH:
            fits = type(value) is bool
        elif key in {"effective_from", "effective_until"}:
            fits = type(value) is date
        elif key == "vehicle_classes":
            fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
        else:
            fits = isinstance(value, str) and "\x00" not in value
        if not fits:
            raise ScheduleError(f"{named}: {key} has the wrong shape")


def problem_of(rule: Rule) -> str | None:
    """Return what contradicts itself in one row, or None."""
    if unknown := set(rule.vehicle_classes) - VEHICLE_CLASSES:
        return f"{min(unknown)} is no class of vehicle"
    if rule.violation_type and rule.violation_type not in VIOLATION_TYPES - {"other"}:
        return f"{rule.violation_type} is no kind of detection"
    if rule.sanction not in _SANCTIONS or rule.offender not in _OFFENDERS:
        return f"{rule.sanction or rule.offender} is no main sanction, or no offender"
    if rule.sanction == "fine" and not 0 < rule.fine_min_vnd < rule.fine_max_vnd:
        return "the fine frame must go from a sum to a larger one"
    if rule.sanction != "fine" and (rule.fine_min_vnd or rule.fine_max_vnd):
        return f"a {rule.sanction} carries no fine"
    if rule.sanction == "confiscation" and not rule.confiscated:
        return "it does not say what is confiscated"
    if (rule.suspension_months_min is None) != (rule.suspension_months_max is None):
        return "a suspension needs both ends of its frame"
    if (rule.suspension_months_min or 0) > (rule.suspension_months_max or 0):
        return "the suspension frame is upside down"
    if rule.points > 12:
        return "a licence has twelve points"
    if (rule.points or rule.points_note) and not rule.points_basis:
        return "points are deducted, but points_basis cites no provision"
    if rule.is_per_person != (rule.cap_vnd is not None):
        return "a fine for each person needs its cap, and only that one has a cap"
    if (rule.violation_type == "speed_over") != (rule.excess_from_tenths is not None):
        return "speed bounds belong to speed_over, and only there"
    return None


def check_rules(rules: list[Rule]) -> None:
    """Refuse rules that contradict each other. Raises ScheduleError naming the row."""
    _check_periods(rules)
    groups: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.violation_type == "speed_over":
            for vehicle_class in rule.vehicle_classes:
                groups[vehicle_class].append(rule)
    for vehicle_class, rows in groups.items():
        # The law changes only on the days a rule begins or has just ended.
        changes = {rule.effective_from for rule in rows}
        changes |= {r.effective_until + timedelta(days=1) for r in rows if r.effective_until}
        for day in sorted(changes):
            live = [r for r in rows if covers(r.effective_from, r.effective_until, day)]
            live.sort(key=lambda rule: rule.excess_from_tenths or 0)
            if live:
                _check_bands(live, vehicle_class)


def _check_periods(rules: list[Rule]) -> None:
    """Refuse a code twice on one day, a hole between its periods, and an act under two codes."""
    by_code: dict[str, list[Rule]] = defaultdict(list)
    acts: dict[tuple[str, str, str], str] = {}
    for rule in rules:
        by_code[rule.code].append(rule)
        act = (rule.vehicle_group, rule.provision, rule.act_vi)
        if acts.setdefault(act, rule.code) != rule.code:
            raise ScheduleError(f"rule {rule.code}: {acts[act]} is already this act")
    for code, rows in by_code.items():
        rows.sort(key=lambda rule: rule.effective_from)
        for earlier, later in pairwise(rows):
            if earlier.effective_until is None or later.effective_from <= earlier.effective_until:
                raise ScheduleError(
                    f"rule {code}: the code stands twice on {later.effective_from:%d/%m/%Y}"
                )
            if later.effective_from != earlier.effective_until + timedelta(days=1):
                raise ScheduleError(
                    f"rule {code}: a hole lies before {later.effective_from:%d/%m/%Y}"
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
