"""Confirm a year's days off: the clocks that leaned on it are computed again and stand firm."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from notices.calendars import current_calendar
from notices.models import CalendarYear
from violations.deadlines import compute
from violations.guards import Refused
from violations.models import CaseDeadline, Explanation, Violation

# Where the end of a clock stands on the case row as well.
ON_THE_CASE = {"decision_due": "decision_due_on", "pay_due": "pay_due_on"}


def confirm_year(year: int, instrument: str, *, by_name: str, at: datetime) -> int:
    """Confirm a year, naming the government's instrument; returns how many clocks were settled.

    Clocks already met keep their end: nothing that was done in time becomes late. Raises Refused
    for a year confirmed before or without an instrument.
    """
    if not instrument.strip():
        raise Refused(gettext("Name the government's instrument with its number and day."))
    with transaction.atomic():
        _row, created = CalendarYear.objects.get_or_create(
            year=year,
            defaults={
                "instrument": instrument.strip(),
                "confirmed_by": by_name,
                "confirmed_at": at,
            },
        )
        if not created:
            raise Refused(gettext("The year %(year)d is already confirmed.") % {"year": year})
        leaning = CaseDeadline.objects.filter(provisional=True, met_on__isnull=True)
        case_ids = list(leaning.order_by("case_id").values_list("case_id", flat=True).distinct())
        return sum(_settle(case_id) for case_id in case_ids)


def _settle(case_id: object) -> int:
    """Compute the provisional clocks of one case again, under its row lock."""
    case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
    calendar = current_calendar()
    settled = 0
    for row in case.deadlines.filter(provisional=True, met_on__isnull=True):
        end = compute(row.name, row.starts_on, calendar, variant=row.variant)
        row.due_on, row.provisional = end.on, end.provisional
        row.save(update_fields=["due_on", "provisional"])
        if row.name in ON_THE_CASE:
            setattr(case, ON_THE_CASE[row.name], end.on)
            case.save(update_fields=[ON_THE_CASE[row.name]])
        if row.name == "explanation_due":
            Explanation.objects.filter(case=case).update(due_on=end.on)
        settled += not end.provisional
    return settled
