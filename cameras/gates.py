"""What a detection must bring before an officer sees it, and why one is held instead.

Nothing is repaired and nothing is thrown away: a detection that lacks something is held, in sight
of the technicians, with a reason each a sentence long. The floor of evidence follows GA/T 832-2014
(size and number of pictures); the certificates follow NĐ 61/2026.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta, timezone
from typing import Any

from django.utils.translation import gettext

from cameras.adapters.contract import ParsedDetection
from cameras.canonical import SeenPicture
from cameras.evidence_floor import below_floor
from cameras.models import Device, DeviceCertificate
from cameras.plates import PlateReading

VIET_NAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
Reason = dict[str, Any]

#: Narrower than this a plate cannot be read by a person.
LEAST_PLATE_PIXELS = 50
APPROVED_METHODS = frozenset({"radar", "lidar", "loop", "section_average"})
#: What an adapter noticed that a person must look at; the others are only noted in the event.
HELD_WARNINGS = {
    "time_mismatch": "time_mismatch",
    "mac_address_differs": "device_differs",
    "country_unexpected": "plate_needs_a_person",
    "plate_partial": "plate_needs_a_person",
    "plate_obscured": "plate_needs_a_person",
    "plate_changed_by_device": "plate_needs_a_person",
    "picture_truncated": "picture_damaged",
    "picture_empty": "picture_damaged",
    "multi_target": "several_vehicles_measured",
    "signal_not_red": "signal_not_red",
    "speed_differs": "speed_differs",
    "zone_unclear": "zone_unclear",
    "codes_differ": "codes_differ",
    "plates_differ": "plate_needs_a_person",
    "several_road_users": "several_road_users",
}


def missing_certificates(device: Device, on: date) -> list[str]:
    """Return the words for the certificates a device lacked on a day in Viet Nam; none is fine.

    Both are needed: verification (kiểm định) and approval of use. NĐ 61/2026 Đ4 k5, Đ12.
    """
    return [str(DeviceCertificate.Kind(kind).label) for kind in _missing_kinds(device, on)]


def held_reasons(
    device: Device,
    claim: ParsedDetection,
    pictures: list[SeenPicture],
    reading: PlateReading,
) -> list[Reason]:
    """Return why a detection may not go to an officer yet; an empty list lets it through.

    Each reason has a ``code`` and the figures its sentence needs, and no personal data.
    """
    day = claim.time.occurred_at.astimezone(VIET_NAM).date()
    reasons = [
        *_of_the_clock(claim),
        *(
            {"code": "certificate_missing", "kind": kind, "on": day.isoformat()}
            for kind in _missing_kinds(device, day)
        ),
        *_of_the_act(device, claim),
        *_of_the_pictures(claim, pictures),
        *_of_the_plate(claim, pictures, reading),
        *({"code": HELD_WARNINGS[word]} for word in claim.warnings if word in HELD_WARNINGS),
    ]
    return _each_once(reasons)


def sentence(reason: Reason) -> str:
    """Return one reason as a sentence in the reader's language, saying what to do."""
    text = _sentences().get(reason.get("code", ""))
    if text is None:
        return gettext("Held for a reason this version does not know: %(code)s.") % {
            "code": reason.get("code", "")
        }
    words = dict(reason)
    if "kind" in words:
        words["kind"] = DeviceCertificate.Kind(words["kind"]).label
    if "on" in words:
        words["on"] = date.fromisoformat(words["on"]).strftime("%d/%m/%Y")
    return text % words


def _missing_kinds(device: Device, on: date) -> list[str]:
    valid = set(
        device.certificates.filter(valid_from__lte=on, valid_until__gte=on).values_list(
            "kind", flat=True
        )
    )
    return [kind for kind in DeviceCertificate.Kind.values if kind not in valid]


def _of_the_clock(claim: ParsedDetection) -> Iterable[Reason]:
    """A clock nobody compared is the rule with cameras; only a wrong one holds."""
    if claim.time.quality in {"impossible", "drifted"}:
        yield {"code": f"clock_{claim.time.quality}"}


def _of_the_act(device: Device, claim: ParsedDetection) -> Iterable[Reason]:
    if claim.violation_type in {None, "other"}:
        yield {"code": "violation_unknown"}
    if claim.violation_type not in {"speed_over", "speed_under"}:
        return
    claimed = claim.speed_method or device.speed_method
    if device.speed_method not in APPROVED_METHODS or claimed not in APPROVED_METHODS:
        yield {"code": "speed_method_not_approved"}
    if not claim.speed_tenths or not claim.limit_tenths:
        yield {"code": "speed_missing"}
    elif claim.violation_type == "speed_over" and claim.speed_tenths <= claim.limit_tenths:
        yield {"code": "speed_within_limit"}


