"""Tube houses, shop fronts, trees and cables along a Vietnamese street."""

import math
import random

from PIL import Image, ImageDraw

from cameras.lettering import draw_text, text_width
from cameras.scene.geometry import FACADE, FAR_ZEBRA, HALF_ROAD
from cameras.scene.view import Canvas, Colour, Daylight, tone

_WALLS: list[Colour] = [
    (214, 190, 150), (196, 172, 148), (222, 214, 196), (176, 190, 186), (204, 158, 128),
    (232, 220, 178), (168, 178, 196), (212, 200, 206), (190, 204, 172),
]  # fmt: skip
_SIGNS = ["CÀ PHÊ", "TẠP HÓA", "PHỞ BÒ", "NHÀ THUỐC", "SỬA XE", "QUÁN CƠM", "HIỆU SÁCH"]
_SIGN_GROUNDS: list[Colour] = [(168, 44, 40), (34, 92, 140), (30, 112, 84), (206, 140, 32)]


def draw_houses(canvas: Canvas, light: Daylight, chance: random.Random) -> None:
    """Houses along both sides, farthest first, then the corner blocks that face the camera."""
    for side in (-1, 1):
        rows = []
        y = FAR_ZEBRA[1] + 2.5
        while y < 420:
            deep = chance.uniform(4.0, 6.5)
            rows.append((y, y + deep, chance.uniform(8.5, 19.0), chance.choice(_WALLS)))
            y += deep
        for near, far, tall, wall in reversed(rows):
            haze = min(0.75, near / 500)
            _house_side(
                canvas, light, chance, side * FACADE, (near, far), tall, mist(wall, haze, light)
            )
        _corner_block(canvas, light, chance, side, rows[0][0])


def mist(colour: Colour, share: float, light: Daylight) -> Colour:
    air = (205, 212, 214) if not light.dark else (70, 72, 88)
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, air, strict=True))
    return red, green, blue


