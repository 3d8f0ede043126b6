"""Profiles with four eyes: what is proposed, who approves, and what a password becomes."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry

from cameras import device_states, profiles
from cameras.credentials import CredentialRefused, credential_of, name_of
from cameras.device_states import Refused
from cameras.models import CustodyEvent, Device, ProfileVersion
from tests import journeys
from tests.cameras.factories import AT, detected, hikvision

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LOCAL = {"time_rule": "local+07:00"}
LATER = AT + timedelta(minutes=10)


@pytest.fixture
def place():
    return journeys.world()


@pytest.fixture
def second(place):
    return journeys.officer("hai", "Hồ Minh Hải", "Camera technician", place.unit)


def propose(place, settings=None, reason="đổi quy tắc giờ (mẫu)", by=None, device=None):
    return profiles.propose_profile(
        device or place.red_light_camera,
        LOCAL if settings is None else settings,
        reason,
        by_user=(by or place.technician).user,
        at=AT,
    )


def test_a_proposal_changes_nothing_until_another_person_approves(place, second):
    device = place.red_light_camera
    version = propose(place)
    device.refresh_from_db()
    assert (version.version, device.profile, device.profile_version) == (2, {}, 1)
    profiles.approve_profile(version.pk, by_user=second.user, at=LATER)
    device.refresh_from_db()
    version.refresh_from_db()
    assert (device.profile, device.profile_version) == (LOCAL, 2)
    assert (version.approved_by, version.approved_at) == (second.user, LATER)
    lines = LogEntry.objects.filter(object_id=str(device.pk)).order_by("action_time")
    assert [line.user for line in lines] == [place.technician.user, second.user]
    detection = detected(device, hikvision())
    assert detection.canonical["device"]["profile_version"] == "2"


def test_nobody_approves_his_own_proposal(place):
    version = propose(place)
    with pytest.raises(Refused):
        profiles.approve_profile(version.pk, by_user=place.technician.user, at=LATER)
    assert Device.objects.get(pk=place.red_light_camera.pk).profile == {}


@pytest.mark.parametrize("who", ["reviewer", "auditor", "administrator", "stranger"])
def test_others_neither_propose_nor_approve(place, who):
    stranger = journeys.officer("xa", "Vũ Xa", "Camera technician", place.other_unit)
    by = stranger if who == "stranger" else getattr(place, who)
    with pytest.raises(Refused):
        propose(place, by=by)
    version = propose(place)
    with pytest.raises(Refused):
        profiles.approve_profile(version.pk, by_user=by.user, at=LATER)
    version.refresh_from_db()
    assert version.approved_at is None


def test_a_version_is_approved_once(place, second):
    third = journeys.officer("ha", "Lý Hà", "Camera technician", place.unit)
    version = propose(place)
    profiles.approve_profile(version.pk, by_user=second.user, at=LATER)
    with pytest.raises(Refused):
        profiles.approve_profile(version.pk, by_user=third.user, at=LATER)
    version.refresh_from_db()
    assert version.approved_by == second.user


def test_an_older_proposal_is_overtaken_by_a_newer_one_in_force(place, second):
    older = propose(place)
    newer = propose(place, {"speed_unit": "mph"})
    profiles.approve_profile(newer.pk, by_user=second.user, at=LATER)
    with pytest.raises(Refused):
        profiles.approve_profile(older.pk, by_user=second.user, at=LATER)
    device = Device.objects.get(pk=place.red_light_camera.pk)
    assert (device.profile, device.profile_version) == ({"speed_unit": "mph"}, 3)


@pytest.mark.parametrize(
    ("offered", "reason"),
    [
        ({"time_rule": "guess"}, "x"),
        ({"code_map": {"1": "flying"}}, "x"),
        ({"fixed_boxes": [{}]}, "x"),
        ([], "x"),
        ({}, "x"),
        (LOCAL, " "),
        (LOCAL, "x" * 301),
    ],
    ids=["word", "type", "shape", "list", "in-force", "no-reason", "long-reason"],
)
def test_what_cannot_be_proposed(place, offered, reason):
    with pytest.raises(Refused) as refused:
        propose(place, offered, reason)
    assert str(refused.value)
    assert not ProfileVersion.objects.exists()


def test_a_new_device_waits_for_its_first_profile(place, second):
    device = place.red_light_camera
    Device.objects.filter(pk=device.pk).update(state="paused", state_reason=device_states.NEW)
    version = propose(place, {})
    assert version.version == 1
    profiles.approve_profile(version.pk, by_user=second.user, at=LATER)
    device.refresh_from_db()
    assert (device.state, device.profile_version) == ("active", 1)
    assert CustodyEvent.objects.get(action="released").actor == second.user


def test_a_device_paused_for_another_reason_stays_paused(place, second):
    device = place.red_light_camera
    Device.objects.filter(pk=device.pk).update(state="paused", state_reason="lau kính (mẫu)")
    profiles.approve_profile(propose(place).pk, by_user=second.user, at=LATER)
    device.refresh_from_db()
    assert device.state == "paused"


def test_a_difference_shows_what_is_added_and_removed():
    assert profiles.difference({"a": 1, "b": 2}, {"a": 1, "b": 3}) == [
        ("same", "{"),
        ("same", '  "a": 1,'),
        ("removed", '  "b": 2'),
        ("added", '  "b": 3'),
        ("same", "}"),
    ]
    assert profiles.difference({}, {}) == [("same", "{}")]


def test_a_password_becomes_a_digest_with_the_adapters_realm():
    # MD5 of "Mufasa:intake:Circle of Life" and "Mufasa::Circle of Life", by md5sum
    expected = {
        "milesight": "ba22f7f212f3e93c60687e8dd9a9056b",
        "dahua-itsapi": "67704e4863b757361859b01929e16157",
    }
    for adapter, digest in expected.items():
        stored = credential_of("Mufasa", "Circle of Life", adapter)
        assert stored == f"Mufasa:{digest}"
        assert name_of(stored) == "Mufasa"


@pytest.mark.parametrize(
    ("name", "password"),
    [("", "long enough"), ("a:b", "long enough"), ("x" * 61, "long enough"), ("cam", "short")],
)
def test_what_no_device_could_send_is_no_credential(name, password):
    with pytest.raises(CredentialRefused):
        credential_of(name, password, "dahua-itsapi")
