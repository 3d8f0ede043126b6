"""ONVIF Profile M: plates in the metadata stream and in recognition events, as XML or JSON.

Profile M has no violation model and its message proves nothing about its sender. What a rule or a
topic means is said by the device's profile (``code_map``); everything else is a passage. Speeds are
metres per second and come from the picture, so they are estimates that cannot found a case
(``speed_unit`` may be set to ``kmh`` for makers who write that). Pictures stand in the message in
base64; an address of one (``ImageRef``) is never opened.
"""

import hashlib
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
    Secrets,
)
from cameras.adapters.figures import per_mille
from cameras.adapters.onvif_fields import Node, read_message
from cameras.adapters.onvif_pictures import pictures_of
from cameras.adapters.onvif_scene import Sighting, sightings
from cameras.adapters.unsigned import Unsigned
from cameras.adapters.utc_text import claim_of_utc_text
from cameras.adapters.vocabulary import OUTCOMES

_STATUS = {"forbidden": 403, "unauthenticated": 403, "too_large": 413, "full": 503}
_NAMES = """
UtcTime Source ObjectId Parent Topic Dialect PropertyOperation Name Value left right top bottom x y
Likelihood PlateNumber PlateType CountryCode IssuingEntity Color Type Brand Model Speed Image
ImageRef SceneImage SceneImageRef ImageUri Rule VideoSource AnalyticsConfiguration schemaLocation
VideoSourceConfigurationToken VideoAnalyticsConfigurationToken Address CurrentTime TerminationTime
"""
_KNOWN = frozenset(_NAMES.split())
#: What shows that a message is ONVIF's though no plate is in it: alive, nothing happened.
_FAMILIAR = ("MetadataStream", "NotificationMessage", "Notify", "Frame", "VideoAnalytics", "Data")
_CLASSES = {
    "car": "car", "sedan": "car", "suv": "car", "van": "car", "bus": "bus", "truck": "truck",
    "motorcycle": "motorcycle", "motorbike": "motorcycle", "bicycle": "bicycle", "bike": "bicycle",
}  # fmt: skip
_PLATE_COLOURS = frozenset({"white", "yellow", "blue", "red"})
_DECIMAL = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,9}))?")
_MOST_SIGHTINGS = 20


class OnvifProfileM(Unsigned):
    """The adapter. It holds no state."""

    key = "onvif-m"
    version = "1"

    def authenticate(
        self, envelope: RawEnvelope, secrets: Secrets, now: datetime
    ) -> str | Rejected:
        """Return D: a pushed notification proves nothing beyond its secret path."""
        return "D"

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the standard's units with the device's own settings over them."""
        defaults = Profile(
            device_serial=device_serial,
            plate_box_unit="unit",
            confidence_scale="unit",
            speed_unit="m_per_s",
            expected_country="VN",
        )
        return defaults.overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery: a detection for each plate, else a sign of life."""
        root = read_message(envelope.body)
        if isinstance(root, Rejected):
            return [root]
        warnings: list[str] = []
        found = sightings(root, warnings)[:_MOST_SIGHTINGS]
        if found:
            unknown = sum(name not in _KNOWN for name in root.leaves())
            return [_detection(one, envelope, profile, warnings, unknown) for one in found]
        if any(root.first(name) for name in _FAMILIAR):
            return [Heartbeat()]
        return [Rejected("message_unknown", "This kind of message is not known.")]

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
        """Return a status and an empty body: a notification is answered by nothing else."""
        if outcome not in OUTCOMES:
            raise ValueError(f"unknown outcome: {outcome}")
        return Reply(_STATUS.get(outcome, 200), b"", "text/plain")


