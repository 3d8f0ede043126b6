"""A pinhole camera over a flat road, and a canvas to draw on through it.

World: x metres to the right of the road's middle, y metres ahead of the mast, z metres above the
road. Everything is drawn by projection, so a vehicle that drives on shrinks and rises as in a real
photograph.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

from cameras.adapters.contract import Box

WIDTH, HEIGHT = 1920, 1080
Point = tuple[float, float, float]
Pixel = tuple[float, float]
Colour = tuple[int, int, int]
_NEAR = 2.0


@dataclass(frozen=True)
class View:
    """Where the camera hangs and how it looks; ``focal`` is in pixels, ``pitch`` in degrees."""

    x: float
    height: float
    pitch: float
    focal: float

    def depth(self, point: Point) -> float:
        """Return the distance along the optical axis, in metres."""
        _, y, z = point
        tilt = math.radians(self.pitch)
        return y * math.cos(tilt) - (z - self.height) * math.sin(tilt)

    def pixel(self, point: Point) -> Pixel:
        """Return where a point in front of the camera falls in the picture."""
        x, y, z = point
        tilt = math.radians(self.pitch)
        depth = max(_NEAR, self.depth(point))
        rise = y * math.sin(tilt) + (z - self.height) * math.cos(tilt)
        return (
            WIDTH / 2 + self.focal * (x - self.x) / depth,
            HEIGHT / 2 - self.focal * rise / depth,
        )

    def scale(self, y: float, z: float = 0.0) -> float:
        """Return pixels per metre at a place."""
        return self.focal / self.depth((0.0, y, z))

    def clipped(self, points: Sequence[Point]) -> list[Point]:
        """Return a polygon without the part behind the camera."""
        kept: list[Point] = []
        for start, end in zip(points, [*points[1:], points[0]], strict=True):
            before, after = self.depth(start), self.depth(end)
            if before >= _NEAR:
                kept.append(start)
            if (before >= _NEAR) != (after >= _NEAR):
                share = (_NEAR - before) / (after - before)
                x, y, z = (a + (b - a) * share for a, b in zip(start, end, strict=True))
                kept.append((x, y, z))
        return kept

    def box(self, kind: str, points: Sequence[Point]) -> Box:
        """Return the rectangle around points, 0..1 of the picture and cut at its edges."""
        pixels = [self.pixel(point) for point in points]
        left = min(1.0, max(0.0, min(x for x, _ in pixels) / WIDTH))
        top = min(1.0, max(0.0, min(y for _, y in pixels) / HEIGHT))
        right = min(1.0, max(0.0, max(x for x, _ in pixels) / WIDTH))
        bottom = min(1.0, max(0.0, max(y for _, y in pixels) / HEIGHT))
        return Box(
            kind, round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4)
        )


@dataclass(frozen=True)
class Daylight:
    """How the time of day changes a colour."""

    name: str
    factor: tuple[float, float, float]
    lift: tuple[int, int, int]

    def __call__(self, colour: Colour) -> Colour:
        red, green, blue = (
            min(255, round(part * factor + lift))
            for part, factor, lift in zip(colour, self.factor, self.lift, strict=True)
        )
        return red, green, blue

    @property
    def dark(self) -> bool:
        return self.name == "night"


DAY = Daylight("day", (1.0, 1.0, 1.0), (0, 0, 0))
NIGHT = Daylight("night", (0.36, 0.38, 0.46), (5, 8, 14))
DAYLIGHTS = {light.name: light for light in (DAY, NIGHT)}


class Canvas:
    """A part of the picture, drawn ``fine`` times larger and reduced at the end."""

    def __init__(
        self,
        view: View,
        *,
        fine: int,
        left: int = 0,
        top: int = 0,
        size: tuple[int, int] = (WIDTH, HEIGHT),
        clear: bool = False,
    ):
        self.view, self.fine, self.left, self.top, self.size = view, fine, left, top, size
        large = (size[0] * fine, size[1] * fine)
        self.image = Image.new(
            "RGBA" if clear else "RGB", large, (0, 0, 0, 0) if clear else (0, 0, 0)
        )
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def at(self, point: Point) -> Pixel:
        """Return the canvas pixel of a world point."""
        x, y = self.view.pixel(point)
        return (x - self.left) * self.fine, (y - self.top) * self.fine

    def metres(self, length: float, y: float, z: float = 0.0) -> float:
        """Return a length in canvas pixels at a place."""
        return length * self.view.scale(y, z) * self.fine

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Fill a polygon of world points."""
        kept = self.view.clipped(points)
        if len(kept) >= 3:
            self.draw.polygon([self.at(point) for point in kept], fill=(*colour, 255))

    def ground(
        self, x1: float, y1: float, x2: float, y2: float, colour: Colour, z: float = 0.0
    ) -> None:
        """Fill a rectangle lying flat."""
        self.polygon([(x1, y1, z), (x2, y1, z), (x2, y2, z), (x1, y2, z)], colour)

    def wall(self, x1: float, x2: float, z1: float, z2: float, y: float, colour: Colour) -> None:
        """Fill an upright rectangle facing the camera."""
        self.polygon([(x1, y, z1), (x2, y, z1), (x2, y, z2), (x1, y, z2)], colour)

    def side(self, y1: float, y2: float, z1: float, z2: float, x: float, colour: Colour) -> None:
        """Fill an upright rectangle along the road."""
        self.polygon([(x, y1, z1), (x, y2, z1), (x, y2, z2), (x, y1, z2)], colour)

    def disc(self, centre: Point, radius: float, colour: Colour, *, flat: float = 1.0) -> None:
        """Fill a circle facing the camera; ``flat`` below one squeezes its height."""
        x, y = self.at(centre)
        across = self.metres(radius, centre[1], centre[2])
        down = across * flat
        self.draw.ellipse((x - across, y - down, x + across, y + down), fill=(*colour, 255))

    def soft(self, points: Sequence[Point], colour: Colour, opacity: int, blur: float) -> None:
        """Fill a polygon with a soft edge, ``blur`` metres wide: shadows and beams."""
        kept = self.view.clipped(points)
        if len(kept) < 3:
            return
        outline = [(x / self.fine, y / self.fine) for x, y in map(self.at, kept)]
        radius = max(1.0, self.metres(blur, kept[0][1], kept[0][2]) / self.fine)
        left = max(0, math.floor(min(x for x, _ in outline) - 3 * radius))
        top = max(0, math.floor(min(y for _, y in outline) - 3 * radius))
        right = min(self.size[0], math.ceil(max(x for x, _ in outline) + 3 * radius))
        bottom = min(self.size[1], math.ceil(max(y for _, y in outline) + 3 * radius))
        if left >= right or top >= bottom:
            return
        small = Image.new("L", (right - left, bottom - top), 0)
        ImageDraw.Draw(small).polygon([(x - left, y - top) for x, y in outline], fill=opacity)
        small = small.filter(ImageFilter.GaussianBlur(radius))
        mask = small.resize((small.width * self.fine, small.height * self.fine))
        self._lay_over(mask, colour, left * self.fine, top * self.fine)

    def glow(self, centre: Point, radius: float, colour: Colour, opacity: int) -> None:
        """Lay a round light that fades outwards."""
        x, y = (round(part) for part in self.at(centre))
        reach = max(2, round(self.metres(radius, centre[1], centre[2])))
        halo = Image.radial_gradient("L").resize((2 * reach, 2 * reach))
        halo = halo.point(lambda far: max(0, 180 - far) * opacity // 180)
        self._lay_over(halo, colour, x - reach, y - reach)

    def _lay_over(self, mask: Image.Image, colour: Colour, left: int, top: int) -> None:
        """Blend a colour through a mask whose corner may lie outside the canvas."""
        cut = (max(0, -left), max(0, -top))
        mask = mask.crop((*cut, mask.width, mask.height))
        if not mask.width or not mask.height:
            return
        layer = Image.new("RGBA", mask.size, (*colour, 0))
        layer.putalpha(mask)
        self.image.alpha_composite(layer, (left + cut[0], top + cut[1]))
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    def stroke(self, points: Sequence[Point], metres: float, colour: Colour) -> None:
        """Draw a line of a thickness in metres, at least one fine pixel."""
        middle = points[len(points) // 2]
        width = max(1, round(self.metres(metres, middle[1], middle[2])))
        self.draw.line(
            [self.at(point) for point in points], fill=colour, width=width, joint="curve"
        )

    def paste_on(self, face: Image.Image, corners: Sequence[Point]) -> None:
        """Fit a flat picture onto four world points, clockwise from the top left one."""
        quad = [self.at(corner) for corner in corners]
        left, top = math.floor(min(x for x, _ in quad)), math.floor(min(y for _, y in quad))
        size = (
            max(1, math.ceil(max(x for x, _ in quad)) - left),
            max(1, math.ceil(max(y for _, y in quad)) - top),
        )
        target = [(x - left, y - top) for x, y in quad]
        source = [(0, 0), (face.width, 0), (face.width, face.height), (0, face.height)]
        fitted = face.convert("RGBA").transform(
            size, Image.Transform.PERSPECTIVE, _homography(target, source), Image.Resampling.BICUBIC
        )
        self.image.paste(fitted, (left, top), fitted)

    def reduced(self) -> Image.Image:
        """Return the drawing at its real size."""
        return self.image.resize(self.size, Image.Resampling.BOX)


def _homography(source: Sequence[Pixel], target: Sequence[Pixel]) -> list[float]:
    """Return the eight coefficients that map each source pixel onto its target."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for pivot in range(8):
        best = max(range(pivot, 8), key=lambda row: abs(rows[row][pivot]))
        rows[pivot], rows[best] = rows[best], rows[pivot]
        lead = rows[pivot][pivot] or 1e-9
        rows[pivot] = [value / lead for value in rows[pivot]]
        for row in range(8):
            if row != pivot:
                factor = rows[row][pivot]
                rows[row] = [
                    value - factor * other
                    for value, other in zip(rows[row], rows[pivot], strict=True)
                ]
    return [row[8] for row in rows]


def tone(colour: Colour, factor: float) -> Colour:
    """Return a lighter or darker shade of a paint."""
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def patch_around(view: View, points: Sequence[Point], margin: int, fine: int = 4) -> Canvas | None:
    """Return a clear canvas around world points, or nothing when they are out of the picture."""
    pixels = [view.pixel(point) for point in points]
    left = max(0, math.floor(min(x for x, _ in pixels)) - margin)
    top = max(0, math.floor(min(y for _, y in pixels)) - margin)
    right = min(WIDTH, math.ceil(max(x for x, _ in pixels)) + margin)
    bottom = min(HEIGHT, math.ceil(max(y for _, y in pixels)) + margin)
    if left >= right or top >= bottom:
        return None
    size = (right - left, bottom - top)
    return Canvas(view, fine=fine, left=left, top=top, size=size, clear=True)
