"""A national road with three lanes each way, rice fields and a speed sign."""

import math
import random
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from cameras.lettering import draw_text, text_width
from cameras.scene.houses import draw_tree
from cameras.scene.view import DAYLIGHTS, HEIGHT, WIDTH, Canvas, Colour, Daylight, View, tone

VIEW = View(x=6.2, height=6.2, pitch=9.0, focal=2250)
LANE = 3.75
MEDIAN = 1.2
EDGE = MEDIAN + 3 * LANE + 2.5
SIGN_AT = (EDGE + 1.6, 46.0)

_ASPHALT: Colour = (98, 100, 103)
_PAINT: Colour = (230, 232, 230)


@lru_cache(maxsize=6)
def highway(seed: int, daylight: str, limit_kmh: int) -> Image.Image:
    """Return the empty road; the same seed is always the same place."""
    light = DAYLIGHTS[daylight]
    chance = random.Random(seed)  # noqa: S311 -- a drawing, not a secret
    canvas = Canvas(VIEW, fine=2)
    _sky_and_hills(canvas, light, chance)
    _fields(canvas, light, chance)
    canvas.ground(-EDGE, 4, EDGE, 900, light(_ASPHALT))
    for _ in range(24):
        x, y = chance.uniform(-EDGE, EDGE - 2), chance.uniform(14, 120)
        shade = chance.uniform(0.94, 1.06)
        canvas.ground(x, y, x + 1.8, y + chance.uniform(4, 16), light(tone(_ASPHALT, shade)))
    _markings(canvas, light)
    _barriers(canvas, light)
    for y in sorted((chance.uniform(60, 320) for _ in range(16)), reverse=True):
        side = chance.choice((-1, 1))
        draw_tree(canvas, light, chance, side * (EDGE + chance.uniform(4, 10)), y, 6.0)
    _speed_sign(canvas, light, limit_kmh)
    picture = canvas.reduced()
    if light.dark:
        _flash(picture)
    return picture


def lane_middle(lane: int) -> float:
    """Return x of the middle of a lane, 1 beside the median."""
    return MEDIAN + (min(3, max(1, lane)) - 0.5) * LANE


def _sky_and_hills(canvas: Canvas, light: Daylight, chance: random.Random) -> None:
    day = ((132, 176, 214), (226, 232, 228))
    top, low = day if not light.dark else ((14, 18, 34), (38, 40, 58))
    horizon = round(canvas.at((0, 2000, 0))[1])
    for row in range(horizon + 6):
        share = row / max(1, horizon)
        colour = tuple(round(a + (b - a) * share) for a, b in zip(top, low, strict=True))
        canvas.draw.line((0, row, WIDTH * 2, row), fill=colour)
    for tall, colour in ((120, (150, 172, 186)), (74, (116, 146, 140)), (40, (92, 126, 104))):
        start = chance.uniform(0, 9)
        ridge = []
        for x in range(0, WIDTH * 2 + 40, 40):
            wave = math.sin(x / 330 + start) + 0.5 * math.sin(x / 121 + 2 * start)
            ridge.append((x, horizon - tall * (0.75 + 0.35 * wave)))
        foot = [(WIDTH * 2, horizon + 8), (0, horizon + 8)]
        canvas.draw.polygon([*ridge, *foot], fill=light(colour))


def _fields(canvas: Canvas, light: Daylight, chance: random.Random) -> None:
    canvas.ground(-900, 4, 900, 2500, light((118, 146, 84)))
    greens: list[Colour] = [(132, 164, 78), (104, 140, 74), (160, 172, 86), (120, 150, 96)]
    for near in (300, 190, 120, 80, 52, 34):
        for side in (-1, 1):
            x = EDGE + 5.0
            while x < 160:
                wide = chance.uniform(14, 40)
                left, right = sorted((side * x, side * (x + wide)))
                canvas.ground(left, near, right, near * 1.5, light(chance.choice(greens)), 0.0)
                x += wide + 0.6
    for side in (-1, 1):
        left, right = sorted((side * EDGE, side * (EDGE + 4.5)))
        canvas.ground(left, 4, right, 900, light((146, 138, 112)))


def _markings(canvas: Canvas, light: Daylight) -> None:
    paint = light(_PAINT)
    for side in (-1, 1):
        for lane in (1, 2):
            x = side * (MEDIAN + lane * LANE)
            for start in range(6, 420, 9):
                canvas.ground(x - 0.08, start, x + 0.08, start + 4.5, paint)
        for x in (side * (MEDIAN + 0.2), side * (MEDIAN + 3 * LANE)):
            canvas.ground(x - 0.1, 4, x + 0.1, 700, paint)
    # Cross marks every ten metres let a person check the distance driven between two pictures.
    for y in range(15, 66, 10):
        x = MEDIAN + 3 * LANE + 0.5
        canvas.ground(x, y, x + 1.2, y + 0.35, light((238, 200, 70)))


def _barriers(canvas: Canvas, light: Daylight) -> None:
    canvas.ground(-MEDIAN * 0.5, 4, MEDIAN * 0.5, 700, light((150, 150, 144)), 0.0)
    canvas.side(4, 700, 0, 0.9, MEDIAN * 0.25, light((176, 178, 174)))
    canvas.ground(-MEDIAN * 0.25, 4, MEDIAN * 0.25, 700, light((200, 202, 198)), 0.9)
    for side in (-1, 1):
        x = side * (EDGE + 0.4)
        for y in range(240, 8, -6):
            canvas.stroke([(x, y, 0), (x, y, 0.75)], 0.12, light((120, 124, 128)))
        canvas.side(4, 500, 0.48, 0.80, x, light((188, 194, 198)))
        canvas.side(4, 500, 0.62, 0.66, x, light((140, 146, 150)))


def _speed_sign(canvas: Canvas, light: Daylight, limit_kmh: int) -> None:
    x, y = SIGN_AT
    canvas.stroke([(x, y, 0), (x, y, 4.0)], 0.14, light((130, 134, 138)))
    face = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    draw = ImageDraw.Draw(face)
    draw.ellipse((4, 4, 396, 396), fill=(204, 28, 36, 255))
    draw.ellipse((54, 54, 346, 346), fill=(246, 246, 244, 255))
    text = str(limit_kmh)
    size = 190 if len(text) < 3 else 140
    left = (400 - text_width(text, size)) // 2
    draw_text(draw, (left, 200 - size * 0.58), text, size, fill=(16, 18, 20))
    half, middle = 0.95, 3.7
    canvas.paste_on(
        face,
        [
            (x - half, y - 0.1, middle + half),
            (x + half, y - 0.1, middle + half),
            (x + half, y - 0.1, middle - half),
            (x - half, y - 0.1, middle - half),
        ],
    )


def _flash(picture: Image.Image) -> None:
    """The camera's own lamp lights the near road at night."""
    lit = Image.new("RGB", (WIDTH // 4, HEIGHT // 4), (0, 0, 0))
    ImageDraw.Draw(lit).ellipse((110, 110, 400, 330), fill=(46, 46, 42))
    lit = lit.filter(ImageFilter.GaussianBlur(34)).resize(picture.size, Image.Resampling.BICUBIC)
    picture.paste(ImageChops.screen(picture, lit))
