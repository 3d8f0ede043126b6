"""What reading one stored delivery needs, and the two ways in which a reading ends.

``cameras.parsing`` reads deliveries as they come, ``cameras.grouping`` reads those of a group once
more when it closes; both take the bytes from the store, hash them again, and settle the row here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from cameras import custody, evidence
from cameras.adapters.contract import Adapter, Parsed, Profile, RawEnvelope, Rejected
from cameras.adapters.registry import adapter_for
from cameras.claims import PutAside
from cameras.models import CustodyEvent, Delivery, Device

#: The first half of the advisory locks taken here: any number of our own.
TURN = 0x6465


@dataclass(frozen=True)
class Reading:
    """A delivery as its device's adapter reads it today."""

    delivery: Delivery
    device: Device
    adapter: Adapter
    profile: Profile
    body: bytes
    found: tuple[Parsed, ...]


def read(delivery: Delivery) -> Reading:
    """Read a delivery's bytes with its device's adapter. Raises PutAside, EvidenceDamaged."""
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
    return Reading(delivery, device, adapter, profile, body, tuple(found))


def envelope_of(delivery: Delivery, body: bytes) -> RawEnvelope:
    """Return the delivery as the adapters read it."""
    return RawEnvelope(
        headers=tuple((name, value) for name, value in delivery.headers),
        body=body,
        received_at=delivery.received_at,
        path=delivery.path,
        method=delivery.method,
    )


def wait_for_turn(device: Device) -> None:
    """Let one worker at a time store claims of a device, so that repeats and replays are seen.

    An advisory lock: locking the row itself would make the device wait for its acknowledgement.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURN, device.pk % 2**31])


def settle(delivery: Delivery, state: str, adapter: Adapter, *, at: datetime) -> str:
    """Note that a delivery was read and what came of it, within the caller's transaction."""
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


def quarantine(delivery: Delivery, code: str, reason: str, *, at: datetime) -> None:
    """Put a delivery aside, saying why, within the caller's transaction."""
    delivery.state = Delivery.State.QUARANTINED
    delivery.fault_code, delivery.fault_reason = code[:40], reason[:300]
    delivery.parsed_at = at
    delivery.save(update_fields=["state", "fault_code", "fault_reason", "parsed_at"])
    custody.record(CustodyEvent.Action.QUARANTINED, delivery=delivery, reason=code, at=at)


def _body(delivery: Delivery) -> bytes:
    try:
        body: bytes = evidence.store().read(delivery.kept_sha256)
    except FileNotFoundError as error:
        raise evidence.EvidenceDamaged(f"delivery {delivery.pk} has lost its bytes") from error
    if len(body) != delivery.kept_size or evidence.sha256_of(body) != delivery.kept_sha256:
        raise PutAside("body_damaged", "The stored bytes are not those that were received.")
    return body
