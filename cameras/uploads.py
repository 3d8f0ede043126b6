"""Pictures and films a gateway uploads by themselves, before or after the event that lists them.

Only gateways with a key may (``generic-signed``). The signature is checked before the body is read:
it covers the Content-Digest, and the bytes are hashed while they run to the disk, so that a film is
never whole in memory and nothing unsigned is kept. An object is named by its SHA-256; the same one
again is harmless. Events that wait for it are read again.
"""

from __future__ import annotations

import hashlib
import logging
import mmap
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from cameras import custody, deduplication, parsing
from cameras.adapters.contract import MAX_PICTURE_BYTES, Adapter, RawEnvelope, Rejected
from cameras.adapters.registry import adapter_for
from cameras.adapters.signatures import declared_sha256, verify_head
from cameras.arrivals import PIECE, Arrival, read_body
from cameras.device_list import KnownDevice, devices
from cameras.evidence import store
from cameras.films import inspect_film
from cameras.identifiers import uuid7
from cameras.images import jpeg_ranges
from cameras.inbox import PATH_TOKEN
from cameras.keeping import RETRY_AFTER_SECONDS, Answer
from cameras.models import CustodyEvent, Device, UploadedObject
from cameras.reading import wait_for_turn
from cameras.spool import spool
from cameras.tasks import queue_parsing

log = logging.getLogger(__name__)

SHA256 = re.compile(r"\A[0-9a-f]{64}\Z")
JPEG, MP4 = "image/jpeg", "video/mp4"
#: A film of 64 MiB over a line of 5 Mbit/s.
WITHIN_SECONDS = 120.0


class Refused(Exception):
    """Why an object is not taken: an outcome of ``vocabulary.OUTCOMES``, a reason, the field."""

    def __init__(self, outcome: str, reason: str = "", *paths: str) -> None:
        super().__init__(reason or outcome)
        self.outcome, self.reason, self.paths = outcome, reason, paths


@dataclass(frozen=True)
class Draft:
    """Bytes on their way into the store: where they lie, their hash and size."""

    path: Path
    sha256: str
    size: int


def receive(arrival: Arrival, *, path_token: str, sha256: str, at: datetime) -> Answer:
    """Take one uploaded object and return the answer for its gateway. Never raises on what came.

    ``sha256`` is the name in the address. 503 when the disk or the database cannot keep it now:
    a gateway keeps its copy until it has heard 202 or 200.
    """
    adapter = adapter_for("generic-signed")
    try:
        return _receive(arrival, path_token, sha256, adapter, at)
    except Refused as refused:
        # An honest sender hears why, and its connection can be used again.
        most = int(settings.INTAKE_MAX_BODY)
        read_body(arrival, most, keep=0, within_seconds=settings.INTAKE_BODY_SECONDS)
        reply = adapter.acknowledge(refused.outcome, reason=refused.reason, paths=refused.paths)
        flooding = refused.outcome == "flooding"
        return Answer(reply, uuid7(), RETRY_AFTER_SECONDS if flooding else None)
    except (OSError, OperationalError, InterfaceError):
        log.exception("an uploaded object could not be kept")
        return Answer(adapter.acknowledge("full"), uuid7(), RETRY_AFTER_SECONDS)


def keep_object(
    device: Device | KnownDevice, draft: Draft, media_type: str, *, at: datetime
) -> tuple[UploadedObject, bool]:
    """Store an object of a device with its row and custody entry; say whether it is new.

    Events of the device that wait for uploads are read again after the commit. The device's turn is
    taken, so that no event can begin to wait for an object that has just come. Raises OSError.
    """
    if store().adopt(draft.path) != draft.sha256:
        raise OSError("the draft changed between its hashing and its storing")
    with transaction.atomic():
        wait_for_turn(device)  # type: ignore[arg-type]  # only its number is asked
        kept, created = UploadedObject.objects.get_or_create(
            device_id=device.pk,
            sha256=draft.sha256,
            defaults={"size": draft.size, "media_type": media_type, "received_at": at},
        )
        if created:
            custody.record(
                CustodyEvent.Action.RECEIVED,
                object_sha256=draft.sha256,
                reason=f"uploaded by {device.code}",
                at=at,
            )
            waiting = [str(pk) for pk in parsing.resume_waiting(device.pk)]
            transaction.on_commit(lambda: queue_parsing(waiting), robust=True)
    return kept, created


