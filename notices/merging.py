"""Join finished papers into one file for the printer of a print run."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any, cast

from django.utils.translation import gettext
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject


class MergeError(Exception):
    """The joined file does not hold what was put in; nothing may be printed from it."""


def merge(pdfs: Iterable[bytes], *, duplex: bool = False) -> bytes:
    """Join PDF files in the given order.

    With ``duplex`` a blank page follows every file with an odd number of pages, so that each paper
    begins on a sheet of its own and one person's page never stands on the back of another's.
    Raises MergeError when there is nothing to join, when a file has no page, or when the pages of
    the result are not the sum of the parts.
    """
    writer = PdfWriter()
    expected = 0
    for order, pdf in enumerate(pdfs, start=1):
        reader = PdfReader(BytesIO(pdf))
        count = len(reader.pages)
        if not count:
            raise MergeError(
                gettext("File %(order)s of the print run has no page. Render it again.")
                % {"order": order}
            )
        _leave_seal_behind(reader)
        writer.append(reader, import_outline=False)
        expected += count
        if duplex and count % 2:
            last = reader.pages[-1].mediabox
            writer.add_blank_page(width=last.width, height=last.height)
            expected += 1
    if not expected:
        raise MergeError(gettext("The print run holds no paper. Choose at least one."))
    joined = BytesIO()
    writer.write(joined)
    pages = len(PdfReader(joined).pages)
    if pages != expected:
        raise MergeError(
            gettext("The joined file has %(pages)s pages instead of %(expected)s. Do not print it.")
            % {"pages": pages, "expected": expected}
        )
    return joined.getvalue()


def _leave_seal_behind(reader: PdfReader) -> None:
    """Take the signature's field out: joined, it would be a signature that is not true.

    The file of a run is a copy for the printer; the sealed original is the stored paper.
    """
    cast(DictionaryObject, reader.trailer["/Root"].get_object()).pop("/AcroForm", None)
    for page in reader.pages:
        kept = [
            each
            for each in cast(Iterable[Any], page.get("/Annots") or ())
            if each.get_object().get("/Subtype") != "/Widget"
        ]
        page.pop("/Annots", None)
        if kept:
            page[NameObject("/Annots")] = ArrayObject(kept)
