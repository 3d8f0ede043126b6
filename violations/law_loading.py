"""Bring the reviewed law files into the database: add rows, close replaced ones, alter nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone

from notices.models import CalendarDay, CalendarYear
from violations.calendars_reader import shipped_years
from violations.models import PenaltyRule
from violations.schedules_reader import Rule, shipped_schedule


class LawConflict(Exception):
    """A law file says something else than a row that is already in force."""


@transaction.atomic
def load_catalogue() -> list[str]:
    """Load the penalty catalogue; returns one sentence for each change.

    A row already loaded may only be closed (given its last day); any other difference raises
    LawConflict, because somebody may have been fined under the row as it stood.
    """
    return list(_load_rules())


def _load_rules() -> Iterator[str]:
    for rule in shipped_schedule().rules:
        wanted = _columns(rule)
        row = PenaltyRule.objects.filter(code=rule.code, effective_from=rule.effective_from).first()
        if row is None:
            PenaltyRule.objects.create(**wanted)
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


def _columns(rule: Rule) -> dict[str, Any]:
    columns = asdict(rule)
    del columns["points_basis"]
    columns["vehicle_classes"] = list(rule.vehicle_classes)
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
