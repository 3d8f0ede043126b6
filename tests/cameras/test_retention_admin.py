"""The pages of retention: who enters days, who places and lifts holds, what the technician sees."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cameras import holds
from cameras.models import CustodyEvent, Disposal, LegalHold, RetentionRule
from tests import journeys
from tests.cameras import hostile_pictures
from tests.cameras.factories import AT, detected, hikvision, picture
from tests.cameras.film_bodies import mp4, uploaded_film
from tests.violations.desk import signed_in

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture
def place():
    return journeys.world()


@pytest.fixture
def detection(place):
    return detected(place.red_light_camera, hikvision())


def placing(detection) -> str:
    return reverse("admin:cameras_legalhold_place", args=[detection.pk])


def test_a_leader_places_a_hold_and_lifts_it_again(place, detection):
    client = signed_in(place.leader)
    assert client.get(placing(detection)).status_code == 200
    sent = client.post(placing(detection), {"reason": "đơn số 12 (mẫu)"})
    hold = LegalHold.objects.get()
    there = reverse("admin:cameras_legalhold_change", args=[hold.pk])
    assert sent["Location"] == there
    assert (hold.detection, hold.reason, hold.placed_by) == (
        detection,
        "đơn số 12 (mẫu)",
        place.leader.user,
    )
    page = client.get(there)
    assert "đơn số 12 (mẫu)" in page.content.decode()
    lifting = reverse("admin:cameras_legalhold_lift", args=[hold.pk])
    assert page.context["act_url"] == lifting
    client.post(lifting, {"reason": "đã giải quyết"})
    hold.refresh_from_db()
    assert hold.lifted_by == place.leader.user
    assert client.get(there).context["act_url"] == ""


def test_without_a_reason_nothing_happens_and_the_page_says_why(place, detection):
    client = signed_in(place.leader)
    answer = client.post(placing(detection), {"reason": " "})
    assert answer.status_code == 409
    assert answer.context["fault"]
    assert not LegalHold.objects.exists()
    hold = holds.place_hold(detection.pk, by_user=place.leader.user, reason="mẫu", at=AT)
    lifting = reverse("admin:cameras_legalhold_lift", args=[hold.pk])
    answer = client.post(lifting, {"reason": ""})
    assert answer.status_code == 409
    assert LegalHold.objects.get().lifted_at is None


@pytest.mark.parametrize("who", ["reviewer", "clerk", "technician", "auditor", "administrator"])
def test_the_acts_are_closed_to_other_roles(place, detection, who):
    hold = holds.place_hold(detection.pk, by_user=place.leader.user, reason="mẫu", at=AT)
    client = signed_in(getattr(place, who))
    assert client.get(placing(detection)).status_code == 403
    assert client.post(placing(detection), {"reason": "mẫu"}).status_code == 403
    lifting = reverse("admin:cameras_legalhold_lift", args=[hold.pk])
    assert client.post(lifting, {"reason": "mẫu"}).status_code == 403
    assert LegalHold.objects.filter(lifted_at=None).count() == 1


def test_another_units_leader_finds_neither_detection_nor_hold(place, detection):
    hold = holds.place_hold(detection.pk, by_user=place.leader.user, reason="mẫu", at=AT)
    client = signed_in(place.other_leader)
    assert client.get(placing(detection)).status_code == 404
    there = reverse("admin:cameras_legalhold_change", args=[hold.pk])
    assert client.get(there).status_code == 404
    lifting = reverse("admin:cameras_legalhold_lift", args=[hold.pk])
    assert client.post(lifting, {"reason": "mẫu"}).status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "x", "½"])
def test_a_hold_that_is_not_there_is_not_found(place, number):
    there = f"/quan-tri/cameras/legalhold/{number}/change/"
    assert signed_in(place.leader).get(there).status_code == 404


def test_an_administrator_enters_days_with_their_ground(place):
    client = signed_in(place.administrator)
    there = reverse("admin:cameras_retentionrule_add")
    form = {"record_class": "case", "keep_days": "3650", "basis": "văn bản số 02 (mẫu)"}
    assert client.post(there, form | {"keep_days": "0"}).status_code == 200
    assert client.post(there, form | {"basis": ""}).status_code == 200
    assert not RetentionRule.objects.exists()
    assert client.post(there, form).status_code == 302
    rule = RetentionRule.objects.get()
    assert (rule.record_class, rule.keep_days, rule.basis) == ("case", 3650, "văn bản số 02 (mẫu)")
    change = reverse("admin:cameras_retentionrule_change", args=[rule.pk])
    client.post(change, form | {"record_class": "passage", "keep_days": "5000"})
    rule.refresh_from_db()
    assert (rule.record_class, rule.keep_days) == ("case", 5000)
    delete = reverse("admin:cameras_retentionrule_delete", args=[rule.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_an_auditor_reads_what_was_disposed_of(place):
    Disposal.objects.create(
        sha256="ab" * 32, size=7, record_class="case", ground="case, 30 d: mẫu", disposed_at=AT
    )
    text = signed_in(place.auditor).get(reverse("admin:cameras_disposal_changelist"))
    assert "abababababababab" in text.content.decode()
    assert "case, 30 d: mẫu" in text.content.decode()


def test_the_case_page_offers_the_hold_to_a_leader_alone(place):
    case = journeys.case_at("owner_identified", place)
    there = f"/can-bo/ho-so/{case.number}/"
    assert placing(case.detection) in signed_in(place.leader).get(there).content.decode()
    assert placing(case.detection) not in signed_in(place.reviewer).get(there).content.decode()
    hold = holds.place_hold(
        case.detection_id, by_user=place.leader.user, reason="đơn số 9 (mẫu)", at=AT
    )
    page = signed_in(place.reviewer).get(there)
    assert page.context["holds"] == [hold]
    assert "đơn số 9 (mẫu)" in page.content.decode()


# The technician's page of a detection


def test_a_technician_reads_the_cameras_claims_and_flags(place):
    claimed = hostile_pictures.exif_of("GIMP 2.10", "2034:01:01 00:00:00")
    detection = detected(
        place.red_light_camera,
        hikvision("claims", pictures=[claimed, picture("b"), picture("c")]),
    )
    page = signed_in(place.technician).get(
        reverse("admin:cameras_detection_change", args=[detection.pk])
    )
    shown = page.context["pictures"][0]
    assert [value for _label, value in shown["claims"]] == ["2034:01:01 00:00:00", "GIMP 2.10"]
    assert len(shown["flags"]) == 2
    assert "2034:01:01 00:00:00" in page.content.decode()


def test_a_technician_sees_a_film_of_the_unit_and_the_look_is_noted(place, detection):
    film = uploaded_film(detection, mp4())
    client = signed_in(place.technician)
    there = reverse(
        "admin:cameras_detection_picture", args=[detection.pk, film.position, "original"]
    )
    page = client.get(reverse("admin:cameras_detection_change", args=[detection.pk]))
    assert f'src="{there}"' in page.content.decode()
    answer = client.get(there, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer["Content-Type"]) == (206, "video/mp4")
    assert CustodyEvent.objects.get(action="viewed").evidence == film
