"""Turn the raw values of a frozen context into the words that Vietnamese forms print.

The context keeps moments, days, sums and speeds raw, so that a paper can be checked by a machine
years later; these pure functions, which are also the filters of the paper templates, give them the
one wording of the forms (NĐ 30/2020, annex I: two-digit days, January and February with a zero).
Times in a context already carry Vietnam's offset; nothing here converts between zones.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.template import Library

from notices.amounts import ZeroTens, amount_in_words, format_vnd
from notices.form_versions import form_mark

register = Library()

NOT_KNOWN = "không có thông tin"
NONE = "không"


def day_words(day: str) -> str:
    """Write a day as ``16 tháng 10 năm 2026``; accepts a day or a moment in ISO 8601."""
    found = date.fromisoformat(day[:10])
    month = f"{found.month:02}" if found.month < 3 else str(found.month)
    return f"{found.day:02} tháng {month} năm {found.year}"


def day_figures(day: str) -> str:
    """Write a day as ``16/10/2026``; accepts a day or a moment in ISO 8601."""
    return date.fromisoformat(day[:10]).strftime("%d/%m/%Y")


def hour_words(moment: str) -> str:
    """Write an appointed or minuted time as ``08 giờ 00 phút, ngày 27 tháng 10 năm 2026``."""
    at = datetime.fromisoformat(moment)
    return f"{at:%H} giờ {at:%M} phút, ngày {day_words(moment)}"


def instant_words(moment: str) -> str:
    """Write the time of an act to the second: ``17 giờ 42 phút 08 giây, ngày 12 tháng 10 …``."""
    at = datetime.fromisoformat(moment)
    return f"{at:%H} giờ {at:%M} phút {at:%S} giây, ngày {day_words(moment)}"


def clock(moment: str) -> str:
    """Write the time of a picture to the millisecond: ``17:42:08,120``."""
    at = datetime.fromisoformat(moment)
    return f"{at:%H:%M:%S},{at.microsecond // 1000:03}"


def stamp_time(moment: str) -> str:
    """Write day and time to the second in figures: ``16/10/2026 08:12:40``."""
    return f"{day_figures(moment)} {datetime.fromisoformat(moment):%H:%M:%S}"


def seconds(milliseconds: int) -> str:
    """Write a duration as ``2,4 giây``, cut and not rounded: never more than was measured."""
    return f"{milliseconds // 1000},{milliseconds % 1000 // 100} giây"


def speed(tenths: int) -> str:
    """Write a speed given in tenths of km/h: ``92,2 km/h``, whole numbers without a decimal."""
    whole, rest = divmod(tenths, 10)
    return f"{whole},{rest} km/h" if rest else f"{whole} km/h"


def byte_size(count: int) -> str:
    """Write the exact size of a file: ``1.204.512 byte``."""
    return format_vnd(count, unit="byte")


def measurement(found: dict[str, Any]) -> str:
    """Say what the device measured; for speeds both the reading and what is held against.

    The permitted error of the meter is subtracted in the driver's favour and both figures are
    shown (ĐLVN 157).
    """
    if found["kind"] == "red_light":
        since = seconds(found["red_since_ms"])
        return f"đèn tín hiệu đã chuyển sang màu đỏ được {since} khi xe còn trước vạch dừng"
    return (
        f"tốc độ đo được {speed(found['measured_tenths'])}, "
        f"trừ sai số cho phép {speed(found['tolerance_tenths'])} "
        f"còn {speed(found['counted_tenths'])}; "
        f"tốc độ tối đa cho phép {speed(found['limit_tenths'])}"
    )


def listed(parts: Sequence[str]) -> str:
    """Join statements with semicolons; an empty list is the word "không"."""
    return "; ".join(parts) or NONE


def or_none(text: str | None) -> str:
    """Print "không" where the form asks and there is nothing to report."""
    return text or NONE


def or_unknown(text: str | None) -> str:
    """Print "không có thông tin" where the form asks for a particular nobody gave."""
    return text or NOT_KNOWN


def day_or_unknown(day: str | None) -> str:
    """Print a day in figures, or "không có thông tin"."""
    return day_figures(day) if day else NOT_KNOWN


def or_person(honorific: str | None) -> str:
    """Address a person whose honorific nobody gave as "ông/bà"."""
    return honorific or "ông/bà"


def distance(amount: int) -> int:
    """Return a balance without its sign; the line's own words say which way it points."""
    return abs(amount)


def minus(number: int, other: int) -> int:
    """Subtract; a form names what was taken, a context holds what was there before and after."""
    return number - other


def spelled(vnd: int, zero_tens: ZeroTens) -> str:
    """Spell a sum; ``zero_tens`` is part of the context, so a paper never changes its words."""
    return amount_in_words(vnd, zero_tens=zero_tens)


def two_digits(number: int) -> str:
    """Write a small count the way forms do: ``02``."""
    return f"{number:02}"


def capitalised(text: str) -> str:
    """Begin with a capital letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def hash_lines(sha256: str) -> str:
    """Part a SHA-256 into groups of sixteen, which a person can compare with a finger."""
    return " ".join(sha256[place : place + 16] for place in range(0, len(sha256), 16))


def lists_hash(text: str) -> bool:
    """Tell whether a line is a file's name with its hash, which is set as figures, not as prose."""
    return re.search(r"(?: [0-9a-f]{16}){4}$", text) is not None


def without_marks(text: str) -> str:
    """Write Vietnamese in plain ASCII letters, as interbank messages need it."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return plain.encode("ascii", "ignore").decode()


def transfer_note(number: str, issued_on: str) -> str:
    """Return the text a payer writes: ``Nop phat VPHC QD 0187/QD-XPHC ngay 06/11/2026``.

    A transfer must say that it pays a fine and name the decision (TT 18/2023/TT-BTC).
    """
    return f"Nop phat VPHC QD {without_marks(number)} ngay {day_figures(issued_on)}"


register.filter("vnd", format_vnd)
register.filter("vnd_words", spelled)
for _filter in (
    day_words,
    day_figures,
    hour_words,
    instant_words,
    clock,
    stamp_time,
    seconds,
    speed,
    byte_size,
    measurement,
    listed,
    or_none,
    or_unknown,
    day_or_unknown,
    or_person,
    two_digits,
    minus,
    form_mark,
    distance,
    capitalised,
    hash_lines,
    lists_hash,
    transfer_note,
):
    register.filter(_filter.__name__, _filter)
