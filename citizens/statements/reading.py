"""What every statement becomes, whatever its format; and which reader a file is given to.

Pure: bytes in, rows out. A statement that does not add up is refused as a whole. Amounts are whole
đồng, money in above zero.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date

LARGEST_FILE = 5 * 1024 * 1024  # bytes; a year of a busy account is under one
MOST_LINES = 20_000
MOST_VND = 10**15


class Unreadable(Exception):
    """The file is no statement, or not one that can be trusted; says what is wrong, in English.

    ``code`` names the fault for the page; no text of the file is in the message.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Line:
    """One booked movement: ``amount_vnd`` above zero is money in."""

    booked_on: date
    value_on: date
    amount_vnd: int
    bank_reference: str = ""
    text: str = ""
    counterparty: str = ""
    key: str = ""


@dataclass(frozen=True)
class Statement:
    """A statement of one account over some days, with the balances it opens and closes with."""

    format: str
    account: str
    statement_id: str
    opening_vnd: int
    closing_vnd: int
    from_on: date
    until_on: date
    lines: tuple[Line, ...]


def read(content: bytes, *, account: str = "") -> list[Statement]:
    """Read a file of any of the three formats. Raises Unreadable.

    ``account`` is given with a CSV, which does not name its own.
    """
    if len(content) > LARGEST_FILE:
        raise Unreadable("too_large")
    if b"\x00" in content:
        raise Unreadable("not_a_statement")
    from citizens.statements import camt, delimited, swift

    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
    if start.startswith(b"<"):
        found = camt.read(content)
    elif start.startswith((b":20:", b"{1:", b"{4:")):
        found = [swift.read(content)]
    else:
        found = [delimited.read(content, account=account)]
    return [_checked(statement) for statement in found]


def _checked(statement: Statement) -> Statement:
    """Insist that the statement adds up, and give each line the key it is known again by."""
    if len(statement.lines) > MOST_LINES:
        raise Unreadable("too_many_lines")
    if not statement.account:
        raise Unreadable("no_account")
    if any(not 0 < abs(line.amount_vnd) < MOST_VND for line in statement.lines):
        raise Unreadable("bad_amount")
    moved = sum(line.amount_vnd for line in statement.lines)
    if statement.opening_vnd + moved != statement.closing_vnd:
        raise Unreadable("does_not_add_up")
    return replace(statement, lines=tuple(_keyed(statement)))


def _keyed(statement: Statement) -> list[Line]:
    """Key each line by what every format tells alike, and by how many of its kind came before.

    The bank's number tells two equal transfers apart; where there is none, the text has to.
    """
    seen: dict[tuple[str, ...], int] = {}
    keyed = []
    for line in statement.lines:
        told = line.bank_reference or folded(line.text)
        kind = (folded(statement.account), line.booked_on.isoformat(), str(line.amount_vnd), told)
        seen[kind] = seen.get(kind, 0) + 1
        digest = hashlib.sha256("\x1f".join((*kind, str(seen[kind]))).encode()).hexdigest()
        keyed.append(replace(line, key=digest))
    return keyed


def clean(text: str, longest: int) -> str:
    """Return text of a bank on one line, without control characters, in NFC."""
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(
        " " if symbol.isspace() else symbol
        for symbol in plain
        if symbol.isspace() or unicodedata.category(symbol)[0] != "C"
    )
    return re.sub(" {2,}", " ", kept).strip()[:longest]


def folded(text: str) -> str:
    """Fold a text for comparison: capitals without marks, spaces and punctuation; Đ becomes D."""
    plain = unicodedata.normalize("NFD", text.upper().replace("Đ", "D"))
    return "".join(symbol for symbol in plain if symbol.isascii() and symbol.isalnum())


def whole_dong(text: str) -> int:
    """Read an amount of a machine format: digits, and a decimal part that must be nought."""
    whole, _, part = text.strip().replace(",", ".").partition(".")
    if not (whole.isascii() and whole.isdigit()) or part.strip("0"):
        raise Unreadable("bad_amount")
    return int(whole)
