"""The table where letters are closed: each bad scan, two clerks, closing, reprints, numbers."""

from __future__ import annotations

import threading
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.utils import translation
from pypdf import PdfReader

from notices import posting as closing
from notices import print_lists, printing, reprints, scanning, tracking
from notices.models import Notice, PaperDelivery, PaperEvent, PostRange, PrintRun, Scan
from notices.tracking import PrintingRefused, check_tracking_number
from tests.journeys import START, World, case_at, world
from tests.notices.posting import ISSUED, good, issue, number, post, printed, scan_all

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
AT = START + timedelta(hours=6)


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


@pytest.fixture
def place(db: None) -> World:
    made = world()
    issue(at=AT)
    return made


def run_of(place: World, count: int = 2) -> PrintRun:
    """Return a printed run of some notices."""
    papers = [
        case_at("notified", place, at=START + timedelta(minutes=n)).events.get(step="sign_notice")
        for n in range(count)
    ]
    return printed([event.notice for event in papers], by_user=place.clerk.user, at=AT)


def scanned(run: PrintRun, letter: str, label: str, place: World) -> str:
    found = scanning.scan(run.pk, letter, label, by_user=place.clerk.user, at=AT)
    return found.result


@pytest.mark.parametrize("label", ["RR473124829VN", "rr 473 124 829 vn", "EE-473124829-VN"])
def test_a_tracking_number_is_read_in_any_spelling(label: str) -> None:
    assert check_tracking_number(label).endswith("473124829VN")


@pytest.mark.parametrize(
    "label", ["RR473124828VN", "RR473124829", "473124829VN", "RR47312482VN", "RR４73124829VN", ""]
)
def test_a_wrong_tracking_number_is_refused(label: str) -> None:
    with pytest.raises(PrintingRefused):
        check_tracking_number(label)


def test_a_pair_that_is_right_closes_the_letter(place: World) -> None:
    run = run_of(place)
    first = good(run)[0]
    assert (
        scanned(run, f" {printing.letter_codes.pretty(first.letter_code)} ", number(0), place)
        == "matched"
    )
    first.refresh_from_db()
    assert (first.tracking_number, first.inserted_by) == (number(0), place.clerk.user)
    assert PaperEvent.objects.get(what="inserted").facts["tracking_number"] == number(0)
    counted = scanning.balance(run)
    assert (counted.printed, counted.inserted, counted.left, counted.difference) == (2, 1, 1, 0)


def test_each_bad_scan_says_what_it_is_and_changes_nothing(place: World) -> None:
    run, other = run_of(place, 2), run_of(place, 1)
    first, second = good(run)
    assert scanned(run, first.letter_code, number(0), place) == "matched"
    code = second.letter_code
    assert scanned(run, first.letter_code, number(1), place) == "doubled"
    assert scanned(run, good(other)[0].letter_code, number(1), place) == "other_run"
    assert scanned(run, "1120000201430187", number(1), place) == "unknown"
    assert scanned(run, number(1), code, place) == "unknown", "the two in the wrong order"
    assert scanned(run, code, number(1)[:-3] + "0VN", place) == "bad_number"
    assert scanned(run, code, "", place) == "bad_number"
    assert scanned(run, code, number(500), place) == "out_range"
    assert scanned(run, code, number(1, "EE"), place) == "out_range"
    assert scanned(run, code, number(0), place) == "used_number"
    assert scanned(run, code, "'; DROP TABLE notices_scan; --", place) == "bad_number"
    second.refresh_from_db()
    assert (second.inserted_at, second.tracking_number) == (None, "")
    assert Scan.objects.filter(run=run).count() == 11
    assert scanned(run, code, number(1), place) == "matched"
    assert scanning.balance(run).difference == 0


def test_a_letter_whose_paper_became_void_is_stopped_at_the_table(place: World) -> None:
    run = run_of(place, 2)
    first, second = good(run)
    assert scanned(run, first.letter_code, number(0), place) == "matched"
    for item in (first, second):
        Notice.objects.filter(pk=item.notice_id).update(voided_at=AT, void_reason="thu hồi (mẫu)")
    assert scanned(run, second.letter_code, number(1), place) == "void_copy"
    with pytest.raises(PrintingRefused, match="letter 1 is void"):
        closing.close_run(
            run.pk, receipt="BN-1", left_out={second.pk: "thu hồi"},
            by_user=place.clerk.user, at=AT,
        )  # fmt: skip


