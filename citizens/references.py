"""Our reference of one attempt to pay: what alone survives from a payer's bank to the statement.

``NP`` and ten symbols, the last of which checks the others: a reference with one wrong symbol, or
with two swapped, is never taken for another one. Banks fold its case, drop its hyphens and write
what they like around it, so it is looked for in the folded text.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from citizens.statements.reading import folded
from notices.lookup_codes import ALPHABET, check_symbol

PREFIX = "NP"
_SYMBOLS = 10
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new() -> str:
    """Return a new reference, such as ``NP-7C41K-0932M``: 45 random bits and their check."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(_SYMBOLS - 1))
    return pretty(symbols + check_symbol(symbols))


def pretty(symbols: str) -> str:
    """Write the ten symbols as a reference is printed and stored."""
    return f"{PREFIX}-{symbols[:5]}-{symbols[5:]}"


def compact(reference: str) -> str:
    """Write a reference without hyphens, as a transfer carries it."""
    return reference.replace("-", "")


def found_in(text: str) -> Iterator[str]:
    """Yield every reference with a true check symbol in a text of a bank, as it is stored."""
    plain = folded(text)
    seen = set()
    start = plain.find(PREFIX)
    while start >= 0:
        symbols = plain[start + len(PREFIX) :][:_SYMBOLS].translate(_READ_AS)
        if (
            len(symbols) == _SYMBOLS
            and all(symbol in ALPHABET for symbol in symbols)
            and check_symbol(symbols[:-1]) == symbols[-1]
            and symbols not in seen
        ):
            seen.add(symbols)
            yield pretty(symbols)
        start = plain.find(PREFIX, start + 1)
