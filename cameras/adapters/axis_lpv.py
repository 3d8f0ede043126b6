"""Axis License Plate Verifier (FF Group LPR): one JSON message for each change of a car in view.

``carState`` is new, update or lost. Only ``lost`` carries what the camera finally read, so it alone
is an event; new and update are signs of life (decided here, because a car would be counted several
times otherwise). A message without a state, of older firmware, is final. The camera knows no
violations: its events are passages unless the device's ``code_map`` names the word of a
``violation`` field or its ``sensorProviderID``.

``capture_timestamp`` (Unix milliseconds) is the moment; ``datetime`` repeats it as local wall time
and ``UtcTime`` as that of the message. Pictures given by ``imagesURI`` are never fetched.
"""

from collections.abc import Mapping
from typing import Any

from cameras.adapters.axis_pictures import pictures_of
from cameras.adapters.axis_time import claim_time, utc_time
from cameras.adapters.axis_words import KNOWN_NAMES, VEHICLE_CLASSES, VEHICLE_COLOURS
from cameras.adapters.contract import (
    Heartbeat,
    Parsed,
    ParsedDetection,
    Profile,
    RawEnvelope,
    Rejected,
    Reply,
    TimeClaim,
)
from cameras.adapters.figures import per_mille
from cameras.adapters.json_delivery import JsonDelivery, read_delivery
from cameras.adapters.unsigned import ProvenByPassword
from cameras.adapters.vendor_claims import (
    plate_read,
    source_key,
    status_for,
    violation_of,
)
from cameras.adapters.vendor_json import VendorFields, unknown_leaves

_NOT_FINAL = frozenset({"new", "update"})


class AxisLicensePlateVerifier(ProvenByPassword):
    """The adapter. It holds no state."""

    key = "axis-lpv"
    version = "1"

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the vendor's defaults with the device's own settings over them.

        ``in`` and ``out`` are relative to a direction set on the device, so no default can say
        which of them approaches.
        """
        defaults = Profile(
            device_serial=device_serial,
            plate_box_unit="pixel",
            confidence_scale="unit",
            expected_country="VNM",
        )
        return defaults.overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery: an event of one car, a sign of life, or why it is neither."""
        delivery = read_delivery(envelope)
        if isinstance(delivery, Rejected):
            return [delivery]
        fields = delivery.fields
        if {"system", "identify", "ALPV"} & fields.value.keys():
            return [Heartbeat(utc_time(fields.text("system", "timestamp")))]
        if not {"carID", "carState", "capture_timestamp", "plateText"} & fields.value.keys():
            return [Rejected("message_unknown", "This kind of message is not known.")]
        if fields.text("carState").lower() in _NOT_FINAL:
            return [Heartbeat()]
        warnings: list[str] = []
        claim = claim_time(fields, profile.time_rule, envelope.received_at, warnings)
        if claim is None:
            return [Rejected("time_missing", "The message holds no readable time.")]
        return [_detection(delivery, claim, profile, warnings)]

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


def _detection(
    delivery: JsonDelivery, claim: TimeClaim, profile: Profile, warnings: list[str]
) -> ParsedDetection:
    fields = delivery.fields
    code = _code(fields, profile)
    violation_type = violation_of(code, profile, warnings)
    plate = plate_read(_plate(fields), warnings)
    images = pictures_of(delivery, profile, warnings)
    _warn_of_identity(fields, profile, warnings)
    vehicle = fields.fields("vehicle_info")
    colour = vehicle.text("color").lower()
    brand = vehicle.text("brand")
    return ParsedDetection(
        source_key=source_key(
            AxisLicensePlateVerifier.key,
            profile,
            _own_key(fields),
            claim,
            (fields.text("roiID"), plate, code),
            images,
        ),
        kind="violation_candidate" if violation_type else "passage",
        violation_type=violation_type,
        vendor_code=code[:60],
        vendor_name="",
        time=claim,
        plate_raw=plate,
        plate_confidence=per_mille(fields.text("plateConfidence"), profile.confidence_scale),
        char_confidences=(),
        plate_colour="unknown",
        vehicle_class=VEHICLE_CLASSES.get(vehicle.text("type").lower(), "unknown"),
        vehicle_colour=VEHICLE_COLOURS.get(colour, colour)[:30],
        vehicle_make=profile.make_map.get(brand, brand)[:40],
        lane=None,
        direction=profile.direction_map.get(fields.text("carMoveDirection"), "unknown"),
        speed_tenths=None,
        limit_tenths=None,
        speed_method=None,
        red_since_ms=None,
        images=tuple(images),
        unknown_fields=unknown_leaves(fields.value, KNOWN_NAMES),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _code(fields: VendorFields, profile: Profile) -> str:
    """Return the word that may accuse: a field of the integrator's own, or a mapped sender name."""
    sender = fields.text("sensorProviderID")
    return fields.text("violation") or (sender if sender in profile.code_map else "")


def _plate(fields: VendorFields) -> str:
    names = ("plateUTF8", "plateUnicode", "plateText", "plateASCII")
    return next(filter(None, (fields.text(name) for name in names)), "")


def _own_key(fields: VendorFields) -> str:
    """Return car and moment: ``carID`` alone begins again when the camera restarts."""
    car, moment = fields.text("carID"), fields.text("capture_timestamp")
    return f"{car}@{moment}" if car and moment else ""


def _warn_of_identity(fields: VendorFields, profile: Profile, warnings: list[str]) -> None:
    country = fields.text("plateCountry").upper()
    if profile.expected_country and country not in {"", profile.expected_country}:
        warnings.append("country_unexpected")
    address = fields.text("camera_info", "MACAddress")
    if profile.mac_address and _plain(address) != _plain(profile.mac_address):
        warnings.append("mac_address_differs")


def _plain(address: str) -> str:
    """Return a MAC address without its colons: firmware writes it either way."""
    return address.replace(":", "").replace("-", "").lower()
