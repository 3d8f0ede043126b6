"""Turn one Dahua event into claims: which violation, whose, in which group, under which key."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from cameras.adapters.contract import (
    GroupReference,
    Heartbeat,
    Parsed,
    ParsedDetection,
    Profile,
    RawEnvelope,
    Rejected,
    TimeClaim,
)
from cameras.adapters.dahua_codes import KNOWN_NAMES, NO_VEHICLE, NOT_RED, PASSAGES, plain_code
from cameras.adapters.dahua_messages import RoadUser, TrafficEvent, accused, road_users
from cameras.adapters.dahua_pictures import PictureSet, pictures_of
from cameras.adapters.dahua_time import claim_time, milliseconds_between, raw_time
from cameras.adapters.dahua_vehicles import (
    class_of,
    colour_of,
    details_of,
    direction_of,
    limit_of,
    make_of,
    method_of,
    plate_colour_of,
    plate_of,
    speed_of,
)
from cameras.adapters.figures import per_mille, whole_number
from cameras.adapters.ranges import EmbeddedPictures
from cameras.adapters.vendor_json import VendorFields, unknown_leaves

KEY = "dahua-itsapi"
#: A light is not red for longer than this.
LONGEST_RED = timedelta(minutes=10)
#: ``RedLightUTC`` has whole seconds: the light may have turned red this much later.
RED_UNCERTAINTY_MS = 999
SPEEDS = frozenset({"speed_over", "speed_under"})
EMPTY = Rejected("event_empty", "The message announces a vehicle but has no data.")


@dataclass(frozen=True)
class Delivered:
    """What all events of one delivery share."""

    envelope: RawEnvelope
    profile: Profile
    embedded: EmbeddedPictures
    unknown_fields: int

    @classmethod
    def of(cls, message: VendorFields, envelope: RawEnvelope, profile: Profile) -> "Delivered":
        """Look through the body once, for all of its events."""
        unknown = unknown_leaves(message.value, KNOWN_NAMES)
        return cls(envelope, profile, EmbeddedPictures(envelope.body), unknown)


@dataclass(frozen=True)
class _Violation:
    """Our word for what an event accuses of (None: nothing), and what is doubtful about it."""

    type: str | None
    warnings: tuple[str, ...]


def found_in(event: TrafficEvent, delivered: Delivered) -> list[Parsed]:
    """Return the claims of one event, one for each of its road users."""
    profile = delivered.profile
    code = plain_code(event.code)
    users = road_users(event)
    if code in NO_VEHICLE and not any(user.plate for user in users):
        return [Heartbeat()]
    nobody = RoadUser(is_nonmotor=code.startswith("TrafficNonMotor"))
    sets = [
        pictures_of(event, user, delivered.embedded, profile, is_alone=len(users) < 2)
        for user in users or [nobody]
    ]
    if not users and not sets[0].images:
        return [_without_a_vehicle(code, sets[0])]
    if event.has_ended and not any(pictures.images for pictures in sets):
        return [Heartbeat()]
    claim, time_warnings = claim_time(
        event.layers, rule=profile.time_rule, received_at=delivered.envelope.received_at
    )
    if claim is None:
        return [Rejected("time_missing", "The message holds no readable time.")]
    users = users or [nobody]
    return [
        _detection(event, user, users, pictures, claim, time_warnings, delivered)
        for user, pictures in zip(users, sets, strict=True)
    ]


def told_apart(detections: list[ParsedDetection]) -> list[ParsedDetection]:
    """Return the claims of one delivery under different keys, whatever the device numbered."""
    times: dict[str, int] = {}
    found = []
    for detection in detections:
        key = detection.source_key
        times[key] = times.get(key, 0) + 1
        if times[key] > 1:
            detection = replace(detection, source_key=f"{key}#{times[key]}")
        found.append(detection)
    return found


def _without_a_vehicle(code: str, pictures: PictureSet) -> Parsed:
    """Tell a message about something else from an event that came without its data."""
    about_something_else = code and (code in PASSAGES or not code.startswith(("Traffic", "0x")))
    return Heartbeat() if about_something_else and not pictures.warnings else EMPTY


def _detection(
    event: TrafficEvent,
    user: RoadUser,
    users: list[RoadUser],
    pictures: PictureSet,
    claim: TimeClaim,
    time_warnings: tuple[str, ...],
    delivered: Delivered,
) -> ParsedDetection:
    profile = delivered.profile
    is_alone = len(users) == 1
    warnings = [*time_warnings, *pictures.warnings, *_identity_warnings(event, profile)]
    violation = _violation_of(event, user, users, profile)
    warnings += violation.warnings
    plate = plate_of(user, warnings)
    speed = speed_of(event, user, profile, warnings, is_alone=is_alone)
    group = _group(event, user, warnings)
    expected = 0 if group else profile.expected_pictures
    if len(pictures.images) < expected:
        warnings.append("fewer_pictures_than_announced")
    return ParsedDetection(
        source_key=_source_key(event, user, claim, plate, pictures, profile),
        kind="violation_candidate" if violation.type else "passage",
        violation_type=violation.type,
        vendor_code=(event.text("ViolationCode") or event.code)[:60],
        vendor_name=event.text("ViolationName", "ViolationDesc")[:120],
        time=claim,
        plate_raw=plate,
        plate_confidence=per_mille(user.confidence, profile.confidence_scale) if plate else None,
        char_confidences=(),
        plate_colour=plate_colour_of(user),
        vehicle_class=class_of(user),
        vehicle_colour=colour_of(user),
        vehicle_make=make_of(user, profile),
        lane=_lane(event),
        direction=direction_of(event, profile),
        speed_tenths=speed,
        limit_tenths=limit_of(event, violation.type, profile),
        speed_method=method_of(event) if speed else None,
        red_since_ms=_red_since(event, violation.type, warnings),
        images=pictures.images,
        unknown_fields=delivered.unknown_fields,
        warnings=tuple(dict.fromkeys(warnings)),
        group=group,
        details=details_of(event, user),
    )


def _violation_of(
    event: TrafficEvent, user: RoadUser, users: list[RoadUser], profile: Profile
) -> _Violation:
    """Return the violation by ``ViolationCode``, else by the event's name.

    An unknown code is kept as ``other``, never dropped. One road user is accused only of what is
    his; where the message leaves open whose it is, both are, and both are held.
    """
    code, name = event.text("ViolationCode"), event.code
    by_code, by_name = _type_of(code, profile), _type_of(name, profile)
    warnings = ["codes_differ"] if by_code and by_name and by_code != by_name else []
    found = by_code or by_name
    if found is None:
        if {plain_code(code), plain_code(name)} <= PASSAGES:
            return _Violation(None, ())
        found = "other"
        warnings.append("code_unknown")
    is_accused = accused(event, user, users)
    if is_accused is False:
        return _Violation(None, ())
    if is_accused is None:
        warnings.append("several_road_users")
    if len(users) > 1 and found in SPEEDS:
        warnings.append("multi_target")
    return _Violation(found, tuple(warnings))


def _type_of(code: str, profile: Profile) -> str | None:
    return profile.code_map.get(code) or profile.code_map.get(plain_code(code))


def _identity_warnings(event: TrafficEvent, profile: Profile) -> list[str]:
    warnings = []
    serial = event.text("MachineName", "DeviceID")
    if serial and serial.lower() != profile.device_serial.lower():
        warnings.append("serial_differs")
    plates = (picture.text("Plate", "Region") for picture in event.pictures)
    country = next(filter(None, (event.text("Country"), *plates)), "")
    if profile.expected_country and country not in {"", profile.expected_country}:
        warnings.append("country_unexpected")
    return warnings


def _lane(event: TrafficEvent) -> int | None:
    return whole_number(event.text("Lane", "LanNo", "PhysicalLane")) or None


def _red_since(event: TrafficEvent, violation_type: str | None, warnings: list[str]) -> int | None:
    """Return how long the light had been red at least; the doubt is the person's."""
    if violation_type != "red_light":
        return None
    elapsed = milliseconds_between(event.layers, "RedLightUTC", longest=LONGEST_RED)
    if event.text("LightState").lower() in NOT_RED or (elapsed is not None and elapsed < 0):
        warnings.append("signal_not_red")
        return None
    return None if elapsed is None else max(0, elapsed - RED_UNCERTAINTY_MS)


