"""Draw pictures that a roadside camera might have sent: for the demonstration and for trials.

Nothing here is a photograph. Every picture says ``ẢNH MINH HỌA``, every plate is the caller's, no
face is drawn, and the same scenario always gives the same bytes. A red-light event has three
pictures (before, on and past the stop line, the light in each), a speeding one two with the
measured speed and the certificate in the data bar, as the evidence rules ask.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from PIL import Image

from cameras.adapters.contract import Box
from cameras.scene import highway as road
from cameras.scene.bodies import PAINTS
from cameras.scene.geometry import LANE, VIEW
from cameras.scene.motorcycles import draw_crossing, draw_vehicle
from cameras.scene.overlay import as_photograph, print_bar, to_jpeg
from cameras.scene.plate import plate_crop, plate_face
from cameras.scene.signal_head import draw_light, light_boxes
from cameras.scene.street import junction
from cameras.scene.vehicles import Vehicle, corners, plate_corners
from cameras.scene.view import DAYLIGHTS, Daylight, View

VIETNAM = timezone(timedelta(hours=7))
_KINDS = {"car": "sedan", "bus": "bus", "truck": "truck", "tractor": "truck", "special": "truck"}
_CROWD_PAINTS = ("red", "blue", "black", "white", "silver", "green", "brown")


@dataclass(frozen=True)
class Sighting:
    """What every picture needs: where, when (aware), which vehicle, which plate.

    ``vehicle_colour`` is one of ``bodies.PAINTS``; ``lane`` counts from the middle of the road;
    ``plate`` is the normalised string; ``daylight`` is day or night, from the hour when empty.
    """

    camera_code: str
    place: str
    at: datetime
    plate: str
    vehicle_class: str = "car"
    vehicle_colour: str = "white"
    plate_colour: str = "white"
    lane: int = 1
    daylight: str = ""
    seed: int = 1

    @property
    def light(self) -> Daylight:
        """Return the light of this sighting; night lasts from six in the evening to six."""
        by_hour = "day" if 6 <= self.at.astimezone(VIETNAM).hour < 18 else "night"
        return DAYLIGHTS[self.daylight or by_hour]


@dataclass(frozen=True)
class RedLight:
    """A vehicle that drives on while the light has been red for ``red_since_ms``."""

    sighting: Sighting
    red_since_ms: int = 1900
    red_seconds: int = 30


@dataclass(frozen=True)
class Speeding:
    """A measured speed over a limit, in tenths of km/h, and the certificate of the meter."""

    sighting: Sighting
    measured_tenths: int
    limit_tenths: int
    certificate_number: str
    certificate_until: str
    method: str = "RADAR"


@dataclass(frozen=True)
class Frame:
    """One picture as the camera stores it; ``captured_at`` is aware."""

    jpeg: bytes
    role: str
    boxes: tuple[Box, ...]
    captured_at: datetime
    red_since_ms: int | None = None


def draw_red_light(scenario: RedLight) -> list[Frame]:
    """Return three overviews and the close view of the plate."""
    sighting = scenario.sighting
    chance = random.Random(sighting.seed)  # noqa: S311 -- a drawing, not a secret
    two_wheeled = sighting.vehicle_class in {"motorcycle", "moped", "e_bike"}
    lane = min(3, max(1, sighting.lane))
    x = (lane - 0.5) * LANE + chance.uniform(-0.25, 0.25)
    places = (16.6, 21.4, 31.5) if two_wheeled else (15.8, 19.6, 32.5)
    after = (0, chance.randint(520, 760), chance.randint(1900, 2400))
    frames = []
    for number, (y, late) in enumerate(zip(places, after, strict=True), start=1):
        red_ms = scenario.red_since_ms + late
        moment = sighting.at + timedelta(milliseconds=late)
        left = max(0, scenario.red_seconds - red_ms // 1000)
        picture = _junction_picture(sighting, x, y, late, left, "red")
        bar = (
            f"{sighting.camera_code}  {sighting.place.upper()} · {_stamp(moment)} · "
            f"LÀN {lane} · ĐÈN ĐỎ {_seconds(red_ms)} s · ẢNH {number}/3"
        )
        picture = as_photograph(picture, sighting.seed + number)
        print_bar(picture, bar)
        boxes = (*_vehicle_boxes(VIEW, _offender(sighting, x, y)), *light_boxes())
        frames.append(Frame(to_jpeg(picture), f"overview_{number}", boxes, moment, red_ms))
    return [*frames, _plate_frame(sighting, sighting.at)]


def draw_passage(sighting: Sighting) -> list[Frame]:
    """Return one overview of a vehicle that drives on at green, and the plate."""
    lane = min(3, max(1, sighting.lane))
    x, y = (lane - 0.5) * LANE, 17.5
    picture = as_photograph(_junction_picture(sighting, x, y, 0, 21, "green"), sighting.seed)
    bar = f"{sighting.camera_code}  {sighting.place.upper()} · {_stamp(sighting.at)} · LÀN {lane}"
    print_bar(picture, bar)
    boxes = (*_vehicle_boxes(VIEW, _offender(sighting, x, y)), *light_boxes())
    overview = Frame(to_jpeg(picture), "overview_1", boxes, sighting.at)
    return [overview, _plate_frame(sighting, sighting.at)]


def draw_speeding(scenario: Speeding) -> list[Frame]:
    """Return two overviews 400 ms apart, moved by what the measured speed covers, and the plate."""
    sighting = scenario.sighting
    lane = min(3, max(1, sighting.lane))
    x = road.lane_middle(lane)
    metres = scenario.measured_tenths / 36 * 0.4
    frames = []
    for number, y in enumerate((17.2, 17.2 + metres), start=1):
        moment = sighting.at + timedelta(milliseconds=400 * (number - 1))
        limit = scenario.limit_tenths // 10
        picture = road.highway(sighting.seed % 5, sighting.light.name, limit).copy()
        light = sighting.light
        for far in _highway_traffic(sighting.seed, number):
            draw_vehicle(picture, road.VIEW, light, far)
        offender = _offender(sighting, x, y)
        draw_vehicle(picture, road.VIEW, light, offender)
        picture = as_photograph(picture, sighting.seed + number)
        print_bar(
            picture,
            f"{sighting.camera_code}  {sighting.place.upper()} · {_stamp(moment)} · "
            f"LÀN {lane} · ẢNH {number}/2",
            f"TỐC ĐỘ ĐO {_tenths(scenario.measured_tenths)} km/h · GIỚI HẠN "
            f"{_tenths(scenario.limit_tenths)} km/h · {scenario.method} · GCN KIỂM ĐỊNH "
            f"{scenario.certificate_number} · HẠN {scenario.certificate_until}",
        )
        boxes = _vehicle_boxes(road.VIEW, offender)
        frames.append(Frame(to_jpeg(picture), f"overview_{number}", boxes, moment))
    return [*frames, _plate_frame(sighting, sighting.at)]


def _offender(sighting: Sighting, x: float, y: float) -> Vehicle:
    kind = _KINDS.get(sighting.vehicle_class, "motorcycle")
    if kind == "sedan" and sighting.seed % 2:
        kind = "suv"
    paint = sighting.vehicle_colour if sighting.vehicle_colour in PAINTS else "grey"
    face = plate_face(sighting.plate, sighting.vehicle_class, sighting.plate_colour)
    return Vehicle(kind, paint, x, y, face, sighting.seed, passengers=sighting.seed % 3 == 0)


def _junction_picture(
    sighting: Sighting, x: float, y: float, late: int, seconds_left: int, state: str
) -> Image.Image:
    light = sighting.light
    picture = junction(sighting.seed % 5, sighting.light.name).copy()
    _draw_oncoming(picture, sighting)
    users = [_offender(sighting, x, y)]
    if state == "red":
        _draw_cross_traffic(picture, sighting, late)
        users += _waiting_crowd(sighting, x)
    draw_light(picture, sighting.light.name, seconds_left, state)
    for user in sorted(users, key=lambda user: -user.y):
        draw_vehicle(picture, VIEW, light, user)
    return picture


def _draw_oncoming(picture: Image.Image, sighting: Sighting) -> None:
    chance = random.Random(sighting.seed + 101)  # noqa: S311 -- a drawing, not a secret
    light = sighting.light
    far = [(1.7, chance.uniform(88, 110), False), (5.4, chance.uniform(70, 84), False)]
    near = [(-1.8, 54.2, True), (-5.2, 54.6, True)]
    for x, y, oncoming in sorted([*far, *near], key=lambda spot: -spot[1]):
        kind = chance.choice(("sedan", "suv") if oncoming else ("sedan", "suv", "truck"))
        paint = chance.choice(_CROWD_PAINTS)
        draw_vehicle(picture, VIEW, light, Vehicle(kind, paint, x, y, oncoming=oncoming))


def _draw_cross_traffic(picture: Image.Image, sighting: Sighting, late: int) -> None:
    """Traffic with a green light, moving to the left between the pictures."""
    chance = random.Random(sighting.seed + 202)  # noqa: S311 -- a drawing, not a secret
    light = sighting.light
    users = [
        ("bus" if sighting.seed % 2 else "sedan", chance.uniform(-1, 5), 45.0, 6.0),
        ("motorcycle", chance.uniform(8, 12), 43.6, 7.0),
        ("motorcycle", chance.uniform(-9, -4), 42.6, 7.5),
        ("motorcycle", chance.uniform(12, 16), 42.2, 7.2),
    ]
    for number, (kind, x, y, speed) in enumerate(users):
        paint = chance.choice(_CROWD_PAINTS) if kind != "bus" else "green"
        place = (x - speed * late / 1000, y)
        draw_crossing(picture, VIEW, light, kind, place, paint, sighting.seed + number)


def _waiting_crowd(sighting: Sighting, x: float) -> list[Vehicle]:
    """Motorcycles that obey the light, in the right lane; nobody's plate can be read."""
    chance = random.Random(sighting.seed + 303)  # noqa: S311 -- a drawing, not a secret
    crowd = []
    for row in range(2):
        for place in range(3):
            spot = 7.6 + place * 1.0 + chance.uniform(-0.12, 0.12)
            if abs(spot - x) > 1.0 and chance.random() < 0.85:
                y = 20.3 - row * 2.3 + chance.uniform(-0.25, 0.25)
                paint, seed = chance.choice(_CROWD_PAINTS), chance.randrange(10_000)
                crowd.append(Vehicle("motorcycle", paint, spot, y, seed=seed))
    return crowd


