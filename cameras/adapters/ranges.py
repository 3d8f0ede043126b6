"""Where a picture lies in what was delivered, so that its bytes are stored once.

A picture is a byte range of the raw delivery, or the base64 text of one in it (JSON and XML
dialects), or an object a gateway uploaded beside its event. Whoever has the delivery can cut the
picture out again with nothing but these figures; the evidence pack prints them. Pure.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

#: How a range is turned into the picture's bytes.
IDENTITY, BASE64, JSON_BASE64 = "identity", "base64", "json-base64"
ENCODINGS = frozenset({IDENTITY, BASE64, JSON_BASE64})

_JSON_STRING = re.compile(rb'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_DATA_ADDRESS = re.compile(r"\Adata:image/[a-z]{2,8};base64,")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=_-]")
#: Shorter than this no string can hold a picture.
SHORTEST_PICTURE_TEXT = 64


@dataclass(frozen=True)
class ByteRange:
    """``length`` bytes from ``offset`` of the body, decoded by ``encoding``; of that, ``size``
    bytes from ``skip``.

    ``identity``: the range is the picture (``skip`` 0, ``size`` = ``length``). ``base64``: it is
    RFC 4648 text. ``json-base64``: the inside of a JSON string with escapes, then base64.
    """

    offset: int
    length: int
    encoding: str = IDENTITY
    skip: int = 0
    size: int = -1

    def __post_init__(self) -> None:
        if self.size < 0:
            object.__setattr__(self, "size", self.length)

    def part(self, skip: int, size: int) -> "ByteRange":
        """Return a piece of what this range decodes to: one of two joined pictures."""
        if self.encoding == IDENTITY:
            return ByteRange(self.offset + skip, size)
        return replace(self, skip=self.skip + skip, size=size)


def cut(body: bytes, where: ByteRange) -> bytes:
    """Return the bytes of a range of the whole body. Raises ``ValueError`` on broken base64."""
    return decode(body[where.offset : where.offset + where.length], where)


def decode(text: bytes, where: ByteRange) -> bytes:
    """Return the picture's bytes from those of its range alone, as a store can read them."""
    if where.encoding == IDENTITY:
        return text
    if where.encoding == JSON_BASE64:
        text = json.loads(b'"' + text + b'"').encode("ascii", "replace")
    elif where.encoding != BASE64:
        raise ValueError(f"unknown encoding: {where.encoding}")
    data = _from_base64(text.decode("latin-1"))
    return data[where.skip : where.skip + where.size]


def is_cut_short(text: str) -> bool:
    """Tell whether base64 text ends in the middle of a group of four."""
    letters = _NOT_BASE64.sub("", text).rstrip("=")
    return len(letters) % 4 == 1 or bool(len(letters) % 4 and not text.rstrip().endswith("="))


class EmbeddedPictures:
    """The long strings of one JSON body, by their text, with the range each stands at.

    Made once for a body; the same text twice names the first of the two, whose bytes are the same.
    """

    def __init__(self, body: bytes) -> None:
        self._ranges: dict[str, ByteRange] = {}
        for inside, offset in _strings(body):
            escaped = b"\\" in inside
            try:
                text = json.loads(b'"' + inside + b'"') if escaped else inside.decode()
            except ValueError:
                continue
            prefix = _DATA_ADDRESS.match(text)
            skip = prefix.end() if prefix and not escaped else 0
            encoding = JSON_BASE64 if escaped else BASE64
            where = ByteRange(offset + skip, len(inside) - skip, encoding)
            self._ranges.setdefault(text, where)

    def find(self, text: str) -> tuple[ByteRange, bytes] | None:
        """Return where a string of the message stands and what it decodes to.

        ``None`` when it is no base64 at all. A text cut short decodes as far as it goes.
        """
        where = self._ranges.get(text)
        if where is None:
            return None
        return _measured(where, text)


def find_text(body: bytes, text: str) -> tuple[ByteRange, bytes] | None:
    """Return where a base64 text stands in a body without escapes (XML), and what it decodes to."""
    raw = text.encode("ascii", "replace")
    offset = body.find(raw) if raw else -1
    return None if offset < 0 else _measured(ByteRange(offset, len(raw), BASE64), text)


def _measured(where: ByteRange, text: str) -> tuple[ByteRange, bytes] | None:
    try:
        data = _from_base64(text)
    except ValueError:
        return None
    return replace(where, skip=0, size=len(data)), data


def _from_base64(text: str) -> bytes:
    """Decode leniently as browsers do: spaces dropped, a missing end ignored. Raises ValueError."""
    letters = _DATA_ADDRESS.sub("", text)
    letters = re.sub(r"\s+", "", letters).rstrip("=").translate(str.maketrans("-_", "+/"))
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _strings(body: bytes) -> Iterator[tuple[bytes, int]]:
    for match in _JSON_STRING.finditer(body):
        if match.end(1) - match.start(1) >= SHORTEST_PICTURE_TEXT:
            yield match.group(1), match.start(1)
