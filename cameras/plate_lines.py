"""Find a Vietnamese plate among the lines of text a reading engine saw in a picture.

A short plate has two lines, which an engine gives apart; around it stand brand words, phone
numbers and the camera's own overlay. Lines are tried alone and in pairs that stand one above the
other, and the grammar of plates decides; nothing is repaired. Pure.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cameras.plates import PlateReading, read_plate

#: Lines below this are noise; the engine's scores of plates lie above 0.9.
LEAST_SCORE = 0.5
#: The lower line begins at most so many heights of the upper one below it.
MOST_GAP = 0.8
#: So much of the narrower line must lie under the wider one.
LEAST_OVERLAP = 0.4
LONGEST_LETTERS_ALONE = 2
MOST_LINES = 40


@dataclass(frozen=True)
class TextLine:
    """A line of text with its score (0..1) and its box in pixels of the picture read."""

    text: str
    score: float
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """Return the height of the line, which grows with the nearness of the vehicle."""
        return self.bottom - self.top


#: What reads a picture: bytes of a JPEG we have encoded ourselves in, lines out.
Engine = Callable[[bytes], list[TextLine]]


@dataclass(frozen=True)
class FoundPlate:
    """A plate as it was read; ``score`` is that of its weakest line, per mille."""

    text: str
    reading: PlateReading
    score: int
    size: float


def find_plate(lines: Iterable[TextLine]) -> FoundPlate | None:
    """Return the plate of the nearest vehicle (the tallest letters), or None when none is valid."""
    usable = sorted(filter(_may_be_of_a_plate, lines), key=lambda line: line.top)[:MOST_LINES]
    found = [plate for line in usable if (plate := _plate_of(line))]
    found += [
        plate
        for upper in usable
        for lower in usable
        if _stands_under(upper, lower) and (plate := _plate_of(upper, lower))
    ]
    return max(found, key=lambda plate: (plate.size, plate.score), default=None)


def as_text(lines: Iterable[TextLine]) -> str:
    """Return what may be of a plate, from top to bottom: for a reading that is none."""
    usable = sorted(filter(_may_be_of_a_plate, lines), key=lambda line: line.top)
    return " ".join(line.text.strip() for line in usable)


def _may_be_of_a_plate(line: TextLine) -> bool:
    """Leave out noise and brand words: but for the two letters of an army plate, digits count."""
    text = line.text.strip()
    has_digit = any(char.isdigit() for char in text)
    return (
        line.score >= LEAST_SCORE
        and bool(text)
        and (has_digit or len(text) <= LONGEST_LETTERS_ALONE)
    )


def _stands_under(upper: TextLine, lower: TextLine) -> bool:
    if upper is lower or lower.top <= upper.top:
        return False
    overlap = min(upper.right, lower.right) - max(upper.left, lower.left)
    narrower = min(upper.right - upper.left, lower.right - lower.left)
    gap = lower.top - upper.bottom
    return overlap >= LEAST_OVERLAP * narrower and gap <= MOST_GAP * upper.height


def _plate_of(*lines: TextLine) -> FoundPlate | None:
    text = " ".join(line.text.strip() for line in lines)
    # Engines write 88A/118.86 for the gap between two lines; no plate has a slash.
    reading = read_plate(text.replace("/", " "))
    if reading.kind == "unknown":
        return None
    score = min(1000, max(0, int(min(line.score for line in lines) * 1000)))
    return FoundPlate(text, reading, score, max(line.height for line in lines))
