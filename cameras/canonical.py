"""Write down a device's claim as our canonical event ``vn.traffic.violation-event/1``.

The event is what an officer, an expert or another centre reads years later: what the device said,
which rule turned it into our words, and which bytes prove it. Field names and units are those of
the published schema; the portal itself reckons with the whole numbers in the columns of
``Detection``. What only an officer may say (the legal reference) is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cameras.adapters.contract import Box, ParsedDetection, ParsedFilm, ParsedImage
from cameras.images import ImageFacts
from cameras.models import Delivery, Device
from cameras.plates import PlateReading

SCHEMA = "vn.traffic.violation-event/1"
#: No road has more; a larger figure is no lane.
MOST_LANES = 99
#: Details adapters name by themselves, and the part and field they are in the event.
_ELSEWHERE = {
    "section": ("speed", "section"),
    "violation_duration_ms": ("violation", "duration_ms"),
}
_EXIF = {
    "DateTimeOriginal": "datetime_original",
    "DateTime": "datetime",
    "GPS": "gps",
    "Make": "make",
    "Model": "model",
    "Orientation": "orientation",
    "Software": "software",
}


@dataclass(frozen=True)
class SeenPicture:
    """A picture as the device described it, and what its bytes themselves say."""

    image: ParsedImage
    size: int
    facts: ImageFacts
    delivery: Delivery

    @property
    def is_overview(self) -> bool:
        """Tell whether the picture shows the scene, not a detail of it."""
        return self.image.role.startswith("overview")


def canonical_event(
    event_id: str,
    claim: ParsedDetection,
    pictures: list[SeenPicture],
    films: list[ParsedFilm],
    reading: PlateReading,
    *,
    delivery: Delivery,
    device: Device,
    adapter_version: str,
) -> dict[str, Any]:
    """Return the event of one detection. ``device`` has its site and unit loaded."""
    site = device.site
    warnings = [*claim.warnings, *(["unknown_fields"] if claim.unknown_fields else [])]
    event = {
        "schema": SCHEMA,
        "event_id": event_id,
        "source_key": claim.source_key,
        "kind": claim.kind,
        "centre_code": site.unit.province_code,
        "device": {
            "id": device.code,
            "serial": device.serial,
            "vendor": device.vendor,
            "model": device.model,
            "adapter": device.adapter,
            "adapter_version": adapter_version,
            "profile_version": str(device.profile_version),
            "firmware": device.firmware or None,
        },
        "site": {
            "code": site.code,
            "name": site.name,
            "road_code": site.road_code or None,
            "lon": site.longitude_microdegrees / 1_000_000,
            "lat": site.latitude_microdegrees / 1_000_000,
            "province_code": site.unit.province_code,
        },
        "lane": {"number": claim.lane} if claim.lane and claim.lane <= MOST_LANES else None,
        "direction": claim.direction,
        "time": _time(claim, delivery.received_at),
        "violation": {
            "type": claim.violation_type,
            "vendor_code": claim.vendor_code or None,
            "vendor_name": claim.vendor_name or None,
        },
        "speed": _speed(claim),
        "signal": {"state": "red", "red_since_ms": claim.red_since_ms}
        if claim.red_since_ms is not None
        else None,
        "vehicle": {
            "class": claim.vehicle_class,
            "colour": claim.vehicle_colour or None,
            "make": claim.vehicle_make or None,
        },
        "plate": {
            "raw": claim.plate_raw,
            "normalised": reading.normalised,
            "colour": claim.plate_colour,
            "read_state": _read_state(claim),
            "confidence": _share(claim.plate_confidence),
            "char_confidence": [_share(value) for value in claim.char_confidences],
        },
        "images": [_picture(number, seen, len(pictures)) for number, seen in enumerate(pictures)],
        "video": [_film(film) for film in films] or None,
        "group": _group(claim),
        "integrity": {
            "receipt_id": str(delivery.pk),
            "raw_sha256": delivery.body_sha256,
            "auth_level": delivery.authenticity,
        },
        "custody_start": "gateway" if delivery.authenticity == "A" else "centre",
        "warnings": warnings,
    }
    _lay_over(event, claim.details)
    cleaned: dict[str, Any] = storable(event)
    return cleaned


def boxes_json(boxes: tuple[Box, ...]) -> list[dict[str, Any]]:
    """Return the boxes in the words of the event, which ``EvidenceFile.boxes`` keeps too."""
    return [
        {
            "kind": box.kind,
            "x": box.x,
            "y": box.y,
            "w": min(1.0, box.width),
            "h": min(1.0, box.height),
            "raw": box.raw,
        }
        for box in boxes
    ]


def storable(value: Any) -> Any:
    """Return a value PostgreSQL can hold: no NUL, no half of a surrogate pair, no empty field."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value


def _lay_over(event: dict[str, Any], details: Mapping[str, Any]) -> None:
    """Add what else the device said, part by part."""
    parts = dict(details)
    for name, (part, field) in _ELSEWHERE.items():
        if name in parts:
            parts[part] = {**parts.get(part, {}), field: parts.pop(name)}
    for name, part in parts.items():
        here = event.get(name)
        both = isinstance(here, dict) and isinstance(part, Mapping)
        event[name] = {**here, **part} if both else part


def _time(claim: ParsedDetection, received_at: datetime) -> dict[str, Any]:
    time = claim.time
    return {
        "occurred_at": time.occurred_at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "local_text": time.local_text,
        "source_field": time.source_field,
        "rule": time.rule,
        "utc_offset_min": time.offset_minutes,
        "quality": time.quality,
        "late_reason": time.late_reason,
        "centre_received_at": received_at.astimezone(UTC).isoformat(timespec="milliseconds"),
    }


def _speed(claim: ParsedDetection) -> dict[str, Any] | None:
    if claim.speed_tenths is None:
        return None
    return {
        "measured_kmh": claim.speed_tenths / 10,
        "limit_kmh": None if claim.limit_tenths is None else claim.limit_tenths / 10,
        "method": claim.speed_method,
        "multi_target": "multi_target" in claim.warnings,
    }


def _read_state(claim: ParsedDetection) -> str:
    for state in ("no_plate", "partial", "unreadable", "obscured"):
        if {state, f"plate_{state}"} & set(claim.warnings):
            return state
    return "read" if claim.plate_raw else "unreadable"


def _share(per_mille: int | None) -> float | None:
    return None if per_mille is None else per_mille / 1000


def _film(film: ParsedFilm) -> dict[str, Any]:
    return {
        "sha256": film.sha256,
        "media_type": film.media_type,
        "duration_ms": film.duration_ms,
    }


def _group(claim: ParsedDetection) -> dict[str, Any] | None:
    group = claim.group
    if group is None:
        return None
    complete = "group_incomplete" not in claim.warnings
    return {
        "key": group.key,
        "index": group.index,
        "expected": group.count,
        "complete": complete,
    }


def _picture(number: int, seen: SeenPicture, count: int) -> dict[str, Any]:
    image, facts = seen.image, seen.facts
    return {
        "role": image.role,
        "sha256": image.sha256,
        "bytes": seen.size,
        "media_type": image.media_type,
        "width_px": facts.width,
        "height_px": facts.height,
        "captured_local": image.captured_local,
        "index": number + 1,
        "count": count,
        "boxes": boxes_json(image.boxes),
        "exif": {_EXIF[name]: text for name, text in facts.exif if name in _EXIF} or None,
        "flags": list(facts.flags),
    }
