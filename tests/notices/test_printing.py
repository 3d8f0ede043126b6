"""Print runs: frozen once, marked sheet by sheet, joined by one worker, given up whole."""

from __future__ import annotations

import csv
import subprocess
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from pypdf import PdfReader

from notices import letter_codes, print_lists, printing, production
from notices.letter_codes import checks, pretty, with_check
from notices.models import Notice, PaperDelivery, PaperEvent, PrintRun
from notices.print_marks import Mark, bars, marked
from notices.tracking import PrintingRefused
from tests.journeys import START, World, case_at, world
from tests.notices import posting

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
AT = START + timedelta(hours=6)


@pytest.fixture
def place(db: None) -> World:
    return world()


def finished(place: World, count: int) -> list[Notice]:
    """Return notices whose PDF is made."""
    made = []
    for number in range(count):
        case = case_at("notified", place, at=START + timedelta(minutes=number))
        paper = case.events.get(step="sign_notice").notice
        assert production.produce(paper.pk, at=AT)
        made.append(Notice.objects.get(pk=paper.pk))
    return made


def test_a_letter_code_notices_a_wrong_digit_and_two_swapped_ones() -> None:
    code = with_check(47_312_482_900_311)
    assert checks(code)
    for place in range(16):
        for digit in "0123456789":
            wrong = code[:place] + digit + code[place + 1 :]
            assert checks(wrong) == (wrong == code)
    for place in range(15):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert checks(swapped) == (swapped == code)
    assert all(checks(letter_codes.draw()) for _ in range(200))
    assert not any(map(checks, ("", "1", code[:-1], code + "0", "٠" * 16, "RR473124829VN")))


def test_bars_are_code_128_c_of_sixteen_digits() -> None:
    assert len(bars("1120000201430187")) == 11 + 8 * 11 + 11 + 13
    for wrong in ("112000020143018", "112000020143018X", ""):
        with pytest.raises(ValueError, match="sixteen"):
            bars(wrong)


def test_a_scanner_reads_the_code_from_the_printed_sheet(place: World, tmp_path: Path) -> None:
    (paper,) = finished(place, 1)
    code = letter_codes.draw()
    mark = Mark("IN-PC08-HN-261012-01", 7, 12, 2, code)
    stored = storages["papers"].read(paper.pdf_sha256)
    copy = marked(stored, mark)
    assert copy == marked(stored, mark), "the same paper and mark give the same bytes"
    (tmp_path / "copy.pdf").write_bytes(copy)
    words = [page.extract_text() for page in PdfReader(BytesIO(copy)).pages]
    sheets = printing.sheets(len(words))
    for sheet in range(sheets):
        assert "IN-PC08-HN-261012-01 · thư 7/12" in words[2 * sheet]
        assert f"tờ {sheet + 1}/{sheets} · bản in lần 2" in words[2 * sheet]
    assert pretty(code) in words[0]
    assert not any(pretty(code) in page for page in words[1:])
    run = ["pdftoppm", "-r", "200", "-gray", "-f", "1", "-l", "1", "copy.pdf", "sheet"]
    subprocess.run(run, cwd=tmp_path, check=True)
    (picture,) = tmp_path.glob("sheet*.pgm")
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", "-Sdisable", "-Scode128.enable", picture.name],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert read.stdout.split() == [code]
    subprocess.run(["qpdf", "--check", "copy.pdf"], cwd=tmp_path, check=True, capture_output=True)


def test_a_run_is_frozen_with_places_codes_and_one_file(place: World) -> None:
    papers = finished(place, 3)
    assert len(printing.printable({"PC08-HN"})) == 3
    assert printing.printable({"PC08-HCM"}) == []
    run = posting.printed(papers, by_user=place.clerk.user, at=AT)
    items = posting.good(run)
    assert [item.position for item in items] == [1, 2, 3]
    assert len({item.letter_code for item in items}) == 3
    assert all(checks(item.letter_code) for item in items)
    assert {item.delivery.state for item in items} == {"printing"}
    assert run.area == items[0].delivery.area != ""
    assert run.joined == 3
    assert printing.printable({"PC08-HN"}) == []
    assert printing.assemble(run.pk, at=AT), "a second worker changes nothing"
    joined = PdfReader(BytesIO(storages["papers"].read(run.pdf_sha256)))
    assert len(joined.pages) == 2 * sum(printing.sheets(item.pages) for item in items)
    manifest = "".join(
        page.extract_text()
        for page in PdfReader(BytesIO(storages["papers"].read(run.manifest_sha256))).pages
    )
    assert "không phải bản gốc" in manifest
    rows = list(csv.DictReader(StringIO(print_lists.manifest_csv(run))))
    assert [row["letter_code"] for row in rows] == [item.letter_code for item in items]
    for paper in papers:
        assert paper.number_text in manifest
    assert PaperEvent.objects.filter(what="printed").count() == 3


