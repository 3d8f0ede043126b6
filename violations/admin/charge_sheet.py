"""What a late charge comes to before an officer lays it on a person. Reads; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from violations.fines import late_charge
from violations.late_charges import Line
from violations.models import PendingMeasure
from violations.owing import amount_due, late_charge_lines


@dataclass(frozen=True)
class Charge:
    """What a charge comes to on a day, in đồng, and what each day adds while nothing is paid."""

    on: date
    from_on: date
    lines: list[Line]
    amount_vnd: int
    a_day_vnd: int


def charge_to_confirm(measure: PendingMeasure, on: date) -> Charge | None:
    """Return what an officer lays on a person by confirming; None for a warning, which costs none.

    The day it began is the law's own, so the amount of today is due at once. TT 18/2023 Đ5
    """
    if measure.kind != PendingMeasure.Kind.BEGIN_LATE_CHARGE or measure.case.pay_due_on is None:
        return None
    decision = measure.case.decision
    lines = late_charge_lines(decision, on)
    return Charge(
        on=on,
        from_on=measure.case.pay_due_on + timedelta(days=1),
        lines=lines,
        amount_vnd=sum(line.amount_vnd for line in lines),
        a_day_vnd=late_charge(amount_due(decision, on=on).unpaid_fine_vnd, 1),
    )
