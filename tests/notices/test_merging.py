"""Joining papers for the printer: every page is there, and no two people share a sheet."""

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from notices.merging import MergeError, merge

pytestmark = pytest.mark.gate


def pdf(pages: int, *, width: int = 595) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=width, height=842)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def widths(joined: bytes) -> list[int]:
    return [int(page.mediabox.width) for page in PdfReader(BytesIO(joined)).pages]


def test_pages_follow_in_the_given_order() -> None:
    assert widths(merge([pdf(1, width=100), pdf(2, width=200)])) == [100, 200, 200]


def test_on_duplex_paper_each_file_begins_on_its_own_sheet() -> None:
    joined = widths(merge([pdf(1, width=100), pdf(2, width=200), pdf(3, width=300)], duplex=True))
    assert joined == [100, 100, 200, 200, 300, 300, 300, 300]
    assert joined.index(200) % 2 == joined.index(300) % 2 == 0


def test_nothing_to_join_is_refused() -> None:
    with pytest.raises(MergeError):
        merge([])


def test_a_file_without_pages_is_refused() -> None:
    with pytest.raises(MergeError):
        merge([pdf(1), pdf(0)])
