"""The published samples: whole events with drawn pictures, as files and as one multipart body.

The pictures are drawings and the plates belong to nobody. ``fresh`` makes a sample new (identifier,
time, pictures with other hashes), so that it can be sent to a portal any number of times.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cameras.adapters.event_schema import SCHEMA

FOLDER = Path(__file__).parent / "samples"
PICTURES = FOLDER / "pictures"
MULTIPART_FILE = "red_light.multipart"
BOUNDARY = "vn-traffic-sample"
MULTIPART_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
SERIAL = "MAU-0001"

_VIETNAM = timezone(timedelta(hours=7))
_AT = datetime(2026, 10, 12, 8, 0, 2, tzinfo=_VIETNAM)
_PLATE = {"raw": "29A00000", "colour": "white", "read_state": "read", "confidence": 0.97}
_BOXES: dict[str, list[dict[str, Any]]] = {
    "overview_1": [{"kind": "vehicle", "x": 0.531, "y": 0.722, "w": 0.157, "h": 0.222}],
    "overview_2": [
        {"kind": "vehicle", "x": 0.531, "y": 0.583, "w": 0.157, "h": 0.222},
        {"kind": "plate", "x": 0.574, "y": 0.747, "w": 0.071, "h": 0.036},
        {"kind": "line", "x": 0.117, "y": 0.833, "w": 0.766, "h": 0.018},
        {"kind": "signal", "x": 0.82, "y": 0.125, "w": 0.047, "h": 0.236},
    ],
    "overview_3": [{"kind": "vehicle", "x": 0.531, "y": 0.417, "w": 0.157, "h": 0.222}],
    "plate_crop": [],
}


def sample_events() -> dict[str, dict[str, Any]]:
    """Return the sample events by name, as they are published."""
    three = ("overview_1", "overview_2", "overview_3", "plate_crop")
    car = {"class": "car", "colour": "blue", "make": "Mẫu"}
    return {
        "red_light": _event(
            1,
            three,
            lane={"number": 1, "type": "car"},
            violation={"type": "red_light", "vendor_code": "1625"},
            signal={"state": "red", "red_since_ms": 2400, "stop_line_cross_ms": 900},
            vehicle=car,
            plate=_PLATE | {"char_confidence": [0.99, 0.98, 0.99, 0.97, 0.98, 0.98, 0.99, 0.99]},
        ),
        "red_light_group": _event(
            2,
            ("overview_1",),
            violation={"type": "red_light"},
            signal={"state": "red", "red_since_ms": 2400},
            vehicle=car,
            plate=_PLATE,
            video=[_film()],
            group={"key": "junction-7-000123", "index": 1, "expected": 3},
        ),
        "speed_over": _event(
            3,
            ("overview_1", "overview_2"),
            lane={"number": 2, "type": "mixed"},
            violation={"type": "speed_over"},
            speed={
                "measured_kmh": 97.4,
                "limit_kmh": 80,
                "method": "radar",
                "multi_target": False,
            },
            vehicle=car,
            plate=_PLATE,
        ),
        "speed_section": _event(
            4,
            ("overview_1", "overview_2"),
            violation={"type": "speed_over"},
            speed={
                "measured_kmh": 96,
                "limit_kmh": 80,
                "method": "section_average",
                "section": {
                    "start_site": "MAU-KM12",
                    "end_site": "MAU-KM20",
                    "length_m": 8000,
                    "start_at": "2026-10-12T07:55:02.000+07:00",
                    "end_at": "2026-10-12T08:00:02.000+07:00",
                },
            },
            vehicle=car,
            plate=_PLATE,
        ),
        "parking": _event(
            5,
            ("overview_1", "overview_2"),
            violation={"type": "illegal_stop_parking", "duration_ms": 320_000},
            parking={
                "first_seen_at": "2026-10-12T07:54:42.000+07:00",
                "last_seen_at": "2026-10-12T08:00:02.000+07:00",
                "stationary_s": 320,
                "sign_code": "P.131a",
            },
            vehicle=car,
            plate=_PLATE,
        ),
        "no_helmet": _event(
            6,
            ("overview_1", "overview_2"),
            violation={"type": "no_helmet"},
            occupants={
                "riders": 2,
                "helmet_driver": "yes",
                "helmet_passengers": ["no"],
            },
            vehicle={"class": "motorcycle", "colour": "blue"},
            plate={"raw": "29A100000", "lines": ["29-A1", "000.00"], "confidence": 0.91},
        ),
        "overload_weight": _event(
            7,
            ("overview_1", "overview_2"),
            violation={"type": "overload_weight"},
            weight={"total_kg": 38_200, "limit_kg": 30_000, "axle_kg": [8_200, 15_000, 15_000]},
            vehicle={"class": "truck"},
            plate=_PLATE,
        ),
        "passage": _event(8, ("overview_1",), kind="passage", vehicle=car, plate=_PLATE),
        "health": _event(
            9,
            (),
            kind="health",
            direction=None,
            health={
                "seq": 1024,
                "ntp_stratum": 2,
                "uptime_s": 86_400,
                "last_event_at": "2026-10-12T07:59:40.000+07:00",
                "queue_depth": 0,
                "disk_free_pct": 61,
                "temp_c": 43,
                "fps": 25,
                "lens_state": "clean",
                "moved": False,
                "cert_expires_at": "2027-10-12T00:00:00+07:00",
            },
        ),
    }


def objects() -> dict[str, bytes]:
    """Return the pictures and the film of the samples by their SHA-256."""
    found = {}
    for path in sorted(PICTURES.iterdir()):
        data = path.read_bytes()
        found[hashlib.sha256(data).hexdigest()] = data
    return found


def multipart_body(event: bytes, parts: list[tuple[str, str, bytes]]) -> bytes:
    """Return the body of one delivery: the event, then (name, media type, bytes) in order."""
    body = b""
    for name, media_type, data in [("event", "application/json", event), *parts]:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n'
        body += f"{head}Content-Type: {media_type}\r\n\r\n".encode() + data + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def delivery_of(event: Mapping[str, Any], here: Mapping[str, bytes]) -> bytes:
    """Return an event with all it lists as one multipart body; ``here`` are objects by hash."""
    parts = [
        (f"{name}_{number}", item["media_type"], here[item["sha256"]])
        for name, listed in (("image", "images"), ("video", "video"))
        for number, item in enumerate(event.get(listed, []), start=1)
    ]
    return multipart_body(written(event).encode(), parts)


def fresh(
    event: Mapping[str, Any], *, event_id: uuid.UUID, serial: str, at: datetime
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return a sample as if it happened at ``at`` to another device, and its objects by hash.

    A portal refuses a picture that comes again under another time, hence the pictures are made
    different by a JPEG comment (ITU-T T.81 B.2.4.5) with the event's identifier.
    """
    new: dict[str, Any] = json.loads(json.dumps(event))
    new["event_id"], new["device"]["serial"] = str(event_id), serial
    new["time"]["occurred_at"] = at.astimezone(_VIETNAM).isoformat(timespec="milliseconds")
    new["time"].pop("local_text", None)
    if "group" in new:
        new["group"]["key"] = str(event_id)
    published, here = objects(), {}
    for item in new.get("images", []):
        note = str(event_id).encode()
        segment = b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note
        data = published[item["sha256"]]
        data = data[:2] + segment + data[2:]
        item["sha256"], item["bytes"] = hashlib.sha256(data).hexdigest(), len(data)
        here[item["sha256"]] = data
    for item in new.get("video", []):
        here[item["sha256"]] = published[item["sha256"]]
    return new, here


