"""The blocks that papers share: unit, vehicle, act, device, files, people, signature."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from typing import Any

from django.conf import settings

from cameras.models import DeviceCertificate, EvidenceFile, Unit
from cameras.plates import format_plate
from notices.calendars import current_calendar
from notices.workdays import add_calendar_days
from violations import circumstances, deadlines
from violations.guards import VIET_NAM
from violations.models import Party, PenaltyRule, Violation
from violations.wording import PLATE_COLOURS, VEHICLE_CLASSES, describe_act

BLANK = "……"  # what a draft leaves to the signature
RESPONSE_DAYS = 14  # how long after the notice the appointment is; an internal rule of the unit


def overviews(case: Violation) -> list[EvidenceFile]:
    """Return the full pictures of a case in their order; crops are for the officer alone."""
    return [
        file
        for file in case.detection.evidence.order_by("position")
        if file.role.startswith("overview")
    ]


def display_plate(case: Violation) -> str:
    """Write a plate as it stands on the vehicle."""
    return format_plate(case.plate, case.vehicle_class)


def common_block(case: Violation) -> dict[str, Any]:
    """Return what every paper has before it is signed."""
    return {
        "trial": settings.IS_SAMPLE,
        "unit": unit_block(case.unit),
        "lookup_base": settings.PORTAL_ORIGIN,
        "signature": {
            "capacity": None,
            "head_title": None,
            "title": BLANK,
            "name": BLANK,
            "digital": None,
        },
    }


def unit_block(unit: Unit) -> dict[str, Any]:
    """Return the head of a paper: the unit that issues it."""
    return {
        "superior": unit.superior_name,
        "name": unit.name,
        "short_name": unit.name,
        "place": unit.place_name,
        "address": unit.address,
        "phone": unit.phone,
    }


def signature_block(
    name: str, title: str, case: Violation, at: datetime, *, head_title: str | None = None
) -> dict[str, Any]:
    """Return the signature block with its mark; a deputy signs KT. for a head. NĐ 30/2020"""
    return {
        "capacity": "KT." if head_title else None,
        "head_title": head_title,
        "title": title,
        "name": name,
        "digital": {"unit": case.unit.name, "signed_at": iso_moment(at)},
    }


def appointment_block(case: Violation, at: datetime) -> dict[str, Any]:
    """Appoint eight in the morning of a working day, two weeks ahead."""
    day = add_calendar_days(
        at.astimezone(VIET_NAM).date(), RESPONSE_DAYS, current_calendar(), roll=True
    ).on
    moment = datetime.combine(day, time(8), VIET_NAM)
    return {
        "at": iso_moment(moment),
        "unit_name": case.unit.name,
        "address": case.unit.address,
        "phone": case.unit.phone,
    }


def settlement_block(case: Violation, at: datetime) -> dict[str, Any]:
    """Appoint eight in the morning of the last of the seven working days for a decision. Đ66 k1"""
    today = at.astimezone(VIET_NAM).date()
    day = deadlines.compute("decision_due", today, current_calendar()).on
    return appointment_block(case, at) | {
        "at": iso_moment(datetime.combine(day, time(8), VIET_NAM))
    }


def act_blocks(case: Violation) -> list[dict[str, Any]]:
    """Return every act held against the offender, the first one first, as a paper names it.

    Only the first act is the device's; what shows the others is in the file. Luật XLVPHC Đ58, Đ67
    """
    acts = case.beside.acts
    rules = PenaltyRule.objects.in_bulk([act.rule_id for act in acts])
    blocks = []
    for position, act in enumerate(acts):
        rule = rules[act.rule_id]
        block = act_block(case)
        if position:
            block |= {
                "description": describe_act(rule),
                "provision": rule.citation,
                "measurement": None,
            }
        if act.is_per_person and act.quantity:
            block["description"] += f", vượt quá {act.quantity:02} người"
        blocks.append(block)
    return blocks


def circumstance_lists(case: Violation) -> dict[str, list[str]]:
    """Return the recorded circumstances as record and decision print them. Luật XLVPHC Đ9, Đ10"""
    codes = list(
        case.circumstances.filter(withdrawn_at__isnull=True).values_list("ground", flat=True)
    )
    return {
        "aggravating": circumstances.printed(codes, "aggravating"),
        "mitigating": circumstances.printed(codes, "mitigating"),
    }


def act_block(case: Violation) -> dict[str, Any]:
    """Return the first act, its provision and what the device measured."""
    assert case.rule is not None
    detection = case.detection
    measurement: dict[str, Any] | None = None
    if case.violation_type == "speed_over":
        assert detection.speed_tenths is not None and detection.limit_tenths is not None
        counted = detection.limit_tenths + (case.excess_tenths or 0)
        measurement = {
            "kind": "speed",
            "measured_tenths": detection.speed_tenths,
            "tolerance_tenths": detection.speed_tenths - counted,
            "counted_tenths": counted,
            "limit_tenths": detection.limit_tenths,
        }
    elif detection.red_since_ms is not None:
        measurement = {"kind": "red_light", "red_since_ms": detection.red_since_ms}
    return {
        "description": describe_act(case.rule),
        "provision": case.rule.citation,
        "occurred_at": iso_moment(case.occurred_at, milliseconds=True),
        "place": case.place,
        "measurement": measurement,
    }


def vehicle_block(case: Violation) -> dict[str, Any]:
    """Return the vehicle as a form names it."""
    return {
        "class_name": VEHICLE_CLASSES[case.vehicle_class],
        "plate": case.plate_display,
        "plate_colour": PLATE_COLOURS[case.plate_colour],
    }


def device_block(case: Violation) -> dict[str, Any]:
    """Return the device with the certificates valid on the day. NĐ 61/2026 Đ10–14"""
    device = case.detection.device
    certificates = {
        certificate.kind: certificate
        for certificate in device.certificates.filter(
            valid_from__lte=case.occurred_on, valid_until__gte=case.occurred_on
        )
    }
    verification = certificates.get(DeviceCertificate.Kind.VERIFICATION)
    approval = certificates.get(DeviceCertificate.Kind.APPROVAL)
    return {
        "name": device.code,
        "serial": device.serial,
        "certificate_number": verification.number if verification else None,
        "certificate_valid_until": verification.valid_until.isoformat() if verification else None,
        "approval": f"{approval.number}, {approval.issued_by}" if approval else None,
        "operator": None,
    }


def file_list(case: Violation) -> list[dict[str, Any]]:
    """Return the original files with their hashes."""
    return [
        {
            "name": f"anh-{file.position}.jpg",
            "sha256": file.sha256,
            "bytes": file.size,
            "media_type": file.media_type,
            "captured_at": written_moment(file, case),
        }
        for file in case.detection.evidence.order_by("position")
    ]


def captured_at(file: EvidenceFile, case: Violation) -> datetime:
    """Return when one picture of a sequence was taken, as the device wrote it.

    The offset is the one by which the adapter read the event's own time; a device that writes no
    time to a picture gives the event's.
    """
    return _time_written(file, case) or case.occurred_at


def written_moment(file: EvidenceFile, case: Violation) -> str | None:
    """Return the device's own time of one file, or None where it wrote none."""
    written = _time_written(file, case)
    return iso_moment(written, milliseconds=True) if written else None


