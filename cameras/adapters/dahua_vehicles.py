"""What a Dahua event says of one road user, in our words: plate, vehicle, speed, occupants."""

from typing import Any

from cameras.adapters.contract import Profile
from cameras.adapters.dahua_codes import (
    MOVEMENTS,
    PLATE_COLOURS,
    PLATE_NOT_READ,
    SIDES,
    SPEED_METHODS,
    VEHICLE_CLASSES,
    VEHICLE_COLOURS,
)
from cameras.adapters.dahua_messages import RoadUser, TrafficEvent
from cameras.adapters.figures import tenths, whole_number
from cameras.adapters.vendor_json import VendorFields

_BELTS = {"withsafebelt": "yes", "withoutsafebelt": "no"}
_LIMITS = {"speed_over": "UpperSpeedLimit", "speed_under": "LowerSpeedLimit"}


def plate_of(user: RoadUser, warnings: list[str]) -> str:
    """Return the plate as read, nothing for the words that say there is none."""
    if unread := PLATE_NOT_READ.get(user.plate.lower()):
        warnings.append(unread)
        return ""
    if not user.plate_exists:
        warnings.append("plate_partial")
    if user.plates_differ:
        warnings.append("plates_differ")
    return user.plate[:40]


def plate_colour_of(user: RoadUser) -> str:
    """Return the colour of the plate's ground, one of ``vocabulary.PLATE_COLOURS``."""
    return PLATE_COLOURS.get(user.plate_colour.lower(), "unknown")


def class_of(user: RoadUser) -> str:
    """Return the vehicle class. What Dahua calls NonMotor is a motorcycle if it bears a plate."""
    if user.is_nonmotor and not user.category:
        return "motorcycle" if user.plate else "unknown"
    return VEHICLE_CLASSES.get(user.category.lower(), "unknown")


def colour_of(user: RoadUser) -> str:
    """Return the vehicle's colour in the register's words, nothing for "Unknown"."""
    word = user.colour.lower()
    return VEHICLE_COLOURS.get(word, word)[:30]


def make_of(user: RoadUser, profile: Profile) -> str:
    """Return the brand, by the profile's map or as the device writes it."""
    if user.make.lower() in {"unknown", "unknow"}:
        return ""
    return profile.make_map.get(user.make, user.make)[:40]


def direction_of(event: TrafficEvent, profile: Profile) -> str:
    """Return the movement in the picture; the installation's word only where nothing was seen."""
    car = event.data.fields("TrafficCar")
    movement = MOVEMENTS.get(car.text("DrivingDirection", 0).lower())
    side = SIDES.get(event.data.text("VehicleDirection").lower())
    snaps = [picture.text("SnapInfo", "Direction") for picture in event.pictures]
    words = filter(None, (event.data.text("JunctionDirection"), *snaps))
    return movement or side or profile.direction_map.get(next(words, ""), "unknown")


def speed_of(
    event: TrafficEvent, user: RoadUser, profile: Profile, warnings: list[str], *, is_alone: bool
) -> int | None:
    """Return tenths of km/h: the speed beside the plate, else the event's.

    The two may differ, and nobody can tell afterwards which was measured; 0 means not measured.
    Where two road users share an event its own speed is nobody's.
    """
    beside = kmh_tenths(user.speed, profile.speed_unit)
    general = None
    if is_alone or not user.is_nonmotor:
        texts = [event.data.text("Speed"), *_snaps(event, "Speed")]
        general = kmh_tenths(next(filter(None, texts), ""), profile.speed_unit)
    if beside and general and beside != general:
        warnings.append("speed_differs")
    return beside or general or None


def limit_of(event: TrafficEvent, violation_type: str | None, profile: Profile) -> int | None:
    """Return the limit of a speeding event; the vendor fills it for every passage."""
    name = _LIMITS.get(violation_type or "")
    return kmh_tenths(event.text(name), profile.speed_unit) or None if name else None


def method_of(event: TrafficEvent) -> str | None:
    """Return the principle of measurement; None where the device does not name it."""
    words = (event.text("TriggerType"), *_snaps(event, "Source"))
    return SPEED_METHODS.get(next(filter(None, words), "").lower())


def kmh_tenths(text: str, unit: str) -> int | None:
    """Return a speed in tenths of km/h, further digits cut off in the person's favour.

    ``unit`` is ``kmh``, ``mph`` or ``cm_per_s``. Raises ``ValueError`` on another.
    """
    figure = tenths(text)
    if figure is None or unit == "kmh":
        return figure
    if unit == "mph":
        return figure * 1_609_344 // 1_000_000
    if unit == "cm_per_s":
        return figure * 36 // 1000
    raise ValueError(f"unknown unit: {unit}")


def details_of(event: TrafficEvent, user: RoadUser) -> dict[str, Any]:
    """Return occupants and weight in the words of the canonical event, where the device knows."""
    occupants = _riders(event) if user.is_nonmotor else _seats(event.data)
    weight = {} if user.is_nonmotor else _weight(event.data.fields("CarWeightInfo"))
    found = {"occupants": occupants, "weight": weight}
    return {name: part for name, part in found.items() if part}


def _riders(event: TrafficEvent) -> dict[str, Any]:
    rider = next(iter(event.data.items("NonMotor")), VendorFields({}))
    riders = whole_number(rider.text("NumOfCycling"))
    return {"riders": riders} if riders else {}


def _seats(data: VendorFields) -> dict[str, Any]:
    """Return belts and telephone. ``CommInfo.Seat`` is the newer form of ``MainSeat``."""
    belts = {"Main": data.text("MainSeat"), "Sub": data.text("SubSeat")}
    calls = data.text("Object", "MainSeat", "DriverCalling") == "Calling"
    for seat in data.items("CommInfo", "Seat"):
        belts[seat.text("Type")] = seat.text("SafeBelt") or belts.get(seat.text("Type"), "")
        states = seat.at("Status")
        if seat.text("Type") == "Main" and isinstance(states, list):
            calls = calls or "Calling" in states
    found = {
        "belt_driver": _BELTS.get(belts["Main"].lower()),
        "belt_passenger": _BELTS.get(belts["Sub"].lower()),
        "phone": "yes" if calls else None,
    }
    return {name: word for name, word in found.items() if word}


def _weight(scale: VendorFields) -> dict[str, Any]:
    """Return kilograms; nothing where the vehicle was not weighed."""
    total = whole_number(scale.text("TotalWeight"))
    if not total:
        return {}
    axles = scale.at("AxleWeightInfo")
    listed = axles[:8] if isinstance(axles, list) else []
    weights = [whole_number(text) for text in listed if isinstance(text, str)]
    found: dict[str, Any] = {"total_kg": total, "axle_kg": [kg for kg in weights if kg]}
    if limit := whole_number(scale.text("LimitWeight")):
        found["limit_kg"] = limit
    return found


def _snaps(event: TrafficEvent, name: str) -> list[str]:
    return [picture.text("SnapInfo", name) for picture in event.pictures]
