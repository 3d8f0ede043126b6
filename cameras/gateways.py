"""Signed deliveries of gateways: used once, answered with what reading them shows.

Gateways read answers, so they are told of a duplicate, a conflict or a wrong field at once, as long
as the database can be asked. While it is down they hear "kept", and the drainer finds out.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError

from cameras import deduplication
from cameras.adapters.contract import Adapter, RawEnvelope
from cameras.arrivals import Body
from cameras.device_list import KnownDevice
from cameras.keeping import RETRY_AFTER_SECONDS, Answer, keep, stored, turn_away
from cameras.preview import outcome_of
from cameras.spool import SpooledDelivery

log = logging.getLogger(__name__)

#: After the database did not answer, gateways' deliveries are not held up by asking it again.
ASK_AGAIN_SECONDS = 2.0

T = TypeVar("T")


class DatabaseDown(Exception):
    """The database does not answer; what only it knows is asked when the spool is drained."""


def keep_signed(
    delivery: SpooledDelivery,
    body: Body,
    envelope: RawEnvelope,
    device: KnownDevice,
    adapter: Adapter,
) -> Answer:
    """Keep a signed delivery under its idempotency key and answer it. Raises CannotKeep."""
    key, nonce = envelope.header("idempotency-key"), adapter.replay_token(envelope)
    delivery = replace(delivery, idempotency_key=key, nonce=nonce or "")
    try:
        if not _asked(lambda: _within_rate(device, delivery.received_at)):
            return Answer(adapter.acknowledge("flooding"), delivery.receipt_id, RETRY_AFTER_SECONDS)
        if nonce and not _asked(lambda: deduplication.use_nonce(device, nonce)):
            reason = "This signature was used before. Sign again."
            return turn_away(delivery, body, adapter, "unauthenticated", "nonce_replayed", reason)
        delivery = replace(delivery, authenticity="A")
        earlier = _asked(lambda: deduplication.claim(device, key, body.sha256, delivery.receipt_id))
    except DatabaseDown:
        delivery = replace(delivery, authenticity="A", is_unchecked=True)
        keep(delivery, body)
        return stored(adapter, delivery, *outcome_of(envelope, device, adapter))
    if earlier is not None and earlier.body_sha256 != body.sha256:
        keep(delivery.faulty("conflict", "This key was used for other bytes."), body)
        return Answer(adapter.acknowledge("conflict"), delivery.receipt_id)
    if earlier is not None and not earlier.is_kept:
        reply = adapter.acknowledge("in_progress")
        return Answer(reply, delivery.receipt_id, RETRY_AFTER_SECONDS)
    if earlier is not None:
        keep(delivery.repeated(), body)
        receipt = str(earlier.receipt_id)
        reply = adapter.acknowledge("duplicate", receipt_id=receipt, raw_sha256=body.sha256)
        return Answer(reply, delivery.receipt_id)
    try:
        keep(delivery, body)
    except BaseException:
        _whether_or_not(lambda: deduplication.release(device, key))
        raise
    outcome, rejected = outcome_of(envelope, device, adapter)
    if outcome in {"malformed", "schema"}:
        # The gateway may mend the event and send it again.
        _whether_or_not(lambda: deduplication.release(device, key))
    else:
        _whether_or_not(
            lambda: deduplication.confirm(device, key, body.sha256, delivery.receipt_id)
        )
    return stored(adapter, delivery, outcome, rejected)


def _asked(question: Callable[[], T]) -> T:
    """Ask the database. Raises DatabaseDown, at once while it has not answered a moment ago."""
    global _down_until
    if time.monotonic() < _down_until:
        raise DatabaseDown
    try:
        return question()
    except (OperationalError, InterfaceError) as error:
        _down_until = time.monotonic() + ASK_AGAIN_SECONDS
        raise DatabaseDown from error


_down_until = 0.0


def _whether_or_not(statement: Callable[[], None]) -> None:
    """Tell the database something that only spares a gateway a minute if it is down just now."""
    try:
        _asked(statement)
    except DatabaseDown:
        log.warning("the database went down while a signed delivery was kept")


def _within_rate(device: KnownDevice, at: datetime) -> bool:
    return deduplication.within_rate(
        device, at, per_second=settings.INTAKE_GATEWAY_RATE, burst=settings.INTAKE_GATEWAY_BURST
    )
