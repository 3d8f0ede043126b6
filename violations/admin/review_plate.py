"""The plate under review: characters the machine doubts, and what an officer typed instead."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext

from cameras.plates import read_plate
from violations import plate_confidence
from violations.guards import Refused
from violations.models import Violation

DOUBTED_BELOW = 900  # per mille
TYPED_AS = {"Â": "AA", "Ă": "AW", "Ê": "EE", "Ô": "OO", "Ơ": "OW", "Ư": "UW", "Đ": "DD"}


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
    return plate_confidence.of(case)


def read_typed(text: str, case: Violation, plate_colour: str) -> str:
    """Return the plate an officer typed, normalised.

    A Vietnamese input method may have folded doubled letters (``29AA`` → ``29Â``): the fold is
    undone where only one of the two is a plate, and nothing is guessed where both are. Nothing
    else is ever changed. Raises Refused with what is wrong.
    """
    typed = unicodedata.normalize("NFC", text).strip().upper()
    if not typed:
        raise Refused(gettext("Type the plate as it stands in the picture."))
    readings = [
        read_plate(candidate, vehicle_class=case.vehicle_class, plate_colour=plate_colour)
        for candidate in dict.fromkeys((typed, _unfolded(typed)))
    ]
    usable = [reading for reading in readings if reading.confidence in ("sure", "ambiguous")]
    if len(usable) > 1:
        raise Refused(
            gettext(
                "Your keyboard may have joined two letters. Switch the accents off, type again."
            )
        )
    if usable:
        return usable[0].normalised
    if re.search(r"[^0-9A-ZĐ.\-\s]", typed):
        raise Refused(
            gettext("A plate holds only digits and the letters A–Z and Đ. Switch the accents off.")
        )
    raise Refused(gettext(readings[0].reason))


def _unfolded(typed: str) -> str:
    return "".join(TYPED_AS.get(char, char) for char in typed)
