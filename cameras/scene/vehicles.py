"""Draw vehicles seen from behind and above, in the colour and class that was asked for."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from cameras.scene.plate import LONG_METRES, SHORT_METRES
from cameras.scene.view import HEIGHT, WIDTH, Canvas, Colour, Daylight, Point, View

PAINTS: dict[str, Colour] = {
    "white": (226, 229, 230),
    "silver": (168, 175, 180),
    "gray": (104, 110, 116),
    "black": (40, 43, 48),
    "red": (168, 34, 36),
    "blue": (38, 82, 150),
    "yellow": (214, 168, 40),
    "green": (38, 104, 76),
    "brown": (106, 76, 54),
}
GLASS: Colour = (38, 48, 58)
RUBBER: Colour = (26, 27, 29)
LAMP: Colour = (206, 30, 28)
_FINE = 4


@dataclass(frozen=True)
class Body:
    """The side outline of a vehicle in metres: (ahead of the rear bumper, above the road)."""

    length: float
    half_width: float
    belt: float
    roof: float
    tail: float
    glass_low: tuple[float, float]
    glass_high: tuple[float, float]
    roof_front: float
    screen_low: tuple[float, float]


BODIES = {
    "sedan": Body(4.5, 0.90, 0.98, 1.45, 0.98, (0.72, 1.02), (1.42, 1.43), 2.7, (3.45, 1.0)),
    "suv": Body(4.5, 0.93, 1.08, 1.72, 1.10, (0.06, 1.14), (0.42, 1.66), 2.9, (3.55, 1.12)),
    "bus": Body(10.5, 1.22, 1.30, 3.05, 1.35, (0.02, 1.55), (0.06, 2.70), 10.3, (10.4, 1.3)),
    "truck": Body(7.2, 1.15, 1.00, 2.90, 1.00, (0.02, 1.0), (0.02, 2.85), 5.3, (7.0, 1.2)),
}


@dataclass(frozen=True)
class Vehicle:
    """One road user at a place; ``plate`` is its flat face or nothing, y its rear end."""

    kind: str
    paint: str
    x: float
    y: float
    plate: Image.Image | None = None
    seed: int = 0
    passengers: int = 0

    @property
    def body(self) -> Body:
        return BODIES[self.kind]


def corners(vehicle: Vehicle) -> list[Point]:
    """Return the eight corners around a vehicle."""
    if vehicle.kind == "motorcycle":
        half, length, top = 0.42, 1.9, 1.75
    else:
        body = vehicle.body
        half, length, top = body.half_width + 0.06, body.length, body.roof
    return [
        (vehicle.x + across, vehicle.y + ahead, z)
        for across in (-half, half)
        for ahead in (0.0, length)
        for z in (0.0, top)
    ]


def plate_corners(vehicle: Vehicle) -> list[Point]:
    """Return the plate's corners: top left, top right, bottom right, bottom left."""
    if vehicle.kind == "motorcycle":
        (wide, tall), bottom, y = SHORT_METRES, 0.52, vehicle.y
    else:
        (wide, tall), y = LONG_METRES, vehicle.y - 0.01
        bottom = {"sedan": 0.60, "suv": 0.62, "bus": 0.62, "truck": 0.56}[vehicle.kind]
    left, right = vehicle.x - wide / 2, vehicle.x + wide / 2
    top = bottom + tall
    return [(left, y, top), (right, y, top), (right, y, bottom), (left, y, bottom)]


def draw_vehicle(picture: Image.Image, view: View, light: Daylight, vehicle: Vehicle) -> None:
    """Draw a vehicle onto the picture, edges smoothed."""
    pixels = [view.pixel(point) for point in corners(vehicle)]
    margin = 24 if vehicle.kind == "motorcycle" else 46
    left = max(0, math.floor(min(x for x, _ in pixels)) - margin)
    top = max(0, math.floor(min(y for _, y in pixels)) - margin)
    right = min(WIDTH, math.ceil(max(x for x, _ in pixels)) + margin)
    bottom = min(HEIGHT, math.ceil(max(y for _, y in pixels)) + margin)
    if left >= right or top >= bottom:
        return
    canvas = Canvas(
        view, fine=_FINE, left=left, top=top, size=(right - left, bottom - top), clear=True
    )
    if vehicle.kind == "motorcycle":
        _motorcycle(canvas, light, vehicle)
    else:
        _four_wheels(canvas, light, vehicle)
    patch = canvas.reduced()
    picture.paste(patch, (left, top), patch)


