"""The event ``vn.traffic.violation-event/1`` as a roadside gateway may send it.

The subset a device can know. What only we know (site, certificates, receipt, legal reference) is
not accepted from outside. An unknown field is an error: a vendor must learn of a slip on the first
day of trials and not in a lawsuit.
"""

from typing import Any

from cameras.adapters.contract import MAX_PICTURE_BYTES, MAX_PICTURES, Rejected
from cameras.adapters.json_shapes import (
    Figure,
    Many,
    Record,
    figure,
    load_object,
    matching,
    moment,
    one_of,
    text,
    truth,
    whole,
    wrong_paths,
)
from cameras.adapters.vocabulary import (
    IMAGE_ROLES,
    PLATE_COLOURS,
    VEHICLE_CLASSES,
    VIOLATION_TYPES,
)

SCHEMA = "vn.traffic.violation-event/1"
KINDS = frozenset({"violation_candidate", "passage", "health"})
DIRECTIONS = frozenset({"approaching", "receding", "unknown"})
READ_STATES = frozenset({"read", "partial", "unreadable", "no_plate", "obscured"})
LATE_REASONS = frozenset({"none", "buffered", "history_upload", "retransmission"})
SPEED_METHODS = frozenset({"radar", "lidar", "loop", "section_average", "video_estimate"})
SIGNAL_STATES = frozenset({"red", "yellow", "green", "unknown"})
BOX_KINDS = frozenset({"vehicle", "plate", "line", "signal"})
MAX_EVENT_BYTES = 256 * 1024
MAX_PATHS = 50

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_share = figure(r"0(\.[0-9]{1,9})?|1(\.0{1,9})?")
_kmh = figure(r"[0-9]{1,4}(\.[0-9])?")

_BOX = Record(
    {
        "kind": one_of(BOX_KINDS),
        "x": _share,
        "y": _share,
        "w": _share,
        "h": _share,
        "raw": text(80),
    },
    required=frozenset({"kind", "x", "y", "w", "h"}),
)
_IMAGE = Record(
    {
        "role": one_of(IMAGE_ROLES),
        "sha256": matching(r"[0-9a-f]{64}"),
        "bytes": whole(1, MAX_PICTURE_BYTES),
        "media_type": one_of(frozenset({"image/jpeg"})),
        "captured_local": text(40),
        "boxes": Many(_BOX, most=16),
    },
    required=frozenset({"role", "sha256", "bytes", "media_type"}),
)
#: The heartbeat of a gateway for one camera, sent every 60 seconds.
_HEALTH = Record(
    {
        "at": moment,
        "seq": whole(0, 10**11),
        "clock_offset_ms": whole(-(10**11), 10**11),
        "ntp_stratum": whole(0, 16),
        "uptime_s": whole(0, 10**10),
        "last_event_at": moment,
        "queue_depth": whole(0, 10**9),
        "queue_oldest_s": whole(0, 10**9),
        "disk_free_pct": whole(0, 100),
        "temp_c": whole(-100, 200),
        "fps": whole(0, 1000),
        "lens_state": text(20, least=1),
        "moved": truth,
        "config_hash": matching(r"[0-9A-Za-z:+/=_-]{1,128}"),
        "cert_expires_at": moment,
    },
    required=frozenset({"at"}),
)
_EVENT = Record(
    {
        "schema": one_of(frozenset({SCHEMA})),
        "event_id": matching(_UUID),
        "kind": one_of(KINDS),
        "device": Record(
            {
                "serial": text(60, least=1),
                "vendor": text(60),
                "model": text(60),
                "firmware": text(60),
            },
            required=frozenset({"serial"}),
        ),
        "time": Record(
            {
                "occurred_at": moment,
                "local_text": text(40),
                "clock_offset_ms": whole(-(10**9), 10**9),
                "clock_checked_at": moment,
                "late_reason": one_of(LATE_REASONS),
            },
            required=frozenset({"occurred_at"}),
        ),
        "lane": Record({"number": whole(1, 20), "type": text(20)}, required=frozenset({"number"})),
        "direction": one_of(DIRECTIONS),
        "violation": Record(
            {
                "type": one_of(VIOLATION_TYPES),
                "vendor_code": text(60),
                "vendor_name": text(120),
                "duration_ms": whole(0, 10**9),
            },
            required=frozenset({"type"}),
        ),
        "speed": Record(
            {
                "measured_kmh": _kmh,
                "limit_kmh": _kmh,
                "method": one_of(SPEED_METHODS),
                "multi_target": truth,
            },
            required=frozenset({"measured_kmh", "limit_kmh", "method"}),
        ),
        "signal": Record(
            {
                "state": one_of(SIGNAL_STATES),
                "red_since_ms": whole(0, 10**7),
                "phase_id": text(40),
                "stop_line_cross_ms": whole(0, 10**7),
            },
            required=frozenset({"state"}),
        ),
        "vehicle": Record(
            {
                "class": one_of(VEHICLE_CLASSES),
                "colour": text(30),
                "make": text(40),
                "model": text(40),
            },
            required=frozenset({"class"}),
        ),
        "plate": Record(
            {
                "raw": text(40),
                "colour": one_of(PLATE_COLOURS),
                "read_state": one_of(READ_STATES),
                "confidence": _share,
                "char_confidence": Many(_share, most=20),
            },
            required=frozenset({"raw"}),
        ),
        "images": Many(_IMAGE, most=MAX_PICTURES, least=1),
        "health": _HEALTH,
    },
    required=frozenset({"schema", "event_id", "kind", "device", "time"}),
)


def read_event(data: bytes) -> dict[str, Any] | Rejected:
    """Return the checked event, its numbers still ``Figure``, or what is wrong with it."""
    if len(data) > MAX_EVENT_BYTES:
        return Rejected("event_too_large", "The event is larger than 256 kB.")
    try:
        event = load_object(data)
    except ValueError:
        return Rejected("malformed", "The event is not one JSON object in UTF-8.")
    paths = [*wrong_paths(event, _EVENT), *_missing_by_kind(event)]
    if paths:
        reason = "Fields of the event are missing, unknown or wrong."
        return Rejected("schema", reason, tuple(paths[:MAX_PATHS]))
    return event


def _missing_by_kind(event: dict[str, Any]) -> list[str]:
    """Return what this kind of event needs beyond the common fields."""
    wanted = {
        "violation_candidate": ("violation", "vehicle", "plate", "images"),
        "passage": ("plate", "images"),
    }
    kind = event.get("kind")
    missing = [name for name in wanted.get(str(kind), ()) if name not in event]
    violation = event.get("violation")
    if isinstance(violation, dict):
        needed = {"speed_over": "speed", "red_light": "signal"}.get(str(violation.get("type")))
        if needed and needed not in event:
            missing.append(needed)
    return missing


def health_facts(health: dict[str, Any]) -> dict[str, int | str | bool]:
    """Return the checked figures of a heartbeat as whole numbers, words and truths."""
    return {
        name: int(value) if isinstance(value, Figure) else value
        for name, value in health.items()
        if name != "at" and value is not None
    }
