"""A fleet known by the number its vehicles are registered under: bought, sold, and in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from citizens import resealing, sealing
from citizens.consents import person_digest
from citizens.models import ApiRight, ClientChange
from citizens.partners import clients, feed, owners
from citizens.partners.reach import cases_of
from tests import journeys
from tests.citizens.conftest import clock, place
from tests.citizens.partners import REASON, administrators, client, fleet, grant
from tests.citizens.visits import NOW, PLATE, case_at
from tests.journeys import World
from tests.scenery import START
from tests.violations.desk import signed_in
from violations import actions
from violations.guards import Refused
from violations.models import Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

SELLER, BUYER = "0100000001", "0312345678"
LONG_AGO = date(2020, 1, 1)


def case_of(
    place: World, number: str, registered_on: date = LONG_AGO, *, to: str = "notified", **claim: Any
) -> Violation:
    """Return a case whose vehicle the register names a company for, registered on a day."""
    case = case_at("verified", place, **claim)
    answer = journeys.registered(case, "organisation")
    answer = replace(
        answer, registered_on=registered_on, owner=replace(answer.owner, identity_number=number)
    )
    at = case.created_at + timedelta(minutes=6)
    actions.identify_owner(case.pk, answer, asked_at=at, at=at)
    return journeys.onward(Violation.objects.get(pk=case.pk), to, place, owner="organisation")


def test_a_company_sees_its_vehicles_without_a_list_of_plates(place: World) -> None:
    ours = [case_of(place, SELLER), case_of(place, SELLER, plate="30F25658")]
    others = case_of(place, BUYER, plate="30F31313")
    asking = fleet(place, owner="0100000001")
    assert asking.numbers() == [case.number for case in reversed(ours)]
    assert asking.get(f"violations/{others.number}/").status_code == 404
    both = fleet(place, "30F31313", owner="0100000001", name="cả hai")  # and one by its paper
    assert both.numbers() == [case.number for case in (others, *reversed(ours))]
    assert both.numbers(plate="30F-313.13") == [others.number]


def test_who_sold_keeps_the_cases_of_its_days_and_gets_no_new_ones(place: World) -> None:
    """One vehicle, sold between two violations: each side has its own, nobody the other's."""
    before = case_of(place, SELLER, at=START - timedelta(days=5))
    after = case_of(place, BUYER, before.occurred_on + timedelta(days=2))
    assert (before.plate, before.occurred_on) < (after.plate, after.occurred_on)
    assert fleet(place, owner=SELLER, name="bên bán").numbers() == [before.number]
    assert fleet(place, owner=BUYER, name="bên mua").numbers() == [after.number]


@pytest.mark.parametrize(("days", "is_seen"), [(-1, True), (0, True), (1, False)])
def test_the_day_of_registration_is_the_first_of_the_new_owner(
    place: World, days: int, is_seen: bool
) -> None:
    """Registered the day after the violation: the register names him, the day was another's."""
    occurred_on = case_at("detected", place, plate="30F31313").occurred_on
    case = case_of(place, BUYER, occurred_on + timedelta(days=days))
    assert case.occurred_on == occurred_on
    assert fleet(place, owner=BUYER).numbers() == ([case.number] if is_seen else [])


