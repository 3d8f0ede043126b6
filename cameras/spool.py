"""The spool: what a device delivered, durable on this machine's disk before anybody answers it.

The inbox writes here and nowhere else, so that a device is answered the same way whether the
database is up or down; ``cameras.draining`` moves what is here into the database, oldest first.
One delivery is one small file, named by its receipt (UUIDv7, hence in order of arrival), put in
place by a rename after a flush of file and folder. The body lies in the evidence store already;
only when that cannot be reached does it lie beside its file until the drainer has moved it.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

#: Receipts of a little over seventeen minutes share a folder: 28 of the 48 bits of a UUIDv7's time.
BUCKET_LETTERS = 7
RECORD, BODY, DRAFT = ".json", ".body", ".draft"
FORMAT = 1


class SpoolFull(OSError):
    """The disk's floor is reached; nothing more can be promised to be kept."""


@dataclass(frozen=True)
class SpooledDelivery:
    """One delivery as it came and what the door made of it; times are aware, in UTC.

    ``state`` and ``fault_*`` are those of ``cameras.models.Delivery``. ``is_unchecked``: the
    database could not be asked whether a gateway's key or nonce was used before; the drainer asks.
    """

    receipt_id: uuid.UUID
    device_id: int | None
    method: str
    path: str
    remote_address: str
    headers: tuple[tuple[str, str], ...]
    body_sha256: str
    body_size: int
    kept_sha256: str
    kept_size: int
    received_at: datetime
    authenticity: str = "D"
    state: str = "received"
    fault_code: str = ""
    fault_reason: str = ""
    idempotency_key: str = ""
    nonce: str = ""
    is_unchecked: bool = False
    body_is_here: bool = False

    def faulty(self, code: str, reason: str) -> SpooledDelivery:
        """Return the delivery as put aside under a code."""
        return replace(self, state="quarantined", fault_code=code, fault_reason=reason[:300])

    def repeated(self) -> SpooledDelivery:
        """Return the delivery as a repetition of one that is here already."""
        return replace(self, state="duplicate")


class Spool:
    """The spool in one folder. Any number of processes write; one at a time drains."""

    def __init__(self, folder: Path, *, floor_bytes: int) -> None:
        self.folder, self._floor = folder, floor_bytes

    def keep(self, delivery: SpooledDelivery, body: bytes | None = None) -> None:
        """Write a delivery and flush it to the disk; with a body the store could not take.

        Raises SpoolFull below the disk's floor, OSError when the disk fails. A crash leaves the
        whole delivery or none.
        """
        bucket = self._bucket(delivery.receipt_id)
        if not bucket.exists():
            self._make(bucket)
        self.require_room()
        if body is not None:
            delivery = replace(delivery, body_is_here=True)
            self._write(bucket / f"{delivery.receipt_id}{BODY}", body)
        self._write(bucket / f"{delivery.receipt_id}{RECORD}", _written(delivery))
        _flush_folder(bucket)

    def require_room(self) -> None:
        """Raise SpoolFull when the disk has come down to its floor."""
        with suppress(FileNotFoundError):
            disk = os.statvfs(self.folder)
            if disk.f_bavail * disk.f_frsize < self._floor:
                raise SpoolFull("the disk of the spool has reached its floor")

    def waiting(self, limit: int | None = None) -> list[Path]:
        """Return the files of waiting deliveries, oldest first."""
        found: list[Path] = []
        for bucket in self._buckets():
            found += sorted(path for path in bucket.iterdir() if path.suffix == RECORD)
            if limit is not None and len(found) >= limit:
                return found[:limit]
        return found

    def read(self, path: Path) -> SpooledDelivery:
        """Return the delivery in a file. Raises ValueError when the file is damaged."""
        try:
            return _read(json.loads(path.read_bytes()))
        except (KeyError, TypeError, UnicodeDecodeError) as error:
            raise ValueError(f"the spooled delivery {path.name} is damaged") from error

    def body(self, delivery: SpooledDelivery) -> bytes:
        """Return the body lying here. Raises FileNotFoundError."""
        return (self._bucket(delivery.receipt_id) / f"{delivery.receipt_id}{BODY}").read_bytes()

    def forget(self, paths: Iterable[Path]) -> None:
        """Remove deliveries the database has; what was removed already does no harm."""
        for path in paths:
            path.with_suffix(BODY).unlink(missing_ok=True)
            path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> None:
        """Move what cannot be read or stored out of the way, body and all; a person must look."""
        damaged = self.folder / "damaged"
        if not damaged.exists():
            self._make(damaged)
        for part in (path.with_suffix(BODY), path):
            if part.exists():
                os.replace(part, damaged / part.name)
        _flush_folder(damaged)

    def count(self) -> int:
        """Return how many deliveries wait."""
        return sum(1 for bucket in self._buckets() for path in bucket.iterdir() if _is_record(path))

    def damaged(self) -> int:
        """Return how many deliveries were set aside."""
        folder = self.folder / "damaged"
        return sum(map(_is_record, folder.iterdir())) if folder.exists() else 0

    def tidy(self, *, older_than: str) -> None:
        """Remove empty folders well before a bucket name: no writer is that slow."""
        before = f"{max(0, int(older_than, 16) - 2):0{BUCKET_LETTERS}x}"
        for bucket in self._buckets():
            if bucket.name < before:
                for draft in bucket.glob(f"*{DRAFT}"):
                    draft.unlink(missing_ok=True)
                with suppress(OSError):
                    bucket.rmdir()

    def _bucket(self, receipt_id: uuid.UUID) -> Path:
        return self.folder / bucket_name(receipt_id)

    def _buckets(self) -> Iterator[Path]:
        if self.folder.exists():
            names = (path for path in self.folder.iterdir() if len(path.name) == BUCKET_LETTERS)
            yield from sorted(path for path in names if path.is_dir() and path.name != "damaged")

    def _make(self, folder: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
        _flush_folder(folder.parent)

    def _write(self, target: Path, data: bytes) -> None:
        draft = target.with_suffix(target.suffix + DRAFT)
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)


def spool() -> Spool:
    """Return this machine's spool."""
    return Spool(Path(settings.INTAKE_SPOOL_DIR), floor_bytes=settings.INTAKE_DISK_FLOOR)


def bucket_name(receipt_id: uuid.UUID) -> str:
    """Return the name of the folder a receipt belongs to."""
    return receipt_id.hex[:BUCKET_LETTERS]


def empty(folder: Path) -> None:
    """Remove a whole spool; for tests and demonstrations."""
    shutil.rmtree(folder, ignore_errors=True)


def _is_record(path: Path) -> bool:
    return path.suffix == RECORD


def _written(delivery: SpooledDelivery) -> bytes:
    record = vars(delivery) | {
        "format": FORMAT,
        "receipt_id": str(delivery.receipt_id),
        "received_at": delivery.received_at.isoformat(),
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def _read(record: dict[str, Any]) -> SpooledDelivery:
    if record.pop("format") != FORMAT:
        raise ValueError("the spooled delivery has a format this version does not know")
    record["receipt_id"] = uuid.UUID(record["receipt_id"])
    record["received_at"] = datetime.fromisoformat(record["received_at"])
    record["headers"] = tuple((name, value) for name, value in record["headers"])
    return SpooledDelivery(**record)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
