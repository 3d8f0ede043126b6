"""Break-glass: another unit's cases can be read for an hour, marked and alarmed, and never acted on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.journeys import World, acting, case_at, officer
from tests.violations.desk import NOW, clock, place, signed_in
from violations import actions, emergency
from violations.guards import Refused
from violations.models import AccessEntry, EmergencyAccess, Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture
def opened(place: World) -> EmergencyAccess:
    """The leader of the other unit has opened the sight of this one's cases."""
    return emergency.open_access(
        place.other_leader.user, place.unit, reason="truy tìm xe (mẫu)", at=NOW
    )


def looks(place: World) -> list[tuple[str, str]]:
    rows = AccessEntry.objects.filter(actor=place.other_leader.user).order_by("id")
    return list(rows.values_list("what", "level"))


def test_the_case_its_pictures_and_list_are_read_and_each_look_is_marked(
    place: World, opened: EmergencyAccess
) -> None:
    case = case_at("decided", place)
    client = signed_in(place.other_leader)
    assert client.get(f"/can-bo/ho-so/{case.number}/").status_code == 200
    picture = case.detection.evidence.first().pk
    assert client.get(f"/can-bo/anh/{picture}/").status_code == 200
    notice = case.events.exclude(notice=None).first().notice_id
    assert client.get(f"/can-bo/giay/{notice}/").status_code in (200, 404)  # its PDF may wait
    assert case.number in client.get("/quan-tri/violations/violation/").content.decode()
    assert {level for _what, level in looks(place)} == {"emergency"}
    assert {what for what, _level in looks(place)} >= {"case", "evidence"}


def test_without_it_nothing_is_seen_and_it_ends_at_the_minute(place: World, clock) -> None:
    case = case_at("decided", place)
    there = f"/can-bo/ho-so/{case.number}/"
    client = signed_in(place.other_leader)
    assert client.get(there).status_code == 404
    access = emergency.open_access(
        place.other_leader.user, place.unit, reason="x", at=NOW, lasts=timedelta(minutes=15)
    )
    clock(access.ends_at - timedelta(seconds=1))
    assert client.get(there).status_code == 200
    clock(access.ends_at)
    assert client.get(there).status_code == 404


def test_ended_by_hand_it_is_over_at_once(place: World, opened: EmergencyAccess) -> None:
    case = case_at("detected", place)
    client = signed_in(place.other_leader)
    page = client.get(f"/can-bo/ho-so/{case.number}/").content.decode()
    assert reverse("violations:emergency_end") in page
    client.post(reverse("violations:emergency_end"))
    assert client.get(f"/can-bo/ho-so/{case.number}/").status_code == 404
    assert reverse("violations:emergency_end") not in client.get("/can-bo/").content.decode()


def test_who_lost_the_right_sees_nothing_any_more(place: World, opened: EmergencyAccess) -> None:
    case = case_at("detected", place)
    client = signed_in(place.other_leader)
    place.other_leader.user.groups.clear()
    assert client.get(f"/can-bo/ho-so/{case.number}/").status_code in (403, 404)


def test_acts_are_refused_as_ever(place: World, opened: EmergencyAccess) -> None:
    case = case_at("owner_identified", place)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=NOW)
    draft = case.drafts.get()
    client = signed_in(place.other_leader)
    with pytest.raises(Refused):
        actions.sign_notice(case.pk, by=acting(place.other_leader), at=NOW)
    for there in (f"/can-bo/ky/{draft.pk}/", f"/can-bo/ho-so/{case.number}/chung-cu.zip"):
        assert client.get(there).status_code in (302, 403, 404)
    for step in ("dismiss", "sign_notice", "propose_notice"):
        sent = client.post(f"/can-bo/ho-so/{case.number}/{step}/", {"reason": "x"})
        assert sent.status_code in (403, 404)
    assert not client.get("/can-bo/ky/").context["rows"]
    assert client.get("/can-bo/").context["todo"] == []
    assert Violation.objects.get(pk=case.pk).status == "owner_identified"


