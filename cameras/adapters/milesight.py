"""Milesight LPR cameras: JSON pushed by HTTP, all values text, "-" for whatever is not known.

Five kinds of event share one address: recognition, counting, list, attributes and violation. Only
a recognised plate is a passage and only a violation accuses; the others show that the camera lives.
``time`` bears no zone, so its digits are Vietnamese wall time unless the profile says otherwise.
Pictures are base64 text. The camera wants 200 and an empty body.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cameras.adapters.contract import (
    Heartbeat,
    Parsed,
    ParsedDetection,
    ParsedImage,
    Profile,
    RawEnvelope,
    Rejected,
    Reply,
    TimeClaim,
)
from cameras.adapters.figures import per_mille, whole_number
from cameras.adapters.json_delivery import JsonDelivery, read_delivery
from cameras.adapters.milesight_words import (
    DIRECTIONS,
    KNOWN_NAMES,
    PLATE_COLOURS,
    VEHICLE_CLASSES,
    VEHICLE_COLOURS,
    VIETNAM,
    VIOLATION_WORDS,
)
from cameras.adapters.moments import claim_of_wall, read_moment
from cameras.adapters.unsigned import ProvenByPassword
from cameras.adapters.vendor_claims import (
    PictureRoles,
    box_scale,
    corner_box,
    plate_read,
    source_key,
    speed_in_tenths,
    status_for,
    violation_of,
    warn_if_apart,
    warn_of_missing,
)
from cameras.adapters.vendor_json import VendorFields, unknown_leaves
from cameras.adapters.vocabulary import VIOLATION_TYPES

#: In the order an officer looks at them; the plate's box is drawn in ``full_image``.
_PICTURES = {
    "plate_image": "plate_crop",
    "full_image": "overview",
    "evidence_image0": "overview",
    "evidence_image1": "overview",
    "evidence_image2": "overview",
    "evidence_image3": "overview",
    "snapshot": "overview",
    "vehicle_image": "vehicle_crop",
}
_CORNERS = ("coordinate_x1", "coordinate_y1", "coordinate_x2", "coordinate_y2")


class Milesight(ProvenByPassword):
    """The adapter. It holds no state."""

    key = "milesight"
    version = "1"

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the vendor's defaults with the device's own settings over them."""
        defaults = Profile(
            device_serial=device_serial,
            time_rule="local+07:00",
            code_map=VIOLATION_WORDS,
            plate_box_unit="pixel",
            direction_map=DIRECTIONS,
            expected_country="VNM",
        )
        return defaults.overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery: a passage, a violation, a sign of life, or why it is none of them."""
        delivery = read_delivery(envelope)
        if isinstance(delivery, Rejected):
            return [delivery]
        fields = delivery.fields
        kind = _kind(fields)
        if not kind:
            return [Rejected("message_unknown", "This kind of message is not known.")]
        if kind == "heartbeat":
            return [Heartbeat()]
        warnings: list[str] = []
        claim = _claim(fields, profile, envelope.received_at, warnings)
        if claim is None:
            return [Rejected("time_missing", "The message holds no readable time.")]
        return [_detection(delivery, kind, claim, profile, warnings)]

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
        return Reply(status_for(outcome), b"", "text/plain")


def _kind(fields: VendorFields) -> str:
    """Return ``violation``, ``recognition`` or ``heartbeat``; nothing for a foreign message.

    Firmware that names no event is told by its fields. A violation is one whatever its name.
    """
    event = fields.text("event").lower()
    if "violation" in event or fields.text("violation_type"):
        return "violation"
    if not fields.text("device") and not fields.text("time") and not fields.text("time_msec"):
        return ""
    others = fields.text("list_type") or fields.text("match_status")
    if (event and "recog" not in event) or others or not fields.text("plate"):
        return "heartbeat"
    return "recognition"


def _claim(
    fields: VendorFields, profile: Profile, received_at: datetime, warnings: list[str]
) -> TimeClaim | None:
    """Return the claimed moment; ``time_msec`` is the finer of the two texts and goes first."""
    read = {name: read_moment(fields.text(name)) for name in ("time_msec", "time")}
    source = next((name for name, (wall, _offset) in read.items() if wall), None)
    if source is None:
        return None
    wall, offset = read[source]
    assert wall is not None
    claim = claim_of_wall(
        wall,
        offset,
        text=fields.text(source),
        source=source,
        rule=profile.time_rule,
        late_reason="none",
        received_at=received_at,
        warnings=warnings,
    )
    other, _offset = read["time"]
    if claim and other and source == "time_msec":
        apart = claim.occurred_at + (other - wall)
        warn_if_apart(claim, [apart], warnings)
    return claim


def _detection(
    delivery: JsonDelivery, kind: str, claim: TimeClaim, profile: Profile, warnings: list[str]
) -> ParsedDetection:
    fields = delivery.fields
    code = fields.text("violation_type") or (fields.text("event") if kind == "violation" else "")
    violation_type = _violation(code, profile, warnings) if kind == "violation" else None
    plate = plate_read(fields.text("plate"), warnings)
    images = _images(delivery, profile, warnings)
    _warn_of_country(fields, profile, warnings)
    colour = fields.text("vehicle_color").lower()
    lane = fields.text("lane")
    direction = fields.text("direction").lower()
    return ParsedDetection(
        source_key=source_key(
            Milesight.key,
            profile,
            "",
            claim,
            (lane or fields.text("detection_region"), plate, code),
            images,
        ),
        kind="violation_candidate" if violation_type else "passage",
        violation_type=violation_type,
        vendor_code=code[:60],
        vendor_name=(fields.text("region_name") or fields.text("region name"))[:120],
        time=claim,
        plate_raw=plate,
        plate_confidence=per_mille(fields.text("confidence"), profile.confidence_scale),
        char_confidences=(),
        plate_colour=PLATE_COLOURS.get(fields.text("plate_color").lower(), "unknown"),
        vehicle_class=_vehicle_class(fields.text("vehicle_type")),
        vehicle_colour=VEHICLE_COLOURS.get(colour, colour)[:30],
        vehicle_make=_make(fields, profile),
        lane=whole_number(lane) or None,
        direction=profile.direction_map.get(direction, "unknown"),
        speed_tenths=speed_in_tenths(fields.text("speed"), profile.speed_unit),
        limit_tenths=speed_in_tenths(fields.text("speed_limit"), profile.speed_unit, is_limit=True),
        speed_method=None,
        red_since_ms=None,
        images=tuple(images),
        unknown_fields=unknown_leaves(fields.value, KNOWN_NAMES),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _violation(word: str, profile: Profile, warnings: list[str]) -> str:
    """Return our word for the vendor's; a device's own map goes before the plain English."""
    plain = re.sub(r"[\s_-]+", "_", word.strip().lower())
    if word not in profile.code_map and plain in VIOLATION_TYPES | profile.code_map.keys():
        return profile.code_map.get(plain, plain)
    found = violation_of(word, profile, warnings)
    if found is None:  # a violation event without a word, or with a zero, still accuses
        warnings.append("code_unknown")
    return found or "other"


def _images(delivery: JsonDelivery, profile: Profile, warnings: list[str]) -> list[ParsedImage]:
    fields = delivery.fields
    roles = PictureRoles(profile)
    images: list[ParsedImage] = []
    for name, kind in _PICTURES.items():
        text = fields.at(name)
        if not isinstance(text, str) or text.strip() == "-":
            continue
        if not text:
            warnings.append("picture_empty")
            continue
        if name in profile.refused_pictures:
            warnings.append("picture_refused")
            continue
        role = roles.role(kind)
        scale = box_scale(
            profile.plate_box_unit,
            fields.text("resolution_width"),
            fields.text("resolution_height"),
        )
        corners = tuple(fields.text(corner) for corner in _CORNERS)
        boxes = corner_box("plate", corners, scale, warnings) if name == "full_image" else ()
        images += delivery.embedded(
            text, role=role, warnings=warnings, name=name, boxes=roles.boxes(role, boxes)
        )
    for part in delivery.parts:
        warnings.append("picture_unlisted")
        images += delivery.part_images(part, role=roles.role("overview"), warnings=warnings)
    warn_of_missing(images, 0, profile, warnings)
    return images


def _warn_of_country(fields: VendorFields, profile: Profile, warnings: list[str]) -> None:
    """In a violation ``region`` counts an area of the picture, so only letters are a country."""
    country = fields.text("region").upper()
    if not country.isalpha() or not profile.expected_country:
        return
    expected = VIETNAM if profile.expected_country in VIETNAM else {profile.expected_country}
    if country not in expected:
        warnings.append("country_unexpected")


def _vehicle_class(word: str) -> str:
    return VEHICLE_CLASSES.get(word.lower().replace(" ", ""), "unknown")


def _make(fields: VendorFields, profile: Profile) -> str:
    word = fields.text("Vehicle Brand") or fields.text("vehicle_brand")
    return profile.make_map.get(word, word)[:40]