def _tone(colour: Colour, factor: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def _shadow(canvas: Canvas, vehicle: Vehicle, half: float, length: float) -> None:
    for grow, opacity in ((0.30, 40), (0.14, 60), (0.0, 90)):
        canvas.polygon(
            [
                (vehicle.x - half - grow, vehicle.y - 0.12 - grow, 0.0),
                (vehicle.x + half + grow + 0.25, vehicle.y - 0.12 - grow, 0.0),
                (vehicle.x + half + grow + 0.25, vehicle.y + length + grow, 0.0),
                (vehicle.x - half - grow, vehicle.y + length + grow, 0.0),
            ],
            (8, 9, 11),
            opacity,
        )


def _four_wheels(canvas: Canvas, light: Daylight, vehicle: Vehicle) -> None:
    body, paint = vehicle.body, PAINTS[vehicle.paint]
    half = body.half_width
    roof_half = half * (0.78 if vehicle.kind in {"sedan", "suv"} else 0.98)
    _shadow(canvas, vehicle, half, body.length)

    def place(across: float, ahead: float, z: float) -> Point:
        return (vehicle.x + across, vehicle.y + ahead, z)

    def fill(points: Sequence[tuple[float, float, float]], colour: Colour) -> None:
        canvas.polygon([place(*point) for point in points], light(colour))

    seen = 1 if canvas.view.x > vehicle.x else -1
    for wheel in (0.85, body.length - 0.95):
        _wheel(canvas, light, place(seen * (half - 0.02), wheel, 0.33), 0.33)
    front, high = body.screen_low
    # Bonnet and windscreen lie behind the roof line.
    fill(
        [
            (-half * 0.95, body.length - 0.1, 0.75),
            (half * 0.95, body.length - 0.1, 0.75),
            (half * 0.95, front, high),
            (-half * 0.95, front, high),
        ],
        _tone(paint, 0.92),
    )
    fill(
        [
            (-half * 0.9, front, high),
            (half * 0.9, front, high),
            (roof_half, body.roof_front, body.roof),
            (-roof_half, body.roof_front, body.roof),
        ],
        GLASS,
    )
    # The side that the camera sees.
    low_v, low_z = body.glass_low
    high_v, _ = body.glass_high
    s = seen
    fill(
        [
            (s * half, 0.05, 0.32),
            (s * half, body.length - 0.1, 0.32),
            (s * half, body.length - 0.15, 0.72),
            (s * half, front, high),
            (s * half, low_v, low_z),
            (s * half, 0.0, body.tail),
        ],
        _tone(paint, 0.62),
    )
    if vehicle.kind == "truck":
        fill(
            [
                (s * half, 0.0, 1.0),
                (s * half, 5.3, 1.0),
                (s * half, 5.3, 2.9),
                (s * half, 0.0, 2.9),
            ],
            _tone(paint, 0.7),
        )
    else:
        fill(
            [
                (s * half * 0.98, low_v, low_z),
                (s * half * 0.98, front, high),
                (s * roof_half, body.roof_front, body.roof),
                (s * roof_half, high_v, body.roof),
            ],
            _tone(paint, 0.66),
        )
        inset = 0.06
        fill(
            [
                (s * half * 0.985, low_v + 0.32, low_z + inset),
                (s * half * 0.985, front - 0.28, high + inset),
                (s * (roof_half + 0.02), body.roof_front - 0.05, body.roof - inset),
                (s * (roof_half + 0.02), high_v + 0.18, body.roof - inset),
            ],
            GLASS,
        )
    # Roof, rear window, boot lid, rear face.
    fill(
        [
            (-roof_half, high_v, body.roof),
            (roof_half, high_v, body.roof),
            (roof_half, body.roof_front, body.roof + 0.02),
            (-roof_half, body.roof_front, body.roof + 0.02),
        ],
        _tone(paint, 1.12),
    )
    _rear(canvas, light, vehicle, fill, roof_half)


def _rear(canvas: Canvas, light: Daylight, vehicle: Vehicle, fill, roof_half: float) -> None:
    body, paint = vehicle.body, PAINTS[vehicle.paint]
    half = body.half_width
    low_v, low_z = body.glass_low
    high_v, high_z = body.glass_high
    if vehicle.kind == "truck":
        fill(
            [(-half, 0, 0.95), (half, 0, 0.95), (half, 0, 2.88), (-half, 0, 2.88)],
            _tone(paint, 0.9),
        )
        for across in (-half + 0.06, -0.01, half - 0.08):
            fill(
                [
                    (across, -0.01, 0.98),
                    (across + 0.03, -0.01, 0.98),
                    (across + 0.03, -0.01, 2.84),
                    (across, -0.01, 2.84),
                ],
                _tone(paint, 0.55),
            )
        fill(
            [
                (-half * 0.9, 0, 0.5),
                (half * 0.9, 0, 0.5),
                (half * 0.9, 0, 0.95),
                (-half * 0.9, 0, 0.95),
            ],
            (54, 56, 60),
        )
    else:
        fill(
            [
                (-half * 0.97, low_v, low_z),
                (half * 0.97, low_v, low_z),
                (roof_half, high_v, body.roof),
                (-roof_half, high_v, body.roof),
            ],
            _tone(paint, 0.86),
        )
        glass_half = half * (0.80 if vehicle.kind != "bus" else 0.86)
        fill(
            [
                (-glass_half, low_v - 0.01, low_z + 0.05),
                (glass_half, low_v - 0.01, low_z + 0.05),
                (roof_half * 0.9, high_v - 0.01, high_z - 0.05),
                (-roof_half * 0.9, high_v - 0.01, high_z - 0.05),
            ],
            GLASS,
        )
        # A pale reflection makes the glass read as glass.
        fill(
            [
                (-glass_half * 0.95, low_v - 0.02, low_z + 0.08),
                (-glass_half * 0.25, low_v - 0.02, low_z + 0.08),
                (-roof_half * 0.1, high_v - 0.02, high_z - 0.08),
                (-roof_half * 0.82, high_v - 0.02, high_z - 0.08),
            ],
            (62, 76, 88),
        )
        fill(
            [
                (-half * 0.97, 0.0, body.tail),
                (half * 0.97, 0.0, body.tail),
                (half * 0.97, low_v, low_z),
                (-half * 0.97, low_v, low_z),
            ],
            _tone(paint, 1.04),
        )
        fill(
            [(-half, 0, 0.42), (half, 0, 0.42), (half, 0, body.tail), (-half, 0, body.tail)],
            _tone(paint, 0.88),
        )
    fill(
        [(-half, -0.02, 0.30), (half, -0.02, 0.30), (half, -0.02, 0.52), (-half, -0.02, 0.52)],
        _tone(paint, 0.60) if vehicle.kind != "truck" else (46, 48, 52),
    )
    for across in (-half * 0.62, half * 0.62):
        fill(
            [
                (across - 0.16, 0.03, 0.0),
                (across + 0.16, 0.03, 0.0),
                (across + 0.16, 0.03, 0.30),
                (across - 0.16, 0.03, 0.30),
            ],
            RUBBER,
        )
    lamp_low, lamp_high = {
        "sedan": (0.70, 0.93),
        "suv": (0.84, 1.10),
        "bus": (0.75, 1.25),
        "truck": (0.62, 0.82),
    }[vehicle.kind]
    for side in (-1, 1):
        inner, outer = side * half * 0.60, side * half * 0.97
        lamp = LAMP if not light.dark else (255, 64, 52)
        canvas.polygon(
            [
                (vehicle.x + x, vehicle.y - 0.02, z)
                for x, z in (
                    (inner, lamp_high),
                    (outer, lamp_high),
                    (outer, lamp_low),
                    (inner, lamp_low),
                )
            ],
            lamp,
        )
        canvas.polygon(
            [
                (vehicle.x + x, vehicle.y - 0.03, z)
                for x, z in (
                    (inner, lamp_high - 0.03),
                    (side * half * 0.70, lamp_high - 0.03),
                    (side * half * 0.70, lamp_low + 0.05),
                    (inner, lamp_low + 0.05),
                )
            ],
            (236, 214, 196),
        )
        if light.dark:
            canvas.disc(
                (vehicle.x + side * half * 0.8, vehicle.y - 0.03, (lamp_low + lamp_high) / 2),
                0.42,
                (255, 40, 30),
                60,
            )
    _mount_plate(canvas, light, vehicle)


def _mount_plate(canvas: Canvas, light: Daylight, vehicle: Vehicle) -> None:
    spots = plate_corners(vehicle)
    (left, y, top), (right, _, _), (_, _, bottom), _ = spots
    frame = 0.025
    canvas.wall(left - frame, right + frame, bottom - frame, top + frame, y, light((34, 36, 38)))
    if vehicle.plate is not None:
        canvas.paste_on(vehicle.plate, spots)
    else:
        canvas.polygon(spots, light((200, 202, 200)))


def _wheel(canvas: Canvas, light: Daylight, centre: Point, radius: float) -> None:
    x, y, z = centre
    ring = [
        (x, y + radius * math.cos(turn), z + radius * math.sin(turn))
        for turn in (step * math.pi / 12 for step in range(24))
    ]
    canvas.polygon(ring, light(RUBBER))
    hub = [(x, y + (py - y) * 0.55, z + (pz - z) * 0.55) for _, py, pz in ring]
    canvas.polygon(hub, light((120, 124, 128)))


def _motorcycle(canvas: Canvas, light: Daylight, vehicle: Vehicle) -> None:
    chance = random.Random(vehicle.seed)  # noqa: S311 -- a drawing, not a secret
    paint = PAINTS[vehicle.paint]
    jackets: list[Colour] = [
        (70, 92, 120),
        (128, 60, 52),
        (60, 98, 84),
        (150, 126, 84),
        (86, 80, 110),
    ]
    jacket = chance.choice(jackets)
    helmet = chance.choice(
        [(210, 212, 214), (44, 48, 54), (196, 60, 44), (52, 96, 150), (222, 180, 70)]
    )
    _shadow(canvas, vehicle, 0.28, 1.6)

    def fill(points: Sequence[tuple[float, float]], colour: Colour, ahead: float = 0.0) -> None:
        canvas.polygon([(vehicle.x + x, vehicle.y + ahead, z) for x, z in points], light(colour))

    def block(
        left: float, right: float, low: float, high: float, colour: Colour, ahead: float = 0.0
    ) -> None:
        fill([(left, low), (right, low), (right, high), (left, high)], colour, ahead)

    # Handlebar and mirrors stand ahead of the rider.
    canvas.stroke(
        [(vehicle.x - 0.36, vehicle.y + 1.25, 1.05), (vehicle.x + 0.36, vehicle.y + 1.25, 1.05)],
        0.05,
        light((40, 42, 45)),
    )
    for side in (-1, 1):
        canvas.stroke(
            [
                (vehicle.x + side * 0.30, vehicle.y + 1.25, 1.05),
                (vehicle.x + side * 0.40, vehicle.y + 1.25, 1.24),
            ],
            0.03,
            light((40, 42, 45)),
        )
        canvas.disc((vehicle.x + side * 0.42, vehicle.y + 1.25, 1.26), 0.075, light((70, 78, 86)))
    block(-0.07, 0.07, 0.02, 0.62, RUBBER, 0.12)
    fill([(0.10, 0.22), (0.20, 0.22), (0.22, 0.44), (0.12, 0.44)], (96, 98, 102), 0.05)
    # Legs and shoes.
    for side in (-1, 1):
        fill(
            [(side * 0.10, 0.78), (side * 0.30, 0.80), (side * 0.33, 0.36), (side * 0.20, 0.34)],
            (44, 52, 68),
            0.55,
        )
        fill(
            [(side * 0.20, 0.36), (side * 0.36, 0.36), (side * 0.36, 0.27), (side * 0.20, 0.27)],
            (30, 30, 32),
            0.55,
        )
    # Bodywork: seat, tail, mudguard.
    fill([(-0.20, 0.50), (0.20, 0.50), (0.24, 0.80), (-0.24, 0.80)], paint, 0.10)
    fill([(-0.24, 0.78), (0.24, 0.78), (0.20, 0.90), (-0.20, 0.90)], (30, 31, 34), 0.20)
    _rider(canvas, light, vehicle, fill, jacket, helmet, ahead=0.62)
    if vehicle.passengers:
        _rider(canvas, light, vehicle, fill, chance.choice(jackets), (222, 180, 70), ahead=0.22)
    fill([(-0.10, 0.80), (0.10, 0.80), (0.08, 0.88), (-0.08, 0.88)], LAMP, 0.0)
    if light.dark:
        canvas.polygon(
            [
                (vehicle.x + x, vehicle.y, z)
                for x, z in ((-0.1, 0.8), (0.1, 0.8), (0.08, 0.88), (-0.08, 0.88))
            ],
            (255, 70, 56),
        )
        canvas.disc((vehicle.x, vehicle.y, 0.84), 0.22, (255, 40, 30), 70)
    _mount_plate(canvas, light, vehicle)


def _rider(
    canvas: Canvas,
    light: Daylight,
    vehicle: Vehicle,
    fill,
    jacket: Colour,
    helmet: Colour,
    *,
    ahead: float,
) -> None:
    """A person from behind: arms, back, helmet. No face is ever drawn."""
    for side in (-1, 1):
        fill(
            [(side * 0.20, 1.38), (side * 0.30, 1.34), (side * 0.38, 1.06), (side * 0.30, 1.02)],
            _tone(jacket, 0.8),
            ahead,
        )
    fill(
        [(-0.19, 0.84), (0.19, 0.84), (0.25, 1.38), (0.14, 1.46), (-0.14, 1.46), (-0.25, 1.38)],
        jacket,
        ahead,
    )
    fill([(0.02, 0.86), (0.17, 0.86), (0.22, 1.36), (0.08, 1.42)], _tone(jacket, 0.86), ahead)
    fill([(-0.06, 1.42), (0.06, 1.42), (0.06, 1.54), (-0.06, 1.54)], (176, 136, 108), ahead)
    centre = (vehicle.x, vehicle.y + ahead, 1.62)
    canvas.disc(centre, 0.155, light(helmet), flat=1.02)
    canvas.disc((vehicle.x - 0.05, vehicle.y + ahead, 1.67), 0.055, light(_tone(helmet, 1.25)))
    fill([(-0.15, 1.56), (0.15, 1.56), (0.13, 1.50), (-0.13, 1.50)], _tone(helmet, 0.7), ahead)
