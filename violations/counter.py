"""Money taken at a counter, and the State's vouchers: entered by a member of staff, by number."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext

from violations import payments
from violations.actors import Actor
from violations.guards import VIET_NAM, Refused, day_in_viet_nam
from violations.models import Decision, Payment, StateVoucher
from violations.taking import taking

PROVIDER = "counter"


def receive_at_counter(
    decision_id: int,
    *,
    voucher: str,
    amount_vnd: int,
    paid_on: date,
    by: Actor,
    at: datetime,
) -> Payment:
    """Enter a payment made at a counter by the number of its voucher; the case closes when paid.

    The same voucher entered again is the same money. Raises Refused without a number, for a day to
    come or before the decision, a sum that is none, and for a voucher entered with another sum.
    NĐ 118/2021 Đ20; TT 18/2023/TT-BTC Đ8
    """
    number = " ".join(voucher.split())
    _insist(number, paid_on, at)
    decision = Decision.objects.select_related("case").get(pk=decision_id)
    if amount_vnd <= 0:
        raise Refused(gettext("Enter the amount in đồng, as the receipt says."))
    if paid_on < decision.decided_on:
        raise Refused(gettext("Enter a day between the decision and today."))
    try:
        with transaction.atomic():
            payment = payments.receive(
                decision_id,
                provider=PROVIDER,
                reference=f"{paid_on.year}/{number}"[:60],
                amount_vnd=amount_vnd,
                paid_at=datetime.combine(paid_on, time(12), VIET_NAM),
                at=at,
                by=by,
            )
            StateVoucher.objects.get_or_create(
                payment=payment,
                defaults={
                    "number": number[:40],
                    "issued_on": paid_on,
                    "recorded_by": by.officer,
                    "recorded_at": at,
                },
            )
    except payments.AmountConflict:
        raise Refused(
            gettext("This voucher was entered with another sum or for another decision.")
        ) from None
    payments.settle_and_close(decision.case_id, at=at)
    return payment


def record_voucher(
    payment_id: int, *, number: str, issued_on: date, by: Actor, at: datetime
) -> StateVoucher:
    """Record the number of the State's own voucher of a payment, once. Raises Refused."""
    number = " ".join(number.split())
    _insist(number, issued_on, at)
    payment = Payment.objects.select_related("decision").get(pk=payment_id)
    with taking("record_voucher", payment.decision.case_id, by=by, at=at) as (_case, event):
        if StateVoucher.objects.filter(payment=payment).exists():
            raise Refused(gettext("The voucher of this payment is recorded already."))
        if StateVoucher.objects.filter(number=number, issued_on=issued_on).exists():
            raise Refused(gettext("Another payment has this voucher; compare the number."))
        event.facts = {"voucher": number}
        return StateVoucher.objects.create(
            payment=payment, number=number[:40], issued_on=issued_on, recorded_by=by.officer,
            recorded_at=at,
        )  # fmt: skip


def _insist(number: str, on: date, at: datetime) -> None:
    if not number:
        raise Refused(gettext("Enter the number of the voucher."))
    if on > day_in_viet_nam(at):
        raise Refused(gettext("Enter a day between the decision and today."))
