"""The review page: what an officer sees, decides, undoes, and what the page refuses and writes down."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cameras.models import CustodyEvent
from tests.journeys import START, World, case_at
from tests.violations.desk import NOW, clock, place, signed_in
from violations import review
from violations.models import AccessEntry, Lease, ReviewDecision, Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate

PAGE = "/can-bo/duyet/"
DECIDE = "/can-bo/duyet/quyet-dinh/"


def verdict(client: Client, **changes: Any) -> dict[str, Any]:
    """Return what the form on the page would send."""
    context = client.get(PAGE).context
    return {
        "case": str(context["case"].pk),
        "token": str(context["lease"].token),
        "tab": str(context["tab"]),
        "files": context["sheet"].files,
        "visible_ms": "4200",
        "decision": "verify",
    } | changes


def test_a_reviewer_is_given_the_oldest_case_and_the_look_is_written_down(place: World) -> None:
    oldest = case_at("detected", place)
    case_at("detected", place, at=START + timedelta(minutes=5))
    client = signed_in(place.reviewer)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert page.context["case"] == oldest
    assert Lease.objects.get().officer == place.reviewer
    seen = AccessEntry.objects.get()
    assert (seen.case, seen.what, seen.actor) == (oldest, "case", place.reviewer.user)


def test_two_reviewers_never_hold_the_same_case(place: World) -> None:
    for minute in range(2):
        case_at("detected", place, at=START + timedelta(minutes=minute))
    first = signed_in(place.reviewer).get(PAGE).context["case"]
    second = signed_in(place.second_reviewer).get(PAGE).context["case"]
    assert first != second


def test_when_all_are_held_the_page_says_when_the_next_falls_free(place: World) -> None:
    case_at("detected", place)
    signed_in(place.reviewer).get(PAGE)
    page = signed_in(place.second_reviewer).get(PAGE)
    assert "sheet" not in page.context
    assert "14:10" in page.content.decode()  # the lease was taken at 14:00 and lasts ten minutes


def test_the_page_tells_law_place_time_and_deadline(place: World) -> None:
    case = case_at("detected", place)
    page = signed_in(place.reviewer).get(PAGE).content.decode()
    assert "Đ6 k9 điểm b" in page
    assert "08:00:00,000 12/10/2026" in page
    assert "2,4 giây" in page
    assert "22/10/2026" in page
    assert case.number in page


def test_a_speed_shows_what_was_measured_what_counts_and_the_excess(place: World) -> None:
    case_at("detected", place, kind="speed_over", speed_tenths=985, limit_tenths=800)
    page = signed_in(place.reviewer).get(PAGE).content.decode().replace("\xa0", " ")
    assert "98,5 km/h → 95,5 km/h / 80 km/h" in page
    assert "15,5 km/h" in page


def test_doubted_characters_are_marked_and_named(place: World) -> None:
    shares = [0.99, 0.99, 0.99, 0.99, 0.71, 0.99, 0.99, 0.99]
    canonical = {"plate": {"char_confidence": shares}}
    case_at("detected", place, plate="51K20864", canonical=canonical)
    sheet = signed_in(place.reviewer).get(PAGE).context["sheet"]
    assert [(letter.text, letter.place) for letter in sheet.letters if letter.is_doubted] == [
        ("0", 5)
    ]


def test_enter_verifies_and_the_next_case_comes_with_ten_seconds_to_undo(place: World) -> None:
    first = case_at("detected", place)
    second = case_at("detected", place, at=START + timedelta(minutes=5))
    client = signed_in(place.reviewer)
    page = client.post(DECIDE, verdict(client), follow=True)
    assert page.context["case"] == second
    assert page.context["undoables"][0]["decision"].case == first
    assert page.context["undoables"][0]["seconds"] == 10
    written = ReviewDecision.objects.get()
    assert (written.state, written.choice, written.visible_ms) == ("pending", "verify", 4200)
    assert written.viewed_files == [
        file.sha256 for file in first.detection.evidence.order_by("position")
    ]
    first.refresh_from_db()
    assert first.status == "detected"


def test_after_ten_seconds_the_verdict_takes_effect(place: World, clock: Any) -> None:
    case = case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client))
    later = NOW + timedelta(seconds=11)
    assert review.finalise_due(at=later) == 1
    case.refresh_from_db()
    assert (case.status, case.verified_by) == ("verified", place.reviewer)


def test_a_digit_rejects_with_its_reason(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    reasons = client.get(PAGE).context["reasons"]
    assert [code for _key, code, _label in reasons] == list(review.REJECTION_REASONS)
    client.post(DECIDE, verdict(client, decision="picture_or_camera_fault"))
    written = ReviewDecision.objects.get()
    assert (written.choice, written.rejection_reason) == ("reject", "picture_or_camera_fault")


def test_the_ninth_reason_needs_a_note(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    refused = client.post(DECIDE, verdict(client, decision="other", note=" "))
    assert refused.status_code == 409
    assert not ReviewDecision.objects.exists()
    accepted = client.post(DECIDE, verdict(client, decision="other", note="biển giả"))
    assert accepted.status_code == 302
    assert ReviewDecision.objects.get().note == "biển giả"


def test_undo_brings_the_case_back_to_the_same_officer(place: World) -> None:
    case = case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client))
    made = ReviewDecision.objects.get()
    page = client.post("/can-bo/duyet/hoan-tac/", {"review": made.pk}, follow=True)
    assert page.context["case"] == case
    made.refresh_from_db()
    assert made.state == "undone"


def test_undo_after_ten_seconds_is_refused_in_words(place: World, clock: Any) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client))
    clock(NOW + timedelta(seconds=10))
    answer = client.post("/can-bo/duyet/hoan-tac/", {"review": ReviewDecision.objects.get().pk})
    assert answer.status_code == 409
    assert answer.context["refused"]
    assert ReviewDecision.objects.get().state == "pending"


def test_nobody_undoes_another_officers_verdict(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client))
    made = ReviewDecision.objects.get()
    other = signed_in(place.second_reviewer)
    assert other.post("/can-bo/duyet/hoan-tac/", {"review": made.pk}).status_code == 409
    made.refresh_from_db()
    assert made.state == "pending"


def test_an_old_token_is_fenced_off_and_the_note_stays(place: World, clock: Any) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    sent = verdict(client, decision="no_violation", note="xe dừng trước vạch")
    clock(NOW + timedelta(minutes=11))
    signed_in(place.second_reviewer).get(PAGE)  # the case goes to somebody else
    answer = client.post(DECIDE, sent)
    assert answer.status_code == 409
    assert "xe dừng trước vạch" in answer.content.decode()
    assert not ReviewDecision.objects.exists()


def test_a_double_press_is_one_verdict(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    sent = verdict(client)
    client.post(DECIDE, sent)
    client.post(DECIDE, sent)
    assert ReviewDecision.objects.count() == 1


def test_json_is_answered_in_json(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    sent = verdict(client, choice="reject", reason="duplicate")
    del sent["decision"]
    answer = client.post(DECIDE, json.dumps(sent), content_type="application/json")
    assert answer.json()["review"] == ReviewDecision.objects.get().pk
    again = client.post(
        DECIDE,
        json.dumps(sent | {"token": "0" * 32}),
        content_type="application/json",
    )
    assert (again.status_code, list(again.json())) == (409, ["refused"])


@pytest.mark.parametrize(
    "body",
    ["", "[]", '"x"', "{", '{"case": 5}', '{"case": null}', '{"note": [], "files": 3, "loai": {}}'],
)
def test_nonsense_is_refused_without_a_trace(place: World, body: str) -> None:
    client = signed_in(place.reviewer)
    answer = client.post(DECIDE, body, content_type="application/json")
    assert answer.status_code == 409
    assert not ReviewDecision.objects.exists()


def test_nul_and_markup_in_a_note_do_no_harm(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client, decision="other", note="a\x00<b>"))
    assert ReviewDecision.objects.get().note == "a<b>"
    assert client.get("/can-bo/ho-so/VP%00/").status_code == 404
    assert client.post("/can-bo/duyet/hoan-tac/", {"review": "9" * 40}).status_code == 409


def test_files_that_are_not_of_the_case_are_not_written_down_as_seen(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client, files=["f" * 64, "<script>"]))
    assert ReviewDecision.objects.get().viewed_files == []


def test_damaged_evidence_locks_the_accept_button(place: World) -> None:
    case = case_at("detected", place)
    break_evidence(case)
    client = signed_in(place.reviewer)
    page = client.get(PAGE)
    assert page.context["sheet"].against
    assert 'value="verify" disabled' in page.content.decode()
    assert client.post(DECIDE, verdict(client)).status_code == 409
    assert not ReviewDecision.objects.exists()


def break_evidence(case: Violation) -> None:
    """Lose the stored bytes of a case, as a broken disk would."""
    from django.core.files.storage import storages

    store: Any = storages["evidence"]
    path = store._path(case.detection.delivery.kept_sha256)
    path.chmod(0o600)
    path.unlink()


def test_a_case_past_the_time_bar_cannot_be_verified(place: World) -> None:
    case = case_at("detected", place)
    client = signed_in(place.reviewer)
    held = verdict(client)
    Violation.objects.filter(pk=case.pk).update(time_bar_on=(NOW - timedelta(days=1)).date())
    refused = client.post(DECIDE, held)
    assert refused.status_code == 409
    assert "lease" not in refused.context, "nor is it offered again"


def test_an_excess_below_the_lowest_band_has_no_rule_and_cannot_be_verified(place: World) -> None:
    case_at("detected", place, kind="speed_over", speed_tenths=850, limit_tenths=800)
    client = signed_in(place.reviewer)
    assert client.get(PAGE).context["sheet"].rule is None
    assert client.post(DECIDE, verdict(client)).status_code == 409


def test_a_corrected_plate_is_shown_verified_and_kept(place: World, clock: Any) -> None:
    case = case_at("detected", place, plate="30F12345")
    client = signed_in(place.reviewer)
    held = verdict(client)
    asked = {name: held[name] for name in ("case", "token", "tab")} | {"plate": "30f-123.46"}
    page = client.post("/can-bo/duyet/bien-so/", asked)
    assert (page.context["sheet"].plate, page.context["sheet"].is_corrected) == ("30F12346", True)
    client.post(DECIDE, held | {"plate": "30F12346", "plate_colour": "white"})
    review.finalise_due(at=NOW + timedelta(seconds=11))
    case.refresh_from_db()
    assert (case.plate, case.plate_display) == ("30F12346", "30F-123.46")
    assert case.events.get(step="verify").facts["plate_corrected"] is True


@pytest.mark.parametrize(
    ("typed", "vehicle_class", "read"),
    [
        ("29Â12345", "motorcycle", "29AA12345"),
        ("29AA-123.45", "motorcycle", "29AA12345"),
        ("30f 256 58", "car", "30F25658"),
    ],
)
def test_what_an_input_method_folded_is_unfolded(
    place: World, typed: str, vehicle_class: str, read: str
) -> None:
    plate = "29B112345" if vehicle_class == "motorcycle" else "30F12345"
    case_at("detected", place, plate=plate, vehicle_class=vehicle_class)
    client = signed_in(place.reviewer)
    held = verdict(client)
    asked = {name: held[name] for name in ("case", "token", "tab")} | {"plate": typed}
    page = client.post("/can-bo/duyet/bien-so/", asked)
    assert page.context["sheet"].plate == read


@pytest.mark.parametrize("typed", ["", "30F", "30F1234é", "hello", "30F-12.345", "🚗"])
def test_a_plate_that_is_none_is_refused_in_words(place: World, typed: str) -> None:
    case_at("detected", place, plate="30F12345")
    client = signed_in(place.reviewer)
    held = verdict(client)
    asked = {name: held[name] for name in ("case", "token", "tab")} | {"plate": typed}
    page = client.post("/can-bo/duyet/bien-so/", asked)
    assert page.status_code == 409
    assert page.context["refused"]
    assert page.context["sheet"].plate == "30F12345"


def test_letters_that_may_have_been_joined_are_never_guessed(place: World) -> None:
    case_at("detected", place, plate="29D112345", vehicle_class="motorcycle")
    client = signed_in(place.reviewer)
    held = verdict(client)
    asked = {name: held[name] for name in ("case", "token", "tab")} | {"plate": "29Đ12345"}
    assert client.post("/can-bo/duyet/bien-so/", asked).status_code == 409


def test_a_break_gives_the_case_back(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.reviewer)
    token = verdict(client)["token"]
    client.post("/can-bo/duyet/tam-nghi/", {"token": token})
    assert not Lease.objects.exists()


def test_only_reviewers_review(place: World) -> None:
    for officer in (place.leader, place.clerk, place.technician, place.auditor):
        assert signed_in(officer).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302


def test_another_units_case_is_never_offered(place: World) -> None:
    case = case_at("detected", place)
    stranger = place.second_reviewer
    stranger.unit = place.other_unit
    stranger.save()
    page = signed_in(stranger).get(PAGE)
    assert "sheet" not in page.context
    assert signed_in(stranger).get(f"/can-bo/duyet/dang-ky/{case.number}/").status_code == 404


def test_a_picture_is_sent_once_its_look_is_written_in_both_logs(place: World) -> None:
    case = case_at("detected", place)
    file = case.detection.evidence.first()
    answer = signed_in(place.reviewer).get(f"/can-bo/anh/{file.pk}/")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    assert AccessEntry.objects.get().what == "evidence"
    seen = CustodyEvent.objects.get(action="viewed")
    assert (seen.evidence, seen.actor) == (file, place.reviewer.user)


def test_pictures_are_for_ones_own_unit_and_for_case_workers(place: World) -> None:
    file = case_at("detected", place).detection.evidence.first()
    address = f"/can-bo/anh/{file.pk}/"
    assert signed_in(place.other_leader).get(address).status_code == 404
    assert signed_in(place.clerk).get(address).status_code == 403
    assert signed_in(place.administrator).get(address).status_code == 403
    assert signed_in(place.auditor).get(address).status_code == 200
    assert AccessEntry.objects.count() == 1


def test_the_register_that_does_not_answer_is_said_honestly(place: World, settings: Any) -> None:
    settings.REGISTER_URL = "http://127.0.0.1:9"  # nothing listens there
    case = case_at("detected", place)
    answer = signed_in(place.reviewer).get(f"/can-bo/duyet/dang-ky/{case.number}/")
    assert answer.context["answer"].state == "unavailable"
    assert all(row.registered == "" for row in answer.context["rows"])


def test_a_refused_verdict_is_shown_on_the_workbench(place: World) -> None:
    case = case_at("detected", place)
    client = signed_in(place.reviewer)
    client.post(DECIDE, verdict(client))
    break_evidence(case)
    review.finalise_due(at=NOW + timedelta(seconds=11))
    assert ReviewDecision.objects.get().state == "refused"
    assert case.number in client.get("/can-bo/").content.decode()
