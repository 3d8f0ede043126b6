"""What a custody row's hash covers, byte for byte (RFC 8785 for the types used here). Pure.

Two ways to the same bytes: ``canonical`` for any value, and ``canonical_row`` for a row, written
out by hand because a million rows are checked in one go. A test holds the two equal.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from json.encoder import encode_basestring as quoted
from typing import Any

#: The leading byte keeps a row apart from any other thing hashed (RFC 6962 section 2.1).
ROW_PREFIX = b"\x01"
#: What stands before the first row.
GENESIS = bytes(32)


def canonical(value: Any) -> bytes:
    """Return a value of objects, lists, strings, whole numbers and nothing as canonical JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def canonical_row(
    sequence: int | None,
    event: int,
    action: str,
    delivery: str | None,
    evidence: str | None,
    object_sha256: str,
    actor: int | None,
    actor_name: str,
    reason: str,
    at: datetime,
) -> bytes:
    """Return one custody row as canonical JSON, its keys in their order; ``at`` is aware."""
    moment = at if at.tzinfo is UTC else at.astimezone(UTC)
    return (
        f'{{"action":{quoted(action)},"actor":{"null" if actor is None else actor},'
        f'"actor_name":{quoted(actor_name)},"at":"{moment.isoformat()}",'
        f'"delivery":{"null" if delivery is None else quoted(delivery)},"event":{event},'
        f'"evidence":{"null" if evidence is None else quoted(evidence)},'
        f'"object_sha256":{quoted(object_sha256)},"reason":{quoted(reason)},'
        f'"sequence":{"null" if sequence is None else sequence}}}'
    ).encode()


def row_hash(previous_hash: bytes, row: bytes) -> bytes:
    """Return the hash of a row in canonical JSON that follows the one with ``previous_hash``."""
    return hashlib.sha256(ROW_PREFIX + previous_hash + row).digest()


def hash_of_row(row: Mapping[str, Any], previous_hash: bytes) -> bytes:
    """Return the hash of a row as the evidence pack prints it."""
    return row_hash(previous_hash, canonical(row))
