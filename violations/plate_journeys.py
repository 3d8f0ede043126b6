"""Whether one vehicle can have been at two cameras: if not, one of the two plates is a copy.

The straight line is shorter than any road, and both clocks may err, so the speed found here is the
least the vehicle must have driven: what is impossible here is impossible.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0
MICRO = 1_000_000
#: Faster than this on average, no vehicle goes from one camera to another on a public road.
IMPOSSIBLE_KMH = 200
#: Nearer cameras prove nothing: a minute of a wrong clock would accuse everybody.
LEAST_DISTANCE_KM = 5.0
CLOCKS_MAY_ERR = timedelta(seconds=120)
WITHIN = timedelta(hours=12)


@dataclass(frozen=True)
class Sighting:
    """A plate seen by a camera: where, in millionths of a degree, and when."""

    longitude: int
    latitude: int
    at: datetime
    place: str = ""


@dataclass(frozen=True)
class Journey:
    """What one vehicle must have done to be at both places."""

    other: Sighting
    kilometres: int
    minutes: int
    least_kmh: int


def distance_km(one: Sighting, other: Sighting) -> float:
    """Return the straight-line distance between two places (haversine), km."""
    south, north = radians(one.latitude / MICRO), radians(other.latitude / MICRO)
    across = radians((other.longitude - one.longitude) / MICRO)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(across / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


def impossible_journey(here: Sighting, others: Iterable[Sighting]) -> Journey | None:
    """Return the fastest journey no vehicle can have made, or None when all were possible."""
    found = [journey for other in others if (journey := _journey(here, other)) is not None]
    return max(found, key=lambda journey: journey.least_kmh, default=None)


def _journey(here: Sighting, other: Sighting) -> Journey | None:
    kilometres = distance_km(here, other)
    if kilometres < LEAST_DISTANCE_KM:
        return None
    between = abs(here.at - other.at)
    hours = (between + CLOCKS_MAY_ERR).total_seconds() / 3600
    least = int(kilometres / hours)
    if least <= IMPOSSIBLE_KMH:
        return None
    return Journey(other, int(kilometres), int(between.total_seconds() // 60), least)
