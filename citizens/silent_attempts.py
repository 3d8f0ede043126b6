"""Ask the gateway about the attempts it was silent on (VNPAY QueryDR)."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlencode

import httpx
from django.conf import settings

from citizens import platform, till
from citizens.gateways.contract import ApplyResult, GatewayError, QueryResult
from citizens.gateways.vietqr import VietQrGateway
from citizens.gateways.vnpay import VnpayGateway
from citizens.models import GatewayEvent, PaymentAttempt
from citizens.settlement import Told, settle

logger = logging.getLogger(__name__)
State = PaymentAttempt.State

GIVEN_UP_AFTER = timedelta(hours=24)
TRANSFER_LASTS = timedelta(days=5)  # over a long holiday, in which no statement comes
RUN_LASTS = 90  # seconds; below the worker's time limit


def mop_up(*, at: datetime) -> int:
    """Ask the gateway about attempts it was silent on; returns how many found their end.

    An unknown outcome stays unknown and is asked again, ever more rarely. What the bank does not
    know, or still calls open, after a day is expired; money that comes later is still taken.
    """
    began = time.monotonic()
    ended = 0
    with httpx.Client() as http:
        gateway = till.gateway(http)
        national = platform.gateway(http)
        for attempt in _silent(at):
            if time.monotonic() - began > RUN_LASTS:
                break
            claimed = PaymentAttempt.objects.filter(
                pk=attempt.pk, state=State.REDIRECTED, asked_at=attempt.asked_at
            ).update(asked_at=at)
            if claimed and attempt.gateway == gateway.code:
                ended += _ask(gateway, attempt, at)
            elif claimed and national is not None:
                platform.ask(attempt, national, at=at)
                ended += (
                    PaymentAttempt.objects.exclude(state=State.REDIRECTED)
                    .filter(pk=attempt.pk)
                    .count()
                )
    return ended + _expire_transfers(at)


def _expire_transfers(at: datetime) -> int:
    """End the transfers nobody made; the statement still finds one that comes later."""
    return PaymentAttempt.objects.filter(
        gateway=VietQrGateway.code, state=State.REDIRECTED, created_at__lt=at - TRANSFER_LASTS
    ).update(state=State.EXPIRED, settled_at=at)


def _silent(at: datetime) -> Iterator[PaymentAttempt]:
    """Yield attempts to ask about: first after some minutes, then ever more rarely, to hourly."""
    patience = timedelta(seconds=settings.PAYMENT_MOP_UP_SECONDS)
    waiting = (
        PaymentAttempt.objects.filter(state=State.REDIRECTED, created_at__lte=at - patience)
        .exclude(gateway=VietQrGateway.code)  # no bank answers for a transfer
        .select_related("decision__notice")
        .order_by("created_at")[:200]
    )
    for attempt in list(waiting):
        pause = min(timedelta(hours=1), max(patience / 2, (at - attempt.created_at) / 6))
        if attempt.asked_at is None or at - attempt.asked_at >= pause:
            yield attempt


def _ask(gateway: VnpayGateway, attempt: PaymentAttempt, at: datetime) -> bool:
    """Ask about one attempt; no answer changes nothing. Returns whether it found its end."""
    # Derived from what is stored before the call, so that it can be told again afterwards.
    request_id = hashlib.sha256(f"{attempt.pk}:{at.isoformat()}".encode()).hexdigest()[:32]
    described = till.describe(attempt, ip="127.0.0.1", language="vi")
    try:
        answer = gateway.query(described, request_id=request_id)
    except GatewayError as fault:
        logger.warning("the gateway gave no answer about an attempt: %s", type(fault).__name__)
        return False
    event = GatewayEvent(
        gateway=gateway.code,
        kind="query",
        raw=urlencode(answer.raw)[:8192],
        signature_true=True,
        outcome=answer.outcome,
        received_at=at,
    )
    if answer.outcome in ("pending", "not_found"):
        return _expire(attempt, event, at=at)
    return settle(attempt, _said(answer, attempt), event, at=at) is ApplyResult.RECORDED


def _said(answer: QueryResult, attempt: PaymentAttempt) -> Told:
    """Read an answer as if it had been told: whatever is unclear needs a person."""
    is_clear = answer.outcome in ("paid", "failed") and answer.amount_vnd == attempt.amount_vnd
    return Told(
        outcome=answer.outcome if is_clear else "review",
        amount_vnd=attempt.amount_vnd,
        transaction=answer.gateway_transaction_no,
        response_code=answer.raw.get("vnp_TransactionStatus", ""),
        paid_at=answer.paid_at,
    )


def _expire(attempt: PaymentAttempt, event: GatewayEvent, *, at: datetime) -> bool:
    event.attempt = attempt
    event.save(force_insert=True)
    if at - attempt.created_at < GIVEN_UP_AFTER:
        return False
    return bool(
        PaymentAttempt.objects.filter(pk=attempt.pk, state=State.REDIRECTED).update(
            state=State.EXPIRED, settled_at=at
        )
    )
