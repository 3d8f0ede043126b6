"""Take a payment back out of the books: the bank sent it back, or the payer's bank took it back.

A chargeback that was lost opens a closed case again; so does a transfer that was credited to the
wrong decision. The payment's own row stays; a row of its own and an opposite posting undo it.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from notices import register
from notices.models import PaperKind
from violations import clocks, papers
from violations.actors import SYSTEM, Actor
from violations.guards import Refused
from violations.models import Decision, Payment, PaymentReversal, Refund, Violation
from violations.owing import fine_in_force, paid_until
from violations.payments import post
from violations.taking import taking

Kind = PaymentReversal.Kind
WITHDRAWN = "Khoản tiền đã nộp bị rút lại; tiền phạt chưa được nộp đủ."


def reverse(
    payment: Payment,
    *,
    kind: str,
    reference: str,
    reason: str,
    on: date,
    by: Actor,
    at: datetime,
) -> PaymentReversal:
    """Take a payment back as a whole, from a day on; told again it is the same row.

    What it had paid is owed again, and a case that was closed on it is opened again. Raises Refused
    for money that was refunded, or is promised to be. Luật XLVPHC Đ78
    """
    case_id = Decision.objects.values_list("case_id", flat=True).get(pk=payment.decision_id)
    with transaction.atomic():
        Violation.objects.select_for_update(of=("self",)).only("pk").get(pk=case_id)
        known = PaymentReversal.objects.filter(payment=payment).first()
        if known is not None:
            return known
        if payment.refunds.exclude(state=Refund.State.REFUSED).exists():
            raise Refused(
                gettext("This payment is being refunded, or was; it cannot be taken back as well.")
            )
        with taking("reverse_payment", case_id, by=by, at=at, reason=reason) as (case, event):
            day = max(on, payment.paid_on)
            before = _standing(case.decision, day)
            row = PaymentReversal.objects.create(
                payment=payment,
                kind=kind,
                reference=reference[:60],
                reason=reason[:400],
                reversed_on=day,
                at=at,
            )
            _post(row, before, _standing(case.decision, day), at=at)
            event.facts = {
                "kind": kind,
                "provider": payment.provider,
                "amount_vnd": payment.amount_vnd,
            }
        _reopen(case, at=at)
    return row


def _standing(decision: Decision, on: date) -> tuple[int, int]:
    """Return the unpaid fine and what was paid above the fine, in đồng, on a day."""
    owed = fine_in_force(decision, on) - paid_until(decision, on)[0]
    return max(0, owed), max(0, -owed)


def _post(
    row: PaymentReversal, before: tuple[int, int], after: tuple[int, int], *, at: datetime
) -> None:
    payment = row.payment
    # A cancelled decision owes its late charge back; elsewhere it stands as the State's income.
    is_cancelled = payment.decision.case.status == "annulled"
    late = payment.late_charge_vnd
    sides = {
        f"clearing:{payment.provider}": -payment.amount_vnd,
        "receivable:fine": after[0] - before[0],
        "revenue:late_charge": 0 if is_cancelled else late,
        "liability:unapplied": before[1]
        - after[1]
        + payment.unapplied_vnd
        + (late if is_cancelled else 0),
    }
    post("payment_reversed", f"reversal:{row.pk}", sides, occurred_at=at, at=at)


def _reopen(case: Violation, *, at: datetime) -> None:
    """Open a paid case again; its clocks run on to their old ends."""
    if case.status not in ("paid", "closed"):
        return
    fresh = Violation.objects.get(pk=case.pk)
    if fresh.beside.unpaid_fine_vnd <= 0:
        return
    if hasattr(fresh, "service"):
        act = taking("reopen_unpaid", case.pk, by=SYSTEM, at=at)
    else:
        act = taking("reopen_unserved", case.pk, by=SYSTEM, at=at)
    with act as (reopened, _event):
        stopped = {reopened.paid_on, reopened.closed_on} - {None}
        for day in stopped:
            clocks.resume(reopened, day)
        reopened.paid_on = reopened.closed_on = None
        _withdraw_confirmations(reopened, at=at)


def _withdraw_confirmations(case: Violation, *, at: datetime) -> None:
    """Make void what confirmed a payment that is no longer there: whoever checks it is told so."""
    confirmations = papers.papers_of(case).filter(kind=PaperKind.PAYMENT_CONFIRMATION)
    for paper in confirmations.filter(voided_at=None):
        register.void(paper, reason=WITHDRAWN, at=at, by_name=SYSTEM.name)
