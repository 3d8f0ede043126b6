"""Order approved refunds at the gateway: once each, under the number stored before the call.

An answer that cannot be read leaves the refund sent and unknown: it is never ordered again, and the
statement, or a person, says what became of it.
"""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import urlencode

import httpx
from django.utils.translation import gettext

from citizens import till
from citizens.gateways.contract import (
    Capability,
    GatewayTimeout,
    GatewayUnavailable,
    Malformed,
    RefundData,
    RefundResult,
    Rejected,
)
from citizens.gateways.vnpay import VnpayGateway
from citizens.models import GatewayEvent, PaymentAttempt
from violations import refunds
from violations.actors import SYSTEM
from violations.guards import Refused, day_in_viet_nam
from violations.models import Refund

logger = logging.getLogger(__name__)
REASON = "Hoan tra tien phat"


def send_approved(*, at: datetime) -> int:
    """Order every approved refund that goes through a gateway; returns how many were sent."""
    waiting = Refund.objects.filter(state=Refund.State.APPROVED, route=Refund.Route.GATEWAY)
    with httpx.Client() as http:
        gateway = till.gateway(http)
        return sum(send(pk, gateway, at=at) for pk in list(waiting.values_list("pk", flat=True)))


def send(refund_id: int, gateway: VnpayGateway, *, at: datetime) -> bool:
    """Order one refund; False when it had gone out before, or could not go out at all.

    Raises Refused for money that did not come through this gateway.
    """
    refund = Refund.objects.select_related("payment", "requested_by__user").get(pk=refund_id)
    attempt = PaymentAttempt.objects.filter(
        gateway=refund.payment.provider, gateway_transaction=refund.payment.reference
    ).first()
    if attempt is None or Capability.REFUND not in gateway.capabilities:
        raise Refused(gettext("This money came another way; the Treasury sends it back."))
    if not refunds.mark_sent(refund.pk, at=at):
        return False
    order = RefundData(
        attempt=till.describe(attempt, ip="127.0.0.1", language="vi"),
        amount_vnd=refund.amount_vnd,
        gateway_transaction_no=refund.payment.reference,
        requested_by=f"officer-{refund.requested_by_id}",
        reason=REASON,
    )
    try:
        answer = gateway.refund(order, request_id=refund.request_id)
    except GatewayTimeout:
        logger.warning("the gateway gave no clear answer to refund %s", refund.pk)
        return True
    except (GatewayUnavailable, Malformed) as fault:
        logger.warning("refund %s did not go out: %s", refund.pk, type(fault).__name__)
        refunds.mark_not_sent(refund.pk)
        return False
    except Rejected as fault:
        refunds.refuse_refund(refund.pk, reason=f"VNPAY {fault.code}", by=SYSTEM, at=at)
        return True
    _keep(attempt, answer, at)
    if answer.outcome == "accepted":
        refunds.complete_refund(
            refund.pk,
            answer=answer.gateway_transaction_no or answer.response_code,
            on=day_in_viet_nam(at),
            at=at,
        )
    elif answer.outcome == "refused":
        refunds.refuse_refund(refund.pk, reason=f"VNPAY {answer.response_code}", by=SYSTEM, at=at)
    return True


def _keep(attempt: PaymentAttempt, answer: RefundResult, at: datetime) -> None:
    GatewayEvent.objects.create(
        gateway=attempt.gateway,
        kind="refund",
        attempt=attempt,
        raw=urlencode(answer.raw)[:8192],
        signature_true=True,
        outcome=answer.outcome,
        received_at=at,
    )
