"""The keys of the review page: the given ones, an officer's own, and what no key may be.

A key is named by the character printed on it; the page goes by its place (``event.code``), which
input methods leave alone. What Telex and VNI swallow can be the key of nothing: vowels, tone
letters and square brackets lose presses while an input method is on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from violations.guards import Refused
from violations.models import Officer, ReviewPreference

# The order of the page on which they are changed: pictures, case, other work.
GIVEN: dict[str, str] = {
    "plate": "B",
    "vehicle": "V",
    "signal": "L",
    "tone": "T",
    "panes": "C",
    "blink": "M",
    "correct": "P",
    "note": "N",
    "doubt": "H",
    "later": "K",
    "history": "Q",
    "similar": "G",
}
LABELS = {
    "plate": gettext_lazy("go to the plate"),
    "vehicle": gettext_lazy("go to the vehicle"),
    "signal": gettext_lazy("go to the light"),
    "tone": gettext_lazy("tone of the pictures"),
    "panes": gettext_lazy("one picture or two"),
    "blink": gettext_lazy("hold: the other picture in the same place"),
    "correct": gettext_lazy("correct the plate, Enter checks it"),
    "note": gettext_lazy("note, Ctrl+Enter saves reason 9"),
    "doubt": gettext_lazy("verify, and another officer looks too"),
    "later": gettext_lazy("put the case off"),
    "history": gettext_lazy("what I decided, withdraw"),
    "similar": gettext_lazy("other cases of this plate"),
}
MARKS = {",": "Comma", ".": "Period", ";": "Semicolon"}
FREE = frozenset("BCGHKLMNPQTV") | frozenset(MARKS)
SWALLOWED = frozenset("AEIOUY") | frozenset("SFRXJZWD") | frozenset("[]")
RESERVED = frozenset("0123456789+-=/? ")


def own_keys(asked: Mapping[str, Any]) -> dict[str, str]:
    """Read the keys an officer sets; an empty one leaves its act without a key.

    Returns what differs from the given keys, by act. Raises Refused with a sentence for each key
    that cannot be: swallowed by an input method, reserved, unknown, or set for two acts.
    """
    refused: list[str] = []
    chosen: dict[str, str] = {}
    for act, given in GIVEN.items():
        typed = str(asked.get(act, given)).strip().upper()
        chosen[act] = typed
        if typed and typed not in FREE:
            refused.append(_why_not(typed))
    holders: dict[str, list[str]] = {}
    for act, key in chosen.items():
        if key in FREE:
            holders.setdefault(key, []).append(str(LABELS[act]))
    refused += [
        gettext("The key %(key)s is set for more than one act: %(acts)s.")
        % {"key": key, "acts": "; ".join(labels)}
        for key, labels in holders.items()
        if len(labels) > 1
    ]
    if refused:
        raise Refused(list(dict.fromkeys(refused)))
    return {act: key for act, key in chosen.items() if key != GIVEN[act]}


def _why_not(typed: str) -> str:
    if typed in SWALLOWED:
        words = gettext("Telex or VNI swallows the key %(key)s. Choose another: %(free)s.")
    elif typed in RESERVED:
        words = gettext("The key %(key)s has a fixed meaning here. Choose another: %(free)s.")
    else:
        words = gettext("“%(key)s” is no key of this page. Choose one of: %(free)s.")
    return words % {"key": typed[:8], "free": " ".join(sorted(FREE, key=_letters_first))}


def _letters_first(key: str) -> tuple[bool, str]:
    return (not key.isalpha(), key)


def printed(own: Mapping[str, str]) -> dict[str, str]:
    """Return the character on the key of each act; "" for an act without one."""
    return {act: own.get(act, given) for act, given in GIVEN.items()}


def places(own: Mapping[str, str]) -> dict[str, str]:
    """Return the acts by the place of their key, as ``event.code`` names it."""
    return {MARKS.get(key, f"Key{key}"): act for act, key in printed(own).items() if key in FREE}


def preference_of(officer: Officer | None) -> ReviewPreference:
    """Return how this officer works; who has never said anything works with the given keys."""
    found = ReviewPreference.objects.filter(officer=officer).first() if officer else None
    return found or ReviewPreference(officer=officer, keymap={})
