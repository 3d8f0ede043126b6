"""The junction from the mast: road, markings and pavement, drawn once per place and daylight."""

import math
import random
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from cameras.scene.geometry import (
    CROSSING_ROAD,
    FACADE,
    FAR_ZEBRA,
    HALF_ROAD,
    LANE,
    STOP_LINE,
    VIEW,
    ZEBRA,
)
from cameras.scene.houses import draw_furniture, draw_houses
from cameras.scene.view import DAYLIGHTS, HEIGHT, WIDTH, Canvas, Colour, Daylight, tone

_ASPHALT: Colour = (92, 95, 99)
_PAINT: Colour = (232, 234, 232)


@lru_cache(maxsize=6)
def junction(seed: int, daylight: str) -> Image.Image:
    """Return the empty junction; the same seed is always the same place."""
    light = DAYLIGHTS[daylight]
    chance = random.Random(seed)  # noqa: S311 -- a drawing, not a secret
    canvas = Canvas(VIEW, fine=2)
    _sky(canvas, light)
    canvas.ground(-400, 5, 400, 900, light((150, 146, 138)))
    draw_houses(canvas, light, chance)
    canvas.ground(-HALF_ROAD, 4, HALF_ROAD, 700, light(_ASPHALT))
    canvas.ground(-400, *CROSSING_ROAD[:1], 400, CROSSING_ROAD[1], light(_ASPHALT))
    _wear(canvas, light, chance)
    _markings(canvas, light)
    _pavement(canvas, light)
    draw_furniture(canvas, light, chance)
    picture = canvas.reduced()
    if light.dark:
        _night_glow(picture)
    return picture


def _sky(canvas: Canvas, light: Daylight) -> None:
    top, low = (
        ((150, 186, 216), (222, 228, 226)) if not light.dark else ((20, 26, 44), (46, 46, 62))
    )
    horizon = round(canvas.at((0, 900, 0))[1])
    for row in range(horizon + 4):
        share = row / max(1, horizon)
        colour = tuple(round(a + (b - a) * share) for a, b in zip(top, low, strict=True))
        canvas.draw.line((0, row, WIDTH * 2, row), fill=colour)


def _wear(canvas: Canvas, light: Daylight, chance: random.Random) -> None:
    """Patches, wheel tracks and a manhole: asphalt is never one grey."""
    for _ in range(26):
        x, y = chance.uniform(-9, 9), chance.uniform(14, 70)
        wide, deep = chance.uniform(0.6, 2.4), chance.uniform(1.5, 7)
        shade = chance.uniform(0.92, 1.08)
        canvas.ground(x, y, x + wide, y + deep, light(tone(_ASPHALT, shade)))
    for lane in range(-3, 3):
        for track in (0.9, 2.6):
            x = lane * LANE + track
            canvas.polygon(
                [(x - 0.25, 12, 0), (x + 0.25, 12, 0), (x + 0.25, 300, 0), (x - 0.25, 300, 0)],
                light((88, 91, 95)),
            )
    for x, y in ((2.0, 18.2), (-4.5, 36.0), (6.4, 40.0)):
        ring = [(x + 0.4 * math.cos(a / 5), y + 0.4 * math.sin(a / 5), 0.0) for a in range(32)]
        canvas.polygon(ring, light((70, 72, 74)))


