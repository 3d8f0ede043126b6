"""Draw motorcycles from behind, and the traffic that crosses the junction sideways."""

import random
from collections.abc import Callable, Sequence

from PIL import Image

from cameras.scene.bodies import PAINTS
from cameras.scene.vehicles import (
    GLASS,
    RUBBER,
    SHEEN,
    TAIL_LAMP,
    Vehicle,
    cast_shadow,
    corners,
    draw_four_wheeler,
    mount_plate,
)
from cameras.scene.view import Canvas, Colour, Daylight, View, patch_around, tone

JACKETS: list[Colour] = [(70, 92, 120), (128, 60, 52), (60, 98, 84), (150, 126, 84), (86, 80, 110)]
HELMETS: list[Colour] = [
    (210, 212, 214), (44, 48, 54), (196, 60, 44), (52, 96, 150), (222, 180, 70),
]  # fmt: skip
_TROUSERS: Colour = (44, 52, 68)
_STEEL: Colour = (96, 98, 102)
Fill = Callable[[Sequence[tuple[float, float]], Colour, float], None]
SideFill = Callable[[Sequence[tuple[float, float]], Colour], None]


def draw_vehicle(picture: Image.Image, view: View, light: Daylight, vehicle: Vehicle) -> None:
    """Draw any road user of our own direction, or oncoming."""
    if vehicle.two_wheeled:
        draw_motorcycle(picture, view, light, vehicle)
    else:
        draw_four_wheeler(picture, view, light, vehicle)


def draw_motorcycle(picture: Image.Image, view: View, light: Daylight, vehicle: Vehicle) -> None:
    """Draw a motorcycle with its rider from behind; no face is ever drawn."""
    canvas = patch_around(view, corners(vehicle), 24)
    if canvas is None:
        return
    chance = random.Random(vehicle.seed)  # noqa: S311 -- a drawing, not a secret
    paint = PAINTS[vehicle.paint]
    cast_shadow(canvas, vehicle, 0.26, 1.7)

    def fill(points: Sequence[tuple[float, float]], colour: Colour, ahead: float) -> None:
        canvas.polygon([(vehicle.x + x, vehicle.y + ahead, z) for x, z in points], light(colour))

    _handlebar(canvas, light, vehicle)
    fill([(-0.07, 0.0), (0.07, 0.0), (0.07, 0.62), (-0.07, 0.62)], RUBBER, 0.12)
    fill([(0.11, 0.20), (0.20, 0.20), (0.22, 0.46), (0.13, 0.46)], _STEEL, 0.05)
    for side in (-1, 1):
        leg = [(0.10, 0.78), (0.30, 0.80), (0.33, 0.36), (0.20, 0.34)]
        shoe = [(0.20, 0.36), (0.36, 0.36), (0.36, 0.27), (0.20, 0.27)]
        fill([(side * x, z) for x, z in leg], _TROUSERS, 0.55)
        fill([(side * x, z) for x, z in shoe], (30, 30, 32), 0.55)
    fill([(-0.20, 0.48), (0.20, 0.48), (0.25, 0.80), (-0.25, 0.80)], paint, 0.10)
    fill([(-0.25, 0.78), (0.25, 0.78), (0.20, 0.90), (-0.20, 0.90)], (30, 31, 34), 0.20)
    _rider(canvas, light, vehicle, fill, chance, ahead=0.66)
    if vehicle.passengers:
        _rider(canvas, light, vehicle, fill, chance, ahead=0.24)
    _tail_lamp(canvas, light, vehicle)
    mount_plate(canvas, light, vehicle)
    patch = canvas.reduced()
    picture.paste(patch, (canvas.left, canvas.top), patch)