def test_a_letter_taken_back_frees_its_number(place: World) -> None:
    run = run_of(place)
    first, second = good(run)
    scanned(run, first.letter_code, number(0), place)
    scanning.take_back(run.pk, first.pk, by_user=place.clerk.user, at=AT)
    with pytest.raises(PrintingRefused):
        scanning.take_back(run.pk, first.pk, by_user=place.clerk.user, at=AT)
    assert scanned(run, second.letter_code, number(0), place) == "matched"
    assert scanned(run, first.letter_code, number(1), place) == "matched"
    assert list(Scan.objects.order_by("pk").values_list("result", flat=True)) == [
        "matched", "taken_back", "matched", "matched",
    ]  # fmt: skip
    assert scanning.balance(run).difference == 0


def test_nothing_is_scanned_before_printing_and_after_closing(place: World) -> None:
    run = run_of(place, 1)
    code = good(run)[0].letter_code
    PrintRun.objects.filter(pk=run.pk).update(state="ready")
    with pytest.raises(PrintingRefused, match="not marked as printed"):
        scanned(run, code, number(0), place)
    PrintRun.objects.filter(pk=run.pk).update(state="printed")
    post(run, by=place.clerk, at=AT)
    with pytest.raises(PrintingRefused, match="is closed"):
        scanned(run, code, number(0), place)
    with pytest.raises(PrintingRefused):
        scanning.take_back(run.pk, good(run)[0].pk, by_user=place.clerk.user, at=AT)


def test_a_run_closes_when_each_letter_is_scanned_or_explained(place: World) -> None:
    run = run_of(place, 3)
    first, second, third = good(run)
    clerk = place.clerk.user
    for item, at_place in ((first, 0), (second, 1)):
        scanned(run, item.letter_code, number(at_place), place)
    with pytest.raises(PrintingRefused, match="neither scanned nor left out with a reason: 3"):
        closing.close_run(run.pk, receipt="BN-1", left_out={}, by_user=clerk, at=AT)
    with pytest.raises(PrintingRefused, match="receipt"):
        closing.close_run(run.pk, receipt=" ", left_out={third.pk: "x"}, by_user=clerk, at=AT)
    run.refresh_from_db()
    assert run.state == "printed"
    assert PaperDelivery.objects.filter(state="sent").count() == 0
    told = closing.close_run(
        run.pk, receipt="BN-2026/11", left_out={third.pk: "thiếu trang"}, by_user=clerk, at=AT
    )
    assert [label for _paper, label in told] == [number(0), number(1)]
    assert [item.delivery.state for item in good(run)] == ["sent", "sent", "waiting"]
    run.refresh_from_db()
    assert (run.state, run.post_receipt, run.closed_by) == ("posted", "BN-2026/11", clerk)
    with pytest.raises(PrintingRefused):
        closing.close_run(run.pk, receipt="BN-2", left_out={}, by_user=clerk, at=AT)
    assert print_lists.without_hand_over_list() == [run.pk]
    assert print_lists.write_hand_over_list(run.pk)
    assert not print_lists.write_hand_over_list(run.pk)
    run.refresh_from_db()
    pdf = BytesIO(storages["papers"].read(run.handover_sha256))
    text = "".join(page.extract_text() for page in PdfReader(pdf).pages)
    assert text.count("BẢNG KÊ BÀN GIAO BƯU GỬI") == 2
    assert text.count(number(0)) == 2
    assert "BN-2026/11" in text
    again = printing.prepare_run("PC08-HN", [third.notice_id], by_user=clerk, at=AT)
    assert again.items.get().letter_code != third.letter_code


def test_a_run_without_a_closed_letter_is_not_posted(place: World) -> None:
    run = run_of(place, 1)
    with pytest.raises(PrintingRefused, match="give the run up"):
        closing.close_run(
            run.pk, receipt="BN-1", left_out={good(run)[0].pk: "hỏng"},
            by_user=place.clerk.user, at=AT,
        )  # fmt: skip


def test_a_run_that_does_not_balance_is_not_closed(place: World) -> None:
    run = run_of(place, 2)
    scan_all(run, by_user=place.clerk.user, at=AT)
    Scan.objects.create(
        run=run, item=good(run)[0], result="matched", at=AT, by=place.clerk.user,
        letter_code=good(run)[0].letter_code, tracking_number=number(9),
    )  # fmt: skip
    with pytest.raises(PrintingRefused, match="does not balance: -1"):
        closing.close_run(run.pk, receipt="BN-1", left_out={}, by_user=place.clerk.user, at=AT)


