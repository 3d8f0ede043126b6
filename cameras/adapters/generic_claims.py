"""From a checked event of our own schema to the claims the portal works with. Pure.

What has a place of its own in ``ParsedDetection`` goes there in whole figures; everything else the
gateway said stays in ``details``, in the words of the canonical event.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cameras.adapters.contract import (
    Box,
    ByteRange,
    GroupReference,
    Heartbeat,
    ParsedDetection,
    ParsedFilm,
    ParsedImage,
    Rejected,
    TimeClaim,
    judge_clock,
)
from cameras.adapters.json_shapes import to_per_mille, to_plain, to_tenths, to_whole
from cameras.adapters.multipart import Part
from cameras.images import jpeg_ranges

#: GA/T 832-2014: a clock within one second of the reference is right.
CLOCK_TOLERANCE_MS = 1000
#: Which fields go on as they came, part by part; a part without names goes on whole.
_DETAILS: Mapping[str, tuple[str, ...]] = {
    "time": ("clock_offset_ms", "clock_checked_at", "gateway_received_at"),
    "lane": ("number", "type"),
    "violation": ("duration_ms",),
    "speed": ("section",),
    "signal": ("state", "phase_id", "stop_line_cross_ms"),
    "vehicle": ("model",),
    "plate": ("lines", "read_state"),
    "parking": (),
    "occupants": (),
    "weight": (),
}


def listed_images(
    listed: list[dict[str, Any]], named: Mapping[str, Part] | None, body: bytes
) -> tuple[ParsedImage, ...] | Rejected:
    """Return the event's pictures, each compared with its hash.

    ``named`` are the parts of a multipart body by name. ``None``: the event came alone, and its
    pictures are uploaded beside it.
    """
    found = []
    for number, item in enumerate(listed):
        where, name = None, f"image_{number + 1}"
        if named is not None:
            path = f"images[{number}]"
            part = named.get(name)
            if part is None:
                return Rejected("image_missing", "A listed image did not come.", (path,))
            data = part.of(body)
            if wrong := differs(data, item):
                reason = "An image is not the one the event describes."
                return Rejected("image_differs", reason, (f"{path}.{wrong}",))
            if not jpeg_ranges(data):
                return Rejected("image_not_jpeg", "An image is not a JPEG picture.", (path,))
            where = ByteRange(part.offset, part.length)
        found.append(
            ParsedImage(
                role=item["role"],
                where=where,
                sha256=item["sha256"],
                media_type="image/jpeg",
                captured_local=item.get("captured_local") or None,
                boxes=tuple(_box(box) for box in item.get("boxes", ())),
                name=name,
            )
        )
    return tuple(found)


def listed_films(
    listed: list[dict[str, Any]], named: Mapping[str, Part] | None, body: bytes
) -> tuple[ParsedFilm, ...] | Rejected:
    """Return the event's films: a part ``video_n``, or an object uploaded beside the event."""
    found = []
    for number, item in enumerate(listed):
        name = f"video_{number + 1}"
        part = named.get(name) if named is not None else None
        where = None
        if part is not None:
            if wrong := differs(part.of(body), item):
                reason = "A film is not the one the event describes."
                return Rejected("image_differs", reason, (f"video[{number}].{wrong}",))
            where = ByteRange(part.offset, part.length)
        duration = to_whole(item["duration_ms"]) if "duration_ms" in item else None
        found.append(ParsedFilm(where, item["sha256"], item["media_type"], duration, name))
    return tuple(found)


def differs(data: bytes, item: Mapping[str, Any]) -> str:
    """Return which figure of a listed object its bytes contradict; an empty string for none."""
    if hashlib.sha256(data).hexdigest() != item["sha256"]:
        return "sha256"
    return "" if len(data) == to_whole(item["bytes"]) else "bytes"


