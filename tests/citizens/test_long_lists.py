"""Long lists of an account: a page at a time, found by sealed places, as quick for thousands."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from citizens import list_pages, own_cases
from citizens.models import CitizenAccount
from tests.citizens.conftest import english
from tests.citizens.holders import enter_as
from tests.citizens.visits import case_at, look_up, main_of, start_payment, tell, told
from tests.journeys import START, World
from violations.models import Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

OWNER, HERE = "001084000001", "/tai-khoan/vu-viec/"
LINK = re.compile(r'href="(\?loc=[^"&]*&amp;trang=[^"]+)"\s+rel="(prev|next)"')


@pytest.fixture
def fleet(place: World, browser: Client) -> CitizenAccount:
    """Seven notices and a decision that is served, of one owner, who is signed in."""
    for minutes in range(7):
        case_at("notified", place, at=START - timedelta(minutes=minutes))
    case_at("served", place, at=START + timedelta(minutes=10))
    return enter_as(browser, OWNER)


@pytest.fixture(autouse=True)
def _three_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_pages, "SIZE", 3)


def shown(page: Any) -> list[str]:
    return [str(row["case"].number) for row in page.context["rows"]]


def beside(page: Any) -> dict[str, str]:
    """Return the links to the pages beside one, by their direction."""
    return {way: link.replace("&amp;", "&") for link, way in LINK.findall(main_of(page))}


def test_every_case_stands_on_one_page_and_both_ways_lead_through(
    browser: Client, fleet: CitizenAccount
) -> None:
    first = browser.get(HERE)
    second = browser.get(HERE + beside(first)["next"])
    third = browser.get(HERE + beside(second)["next"])
    pages = [first, second, third]
    newest = own_cases.cases_of(fleet).order_by("-occurred_at").values_list("number", flat=True)
    assert [number for page in pages for number in shown(page)] == list(newest)
    assert [set(beside(page)) for page in pages] == [{"next"}, {"next", "prev"}, {"prev"}]
    assert shown(browser.get(HERE + beside(third)["prev"])) == shown(second)
    assert shown(browser.get(HERE + beside(second)["prev"])) == shown(first)
    assert "prev" not in beside(browser.get(HERE + beside(second)["prev"]))


def test_what_is_open_comes_first_and_the_parts_say_how_many(
    browser: Client, fleet: CitizenAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = Violation.objects.get(status="served")
    first = browser.get(HERE)
    assert shown(first)[0] == newest.number
    counted = {part.name: part.counted.number for part in first.context["parts"]}
    assert counted == {"": 8, "chua-xong": 8, "chua-nop": 1}
    assert shown(browser.get(HERE + "?loc=chua-nop")) == [newest.number]
    # Paid, however new: behind all that is open.
    payer = english()
    look_up(payer, newest)
    tell(Client(), told(start_payment(payer)))
    assert newest.number not in shown(browser.get(HERE))
    assert "No case is in this part" in main_of(browser.get(HERE + "?loc=chua-nop"))
    assert len(shown(browser.get(HERE + "?loc=khong-co"))) == 3
    monkeypatch.setattr(list_pages, "MOST_COUNTED", 5)
    assert "5+" in re.sub(r"<[^>]+>|\s", "", main_of(browser.get(HERE)))


def test_an_address_names_no_case_and_is_good_for_nobody_else(
    browser: Client, place: World, fleet: CitizenAccount
) -> None:
    first = browser.get(HERE)
    link = beside(first)["next"]
    for case in Violation.objects.all():
        for said in (str(case.pk), case.number, case.plate, f"{case.occurred_at:%Y-%m-%d}"):
            assert said not in link
    second = browser.get(HERE + link)
    assert shown(second) != shown(first)
    part, place_of = (
        parse_qs(link[1:], keep_blank_values=True)[name][0] for name in ("loc", "trang")
    )
    for wrong in ("x", place_of[:-4] + "AAAA", "\x00", "%"):
        assert shown(browser.get(HERE, {"loc": part, "trang": wrong})) == shown(first)
    # Of another part of the list, and of another account, it opens the first page.
    assert shown(browser.get(HERE, {"loc": "chua-xong", "trang": place_of})) == shown(first)
    case_at("notified", place, owner="organisation", plate="30F25658")
    other = english()
    enter_as(other, "000001010101")
    assert shown(other.get(HERE + link)) == shown(other.get(HERE))


def test_a_page_asks_as_often_for_seven_cases_as_for_two(
    browser: Client, fleet: CitizenAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {}
    browser.get(HERE)
    for size in (2, 8):
        monkeypatch.setattr(list_pages, "SIZE", size)
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(HERE)
        assert len(shown(page)) == size
        asked[size] = len(queries)
    assert asked[2] == asked[8] <= 20, asked
