"""Start and stop the clocks of a case, by the table in ``deadlines`` and the stored calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from notices.calendars import current_calendar
from violations import deadlines
from violations.models import CaseDeadline, Violation

# What a complaint, a lawsuit or a suspension sets running; it outlives payment and lapse.
REMEDIES = (
    "complaint_due",
    "complaint_accepted_due",
    "complaint_decided_due",
    "second_complaint_due",
    "lawsuit_due",
    "carry_out_due",
    "order_sent_due",
)


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
            "unit_id": case.unit_id,
            "variant": variant.get("variant", ""),
            "article": deadlines.article(name, **variant),
            "starts_on": on,
            "due_on": end.on,
            "provisional": end.provisional,
            "met_on": None,
            "passed_on": None,
        },
    )
    return row


def move(case: Violation, name: str, on: date | None = None, **variant: Any) -> CaseDeadline:
    """Count a running clock again, from another day or by another variant.

    Without ``on`` it keeps its own first day: a period that grew longer (a transfer, an
    explanation, a complex case: Đ66 k1) still counts from the record. ``on`` is the day an
    evasion ended (Đ6 k1
    đ.d, Đ74 k2). Raises CaseDeadline.DoesNotExist for a clock that never started or was met.
    """
    row = CaseDeadline.objects.get(case=case, name=name, met_on__isnull=True)
    variant.setdefault("variant", row.variant)
    return start(case, name, on or row.starts_on, **variant)


def hand_over(case: Violation) -> None:
    """Let every clock of a case follow it to the unit it is now with. TT 73/2024 Đ24 k1b"""
    CaseDeadline.objects.filter(case=case).exclude(unit=case.unit_id).update(unit=case.unit_id)


def meet(case: Violation, name: str, on: date) -> None:
    """Note the day on which what a clock waited for was done."""
    CaseDeadline.objects.filter(case=case, name=name, met_on__isnull=True).update(met_on=on)


def resume(case: Violation, met_on: date) -> None:
    """Let clocks that stopped on a day run on to their old ends: what stopped them was wrong."""
    CaseDeadline.objects.filter(case=case, met_on=met_on).update(met_on=None)


def meet_all(case: Violation, on: date, *, with_remedies: bool = True) -> None:
    """Stop every running clock: the case has ended.

    A case that ends because its fine is paid, or may no longer be executed, can still be contested:
    ``with_remedies`` False leaves what a complaint or a judgment set running. Luật Khiếu nại Đ7
    """
    running = CaseDeadline.objects.filter(case=case, met_on__isnull=True)
    if not with_remedies:
        running = running.exclude(name__in=REMEDIES)
    running.update(met_on=on)
