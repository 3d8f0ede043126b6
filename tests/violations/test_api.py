"""The agency API: cases of the caller's units, read-only, without personal data."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.journeys import World, case_at, world
from violations.models import Officer

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def signed_in(person: Officer) -> Client:
    Authenticator.objects.create(user=person.user, type="totp", data={"secret": "x"})
    client = Client()
    client.force_login(person.user)
    return client


def test_a_stranger_and_a_clerk_see_nothing() -> None:
    place: World = world()
    case_at("closed", place)
    assert Client().get("/api/v1/violations/").status_code == 401
    assert signed_in(place.clerk).get("/api/v1/violations/").status_code == 403


def test_an_officer_sees_the_own_unit_and_the_national_auditor_all() -> None:
    place = world()
    case = case_at("closed", place)
    mine = signed_in(place.reviewer).get("/api/v1/violations/").json()["results"]
    assert [row["number"] for row in mine] == [case.number]
    assert signed_in(place.other_leader).get("/api/v1/violations/").json()["results"] == []
    assert len(signed_in(place.auditor).get("/api/v1/violations/").json()["results"]) == 1


def test_no_personal_data_leaves() -> None:
    place = world()
    case = case_at("closed", place)
    body = signed_in(place.reviewer).get(f"/api/v1/violations/{case.number}/").content.decode()
    owner = case.parties.get(role="owner")
    for secret in (owner.full_name, owner.identity_number, owner.address, owner.phone):
        assert secret not in body
    assert "001084000001" not in body


def test_filters_narrow_and_writing_is_refused() -> None:
    place = world()
    case = case_at("notified", place)
    case_at("detected", place)
    client = signed_in(place.reviewer)
    found = client.get("/api/v1/violations/", {"status": "notified"}).json()["results"]
    assert [row["number"] for row in found] == [case.number]
    found = client.get("/api/v1/violations/", {"plate": case.plate}).json()["results"]
    assert len(found) == 1
    address = f"/api/v1/violations/{case.number}/"
    assert client.delete(address).status_code in (403, 405)
    assert client.post("/api/v1/violations/", {}).status_code in (403, 405)
