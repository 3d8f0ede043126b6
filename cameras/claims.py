"""Store one claim of a device: a detection with its evidence files, ready or held.

What a device said is written down as it said it. A claim that cannot be one (a picture that is
none, other bytes under a key already used, an old picture under a new time) is put aside instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cameras import custody, evidence
from cameras.adapters.contract import (
    MAX_PICTURES,
    Adapter,
    ByteRange,
    ParsedDetection,
    ParsedFilm,
    ParsedImage,
)
from cameras.adapters.ranges import cut
from cameras.canonical import MOST_LANES, SeenPicture, boxes_json, canonical_event, storable
from cameras.films import inspect_film
from cameras.gates import Reason, held_reasons
from cameras.identifiers import uuid7
from cameras.images import ImageRefused, inspect_jpeg
from cameras.models import CustodyEvent, Delivery, Detection, Device, EvidenceFile, UploadedObject
from cameras.picture_flags import flagged
from cameras.plates import read_plate

#: Years outside these are no claim about time at all; nearer ones are held for a person.
FIRST_YEAR, LAST_YEAR = 1990, 2100
LONGEST_PLATE = 16
#: An adapter leaves out what is no picture; that something else was sent as one is never innocent.
NO_PICTURE = frozenset({"picture_not_jpeg", "picture_too_large"})


class PutAside(Exception):
    """What was sent cannot be used: the delivery goes to quarantine under this code."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class ObjectsMissing(Exception):
    """The event lists objects that have not been uploaded yet."""

    def __init__(self, hashes: frozenset[str]) -> None:
        super().__init__(f"{len(hashes)} objects have not come yet")
        self.hashes = hashes


@dataclass(frozen=True)
class Source:
    """One delivery a claim is made of: its row, its bytes, and what was read in it."""

    delivery: Delivery
    body: bytes
    images: tuple[ParsedImage, ...]
    films: tuple[ParsedFilm, ...] = ()


def store_claim(
    claim: ParsedDetection,
    sources: list[Source],
    device: Device,
    adapter: Adapter,
    *,
    at: datetime,
    reasons: tuple[Reason, ...] = (),
) -> bool:
    """Store one claim with its evidence; False when it is here already.

    ``sources`` are the deliveries it came in, one unless its snaps came apart; the first one's is
    the claim. ``reasons`` hold it besides those the gates find. Raises PutAside, ObjectsMissing.
    """
    earlier = (
        Detection.objects.select_related("delivery")
        .filter(device=device, source_key=storable(claim.source_key))
        .first()
    )
    if earlier is not None:
        if _is_the_same(earlier, sources):
            return False
        raise PutAside(
            "conflict", f"Other bytes came under the key of detection {earlier.pk}; compare both."
        )
    if claim.kind != "violation_candidate":
        return True  # a passage accuses nobody, so nothing of it is kept but the raw delivery
    if not FIRST_YEAR <= claim.time.occurred_at.year <= LAST_YEAR:
        raise PutAside("time_out_of_range", "The claimed year cannot be meant.")
    pictures = look_at_pictures(claim, sources, device)
    _refuse_replay(claim, pictures, device)
    _insert(claim, pictures, sources, device, adapter, at=at, reasons=reasons)
    return True


def _is_the_same(earlier: Detection, sources: list[Source]) -> bool:
    """Tell a repetition from a conflict: the same bytes, or another wrapping of the same pictures.

    A device that sends again after a break marks the message as re-sent, which changes its bytes.
    """
    if any(earlier.delivery.body_sha256 == source.delivery.body_sha256 for source in sources):
        return True
    came = {image.sha256 for source in sources for image in source.images}
    here = set(earlier.evidence.exclude(role=EvidenceFile.FILM).values_list("sha256", flat=True))
    return bool(came) and came == here


def look_at_pictures(
    claim: ParsedDetection, sources: list[Source], device: Device
) -> list[SeenPicture]:
    """Look at every picture's bytes. Raises PutAside for what is none, ObjectsMissing."""
    wrong = NO_PICTURE & set(claim.warnings)
    if wrong:
        raise PutAside(min(wrong), "A part sent as a picture is none, or is too large.")
    if sum(len(source.images) for source in sources) > MAX_PICTURES:
        raise PutAside("too_many_pictures", f"More than {MAX_PICTURES} pictures came.")
    _require_objects(sources, device)
    seen = []
    for source in sources:
        for image in source.images:
            try:
                data = _bytes_of(image, source.body)
                facts = inspect_jpeg(data)
            except ImageRefused as refused:
                raise PutAside(refused.code, str(refused)) from refused
            seen.append(SeenPicture(image, len(data), facts, source.delivery))
    return flagged(claim, seen)


def _require_objects(sources: list[Source], device: Device) -> None:
    listed = {
        item.sha256
        for source in sources
        for item in (*source.images, *source.films)
        if item.where is None
    }
    if not listed:
        return
    here = UploadedObject.objects.filter(device=device, sha256__in=listed)
    missing = listed - set(here.values_list("sha256", flat=True))
    if missing:
        raise ObjectsMissing(frozenset(missing))


