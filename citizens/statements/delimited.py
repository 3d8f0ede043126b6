"""Read the CSV that banks' pages give out: Vietnamese headings, days first, dots in thousands.

It names neither its account nor its opening balance; the first is said by who reads it in, the
second follows from the running balance, which must agree on every line.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime

from citizens.statements.reading import (
    MOST_LINES,
    Line,
    Statement,
    Unreadable,
    clean,
    folded,
)

COLUMNS = {
    "booked": ("NGAYGD", "NGAYGIAODICH", "DATE", "BOOKINGDATE"),
    "value": ("NGAYHIEULUC", "VALUEDATE"),
    "reference": ("SOCT", "SOCHUNGTU", "MAGIAODICH", "REFERENCE"),
    "out": ("GHINO", "NO", "DEBIT"),
    "in": ("GHICO", "CO", "CREDIT"),
    "balance": ("SODU", "BALANCE"),
    "text": ("NOIDUNG", "DIENGIAI", "DESCRIPTION"),
    "name": ("TENDOIUNG", "TENTKDOIUNG", "COUNTERPARTY"),
}
NEEDED = ("booked", "reference", "out", "in", "balance", "text")
_SUM = re.compile(r"\d{1,3}(?:[.,]\d{3})*|\d+")
_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})(?: \d{2}:\d{2}(?::\d{2})?)?")


def read(content: bytes, *, account: str) -> Statement:
    """Return the statement of the file. Raises Unreadable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("not_a_statement") from None
    first = text.partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Unreadable("not_a_statement") from None
    if not rows or len(rows) > MOST_LINES + 1:
        raise Unreadable("too_many_lines" if rows else "not_a_statement")
    places = _places(rows[0])
    lines: list[Line] = []
    opening = closing = 0
    for row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue
        line, balance = _line(row, places)
        if not lines:
            opening = closing = balance - line.amount_vnd
        closing += line.amount_vnd
        if closing != balance:
            raise Unreadable("does_not_add_up")
        lines.append(line)
    if not lines:
        raise Unreadable("no_lines")
    return Statement(
        format="csv",
        account=account,
        statement_id="",
        opening_vnd=opening,
        closing_vnd=closing,
        from_on=min(line.booked_on for line in lines),
        until_on=max(line.booked_on for line in lines),
        lines=tuple(lines),
    )


def _places(headings: list[str]) -> dict[str, int]:
    """Return where each column stands. Raises Unreadable when one is missing."""
    known = {folded(heading): place for place, heading in enumerate(headings)}
    places = {
        name: known[spelling]
        for name, spellings in COLUMNS.items()
        for spelling in reversed(spellings)
        if spelling in known
    }
    if any(name not in places for name in NEEDED):
        raise Unreadable("not_a_statement")
    return places


def _line(row: list[str], places: dict[str, int]) -> tuple[Line, int]:
    def cell(name: str) -> str:
        place = places.get(name)
        return row[place].strip() if place is not None and place < len(row) else ""

    amount_in, amount_out = _sum(cell("in")), _sum(cell("out"))
    if (amount_in > 0) == (amount_out > 0):
        raise Unreadable("bad_amount")
    booked = _date(cell("booked"))
    return Line(
        booked_on=booked,
        value_on=_date(cell("value")) if cell("value") else booked,
        amount_vnd=amount_in - amount_out,
        bank_reference=clean(cell("reference"), 60),
        text=clean(cell("text"), 500),
        counterparty=clean(cell("name"), 160),
    ), _sum(cell("balance"))


def _sum(text: str) -> int:
    """Read ``5.000.000``; a decimal part is no đồng."""
    if not text:
        return 0
    if not _SUM.fullmatch(text):
        raise Unreadable("bad_amount")
    return int(re.sub("[.,]", "", text))


def _date(text: str) -> date:
    found = _DAY.fullmatch(text)
    if found is None:
        raise Unreadable("bad_date")
    try:
        return datetime(int(found[3]), int(found[2]), int(found[1])).date()  # noqa: DTZ001
    except ValueError:
        raise Unreadable("bad_date") from None
