"""What an officer typed instead of the plate the machine read."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext

from cameras.plates import read_plate
from violations.guards import Refused
from violations.models import Violation

TYPED_AS = {"Â": "AA", "Ă": "AW", "Ê": "EE", "Ô": "OO", "Ơ": "OW", "Ư": "UW", "Đ": "DD"}


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
