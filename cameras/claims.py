"""Store one claim of a device: a detection with its evidence files, ready or held.

What a device said is written down as it said it. A claim that cannot be one (a picture that is
none, other bytes under a key already used, an old picture under a new time) is put aside instead.
"""

from __future__ import annotations

from datetime import datetime

from cameras import custody
from cameras.adapters.contract import MAX_PICTURES, Adapter, ParsedDetection
from cameras.canonical import SeenPicture, boxes_json, canonical_event, storable
from cameras.gates import held_reasons
from cameras.identifiers import uuid7
from cameras.images import ImageRefused, inspect_jpeg
from cameras.models import CustodyEvent, Delivery, Detection, Device, EvidenceFile
from cameras.plates import read_plate

#: Years outside these are no claim about time at all; nearer ones are held for a person.
FIRST_YEAR, LAST_YEAR = 1990, 2100
MOST_LANES = 99
LONGEST_PLATE = 16
#: An adapter leaves out what is no picture; that something else was sent as one is never innocent.
NO_PICTURE = frozenset({"picture_not_jpeg", "picture_too_large"})


class PutAside(Exception):
    """What was sent cannot be used: the delivery goes to quarantine under this code."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def store_claim(
    claim: ParsedDetection,
    body: bytes,
    delivery: Delivery,
    device: Device,
    adapter: Adapter,
    *,
    at: datetime,
) -> bool:
    """Store one claim with its evidence; False when it is here already. Raises PutAside."""
    earlier = (
        Detection.objects.select_related("delivery")
        .filter(device=device, source_key=storable(claim.source_key))
        .first()
    )
    if earlier is not None:
        if earlier.delivery.body_sha256 == delivery.body_sha256:
            return False
        raise PutAside(
            "conflict", f"Other bytes came under the key of detection {earlier.pk}; compare both."
        )
    if claim.kind != "violation_candidate":
        return True  # a passage accuses nobody, so nothing of it is kept but the raw delivery
    if not FIRST_YEAR <= claim.time.occurred_at.year <= LAST_YEAR:
        raise PutAside("time_out_of_range", "The claimed year cannot be meant.")
    pictures = _pictures(claim, body)
    _refuse_replay(claim, device)
    _insert(claim, pictures, delivery, device, adapter, at=at)
    return True


def _pictures(claim: ParsedDetection, body: bytes) -> list[SeenPicture]:
    """Look at every picture's bytes. Raises PutAside for what is none."""
    wrong = NO_PICTURE & set(claim.warnings)
    if wrong:
        raise PutAside(min(wrong), "A part sent as a picture is none, or is too large.")
    if len(claim.images) > MAX_PICTURES:
        raise PutAside("too_many_pictures", f"More than {MAX_PICTURES} pictures came.")
    seen = []
    for image in claim.images:
        data = body[image.offset : image.offset + image.length]
        try:
            seen.append(SeenPicture(image, inspect_jpeg(data)))
        except ImageRefused as refused:
            raise PutAside(refused.code, str(refused)) from refused
    return seen


def _refuse_replay(claim: ParsedDetection, device: Device) -> None:
    """A picture taken once shows one moment; the same bytes at another are a copy."""
    replayed = (
        EvidenceFile.objects.filter(
            sha256__in={image.sha256 for image in claim.images}, detection__device=device
        )
        .exclude(detection__occurred_at=claim.time.occurred_at)
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
    delivery: Delivery,
    device: Device,
    adapter: Adapter,
    *,
    at: datetime,
) -> None:
    reading = read_plate(
        claim.plate_raw, vehicle_class=claim.vehicle_class, plate_colour=claim.plate_colour
    )
    event_id = uuid7()
    reasons = held_reasons(device, claim, pictures, reading)
    event = canonical_event(
        str(event_id),
        claim,
        pictures,
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
        held_for=reasons,
        state=Detection.State.HELD if reasons else Detection.State.READY,
    )
    EvidenceFile.objects.bulk_create(
        [_file(position, seen, detection) for position, seen in enumerate(pictures, start=1)]
    )
    if reasons:
        codes = ", ".join(dict.fromkeys(reason["code"] for reason in reasons))
        custody.record(CustodyEvent.Action.HELD, delivery=delivery, reason=codes, at=at)


def _file(position: int, seen: SeenPicture, detection: Detection) -> EvidenceFile:
    image = seen.image
    return EvidenceFile(
        detection=detection,
        delivery=detection.delivery,
        position=position,
        role=image.role,
        sha256=image.sha256,
        offset=image.offset,
        size=image.length,
        media_type=image.media_type,
        width=seen.facts.width,
        height=seen.facts.height,
        captured_text=storable(image.captured_local or "")[:40],
        boxes=storable(boxes_json(image.boxes)),
        flags=list(seen.facts.flags),
    )


def _normalised(text: str) -> str:
    """Return the plate to search by; what no plate is long enough for is no plate."""
    return storable(text) if len(text) <= LONGEST_PLATE else ""  # type: ignore[no-any-return]
