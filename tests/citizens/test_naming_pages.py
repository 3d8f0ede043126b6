"""The pages on which people say who drove: one question each, checked, sent once, and answered."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from citizens import inbox, nominations
from citizens.models import DriverStatement, InboxCode, Nomination
from citizens.nomination_messages import code_of
from tests.citizens.conftest import browser, clock, english, place
from tests.citizens.electronic import EMAIL, agrees
from tests.citizens.naming import (
    DRIVER,
    LICENCE,
    OWNER,
    another,
    answer,
    enter_named,
    it_was_me,
    name,
    notified,
    opened,
    walk,
)
from tests.citizens.visits import NOW, main_of, text, without_token
from tests.citizens.visits import code_of as code_of_paper
from tests.journeys import World
from tests.notices.message_catcher import BOTH_WAYS
from tests.violations.desk import signed_in
from violations.models import Party, Violation

__all__ = ["browser", "clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]
ME, OTHER = "/vu-viec/toi-lai-xe/", "/vu-viec/nguoi-khac/"
CHECK = "?cau=kiem-tra"


@pytest.fixture(autouse=True)
def both_ways(settings: Any) -> None:
    settings.MESSAGES = BOTH_WAYS


def test_it_was_me_asks_one_thing_a_page_and_is_stated_once(browser: Client, place: World) -> None:
    case = notified(place)
    opened(browser, case)
    assert "It was me" in text(browser.get("/vu-viec/tra-loi/"))
    assert browser.get(ME)["Location"] == f"{ME}?cau=nguoi-khai"
    # Nothing is skipped: neither a later question nor the check page.
    for early in ("xac-thuc", "kiem-tra", "khong-co"):
        assert browser.get(f"{ME}?cau={early}")["Location"] == f"{ME}?cau=nguoi-khai"
    wrong = answer(browser, ME, "nguoi-khai", OWNER | {"identity_number": "12", "born_on": "x"})
    assert wrong.status_code == 422
    assert "Write the day as day, month, year" in text(wrong)
    hidden = answer(browser, ME, "nguoi-khai", OWNER | {"full_name": "Trần\u202e Hiếu"})
    assert hidden.status_code == 422
    page = main_of(walk(browser, ME, it_was_me()))
    assert "Trần Văn Hiếu" in page
    assert "xác nhận chính tôi điều khiển" in page
    first, second = (browser.post(f"{ME}{CHECK}") for _press in range(2))
    assert first.status_code == 303
    assert second.status_code in (200, 302, 303)
    made = DriverStatement.objects.get()
    assert (made.manner, made.is_owner, made.agrees_electronic) == ("declared", True, True)
    assert "choose a time to come" in text(browser.get(ME))
    assert Violation.objects.get(pk=case.pk).offender_identified_on is None


def test_a_one_time_code_makes_the_statement_the_persons_own(browser: Client, place: World) -> None:
    case = notified(place)
    agrees(case, place, email=EMAIL)
    opened(browser, case)
    asked = it_was_me() | {"xac-thuc": {"way": "code", "contact": EMAIL}}
    walk(browser, ME, asked)
    assert browser.post(f"{ME}{CHECK}")["Location"] == f"{ME}ma/"
    right = inbox.code_of(InboxCode.objects.get().pk)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    assert browser.post(f"{ME}ma/", {"code": wrong}).status_code == 422
    assert DriverStatement.objects.count() == 0
    assert browser.post(f"{ME}ma/", {"code": right})["Location"] == ME
    assert DriverStatement.objects.get().manner == "confirmed"
    assert "An officer reads it" in text(browser.get(ME))


def test_an_unknown_contact_looks_like_a_right_one(browser: Client, place: World) -> None:
    opened(browser, notified(place))
    walk(browser, ME, it_was_me() | {"xac-thuc": {"way": "code", "contact": "ai@vidu.vn"}})
    assert browser.post(f"{ME}{CHECK}")["Location"] == f"{ME}ma/"
    assert browser.post(f"{ME}ma/", {"code": "123456"}).status_code == 422
    assert DriverStatement.objects.count() == 0


def test_two_tabs_name_one_person(browser: Client, place: World) -> None:
    case = notified(place)
    opened(browser, case)
    page = walk(browser, OTHER, another("rented"))
    assert "A false name costs" in text(page)
    other_tab = english()
    opened(other_tab, case)
    walk(other_tab, OTHER, another() | {"ai": {"named_name": "Lê Văn Bảy"}})
    assert browser.post(f"{OTHER}{CHECK}").status_code == 303
    refused = other_tab.post(f"{OTHER}{CHECK}")
    assert "m***@vidu.vn" in text(browser.get(OTHER))
    assert refused.status_code in (200, 302, 303, 409)
    made = Nomination.objects.get()
    assert (made.reason, made.route, made.full_name) == ("rented", "email", "Nguyễn Thị Minh")
    assert browser.post(f"{OTHER}rut-lai/").status_code == 303
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_the_person_named_sees_little_accepts_and_the_officer_names_him(
    browser: Client, place: World
) -> None:
    case = notified(place)
    made = name(case)
    page = enter_named(browser, made)
    shown = main_of(page)
    assert case.plate_display in shown
    for secret in ("Trần Văn Hiếu", "001084000001", case.number, "0900000001", "/vu-viec/anh/"):
        assert secret not in text(page)
    walk(
        browser,
        "/duoc-neu-ten/nhan/",
        {"nguoi-khai": DRIVER, "giay-phep": LICENCE, "bien-ban": {"electronic": "no"}},
    )
    for _press in range(2):
        assert browser.post(f"/duoc-neu-ten/nhan/{CHECK}").status_code in (302, 303)
    said = DriverStatement.objects.get()
    assert said.manner == "named"
    assert "You have said that you drove" in text(browser.get("/duoc-neu-ten/noi-dung/"))

    desk = signed_in(place.reviewer, headers={"accept-language": "en"})
    waiting = desk.get("/can-bo/nguoi-lai/")
    assert case.number in text(waiting)
    assert "Minh" not in main_of(waiting)  # the list names nobody; the look at a case is logged
    assert "1 statements about who drove wait" in text(desk.get("/can-bo/"))
    address = f"/can-bo/nguoi-lai/{case.number}/"
    chain = text(desk.get(address))
    assert "The side of the owner → Nguyễn Thị Minh" in chain
    assert case.accesses.filter(actor=place.reviewer.user, what="case").exists()
    assert desk.post(address, {"act": "set_aside", "id": said.pk}).status_code == 409
    for garbage in ({"act": "x"}, {"act": "name", "id": "x"}, {"act": "name", "id": uuid.uuid4()}):
        assert desk.post(address, garbage).status_code == 404
    assert desk.post(address, {"act": "name", "id": said.pk}).status_code == 302
    assert desk.post(address, {"act": "name", "id": said.pk}).status_code == 409
    assert case.parties.get(role=Party.Role.OFFENDER).full_name == "Nguyễn Thị Minh"
    assert desk.post(address, {"act": "propose_record"}).status_code == 302
    for stranger in (place.other_leader, place.technician, place.clerk):
        assert signed_in(stranger).get(address).status_code == 403


def test_a_refused_nominee_gives_the_case_back_with_his_words(
    browser: Client, place: World
) -> None:
    case = notified(place)
    made = name(case)
    enter_named(browser, made)
    assert browser.post("/duoc-neu-ten/khong-nhan/", {"why": ""}).status_code == 422
    sent = browser.post("/duoc-neu-ten/khong-nhan/", {"why": "Hôm đó tôi ở Huế <b>"})
    assert sent.status_code == 303
    owner = opened(english(), case)
    page = text(owner.get(OTHER))
    assert "says that he did not drive" in page
    assert "Hôm đó tôi ở Huế &lt;b&gt;" in page
    assert "Your own last day, unchanged" in page
    walk(owner, OTHER, another(named_email="bay@vidu.vn") | {"ai": {"named_name": "Lê Văn Bảy"}})
    assert owner.post(f"{OTHER}{CHECK}").status_code == 303
    assert list(case.nominations.values_list("state", flat=True)) == ["open", "refused"]


def test_the_person_named_names_the_next_and_the_owner_sees_no_name(
    browser: Client, place: World
) -> None:
    case = notified(place)
    enter_named(browser, name(case))
    walk(
        browser,
        "/duoc-neu-ten/nguoi-khac/",
        another("lent", named_email="bay@vidu.vn") | {"ai": {"named_name": "Lê Văn Bảy"}},
    )
    assert browser.post(f"/duoc-neu-ten/nguoi-khac/{CHECK}").status_code == 303
    assert "You have named another person" in text(browser.get("/duoc-neu-ten/noi-dung/"))
    page = text(opened(english(), case).get(OTHER))
    assert "has named another" in page
    assert "Lê Văn Bảy" not in page
    assert Nomination.objects.get(state="open").depth == 2


def test_wrong_and_missing_codes_look_alike_and_one_wrong_symbol_is_told(
    browser: Client, place: World
) -> None:
    case = notified(place)
    made = name(case)
    right = code_of(made.pk)
    wrong_symbol = right[:3] + ("7" if right[3] != "7" else "8") + right[4:]
    page = browser.post("/duoc-neu-ten/", {"code": wrong_symbol})
    assert "One symbol differs" in text(page)
    missing = browser.post("/duoc-neu-ten/", {"code": code_of(uuid.uuid4())})
    others = browser.post("/duoc-neu-ten/", {"code": code_of_paper(case)})  # a paper's own
    strip = [without_token(each).split("value=")[0] for each in (missing, others)]
    assert strip[0] == strip[1]
    assert browser.get("/duoc-neu-ten/noi-dung/").status_code == 302


def test_an_expired_code_says_so_and_takes_no_answer(
    browser: Client, place: World, clock: Any
) -> None:
    made = name(notified(place))
    clock(NOW + nominations.ANSWER_WITHIN + timedelta(minutes=1))
    assert "The time to answer is over" in text(enter_named(browser, made))
    for answer_page in ("nhan", "khong-nhan", "nguoi-khac"):
        kept = browser.post(f"/duoc-neu-ten/{answer_page}/", {"why": "x"})
        assert kept["Location"] == "/duoc-neu-ten/noi-dung/"
    made.refresh_from_db()
    assert made.state == "open"


def test_a_letter_is_printed_and_posted_by_the_officer(place: World) -> None:
    case = notified(place)
    made = name(case, email="", address="số 9 phố Mẫu")
    desk = signed_in(place.reviewer, headers={"accept-language": "en"})
    address = f"/can-bo/nguoi-lai/{case.number}/"
    letter = f"{address}thu/{made.pk}/"
    assert letter in text(desk.get(address))
    page = main_of(desk.get(letter))
    assert "số 9 phố Mẫu" in page
    assert case.plate_display not in page
    assert desk.post(address, {"act": "posted", "id": made.pk}).status_code == 302
    assert desk.get(letter).status_code == 404
    assert desk.get(f"{address}thu/{uuid.uuid4()}/").status_code == 404
