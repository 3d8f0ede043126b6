"""Dispose of bytes whose time is over: rows first, then the bytes; the hash and the ground stay.

One transaction writes what goes and why, under locks; only after its commit are bytes removed. A
crash in between leaves bytes too many, never rows that lie, and the next night finishes the work.
Bytes that anything else still names stay where they are.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from cameras import companions, custody, evidence, retention
from cameras.models import (
    CustodyEvent,
    Delivery,
    Derivative,
    Detection,
    Disposal,
    EvidenceFile,
    RetentionRule,
    UploadedObject,
)
from cameras.reading import wait_for_turn

log = logging.getLogger(__name__)

#: Any number of our own: two disposers must never weigh the same bytes at once.
DISPOSER_LOCK = 0x646973706F7365
#: How far back the nightly sweep looks for bytes a crash has left.
LEFT_WITHIN = timedelta(days=7)
DISPOSED = CustodyEvent.Action.DISPOSED


@dataclass
class Tally:
    """How many deliveries or uploads of one class went, and how many bytes with them."""

    count: int = 0
    size: int = 0


@dataclass
class _Going:
    """The bytes that go together, by hash, each once."""

    sizes: dict[str, int] = field(default_factory=dict)

    def add(self, sha256: str, size: int) -> None:
        self.sizes.setdefault(sha256, size)


def dispose(*, at: datetime, limit: int = 200) -> dict[str, Tally]:
    """Dispose of at most so many deliveries and uploads that are due; returns what went, by class.

    Each in a transaction of its own, so that a killed run goes on where it stopped. What is locked
    by somebody, or has become needed since it was listed, is left for the next run.
    """
    found: dict[str, Tally] = {}
    for item in retention.due(at=at, limit=limit):
        row = item.row
        done = (
            _dispose_delivery(row.pk, at)
            if isinstance(row, Delivery)
            else _dispose_upload(row.pk, at)
        )
        if done is not None:
            rule, count, size = done
            tally = found.setdefault(rule.record_class, Tally())
            tally.count += count
            tally.size += size
    return found


def finish_removals(*, at: datetime, everything: bool = False) -> int:
    """Remove what was disposed of but is still stored, after a crash; returns how much it was.

    Looks at the last week, the newest first, or at everything ever disposed of.
    """
    rows = Disposal.objects.all()
    if not everything:
        rows = rows.filter(disposed_at__gte=at - LEFT_WITHIN)
    hashes = rows.order_by("-pk").values_list("sha256", flat=True)
    return sum(
        _remove(sha256)
        for sha256 in dict.fromkeys(hashes.iterator())
        if evidence.store().exists(sha256)
    )


def _dispose_delivery(
    delivery_id: uuid.UUID, at: datetime
) -> tuple[RetentionRule, int, int] | None:
    """Dispose of a delivery and of all that share its bytes; None when one of them must stay."""
    with transaction.atomic():
        _take_turn()
        first = Delivery.objects.filter(pk=delivery_id).values_list("kept_sha256").first()
        if first is None:
            return None
        sharing = retention.undisposed(Delivery.objects.filter(kept_sha256=first[0]))
        wanted = set(sharing.values_list("pk", flat=True))
        locked = Delivery.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
        together = list(locked.filter(pk__in=wanted).order_by("pk"))
        if delivery_id not in wanted or len(together) < len(wanted):
            return None
        # A hold is placed under the lock of its detection: from here on none can come in between.
        # Locks without the key: whoever only names these rows in the custody log need not wait.
        of_them = set().union(*retention.detections_of(together).values())
        list(
            Detection.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk__in=of_them)
            .order_by("pk")
        )
        rule = retention.rule_for(together, at=at)
        if rule is None or _needed(first[0], besides=wanted, at=at):
            return None
        going = _note(together, rule, at)
        _after_commit(going.sizes)
    return rule, len(together), sum(going.sizes.values())


def _note(together: list[Delivery], rule: RetentionRule, at: datetime) -> _Going:
    """Write the custody rows of everything that goes, and one disposal for each hash."""
    ids = {delivery.pk for delivery in together}
    ground = ground_of(rule)
    going = _Going()
    for delivery in together:
        custody.record(DISPOSED, delivery=delivery, reason=ground, at=at)
        going.add(delivery.kept_sha256, delivery.kept_size)
    files = EvidenceFile.objects.filter(delivery__in=ids).select_related("delivery")
    for file in files.exclude(object_sha256="").order_by("pk"):
        if not _needed(file.object_sha256, besides=ids, at=at):
            custody.record(DISPOSED, evidence=file, reason=ground, at=at)
            going.add(file.object_sha256, file.size)
    copies = Derivative.objects.filter(evidence__delivery__in=ids)
    for copy in copies.select_related("evidence__delivery").order_by("pk"):
        if not _needed(copy.sha256, besides=ids, at=at):
            custody.record(
                DISPOSED,
                evidence=copy.evidence,
                object_sha256=copy.sha256,
                reason=ground,
                at=at,
            )
            going.add(copy.sha256, copy.size)
    _note_companions(ids, going, ground, at)
    _write(going, rule, at)
    return going


def _note_companions(ids: set[uuid.UUID], going: _Going, ground: str, at: datetime) -> None:
    """Let the files kept beside the detections of these deliveries go with them.

    A file goes with the delivery its detection was made of; what another detection keeps under the
    same bytes stays.
    """
    made = list(Detection.objects.filter(delivery__in=ids).values_list("pk", flat=True))
    for sha256, size in dict(companions.files_of(made)).items():
        if sha256 not in going.sizes and not _needed(sha256, besides=ids, at=at):
            custody.record(DISPOSED, object_sha256=sha256, reason=ground, at=at)
            going.add(sha256, size)


def _dispose_upload(upload_id: uuid.UUID, at: datetime) -> tuple[RetentionRule, int, int] | None:
    """Dispose of an upload no event names; None when one has named it since, or it is shared."""
    with transaction.atomic():
        _take_turn()
        rule = retention.rules_by_class().get(retention.RecordClass.UNLISTED)
        row = UploadedObject.objects.filter(pk=upload_id).first()
        if rule is None or row is None:
            return None
        wait_for_turn(row.device)  # no detection that lists it may come up meanwhile
        until = at - timedelta(days=rule.keep_days)
        if not retention.due_uploads(until).filter(pk=upload_id).exists():
            return None
        others = retention.unlisted_uploads(at).filter(sha256=row.sha256)
        staying = others.exclude(pk__in=retention.due_uploads(until).values("pk"))
        if staying.exists() or _named(row.sha256, besides=set()):
            return None
        custody.record(DISPOSED, object_sha256=row.sha256, reason=ground_of(rule), at=at)
        going = _Going({row.sha256: row.size})
        _write(going, rule, at)
        _after_commit(going.sizes)
    return rule, 1, row.size


def lock_beside(detection_id: uuid.UUID) -> None:
    """Take the disposers' turn and the detection's row: no hold comes in between from here on.

    For an app above, in its own transaction, before it asks ``retention.let_go`` about the
    detection beside which it keeps something.
    """
    _take_turn()
    locked = Detection.objects.select_for_update(of=("self",), no_key=True)
    list(locked.filter(pk=detection_id).only("pk"))


def dispose_beside(files: Mapping[str, int], rule: RetentionRule, *, at: datetime) -> int:
    """Dispose of files, hash to bytes, that an app above kept beside a detection and names no more.

    In its transaction, after ``lock_beside``; returns how many go. What anything else names stays,
    and what went with the evidence is gone already.
    """
    going = _Going()
    for sha256, size in files.items():
        if evidence.store().exists(sha256) and not _needed(sha256, besides=set(), at=at):
            custody.record(DISPOSED, object_sha256=sha256, reason=ground_of(rule), at=at)
            going.add(sha256, size)
    _write(going, rule, at)
    _after_commit(going.sizes)
    return len(going.sizes)


def ground_of(rule: RetentionRule) -> str:
    """Return why bytes went, as the log says it: the class, the days and the document."""
    return f"{rule.record_class}, {rule.keep_days} d: {rule.basis}"[:200]


def _write(going: _Going, rule: RetentionRule, at: datetime) -> None:
    Disposal.objects.bulk_create(
        Disposal(
            sha256=sha256,
            size=size,
            record_class=rule.record_class,
            ground=ground_of(rule),
            disposed_at=at,
        )
        for sha256, size in going.sizes.items()
    )


def _named(sha256: str, *, besides: set[uuid.UUID]) -> bool:
    """Tell whether bytes are named by a delivery, or a picture of one, outside these.

    A delivery that was disposed of names nothing any more.
    """
    staying = retention.undisposed(Delivery.objects.exclude(pk__in=besides))
    its = Exists(staying.filter(pk=OuterRef("delivery")))
    evidences = Exists(staying.filter(pk=OuterRef("evidence__delivery")))
    beside = companions.owners(sha256)
    if beside and staying.filter(detections__in=beside).exists():
        return True
    return (
        staying.filter(kept_sha256=sha256).exists()
        or EvidenceFile.objects.filter(its, sha256=sha256, object_sha256=sha256).exists()
        or Derivative.objects.filter(evidences, sha256=sha256).exists()
    )


def _needed(sha256: str, *, besides: set[uuid.UUID], at: datetime) -> bool:
    """Tell whether bytes stay: named elsewhere, or uploaded for an event that may still come."""
    awaited = retention.unlisted_uploads(at).filter(sha256=sha256)
    return _named(sha256, besides=besides) or awaited.exists()


def _after_commit(hashes: Iterable[str]) -> None:
    chosen = list(hashes)
    transaction.on_commit(lambda: [_remove(sha256) for sha256 in chosen])


def _remove(sha256: str) -> bool:
    """Take bytes away unless something names them again; True when they went.

    The same bytes may be received again at this very moment, so we look once more afterwards and
    put them back: either the receiver finds them missing, or we find its row.
    """
    store = evidence.store()
    if _is_named_now(sha256):
        return False
    try:
        data = store.read(sha256)
        store.remove(sha256)
    except FileNotFoundError:
        return False
    except OSError as fault:
        log.warning("bytes %s could not be removed; the sweep will: %s", sha256[:16], fault)
        return False
    if _is_named_now(sha256):
        store.put(data)
        return False
    return True


def _is_named_now(sha256: str) -> bool:
    newer = UploadedObject.objects.filter(sha256=sha256).exclude(
        Exists(Disposal.objects.filter(sha256=sha256, disposed_at__gte=OuterRef("received_at")))
    )
    return _named(sha256, besides=set()) or newer.exists()


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [DISPOSER_LOCK])
