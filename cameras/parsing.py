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

from django.db import connection, transaction

from cameras import custody, evidence
from cameras.adapters.contract import (
    Adapter,
    Heartbeat,
    ParsedDetection,
    RawEnvelope,
    Rejected,
)
from cameras.adapters.registry import adapter_for
from cameras.claims import PutAside, Source, store_claim
from cameras.models import CustodyEvent, Delivery, Device

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
LEFT_BEHIND_AFTER = timedelta(seconds=20)
#: The first half of the advisory locks taken here: any number of our own.
TURN = 0x6465


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
    """Return deliveries that still wait though their task should have come, oldest first."""
    waiting = Delivery.objects.filter(
        state=Delivery.State.RECEIVED, received_at__lt=at - LEFT_BEHIND_AFTER
    )
    return list(waiting.order_by("received_at").values_list("pk", flat=True)[:limit])


def read_again(delivery_id: uuid.UUID, *, by_user: Any, at: datetime) -> bool:
    """Let a whole, authentic delivery leave quarantine for another reading; False if it may not.

    For a mended code map, a newer adapter, a device taken out of pause. What came through the
    closed door, or was cut, is never read.
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
            reason="sent to be read again",
            at=at,
        )
    return True


def may_be_read_again(delivery: Delivery) -> bool:
    """Tell whether a quarantined delivery is whole and came through the open door."""
    through_the_door = delivery.parsed_at is not None or delivery.fault_code == "device_paused"
    return (
        through_the_door
        and delivery.device is not None
        and delivery.device.state == Device.State.ACTIVE
        and delivery.kept_sha256 == delivery.body_sha256
    )


def envelope_of(delivery: Delivery, body: bytes) -> RawEnvelope:
    """Return the delivery as the adapters read it."""
    return RawEnvelope(
        headers=tuple((name, value) for name, value in delivery.headers),
        body=body,
        received_at=delivery.received_at,
        path=delivery.path,
        method=delivery.method,
    )


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
            _quarantine(delivery, "parser_failed", reason, at=at)
            return None
        delivery.attempts += 1
        delivery.save(update_fields=["attempts"])
        return delivery.attempts


def _read(delivery: Delivery, *, at: datetime) -> str:
    """Do the reading under the row's lock. Raises PutAside."""
    if delivery.device_id is None:
        raise PutAside("device_unknown", "No device is registered for this delivery.")
    device = Device.objects.select_related("site__unit").get(pk=delivery.device_id)
    adapter = adapter_for(device.adapter)
    body = _body(delivery)
    try:
        profile = adapter.profile(device.serial, device.profile)
    except (ValueError, TypeError) as error:
        raise PutAside("profile_wrong", f"The device's profile is wrong: {error}") from error
    found = adapter.parse(envelope_of(delivery, body), profile)
    rejected = next((item for item in found if isinstance(item, Rejected)), None)
    if rejected is not None:
        where = f" ({', '.join(rejected.paths)})" if rejected.paths else ""
        raise PutAside(rejected.code, rejected.reason + where)
    claims = [item for item in found if isinstance(item, ParsedDetection)]
    alive = any(isinstance(item, Heartbeat) for item in found)
    if not claims:
        state = Delivery.State.HEARTBEAT if alive else Delivery.State.PARSED
        return _settle(delivery, state, adapter, at=at)
    _wait_for_turn(device)
    kept = [
        store_claim(
            claim,
            [Source(delivery, body, claim.images, claim.films)],
            device,
            adapter,
            at=at,
        )
        for claim in claims
    ]
    state = Delivery.State.PARSED if any(kept) else Delivery.State.DUPLICATE
    return _settle(delivery, state, adapter, at=at)


def _body(delivery: Delivery) -> bytes:
    try:
        body: bytes = evidence.store().read(delivery.kept_sha256)
    except FileNotFoundError as error:
        raise evidence.EvidenceDamaged(f"delivery {delivery.pk} has lost its bytes") from error
    if len(body) != delivery.kept_size or evidence.sha256_of(body) != delivery.kept_sha256:
        raise PutAside("body_damaged", "The stored bytes are not those that were received.")
    return body


def _wait_for_turn(device: Device) -> None:
    """Let one worker at a time store claims of a device, so that repeats and replays are seen.

    An advisory lock: locking the row itself would make the device wait for its acknowledgement.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURN, device.pk % 2**31])


def _settle(delivery: Delivery, state: str, adapter: Adapter, *, at: datetime) -> str:
    delivery.state = state
    delivery.adapter_version = f"{adapter.key}/{adapter.version}"[:40]
    delivery.parsed_at = at
    delivery.save(update_fields=["state", "adapter_version", "parsed_at"])
    custody.record(
        CustodyEvent.Action.PARSED,
        delivery=delivery,
        reason=f"{delivery.adapter_version}: {delivery.state}",
        at=at,
    )
    return str(delivery.state)


def _put_aside(delivery_id: uuid.UUID, code: str, reason: str, *, at: datetime) -> str:
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
        if delivery.state == Delivery.State.RECEIVED:
            _quarantine(delivery, code, reason, at=at)
        return str(delivery.state)


def _quarantine(delivery: Delivery, code: str, reason: str, *, at: datetime) -> None:
    delivery.state = Delivery.State.QUARANTINED
    delivery.fault_code, delivery.fault_reason = code[:40], reason[:300]
    delivery.parsed_at = at
    delivery.save(update_fields=["state", "fault_code", "fault_reason", "parsed_at"])
    custody.record(CustodyEvent.Action.QUARANTINED, delivery=delivery, reason=code, at=at)
