"""Presses as browsers report them while a Vietnamese input method is on, and what the page takes.

Three ways of reporting occur. Windows and IBus hand the method's presses over as keyCode 229 with
key "Process" or as composition; macOS composes; UniKey by hooks lets the first letter pass as
itself, then sends a backspace and the new letter as a packet without a place (``code`` empty).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Press:
    """One event of the keyboard, with what the page can know of it."""

    kind: str
    key: str
    code: str
    keyCode: int
    isComposing: bool = False
    repeat: bool = False

    def as_event(self) -> dict[str, object]:
        """Return the event as the browser's constructor wants it."""
        return asdict(self)


def plain(character: str) -> Press:
    """Return a press that passes by the input method."""
    code = f"Digit{character}" if character.isdigit() else f"Key{character.upper()}"
    return Press("keydown", character, code, ord(character.upper()))


def swallowed(character: str) -> Press:
    """Return a press the method keeps, as Windows and IBus report it."""
    return Press("keydown", "Process", plain(character).code, 229)


def composing(character: str) -> Press:
    """Return a press within a composition, as macOS reports it."""
    return Press("keydown", character, plain(character).code, plain(character).keyCode, True)


def packet(character: str) -> Press:
    """Return the made letter as a hook sends it: without a place."""
    return Press("keydown", character, "", 231)


BACKSPACE = Press("keydown", "Backspace", "Backspace", 8)
Case = tuple[str, list[Press], list[bool]]

# Letters a method waits for: doubled for a hat or bar, tone letters, w for horn and breve.
TELEX = ["aa", "ee", "oo", "dd", "aw", "ow", "uw", "as", "af", "ar", "ax", "aj", "az", "ww"]
SIMPLE_TELEX = [*TELEX[:-1], "w"]  # a lone w stays a w
VNI_MARKS = "123456789"  # after a vowel: five tones, hat, horn, breve, bar
OURS = "bvltcmpnkhg"


def _none(presses: list[Press]) -> list[bool]:
    return [False] * len(presses)


def _method(name: str, pairs: list[str]) -> list[Case]:
    found: list[Case] = []
    for pair in pairs:
        kept = [swallowed(letter) for letter in pair]
        within = [composing(letter) for letter in pair]
        hooked = [*map(plain, pair[:1]), BACKSPACE, packet("â")]
        found.append((f"{name} {pair}, kept by the method", kept, _none(kept)))
        found.append((f"{name} {pair}, in a composition", within, _none(within)))
        found.append((f"{name} {pair}, made by a hook", hooked, _none(hooked)))
    return found


def _vni() -> list[Case]:
    found: list[Case] = []
    for mark in VNI_MARKS:
        presses = [plain("a"), swallowed(mark)]
        found.append((f"VNI a{mark}, the digit kept by the method", presses, _none(presses)))
        presses = [composing("a"), composing(mark)]
        found.append((f"VNI a{mark}, in a composition", presses, _none(presses)))
        presses = [plain("a"), BACKSPACE, packet("á")]
        found.append((f"VNI a{mark}, made by a hook", presses, _none(presses)))
    return found


ENTER = Press("keydown", "Enter", "Enter", 13)
CASES: list[Case] = [
    *_method("Telex", TELEX),
    *_method("Simple Telex", SIMPLE_TELEX),
    *_vni(),
    *[(f"{letter} passes by every method", [plain(letter)], [True]) for letter in OURS],
    ("a digit alone passes by VNI", [plain("2")], [True]),
    ("Enter that ends a composition", [composing("\r")], [False]),
    ("Enter kept by the method", [Press("keydown", "Process", "Enter", 229)], [False]),
    ("Enter with keyCode 229 and its own name", [Press("keydown", "Enter", "Enter", 229)], [False]),
    ("Enter in a composition", [Press("keydown", "Enter", "Enter", 13, True)], [False]),
    ("Enter without a place", [Press("keydown", "Enter", "", 13)], [False]),
    ("brackets of Telex", [Press("keydown", "[", "BracketLeft", 219)], [False]),
    ("Backspace", [BACKSPACE], [False]),
    ("a vowel in capitals", [plain("A"), plain("E")], [False, False]),
    ("Enter alone", [ENTER], [True]),
]