def test_a_reprint_makes_the_old_code_void_for_ever(place: World) -> None:
    run = run_of(place, 2)
    first = good(run)[0]
    clerk = place.clerk.user
    second = reprints.reprint(first.pk, reason="jam", words="kẹt giấy", by_user=clerk, at=AT)
    assert (second.position, second.copy_number) == (1, 2)
    assert second.letter_code != first.letter_code
    assert scanned(run, first.letter_code, number(0), place) == "void_copy"
    assert scanned(run, second.letter_code, number(0), place) == "matched"
    with pytest.raises(PrintingRefused, match="out of its envelope"):
        reprints.reprint(second.pk, reason="jam", words="kẹt", by_user=clerk, at=AT)
    with pytest.raises(PrintingRefused):
        reprints.reprint(first.pk, reason="jam", words="kẹt", by_user=clerk, at=AT)
    counted = scanning.balance(run)
    assert (counted.printed, counted.inserted, counted.spoiled, counted.left) == (3, 1, 1, 1)
    assert counted.difference == 0
    page = PdfReader(BytesIO(reprints.single_copy(second))).pages[0].extract_text()
    assert "bản in lần 2" in page
    assert "thư 1/2" in page


def test_a_third_reprint_and_a_changed_address_need_a_supervisor(place: World) -> None:
    run = run_of(place, 1)
    item = good(run)[0]
    clerk, supervisor = place.clerk.user, place.supervisor.user
    with pytest.raises(PrintingRefused, match="supervisor"):
        reprints.reprint(item.pk, reason="address", words="sai số nhà", by_user=clerk, at=AT)
    for words in ("kẹt", "nhòe"):
        item = reprints.reprint(item.pk, reason="damaged", words=words, by_user=clerk, at=AT)
    assert (item.copy_number, item.approved_by) == (3, None)
    with pytest.raises(PrintingRefused, match="supervisor"):
        reprints.reprint(item.pk, reason="lost", words="mất", by_user=clerk, at=AT)
    last = reprints.reprint(item.pk, reason="lost", words="mất", by_user=supervisor, at=AT)
    assert (last.copy_number, last.approved_by) == (4, supervisor)
    with pytest.raises(PrintingRefused):
        reprints.reprint(last.pk, reason="lost", words=" ", by_user=supervisor, at=AT)


def test_ranges_do_not_overlap_and_an_ended_one_gives_no_number(place: World) -> None:
    def register(first: int, last: int, prefix: str = "RR", unit: str = "PC08-HN") -> PostRange:
        return tracking.register_range(
            unit, number(first, prefix), number(last, prefix), issued_on=ISSUED,
            receipt="BN-2", by_name="Hòa", at=AT,
        )  # fmt: skip

    for first, last in ((0, 0), (499, 600), (100, 200)):
        with pytest.raises(PrintingRefused, match="overlap"):
            register(first, last)
    with pytest.raises(PrintingRefused, match="overlap"):
        register(10, 20, unit="PC08-HCM")
    with pytest.raises(PrintingRefused, match="follows the first"):
        register(700, 600)
    register(500, 599)
    register(0, 499, "EE")
    assert tracking.is_issued(number(550), "PC08-HN", AT.date())
    assert not tracking.is_issued(number(550), "PC08-HCM", AT.date())
    assert not tracking.is_issued(number(1), "PC08-HN", ISSUED - timedelta(days=1))
    old = PostRange.objects.get(prefix="RR", first=int(number(0)[2:10]))
    tracking.end_range(old.pk, on=AT.date())
    assert not tracking.is_issued(number(1), "PC08-HN", AT.date())
    register(0, 10)


def test_a_number_comes_again_only_after_two_years(place: World) -> None:
    run = run_of(place, 2)
    first, second = good(run)
    scanned(run, first.letter_code, number(0), place)
    assert tracking.was_used(number(0), AT)
    assert tracking.was_used(number(0), AT + timedelta(days=3000)), "it lies on the table still"
    closing.close_run(
        run.pk, receipt="BN-1", left_out={second.pk: "hỏng"}, by_user=place.clerk.user, at=AT
    )
    assert tracking.was_used(number(0), AT + timedelta(days=729))
    assert not tracking.was_used(number(0), AT + timedelta(days=731))


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_one_run_never_close_one_letter_twice() -> None:
    place = world()
    issue(at=AT)
    run = run_of(place, 3)
    codes = [item.letter_code for item in good(run)]
    gate, found = threading.Barrier(2), []

    def clerk(begin: int) -> None:
        try:
            for turn, code in enumerate(codes):
                gate.wait(timeout=30)
                found.append(scanned(run, code, number(begin + turn), place))
        finally:
            connection.close()

    crew = [threading.Thread(target=clerk, args=(begin,)) for begin in (0, 100)]
    for each in crew:
        each.start()
    for each in crew:
        each.join(60)
    assert sorted(found) == ["doubled"] * 3 + ["matched"] * 3
    assert len({item.tracking_number for item in good(run)}) == 3
    assert scanning.balance(run).difference == 0
