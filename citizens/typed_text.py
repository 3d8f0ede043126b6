"""Text from outside, made plain before anything else reads it: composed, visible, in order.

Signs that turn the direction of writing, have no width or mean something to a terminal can make a
text look like another one; no Vietnamese word needs them, so they are left out and nobody is blamed
for what a keyboard or a web page slipped in.
"""

from __future__ import annotations

import re
import unicodedata

MOST_MARKS = 2  # on one letter, after composition: no language written here stacks more
_KEPT = frozenset("\n\t")


def plain_text(typed: str) -> str:
    """Return a text of several lines: NFC, visible signs alone, no more than one empty line."""
    composed = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n"))
    visible = "".join(
        sign
        for sign in composed
        if sign in _KEPT or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in _unstacked(visible).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def plain_line(typed: str) -> str:
    """Return a text of one line, such as a name."""
    return re.sub(r"\s+", " ", plain_text(typed)).strip()


def _unstacked(text: str) -> str:
    """Leave out the marks that are piled upon a letter beyond what any writing does."""
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)
