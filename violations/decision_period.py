"""The period for the decision (Đ66): lengthened by a ground of the law, never shortened."""

from __future__ import annotations

from notices.calendars import current_calendar
from violations import clocks, deadlines
from violations.models import Violation


def lengthen(case: Violation, variant: str) -> bool:
    """Give a recorded case the period of ``variant``, if that ends later than what runs.

    The period always counts from the day of the record; ``decision_due_on`` of the case follows
    and is saved by the act. Returns False, changing nothing, where what runs is as long already: an
    explained case that is handed on keeps its month. Luật XLVPHC Đ66 k1
    """
    running = case.deadlines.get(name="decision_due")
    longer = deadlines.compute(
        "decision_due", running.starts_on, current_calendar(), variant=variant
    )
    if longer.on <= running.due_on:
        return False
    case.decision_due_on = clocks.start(
        case, "decision_due", running.starts_on, variant=variant
    ).due_on
    return True
