"""The ledger: what is owed, what was received, and double entry for every đồng.

Nothing here is a balance kept by hand: amounts are sums of rows, taken under the case lock.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from violations import clocks, letters, papers
from violations.actors import SYSTEM
from violations.fines import late_charge, late_days
from violations.guards import day_in_viet_nam
from violations.models import (
    Decision,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    Violation,
)
from violations.taking import taking
from violations.workflow import PAYABLE

ACCOUNTS = {
    "receivable:fine": "Tiền phạt phải thu",
    "receivable:late_charge": "Tiền chậm nộp phải thu",
    "revenue:fine": "Tiền phạt (ngân sách nhà nước)",
    "revenue:late_charge": "Tiền chậm nộp (ngân sách nhà nước)",
    "clearing:vnpay": "VNPAY, chờ chuyển Kho bạc",
    "liability:unapplied": "Tiền nộp thừa phải trả lại",
}


class AmountConflict(Exception):
    """The same provider reference came with another amount: kept as an event, never posted."""


@dataclass(frozen=True)
class Due:
    """What is owed on a day, in đồng: the fine, the late charge up to that day, what was paid."""

    fine_vnd: int
    late_charge_vnd: int
    paid_fine_vnd: int
    paid_late_charge_vnd: int
    late_days: int

    @property
    def unpaid_fine_vnd(self) -> int:
        """Return the part of the fine that is still unpaid."""
        return self.fine_vnd - self.paid_fine_vnd

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

    The charge runs on the unpaid part of the fine, from the day after the last day to pay to the
    day before payment, so each partial payment ends one stretch and begins the next. TT 18/2023 Đ5
    """
    due_on = decision.case.pay_due_on
    unpaid = decision.fine_vnd
    paid_late = charge = days = 0
    stretch_from = due_on
    for payment in decision.payments.filter(paid_on__lte=on).order_by("paid_on", "id"):
        if due_on and payment.paid_on > due_on and stretch_from:
            charge += late_charge(unpaid, _days(stretch_from, payment.paid_on, due_on))
            stretch_from = max(due_on, payment.paid_on)
        unpaid -= payment.fine_vnd
        paid_late += payment.late_charge_vnd
    if due_on and on > due_on:
        days = late_days(due_on, on)
        if unpaid > 0 and stretch_from:
            charge += late_charge(unpaid, _days(stretch_from, on, due_on))
    return Due(decision.fine_vnd, charge, decision.fine_vnd - unpaid, paid_late, days)


def _days(start: date, end: date, due_on: date) -> int:
    """Count late days of one stretch; the day of a partial payment belongs to the next."""
    if start == due_on:
        return late_days(due_on, end)
    return (end - start).days


def impose(decision: Decision, *, at: datetime) -> None:
    """Post the fine as owed when the decision is signed; a warning owes nothing. Đ22, Đ73"""
    if decision.is_warning:
        return
    post(
        "fine_imposed",
        f"decision:{decision.pk}",
        {"receivable:fine": decision.fine_vnd, "revenue:fine": -decision.fine_vnd},
        occurred_at=decision.signed_at,
        at=at,
    )


def receive(
    decision_id: int,
    *,
    provider: str,
    reference: str,
    amount_vnd: int,
    paid_at: datetime,
    at: datetime,
) -> Payment:
    """Receive money for a decision: one row, one posting, one event.

    The caller then calls ``settle_and_close``, in a transaction of its own: money told to us is
    kept even if the closing of the case fails, and a sweep closes what was left. The same provider
    reference again returns the first row; with another amount it raises AmountConflict and posts
    nothing. More than is owed is kept as a liability to return it, never as a fine. The day of
    payment is the payer's bank day. Luật XLVPHC Đ78; TT 18/2023 Đ5
    """
    case_id = Decision.objects.values_list("case_id", flat=True).get(pk=decision_id)
    known = _known(decision_id, provider, reference, amount_vnd)
    if known is not None:
        return known
    with transaction.atomic():
        # The row lock comes first; whoever told us the same thing a moment ago has committed now.
        Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        known = _known(decision_id, provider, reference, amount_vnd)
        if known is not None:
            return known
        return _book(case_id, provider, reference, amount_vnd, paid_at, at)


