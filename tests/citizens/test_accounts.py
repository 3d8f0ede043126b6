"""Accounts of citizens: made by the first code, entered again, shown where they are open, deleted."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from citizens import (
    account_codes,
    citizen_accounts,
    consents,
    inbox,
    one_time_codes,
    own_cases,
    own_data,
)
from citizens.identity_provider import Identity
from citizens.models import (
    AccountCode,
    AccountEvent,
    AccountSession,
    CitizenAccount,
    ElectronicConsent,
)
from tests.citizens import electronic
from tests.citizens.conftest import english
from tests.citizens.holders import (
    EMAIL,
    SIGN_IN,
    SIGN_IN_CODE,
    enter,
    enter_as,
    right_code,
    wrong_code,
)
from tests.citizens.visits import NOW, case_at, look_up, main_of, text
from tests.journeys import World
from tests.notices.message_catcher import BOTH_WAYS, Catcher, catcher, one_catcher
from violations.guards import Refused
from violations.models import AccessEntry

__all__ = ["catcher", "one_catcher"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

OWNER = "001084000001"
DELETE, DELETE_CODE, CONTACT = "/tai-khoan/xoa/", "/tai-khoan/xoa/ma/", "/tai-khoan/lien-he/"


@pytest.fixture(autouse=True)
def _both_ways(settings: Any, clock: Any) -> None:
    settings.MESSAGES = BOTH_WAYS


def test_a_code_makes_the_account_and_finds_it_again(browser: Client, catcher: Catcher) -> None:
    key = browser.session.session_key
    browser.post(SIGN_IN, {"contact": " An.Le@ViDu.vn "})
    code = AccountCode.objects.get()
    assert account_codes.CODES.send(catcher.ways, at=NOW) == 1
    assert account_codes.CODES.send(catcher.ways, at=NOW) == 0, "sent once"
    told = catcher.caught()[str(code.pk)]
    assert told["to"] == EMAIL
    assert "đăng nhập" in told["text"]
    six = re.search(r"\b\d{6}\b", told["text"])
    assert six is not None
    assert browser.post(SIGN_IN_CODE, {"code": six[0]})["Location"] == "/tai-khoan/"
    assert browser.session.session_key != key
    account = CitizenAccount.objects.get()
    assert (account.email, account.alerts_by_email, account.is_identified) == (EMAIL, True, False)
    other = english()
    assert enter(other).pk == account.pk
    assert get_user_model().objects.count() == 0, "no citizen is a user"
    assert EMAIL in text(other.get("/tai-khoan/"))
    # Identity is not proved, so there is nothing of anybody.
    assert "once it is proved" in text(other.get("/tai-khoan/vu-viec/"))
    assert not own_cases.cases_of(account).exists()
    assert other.post("/tai-khoan/hop-thu/")["Location"] == "/hop-thu/"


def test_known_and_unknown_contacts_are_answered_alike(browser: Client) -> None:
    enter(browser)
    pages = []
    for contact in (EMAIL, "ai.do@vidu.vn"):
        each = english()
        assert each.post(SIGN_IN, {"contact": contact})["Location"] == SIGN_IN_CODE
        pages.append(re.sub(r'value="[^"]{40,}"', "", text(each.get(SIGN_IN_CODE))))
        assert "not right" in text(each.post(SIGN_IN_CODE, {"code": wrong_code()}))
    assert pages[0] == pages[1]
    assert CitizenAccount.objects.count() == 1


def test_five_tries_ten_minutes_once_and_three_an_hour(browser: Client, clock: Any) -> None:
    browser.post(SIGN_IN, {"contact": EMAIL})
    for _turn in range(one_time_codes.TRIES):
        browser.post(SIGN_IN_CODE, {"code": wrong_code()})
    assert "not right" in text(browser.post(SIGN_IN_CODE, {"code": right_code()}))
    enter(browser)
    code = AccountCode.objects.latest("pk")
    again = account_codes.use(code.pk, right_code(), code.purpose, at=NOW)
    assert again is None, "used once: the second press of a double click"
    late = english()
    late.post(SIGN_IN, {"contact": EMAIL})
    assert late.post(SIGN_IN, {"contact": EMAIL}).status_code == 429
    clock(NOW + timedelta(minutes=10))
    assert "not right" in text(late.post(SIGN_IN_CODE, {"code": right_code()}))
    assert not account_codes.CODES.waiting(at=NOW + timedelta(minutes=10)).exists()
    assert account_codes.forget(at=NOW + timedelta(days=2)) == 3


def test_a_code_opens_its_own_door_alone(browser: Client) -> None:
    enter(browser)
    browser.post(DELETE)
    to_delete, code = AccountCode.objects.latest("pk"), right_code()
    assert to_delete.purpose == "delete"
    for purpose in ("sign_in", "contact"):
        assert account_codes.use(to_delete.pk, code, purpose, at=NOW) is None
    # Another account's browser has no use for it either.
    other = english()
    enter(other, "0987654321")
    session = other.session
    session["account_code"] = {"delete": str(to_delete.pk)}
    session.save()
    assert other.post(DELETE_CODE, {"code": code}).status_code == 200
    assert CitizenAccount.objects.count() == 2


@pytest.mark.parametrize("contact", ["a@b.vn\r\nBcc: x@y.vn", "😀@vidu.vn", "abc", "0912"])
def test_garbage_is_told_at_the_field(browser: Client, contact: str) -> None:
    answer = browser.post(SIGN_IN, {"contact": contact})
    assert answer.status_code == 200
    assert answer.context["form"].errors["contact"]


def test_a_contact_is_added_by_its_own_code_and_is_one_accounts(browser: Client) -> None:
    enter(english(), "0987654321")
    mine = enter(browser)
    for phone, expected in (("0987 654 321", "Another account"), ("0912345678", None)):
        assert browser.post(CONTACT, {"contact": phone})["Location"] == CONTACT
        answer = browser.post(CONTACT, {"code": right_code()})
        if expected is None:
            assert answer["Location"] == "/tai-khoan/"
        else:
            assert expected in text(answer)
    mine.refresh_from_db()
    assert (mine.email, mine.phone) == (EMAIL, "+84912345678")


def test_sessions_are_listed_ended_and_over_by_themselves(browser: Client, clock: Any) -> None:
    account = enter(browser)
    other = Client(headers={"accept-language": "en", "user-agent": "Mozilla Windows Firefox/140"})
    enter(other)
    stranger = english()
    enter(stranger, "0987654321")
    page = text(browser.get("/tai-khoan/phien/"))
    assert "Firefox, Windows" in page
    assert page.count('name="session"') == 2
    theirs = str(AccountSession.objects.exclude(account=account).get().pk)
    browser.post("/tai-khoan/phien/", {"session": theirs})
    browser.post("/tai-khoan/phien/", {"session": "x"})
    assert stranger.get("/tai-khoan/").status_code == 200, "another's session stays"
    browser.post("/tai-khoan/phien/", {"session": other.session["account"]["session"]})
    assert other.get("/tai-khoan/")["Location"] == SIGN_IN
    assert "signed out" in text(other.get(SIGN_IN))
    clock(NOW + timedelta(minutes=50))
    assert browser.get("/tai-khoan/").status_code == 200
    clock(NOW + timedelta(minutes=100))
    assert browser.get("/tai-khoan/").status_code == 200, "use keeps it open"
    clock(NOW + timedelta(minutes=161))
    assert browser.get("/tai-khoan/")["Location"] == SIGN_IN
    browser.post("/tai-khoan/dang-xuat/")
    assert browser.post("/tai-khoan/dang-xuat/")["Location"] == SIGN_IN


def test_the_inbox_opens_for_the_person_and_says_so_in_its_proof(
    browser: Client, place: World
) -> None:
    made = electronic.decided(place, email=EMAIL)
    electronic.sent(made)
    enter_as(browser, OWNER)
    assert browser.post("/tai-khoan/hop-thu/")["Location"] == "/hop-thu/van-ban/"
    assert made.number_text in text(browser.get("/hop-thu/van-ban/"))
    browser.post(f"/hop-thu/van-ban/{made.pk}/")
    case = AccessEntry.objects.filter(what="paper").latest("pk").case
    assert "tài khoản đã định danh" in case.service.proof
    stranger = english()
    enter_as(stranger, "000099999999")
    assert stranger.post("/tai-khoan/hop-thu/")["Location"] == "/tai-khoan/"
    assert stranger.get("/hop-thu/van-ban/")["Location"] == "/hop-thu/"
    # Signed out elsewhere, the inbox is shut with the account.
    citizen_accounts.end_session(
        CitizenAccount.objects.get(person_digest=consents.person_digest(OWNER)),
        browser.session["account"]["session"],
        at=NOW,
    )
    assert inbox.held(browser.session, at=NOW) is None


def test_deleting_says_what_stays_asks_a_fresh_code_and_ends_the_consent(
    browser: Client, place: World
) -> None:
    made = electronic.decided(place, email="hieu.tran@vidu.vn")
    electronic.sent(made)
    account = enter_as(browser, OWNER)
    citizen_accounts.add_contact(account, EMAIL, at=NOW)
    own_data.ask(account, "en", at=NOW)
    page = text(browser.get(DELETE))
    assert "What the law keeps" in page
    assert EMAIL not in page
    assert browser.get(DELETE_CODE)["Location"] == DELETE
    assert browser.post(DELETE)["Location"] == DELETE_CODE
    assert "not right" in text(browser.post(DELETE_CODE, {"code": wrong_code()}))
    assert browser.post(DELETE_CODE, {"code": right_code()})["Location"] == "/"
    assert not CitizenAccount.objects.exists()
    assert not AccountCode.objects.exists()
    consent = ElectronicConsent.objects.get()
    assert (consent.withdrawal_proof, consent.withdrawn_by) == ("account", None)
    assert electronic.ways(made)["post"] == "waiting", "what was not opened goes by post"
    assert browser.get("/tai-khoan/")["Location"] == SIGN_IN
    citizen_accounts.delete(account, proof="x", at=NOW)
    assert AccountEvent.objects.filter(what="deleted").count() == 1, "twice is once"
    with connection.cursor() as cursor, pytest.raises(Exception, match="stays"):
        cursor.execute("UPDATE citizens_accountevent SET what = 'made'")


def test_a_person_with_a_new_name_at_the_provider_keeps_the_account_and_no_other_takes_it(
    browser: Client,
) -> None:
    mine, theirs = enter_as(browser, OWNER), enter_as(english(), "000099999999")
    session: Any = english().session
    again = citizen_accounts.sign_in_by_identity(
        session, Identity("a new name", OWNER), device="", at=NOW
    )
    assert again.pk == mine.pk
    for number in (OWNER, "000011111111"):  # another's name with my number, and with a third one
        with pytest.raises(Refused):
            citizen_accounts.sign_in_by_identity(
                session, Identity("tech-000099999999", number), device="", at=NOW
            )
    assert set(CitizenAccount.objects.all()) == {mine, theirs}


def test_a_code_opens_an_identified_account_and_nothing_of_the_person(
    browser: Client, place: World
) -> None:
    """Whoever reads another's e-mail has no identity: §6.2, L2 is proved in the session."""
    case = case_at("served", place)
    account = enter_as(browser, OWNER)
    citizen_accounts.add_contact(account, EMAIL, at=NOW)
    browser.post("/tai-khoan/du-lieu/")
    own_data.make_waiting(at=NOW)
    reader = english()
    assert enter(reader).pk == account.pk
    assert case.plate_display not in text(reader.get("/tai-khoan/vu-viec/"))
    assert reader.post("/tai-khoan/vu-viec/", {"case": str(case.pk)}).status_code == 404
    assert reader.post("/tai-khoan/hop-thu/")["Location"] == "/hop-thu/"
    assert "once more first" in text(reader.post("/tai-khoan/du-lieu/"))
    assert reader.get("/tai-khoan/du-lieu/tai-ve/").status_code == 404
    assert "First prove" in text(reader.get("/tai-khoan/phuong-tien/them/"))
    look_up(reader, case)
    assert reader.post("/vu-viec/chung-minh/tai-khoan/")["Location"] == "/vu-viec/chung-minh/"
    assert "Trần Văn Hiếu" not in main_of(reader.get("/vu-viec/"))
    # The identity proved in this session opens what is the person's.
    signed_in = citizen_accounts.held(reader.session, at=NOW)
    assert signed_in is not None
    with pytest.raises(Refused):
        citizen_accounts.identify(signed_in, Identity("khac", "000099999999"), at=NOW)
    assert case.plate_display not in text(reader.get("/tai-khoan/vu-viec/"))
    citizen_accounts.identify(signed_in, Identity("tech", OWNER), at=NOW)
    assert case.plate_display in text(reader.get("/tai-khoan/vu-viec/"))


def test_a_citizen_opens_no_room_of_staff(browser: Client, place: World) -> None:
    case = case_at("served", place)
    enter_as(browser, OWNER)
    browser.post("/tai-khoan/vu-viec/", {"case": str(case.pk)})
    assert "Trần Văn Hiếu" in main_of(browser.get("/vu-viec/"))
    for path in ("/can-bo/", f"/can-bo/ho-so/{case.number}/", "/quan-tri/", "/api/v1/violations/"):
        assert browser.get(path).status_code in (302, 401, 403), path
    assert browser.get("/can-bo/tai-khoan/2fa/").status_code == 302
    sent = {"login": EMAIL, "password": "x" * 12}
    assert "_auth_user_id" not in browser.session
    assert browser.post("/can-bo/tai-khoan/login/", sent).status_code == 200
