"""The characters of a plate that the camera's own reader doubts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from violations.models import Violation

DOUBTED_BELOW = 900  # per mille


@dataclass(frozen=True)
class Character:
    """One character as shown; ``place`` counts letters and digits from one."""

    text: str
    place: int
    is_doubted: bool
    confidence: int | None

    @property
    def percent(self) -> int | None:
        """Return the confidence in whole per cent, rounded down."""
        return None if self.confidence is None else self.confidence // 10


def characters(display: str, confidences: list[int]) -> list[Character]:
    """Join a plate as written with the machine's confidence in each letter and digit, per mille.

    When the two do not have the same length nothing is known of single characters.
    """
    letters = sum(char.isalnum() for char in display)
    known: list[int | None] = list(confidences) if len(confidences) == letters else [None] * letters
    found, place = [], 0
    for char in display:
        if not char.isalnum():
            found.append(Character(char, 0, False, None))
            continue
        confidence = known[place]
        place += 1
        doubted = confidence is not None and confidence < DOUBTED_BELOW
        found.append(Character(char, place, doubted, confidence))
    return found


def confidences_of(case: Violation) -> list[int]:
    """Return the machine's confidence in each character, per mille, as the device claimed it."""
    plate: Any = case.detection.canonical.get("plate") or {}
    values = plate.get("char_confidence") or []
    return [round(value * 1000) if value <= 1 else round(value) for value in values]


def doubted_places(case: Violation) -> list[int]:
    """Return the places, from one, of the characters the camera's reader doubts."""
    shown = characters(case.plate_display, confidences_of(case))
    return [letter.place for letter in shown if letter.is_doubted]
