"""An officer's own keys: what may be a key, what is kept, and what the review page makes of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.utils import translation

from tests.journeys import World, case_at
from tests.violations.desk import clock, place, signed_in
from tests.violations.test_review_page import PAGE
from violations.admin.review_keys import FREE, GIVEN, RESERVED, SWALLOWED, own_keys, places
from violations.guards import Refused
from violations.models import ReviewPreference

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

KEYS = "/can-bo/duyet/phim/"


def refusals(**asked: str) -> list[str]:
    with translation.override("en"), pytest.raises(Refused) as refusal:
        own_keys(asked)
    return list(refusal.value.sentences)


@pytest.mark.parametrize("key", sorted(SWALLOWED))
def test_a_key_an_input_method_swallows_is_refused(key: str) -> None:
    (sentence,) = refusals(plate=key.lower())
    assert sentence.startswith(f"Telex or VNI swallows the key {key}.")


@pytest.mark.parametrize("key", sorted(RESERVED - {" "}))
def test_a_key_with_a_fixed_meaning_is_refused(key: str) -> None:
    (sentence,) = refusals(plate=key)
    assert sentence.startswith(f"The key {key} has a fixed meaning")


@pytest.mark.parametrize("key", ["é", "F1", "BB", "Đ", "<"])
def test_what_is_no_key_is_refused(key: str) -> None:
    (sentence,) = refusals(plate=key)
    assert "is no key of this page" in sentence


def test_one_key_for_two_acts_is_refused_and_both_are_named() -> None:
    (sentence,) = refusals(plate="V")
    assert sentence == (
        "The key V is set for more than one act: go to the plate; go to the vehicle."
    )


def test_the_given_keys_are_allowed_and_nothing_of_them_is_kept() -> None:
    assert set(GIVEN.values()) <= FREE
    assert own_keys(GIVEN) == {}
    assert own_keys({}) == {}


def test_keys_may_be_exchanged_and_left_empty() -> None:
    own = own_keys({"plate": "v", "vehicle": "b", "doubt": "", "tone": ","})
    assert own == {"plate": "V", "vehicle": "B", "doubt": "", "tone": ","}
    by_place = places(own)
    assert (by_place["KeyV"], by_place["KeyB"], by_place["Comma"]) == ("plate", "vehicle", "tone")
    assert "doubt" not in by_place.values()


def test_own_keys_are_kept_and_stand_on_the_review_page(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    sent = GIVEN | {"plate": ";", "later": "", "single_keys": "1", "keeps_view": "1"}
    kept = client.post(KEYS, sent, follow=True)
    assert kept.redirect_chain == [(f"{KEYS}?da-luu", 302)]
    kept_row = ReviewPreference.objects.get()
    assert (kept_row.officer, kept_row.keymap) == (place.reviewer, {"plate": ";", "later": ""})
    page = client.get(PAGE)
    html = page.content.decode()
    assert "data-keeps-view" in html
    assert "data-keys-off" not in html
    by_place = json.loads(page.context["key_places"])
    assert by_place["Semicolon"] == "plate"
    assert "KeyB" not in by_place
    sheet = html[html.index('id="keys"') :]
    assert "<kbd>;</kbd>" in sheet
    assert "<kbd>K</kbd>" not in html
    assert "<kbd>B</kbd>" not in html


def test_a_colleague_keeps_the_given_keys(place: World) -> None:
    case_at("detected", place)
    signed_in(place.reviewer).post(KEYS, GIVEN | {"plate": ";"})
    page = signed_in(place.second_reviewer).get(PAGE)
    assert json.loads(page.context["key_places"])["KeyB"] == "plate"


def test_a_refusal_keeps_what_was_typed_and_writes_nothing(place: World) -> None:
    answer = signed_in(place.reviewer).post(KEYS, GIVEN | {"plate": "s", "tone": ";"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert re.search(r'id="key-plate"[^>]*value="s"', html)
    assert re.search(r'id="key-tone"[^>]*value=";"', html)
    assert not ReviewPreference.objects.exists()


def test_back_to_the_given_keys(place: World) -> None:
    client = signed_in(place.reviewer)
    client.post(KEYS, GIVEN | {"plate": ";", "keeps_view": "1"})
    client.post(KEYS, GIVEN | {"plate": "s", "reset": "1"})
    now = ReviewPreference.objects.get()
    assert (now.keymap, now.single_keys, now.keeps_view) == ({}, True, False)


def test_single_keys_are_switched_off_from_the_review_page(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(KEYS, GIVEN | {"plate": ";", "single_keys": "1"})
    told = client.post(f"{KEYS}tat/", {"single_keys": "0"}).json()
    assert told == {"single_keys": False}
    assert "data-keys-off" in client.get(PAGE).content.decode()
    assert ReviewPreference.objects.get().keymap == {"plate": ";"}


def test_only_reviewers_have_keys(place: World) -> None:
    assert signed_in(place.leader).get(KEYS).status_code == 403


def test_the_order_of_a_verdict_answer_carries_own_keys(place: World, clock: Any) -> None:
    from datetime import timedelta

    from tests.journeys import START
    from tests.violations.test_review_desk import behind

    case_at("detected", place)
    case_at("detected", place, at=START + timedelta(minutes=5))
    client = signed_in(place.reviewer)
    client.post(KEYS, GIVEN | {"note": ";", "single_keys": "1"})
    assert "<kbd>;</kbd>" in behind(client).json()["foot"]
