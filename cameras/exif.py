"""Read the few EXIF fields we show, as a claim: bounded in time and space, never raising.

A directory of EXIF may point at itself, name a value of four gigabytes or list sixty thousand
values that all lie over one another; a general reader follows it. Here only the wanted fields of
three directories are read, each of them once and no longer than what is shown (CIPA DC-008).
"""

from __future__ import annotations

import re
from datetime import datetime

from cameras.jpeg_markers import segments

_HEAD = b"Exif\x00\x00"
_APP1 = 0xE1
_EXIF_DIRECTORY, _GPS_DIRECTORY = 0x8769, 0x8825
_TEXTS = {
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x0132: "DateTime",
    0x9003: "DateTimeOriginal",
}
_ORIENTATION = 0x0112
_ASCII, _SHORT = 2, 3
#: More entries than any camera writes into one directory.
MOST_ENTRIES = 512
LONGEST_TEXT = 80

#: Programs in which a person alters a picture. What a camera or a gateway runs is not among them.
_EDITORS = re.compile(
    r"photoshop|lightroom|\bgimp\b|paint\.net|affinity|pixelmator|snapseed|picsart|canva|picasa"
    r"|corel|paintshop|photopea|krita|acdsee|faststone|irfanview|xnview|meitu|luminar|facetune",
    re.IGNORECASE,
)


def read_exif(data: bytes) -> tuple[tuple[str, str], ...]:
    """Return name and text of the fields of a JPEG, sorted; unreadable ones are left out."""
    block = next(
        (
            data[start + len(_HEAD) : stop]
            for marker, start, stop in segments(data)
            if marker == _APP1 and data.startswith(_HEAD, start)
        ),
        b"",
    )
    order = {b"II*\x00": "little", b"MM\x00*": "big"}.get(block[:4])
    if order is None:
        return ()
    reader = _Reader(block, order)
    first = reader.entries(reader.number(4, 4))
    found = {}
    for tag, kind, count, place in [
        *first,
        *reader.entries(reader.pointer(first, _EXIF_DIRECTORY)),
    ]:
        if tag in _TEXTS and kind == _ASCII:
            found[_TEXTS[tag]] = reader.text(count, place)
        elif tag == _ORIENTATION and kind == _SHORT:
            found["Orientation"] = str(reader.number(place, 2))
    if any(tag == _GPS_DIRECTORY for tag, _kind, _count, _place in first):
        found["GPS"] = "present"
    return tuple(sorted((name, text) for name, text in found.items() if text))


def is_edited(exif: tuple[tuple[str, str], ...]) -> bool:
    """Tell whether the picture says of itself that it went through a picture editor."""
    return bool(_EDITORS.search(dict(exif).get("Software", "")))


def taken_at(exif: tuple[tuple[str, str], ...]) -> datetime | None:
    """Return when the picture says it was taken: the device's local time, without a zone."""
    try:
        return datetime.strptime(  # noqa: DTZ007  # EXIF has no zone
            dict(exif).get("DateTimeOriginal", ""), "%Y:%m:%d %H:%M:%S"
        )
    except ValueError:
        return None


class _Reader:
    """A TIFF block; whatever lies outside it reads as nothing."""

    def __init__(self, block: bytes, order: str) -> None:
        self._block, self._order = block, order

    def number(self, place: int, size: int) -> int:
        part = self._block[place : place + size]
        return int.from_bytes(part, "big" if self._order == "big" else "little")

    def entries(self, place: int) -> list[tuple[int, int, int, int]]:
        """Return (tag, type, count, place of the value) of one directory."""
        if not 8 <= place < len(self._block) - 2:
            return []
        count = min(self.number(place, 2), MOST_ENTRIES)
        return [
            (self.number(at, 2), self.number(at + 2, 2), self.number(at + 4, 4), at + 8)
            for at in range(place + 2, place + 2 + count * 12, 12)
            if at + 12 <= len(self._block)
        ]

    def pointer(self, entries: list[tuple[int, int, int, int]], wanted: int) -> int:
        return next((self.number(at, 4) for tag, _kind, _count, at in entries if tag == wanted), 0)

    def text(self, count: int, place: int) -> str:
        start = place if count <= 4 else self.number(place, 4)
        raw = self._block[start : start + min(count, LONGEST_TEXT)].split(b"\x00")[0]
        return "".join(filter(str.isprintable, raw.decode("utf-8", "replace"))).strip()
