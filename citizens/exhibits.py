"""The pictures of a case as a citizen sees them: numbered pins, plain words, seconds of red light.

Everything is computed from what the device sent. Positions are percentages of the 16:9 stage on
which every picture is shown whole, so that a taller or wider picture keeps its pins in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from cameras.models import EvidenceFile
from violations.guards import VIET_NAM
from violations.letter_parts import overviews
from violations.models import Violation

STAGE = (16, 9)
ORDER = ("signal", "line", "vehicle")
DISC = 18  # pixels from the edge of a frame to the middle of its disc
DISC_SHARE = 0.08  # of the picture: the room a disc needs on a narrow screen


@dataclass(frozen=True)
class Frame:
    """A rectangle on the stage; every figure is SVG text such as ``41.25%``."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    right: str


@dataclass(frozen=True)
class Pin:
    """One numbered thing in a picture: where it is, what it is called, what it means.

    ``at`` is the edge of the frame that the disc is set beside, ``shift`` pixels away from it, so
    that it hides nothing even of a small frame.
    """

    number: int
    kind: str
    frame: Frame
    at: str
    shift: int
    title: str
    text: str


@dataclass(frozen=True)
class Exhibit:
    """One picture: its number from 1, its alternative text, its pins and unnumbered frames."""

    number: int
    count: int
    width: int
    height: int
    alt: str
    pins: tuple[Pin, ...]
    frames: tuple[Frame, ...]

    @property
    def story(self) -> str:
        """Return what the picture shows as running text, from what its pins mean."""
        told = [pin.title for pin in self.pins if pin.kind == "signal"]
        told += [pin.text or pin.title for pin in self.pins if pin.kind == "vehicle"]
        return ". ".join(words.rstrip(".") for words in told) + "." if told else self.alt


@dataclass(frozen=True)
class Tick:
    """One picture on the bar of the light: its number, where it stands, milliseconds of red.

    ``has_room`` says that a word fits before the next one, even on a narrow screen.
    """

    number: int
    x: str
    red_ms: int
    has_room: bool

    @property
    def seconds(self) -> str:
        """Return the seconds as text."""
        return in_seconds(self.red_ms)


def exhibits(case: Violation) -> list[Exhibit]:
    """Return every full picture of a case in its order."""
    files = overviews(case)
    red = red_milliseconds(case, files)
    return [
        Exhibit(
            number=number,
            count=len(files),
            width=file.width,
            height=file.height,
            alt=_alternative(case, number, len(files), red.get(number)),
            pins=_pins(case, file, number, len(files), red.get(number)),
            frames=tuple(_frame(box, file) for box in file.boxes if box["kind"] == "plate"),
        )
        for number, file in enumerate(files, start=1)
    ]


