"""Look at a short film from outside without decoding it: what container it is, and how long.

Only MP4 (ISO/IEC 14496-12) is kept as evidence and shown; its boxes are walked, no codec is run.
"""

from __future__ import annotations

from dataclasses import dataclass
from mmap import mmap

MAX_FILM_BYTES = 64 * 1024 * 1024
_BRANDS = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"})
_MOST_BOXES = 4_096


@dataclass(frozen=True)
class FilmFacts:
    """What the container says of itself. Width and height are 0 when it does not say."""

    media_type: str
    duration_ms: int | None
    width: int
    height: int


def inspect_film(data: bytes | mmap) -> FilmFacts | None:
    """Return the facts of an MP4 file, or ``None`` for anything else.

    A file cut short has no ``moov`` box or no ``mdat`` box and is none.
    """
    if len(data) > MAX_FILM_BYTES or data[4:8] != b"ftyp" or data[8:12] not in _BRANDS:
        return None
    boxes = _boxes(data, 0, len(data))
    if boxes is None:
        return None
    kinds = {kind: (start, stop) for kind, start, stop in boxes}
    if b"moov" not in kinds or b"mdat" not in kinds:
        return None
    inside = _boxes(data, *kinds[b"moov"])
    if inside is None:
        return None
    duration, width, height = None, 0, 0
    for kind, start, stop in inside:
        if kind == b"mvhd":
            duration = _duration(data[start:stop])
        elif kind == b"trak":
            width, height = max((width, height), _size(data, start, stop))
    return FilmFacts("video/mp4", duration, width, height)


def _boxes(data: bytes | mmap, start: int, stop: int) -> list[tuple[bytes, int, int]] | None:
    """Return (kind, start, stop) of the boxes' contents; None when they do not fit each other."""
    found: list[tuple[bytes, int, int]] = []
    while start < stop:
        if start + 8 > stop or len(found) == _MOST_BOXES:
            return None
        size, header = int.from_bytes(data[start : start + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        elif size == 0:
            size = stop - start
        if size < header or start + size > stop:
            return None
        found.append((data[start + 4 : start + 8], start + header, start + size))
        start += size
    return found


def _duration(mvhd: bytes) -> int | None:
    if not mvhd:
        return None
    wide = mvhd[0] == 1
    scale_at, length = (20, 8) if wide else (12, 4)
    scale = int.from_bytes(mvhd[scale_at : scale_at + 4], "big")
    units = int.from_bytes(mvhd[scale_at + 4 : scale_at + 4 + length], "big")
    return units * 1000 // scale if scale and units < 2**40 else None


def _size(data: bytes | mmap, start: int, stop: int) -> tuple[int, int]:
    """Return width and height of a track's header (16.16 fixed point at its end)."""
    for kind, inner, end in _boxes(data, start, stop) or ():
        if kind == b"tkhd" and end - inner >= 84:
            width = int.from_bytes(data[end - 8 : end - 6], "big")
            height = int.from_bytes(data[end - 4 : end - 2], "big")
            return width, height
    return 0, 0
