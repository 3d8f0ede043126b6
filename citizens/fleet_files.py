"""Read a fleet's file: plate, period, driver. Pure: bytes in, rows and faults out.

UTF-8 with or without a mark, ``;``, ``,`` or a tab between, days as 31/12/2026 or 2026-12-31. What
a spreadsheet would run (``=cmd``) is refused, because an officer may open these texts in one.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from cameras.plates import read_plate
from citizens.contacts import ContactRefused, plain_email, plain_phone

LARGEST_FILE = 1_000_000  # bytes
MOST_ROWS = 2_000
MOST_FAULTS = 50
DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y")
#: The heading of a column, folded, to our name for it.
HEADINGS = {
    "bien so": "plate", "plate": "plate",
    "tu ngay": "from_on", "from": "from_on",
    "den ngay": "until_on", "until": "until_on", "to": "until_on",
    "nguoi lai": "full_name", "ho ten": "full_name", "ho va ten": "full_name",
    "driver": "full_name", "name": "full_name",
    "dia chi": "address", "address": "address",
    "email": "email", "e-mail": "email",
    "dien thoai": "phone", "phone": "phone",
}  # fmt: skip
NEEDED = ("plate", "from_on", "until_on", "full_name")
RUNS_IN_A_SPREADSHEET = ("=", "+", "-", "@")


class FileRefused(ValueError):
    """The file as a whole cannot be read; the sentence says why."""


class RowRefused(ValueError):
    """One line cannot be read; the sentence says why."""


@dataclass(frozen=True)
class Row:
    """One line that was read right."""

    line: int
    plate: str
    from_on: date
    until_on: date
    full_name: str
    address: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Fault:
    """One line that was not, and why."""

    line: int
    sentence: str


@dataclass(frozen=True)
class Reading:
    """What a file holds."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read(data: bytes) -> Reading:
    """Read a whole file. Raises FileRefused for what is no such file; faults name their line."""
    if len(data) > LARGEST_FILE:
        raise FileRefused(gettext("The file is larger than 1 MB. Send fewer lines at a time."))
    if b"\x00" in data:
        raise FileRefused(gettext("This is no text file. Save the sheet as CSV (UTF-8)."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(
            gettext("The letters are not UTF-8. Save the sheet as “CSV UTF-8”.")
        ) from None
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        columns = _columns(next(lines, []))
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) + len(faults) >= MOST_ROWS:
                raise FileRefused(
                    gettext("The file has more than 2.000 lines. Send them in parts.")
                )
            try:
                rows.append(_row(lines.line_num, columns, cells))
            except (RowRefused, ContactRefused) as fault:
                faults.append(Fault(lines.line_num, str(fault)))
    except csv.Error:
        raise FileRefused(
            gettext("The quotation marks of line %(line)s do not match.") % {"line": lines.line_num}
        ) from None
    if not rows and not faults:
        raise FileRefused(gettext("The file holds no line below its heading."))
    return Reading(tuple(rows), tuple(faults[:MOST_FAULTS]))


def _columns(heading: list[str]) -> list[str]:
    names = [HEADINGS.get(_folded(cell), "") for cell in heading]
    missing = [name for name in NEEDED if name not in names]
    if missing or len([name for name in names if name]) != len({name for name in names if name}):
        raise FileRefused(
            gettext(
                "The first line names the columns: bien_so; tu_ngay; den_ngay; ho_ten; dia_chi; "
                "email; dien_thoai."
            )
        )
    return names


def _row(line: int, columns: list[str], cells: list[str]) -> Row:
    found = {
        name: unicodedata.normalize("NFC", cell).strip()
        for name, cell in zip(columns, cells, strict=False)
        if name
    }
    return row_of(line, found)


def row_of(line: int, found: Mapping[str, str]) -> Row:
    """Check one vehicle with its days and driver, by our names of the columns. Raises RowRefused.

    A contact that is none raises ContactRefused.
    """
    for name, cell in found.items():
        # A number written +84… is one; its plain form is checked below.
        if cell.startswith(RUNS_IN_A_SPREADSHEET) and name != "phone":
            raise RowRefused(gettext("A cell begins with %(sign)s.") % {"sign": cell[0]})
        if not cell.isprintable():
            raise RowRefused(gettext("A cell holds signs that cannot be printed."))
    reading = read_plate(found.get("plate", "")[:30])
    if reading.confidence == "invalid" or not reading.normalised:
        raise RowRefused(gettext("The plate is not one."))
    from_on, until_on = _day(found.get("from_on", "")), _day(found.get("until_on", ""))
    if until_on < from_on:
        raise RowRefused(gettext("The period ends before it begins."))
    name, address = found.get("full_name", ""), found.get("address", "")
    if not 2 <= len(name) <= 120 or len(address) > 300:
        raise RowRefused(gettext("The name is missing, or name or address is too long."))
    email, phone = plain_email(found.get("email", "")), plain_phone(found.get("phone", ""))
    if not (email or phone or address):
        raise RowRefused(gettext("The driver has no e-mail, mobile number or address."))
    return Row(line, reading.normalised, from_on, until_on, name, address, email, phone)


def _day(text: str) -> date:
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            continue
    raise RowRefused(gettext("A day is written 31/12/2026 or 2026-12-31."))


def _folded(text: str) -> str:
    """Return a heading without accents, capitals and underscores: ``Biển_số`` → ``bien so``."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "d").casefold())
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(kept.replace("_", " ").split())
