"""What people said and booked stands on the road of the case; the privacy page says what is kept."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from citizens import appointments, driver_statements, nominations
from citizens.models import AppointmentSlot
from tests.citizens.answering import opened as proven
from tests.citizens.answering import send
from tests.citizens.conftest import browser, clock, english, place
from tests.citizens.holders import as_person
from tests.citizens.naming import OWNER_IDENTITY, driver, name, named, notified, opened
from tests.citizens.test_appointments import open_times
from tests.citizens.visits import NOW, case_at, text
from tests.citizens.written import rule
from tests.journeys import World, onward
from tests.notices.message_catcher import BOTH_WAYS
from violations.models import AccessEntry, Violation

__all__ = ["browser", "clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture
def case(place: World, settings: Any) -> Violation:
    settings.MESSAGES = BOTH_WAYS
    return notified(place)


def road(browser: Client) -> list[tuple[str, str]]:
    """Return titles and states of the road on the page of the case."""
    page = browser.get("/vu-viec/")
    return [(each.title, each.state) for each in page.context["milestones"]]


def test_a_chain_is_told_to_everybody_without_a_name(case: Violation, browser: Client) -> None:
    first = name(case, phone="+84912345678")
    second = nominations.pass_on(
        first.pk, named(full_name="Lê Văn Bảy", email="bay@vidu.vn"), form_key="b", at=NOW
    )
    nominations.accept(second.pk, driver(full_name="Lê Văn Bảy"), form_key="c", at=NOW)
    titles = [title for title, _state in road(opened(browser, case))]
    assert titles[2:6] == [
        "Another person was named as the driver",
        "The person named has named another person",
        "The person named said that he drove",
        "Who drove is established, record made",
    ]
    owner = english()
    as_person(owner, case)
    page = owner.get("/vu-viec/")
    assert "You named another person as the driver" in text(page)
    for source in (text(page), text(browser.get("/vu-viec/"))):
        for hidden in ("Lê Văn Bảy", "Nguyễn Thị Minh", "vidu.vn", "912345678"):
            assert hidden not in source


def test_a_statement_is_yours_where_you_proved_it_or_hold_the_code(
    case: Violation, browser: Client
) -> None:
    driver_statements.state(
        case.pk, driver(identity_number=OWNER_IDENTITY), form_key=uuid.uuid4().hex, at=NOW
    )
    assert ("You said that you drove", "done") in road(opened(browser, case))
    owner, stranger = english(), english()
    as_person(owner, case)
    assert ("You said that you drove", "done") in road(owner)
    as_person(stranger, case, "000009090909")
    assert ("A person said that he drove", "done") in road(stranger)


def test_a_time_at_the_unit_is_to_come_and_then_past(
    case: Violation, place: World, browser: Client, clock: Any
) -> None:
    open_times(place)
    slot = AppointmentSlot.objects.earliest("starts_at")
    appointments.book(case.pk, slot.pk, form_key="b", at=NOW)
    opened(browser, case)
    steps = road(browser)
    now = [state for _title, state in steps].index("now")
    assert steps[now + 1] == ("Appointment at the unit", "future")
    assert f"{case.unit.name}" in text(browser.get("/vu-viec/"))
    clock(slot.starts_at + timedelta(hours=1))
    onward(case, "recorded", place)
    later = english()
    opened(later, case)
    states = [state for _title, state in road(later)]
    assert ("Appointment at the unit", "done") in road(later)
    assert states == sorted(states, key=["done", "now", "future"].index)


def test_who_opened_a_file_that_was_sent_stands_under_who_looked(
    place: World, browser: Client
) -> None:
    case = case_at("served", place)
    send(proven(browser, case), "deferral")
    AccessEntry.objects.create(case=case, what="evidence", level="code", at=NOW)
    looks = browser.get("/vu-viec/").context["looks"].lines
    assert "the pictures, or a file that was sent" in [look.what for look in looks]


def test_the_privacy_page_says_the_days_that_rule(
    place: World, browser: Client, settings: Any
) -> None:
    address = "/bao-mat-du-lieu/"
    page = text(browser.get(address))
    assert "No days are set yet" in page and "30 days after the last answer" in page
    rule()
    rule("rejected")
    settings.NAMED_CONTACT_DAYS, settings.FLEET_ROW_DAYS = 17, 400
    page = text(browser.get(address))
    for told in (
        "365 days after the case has ended and cannot be contested (văn bản số 3 (mẫu))",
        "Of a case without a decision: 365 days",
        "17 days after the last answer",
        "400 days after the days of a line end",
        "12 hours", "24 hours", "10 minutes", "Whom to ask",
    ):  # fmt: skip
        assert told in page, told
    for kind in ("Answers and requests", "Files you send", "“It was me” statements",
                 "People named as drivers", "Files of fleets", "Appointments", "Account",
                 "Alerts about vehicles"):  # fmt: skip
        assert kind in page
