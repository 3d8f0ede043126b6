"""Bring the reviewed law files into the database: add rows, close replaced ones, alter nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils import timezone

from notices.models import CalendarDay, CalendarYear
from violations.calendars_reader import shipped_years
from violations.folding import fold_act
from violations.models import PenaltyRule
from violations.schedules_reader import Rule, Schedule, shipped_schedule


class LawConflict(Exception):
    """A law file says something else than a row that is already in force."""


@transaction.atomic
def load_catalogue(schedule: Schedule | None = None) -> list[str]:
    """Load the penalty catalogue; returns one sentence for each change.

    A row already loaded may only be closed (given its last day); any other difference raises
    LawConflict with the row and its columns, because somebody may have been fined under the row as
    it stood. So does a row that would overlap another of its code or leave a hole before it; then
    nothing is written. Raises ScheduleError when a file contradicts itself.
    """
    return list(_load_rules(schedule or shipped_schedule()))


def _load_rules(schedule: Schedule) -> Iterator[str]:
    standing = {(row.code, row.effective_from): row for row in PenaltyRule.objects.all()}
    new: list[PenaltyRule] = []
    for rule in schedule.rules:
        wanted = _columns(rule)
        row = standing.get((rule.code, rule.effective_from))
        if row is None:
            new.append(PenaltyRule(**wanted))
            yield f"+ {rule.code} from {rule.effective_from:%d/%m/%Y}"
            continue
        differing = [name for name, value in wanted.items() if getattr(row, name) != value]
        if differing == ["effective_until"] and row.effective_until is None:
            row.effective_until = rule.effective_until
            row.save(update_fields=["effective_until"])
            yield f"= {rule.code} ends on {rule.effective_until:%d/%m/%Y}"
        elif differing:
            raise LawConflict(
                f"{rule.code} from {rule.effective_from:%d/%m/%Y} is in force and may not change: "
                f"{', '.join(differing)}. Add a row with a new effective_from instead."
            )
    PenaltyRule.objects.bulk_create(new)
    _check_periods()


def _check_periods() -> None:
    """Refuse a code that stands twice on one day or leaves a hole between two of its periods."""
    by_code: dict[str, list[PenaltyRule]] = defaultdict(list)
    for row in PenaltyRule.objects.order_by("code", "effective_from"):
        by_code[row.code].append(row)
    for code, rows in by_code.items():
        for earlier, later in pairwise(rows):
            begins = f"{later.effective_from:%d/%m/%Y}"
            if earlier.effective_until is None or later.effective_from <= earlier.effective_until:
                raise LawConflict(
                    f"{code}: effective_from {begins} overlaps the row from "
                    f"{earlier.effective_from:%d/%m/%Y}; end that one the day before."
                )
            if later.effective_from != earlier.effective_until + timedelta(days=1):
                raise LawConflict(
                    f"{code}: a hole between effective_until {earlier.effective_until:%d/%m/%Y}"
                    f" and effective_from {begins}; periods must meet."
                )


def _columns(rule: Rule) -> dict[str, Any]:
    columns = asdict(rule)
    del columns["points_basis"]
    columns["vehicle_classes"] = list(rule.vehicle_classes)
    columns["fold"] = fold_act(rule.act_vi, rule.act_en, rule.provision)
    return columns


@transaction.atomic
def load_calendar() -> list[str]:
    """Load the days off and made-up days; a year the files call settled is confirmed.

    Days a person has corrected in the portal are left as they are.
    """
    changes = []
    for year in shipped_years():
        for day in year.days:
            _row, created = CalendarDay.objects.get_or_create(
                on=day.on, defaults={"is_working": day.is_working, "reason": day.reason_vi}
            )
            if created:
                changes.append(f"+ {day.on:%d/%m/%Y} {day.reason_vi}")
        if year.confirmed:
            _row, created = CalendarYear.objects.get_or_create(
                year=year.year,
                defaults={
                    "instrument": "; ".join(year.instruments)[:160],
                    "confirmed_by": "violations/schedules",
                    "confirmed_at": timezone.now(),
                },
            )
            if created:
                changes.append(f"+ year {year.year} confirmed")
    return changes
