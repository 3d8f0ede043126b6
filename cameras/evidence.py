"""Originals and the copies made from them: every read checks the hash again.

An original is a byte range of the delivery it came in and is never touched. What a citizen sees is
a copy with its own hash in which everything but the vehicle is blurred; it is made once, by a named
recipe, so that the same original always gives the same copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from cameras import custody
from cameras.adapters.contract import Box, ByteRange
from cameras.adapters.ranges import decode
from cameras.images import ImageRefused, Rectangle, blur_outside, safe_copy
from cameras.models import (
    CustodyEvent,
    Derivative,
    Detection,
    Disposal,
    EvidenceFile,
    Redaction,
)
from cameras.picture_flags import VIET_NAM

THUMBNAIL_SIDE = 320
#: Small enough that no bystander's face or plate can be read in a picture we cannot mask.
UNMASKED_SIDE = 480
FULL_SIDE = 8_192
#: Pictures that show one vehicle alone; nothing in them has to be blurred.
CLOSE_ROLES = frozenset({"plate_crop", "vehicle_crop"})
#: What makes an original unfit to be handed to a browser as it is.
UNSAFE_FLAGS = frozenset(
    {
        "trailing_bytes",
        "joined_jpeg",
        "truncated",
        "multi_frame",
        "hidden_content",
        "unusual_colours",
    }
)
#: A vehicle around its plate: six plates wide, mostly above it (a plate hangs low).
AROUND_PLATE_WIDTH, AROUND_PLATE_ABOVE, AROUND_PLATE_BELOW = 6.0, 9.0, 3.0

Recipe = tuple[str, Callable[[bytes], bytes]]


class EvidenceDamaged(Exception):
    """Stored bytes are missing or are not those that were received. Names a hash, no person."""


class EvidenceDisposed(EvidenceDamaged):
    """The bytes were disposed of at the end of their retention; ``on`` is the moment."""

    def __init__(self, sha256: str, on: datetime) -> None:
        super().__init__(f"The stored bytes {sha256[:16]} were disposed of on {on:%d/%m/%Y}.")
        self.on = on


class NoSuchCopy(ImageRefused):
    """There is no copy of this kind: of a film, or of a picture in which nothing is covered."""


def store() -> Any:
    """Return the evidence store (``config.storage.ContentStore``)."""
    return storages["evidence"]


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal, the name by which evidence is known."""
    return hashlib.sha256(data).hexdigest()


def read_file(file: EvidenceFile) -> bytes:
    """Return an original after checking its SHA-256. Raises EvidenceDamaged, EvidenceDisposed.

    The delivery is named by the hash of its body; the range inside it by the file's own.
    """
    where = range_of(file)
    try:
        if file.object_sha256:
            data = stored_range(file.object_sha256)
        else:
            data = decode(
                stored_range(file.delivery.kept_sha256, where.offset, where.length), where
            )
    except ValueError as error:
        raise EvidenceDamaged(f"The original {file.sha256[:16]} cannot be decoded.") from error
    if sha256_of(data) != file.sha256:
        raise EvidenceDamaged(f"The original {file.sha256[:16]} differs from what was received.")
    return data


def range_of(file: EvidenceFile) -> ByteRange:
    """Return where an original lies in the body it came in."""
    length = file.size if file.encoded_size is None else file.encoded_size
    return ByteRange(file.offset, length, file.encoding, file.skip, file.size)


def broken_files(detection: Detection) -> list[EvidenceFile]:
    """Return the originals of a detection that are missing or altered, by reading each."""
    broken = []
    for file in detection.evidence.select_related("delivery").order_by("position"):
        try:
            read_file(file)
        except EvidenceDamaged:
            broken.append(file)
    return broken


def disposed_at(detection: Detection) -> datetime | None:
    """Return when the bytes of a detection were disposed of, by its log; None while they stay."""
    event = CustodyEvent.objects.filter(
        delivery=detection.delivery_id, evidence__isnull=True, action=CustodyEvent.Action.DISPOSED
    )
    return event.order_by("-pk").values_list("at", flat=True).first()


def officer_picture(file: EvidenceFile) -> bytes:
    """Return a picture fit for an officer's browser: the original, re-encoded if it has oddities.

    Raises EvidenceDamaged; cameras.images.ImageRefused for a picture that was cut short.
    """
    data = read_file(file)
    return safe_copy(data, FULL_SIDE) if UNSAFE_FLAGS & set(file.flags) else data


def citizen_copy(file: EvidenceFile) -> Derivative:
    """Return the copy the vehicle's owner may see, making it the first time.

    Sharp are the vehicle the device marked, the light and the stop line; without a marked vehicle
    a generous surrounding of the plate; without either the whole picture is reduced until no
    bystander can be recognised. Faces of occupants are never shown. What an officer marked is
    blacked out besides. Raises EvidenceDamaged and cameras.images.ImageRefused; a film, which
    cannot be masked, is refused.
    """
    if file.role == EvidenceFile.FILM:
        raise NoSuchCopy("film", "A film cannot be masked.")
    return _made(file, Derivative.Purpose.CITIZEN, _citizen_recipe(file))


def citizen_full_copy(file: EvidenceFile) -> Derivative:
    """Return the citizen's copy as large as what the officer sees; errors as citizen_copy.

    Its watermark names the moment of the act besides the original.
    """
    if file.role == EvidenceFile.FILM:
        raise NoSuchCopy("film", "A film cannot be masked.")
    return _made(file, Derivative.Purpose.CITIZEN, _citizen_recipe(file, is_full=True))


