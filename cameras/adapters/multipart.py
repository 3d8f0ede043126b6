"""Cut a raw multipart body into byte ranges, without ever decoding a picture as text.

Django turns a part without ``filename=`` into a text field and destroys the JPEG in it; real
camera firmware omits the filename. So the raw body is kept and the parts are found here as ranges
(RFC 2046 section 5.1, RFC 7578), which is also how a picture is stored once: as a slice of the
delivery it came in. Pure; garbage gives ``Rejected``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cameras.adapters.contract import MAX_BODY_BYTES, Rejected

MAX_PARTS = 24
MAX_PART_HEADER_BYTES = 8 * 1024
_BOUNDARY = re.compile(r'boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;,"]{1,200}))', re.IGNORECASE)
_FIRST_LINE = re.compile(rb"\s*--([!-~]{1,200})\r?\n")
_PARAMETER = re.compile(
    r';\s*([a-z0-9_*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))', re.IGNORECASE
)


@dataclass(frozen=True)
class Part:
    """One part: its headers, and where its bytes lie in the raw body.

    ``complete`` is false for a last part whose closing boundary never came.
    """

    name: str
    filename: str
    media_type: str
    headers: tuple[tuple[str, str], ...]
    offset: int
    length: int
    complete: bool

    def of(self, body: bytes) -> bytes:
        """Return this part's bytes out of the raw body."""
        return body[self.offset : self.offset + self.length]


def parse_multipart(body: bytes, content_type: str) -> tuple[Part, ...] | Rejected:
    """Return the parts in the order they came.

    The boundary comes from the header; when the header has lost it, from the first line. A line
    may end in CRLF or a bare LF. Too many parts, an oversized header or no boundary: ``Rejected``.
    """
    if len(body) > MAX_BODY_BYTES:
        return Rejected("too_large", "The delivery is larger than 12 MiB.")
    boundary = _boundary(body, content_type)
    if boundary is None:
        return Rejected("boundary_missing", "The delivery names no multipart boundary.")
    marks = list(_delimiters(body, boundary))
    if not marks:
        return Rejected("boundary_absent", "The boundary of the header is not in the body.")
    parts: list[Part] = []
    for position, (_, start, closing) in enumerate(marks):
        if closing:
            break
        if len(parts) == MAX_PARTS:
            return Rejected("too_many_parts", "The delivery has too many parts.")
        complete = position + 1 < len(marks)
        stop = marks[position + 1][0] if complete else len(body)
        part = _part(body, start, stop, complete)
        if isinstance(part, Rejected):
            return part
        parts.append(part)
    if not parts:
        return Rejected("no_parts", "The delivery holds no part.")
    return tuple(parts)


def _boundary(body: bytes, content_type: str) -> bytes | None:
    if match := _BOUNDARY.search(content_type):
        return (match.group(1) or match.group(2)).encode("latin-1", "replace")
    first = _FIRST_LINE.match(body[:300])
    return first.group(1) if first else None


def _delimiters(body: bytes, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield (end of the bytes before, start of the bytes after, closing) for each boundary line.

    A boundary counts only at the start of a line and with nothing after it, because picture bytes
    may hold the same characters.
    """
    line = re.compile(rb"(\A|\r?\n)--" + re.escape(boundary) + rb"(?:(--)|[ \t]*(?:\r?\n|\Z))")
    position = 0
    while match := line.search(body, position):
        closing = match.group(2) is not None
        yield match.start(), match.end(), closing
        if closing:
            return
        # The line end of an empty part's header may open the next boundary line.
        position = max(match.end() - 2, match.start() + 1)


def _part(body: bytes, start: int, stop: int, complete: bool) -> Part | Rejected:
    if body[start : start + 2] == b"\r\n" or body[start : start + 1] == b"\n":
        content, raw_headers = start + (2 if body[start] == 13 else 1), b""
    else:
        window = body[start : min(stop, start + MAX_PART_HEADER_BYTES)]
        blank = re.search(rb"\r?\n\r?\n", window)
        if blank is None and stop - start >= MAX_PART_HEADER_BYTES:
            return Rejected("header_too_large", "A part has no end of its header.")
        if blank is None:
            content, raw_headers = stop, window
        else:
            content, raw_headers = start + blank.end(), window[: blank.start()]
    headers = _headers(raw_headers)
    fields = {name.lower(): value for name, value in headers}
    disposition = _parameters(fields.get("content-disposition", ""))
    media_type = fields.get("content-type", "").split(";")[0].strip().lower()
    return Part(
        name=disposition.get("name", ""),
        filename=disposition.get("filename", ""),
        media_type=media_type,
        headers=headers,
        offset=min(content, stop),
        length=max(0, stop - content),
        complete=complete,
    )


def _headers(raw: bytes) -> tuple[tuple[str, str], ...]:
    found = []
    for line in raw.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            found.append((name.strip(), value.strip()))
    return tuple(found)


def _parameters(value: str) -> dict[str, str]:
    found = {}
    for match in _PARAMETER.finditer(value):
        quoted, bare = match.group(2), match.group(3)
        found[match.group(1).lower()] = quoted if quoted is not None else bare
    return found