def detection(
    event: dict[str, Any],
    images: tuple[ParsedImage, ...],
    films: tuple[ParsedFilm, ...],
    *,
    source_key: str,
    received_at: datetime,
) -> ParsedDetection:
    """Return the claim of a checked event."""
    violation, speed = event.get("violation", {}), event.get("speed", {})
    plate, vehicle = event["plate"], event.get("vehicle", {})
    time = _time(event["time"], received_at)
    signal, kind = event.get("signal", {}), event["kind"]
    return ParsedDetection(
        source_key=source_key,
        kind=kind,
        violation_type=violation.get("type") if kind == "violation_candidate" else None,
        vendor_code=violation.get("vendor_code", ""),
        vendor_name=violation.get("vendor_name", ""),
        time=time,
        plate_raw=plate["raw"],
        plate_confidence=_per_mille(plate.get("confidence")),
        char_confidences=tuple(to_per_mille(one) for one in plate.get("char_confidence", ())),
        plate_colour=plate.get("colour", "unknown"),
        vehicle_class=vehicle.get("class", "unknown"),
        vehicle_colour=vehicle.get("colour", ""),
        vehicle_make=vehicle.get("make", ""),
        lane=to_whole(event["lane"]["number"]) if "lane" in event else None,
        direction=event.get("direction", "unknown"),
        speed_tenths=to_tenths(speed["measured_kmh"]) if speed else None,
        limit_tenths=to_tenths(speed["limit_kmh"]) if speed else None,
        speed_method=speed.get("method"),
        red_since_ms=to_whole(signal["red_since_ms"]) if "red_since_ms" in signal else None,
        images=images,
        unknown_fields=0,
        warnings=_warnings(event, time),
        group=_group(event.get("group")),
        films=films,
        details=_details(event),
    )


def heartbeat(event: dict[str, Any]) -> Heartbeat:
    """Return the sign of life of a health event with its figures."""
    facts = {
        name: value
        for name, value in to_plain(event.get("health", {})).items()
        if value is not None
    }
    if "clock_offset_ms" in event["time"]:
        facts["clock_offset_ms"] = to_whole(event["time"]["clock_offset_ms"])
    moment = datetime.fromisoformat(event["time"]["occurred_at"])
    return Heartbeat(device_at=moment.astimezone(UTC), facts=facts)


def _warnings(event: dict[str, Any], time: TimeClaim) -> tuple[str, ...]:
    warnings = ["clock_impossible"] if time.quality == "impossible" else []
    if event.get("speed", {}).get("multi_target"):
        warnings.append("multi_target")
    read_state = event["plate"].get("read_state", "read")
    if read_state != "read":
        warnings.append({"no_plate": "no_plate"}.get(read_state, f"plate_{read_state}"))
    is_red = event.get("signal", {}).get("state") == "red"
    if event.get("violation", {}).get("type") == "red_light" and not is_red:
        warnings.append("signal_not_red")
    return tuple(warnings)


def _details(event: dict[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = {}
    for part, names in _DETAILS.items():
        said = event.get(part)
        if said is None:
            continue
        kept = {name: said[name] for name in names if name in said} if names else said
        if kept:
            details[part] = to_plain(kept)
    return details


def _group(group: dict[str, Any] | None) -> GroupReference | None:
    if group is None:
        return None
    expected = to_whole(group["expected"]) if "expected" in group else None
    return GroupReference(group["key"], to_whole(group["index"]), expected)


def _box(box: dict[str, Any]) -> Box:
    x, y, width, height = (float(box[side]) for side in "xywh")
    raw = box.get("raw") or ",".join(str(box[side]) for side in "xywh")
    return Box(box["kind"], x, y, width, height, raw)


def _time(time: dict[str, Any], received_at: datetime) -> TimeClaim:
    written = time["occurred_at"]
    moment = datetime.fromisoformat(written)
    offset = moment.utcoffset()
    quality = "unknown"
    if "clock_offset_ms" in time:
        drift = abs(to_whole(time["clock_offset_ms"]))
        quality = "synchronised" if drift <= CLOCK_TOLERANCE_MS else "drifted"
    claim = TimeClaim(
        occurred_at=moment.astimezone(UTC),
        local_text=time.get("local_text") or written,
        source_field="time.occurred_at",
        rule="offset_in_value",
        offset_minutes=int(offset.total_seconds()) // 60 if offset is not None else None,
        quality=quality,
        late_reason=time.get("late_reason", "none"),
    )
    return replace(claim, quality=judge_clock(claim, received_at))


def _per_mille(share: str | None) -> int | None:
    return None if share is None else to_per_mille(share)
