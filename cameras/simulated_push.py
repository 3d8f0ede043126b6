"""Write what a real device would send: a Hikvision ISAPI push or our own signed push.

Pure: pictures and facts in, headers and bytes out. The messages have the vendor's own field names,
part names and order, so that the intake is tried with what it will meet.
"""

import hashlib
import html
import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cameras.adapters.signing_client import sign_request
from cameras.identifiers import uuid7
from cameras.images import inspect_jpeg
from cameras.scene import Frame
from cameras.scene.signal_head import light_boxes

VIETNAM = timezone(timedelta(hours=7))
RED_LIGHT_CODE = "1625"
#: Not in the vendor's list: taught to the device, hence explained by its profile.
SPEED_CODE = "151101"
MAKES = (
    "Toyota Honda VinFast Hyundai Kia Mazda Ford Mitsubishi Suzuki Nissan Isuzu Thaco Yamaha "
    "Piaggio Kymco Peugeot Komatsu"
)
MAKE_CODES = {make: str(1001 + number) for number, make in enumerate(MAKES.split())}
_TYPES = {"car": "vehicle", "bus": "largeBus", "truck": "truck", "special": "truck"}
_VENDOR_COLOURS = {"grey": "gray"}
_BOUNDARY = "boundary"


@dataclass(frozen=True)
class Capture:
    """What a device saw once. Speeds in tenths of km/h, confidences per mille, ``at`` aware."""

    device_serial: str
    violation_type: str | None
    at: datetime
    frames: tuple[Frame, ...]
    plate: str
    plate_colour: str = "white"
    vehicle_class: str = "car"
    vehicle_colour: str = "white"
    vehicle_make: str = ""
    lane: int = 1
    measured_tenths: int | None = None
    limit_tenths: int | None = None
    red_since_ms: int | None = None
    char_confidences: tuple[int, ...] = ()
    clock_offset_ms: int = 12


@dataclass(frozen=True)
class Push:
    """One request, ready to be posted any number of times."""

    headers: dict[str, str]
    body: bytes


def hikvision_profile(violation_type: str) -> dict[str, Any]:
    """Return the profile to register for a simulated Hikvision device.

    At a junction it holds the installation's own boxes: stop line and light.
    """
    profile: dict[str, Any] = {
        "code_map": {SPEED_CODE: "speed_over"},
        "make_map": {code: make for make, code in MAKE_CODES.items()},
    }
    if violation_type == "red_light":
        profile["fixed_boxes"] = [
            {"kind": box.kind, "x": box.x, "y": box.y, "width": box.width, "height": box.height}
            for box in light_boxes()
        ]
    return profile


def photograph(data: bytes, at: datetime) -> Frame:
    """Return a given photograph as the one overview. Raises ``ImageRefused`` on anything else."""
    inspect_jpeg(data)
    return Frame(data, "overview_1", (), at)


def hikvision_push(capture: Capture) -> Push:
    """Return the multipart push of a Hikvision camera: ``anpr.xml`` first, then the pictures."""
    names = _picture_names(capture.frames)
    xml = _anpr_xml(capture, names)
    parts = [_part("anpr.xml", "anpr.xml", "text/xml; charset=UTF-8", xml)]
    for name, frame in zip(names, capture.frames, strict=True):
        parts.append(_part(f"{name}.jpg", f"{name}.jpg", "image/jpeg", frame.jpeg))
    headers = {"Content-Type": f"multipart/form-data; boundary={_BOUNDARY}"}
    return Push(headers, b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode())


def signed_push(
    capture: Capture,
    url: str,
    private_key: Ed25519PrivateKey,
    created: datetime,
    event_id: uuid.UUID | None = None,
) -> Push:
    """Return the signed push of a gateway to one address; ``created`` must be the present."""
    event = _event(capture, str(event_id or uuid7()))
    data = json.dumps(event, ensure_ascii=False).encode()
    parts = [_part("event", "", "application/json", data)]
    for number, frame in enumerate(capture.frames, start=1):
        parts.append(_part(f"image_{number}", "", "image/jpeg", frame.jpeg))
    body = b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
        "Idempotency-Key": event["event_id"],
    }
    signed = sign_request(
        url, headers, body, private_key=private_key, key_id=capture.device_serial, created=created
    )
    return Push(signed, body)


