"""What is the same in the claims of all makers: keys, plates, codes, speeds, roles of pictures.

Each dialect says which of its fields hold what. The rules stand here once, so that two makers'
cameras at one junction are judged alike. Pure.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cameras.adapters.contract import Box, ParsedImage, Profile, TimeClaim
from cameras.adapters.embedded import scaled_box
from cameras.adapters.figures import tenths, whole_number
from cameras.adapters.hikvision_codes import NO_VIOLATION
from cameras.adapters.vocabulary import OUTCOMES

#: Two times of one message belong to the same event when they are this near to each other.
SAME_EVENT = timedelta(seconds=60)
MOST_VEHICLES = 32
_STATUS = {"forbidden": 403, "unauthenticated": 403, "too_large": 413, "full": 503}
_NOT_READ = {
    "": "plate_unread",
    "-": "plate_unread",
    "unknown": "plate_unread",
    "unlicensed": "no_plate",
    "noplate": "no_plate",
    "no plate": "no_plate",
    "无车牌": "no_plate",
    "无牌": "no_plate",
    "未识别": "plate_unread",
    "车牌": "plate_unread",
}
#: Tenths of km/h for one tenth of the unit, as a fraction.
_IN_KMH = {"kmh": (1, 1), "mph": (1_609_344, 1_000_000), "cm_per_s": (36, 1000)}
_NATIONAL_CODE = re.compile(r"[1-9][0-9]{3,5}[A-Z]?")
_PER_SIDE = {"per_mille": 1000.0, "per_8192": 8192.0, "per_10000": 10000.0, "unit": 1.0}


def status_for(outcome: str) -> int:
    """Return the HTTP status for a camera: 200 whenever its bytes are kept.

    Only a closed door, an oversized body and a full store say anything else. Raises
    ``ValueError`` on a word that is no outcome.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"unknown outcome: {outcome}")
    return _STATUS.get(outcome, 200)


def plate_read(text: str, warnings: list[str]) -> str:
    """Return the plate as the device read it; the words for "none" and "not read" are none."""
    unread = _NOT_READ.get(text.strip().lower())
    if unread:
        warnings.append(unread)
        return ""
    return text.strip()[:40]


def violation_of(code: str, profile: Profile, warnings: list[str]) -> str | None:
    """Return our word for a device's code, ``None`` for a passage.

    An unknown code is kept as ``other`` and held, never dropped: it accuses of something.
    """
    if known := profile.code_map.get(code):
        return known
    if not code.strip("0") or code in NO_VIOLATION:
        return None
    warnings.append("code_unknown")
    return "other"


def code_of_status(status: str, profile: Profile) -> str:
    """Return a driving status where it is a violation code, an empty text where it is a status.

    National codes (GA/T 16.31) have four digits and more; what is shorter says how a vehicle moved,
    unless the device's own map knows it.
    """
    is_code = _NATIONAL_CODE.fullmatch(status) or status in profile.code_map
    return status if is_code else ""


def speed_in_tenths(text: str, unit: str, *, is_limit: bool = False) -> int | None:
    """Return a speed in tenths of km/h; zero and what is no figure are ``None``.

    What does not come out even is cut from a measured speed and added to a limit: both favour the
    person. ``unit`` is ``kmh``, ``mph`` or ``cm_per_s``. Raises ``KeyError`` on another.
    """
    figure = tenths(text)
    if not figure:
        return None
    times, by = _IN_KMH[unit]
    product = figure * times
    return -(-product // by) if is_limit else product // by


def source_key(
    adapter_key: str,
    profile: Profile,
    own: str,
    claim: TimeClaim,
    parts: Iterable[str],
    images: Iterable[ParsedImage],
) -> str:
    """Return the device's own name for the event, else a digest of all that tells it apart.

    ``parts`` are lane, plate and code. A repetition of the same bytes has the same key.
    """
    start = f"{adapter_key}|{profile.device_serial}|"
    if own:
        return (start + own)[:200]
    told = [
        profile.device_serial,
        claim.occurred_at.isoformat(timespec="milliseconds"),
        *parts,
        *(image.sha256 for image in images),
    ]
    digest = hashlib.sha256("\x1f".join(told).encode("utf-8", "replace")).hexdigest()
    return f"{start}sha256:{digest}"[:200]


def warn_if_apart(
    claim: TimeClaim, moments: Iterable[datetime | None], warnings: list[str]
) -> None:
    """Append ``time_mismatch`` when none of the event's other times lies near the claim."""
    others = [moment for moment in moments if moment is not None]
    if others and all(abs(moment - claim.occurred_at) > SAME_EVENT for moment in others):
        warnings.append("time_mismatch")


def box_scale(unit: str, width: str, height: str) -> tuple[float, float]:
    """Return what figures of a box are divided by; ``pixel`` needs the picture's size.

    Zero stands for a size that is not known.
    """
    if unit != "pixel":
        return _PER_SIDE[unit], _PER_SIDE[unit]
    return float(whole_number(width) or 0), float(whole_number(height) or 0)


def corner_box(
    kind: str, corners: tuple[str, ...], scale: tuple[float, float], warnings: list[str]
) -> tuple[Box, ...]:
    """Return a box from left, top, right and bottom as written; none for one never set.

    ``raw`` keeps the four figures as they were sent.
    """
    figures = [whole_number(text) for text in corners]
    if len(figures) != 4 or None in figures:
        if any(text.strip("0.") for text in corners):
            warnings.append("box_unreadable")
        return ()
    left, top, right, bottom = (figure or 0 for figure in figures)
    sizes = (str(left), str(top), str(right - left), str(bottom - top))
    box = scaled_box(kind, sizes, *scale, warnings)
    return (replace(box, raw=",".join(corners)),) if box else ()


@dataclass
class PictureRoles:
    """Count the overviews of one event: the fourth full picture and later ones are context."""

    profile: Profile
    overviews: int = 0

    def role(self, kind: str) -> str:
        """Return the role of the next picture of a kind, ``overview`` being numbered."""
        if kind != "overview":
            return kind
        self.overviews += 1
        return f"overview_{self.overviews}" if self.overviews <= 3 else "context"

    def boxes(self, role: str, found: tuple[Box, ...]) -> tuple[Box, ...]:
        """Return the boxes of a picture with those the installation record draws into it."""
        return (*found, *self.profile.fixed_boxes) if role.startswith("overview") else found


def warn_of_missing(
    images: list[ParsedImage], announced: int, profile: Profile, warnings: list[str]
) -> None:
    """Append a warning when fewer pictures came than announced, or than agreed for the device."""
    if len(images) < max(announced, profile.expected_pictures):
        warnings.append("fewer_pictures_than_announced")
