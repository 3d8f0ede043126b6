"""Uploads nobody names, legal holds, and the command: what goes, what stays, who may say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import translation

from cameras import custody, evidence, holds
from cameras.models import (
    CustodyEvent,
    Delivery,
    Detection,
    Disposal,
    EvidenceFile,
    LegalHold,
    UploadedObject,
)
from tests import journeys
from tests.cameras.ending import LATER, closed, dispose, ended, rules, stored
from tests.cameras.factories import AT, camera, detected, heartbeat, hikvision, picture, read

__all__ = ["ended"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db, pytest.mark.usefixtures("ended")]


@pytest.fixture(autouse=True)
def _in_english():
    """Refusals are compared with the words of the code."""
    with translation.override("en"):
        yield


# Uploads


def upload(device, data: bytes, at=AT) -> UploadedObject:
    return UploadedObject.objects.create(
        device=device,
        sha256=evidence.store().put(data),
        size=len(data),
        media_type="image/jpeg",
        received_at=at,
    )


def listed(detection: Detection, data: bytes, position: int = 7) -> EvidenceFile:
    sha256 = evidence.sha256_of(data)
    return EvidenceFile.objects.create(
        detection=detection,
        delivery=detection.delivery,
        position=position,
        role="context",
        sha256=sha256,
        object_sha256=sha256,
        offset=0,
        size=len(data),
        media_type="image/jpeg",
        width=1280,
        height=720,
    )


def test_an_upload_no_event_names_goes_after_its_days(django_capture_on_commit_callbacks):
    device = camera()
    lost, fresh = upload(device, b"lost"), upload(device, b"fresh", LATER - timedelta(days=1))
    rules("unlisted")
    assert dispose(django_capture_on_commit_callbacks)["unlisted"].count == 1
    assert not stored(lost.sha256)
    assert stored(fresh.sha256)
    assert CustodyEvent.objects.get(action="disposed").object_sha256 == lost.sha256
    assert dispose(django_capture_on_commit_callbacks) == {}


def test_an_upload_stays_while_an_event_of_its_device_waits_for_others(
    django_capture_on_commit_callbacks,
):
    device = camera()
    early, waits = upload(device, b"early"), read(device, heartbeat())
    Delivery.objects.filter(pk=waits.pk).update(state="grouped")
    rules("unlisted")
    assert dispose(django_capture_on_commit_callbacks) == {}
    assert stored(early.sha256)
    Delivery.objects.filter(pk=waits.pk).update(state="quarantined")
    assert dispose(django_capture_on_commit_callbacks)["unlisted"].count == 1


def test_an_upload_goes_with_the_last_detection_that_names_it(
    ended, django_capture_on_commit_callbacks
):
    device, data = camera(), picture("uploaded")
    row = upload(device, data)
    first = closed(ended, detected(device, hikvision()))
    second = detected(device, hikvision("two", plate="29A55555"))
    for detection in (first, second):
        listed(detection, data)
    rules()
    assert dispose(django_capture_on_commit_callbacks)["case"].count == 1
    assert stored(row.sha256)
    assert not stored(first.delivery.kept_sha256)
    closed(ended, second)
    dispose(django_capture_on_commit_callbacks)
    assert not stored(row.sha256)
    assert custody.faults(at=AT) == []


def test_another_gateways_upload_of_the_same_bytes_is_not_taken_away(
    ended, django_capture_on_commit_callbacks
):
    device, data = camera(), picture("uploaded")
    upload(device, data)
    detection = closed(ended, detected(device, hikvision()))
    listed(detection, data)
    upload(camera("CAM-02"), data, LATER - timedelta(hours=1))
    rules()
    dispose(django_capture_on_commit_callbacks)
    assert not stored(detection.delivery.kept_sha256)
    assert stored(evidence.sha256_of(data))


# Legal holds


@pytest.fixture
def place():
    return journeys.world()


def test_a_hold_keeps_what_is_due_until_it_is_lifted(
    ended, place, django_capture_on_commit_callbacks
):
    detection = closed(ended, detected(place.red_light_camera, hikvision()))
    rules()
    hold = holds.place_hold(
        detection.pk, by_user=place.leader.user, reason="khiếu nại (mẫu)", at=AT
    )
    assert dispose(django_capture_on_commit_callbacks) == {}
    assert stored(detection.delivery.kept_sha256)
    lifted = holds.lift_hold(hold.pk, by_user=place.leader.user, reason="đã xong", at=LATER)
    assert (lifted.lifted_by, lifted.lifted_at) == (place.leader.user, LATER)
    assert dispose(django_capture_on_commit_callbacks)["case"].count == 1
    words = CustodyEvent.objects.filter(actor=place.leader.user).order_by("pk")
    assert [(row.action, row.reason) for row in words] == [
        ("held", f"legal hold {hold.pk}: khiếu nại (mẫu)"),
        ("released", f"legal hold {hold.pk} lifted: đã xong"),
    ]


@pytest.mark.parametrize("who", ["reviewer", "clerk", "technician", "auditor", "other_leader"])
def test_only_a_leader_of_the_unit_places_or_lifts_a_hold(place, who):
    detection = detected(place.red_light_camera, hikvision())
    hold = holds.place_hold(detection.pk, by_user=place.leader.user, reason="mẫu", at=AT)
    person = getattr(place, who).user
    with pytest.raises(holds.Refused):
        holds.place_hold(detection.pk, by_user=person, reason="mẫu", at=AT)
    with pytest.raises(holds.Refused):
        holds.lift_hold(hold.pk, by_user=person, reason="mẫu", at=AT)
    assert LegalHold.objects.get().lifted_at is None


def test_a_hold_is_lifted_once_and_says_why(place):
    detection = detected(place.red_light_camera, hikvision())
    leader = place.leader.user
    for empty in ("", "   ", "x" * 201):
        with pytest.raises(holds.Refused):
            holds.place_hold(detection.pk, by_user=leader, reason=empty, at=AT)
    hold = holds.place_hold(detection.pk, by_user=leader, reason="mẫu", at=AT)
    holds.lift_hold(hold.pk, by_user=leader, reason="mẫu", at=AT)
    with pytest.raises(holds.Refused, match="already"):
        holds.lift_hold(hold.pk, by_user=leader, reason="mẫu", at=AT)


def test_what_is_gone_cannot_be_held(ended, place, django_capture_on_commit_callbacks):
    detection = closed(ended, detected(place.red_light_camera, hikvision()))
    rules()
    dispose(django_capture_on_commit_callbacks)
    with pytest.raises(holds.Refused, match="disposed of already"):
        holds.place_hold(detection.pk, by_user=place.leader.user, reason="mẫu", at=LATER)


# The command


def test_a_dry_run_counts_and_takes_nothing(ended, capsys, monkeypatch):
    detection = closed(ended, detected(camera(), hikvision()))
    rules("case", "passage")
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    call_command("retention", "--dry-run")
    lines = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines()}
    assert lines["case"][1:4] == ["30", "1", str(detection.delivery.kept_size)]
    assert lines["quarantined"][1:3] == ["-", "0"]
    assert stored(detection.delivery.kept_sha256)
    assert not Disposal.objects.exists()


def test_the_command_disposes_and_says_what_went(
    ended, capsys, monkeypatch, django_capture_on_commit_callbacks
):
    detection = closed(ended, detected(camera(), hikvision()))
    rules()
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("retention")
    lines = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines()}
    assert lines["case"][1:4] == ["30", "1", str(detection.delivery.kept_size)]
    assert not stored(detection.delivery.kept_sha256)
