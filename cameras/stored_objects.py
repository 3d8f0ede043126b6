"""Walk over the stored bytes and compare each with the hash it was received under. Nothing is
repaired and nothing is written down here; ``rehashing`` and ``verify_custody --bytes`` do that.

Bytes disposed of at the end of their retention have a ``Disposal`` row and are not missing.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection
from django.db.models import BigIntegerField, Func, IntegerField, Q, QuerySet
from django.db.models.functions import Abs, Cast, Mod

from cameras import companions, evidence
from cameras.models import Delivery, Derivative, Detection, Disposal, EvidenceFile, UploadedObject

#: Bytes read at a time; films are longer than a machine's memory should hold.
PIECE = 8 * 1024 * 1024
FIRST = uuid.UUID(int=0)
MISSING, DIFFERS = "missing", "differs"

#: Table, its column with the hash, and the type of its key.
_SOURCES = {
    "delivery": (Delivery, "kept_sha256"),
    "upload": (UploadedObject, "sha256"),
    "copy": (Derivative, "sha256"),
}


def kinds() -> tuple[str, ...]:
    """Return the kinds of stored objects in the order of a walk; those of apps above come last."""
    return (*_SOURCES, "original", *(companion.kind for companion in companions.registered()))


@dataclass(frozen=True)
class Stored:
    """One stored object, or an original in one, as a row of ours names it."""

    kind: str
    key: str
    sha256: str
    file: EvidenceFile | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with one stored object, and what the second copy is like."""

    stored: Stored
    finding: str
    second_copy: str = ""

    def __str__(self) -> str:
        """Say it in one line, as ``verify_custody`` prints it."""
        found = {MISSING: "is missing", DIFFERS: "differs from what was received"}[self.finding]
        second = f"; second copy: {self.second_copy}" if self.second_copy else ""
        return f"{self.stored.kind} {self.stored.key} ({self.stored.sha256[:16]}) {found}{second}"

    def detections(self) -> list[uuid.UUID]:
        """Return the detections whose evidence this is."""
        sha256, key = self.stored.sha256, self.stored.key
        if (companion := companions.find(self.stored.kind)) is not None:
            return companion.detections(key)
        if self.stored.file is not None:
            return [self.stored.file.detection_id]
        if self.stored.kind == "delivery":
            of_it = Q(delivery_id=key) | Q(evidence__delivery_id=key)
        elif self.stored.kind == "upload":
            of_it = Q(evidence__object_sha256=sha256)
        else:
            of_it = Q(evidence__derivatives=int(key))
        return list(Detection.objects.filter(of_it).values_list("pk", flat=True).distinct())


def batch(
    kind: str,
    after: str,
    *,
    most: int,
    share_per_mille: int,
    seed: int,
    files: QuerySet[Any] | None,
    open_detections: QuerySet[Any] | None = None,
) -> list[Stored]:
    """Return the next objects of a kind after a key, by chance so many of every thousand.

    The same seed chooses the same objects, so that an interrupted walk goes on where it was.
    ``files`` are the evidence files whose originals are looked at, every one. So is every file kept
    beside a detection that is one of ``open_detections``.
    """
    if (companion := companions.find(kind)) is not None:
        rows = companion.rows().filter(pk__gt=int(after or 0)).order_by("pk")
        if share_per_mille < 1000:
            drawn = Mod(
                Abs(
                    Func(
                        "sha256", seed, function="hashtextextended", output_field=BigIntegerField()
                    )
                ),
                1000,
            )
            rows = rows.annotate(drawn=Cast(drawn, IntegerField()))
            chosen = Q(drawn__lt=share_per_mille)
            if open_detections is not None:
                chosen |= Q(of_detection__in=open_detections)
            rows = rows.filter(chosen)
        return [Stored(kind, str(key), sha) for key, sha in rows.values_list("pk", "sha256")[:most]]
    if kind == "original":
        rows = files.filter(pk__gt=uuid.UUID(after) if after else FIRST).order_by("pk")
        return [
            Stored(kind, str(file.pk), file.sha256, file)
            for file in rows.select_related("delivery")[:most]
        ]
    model, column = _SOURCES[kind]
    first: Any = int(after or 0) if model is Derivative else (after or str(FIRST))
    statement = (
        f"SELECT id, {column} FROM {model._meta.db_table} WHERE id > %s"  # noqa: S608  # our names
        f" AND (%s >= 1000 OR abs(hashtextextended({column}, %s) %% 1000) < %s)"
        " ORDER BY id LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [first, share_per_mille, seed, share_per_mille, most])
        return [Stored(kind, str(key), sha256) for key, sha256 in cursor.fetchall()]


def examine(objects: Iterable[Stored]) -> tuple[list[str], list[Fault]]:
    """Compare objects with their hashes: return the hashes checked, and the faults."""
    wanted = list(objects)
    gone = _disposed(wanted)
    checked, faults = [], []
    bodies = _LastBody()
    for stored in wanted:
        holder = _holder(stored)
        if holder in gone:
            continue
        checked.append(stored.sha256)
        finding = bodies.original(stored.file) if stored.file else _whole(evidence.store(), holder)
        if finding:
            faults.append(Fault(stored, finding, _second_copy(holder)))
    return checked, faults


def all_faults(progress: Callable[[int], None] | None = None, *, most: int = 500) -> list[Fault]:
    """Compare every stored object and every original with its hash."""
    found: list[Fault] = []
    read = 0
    for kind in kinds():
        after = ""
        while objects := batch(
            kind, after, most=most, share_per_mille=1000, seed=0, files=EvidenceFile.objects.all()
        ):
            after = objects[-1].key
            found += examine(objects)[1]
            read += len(objects)
            if progress is not None:
                progress(read)
    return found


class _LastBody:
    """The last delivery read: its originals stand next to each other and are cut from it."""

    def __init__(self) -> None:
        self._sha256, self._finding = "", ""

    def original(self, file: EvidenceFile) -> str:
        """Return what is wrong with an original or with the body it came in."""
        holder = file.object_sha256 or file.delivery.kept_sha256
        if holder != self._sha256:
            self._sha256, self._finding = holder, _whole(evidence.store(), holder)
        if self._finding == MISSING:
            return MISSING
        try:
            evidence.read_file(file)
        except evidence.EvidenceDamaged:
            return DIFFERS
        return self._finding


def _holder(stored: Stored) -> str:
    """Return the hash under which the bytes lie in the store."""
    if stored.file is None:
        return stored.sha256
    return stored.file.object_sha256 or stored.file.delivery.kept_sha256


def _disposed(objects: list[Stored]) -> set[str]:
    holders = {_holder(stored) for stored in objects}
    return set(Disposal.objects.filter(sha256__in=holders).values_list("sha256", flat=True))


def _whole(store: Any, sha256: str) -> str:
    """Return what is wrong with an object: nothing, missing, or differs."""
    digest, offset = hashlib.sha256(), 0
    try:
        while piece := store.read(sha256, offset, PIECE):
            digest.update(piece)
            offset += len(piece)
            if len(piece) < PIECE:
                break
    except FileNotFoundError:
        return MISSING
    return "" if digest.hexdigest() == sha256 else DIFFERS


def _second_copy(sha256: str) -> str:
    """Say what the second copy is like; nothing where there is none."""
    if "evidence_copy" not in settings.STORAGES:
        return ""
    return {"": "as received", MISSING: "missing too", DIFFERS: "differs too"}[
        _whole(storages["evidence_copy"], sha256)
    ]
