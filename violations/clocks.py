"""Start and stop the clocks of a case, by the table in ``deadlines`` and the stored calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from notices.calendars import current_calendar
from violations import deadlines
from violations.models import CaseDeadline, Violation


def start(case: Violation, name: str, on: date, **variant: Any) -> CaseDeadline:
    """Start one clock of a case on a day in Viet Nam and store when it ends, with its article.

    Started again (a provisional calendar was confirmed, an explanation lengthened a period) the
    same row is moved; the event of the act that did so is the history.
    """
    end = deadlines.compute(name, on, current_calendar(), **variant)
    row, _created = CaseDeadline.objects.update_or_create(
        case=case,
        name=name,
        defaults={
            "variant": variant.get("variant", ""),
            "article": deadlines.article(name, **variant),
            "starts_on": on,
            "due_on": end.on,
            "provisional": end.provisional,
            "met_on": None,
        },
    )
    return row


def meet(case: Violation, name: str, on: date) -> None:
    """Note the day on which what a clock waited for was done."""
    CaseDeadline.objects.filter(case=case, name=name, met_on__isnull=True).update(met_on=on)


def meet_all(case: Violation, on: date) -> None:
    """Stop every running clock: the case has ended."""
    CaseDeadline.objects.filter(case=case, met_on__isnull=True).update(met_on=on)
