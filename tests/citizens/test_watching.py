"""Vehicles that owners watch: proved first, told once, and stopped when the vehicle is another's."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from citizens import alerts, own_data, tasks, watching
from citizens.consents import person_digest
from citizens.models import (
    AccountEvent,
    CitizenAccount,
    DataCopy,
    PlateAlert,
    WatchedPlate,
)
from tests.citizens import electronic
from tests.citizens.conftest import english
from tests.citizens.holders import EMAIL, OTHER, OWNER, as_person, enter, enter_as
from tests.citizens.visits import NOW, case_at, look_up, text
from tests.journeys import START, World, onward
from tests.notices.message_catcher import BOTH_WAYS, Catcher, catcher, one_catcher
from tests.violations.test_registry import TOKEN, Register, register
from violations.guards import Refused
from violations.models import AccessEntry, Party, Violation

__all__ = ["catcher", "one_catcher", "register"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

PLATE, SHOWN = "30F25658", "30F-256.58"
ADD = "/tai-khoan/phuong-tien/them/"
OURS = {"plate": SHOWN, "vehicle_class": "car", "plate_colour": "white"}


@pytest.fixture(autouse=True)
def _register(settings: Any, clock: Any, register: Register, monkeypatch: Any) -> None:
    settings.MESSAGES = BOTH_WAYS
    settings.REGISTER_URL = register.address
    monkeypatch.setitem(settings.KEYS, "REGISTER_TOKEN", TOKEN)


def found_case(place: World, number: str = OWNER, **claim: Any) -> Violation:
    """Return a case of the plate whose owner is known, a moment before the notice."""
    case = case_at("owner_identified", place, plate=PLATE, **claim)
    Party.objects.filter(case=case, role="owner").update(identity_number=number)
    return case


def watched(browser: Client) -> CitizenAccount:
    account = enter_as(browser)
    CitizenAccount.objects.filter(pk=account.pk).update(
        email=EMAIL, phone="+84912345678", alerts_by_email=True, alerts_by_sms=True
    )
    assert browser.post(ADD, OURS)["Location"] == "/tai-khoan/phuong-tien/"
    return account


def test_only_whom_the_register_names_may_watch_and_twice_is_once(
    browser: Client, place: World, settings: Any
) -> None:
    watched(browser)
    browser.post(ADD, OURS)
    assert WatchedPlate.objects.count() == 1
    stranger = english()
    enter_as(stranger, OTHER)
    answers = []
    for plate in (SHOWN, "99A-999.99"):
        answers.append(text(stranger.post(ADD, OURS | {"plate": plate})))
        assert "does not name you as the owner" in answers[-1]
    assert WatchedPlate.objects.count() == 1
    settings.REGISTER_URL = "http://127.0.0.1:1"
    assert "does not answer now" in text(stranger.post(ADD, OURS | {"plate": SHOWN}))
    unproved = english()
    enter(unproved, "chua.dinh.danh@vidu.vn")
    assert "First prove" in text(unproved.get(ADD))
    assert "First prove" in text(unproved.post(ADD, OURS))
    mine = WatchedPlate.objects.get()
    stranger.post("/tai-khoan/phuong-tien/bo/", {"vehicle": str(mine.pk)})
    assert SHOWN in text(browser.get("/tai-khoan/phuong-tien/"))
    browser.post("/tai-khoan/phuong-tien/bo/", {"vehicle": str(mine.pk)})
    mine.refresh_from_db()
    assert mine.end_reason == "person"


def test_questions_to_the_register_are_bounded(browser: Client, place: World) -> None:
    account = enter_as(browser, OTHER)
    for _turn in range(watching.QUESTIONS[0].most):
        with pytest.raises(Refused):
            watching.watch_by_register(account, PLATE, "white", "car", at=NOW)
    assert browser.post(ADD, OURS).status_code == 429


def test_a_paper_and_the_owners_code_prove_a_vehicle_and_a_drivers_do_not(
    browser: Client, place: World
) -> None:
    case = case_at("served", place)
    account = enter(browser)
    look_up(browser, case)
    assert browser.post("/tai-khoan/phuong-tien/tu-vu-viec/")["Location"] == "/vu-viec/"
    assert "Only the owner" in text(browser.get("/vu-viec/"))
    Party.objects.filter(case=case, role="offender").update(identity_number="001099000099")
    for number, is_owner in (("001099000099", False), ("001084000001", True)):
        look_up(browser, case)
        as_person(browser, case, number)
        assert ("tu-vu-viec" in text(browser.get("/vu-viec/"))) is is_owner
        answer = browser.post("/tai-khoan/phuong-tien/tu-vu-viec/")
        assert (answer["Location"] == "/tai-khoan/phuong-tien/") is is_owner
    watch = account.watches.get()
    assert (watch.plate, watch.proof) == (case.plate, "paper")
    # An account that is proved to be somebody else's does not take another's vehicle.
    other = english()
    enter_as(other, OTHER)
    as_person(other, case)
    assert other.post("/tai-khoan/phuong-tien/tu-vu-viec/")["Location"] == "/vu-viec/"
    assert WatchedPlate.objects.count() == 1


def test_a_public_case_is_told_once_by_every_way_and_in_the_account(
    browser: Client, place: World, catcher: Catcher
) -> None:
    account = watched(browser)
    case = found_case(place)
    assert not PlateAlert.objects.exists(), "nothing before the notice"
    onward(case, "notified", place)
    alert = PlateAlert.objects.get()
    assert (alert.account_id, alert.case_id) == (account.pk, case.pk)
    assert SHOWN not in text(browser.get("/tai-khoan/")), "not told yet"
    assert alerts.send_due(catcher.ways, now=lambda: NOW) == 1
    assert alerts.send_due(catcher.ways, now=lambda: NOW + timedelta(days=1)) == 0
    told = catcher.caught()
    texts = [told[f"{alert.pk}-{route}"]["text"] for route in ("email", "sms")]
    for words in texts:
        assert SHOWN in words
        assert "http" not in words.lower() and "/tai-khoan" not in words
        assert case.place not in words and case.number not in words
    assert SHOWN in text(browser.get("/tai-khoan/"))
    onward(Violation.objects.get(pk=case.pk), "recorded", place)
    assert PlateAlert.objects.count() == 1, "one a case"
    assert browser.post("/tai-khoan/vu-viec/", {"case": str(case.pk)})["Location"] == "/vu-viec/"
    assert AccessEntry.objects.filter(case=case, what="case", level="person").exists()


def test_nobody_is_told_of_a_vehicle_that_is_anothers_now(
    browser: Client, place: World, catcher: Catcher, register: Register
) -> None:
    watched(browser)
    onward(found_case(place, OTHER), "notified", place)
    assert not PlateAlert.objects.exists(), "the case is the new owner's"
    # Sold between the notice and the sending: the register is asked once more.
    onward(found_case(place, at=START + timedelta(hours=2)), "notified", place)
    watch = WatchedPlate.objects.get()
    for owner, plate, reason in ((OTHER, PLATE, "owner"), (OWNER, "99A99998", "gone")):
        WatchedPlate.objects.filter(pk=watch.pk).update(
            ended_at=None,
            end_reason="",
            plate=plate,
            owner_digest=person_digest(owner),
        )
        PlateAlert.objects.update(state="waiting", next_attempt_at=NOW)
        assert alerts.send_due(catcher.ways, now=lambda: NOW) == 0
        watch.refresh_from_db()
        assert (watch.end_reason, PlateAlert.objects.get().state) == (reason, "stopped")
    assert "another owner" not in text(browser.get("/tai-khoan/"))
    assert "no longer knows" in text(browser.get("/tai-khoan/phuong-tien/"))


def test_a_silent_register_or_gateway_only_delays(
    browser: Client, place: World, catcher: Catcher, settings: Any
) -> None:
    watched(browser)
    onward(found_case(place), "notified", place)
    there, settings.REGISTER_URL = settings.REGISTER_URL, "http://127.0.0.1:1"
    assert alerts.send_due(catcher.ways, now=lambda: NOW) == 0
    assert not alerts.due(at=NOW).exists(), "not at once again"
    settings.REGISTER_URL = there
    catcher.behave("email", "unavailable")
    later = NOW + timedelta(minutes=5)
    assert alerts.send_due(catcher.ways, now=lambda: later) == 0
    alert = PlateAlert.objects.get()
    assert (alert.email_sent_at, alert.sms_sent_at is not None) == (None, True)
    catcher.behave("email", "")
    assert alerts.send_due(catcher.ways, now=lambda: NOW + timedelta(hours=3)) == 1
    alert.refresh_from_db()
    assert (alert.state, alert.email_sent_at is not None) == ("told", True)


def test_a_copy_of_ones_data_is_made_by_a_worker_kept_a_day_and_logged(
    browser: Client, place: World, clock: Any
) -> None:
    account = watched(browser)
    case = onward(found_case(place), "notified", place)
    hidden = case_at("served", place, owner="organisation", plate="29A99999", kind="speed_over")
    electronic.agrees(case, place, email="hieu.tran@vidu.vn")
    assert browser.get("/tai-khoan/du-lieu/tai-ve/").status_code == 404
    for _press in range(2):
        assert browser.post("/tai-khoan/du-lieu/").status_code == 303
    assert DataCopy.objects.count() == 1
    assert "being made" in text(browser.get("/tai-khoan/du-lieu/"))
    tasks.make_data_copies()
    answer = browser.get("/tai-khoan/du-lieu/tai-ve/")
    assert answer["Content-Type"] == "application/zip"
    pack = zipfile.ZipFile(io.BytesIO(answer.content))
    told = json.loads(pack.read("du-lieu.json"))
    page = pack.read("du-lieu.html").decode()
    assert told["account"]["identity_number"] == OWNER
    assert [each["number"] for each in told["cases"]] == [case.number]
    assert told["cases"][0]["papers"][0]["number"] in page
    assert told["vehicles"][0]["plate"] == SHOWN
    assert told["consents"][0]["email"] == "hieu.tran@vidu.vn"
    assert hidden.number not in json.dumps(told) + page
    sheet = browser.get("/tai-khoan/du-lieu/doc.pdf")
    assert sheet.content == pack.read("du-lieu.pdf")
    pages = PdfReader(io.BytesIO(sheet.content)).pages
    printed = " ".join(" ".join(page.extract_text() for page in pages).split())
    for words in (OWNER, SHOWN, case.number, "hieu.tran@vidu.vn", told["cases"][0]["standing"]):
        assert words in printed
    assert hidden.number not in printed
    assert not any(page.images for page in pages), "no picture, so none of anybody else"
    assert b"0000010101" not in bytes(DataCopy.objects.get().sealed), "sealed"
    wanted = {"exported": 1, "taken": 2}
    for what, count in wanted.items():
        assert AccountEvent.objects.filter(account_ref=account.pk, what=what).count() == count
    assert AccessEntry.objects.filter(case=case, level="person").count() == 1
    stranger = english()
    enter_as(stranger, OTHER)
    assert stranger.get("/tai-khoan/du-lieu/tai-ve/").status_code == 404
    assert stranger.get("/tai-khoan/du-lieu/doc.pdf").status_code == 404
    clock(NOW + timedelta(hours=24))
    enter_as(browser, at=NOW + timedelta(hours=24))
    assert browser.get("/tai-khoan/du-lieu/tai-ve/").status_code == 404
    assert own_data.forget_expired(at=NOW + timedelta(hours=24)) == 1


def test_a_fourth_copy_within_a_day_waits(browser: Client, place: World) -> None:
    enter_as(browser)
    for _turn in range(3):
        browser.post("/tai-khoan/du-lieu/")
        tasks.make_data_copies()
    assert browser.post("/tai-khoan/du-lieu/").status_code == 429
