"""Uniview LAPI: what a camera or recorder POSTs to ``/LAPI/V1.x/System/Event/Notification/…``.

``Structure`` and ``VehicleEventInfo`` bring vehicles, ``Alarm`` and everything else are signs of
life. One message may hold several vehicles; each is an event of its own. ``PassTime`` is local wall
time, ``TimeStamp`` Unix time of the same event: when they disagree, a person must look. The device
wants ``ResponseCode`` 0 and sends again without it.
"""

import json
import re
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
    TimeClaim,
)
from cameras.adapters.figures import per_mille, whole_number
from cameras.adapters.hikvision_codes import VIOLATION_CODES
from cameras.adapters.json_delivery import JsonDelivery, read_delivery
from cameras.adapters.moments import claim_of_moment, claim_of_wall, read_digits, read_epoch
from cameras.adapters.uniview_pictures import pictures_of
from cameras.adapters.uniview_words import (
    KNOWN_NAMES,
    PLATE_COLOURS,
    VEHICLE_CLASSES,
    VEHICLE_COLOURS,
)
from cameras.adapters.unsigned import ProvenByPassword
from cameras.adapters.vendor_claims import (
    MOST_VEHICLES,
    code_of_status,
    plate_read,
    source_key,
    speed_in_tenths,
    status_for,
    violation_of,
    warn_if_apart,
)
from cameras.adapters.vendor_json import VendorFields, unknown_leaves

_OWN_PATH = re.compile(r"/LAPI/V[0-9.]{1,5}/[A-Za-z0-9/_-]{0,120}")
#: Where firmware puts its vehicles; recorders use another message than cameras.
_LISTS = (
    ("StructureInfo", "ObjInfo", "VehicleInfoList"),
    ("StructureInfo", "ObjInfo", "NonMotorVehicleInfoList"),
    ("VehicleEventInfo", "VehicleInfoList"),
    ("VehicleEventInfo", "VehicleRecordInfoList"),
)
_NOTIFICATIONS = {"StructureInfo", "VehicleEventInfo", "AlarmInfo", "Reference"}


class UniviewLapi(ProvenByPassword):
    """The adapter. It holds no state."""

    key = "uniview-lapi"
    version = "1"

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the vendor's defaults with the device's own settings over them."""
        defaults = Profile(
            device_serial=device_serial,
            time_rule="local+07:00",
            code_map=VIOLATION_CODES,
            plate_box_unit="per_10000",
        )
        return defaults.overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery: the events of its vehicles, a sign of life, or why it is neither."""
        delivery = read_delivery(envelope)
        if isinstance(delivery, Rejected):
            return [delivery]
        fields = delivery.fields
        vehicles = _vehicles(fields)
        if len(vehicles) > MOST_VEHICLES:
            return [Rejected("too_many_parts", "The delivery holds too many vehicles.")]
        if not vehicles:
            if _NOTIFICATIONS & fields.value.keys() or "HeartReportInfo" in envelope.path:
                return [Heartbeat()]
            return [Rejected("message_unknown", "This kind of message is not known.")]
        return [
            _event(delivery, vehicle, len(vehicles) == 1, profile, envelope.received_at)
            for vehicle in vehicles
        ]

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
        """Return the vendor's answer: code 0 whenever the bytes are kept.

        The address is repeated from ``/LAPI`` on; what stands before it is our secret. Older
        firmware reads the outer names, newer the inner.
        """
        status = status_for(outcome)
        own = _OWN_PATH.search(path)
        answer = {
            "ResponseURL": own.group() if own else "",
            "ResponseCode": 0 if status == 200 else 1,
            "ResponseString": "Succeed" if status == 200 else "Common Error",
        }
        body = json.dumps({**answer, "Response": answer})
        return Reply(status, body.encode(), "application/json")


def _vehicles(fields: VendorFields) -> list[VendorFields]:
    return [vehicle for path in _LISTS for vehicle in fields.items(*path)]