def _markings(canvas: Canvas, light: Daylight) -> None:
    paint, yellow = light(_PAINT), light((222, 176, 46))
    for x in (-0.22, 0.10):
        canvas.ground(x, 4, x + 0.12, STOP_LINE, yellow)
        canvas.ground(x, FAR_ZEBRA[1] + 1.5, x + 0.12, 400, yellow)
    for lane in (LANE, 2 * LANE):
        canvas.ground(lane - 0.07, 4, lane + 0.07, STOP_LINE, paint)
        for start in range(56, 320, 8):
            canvas.ground(lane - 0.07, start, lane + 0.07, start + 3, paint)
    for lane in (-LANE, -2 * LANE):
        for start in range(6, 24, 6):
            canvas.ground(lane - 0.07, start, lane + 0.07, start + 3, paint)
        for start in range(56, 320, 8):
            canvas.ground(lane - 0.07, start, lane + 0.07, start + 3, paint)
    canvas.ground(0.25, STOP_LINE, HALF_ROAD - 0.2, STOP_LINE + 0.5, paint)
    canvas.ground(-HALF_ROAD + 0.2, FAR_ZEBRA[1] + 1.2, -0.25, FAR_ZEBRA[1] + 1.8, paint)
    for near, far in (ZEBRA, FAR_ZEBRA):
        x = -HALF_ROAD + 0.5
        while x < HALF_ROAD - 0.6:
            canvas.ground(x, near, x + 0.55, far, paint)
            x += 1.15
    for side in (-1, 1):
        x = side * (HALF_ROAD + 3.0)
        left, right = min(x, x + side * 0.5), max(x, x + side * 0.5)
        canvas.ground(left, CROSSING_ROAD[0] + 1, right, CROSSING_ROAD[1] - 1, paint)
    for lane, turn in ((0, -1), (1, 0), (2, 0)):
        _arrow(canvas, paint, lane * LANE + LANE / 2, 17.0, turn)


def _arrow(canvas: Canvas, paint: Colour, x: float, y: float, turn: int) -> None:
    canvas.ground(x - 0.09, y, x + 0.09, y + 2.6, paint)
    if turn:
        canvas.polygon(
            [
                (x, y + 2.3, 0),
                (x + turn * 0.6, y + 2.3, 0),
                (x + turn * 0.6, y + 2.6, 0),
                (x, y + 2.6, 0),
            ],
            paint,
        )
        canvas.polygon(
            [
                (x + turn * 0.6, y + 1.9, 0),
                (x + turn * 1.15, y + 2.45, 0),
                (x + turn * 0.6, y + 3.0, 0),
            ],
            paint,
        )
    else:
        canvas.polygon([(x - 0.36, y + 2.5, 0), (x + 0.36, y + 2.5, 0), (x, y + 4.0, 0)], paint)


def _pavement(canvas: Canvas, light: Daylight) -> None:
    kerb, slab = light((196, 192, 184)), light((168, 160, 150))
    for side in (-1, 1):
        inner, outer = side * HALF_ROAD, side * FACADE
        for near, far in ((4.0, CROSSING_ROAD[0] - 0.6), (CROSSING_ROAD[1] + 0.6, 400.0)):
            left, right = min(inner, outer), max(inner, outer)
            if near < 20:
                right = right if side < 0 else 60
                left = left if side > 0 else -60
            canvas.ground(left, near, right, far, slab, 0.15)
            canvas.side(near, far, 0.0, 0.15, inner, light((150, 146, 140)))
            canvas.ground(
                min(inner, inner + side * 0.3),
                near,
                max(inner, inner + side * 0.3),
                far,
                kerb,
                0.16,
            )
            canvas.wall(left, right, 0.0, 0.15, near, light((150, 146, 140)))


def _night_glow(picture: Image.Image) -> None:
    """Pools of lamp light on the road and a soft bloom around everything bright."""
    pools = Image.new("RGB", (WIDTH // 4, HEIGHT // 4), (0, 0, 0))
    draw = ImageDraw.Draw(pools)
    for x, y in ((-7, 26), (6, 19), (6, 40), (-6, 60), (6, 75)):
        across, down = VIEW.pixel((x, y, 0))
        wide = VIEW.scale(y) * 4.5 / 4
        box = (across / 4 - wide, down / 4 - wide * 0.3, across / 4 + wide, down / 4 + wide * 0.3)
        draw.ellipse(box, fill=(64, 52, 30))
    pools = pools.filter(ImageFilter.GaussianBlur(26)).resize(
        picture.size, Image.Resampling.BICUBIC
    )
    picture.paste(ImageChops.screen(picture, pools))
    small = picture.resize((WIDTH // 4, HEIGHT // 4), Image.Resampling.BOX)
    bright = small.point(lambda value: max(0, value - 150))
    bloom = bright.filter(ImageFilter.GaussianBlur(7)).resize(
        picture.size, Image.Resampling.BICUBIC
    )
    picture.paste(ImageChops.screen(picture, bloom))
