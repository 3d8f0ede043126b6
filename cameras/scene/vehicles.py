"""Draw cars, buses and lorries from behind or in front, seen from a mast above the road."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from cameras.scene.bodies import BODIES, PAINTS, Body
from cameras.scene.plate import LONG_METRES, SHORT_METRES
from cameras.scene.view import Canvas, Colour, Daylight, Point, View, patch_around, tone

GLASS: Colour = (38, 48, 58)
SHEEN: Colour = (62, 76, 88)
RUBBER: Colour = (26, 27, 29)
TAIL_LAMP: Colour = (206, 30, 28)
#: (metres from the middle, metres from the near end, metres above the road)
Local = tuple[float, float, float]
Fill = Callable[[Sequence[Local], Colour], None]


@dataclass(frozen=True)
class Vehicle:
    """One road user; ``y`` is its near end, ``plate`` its flat face or nothing readable."""

    kind: str
    paint: str
    x: float
    y: float
    plate: Image.Image | None = None
    seed: int = 0
    passengers: int = 0
    oncoming: bool = False

    @property
    def two_wheeled(self) -> bool:
        return self.kind == "motorcycle"


def corners(vehicle: Vehicle) -> list[Point]:
    """Return the eight corners around a vehicle."""
    half, length, top = 0.44, 1.9, 1.80
    if not vehicle.two_wheeled:
        body = BODIES[vehicle.kind]
        half, length, top = body.half_width + 0.04, body.length, body.roof
    return [
        (vehicle.x + across, vehicle.y + ahead, z)
        for across in (-half, half)
        for ahead in (0.0, length)
        for z in (0.0, top)
    ]


def plate_corners(vehicle: Vehicle) -> list[Point]:
    """Return the plate's corners clockwise from the top left."""
    if vehicle.two_wheeled:
        (wide, tall), bottom, y = SHORT_METRES, 0.50, vehicle.y
    else:
        (wide, tall), bottom, y = LONG_METRES, BODIES[vehicle.kind].plate, vehicle.y - 0.03
    left, right, top = vehicle.x - wide / 2, vehicle.x + wide / 2, bottom + tall
    return [(left, y, top), (right, y, top), (right, y, bottom), (left, y, bottom)]


def cast_shadow(canvas: Canvas, vehicle: Vehicle, half: float, length: float) -> None:
    """Lay a soft shadow on the road."""
    left, right = vehicle.x - half - 0.05, vehicle.x + half + 0.22
    near, far = vehicle.y - 0.22, vehicle.y + length
    flat = [(left, near, 0.0), (right, near, 0.0), (right, far, 0.0), (left, far, 0.0)]
    canvas.soft(flat, (6, 7, 9), 190, 0.10)


def mount_plate(canvas: Canvas, light: Daylight, vehicle: Vehicle) -> None:
    """Fix the plate in its frame; a bystander's plate stays blank."""
    spots = plate_corners(vehicle)
    (left, y, top), (right, _, _), (_, _, bottom), _ = spots
    frame = 0.025
    canvas.wall(left - frame, right + frame, bottom - frame, top + frame, y, light((34, 36, 38)))
    if vehicle.plate is None:
        canvas.polygon(spots, light((196, 198, 196)))
    else:
        canvas.paste_on(vehicle.plate, spots)


def draw_four_wheeler(picture: Image.Image, view: View, light: Daylight, vehicle: Vehicle) -> None:
    """Draw a car, bus or lorry onto the picture, edges smoothed."""
    canvas = patch_around(view, corners(vehicle), 46)
    if canvas is None:
        return
    body, paint = BODIES[vehicle.kind], PAINTS[vehicle.paint]
    cast_shadow(canvas, vehicle, body.half_width, body.length)

    def fill(points: Sequence[Local], colour: Colour) -> None:
        placed = [(vehicle.x + x, vehicle.y + ahead, z) for x, ahead, z in points]
        canvas.polygon(placed, light(colour))

    seen = 1 if view.x > vehicle.x else -1
    for wheel in (0.85, body.length - 0.95):
        _wheel(
            canvas, light, (vehicle.x + seen * (body.half_width - 0.02), vehicle.y + wheel, 0.33)
        )
    _far_end(fill, body, paint)
    _flank(fill, vehicle, body, paint, seen)
    _roof(fill, body, paint)
    if vehicle.kind == "truck":
        _cargo_door(fill, body, paint)
    else:
        _near_end(fill, vehicle, body, paint)
    _bumper(fill, vehicle, body, paint)
    _lamps(canvas, light, vehicle, body)
    mount_plate(canvas, light, vehicle)
    patch = canvas.reduced()
    picture.paste(patch, (canvas.left, canvas.top), patch)