def test_a_paper_lies_in_one_run_only(place: World) -> None:
    papers = finished(place, 2)
    clerk = place.clerk.user
    printing.prepare_run("PC08-HN", [papers[0].pk], by_user=clerk, at=AT)
    with pytest.raises(PrintingRefused):
        printing.prepare_run("PC08-HN", [p.pk for p in papers], by_user=clerk, at=AT)
    assert PrintRun.objects.count() == 1
    assert PaperDelivery.objects.filter(state="waiting").count() == 1


def test_an_empty_batch_and_a_paper_without_pdf_are_refused(place: World) -> None:
    paper = case_at("notified", place).events.get(step="sign_notice").notice
    for batch in ([], [paper.pk], [paper.pk] * 2):
        with pytest.raises(PrintingRefused):
            printing.prepare_run("PC08-HN", batch, by_user=place.clerk.user, at=START)


def test_a_void_paper_is_not_printed(place: World) -> None:
    (paper,) = finished(place, 1)
    Notice.objects.filter(pk=paper.pk).update(voided_at=AT, void_reason="thu hồi (mẫu)")
    assert printing.printable({"PC08-HN"}) == []
    with pytest.raises(PrintingRefused):
        printing.prepare_run("PC08-HN", [paper.pk], by_user=place.clerk.user, at=AT)


def test_a_worker_that_was_killed_is_followed_by_another(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = finished(place, 3)
    run = printing.prepare_run("PC08-HN", [p.pk for p in papers], by_user=place.clerk.user, at=AT)
    monkeypatch.setattr(printing, "TOLD_EVERY", 1)
    real, seen = printing.marked, []

    def killed(pdf: bytes, mark: Any) -> bytes:
        seen.append(PrintRun.objects.get(pk=run.pk).joined)
        if len(seen) == 3:
            raise KeyboardInterrupt  # what a worker's death looks like from inside
        return real(pdf, mark)

    monkeypatch.setattr(printing, "marked", killed)
    with pytest.raises(KeyboardInterrupt):
        printing.assemble(run.pk, at=AT)
    assert seen == [0, 1, 2], "the progress counts papers that are joined"
    monkeypatch.setattr(printing, "marked", real)
    assert not printing.assemble(run.pk, at=AT + timedelta(minutes=1)), "the claim still holds"
    later = AT + printing.CLAIM_LASTS + timedelta(minutes=1)
    assert printing.left_behind(at=later) == [run.pk]
    assert printing.assemble(run.pk, at=later)
    run.refresh_from_db()
    assert (run.state, run.joined, run.claimed_at) == ("ready", 3, None)


def test_a_worker_whose_claim_was_taken_writes_nothing(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = finished(place, 2)
    run = printing.prepare_run("PC08-HN", [p.pk for p in papers], by_user=place.clerk.user, at=AT)
    monkeypatch.setattr(printing, "TOLD_EVERY", 1)
    real = printing.marked

    def overtaken(pdf: bytes, mark: Any) -> bytes:
        PrintRun.objects.filter(pk=run.pk).update(claimed_at=AT + timedelta(hours=1))
        return real(pdf, mark)

    monkeypatch.setattr(printing, "marked", overtaken)
    assert not printing.assemble(run.pk, at=AT)
    run.refresh_from_db()
    assert (run.state, run.pdf_sha256) == ("prepared", "")


def test_a_run_with_a_missing_file_says_so_and_its_papers_can_be_freed(place: World) -> None:
    papers = finished(place, 2)
    run = printing.prepare_run("PC08-HN", [p.pk for p in papers], by_user=place.clerk.user, at=AT)
    store: Any = storages["papers"]
    real = store.read
    try:
        store.read = lambda name: (_ for _ in ()).throw(FileNotFoundError("mất tệp"))
        assert not printing.assemble(run.pk, at=AT)
    finally:
        store.read = real
    run.refresh_from_db()
    assert (run.state, run.fault) == ("failed", "mất tệp")
    with pytest.raises(PrintingRefused):
        printing.give_up(run.pk, reason=" ")
    printing.give_up(run.pk, reason="hỏng tệp")
    assert len(printing.printable({"PC08-HN"})) == 2
    assert not printing.assemble(run.pk, at=AT), "a run that was given up is not joined"
    again = posting.printed(papers, by_user=place.clerk.user, at=AT)
    assert again.state == "printed"
