"""The typefaces of the papers, and the refusal of text they cannot print.

A glyph that is missing becomes an empty box, or is taken from whatever font the server happens to
have; neither may stand on a paper with legal effect. So text is checked against the very font
files the papers are set in, before anything is laid out.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
# JetBrains Mono is left out: it sets codes and hashes alone, which are plain ASCII.
TEXT_FACES = (
    "tinos/tinos-regular.ttf",
    "tinos/tinos-italic.ttf",
    "tinos/tinos-bold.ttf",
    "tinos/tinos-bold-italic.ttf",
    "be-vietnam-pro/be-vietnam-pro-regular.ttf",
    "be-vietnam-pro/be-vietnam-pro-bold.ttf",
)


class GlyphError(Exception):
    """A text holds a character that the papers cannot print."""


def printable(value: Any) -> Any:
    """Return a JSON value with all its text composed (NFC), ready to be laid out.

    Keyboards of some systems send "ế" as three characters; composed, it is one glyph. Raises
    GlyphError for control and direction characters, for marks that compose with nothing, and for
    characters without a glyph (pictographs, other scripts). The sentence names the character's
    code and not the text around it.
    """
    if isinstance(value, str):
        return _composed(value)
    if isinstance(value, Mapping):
        return {key: printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item) for item in value]
    return value


def _composed(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    for character in set(composed) - _characters():
        raise GlyphError(
            gettext(
                "The character U+%(code)s cannot be printed on a paper. "
                "Please write it in Latin letters."
            )
            % {"code": f"{ord(character):04X}"}
        )
    return composed


@cache
def _characters() -> frozenset[str]:
    """Collect the characters that every text face has, without marks and invisible ones."""
    tables = [
        set(TTFont(BytesIO((FONTS / face).read_bytes()), lazy=True).getBestCmap())
        for face in TEXT_FACES
    ]
    shared = map(chr, set.intersection(*tables))
    return frozenset(each for each in shared if unicodedata.category(each)[0] not in "CM")
