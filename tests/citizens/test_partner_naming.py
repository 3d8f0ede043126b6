"""A fleet names who drove by machine: once, in its own cases alone, and hears what became of it."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connections
from django.test import Client

from citizens import nominations
from citizens.fleet_files import MOST_ROWS
from citizens.models import ApiNomination, ApiUse, Nomination, PartnerEvent
from citizens.partners import clients, naming
from citizens.partners import nominations as address
from tests.citizens.conftest import clock, place
from tests.citizens.naming import driver, name, notified
from tests.citizens.partners import (
    REASON,
    Caller,
    administrators,
    agency,
    client,
    fleet,
    grant,
    key_of,
)
from tests.citizens.test_partner_api import problem_of
from tests.citizens.visits import NOW, PLATE, PLATE_SHOWN, case_at
from tests.journeys import World, onward
from tests.notices.message_catcher import BOTH_WAYS
from tests.violations.desk import signed_in
from violations.guards import Refused
from violations.models import Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

DRIVER = {"full_name": "Lê Văn Bảy", "email": "bay@vidu.vn"}


@pytest.fixture(autouse=True)
def both_ways(settings: Any) -> None:
    settings.MESSAGES = BOTH_WAYS


def body(named_in: Violation, **changes: Any) -> dict[str, Any]:
    return {
        "case": named_in.number,
        "plate": PLATE_SHOWN,
        "from_on": "2026-10-01",
        "until_on": "2026-10-31",
        **DRIVER,
    } | changes


def send(asking: Caller, sent: Any, key: str = "", **headers: str) -> Any:
    key = key or uuid.uuid4().hex
    return asking.post("nominations/", sent, **{"idempotency-key": key} | headers)


def test_a_fleet_names_once_and_hears_what_became_of_it(place: World, clock: Any) -> None:
    case = notified(place)
    asking = fleet(place, PLATE)
    first = send(asking, body(case), "chuyen-0001")
    assert first.status_code == 201, first.content
    told = first.json()
    assert (told["case"], told["state"], told["answered_at"]) == (case.number, "named", None)
    made = Nomination.objects.get()
    assert (made.full_name, made.email, made.identified) == ("Lê Văn Bảy", "bay@vidu.vn", True)
    assert (f"{made.from_on}", f"{made.until_on}") == ("2026-10-01", "2026-10-31")
    assert asking.client.name in made.proof_text

    there = first["Location"].removeprefix("/api/v1/")
    assert asking.get(there).json() == told
    Nomination.objects.update(sent_at=NOW)
    assert asking.get(there).json()["state"] == "notified"
    clock(NOW + nominations.ANSWER_WITHIN)
    assert asking.get(there).json()["state"] == "lapsed"  # also before the sweep
    clock(NOW)
    nominations.accept(made.pk, driver(), form_key="a", at=NOW)
    answer = asking.get(there)
    assert answer.json()["state"] == "accepted"
    assert asking.get(there, **{"if-none-match": answer["ETag"]}).status_code == 304

    again = send(asking, body(case, plate=PLATE.lower()), "chuyen-0001")  # spelt in another way
    assert (again.status_code, again.content) == (201, first.content)
    assert Nomination.objects.count() == ApiNomination.objects.count() == 1
    for answer in (first, asking.get(there)):
        for word in ("Bảy", "bay@vidu.vn", *driver().__dict__.values()):
            assert str(word) not in answer.content.decode() or word in (True, "", "B")
    assert "RateLimit" in first
    uses = ApiUse.objects.filter(route="Nominations").order_by("pk")
    assert [(use.status, use.case_id) for use in uses] == [(201, case.pk)] * 2


def test_one_key_says_one_thing(place: World) -> None:
    case, other = notified(place), notified(place, plate="30F25658")
    asking = fleet(place, PLATE, "30F25658")
    assert send(asking, body(case), "chuyen-0001").status_code == 201
    for sent in (body(case, full_name="Lê Văn Tám"), body(other, plate="30F25658")):
        answer = send(asking, sent, "chuyen-0001")
        assert answer.status_code == 422
        assert "take a new key" in problem_of(answer)["detail"]
    assert Nomination.objects.count() == 1
    second = fleet(place, "30F25658", name="đội xe khác")  # its keys are its own
    assert send(second, body(other, plate="30F25658"), "chuyen-0001").status_code == 201


def test_a_key_used_for_another_case_at_the_same_moment_names_nobody(place: World) -> None:
    """As if neither sending had seen the other: the database lets one of them through."""
    case, other = notified(place), notified(place, plate="30F25658")
    held = fleet(place, PLATE, "30F25658").client
    asked = [address._read(body(case)), address._read(body(other, plate="30F25658"))]
    naming._name(held, case, asked[0][1], key="chuyen-0001", sent=b"a", at=NOW)
    with pytest.raises(IntegrityError, match="form_key"):
        naming._name(held, other, asked[1][1], key="chuyen-0001", sent=b"b", at=NOW)
    assert Nomination.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_sending_four_times_at_one_moment_names_once(place: World) -> None:
    case = notified(place)
    asking = fleet(place, PLATE)

    def sending(_turn: int) -> tuple[int, bytes]:
        try:
            answer = send(asking, body(case), "chuyen-0001")
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(sending, range(4)))
    assert answers[0][0] == 201
    assert len(set(answers)) == 1
    assert Nomination.objects.count() == ApiNomination.objects.count() == 1


def test_a_case_out_of_reach_is_a_missing_case(place: World) -> None:
    """Of another, of one that was never told, of days before and after: one answer, no difference."""
    case, hidden = notified(place), case_at("verified", place, plate=None)
    told = []
    sold = client(place, "fleet", name="đã bán xe")
    grant(place, sold, "scope", "nominations:write")
    before = case.occurred_on - timedelta(days=1)
    grant(place, sold, "plate", PLATE, from_on=date(2020, 1, 1), until_on=before)
    for asking in (Caller(sold, key_of(place, sold)), fleet(place, "30F25658")):
        for number in (case.number, hidden.number, "VP-26-999999"):
            answer = send(asking, body(case, case=number))
            assert answer.status_code == 404
            told.append(problem_of(answer))
    assert all(one == told[0] for one in told)
    assert Nomination.objects.count() == 0


def test_what_was_named_is_shown_to_nobody_else(place: World) -> None:
    case = notified(place)
    asking = fleet(place, PLATE)
    there = send(asking, body(case))["Location"].removeprefix("/api/v1/")
    neighbour = fleet(place, PLATE, name="cùng xe")
    assert neighbour.get(there).status_code == 404
    by_hand = notified(place, plate="30F31313")
    named = name(by_hand)
    assert fleet(place, "30F31313", name="c").get(f"nominations/{named.pk}/").status_code == 404
    for right in asking.client.rights.filter(what="plate"):
        clients.end_right(right, reason=REASON, by=administrators(place)[0].user, at=NOW)
    assert asking.get(there).status_code == 404


def test_agencies_staff_and_keys_without_the_scope_name_nobody(place: World) -> None:
    case = notified(place)
    for asking in (agency(place), fleet(place, PLATE, scopes=("cases:read",))):
        answer = send(asking, body(case))
        assert answer.status_code == 403
        problem_of(answer)
    first = administrators(place)[0].user
    with pytest.raises(Refused):
        clients.ask_right(
            client(place, name="x"), "scope", "nominations:write", reason=REASON, by=first, at=NOW
        )
    for person in (place.leader, place.administrator):
        sent = signed_in(person).post("/api/v1/nominations/", {}, content_type="application/json")
        assert sent.status_code == 403
    assert Client().post("/api/v1/nominations/").status_code == 401
    assert Nomination.objects.count() == 0


def test_what_the_law_does_not_allow_is_refused_in_words(place: World, clock: Any) -> None:
    case = notified(place)
    asking = fleet(place, PLATE, "30F25658")
    other = send(asking, body(case, plate="30F-256.58"))
    assert "another vehicle" in problem_of(other)["detail"]
    outside = send(asking, body(case, from_on="2026-09-01", until_on="2026-09-30"))
    assert (outside.status_code, "correct them" in problem_of(outside)["detail"]) == (409, True)
    owner = case.parties.get(role="owner").full_name
    assert send(asking, body(case, full_name=owner)).status_code == 409
    clock(NOW + timedelta(days=60))
    late = send(asking, body(case))
    assert (late.status_code, "days for an answer ended" in str(problem_of(late))) == (409, True)
    clock(NOW)
    assert send(asking, body(case)).status_code == 201
    twice = send(asking, body(case, full_name="Lê Văn Tám"))
    assert "has not answered" in problem_of(twice)["detail"]
    vietnamese = send(asking, body(case), **{"accept-language": "vi"})
    assert problem_of(vietnamese)["title"] != problem_of(twice)["title"]
    recorded = case_at("recorded", place, plate="30F25658")
    settled = send(asking, body(recorded, plate="30F25658"))
    assert (settled.status_code, "before the record" in str(problem_of(settled))) == (409, True)
    assert Nomination.objects.count() == 1


UNREADABLE: list[tuple[dict[str, Any], str]] = [
    ({"case": "'; DROP"}, "case"),
    ({"plate": ""}, "plate"),
    ({"from_on": "01/10/2026"}, "from_on"),
    ({"until_on": "２026-10-31"}, "until_on"),
    ({"until_on": "2026-09-30", "from_on": "2026-10-01"}, ""),
    ({"full_name": "x"}, "full_name"),
    ({"full_name": "=cmd|'/C calc'!A0"}, ""),
    ({"full_name": "Bảy\u202e"}, "full_name"),
    ({"full_name": "\ud800\ud800"}, "full_name"),
    ({"full_name": ["Lê Văn Bảy"]}, "full_name"),
    ({"full_name": "x" * 121}, "full_name"),
    ({"email": "bay@"}, ""),
    ({"email": ""}, ""),
    ({"phone": 912345678}, "phone"),
    ({"licence": "B"}, "licence"),
]


def test_a_body_that_cannot_be_read_is_named(place: World) -> None:
    case = notified(place)
    asking = fleet(place, PLATE)
    for changes, named in UNREADABLE:
        answer = send(asking, body(case, **changes))
        assert answer.status_code == 400, changes
        assert list(problem_of(answer)["errors"]) == [named], changes
    for sent in ("", "[]", "{", "[" * 4000, '"x"', "null", b"\xff"):
        assert send(asking, sent).status_code == 400, sent
    for key in ("kurz", "x" * 65, "có dấu tiếng Việt", "a b c d e f g h"):
        answer = send(asking, body(case), key.encode().decode("latin-1"))
        assert list(problem_of(answer)["errors"]) == ["Idempotency-Key"], key
    assert asking.post("nominations/", body(case)).status_code == 400
    long = send(asking, body(case, address="x" * 9000))
    assert (long.status_code, "8192" in str(problem_of(long))) == (413, True)
    answer = asking.get("nominations/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert Nomination.objects.count() == 0


def test_nobody_is_written_to_without_end(place: World) -> None:
    asking = fleet(place, PLATE)
    most = nominations.TOLD_AT_A_CONTACT[0].most
    for number in range(most + 1):
        case = notified(place, at=NOW - timedelta(days=2, minutes=number))
        answer = send(asking, body(case))
        assert answer.status_code == (201 if number < most else 429), answer.content
    assert "too often" in problem_of(answer)["detail"]
    assert int(answer["Retry-After"]) > 60
    assert naming.NAMED_BY_A_CLIENT[0].most == MOST_ROWS


def test_what_becomes_of_it_stands_in_the_feed_of_the_fleet_alone(
    place: World, monkeypatch: Any
) -> None:
    from citizens.partners import feed

    monkeypatch.setattr(feed.Horizon, "template", "9000000000000000000")
    case = notified(place)
    asking = fleet(place, PLATE)
    there = send(asking, body(case))["Location"]
    Nomination.objects.update(sent_at=NOW)
    nominations.refuse(Nomination.objects.get().pk, "Hôm đó tôi nghỉ phép", at=NOW)
    told = asking.get("events/").json()["results"]
    kinds = [event["type"] for event in told]
    assert kinds == ["case.notified", "nomination.notified", "nomination.refused"]
    assert {event["case"] for event in told} == {case.number}
    assert "nghỉ phép" not in str(told)
    assert [e["type"] for e in agency(place).get("events/").json()["results"]] == ["case.notified"]
    assert fleet(place, "30F25658", name="khác").get("events/").json()["results"] == []
    second = name(case)  # by hand, by the owner: the person he names next is nobody's business
    nominations.pass_on(
        second.pk, nominations.Named("lent", "Lê Văn Chín", address="số 9"), form_key="n", at=NOW
    )
    nominations.expire_due(at=NOW + nominations.ANSWER_WITHIN)
    kinds = list(PartnerEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds[3:] == ["nomination.passed_on"]
    onward(case, "recorded", place)
    assert asking.get("events/").json()["results"][-1]["type"] == "case.recorded"
    assert there
