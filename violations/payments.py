"""The ledger: what is owed, what was received, and double entry for every đồng.

Nothing here is a balance kept by hand: amounts are sums of rows, taken under the case lock.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext

from notices.models import PaperKind
from violations import clocks, letters, papers
from violations.actors import SYSTEM, Actor
from violations.guards import day_in_viet_nam
from violations.models import (
    CaseEvent,
    Decision,
    DecisionChange,
    FineAdjustment,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Payment,
    PaymentClaim,
    Relief,
    Violation,
)
from violations.owing import NOTHING_OWED, Due, amount_due, late_charge_lines
from violations.taking import taking
from violations.workflow import PAYABLE

__all__ = [
    "AmountConflict",
    "Due",
    "adjust",
    "amount_due",
    "balance_of",
    "impose",
    "late_charge_lines",
    "post",
    "receive",
    "return_everything",
    "settle_and_close",
]

ACCOUNTS = {
    "receivable:fine": "Tiền phạt phải thu",
    "receivable:late_charge": "Tiền chậm nộp phải thu",
    "revenue:fine": "Tiền phạt (ngân sách nhà nước)",
    "revenue:late_charge": "Tiền chậm nộp (ngân sách nhà nước)",
    "clearing:vnpay": "VNPAY, chờ chuyển Kho bạc",
    "clearing:dvcqg": "Cổng Dịch vụ công quốc gia, chờ chuyển Kho bạc",
    "clearing:bank": "Chuyển khoản, đã đối chiếu sao kê",
    "clearing:counter": "Thu tại quầy, chờ vào tài khoản Kho bạc",
    "liability:unapplied": "Tiền nộp thừa phải trả lại",
    "liability:unmatched": "Tiền trên sao kê, chưa rõ của quyết định nào",
}


# A decision that was paid can still be amended, corrected or cancelled. NĐ 118/2021 Đ13–16
CHANGES = (PaperKind.AMENDMENT, PaperKind.CORRECTION, PaperKind.CANCELLATION)


class AmountConflict(Exception):
    """The same provider reference came with another amount: kept as an event, never posted."""


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
    by: Actor = SYSTEM,
) -> Payment:
    """Receive money for a decision: one row, one posting, one event.

    ``by`` is the officer who enters a payment made at a counter; all other money is told to the
    system. The caller then calls ``settle_and_close``, in a transaction of its own: money told to
    us is kept even if the closing of the case fails, and a sweep closes what was left. The same
    provider reference again returns the first row; with another amount it raises AmountConflict
    and posts nothing. More than is owed is kept as a liability to return it, never as a fine. The
    day of payment is the payer's bank day. Luật XLVPHC Đ78; TT 18/2023 Đ5
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
        if by.is_system:
            act = taking("receive_payment", case_id, by=by, at=at)
        else:
            act = taking("receive_counter_payment", case_id, by=by, at=at)
        with act as (case, event):
            return _book(case, event, provider, reference, amount_vnd, paid_at, at)


def _known(decision_id: int, provider: str, reference: str, amount_vnd: int) -> Payment | None:
    """Return the row of money told before. Raises AmountConflict when the two tellings differ."""
    known = Payment.objects.filter(provider=provider, reference=reference).first()
    if known is not None and (known.amount_vnd, known.decision_id) != (amount_vnd, decision_id):
        raise AmountConflict(reference)
    return known


