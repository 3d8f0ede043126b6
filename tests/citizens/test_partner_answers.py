"""What the partner API answers: pages, filters, tags, problems, and what it does with nonsense."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from citizens.partners.reach import LISTED, OF_AGENCIES
from tests.citizens.conftest import clock, place
from tests.citizens.partners import agency
from tests.citizens.test_partner_api import OTHERS, problem_of
from tests.citizens.visits import PLATE, case_at
from tests.journeys import onward
from violations.models import Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]


# Pages, filters, tags ----------------------------------------------------------------------------


def test_pages_hold_every_case_once_and_cost_the_same(place):
    numbers = [case_at("notified", place, plate=None).number for _ in range(5)][::-1]
    asking, found, cursor, asked = agency(place), [], None, set()
    while True:
        with CaptureQueriesContext(connection) as queries:
            page = asking.get(
                "violations/", {"limit": 2} | ({"cursor": cursor} if cursor else {})
            ).json()
        asked.add(len(queries))
        assert not [query for query in queries if "COUNT(" in query["sql"].upper()]
        found += [row["number"] for row in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == numbers
    assert max(asked) < 20


def test_filters_narrow(place):
    served = case_at("served", place)
    noticed = case_at("notified", place, plate=OTHERS, kind="speed_over")
    asking = agency(place)
    for asked, cases in (
        ({"status": "served"}, [served]),
        ({"plate": "30F-256.58"}, [noticed]),
        ({"plate": PLATE.lower()}, [served]),
        ({"unit": place.unit.code}, [noticed, served]),
        ({"unit": place.other_unit.code}, []),
        ({"violation_type": "speed_over"}, [noticed]),
        ({"occurred_from": "2027-01-01"}, []),
        ({"occurred_to": "2020-01-01"}, []),
        ({"changed_since": "2030-01-01T00:00:00Z"}, []),
        ({"changed_since": "3079-09-26T00:32:05.8165-17:25"}, []),
        ({"changed_since": "0001-01-01T00:00:00+14:00"}, [noticed, served]),
        ({"changed_since": "9999-12-31T23:59:59-23:59"}, []),
        ({"changed_since": "2020-01-01T00:00:00+07:00", "status": "served"}, [served]),
        ({"plate": "99Z-999.99"}, []),
    ):
        assert asking.numbers(**asked) == [case.number for case in cases], asked


UNREADABLE = [
    ("violations/", {"limit": "0"}, "limit"),
    ("violations/", {"limit": "1000000000000"}, "limit"),
    ("violations/", {"limit": "٣"}, "limit"),
    ("violations/", {"cursor": "x"}, "cursor"),
    ("violations/", {"cursor": "' OR 1=1 --"}, "cursor"),
    ("violations/", {"cursor": ""}, "cursor"),
    ("violations/", {"status": "no_such"}, "status"),
    ("violations/", {"plate": "51K\x0020864"}, "plate"),
    ("violations/", {"plate": "5" * 400}, "plate"),
    ("violations/", {"plate": "' OR '1'='1"}, "plate"),
    ("violations/", {"plate": "５１K20864"}, "plate"),
    ("violations/", {"plate": ""}, "plate"),
    ("violations/", {"plate": ["51K20864", "30F25658"]}, "plate"),
    ("violations/", {"violation_type": "red_light\n"}, "violation_type"),
    ("violations/", {"occurred_to": "２026-01-01"}, "occurred_to"),
    ("violations/", {"changed_since": "2026-01-01T00:00:00"}, "changed_since"),
    ("violations/", {"occurred_from": "01/02/2026"}, "occurred_from"),
    ("violations/", {"changed_since": "yesterday"}, "changed_since"),
    ("events/", {"after": "1-2-3"}, "after"),
    ("events/", {"after": "9" * 40 + "-1"}, "after"),
]


def test_a_question_that_cannot_be_read_is_named(place):
    asking = agency(place)
    for path, asked, named in UNREADABLE:
        answer = asking.get(path, asked)
        assert answer.status_code == 400, asked
        assert list(problem_of(answer)["errors"]) == [named], asked


def test_a_case_has_a_tag_and_is_not_sent_twice(place):
    case = case_at("notified", place)
    asking = agency(place)
    first = asking.get(f"violations/{case.number}/")
    again = asking.get(f"violations/{case.number}/", **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    onward(case, "recorded", place)
    moved = asking.get(f"violations/{case.number}/", **{"if-none-match": first["ETag"]})
    assert moved.status_code == 200
    assert moved["ETag"] != first["ETag"]


# Problems ----------------------------------------------------------------------------------------


def test_errors_speak_the_readers_language(place):
    asking = agency(place)
    assert problem_of(asking.get("violations/KHONG/"))["title"] == "Not found"
    told = problem_of(asking.get("violations/KHONG/", **{"accept-language": "vi"}))
    assert told["title"] != "Not found"


def test_a_fault_of_ours_tells_nothing_of_our_insides(place, monkeypatch, caplog):
    def broken(*_given):
        raise RuntimeError("secret of the house")

    asking = agency(place)
    monkeypatch.setattr("citizens.partners.cases.cases_of", broken)
    answer = asking.get("violations/")
    assert answer.status_code == 500
    assert "secret" not in str(problem_of(answer))
    assert "a call of the API failed" in caplog.text


def test_a_question_that_takes_too_long_is_told_what_to_do(place, monkeypatch):
    from cameras.admin import paging

    monkeypatch.setattr(paging, "PATIENCE_MS", 50)
    asking = agency(place)
    slow = Violation.objects.extra(where=["pg_sleep(1) IS NOT NULL"])
    case_at("notified", place)
    monkeypatch.setattr("citizens.partners.cases.cases_of", lambda _reach: slow)
    answer = asking.get("violations/")
    assert answer.status_code == 503
    assert "Narrow" in problem_of(answer)["detail"]


def test_nothing_is_written_and_nothing_else_answers(place):
    asking = agency(place)
    for method in ("post", "put", "patch", "delete", "options"):
        sent = getattr(Client(), method)(
            "/api/v1/violations/", headers={"authorization": f"Bearer {asking.key}"}
        )
        assert sent.status_code == 405, method
        problem_of(sent)
    assert asking.get("nowhere/").status_code == 404
    assert problem_of(asking.get("../v1/%F0%9F%9A%97/"))["status"] == 404
    assert re.match(r"application/", Client().get("/api/v1/schema/")["Content-Type"])


def test_a_list_asks_for_each_status_by_itself(place):
    """So each is a short walk of an index, however far down the rows of a rare status lie."""
    asking = agency(place)
    with CaptureQueriesContext(connection) as queries:
        asking.get("violations/")
    (listing,) = [query["sql"] for query in queries if "UNION ALL" in query["sql"]]
    assert listing.count("LIMIT 51") == len(LISTED) + 1
    assert len(LISTED) == len(OF_AGENCIES) - 1
