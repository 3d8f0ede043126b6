"""Devices in the register, and what they send: bodies written out here, not by the simulator."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageDraw

from cameras import inbox, parsing
from cameras.adapters.signing_client import sign_request
from cameras.arrivals import Arrival
from cameras.draining import drain
from cameras.identifiers import uuid7
from cameras.models import Delivery, Detection, Device, DeviceCertificate, Site, Unit
from cameras.spool import spool

VIET_NAM = timezone(timedelta(hours=7))
#: Monday 12/10/2026 08:00:02 in Viet Nam: two seconds after the act.
AT = datetime(2026, 10, 12, 1, 0, 2, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BOUNDARY = "MauBoundary"
PLATE = "30F25658"


def unit(code: str = "PC08-HN", level: str = "provincial") -> Unit:
    made, _created = Unit.objects.get_or_create(
        code=code,
        defaults={
            "name": f"Phòng {code} (mẫu)",
            "superior_name": "Công an thành phố (mẫu)",
            "level": level,
            "paper_suffix": "CSGT",
            "place_name": "Hà Nội",
            "province_code": "01",
            "address": "số 1 phố Ví Dụ",
            "phone": "024 0000 0001",
        },
    )
    return made


def camera(
    code: str = "CAM-01",
    *,
    adapter: str = "hikvision-isapi",
    speed_method: str = "radar",
    certified: bool = True,
    today: date = date(2026, 10, 12),
    **columns: Any,
) -> Device:
    """Register a device whose certificates are valid half a year before and after ``today``."""
    site = Site.objects.create(
        code=f"S-{code}",
        name="nút giao Mẫu",
        unit=columns.pop("unit", None) or unit(),
        longitude_microdegrees=105_850_000,
        latitude_microdegrees=21_020_000,
    )
    public_key = KEY.public_key().public_bytes_raw() if adapter == "generic-signed" else None
    device = Device.objects.create(
        code=code,
        serial=f"MAU-{code}",
        vendor="Mẫu",
        model="M1",
        adapter=adapter,
        site=site,
        speed_method=speed_method,
        public_key=public_key,
        **columns,
    )
    if certified:
        for kind in DeviceCertificate.Kind.values:
            certify(device, kind, today)
    return device


def certify(device: Device, kind: str, today: date) -> DeviceCertificate:
    return DeviceCertificate.objects.create(
        device=device,
        kind=kind,
        number=f"{kind}-{device.code}",
        issued_by="Viện Đo lường (mẫu)",
        valid_from=today - timedelta(days=180),
        valid_until=today + timedelta(days=180),
    )


def picture(words: str, size: tuple[int, int] = (1280, 720)) -> bytes:
    """Draw a JPEG that differs by its words."""
    image = Image.new("RGB", size, (40, 60, 66))
    ImageDraw.Draw(image).text((10, 10), words, fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()


def three_pictures(words: str) -> list[bytes]:
    return [picture(f"{words} {number}") for number in (1, 2, 3)]


@dataclass
class Push:
    """One request: its headers and its body."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def multipart(parts: list[tuple[str, str, str, bytes]]) -> bytes:
    """Join (name, filename, media type, bytes); an empty filename leaves the parameter out."""
    body = b""
    for name, filename, media_type, data in parts:
        extra = f'; filename="{filename}"' if filename else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n'
        body += head.encode() + f"Content-Type: {media_type}\r\n\r\n".encode() + data + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def hikvision(
    words: str = "one",
    *,
    at: datetime = AT - timedelta(seconds=2),
    plate: str = PLATE,
    code: str = "1625",
    pictures: list[bytes] | None = None,
    picture_id: str = "",
    event: str = "",
    named_parts: bool = True,
    date_time: str = "",
    vehicle_type: str = "vehicle",
) -> Push:
    """Write a Hikvision ANPR push; ``event`` is further XML inside ANPR."""
    pictures = three_pictures(words) if pictures is None else pictures
    local = at.astimezone(VIET_NAM)
    stamp = f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}"
    names = [f"detectionPicture{'' if n == 0 else f'_{n + 1}'}" for n in range(len(pictures))]
    infos = "".join(
        f"<pictureInfo><fileName>{name}.jpg</fileName><type>{name}</type><dataType>0</dataType>"
        f"<absTime>{stamp}</absTime><pId>{picture_id or words}-{name}</pId>"
        "<plateRect><X>450</X><Y>620</Y><width>80</width><height>30</height></plateRect>"
        f"<vehicelRect><X>400</X><Y>{400 - 10 * number}</Y>"
        "<width>200</width><height>300</height></vehicelRect>"
        "</pictureInfo>"
        for number, name in enumerate(names)
    )
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">'
        f"<dateTime>{date_time or local.isoformat(timespec='seconds')}</dateTime>"
        "<eventType>ANPR</eventType><ANPR><country>91</country>"
        f"<licensePlate>{plate}</licensePlate><line>2</line><confidenceLevel>97</confidenceLevel>"
        f"<plateColor>white</plateColor><vehicleType>{vehicle_type}</vehicleType>"
        f"<illegalInfo><illegalCode>{code}</illegalCode></illegalInfo>{event}"
        f"<pictureInfoList>{infos}</pictureInfoList></ANPR></EventNotificationAlert>"
    ).encode()
    parts = [("anpr.xml", "anpr.xml", "text/xml", xml)]
    for name, data in zip(names, pictures, strict=True):
        parts.append((f"{name}.jpg", f"{name}.jpg" if named_parts else "", "image/jpeg", data))
    return Push(multipart(parts), {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})


