"""Find the events in a Dahua message, and the road users in an event.

Three shapes are in the field: the ITSAPI ``Picture`` with Plate, Vehicle and SnapInfo; a list
``Events`` (or ``params.eventList``) whose members carry their data inside or beside ``Data``; and
one event at the root. One event may name a car and a motorcycle, each with its own plate.
"""

from dataclasses import dataclass
from typing import Any

from cameras.adapters.dahua_codes import plain_code
from cameras.adapters.vendor_json import VendorFields

#: Names of which at least one stands in an event, in whichever shape.
_EVENT_NAMES = ("Code", "EventBaseInfo", "TrafficCar", "NonMotor", "Object", "Vehicle", "Plate")
_NO_BOX: tuple[Any, ...] = (None, "", [], ["0", "0", "0", "0"])


@dataclass(frozen=True)
class TrafficEvent:
    """One event: the object that names it, the one with its data, and its ``Picture`` objects."""

    entry: VendorFields
    data: VendorFields
    pictures: tuple[VendorFields, ...]

    @property
    def layers(self) -> tuple[VendorFields, ...]:
        """Return the objects its figures may stand in, the nearest to the plate first."""
        snaps = (picture.fields("SnapInfo") for picture in self.pictures)
        return (self.data.fields("TrafficCar"), self.data, *snaps, *self.pictures, self.entry)

    def text(self, *names: str) -> str:
        """Return the first filled text of one of the names, tried in that order."""
        texts = (layer.text(name) for name in names for layer in self.layers)
        return next(filter(None, texts), "")

    @property
    def code(self) -> str:
        """Return the event's name as the device writes it, with its running number."""
        texts = (
            self.entry.text("Code"),
            self.entry.text("EventBaseInfo", "Code"),
            self.data.text("EventBaseInfo", "Code"),
            self.text("Code", "Event", "EventCode"),
        )
        return next(filter(None, texts), "")

    @property
    def has_ended(self) -> bool:
        """Tell whether this is only the end of an event that was told when it began."""
        action = self.entry.text("Action") or self.entry.text("EventBaseInfo", "Action")
        return action.lower() == "stop"


@dataclass(frozen=True)
class RoadUser:
    """One vehicle of an event, in the device's words; boxes as sent.

    ``is_nonmotor`` is Dahua's word for everything on two wheels, motorcycles included.
    ``plates_differ`` when the event gives one vehicle two different plates.
    """

    is_nonmotor: bool
    plate: str = ""
    plate_exists: bool = True
    plate_colour: str = ""
    confidence: str = ""
    plate_box: Any = None
    vehicle_box: Any = None
    category: str = ""
    colour: str = ""
    make: str = ""
    speed: str = ""
    plates_differ: bool = False

    @property
    def is_there(self) -> bool:
        """Tell whether the device says anything of a vehicle at all."""
        boxes = (self.plate_box, self.vehicle_box)
        return bool(self.plate or self.category) or any(box not in _NO_BOX for box in boxes)


def events_of(message: VendorFields) -> list[TrafficEvent]:
    """Return the events of a message, in order; none for a sign of life."""
    pictures = message.items("Picture")
    listed = (
        message.items("params", "eventList")
        or message.items("Events")
        or message.items("eventList")
    )
    if listed:
        each_its_own = len(pictures) == len(listed) > 1
        return [
            _event(entry, [pictures[place]] if each_its_own else pictures)
            for place, entry in enumerate(listed)
        ]
    if len(pictures) > 1:
        return [TrafficEvent(message, picture, (picture,)) for picture in pictures]
    data = message.fields("Data")
    found = [name for name in _EVENT_NAMES for part in (message, data) if part.at(name)]
    return [_event(message, pictures)] if pictures or found else []


def road_users(event: TrafficEvent) -> list[RoadUser]:
    """Return the vehicles of an event, the motor vehicle first; none when it names none."""
    users = [user for user in _of_plates(event) if user.is_there]
    if len(users) > 1:
        return users
    motor, other = _motor(event), _nonmotor(event)
    if other is None:
        return [motor] if motor.is_there else []
    if not other.is_there:
        return [motor] if motor.is_there else []
    if not motor.is_there:
        return [other]
    if _are_one(event, motor, other):
        return [_as_one(motor, other)]
    return [motor, other]


def accused(event: TrafficEvent, user: RoadUser, users: list[RoadUser]) -> bool | None:
    """Tell whether an event's violation is this road user's; None when the message leaves it open.

    The event's name tells it, or ``SnapCategory``; else a ``ViolationCode`` stands in
    ``TrafficCar``, which is the motor vehicle's.
    """
    if len(users) == 1:
        return True
    if len({other.is_nonmotor for other in users}) == 1:
        return None
    category = event.data.text("CommInfo", "SnapCategory").lower()
    if plain_code(event.code).startswith("TrafficNonMotor") or category == "nonmotor":
        return user.is_nonmotor
    if category == "motor" or event.data.text("TrafficCar", "ViolationCode"):
        return not user.is_nonmotor
    return None


def _event(entry: VendorFields, pictures: list[VendorFields]) -> TrafficEvent:
    data = entry.fields("Data")
    data = data if data.value else entry
    own = entry.items("Picture") or data.items("Picture") or pictures
    return TrafficEvent(entry, data, tuple(own))


def _of_plates(event: TrafficEvent) -> list[RoadUser]:
    """Return the road users of an ITSAPI ``Picture`` whose Plate is a list."""
    users = []
    for picture in event.pictures:
        vehicles = picture.items("Vehicle")
        for place, plate in enumerate(picture.items("Plate")):
            vehicle = vehicles[place] if place < len(vehicles) else VendorFields({})
            users.append(_of_picture(plate, vehicle))
    return users