def files() -> dict[str, bytes]:
    """Return every sample file by its name, as it must lie in the folder."""
    events = sample_events()
    texts = {f"{name}.json": written(event).encode() for name, event in events.items()}
    return {**texts, MULTIPART_FILE: delivery_of(events["red_light"], objects())}


def written(event: Mapping[str, Any]) -> str:
    """Return an event as the text of its file."""
    return json.dumps(event, ensure_ascii=False, indent=2) + "\n"


def _event(
    number: int, pictures: tuple[str, ...], *, kind: str = "violation_candidate", **parts: Any
) -> dict[str, Any]:
    event = {
        "schema": SCHEMA,
        "event_id": f"019a0000-0000-7000-8000-{number:012d}",
        "kind": kind,
        "device": {"serial": SERIAL, "vendor": "Mẫu", "model": "M1", "firmware": "1.0.0"},
        "time": {
            "occurred_at": _AT.isoformat(timespec="milliseconds"),
            "local_text": f"{_AT:%d/%m/%Y %H:%M:%S}",
            "clock_offset_ms": 12,
            "clock_checked_at": "2026-10-12T07:59:30+07:00",
            "late_reason": "none",
        },
        "direction": "receding",
        **parts,
        "images": [_image(name) for name in pictures] or None,
    }
    return {name: part for name, part in event.items() if part is not None}


def _image(name: str) -> dict[str, Any]:
    data = (PICTURES / f"{name}.jpg").read_bytes()
    return {
        "role": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "media_type": "image/jpeg",
        "boxes": _BOXES[name],
    }


def _film() -> dict[str, Any]:
    data = (PICTURES / "film.mp4").read_bytes()
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "media_type": "video/mp4",
        "duration_ms": 2400,
    }