def _band(half: float, ahead: float, low: float, high: float) -> list[Local]:
    return [(-half, ahead, low), (half, ahead, low), (half, ahead, high), (-half, ahead, high)]


def _far_end(fill: Fill, body: Body, paint: Colour) -> None:
    """Bonnet and windscreen, mostly hidden behind the roof."""
    half, roof_half = body.half_width * 0.95, body.half_width * body.roof_narrowing
    front, high = body.screen_low
    end = body.length - 0.1
    hood = [(-half, end, 0.75), (half, end, 0.75), (half, front, high), (-half, front, high)]
    fill(hood, tone(paint, 0.92))
    top = [(roof_half, body.roof_end, body.roof), (-roof_half, body.roof_end, body.roof)]
    fill([(-half * 0.95, front, high), (half * 0.95, front, high), *top], GLASS)


def _flank(fill: Fill, vehicle: Vehicle, body: Body, paint: Colour, side: int) -> None:
    """The one side that the camera sees."""
    low_v, low_z = body.glass_low
    high_v, _ = body.glass_high
    front, high = body.screen_low
    x, roof_x = side * body.half_width, side * body.half_width * body.roof_narrowing
    end = body.length
    fill(
        [(x, 0.05, 0.32), (x, end - 0.1, 0.32), (x, end - 0.15, 0.72),
         (x, front, high), (x, low_v, low_z), (x, 0.0, body.tail)],
        tone(paint, 0.62),
    )  # fmt: skip
    if vehicle.kind == "truck":
        fill([(x, 0, 1.0), (x, 5.3, 1.0), (x, 5.3, 2.9), (x, 0, 2.9)], tone(paint, 0.7))
        return
    cabin = [(x, low_v, low_z - 0.08), (x, front, high - 0.08)]
    top = [(roof_x, body.roof_end, body.roof), (roof_x, high_v, body.roof)]
    fill([*cabin, *top], tone(paint, 0.66))
    lower, upper, out = low_z + 0.06, body.roof - 0.06, roof_x + side * 0.02
    panes = [(x * 0.985, low_v + 0.32, lower), (x * 0.985, front - 0.28, high + 0.06)]
    fill([*panes, (out, body.roof_end - 0.05, upper), (out, high_v + 0.18, upper)], GLASS)


def _roof(fill: Fill, body: Body, paint: Colour) -> None:
    half, start = body.half_width * body.roof_narrowing, body.glass_high[0]
    near = [(-half, start, body.roof), (half, start, body.roof)]
    far = [(half, body.roof_end, body.roof + 0.02), (-half, body.roof_end, body.roof + 0.02)]
    fill([*near, *far], tone(paint, 1.08))
    if body.roof > 2.0:
        return
    inner = half * 0.82
    fill(
        [(-inner, start + 0.1, body.roof + 0.01), (-inner * 0.2, start + 0.1, body.roof + 0.01),
         (-inner * 0.3, body.roof_end - 0.1, body.roof + 0.02),
         (-inner * 0.9, body.roof_end - 0.1, body.roof + 0.02)],
        tone(paint, 1.16),
    )  # fmt: skip


def _cargo_door(fill: Fill, body: Body, paint: Colour) -> None:
    half = body.half_width
    fill(_band(half, 0.0, 0.95, 2.92), tone(paint, 0.9))
    for left in (-half + 0.06, -0.015, half - 0.09):
        bar = [(left, -0.01, 0.98), (left + 0.03, -0.01, 0.98)]
        fill([*bar, (left + 0.03, -0.01, 2.84), (left, -0.01, 2.84)], tone(paint, 0.55))
    fill(_band(half * 0.9, 0.0, 0.5, 0.95), (54, 56, 60))


