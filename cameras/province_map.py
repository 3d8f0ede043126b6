"""The provinces of Viet Nam as paths of an SVG, and where a point lies among them.

Equirectangular, true to scale at sixteen degrees north. Everything is drawn where it is: Hoàng Sa
and Trường Sa too, whose islands are smaller than a dot at this scale and get a border to be seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "static" / "maps" / "vn34_provinces.geojson"
#: The cosine of sixteen degrees, in thousandths: a degree of longitude is shorter by it.
SHORTER = 961
#: What lies east of this is an island far out.
FAR_OUT = 110_500_000
MICRODEGREES = 1_000_000
#: The archipelagos with the province each belongs to and where its name stands.
ARCHIPELAGOS = (
    ("Quần đảo Hoàng Sa", "Đà Nẵng", "48", 112_000_000, 16_000_000),
    ("Quần đảo Trường Sa", "Khánh Hòa", "56", 114_400_000, 7_400_000),
)

Point = tuple[int, int]  # longitude and latitude, millionths of a degree
Ring = Sequence[Point]


@dataclass(frozen=True)
class Province:
    """A province: its code and name, where its name stands, and its pieces of land."""

    code: str
    name: str
    label: Point
    pieces: tuple[tuple[Ring, ...], ...]


@dataclass(frozen=True)
class Frame:
    """A part of the earth on a sheet: the north-west corner, and a width in units of the SVG."""

    west: int
    north: int
    east: int
    south: int
    width: int

    @property
    def height(self) -> int:
        """Return the height of the sheet."""
        return self.at((self.east, self.south))[1]

    def at(self, point: Point) -> tuple[int, int]:
        """Return where a point lies on the sheet."""
        longitude, latitude = point
        span = self.east - self.west
        x = (longitude - self.west) * self.width // span
        y = (self.north - latitude) * 1000 * self.width // (span * SHORTER)
        return x, y

    def holds(self, point: Point) -> bool:
        """Tell whether a point lies within the frame."""
        longitude, latitude = point
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


@cache
def provinces() -> dict[str, Province]:
    """Return the provinces by their codes. Read once from the file beside the style sheets."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    found = {}
    for feature in read["features"]:
        facts = feature["properties"]
        found[facts["code"]] = Province(
            facts["code"],
            facts["name"],
            (_micro(facts["label_lon"]), _micro(facts["label_lat"])),
            _pieces(feature["geometry"]),
        )
    return found


def country() -> Frame:
    """Return the frame of the whole country, to the islands of Trường Sa."""
    return Frame(101_900_000, 23_600_000, 118_000_000, 6_700_000, 1000)


def frame_of(province: Province) -> Frame:
    """Return the frame of one province with a margin; without its islands far out."""
    points = [point for point in _outline(province) if point[0] < FAR_OUT]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    margin = max(east - west, north - south) // 12
    return Frame(west - margin, north + margin, east + margin, south - margin, 1000)


def touches(province: Province, frame: Frame) -> bool:
    """Tell whether any corner of a province lies within a frame."""
    return any(frame.holds(point) for point in _outline(province))


def path_of(province: Province, frame: Frame, *, far: bool | None = None) -> str:
    """Return a province as one path. ``far`` keeps the islands far out, or all but those."""
    parts = []
    for piece in province.pieces:
        is_far = all(point[0] >= FAR_OUT for point in piece[0])
        if far is not None and far != is_far:
            continue
        parts += [_path(ring, frame) for ring in piece]
    return "".join(parts)


def cells(
    points: Iterable[tuple[Point, Any]], frame: Frame, size: int
) -> Mapping[Point, list[Any]]:
    """Gather what stands close together: by the corner of squares of ``size`` units."""
    found: dict[Point, list[Any]] = {}
    for point, item in points:
        x, y = frame.at(point)
        found.setdefault((x // size * size, y // size * size), []).append(item)
    return found


def _path(ring: Ring, frame: Frame) -> str:
    """Return a ring; a point that falls on the one before it is left out."""
    placed: list[tuple[int, int]] = []
    for point in ring:
        here = frame.at(point)
        if not placed or placed[-1] != here:
            placed.append(here)
    if len(placed) < 3:
        x, y = placed[0]
        return f"M{x} {y}h1v1z"
    return "M" + "L".join(f"{x} {y}" for x, y in placed) + "Z"


def _outline(province: Province) -> list[Point]:
    return [point for piece in province.pieces for point in piece[0]]


def _pieces(geometry: Mapping[str, Any]) -> tuple[tuple[Ring, ...], ...]:
    several = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        several = [several]
    return tuple(
        tuple(tuple((_micro(x), _micro(y)) for x, y in ring) for ring in piece) for piece in several
    )


def _micro(degrees: float) -> int:
    return round(degrees * MICRODEGREES)