def _detection(
    sighting: Sighting,
    envelope: RawEnvelope,
    profile: Profile,
    found_before: list[str],
    unknown: int,
) -> Parsed:
    warnings = list(found_before)
    claim = claim_of_utc_text(
        sighting.written,
        source="UtcTime",
        rule=profile.time_rule,
        # The state at the time of subscribing is old by nature, not by a wrong clock.
        late_reason="history_upload" if sighting.operation == "Initialized" else "none",
        received_at=envelope.received_at,
        warnings=warnings,
    )
    if claim is None:
        return Rejected("time_missing", "The message holds no readable time.")
    if not sighting.plate:
        warnings.append("plate_unread")
    country = sighting.first_text("LicensePlateInfo", "CountryCode").upper()
    if country and not _is_expected(country, profile.expected_country):
        warnings.append("country_unexpected")
    images = pictures_of(sighting, envelope.body, profile, warnings)
    code, violation_type = _meaning(sighting, profile)
    speed_text = sighting.first_text("Behaviour", "Speed") or sighting.items.get("Speed", "")
    speed = _speed_tenths(speed_text, profile.speed_unit)
    colour = sighting.first_text("LicensePlateInfo", "Color").lower()
    brand = sighting.first_text("VehicleInfo", "Brand")
    return ParsedDetection(
        source_key=_source_key(sighting, profile, claim.occurred_at, code, images),
        kind="violation_candidate" if violation_type else "passage",
        violation_type=violation_type,
        vendor_code=code[:60],
        vendor_name="",
        time=claim,
        plate_raw=sighting.plate[:40],
        plate_confidence=per_mille(sighting.likelihood, profile.confidence_scale),
        char_confidences=(),
        plate_colour=colour if colour in _PLATE_COLOURS else "unknown",
        vehicle_class=_vehicle_class(sighting),
        vehicle_colour=sighting.first_text("VehicleInfo", "Color").lower()[:30],
        vehicle_make=profile.make_map.get(brand, brand)[:40],
        lane=None,
        direction=profile.direction_map.get(sighting.items.get("Direction", ""), "unknown"),
        speed_tenths=speed,
        limit_tenths=None,
        speed_method="video_estimate" if speed else None,
        red_since_ms=None,
        images=images,
        unknown_fields=unknown,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _meaning(sighting: Sighting, profile: Profile) -> tuple[str, str | None]:
    """Return the code kept and our type for it: the rule first, then the topic."""
    for code in sighting.codes:
        if known := profile.code_map.get(code):
            return code, known
    return (sighting.codes[0] if sighting.codes else ""), None


def _is_expected(country: str, expected: str) -> bool:
    """Tell whether an ISO 3166-1 code of two or three letters is the expected country."""
    return not expected or country in {expected.upper(), "VNM" if expected.upper() == "VN" else ""}


def _vehicle_class(sighting: Sighting) -> str:
    nodes: list[Node] = [look.node for look in sighting.looks]
    nodes = [*([sighting.data] if sighting.data else []), *nodes]
    told = [node.first_text("VehicleInfo", "Type") for node in nodes]
    told += [found.text for node in nodes for found in node.within("Type")]
    known = (_CLASSES.get(word.lower()) for word in told)
    return next(filter(None, known), "unknown")


def _speed_tenths(text: str, unit: str) -> int | None:
    """Return a speed in tenths of km/h, further digits cut off, which favours the driver."""
    match = _DECIMAL.fullmatch(text)
    if match is None or unit not in {"m_per_s", "kmh"}:
        return None
    thousandths = int(match.group(1)) * 1000 + int(f"{match.group(2) or '0':0<3}"[:3])
    return (thousandths * 36 // 1000 if unit == "m_per_s" else thousandths // 100) or None


def _source_key(
    sighting: Sighting,
    profile: Profile,
    occurred_at: datetime,
    code: str,
    images: tuple[ParsedImage, ...],
) -> str:
    """Return a digest of what was seen: an ``ObjectId`` begins anew with every restart."""
    parts = [
        occurred_at.isoformat(timespec="milliseconds"),
        sighting.object_id,
        sighting.plate,
        code,
        *(image.sha256 for image in images),
    ]
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
    return f"{OnvifProfileM.key}|{profile.device_serial}|sha256:{digest}"[:200]
