"""The custody log (nhật ký lưu giữ chứng cứ): written by everybody, chained by one sequencer.

Writers insert unchained rows and wait for nobody. Every few seconds ``chain()`` links what has been
committed: a link's hash covers the hash before it and the row in canonical JSON, so that a row
altered, removed or put in later shows, and ``faults()`` says which (ISO/IEC 27037 asks for a log of
who touched what, when and why).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from cameras import custody_checks
from cameras.custody_rows import GENESIS, hash_of_row
from cameras.models import CustodyEvent, CustodyLink, Delivery, EvidenceFile

#: Any number of our own: two sequencers must never link at once.
SEQUENCER_LOCK = 0x637573746F6479
#: How far back the sequencer looks for a row whose transaction was committed late.
REACH = 10_000
SYSTEM_NAME = "Hệ thống"


def record(
    action: str,
    *,
    at: datetime,
    delivery: Delivery | None = None,
    evidence: EvidenceFile | None = None,
    object_sha256: str = "",
    actor: Any = None,
    actor_name: str = "",
    reason: str = "",
) -> CustodyEvent:
    """Write down one act on evidence, inside the caller's transaction if there is one.

    ``object_sha256`` names the bytes concerned; without it the evidence file's, else the
    delivery's. ``actor`` is a user; without one the system, or the person ``actor_name`` describes
    (a citizen with a look-up code), acted. The reason holds no personal data.
    """
    if not object_sha256 and evidence is not None:
        object_sha256 = evidence.sha256
    elif not object_sha256 and delivery is not None:
        object_sha256 = delivery.kept_sha256
    if delivery is None and evidence is not None:
        delivery = evidence.delivery
    return CustodyEvent.objects.create(
        action=CustodyEvent.Action(action),
        delivery=delivery,
        evidence=evidence,
        object_sha256=object_sha256,
        actor=actor,
        actor_name=(actor_name or (str(actor) if actor else SYSTEM_NAME))[:120],
        reason=reason[:200],
        at=at,
    )


@dataclass(frozen=True)
class Entry:
    """One act of the system on a delivery, to be written down with others in one statement."""

    action: str
    delivery: Delivery
    at: datetime
    reason: str = ""


def record_many(entries: Iterable[Entry]) -> None:
    """Write down many acts of the system at once, in their order, in the caller's transaction."""
    CustodyEvent.objects.bulk_create(
        [
            CustodyEvent(
                action=CustodyEvent.Action(entry.action),
                delivery=entry.delivery,
                object_sha256=entry.delivery.kept_sha256,
                actor_name=SYSTEM_NAME,
                reason=entry.reason[:200],
                at=entry.at,
            )
            for entry in entries
        ]
    )


def chain(*, limit: int = 5_000, wait: bool = False) -> int:
    """Link every committed row that has no link yet, in the order of their numbers.

    Returns how many were linked; none when another sequencer is at work, whose turn it then is,
    unless the caller would rather ``wait`` for it.
    """
    with transaction.atomic():
        if not _is_the_sequencer(wait):
            return 0
        last = CustodyLink.objects.order_by("-sequence").first()
        floor = (CustodyLink.objects.aggregate(top=Max("event_id"))["top"] or 0) - REACH
        waiting = list(
            CustodyEvent.objects.filter(pk__gt=floor, link__isnull=True).order_by("pk")[:limit]
        )
        sequence, before = (last.sequence, bytes(last.row_hash)) if last else (0, GENESIS)
        links = []
        for event in waiting:
            sequence += 1
            row_hash = hash_of(event, sequence, before)
            links.append(
                CustodyLink(sequence=sequence, event=event, previous_hash=before, row_hash=row_hash)
            )
            before = row_hash
        CustodyLink.objects.bulk_create(links)
    return len(links)


def hash_of(event: CustodyEvent, sequence: int, previous_hash: bytes) -> bytes:
    """Return SHA-256 over 0x01, the hash before and the row as canonical JSON."""
    return hash_of_row(row_of(event, sequence), previous_hash)


def row_of(event: CustodyEvent, sequence: int | None) -> dict[str, Any]:
    """Return what the hash covers, as the evidence pack prints it too."""
    return {
        "sequence": sequence,
        "event": event.pk,
        "action": event.action,
        "delivery": str(event.delivery_id) if event.delivery_id else None,
        "evidence": str(event.evidence_id) if event.evidence_id else None,
        "object_sha256": event.object_sha256,
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "reason": event.reason,
        "at": event.at.astimezone(UTC).isoformat(),
    }


def faults(*, at: datetime) -> list[str]:
    """Return what is wrong with the whole chain, naming each row; an empty list means whole.

    A rewriting of every row after the forged one shows against the signed checkpoints; one by
    somebody who has the key too, against what the witnesses hold.
    """
    return custody_checks.faults(at=at)


def newest() -> tuple[int, str]:
    """Return the number and the hash (hexadecimal) of the last link, to be kept elsewhere."""
    last = CustodyLink.objects.order_by("-sequence").first()
    return (last.sequence, bytes(last.row_hash).hex()) if last else (0, GENESIS.hex())


def _is_the_sequencer(wait: bool) -> bool:
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEQUENCER_LOCK])
        return bool(cursor.fetchone()[0])
