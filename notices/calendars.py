"""The working-day calendar as it stands in the database."""

from notices.models import CalendarDay, CalendarYear
from notices.workdays import Calendar


def current_calendar() -> Calendar:
    """Read the calendar: days off, made-up working days, and which years a person confirmed."""
    closed: dict[object, str] = {}
    opened = set()
    for day in CalendarDay.objects.all():
        if day.is_working:
            opened.add(day.on)
        else:
            closed[day.on] = day.reason
    return Calendar(
        confirmed_years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
        closed=closed,  # type: ignore[arg-type]  # the days are dates
        opened=frozenset(opened),
    )