def _bytes_of(item: ParsedImage | ParsedFilm, body: bytes) -> bytes:
    """Return a picture's or film's bytes. Raises PutAside when they are not what was listed."""
    if item.where is not None:
        return cut(body, item.where)
    data: bytes = evidence.store().read(item.sha256)
    if evidence.sha256_of(data) != item.sha256:
        raise PutAside("body_damaged", "The stored bytes are not those that were received.")
    return data


def _refuse_replay(claim: ParsedDetection, pictures: list[SeenPicture], device: Device) -> None:
    """A picture taken once shows one moment; the same bytes at another are a copy.

    Two vehicles of one message may share its panorama and have passed at different moments.
    """
    replayed = (
        EvidenceFile.objects.filter(
            sha256__in={seen.image.sha256 for seen in pictures}, detection__device=device
        )
        .exclude(detection__occurred_at=claim.time.occurred_at)
        .exclude(delivery__in={seen.delivery.pk for seen in pictures})
        .values_list("detection_id", flat=True)
        .first()
    )
    if replayed is not None:
        raise PutAside(
            "replayed_picture", f"A picture of detection {replayed} came again under a new time."
        )


def _insert(
    claim: ParsedDetection,
    pictures: list[SeenPicture],
    sources: list[Source],
    device: Device,
    adapter: Adapter,
    *,
    at: datetime,
    reasons: tuple[Reason, ...],
) -> None:
    delivery = sources[0].delivery
    reading = read_plate(
        claim.plate_raw, vehicle_class=claim.vehicle_class, plate_colour=claim.plate_colour
    )
    event_id = uuid7()
    held = [*reasons, *held_reasons(device, claim, pictures, reading)]
    films = [(film, source) for source in sources for film in source.films]
    event = canonical_event(
        str(event_id),
        claim,
        pictures,
        [film for film, _source in films],
        reading,
        delivery=delivery,
        device=device,
        adapter_version=adapter.version,
    )
    detection = Detection.objects.create(
        id=event_id,
        device=device,
        delivery=delivery,
        source_key=storable(claim.source_key),
        violation_type=claim.violation_type or "other",
        occurred_at=claim.time.occurred_at,
        time_quality=claim.time.quality,
        received_at=delivery.received_at,
        plate_raw=storable(claim.plate_raw),
        plate_normalised=_normalised(reading.normalised),
        plate_kind=reading.kind,
        plate_colour=claim.plate_colour,
        plate_confidence=claim.plate_confidence,
        vehicle_class=claim.vehicle_class,
        vehicle_colour=storable(claim.vehicle_colour),
        vehicle_make=storable(claim.vehicle_make),
        lane=claim.lane if claim.lane and claim.lane <= MOST_LANES else None,
        speed_tenths=claim.speed_tenths,
        limit_tenths=claim.limit_tenths,
        red_since_ms=claim.red_since_ms,
        canonical=event,
        held_for=held,
        state=Detection.State.HELD if held else Detection.State.READY,
    )
    EvidenceFile.objects.bulk_create(
        [
            *(_picture(number, seen, detection) for number, seen in enumerate(pictures, start=1)),
            *(
                _film(number, film, source, detection)
                for number, (film, source) in enumerate(films, start=len(pictures) + 1)
            ),
        ]
    )
    if held:
        codes = ", ".join(dict.fromkeys(reason["code"] for reason in held))
        custody.record(CustodyEvent.Action.HELD, delivery=delivery, reason=codes, at=at)


def _picture(position: int, seen: SeenPicture, detection: Detection) -> EvidenceFile:
    image = seen.image
    return EvidenceFile(
        detection=detection,
        delivery=seen.delivery,
        position=position,
        role=image.role,
        sha256=image.sha256,
        media_type=image.media_type,
        width=seen.facts.width,
        height=seen.facts.height,
        captured_text=storable(image.captured_local or "")[:40],
        boxes=storable(boxes_json(image.boxes)),
        flags=list(seen.facts.flags),
        **_place(image.where, image.sha256, seen.size),
    )


def _film(position: int, film: ParsedFilm, source: Source, detection: Detection) -> EvidenceFile:
    """Return the row of a film; what it is, is looked up in its own bytes. Raises PutAside."""
    data = _bytes_of(film, source.body)
    facts = inspect_film(data)
    if facts is None:
        raise PutAside("film_unknown", "A part sent as a film is none we can show.")
    return EvidenceFile(
        detection=detection,
        delivery=source.delivery,
        position=position,
        role=EvidenceFile.FILM,
        sha256=film.sha256,
        media_type=facts.media_type,
        width=facts.width,
        height=facts.height,
        duration_ms=facts.duration_ms if facts.duration_ms is not None else film.duration_ms,
        **_place(film.where, film.sha256, len(data)),
    )


def _place(where: ByteRange | None, sha256: str, size: int) -> dict[str, Any]:
    """Return the columns that say where a file lies: in its delivery, or uploaded beside it."""
    if where is None:
        return {"object_sha256": sha256, "offset": 0, "size": size}
    plain = where.encoding == "identity"
    return {
        "offset": where.offset,
        "size": where.size,
        "encoding": where.encoding,
        "encoded_size": None if plain else where.length,
        "skip": where.skip,
    }


def _normalised(text: str) -> str:
    """Return the plate to search by; what no plate is long enough for is no plate."""
    return storable(text) if len(text) <= LONGEST_PLATE else ""  # type: ignore[no-any-return]