def draw_crossing(
    picture: Image.Image,
    view: View,
    light: Daylight,
    kind: str,
    place: tuple[float, float],
    paint: str,
    seed: int,
) -> None:
    """Draw a road user from its side, driving to the left on the crossing road."""
    x, y = place
    length, tall = {"motorcycle": (1.9, 1.75), "sedan": (4.4, 1.45), "bus": (10.5, 3.1)}[kind]
    points = [(x, y, 0.0), (x + length, y, 0.0), (x, y + 2.0, tall), (x + length, y + 2.0, tall)]
    canvas = patch_around(view, points, 20)
    if canvas is None:
        return
    flat = [(x, y - 0.15, 0.0), (x + length, y - 0.15, 0.0)]
    canvas.soft([*flat, (x + length, y + 1.6, 0.0), (x, y + 1.6, 0.0)], (6, 7, 9), 170, 0.12)

    def fill(points: Sequence[tuple[float, float]], colour: Colour) -> None:
        canvas.polygon([(x + along, y, z) for along, z in points], light(colour))

    if kind == "motorcycle":
        _motorcycle_side(canvas, light, fill, (x, y), paint, seed)
    elif kind == "bus":
        _bus_side(canvas, light, fill, (x, y), paint)
    else:
        _car_side(canvas, light, fill, (x, y), paint)
    patch = canvas.reduced()
    picture.paste(patch, (canvas.left, canvas.top), patch)


def _handlebar(canvas: Canvas, light: Daylight, vehicle: Vehicle) -> None:
    x, y, dark = vehicle.x, vehicle.y + 1.25, light((40, 42, 45))
    canvas.stroke([(x - 0.36, y, 1.05), (x + 0.36, y, 1.05)], 0.05, dark)
    for side in (-1, 1):
        canvas.stroke([(x + side * 0.30, y, 1.05), (x + side * 0.40, y, 1.24)], 0.03, dark)
        canvas.disc((x + side * 0.42, y, 1.26), 0.075, light((70, 78, 86)))


def _tail_lamp(canvas: Canvas, light: Daylight, vehicle: Vehicle) -> None:
    x, y = vehicle.x, vehicle.y
    colour = (255, 70, 56) if light.dark else TAIL_LAMP
    if light.dark:
        canvas.glow((x, y, 0.84), 0.34, colour, 150)
    canvas.polygon(
        [(x - 0.1, y, 0.79), (x + 0.1, y, 0.79), (x + 0.08, y, 0.88), (x - 0.08, y, 0.88)], colour
    )


def _rider(
    canvas: Canvas,
    light: Daylight,
    vehicle: Vehicle,
    fill: Fill,
    chance: random.Random,
    *,
    ahead: float,
) -> None:
    jacket, helmet = chance.choice(JACKETS), chance.choice(HELMETS)
    for side in (-1, 1):
        arm = [(0.20, 1.38), (0.30, 1.34), (0.38, 1.06), (0.30, 1.02)]
        fill([(side * x, z) for x, z in arm], tone(jacket, 0.8), ahead)
    back = [(-0.19, 0.84), (0.19, 0.84), (0.25, 1.38), (0.14, 1.46), (-0.14, 1.46), (-0.25, 1.38)]
    fill(back, jacket, ahead)
    fill([(0.02, 0.86), (0.17, 0.86), (0.22, 1.36), (0.08, 1.42)], tone(jacket, 0.86), ahead)
    fill([(-0.06, 1.42), (0.06, 1.42), (0.06, 1.54), (-0.06, 1.54)], (176, 136, 108), ahead)
    x, y = vehicle.x, vehicle.y + ahead
    canvas.disc((x, y, 1.62), 0.155, light(helmet), flat=1.02)
    canvas.disc((x - 0.05, y, 1.67), 0.055, light(tone(helmet, 1.25)))
    fill([(-0.15, 1.56), (0.15, 1.56), (0.13, 1.50), (-0.13, 1.50)], tone(helmet, 0.7), ahead)


def _wheels(
    canvas: Canvas, light: Daylight, place: tuple[float, float], at: Sequence[float], radius: float
) -> None:
    x, y = place
    for along in at:
        canvas.disc((x + along, y - 0.01, radius), radius, light(RUBBER))
        canvas.disc((x + along, y - 0.02, radius), radius * 0.55, light((128, 132, 136)))


