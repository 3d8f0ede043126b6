"""Let what a gateway told take effect, once, under the locks of the case and of the attempt.

The case row is always locked before the attempt's. An event is written in the same transaction as
its effect, and written all the same when the effect fails; a message whose process died meanwhile
was not answered, so the gateway sends it again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from citizens import till
from citizens.gateways.contract import ApplyResult
from citizens.models import GatewayEvent, PaymentAttempt
from violations import payments
from violations.guards import Refused
from violations.models import Decision, Violation

logger = logging.getLogger(__name__)
State = PaymentAttempt.State


@dataclass(frozen=True)
class Told:
    """What a gateway said about one attempt, by message or by answer; ``amount_vnd`` in đồng."""

    outcome: Literal["paid", "failed", "review", "pending"]
    amount_vnd: int | None
    transaction: str
    response_code: str
    paid_at: datetime | None


def keep(event: GatewayEvent, result: ApplyResult) -> None:
    """Write an event down with our answer to it; called again when the first try was undone."""
    event.reply_code = till.reply_code(result)
    event.pk = None
    event.save(force_insert=True)


def settle(
    attempt: PaymentAttempt, told: Told, event: GatewayEvent, *, at: datetime
) -> ApplyResult:
    """Lock the case, then the attempt, and let what was told take effect once."""
    case_id = Decision.objects.values_list("case_id", flat=True).get(pk=attempt.decision_id)
    event.attempt = attempt
    with transaction.atomic():
        Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        attempt = PaymentAttempt.objects.select_for_update(of=("self",)).get(pk=attempt.pk)
        result = _take_effect(attempt, told, at=at)
        keep(event, result)
    if result is ApplyResult.RECORDED and attempt.state == State.PAID:
        try:
            payments.settle_and_close(case_id, at=at)
        except Exception:
            # The money is booked; the hourly sweep closes what could not be closed now.
            logger.exception("a paid case could not be closed yet")
    return result


def _take_effect(attempt: PaymentAttempt, told: Told, *, at: datetime) -> ApplyResult:
    """Change the attempt by what was told; both rows are locked.

    Paid is final. A late success after a failure or an expiry is taken. Under review (07, 04) a
    person looks, so a later failure does not end it; only a clear success does.
    """
    if told.amount_vnd != attempt.amount_vnd:
        return ApplyResult.AMOUNT_DIFFERS
    if attempt.state == State.PAID:
        if told.outcome == "paid" and told.transaction != attempt.gateway_transaction:
            logger.error("one attempt was told paid under two numbers; look at its events")
        return ApplyResult.ALREADY_FINAL
    if told.outcome == "paid":
        return _book(attempt, told, at=at)
    if told.outcome == "pending":
        return ApplyResult.RECORDED
    becomes = State.REVIEW if told.outcome == "review" else State.FAILED
    if attempt.state in (becomes, State.REVIEW):
        return ApplyResult.ALREADY_FINAL
    return _end(attempt, becomes, told, at=at)


def _book(attempt: PaymentAttempt, told: Told, *, at: datetime) -> ApplyResult:
    """Receive the money; what cannot be booked is kept for a person, never dropped."""
    if not told.transaction:
        logger.error("a payment was told without the bank's number")
        return _end(attempt, State.REVIEW, told, at=at)
    try:
        payments.receive(
            attempt.decision_id,
            provider=attempt.gateway,
            reference=told.transaction,
            amount_vnd=attempt.amount_vnd,
            paid_at=told.paid_at or at,
            at=at,
        )
    except (Refused, payments.AmountConflict):
        logger.exception("money came that the ledger refuses; a person must look")
        return _end(attempt, State.REVIEW, told, at=at)
    return _end(attempt, State.PAID, told, at=at)


def _end(attempt: PaymentAttempt, state: str, told: Told, *, at: datetime) -> ApplyResult:
    attempt.state = state
    attempt.response_code = told.response_code
    attempt.gateway_transaction = told.transaction
    attempt.settled_at = at
    attempt.save(update_fields=["state", "response_code", "gateway_transaction", "settled_at"])
    return ApplyResult.RECORDED
