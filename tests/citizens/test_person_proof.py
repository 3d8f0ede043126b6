"""A person proves to be the person of a case: by a code to a contact on file; strangers learn nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from citizens import inbox, one_time_codes
from citizens.models import InboxCode
from notices.models import Notice
from notices.production import produce, read_pdf
from tests.citizens.conftest import english
from tests.citizens.electronic import EMAIL, PHONE, agrees
from tests.citizens.test_inbox import wrong_code
from tests.citizens.visits import NOW, case_at, look_up, look_up_decision, main_of, paper, text
from tests.journeys import World
from tests.notices.message_catcher import BOTH_WAYS
from violations.models import AccessEntry, Party, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

NAME, PROVE, CODE = "Trần Văn Hiếu", "/vu-viec/chung-minh/", "/vu-viec/chung-minh/ma/"


@pytest.fixture
def case(place: World, settings: Any) -> Violation:
    """Return a served decision whose owner agreed to e-mail and text messages."""
    settings.MESSAGES = BOTH_WAYS
    made = case_at("served", place)
    agrees(made, place, email=EMAIL, phone=PHONE)
    return made


def ask(browser: Client, contact: str = EMAIL) -> Any:
    return browser.post(PROVE, {"contact": contact})


def right_code() -> str:
    return inbox.code_of(InboxCode.objects.latest("pk").pk)


def proved(browser: Client, case: Violation) -> Client:
    look_up(browser, case)
    assert ask(browser)["Location"] == CODE
    assert browser.post(CODE, {"code": right_code()})["Location"] == "/vu-viec/"
    return browser


def test_the_code_opens_name_and_papers_under_a_new_key_and_is_logged(
    browser: Client, case: Violation
) -> None:
    decision = paper(case, "MQD02")
    assert produce(decision.pk, at=NOW)
    before = look_up(browser, case)
    assert NAME not in text(before)
    assert f'href="{PROVE}"' in text(before)
    assert browser.get("/vu-viec/giay/MQD02.pdf").status_code == 404
    key = browser.session.session_key
    ask(browser)
    browser.post(CODE, {"code": right_code()})
    assert browser.session.session_key != key
    page = main_of(browser.get("/vu-viec/"))
    assert NAME in page
    assert f'href="{PROVE}"' not in page
    pdf = browser.get("/vu-viec/giay/MQD02.pdf")
    assert pdf.content == read_pdf(Notice.objects.get(pk=decision.pk))
    assert (pdf["Content-Type"], pdf["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    looked = AccessEntry.objects.filter(case=case, actor=None, level="person")
    assert list(looked.order_by("pk").values_list("what", flat=True)) == ["case", "case", "paper"]
    assert browser.get("/vu-viec/giay/khong-co.pdf").status_code == 404
    assert browser.get(PROVE)["Location"] == "/vu-viec/"


def test_whoever_wanted_to_answer_goes_on_with_the_answer(browser: Client, case: Violation) -> None:
    look_up(browser, case)
    complaint = "/vu-viec/tra-loi/khieu-nai/"
    assert f'href="{PROVE}"' in text(browser.get(complaint))
    ask(browser)
    assert browser.post(CODE, {"code": right_code()})["Location"] == complaint
    first = browser.get(complaint)["Location"]
    assert first.startswith(complaint) and browser.get(first).status_code == 200


def test_a_contact_not_on_file_looks_the_same_and_gets_nothing(case: Violation) -> None:
    stranger, owner = english(), english()
    look_up(stranger, case)
    look_up(owner, case)
    pages = []
    for each, contact in ((stranger, "khac@vidu.vn"), (owner, PHONE)):
        assert ask(each, contact)["Location"] == CODE
        pages.append(re.sub(r'value="[^"]{40,}"', "", text(each.get(CODE))))
    assert pages[0] == pages[1]
    assert InboxCode.objects.get().route == "sms"
    for each in (stranger, owner):
        assert "does not open the case" in text(each.post(CODE, {"code": wrong_code()}))
    # The owner's code opens nothing in the stranger's browser.
    assert "does not open the case" in text(stranger.post(CODE, {"code": right_code()}))
    assert NAME not in text(stranger.get("/vu-viec/"))


def test_a_code_is_for_its_own_door_case_and_ten_minutes(
    browser: Client, case: Violation, place: World, clock: Any
) -> None:
    other = case_at("served", place, plate="30F25658", owner="organisation", kind="speed_over")
    look_up(browser, case)
    ask(browser)
    code = InboxCode.objects.get()
    assert inbox.open_with_code(code.pk, right_code(), at=NOW) is None, "no inbox by this code"
    # Another case opened in a second tab: the code of the first opens neither.
    look_up(browser, other)
    assert browser.post(CODE, {"code": right_code()})["Location"] == PROVE
    assert "Công ty Vận tải Mẫu" not in text(browser.get("/vu-viec/"))
    look_up(browser, case)
    clock(NOW + timedelta(minutes=10))
    assert "does not open" in text(browser.post(CODE, {"code": right_code()}))


def test_five_tries_three_codes_an_hour_and_used_once(browser: Client, case: Violation) -> None:
    look_up(browser, case)
    ask(browser)
    for _turn in range(one_time_codes.TRIES):
        browser.post(CODE, {"code": wrong_code()})
    assert browser.post(CODE, {"code": right_code()}).status_code == 200
    ask(browser)
    code = InboxCode.objects.latest("pk")
    assert browser.post(CODE, {"code": right_code()}).status_code == 303
    again = english()
    look_up(again, case)
    assert ask(again).status_code == 303
    assert inbox.open_with_code(code.pk, inbox.code_of(code.pk), purpose="case", at=NOW) is None
    assert ask(again).status_code == 429, "three an hour for one contact, wherever it is asked"


def test_without_the_code_of_the_paper_there_is_nothing_to_raise(
    browser: Client, case: Violation
) -> None:
    assert browser.get(PROVE)["Location"] == "/tra-cuu/"
    assert browser.post("/vu-viec/chung-minh/tai-khoan/")["Location"] == "/tra-cuu/"
    look_up_decision(browser, case)
    assert browser.get(PROVE)["Location"] == "/tra-cuu/"
    assert ask(browser)["Location"] == "/tra-cuu/"
    assert not InboxCode.objects.exists()


def test_the_owner_is_not_shown_what_is_the_drivers(browser: Client, case: Violation) -> None:
    Party.objects.filter(case=case, role="offender").update(
        identity_number="001099000099", full_name="Người Lái Khác"
    )
    proved(browser, case)
    page = main_of(browser.get("/vu-viec/"))
    assert NAME in page
    assert "Người Lái Khác" not in page
    assert "giay/TB0173.pdf" in page
    assert "giay/MQD02.pdf" not in page
    assert browser.get("/vu-viec/giay/MQD02.pdf").status_code == 404


def test_a_person_whom_the_case_has_lost_is_nobody_in_it(browser: Client, case: Violation) -> None:
    proved(browser, case)
    Party.objects.filter(case=case).update(identity_number="001099000099", full_name="Khác")
    page = main_of(browser.get("/vu-viec/"))
    assert "Khác" not in page
    assert browser.get("/vu-viec/giay/TB0173.pdf").status_code == 404
