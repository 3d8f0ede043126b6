"""Cases that got where they are by the real acts: ``case_at("decided")`` walks the whole road there.

Nothing here writes a status. Time is given: each act happens a little after the one before, from
``START``, a Monday morning with no holiday in the two weeks after it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from PIL import Image, ImageDraw

from cameras.models import (
    Delivery,
    Detection,
    Device,
    DeviceCertificate,
    EvidenceFile,
    Site,
    Unit,
)
from violations import (
    actions,
    appearances,
    explanations,
    intake,
    payments,
    review,
    sanctions,
    service,
)
from violations.actors import Actor, actor_for
from violations.catalogue import rule_for
from violations.law_loading import load_calendar, load_catalogue
from violations.models import Beneficiary, Officer, OfficerTitle, Party, PenaltyRule, Violation
from violations.registry import RegisteredOwner, RegisteredVehicle
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


def acting(person: Officer) -> Actor:
    """Return an officer as an actor, with the rights held now."""
    return actor_for(person.user)


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


def registered(case: Violation, kind: str = "individual") -> RegisteredVehicle:
    """Return what the register would answer for a case."""
    person = kind == "individual"
    return RegisteredVehicle(
        plate=case.plate,
        plate_display=case.plate_display,
        plate_colour=case.plate_colour,
        vehicle_class=case.vehicle_class,
        make="Nhãn B",
        model="Mẫu 1",
        vehicle_colour="white",
        registered_on=date(2024, 3, 1),
        owner=RegisteredOwner(
            kind="individual" if person else "organisation",
            name="Trần Văn Hiếu" if person else "Công ty Vận tải Mẫu",
            gender="male" if person else "",
            date_of_birth=date(1984, 5, 6) if person else None,
            identity_number="001084000001" if person else "0100000001",
            address_line="số 27, ngõ 114 phố Ví Dụ",
            commune="phường Mẫu Một",
            province="thành phố Hà Nội",
            phone="0900000001",
            representative="" if person else "Lý Thị Mẫu",
        ),
    )


def driver(case: Violation) -> Party:
    """Return the owner, written down as the one who drove: not saved yet."""
    owner = case.parties.get(role=Party.Role.OWNER)
    return Party(
        kind=owner.kind,
        full_name=owner.full_name,
        gender=owner.gender,
        born_on=owner.born_on,
        nationality=owner.nationality,
        identity_number=owner.identity_number,
        address=owner.address,
        phone=owner.phone,
    )


def silent_session(case: Violation, place: World, *, at: datetime) -> None:
    """Hold a working session in which the owner's side does not say who drove."""
    appearances.hold_session(
        case.pk,
        present_as="representative",
        attended_by="Lý Thị Mẫu, số định danh 001190000009",
        statement="Công ty không xác định được người lái xe (mẫu)",
        names_driver=False,
        by=acting(place.reviewer),
        at=at,
    )


def case_at(
    status: str, place: World, *, owner: str = "individual", waive: bool = True, **claim: Any
) -> Violation:
    """Return a case that stands at ``status``, having taken every act on the main road to it.

    ``claim`` goes to ``detection``. ``waive`` gives up the right to explain, in writing, where the
    law gives one, so that the decision need not wait for its window.
    """
    found = detection(place, **claim)
    case = intake.claim(found.pk, at=found.received_at + timedelta(seconds=5))
    assert case is not None
    return onward(case, status, place, owner=owner, waive=waive)


def onward(
    case: Violation, status: str, place: World, *, owner: str = "individual", waive: bool = True
) -> Violation:
    """Take a case on the main road from where it stands to ``status``."""
    stops = (
        "detected",
        "verified",
        "owner_identified",
        "notified",
        "recorded",
        "decided",
        "served",
    )
    for step in ROAD[stops.index(case.status) :]:
        if case.status == status:
            return case
        step(case, place, owner, waive)
        case = Violation.objects.get(pk=case.pk)
    assert case.status == status, f"the main road does not lead to {status}"
    return case


def _unit(code: str, level: str) -> Unit:
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


def _verify(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(minutes=5)
    by = acting(place.reviewer)
    lease = review.Lease.objects.create(
        case=case,
        officer=place.reviewer,
        acquired_at=at,
        expires_at=at + timedelta(minutes=10),
    )
    verdict = review.Verdict("verify", rule=rule_for(case), viewed_files=("x",), visible_ms=4000)
    decided = review.decide(case.pk, lease.token, verdict, by=by, at=at)
    took_effect = review.finalise(decided.pk, at=decided.effective_at)
    decided.refresh_from_db()
    assert took_effect, decided.refusal


def _identify_owner(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(minutes=6)
    actions.identify_owner(case.pk, registered(case, owner), asked_at=at, at=at)


def _notify(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(hours=1)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    actions.sign_notice(case.pk, by=acting(place.leader), at=at + timedelta(minutes=5))


def _record(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(days=1)
    by = acting(place.reviewer)
    basis = Party.Basis.DROVE
    if owner == "organisation":  # it does not drive: its representative came and named nobody
        silent_session(case, place, at=at - timedelta(hours=1))
        basis = Party.Basis.UNCOOPERATIVE
    appearances.name_offender(
        case.pk, driver(case), proof="lời khai của chủ xe", basis=basis, by=by, at=at
    )
    sanctions.propose_record(case.pk, by=by, at=at)
    sanctions.sign_record(case.pk, by=acting(place.leader), at=at + timedelta(minutes=10))


def _decide(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(days=2)
    by = acting(place.reviewer)
    if waive and hasattr(case, "explanation"):
        explanations.waive_explanation(case.pk, proof="đơn ngày 14/10/2026", by=by, at=at)
    sanctions.propose_decision(case.pk, by=by, at=at)
    sanctions.sign_decision(case.pk, by=acting(place.leader), at=at + timedelta(minutes=10))


def _serve(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(days=3)
    service.serve_decision(
        case.pk,
        way="handed_over",
        received_on=date(2026, 10, 15)
        if case.created_at < START + timedelta(days=1)
        else at.date(),
        proof="chữ ký nhận của người vi phạm",
        by=acting(place.reviewer),
        at=at,
    )


def _pay(case: Violation, place: World, owner: str, waive: bool) -> None:
    at = case.created_at + timedelta(days=4)
    payments.receive(
        case.decision.pk,
        provider="vnpay",
        reference=f"V{case.number}",
        amount_vnd=case.decision.fine_vnd,
        paid_at=at,
        at=at,
    )
    assert payments.settle_and_close(case.pk, at=at)


Walk = Callable[[Violation, World, str, bool], None]
ROAD: tuple[Walk, ...] = (_verify, _identify_owner, _notify, _record, _decide, _serve, _pay)
