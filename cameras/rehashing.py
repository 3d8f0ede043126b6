"""Every night: do the stored bytes still have their hashes? (kiểm tra lại mã băm)

By chance one object in a hundred, and every original of a detection nobody has decided yet or whose
case is open. The walk is made in batches, each with a row of its own, and goes on where it was
interrupted. A mismatch is written into the custody log with the object's name and is never repaired
here; whoever would release or decide on it is refused by reading the bytes (``broken_files``).
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from cameras import custody
from cameras.models import CustodyEvent, Delivery, Detection, EvidenceFile, Rehash
from cameras.stored_objects import Fault, batch, examine, kinds

log = logging.getLogger(__name__)

VIET_NAM = timezone(timedelta(hours=7))
#: From this hour of the day in Viet Nam the night's check may begin.
BEGINS_AT_HOUR = 1
BATCH = 200
#: Any number of our own: two workers must not take the same batch.
TURN_LOCK = 0x726568617368
STATE = "custody-rehash"
STATE_KEPT_SECONDS = 7 * 24 * 3600

_open: list[Callable[[], QuerySet[Any]]] = []


@dataclass(frozen=True)
class Night:
    """How far one night's walk is: a kind, and the last key of it."""

    started_at: str
    seed: int
    share_per_mille: int
    kind: int = 0
    after: str = ""
    checked: int = 0

    @property
    def is_finished(self) -> bool:
        """Tell whether every kind has been walked."""
        return self.kind >= len(kinds())


def register_open(detections: Callable[[], QuerySet[Any]]) -> None:
    """Let an app above name further detections to check every night.

    The function returns a queryset of detection ids: those of its open cases.
    """
    if detections not in _open:
        _open.append(detections)


def begin(*, at: datetime, share_per_mille: int = 10) -> Night:
    """Return a new night; which objects chance chooses is settled by its seed."""
    return Night(at.isoformat(), secrets.randbits(31), share_per_mille)


def rehash(*, at: datetime, share_per_mille: int = 10) -> list[Rehash]:
    """Check a whole night's share at once and return its rows, one a batch."""
    night, rows = begin(at=at, share_per_mille=share_per_mille), []
    while not night.is_finished:
        night, row = step(night, at=at)
        if row is not None:
            rows.append(row)
    return rows


def nightly(*, at: datetime, may_go_on: Callable[[], bool]) -> Night | None:
    """Go on with the night's check, or begin it after 01:00; None when there is nothing to do.

    How far it is stands in the cache: should that be lost, the night begins anew.
    """
    night = None
    while may_go_on():
        with transaction.atomic():
            if not _has_the_turn():
                return night
            night = _due(cache.get(STATE), at)
            if night is None:
                return None
            night, _row = step(night, at=at)
            cache.set(STATE, asdict(night), STATE_KEPT_SECONDS)
        if night.is_finished:
            break
    return night


def step(night: Night, *, at: datetime, most: int = BATCH) -> tuple[Night, Rehash | None]:
    """Check one batch, write it down, and return where the next one begins."""
    objects: list[Any] = []
    while not objects and not night.is_finished:
        objects = batch(
            kinds()[night.kind],
            night.after,
            most=most,
            share_per_mille=night.share_per_mille,
            seed=night.seed,
            files=open_files(),
            open_detections=Detection.objects.filter(_undecided()).values("pk"),
        )
        if not objects:
            night = replace(night, kind=night.kind + 1, after="")
    if not objects:
        empty = night.checked == 0
        return night, _write_down(night, [], [], at) if empty else None
    checked, faults = examine(objects)
    row = _write_down(night, checked, faults, at) if checked else None
    return replace(night, after=objects[-1].key, checked=night.checked + len(checked)), row


def open_files() -> QuerySet[EvidenceFile]:
    """Return the evidence of detections that wait for a decision, here or in a case."""
    return EvidenceFile.objects.filter(_undecided("detection"))


def _undecided(path: str = "") -> Q:
    """Return the condition of a detection that waits for a decision, along a path to it."""
    field, key = (f"{path}__", path) if path else ("", "pk")
    undecided = Q(**{f"{field}state": Detection.State.HELD}) | Q(
        **{
            f"{field}state__in": [Detection.State.READY, Detection.State.RELEASED],
            f"{field}claimed_at__isnull": True,
        }
    )
    for detections in _open:
        undecided |= Q(**{f"{key}__in": detections()})
    return undecided


def _write_down(night: Night, checked: list[str], faults: list[Fault], at: datetime) -> Rehash:
    listed = hashlib.sha256("\n".join(sorted(checked)).encode()).hexdigest()
    with transaction.atomic():
        for fault in faults:
            _name(fault, at)
        custody.record(
            CustodyEvent.Action.REHASHED,
            object_sha256=listed,
            reason=f"{len(checked)} checked, {len(faults)} wrong",
            at=at,
        )
        return Rehash.objects.create(
            started_at=datetime.fromisoformat(night.started_at),
            finished_at=at,
            checked=len(checked),
            faults=[_as_json(fault) for fault in faults],
        )


def _name(fault: Fault, at: datetime) -> None:
    """Write into the custody log which object is wrong, and how."""
    stored = fault.stored
    log.error("stored evidence is wrong: %s", fault)
    delivery = None
    if stored.kind == "delivery":
        delivery = Delivery.objects.get(pk=uuid.UUID(stored.key))
    second = f"; second copy {fault.second_copy}" if fault.second_copy else ""
    custody.record(
        CustodyEvent.Action.REHASHED,
        delivery=delivery,
        evidence=stored.file,
        object_sha256=stored.sha256,
        reason=f"{stored.kind} {fault.finding}{second}",
        at=at,
    )


def _as_json(fault: Fault) -> dict[str, Any]:
    return {
        "kind": fault.stored.kind,
        "key": fault.stored.key,
        "sha256": fault.stored.sha256,
        "finding": fault.finding,
        "second_copy": fault.second_copy,
        "detections": [str(pk) for pk in fault.detections()],
    }


def _due(state: dict[str, Any] | None, at: datetime) -> Night | None:
    local = at.astimezone(VIET_NAM)
    if state is not None:
        night = Night(**state)
        began_on = datetime.fromisoformat(night.started_at).astimezone(VIET_NAM).date()
        if not night.is_finished:
            return night
        if began_on >= local.date():
            return None
    return begin(at=at) if local.hour >= BEGINS_AT_HOUR else None


def _has_the_turn() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TURN_LOCK])
        return bool(cursor.fetchone()[0])