def _part(name: str, filename: str, media_type: str, data: bytes) -> bytes:
    shown = f'; filename="{filename}"' if filename else ""
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{shown}\r\n'
        f"Content-Type: {media_type}\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data + b"\r\n"


def _picture_names(frames: tuple[Frame, ...]) -> list[str]:
    names, overviews = [], 0
    for frame in frames:
        if frame.role == "plate_crop":
            names.append("licensePlatePicture")
            continue
        overviews += 1
        names.append("detectionPicture" if overviews == 1 else f"detectionPicture_{overviews}")
    return names


def _anpr_xml(capture: Capture, names: list[str]) -> bytes:
    local = capture.at.astimezone(VIETNAM)
    two_wheeled = capture.vehicle_class in {"motorcycle", "moped", "e_bike"}
    beliefs = ",".join(str(value // 10) for value in capture.char_confidences)
    lowest = min(capture.char_confidences, default=980) // 10
    pictures = "".join(
        _picture_info(capture, name, frame)
        for name, frame in zip(names, capture.frames, strict=True)
    )
    colour = _VENDOR_COLOURS.get(capture.vehicle_colour, capture.vehicle_colour)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
<ipAddress>192.0.2.10</ipAddress>
<portNo>80</portNo>
<protocol>HTTP</protocol>
<channelID>1</channelID>
<dateTime>{local.isoformat(timespec="seconds")}</dateTime>
<activePostCount>1</activePostCount>
<eventType>ANPR</eventType>
<eventState>active</eventState>
<eventDescription>ANPR</eventDescription>
<ANPR>
<country>91</country>
<licensePlate>{html.escape(capture.plate)}</licensePlate>
<line>{capture.lane}</line>
<direction>reverse</direction>
<confidenceLevel>{lowest}</confidenceLevel>
<plateType>{"twoWheelVehicle" if two_wheeled else "unknown"}</plateType>
<plateColor>{capture.plate_colour}</plateColor>
<twoWheelVehicle>{"yes" if two_wheeled else "no"}</twoWheelVehicle>
<plateCharBelieve>{beliefs}</plateCharBelieve>
{_speed_limit(capture)}{_illegal_info(capture)}<vehicleType>{_vendor_type(capture)}</vehicleType>
<detectDir>8</detectDir>
<detectType>{4 if capture.measured_tenths else 2}</detectType>
<alarmDataType>0</alarmDataType>
{_red_light(capture)}<vehicleInfo>
<index>1</index>
<color>{html.escape(colour)}</color>
<speed>{_decimal(capture.measured_tenths or 0)}</speed>
<vehicleLogoRecog>{MAKE_CODES.get(capture.vehicle_make, "0")}</vehicleLogoRecog>
<vehileModel>0</vehileModel>
</vehicleInfo>
<pictureInfoList>{pictures}
</pictureInfoList>
</ANPR>
<UUID>{_token(capture, "vehicle")}</UUID>
<picNum>{len(capture.frames)}</picNum>
<isDataRetransmission>false</isDataRetransmission>
</EventNotificationAlert>
""".encode()


def _vendor_type(capture: Capture) -> str:
    return _TYPES.get(capture.vehicle_class, "twoWheelVehicle")


def _speed_limit(capture: Capture) -> str:
    if capture.limit_tenths is None:
        return ""
    return f"<speedLimit>{_decimal(capture.limit_tenths)}</speedLimit>\n"


def _red_light(capture: Capture) -> str:
    if capture.red_since_ms is None:
        return ""
    seconds, rest = divmod(capture.red_since_ms, 1000)
    return f"<redLightTime>{seconds}.{rest:03d}</redLightTime>\n"


def _illegal_info(capture: Capture) -> str:
    codes = {
        "red_light": (RED_LIGHT_CODE, "Run Red Light"),
        "speed_over": (SPEED_CODE, "Over Speed"),
    }
    code, name = codes.get(capture.violation_type or "", ("0", "Normal"))
    return (
        f"<illegalInfo><illegalCode>{code}</illegalCode>"
        f"<illegalName>{name}</illegalName></illegalInfo>\n"
    )


def _picture_info(capture: Capture, name: str, frame: Frame) -> str:
    local = frame.captured_at.astimezone(VIETNAM)
    rectangles = ""
    for box in frame.boxes:
        tag = {"plate": "plateRect", "vehicle": "vehicelRect"}.get(box.kind)
        if tag:
            sides = (box.x, box.y, box.width, box.height)
            x, y, width, height = (round(side * 1000) for side in sides)
            corner = f"<X>{x}</X><Y>{y}</Y>"
            size = f"<width>{width}</width><height>{height}</height>"
            rectangles += f"<{tag}>{corner}{size}</{tag}>"
    stamp = f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}"
    return (
        f"\n<pictureInfo><fileName>{name}.jpg</fileName><type>{name}</type><dataType>0</dataType>"
        f"<picRecogMode>1</picRecogMode><absTime>{stamp}</absTime>{rectangles}"
        f"<pId>{stamp}{_token(capture, name)}</pId></pictureInfo>"
    )


def _token(capture: Capture, name: str) -> str:
    """Return a name that stays the same when the same capture is sent again."""
    seed = f"{capture.device_serial}|{capture.at.isoformat()}|{capture.plate}|{name}"
    return hashlib.sha256(seed.encode()).hexdigest()[:14]


def _decimal(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


def _event(capture: Capture, event_id: str) -> dict[str, Any]:
    local = capture.at.astimezone(VIETNAM)
    event: dict[str, Any] = {
        "schema": "vn.traffic.violation-event/1",
        "event_id": event_id,
        "kind": "violation_candidate" if capture.violation_type else "passage",
        "device": {"serial": capture.device_serial, "vendor": "Mẫu Việt", "firmware": "1.0.0"},
        "time": {
            "occurred_at": local.isoformat(timespec="milliseconds"),
            "local_text": f"{local:%d/%m/%Y %H:%M:%S},{local.microsecond // 1000:03d}",
            "clock_offset_ms": capture.clock_offset_ms,
            "late_reason": "none",
        },
        "lane": {"number": capture.lane},
        "direction": "receding",
        "vehicle": {
            "class": capture.vehicle_class,
            "colour": capture.vehicle_colour,
            "make": capture.vehicle_make,
        },
        "plate": {
            "raw": capture.plate,
            "colour": capture.plate_colour,
            "read_state": "read",
            "confidence": min(capture.char_confidences, default=980) / 1000,
            "char_confidence": [value / 1000 for value in capture.char_confidences],
        },
        "images": [_image(frame) for frame in capture.frames],
    }
    if capture.violation_type:
        event["violation"] = {"type": capture.violation_type}
    if capture.red_since_ms is not None:
        event["signal"] = {"state": "red", "red_since_ms": capture.red_since_ms}
    if capture.measured_tenths is not None and capture.limit_tenths is not None:
        event["speed"] = {
            "measured_kmh": capture.measured_tenths / 10,
            "limit_kmh": capture.limit_tenths / 10,
            "method": "radar",
            "multi_target": False,
        }
    return event


def _image(frame: Frame) -> dict[str, Any]:
    local = frame.captured_at.astimezone(VIETNAM)
    return {
        "role": frame.role,
        "sha256": hashlib.sha256(frame.jpeg).hexdigest(),
        "bytes": len(frame.jpeg),
        "media_type": "image/jpeg",
        "captured_local": f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}",
        "boxes": [
            {"kind": box.kind, "x": box.x, "y": box.y, "w": box.width, "h": box.height}
            for box in frame.boxes
        ],
    }
