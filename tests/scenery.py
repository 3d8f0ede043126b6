"""The units, people, cameras, law and detections that a test's case is made of. Time is given."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from PIL import Image, ImageDraw

from cameras import custody
from cameras.models import (
    Delivery,
    Detection,
    Device,
    DeviceCertificate,
    EvidenceFile,
    Site,
    Unit,
)
from tests.signing import give_key
from violations.law_loading import load_calendar, load_catalogue
from violations.models import Beneficiary, Officer, OfficerTitle, PenaltyRule
from violations.roles import establish_roles

START = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)  # Monday 12/10/2026 08:00 in Viet Nam


FREE_PLATES = (f"30F{number:05d}" for number in range(10001, 99999))


@dataclass
class World:
    """The people and things a case needs."""

    unit: Unit
    other_unit: Unit
    national: Unit
    red_light_camera: Device
    speed_camera: Device
    reviewer: Officer
    second_reviewer: Officer
    leader: Officer
    other_leader: Officer
    clerk: Officer
    technician: Officer
    auditor: Officer
    administrator: Officer
    supervisor: Officer
    extra: dict[str, Any] = field(default_factory=dict)


def world() -> World:
    """Make the units, staff, cameras and law; call it once a test."""
    if not PenaltyRule.objects.exists():
        load_catalogue()
        load_calendar()
        establish_roles()
    national = _unit("C08", Unit.Level.NATIONAL)
    unit = _unit("PC08-HN", Unit.Level.PROVINCIAL)
    other_unit = _unit("PC08-HCM", Unit.Level.PROVINCIAL)
    return World(
        unit=unit,
        other_unit=other_unit,
        national=national,
        red_light_camera=_device("CAM-0412", unit, ""),
        speed_camera=_device("CAM-0533", unit, "radar"),
        reviewer=officer("lan", "Phạm Thị Lan", "Reviewing officer", unit),
        second_reviewer=officer("khoa", "Nguyễn Đăng Khoa", "Reviewing officer", unit),
        leader=officer("minh", "Lê Quang Minh", "Signing leader", unit, "office_head"),
        other_leader=officer("ngoc", "Đặng Bích Ngọc", "Signing leader", other_unit, "office_head"),
        clerk=officer("hoa", "Trần Thị Hòa", "Clerk", unit),
        technician=officer("tuan", "Đỗ Anh Tuấn", "Camera technician", unit),
        auditor=officer("thu", "Ngô Minh Thư", "Auditor", national),
        administrator=officer("nghia", "Đinh Văn Nghĩa", "Administrator", national),
        supervisor=officer("duc", "Hoàng Minh Đức", "Supervisor", unit, "deputy_team_head"),
    )


def officer(username: str, name: str, role: str, unit: Unit, title: str = "soldier") -> Officer:
    """Make a member of staff with a role, a unit and a title held since 2025."""
    user = get_user_model().objects.create_user(
        username=username, password="mật khẩu thử nghiệm", full_name=name, is_staff=True
    )
    user.groups.add(Group.objects.get(name=role))
    made = Officer.objects.create(user=user, badge=f"B-{username}", unit=unit)
    OfficerTitle.objects.create(officer=made, title=title, from_day=date(2025, 1, 1))
    return made


def detection(
    place: World,
    *,
    at: datetime = START,
    kind: str = "red_light",
    plate: str | None = None,
    vehicle_class: str = "car",
    speed_tenths: int = 985,
    limit_tenths: int = 800,
    pictures: int = 3,
    **columns: Any,
) -> Detection:
    """Make a detection with real pictures, stored once, as byte ranges of its delivery."""
    device = place.red_light_camera if kind == "red_light" else place.speed_camera
    plate = plate or next(FREE_PLATES)
    parts = [picture(f"{plate} {number} {at}") for number in range(pictures)]
    body = b"".join(parts)
    delivery = Delivery.objects.create(
        device=device,
        method="POST",
        path="/",
        remote_address="127.0.0.1",
        headers=[],
        body_sha256=(stored := storages["evidence"].put(body)),
        kept_sha256=stored,
        body_size=len(body),
        kept_size=len(body),
        received_at=at + timedelta(seconds=2),
        state=Delivery.State.PARSED,
        parsed_at=at + timedelta(seconds=3),
    )
    custody.record("received", delivery=delivery, at=at + timedelta(seconds=2))
    made = Detection.objects.create(
        **{
            "device": device,
            "delivery": delivery,
            "source_key": f"{plate}-{at.isoformat()}",
            "violation_type": kind,
            "occurred_at": at,
            "time_quality": "synchronised",
            "received_at": at + timedelta(seconds=2),
            "plate_raw": plate,
            "plate_normalised": plate,
            "plate_kind": vehicle_class,
            "plate_colour": "white",
            "plate_confidence": 990,
            "vehicle_class": vehicle_class,
            "vehicle_colour": "",
            "vehicle_make": "",
            "lane": 1,
            "speed_tenths": speed_tenths if kind == "speed_over" else None,
            "limit_tenths": limit_tenths if kind == "speed_over" else None,
            "red_since_ms": 2400 if kind == "red_light" else None,
            "canonical": {},
            "state": Detection.State.READY,
        }
        | columns
    )
    offset = 0
    for number, part in enumerate(parts, start=1):
        EvidenceFile.objects.create(
            detection=made,
            delivery=delivery,
            position=number,
            role=f"overview_{number}",
            sha256=hashlib.sha256(part).hexdigest(),
            offset=offset,
            size=len(part),
            media_type="image/jpeg",
            width=1280,
            height=720,
            boxes=[
                {"kind": "vehicle", "x": 0.4, "y": 0.4, "w": 0.2, "h": 0.3, "raw": ""},
                {"kind": "plate", "x": 0.46, "y": 0.62, "w": 0.08, "h": 0.03, "raw": ""},
            ],
        )
        offset += len(part)
    return made


def picture(words: str) -> bytes:
    """Draw a small JPEG that differs by its words."""
    image = Image.new("RGB", (1280, 720), (40, 60, 66))
    ImageDraw.Draw(image).text((40, 40), words, fill=(255, 255, 255))
    data = io.BytesIO()
    image.save(data, "JPEG", quality=70)
    return data.getvalue()


def _unit(code: str, level: str) -> Unit:
    """Make a unit with its treasury account and the key that seals its papers."""
    unit = Unit.objects.create(
        code=code,
        name=f"Phòng Cảnh sát giao thông {code} (mẫu)",
        superior_name="Công an thành phố (mẫu)",
        level=level,
        paper_suffix="CSGT",
        place_name="Hà Nội",
        province_code="01",
        address="số 1 phố Ví Dụ, phường Mẫu Một",
        phone="024 0000 0001",
    )
    Beneficiary.objects.create(
        unit=unit,
        treasury_name="Kho bạc Nhà nước (mẫu)",
        account="7111.0.0000000",
        agency_code="0000000",
        chapter_code="000",
        item_code="0000",
        valid_from=date(2025, 1, 1),
    )
    give_key(code)
    return unit


def _device(code: str, unit: Unit, speed_method: str) -> Device:
    site = Site.objects.create(
        code=f"S-{code}",
        name="nút giao Lê Lai – Trần Phú (mẫu)",
        direction="hướng đi Cầu Đông",
        unit=unit,
        longitude_microdegrees=105_850_000,
        latitude_microdegrees=21_020_000,
    )
    device = Device.objects.create(
        code=code,
        serial=f"MAU-{code}",
        vendor="Hikvision",
        model="iDS (mẫu)",
        adapter="hikvision-isapi",
        site=site,
        speed_method=speed_method,
    )
    for kind in DeviceCertificate.Kind.values:
        DeviceCertificate.objects.create(
            device=device,
            kind=kind,
            number=f"{kind}-{code}",
            issued_by="Viện Đo lường (mẫu)",
            valid_from=date(2026, 1, 1),
            valid_until=date(2027, 6, 30),
        )
    return device