def _event(
    delivery: JsonDelivery,
    vehicle: VendorFields,
    is_alone: bool,
    profile: Profile,
    received_at: datetime,
) -> ParsedDetection | Rejected:
    fields = delivery.fields
    warnings: list[str] = []
    claim = _claim(fields, vehicle, profile, received_at, warnings)
    if claim is None:
        return Rejected("time_missing", "The message holds no readable time.")
    about = _first(vehicle, "VehicleAttributeInfo", "VehAttr")
    plate_about = _first(vehicle, "PlateAttributeInfo", "PlateAttr")
    code = code_of_status(about.text("DriveStatus"), profile)
    violation_type = violation_of(code, profile, warnings)
    plate = plate_read(plate_about.text("PlateNo"), warnings)
    listed = fields.items("StructureInfo", "ImageInfoList")
    images = pictures_of(delivery, listed, vehicle, is_alone, profile, warnings)
    unit = _speed_unit(about, profile, warnings)
    lane = vehicle.text("LaneInfo", "ID")
    brand = about.text("VehicleBrand")
    return ParsedDetection(
        source_key=source_key(
            UniviewLapi.key,
            profile,
            "",
            claim,
            (lane, plate, code, vehicle.text("ID") or vehicle.text("RecordID")),
            images,
        ),
        kind="violation_candidate" if violation_type else "passage",
        violation_type=violation_type,
        vendor_code=code[:60],
        vendor_name="",
        time=claim,
        plate_raw=plate,
        plate_confidence=per_mille(plate_about.text("PlateConfidence"), profile.confidence_scale),
        char_confidences=(),
        plate_colour=PLATE_COLOURS.get(plate_about.text("Color"), "unknown"),
        vehicle_class=VEHICLE_CLASSES.get(about.text("Type"), "unknown"),
        vehicle_colour=VEHICLE_COLOURS.get(about.text("Color"), ""),
        vehicle_make=profile.make_map.get(brand, "")[:40],
        lane=whole_number(lane) or None,
        direction=profile.direction_map.get(vehicle.text("LaneInfo", "Direction"), "unknown"),
        speed_tenths=speed_in_tenths(about.text("SpeedValue"), unit) if unit else None,
        limit_tenths=_limit(about, unit),
        speed_method=None,
        red_since_ms=None,
        images=tuple(images),
        unknown_fields=unknown_leaves(fields.value, KNOWN_NAMES),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _claim(
    fields: VendorFields,
    vehicle: VendorFields,
    profile: Profile,
    received_at: datetime,
    warnings: list[str],
) -> TimeClaim | None:
    """Return the claimed moment: the vehicle's own time, else that of the whole message."""
    sent = fields.text("TimeStamp") or fields.text("VehicleEventInfo", "Timestamp")
    passed = vehicle.text("PassTime")
    wall = read_digits(passed)
    if wall is None:
        source = "PassingTime" if vehicle.text("PassingTime") else "TimeStamp"
        text = vehicle.text("PassingTime") or sent
        moment = read_epoch(text, per_second=1)
        if moment is None:
            return None
        return claim_of_moment(
            moment,
            None,
            text=text,
            source=source,
            rule=profile.time_rule,
            late_reason="none",
            received_at=received_at,
            warnings=warnings,
        )
    claim = claim_of_wall(
        wall,
        None,
        text=passed,
        source="PassTime",
        rule=profile.time_rule,
        late_reason="none",
        received_at=received_at,
        warnings=warnings,
    )
    if claim is not None:
        warn_if_apart(claim, [read_epoch(sent, per_second=1)], warnings)
    return claim


def _first(vehicle: VendorFields, *names: str) -> VendorFields:
    """Return the first of several objects that is there: recorders shorten the names."""
    return next((vehicle.fields(name) for name in names if name in vehicle.value), VendorFields({}))


def _speed_unit(about: VendorFields, profile: Profile, warnings: list[str]) -> str:
    """Return the unit agreed for the device; none when the message claims another than km/h."""
    if about.text("SpeedUnit") in {"", "0"} or profile.speed_unit != "kmh":
        return profile.speed_unit
    warnings.append("speed_unit_unknown")
    return ""


def _limit(about: VendorFields, unit: str) -> int | None:
    """Return the posted limit; the device's own threshold only where no sign is set."""
    if not unit:
        return None
    posted = speed_in_tenths(about.text("MarkedSpeed"), unit, is_limit=True)
    return posted or speed_in_tenths(about.text("LimitedSpeed"), unit, is_limit=True)
