"""Bring the demonstration's units, staff, cameras, law and accounts into the database."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from cameras.models import Device, DeviceCertificate, Site, Unit
from cameras.simulated_push import hikvision_profile
from citizens.appointments import Times, open_times
from config.demo import signing
from config.demo.people import DEVICES, PEOPLE, UNITS
from notices.models import EnvelopeType, PostRange
from violations.actors import actor_for
from violations.guards import day_in_viet_nam
from violations.law_loading import load_calendar, load_catalogue
from violations.models import Beneficiary, Officer, OfficerTitle
from violations.roles import establish_roles

BEGINNING = date(2025, 1, 1)
POSTAL_BEGINS = {"C08": 47_300_000, "PC08-HN": 47_400_000, "PC08-HCM": 47_500_000}
POSTAL_NUMBERS = 50_000  # a unit
#: A common envelope with a window, measured as one would with a ruler; in tenths of a millimetre.
ENVELOPE = {
    "name": "DL 110 × 220 (mẫu)",
    "width": 2200,
    "height": 1100,
    "window_left": 150,
    "window_top": 450,
    "window_width": 1100,
    "window_height": 500,
    "play_across": 100,
    "play_down": 110,
}


@dataclass(frozen=True)
class SignIn:
    """How a member of staff signs in: shown on the screen, stored in a private file."""

    username: str
    name: str
    role: str
    unit: str
    password: str
    totp_secret: str

    @property
    def totp_uri(self) -> str:
        """Return the otpauth address an authenticator app reads."""

        issuer = quote(settings.MFA_TOTP_ISSUER)
        return (
            f"otpauth://totp/{issuer}:{quote(self.username)}"
            f"?secret={self.totp_secret}&issuer={issuer}"
        )


@transaction.atomic
def seed() -> tuple[list[SignIn], dict[str, str]]:
    """Make what is missing and return the sign-ins and each camera's private key (generic push)."""
    load_catalogue()
    load_calendar()
    establish_roles()
    _units()
    kept = private_file(settings.DATA_DIR / "demo.json")
    sign_ins = _staff(kept)
    _devices(kept)
    _accounts()
    signing.give_keys(at=timezone.now())
    _post_room()
    _times_to_receive()
    write_private(settings.DATA_DIR / "demo.json", kept)
    return sign_ins, kept["device_keys"]


def _units() -> None:
    for sample in UNITS:
        Unit.objects.get_or_create(
            code=sample.code,
            defaults={
                "name": sample.name,
                "superior_name": sample.superior,
                "level": sample.level,
                "parent": Unit.objects.filter(code=sample.parent).first(),
                "paper_suffix": sample.suffix,
                "place_name": sample.place,
                "province_code": sample.province,
                "address": sample.address,
                "phone": sample.phone,
            },
        )


def _post_room() -> None:
    """Register the ranges of postal numbers and one envelope, as a clerk would on the first day."""
    for code, begin in POSTAL_BEGINS.items():
        PostRange.objects.get_or_create(
            unit_code=code,
            prefix="RR",
            first=begin,
            last=begin + POSTAL_NUMBERS - 1,
            defaults={
                "issued_on": BEGINNING,
                "receipt": "BN-2025-01 (mẫu)",
                "registered_by_name": "Văn thư (mẫu)",
                "registered_at": timezone.now(),
            },
        )
    EnvelopeType.objects.get_or_create(name=ENVELOPE["name"], defaults=ENVELOPE)


def _times_to_receive() -> None:
    """Open times of two weeks for each unit that has somebody to receive people."""
    at = timezone.now()
    today = day_in_viet_nam(at)
    times = Times(
        from_on=today + timedelta(days=1),
        until_on=today + timedelta(days=14),
        hours=(time(8), time(9), time(10), time(14), time(15)),
        minutes=30,
        capacity=2,
    )
    receiving = Officer.objects.filter(user__groups__name="Reviewing officer", user__is_active=True)
    by_unit = {officer.unit_id: officer for officer in receiving.select_related("unit", "user")}
    for officer in by_unit.values():
        open_times(officer.unit, times, by=actor_for(officer.user), at=at)


