"""Compare what the pictures of one claim say of themselves with the claim and with each other.

What is found are flags of a picture, for a person to weigh: EXIF is written by the device and can
be written by anybody, and two pictures of one street look alike by nature. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from cameras.adapters.contract import ParsedDetection
from cameras.canonical import SeenPicture
from cameras.exif import taken_at

VIET_NAM = timezone(timedelta(hours=7))
#: EXIF counts whole seconds, and a device may write the file a moment after the act.
CLOCKS_DIFFER = timedelta(seconds=60)
#: Bits of 64 in which two difference hashes may differ and the pictures still look the same.
LOOKS_THE_SAME = 6


def flagged(claim: ParsedDetection, pictures: Sequence[SeenPicture]) -> list[SeenPicture]:
    """Return the pictures with ``time_mismatch`` and ``near_duplicate`` added where they hold.

    Only the later one of two that look alike is flagged; it may be all the same a second later.
    """
    found: list[SeenPicture] = []
    for seen in pictures:
        more = []
        if _bears_another_time(claim, seen):
            more.append("time_mismatch")
        if any(_look_alike(seen, earlier) for earlier in found):
            more.append("near_duplicate")
        if more:
            facts = replace(seen.facts, flags=(*seen.facts.flags, *more))
            seen = replace(seen, facts=facts)
        found.append(seen)
    return found


def _bears_another_time(claim: ParsedDetection, seen: SeenPicture) -> bool:
    """Tell whether EXIF names a moment far from both the event's and the picture's own."""
    taken = taken_at(seen.facts.exif)
    if taken is None:
        return False
    local = claim.time.occurred_at.astimezone(VIET_NAM).replace(tzinfo=None)
    claimed = [local, *_moment(seen.image.captured_local or "")]
    return all(abs(taken - moment) > CLOCKS_DIFFER for moment in claimed)


def _moment(text: str) -> list[datetime]:
    """Read a picture's own time, as digits (``20261118210633480``) or ISO 8601; no zone."""
    digits = text[:14] if text.isascii() and text.isdigit() and len(text) in (14, 17) else ""
    try:
        if digits:
            return [datetime.strptime(digits, "%Y%m%d%H%M%S")]  # noqa: DTZ007  # no zone is written
        return [datetime.fromisoformat(text).replace(tzinfo=None)]
    except ValueError:
        return []


def _look_alike(one: SeenPicture, other: SeenPicture) -> bool:
    mine, theirs = one.facts.likeness, other.facts.likeness
    if mine is None or theirs is None or one.image.role.startswith("plate"):
        return False
    return (mine ^ theirs).bit_count() <= LOOKS_THE_SAME