def _book(
    case: Violation,
    event: CaseEvent,
    provider: str,
    reference: str,
    amount_vnd: int,
    paid_at: datetime,
    at: datetime,
) -> Payment:
    """Split the money over fine and late charge and post it, inside the step."""
    decision = case.decision
    paid_on = day_in_viet_nam(paid_at)
    # Money of an earlier day may be told after money of a later one; nothing is paid twice by it.
    days = decision.payments.aggregate(Max("paid_on"), Max("reversal__reversed_on")).values()
    last_on = max([paid_on, *(day for day in days if day is not None)])
    dues = [amount_due(decision, on=day) for day in (paid_on, last_on)]
    is_over = case.status in NOTHING_OWED
    fine = 0 if is_over else min(amount_vnd, *(due.unpaid_fine_vnd for due in dues))
    late = 0 if is_over else min(amount_vnd - fine, *(due.unpaid_late_charge_vnd for due in dues))
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
    """Find nothing left to pay, confirm it on paper and close the case. TT 73/2024 Đ24 k3–4

    The late charge is the one due on the day of the last payment or adjustment, not today's. What
    was brought to nought without any payment (an exemption), or has an excess to be returned (an
    amendment), is closed without a confirmation of payment, and the event says so. Drafts that
    press for money or lighten it are returned; a change of the decision stays open (Đ13–16).
    Returns whether the case was closed now; harmless when it was closed already or something is
    still owed.
    """
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        if case.status not in PAYABLE:
            return False
        paid_on = case.decision.payments.aggregate(last=Max("paid_on"))["last"]
        adjusted_on = case.decision.adjustments.aggregate(last=Max("on"))["last"]
        days = [day for day in (paid_on, adjusted_on) if day is not None]
        if not days:
            return False
        # Money taken back makes the days after it count again.
        reversed_on = case.decision.payments.aggregate(last=Max("reversal__reversed_on"))["last"]
        days += [reversed_on] if reversed_on is not None else []
        due = amount_due(case.decision, on=max(days))
        if due.remaining_vnd > 0:
            return False
        with taking("settle", case_id, by=SYSTEM, at=at) as (case, event):
            case.paid_on = max(days)
            clocks.meet(case, "pay_due", max(days))
            applied = due.paid_fine_vnd + due.paid_late_charge_vnd
            event.facts = {"confirmed": bool(applied) and not due.excess_vnd}
            if event.facts["confirmed"]:
                event.notice = papers.issue_confirmation(
                    case, letters.payment_confirmation(case, due, at=at), at=at
                )
        with taking("close", case_id, by=SYSTEM, at=at) as (case, _event):
            case.closed_on = day_in_viet_nam(at)
            clocks.meet_all(case, case.closed_on, with_remedies=False)
            papers.withdraw_waiting(
                case, at=at, reason=gettext("The case has ended."), keep=CHANGES
            )
            case.reliefs.filter(state=Relief.State.REQUESTED).update(
                state=Relief.State.REFUSED,
                decided_on=case.closed_on,
                refusal="Không còn khoản phải nộp.",
            )
            case.payment_claims.filter(state=PaymentClaim.State.OPEN).update(
                state=PaymentClaim.State.FOUND, closed_at=at
            )
    return True


def adjust(
    decision: Decision,
    delta_vnd: int,
    *,
    relief: Relief | None = None,
    change: DecisionChange | None = None,
    at: datetime,
) -> None:
    """Change what is owed, in đồng, from today on: one row and one posting that sums to zero.

    What was paid above the new fine becomes a liability to return it, and a fine raised again is
    taken from that liability first. Called inside an act, under its case lock. Luật XLVPHC Đ77;
    NĐ 118/2021 Đ13–16; TT 18/2023 Đ6
    """
    on = day_in_viet_nam(at)
    before = amount_due(decision, on=on)
    FineAdjustment.objects.create(
        decision=decision, relief=relief, change=change, delta_vnd=delta_vnd, on=on, at=at
    )
    after = amount_due(decision, on=on)
    source = f"relief:{relief.pk}" if relief is not None else f"change:{change.pk if change else 0}"
    post(
        "fine_adjusted",
        source,
        {
            "receivable:fine": after.unpaid_fine_vnd - before.unpaid_fine_vnd,
            "revenue:fine": -delta_vnd,
            "liability:unapplied": before.excess_vnd - after.excess_vnd,
        },
        occurred_at=at,
        at=at,
    )


def return_everything(decision: Decision, change: DecisionChange, *, at: datetime) -> None:
    """Owe every đồng received back: the decision is cancelled. TT 18/2023 Đ6–7

    The fine goes to nought; the late charge that was paid becomes a liability too.
    """
    on = day_in_viet_nam(at)
    due = amount_due(decision, on=on)
    if due.fine_vnd:
        adjust(decision, -due.fine_vnd, change=change, at=at)
    if due.paid_late_charge_vnd:
        post(
            "late_charge_returned",
            f"change:{change.pk}",
            {
                "revenue:late_charge": due.paid_late_charge_vnd,
                "liability:unapplied": -due.paid_late_charge_vnd,
            },
            occurred_at=at,
            at=at,
        )


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