def red_milliseconds(case: Violation, files: Sequence[EvidenceFile]) -> dict[int, int]:
    """Return for each picture how long the light had been red, in milliseconds.

    The device states it for the moment of the violation; another picture's own clock, where it can
    be read, gives the difference. Unknown pictures are left out, never guessed.
    """
    since = case.detection.red_since_ms
    if case.violation_type != "red_light" or since is None:
        return {}
    local = case.occurred_at.astimezone(VIET_NAM).replace(tzinfo=None)
    local = local.replace(microsecond=local.microsecond // 1000 * 1000)  # as pictures tell it
    found = {}
    for number, file in enumerate(files, start=1):
        taken = read_clock(file.captured_text)
        if taken is None:
            continue
        red = since + round((taken - local).total_seconds() * 1000)
        if 0 <= red <= since + 60_000:
            found[number] = red
    return found or {1: since}


def read_clock(text: str) -> datetime | None:
    """Read a picture's own time, as digits (``20261118210633480``) or as ISO 8601; no zone."""
    if text.isdigit() and len(text) in (14, 17):
        text = f"{text[:8]}T{text[8:14]}.{text[14:].ljust(3, '0')}"
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def light_bar(case: Violation) -> list[Tick]:
    """Return the pictures along the seconds of red, the last one well inside the bar."""
    red = red_milliseconds(case, overviews(case))
    longest = max(red.values(), default=0)
    if not longest:
        return []
    ticks = sorted(red.items())
    following = [*(milliseconds for _number, milliseconds in ticks[1:]), longest * 2]
    return [
        Tick(
            number,
            _percent(milliseconds * 80, longest * 100),
            milliseconds,
            has_room=(after - milliseconds) * 5 > longest,
        )
        for (number, milliseconds), after in zip(ticks, following, strict=True)
    ]


def _pins(
    case: Violation, file: EvidenceFile, number: int, count: int, red_ms: int | None
) -> tuple[Pin, ...]:
    boxes = {box["kind"]: box for box in reversed(file.boxes)}
    kinds = [kind for kind in ORDER if kind in boxes]
    return tuple(
        Pin(
            position,
            kind,
            _frame(boxes[kind], file),
            *_beside(boxes[kind], file),
            *_meaning(case, kind, number, count, red_ms),
        )
        for position, kind in enumerate(kinds, start=1)
    )


def _beside(box: dict[str, float], file: EvidenceFile) -> tuple[str, int]:
    """Return where a disc stands: left of its frame, at the right where the left has no room."""
    frame = _frame(box, file)
    is_far_left = box["x"] < DISC_SHARE
    if box["kind"] == "line" or is_far_left:
        return frame.right, -DISC if box["x"] + box["w"] > 1 - DISC_SHARE else DISC
    return frame.x, -DISC


def _meaning(
    case: Violation, kind: str, number: int, count: int, red_ms: int | None
) -> tuple[str, str]:
    """Return name and meaning of a pin, no more than the device states."""
    if kind == "signal":
        if red_ms is None:
            return gettext("Traffic light"), ""
        title = gettext("The light had been red for %(seconds)s seconds")
        return title % {"seconds": in_seconds(red_ms)}, ""
    if kind == "line":
        return gettext("Stop line"), gettext("A vehicle stops before this line at a red light.")
    title = gettext("Vehicle %(plate)s") % {"plate": case.plate_display}
    if case.violation_type == "red_light" and count >= 3:
        words = {
            1: gettext("In this picture the vehicle has not crossed the line."),
            2: gettext("In this picture the vehicle crosses the line."),
            3: gettext("In this picture the vehicle has crossed the line."),
        }
        return title, words.get(number, "")
    return title, ""


def _alternative(case: Violation, number: int, count: int, red_ms: int | None) -> str:
    parts = [
        gettext("Picture %(number)d of %(count)d: vehicle %(plate)s")
        % {"number": number, "count": count, "plate": case.plate_display}
    ]
    if red_ms is not None:
        parts.append(gettext("red light for %(seconds)s seconds") % {"seconds": in_seconds(red_ms)})
    parts.append(gettext("other people and vehicles are blurred"))
    return ", ".join(parts)


def in_seconds(milliseconds: int) -> str:
    """Write milliseconds as seconds with one decimal, cut: never longer than was measured."""
    whole, tenth = divmod(milliseconds // 100, 10)
    return f"{whole},{tenth}"


def _frame(box: dict[str, float], file: EvidenceFile) -> Frame:
    """Return where a box (0..1 of the picture) stands on the stage."""
    across, down = file.width * STAGE[1], file.height * STAGE[0]
    widest = max(across, down)  # the side of the stage that the picture fills, in common units
    left, top = (1 - across / widest) / 2, (1 - down / widest) / 2
    x, y = left + box["x"] * across / widest, top + box["y"] * down / widest
    width, height = box["w"] * across / widest, box["h"] * down / widest
    return Frame(
        x=_percent(x),
        y=_percent(y),
        width=_percent(width),
        height=_percent(height),
        middle=_percent(y + height / 2),
        right=_percent(x + width),
    )


def _percent(share: float, of: float = 1) -> str:
    return f"{share / of * 100:.2f}%"
