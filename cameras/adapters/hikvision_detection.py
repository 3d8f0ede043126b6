"""Turn one Hikvision message into a claim; the push and the FTP folder say the same in it."""

import hashlib
from dataclasses import dataclass

from cameras.adapters.contract import ParsedDetection, ParsedFilm, Profile, TimeClaim
from cameras.adapters.figures import milliseconds, tenths, whole_number
from cameras.adapters.hikvision_codes import (
    BLACK,
    COLOUR_PREFIXES,
    DIRECTIONS,
    NO_VIOLATION,
    PICTURE_DIRECTIONS,
    PLATE_COLOURS,
    SPEED_METHODS,
    VEHICLE_CLASSES,
    VEHICLE_COLOURS,
    VEHICLE_FIGURES,
    VIOLATION_CODES,
)
from cameras.adapters.hikvision_details import details_of
from cameras.adapters.hikvision_fields import Fields
from cameras.adapters.hikvision_pictures import PictureSet

PLATE_NOT_READ = {
    "unknown": "plate_unread",
    "noplate": "no_plate",
    "": "plate_unread",
    "\u65e0\u8f66\u724c": "no_plate",
}
#: Vietnam in the vendor's list; an unset 0 and a missing value say nothing. 253 and 254 mean that
#: the field is not the one to read, or that the country was not recognised.
VIETNAM_COUNTRY = "91"
_NO_COUNTRY = frozenset({"", "0", "253", "254", "non"})
_VIETNAM_WORDS = frozenset({"vn", "vnm", "vietnam"})


@dataclass(frozen=True)
class Reading:
    """One message and what was already found in it."""

    message: Fields
    event: Fields
    pictures: PictureSet
    films: tuple[ParsedFilm, ...]
    time: TimeClaim
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Plate:
    text: str
    colour: str
    confidences: tuple[int, ...]


def defaults(device_serial: str, time_rule: str) -> Profile:
    """Return the vendor's own words and codes as a device's profile."""
    return Profile(
        device_serial=device_serial,
        time_rule=time_rule,
        code_map=VIOLATION_CODES,
        direction_map=DIRECTIONS,
        expected_country=VIETNAM_COUNTRY,
    )


def detection(
    reading: Reading, profile: Profile, adapter_key: str, *, own_name: str = ""
) -> ParsedDetection:
    """Return the claim of one message.

    ``own_name`` is the device's own name for the event where its pictures have none; without one
    the event is known by a digest of what it says.
    """
    message, event = reading.message, reading.event
    warnings = [
        *reading.warnings,
        *reading.pictures.warnings,
        *_identity_warnings(message, event, profile),
    ]
    plate = _plate(event, warnings)
    speed = tenths(event.text("vehicleInfo", "speed")) or None
    limit = tenths(event.text("speedLimit")) or None
    code = event.text("illegalInfo", "illegalCode")
    violation_type = _violation_type(code, speed, limit, profile, warnings)
    colour = event.text("vehicleInfo", "color")
    confidence = whole_number(event.text("confidenceLevel"))
    return ParsedDetection(
        source_key=_source_key(adapter_key, profile, reading, plate.text, code, own_name),
        kind="violation_candidate" if violation_type else "passage",
        violation_type=violation_type,
        vendor_code=code[:60],
        vendor_name=event.text("illegalInfo", "illegalName")[:120],
        time=reading.time,
        plate_raw=plate.text[:40],
        plate_confidence=None if confidence is None else min(1000, confidence * 10),
        char_confidences=plate.confidences,
        plate_colour=plate.colour,
        vehicle_class=_vehicle_class(event),
        vehicle_colour=VEHICLE_COLOURS.get(colour, colour)[:30],
        vehicle_make=profile.make_map.get(event.text("vehicleInfo", "vehicleLogoRecog"), "")[:40],
        lane=whole_number(event.text("line")) or None,
        direction=_direction(message, event, profile),
        speed_tenths=speed,
        limit_tenths=limit,
        speed_method=SPEED_METHODS.get(event.text("detectType")) if speed else None,
        red_since_ms=milliseconds(event.anywhere("redLightTime")),
        images=reading.pictures.images,
        unknown_fields=message.unknown_leaves(),
        warnings=tuple(dict.fromkeys(warnings)),
        films=reading.films,
        details=details_of(message, event),
        answers=message.text("UUID")[:200],
    )


