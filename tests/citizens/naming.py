"""People who say who drove: what they type, on the pages and in the domain."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from citizens import appointments, nominations
from citizens.driver_statements import Driver
from citizens.models import AppointmentSlot, Nomination
from citizens.nomination_messages import code_of
from citizens.nominations import Named
from tests.citizens.visits import NOW, case_at, look_up, text
from tests.journeys import World, acting
from violations.models import Violation

OWNER_IDENTITY = "001084000001"  # as the register of the tests has him
DRIVER = {
    "full_name": "Nguyễn Thị Minh",
    "born_on": "06/11/1990",
    "identity_number": "001190000123",
    "address": "số 5 phố Mẫu, phường Mẫu Hai, thành phố Hà Nội",
}
LICENCE = {"licence_number": "010203040506", "licence_classes": "B"}
OWNER = DRIVER | {"full_name": "Trần Văn Hiếu", "identity_number": OWNER_IDENTITY}
NOMINEE_EMAIL = "minh.nguyen@vidu.vn"


def driver(**changes: Any) -> Driver:
    """Return who says that he drove."""
    return Driver(**DRIVER | {"born_on": date(1990, 11, 6), "agrees_electronic": True} | changes)


def named(**changes: Any) -> Named:
    """Return who is named, told by e-mail."""
    return Named(
        **{
            "reason": "drove",
            "full_name": "Nguyễn Thị Minh",
            "email": NOMINEE_EMAIL,
            "proof_text": "tin nhắn ngày 12/10/2026",
        }
        | changes
    )


def name(case: Violation, *, at: datetime = NOW, **changes: Any) -> Nomination:
    """Name somebody for a case, by the owner's side."""
    return nominations.name(
        case.pk, named(**changes), form_key=uuid.uuid4().hex, identified=False, at=at
    )


def notified(place: World, **claim: Any) -> Violation:
    """Return a case whose notice is out."""
    return case_at("notified", place, **claim)


def opened(browser: Client, case: Violation) -> Client:
    """Open a case with the code of its notice."""
    look_up(browser, case)
    return browser


def answer(browser: Client, address: str, slug: str, data: dict[str, str]) -> HttpResponse:
    """Answer one question; returns the page or where it leads."""
    return browser.post(f"{address}?cau={slug}", data)


def walk(browser: Client, address: str, answers: dict[str, dict[str, str]]) -> HttpResponse:
    """Answer every question in order and return the check page."""
    for slug, data in answers.items():
        sent = answer(browser, address, slug, data)
        assert sent.status_code == 303, text(sent)
    page = browser.get(f"{address}?cau=kiem-tra")
    assert page.status_code == 200, page.headers
    return page


def it_was_me(**changes: str) -> dict[str, dict[str, str]]:
    """Return the answers of “It was me”."""
    return {
        "nguoi-khai": OWNER | changes,
        "giay-phep": LICENCE,
        "bien-ban": {"electronic": "yes"},
        "xac-thuc": {"way": "declare", "contact": ""},
    }


def another(reason: str = "drove", **reach: str) -> dict[str, dict[str, str]]:
    """Return the answers of “Another person drove”."""
    found = {
        "vi-sao": {"reason": reason},
        "ai": {"named_name": "Nguyễn Thị Minh"},
        "lien-he": {"named_email": NOMINEE_EMAIL, "named_phone": "", "named_address": ""} | reach,
        "thoi-gian": {"from_on": "01/10/2026", "until_on": ""},
        "chung-minh": {"proof_text": "hợp đồng số 5 ngày 01/10/2026"},
    }
    if reason == "drove":
        del found["thoi-gian"]
    return found


def enter_named(browser: Client, nomination: Nomination) -> HttpResponse:
    """Enter the code of a person named and return what he is told."""
    sent = browser.post("/duoc-neu-ten/", {"code": code_of(nomination.pk)})
    assert sent.status_code == 303, text(sent)
    return browser.get(sent["Location"])


def fill_who_drove(place: World) -> None:
    """Name somebody who says that he drove, and let him book a time at the unit."""
    case = notified(place, plate="30F31313")
    made = name(case, address="số 9 phố Mẫu")
    nominations.accept(made.pk, driver(), form_key="a", at=NOW)
    day = NOW.date() + timedelta(days=3)
    times = appointments.Times(day, day, (time(9),), 30, 1)
    appointments.open_times(place.unit, times, by=acting(place.reviewer), at=NOW)
    appointments.book(case.pk, AppointmentSlot.objects.get().pk, form_key="b", at=NOW)
