"""The watch over the devices: alarms that begin and end, and devices taken out by themselves."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cameras import device_states
from cameras.identifiers import uuid7
from cameras.models import Delivery, Device, DeviceAlarm, DeviceCertificate, HealthReport
from cameras.watching import watch
from tests.cameras.factories import AT, camera, detected, hikvision

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)


def report(device: Device, at=AT, offset_ms=0, **facts) -> HealthReport:
    return HealthReport.objects.create(
        device=device, received_at=at, clock_offset_ms=offset_ms, facts=facts
    )


def deliveries(device: Device, moments, **columns) -> None:
    facts = {
        "method": "POST",
        "path": "/",
        "remote_address": "192.0.2.1",
        "headers": [],
        "body_sha256": "a" * 64,
        "body_size": 1,
        "kept_sha256": "a" * 64,
        "kept_size": 1,
        "state": Delivery.State.PARSED,
        **columns,
    }
    Delivery.objects.bulk_create(
        [Delivery(id=uuid7(), device=device, received_at=moment, **facts) for moment in moments]
    )


def minutes_before(at, *minutes: float):
    return [at - number * MINUTE for number in minutes]


def usual_days(device: Device, a_day: int, hour_from_now: int = 0, days: int = 6) -> None:
    """Let the same hour of the days before have had this many events each."""
    for day in range(1, days + 1):
        start = (
            AT.replace(minute=0, second=0) - timedelta(days=day) + timedelta(hours=hour_from_now)
        )
        deliveries(device, [start + timedelta(seconds=n) for n in range(a_day)])


def open_alarms() -> set[tuple[str, str]]:
    return set(
        DeviceAlarm.objects.filter(closed_at__isnull=True).values_list("device__code", "code")
    )


def test_a_healthy_device_has_no_alarm():
    report(camera())
    assert watch(at=AT) == {"opened": 0, "closed": 0, "quarantined": 0}


def test_an_alarm_begins_once_and_ends_when_its_cause_is_gone():
    device = camera()
    report(device, AT, disk_free_pct=4)
    assert watch(at=AT)["opened"] == 1
    assert watch(at=AT + MINUTE)["opened"] == 0
    report(device, AT + 2 * MINUTE, disk_free_pct=40)
    assert watch(at=AT + 2 * MINUTE) == {"opened": 0, "closed": 1, "quarantined": 0}
    alarm = device.alarms.get()
    assert (alarm.code, alarm.detail) == ("disk", {"free_pct": 4})
    assert (alarm.opened_at, alarm.closed_at) == (AT, AT + 2 * MINUTE)


def test_silence_is_seen_by_the_heartbeat_or_after_a_day_by_the_last_message():
    report(camera("CAM-BEATS"), AT - 11 * MINUTE)
    camera("CAM-PLAIN", last_seen_at=AT - timedelta(hours=23))
    camera("CAM-SILENT", last_seen_at=AT - timedelta(hours=25))
    camera("CAM-NEW")
    watch(at=AT)
    assert open_alarms() == {("CAM-BEATS", "offline"), ("CAM-SILENT", "offline")}


def test_certificates_are_alarmed_before_they_end():
    device = camera(today=date(2026, 10, 12))
    DeviceCertificate.objects.filter(device=device).update(valid_until=date(2026, 11, 1))
    camera("CAM-NONE", certified=False)
    watch(at=AT)
    assert open_alarms() == {("CAM-01", "certificate"), ("CAM-NONE", "certificate")}
    DeviceCertificate.objects.create(
        device=device, kind="verification", number="new", issued_by="x",
        valid_from=date(2026, 10, 1), valid_until=date(2027, 10, 1),
    )  # fmt: skip
    DeviceCertificate.objects.create(
        device=device, kind="approval", number="new", issued_by="x",
        valid_from=date(2026, 10, 1), valid_until=date(2027, 10, 1),
    )  # fmt: skip
    watch(at=AT + MINUTE)
    assert open_alarms() == {("CAM-NONE", "certificate")}


def test_flooding_is_of_the_last_five_minutes():
    device = camera()
    deliveries(device, minutes_before(AT, 1, 2), is_flood=True)
    deliveries(camera("CAM-OLD"), minutes_before(AT, 6), is_flood=True)
    watch(at=AT)
    assert open_alarms() == {("CAM-01", "flooding")}
    assert device.alarms.get().detail == {"deliveries": 2}


def test_a_jump_of_rejects_takes_the_device_out():
    device, other = camera(), camera("CAM-02")
    for one, bad in ((device, 20), (other, 2)):
        deliveries(one, minutes_before(AT, *range(10, 40)))
        deliveries(
            one,
            minutes_before(AT, *range(1, bad + 1)),
            state="quarantined",
            fault_code="schema",
            parsed_at=AT,
        )
    assert watch(at=AT)["quarantined"] == 1
    assert open_alarms() == {("CAM-01", "rejects")}
    device.refresh_from_db()
    assert (device.state, device.state_reason) == ("quarantined", "rejects")
    assert device.state_changed_at == AT


def test_what_strangers_send_to_a_devices_address_does_not_take_it_out():
    device = camera()
    deliveries(
        device,
        minutes_before(AT, *range(1, 50)),
        state="quarantined",
        fault_code="signature_invalid",
    )
    watch(at=AT)
    assert open_alarms() == set()


def test_a_device_that_always_had_many_rejects_is_not_called_worse():
    device = camera()
    for day in range(1, 21):
        then = AT - timedelta(days=day)
        deliveries(device, [then] * 6)
        deliveries(device, [then] * 4, state="quarantined", fault_code="schema", parsed_at=then)
    deliveries(device, minutes_before(AT, *range(1, 31)))
    deliveries(
        device, minutes_before(AT, *range(1, 21)), state="quarantined", parsed_at=AT,
        fault_code="schema",
    )  # fmt: skip
    watch(at=AT)
    assert open_alarms() == set()


def test_an_old_picture_under_a_new_time_takes_the_device_out():
    device = camera()
    deliveries(
        device, [AT - MINUTE], state="quarantined", fault_code="replayed_picture", parsed_at=AT
    )
    watch(at=AT)
    device.refresh_from_db()
    assert device.alarms.get().detail == {"replays": 1}
    assert device.state == "quarantined"


def test_a_camera_that_sees_nothing_at_its_busy_hour_is_quiet():
    now = AT + 30 * MINUTE
    busy = camera("CAM-BUSY", last_seen_at=now)
    sleepy = camera("CAM-SLEEPY", last_seen_at=now)
    new = camera("CAM-NEW", last_seen_at=now)
    usual_days(busy, 12)
    usual_days(sleepy, 12, hour_from_now=9)
    usual_days(new, 12, days=2)
    deliveries(busy, minutes_before(now, 16))
    deliveries(busy, minutes_before(now, 1), state="heartbeat")
    watch(at=now)
    assert open_alarms() == {("CAM-BUSY", "quiet")}
    assert busy.alarms.get().detail == {"usual_per_hour": 12}
    deliveries(busy, [now + timedelta(seconds=30)])
    watch(at=now + MINUTE)
    assert open_alarms() == set()


def test_a_median_counts_the_days_on_which_nothing_came():
    device = camera(last_seen_at=AT)
    deliveries(device, [AT - timedelta(days=7, hours=2)])
    usual_days(device, 60, days=3)  # on three of seven days: the middle one is nothing
    watch(at=AT + 30 * MINUTE)
    assert open_alarms() == set()


def test_five_times_the_usual_events_in_an_hour_are_a_jump():
    device = camera(last_seen_at=AT)
    usual_days(device, 12)
    deliveries(device, [AT - timedelta(seconds=n) for n in range(61)])
    watch(at=AT)
    assert device.alarms.get().detail == {"events": 61, "usual": 12}


def test_under_a_fifth_for_three_hours_is_a_jump():
    device = camera(last_seen_at=AT)
    for hour in (-3, -2, -1):
        usual_days(device, 12, hour_from_now=hour)
    start = AT.replace(minute=0, second=0)
    deliveries(device, [start - timedelta(hours=n, minutes=-5) for n in (1, 2, 3)])
    watch(at=AT)
    assert device.alarms.get().detail == {"events": 3, "usual": 36, "hours": 3}


@pytest.mark.parametrize(
    ("offset", "state"),
    [(1500, "active"), (-5000, "active"), (-5001, "quarantined")],
)
def test_a_drifted_clock_is_alarmed_and_a_wrong_one_takes_the_device_out(offset, state):
    device = camera()
    report(device, offset_ms=offset)
    watch(at=AT)
    device.refresh_from_db()
    assert open_alarms() == {("CAM-01", "clock_drifted")}
    assert device.state == state


def test_a_clock_that_gets_worse_takes_the_device_out_later():
    device = camera()
    report(device, AT, offset_ms=1500)
    watch(at=AT)
    report(device, AT + MINUTE, offset_ms=9000)
    assert watch(at=AT + MINUTE)["quarantined"] == 1


def test_a_device_let_out_during_its_alarm_stays_out_until_a_new_one_begins():
    device = camera()
    report(device, AT, offset_ms=9000)
    watch(at=AT)
    Device.objects.filter(pk=device.pk).update(state="active", state_changed_at=AT + MINUTE)
    report(device, AT + 2 * MINUTE, offset_ms=9000)
    assert watch(at=AT + 2 * MINUTE)["quarantined"] == 0
    report(device, AT + 3 * MINUTE, offset_ms=0)
    watch(at=AT + 3 * MINUTE)
    report(device, AT + 4 * MINUTE, offset_ms=9000)
    assert watch(at=AT + 4 * MINUTE)["quarantined"] == 1


def test_a_paused_device_has_no_alarms():
    device = camera()
    report(device, AT, disk_free_pct=1)
    watch(at=AT)
    Device.objects.filter(pk=device.pk).update(state="paused")
    watch(at=AT + MINUTE)
    assert open_alarms() == set()


def test_a_changed_configuration_goes_on_until_somebody_answers_for_it():
    device = camera()
    DeviceAlarm.objects.create(device=device, code="configuration", opened_at=AT)
    for state in ("active", "paused", "active"):
        Device.objects.filter(pk=device.pk).update(state=state, state_changed_at=AT + MINUTE)
        watch(at=AT + MINUTE)
        assert open_alarms() == {("CAM-01", "configuration")}
    user = get_user_model().objects.create_user(username="c", password="x", full_name="C")
    device_states.log(device, device_states.WORK_ORDER + "LSC-1", user=user, at=AT + MINUTE)
    watch(at=AT + 2 * MINUTE)
    assert open_alarms() == set()


def test_what_a_device_in_quarantine_sends_is_kept_and_read_but_held():
    device = camera(state="quarantined")
    detection = detected(device, hikvision())
    assert detection.state == "held"
    assert detection.held_for == [{"code": "device_quarantined"}]


def test_the_watch_asks_no_more_of_many_devices_than_of_few(settings):
    settings.DEVICE_QUARANTINE_ON = frozenset()
    watch(at=AT)  # what is usual is reckoned once a day

    def queries(numbers: range) -> int:
        for number in numbers:
            device = camera(f"CAM-{number:03}")
            report(device, AT, disk_free_pct=1, offset_ms=1500)
            deliveries(device, [AT - MINUTE], is_flood=True)
            DeviceAlarm.objects.create(device=device, code="configuration", opened_at=AT)
        with CaptureQueriesContext(connection) as captured:
            watch(at=AT)
        return len(captured)

    few = queries(range(3))
    assert few <= 16
    assert queries(range(3, 30)) <= few