def heartbeat() -> Push:
    xml = (
        '<EventNotificationAlert version="2.0"><eventType>videoloss</eventType>'
        "<eventState>inactive</eventState></EventNotificationAlert>"
    )
    return Push(xml.encode(), {"Content-Type": "application/xml"})


def signed(
    device: Device,
    url: str,
    *,
    event_id: str = "",
    at: datetime = AT - timedelta(seconds=2),
    created: datetime = AT,
    words: str = "signed",
    key: Ed25519PrivateKey = KEY,
    nonce: str | None = None,
    **changes: Any,
) -> Push:
    """Write a signed push of a gateway about a red light."""
    pictures = three_pictures(words)
    event = {
        "schema": "vn.traffic.violation-event/1",
        "event_id": event_id or str(uuid7()),
        "kind": "violation_candidate",
        "device": {"serial": device.serial},
        "time": {"occurred_at": at.isoformat(timespec="milliseconds"), "clock_offset_ms": 20},
        "violation": {"type": "red_light"},
        "signal": {"state": "red", "red_since_ms": 2400},
        "vehicle": {"class": "car"},
        "plate": {"raw": PLATE, "colour": "white", "confidence": 0.97},
        "images": [
            {
                "role": f"overview_{number}",
                "sha256": hashlib.sha256(data).hexdigest(),
                "bytes": len(data),
                "media_type": "image/jpeg",
                "boxes": [
                    {"kind": "vehicle", "x": 0.4, "y": (41 - number) / 100, "w": 0.2, "h": 0.3}
                ],
            }
            for number, data in enumerate(pictures, start=1)
        ],
        **changes,
    }
    parts = [("event", "", "application/json", json.dumps(event).encode())]
    for number, data in enumerate(pictures, start=1):
        parts.append((f"image_{number}", "", "image/jpeg", data))
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Idempotency-Key": str(event["event_id"]),
    }
    body = multipart(parts)
    signed_headers = sign_request(
        url, headers, body, private_key=key, key_id=device.serial, created=created, nonce=nonce
    )
    return Push(body, signed_headers)


def arrival(push: Push, path: str, **changes: Any) -> Arrival:
    """Put a push at the door, without a network."""
    facts: dict[str, Any] = {
        "method": "POST",
        "path": path,
        "remote_address": "192.0.2.10",
        "headers": (("Host", "testserver"), *push.headers.items()),
        "stream": io.BytesIO(push.body),
        "announced_size": len(push.body),
        **changes,
    }
    return Arrival(**facts)


def receive(device: Device, push: Push, *, at: datetime = AT, **changes: Any) -> inbox.Answer:
    """Deliver a push to a device's own address."""
    path = inbox.push_path(device)
    answer = inbox.receive(
        arrival(push, path, **changes),
        route=inbox.ROUTES[device.adapter],
        path_token=device.path_token,
        at=at,
    )
    bring_in()
    return answer


def bring_in() -> int:
    """Bring what was delivered into the database, as the process ``drain_inbox`` does."""
    stored, here = 0, spool()
    while round_of := drain(here).total:
        stored += round_of
    return stored


def read(device: Device, push: Push, *, at: datetime = AT) -> Delivery:
    """Deliver a push, let a worker read it, and return the delivery."""
    answer = receive(device, push, at=at)
    parsing.parse(answer.receipt_id, at=at + timedelta(seconds=1))
    return Delivery.objects.get(pk=answer.receipt_id)


def detected(device: Device, push: Push, *, at: datetime = AT) -> Detection:
    """Deliver and read a push that must become a detection."""
    delivery = read(device, push, at=at)
    assert delivery.state == Delivery.State.PARSED, (delivery.fault_code, delivery.fault_reason)
    return delivery.detections.get()