def _time_written(file: EvidenceFile, case: Violation) -> datetime | None:
    offset = (case.detection.canonical.get("time") or {}).get("utc_offset_min")
    digits = file.captured_text
    if offset is None or len(digits) != 17 or not digits.isdigit():
        return None
    try:
        local = datetime.strptime(f"{digits}000", "%Y%m%d%H%M%S%f")  # noqa: DTZ007  # below
    except ValueError:
        return None
    return local.replace(tzinfo=timezone(timedelta(minutes=offset)))


def authenticity(case: Violation) -> str:
    """Say no more than is true: only a verified signature vouches for the time before receipt."""
    return "gateway_signed" if case.detection.delivery.authenticity == "A" else "since_receipt"


def addressee_block(party: Party) -> dict[str, Any]:
    """Return a person as the window of the envelope shows him."""
    return {
        "name": f"{style(party)} {party.full_name.upper()}".strip(),
        "lines": address_lines(party.address),
    }


def owner_block(owner: Party) -> dict[str, Any]:
    """Return the owner as the forms of TT 73/2024 name him; his number whole."""
    return {
        "kind": owner.kind,
        "name": owner.full_name,
        "identity_number": owner.identity_number or None,
        "address": owner.address,
    }


def person_block(party: Party) -> dict[str, Any]:
    """Return a person or organisation with every particular the forms ask."""
    organisation = party.kind == Party.Kind.ORGANISATION
    return {
        "kind": party.kind,
        "honorific": None if organisation else honorific(party),
        "name": party.full_name,
        "gender": None if organisation else (party.gender or None),
        "born_on": party.born_on.isoformat() if party.born_on and not organisation else None,
        "nationality": None if organisation else (party.nationality or None),
        "occupation": None if organisation else (party.occupation or None),
        "address": party.address,
        "identity_number": None if organisation else party.identity_number,
        "identity_issued_on": None,
        "identity_issued_by": None,
        "business_code": party.identity_number if organisation else None,
        "registration_number": None,
        "registered_on": None,
        "registered_at": None,
        "representative": {
            "name": party.representative,
            "gender": None,
            "title": "người đại diện theo pháp luật",
        }
        if organisation and party.representative
        else None,
        "authorised": None,
    }


def honorific(party: Party) -> str:
    """Return how a person is addressed: ông, bà, or both when unknown."""
    if party.kind == Party.Kind.ORGANISATION:
        return "quý cơ quan"
    return {"nam": "ông", "nữ": "bà"}.get(party.gender, "ông/bà")


def style(party: Party) -> str:
    """Return the address before a name; organisations have none."""
    if party.kind == Party.Kind.ORGANISATION:
        return ""
    return honorific(party).capitalize()


def address_lines(address: str) -> list[str]:
    """Break an address at its commas into at most five lines for the window of the envelope.

    A house number stays with its street.
    """
    parts = [part.strip() for part in address.split(",") if part.strip()]
    if len(parts) > 2 and any(letter.isdigit() for letter in parts[0]) and len(parts[0]) < 16:
        parts = [f"{parts[0]}, {parts[1]}", *parts[2:]]
    if len(parts) > 5:
        parts = [*parts[:4], ", ".join(parts[4:])]
    return parts


def masked_number(number: str) -> str | None:
    """Show the last three digits only: a notice lies in letter boxes."""
    return "•" * (len(number) - 3) + number[-3:] if number else None


def iso_moment(moment: datetime, *, milliseconds: bool = False) -> str:
    """Write an aware moment in ISO 8601 with Viet Nam's offset."""
    local = moment.astimezone(VIET_NAM)
    return local.isoformat(timespec="milliseconds" if milliseconds else "seconds")
