"""Joining papers for the printer: every page is there, and no two people share a sheet."""

import gc
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader, PdfWriter

from notices.merging import MergeError, merge, merge_into
from tests.notices.making import golden, run

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


@pytest.mark.parametrize("data", [b"", b"not a PDF", b"%PDF-1.7\n"])
def test_a_file_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(MergeError):
        merge([pdf(1), data])


# ---- what is in the joined file ----


def papers() -> list[bytes]:
    return [golden(kind).pdf for kind in ("TB0173", "MQD02", "TB0173", "XNNT")]


def texts(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


def test_each_page_says_what_it_said() -> None:
    apart = [text for paper in papers() for text in texts(paper)]
    assert texts(merge(papers())) == apart


def test_the_joined_file_is_whole_and_the_same_each_time(tmp_path: Path) -> None:
    joined = merge(papers(), duplex=True)
    assert joined == merge(papers(), duplex=True)
    path = tmp_path / "joined.pdf"
    path.write_bytes(joined)
    assert b"No syntax or stream encoding errors" in run(["qpdf", "--check", str(path)], b"")


def test_photographs_keep_their_bytes_and_are_not_doubled() -> None:
    with pikepdf.open(BytesIO(papers()[0])) as paper:
        photographs = [
            bytes(each.read_raw_bytes())
            for each in paper.objects
            if isinstance(each, pikepdf.Stream) and each.get("/Filter") == "/DCTDecode"
        ]
    assert len(photographs) == 2
    joined = merge(papers())
    assert [joined.count(each) for each in photographs] == [1, 1]


def test_typefaces_are_written_once() -> None:
    joined = merge(papers())
    with pikepdf.open(BytesIO(joined)) as read:
        fonts = [
            bytes(each.read_raw_bytes())
            for each in read.objects
            if isinstance(each, pikepdf.Stream) and "/Length1" in each
        ]
    assert len(fonts) == len(set(fonts)) <= 7
    assert len(joined) < sum(map(len, papers())) / 2


def test_what_does_not_reach_paper_stays_behind() -> None:
    assert b"/EmbeddedFile" in papers()[0]
    with pikepdf.open(BytesIO(merge(papers()))) as read:
        assert set(read.Root.keys()) == {"/Type", "/Pages"}
        kinds = {str(each.get("/Type")) for each in read.objects if hasattr(each, "keys")}
    assert not kinds & {"/EmbeddedFile", "/Filespec", "/StructElem", "/Sig", "/Annot"}


def test_objects_that_hold_each_other_are_refused_and_not_followed_for_ever() -> None:
    with pikepdf.new() as round_about:
        round_about.add_blank_page()
        knot = round_about.make_indirect(pikepdf.Dictionary())
        knot["/Again"] = round_about.make_indirect(pikepdf.Dictionary(Back=knot))
        round_about.pages[0].obj["/Resources"] = knot
        out = BytesIO()
        round_about.save(out)
    with pytest.raises(MergeError):
        merge([out.getvalue()])


def test_memory_does_not_grow_with_the_run(tmp_path: Path) -> None:
    paper = golden("TB0173").pdf
    photograph = paper.index(b"\xff\xd8\xff")

    def different(count: int) -> Iterator[bytes]:
        for order in range(count):
            changed = bytearray(paper)
            changed[photograph + 2000 : photograph + 2004] = order.to_bytes(4, "big")
            yield bytes(changed)

    def peak(count: int) -> int:
        gc.collect()
        tracemalloc.start()
        with (tmp_path / f"run-{count}").open("w+b") as target:
            merge_into(target, different(count))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(2)
    assert peak(60) < peak(6) + len(paper) * 3
    assert (tmp_path / "run-60").stat().st_size > 60 * 150_000  # the photographs are all there
