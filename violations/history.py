"""Append to the history of a case, and check that its chain is whole."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from violations.models import CaseEvent, Violation

GENESIS = bytes(32)


def append(event: CaseEvent) -> CaseEvent:
    """Number, chain and insert one event. The case row must be locked by the caller."""
    last = (
        CaseEvent.objects.filter(case_id=event.case_id)
        .order_by("-sequence")
        .values("sequence", "row_hash")
        .first()
    )
    event.sequence = last["sequence"] + 1 if last else 1
    event.previous_hash = bytes(last["row_hash"]) if last else GENESIS
    event.row_hash = hash_of(event)
    event.save(force_insert=True)
    return event


def hash_of(event: CaseEvent) -> bytes:
    """Return SHA-256 over the hash before and the row as canonical JSON (RFC 8785)."""
    row: dict[str, Any] = {
        "case": str(event.case_id),
        "sequence": event.sequence,
        "step": event.step,
        "from": event.from_status,
        "to": event.to_status,
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "at": event.at.astimezone(UTC).isoformat(),
        "reason": event.reason,
        "facts": event.facts,
        "notice": str(event.notice_id) if event.notice_id else None,
    }
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(bytes(event.previous_hash) + canonical.encode()).digest()


def faults(case: Violation) -> list[str]:
    """Return what is wrong with the chain of a case, naming each row; empty means whole."""
    found = []
    before = GENESIS
    for position, event in enumerate(case.events.order_by("sequence"), start=1):
        if event.sequence != position:
            found.append(f"row {position} is missing")
            break
        if bytes(event.previous_hash) != before:
            found.append(f"row {position} does not follow row {position - 1}")
        if bytes(event.row_hash) != hash_of(event):
            found.append(f"row {position} was altered")
        before = bytes(event.row_hash)
    return found
