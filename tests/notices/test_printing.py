"""The post room: a batch is frozen, printed once, and handed over whole or not at all."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.storage import storages
from pypdf import PdfReader

from notices import printing, production
from notices.models import PaperEvent, PrintRun
from notices.printing import PrintingRefused, check_tracking_number
from tests.journeys import START, case_at, world

pytestmark = pytest.mark.gate


@pytest.mark.parametrize("number", ["RR473124829VN", "rr 473 124 829 vn", "EE-473124829-VN"])
def test_a_tracking_number_is_read_in_any_spelling(number: str) -> None:
    assert check_tracking_number(number).endswith("473124829VN")


@pytest.mark.parametrize(
    "number", ["RR473124828VN", "RR473124829", "473124829VN", "RR47312482VN", ""]
)
def test_a_wrong_tracking_number_is_refused(number: str) -> None:
    with pytest.raises(PrintingRefused):
        check_tracking_number(number)


def test_every_wrong_check_digit_is_refused() -> None:
    right = [d for d in range(10) if _reads(f"RR12345678{d}VN")]
    assert right == [5]


def _reads(number: str) -> bool:
    try:
        check_tracking_number(number)
    except PrintingRefused:
        return False
    return True


@pytest.mark.django_db
def test_a_run_goes_from_list_to_post() -> None:
    place = world()
    clerk = place.clerk.user
    cases = [case_at("notified", place) for _ in range(3)]
    papers = [case.events.get(step="sign_notice").notice for case in cases]
    at = cases[-1].created_at + timedelta(hours=3)
    assert printing.printable({"PC08-HN"}) == []
    for paper in papers:
        produced = production.produce(paper.pk, at=at)
        paper.refresh_from_db()
        assert produced, paper.render_fault
    assert len(printing.printable({"PC08-HN"})) == 3
    assert printing.printable({"PC08-HCM"}) == []

    run = printing.prepare_run("PC08-HN", [p.pk for p in papers], by_user=clerk, at=at)
    assert printing.printable({"PC08-HN"}) == []
    with pytest.raises(PrintingRefused):
        printing.prepare_run("PC08-HN", [papers[0].pk], by_user=clerk, at=at)
    assert printing.assemble(run.pk)
    assert printing.assemble(run.pk), "a second worker changes nothing"
    run.refresh_from_db()
    joined = PdfReader(BytesIO(storages["papers"].read(run.pdf_sha256)))
    sheets = sum(printing.sheets(item.pages) for item in run.items.all())
    assert len(joined.pages) == 2 * sheets
    manifest = "".join(
        page.extract_text()
        for page in PdfReader(BytesIO(storages["papers"].read(run.manifest_sha256))).pages
    )
    for paper in papers:
        paper.refresh_from_db()
        assert paper.number_text in manifest

    with pytest.raises(PrintingRefused):
        printing.hand_over(run.pk, {}, by_user=clerk, at=at)
    printing.mark_printed(run.pk, by_user=clerk, at=at)
    items = list(run.items.order_by("position"))
    good = ["RR123456785VN", "RR473124829VN", "RR000000014VN"]
    with pytest.raises(PrintingRefused, match="3"):
        printing.hand_over(
            run.pk, {items[0].pk: good[0], items[1].pk: good[1]}, by_user=clerk, at=at
        )
    with pytest.raises(PrintingRefused):
        printing.hand_over(run.pk, {i.pk: good[0] for i in items}, by_user=clerk, at=at)
    run.refresh_from_db()
    assert run.state == PrintRun.State.PRINTED
    assert not any(item.tracking_number for item in run.items.all())

    weighted = _check_digit("00000001")
    numbers = [good[0], good[1], f"RR00000001{weighted}VN"]
    posted = printing.hand_over(
        run.pk, {item.pk: n for item, n in zip(items, numbers, strict=True)}, by_user=clerk, at=at
    )
    assert [number for _paper, number in posted] == numbers
    rows = list(csv.DictReader(StringIO(printing.manifest_csv(run))))
    assert [row["tracking_number"] for row in rows] == numbers
    assert PaperEvent.objects.filter(what="posted").count() == 3


def _check_digit(serial: str) -> int:
    return next(d for d in range(10) if _reads(f"RR{serial}{d}VN"))


@pytest.mark.django_db
def test_an_empty_batch_and_a_paper_without_pdf_are_refused() -> None:
    place = world()
    case = case_at("notified", place)
    paper = case.events.get(step="sign_notice").notice
    for batch in ([], [paper.pk]):
        with pytest.raises(PrintingRefused):
            printing.prepare_run("PC08-HN", batch, by_user=place.clerk.user, at=START)
