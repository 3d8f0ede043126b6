"""The identity provider, as a real process: the whole way, and everything that must prove nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.conf import settings as portal_settings
from django.contrib.auth import get_user_model
from django.test import Client

from citizens import citizen_accounts
from citizens.checks import check_identity_settings
from citizens.models import AccountEvent, CitizenAccount
from config.security import content_security_policy
from tests.citizens.conftest import english
from tests.citizens.identity_process import RETURN, Provider, go, one_provider, prove, provider
from tests.citizens.visits import NOW, case_at, look_up, main_of, text
from tests.journeys import World
from tests.violations.desk import signed_in

__all__ = ["one_provider", "provider"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

OWNER, STRANGER = "001084000001", "000099999999"
NAME = "Trần Văn Hiếu"
#: What the sandbox can be told to do wrong, and what a person is told of it.
WRONG = {
    "level": "of level 1",
    "refused": "You stopped at the identity provider",
    "nonce": "does not hold",
    "issuer": "does not hold",
    "state": "used already",
}


def test_one_signs_in_and_sees_ones_cases_and_no_username_holds_the_number(
    browser: Client, provider: Provider, place: World
) -> None:
    case = case_at("served", place)
    other = case_at("served", place, owner="organisation", plate="30F25658", kind="speed_over")
    hidden = case_at("verified", place, plate="30A11111")
    key = browser.session.session_key
    assert prove(browser, provider, "sign_in", OWNER)["Location"] == "/tai-khoan/"
    assert browser.session.session_key != key
    account = CitizenAccount.objects.get()
    assert account.is_identified
    assert citizen_accounts.number_of(account) == OWNER
    assert OWNER.encode() not in bytes(account.sealed_number)
    assert not get_user_model().objects.filter(username__contains=OWNER).exists()
    page = main_of(browser.get("/tai-khoan/vu-viec/"))
    assert case.plate_display in page
    assert other.plate_display not in page
    assert hidden.plate_display not in page
    opened = browser.post("/tai-khoan/vu-viec/", {"case": str(case.pk)})
    assert opened["Location"] == "/vu-viec/"
    assert NAME in main_of(browser.get("/vu-viec/"))
    assert browser.post("/tai-khoan/vu-viec/", {"case": str(other.pk)}).status_code == 404
    assert browser.post("/tai-khoan/vu-viec/", {"case": "x"}).status_code == 404
    # The second time finds the same account, and the first browser can be signed out from there.
    again = english()
    prove(again, provider, "sign_in", OWNER)
    assert CitizenAccount.objects.count() == 1
    first = browser.session["account"]["session"]
    assert again.post("/tai-khoan/phien/", {"session": first}).status_code == 303
    assert browser.get("/tai-khoan/")["Location"] == "/tai-khoan/dang-nhap/"
    assert browser.get("/vu-viec/").status_code == 302, "what it had opened is closed too"


def test_an_identity_raises_the_case_it_is_addressed_to_and_no_other(
    browser: Client, provider: Provider, place: World
) -> None:
    case = case_at("served", place)
    look_up(browser, case)
    answer = prove(browser, provider, "case", STRANGER)
    assert answer["Location"] == "/vu-viec/chung-minh/"
    assert "addressed to somebody else" in text(browser.get("/vu-viec/chung-minh/"))
    assert NAME not in main_of(browser.get("/vu-viec/"))
    assert not CitizenAccount.objects.exists(), "proving makes no account"
    # The way is one case's: another one opened meanwhile stays as it is.
    back = go(browser, provider, "case", OWNER)
    look_up(browser, case_at("served", place, plate="30A22222"))
    browser.get(back)
    assert NAME not in main_of(browser.get("/vu-viec/"))
    look_up(browser, case)
    assert prove(browser, provider, "case", OWNER)["Location"] == "/vu-viec/"
    assert NAME in main_of(browser.get("/vu-viec/"))


def test_what_is_wrong_proves_nothing_at_any_door(
    browser: Client, provider: Provider, place: World
) -> None:
    case = case_at("served", place)
    look_up(browser, case)
    for fault, words in WRONG.items():
        for purpose in ("case", "sign_in"):
            prove(browser, provider, purpose, OWNER, fault)
            assert words in text(browser.get("/tai-khoan/dang-nhap/")), (fault, purpose)
            assert "account" not in browser.session, (fault, purpose)
        assert NAME not in main_of(browser.get("/vu-viec/")), fault
    assert not CitizenAccount.objects.exists()


def test_an_answer_counts_once_in_its_own_browser_within_ten_minutes(
    browser: Client, provider: Provider, place: World, clock: Any
) -> None:
    back = go(browser, provider, "sign_in", OWNER)
    asked = parse_qs(urlsplit(back).query)
    assert sorted(asked) == ["code", "state"]
    thief = english()
    assert thief.get(back)["Location"] == "/tai-khoan/dang-nhap/", "state is the other browser's"
    assert browser.get(back)["Location"] == "/tai-khoan/"
    browser.post("/tai-khoan/dang-xuat/")
    assert browser.get(back)["Location"] == "/tai-khoan/dang-nhap/", "a second time is nothing"
    late = go(browser, provider, "sign_in", OWNER)
    clock(NOW + timedelta(minutes=10))
    assert browser.get(late)["Location"] == "/tai-khoan/dang-nhap/"
    for junk in ("", "?state=%E1%BA%A1", "?state=x&code=y", "?error=access_denied"):
        assert browser.get(RETURN + junk)["Location"] == "/tai-khoan/dang-nhap/"
    assert CitizenAccount.objects.count() == 1


def test_two_tabs_on_their_way_both_come_back(browser: Client, provider: Provider, place: World):
    first = go(browser, provider, "sign_in", STRANGER, "refused")
    second = go(browser, provider, "sign_in", OWNER)
    browser.get(first)
    assert browser.get(second)["Location"] == "/tai-khoan/"


def test_what_is_asked_is_a_code_with_pkce_for_level_two(
    browser: Client, provider: Provider, place: World
) -> None:
    sent = browser.post("/tai-khoan/dinh-danh/", {"purpose": "sign_in"})["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert (asked["response_type"], asked["acr_values"]) == ("code", "LoA2")
    kept = browser.session["identity_trips"][asked["state"]]
    assert kept["verifier"] not in sent
    assert kept["nonce"] == asked["nonce"]
    assert browser.post("/tai-khoan/dinh-danh/", {"purpose": "khac"}).status_code == 404
    assert browser.get("/tai-khoan/dinh-danh/").status_code == 405


def test_a_token_of_another_hand_or_kind_is_none(
    browser: Client, provider: Provider, place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider's keys are asked; a token that names another algorithm is not believed."""
    from citizens import identity_provider as ours

    real = ours._tokens

    def forged(*given: Any) -> dict[str, Any]:
        tokens = real(*given)
        claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
        header = jwt.get_unverified_header(tokens["id_token"])
        secret = "k" * 32
        tokens["id_token"] = jwt.encode(claims, secret, "HS256", headers={"kid": header["kid"]})
        return tokens

    monkeypatch.setattr(ours, "_tokens", forged)
    prove(browser, provider, "sign_in", OWNER)
    assert not CitizenAccount.objects.exists()


