"""Move what is spooled on this machine into the database, in the order in which it came.

One process of a machine drains at a time (a lock on the spool's folder). A batch is one
transaction; its files go only after the commit, and a receipt the database has already is not
written again, so that a drainer killed anywhere loses nothing and doubles nothing.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Q

from cameras import custody, deduplication
from cameras.evidence import store
from cameras.flooding import Meter
from cameras.models import CustodyEvent, Delivery, Device
from cameras.spool import Spool, SpooledDelivery, bucket_name
from cameras.tasks import queue_parsing

log = logging.getLogger(__name__)

BATCH = 200
#: Kept aside, yet the device spoke: these do not make it look silent.
ALIVE = frozenset({"device_paused", "conflict", "cut_short"})


@dataclass
class Drained:
    """What one round did."""

    stored: int = 0
    known: int = 0
    set_aside: int = 0

    @property
    def total(self) -> int:
        return self.stored + self.known + self.set_aside


@dataclass(frozen=True)
class _Item:
    path: Path
    spooled: SpooledDelivery


def drain(spool: Spool, *, limit: int = BATCH, meter: Meter | None = None) -> Drained:
    """Store the oldest waiting deliveries and let the workers know.

    Nothing is done while another process drains. ``meter`` remembers across rounds how fast each
    device sends. Raises OperationalError or InterfaceError when the database is down and OSError
    when the evidence store is: everything stays spooled.
    """
    with _alone(spool) as ours:
        if not ours:
            return Drained()
        done = Drained()
        items = list(_readable(spool, limit, done))
        if items:
            _store(spool, items, meter or Meter(), done)
        return done


def _readable(spool: Spool, limit: int, done: Drained) -> Iterator[_Item]:
    for path in spool.waiting(limit):
        try:
            yield _Item(path, spool.read(path))
        except ValueError:
            log.exception("a spooled delivery cannot be read; it was set aside")
            spool.set_aside(path)
            done.set_aside += 1


def _store(spool: Spool, items: list[_Item], meter: Meter, done: Drained) -> None:
    for item in items:
        if item.spooled.body_is_here:
            _move_body(spool, item.spooled)
    try:
        waiting = _insert([item.spooled for item in items], meter, done)
    except (IntegrityError, DataError):
        waiting = _one_by_one(spool, items, meter, done)
    spool.forget(item.path for item in items)
    queue_parsing(waiting)
    spool.tidy(older_than=bucket_name(items[0].spooled.receipt_id))


def _move_body(spool: Spool, spooled: SpooledDelivery) -> None:
    try:
        body = spool.body(spooled)
    except FileNotFoundError:
        return  # moved by an earlier round that was killed before it could forget the file
    store().put(body)


def _one_by_one(spool: Spool, items: list[_Item], meter: Meter, done: Drained) -> list[str]:
    """Store each delivery by itself, so that one the database refuses keeps no other waiting."""
    waiting: list[str] = []
    for item in items:
        try:
            waiting += _insert([item.spooled], meter, done)
        except (IntegrityError, DataError):
            log.exception("the database refuses %s; it was set aside", item.spooled.receipt_id)
            spool.set_aside(item.path)
            done.set_aside += 1
    return waiting


def _insert(batch: list[SpooledDelivery], meter: Meter, done: Drained) -> list[str]:
    """Write a batch in one transaction; return the receipts of those to be read at once."""
    with transaction.atomic():
        here = set(
            Delivery.objects.filter(pk__in=[item.receipt_id for item in batch]).values_list(
                "pk", flat=True
            )
        )
        new = [_checked(item) for item in batch if item.receipt_id not in here]
        rows = [_row(item, meter) for item in new]
        Delivery.objects.bulk_create(rows)
        custody.record_many(entry for row in rows for entry in _custody(row))
        _note_signs_of_life(rows)
    done.stored += len(rows)
    done.known += len(batch) - len(rows)
    return [
        str(row.pk) for row in rows if row.state == Delivery.State.RECEIVED and not row.is_flood
    ]


def _checked(item: SpooledDelivery) -> SpooledDelivery:
    """Ask now what the door could not ask: whether a gateway's nonce or key was used before."""
    if not item.is_unchecked or item.device_id is None:
        return item
    device = Device(pk=item.device_id)
    if item.nonce and not deduplication.use_nonce(device, item.nonce):
        return item.faulty("nonce_replayed", "This signature was used before. Sign again.")
    key = item.idempotency_key
    earlier = deduplication.claim(device, key, item.body_sha256, item.receipt_id)
    if earlier is None:
        deduplication.confirm(device, key, item.body_sha256, item.receipt_id)
        return item
    if earlier.body_sha256 != item.body_sha256:
        return item.faulty("conflict", "This key was used for other bytes.")
    return item.repeated()


def _row(item: SpooledDelivery, meter: Meter) -> Delivery:
    return Delivery(
        id=item.receipt_id,
        device_id=item.device_id,
        method=item.method,
        path=item.path,
        remote_address=item.remote_address,
        headers=[list(pair) for pair in item.headers],
        body_sha256=item.body_sha256,
        body_size=item.body_size,
        kept_sha256=item.kept_sha256,
        kept_size=item.kept_size,
        authenticity=item.authenticity,
        received_at=item.received_at,
        state=item.state,
        fault_code=item.fault_code,
        fault_reason=item.fault_reason,
        is_flood=item.device_id is not None and meter.is_over(item.device_id, item.received_at),
    )


def _custody(row: Delivery) -> Iterator[custody.Entry]:
    yield custody.Entry(CustodyEvent.Action.RECEIVED, row, at=row.received_at)
    if row.state == Delivery.State.QUARANTINED:
        yield custody.Entry(
            CustodyEvent.Action.QUARANTINED, row, reason=row.fault_code, at=row.received_at
        )


def _note_signs_of_life(rows: list[Delivery]) -> None:
    newest: dict[int, datetime] = {}
    for row in rows:
        if row.device_id is not None and (not row.fault_code or row.fault_code in ALIVE):
            newest[row.device_id] = max(row.received_at, newest.get(row.device_id, row.received_at))
    for device_id, at in sorted(newest.items()):
        older = Q(last_seen_at__isnull=True) | Q(last_seen_at__lt=at)
        Device.objects.filter(older, pk=device_id).update(last_seen_at=at)


@contextmanager
def _alone(spool: Spool) -> Iterator[bool]:
    """Hold the spool's lock; False when another process has it. The system frees it at a death."""
    if not spool.folder.exists():
        yield False
        return
    descriptor = os.open(spool.folder / ".draining", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)


#: What a drainer waits out: the database, the store or the disk is down; nothing is lost.
WAITED_OUT = (OperationalError, InterfaceError, OSError)
