"""Single use of signatures and idempotency keys by gateways, for 24 hours.

The marks lie in the cache table that every web process shares. Losing them in a crash of the
database does no harm: the parser finds a repeated event by its own key for ever.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.core.cache import cache

from cameras.adapters.signatures import NONCE_KEPT

KEPT_SECONDS = int(NONCE_KEPT.total_seconds())
#: How long a claim lasts whose delivery was never committed: the process died in between.
CLAIM_SECONDS = 60


class Device(Protocol):
    """Whatever names a registered device by its number."""

    @property
    def pk(self) -> int: ...


@dataclass(frozen=True)
class EarlierDelivery:
    """The delivery that holds an idempotency key."""

    receipt_id: uuid.UUID
    body_sha256: str
    is_kept: bool


def use_nonce(device: Device, nonce: str) -> bool:
    """Use up a nonce of a device's signature; False when it was used in the last 24 hours."""
    return bool(cache.add(_name("nonce", device, nonce), 1, KEPT_SECONDS))


def claim(
    device: Device, key: str, body_sha256: str, receipt_id: uuid.UUID
) -> EarlierDelivery | None:
    """Take an idempotency key for a delivery about to be stored; of two racing ones one gets it.

    Returns the delivery that holds it already, or None when the key is now ours.
    """
    name = _name("key", device, key)
    if cache.add(name, [str(receipt_id), body_sha256, False], CLAIM_SECONDS):
        return None
    held = cache.get(name)
    if held is None:  # it ran out between the two looks
        return claim(device, key, body_sha256, receipt_id)
    holder = uuid.UUID(held[0])
    return EarlierDelivery(holder, held[1], bool(held[2]))


def confirm(device: Device, key: str, body_sha256: str, receipt_id: uuid.UUID) -> None:
    """Hold a key for 24 hours, now that its delivery is kept."""
    cache.set(_name("key", device, key), [str(receipt_id), body_sha256, True], KEPT_SECONDS)


def release(device: Device, key: str) -> None:
    """Give a key back: its delivery was not stored, or was refused for its form."""
    cache.delete(_name("key", device, key))


def within_rate(device: Device, at: datetime, *, per_second: int, burst: int) -> bool:
    """Count a delivery of a device; False when this second and the one before hold too many."""
    second = int(at.timestamp())
    now = _counted(f"intake-rate:{device.pk}:{second}")
    before = cache.get(f"intake-rate:{device.pk}:{second - 1}") or 0
    return now <= burst and now + int(before) <= per_second + burst


def _counted(key: str) -> int:
    if cache.add(key, 1, 5):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two looks
        return 1


def _name(kind: str, device: Device, value: str) -> str:
    digest = hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
    return f"intake-{kind}:{device.pk}:{digest}"
