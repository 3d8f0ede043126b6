"""Heartbeats: what is kept of them, how they judge a clock, and a configuration that changes."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model

from cameras import device_states, health
from cameras.adapters.contract import Heartbeat, RawEnvelope
from cameras.adapters.generic_signed import GenericSigned
from cameras.models import Device, DeviceAlarm, HealthReport, ProfileVersion
from tests.cameras.factories import (
    AT,
    BOUNDARY,
    VIET_NAM,
    camera,
    detected,
    hikvision,
    multipart,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

ACT = AT - timedelta(seconds=2)


def note(device: Device, at: datetime = AT, device_at: datetime | None = None, **facts):
    return health.note_heartbeat(device, Heartbeat(device_at, facts), received_at=at)


@pytest.mark.parametrize(
    ("device_at", "facts", "offset"),
    [
        (None, {}, None),
        (AT + timedelta(seconds=3), {}, 3000),
        (AT + timedelta(seconds=3), {"clock_offset_ms": -40}, -40),
        (None, {"clock_offset_ms": 10**12}, 2_000_000_000),
        (None, {"clock_offset_ms": "soon"}, None),
    ],
    ids=["silent", "by-its-own-time", "as-the-gateway-measured", "absurd", "a-word"],
)
def test_a_heartbeat_is_kept_with_its_clock(device_at, facts, offset):
    report = note(camera(), device_at=device_at, **facts)
    report.refresh_from_db()
    assert (report.clock_offset_ms, report.facts) == (offset, facts)
    assert report.received_at == AT


def test_a_heartbeat_of_garbage_is_kept_short():
    device = camera()
    report = note(device, **{f"x{n}": "\x00" * 500 for n in range(99)})
    report.refresh_from_db()
    assert len(report.facts) == 40
    assert max(len(value) for value in report.facts.values()) == 200


@pytest.mark.parametrize(
    ("device_at", "kept"),
    [
        (datetime(1, 1, 1, tzinfo=VIET_NAM), False),
        (datetime(9999, 12, 31, 23, tzinfo=VIET_NAM), False),
        (datetime(2034, 1, 1, tzinfo=VIET_NAM), True),
    ],
    ids=["year-one", "last-year", "2034"],
)
def test_an_impossible_clock_is_only_wrong(device_at, kept):
    report = note(camera(), device_at=device_at)
    report.refresh_from_db()
    assert abs(report.clock_offset_ms) == 2_000_000_000
    assert (report.device_at == device_at) is kept


def test_figures_no_device_can_mean_are_left_out():
    report = note(camera(), fps=10**400, uptime_s=9, temp_c=1.5)
    report.refresh_from_db()
    assert report.facts == {"uptime_s": 9}


def test_reports_are_forgotten_after_a_season():
    device = camera()
    note(device, AT - timedelta(days=93))
    young = note(device, AT - timedelta(days=91))
    assert health.forget_old_reports(at=AT) == 1
    assert list(HealthReport.objects.all()) == [young]


def health_event(device_serial: str, **changes) -> RawEnvelope:
    event = {
        "schema": "vn.traffic.violation-event/1",
        "event_id": "01890a5d-ac96-774b-bcce-b302099a8057",
        "kind": "health",
        "device": {"serial": device_serial},
        "time": {"occurred_at": AT.isoformat()},
        "health": {
            "at": "2026-10-12T08:00:01.250+07:00",
            "seq": 7,
            "clock_offset_ms": -12,
            "disk_free_pct": 61,
            "lens_state": "clean",
            "moved": False,
            "config_hash": "sha256:aa",
            "cert_expires_at": "2027-01-01T00:00:00Z",
            **changes,
        },
    }
    body = multipart([("event", "", "application/json", json.dumps(event).encode())])
    headers = (
        ("Content-Type", f"multipart/form-data; boundary={BOUNDARY}"),
        ("Idempotency-Key", event["event_id"]),
    )
    return RawEnvelope(headers, body, AT, "/", "POST")


def parsed(envelope: RawEnvelope):
    adapter = GenericSigned()
    return adapter.parse(envelope, adapter.profile("MAU-1", {}))


def test_a_gateway_tells_its_health():
    (heartbeat,) = parsed(health_event("MAU-1"))
    assert heartbeat.device_at.astimezone(UTC) == datetime(2026, 10, 12, 1, 0, 1, 250000, UTC)
    assert heartbeat.facts == {
        "seq": 7,
        "clock_offset_ms": -12,
        "disk_free_pct": 61,
        "lens_state": "clean",
        "moved": False,
        "config_hash": "sha256:aa",
        "cert_expires_at": "2027-01-01T00:00:00Z",
    }
    assert type(heartbeat.facts["seq"]) is int


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"disk_free_pct": 101}, "health.disk_free_pct"),
        ({"at": "yesterday"}, "health.at"),
        ({"fps": "25"}, "health.fps"),
        ({"mood": "good"}, "health.mood"),
        ({"config_hash": "a b"}, "health.config_hash"),
    ],
)
def test_a_wrong_figure_of_health_is_named(changes, path):
    (rejected,) = parsed(health_event("MAU-1", **changes))
    assert (rejected.code, rejected.paths) == ("schema", (path,))


@pytest.mark.parametrize(
    ("offset", "minutes", "quality", "held"),
    [
        (900, 5, "synchronised", False),
        (-1500, 5, "drifted", True),
        (1500, 11, "unknown", False),
    ],
    ids=["right", "wrong", "too-old"],
)
def test_a_camera_that_says_nothing_of_its_clock_is_judged_by_its_last_report(
    offset, minutes, quality, held
):
    device = camera()
    note(device, ACT - timedelta(minutes=minutes), clock_offset_ms=offset)
    detection = detected(device, hikvision())
    assert detection.time_quality == detection.canonical["time"]["quality"] == quality
    assert ([reason["code"] for reason in detection.held_for] == ["clock_drifted"]) is held
    if quality != "unknown":
        assert detection.canonical["time"]["clock_offset_ms"] == offset
        assert detection.canonical["time"]["clock_checked_at"] == "2026-10-12T00:55:00.000+00:00"
    else:
        assert "clock_offset_ms" not in detection.canonical["time"]


def test_another_cameras_report_judges_nothing():
    note(camera("CAM-02"), ACT - timedelta(minutes=1), clock_offset_ms=9000)
    assert detected(camera(), hikvision()).time_quality == "unknown"


def test_a_report_after_the_event_does_not_hide_the_one_before():
    device = camera()
    note(device, ACT - timedelta(minutes=1), clock_offset_ms=1500)
    note(device, ACT + timedelta(seconds=1), clock_offset_ms=0)
    detection = detected(device, hikvision())
    assert detection.time_quality == "drifted"
    assert detection.canonical["time"]["clock_offset_ms"] == 1500


def person(name: str):
    return get_user_model().objects.create_user(username=name, password="x", full_name=name)


def approved_profile(device: Device, at: datetime) -> None:
    ProfileVersion.objects.create(
        device=device,
        version=2,
        reason="đổi cấu hình (mẫu)",
        proposed_by=person("a"),
        proposed_at=at,
        approved_by=person("b"),
        approved_at=at,
    )


def work_order(device: Device, at: datetime) -> None:
    device_states.log(device, device_states.WORK_ORDER + "12/2026 (mẫu)", user=person("c"), at=at)


@pytest.mark.parametrize(
    ("answer", "before", "alarmed"),
    [
        (None, timedelta(0), True),
        (approved_profile, timedelta(hours=23), False),
        (approved_profile, timedelta(hours=25), True),
        (work_order, timedelta(hours=23), False),
        (work_order, timedelta(hours=25), True),
    ],
    ids=["nobody", "approved", "approved-long-ago", "work-order", "work-order-long-ago"],
)
def test_a_changed_configuration_nobody_answers_for_takes_the_device_out(answer, before, alarmed):
    device = camera()
    note(device, AT - timedelta(minutes=2), config_hash="a")
    note(device, AT - timedelta(minutes=1))
    if answer is not None:
        answer(device, AT - before)
    assert not DeviceAlarm.objects.exists()
    note(device, AT, config_hash="b")
    alarms = list(DeviceAlarm.objects.values_list("code", "detail", "closed_at"))
    device.refresh_from_db()
    if alarmed:
        assert alarms == [("configuration", {"before": "a", "now": "b"}, None)]
        assert (device.state, device.state_reason) == ("quarantined", "configuration")
    else:
        assert (alarms, device.state) == ([], "active")


def test_which_alarms_take_a_device_out_is_a_setting(settings):
    settings.DEVICE_QUARANTINE_ON = frozenset({"rejects"})
    device = camera()
    note(device, AT - timedelta(minutes=1), config_hash="a")
    note(device, AT, config_hash="b")
    device.refresh_from_db()
    assert device.state == "active"
    assert device.alarms.get().code == "configuration"
    assert HealthReport.objects.count() == 2
