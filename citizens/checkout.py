"""Pay a decision through a gateway: start a trip, and take what the gateway tells.

Only a penalty decision is payable; a notice is an invitation and owes nothing. Money is credited by
the gateway's signed message or its signed answer alone, never by what a browser brings back.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from citizens import limits, references, till
from citizens.gateways.contract import (
    ApplyResult,
    BadSignature,
    HttpReply,
    Malformed,
    Notification,
)
from citizens.gateways.vietqr import VietQrGateway
from citizens.gateways.vnpay import VnpayGateway
from citizens.models import GatewayEvent, PaymentAttempt
from citizens.settlement import Told, keep, settle
from violations import payments
from violations.guards import VIET_NAM, Refused, day_in_viet_nam
from violations.models import Decision, Violation
from violations.workflow import PAYABLE

logger = logging.getLogger(__name__)
State = PaymentAttempt.State

ATTEMPT_LASTS = timedelta(minutes=15)
OPEN_AT_MOST = 5  # attempts of one decision within an hour whose end nobody knows yet


class AmountChanged(Exception):
    """What is owed is no longer what the person saw; the page must be shown again."""


@dataclass(frozen=True)
class Quote:
    """What a person would pay on a day, in đồng: unpaid fine and late charge up to that day."""

    fine_vnd: int
    late_charge_vnd: int
    on: date

    @property
    def amount_vnd(self) -> int:
        """Return the sum to pay."""
        return self.fine_vnd + self.late_charge_vnd


def quote(case: Violation, *, at: datetime) -> Quote | None:
    """Return what is to be paid now, None when nothing is payable."""
    if case.status not in PAYABLE:
        return None
    due = payments.amount_due(case.decision, on=day_in_viet_nam(at))
    if due.remaining_vnd <= 0:
        return None
    return Quote(due.unpaid_fine_vnd, due.unpaid_late_charge_vnd, day_in_viet_nam(at))


def start(
    case_id: uuid.UUID,
    *,
    form_key: str,
    amount_vnd: int,
    at: datetime,
    gateway: str = VnpayGateway.code,
) -> PaymentAttempt:
    """Start one trip to a gateway; the same form key again returns the first attempt.

    ``amount_vnd`` is what the person saw and agreed to. Raises Refused when nothing is payable,
    AmountChanged, and limits.TooMany when too many trips of this decision are still open.
    """
    known = PaymentAttempt.objects.filter(form_key=form_key).first()
    if known is not None:
        return known
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        known = PaymentAttempt.objects.filter(form_key=form_key).first()
        if known is not None:
            return known
        owed = quote(case, at=at)
        if owed is None:
            raise Refused(gettext("There is nothing to pay for this case."))
        if owed.amount_vnd != amount_vnd:
            raise AmountChanged
        if open_attempts(case.decision, at=at) >= OPEN_AT_MOST:
            raise limits.TooMany(limits.HOUR)
        created_at = at.replace(microsecond=0)  # signed to the second, and asked for again so
        return PaymentAttempt.objects.create(
            decision=case.decision,
            gateway=gateway,
            merchant_reference=references.new(),
            form_key=form_key,
            amount_vnd=owed.amount_vnd,
            breakdown={
                "fine_vnd": owed.fine_vnd,
                "late_charge_vnd": owed.late_charge_vnd,
                "as_of": owed.on.isoformat(),
            },
            created_at=created_at,
            expires_at=_expiry(gateway, created_at),
        )


def _expiry(gateway: str, created_at: datetime) -> datetime:
    """Return when a trip ends: a transfer at the end of the day its late charge is computed for."""
    if gateway != VietQrGateway.code:
        return created_at + ATTEMPT_LASTS
    local = created_at.astimezone(VIET_NAM)
    return local.replace(hour=23, minute=59, second=59)


def open_attempts(decision: Decision, *, at: datetime) -> int:
    """Count the trips of the last hour whose end nobody knows yet."""
    return PaymentAttempt.objects.filter(
        decision=decision, state=State.REDIRECTED, created_at__gt=at - timedelta(hours=1)
    ).count()


def apply_notification(query_string: str, *, network: str, at: datetime) -> HttpReply:
    """Take one IPN and answer it in the official order: 97, 01, 04, 02, 00; 99 for a fault of ours.

    VNPAY 2.1.0, IPN. Messages nobody signed are kept only up to a number, for anybody can send
    them; all are counted.
    """
    gateway = till.gateway()
    event = GatewayEvent(
        gateway=gateway.code,
        kind="ipn",
        raw=query_string[:8192],
        signature_true=False,
        received_at=at,
    )
    try:
        told = gateway.parse_notification(query_string)
    except (BadSignature, Malformed) as fault:
        is_unsigned = isinstance(fault, BadSignature)
        result = ApplyResult.BAD_SIGNATURE if is_unsigned else ApplyResult.ERROR
        if limits.count(limits.BAD_SIGNATURES, network, at=at) <= limits.BAD_SIGNATURES.most:
            keep(event, result)
        return gateway.reply(result)
    event.signature_true = True
    event.outcome = told.outcome
    try:
        result = _find_and_settle(told, event, at=at)
    except Exception:
        logger.exception("a payment notification could not be applied")
        result = ApplyResult.ERROR
        keep(event, result)
    return gateway.reply(result)


def read_return(query_string: str, *, at: datetime) -> PaymentAttempt | None:
    """Return the attempt a browser comes back from, None when the bank did not sign it.

    Display only: it credits nothing ("do not update the result here"). VNPAY 2.1.0, ReturnURL
    """
    try:
        told = till.gateway().parse_return(query_string)
    except (BadSignature, Malformed):
        return None
    attempt = _attempt_of(told)
    if attempt is not None:
        GatewayEvent.objects.create(
            gateway=told.gateway,
            kind="return",
            attempt=attempt,
            raw=query_string[:8192],
            signature_true=True,
            outcome=told.outcome,
            received_at=at,
        )
    return attempt


def _find_and_settle(told: Notification, event: GatewayEvent, *, at: datetime) -> ApplyResult:
    attempt = _attempt_of(told)
    if attempt is None:
        keep(event, ApplyResult.UNKNOWN_ORDER)
        return ApplyResult.UNKNOWN_ORDER
    said = Told(
        outcome=told.outcome,
        amount_vnd=told.amount_vnd,
        transaction=told.gateway_transaction_no,
        response_code=told.response_code,
        paid_at=told.paid_at,
    )
    return settle(attempt, said, event, at=at)


def _attempt_of(told: Notification) -> PaymentAttempt | None:
    return PaymentAttempt.objects.filter(
        gateway=told.gateway, merchant_reference=told.merchant_ref
    ).first()
