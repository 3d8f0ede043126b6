"""A fleet's file: what can be read, what is refused line by line, and whom it names, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override

from citizens import fleet_files, fleets, inbox
from citizens.models import FleetUpload, InboxCode, Nomination
from tests.citizens.conftest import browser, clock, place
from tests.citizens.electronic import EMAIL, agrees
from tests.citizens.naming import notified
from tests.citizens.visits import NOW, PLATE_SHOWN, text
from tests.journeys import World
from tests.notices.message_catcher import BOTH_WAYS

__all__ = ["browser", "clock", "place"]
pytestmark = pytest.mark.gate

HEADING = "biển_số;Từ ngày;Đến ngày;Họ tên;Địa chỉ;Email;Điện thoại"
LINE = f"{PLATE_SHOWN};01/10/2026;2026-10-31;Lê Văn Bảy;;bay@vidu.vn;"


@pytest.fixture(autouse=True)
def english() -> Any:
    with override("en"):
        yield


def file(*lines: str, heading: str = HEADING) -> bytes:
    return "\r\n".join([heading, *lines, ""]).encode()


@pytest.mark.parametrize(
    "data",
    [
        file(LINE),
        b"\xef\xbb\xbf" + file(LINE),
        file(LINE.replace(";", ","), heading="plate,from,to,driver,address,email,phone"),
        file(LINE.replace(";", "\t"), heading=HEADING.replace(";", "\t")),
        file("", LINE, ";;;;;;"),
    ],
)
def test_what_spreadsheets_write_is_read(data: bytes) -> None:
    reading = fleet_files.read(data)
    assert reading.faults == ()
    [row] = reading.rows
    assert (row.plate, row.full_name, row.email) == ("51K20864", "Lê Văn Bảy", "bay@vidu.vn")
    assert (f"{row.from_on}", f"{row.until_on}") == ("2026-10-01", "2026-10-31")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "first line names the columns"),
        (file(), "no line below"),
        (file(LINE) + b"\x00", "no text file"),
        (file(LINE).decode().encode("utf-16"), "no text file"),
        (b"bi\xea\xccn_so;x", "not UTF-8"),
        (file(LINE, heading="a;b;c"), "first line names the columns"),
        (file(LINE, heading=HEADING + ";email"), "first line names the columns"),
        (file('"' + LINE), "quotation marks"),
        (file(*[LINE] * (fleet_files.MOST_ROWS + 1)), "more than 2.000"),
        (b"x" * (fleet_files.LARGEST_FILE + 1), "larger than 1 MB"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(fleet_files.FileRefused, match=words):
        fleet_files.read(data)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (LINE.replace("Lê Văn Bảy", "=cmd|'/C calc'!A0"), "begins with ="),
        (LINE.replace("Lê Văn Bảy", "@SUM(1)"), "begins with @"),
        (LINE.replace("Bảy", "Bảy\u202e"), "cannot be printed"),
        (LINE.replace(PLATE_SHOWN, "không phải"), "plate is not one"),
        (LINE.replace("01/10/2026", "31/02/2026"), "written 31/12/2026"),
        (LINE.replace("2026-10-31", "01/09/2026"), "ends before"),
        (LINE.replace("bay@vidu.vn", ""), "no e-mail, mobile number or address"),
        (LINE.replace("bay@vidu.vn", "bay@"), "no e-mail address"),
        (LINE.replace("Lê Văn Bảy", "x" * 130), "too long"),
        (PLATE_SHOWN, "written 31/12/2026"),
    ],
)
def test_a_wrong_line_is_named_by_its_number(line: str, words: str) -> None:
    reading = fleet_files.read(file(LINE, line))
    assert len(reading.rows) == 1
    [fault] = reading.faults
    assert fault.line == 3
    assert words in fault.sentence


def send(client: Client, data: bytes) -> Any:
    return client.post("/dinh-danh-doi-xe/", {"file": SimpleUploadedFile("xe.csv", data)})


@pytest.mark.django_db
def test_a_fleet_names_its_drivers_once_and_only_for_its_own_vehicles(
    browser: Client, place: World, settings: Any
) -> None:
    settings.MESSAGES = BOTH_WAYS
    ours = notified(place)
    agrees(ours, place, email=EMAIL)
    # An organisation's vehicle: the file of ours finds no case of it.
    notified(place, owner="organisation", plate="30F25658")
    theirs = LINE.replace(PLATE_SHOWN, "30F-256.58")
    assert "First show whose" in text(browser.get("/dinh-danh-doi-xe/"))
    browser.post("/hop-thu/", {"identity_number": "001084000001", "contact": EMAIL})
    browser.post("/hop-thu/ma/", {"code": inbox.code_of(InboxCode.objects.get().pk)})
    assert send(browser, file("=1;;;;;;", LINE)).status_code == 422
    huge = browser.post(
        "/dinh-danh-doi-xe/", {}, CONTENT_LENGTH=str(200 * 1024 * 1024)
    )  # its length alone refuses it: nothing of 200 MB is read
    assert huge.status_code == 413
    assert "larger than 1 MB" in text(huge)
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    strict.cookies = browser.cookies
    assert send(strict, file(LINE)).status_code == 403
    assert FleetUpload.objects.count() == 0
    data = file(LINE, theirs)
    for _time in range(2):
        assert send(browser, data).status_code == 303
    upload = FleetUpload.objects.get()
    assert upload.rows.count() == 2
    page = text(browser.get("/dinh-danh-doi-xe/"))
    assert "1 open case has a driver" in page
    assert "30F-256.58" not in page
    assert Nomination.objects.count() == 0
    for _press in range(2):
        assert browser.post("/dinh-danh-doi-xe/xac-nhan/").status_code == 303
    made = Nomination.objects.get()
    assert (made.case_id, made.full_name, made.identified) == (ours.pk, "Lê Văn Bảy", True)
    assert "The file is worked off" in text(browser.get("/dinh-danh-doi-xe/"))


@pytest.mark.django_db
def test_a_draft_nobody_confirmed_is_forgotten(place: World) -> None:
    data = file(LINE)
    fleets.keep(data, fleet_files.read(data), person=b"1" * 32, at=NOW)
    assert fleets.forget_drafts(at=NOW) == 0
    assert fleets.forget_drafts(at=NOW + fleets.DRAFT_LASTS * 2) == 1
