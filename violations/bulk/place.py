"""The units, cameras, officers and acts that bulk cases are made of; made once, then found again.

Bulk rows are told from real ones by their beginning ``KL-`` (khối lượng): cases, sites, cameras,
units, badges.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.files.storage import storages
from django.db import transaction
from PIL import Image, ImageDraw

from cameras import custody
from cameras.models import Delivery, Device, DeviceCertificate, Site, Unit
from violations.law_loading import load_calendar, load_catalogue
from violations.models import Beneficiary, LedgerAccount, Officer, OfficerTitle, PenaltyRule
from violations.payments import ACCOUNTS
from violations.roles import establish_roles

PREFIX = "KL-"
UNITS, DEVICES_A_UNIT, PICTURES = 34, 9, 2  # 34 provinces since 1/7/2025
LIMIT_TENTHS = 800
VALID_FROM, VALID_UNTIL = date(2020, 1, 1), date(2035, 12, 31)
#: Kind of violation and class of vehicle, with how often it comes.
MIX = (
    ("red_light", "car", 30),
    ("red_light", "motorcycle", 25),
    ("speed_over", "car", 25),
    ("stop_line", "car", 4),
    ("wrong_lane", "car", 6),
    ("lane_marking", "car", 4),
    ("illegal_stop_parking", "car", 3),
    ("no_helmet", "motorcycle", 8),
)


@dataclass(frozen=True)
class Camera:
    """One bulk camera, with what every case of it repeats."""

    pk: int
    code: str
    unit_id: int
    unit_code: str
    place: str
    delivery_id: str
    pictures: tuple[tuple[str, int, int], ...]  # SHA-256, offset, size
    verifier: Officer
    signer: Officer


@dataclass(frozen=True)
class Act:
    """One kind of violation with the rule it is sanctioned by."""

    kind: str
    vehicle_class: str
    rule_id: int
    rule_code: str
    fine_min_vnd: int
    fine_max_vnd: int
    excess_tenths: int | None


@dataclass(frozen=True)
class Place:
    """All that bulk cases are made of."""

    cameras: tuple[Camera, ...]
    acts: tuple[Act, ...]  # repeated by their weight
    beneficiaries: dict[int, int]


def establish(at: datetime, units: int = UNITS) -> Place:
    """Make what is missing, and read all: a second run finds what the first one made.

    ``units`` is how many the cases are spread over when they are first made.
    """
    with transaction.atomic():
        if not PenaltyRule.objects.exists():
            load_catalogue()
            load_calendar()
            establish_roles()
        for code, name in ACCOUNTS.items():
            LedgerAccount.objects.get_or_create(code=code, defaults={"name": name})
        if not Device.objects.filter(code__startswith=PREFIX).exists():
            for unit in _units(units):
                _furnish(unit, at)
    return Place(_cameras(), _acts(), _beneficiaries())


def _units(count: int) -> list[Unit]:
    """Return the units of the portal and as many of our own as make up the number."""
    found = list(Unit.objects.exclude(level=Unit.Level.NATIONAL).order_by("pk")[:count])
    for number in range(len(found) + 1, count + 1):
        code = f"{PREFIX}{number:02d}"
        found.append(
            Unit.objects.create(
                code=code,
                name=f"Phòng Cảnh sát giao thông {code} (khối lượng)",
                superior_name="Công an tỉnh (khối lượng)",
                level=Unit.Level.PROVINCIAL,
                paper_suffix="CSGT",
                place_name="Hà Nội",
                province_code="01",
                address="số 1 phố Ví Dụ",
                phone="024 0000 0001",
            )
        )
    return found


def _furnish(unit: Unit, at: datetime) -> None:
    """Give a unit a verifier, a signer, an account and its cameras."""
    for role, title in (("d", "soldier"), ("k", "office_head")):
        badge = f"{PREFIX}{unit.pk}{role}"
        user = get_user_model().objects.create(
            username=badge.lower(),
            full_name=f"Cán bộ {badge}",
            password=make_password(None),
            is_staff=True,
            is_active=False,  # nobody signs in as these
        )
        officer = Officer.objects.create(user=user, badge=badge, unit=unit)
        OfficerTitle.objects.create(officer=officer, title=title, from_day=VALID_FROM)
    if not Beneficiary.objects.filter(unit=unit, valid_until__isnull=True).exists():
        Beneficiary.objects.create(
            unit=unit,
            treasury_name="Kho bạc Nhà nước (khối lượng)",
            account="7111.0.0000000",
            agency_code="0000000",
            chapter_code="000",
            item_code="0000",
            valid_from=VALID_FROM,
        )
    for number in range(1, DEVICES_A_UNIT + 1):
        _camera(unit, f"{PREFIX}{unit.pk:03d}-{number}", at)


def _camera(unit: Unit, code: str, at: datetime) -> None:
    """Register one camera with its certificates and the one delivery its detections share."""
    site = Site.objects.create(
        code=code,
        name=f"nút giao số {code[-1]} (khối lượng)",
        direction="hướng đi Cầu Đông",
        unit=unit,
        longitude_microdegrees=105_850_000 + unit.pk * 10_000,
        latitude_microdegrees=21_020_000 - unit.pk * 10_000,
    )
    device = Device.objects.create(
        code=code,
        serial=f"KHOI-{code}",
        vendor="Hikvision",
        model="iDS (mẫu)",
        adapter="hikvision-isapi",
        site=site,
        speed_method="radar",
    )
    for kind in DeviceCertificate.Kind.values:
        DeviceCertificate.objects.create(
            device=device,
            kind=kind,
            number=f"{kind}-{code}",
            issued_by="Viện Đo lường (mẫu)",
            valid_from=VALID_FROM,
            valid_until=VALID_UNTIL,
        )
    parts = _pictures(code)
    body = b"".join(parts)
    stored = storages["evidence"].put(body)
    delivery = Delivery.objects.create(
        device=device,
        method="POST",
        path="/",
        remote_address="127.0.0.1",
        headers=[],
        body_sha256=stored,
        kept_sha256=stored,
        body_size=len(body),
        kept_size=len(body),
        received_at=at,
        state=Delivery.State.PARSED,
        adapter_version=",".join(str(len(part)) for part in parts),
        parsed_at=at + timedelta(seconds=1),
    )
    custody.record("received", delivery=delivery, at=at)


def _pictures(code: str) -> list[bytes]:
    drawn = []
    for number in range(1, PICTURES + 1):
        image = Image.new("RGB", (1280, 720), (40, 60, 66))
        ImageDraw.Draw(image).text((40, 40), f"{code} {number}", fill=(255, 255, 255))
        data = io.BytesIO()
        image.save(data, "JPEG", quality=70)
        drawn.append(data.getvalue())
    return drawn


def _cameras() -> tuple[Camera, ...]:
    officers = {
        officer.badge: officer
        for officer in Officer.objects.filter(badge__startswith=PREFIX).select_related("user")
    }
    deliveries = {
        row.device_id: row for row in Delivery.objects.filter(device__code__startswith=PREFIX)
    }
    found = []
    devices = Device.objects.filter(code__startswith=PREFIX).select_related("site__unit")
    for device in devices.order_by("code"):
        unit, delivery = device.site.unit, deliveries[device.pk]
        body, offset, pictures = storages["evidence"].read(delivery.kept_sha256), 0, []
        for size in (int(part) for part in delivery.adapter_version.split(",")):
            digest = hashlib.sha256(body[offset : offset + size]).hexdigest()
            pictures.append((digest, offset, size))
            offset += size
        found.append(
            Camera(
                pk=device.pk,
                code=device.code,
                unit_id=unit.pk,
                unit_code=unit.code,
                place=f"{device.site.name}, {device.site.direction}",
                delivery_id=str(delivery.pk),
                pictures=tuple(pictures),
                verifier=officers[f"{PREFIX}{unit.pk}d"],
                signer=officers[f"{PREFIX}{unit.pk}k"],
            )
        )
    return tuple(found)


def _acts() -> tuple[Act, ...]:
    """Return the acts of the mix for which the catalogue has a fine today."""
    found: list[Act] = []
    rules = PenaltyRule.objects.filter(sanction="fine", is_residual=False, is_per_person=False)
    for kind, vehicle_class, weight in MIX:
        fitting = rules.filter(
            violation_type=kind, vehicle_classes__contains=[vehicle_class], offender=""
        ).order_by("pk")
        if kind == "speed_over":
            fitting = fitting.filter(excess_from_tenths__isnull=False)
        for rule in fitting[: 3 if kind == "speed_over" else 1]:
            excess: Any = None
            if kind == "speed_over":
                excess = (rule.excess_from_tenths or 50) + 5
            act = Act(
                kind, vehicle_class, rule.pk, rule.code, rule.fine_min_vnd, rule.fine_max_vnd,
                excess,
            )  # fmt: skip
            found += [act] * weight
    return tuple(found)


def _beneficiaries() -> dict[int, int]:
    rows = Beneficiary.objects.filter(valid_until__isnull=True)
    return dict(rows.values_list("unit_id", "pk"))