def late_reason(message: Fields) -> str:
    """Return why a message comes late, in our words; ``none`` for one that comes at once."""
    if message.anywhere("alarmDataType") == "1":
        return "history_upload"
    return "retransmission" if message.is_true("isDataRetransmission") else "none"


def without_colour(written: str) -> tuple[str, str]:
    """Return the plate without a colour written before it, and that colour's word."""
    for prefix in COLOUR_PREFIXES:
        rest = written.removeprefix(prefix)
        if rest and rest != written and (prefix != BLACK or rest[0].isdigit()):
            return rest, prefix
    return written, ""


def _plate(event: Fields, warnings: list[str]) -> _Plate:
    written = event.text("licensePlate")
    colour = PLATE_COLOURS.get(event.text("plateColor"), "unknown")
    figures = [whole_number(text.strip()) for text in event.text("plateCharBelieve").split(",")]
    confidences = [min(1000, value * 10) for value in figures if value is not None]
    if unread := PLATE_NOT_READ.get(written.lower()):
        warnings.append(unread)
        return _Plate("", colour, tuple(confidences[:20]))
    plate, prefix = without_colour(written)
    if prefix:
        if colour == "unknown":
            colour = COLOUR_PREFIXES[prefix]
        if len(confidences) == len(written):
            confidences = confidences[len(prefix) :]
    original, _prefix = without_colour(event.text("originalLicensePlate"))
    if original and original != plate:
        warnings.append("plate_changed_by_device")
    return _Plate(plate, colour, tuple(confidences[:20]))


def _identity_warnings(message: Fields, event: Fields, profile: Profile) -> list[str]:
    warnings = []
    countries = (event.text("country").lower(), event.text("CRIndex").lower())
    country = next((text for text in countries if text not in _NO_COUNTRY), "")
    if country in _VIETNAM_WORDS:
        country = VIETNAM_COUNTRY
    if profile.expected_country and country not in {"", profile.expected_country}:
        warnings.append("country_unexpected")
    address = message.text("macAddress").lower()
    if profile.mac_address and address != profile.mac_address.lower():
        warnings.append("mac_address_differs")
    return warnings


def _violation_type(
    code: str, speed: int | None, limit: int | None, profile: Profile, warnings: list[str]
) -> str | None:
    """Return our word for the vendor's code; an unknown code is kept as ``other``, never dropped.

    The vendor fills ``speedLimit`` only for speeding, so a speed above it is a candidate even
    where the device's own code is not in its profile.
    """
    if known := profile.code_map.get(code):
        return known
    if speed and limit and speed > limit:
        warnings.append("type_from_speed")
        return "speed_over"
    if code in NO_VIOLATION or not code.strip("0"):
        return None
    warnings.append("code_unknown")
    return "other"


def _vehicle_class(event: Fields) -> str:
    """Return our class. A motorcycle has two or three wheels (Law 36/2024/QH15, article 34)."""
    if event.is_true("twoWheelVehicle") or event.is_true("threeWheelVehicle"):
        return "motorcycle"
    if known := VEHICLE_CLASSES.get(event.text("vehicleType")):
        return known
    return VEHICLE_FIGURES.get(event.text("vehicleInfo", "vehicleType"), "unknown")


def _direction(message: Fields, event: Fields, profile: Profile) -> str:
    seen = PICTURE_DIRECTIONS.get(message.anywhere("carDirectionType"))
    return seen or profile.direction_map.get(event.text("direction"), "unknown")


def _source_key(
    adapter_key: str, profile: Profile, reading: Reading, plate: str, code: str, own_name: str
) -> str:
    """Return the device's own name for the event: its first picture id, else a digest of it."""
    own = reading.pictures.picture_ids[0] if reading.pictures.picture_ids else own_name
    if own:
        return f"{adapter_key}|{profile.device_serial}|{own}"[:200]
    parts = [
        profile.device_serial,
        reading.time.occurred_at.isoformat(timespec="milliseconds"),
        reading.event.text("line"),
        plate,
        code,
        *(image.sha256 for image in reading.pictures.images),
    ]
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{adapter_key}|{profile.device_serial}|sha256:{digest}"[:200]
