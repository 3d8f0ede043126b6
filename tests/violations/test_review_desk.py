"""What the review page asks besides: cases ahead, a sign of life, putting off, own verdicts, looks."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.journeys import START, World, case_at
from tests.violations.desk import NOW, clock, place, signed_in
from tests.violations.test_review_page import DECIDE, PAGE, verdict
from violations import review
from violations.models import Lease, ReviewDecision, SecondLook, Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate


def behind(client: Client, **changes: Any) -> Any:
    """Decide as the page does that has its next case already."""
    page = client.get(PAGE)
    tab = str(page.context["tab"])
    pieces = client.get("/can-bo/duyet/truoc/", {"tab": tab}).content.decode()
    token = pieces.partition('data-token="')[2][:36]
    sent = {
        "case": str(page.context["case"].pk),
        "token": str(page.context["lease"].token),
        "files": page.context["sheet"].files,
        "visible_ms": "4200",
        "decision": "verify",
        "tab": tab,
        "next": token,
    }
    return client.post(DECIDE, sent | changes)


def test_two_cases_are_fetched_ahead_and_held(place: World) -> None:
    for minute in range(4):
        case_at("detected", place, at=START + timedelta(minutes=minute))
    client = signed_in(place.reviewer)
    tab = str(client.get(PAGE).context["tab"])
    pieces = client.get("/can-bo/duyet/truoc/", {"tab": tab}).content.decode()
    assert pieces.count("<main ") == 2
    assert Lease.objects.filter(officer=place.reviewer, is_ahead=True).count() == 2
    known = ",".join(str(lease.token) for lease in Lease.objects.all())
    again = client.get("/can-bo/duyet/truoc/", {"tab": tab, "co": known})
    assert again.content == b""


def test_a_verdict_behind_the_next_case_tells_what_can_be_undone(place: World) -> None:
    first = case_at("detected", place)
    second = case_at("detected", place, at=START + timedelta(minutes=5))
    client = signed_in(place.reviewer)
    told = behind(client).json()
    assert first.number in told["foot"]
    assert told["seconds"] == 600
    assert Lease.objects.get().case == second
    assert not Lease.objects.get().is_ahead


def test_a_verdict_behind_that_is_refused_leaves_the_next_case_ahead(place: World) -> None:
    case_at("detected", place)
    case_at("detected", place, at=START + timedelta(minutes=5))
    client = signed_in(place.reviewer)
    answer = behind(client, token="0" * 32)
    assert (answer.status_code, list(answer.json())) == (409, ["refused"])
    assert not ReviewDecision.objects.exists()
    assert Lease.objects.filter(is_ahead=True).count() == 1


def test_a_second_tab_takes_over_and_the_first_is_told(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    first_tab = verdict(client)
    client.get(PAGE)
    beat = client.post("/can-bo/duyet/nhip/", {"tab": first_tab["tab"], "active": "1"})
    assert beat.status_code == 409
    refused = client.post(DECIDE, first_tab | {"note": "đã xem kỹ"})
    assert refused.status_code == 409
    assert not ReviewDecision.objects.exists()


def test_a_tab_that_lives_keeps_its_case(place: World, clock: Any) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    tab = verdict(client)["tab"]
    clock(NOW + timedelta(seconds=30))
    beat = client.post("/can-bo/duyet/nhip/", {"tab": tab, "active": "1"})
    assert beat.json()["seconds"] >= 570


def test_what_was_looked_at_is_kept_and_what_cannot_have_been_is_not(place: World) -> None:
    case = case_at("detected", place)
    picture = case.detection.evidence.order_by("position").first().sha256
    told = {
        "frames": [{"sha256": picture, "ms": 3100, "zoom": 260}, {"sha256": "f" * 64, "ms": 1}],
        "tones": [0, 2, "x", 99],
    }
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client, viewing=json.dumps(told)))
    made = ReviewDecision.objects.get()
    assert made.viewing == {
        "frames": [{"sha256": picture, "ms": 3100, "zoom": 260}],
        "tones": [0, 2],
    }
    assert len(made.session_hash) == 64


@pytest.mark.parametrize("viewing", ["", "[]", "{", '{"frames": 3}', '{"frames": [null]}'])
def test_nonsense_about_the_look_is_left_out(place: World, viewing: str) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client, viewing=viewing))
    assert ReviewDecision.objects.get().viewing.get("frames", []) == []


def test_doubt_verifies_and_asks_for_another_officer(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client, decision="doubt"))
    made = ReviewDecision.objects.get()
    assert (made.choice, made.flags) == ("verify", ["doubt"])


def test_a_case_is_put_off_with_a_reason_and_the_next_comes(place: World) -> None:
    first = case_at("detected", place)
    second = case_at("detected", place, at=START + timedelta(minutes=5))
    client = signed_in(place.reviewer)
    held = verdict(client)
    sent = {name: held[name] for name in ("case", "token", "tab")} | {"reason": "ask"}
    page = client.post("/can-bo/duyet/de-sau/", sent, follow=True)
    assert page.context["case"] == second
    assert signed_in(place.second_reviewer).get(PAGE).context["case"] == first


def test_an_own_verdict_is_withdrawn_with_a_reason(place: World) -> None:
    case = case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client))
    made = ReviewDecision.objects.get()
    review.finalise(made.pk, at=made.effective_at)
    page = client.get("/can-bo/duyet/da-duyet/")
    assert case.number in page.content.decode()
    nothing = client.post("/can-bo/duyet/rut-lai/", {"review": made.pk, "reason": " "})
    assert nothing.status_code == 409
    client.post("/can-bo/duyet/rut-lai/", {"review": made.pk, "reason": "nhầm xe"})
    case.refresh_from_db()
    assert case.status == "detected"


def test_a_plate_typed_as_it_was_read_counts_as_compared(place: World) -> None:
    case_at("detected", place, plate="30F12345")
    client = signed_in(place.reviewer)
    held = verdict(client)
    asked = {name: held[name] for name in ("case", "token", "tab")} | {"plate": "30F-123.45"}
    page = client.post("/can-bo/duyet/bien-so/", asked)
    assert page.context["sheet"].is_confirmed
    client.post(DECIDE, held | {"plate_confirmed": "1"})
    made = ReviewDecision.objects.get()
    assert (made.plate_confirmed, made.plate) == (True, "")


def test_a_second_look_shows_the_case_as_it_came(place: World) -> None:
    case = case_at("verified", place, plate="30F12345")
    Violation.objects.filter(pk=case.pk).update(plate="30F99999", plate_display="30F-999.99")
    first = ReviewDecision.objects.get(case=case)
    SecondLook.objects.create(
        case=case,
        ground="risk",
        strata=["plate_corrected"],
        is_blind=True,
        first_review=first,
        asked_at=NOW - timedelta(hours=2),
    )
    page = signed_in(place.second_reviewer).get(PAGE)
    assert page.context["lease"].role == "second"
    assert page.context["sheet"].plate == "30F12345"
    assert "30F-999.99" not in page.content.decode()


def test_a_tab_that_was_taken_over_takes_nothing_back(place: World) -> None:
    for minute in range(3):
        case_at("detected", place, at=START + timedelta(minutes=minute))
    client = signed_in(place.reviewer)
    first_tab = verdict(client)["tab"]
    second_tab = verdict(client)["tab"]
    assert client.get("/can-bo/duyet/truoc/", {"tab": first_tab}).content == b""
    assert {str(lease.tab) for lease in Lease.objects.all()} == {second_tab}
