"""A decision that warns and nothing else (cảnh cáo): executed when it has been served.

There is nothing to pay, so no payment ever closes it. Once the person has received the decision it
is executed (Luật XLVPHC Đ22, Đ73), and the system closes the case; complaint and lawsuit stay open
to the person from there as from any closed case.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from violations import clocks
from violations.actors import SYSTEM
from violations.guards import Refused, day_in_viet_nam
from violations.models import Violation
from violations.taking import taking


def execute_warning(case_id: uuid.UUID, *, at: datetime) -> None:
    """Close a case whose decision only warns, now that it is served. Luật XLVPHC Đ22, Đ73

    Raises Refused for a decision that fines, and before service.
    """
    with taking("execute_warning", case_id, by=SYSTEM, at=at) as (case, _event):
        case.closed_on = day_in_viet_nam(at)
        clocks.meet_all(case, case.closed_on, with_remedies=False)


def execute_served_warnings(*, at: datetime) -> int:
    """Close every served case whose decision only warns; returns how many. Luật XLVPHC Đ73"""
    waiting = Violation.objects.filter(status="served", decision__is_warning=True)
    closed = 0
    for case_id in list(waiting.values_list("pk", flat=True)):
        try:
            execute_warning(case_id, at=at)
        except Refused:
            continue  # somebody moved the case between the list and the lock
        closed += 1
    return closed