def _staff(kept: dict[str, Any]) -> list[SignIn]:
    """Make the staff with a password and a real TOTP secret each."""
    user_model = get_user_model()
    sign_ins = []
    for sample in PEOPLE:
        secret = kept["people"].setdefault(
            sample.username,
            {"password": secrets.token_urlsafe(12), "totp": generate_totp_secret()},
        )
        user, created = user_model.objects.get_or_create(
            username=sample.username,
            defaults={"full_name": sample.name, "is_staff": True},
        )
        if created:
            user.set_password(secret["password"])
            user.save()
            user.groups.set([Group.objects.get(name=sample.role)])
            unit = Unit.objects.get(code=sample.unit)
            officer = Officer.objects.create(user=user, badge=sample.badge, unit=unit)
            OfficerTitle.objects.create(officer=officer, title=sample.title, from_day=BEGINNING)
            TOTP.activate(user, secret["totp"])
        sign_ins.append(
            SignIn(
                sample.username,
                sample.name,
                sample.role,
                sample.unit,
                secret["password"],
                secret["totp"],
            )
        )
    return sign_ins


def _devices(kept: dict[str, Any]) -> None:
    for sample in DEVICES:
        site, _created = Site.objects.get_or_create(
            code=sample.site,
            defaults={
                "name": sample.site_name,
                "direction": sample.direction,
                "unit": Unit.objects.get(code=sample.unit),
                "longitude_microdegrees": sample.longitude,
                "latitude_microdegrees": sample.latitude,
            },
        )
        public_key = None
        if sample.adapter == "generic-signed":
            public_key = _public_key(kept["device_keys"], sample.code)
        device, created = Device.objects.get_or_create(
            code=sample.code,
            defaults={
                "serial": sample.serial,
                "vendor": sample.vendor,
                "model": sample.model,
                "adapter": sample.adapter,
                "site": site,
                "speed_method": sample.speed_method,
                "profile": (
                    hikvision_profile(sample.scene) if sample.adapter == "hikvision-isapi" else {}
                ),
                "public_key": public_key,
            },
        )
        if created:
            for kind, number, issuer in (
                ("verification", f"KĐ-26-{sample.code[-4:]} (mẫu)", "Viện Đo lường (mẫu)"),
                ("approval", f"{sample.code[-4:]}/QĐ-CSGT (mẫu)", "Trưởng phòng CSGT (mẫu)"),
            ):
                DeviceCertificate.objects.create(
                    device=device,
                    kind=kind,
                    number=number,
                    issued_by=issuer,
                    valid_from=date(2026, 1, 1),
                    valid_until=date(2027, 6, 30),
                )


def _public_key(keys: dict[str, str], code: str) -> bytes:
    """Return a device's public key, making its private key on the first start."""
    if code not in keys:
        keys[code] = (
            Ed25519PrivateKey.generate()
            .private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
            .hex()
        )
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys[code]))
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _accounts() -> None:
    """Give every unit a placeholder treasury account: real codes are configuration of the unit."""
    for unit in Unit.objects.all():
        Beneficiary.objects.get_or_create(
            unit=unit,
            valid_until=None,
            defaults={
                "treasury_name": "Kho bạc Nhà nước khu vực (mẫu)",
                "account": "7111.0.0000000",
                "agency_code": "0000000",
                "chapter_code": "000",
                "item_code": "0000",
                "valid_from": BEGINNING,
            },
        )


def private_file(path: Path) -> dict[str, Any]:
    """Read what this clone keeps to itself: passwords and keys of the demonstration."""
    if path.exists():
        kept: dict[str, Any] = json.loads(path.read_text())
        return kept
    return {"people": {}, "device_keys": {}}


def write_private(path: Path, kept: dict[str, Any]) -> None:
    """Write it, readable by its owner alone; a crash leaves the old file or the new one."""
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(kept, file)
    os.replace(draft, path)
