"""The event ``vn.traffic.violation-event/1`` as a roadside gateway may send it.

The subset a device can know. What only we know (site, certificates, receipt, legal reference) is
not accepted from outside. An unknown field is an error: a vendor must learn of a slip on the first
day of trials and not in a lawsuit. ``cameras.standard`` publishes these very shapes.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from cameras.adapters.contract import MAX_PICTURE_BYTES, MAX_PICTURES, Rejected
from cameras.adapters.json_shapes import (
    Fault,
    Many,
    Matching,
    Moment,
    Needs,
    Number,
    OneOf,
    Record,
    Text,
    Truth,
    faults_of,
    load_object,
)
from cameras.adapters.vocabulary import (
    IMAGE_ROLES,
    PLATE_COLOURS,
    VEHICLE_CLASSES,
    VIOLATION_TYPES,
)
from cameras.films import MAX_FILM_BYTES

SCHEMA = "vn.traffic.violation-event/1"
KINDS = frozenset({"violation_candidate", "passage", "health"})
DIRECTIONS = frozenset({"approaching", "receding", "unknown"})
READ_STATES = frozenset({"read", "partial", "unreadable", "no_plate", "obscured"})
LATE_REASONS = frozenset({"none", "buffered", "history_upload", "retransmission"})
SPEED_METHODS = frozenset({"radar", "lidar", "loop", "section_average", "video_estimate"})
SIGNAL_STATES = frozenset({"red", "yellow", "green", "unknown"})
BOX_KINDS = frozenset({"vehicle", "plate", "line", "signal"})
LANE_TYPES = frozenset({"car", "motorcycle", "mixed", "bus", "emergency", "truck"})
YES_NO = frozenset({"yes", "no", "unknown"})
LENS_STATES = frozenset({"clean", "dirty", "blocked", "unknown"})
MAX_EVENT_BYTES = 256 * 1024
MAX_PATHS = 50
MAX_FILMS = 2
MAX_GROUP = 16
#: A box may stand out of its picture by the rounding of its figures and no more.
BOX_TOLERANCE = Decimal("0.001")

UUID = Matching(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SHA256 = Matching(r"[0-9a-f]{64}")
SHARE = Number(0, 1)
KMH = Number(0, 9999, decimals=1)
MOMENT = Moment()
_yes_no = OneOf(YES_NO)


def whole(lowest: int, highest: int) -> Number:
    return Number(lowest, highest, decimals=0)


def names(*words: str) -> frozenset[str]:
    return frozenset(words)


BOX = Record(
    {
        "kind": OneOf(BOX_KINDS),
        "x": SHARE,
        "y": SHARE,
        "w": SHARE,
        "h": SHARE,
        "raw": Text(80),
    },
    required=names("kind", "x", "y", "w", "h"),
)
IMAGE = Record(
    {
        "role": OneOf(IMAGE_ROLES),
        "sha256": SHA256,
        "bytes": whole(1, MAX_PICTURE_BYTES),
        "media_type": OneOf(names("image/jpeg")),
        "captured_local": Text(40),
        "boxes": Many(BOX, most=16),
    },
    required=names("role", "sha256", "bytes", "media_type"),
)
VIDEO = Record(
    {
        "sha256": SHA256,
        "bytes": whole(1, MAX_FILM_BYTES),
        "media_type": OneOf(names("video/mp4")),
        "duration_ms": whole(1, 10**6),
        "fps": Number(1, 240, decimals=1),
    },
    required=names("sha256", "bytes", "media_type"),
)
SECTION = Record(
    {
        "start_site": Text(20, least=1),
        "end_site": Text(20, least=1),
        "length_m": whole(1, 10**6),
        "start_at": MOMENT,
        "end_at": MOMENT,
    },
    required=names("start_site", "end_site", "length_m", "start_at", "end_at"),
)
PARKING = Record(
    {
        "first_seen_at": MOMENT,
        "last_seen_at": MOMENT,
        "stationary_s": whole(0, 10**6),
        "sign_code": Text(20),
    },
    required=names("first_seen_at", "last_seen_at"),
)
OCCUPANTS = Record(
    {
        "riders": whole(1, 99),
        "helmet_driver": _yes_no,
        "helmet_passengers": Many(_yes_no, most=8),
        "belt_driver": _yes_no,
        "belt_passenger": _yes_no,
        "phone": _yes_no,
    }
)
WEIGHT = Record(
    {
        "total_kg": whole(1, 10**6),
        "limit_kg": whole(1, 10**6),
        "axle_kg": Many(whole(0, 10**5), most=16),
    },
    required=names("total_kg", "limit_kg"),
)
HEALTH = Record(
    {
        "seq": whole(0, 10**11),
        "ntp_stratum": whole(0, 16),
        "uptime_s": whole(0, 10**10),
        "last_event_at": MOMENT,
        "queue_depth": whole(0, 10**9),
        "queue_oldest_s": whole(0, 10**9),
        "disk_free_pct": whole(0, 100),
        "temp_c": whole(-60, 150),
        "fps": whole(0, 240),
        "lens_state": OneOf(LENS_STATES),
        "moved": Truth(),
        "config_hash": SHA256,
        "cert_expires_at": MOMENT,
    }
)
GATEWAY_EVENT = Record(
    {
        "schema": OneOf(names(SCHEMA)),
        "event_id": UUID,
        "kind": OneOf(KINDS),
        "device": Record(
            {
                "serial": Text(60, least=1),
                "vendor": Text(60),
                "model": Text(60),
                "firmware": Text(60),
            },
            required=names("serial"),
        ),
        "time": Record(
            {
                "occurred_at": MOMENT,
                "local_text": Text(40),
                "clock_offset_ms": whole(-(10**9), 10**9),
                "clock_checked_at": MOMENT,
                "gateway_received_at": MOMENT,
                "late_reason": OneOf(LATE_REASONS),
            },
            required=names("occurred_at"),
        ),
        "lane": Record(
            {"number": whole(1, 20), "type": OneOf(LANE_TYPES)}, required=names("number")
        ),
        "direction": OneOf(DIRECTIONS),
        "violation": Record(
            {
                "type": OneOf(VIOLATION_TYPES),
                "vendor_code": Text(60),
                "vendor_name": Text(120),
                "duration_ms": whole(0, 10**9),
            },
            required=names("type"),
        ),
        "speed": Record(
            {
                "measured_kmh": KMH,
                "limit_kmh": KMH,
                "method": OneOf(SPEED_METHODS),
                "multi_target": Truth(),
                "section": SECTION,
            },
            required=names("measured_kmh", "limit_kmh", "method"),
        ),
        "signal": Record(
            {
                "state": OneOf(SIGNAL_STATES),
                "red_since_ms": whole(0, 10**7),
                "phase_id": Text(40),
                "stop_line_cross_ms": whole(0, 10**7),
            },
            required=names("state"),
        ),
        "parking": PARKING,
        "occupants": OCCUPANTS,
        "weight": WEIGHT,
        "vehicle": Record(
            {
                "class": OneOf(VEHICLE_CLASSES),
                "colour": Text(30),
                "make": Text(40),
                "model": Text(40),
            },
            required=names("class"),
        ),
        "plate": Record(
            {
                "raw": Text(40),
                "lines": Many(Text(20), most=2),
                "colour": OneOf(PLATE_COLOURS),
                "read_state": OneOf(READ_STATES),
                "confidence": SHARE,
                "char_confidence": Many(SHARE, most=20),
            },
            required=names("raw"),
        ),
        "images": Many(IMAGE, most=MAX_PICTURES, least=1),
        "video": Many(VIDEO, most=MAX_FILMS),
        "group": Record(
            {
                "key": Text(120, least=1),
                "index": whole(1, MAX_GROUP),
                "expected": whole(1, MAX_GROUP),
            },
            required=names("key", "index"),
        ),
        "health": HEALTH,
    },
    required=names("schema", "event_id", "kind", "device", "time"),
)
#: What a kind of event needs beyond the fields common to all.
NEEDS = (
    Needs(("kind",), "violation_candidate", ("violation", "vehicle", "plate", "images")),
    Needs(("kind",), "passage", ("plate", "images")),
    Needs(("violation", "type"), "speed_over", ("speed",)),
    Needs(("violation", "type"), "red_light", ("signal",)),
)


def read_event(data: bytes) -> dict[str, Any] | Rejected:
    """Return the checked event, its numbers still ``Figure``, or what is wrong with it."""
    if len(data) > MAX_EVENT_BYTES:
        return Rejected("event_too_large", "The event is larger than 256 kB.")
    try:
        event = load_object(data)
    except ValueError:
        return Rejected("malformed", "The event is not one JSON object in UTF-8.")
    paths = list(dict.fromkeys(fault.path for fault in event_faults(event)))
    if paths:
        reason = "Fields of the event are missing, unknown or wrong."
        return Rejected("schema", reason, tuple(paths[:MAX_PATHS]))
    return event


def event_faults(event: dict[str, Any]) -> Iterator[Fault]:
    """Yield everything that is wrong with a loaded event: its fields, then what belongs together.

    A box reaching out of its picture is the one rule that no JSON Schema can express.
    """
    yield from faults_of(event, GATEWAY_EVENT)
    for needs in NEEDS:
        for name in needs.missing(event):
            yield Fault(name, "missing", None, GATEWAY_EVENT.fields[name])
    yield from _boxes_outside(event)


def _boxes_outside(event: dict[str, Any]) -> Iterator[Fault]:
    images = event.get("images")
    for number, image in enumerate(images if isinstance(images, list) else ()):
        boxes = image.get("boxes") if isinstance(image, dict) else None
        for place, box in enumerate(boxes if isinstance(boxes, list) else ()):
            if not isinstance(box, dict):
                continue
            for start, length in (("x", "w"), ("y", "h")):
                first, size = box.get(start), box.get(length)
                if not (SHARE.accepts(first) and SHARE.accepts(size)):
                    continue
                if Decimal(str(first)) + Decimal(str(size)) > 1 + BOX_TOLERANCE:
                    path = f"images[{number}].boxes[{place}].{length}"
                    yield Fault(path, "outside", size, SHARE)