def _receive(
    arrival: Arrival, path_token: str, sha256: str, adapter: Adapter, at: datetime
) -> Answer:
    device = devices.find(path_token) if PATH_TOKEN.fullmatch(path_token) else None
    if device is None or device.adapter != adapter.key or device.state == Device.State.REVOKED:
        raise Refused("forbidden")
    media_type = _admit(arrival, device, sha256, at)
    here = UploadedObject.objects.filter(device_id=device.pk, sha256=sha256).first()
    most = _most(media_type)
    if here is not None and store().exists(sha256):
        read_body(arrival, most, keep=0, within_seconds=WITHIN_SECONDS)
        return _answer(adapter, here, created=False)
    spool().require_room()
    with _draft(arrival, most) as draft:
        if draft.sha256 != sha256:
            raise Refused("schema", "The bytes are not those of the address.", "sha256")
        if not _is_what_it_says(draft.path, media_type):
            raise Refused("schema", f"The bytes are no {media_type}.", "content-type")
        kept, created = keep_object(device, draft, media_type, at=at)
    return _answer(adapter, kept, created=created)


def _admit(arrival: Arrival, device: KnownDevice, sha256: str, at: datetime) -> str:
    """Check all that can be checked before the body is read; return its media type.

    Raises Refused.
    """
    envelope = RawEnvelope(arrival.headers, b"", at, arrival.path, arrival.method)
    key = device.secrets.public_key
    proof = verify_head(envelope, key, at) if key else Rejected("key_missing", "No key is known.")
    if isinstance(proof, Rejected):
        raise Refused("unauthenticated", proof.reason)
    if not deduplication.within_rate(
        device, at, per_second=settings.INTAKE_GATEWAY_RATE, burst=settings.INTAKE_GATEWAY_BURST
    ):
        raise Refused("flooding")
    if not deduplication.use_nonce(device, proof.nonce):
        raise Refused("unauthenticated", "This signature was used before. Sign again.")
    if not SHA256.match(sha256):
        raise Refused("schema", "The address must end in a SHA-256 in lower case.", "sha256")
    if envelope.header("idempotency-key").strip().strip('"') != sha256:
        raise Refused("schema", "The Idempotency-Key must be the SHA-256.", "idempotency-key")
    if declared_sha256(envelope) != sha256:
        raise Refused("schema", "The Content-Digest names other bytes.", "content-digest")
    media_type = envelope.header("content-type").split(";")[0].strip().lower()
    if media_type not in {JPEG, MP4}:
        raise Refused("schema", "Only image/jpeg and video/mp4 are taken.", "content-type")
    if arrival.announced_size is not None and arrival.announced_size > _most(media_type):
        raise Refused("too_large")
    return media_type


@contextmanager
def _draft(arrival: Arrival, most: int) -> Iterator[Draft]:
    """Write the body into a draft of the store, hashing on the way; it is gone afterwards.

    Raises Refused for a body that is too large or cut short, OSError for a disk that is full.
    """
    path: Path = store().draft()
    try:
        digest, size = hashlib.sha256(), 0
        ends_at = time.monotonic() + WITHIN_SECONDS
        with path.open("wb") as file:
            for piece in _pieces(arrival, ends_at):
                size += len(piece)
                if size > most:
                    raise Refused("too_large")
                digest.update(piece)
                file.write(piece)
        if arrival.announced_size is not None and size < arrival.announced_size:
            raise Refused("malformed", "The connection ended before the announced size.")
        yield Draft(path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def _pieces(arrival: Arrival, ends_at: float) -> Iterator[bytes]:
    while True:
        if time.monotonic() > ends_at:
            raise Refused("malformed", "The upload took too long.")
        try:
            piece = arrival.stream.read(PIECE)
        except OSError as error:
            raise Refused("malformed", "The connection broke.") from error
        if not piece:
            return
        yield piece


def _is_what_it_says(path: Path, media_type: str) -> bool:
    if path.stat().st_size == 0:
        return False
    if media_type == JPEG:
        return bool(jpeg_ranges(path.read_bytes()))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as film:
        return inspect_film(film) is not None


def _most(media_type: str) -> int:
    return MAX_PICTURE_BYTES if media_type == JPEG else int(settings.INTAKE_MAX_FILM)


def _answer(adapter: Adapter, kept: UploadedObject, *, created: bool) -> Answer:
    outcome = "stored" if created else "duplicate"
    reply = adapter.acknowledge(outcome, receipt_id=str(kept.pk), raw_sha256=kept.sha256)
    return Answer(reply, kept.pk)
