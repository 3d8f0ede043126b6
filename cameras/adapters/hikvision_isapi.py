"""Hikvision ISAPI listening host: what the camera pushes to ``/ISAPI/Event/notification``.

A multipart POST with ``anpr.xml`` and up to eight pictures, or the XML alone. The camera does not
sign and forgets after one try, so it is answered 200 with an empty body whenever its bytes are
kept; only a closed door, an oversized body or a full store say anything else. ``UUID`` names a
vehicle, not an event, and is never a key by itself.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cameras.adapters.contract import (
    Heartbeat,
    Parsed,
    ParsedDetection,
    Profile,
    RawEnvelope,
    Rejected,
    Reply,
    Secrets,
    TimeClaim,
)
from cameras.adapters.figures import milliseconds, tenths, whole_number
from cameras.adapters.hikvision_codes import (
    DIRECTIONS,
    NO_VIOLATION,
    PICTURE_DIRECTIONS,
    PLATE_COLOURS,
    SPEED_METHODS,
    VEHICLE_CLASSES,
    VEHICLE_COLOURS,
    VIOLATION_CODES,
)
from cameras.adapters.hikvision_fields import Fields, read_message
from cameras.adapters.hikvision_pictures import PictureSet, match_pictures
from cameras.adapters.hikvision_time import claim_time
from cameras.adapters.multipart import Part, parse_multipart
from cameras.adapters.vocabulary import OUTCOMES

_STATUS = {"forbidden": 403, "unauthenticated": 403, "too_large": 413, "full": 503}
_PLATE_NOT_READ = {
    "unknown": "plate_unread",
    "noplate": "no_plate",
    "": "plate_unread",
    "无车牌": "no_plate",
}
#: Vietnam in the vendor's list; an unset 0 and a missing value say nothing.
VIETNAM_COUNTRY = "91"


class HikvisionIsapi:
    """The adapter. It holds no state."""

    key = "hikvision-isapi"
    version = "1"

    def authenticate(
        self, envelope: RawEnvelope, secrets: Secrets, now: datetime
    ) -> str | Rejected:
        """Return D: the camera proves nothing beyond its secret path and the network it is on."""
        return "D"

    def replay_token(self, envelope: RawEnvelope) -> str | None:
        """Return nothing: an unsigned delivery has no nonce; identical pictures show a replay."""
        return None

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the vendor's defaults with the device's own settings over them."""
        defaults = Profile(
            device_serial=device_serial,
            code_map=VIOLATION_CODES,
            direction_map=DIRECTIONS,
            expected_country=VIETNAM_COUNTRY,
        )
        return defaults.overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery: a detection, a sign of life, or the reason why it is neither."""
        found = _split(envelope)
        if isinstance(found, Rejected):
            return [found]
        xml, parts = found
        message = read_message(xml)
        if isinstance(message, Rejected):
            return [message]
        if message.name != "EventNotificationAlert":
            return [Rejected("message_unknown", "This kind of message is not known.")]
        if message.text("eventType").upper() != "ANPR":
            return [Heartbeat()]
        event = message.child("ANPR")
        if event is None:
            return [Rejected("event_empty", "The message announces a vehicle but has no data.")]
        if message.is_true("hasMoreData"):
            return [Rejected("incomplete", "The camera announced that the full data follow.")]
        pictures = match_pictures(message, event, parts, envelope.body, profile)
        claim, time_warnings = claim_time(
            message.text("dateTime"),
            pictures.times,
            rule=profile.time_rule,
            late_reason=_late_reason(message),
            received_at=envelope.received_at,
        )
        if claim is None:
            return [Rejected("time_missing", "The message holds no readable time.")]
        return [_detection(message, event, pictures, claim, time_warnings, profile)]

    def acknowledge(
        self,
        outcome: str,
        *,
        receipt_id: str = "",
        raw_sha256: str = "",
        reason: str = "",
        paths: tuple[str, ...] = (),
        path: str = "",
    ) -> Reply:
        """Return what the camera understands: a status and an empty body."""
        if outcome not in OUTCOMES:
            raise ValueError(f"unknown outcome: {outcome}")
        return Reply(_STATUS.get(outcome, 200), b"", "text/plain")


def _split(envelope: RawEnvelope) -> tuple[bytes, tuple[Part, ...]] | Rejected:
    """Return the XML and the other parts; a body without multipart is the XML itself."""
    content_type = envelope.header("content-type")
    if "multipart" not in content_type.lower() and envelope.body.lstrip()[:2] != b"--":
        return envelope.body, ()
    parts = parse_multipart(envelope.body, content_type)
    if isinstance(parts, Rejected):
        return parts
    for part in parts:
        start = part.of(envelope.body)[:64].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
        if part.media_type.endswith("xml") or start.startswith((b"<?xml", b"<Event")):
            others = tuple(other for other in parts if other is not part)
            return part.of(envelope.body), tuple(o for o in others if not _is_film(o))
    return Rejected("xml_missing", "The delivery holds no event message.")


def _is_film(part: Part) -> bool:
    return part.media_type.startswith("video/") or part.filename.lower().endswith(".mp4")


def _late_reason(message: Fields) -> str:
    if message.anywhere("alarmDataType") == "1":
        return "history_upload"
    return "retransmission" if message.is_true("isDataRetransmission") else "none"


def _detection(
    message: Fields,
    event: Fields,
    pictures: PictureSet,
    claim: TimeClaim,
    time_warnings: tuple[str, ...],
    profile: Profile,
) -> ParsedDetection:
    warnings = [*time_warnings, *pictures.warnings, *_identity_warnings(message, profile)]
    plate = event.text("licensePlate")
    if unread := _PLATE_NOT_READ.get(plate.lower()):
        warnings.append(unread)
        plate = ""
    elif (original := event.text("originalLicensePlate")) and original != plate:
        warnings.append("plate_changed_by_device")
    speed = tenths(event.text("vehicleInfo", "speed")) or None
    limit = tenths(event.text("speedLimit")) or None
    code = event.text("illegalInfo", "illegalCode")
    violation_type = _violation_type(code, speed, limit, profile, warnings)
    colour = event.text("vehicleInfo", "color")
    characters = event.text("plateCharBelieve").split(",")
    confidence = whole_number(event.text("confidenceLevel"))
    return ParsedDetection(
        source_key=_source_key(profile, pictures, claim, event, plate, code),
        kind="violation_candidate" if violation_type else "passage",
        violation_type=violation_type,
        vendor_code=code[:60],
        vendor_name=event.text("illegalInfo", "illegalName")[:120],
        time=claim,
        plate_raw=plate[:40],
        plate_confidence=None if confidence is None else min(1000, confidence * 10),
        char_confidences=tuple(
            min(1000, value * 10)
            for value in (whole_number(text.strip()) for text in characters[:20])
            if value is not None
        ),
        plate_colour=PLATE_COLOURS.get(event.text("plateColor"), "unknown"),
        vehicle_class=_vehicle_class(event),
        vehicle_colour=VEHICLE_COLOURS.get(colour, colour)[:30],
        vehicle_make=profile.make_map.get(event.text("vehicleInfo", "vehicleLogoRecog"), "")[:40],
        lane=whole_number(event.text("line")) or None,
        direction=_direction(event, profile),
        speed_tenths=speed,
        limit_tenths=limit,
        speed_method=SPEED_METHODS.get(event.text("detectType")) if speed else None,
        red_since_ms=milliseconds(event.anywhere("redLightTime")),
        images=pictures.images,
        unknown_fields=message.unknown_leaves(),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _identity_warnings(message: Fields, profile: Profile) -> list[str]:
    warnings = []
    country = message.text("ANPR", "country") or message.text("ANPR", "CRIndex")
    if country not in {"", "0", profile.expected_country} and profile.expected_country:
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
    if code in NO_VIOLATION:
        return None
    warnings.append("code_unknown")
    return "other"


def _vehicle_class(event: Fields) -> str:
    if event.is_true("twoWheelVehicle"):
        return "motorcycle"
    return VEHICLE_CLASSES.get(event.text("vehicleType"), "unknown")


def _direction(event: Fields, profile: Profile) -> str:
    seen = PICTURE_DIRECTIONS.get(event.text("carDirectionType"))
    return seen or profile.direction_map.get(event.text("direction"), "unknown")


def _source_key(
    profile: Profile,
    pictures: PictureSet,
    claim: TimeClaim,
    event: Fields,
    plate: str,
    code: str,
) -> str:
    """Return the device's own name for the event: its first picture id, else a digest of it."""
    if pictures.picture_ids:
        own = pictures.picture_ids[0]
        return f"{HikvisionIsapi.key}|{profile.device_serial}|{own}"[:200]
    parts = [
        profile.device_serial,
        claim.occurred_at.isoformat(timespec="milliseconds"),
        event.text("line"),
        plate,
        code,
        *(image.sha256 for image in pictures.images),
    ]
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{HikvisionIsapi.key}|{profile.device_serial}|sha256:{digest}"[:200]