def _known(decision_id: int, provider: str, reference: str, amount_vnd: int) -> Payment | None:
    """Return the row of money told before. Raises AmountConflict when the two tellings differ."""
    known = Payment.objects.filter(provider=provider, reference=reference).first()
    if known is not None and (known.amount_vnd, known.decision_id) != (amount_vnd, decision_id):
        raise AmountConflict(reference)
    return known


def _book(
    case_id: uuid.UUID,
    provider: str,
    reference: str,
    amount_vnd: int,
    paid_at: datetime,
    at: datetime,
) -> Payment:
    """Take the step: split the money over fine and late charge and post it."""
    with taking("receive_payment", case_id, by=SYSTEM, at=at) as (case, event):
        decision = case.decision
        paid_on = day_in_viet_nam(paid_at)
        due = amount_due(decision, on=paid_on)
        fine = min(amount_vnd, max(0, due.unpaid_fine_vnd))
        late = min(amount_vnd - fine, due.unpaid_late_charge_vnd)
        payment = Payment.objects.create(
            decision=decision,
            provider=provider,
            reference=reference,
            amount_vnd=amount_vnd,
            fine_vnd=fine,
            late_charge_vnd=late,
            unapplied_vnd=amount_vnd - fine - late,
            paid_at=paid_at,
            paid_on=paid_on,
            received_at=at,
        )
        _post_payment(payment, at=at)
        event.facts = {
            "provider": provider,
            "amount_vnd": amount_vnd,
            "fine_vnd": fine,
            "late_charge_vnd": late,
            "unapplied_vnd": payment.unapplied_vnd,
        }
    return payment


def settle_and_close(case_id: uuid.UUID, *, at: datetime) -> bool:
    """Find the fine paid in full, confirm it on paper and close the case. TT 73/2024 Đ24 k3–4

    The late charge is the one due on the day of the last payment, not today's. Returns whether the
    case was closed now; harmless when it was closed already or something is still owed.
    """
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        last = Payment.objects.filter(decision__case=case).order_by("-paid_on", "-id").first()
        if last is None or case.status not in PAYABLE:
            return False
        due = amount_due(case.decision, on=last.paid_on)
        if due.remaining_vnd > 0:
            return False
        with taking("settle", case_id, by=SYSTEM, at=at) as (case, event):
            case.paid_on = last.paid_on
            clocks.meet(case, "pay_due", last.paid_on)
            event.notice = papers.issue_confirmation(
                case, letters.payment_confirmation(case, due, at=at), at=at
            )
        with taking("close", case_id, by=SYSTEM, at=at) as (case, _event):
            case.closed_on = day_in_viet_nam(at)
            clocks.meet_all(case, case.closed_on, with_remedies=False)
    return True


def post(
    kind: str,
    source_key: str,
    sides: Mapping[str, int],
    *,
    occurred_at: datetime,
    at: datetime,
) -> LedgerTransaction:
    """Post one balanced transaction; sides of nought are left out.

    Raises ValueError when the sides do not sum to zero (the database would refuse the commit too).
    """
    if sum(sides.values()) != 0:
        raise ValueError("a posting must sum to zero")
    posting = LedgerTransaction.objects.create(
        kind=kind, source_key=source_key, occurred_at=occurred_at, posted_at=at
    )
    for code, amount in sides.items():
        if amount:
            LedgerEntry.objects.create(
                transaction=posting,
                account=LedgerAccount.objects.get_or_create(
                    code=code, defaults={"name": ACCOUNTS.get(code, code)}
                )[0],
                amount_vnd=amount,
            )
    return posting


def balance_of(account_code: str) -> int:
    """Return the sum of an account in đồng, debit above zero."""
    total = LedgerEntry.objects.filter(account_id=account_code).aggregate(Sum("amount_vnd"))
    return int(total["amount_vnd__sum"] or 0)


def _post_payment(payment: Payment, *, at: datetime) -> None:
    post(
        "payment_received",
        f"payment:{payment.provider}:{payment.reference}",
        {
            f"clearing:{payment.provider}": payment.amount_vnd,
            "receivable:fine": -payment.fine_vnd,
            "revenue:late_charge": -payment.late_charge_vnd,
            "liability:unapplied": -payment.unapplied_vnd,
        },
        occurred_at=payment.paid_at,
        at=at,
    )
