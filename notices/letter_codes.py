"""The code on a letter (mã trên thư): sixteen digits, drawn by lot, that check by themselves.

It says nothing of the person or the paper, and a misread digit or two swapped ones are noticed:
the last two digits are the check of ISO 7064 MOD 97-10, as in a bank account number.
"""

from __future__ import annotations

import secrets

LENGTH = 16
_PAYLOAD = 10 ** (LENGTH - 2)


def draw() -> str:
    """Return a new letter code."""
    return with_check(secrets.randbelow(_PAYLOAD))


def with_check(payload: int) -> str:
    """Return fourteen digits followed by their two check digits. ISO 7064 MOD 97-10"""
    return f"{payload:0{LENGTH - 2}d}{98 - payload * 100 % 97:02d}"


def checks(code: str) -> bool:
    """Tell whether a text is a letter code that was read right."""
    return len(code) == LENGTH and code.isascii() and code.isdigit() and int(code) % 97 == 1


def pretty(code: str) -> str:
    """Group a letter code by fours, as it is printed under the bars."""
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))
