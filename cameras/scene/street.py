"""The junction: houses, trees, cables, markings, and the light that hangs beyond the stop line."""

import math
import random
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from cameras.adapters.contract import Box
from cameras.lettering import draw_text, text_width
from cameras.scene.view import DAYLIGHTS, HEIGHT, WIDTH, Canvas, Colour, Daylight, View

VIEW = View(x=3.6, height=6.5, pitch=10.0, focal=2150)
HALF_ROAD = 10.5
LANE = 3.5
STOP_LINE = 22.5
ZEBRA = (24.5, 28.5)
CROSSING_ROAD = (31.0, 47.0)
FAR_ZEBRA = (48.5, 51.5)
FACADE = 15.0
LIGHT_AT = (8.6, 31.0, 5.15)

_ASPHALT: Colour = (92, 95, 99)
_PAINT: Colour = (232, 234, 232)
_WALLS: list[Colour] = [
    (214, 190, 150), (196, 172, 148), (222, 214, 196), (176, 190, 186), (204, 158, 128),
    (232, 220, 178), (168, 178, 196), (212, 200, 206), (190, 204, 172),
]  # fmt: skip
_SIGNS = ["CÀ PHÊ", "TẠP HÓA", "PHỞ BÒ", "NHÀ THUỐC", "SỬA XE", "QUÁN CƠM", "HIỆU SÁCH"]
_SIGN_GROUNDS: list[Colour] = [(168, 44, 40), (34, 92, 140), (30, 112, 84), (206, 140, 32)]


@lru_cache(maxsize=6)
def junction(seed: int, daylight: str) -> Image.Image:
    """Return the empty junction; the same seed is always the same place."""
    light = DAYLIGHTS[daylight]
    chance = random.Random(seed)  # noqa: S311 -- a drawing, not a secret
    canvas = Canvas(VIEW, fine=2)
    _sky(canvas, light)
    canvas.ground(-400, 5, 400, 900, light((150, 146, 138)))
    _far_rows(canvas, light, chance)
    canvas.ground(-HALF_ROAD, 4, HALF_ROAD, 700, light(_ASPHALT))
    canvas.ground(-400, *CROSSING_ROAD[:1], 400, CROSSING_ROAD[1], light(_ASPHALT))
    _wear(canvas, light, chance)
    _markings(canvas, light)
    _pavement(canvas, light)
    _street_furniture(canvas, light, chance)
    picture = canvas.reduced()
    if light.dark:
        _night_glow(picture)
    return picture


def light_boxes() -> list[Box]:
    """Return where the light and the stop line are in the picture."""
    x, y, z = LIGHT_AT
    signal = [(x - 0.55, y, z - 0.45), (x + 1.25, y, z + 1.75)]
    line = [(0.0, STOP_LINE, 0.0), (HALF_ROAD, STOP_LINE + 0.5, 0.0)]
    return [VIEW.box("signal", signal), VIEW.box("line", line)]


