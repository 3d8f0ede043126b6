"""GA/T 1400 view library (``/VIID/…``): cameras and platforms that push vehicles as JSON.

A device registers, keeps itself alive and POSTs lists of ``MotorVehicleObject``; a platform sends
the same objects as notifications of a subscription. Each object is an event of its own, named by
its ``MotorVehicleID``. Times are local wall time without a zone. A device that is not answered with
a status of 0 sends again.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
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
from cameras.adapters.gat1400_pictures import pictures_of
from cameras.adapters.gat1400_words import COLOURS, KNOWN_NAMES, PLATE_COLOURS, VEHICLE_CLASSES
from cameras.adapters.hikvision_codes import VIOLATION_CODES
from cameras.adapters.json_delivery import JsonDelivery, read_delivery
from cameras.adapters.moments import claim_of_wall, read_digits, read_moment
from cameras.adapters.unsigned import ProvenByPassword
from cameras.adapters.vendor_claims import (
    MOST_VEHICLES,
    SAME_EVENT,
    code_of_status,
    plate_read,
    source_key,
    speed_in_tenths,
    status_for,
    violation_of,
)
from cameras.adapters.vendor_json import VendorFields, unknown_leaves

_OWN_PATH = re.compile(r"/VIID/[A-Za-z0-9/_-]{0,120}")
_CONTENT_TYPE = "application/VIID+JSON"
#: ConfirmStatusType: 0 done, 2 busy, 4 operation not allowed.
_STATUS_CODES = {"full": (2, "Device Busy"), "too_large": (4, "Invalid Operation")}
_REFUSED = (4, "Invalid Operation")
_TIMES = ("PassTime", "AppearTime", "MarkTime")
_CHARACTER_FIGURES = re.compile(r"-([0-9]{1,3})(?=,|$)")


class Gat1400(ProvenByPassword):
    """The adapter. It holds no state."""

    key = "gat1400"
    version = "1"

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the standard's defaults with the device's own settings over them.

        ``Direction`` is a point of the compass, so no default can say which one approaches.
        """
        defaults = Profile(
            device_serial=device_serial,
            time_rule="local+07:00",
            code_map=VIOLATION_CODES,
            plate_box_unit="pixel",
        )
        return defaults.overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery: the events of its vehicles, a sign of life, or why it is neither."""
        delivery = read_delivery(envelope)
        if isinstance(delivery, Rejected):
            return [delivery]
        vehicles = _vehicles(delivery.fields)
        if len(vehicles) > MOST_VEHICLES:
            return [Rejected("too_many_parts", "The delivery holds too many vehicles.")]
        if not vehicles:
            if any(name.endswith("Object") for name in delivery.fields.value):
                return [Heartbeat()]
            return [Rejected("message_unknown", "This kind of message is not known.")]
        return [_event(delivery, vehicle, profile, envelope.received_at) for vehicle in vehicles]

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
        """Return the standard's status: one alone to ``System``, a list of one to data.

        ``Id`` is that of the resource in the address, else our receipt, the standard's name of
        what a POST has created. ``LocalTime`` is optional and left out: no clock is read here.
        The address is repeated from ``/VIID`` on; what stands before it is our secret.
        """
        status = status_for(outcome)
        code, words = (0, "OK") if status == 200 else _STATUS_CODES.get(outcome, _REFUSED)
        found = _OWN_PATH.search(path)
        own = found.group() if found else ""
        steps = [step for step in own.split("/") if step]
        answer = {
            "RequestURL": own,
            "StatusCode": code,
            "StatusString": words,
            "Id": steps[2] if len(steps) > 2 and steps[1] != "System" else receipt_id,
        }
        body: dict[str, Any] = {"ResponseStatusObject": answer}
        if "/System/" not in own:
            body = {"ResponseStatusListObject": {"ResponseStatusObject": [answer]}}
        return Reply(status, json.dumps(body).encode(), _CONTENT_TYPE)


def _vehicles(fields: VendorFields) -> list[VendorFields]:
    """Return the motor vehicles pushed directly or inside notifications of a subscription."""
    found = fields.items("MotorVehicleListObject", "MotorVehicleObject")
    notes = fields.items("SubscribeNotificationListObject", "SubscribeNotificationObject")
    for note in notes:
        for name in ("MotorVehicleObjectList", "MotorVehicleListObject"):
            found += note.items(name, "MotorVehicleObject")
    return found


def _event(
    delivery: JsonDelivery, vehicle: VendorFields, profile: Profile, received_at: datetime
) -> ParsedDetection | Rejected:
    warnings: list[str] = []
    claim = _claim(vehicle, profile, received_at, warnings)
    if claim is None:
        return Rejected("time_missing", "The message holds no readable time.")
    code = _code(vehicle, profile)
    violation_type = violation_of(code, profile, warnings)
    plate = _plate(vehicle, warnings)
    images = pictures_of(delivery, vehicle, profile, warnings)
    lane = vehicle.text("LaneNo")
    brand = vehicle.text("VehicleBrand")
    unit = profile.speed_unit
    return ParsedDetection(
        source_key=source_key(
            Gat1400.key,
            profile,
            vehicle.text("MotorVehicleID"),
            claim,
            (lane, plate, code),
            images,
        ),
        kind="violation_candidate" if violation_type else "passage",
        violation_type=violation_type,
        vendor_code=code[:60],
        vendor_name="",
        time=claim,
        plate_raw=plate,
        plate_confidence=per_mille(vehicle.text("PlateReliability"), profile.confidence_scale),
        char_confidences=_character_confidences(vehicle.text("PlateCharReliability")),
        plate_colour=PLATE_COLOURS.get(vehicle.text("PlateColor"), "unknown"),
        vehicle_class=_vehicle_class(vehicle.text("VehicleClass")),
        vehicle_colour=COLOURS.get(vehicle.text("VehicleColor"), ""),
        vehicle_make=profile.make_map.get(brand, "")[:40],
        lane=whole_number(lane) or None,
        direction=profile.direction_map.get(vehicle.text("Direction"), "unknown"),
        speed_tenths=speed_in_tenths(vehicle.text("Speed"), unit),
        limit_tenths=speed_in_tenths(vehicle.text("LimitSpeed"), unit, is_limit=True),
        speed_method=None,
        red_since_ms=None,
        images=tuple(images),
        unknown_fields=unknown_leaves(vehicle.value, KNOWN_NAMES),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _claim(
    vehicle: VendorFields, profile: Profile, received_at: datetime, warnings: list[str]
) -> TimeClaim | None:
    """Return the claimed moment: that of passing, else of appearing, else of the first picture."""
    shots = [
        wall
        for item in vehicle.items("SubImageList", "SubImageInfoObject")
        if (wall := _wall(item.text("ShotTime"))[0])
    ]
    source = next((name for name in _TIMES if _wall(vehicle.text(name))[0]), "")
    wall, offset = _wall(vehicle.text(source))
    text = vehicle.text(source)
    if wall is None:
        if not shots:
            return None
        wall, source, text = shots[0], "ShotTime", f"{shots[0]:%Y%m%d%H%M%S}"
    elif shots and all(abs(shot - wall) > SAME_EVENT for shot in shots):
        warnings.append("time_mismatch")
    if wall.microsecond == 0 and (parts := whole_number(vehicle.text("PassTimeMills"))):
        wall += timedelta(milliseconds=parts % 1000)
    return claim_of_wall(
        wall,
        offset,
        text=text,
        source=source,
        rule=profile.time_rule,
        late_reason="retransmission" if vehicle.truth("IfResend") else "none",
        received_at=received_at,
        warnings=warnings,
    )


def _wall(text: str) -> tuple[datetime | None, int | None]:
    """Return wall time and zone; platforms of the north also write ISO times."""
    wall = read_digits(text)
    return (wall, None) if wall else read_moment(text)


def _code(vehicle: VendorFields, profile: Profile) -> str:
    """Return the code of the act; the standard's own field last, for many fill it with a 1."""
    for name in ("IllegalType", "ViolateTypeGA", "ViolateType"):
        if code := vehicle.text(name):
            return code
    return code_of_status(vehicle.text("DrivingStatusCode"), profile)


def _plate(vehicle: VendorFields, warnings: list[str]) -> str:
    if vehicle.truth("IsCovered"):
        warnings.append("plate_obscured")
    plate = vehicle.text("PlateNo")
    is_bare = vehicle.at("HasPlate") is False or vehicle.text("HasPlate") in {"0", "false"}
    if not plate and is_bare:
        warnings.append("no_plate")
        return ""
    return plate_read(plate, warnings)


def _character_confidences(text: str) -> tuple[int, ...]:
    """Return per mille for each character of ``A-80,B-90``; the letters themselves are left out."""
    found = [int(figure) * 10 for figure in _CHARACTER_FIGURES.findall(text[:400])]
    return tuple(min(1000, figure) for figure in found[:20])


def _vehicle_class(code: str) -> str:
    return VEHICLE_CLASSES.get(code[:2]) or VEHICLE_CLASSES.get(code[:1], "unknown")
