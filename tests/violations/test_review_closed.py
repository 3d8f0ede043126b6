"""Who may review no more is told so in words, and keeps the note; forged forms do nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from tests.journeys import World, case_at
from tests.violations.desk import clock, place, signed_in
from tests.violations.test_review_page import DECIDE, PAGE, verdict
from violations.admin.review_access import sentence_forged, sentence_signed_out, sentence_withdrawn
from violations.models import ReviewDecision

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

SCRIPT = {"Accept": "application/json"}
NOTE = "xe bị che một phần"


@pytest.fixture
def vietnamese():
    with translation.override("vi"):
        yield


def withdraw_role(world: World) -> None:
    world.reviewer.user.groups.clear()


def test_a_role_withdrawn_a_second_ago_is_said_to_the_script(place: World, vietnamese: Any) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    sent = verdict(client, note=NOTE)
    withdraw_role(place)
    for address in (DECIDE, "/can-bo/duyet/de-sau/", "/can-bo/duyet/nhip/"):
        answer = client.post(address, sent, headers=SCRIPT)
        assert answer.status_code == 403
        assert answer.json() == {"refused": [sentence_withdrawn()]}
    assert not ReviewDecision.objects.exists()


def test_a_role_withdrawn_a_second_ago_is_said_on_the_page_with_the_note(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    sent = verdict(client, note=NOTE)
    withdraw_role(place)
    answer = client.post(DECIDE, sent)
    assert answer.status_code == 403
    assert NOTE in answer.content.decode()
    assert not ReviewDecision.objects.exists()


def test_who_is_signed_out_is_told_and_not_sent_away(place: World, vietnamese: Any) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    sent = verdict(client)
    client.logout()
    answer = client.post(DECIDE, sent, headers=SCRIPT)
    assert (answer.status_code, answer.json()) == (403, {"refused": [sentence_signed_out()]})
    assert client.get(PAGE).status_code == 302


def test_a_form_without_its_token_does_nothing_and_the_script_gets_the_true_one(
    place: World, vietnamese: Any
) -> None:
    case_at("detected", place)
    sent = verdict(signed_in(place.reviewer))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(place.reviewer.user)
    session = signed_in(place.reviewer).cookies
    strict.cookies.update(session)
    answer = strict.post(DECIDE, sent, headers=SCRIPT)
    told = answer.json()
    assert (answer.status_code, told["refused"]) == (403, [sentence_forged()])
    assert not ReviewDecision.objects.exists()
    again = strict.post(DECIDE, sent | {"csrfmiddlewaretoken": told["csrf"]}, headers=SCRIPT)
    assert again.status_code != 403
    assert ReviewDecision.objects.count() == 1


def test_a_plain_form_without_its_token_gets_the_page_in_words(place: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(DECIDE, {})
    assert answer.status_code == 403
    assert "Trang đã mở quá lâu" in answer.content.decode()


@pytest.mark.parametrize(
    "forged",
    [
        {"case": "0" * 40},
        {"case": "00000000-0000-0000-0000-000000000000"},
        {"token": "00000000-0000-0000-0000-000000000000"},
        {"token": ""},
        {"decision": "grant"},
        {"rule": "no-such-rule"},
        {"plate": "\x00"},
    ],
    ids=str,
)
def test_a_forged_form_is_refused_in_words_and_keeps_the_note(
    place: World, forged: dict[str, str]
) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    sent = verdict(client, note=NOTE) | forged
    answer = client.post(DECIDE, sent)
    if answer.status_code == 302:  # a rule or plate that is not there counts as not sent
        assert forged.keys() <= {"rule", "plate"}
        return
    assert answer.status_code == 409
    assert NOTE in answer.content.decode()
    assert not ReviewDecision.objects.exists()


@pytest.mark.parametrize("number", ["9" * 40, "-1", "x", "", "1e9"])
def test_an_undo_of_nothing_is_refused(place: World, number: str) -> None:
    answer = signed_in(place.reviewer).post(
        "/can-bo/duyet/hoan-tac/", {"review": number}, headers=SCRIPT
    )
    assert answer.status_code == 409