def draw_light(picture: Image.Image, daylight: str, seconds_left: int, state: str = "red") -> None:
    """Hang the light with its countdown on the arm."""
    light = DAYLIGHTS[daylight]
    x, y, z = LIGHT_AT
    left, top = (round(part) for part in VIEW.pixel((x - 1.6, y, z + 2.2)))
    right, bottom = (round(part) for part in VIEW.pixel((HALF_ROAD + 2.6, y, 0.0)))
    top = max(0, top)
    canvas = Canvas(VIEW, fine=4, left=left, top=top, size=(right - left, bottom - top), clear=True)
    steel = light((96, 102, 108))
    canvas.stroke([(HALF_ROAD + 1.4, y, 0.0), (HALF_ROAD + 1.4, y, z + 1.2)], 0.24, steel)
    canvas.stroke([(HALF_ROAD + 1.4, y, z + 1.1), (x - 0.2, y, z + 1.25)], 0.13, steel)
    canvas.wall(x - 0.34, x + 0.34, z - 0.32, z + 1.62, y, (18, 20, 22))
    lamps = [
        ("red", 1.28, (255, 40, 34)),
        ("yellow", 0.65, (255, 190, 40)),
        ("green", 0.02, (40, 220, 120)),
    ]
    for name, rise, colour in lamps:
        centre = (x, y, z + rise)
        if name == state:
            canvas.disc(centre, 0.50, colour, 46)
            canvas.disc(centre, 0.27, colour)
            canvas.disc((x - 0.05, y, z + rise + 0.05), 0.10, (255, 214, 196))
        else:
            canvas.disc(centre, 0.25, tuple(part // 6 for part in colour))
    canvas.wall(x + 0.42, x + 1.22, z + 0.72, z + 1.52, y, (16, 17, 19))
    face = Image.new("RGBA", (160, 160), (16, 17, 19, 255))
    text = f"{seconds_left:02d}"
    lit = {"red": (255, 60, 46), "green": (60, 230, 130)}.get(state, (255, 190, 40))
    draw_text(
        ImageDraw.Draw(face),
        ((160 - text_width(text, 116, "mono")) // 2, 12),
        text,
        116,
        fill=lit,
        family="mono",
    )
    canvas.paste_on(
        face,
        [
            (x + 0.44, y, z + 1.5),
            (x + 1.2, y, z + 1.5),
            (x + 1.2, y, z + 0.74),
            (x + 0.44, y, z + 0.74),
        ],
    )
    patch = canvas.reduced()
    picture.paste(patch, (left, top), patch)


def _sky(canvas: Canvas, light: Daylight) -> None:
    top, low = (
        ((150, 186, 216), (222, 228, 226)) if not light.dark else ((20, 26, 44), (46, 46, 62))
    )
    horizon = round(canvas.at((0, 900, 0))[1])
    for row in range(horizon + 4):
        share = row / max(1, horizon)
        colour = tuple(round(a + (b - a) * share) for a, b in zip(top, low, strict=True))
        canvas.draw.line((0, row, WIDTH * 2, row), fill=colour)


def _far_rows(canvas: Canvas, light: Daylight, chance: random.Random) -> None:
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
                canvas, light, chance, side * FACADE, (near, far), tall, _mist(wall, haze, light)
            )
        _corner_block(canvas, light, chance, side, rows[0][0])


def _mist(colour: Colour, share: float, light: Daylight) -> Colour:
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
    base: Colour = tuple(round(part * shade) for part in wall)
    # The end wall that rises above a lower neighbour faces the camera.
    canvas.wall(
        min(x, x * 1.8),
        max(x, x * 1.8),
        0,
        tall,
        near,
        light(tuple(round(part * 0.78) for part in base)),
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
            light(tuple(round(part * 0.7) for part in base)),
        )
    front = chance.choice(_SIGN_GROUNDS)
    inward = x - math.copysign(1.7, x)
    opening = (255, 226, 160) if light.dark else light((84, 78, 72))
    canvas.side(near + 0.25, far - 0.25, 0, 2.9, x, opening)
    canvas.side(near + 0.1, far - 0.1, 3.05, 3.85, x, light(front) if not light.dark else front)
    canvas.polygon(
        [(x, near, 2.95), (x, far, 2.95), (inward, far, 2.55), (inward, near, 2.55)],
        light(tuple(round(part * 0.85) for part in front)),
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
        wall: Colour = tuple(round(part * 0.92) for part in chance.choice(_WALLS))
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
                light(tuple(round(part * 0.72) for part in wall)),
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


def _wear(canvas: Canvas, light: Daylight, chance: random.Random) -> None:
    """Patches, wheel tracks and a manhole: asphalt is never one grey."""
    for _ in range(26):
        x, y = chance.uniform(-9, 9), chance.uniform(14, 70)
        wide, deep = chance.uniform(0.6, 2.4), chance.uniform(1.5, 7)
        shade = chance.randint(-7, 7)
        canvas.ground(x, y, x + wide, y + deep, light(tuple(part + shade for part in _ASPHALT)))
    for lane in range(-3, 3):
        for track in (0.9, 2.6):
            x = lane * LANE + track
            canvas.polygon(
                [(x - 0.25, 12, 0), (x + 0.25, 12, 0), (x + 0.25, 300, 0), (x - 0.25, 300, 0)],
                light((80, 83, 87)),
                60,
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
        for start in range(12, 120, 3):
            x = side * (HALF_ROAD + 3.0)
            canvas.ground(
                min(x, x + side * 0.5),
                CROSSING_ROAD[0] + 1.0 + 0 * start,
                max(x, x + side * 0.5),
                CROSSING_ROAD[1] - 1.0,
                paint,
            )
            break
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


def _street_furniture(canvas: Canvas, light: Daylight, chance: random.Random) -> None:
    spots = []
    for side in (-1, 1):
        for y in (230, 180, 145, 118, 96, 80, 68, 58):
            spots.append(
                (y + chance.uniform(-3, 3), side * (HALF_ROAD + 1.9), chance.uniform(5.2, 7.2))
            )
    spots += [(29.0, 13.6, 5.6), (23.5, -13.2, 5.0)]
    for y, x, tall in sorted(spots, reverse=True):
        _tree(canvas, light, chance, x, y, tall)
        if 54 < y < 150 and chance.random() < 0.6:
            _pole(canvas, light, x + math.copysign(1.1, x), y + 3)
    for height in (7.2, 7.5, 7.9):
        sag = [(HALF_ROAD + 2.4, y, height - 0.5 * math.sin(y / 9)) for y in range(54, 200, 4)]
        canvas.stroke(sag, 0.035, light((36, 38, 40)))
    for lift in (0.0, 0.35):
        wire = [(x, 53.0, 8.0 + lift + 0.004 * (x - 2) ** 2) for x in range(-30, 31, 3)]
        canvas.stroke(wire, 0.04, light((36, 38, 40)))


def _pole(canvas: Canvas, light: Daylight, x: float, y: float) -> None:
    canvas.stroke([(x, y, 0), (x, y, 8.6)], 0.26, light((150, 150, 146)))
    canvas.stroke([(x, y, 8.2), (x - math.copysign(2.4, x), y, 8.9)], 0.10, light((120, 124, 126)))
    bulb = (255, 236, 190) if light.dark else light((210, 212, 210))
    canvas.disc((x - math.copysign(2.4, x), y, 8.85), 0.22, bulb, flat=0.5)


def _tree(
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
            canvas.disc(centre, chance.uniform(0.45, 0.85), light(_mist(shade, haze, light)))


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
