"""The late charge (tiền chậm nộp): one event says when it began; the amount is never stored."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from violations.actors import Actor
from violations.taking import taking


def begin_late_charge(case_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Note the day on which the late charge began: the day after the last day to pay.

    Once a case: by the system where receipt or refusal is proven, by the officer who confirms it
    elsewhere (``measures``). The day follows from the law's dates, never from the click; what is
    owed on a day is computed when it is asked for. Raises Refused.
    Luật XLVPHC Đ78 k1; TT 18/2023/TT-BTC Đ5
    """
    with taking("begin_late_charge", case_id, by=by, at=at) as (case, event):
        assert case.pay_due_on is not None  # held by the step's guards
        event.facts = {"began_on": (case.pay_due_on + timedelta(days=1)).isoformat()}