def _group(event: TrafficEvent, user: RoadUser, warnings: list[str]) -> GroupReference | None:
    """Return the group of snaps; one that is alone waits for nobody.

    A rider's snaps are a group of their own, so that they never become pictures of the car's act.
    """
    key = event.text("GroupID")
    count = whole_number(event.text("CountInGroup")) or None
    if not key.strip("0") or count == 1:
        return None
    index = whole_number(event.text("IndexInGroup")) or 1
    if count is not None and index > count:
        warnings.append("group_inconsistent")
        count = None
    return GroupReference(_own(key[:40], user), index, count)


def _source_key(
    event: TrafficEvent,
    user: RoadUser,
    claim: TimeClaim,
    plate: str,
    pictures: PictureSet,
    profile: Profile,
) -> str:
    """Return the device's own name for the event, else a digest of what it says.

    The time is taken as written, so that a mended time rule does not make another event of it.
    """
    group, code = event.text("GroupID"), plain_code(event.code)
    if group.strip("0"):
        parts = [group[:24], event.text("IndexInGroup")[:9], raw_time(event.layers)[:30], code[:40]]
        return f"{KEY}|{profile.device_serial}|{_own('-'.join(parts), user)}"[:200]
    parts = [
        profile.device_serial,
        claim.occurred_at.isoformat(timespec="milliseconds"),
        event.text("Lane", "LanNo"),
        plate,
        event.text("ViolationCode") or code,
        *(image.sha256 for image in pictures.images),
    ]
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
    return f"{KEY}|{profile.device_serial}|{_own(f'sha256:{digest}', user)}"[:200]


def _own(key: str, user: RoadUser) -> str:
    return f"{key}-nonmotor" if user.is_nonmotor else key