def _highway_traffic(seed: int, number: int) -> list[Vehicle]:
    chance = random.Random(seed + 404)  # noqa: S311 -- a drawing, not a secret
    step = 8.0 * (number - 1)
    ahead = [
        Vehicle("truck", "blue", road.lane_middle(3), chance.uniform(74, 96) + step),
        Vehicle("sedan", "silver", road.lane_middle(2), chance.uniform(110, 140) + step),
    ]
    facing = [
        Vehicle("suv", "white", -road.lane_middle(1), chance.uniform(70, 80) - step, oncoming=True),
        Vehicle("bus", "red", -road.lane_middle(2), chance.uniform(95, 120) - step, oncoming=True),
    ]
    return sorted([*ahead, *facing], key=lambda vehicle: -vehicle.y)


def _vehicle_boxes(view: View, vehicle: Vehicle) -> tuple[Box, Box]:
    return view.box("vehicle", corners(vehicle)), view.box("plate", plate_corners(vehicle))


def _plate_frame(sighting: Sighting, moment: datetime) -> Frame:
    face = plate_face(sighting.plate, sighting.vehicle_class, sighting.plate_colour)
    return Frame(to_jpeg(plate_crop(face, sighting.seed)), "plate_crop", (), moment)


def _stamp(moment: datetime) -> str:
    local = moment.astimezone(VIETNAM)
    return f"{local:%d/%m/%Y %H:%M:%S},{local.microsecond // 1000:03d}"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds // 1000},{milliseconds % 1000 // 100}"


def _tenths(tenths: int) -> str:
    return f"{tenths // 10},{tenths % 10}" if tenths % 10 else str(tenths // 10)