def redacted_copy(file: EvidenceFile) -> Derivative | None:
    """Return the original with only the marked rectangles blacked out, for handing to others.

    None when nothing is marked in it. Errors as citizen_copy.
    """
    redaction = newest_redaction(file)
    if redaction is None or not redaction.rectangles:
        return None
    covered = rectangles_of(redaction)
    recipe = (
        f"redacted/1; redaction {redaction.pk}",
        lambda data: safe_copy(data, FULL_SIDE, cover=covered),
    )
    return _made(file, Derivative.Purpose.REDACTED, recipe)


def newest_redaction(file: EvidenceFile) -> Redaction | None:
    """Return the redaction that counts, the newest."""
    return file.redactions.order_by("-pk").first()


def rectangles_of(redaction: Redaction | None) -> list[Rectangle]:
    """Return the rectangles of a redaction, in whole ten-thousandths of the picture."""
    if redaction is None:
        return []
    return [(one["x"], one["y"], one["w"], one["h"]) for one in redaction.rectangles]


def thumbnail(file: EvidenceFile) -> Derivative:
    """Return the small picture for lists, making it the first time; errors as citizen_copy."""
    recipe = (f"thumbnail/1 {THUMBNAIL_SIDE}", lambda data: safe_copy(data, THUMBNAIL_SIDE))
    return _made(file, Derivative.Purpose.THUMBNAIL, recipe)


def read_derivative(copy: Derivative) -> bytes:
    """Return the bytes of a copy after checking its SHA-256. Raises EvidenceDamaged."""
    data = stored_range(copy.sha256)
    if sha256_of(data) != copy.sha256:
        raise EvidenceDamaged(f"The copy {copy.sha256[:16]} differs from what was made.")
    return data


def _made(file: EvidenceFile, purpose: str, recipe: Recipe) -> Derivative:
    name, make = recipe
    found = Derivative.objects.filter(evidence=file, purpose=purpose, recipe=name).first()
    if found is not None:
        return found
    data = make(read_file(file))
    sha256 = store().put(data)
    # The moment a copy was made starts no clock of the law; it is the machine's own note.
    at = timezone.now()
    with transaction.atomic():
        copy, created = Derivative.objects.get_or_create(
            evidence=file,
            purpose=purpose,
            recipe=name,
            defaults={"sha256": sha256, "size": len(data), "made_at": at},
        )
        if created:
            custody.record(
                CustodyEvent.Action.DERIVED,
                evidence=file,
                object_sha256=sha256,
                reason=f"{purpose}: {name}",
                at=at,
            )
    return copy


def _citizen_recipe(file: EvidenceFile, *, is_full: bool = False) -> Recipe:
    redaction = newest_redaction(file)
    covered = rectangles_of(redaction)
    name, keep = _sharp_in(file)
    if is_full:
        name = f"{name}, full size"
    if covered and redaction is not None:
        name = f"{name}; redaction {redaction.pk}"
    if isinstance(keep, int):
        side = FULL_SIDE if is_full and file.role in CLOSE_ROLES else keep
        return name, lambda data: safe_copy(data, side, cover=covered)
    boxes = keep
    mark = f"Bản sao đã che · bản gốc {file.sha256[:16]}"
    if not is_full:
        return name, lambda data: blur_outside(data, boxes, watermark=mark, cover=covered)
    seen_at = file.detection.occurred_at.astimezone(VIET_NAM)
    mark = f"{mark} · {seen_at:%H:%M:%S %d/%m/%Y}"
    return name, lambda data: blur_outside(
        data, boxes, watermark=mark, cover=covered, max_side=FULL_SIDE
    )


def _sharp_in(file: EvidenceFile) -> tuple[str, list[Box] | int]:
    """Return the recipe's name and what stays sharp: boxes, or all of it in this many pixels."""
    if file.role in CLOSE_ROLES:
        return "citizen/1 close picture", 1_920
    if file.role == "occupant":
        return "citizen/1 all blurred", []
    # What the act consists of stays sharp too: the light and the stop line are nobody's secret.
    place = [*boxes_of(file, "signal"), *boxes_of(file, "line")]
    vehicles = boxes_of(file, "vehicle")
    if vehicles:
        return "citizen/2 vehicle, light, line", [*vehicles, *place]
    plates = [_around(box) for box in boxes_of(file, "plate")]
    if plates:
        return "citizen/2 around plate, light, line", [*plates, *place]
    return "citizen/1 reduced", UNMASKED_SIDE


def boxes_of(file: EvidenceFile, kind: str) -> list[Box]:
    """Return the boxes of one kind that the device drew on a picture."""
    return [
        Box(kind, box["x"], box["y"], box["w"], box["h"], box.get("raw", ""))
        for box in file.boxes
        if box["kind"] == kind
    ]


def _around(plate: Box) -> Box:
    """Return where the vehicle must be, from its plate alone, inside the picture."""
    left = max(0.0, plate.x - plate.width * (AROUND_PLATE_WIDTH - 1) / 2)
    top = max(0.0, plate.y - plate.height * AROUND_PLATE_ABOVE)
    right = min(1.0, plate.x + plate.width * (AROUND_PLATE_WIDTH + 1) / 2)
    bottom = min(1.0, plate.y + plate.height * (1 + AROUND_PLATE_BELOW))
    return Box("vehicle", left, top, right - left, bottom - top)


def stored_range(sha256: str, offset: int = 0, size: int | None = None) -> bytes:
    """Return stored bytes unchecked. Raises EvidenceDisposed, or EvidenceDamaged when missing."""
    try:
        data: bytes = store().read(sha256, offset, size)
    except FileNotFoundError as error:
        gone = Disposal.objects.filter(sha256=sha256).order_by("-pk").first()
        if gone is not None:
            raise EvidenceDisposed(sha256, gone.disposed_at) from error
        raise EvidenceDamaged(f"The stored bytes {sha256[:16]} are missing.") from error
    return data
