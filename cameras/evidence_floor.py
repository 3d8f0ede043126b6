"""The floor of evidence for each kind of violation: how many pictures, of what, how far apart.

After GA/T 832-2014 (two full pictures at different moments for what moves, ten seconds between two
of what stands, 1280 × 720 pixels) and the list of proofs in the study, §8 "Evidence floor". No
Vietnamese text with these figures is known to us, so the operator may change them
(``EVIDENCE_FLOORS`` in the settings); what does not reach its floor is held, never thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.conf import settings

from cameras.adapters.contract import Box
from cameras.adapters.moments import read_digits, read_moment
from cameras.canonical import SeenPicture
from cameras.images import EVIDENCE_HEIGHT, EVIDENCE_WIDTH

#: Two places of one vehicle nearer than this share of the picture's width are the same place.
SAME_PLACE = 0.004
CLOSE_ROLES = frozenset({"vehicle_crop", "occupant"})


@dataclass(frozen=True)
class Floor:
    """What one kind of violation needs.

    ``overviews`` different pictures of the scene, ``close_views`` of the vehicle or its
    occupants; ``seconds_apart`` between the first and last overview; ``moves``: where the device
    marks the vehicle, it must have moved; ``signal_in_each``: where it marks the signal, in each.
    """

    overviews: int = 2
    close_views: int = 0
    seconds_apart: int = 0
    moves: bool = False
    signal_in_each: bool = False


_MOVING = Floor(overviews=2, moves=True)
_OF_A_PERSON = Floor(overviews=1, close_views=1)
FLOORS: Mapping[str, Floor] = {
    "red_light": Floor(overviews=3, moves=True, signal_in_each=True),
    "speed_over": Floor(overviews=1),
    "speed_under": Floor(overviews=1),
    "overload_weight": Floor(overviews=1),
    "illegal_stop_parking": Floor(overviews=2, seconds_apart=10),
    "no_helmet": _OF_A_PERSON,
    "no_seat_belt": _OF_A_PERSON,
    "phone_use": _OF_A_PERSON,
    "umbrella_use": _OF_A_PERSON,
    "riders_over_limit": _OF_A_PERSON,
    "no_or_obscured_plate": Floor(overviews=2),
    "other": Floor(overviews=2),
}

Reason = dict[str, Any]


def floor_of(violation_type: str | None) -> Floor:
    """Return the floor of a kind of violation, with the operator's figures over ours."""
    floor = FLOORS.get(violation_type or "other", _MOVING)
    changes = getattr(settings, "EVIDENCE_FLOORS", {}).get(violation_type or "other", {})
    return replace(floor, **changes)


def below_floor(violation_type: str | None, pictures: list[SeenPicture]) -> Iterable[Reason]:
    """Yield why the pictures of a claim do not reach its floor; nothing when they do."""
    floor = floor_of(violation_type)
    overviews = list({seen.image.sha256: seen for seen in pictures if seen.is_overview}.values())
    large = [seen for seen in overviews if _is_large(seen)]
    if len(overviews) < floor.overviews:
        yield {"code": "too_few_pictures", "have": len(overviews), "need": floor.overviews}
    elif len(large) < floor.overviews:
        yield {"code": "pictures_too_small", "width": EVIDENCE_WIDTH, "height": EVIDENCE_HEIGHT}
    close = {seen.image.sha256 for seen in pictures if seen.image.role in CLOSE_ROLES}
    if len(close) < floor.close_views:
        yield {"code": "close_view_missing"}
    if floor.seconds_apart and _seconds_apart(overviews) < floor.seconds_apart:
        yield {"code": "pictures_not_apart", "need": floor.seconds_apart}
    if floor.moves and _stands_still(overviews):
        yield {"code": "vehicle_does_not_move"}
    if floor.signal_in_each and _signal_is_missing(overviews):
        yield {"code": "signal_not_in_each"}


def _is_large(seen: SeenPicture) -> bool:
    return seen.facts.width >= EVIDENCE_WIDTH and seen.facts.height >= EVIDENCE_HEIGHT


def _seconds_apart(overviews: list[SeenPicture]) -> float:
    """Return the time between the first and the last overview; 0 when it is not known."""
    moments = [moment for seen in overviews if (moment := _captured(seen)) is not None]
    if len(moments) < 2:
        return 0.0
    return (max(moments) - min(moments)).total_seconds()


def _captured(seen: SeenPicture) -> datetime | None:
    text = seen.image.captured_local or ""
    return read_digits(text) or read_moment(text)[0]


def _stands_still(overviews: list[SeenPicture]) -> bool:
    """Tell whether the vehicle, where the device marks it in several pictures, never moves."""
    marked = [box for seen in overviews for box in seen.image.boxes if box.kind == "vehicle"]
    if len(marked) < 2 or len(marked) < len(overviews):
        return False
    return all(_are_one_place(one, other) for one, other in pairwise(marked))


def _are_one_place(one: Box, other: Box) -> bool:
    return all(
        abs(getattr(one, side) - getattr(other, side)) < SAME_PLACE
        for side in ("x", "y", "width", "height")
    )


def _signal_is_missing(overviews: list[SeenPicture]) -> bool:
    """Tell whether the signal is marked in some pictures of the scene and not in others."""
    marked = [any(box.kind == "signal" for box in seen.image.boxes) for seen in overviews]
    return any(marked) and not all(marked)
