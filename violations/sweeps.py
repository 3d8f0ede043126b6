"""What the passing of time does to cases; each step idempotent, each with its event."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from violations import payments, sanctions
from violations.guards import Refused, day_in_viet_nam
from violations.models import Violation
from violations.workflow import BEFORE_DECISION, PAYABLE


def end_overdue(*, at: datetime) -> int:
    """End every case whose time bar, decision period or execution period has passed.

    Luật XLVPHC Đ6, Đ65–66, Đ74. Returns how many were ended.
    """
    today = day_in_viet_nam(at)
    barred = Violation.objects.filter(status__in=BEFORE_DECISION, time_bar_on__lt=today)
    undecided = Violation.objects.filter(status="recorded", decision_due_on__lt=today)
    lapsed = Violation.objects.filter(
        status__in=PAYABLE, deadlines__name="lapse", deadlines__due_on__lt=today
    )
    ended = 0
    for step, cases in (
        ("bar_by_time", barred),
        ("pass_decision_period", undecided),
        ("lapse", lapsed),
    ):
        for case_id in list(cases.values_list("pk", flat=True)):
            try:
                sanctions.end_by_clock(case_id, step, at=at)
            except Refused:
                continue  # somebody moved the case between the list and the lock
            ended += 1
    return ended


def close_paid(*, at: datetime) -> int:
    """Close every case with nothing left to pay but whose closing was interrupted."""
    waiting = Violation.objects.filter(status__in=PAYABLE).filter(
        Q(decision__payments__isnull=False) | Q(decision__adjustments__isnull=False)
    )
    return sum(
        payments.settle_and_close(case_id, at=at)
        for case_id in list(waiting.distinct().values_list("pk", flat=True))
    )