def test_an_enterprise_is_known_by_its_own_number(
    browser: Client, provider: Provider, place: World
) -> None:
    case = case_at("served", place, owner="organisation", kind="speed_over")
    prove(browser, provider, "sign_in", "0100000001")
    assert case.plate_display in main_of(browser.get("/tai-khoan/vu-viec/"))


def test_an_account_is_one_persons(browser: Client, provider: Provider, place: World) -> None:
    prove(browser, provider, "sign_in", OWNER)
    # The same account proved again by another person stays the first one's.
    prove(browser, provider, "link", STRANGER)
    assert "another person" in text(browser.get("/tai-khoan/"))
    account = CitizenAccount.objects.get()
    assert citizen_accounts.number_of(account) == OWNER
    key = browser.session.session_key
    prove(browser, provider, "link", OWNER)
    assert browser.session.session_key != key
    # Deleting asks for the same person once more.
    assert prove(browser, provider, "delete", STRANGER)["Location"] == "/tai-khoan/xoa/"
    assert CitizenAccount.objects.count() == 1
    assert prove(browser, provider, "delete", OWNER)["Location"] == "/"
    assert not CitizenAccount.objects.exists()
    assert AccountEvent.objects.filter(account_ref=account.pk, what="deleted").count() == 1


def test_staff_are_no_citizens_and_the_sandbox_is_for_trials_alone(
    provider: Provider, place: World, settings: Any
) -> None:
    officer = signed_in(place.reviewer)
    for path in ("/tai-khoan/", "/tai-khoan/dang-nhap/", "/tai-khoan/phuong-tien/", RETURN):
        assert officer.get(path).status_code == 403, path
    assert officer.post("/tai-khoan/dinh-danh/", {"purpose": "sign_in"}).status_code == 403
    assert provider.address in content_security_policy()
    assert check_identity_settings() == []
    settings.IS_SAMPLE = False
    assert [fault.id for fault in check_identity_settings()] == ["citizens.E004"]
    settings.IDENTITY_ISSUER = "https://xacthuc.vidu.vn"
    assert check_identity_settings() == []
    settings.IDENTITY_LEVELS = frozenset({"LoA1", "LoA2"})
    assert [fault.id for fault in check_identity_settings()] == ["citizens.E005"]
    assert not any("idp" in app or "identity_sandbox" in app for app in settings.INSTALLED_APPS)
    done = subprocess.run(
        [sys.executable, "-m", "citizens.identity_sandbox", "--port", "0", "--return-url", "x"],
        env={"PORTAL_SAMPLE": "0", "IDENTITY_SECRET": "x" * 40},
        cwd=portal_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "sandbox" in done.stderr) == (2, True)


def test_without_a_provider_nothing_offers_it(browser: Client, place: World, settings: Any) -> None:
    settings.IDENTITY_ISSUER = ""
    assert "VNeID" not in text(browser.get("/tai-khoan/dang-nhap/"))
    assert browser.post("/tai-khoan/dinh-danh/", {"purpose": "sign_in"}).status_code == 404
    settings.IDENTITY_ISSUER = "http://127.0.0.1:1"
    browser.post("/tai-khoan/dinh-danh/", {"purpose": "sign_in"})
    assert "does not answer now" in text(browser.get("/tai-khoan/dang-nhap/"))
