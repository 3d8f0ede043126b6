"""Every answer a person can give in a case, from the chooser to its receipt, in both languages.

The whole table is ``long``; what people send most is in ``test_answers_online`` and
``test_who_drove``.

    pytest tests/browser/test_every_answer.py -m long
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from citizens.answer_forms import CHECK, FILES
from citizens.submissions import RELIEFS
from tests.browser.keyboard import vi
from tests.browser.stage_hand import Stage
from tests.browser.test_answers_online import go_on
from tests.browser.test_paying import opened
from tests.browser.test_who_drove import ME, OTHER, PERSON, name_somebody, say_who
from tests.browser.test_who_drove import fill as answer_question
from tests.citizens.answering import FILLED
from tests.scenery import picture

pytestmark = pytest.mark.long

LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
BEFORE_THE_RECORD = ("not_mine", "cloned", "never_received")


class Cases:
    """A case at the right point of its procedure for each play, made as they are needed."""

    def __init__(self, portal: Stage) -> None:
        portal.served.found(400)  # the same officers make them; one after the other
        self._portal = portal
        self._notified: list[dict[str, str]] = []
        self._served: list[dict[str, str]] = []

    def notified(self) -> dict[str, str]:
        """Return a case whose notice is out."""
        if not self._notified:
            self._notified = self._portal.begin("notified", count=3).found(400)
        return self._notified.pop()

    def served(self) -> dict[str, str]:
        """Return a case whose decision was received."""
        if not self._served:
            self._served = self._portal.begin("served", count=4).found(400)
        return self._served.pop()

    def recorded(self) -> dict[str, str]:
        """Return a case whose record was made and whose person may still explain."""
        return dict(self._portal.begin("recorded").found(400))


@pytest.fixture(scope="module")
def cases(portal) -> Iterator[Cases]:
    return Cases(portal)


def slug(page: Page) -> str:
    return page.url.rstrip("/").rpartition("/")[2]


def enter(page: Page, values: dict[str, str]) -> None:
    """Fill in what a page asks; a choice is checked, words are typed."""
    for name, value in values.items():
        field = page.locator(f"main [name={name}]")
        if not field.count():
            continue
        if field.first.get_attribute("type") == "radio":
            page.locator(f"main [name={name}][value={value}]").check()
        else:
            field.fill(value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FILLED)
def test_an_answer_is_sent_and_has_its_receipt(portal, visit, look, cases, name, language) -> None:
    if name in BEFORE_THE_RECORD:
        case = cases.notified()
    else:
        case = cases.recorded() if name == "explanation" else cases.served()
    page = opened(visit, case, locale=LANGUAGES[language])
    if name not in BEFORE_THE_RECORD:
        assert portal.do("prove", number=case["number"]) >= 1
    page.goto("/vu-viec/tra-loi/")
    page.locator(f"input[name=answer][value={name}]").check()
    go_on(page)
    asked: dict[str, Any] = FILLED[name] | {
        "van-ban": {"paper": "notice"},  # the only paper there is before the decision
        "nguoi-gui": {
            "writer_name": "Trần Văn Hiếu",
            "writer_as": "owner",
            "contact": "0900000001",
            "address": "số 27 phố Ví Dụ",
        },
    }
    while slug(page) != CHECK:
        look(page, f"answer-{name}-{slug(page)}-{language}", words=language == "vi")
        if slug(page) == FILES and name in RELIEFS:
            file = {"name": "giay.jpg", "mimeType": "image/jpeg", "buffer": picture("xác nhận")}
            page.locator("#id_file").set_input_files(file)
            page.locator("button[value=add]").click()
            page.locator(".answer-file").wait_for()
        enter(page, asked.get(slug(page), {}))
        go_on(page)
    look(page, f"answer-{name}-check-{language}", words=language == "vi")
    page.locator("input[name=form_key] ~ button").click()
    page.locator(".paid").wait_for()
    number = page.locator(".paid .money").inner_text()
    assert number.startswith("TL-")
    look(page, f"answer-{name}-sent-{language}", words=language == "vi")
    page.goto("/vu-viec/")
    assert number in page.locator(".answer-list").inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_was_me(visit, look, cases, language) -> None:
    page = opened(visit, cases.notified(), locale=LANGUAGES[language])
    page.goto(ME)
    look(page, f"it-was-me-{language}", words=language == "vi")
    say_who(page)
    answer_question(page, way="declare")
    page.locator("main form button").click()
    page.wait_for_url(f"**{ME}")
    say = vi if language == "vi" else str
    assert say("Your statement has arrived") in page.locator("main").inner_text()
    look(page, f"it-was-me-stated-{language}", words=language == "vi")


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_person_is_named(visit, look, cases, language) -> None:
    page = opened(visit, cases.notified(), locale=LANGUAGES[language])
    name_somebody(page, PERSON["full_name"], "minh@vidu.vn")
    say = vi if language == "vi" else str
    assert (
        say("We wait for the answer of the person you named") in page.locator("main").inner_text()
    )
    look(page, f"another-waits-{language}", words=False)
    assert page.url.endswith(OTHER)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_at_the_unit(portal, visit, look, cases, language) -> None:
    portal.do("open_times")
    page = opened(visit, cases.notified(), locale=LANGUAGES[language])
    page.goto("/vu-viec/hen-gap/")
    look(page, f"meeting-{language}", words=language == "vi")
    page.locator(".times a").first.click()
    page.locator("main form button[type=submit]").click()
    page.locator(".card-verdict").wait_for()
    look(page, f"meeting-booked-{language}", words=language == "vi")
