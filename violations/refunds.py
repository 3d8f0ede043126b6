"""Send money back: asked for by one person, approved by another, paid once.

What can be sent back is what nobody owes: the surplus of a payment, a fine that was lowered or
cancelled after it was paid, and the late charge of a cancelled decision. Money is bound from the
request on. Before it is remitted it goes back through the gateway, afterwards by the Treasury's
own procedure, which the portal only follows. TT 18/2023/TT-BTC Đ6–7
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext

from violations.actors import SYSTEM, Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import Decision, Payment, Refund, Violation
from violations.owing import fine_in_force, paid_until
from violations.payments import post
from violations.taking import taking

State = Refund.State
_AFTER_APPROVAL = (State.APPROVED, State.SENT)


@dataclass(frozen=True)
class Refundable:
    """What of one payment may be sent back now, in đồng."""

    unapplied_vnd: int
    late_charge_vnd: int
    fine_vnd: int

    @property
    def amount_vnd(self) -> int:
        """Return the sum."""
        return self.unapplied_vnd + self.late_charge_vnd + self.fine_vnd


def refundable(payment: Payment, *, on: date) -> Refundable:
    """Compute what of a payment may be sent back: its surplus, and its share of what was lowered.

    Refunds that are asked for, approved or sent count as gone.
    """
    if getattr(payment, "reversal", None) is not None:
        return Refundable(0, 0, 0)
    decision = payment.decision
    bound = payment.refunds.exclude(state=State.REFUSED).aggregate(
        fine=Sum("fine_vnd", default=0),
        late=Sum("late_charge_vnd", default=0),
        unapplied=Sum("unapplied_vnd", default=0),
    )
    excess = _excess(decision, on) - _promised(payment)
    late = payment.late_charge_vnd - bound["late"] if decision.case.status == "annulled" else 0
    return Refundable(
        unapplied_vnd=payment.unapplied_vnd - bound["unapplied"],
        late_charge_vnd=late,
        fine_vnd=max(0, min(excess, payment.fine_vnd - bound["fine"])),
    )


def request_refund(
    payment_id: int, *, amount_vnd: int, route: str, basis: str, by: Actor, at: datetime
) -> Refund:
    """Ask for a refund of one payment; another person approves it.

    Raises Refused for more than may be sent back, without a ground, and without the right.
    """
    if not basis.strip():
        raise Refused(gettext("Say on what ground the money goes back."))
    with transaction.atomic():
        payment = _lock(payment_id)
        with taking("request_refund", payment.decision.case_id, by=by, at=at) as (_case, event):
            left = refundable(payment, on=day_in_viet_nam(at))
            if not 0 < amount_vnd <= left.amount_vnd:
                raise Refused(
                    gettext("At most %(amount)s đồng of this payment can be sent back.")
                    % {"amount": f"{left.amount_vnd:,}".replace(",", ".")}
                )
            unapplied = min(amount_vnd, left.unapplied_vnd)
            late = min(amount_vnd - unapplied, left.late_charge_vnd)
            refund = Refund.objects.create(
                payment=payment,
                amount_vnd=amount_vnd,
                unapplied_vnd=unapplied,
                late_charge_vnd=late,
                fine_vnd=amount_vnd - unapplied - late,
                route=route,
                basis=basis.strip()[:400],
                request_id=f"HT{secrets.token_hex(10).upper()}",
                requested_by=by.officer,
                requested_at=at,
            )
            event.facts = {"amount_vnd": amount_vnd, "refund": refund.request_id}
    return refund


def approve_refund(refund_id: int, *, expected_vnd: int, by: Actor, at: datetime) -> Refund:
    """Approve a refund somebody else asked for; ``expected_vnd`` is the sum the approver saw.

    Raises Refused for one's own request, another sum, and one that was settled already.
    """
    with transaction.atomic():
        refund = _locked(refund_id, State.REQUESTED)
        _insist_on_another(refund, by)
        if expected_vnd != refund.amount_vnd:
            raise Refused(gettext("The sum is not the one you saw; look at the refund again."))
        if _promised(refund.payment) > _excess(refund.payment.decision, day_in_viet_nam(at)):
            raise Refused(gettext("The fine was raised meanwhile; this much is no longer surplus."))
        with taking("approve_refund", _case_of(refund), by=by, at=at) as (_case, event):
            refund.state, refund.settled_by, refund.settled_at = State.APPROVED, by.officer, at
            refund.save(update_fields=["state", "settled_by", "settled_at"])
            event.facts = {"amount_vnd": refund.amount_vnd, "refund": refund.request_id}
    return refund


def refuse_refund(refund_id: int, *, reason: str, by: Actor, at: datetime) -> Refund:
    """Refuse a refund that waits, or note that the gateway refused it; the money is free again."""
    if not reason.strip():
        raise Refused(gettext("Say why the refund is refused."))
    with transaction.atomic():
        refund = _locked(refund_id, State.REQUESTED, *_AFTER_APPROVAL)
        if not by.is_system:
            if refund.state != State.REQUESTED:
                raise Refused(gettext("The refund is approved already; the gateway decides now."))
            _insist_on_another(refund, by)
        with taking("refuse_refund", _case_of(refund), by=by, at=at, reason=reason) as (_c, event):
            refund.state, refund.refusal = State.REFUSED, reason.strip()[:400]
            if not by.is_system:
                refund.settled_by, refund.settled_at = by.officer, at
            refund.save(update_fields=["state", "refusal", "settled_by", "settled_at"])
            event.facts = {"amount_vnd": refund.amount_vnd, "refund": refund.request_id}
    return refund


def mark_sent(refund_id: int, *, at: datetime) -> bool:
    """Note, before the call, that the order goes out; False when it had gone out before.

    A second order would move the money twice: what is sent is asked about, never sent again.
    """
    return bool(
        Refund.objects.filter(pk=refund_id, state=State.APPROVED).update(
            state=State.SENT, sent_at=at
        )
    )


def mark_not_sent(refund_id: int) -> None:
    """Note that the order never left us, so that it may be sent under the same number."""
    Refund.objects.filter(pk=refund_id, state=State.SENT).update(state=State.APPROVED, sent_at=None)


def complete_refund(
    refund_id: int, *, answer: str, on: date, by: Actor = SYSTEM, at: datetime
) -> Refund:
    """Book a refund that was paid on a day; once, whoever tells it again."""
    with transaction.atomic():
        refund = _locked(refund_id, State.DONE, *_AFTER_APPROVAL)
        if refund.state == State.DONE:
            return refund
        with taking("complete_refund", _case_of(refund), by=by, at=at) as (_case, event):
            refund.state, refund.answer = State.DONE, answer[:60]
            refund.done_on, refund.done_at = on, at
            refund.save(update_fields=["state", "answer", "done_on", "done_at"])
            post(
                "refund_paid",
                f"refund:{refund.request_id}",
                {
                    "liability:unapplied": refund.amount_vnd,
                    f"clearing:{refund.payment.provider}": -refund.amount_vnd,
                },
                occurred_at=at,
                at=at,
            )
            event.facts = {"amount_vnd": refund.amount_vnd, "refund": refund.request_id}
    return refund


def _excess(decision: Decision, on: date) -> int:
    """Return what was paid above the fine in force."""
    return max(0, paid_until(decision, on)[0] - fine_in_force(decision, on))


def _promised(payment: Payment) -> int:
    """Return the fine money of a decision that is bound by refunds not yet paid."""
    bound = Refund.objects.filter(payment__decision_id=payment.decision_id).exclude(
        state__in=[State.REFUSED, State.DONE]
    )
    return int(bound.aggregate(fine=Sum("fine_vnd", default=0))["fine"])


def _lock(payment_id: int) -> Payment:
    """Lock the case row; return the payment read after it."""
    case_id = Payment.objects.values_list("decision__case_id", flat=True).get(pk=payment_id)
    Violation.objects.select_for_update(of=("self",)).only("pk").get(pk=case_id)
    return Payment.objects.select_related("decision__case", "reversal").get(pk=payment_id)


def _locked(refund_id: int, *states: str) -> Refund:
    """Lock the case, then the refund. Raises Refused when it stands elsewhere."""
    _lock(Refund.objects.values_list("payment_id", flat=True).get(pk=refund_id))
    refund: Refund = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("payment__decision")
        .get(pk=refund_id)
    )
    if refund.state not in states:
        raise Refused(
            gettext("This refund is settled already (%(state)s).")
            % {"state": refund.get_state_display()}
        )
    return refund


def _case_of(refund: Refund) -> uuid.UUID:
    case_id: uuid.UUID = refund.payment.decision.case_id
    return case_id


def _insist_on_another(refund: Refund, by: Actor) -> None:
    if by.officer is not None and by.officer.pk == refund.requested_by_id:
        raise Refused(gettext("You asked for this refund yourself; another person decides."))
