"""The sentences of the conformance report, in Vietnamese and English. Pure.

Nothing of an event is repeated but figures, closed words and hashes: a plate in the wrong field
must not reach a log.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from cameras.adapters.event_schema import SHA256, UUID
from cameras.adapters.json_shapes import Fault, Figure, Many, Moment, Record, Text

_LOOKS_LIKE_A_PLATE = re.compile(r"\d{2}[A-ZĐ][A-Z0-9]?\d{4,5}")
_DATE_AND_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ][0-9:.+Z-]{0,24}")
_LONGEST_SHOWN = 40


class Sentence(NamedTuple):
    """The same in both languages; both empty when there is nothing to say."""

    vi: str
    en: str


_CODES: dict[str, Sentence] = {
    "missing": Sentence("Thiếu trường bắt buộc.", "A required field is missing."),
    "unknown": Sentence("Chuẩn không có trường này.", "The standard has no such field."),
    "wrong": Sentence("Giá trị không đúng.", "The value is wrong."),
    "outside": Sentence("Khung vượt ra ngoài ảnh.", "The box reaches out of its picture."),
    "repeated": Sentence(
        "Tên trường xuất hiện hai lần trong một đối tượng.",
        "The name stands twice in one object.",
    ),
    "byte_order_mark": Sentence(
        "Bản tin có dấu BOM ở đầu, hoặc là UTF-16. Cần UTF-8 không BOM.",
        "The message begins with a byte order mark, or is UTF-16. UTF-8 without one is wanted.",
    ),
    "not_utf8": Sentence("Bản tin không phải UTF-8.", "The message is not UTF-8."),
    "json_malformed": Sentence("Bản tin không phải JSON.", "The message is not JSON."),
    "json_too_deep": Sentence(
        "Bản tin lồng quá 20 cấp.", "The message is nested deeper than 20 levels."
    ),
    "not_an_object": Sentence(
        "Bản tin phải là một đối tượng JSON.", "The message must be one JSON object."
    ),
    "event_too_large": Sentence("Sự kiện lớn hơn 256 kB.", "The event is larger than 256 kB."),
    "too_large": Sentence("Bản tin lớn hơn 12 MiB.", "The delivery is larger than 12 MiB."),
    "boundary_missing": Sentence(
        "Content-Type không có boundary.", "The Content-Type names no boundary."
    ),
    "boundary_absent": Sentence(
        "Không thấy boundary trong nội dung.", "The boundary is not in the body."
    ),
    "too_many_parts": Sentence("Quá nhiều phần.", "There are too many parts."),
    "header_too_large": Sentence(
        "Phần đầu của một phần quá dài.", "The header of a part is too large."
    ),
    "no_parts": Sentence("Bản tin không có phần nào.", "The delivery holds no part."),
    "part_missing": Sentence("Không có phần tên event.", "There is no part named event."),
    "part_cut": Sentence(
        "Phần này bị cắt: thiếu boundary kết thúc.",
        "The part is cut short: its closing boundary is missing.",
    ),
    "part_repeated": Sentence("Hai phần cùng tên.", "Two parts have the same name."),
    "image_missing": Sentence(
        "Sự kiện liệt kê ảnh nhưng không có phần tương ứng.",
        "The event lists a picture of which no part came.",
    ),
    "image_unlisted": Sentence(
        "Có phần mà sự kiện không liệt kê.", "A part came that the event does not list."
    ),
    "sha256_differs": Sentence(
        "SHA-256 không phải của các byte đã gửi.", "The SHA-256 is not that of the bytes sent."
    ),
    "bytes_differs": Sentence(
        "Cỡ ghi trong sự kiện khác cỡ thật.", "The size in the event is not the real one."
    ),
    "image_not_jpeg": Sentence("Phần này không phải ảnh JPEG.", "The part is no JPEG picture."),
    "film_unknown": Sentence("Phần này không phải phim MP4.", "The part is no MP4 film."),
    "picture_too_large": Sentence("Ảnh lớn hơn 6 MiB.", "The picture is larger than 6 MiB."),
    "too_many_pixels": Sentence(
        "Ảnh lớn hơn 40 triệu điểm ảnh.", "The picture has more than 40 million pixels."
    ),
    "undecodable": Sentence("Không giải mã được ảnh.", "The picture cannot be decoded."),
}
_UNKNOWN = Sentence("Cổng không nhận bản tin này.", "The portal does not take this message.")


def code_words(code: str) -> Sentence:
    """Return what a code of a fault means."""
    return _CODES.get(code, _UNKNOWN)


def found_words(fault: Fault) -> Sentence:
    """Return what was found at a wrong place, without free text and without a plate."""
    value = fault.found
    if fault.code == "missing":
        return Sentence("không có gì", "nothing")
    if isinstance(value, Figure):
        if fault.path.startswith("plate.raw") or fault.code == "unknown":
            return Sentence("một số", "a number")
        return Sentence(f"số {value[:30]}", f"the number {value[:30]}")
    if isinstance(value, str):
        return _string(fault, value)
    if value is None:
        return Sentence("null", "null")
    if isinstance(value, bool):
        return Sentence(str(value).lower(), str(value).lower())
    if isinstance(value, list):
        return Sentence(f"danh sách {len(value)} phần tử", f"a list of {_many(len(value), 'item')}")
    return Sentence(f"đối tượng {len(value)} trường", f"an object of {_many(len(value), 'field')}")


def allowed_words(fault: Fault) -> Sentence:
    """Return what may stand at a wrong place."""
    if fault.shape is None:
        return Sentence("", "")
    if fault.code == "outside":
        return Sentence("x + w ≤ 1, y + h ≤ 1", "x + w ≤ 1, y + h ≤ 1")
    if fault.shape == SHA256:
        return Sentence("64 chữ số hệ 16, chữ thường", "64 hexadecimal digits in lower case")
    if fault.shape == UUID:
        return Sentence(
            "UUID chữ thường, nên là phiên bản 7", "a UUID in lower case, best version 7"
        )
    if isinstance(fault.shape, Moment):
        example = "2026-10-12T08:00:02.000+07:00"
        return Sentence(
            f"thời điểm có múi giờ, như {example}", f"a moment with its zone, as {example}"
        )
    if isinstance(fault.shape, Record):
        names = ", ".join(sorted(fault.shape.required))
        return Sentence(f"một đối tượng có: {names}", f"an object with: {names}")
    return _allowed(fault.shape.describe())


def _string(fault: Fault, value: str) -> Sentence:
    if type(value).__name__ == "NotJson":
        return Sentence(f"{value}, không có trong JSON", f"{value}, which is not JSON")
    if isinstance(fault.shape, Moment) and _DATE_AND_TIME.fullmatch(value):
        return Sentence(f"«{value}»", f"“{value}”")
    hidden = (
        fault.code == "unknown"
        or fault.path.startswith("plate.")
        or isinstance(fault.shape, Text | Many | Record)
        or len(value) > 2 * _LONGEST_SHOWN
        or _like_a_plate(value)
    )
    if hidden:
        return Sentence(
            f"chuỗi {len(value)} ký tự", f"a string of {_many(len(value), 'character')}"
        )
    shown = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
    return Sentence(f"«{shown}»", f"“{shown}”")


def _allowed(described: dict[str, Any]) -> Sentence:
    if "const" in described or "enum" in described:
        words = ", ".join(described.get("enum") or [described["const"]])
        return Sentence(f"một trong: {words}", f"one of: {words}")
    if "minimum" in described:
        low, high = described["minimum"], described["maximum"]
        if described["type"] == "integer":
            return Sentence(f"số nguyên từ {low} đến {high}", f"a whole number, {low} to {high}")
        vi, en = f"số từ {low} đến {high}", f"a number, {low} to {high}"
        if "multipleOf" in described:
            vi, en = f"{vi}, nhiều nhất một chữ số thập phân", f"{en}, at most one decimal"
        return Sentence(vi, en)
    if described["type"] == "array":
        low, high = described.get("minItems", 0), described["maxItems"]
        return Sentence(
            f"danh sách từ {low} đến {high} phần tử", f"a list of {low} to {high} items"
        )
    if "maxLength" in described:
        low, high = described.get("minLength", 0), described["maxLength"]
        return Sentence(
            f"chuỗi từ {low} đến {high} ký tự", f"a string of {low} to {high} characters"
        )
    return Sentence("true, false, null", "true, false, null")


def _like_a_plate(text: str) -> bool:
    return bool(_LOOKS_LIKE_A_PLATE.search(re.sub(r"[^0-9A-ZĐ]", "", text.upper())))


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
