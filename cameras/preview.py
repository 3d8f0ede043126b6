"""Read a signed delivery once at the door, only to tell its gateway what is wrong with it.

What counts is what the worker makes of the stored bytes later; nothing is written here.
"""

from __future__ import annotations

import logging

from cameras.adapters.contract import (
    Adapter,
    Heartbeat,
    ParsedDetection,
    RawEnvelope,
    Rejected,
)
from cameras.device_list import KnownDevice

log = logging.getLogger(__name__)

#: A field is wrong, as opposed to a body that cannot be read at all.
SCHEMA_CODES = frozenset({"schema", "device_differs", "key_differs", "image_differs"})


def outcome_of(
    envelope: RawEnvelope, device: KnownDevice, adapter: Adapter
) -> tuple[str, Rejected | None]:
    """Return the outcome of ``vocabulary.OUTCOMES`` to answer with, and the fault if there is one.

    A fault of our own must not cost the gateway its delivery: it counts as stored, and the worker
    will say more.
    """
    try:
        found = adapter.parse(envelope, adapter.profile(device.serial, device.profile))
    except Exception:
        log.exception("a delivery of device %s could not be previewed", device.pk)
        return "stored", None
    for item in found:
        if isinstance(item, Rejected):
            return ("schema" if item.code in SCHEMA_CODES else "malformed"), item
    if found and all(isinstance(item, Heartbeat) for item in found):
        return "heartbeat", None
    impossible = any(
        isinstance(item, ParsedDetection) and item.time.quality == "impossible" for item in found
    )
    return ("clock_impossible" if impossible else "stored"), None
