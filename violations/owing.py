"""What is owed on a day: the fine in force, the late charge with its holds, what was paid.

Read from rows, never stored: the same question for the same day gets the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from violations.late_charges import Hold, Line, charge_lines, is_held, plan_holds_until
from violations.models import Decision, DecisionChange, Payment, Refund, Relief

NOTHING_OWED = ("annulled", "lapsed")


@dataclass(frozen=True)
class Due:
    """What is owed on a day, in đồng: the fine in force, the late charge to that day, the paid."""

    fine_vnd: int
    late_charge_vnd: int
    paid_fine_vnd: int
    paid_late_charge_vnd: int
    late_days: int

    @property
    def unpaid_fine_vnd(self) -> int:
        """Return the part of the fine that is still unpaid."""
        return max(0, self.fine_vnd - self.paid_fine_vnd)

    @property
    def excess_vnd(self) -> int:
        """Return what was paid towards a fine that was lowered or cancelled afterwards."""
        return max(0, self.paid_fine_vnd - self.fine_vnd)

    @property
    def unpaid_late_charge_vnd(self) -> int:
        """Return the part of the late charge that is still unpaid."""
        return max(0, self.late_charge_vnd - self.paid_late_charge_vnd)

    @property
    def remaining_vnd(self) -> int:
        """Return all that is left to pay on this day."""
        return self.unpaid_fine_vnd + self.unpaid_late_charge_vnd


def amount_due(decision: Decision, *, on: date) -> Due:
    """Compute what is owed on a day in Viet Nam; the late charge is never stored daily.

    The fine in force is the decision's fine and every adjustment up to the day. A cancelled or
    lapsed decision is owed nothing for any day. Luật XLVPHC Đ74, Đ78; TT 18/2023 Đ5
    """
    paid_fine, paid_late = paid_until(decision, on)
    if decision.case.status in NOTHING_OWED:
        return Due(0, 0, paid_fine, paid_late, 0)
    lines = late_charge_lines(decision, on)
    return Due(
        fine_vnd=fine_in_force(decision, on),
        late_charge_vnd=sum(line.amount_vnd for line in lines),
        paid_fine_vnd=paid_fine,
        paid_late_charge_vnd=paid_late,
        late_days=sum(line.days for line in lines),
    )


def paid_until(decision: Decision, on: date) -> tuple[int, int]:
    """Return the fine and the late charge in đồng paid up to a day and neither taken nor sent back.

    A reversal and a refund count from their own day on.
    """
    fine = late = 0
    for payment in _payments(decision):
        reversal = getattr(payment, "reversal", None)
        if payment.paid_on <= on and (reversal is None or reversal.reversed_on > on):
            fine += payment.fine_vnd
            late += payment.late_charge_vnd
        for refund in _refunded(payment, on):
            fine -= refund.fine_vnd
            late -= refund.late_charge_vnd
    return fine, late


def read_ahead(path: str = "") -> tuple[str, ...]:
    """Return what ``amount_due`` and ``hold_on`` ask, for ``prefetch_related`` of a list.

    ``path`` leads from a row of the list to its case, as ``case__``; the list joins the decision
    itself. Then the sums of a page cost the same few questions for two rows as for fifty.
    """
    money = ("payments__reversal", "payments__refunds", "adjustments")
    held = ("suspensions", "reliefs__instalments")
    return (*(f"{path}decision__{name}" for name in money), *(f"{path}{name}" for name in held))


def _payments(decision: Decision) -> Iterable[Payment]:
    """Return the payments with what was taken or sent back; a list has read them ahead."""
    rows = decision.payments.all()
    if rows._result_cache is not None:  # type: ignore[attr-defined]  # what was read ahead
        return rows
    return rows.select_related("reversal").prefetch_related("refunds")


def _refunded(payment: Payment, on: date) -> Iterator[Refund]:
    """Yield the refunds of a payment that were paid up to a day."""
    for refund in payment.refunds.all():
        if refund.state == Refund.State.DONE and refund.done_on and refund.done_on <= on:
            yield refund


def fine_in_force(decision: Decision, on: date) -> int:
    """Return the fine in đồng with every adjustment up to a day. Luật XLVPHC Đ77; NĐ 118 Đ13"""
    return decision.fine_vnd + sum(
        row.delta_vnd for row in decision.adjustments.all() if row.on <= on
    )


def late_charge_lines(decision: Decision, on: date) -> list[Line]:
    """Return the late charge owed when paying on a day, line by line. TT 18/2023 Đ5"""
    due_on = decision.case.pay_due_on
    if due_on is None or on <= due_on or decision.case.status in NOTHING_OWED:
        return []
    return charge_lines(
        due_on, on, decision.fine_vnd, _changes(decision, on), holds(decision, on=on)
    )


def holds(decision: Decision, *, on: date) -> list[Hold]:
    """Return the times without a late charge, as known on a day.

    From a request for relief to its answer, during a deferral, while a plan of instalments is kept
    (see ``late_charges.plan_holds_until``), and while an order suspends execution.
    TT 18/2023 Đ5 k2; Luật XLVPHC Đ73, Đ76–79; Luật Khiếu nại Đ35
    """
    case = decision.case
    found = [
        Hold(row.from_on, row.lifted_on, "Luật Khiếu nại Đ35") for row in case.suspensions.all()
    ]
    for relief in case.reliefs.all():
        found.append(Hold(relief.requested_on, relief.decided_on, "TT 18/2023/TT-BTC Đ5 k2"))
        if relief.state != Relief.State.GRANTED or relief.decided_on is None:
            continue
        if relief.kind == Relief.Kind.DEFERRAL:
            found.append(Hold(relief.decided_on, relief.until_on, "Luật XLVPHC Đ76"))
        elif relief.kind == Relief.Kind.INSTALMENTS:
            found.append(
                Hold(relief.decided_on, _kept_until(decision, relief, on), "Luật XLVPHC Đ79")
            )
    return found


def hold_on(decision: Decision, day: date) -> Hold | None:
    """Return what holds the execution of a decision off on a day, or None."""
    return is_held(day, holds(decision, on=day))


def _kept_until(decision: Decision, relief: Relief, on: date) -> date | None:
    plan = [(row.due_on, row.amount_vnd) for row in relief.instalments.all()]
    unpaid = [
        decision.fine_vnd + sum(delta for _day, delta in _changes(decision, day))
        for day, _amount in plan
    ]
    return plan_holds_until(plan, unpaid, on)


def _changes(decision: Decision, on: date) -> list[tuple[date, int]]:
    changes = [(row.on, row.delta_vnd) for row in decision.adjustments.all() if row.on <= on]
    for payment in _payments(decision):
        reversal = getattr(payment, "reversal", None)
        if payment.paid_on <= on:
            changes.append((payment.paid_on, -payment.fine_vnd))
        if reversal is not None and reversal.reversed_on <= on:
            changes.append((reversal.reversed_on, payment.fine_vnd))
        changes.extend((row.done_on, row.fine_vnd) for row in _refunded(payment, on) if row.done_on)
    return changes


def amended_fine(decision: Decision) -> int:
    """Return the fine as decided and amended, reliefs left out. NĐ 118/2021 Đ13"""
    deltas = decision.adjustments.filter(change__isnull=False).exclude(
        change__kind=DecisionChange.Kind.CANCELLED
    )
    return decision.fine_vnd + sum(deltas.values_list("delta_vnd", flat=True))
