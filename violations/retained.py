"""What cases still need of the evidence, and since when they need it no longer.

``cameras.retention`` asks before every disposal. A case holds its evidence until it has ended and
until nobody can contest it any more: complaint and lawsuit outlive payment and closing
(Luật Khiếu nại Đ9, Đ33; Luật Tố tụng hành chính Đ116), and so does changing a decision
(NĐ 118/2021 Đ13–16).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Max

from cameras.retention import Ended, RecordClass
from violations.clocks import REMEDIES
from violations.guards import day_in_viet_nam
from violations.models import CaseDeadline, Complaint, ExecutionSuspension, Lawsuit, Violation
from violations.workflow import ENDED

#: Periods in which a decision may still be contested or changed.
CONTESTABLE = (*REMEDIES, "change_due")
#: Cases that never came to a decision; their evidence accuses nobody any more.
UNDECIDED = frozenset({"rejected", "dismissed", "time_barred"})


def cases_of(
    detection_ids: Collection[uuid.UUID], at: datetime
) -> Mapping[uuid.UUID, Ended | None]:
    """Return for each detection with a case its class and last day, or None while it is needed."""
    cases = Violation.objects.filter(detection__in=detection_ids).annotate(
        last_event_at=Max("events__at")
    )
    contested = _contested([case.pk for case in cases], at)
    found: dict[uuid.UUID, Ended | None] = {}
    for case in cases:
        if case.status not in ENDED or case.pk in contested:
            found[case.detection_id] = None
            continue
        record_class = RecordClass.REJECTED if case.status in UNDECIDED else RecordClass.CASE
        last = day_in_viet_nam(case.last_event_at or case.created_at)
        found[case.detection_id] = Ended(record_class, max(last, case.closed_on or last))
    return found


def in_dispute(case_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return the cases in which a complaint, a lawsuit or a suspension has not ended."""
    running = [
        Complaint.objects.filter(state__in=["received", "accepted"]),
        Lawsuit.objects.filter(judged_on__isnull=True),
        ExecutionSuspension.objects.filter(lifted_on__isnull=True),
    ]
    found: set[uuid.UUID] = set()
    for rows in running:
        found |= set(rows.filter(case__in=case_ids).values_list("case_id", flat=True))
    return found


def _contested(case_ids: list[uuid.UUID], at: datetime) -> set[uuid.UUID]:
    """Return the cases in which a remedy runs, may still be taken, or waits for its end."""
    running = CaseDeadline.objects.filter(
        name__in=CONTESTABLE, met_on__isnull=True, due_on__gte=day_in_viet_nam(at)
    )
    still = set(running.filter(case__in=case_ids).values_list("case_id", flat=True))
    return still | in_dispute(case_ids)
