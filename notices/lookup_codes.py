"""Look-up codes: the fourteen symbols on a paper that open its case to whoever holds the paper.

Thirteen symbols carry 65 secret bits, the fourteenth checks them over GF(32), so that every single
wrong symbol and every swap of two symbols is told apart from a wrong code before any database
work. The alphabet is Crockford's base 32, which leaves out I, L, O and U.

The code is derived from the paper's identifier under a secret key and is never stored: printing a
paper again gives the same code, and a stolen database holds only keyed digests.
"""

import hmac
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 14
_SECRET_SYMBOLS = LENGTH - 1
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DERIVATION = b"lookup-code/1:"  # another purpose under the same key would use another label
_KEY_BYTES = 32


@dataclass(frozen=True)
class CodeFault:
    """Say what is wrong with a typed code, before anybody asks the database.

    ``reason`` is ``length`` (not fourteen symbols), ``symbol`` (one that no code contains) or
    ``check`` (the symbols contradict each other: mistyped).
    """

    reason: Literal["length", "symbol", "check"]
    typed: int

    def __str__(self) -> str:
        if self.reason == "length":
            sentence = gettext("The code has 14 symbols; you entered %(typed)s.")
        elif self.reason == "symbol":
            sentence = gettext(
                "The code has only digits and letters, without I, L, O and U. "
                "Please compare it with the paper."
            )
        else:
            sentence = gettext("One symbol differs from the paper. Please compare the code again.")
        return str(sentence % {"typed": self.typed})


def derive_code(paper_id: UUID, key: bytes) -> str:
    """Derive the code of a paper: HMAC-SHA256 of its identifier, the first 65 bits, and the check.

    Raises ValueError when the key has fewer than 32 bytes, since the code is as secret as the key.
    """
    if len(key) < _KEY_BYTES:
        raise ValueError("The key of the look-up codes needs at least 32 bytes.")
    mac = hmac.digest(key, _DERIVATION + paper_id.bytes, "sha256")
    bits = int.from_bytes(mac, "big") >> (8 * len(mac) - 5 * _SECRET_SYMBOLS)
    values = [bits >> 5 * place & 31 for place in reversed(range(_SECRET_SYMBOLS))]
    return "".join(ALPHABET[value] for value in (*values, _check_value(values)))


def fold(text: str) -> str:
    """Read a typed code kindly: any case, spaces and hyphens, O for 0, I and L for 1."""
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = (symbol for symbol in plain if not symbol.isspace() and not _is_filler(symbol))
    return "".join(kept).translate(_READ_AS)


def check(text: str) -> str | CodeFault:
    """Return the folded code when its check symbol agrees, otherwise what is wrong with it."""
    code = fold(text)
    if len(code) != LENGTH:
        return CodeFault("length", len(code))
    if any(symbol not in _VALUE for symbol in code):
        return CodeFault("symbol", len(code))
    *values, stated = (_VALUE[symbol] for symbol in code)
    if _check_value(values) != stated:
        return CodeFault("check", len(code))
    return code


def check_symbol(symbols: str) -> str:
    """Return the symbol that checks the others; for any short code in this alphabet."""
    return ALPHABET[_check_value([_VALUE[symbol] for symbol in symbols])]


def digest(code: str, pepper: bytes) -> bytes:
    """Digest a checked code for storage and search: HMAC-SHA256 under the pepper, 32 bytes."""
    return hmac.new(pepper, code.encode("ascii"), sha256).digest()


def pretty(code: str) -> str:
    """Group a code for the eye, four, five and five symbols: ``MEQ2-ZY1B1-070AF``."""
    return f"{code[:4]}-{code[4:9]}-{code[9:]}"


def _is_filler(symbol: str) -> bool:
    """Tell dashes of any kind and invisible characters, which phones add when text is copied."""
    return unicodedata.category(symbol) in {"Pd", "Cf"} or symbol in "._−"


def _check_value(values: list[int]) -> int:
    """Sum αⁱ·xᵢ over GF(32), α = 2, polynomial x⁵ + x² + 1, places i = 1 to 13.

    No weight is 1 and no two are alike, so that a swap with the check symbol itself shows too.
    """
    total = 0
    for value in reversed(values):
        total = _times_two(total ^ value)
    return total


def _times_two(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value
