"""Confirm a year's days off, or correct one day: the running clocks it touches count again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from notices.calendars import current_calendar
from notices.models import CalendarChange, CalendarDay, CalendarYear
from notices.workdays import Calendar
from violations.deadlines import compute
from violations.guards import Refused, day_in_viet_nam
from violations.models import CaseDeadline, Explanation, Violation

# Where the end of a clock stands on the case row as well.
ON_THE_CASE = {"decision_due": "decision_due_on", "pay_due": "pay_due_on"}
Nature = CalendarChange.Nature


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
        settled = 0
        for case, rows in _locked(leaning.values_list("case_id", "pk")):
            _count_again(case, rows, current_calendar(), day_in_viet_nam(at))
            settled += sum(not row.provisional for row in rows)
        return settled


def change_day(
    on: date, nature: str, *, reason: str, instrument: str, by_name: str, at: datetime
) -> int:
    """Make a day a day off, a working day, or again what its weekday is; returns clocks moved.

    Running clocks whose time holds the day count again; those that were met keep their end, and an
    end that would move back never falls before the day of the change. The change is kept with its
    instrument. Raises Refused without a reason or an instrument, and when nothing would change.
    BLDS Đ147–148; Bộ luật Lao động Đ111–112
    """
    if not instrument.strip():
        raise Refused(gettext("Name the government's instrument with its number and day."))
    if nature != Nature.PLAIN and not reason.strip():
        raise Refused(gettext("Name the reason; it is printed beside the day."))
    with transaction.atomic():
        # One change at a time: two that meet would each count by half of the truth.
        list(CalendarYear.objects.select_for_update().order_by("year"))
        row = CalendarDay.objects.select_for_update().filter(on=on).first()
        before = _nature(row)
        if before == nature:
            raise Refused(gettext("The day already stands in the calendar like this."))
        if nature == Nature.PLAIN:
            CalendarDay.objects.filter(on=on).delete()
        else:
            CalendarDay.objects.update_or_create(
                on=on,
                defaults={"is_working": nature == Nature.WORKING, "reason": reason.strip()},
            )
        calendar = current_calendar()
        touched = CaseDeadline.objects.filter(
            met_on__isnull=True, passed_on__isnull=True, starts_on__lt=on, due_on__gte=on
        )
        moved = sum(
            _count_again(case, rows, calendar, day_in_viet_nam(at))
            for case, rows in _locked(touched.values_list("case_id", "pk"))
        )
        CalendarChange.objects.create(
            on=on,
            before=before,
            after=nature,
            reason=reason.strip(),
            instrument=instrument.strip(),
            changed_by=by_name,
            changed_at=at,
            clocks_moved=moved,
        )
        return moved


def _nature(row: CalendarDay | None) -> str:
    if row is None:
        return Nature.PLAIN.value
    return (Nature.WORKING if row.is_working else Nature.CLOSED).value


def _locked(pairs: Iterable[tuple[object, int]]) -> Iterable[tuple[Violation, list[CaseDeadline]]]:
    """Yield each case under its row lock, in the order of ids, with its clocks still running."""
    wanted: dict[object, list[int]] = {}
    for case_id, pk in pairs:
        wanted.setdefault(case_id, []).append(pk)
    for case_id in sorted(wanted, key=str):
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        rows = case.deadlines.filter(pk__in=wanted[case_id], met_on__isnull=True)
        yield case, list(rows)


def _count_again(case: Violation, rows: list[CaseDeadline], calendar: Calendar, today: date) -> int:
    """Compute clocks of one locked case again; returns how many ends moved."""
    moved = 0
    for row in rows:
        end = compute(row.name, row.starts_on, calendar, variant=row.variant)
        # Who relied on the old end is not late on the day the calendar changes.
        due_on = max(end.on, min(row.due_on, today))
        moved += due_on != row.due_on
        row.due_on, row.provisional = due_on, end.provisional
        row.save(update_fields=["due_on", "provisional"])
        if row.name in ON_THE_CASE:
            setattr(case, ON_THE_CASE[row.name], due_on)
            case.save(update_fields=[ON_THE_CASE[row.name]])
        if row.name == "explanation_due":
            Explanation.objects.filter(case=case).update(due_on=due_on)
    return moved
