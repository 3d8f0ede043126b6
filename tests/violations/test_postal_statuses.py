"""The file of outcomes the post sends: twice, twice at once, garbage, and letters of other units."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils import translation

from notices.models import PaperDelivery, PrintRunItem
from tests.journeys import START, World, acting, case_at, world
from tests.notices.posting import number, post, printed
from tests.violations.desk import clock, signed_in
from tests.violations.desk import place as place
from violations.guards import VIET_NAM, Refused
from violations.models import CaseEvent, ServiceAttempt, Violation
from violations.postal_statuses import import_statuses, read_statuses

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

POSTED_AT = START + timedelta(days=3)  # Thursday 15/10/2026
TAKEN_AT = datetime(2026, 10, 20, 12, tzinfo=VIET_NAM)
HEAD = "số hiệu,trạng thái,ngày,lý do\n"
DELIVERED = f"{number(0)},đã phát,16/10/2026,\n"
RETURNED = f"{number(0)},chuyển hoàn,16/10/2026,vắng nhà\n"


def posted(place: World) -> Violation:
    """Return a decided case whose decision lies in the post under ``number(0)``."""
    case = case_at("decided", place)
    run = printed([case.decision.notice], by_user=place.clerk.user, at=POSTED_AT)
    post(run, by=place.clerk, at=POSTED_AT)
    assert PrintRunItem.objects.get(run=run).tracking_number == number(0)
    return case


def fresh(case: Violation) -> Violation:
    return Violation.objects.get(pk=case.pk)


def taken(place: World, text: str, person: Any = None) -> Any:
    return import_statuses(text.encode(), by=acting(person or place.clerk), at=TAKEN_AT)


def test_the_same_file_twice_changes_nothing_the_second_time(place: World) -> None:
    case = posted(place)
    first = taken(place, HEAD + DELIVERED)
    assert (first.settled, first.known, first.faults) == (1, 0, [])
    assert fresh(case).served_on == date(2026, 10, 16)
    events = CaseEvent.objects.count()
    second = taken(place, HEAD + DELIVERED)
    assert (second.settled, second.known, second.faults) == (0, 1, [])
    assert CaseEvent.objects.count() == events


def test_one_letter_named_twice_in_a_file_counts_once(place: World) -> None:
    """NĐ 118/2021 Đ17a: three returns are three letters"""
    case = posted(place)
    report = taken(place, HEAD + RETURNED + RETURNED)
    assert (report.settled, report.known) == (1, 1)
    assert ServiceAttempt.objects.filter(case=case, what="returned").count() == 1


def test_a_second_outcome_of_the_same_letter_is_named_and_not_taken(place: World) -> None:
    case = posted(place)
    with translation.override("en"):
        report = taken(place, HEAD + RETURNED + DELIVERED)
    assert report.settled == 1
    assert report.faults == ["Line 3: This letter is not on its way: its outcome stands already."]
    assert fresh(case).status == "decided"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param((HEAD + DELIVERED).encode(), id="commas"),
        pytest.param((HEAD + DELIVERED).encode("utf-8-sig"), id="with a byte order mark"),
        pytest.param((HEAD + DELIVERED).replace(",", ";").encode(), id="semicolons"),
        pytest.param(
            (HEAD + DELIVERED).replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig"),
            id="as a spreadsheet of Viet Nam saves it",
        ),
        pytest.param((HEAD + "\n ,,\n" + DELIVERED + "\n").encode(), id="empty lines"),
        pytest.param((HEAD + DELIVERED.replace("16/10/2026", "2026-10-16")).encode(), id="ISO day"),
        pytest.param((HEAD + DELIVERED.replace("RR", " rr")).encode(), id="small letters, a space"),
    ],
)
def test_every_way_a_spreadsheet_writes_it_is_read(place: World, data: bytes) -> None:
    case = posted(place)
    report = import_statuses(data, by=acting(place.clerk), at=TAKEN_AT)
    assert (report.settled, report.faults) == (1, [])
    assert fresh(case).status == "served"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HEAD.encode(), id="a header alone"),
        pytest.param((HEAD + DELIVERED).encode("utf-16"), id="another encoding"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(200), id="a picture"),
        pytest.param(b"PK\x03\x04" + bytes(range(128, 256)), id="a spreadsheet, not its text"),
        pytest.param((HEAD + DELIVERED * 5_001).encode(), id="too many lines"),
        pytest.param((HEAD + "x" * 200_000 + "\n").encode(), id="a cell without end"),
        pytest.param(b"a\x00b,c\nd\x00,e\n", id="NUL"),
    ],
)
def test_what_is_no_such_file_is_refused_or_named_and_nothing_is_written(
    place: World, data: bytes
) -> None:
    case = posted(place)
    said: list[str] = []
    try:
        report = import_statuses(data, by=acting(place.clerk), at=TAKEN_AT)
    except Refused as refusal:
        said = refusal.sentences
    else:
        said = report.faults
        assert report.settled == 0
    assert said
    assert fresh(case).status == "decided"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("RR123456784VN,đã phát,16/10/2026,", id="a false check digit"),
        pytest.param(f"{number(7)},đã phát,16/10/2026,", id="a number nobody used"),
        pytest.param(f"{number(0)},mất,16/10/2026,", id="an unknown status"),
        pytest.param(f"{number(0)},đã phát,31/02/2026,", id="a day that is none"),
        pytest.param(f"{number(0)},đã phát,14/10/2026,", id="before it was posted"),
        pytest.param(f"{number(0)},đã phát,21/10/2026,", id="a day to come"),
        pytest.param(f"{number(0)},chuyển hoàn,16/10/2026,", id="returned without a reason"),
        pytest.param(f"{number(0)}", id="a line cut off"),
    ],
)
def test_a_line_that_cannot_be_true_is_named_and_the_others_are_taken(
    place: World, line: str
) -> None:
    case = posted(place)
    with translation.override("en"):
        report = taken(place, HEAD + line + "\n" + DELIVERED)
    assert report.settled == 1
    assert len(report.faults) == 1
    assert report.faults[0].startswith("Line 2: ")
    assert fresh(case).status == "served"


def test_a_letter_of_another_unit_is_nobodys_to_settle_here(place: World) -> None:
    case = posted(place)
    stranger = place.clerk
    stranger.unit = place.other_unit
    stranger.save()
    with translation.override("en"):
        report = taken(place, HEAD + DELIVERED, stranger)
    assert report.faults == ["Line 2: no letter of this unit has this number"]
    assert fresh(case).status == "decided"
    assert PaperDelivery.objects.get(notice=case.decision.notice, route="post").state == "sent"


def test_the_page_tells_what_was_taken_and_what_was_not(place: World, clock: Any) -> None:
    case = posted(place)
    clock(TAKEN_AT)
    client = signed_in(place.clerk)
    upload = SimpleUploadedFile("tt.csv", (HEAD + DELIVERED + "x,y,z\n").encode())
    page = client.post("/can-bo/in/tinh-trang/", {"file": upload})
    report = page.context["report"]
    assert (report.settled, len(report.faults)) == (1, 1)
    assert report.faults[0] in page.content.decode()
    assert fresh(case).status == "served"
    assert client.post("/can-bo/in/tinh-trang/").status_code == 422


def test_a_file_is_read_the_same_whoever_asks() -> None:
    statuses, faults = read_statuses((HEAD + DELIVERED).encode())
    assert (len(statuses), faults) == (1, [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("text", [DELIVERED, RETURNED], ids=["delivered", "returned"])
def test_two_clerks_hand_the_same_file_in_at_once_and_it_counts_once(text: str) -> None:
    place = world()
    case = posted(place)
    ready, reports = threading.Barrier(2), []
    by = acting(place.clerk)

    def hand_in() -> None:
        try:
            ready.wait(timeout=20)
            reports.append(import_statuses((HEAD + text).encode(), by=by, at=TAKEN_AT))
        finally:
            connections.close_all()

    clerks = [threading.Thread(target=hand_in) for _ in range(2)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join(timeout=60)
    assert sum(report.settled for report in reports) == 1
    assert len(reports) == 2
    step = "serve_decision" if text is DELIVERED else "record_service_attempt"
    assert CaseEvent.objects.filter(case=case, step=step).count() == 1
    assert case.decision.notice.events.filter(what__in=["delivered", "returned"]).count() == 1
