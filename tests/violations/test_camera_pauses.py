"""A supervisor holds a camera back: kept, not lost, looked at again, and never out of quarantine."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.translation import override

from cameras import device_states
from cameras.models import CustodyEvent, Device
from tests.journeys import START, World, acting, officer, world
from violations import camera_pauses
from violations.guards import Refused
from violations.models import CameraPause

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
LATER = START + timedelta(hours=3)


@pytest.fixture
def place() -> World:
    return world()


def state(device: Device) -> str:
    return Device.objects.get(pk=device.pk).state


def paused(place: World) -> CameraPause:
    return camera_pauses.pause(
        place.red_light_camera, reason="lệch khung (mẫu)", by=acting(place.supervisor), at=START
    )


def test_a_pause_moves_the_camera_and_asks_for_a_look_within_a_day(place: World) -> None:
    pause = paused(place)
    assert state(place.red_light_camera) == "paused"
    assert pause.review_at - pause.paused_at == timedelta(hours=24)
    assert CustodyEvent.objects.get().actor == place.supervisor.user
    camera_pauses.resume(pause.pk, finding="đã chỉnh", by=acting(place.supervisor), at=LATER)
    assert state(place.red_light_camera) == "active"
    pause.refresh_from_db()
    assert (pause.resumed_by, pause.resumed_at) == (place.supervisor, LATER)
    assert pause.finding == "đã chỉnh"
    with override("en"), pytest.raises(Refused, match="ended already"):
        camera_pauses.resume(pause.pk, finding="x", by=acting(place.supervisor), at=LATER)


@pytest.mark.parametrize("before", ["quarantined", "paused", "revoked"])
def test_only_an_active_camera_is_paused(place: World, before: str) -> None:
    Device.objects.filter(pk=place.red_light_camera.pk).update(state=before)
    with pytest.raises(Refused):
        paused(place)
    assert state(place.red_light_camera) == before
    assert not CameraPause.objects.exists()


def test_a_quarantine_cannot_be_walked_around_by_pausing(place: World) -> None:
    """Pausing and resuming once made a quarantined camera active without any ground."""
    device = place.red_light_camera
    device_states.quarantine(device, "clock_drifted", at=START)
    with override("en"), pytest.raises(device_states.Refused, match="in quarantine"):
        device_states.pause(device, by_user=place.technician.user, reason="x", at=START)
    with pytest.raises(device_states.Refused):
        device_states.resume(device, by_user=place.technician.user, reason="x", at=START)
    assert state(device) == "quarantined"


def test_a_technician_does_not_lift_a_supervisors_pause_nor_the_other_way(place: World) -> None:
    pause = paused(place)
    device = place.red_light_camera
    with override("en"), pytest.raises(device_states.Refused, match="supervisor lets it go"):
        device_states.resume(device, by_user=place.technician.user, reason="x", at=LATER)
    assert state(device) == "paused"
    other = place.speed_camera
    device_states.pause(other, by_user=place.technician.user, reason="lau kính", at=START)
    with pytest.raises(device_states.Refused):
        device_states.resume_after_review(
            other, by_user=place.supervisor.user, finding="x", at=LATER
        )
    assert state(other) == "paused"
    assert CameraPause.objects.get() == pause


def test_a_revoked_camera_stays_revoked_when_its_pause_ends(place: World) -> None:
    pause = paused(place)
    device = place.red_light_camera
    device_states.revoke(device, by_user=place.technician.user, reason="hỏng", at=LATER)
    camera_pauses.resume(pause.pk, finding="đã thu hồi", by=acting(place.supervisor), at=LATER)
    assert state(device) == "revoked"
    assert CameraPause.objects.get().resumed_at == LATER


def test_another_units_supervisor_and_other_roles_may_not(place: World) -> None:
    stranger = officer("vinh", "Trịnh Quang Vinh", "Supervisor", place.other_unit)
    for person in (stranger, place.reviewer, place.technician, place.leader):
        with pytest.raises(Refused):
            camera_pauses.pause(place.red_light_camera, reason="x", by=acting(person), at=START)
    pause = paused(place)
    for person in (stranger, place.reviewer, place.technician):
        with pytest.raises(Refused):
            camera_pauses.resume(pause.pk, finding="x", by=acting(person), at=LATER)
    assert state(place.red_light_camera) == "paused"


def test_a_role_withdrawn_meanwhile_counts(place: World) -> None:
    by = acting(place.supervisor)
    place.supervisor.user.groups.clear()
    with pytest.raises(Refused):
        camera_pauses.pause(place.red_light_camera, reason="x", by=by, at=START)


@pytest.mark.parametrize("words", ["", "  ", "x" * 161])
def test_a_reason_and_a_finding_are_given_and_short(place: World, words: str) -> None:
    with pytest.raises(Refused):
        camera_pauses.pause(
            place.red_light_camera, reason=words, by=acting(place.supervisor), at=START
        )
    pause = paused(place)
    with pytest.raises(Refused):
        camera_pauses.resume(pause.pk, finding=words, by=acting(place.supervisor), at=LATER)
    assert state(place.red_light_camera) == "paused"


def test_the_longest_reason_fits(place: World) -> None:
    pause = camera_pauses.pause(
        place.red_light_camera, reason="x" * 160, by=acting(place.supervisor), at=START
    )
    assert len(pause.reason) == 160
    assert device_states.UNDER_REVIEW in Device.objects.get(pk=pause.device_id).state_reason