def _of_the_pictures(claim: ParsedDetection, pictures: list[SeenPicture]) -> Iterable[Reason]:
    yield from below_floor(claim.violation_type, pictures)
    if any({"truncated", "joined_jpeg"} & set(seen.facts.flags) for seen in pictures):
        yield {"code": "picture_damaged"}
    if any("exif_edited" in seen.facts.flags for seen in pictures):
        yield {"code": "picture_edited"}


def _of_the_plate(
    claim: ParsedDetection, pictures: list[SeenPicture], reading: PlateReading
) -> Iterable[Reason]:
    if reading.confidence != "sure":
        yield {"code": "plate_needs_a_person"}
    widths = [
        *(seen.facts.width for seen in pictures if seen.image.role == "plate_crop"),
        *(
            round(box.width * seen.facts.width)
            for seen in pictures
            for box in seen.image.boxes
            if box.kind == "plate" and seen.image.role != "plate_crop"
        ),
    ]
    if widths and max(widths) < LEAST_PLATE_PIXELS:
        yield {"code": "plate_too_small", "need": LEAST_PLATE_PIXELS}


def _each_once(reasons: Iterable[Reason]) -> list[Reason]:
    found: list[Reason] = []
    for reason in reasons:
        if reason not in found:
            found.append(reason)
    return found


def _sentences() -> dict[str, str]:
    return {
        "certificate_missing": gettext(
            "The device has no valid %(kind)s for %(on)s. Enter the certificate, or discard."
        ),
        "clock_impossible": gettext(
            "The device's clock was impossible. Set it, and release only on proof of the time."
        ),
        "clock_drifted": gettext(
            "The device's clock was more than one second wrong. Note by how much before releasing."
        ),
        "time_mismatch": gettext(
            "The pictures bear another time than the message. Compare them before releasing."
        ),
        "device_differs": gettext(
            "The message names another device than its address. Check what is installed there."
        ),
        "violation_unknown": gettext(
            "The device's code means no violation we know. Complete its code map."
        ),
        "speed_method_not_approved": gettext(
            "The speed was not measured by an approved method; it cannot found a case."
        ),
        "speed_missing": gettext("The message lacks the measured speed or the limit."),
        "speed_within_limit": gettext("The measured speed does not exceed the limit."),
        "several_vehicles_measured": gettext(
            "Several vehicles were in the beam; the speed may be another's (OIML R 91)."
        ),
        "signal_not_red": gettext("The signal was not reported red at that moment."),
        "speed_differs": gettext(
            "The message bears two different speeds. Read the one in the picture, or discard."
        ),
        "zone_unclear": gettext(
            "The device's time zone is in doubt; its time may be hours wrong. Compare the pictures."
        ),
        "codes_differ": gettext(
            "The message names two different violations. Decide from the pictures which it is."
        ),
        "several_road_users": gettext(
            "The message names two road users and not which of them it means. Look at the pictures."
        ),
        "too_few_pictures": gettext(
            "%(have)s picture(s) of the scene came; this act needs %(need)s different ones."
        ),
        "pictures_too_small": gettext(
            "The pictures are smaller than %(width)s × %(height)s pixels."
        ),
        "group_incomplete": gettext(
            "%(have)s of %(need)s pictures of this act came in time. Look what is missing."
        ),
        "close_view_missing": gettext(
            "No close view of the vehicle or its occupants came; this act cannot be seen without."
        ),
        "pictures_not_apart": gettext(
            "The pictures are not %(need)s seconds apart; that the vehicle stood is not shown."
        ),
        "vehicle_does_not_move": gettext(
            "The device marks the vehicle at one and the same place in every picture."
        ),
        "signal_not_in_each": gettext("The signal is not to be seen in every picture."),
        "picture_damaged": gettext(
            "A picture came empty, cut short or with another joined to it. Look at each one."
        ),
        "picture_edited": gettext(
            "A picture names a picture editor in its metadata. Find out where it was altered."
        ),
        "plate_needs_a_person": gettext(
            "The plate is not surely read. A person must read it from the picture."
        ),
        "plate_too_small": gettext("The plate is less than %(need)s pixels wide in every picture."),
    }