def _motorcycle_side(
    canvas: Canvas,
    light: Daylight,
    fill: SideFill,
    place: tuple[float, float],
    paint: str,
    seed: int,
) -> None:
    x, y = place
    chance = random.Random(seed)  # noqa: S311 -- a drawing, not a secret
    jacket, helmet = chance.choice(JACKETS), chance.choice(HELMETS)
    _wheels(canvas, light, place, (0.32, 1.55), 0.30)
    fill([(0.55, 0.35), (1.3, 0.32), (1.75, 0.78), (1.1, 0.80), (0.62, 0.55)], PAINTS[paint])
    fill([(0.35, 0.35), (0.48, 0.35), (0.66, 1.05), (0.52, 1.05)], tone(PAINTS[paint], 0.8))
    fill([(0.95, 0.78), (1.7, 0.80), (1.68, 0.90), (0.98, 0.88)], (30, 31, 34))
    fill([(0.85, 0.85), (1.2, 0.88), (0.92, 0.42), (0.72, 0.40)], _TROUSERS)
    fill([(1.02, 0.85), (1.36, 0.88), (1.22, 1.42), (0.98, 1.42)], jacket)
    fill([(1.0, 1.32), (1.12, 1.36), (0.66, 1.08), (0.60, 1.0)], tone(jacket, 0.85))
    canvas.disc((x + 1.08, y, 1.60), 0.16, light(helmet))


def _bus_side(
    canvas: Canvas, light: Daylight, fill: SideFill, place: tuple[float, float], paint: str
) -> None:
    x, y = place
    coat = PAINTS[paint]
    top = [(x, y, 3.05), (x + 10.5, y, 3.05), (x + 10.4, y + 2.4, 3.05), (x + 0.1, y + 2.4, 3.05)]
    canvas.polygon(top, light(tone(coat, 1.2)))
    fill([(0.05, 0.35), (10.5, 0.35), (10.5, 3.05), (0.25, 3.05)], coat)
    fill([(0.05, 0.35), (10.5, 0.35), (10.5, 0.95), (0.05, 0.95)], (206, 208, 206))
    pane: Colour = (92, 112, 124)
    for start in (0.5, 2.0, 3.5, 5.0, 6.5, 8.0, 9.3):
        wide = 1.05 if start > 9 else 1.3
        spot = [(start, 1.55), (start + wide, 1.55), (start + wide, 2.7), (start, 2.7)]
        if light.dark:
            canvas.polygon([(x + along, y, z) for along, z in spot], (252, 226, 158))
        else:
            fill(spot, pane)
    _wheels(canvas, light, place, (2.1, 8.2), 0.46)


def _car_side(
    canvas: Canvas, light: Daylight, fill: SideFill, place: tuple[float, float], paint: str
) -> None:
    coat = PAINTS[paint]
    x, y = place
    top = [
        (x + 1.5, y, 1.45),
        (x + 3.0, y, 1.45),
        (x + 2.9, y + 1.6, 1.45),
        (x + 1.6, y + 1.6, 1.45),
    ]
    canvas.polygon(top, light(tone(coat, 1.15)))
    hood = [
        (x + 0.1, y, 0.82),
        (x + 1.0, y, 0.98),
        (x + 1.0, y + 1.6, 0.98),
        (x + 0.1, y + 1.6, 0.82),
    ]
    canvas.polygon(hood, light(tone(coat, 1.1)))
    fill(
        [(0.0, 0.3), (4.4, 0.3), (4.4, 0.95), (3.6, 1.0), (3.0, 1.45), (1.5, 1.45), (1.0, 0.98),
         (0.1, 0.82)],
        coat,
    )  # fmt: skip
    fill([(1.15, 1.0), (2.15, 1.0), (2.15, 1.38), (1.55, 1.38)], GLASS)
    fill([(2.25, 1.0), (3.45, 1.0), (2.95, 1.38), (2.25, 1.38)], SHEEN)
    fill([(0.0, 0.3), (4.4, 0.3), (4.4, 0.45), (0.0, 0.45)], tone(coat, 0.7))
    _wheels(canvas, light, place, (0.85, 3.5), 0.32)
    if light.dark:
        canvas.disc((x + 0.05, y, 0.68), 0.10, (255, 248, 220))
        beam = [(x, y, 0.5), (x - 7, y - 0.6, 0.0), (x - 7, y + 1.6, 0.0)]
        canvas.soft(beam, (255, 240, 200), 40, 0.3)
