"""Read stored deliveries: from raw bytes to detections with their evidence, or to quarantine.

A worker claims the row of a delivery, so two of them never read one at once, and reading it again
changes nothing. Each attempt is counted before it begins: a body that kills its reader is put aside
after five and blocks no other. Nothing is deleted; what is put aside says why and can be read again
by a better adapter.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from cameras import custody, grouping, health
from cameras.adapters.contract import Announcement, Heartbeat, ParsedDetection
from cameras.claims import ObjectsMissing, PutAside, Source, store_claim
from cameras.models import CustodyEvent, Delivery, Device
from cameras.reading import Reading, quarantine, read, settle, wait_for_turn

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
LEFT_BEHIND_AFTER = timedelta(seconds=20)


def parse(delivery_id: uuid.UUID, *, at: datetime) -> str:
    """Read one waiting delivery and return its state afterwards.

    ``received`` means that another worker has it, or that this attempt failed and the sweep will
    try again. Never raises on what a device sent.
    """
    attempt = _begin_attempt(delivery_id, at=at)
    if attempt is None:
        return str(Delivery.objects.values_list("state", flat=True).get(pk=delivery_id))
    try:
        with transaction.atomic():
            delivery = (
                Delivery.objects.select_for_update(skip_locked=True)
                .filter(pk=delivery_id, state=Delivery.State.RECEIVED, attempts=attempt)
                .first()
            )
            if delivery is None:
                return Delivery.State.RECEIVED.value
            return _read(delivery, at=at)
    except PutAside as fault:
        return _put_aside(delivery_id, fault.code, fault.reason, at=at)
    except Exception:
        log.exception("delivery %s could not be read, attempt %d", delivery_id, attempt)
        if attempt >= MOST_ATTEMPTS:
            reason = "The reader failed on this delivery; a programmer has to look at it."
            return _put_aside(delivery_id, "parser_failed", reason, at=at)
        return Delivery.State.RECEIVED.value


def left_behind(*, at: datetime, limit: int = 200) -> list[uuid.UUID]:
    """Return deliveries that still wait though their task should have come, oldest first.

    What a device sent over its rate comes after everything else, so that its neighbours wait for
    nothing.
    """
    waiting = Delivery.objects.filter(
        state=Delivery.State.RECEIVED, received_at__lt=at - LEFT_BEHIND_AFTER
    )
    ids = waiting.order_by("received_at").values_list("pk", flat=True)
    found = list(ids.filter(is_flood=False)[:limit])
    return found or list(ids.filter(is_flood=True)[:limit])


def read_again(
    delivery_id: uuid.UUID, *, by_user: Any, at: datetime, reason: str = "sent to be read again"
) -> bool:
    """Let a whole, authentic delivery leave quarantine for another reading; False if it may not.

    For a mended code map, a newer adapter, a device taken out of pause. What came through the
    closed door, or was cut, is never read. Without a user the system does it, by a command.
    """
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("device")
            .filter(pk=delivery_id, state=Delivery.State.QUARANTINED)
            .first()
        )
        if delivery is None or not may_be_read_again(delivery):
            return False
        delivery.state = Delivery.State.RECEIVED
        delivery.attempts = 0
        delivery.fault_code = delivery.fault_reason = ""
        delivery.save(update_fields=["state", "attempts", "fault_code", "fault_reason"])
        custody.record(
            CustodyEvent.Action.PARSED,
            delivery=delivery,
            actor=by_user,
            reason=reason,
            at=at,
        )
    return True


def may_be_read_again(delivery: Delivery) -> bool:
    """Tell whether a quarantined delivery is whole and came through the open door."""
    through_the_door = delivery.parsed_at is not None or delivery.fault_code == "device_paused"
    return (
        through_the_door
        and delivery.device is not None
        and delivery.device.state in {Device.State.ACTIVE, Device.State.QUARANTINED}
        and delivery.kept_sha256 == delivery.body_sha256
    )


def resume_waiting(device_id: int) -> list[uuid.UUID]:
    """Let a device's events that waited for uploads be read again; returns those there are."""
    waiting = Delivery.objects.filter(
        device_id=device_id, state=Delivery.State.GROUPED, snap__isnull=True
    )
    ids = list(waiting.order_by("received_at").values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=ids, state=Delivery.State.GROUPED).update(
        state=Delivery.State.RECEIVED, attempts=0
    )
    return ids


def _begin_attempt(delivery_id: uuid.UUID, *, at: datetime) -> int | None:
    """Count an attempt in a transaction of its own, so that a killed worker has counted too."""
    with transaction.atomic():
        delivery = (
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(pk=delivery_id, state=Delivery.State.RECEIVED)
            .first()
        )
        if delivery is None:
            return None
        if delivery.attempts >= MOST_ATTEMPTS:
            reason = "Reading this delivery ended the reader several times."
            quarantine(delivery, "parser_failed", reason, at=at)
            return None
        delivery.attempts += 1
        delivery.save(update_fields=["attempts"])
        return delivery.attempts


def _read(delivery: Delivery, *, at: datetime) -> str:
    """Do the reading under the row's lock. Raises PutAside."""
    reading = read(delivery)
    claims = [item for item in reading.found if isinstance(item, ParsedDetection)]
    announced = next((item for item in reading.found if isinstance(item, Announcement)), None)
    if not claims and announced is None:
        return _note_life(reading, at=at)
    wait_for_turn(reading.device)
    if not claims and announced is not None:
        return grouping.announce(reading, announced, at=at)
    apart = next((claim for claim in claims if grouping.is_apart(claim)), None)
    if apart is not None and apart.group is not None:
        return grouping.join(reading, apart.group, at=at)
    try:
        with transaction.atomic():
            kept = [_store(claim, reading, at=at) for claim in claims]
    except ObjectsMissing:
        return settle(delivery, Delivery.State.GROUPED, reading.adapter, at=at)
    for claim in claims:
        if claim.answers:
            grouping.answer(reading, claim.answers, at=at)
    state = Delivery.State.PARSED if any(kept) else Delivery.State.DUPLICATE
    return settle(delivery, state, reading.adapter, at=at)


def _store(claim: ParsedDetection, reading: Reading, *, at: datetime) -> bool:
    source = Source(reading.delivery, reading.body, claim.images, claim.films)
    return store_claim(claim, [source], reading.device, reading.adapter, at=at)


def _note_life(reading: Reading, *, at: datetime) -> str:
    """Settle a delivery without a claim: a sign of life, or a message about nothing."""
    beats = [item for item in reading.found if isinstance(item, Heartbeat)]
    for beat in beats:
        if beat.facts or beat.device_at is not None:
            received_at = reading.delivery.received_at
            health.note_heartbeat(reading.device, beat, received_at=received_at)
    alive = bool(beats)
    state = Delivery.State.HEARTBEAT if alive else Delivery.State.PARSED
    return settle(reading.delivery, state, reading.adapter, at=at)


def _put_aside(delivery_id: uuid.UUID, code: str, reason: str, *, at: datetime) -> str:
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
        if delivery.state == Delivery.State.RECEIVED:
            quarantine(delivery, code, reason, at=at)
        return str(delivery.state)