def _near_end(fill: Fill, vehicle: Vehicle, body: Body, paint: Colour) -> None:
    """Rear window, boot lid and rear face; for an oncoming car the same panels are its front."""
    half, roof_half = body.half_width, body.half_width * body.roof_narrowing
    low_v, low_z = body.glass_low
    high_v, high_z = body.glass_high
    pillar = [(roof_half, high_v, body.roof), (-roof_half, high_v, body.roof)]
    wide = half * 0.97
    fill([(-wide, low_v, low_z), (wide, low_v, low_z), *pillar], tone(paint, 0.86))
    glass = half * (0.86 if vehicle.kind == "bus" or vehicle.oncoming else 0.80)
    low, high = low_z + 0.05, high_z - 0.05
    fill(
        [(-glass, low_v - 0.01, low), (glass, low_v - 0.01, low),
         (roof_half * 0.9, high_v - 0.01, high), (-roof_half * 0.9, high_v - 0.01, high)],
        GLASS,
    )  # fmt: skip
    fill(
        [(-glass * 0.95, low_v - 0.02, low + 0.03), (-glass * 0.25, low_v - 0.02, low + 0.03),
         (-roof_half * 0.1, high_v - 0.02, high - 0.03),
         (-roof_half * 0.82, high_v - 0.02, high - 0.03)],
        SHEEN,
    )  # fmt: skip
    lid = [(-wide, 0.0, body.tail), (wide, 0.0, body.tail), (wide, low_v, low_z)]
    fill([*lid, (-wide, low_v, low_z)], tone(paint, 1.04))
    fill(_band(half, 0.0, 0.42, body.tail), tone(paint, 0.88))
    crease = body.tail - 0.06
    fill(_band(half * 0.9, -0.01, crease, crease + 0.02), tone(paint, 0.72))


def _bumper(fill: Fill, vehicle: Vehicle, body: Body, paint: Colour) -> None:
    half = body.half_width
    plastic = (46, 48, 52) if vehicle.kind == "truck" else tone(paint, 0.60)
    fill(_band(half, -0.02, 0.30, 0.52), plastic)
    fill(_band(half * 0.8, -0.03, 0.30, 0.36), (38, 40, 43))
    for middle in (-half * 0.66, half * 0.66):
        left, right = middle - 0.15, middle + 0.15
        tyre = [(left, 0.03, 0.0), (right, 0.03, 0.0), (right, 0.03, 0.3), (left, 0.03, 0.3)]
        fill(tyre, RUBBER)


def _lamps(canvas: Canvas, light: Daylight, vehicle: Vehicle, body: Body) -> None:
    """Lamps shine by themselves at night and are not darkened."""
    low, high = body.lamps
    half, y = body.half_width, vehicle.y - 0.02
    colour: Colour = TAIL_LAMP if not light.dark else (255, 64, 52)
    if vehicle.oncoming:
        colour = (232, 232, 222) if not light.dark else (255, 250, 226)
    for side in (-1, 1):
        inner, outer = vehicle.x + side * half * 0.60, vehicle.x + side * half * 0.97
        middle = vehicle.x + side * half * 0.70
        if light.dark:
            glow = (vehicle.x + side * half * 0.8, y, (low + high) / 2)
            canvas.glow(glow, 0.55, colour, 150)
        canvas.wall(min(inner, outer), max(inner, outer), low, high, y, colour)
        if not vehicle.oncoming:
            left, right = min(inner, middle), max(inner, middle)
            reverse = (236, 214, 196) if not light.dark else (250, 150, 130)
            canvas.wall(left, right, low + 0.05, high - 0.03, y - 0.01, reverse)


def _wheel(canvas: Canvas, light: Daylight, centre: Point) -> None:
    x, y, z = centre
    turns = [step * math.pi / 12 for step in range(24)]
    ring = [(x, y + z * math.cos(turn), z + z * math.sin(turn)) for turn in turns]
    canvas.polygon(ring, light(RUBBER))
    hub = [(x, y + (py - y) * 0.55, z + (pz - z) * 0.55) for _, py, pz in ring]
    canvas.polygon(hub, light((120, 124, 128)))
