"""Quarantine, release, pause, resumption and revocation of a device, and who may do them."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from cameras import alarms, device_states
from cameras.device_states import Refused
from cameras.models import CustodyEvent, Device, DeviceAlarm, ProfileVersion
from tests import journeys
from tests.cameras.factories import AT

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATER = AT + timedelta(minutes=5)


@pytest.fixture
def place():
    return journeys.world()


def quarantined(place) -> Device:
    device = place.red_light_camera
    assert device_states.quarantine(device, "rejects", at=AT)
    return device


def released(device, by, *, ground="repaired", note="", at=LATER) -> None:
    device_states.release_device(device, by_user=by.user, ground=ground, note=note, at=at)


def stored(device: Device) -> tuple[str, str]:
    row = Device.objects.get(pk=device.pk)
    return row.state, row.state_reason


def test_a_quarantine_is_noted_in_the_custody_log(place):
    device = quarantined(place)
    assert stored(device) == ("quarantined", "rejects")
    event = CustodyEvent.objects.get(action="quarantined")
    assert event.reason == f"device {device.code} quarantined: rejects"
    assert (event.actor, event.delivery) == (None, None)


@pytest.mark.parametrize("state", ["quarantined", "paused", "revoked"])
def test_only_an_active_device_is_quarantined(place, state):
    device = place.red_light_camera
    Device.objects.filter(pk=device.pk).update(state=state)
    assert not device_states.quarantine(device, "rejects", at=AT)
    assert stored(device) == (state, "")
    assert not CustodyEvent.objects.exists()


def test_a_technician_releases_naming_a_ground(place):
    device = quarantined(place)
    released(device, place.technician, ground="clock_set", note="đã chỉnh giờ (mẫu)")
    assert stored(device) == ("active", "clock_set: đã chỉnh giờ (mẫu)")
    event = CustodyEvent.objects.get(action="released")
    assert event.actor == place.technician.user
    line = LogEntry.objects.get(object_id=str(device.pk))
    assert (line.user, line.action_time) == (place.technician.user, LATER)
    assert line.change_message == "active: clock_set: đã chỉnh giờ (mẫu)"


def test_of_two_technicians_one_releases(place):
    device = quarantined(place)
    released(device, place.technician)
    with pytest.raises(Refused):
        released(device, place.technician)
    assert CustodyEvent.objects.filter(action="released").count() == 1


def test_a_ground_must_be_in_the_list(place):
    device = quarantined(place)
    with pytest.raises(Refused):
        released(device, place.technician, ground="because")
    assert stored(device)[0] == "quarantined"


@pytest.mark.parametrize("who", ["reviewer", "auditor", "administrator", "stranger"])
def test_nobody_else_releases(place, who):
    device = quarantined(place)
    by = (
        journeys.officer("xa", "Vũ Xa", "Camera technician", place.other_unit)
        if who == "stranger"
        else getattr(place, who)
    )
    with pytest.raises(Refused):
        released(device, by)
    assert stored(device)[0] == "quarantined"


def test_a_right_that_was_taken_away_is_gone_at_once(place):
    device = quarantined(place)
    by = place.technician
    assert by.user.has_perm(device_states.PERMISSION)
    by.user.groups.clear()
    with pytest.raises(Refused):
        released(device, by)


def test_a_checked_configuration_ends_its_alarm(place):
    device = quarantined(place)
    for code in ("configuration", "disk"):
        DeviceAlarm.objects.create(device=device, code=code, opened_at=AT)
    released(device, place.technician, ground="configuration_checked")
    still = device.alarms.filter(closed_at__isnull=True).values_list("code", flat=True)
    assert list(still) == ["disk"]


ACTS = {
    "pause": device_states.pause,
    "resume": device_states.resume,
    "revoke": device_states.revoke,
    "quarantine": device_states.quarantine_by_hand,
}


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("pause", "active", "paused"),
        ("pause", "quarantined", None),
        ("resume", "paused", "active"),
        ("revoke", "active", "revoked"),
        ("revoke", "paused", "revoked"),
        ("quarantine", "active", "quarantined"),
        ("pause", "revoked", None),
        ("resume", "revoked", None),
        ("resume", "quarantined", None),
        ("revoke", "revoked", None),
        ("quarantine", "paused", None),
    ],
)
def test_what_a_technician_may_do_from_each_state(place, act, before, after):
    device = place.red_light_camera
    Device.objects.filter(pk=device.pk).update(state=before)
    given = {"by_user": place.technician.user, "reason": "lau ống kính (mẫu)", "at": AT}
    if after is None:
        with pytest.raises(Refused):
            ACTS[act](device, **given)
        assert stored(device) == (before, "")
        return
    ACTS[act](device, **given)
    assert stored(device) == (after, "lau ống kính (mẫu)")
    assert LogEntry.objects.filter(object_id=str(device.pk)).count() == 1
    assert CustodyEvent.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 161], ids=["none", "blank", "too-long"])
def test_a_reason_must_be_given_and_short(place, reason):
    with pytest.raises(Refused):
        device_states.pause(
            place.red_light_camera, by_user=place.technician.user, reason=reason, at=AT
        )
    assert stored(place.red_light_camera)[0] == "active"


def test_a_new_device_is_not_resumed_before_its_profile_is_approved(place):
    device = place.red_light_camera
    Device.objects.filter(pk=device.pk).update(state="paused")
    ProfileVersion.objects.create(
        device=device, version=1, reason="x", proposed_by=place.technician.user, proposed_at=AT
    )
    with pytest.raises(Refused):
        device_states.resume(device, by_user=place.technician.user, reason="x", at=AT)
    ProfileVersion.objects.update(approved_by=place.leader.user, approved_at=AT)
    device_states.resume(device, by_user=place.technician.user, reason="x", at=AT)
    assert stored(device)[0] == "active"


def test_an_alarm_is_acknowledged_once_by_name(place):
    alarm = DeviceAlarm.objects.create(device=place.red_light_camera, code="disk", opened_at=AT)
    seen = alarms.acknowledge(alarm.pk, by_user=place.technician.user, at=LATER)
    assert (seen.acknowledged_by, seen.acknowledged_at) == (place.technician.user, LATER)
    assert seen.closed_at is None
    with pytest.raises(Refused):
        alarms.acknowledge(alarm.pk, by_user=place.technician.user, at=LATER)
    stranger = journeys.officer("xa", "Vũ Xa", "Camera technician", place.other_unit)
    other = DeviceAlarm.objects.create(device=place.red_light_camera, code="offline", opened_at=AT)
    with pytest.raises(Refused):
        alarms.acknowledge(other.pk, by_user=stranger.user, at=LATER)


def test_a_work_order_is_a_line_of_the_devices_history(place):
    device = place.red_light_camera
    device_states.note_work_order(
        device, by_user=place.technician.user, text="LSC-12, thay ống kính (mẫu)", at=AT
    )
    line = LogEntry.objects.get(object_id=str(device.pk))
    assert line.change_message == "work order: LSC-12, thay ống kính (mẫu)"
    assert alarms.answered_for({device.pk: AT + timedelta(hours=24)}) == {device.pk}
    assert alarms.answered_for({device.pk: AT + timedelta(hours=25)}) == set()


def test_each_device_is_answered_for_alone(place):
    early, late = place.red_light_camera, place.speed_camera
    device_states.note_work_order(late, by_user=place.technician.user, text="LSC-13", at=AT)
    changed = {early.pk: AT, late.pk: AT + timedelta(hours=30)}
    assert alarms.answered_for(changed) == set()