def _of_picture(plate: VendorFields, vehicle: VendorFields) -> RoadUser:
    category = _known(vehicle.text("VehicleType")) or _known(vehicle.text("Category"))
    return RoadUser(
        is_nonmotor=is_two_wheeled(category),
        plate=plate.text("PlateNumber"),
        plate_exists=plate.at("IsExist") is not False,
        plate_colour=plate.text("PlateColor"),
        confidence=plate.text("Confidence"),
        plate_box=plate.at("BoundingBox"),
        vehicle_box=vehicle.at("VehicleBoundingBox") or vehicle.at("BoundingBox"),
        category=category,
        colour=vehicle.text("VehicleColor"),
        make=vehicle.text("VehicleSign"),
    )


def is_two_wheeled(category: str) -> bool:
    """Tell whether a category is one of those Dahua calls NonMotor."""
    word = category.lower()
    return any(part in word for part in ("cycle", "bike", "moped", "nonmotor"))


def _motor(event: TrafficEvent) -> RoadUser:
    """Return what the event says outside ``NonMotor``."""
    data, car = event.data, event.data.fields("TrafficCar")
    vehicle, thing = data.fields("Vehicle"), data.fields("Object")
    thing = thing if thing.text("ObjectType").lower() in {"", "plate"} else VendorFields({})
    listed = _of_plates(event)
    own = listed[0] if listed else RoadUser(is_nonmotor=False)
    category = own.category or _known(vehicle.text("Category"))
    texts = [car.text("PlateNumber"), thing.text("Text"), thing.text("PlateNumber"), own.plate]
    plates = list(filter(None, texts))
    return RoadUser(
        is_nonmotor=is_two_wheeled(category or vehicle.text("ObjectType")),
        plate=plates[0] if plates else "",
        plate_exists=own.plate_exists,
        plate_colour=car.text("PlateColor") or own.plate_colour,
        confidence=_filled(thing.text("Confidence")) or own.confidence,
        plate_box=_first_box(thing.at("BoundingBox"), car.at("BoundingBox"), own.plate_box),
        vehicle_box=_first_box(
            car.at("VehicleBoundingBox"), vehicle.at("BoundingBox"), own.vehicle_box
        ),
        category=category,
        colour=car.text("VehicleColor") or own.colour,
        make=car.text("VehicleSign") or vehicle.text("Text") or own.make,
        speed=car.text("Speed"),
        plates_differ=len({_letters(plate) for plate in plates}) > 1,
    )


def _nonmotor(event: TrafficEvent) -> RoadUser | None:
    rider = next(iter(event.data.items("NonMotor")), None)
    if rider is None:
        return None
    plate, thing = rider.fields("Plate"), rider.fields("Object")
    texts = (
        plate.text("Text"),
        plate.text("PlateNumber"),
        rider.text("PlateNumber"),
        thing.text("Text"),
    )
    return RoadUser(
        is_nonmotor=True,
        plate=next(filter(None, texts), ""),
        plate_colour=plate.text("PlateColor") or rider.text("PlateColor"),
        confidence=plate.text("Confidence") or thing.text("Confidence"),
        plate_box=_first_box(plate.at("BoundingBox"), thing.at("BoundingBox")),
        vehicle_box=rider.at("BoundingBox"),
        category=_known(rider.text("Category")),
        colour=rider.text("Color"),
        speed=rider.text("Speed"),
    )


def _are_one(event: TrafficEvent, motor: RoadUser, other: RoadUser) -> bool:
    """Tell whether ``Vehicle`` and ``NonMotor`` are the same road user told twice."""
    vehicle, rider = event.data.fields("Vehicle"), event.data.items("NonMotor")[0]
    if vehicle.text("ObjectType").lower() == "nonmotor":
        return True
    number = _filled(vehicle.text("ObjectID"))
    if number and number == rider.text("ObjectID"):
        return True
    if motor.vehicle_box not in _NO_BOX and motor.vehicle_box == other.vehicle_box:
        return True
    if motor.plate and _letters(motor.plate) == _letters(other.plate):
        return True
    if motor.plate and other.plate:
        return False
    # A plate beside a rider who has none, and no vehicle to carry it: it is the rider's.
    return motor.is_nonmotor or (motor.vehicle_box in _NO_BOX and not motor.category)


def _as_one(motor: RoadUser, other: RoadUser) -> RoadUser:
    """Return one rider of what both objects say, ``NonMotor`` first."""
    differ = bool(motor.plate and other.plate) and _letters(motor.plate) != _letters(other.plate)
    return RoadUser(
        is_nonmotor=True,
        plate=other.plate or motor.plate,
        plate_exists=motor.plate_exists,
        plate_colour=other.plate_colour if other.plate else motor.plate_colour,
        confidence=other.confidence if other.plate else motor.confidence,
        plate_box=_first_box(other.plate_box, motor.plate_box),
        vehicle_box=_first_box(other.vehicle_box, motor.vehicle_box),
        category=other.category or motor.category,
        colour=other.colour or motor.colour,
        make=motor.make,
        speed=_filled(motor.speed) or other.speed,
        plates_differ=differ or motor.plates_differ,
    )


def _first_box(*boxes: Any) -> Any:
    return next((box for box in boxes if box not in _NO_BOX), None)


def _filled(figure: str) -> str:
    """Return a figure, or nothing for the 0 that devices write where they have none."""
    return figure if figure.strip("0.") else ""


def _known(word: str) -> str:
    return "" if word.lower() in {"unknown", "unknow"} else word


def _letters(plate: str) -> str:
    """Return a plate for comparing: ``30A-123.45`` and ``30A12345`` are one."""
    return "".join(sign for sign in plate.upper() if sign.isalnum())