def test_one_at_a_time_with_a_reason_for_an_hour_at_most(place: World) -> None:
    user = place.other_leader.user
    with override("en"):
        with pytest.raises(Refused, match="what the emergency is"):
            emergency.open_access(user, place.unit, reason=" ", at=NOW)
        with pytest.raises(Refused, match="60 minutes"):
            emergency.open_access(user, place.unit, reason="x", at=NOW, lasts=timedelta(minutes=61))
        with pytest.raises(Refused, match="without an emergency"):
            emergency.open_access(user, place.other_unit, reason="x", at=NOW)
        with pytest.raises(Refused, match="does not include"):
            emergency.open_access(place.clerk.user, place.other_unit, reason="x", at=NOW)
        emergency.open_access(user, place.unit, reason="x", at=NOW)
        with pytest.raises(Refused, match="open already"):
            emergency.open_access(user, place.national, reason="x", at=NOW)
    emergency.open_access(user, place.national, reason="x", at=NOW + timedelta(hours=1))


def test_the_page_asks_who_is_there_first(place: World) -> None:
    client = signed_in(place.other_leader)
    sent = {"unit": place.unit.pk, "minutes": "15", "reason": "truy tìm xe (mẫu)"}
    stopped = client.post(reverse("violations:emergency_open"), sent)
    assert stopped["Location"].startswith(reverse("account_reauthenticate"))
    assert not EmergencyAccess.objects.exists()
    client.post(stopped["Location"], {"password": "mật khẩu thử nghiệm"})
    access = EmergencyAccess.objects.get()
    assert access.ends_at - access.opened_at == timedelta(minutes=15)
    assert client.post(reverse("violations:emergency_open"), sent).status_code == 409


def test_it_stands_as_an_alarm_until_another_has_noted_it(
    place: World, opened: EmergencyAccess, clock
) -> None:
    elsewhere = officer("vinh", "Võ Thị Vinh", "Supervisor", place.other_unit)
    own_page = reverse("violations:emergency")
    for person, sees in (
        (place.auditor, True),
        (place.supervisor, True),
        (place.leader, True),
        (elsewhere, False),
        (place.reviewer, False),
    ):
        page = signed_in(person).get("/can-bo/")
        assert bool(page.context["emergencies"]) is sees
        assert (f'href="{own_page}"' in page.content.decode()) or not sees
    with override("en"):
        with pytest.raises(Refused, match="still open"):
            emergency.note_access(opened.pk, finding="x", by=place.leader.user, at=NOW)
        with pytest.raises(Refused, match="their own"):
            emergency.note_access(
                opened.pk, finding="x", by=place.other_leader.user, at=opened.ends_at
            )
        with pytest.raises(Refused, match="does not include"):
            emergency.note_access(opened.pk, finding="x", by=elsewhere.user, at=opened.ends_at)
        with pytest.raises(Refused, match="what you found"):
            emergency.note_access(opened.pk, finding=" ", by=place.leader.user, at=opened.ends_at)
        with pytest.raises(Refused, match="does not include"):
            emergency.note_access(opened.pk, finding="x", by=place.auditor.user, at=opened.ends_at)
    clock(opened.ends_at)
    client = signed_in(place.supervisor)
    there = reverse("violations:emergency_note", args=[opened.pk])
    client.post(there, {"finding": "có căn cứ"})
    opened.refresh_from_db()
    assert (opened.noted_by, opened.finding) == (place.supervisor.user, "có căn cứ")
    assert not signed_in(place.auditor).get("/can-bo/").context["emergencies"]


def test_an_auditor_reads_the_alarm_and_changes_nothing(
    place: World, opened: EmergencyAccess, clock
) -> None:
    clock(opened.ends_at)
    client = signed_in(place.auditor)
    page = client.get(reverse("violations:emergency")).content.decode()
    assert "truy tìm xe (mẫu)" in page
    assert reverse("violations:emergency_note", args=[opened.pk]) not in page
    sent = client.post(reverse("violations:emergency_note", args=[opened.pk]), {"finding": "x"})
    assert sent.status_code == 403
    opened.refresh_from_db()
    assert opened.noted_at is None


def test_a_leader_of_the_unit_notes_it(place: World, opened: EmergencyAccess, clock) -> None:
    clock(opened.ends_at)
    there = reverse("violations:emergency_note", args=[opened.pk])
    signed_in(place.leader).post(there, {"finding": "có căn cứ"})
    opened.refresh_from_db()
    assert opened.noted_by == place.leader.user
