"""Join finished papers into one file for the printer of a print run.

Written as it is read, one paper at a time, so a thousand notices with their photographs need the
memory of one. What is the same in several papers (typefaces, colour profile, dictionaries) is
written once; every stream goes over as the bytes it had. The result is a print copy: what does not
reach paper (seals, forms, attachments, links, tags) stays with the stored originals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO

import pikepdf
from django.utils.translation import gettext

_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_OWN = ("/BleedBox", "/TrimBox", "/ArtBox", "/UserUnit", "/Group", "/Contents")
_NOT_PRINTED = {"/Widget", "/Link", "/FileAttachment", "/Popup"}
# What leads from a picture of an annotation back to its page or away from the paper.
_LEADS_AWAY = {"/P", "/Parent", "/Popup", "/A", "/AA", "/Dest", "/StructParent", "/OC", "/IRT"}
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_CATALOG, _PAGES = 1, 2
_DEEPEST = 40


class MergeError(Exception):
    """The joined file does not hold what was put in; nothing may be printed from it."""


def merge(pdfs: Iterable[bytes], *, duplex: bool = False) -> bytes:
    """Join PDF files in the given order, in memory; see ``merge_into``."""
    joined = BytesIO()
    merge_into(joined, pdfs, duplex=duplex)
    return joined.getvalue()


def merge_into(target: BinaryIO, pdfs: Iterable[bytes], *, duplex: bool = False) -> int:
    """Join PDF files in the given order and write them to ``target``; returns its pages.

    ``target`` is empty, and open for writing and reading. Each file is taken from ``pdfs`` when it
    is its turn. The same files give the same bytes. With ``duplex`` a blank page follows every file
    with an odd number of pages, so that each paper begins on a sheet of its own and one person's
    page never stands on the back of another's. Raises MergeError when there is nothing to join,
    when a file has no page or cannot be read, or when the pages of the result are not the sum of
    the parts; what is in ``target`` then is good for nothing.
    """
    joined = _Joined(target)
    for order, data in enumerate(pdfs, start=1):
        try:
            with pikepdf.open(BytesIO(data)) as pdf:
                _add(joined, pdf, order, duplex=duplex)
        except (pikepdf.PdfError, RecursionError) as fault:
            raise MergeError(
                gettext("File %(order)s of the print run cannot be read. Render it again.")
                % {"order": order}
            ) from fault
    if not joined.pages:
        raise MergeError(gettext("The print run holds no paper. Choose at least one."))
    joined.close()
    target.seek(0)
    with pikepdf.open(target) as read:
        pages = len(read.pages)
    if pages != len(joined.pages):
        raise MergeError(
            gettext("The joined file has %(pages)s pages instead of %(expected)s. Do not print it.")
            % {"pages": pages, "expected": len(joined.pages)}
        )
    return pages


def _add(joined: _Joined, pdf: pikepdf.Pdf, order: int, *, duplex: bool) -> None:
    """Write the pages of one file, and a blank one where the next begins on a new sheet."""
    count = len(pdf.pages)
    if not count:
        raise MergeError(
            gettext("File %(order)s of the print run has no page. Render it again.")
            % {"order": order}
        )
    copy = _Copy(joined)
    for page in pdf.pages:
        joined.add_page(dict(_printed_part(page.obj, copy)))
    if duplex and count % 2:
        joined.add_page({"/MediaBox": copy.value(_found(page.obj, "/MediaBox"))})


def _printed_part(page: Any, copy: _Copy) -> Iterator[tuple[str, bytes]]:
    """Yield what of a page reaches paper, written down."""
    for key in _INHERITED:
        value = _found(page, key)
        if value is not None:
            yield key, copy.value(value)
    for key in _OWN:
        if key in page:
            yield key, copy.value(page[key])
    annotations = [
        b"<<"
        + b"".join(
            _name(key) + b" " + copy.value(value)
            for key, value in each.items()
            if key not in _LEADS_AWAY
        )
        + b">>"
        for each in page.get("/Annots", ())
        if str(each.get("/Subtype")) not in _NOT_PRINTED
    ]
    if annotations:
        yield "/Annots", b"[" + b" ".join(annotations) + b"]"


def _found(page: Any, key: str) -> Any:
    """Return a value of a page or, where it has none, of the nodes above it."""
    for _ in range(_DEEPEST):
        if key in page:
            return page[key]
        if "/Parent" not in page:
            break
        page = page["/Parent"]
    return None


def _name(key: str) -> bytes:
    return bytes(pikepdf.Name(key).unparse())


def _scalar(value: bool | int | Decimal | None) -> bytes:
    if value is None:
        return b"null"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return f"{value:f}".encode() if isinstance(value, Decimal) else b"%d" % value


class _Copy:
    """Writes the objects of one file into the joined one, those below first."""

    def __init__(self, joined: _Joined) -> None:
        self._joined = joined
        self._written: dict[tuple[int, int], int] = {}

    def value(self, each: Any, depth: int = 0) -> bytes:
        """Return a value as it is written, with the numbers objects have in the joined file.

        Raises RecursionError for objects that hold each other in a circle.
        """
        if not isinstance(each, pikepdf.Object):
            return _scalar(each)
        if not each.is_indirect:
            return self._direct(each, depth)
        known = self._written.get(each.objgen)
        if known is None:
            known = self._written[each.objgen] = self._joined.add(self._direct(each, depth))
        return b"%d 0 R" % known

    def _direct(self, each: Any, depth: int) -> bytes:
        if depth > _DEEPEST:
            raise RecursionError
        if isinstance(each, pikepdf.Array):
            return b"[" + b" ".join(self.value(part, depth + 1) for part in each) + b"]"
        if isinstance(each, pikepdf.Stream):
            data = each.read_raw_bytes()
            head = self._pairs(each, depth, leave={"/Length"}) + b"/Length %d" % len(data)
            return b"<<" + head + b">>\nstream\n" + data + b"\nendstream"
        if isinstance(each, pikepdf.Dictionary):
            return b"<<" + self._pairs(each, depth) + b">>"
        return bytes(each.unparse(resolved=True))

    def _pairs(self, each: Any, depth: int, leave: Iterable[str] = ()) -> bytes:
        return b"".join(
            _name(key) + b" " + self.value(value, depth + 1)
            for key, value in each.items()
            if key not in leave
        )


class _Joined:
    """The file that is being written: of each object its place, of each content its number."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._at = 0
        self._places: dict[int, int] = {}
        self._numbers: dict[bytes, int] = {}
        self._digest = sha256()
        self._next = _PAGES + 1
        self.pages: list[int] = []
        self._write(_HEADER)

    def add(self, body: bytes) -> int:
        """Write an object, unless one with the same bytes is there; returns its number."""
        name = sha256(body).digest()
        if name not in self._numbers:
            self._numbers[name] = self._object(self._take(), body)
        return self._numbers[name]

    def add_page(self, parts: dict[str, bytes]) -> None:
        """Write a page; two pages are never the same object."""
        body = b"".join(key.encode() + b" " + value for key, value in parts.items())
        self.pages.append(
            self._object(self._take(), b"<</Type /Page/Parent %d 0 R" % _PAGES + body + b">>")
        )

    def close(self) -> None:
        """Write the list of pages, the catalogue and the table of places."""
        kids = b" ".join(b"%d 0 R" % page for page in self.pages)
        count = b"/Count %d" % len(self.pages)
        self._object(_PAGES, b"<</Type /Pages" + count + b"/Kids [" + kids + b"]>>")
        self._object(_CATALOG, b"<</Type /Catalog/Pages %d 0 R>>" % _PAGES)
        begins = self._at
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % self._next)
        for number in range(1, self._next):
            self._write(b"%010d 00000 n \n" % self._places[number])
        name = self._digest.hexdigest()[:32].encode()
        self._write(
            b"trailer\n<</Size %d/Root %d 0 R/ID [<%s> <%s>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (self._next, _CATALOG, name, name, begins)
        )

    def _take(self) -> int:
        self._next += 1
        return self._next - 1

    def _object(self, number: int, body: bytes) -> int:
        self._places[number] = self._at
        self._write(b"%d 0 obj\n" % number + body + b"\nendobj\n")
        self._digest.update(sha256(body).digest())
        return number

    def _write(self, data: bytes) -> None:
        self._target.write(data)
        self._at += len(data)