def _house_side(
    canvas: Canvas,
    light: Daylight,
    chance: random.Random,
    x: float,
    span: tuple[float, float],
    tall: float,
    wall: Colour,
) -> None:
    near, far = span
    shade = 0.86 if x > 0 else 1.0
    base: Colour = tone(wall, shade)
    # The end wall that rises above a lower neighbour faces the camera.
    canvas.wall(
        min(x, x * 1.8),
        max(x, x * 1.8),
        0,
        tall,
        near,
        light(tone(base, 0.78)),
    )
    canvas.side(near, far, 0, tall, x, light(base))
    if near > 240:
        return
    floors = int((tall - 3.8) // 3.1)
    wide = far - near
    for floor in range(floors):
        z = 4.3 + floor * 3.1
        lit = light.dark and chance.random() < 0.5
        pane = (250, 214, 140) if lit else light((70, 88, 104))
        canvas.side(near + wide * 0.16, far - wide * 0.16, z, z + 1.9, x, pane)
        canvas.side(near + wide * 0.49, near + wide * 0.52, z, z + 1.9, x, light(base))
        canvas.side(
            near + wide * 0.06,
            far - wide * 0.06,
            z - 0.5,
            z - 0.15,
            x,
            light(tone(base, 0.7)),
        )
    front = chance.choice(_SIGN_GROUNDS)
    inward = x - math.copysign(1.7, x)
    opening = (255, 226, 160) if light.dark else light((84, 78, 72))
    canvas.side(near + 0.25, far - 0.25, 0, 2.9, x, opening)
    canvas.side(near + 0.1, far - 0.1, 3.05, 3.85, x, light(front) if not light.dark else front)
    canvas.polygon(
        [(x, near, 2.95), (x, far, 2.95), (inward, far, 2.55), (inward, near, 2.55)],
        light(tone(front, 0.85)),
    )


def _corner_block(
    canvas: Canvas, light: Daylight, chance: random.Random, side: int, y: float
) -> None:
    """Two or three houses whose fronts look down the crossing road at us."""
    x = side * FACADE
    end = side * 60
    while abs(x) < abs(end):
        wide = chance.uniform(4.5, 6.5) * side
        tall = chance.uniform(9, 16)
        wall: Colour = tone(chance.choice(_WALLS), 0.92)
        left, right = min(x, x + wide), max(x, x + wide)
        canvas.wall(left, right, 0, tall, y, light(wall))
        floors = int((tall - 3.8) // 3.1)
        for floor in range(floors):
            z = 4.4 + floor * 3.1
            canvas.wall(
                left + 0.3,
                right - 0.3,
                z - 0.55,
                z - 0.2,
                y - 0.01,
                light(tone(wall, 0.72)),
            )
            for part in range(2):
                start = left + 0.6 + part * (right - left - 0.6) / 2
                stop = start + (right - left - 1.8) / 2
                lit = light.dark and chance.random() < 0.45
                canvas.wall(
                    start,
                    stop,
                    z,
                    z + 1.8,
                    y - 0.02,
                    (250, 214, 140) if lit else light((72, 92, 108)),
                )
        ground = chance.choice(_SIGN_GROUNDS)
        canvas.wall(
            left + 0.3,
            right - 0.3,
            0,
            2.8,
            y - 0.02,
            (255, 228, 168) if light.dark else light((92, 86, 80)),
        )
        canvas.wall(
            left + 0.15, right - 0.15, 2.95, 3.9, y - 0.03, ground if light.dark else light(ground)
        )
        _sign(canvas, chance.choice(_SIGNS), left + 0.3, right - 0.3, y - 0.04)
        x += wide


def _sign(canvas: Canvas, text: str, left: float, right: float, y: float) -> None:
    face = Image.new("RGBA", (600, 110), (0, 0, 0, 0))
    size = 84
    draw_text(
        ImageDraw.Draw(face),
        ((600 - text_width(text, size)) // 2, 4),
        text,
        size,
        fill=(250, 246, 232),
    )
    canvas.paste_on(face, [(left, y, 3.85), (right, y, 3.85), (right, y, 3.0), (left, y, 3.0)])


def draw_furniture(canvas: Canvas, light: Daylight, chance: random.Random) -> None:
    spots = []
    for side in (-1, 1):
        for y in (230.0, 180.0, 145.0, 118.0, 96.0, 80.0, 68.0, 58.0):
            spots.append(
                (y + chance.uniform(-3, 3), side * (HALF_ROAD + 1.9), chance.uniform(5.2, 7.2))
            )
    spots += [(29.0, 13.6, 5.6), (23.5, -13.2, 5.0)]
    for y, x, tall in sorted(spots, reverse=True):
        draw_tree(canvas, light, chance, x, y, tall)
        if 54 < y < 150 and chance.random() < 0.6:
            draw_pole(canvas, light, x + math.copysign(1.1, x), y + 3)
    for height in (7.2, 7.5, 7.9):
        sag = [(HALF_ROAD + 2.4, y, height - 0.5 * math.sin(y / 9)) for y in range(54, 200, 4)]
        canvas.stroke(sag, 0.035, light((36, 38, 40)))
    for lift in (0.0, 0.35):
        wire = [(x, 53.0, 8.0 + lift + 0.004 * (x - 2) ** 2) for x in range(-30, 31, 3)]
        canvas.stroke(wire, 0.04, light((36, 38, 40)))


def draw_pole(canvas: Canvas, light: Daylight, x: float, y: float) -> None:
    canvas.stroke([(x, y, 0), (x, y, 8.6)], 0.26, light((150, 150, 146)))
    canvas.stroke([(x, y, 8.2), (x - math.copysign(2.4, x), y, 8.9)], 0.10, light((120, 124, 126)))
    bulb = (255, 236, 190) if light.dark else light((210, 212, 210))
    canvas.disc((x - math.copysign(2.4, x), y, 8.85), 0.22, bulb, flat=0.5)


def draw_tree(
    canvas: Canvas, light: Daylight, chance: random.Random, x: float, y: float, tall: float
) -> None:
    canvas.stroke([(x, y, 0.1), (x + 0.1, y, tall * 0.55)], 0.32, light((92, 72, 54)))
    haze = min(0.6, y / 420)
    for shade, spread, count in (
        ((46, 84, 56), 1.0, 16),
        ((62, 106, 66), 0.85, 16),
        ((86, 130, 80), 0.6, 10),
    ):
        for _ in range(count):
            turn, far = chance.uniform(0, 2 * math.pi), chance.uniform(0, 1.9) * spread
            centre = (
                x + far * math.cos(turn) - 0.2 * (1 - spread),
                y,
                tall * 0.78 + far * 0.75 * math.sin(turn) + 0.5 * (1 - spread),
            )
            canvas.disc(centre, chance.uniform(0.45, 0.85), light(mist(shade, haze, light)))