def test_its_events_follow_the_owner_too(place: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(feed.Horizon, "template", "9000000000000000000")
    case = case_of(place, SELLER, to="recorded")
    case_of(place, BUYER, plate="30F25658")
    told = fleet(place, owner=SELLER).get("events/").json()["results"]
    assert [(e["type"], e["case"]) for e in told] == [
        ("case.notified", case.number),
        ("case.recorded", case.number),
    ]


def test_the_number_takes_two_people_and_is_sealed(place: World) -> None:
    case_of(place, "0100000001-001")
    held = client(place, "fleet")
    first, second = (person.user for person in administrators(place))
    grant(place, held, "scope", "cases:read")
    right = clients.ask_right(
        held, "owner", "0100000001-001", reason=REASON, by=first, at=NOW
    )  # of a branch
    assert clients.reach_of(held).owner_numbers == ()
    clients.approve_right(right, reason=REASON, by=second, at=NOW)
    reach = clients.reach_of(held)
    assert cases_of(reach).count() == 1
    kept = ApiRight.objects.get(pk=right.pk)
    assert bytes(kept.owner_digest) == person_digest("0100000001001")
    told = f"{kept} {kept.value} {bytes(kept.sealed_number)!r}" + "".join(
        change.detail for change in ClientChange.objects.all()
    )
    assert "0100000001" not in told
    assert kept.value.startswith("…1001 ")
    with pytest.raises(Refused):
        clients.ask_right(held, "owner", "0100000001001", reason=REASON, by=first, at=NOW)
    clients.end_right(kept, reason=REASON, by=first, at=NOW)
    assert cases_of(clients.reach_of(held)).count() == 0


def test_the_page_of_a_fleet_takes_the_number_and_never_shows_it(place: World) -> None:
    held, other = client(place, "fleet"), client(place)
    browser = signed_in(administrators(place)[0])
    there = f"/can-bo/doi-tac/{held.pk}/"
    sent = {"act": "ask_right", "what": "owner", "value": SELLER, "reason": REASON}
    assert browser.post(there, sent).status_code == 302
    page = browser.get(there).content.decode()
    assert 'value="owner"' in page
    assert "nominations:write" in page
    assert "…0001" in page
    assert SELLER not in page
    agencys = browser.get(f"/can-bo/doi-tac/{other.pk}/").content.decode()
    assert 'value="owner"' not in agencys
    assert "nominations:write" not in agencys
    assert "nomination.accepted" not in agencys


def test_what_is_no_number_or_no_fleet_is_refused(place: World) -> None:
    first = administrators(place)[0].user
    for kind, typed in (("fleet", "01"), ("fleet", "x" * 10), ("fleet", ""), ("agency", SELLER)):
        with pytest.raises(Refused):
            clients.ask_right(
                client(place, kind, name=f"{kind} {typed}"),
                "owner", typed, reason=REASON, by=first, at=NOW,
            )  # fmt: skip
    row = {"client": client(place, "fleet"), "what": "owner", "value": "x", "reason": "x"}
    with pytest.raises(IntegrityError, match="an_owner_is_known"), transaction.atomic():
        ApiRight.objects.create(**row, asked_by=first, asked_at=NOW)


def test_a_number_that_cannot_be_unsealed_opens_nothing(
    place: World, settings: Any, caplog: Any
) -> None:
    case_of(place, SELLER)
    asking = fleet(place, owner=SELLER)
    settings.KEYS = settings.KEYS | {"ACCOUNT_KEY": "another-" * 8}
    assert asking.numbers() == []
    assert "cannot be unsealed" in caplog.text
    assert SELLER not in caplog.text


def test_plates_and_numbers_are_each_found_by_an_index(place: World) -> None:
    case_of(place, SELLER)
    reach = clients.reach_of(fleet(place, PLATE, owner=SELLER).client)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = cases_of(reach).order_by("-pk")[:51].explain()
    assert "Seq Scan" not in plan, plan
    assert owners.numbers(ApiRight.objects.filter(what="owner")) == (SELLER,)


def test_a_new_key_takes_the_numbers_of_fleets_along(
    place: World, settings: Any, monkeypatch: Any
) -> None:
    case = case_of(place, SELLER)
    asking = fleet(place, owner=SELLER)
    settings.ACCOUNT_FORMER_KEYS = (settings.KEYS["ACCOUNT_KEY"],)
    monkeypatch.setitem(settings.KEYS, "ACCOUNT_KEY", "a new key of thirty-two bytes and more")
    assert asking.numbers() == [case.number]
    assert resealing.reseal().former == 1
    settings.ACCOUNT_FORMER_KEYS = ()
    assert asking.numbers() == [case.number]
    assert resealing.reseal().today == 1


def test_another_number_under_the_seal_opens_nothing(place: World, caplog: Any) -> None:
    """Only the sealed bytes of a right may change; two people agreed to what its digest says."""
    case_of(place, SELLER)
    asking = fleet(place, owner=BUYER)
    forged = sealing.seal(owners.PURPOSE, SELLER.encode())
    ApiRight.objects.filter(what="owner").update(sealed_number=forged)
    assert asking.numbers() == []
    assert "another than its digest" in caplog.text
    assert SELLER not in caplog.text
