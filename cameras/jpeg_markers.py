"""Walk the markers of a JPEG (ITU-T T.81 annex B) before any decoder sees the bytes.

``Image.verify()`` lets joined pictures and a ZIP tail pass, and a decoder reads directories inside
APP segments that may point into each other without end. So the structure is judged here, and a
decoder is given the picture without what it does not need.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

START = b"\xff\xd8\xff"

_MARKER_IN_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FRAME_MARKERS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
#: Huffman-coded baseline, extended and progressive: what cameras make and browsers show.
ORDINARY_CODINGS = frozenset({0xC0, 0xC1, 0xC2})
_SCAN, _END, _COMMENT = 0xDA, 0xD9, 0xFE
#: JFIF says the density, Adobe how colours are meant; nothing else is needed to draw the picture.
_NEEDED_SEGMENTS = frozenset({0xE0, 0xEE})
#: What a browser or an opening program could take for something other than metadata.
_FOREIGN = re.compile(
    rb"<script|<html|<!doctype|<svg|<iframe|<\?php|%PDF-|%!PS|PK\x03\x04|\x7fELF|MZ\x90", re.I
)


@dataclass(frozen=True)
class Walk:
    """What the markers say: where the picture ends, its size, and how it is coded.

    ``coding`` is the frame marker (0xC0 baseline, 0xC2 progressive …), ``precision`` bits for each
    sample, ``scans`` how often a decoder would go over the whole picture.
    """

    end: int
    width: int = 0
    height: int = 0
    frames: int = 0
    complete: bool = False
    coding: int = 0
    precision: int = 0
    components: int = 0
    scans: int = 0


def walk(data: bytes, start: int, stop: int) -> Walk | None:
    """Follow one JPEG from SOI to EOI; ``None`` when it stops being one before a frame header."""
    position, seen = start + 2, Walk(stop)
    while True:
        while position < stop - 1 and data[position] == 0xFF and data[position + 1] == 0xFF:
            position += 1
        if position + 2 > stop:
            return seen
        if data[position] != 0xFF:
            return seen if seen.frames else None
        marker = data[position + 1]
        position += 2
        if marker == _END:
            return _with(seen, end=position, complete=True)
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            continue
        if position + 2 > stop:
            return seen
        size = int.from_bytes(data[position : position + 2], "big")
        if size < 2 or position + size > stop:
            return seen if seen.frames else None
        if marker in _FRAME_MARKERS and size >= 8:
            seen = _framed(seen, marker, data[position + 2 : position + 8])
        position += size
        if marker == _SCAN:
            seen = _with(seen, scans=seen.scans + 1)
            found = _MARKER_IN_SCAN.search(data, position, stop)
            if found is None:
                return seen
            position = found.start()


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (marker, start, stop) of the contents of every segment before the first scan."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in (_SCAN, _END):
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            position += 2
            continue
        size = int.from_bytes(data[position + 2 : position + 4], "big")
        yield marker, position + 4, position + 2 + size
        position += 2 + size


def without_metadata(data: bytes) -> bytes:
    """Return the picture alone: no EXIF, no index of further frames, no profile, no comment."""
    kept, begin = [], 0
    for marker, start, stop in segments(data):
        if _is_metadata(marker) and marker not in _NEEDED_SEGMENTS:
            kept.append(data[begin : start - 4])
            begin = stop
    return b"".join([*kept, data[begin:]])


def hides_something(data: bytes) -> bool:
    """Tell whether a metadata segment holds a page, a script, an archive or a program."""
    return any(
        _FOREIGN.search(data, start, stop)
        for marker, start, stop in segments(data)
        if _is_metadata(marker)
    )


def _is_metadata(marker: int) -> bool:
    return 0xE0 <= marker <= 0xEF or marker == _COMMENT


def _framed(seen: Walk, marker: int, header: bytes) -> Walk:
    return _with(
        seen,
        frames=seen.frames + 1,
        coding=marker,
        precision=header[0],
        height=int.from_bytes(header[1:3], "big"),
        width=int.from_bytes(header[3:5], "big"),
        components=header[5],
    )


def _with(seen: Walk, **changes: int) -> Walk:
    return Walk(**{**seen.__dict__, **changes})
