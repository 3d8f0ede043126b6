"""A list under a window of days goes by the day of the violation, and walks one stretch of an index."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from citizens.partners import walks
from tests.citizens.conftest import clock, place
from tests.citizens.partners import agency
from tests.citizens.test_partner_api import problem_of
from tests.citizens.visits import case_at
from tests.scenery import START
from tests.violations.desk import signed_in
from violations.models import Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def days_before(days: int, place: Any, status: str = "notified") -> Violation:
    return case_at(status, place, plate=None, at=START - timedelta(days=days))


def pages_of(ask: Any, **asked: Any) -> list[str]:
    """Return the numbers on all pages, one case a page."""
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = ask({"limit": 1} | asked | cursor)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        found += [row["number"] for row in page["results"]]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def test_pages_of_a_window_go_by_the_day_whenever_a_case_was_opened(place):
    """Opened today, of a day past: it stands with its day, once, and nothing is passed over."""
    today, same_day = days_before(0, place), days_before(0, place)
    late, outside = days_before(3, place), days_before(9, place)
    later_still = days_before(1, place, "recorded")
    window = {
        "occurred_from": f"{outside.occurred_on + timedelta(days=1)}",
        "occurred_to": f"{today.occurred_on}",
    }
    wanted = [case.number for case in (same_day, today, later_still, late)]
    asking, everywhere = agency(place), agency(place, unit="*", name="cả nước")
    for caller in (asking, everywhere):
        assert pages_of(lambda asked, c=caller: c.get("violations/", asked), **window) == wanted
    reader = signed_in(place.auditor)
    assert pages_of(lambda asked: reader.get("/api/v1/violations/", asked), **window) == wanted
    assert asking.numbers(**window, status="recorded") == [later_still.number]
    assert asking.numbers()[0] == later_still.number  # without a window the last one opened


def test_a_cursor_is_a_place_in_either_order(place):
    cases = [days_before(days, place) for days in (0, 1)]
    asking = agency(place)
    window = {"occurred_to": "2026-12-31"}
    plain = asking.get("violations/", {"limit": 1}).json()["next"]  # behind the last one opened
    by_day = asking.get("violations/", window | {"limit": 1}).json()["next"]  # behind the last day
    assert asking.numbers(cursor=plain) == [cases[0].number]
    assert asking.numbers(cursor=by_day) == []
    assert asking.numbers(**window, cursor=by_day) == [cases[1].number]
    assert asking.numbers(**window, cursor=plain) == []
    for nonsense, numbers in (("_" * 27, 2), ("A" * 27, 0)):  # after the last day, before the first
        assert len(asking.numbers(**window, cursor=nonsense)) == numbers
    answer = asking.get("violations/", window | {"cursor": plain[:22]})
    assert list(problem_of(answer)["errors"]) == ["cursor"]


@pytest.mark.parametrize("of_one_unit", [False, True])
def test_a_window_is_one_walk_of_an_index_from_wherever_a_page_ended(place, of_one_unit):
    case = days_before(0, place)
    cases = Violation.objects.filter(status="closed", occurred_on__gte=date(2020, 1, 1))
    if of_one_unit:
        cases = cases.filter(unit=place.unit)
    walk = walks.BY_DAY
    cases = walk.behind(cases, (case.occurred_on, case.pk)).order_by(*walk.order)[:51]
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;"
            "SET LOCAL enable_sort = off"
        )  # of few rows it would think it cheap
        plan = cases.values_list(*walks.PLACE).explain()
    assert "_by_day" in plan, plan
    assert "Sort" not in plan
    assert "ROW(" in plan.split("Index Cond")[1], plan
