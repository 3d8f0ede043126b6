"""Old raw deliveries read with today's adapters: reported, kept, never written over."""

from __future__ import annotations

import json
import stat
import uuid
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from cameras import reparsing
from cameras.adapters.hikvision_isapi import HikvisionIsapi
from cameras.models import CustodyEvent, Delivery, Detection, Device
from cameras.reparsing import Selection, chosen, compare
from tests.cameras import factories
from tests.cameras.factories import AT, PLATE, camera, detected, hikvision, read, receive

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

#: A code the device's makers never told anybody.
CODE = "77001"


def teach(device: Device, **code_map: str) -> None:
    """Complete a device's code map, as a technician does."""
    device.profile = {"code_map": {code.removeprefix("_"): act for code, act in code_map.items()}}
    device.save()


def outcomes(**selection) -> list[str]:
    found = chosen(Selection(is_quarantined=False, **selection))
    return [finding.outcome for delivery in found for finding in compare(delivery)]


def run(capsys, *arguments: str) -> str:
    call_command("parse_again", *arguments)
    return capsys.readouterr().out


@pytest.fixture
def quarantined() -> Delivery:
    """A delivery put aside because the device's profile was wrong, and the profile mended."""
    device = camera(profile={"colour_map": {}})
    delivery = read(device, hikvision())
    assert delivery.fault_code == "profile_wrong"
    device.profile = {}
    device.save()
    return delivery


def test_what_lies_in_quarantine_is_read_again_by_the_command(quarantined, capsys):
    assert "read:parsed: 1" in run(capsys, "--quarantined")
    assert Detection.objects.get().delivery_id == quarantined.pk
    reasons = CustodyEvent.objects.filter(delivery=quarantined).values_list("reason", flat=True)
    assert "parse_again" in reasons
    assert CustodyEvent.objects.filter(delivery=quarantined, actor__isnull=False).count() == 0


def test_a_dry_run_says_what_would_leave_quarantine_and_writes_nothing(quarantined, capsys):
    before = CustodyEvent.objects.count()
    assert "readable: 1" in run(capsys, "--quarantined", "--dry-run")
    quarantined.refresh_from_db()
    assert quarantined.state == "quarantined"
    assert CustodyEvent.objects.count() == before


def test_what_still_cannot_be_read_stays_with_its_reason(capsys):
    push = factories.Push(b"<html/>", {"Content-Type": "application/xml"})
    delivery = read(camera(), push)
    assert "fault message_unknown" in run(capsys, "--quarantined", "--dry-run")
    assert "read:quarantined message_unknown" in run(capsys, "--quarantined")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.fault_code) == ("quarantined", "message_unknown")


def test_what_came_through_the_closed_door_is_never_read(capsys):
    device = camera(state=Device.State.REVOKED)
    receive(device, hikvision())
    device.state = Device.State.ACTIVE
    device.save()
    assert "not_allowed: 1" in run(capsys, "--quarantined")
    assert Delivery.objects.get().state == "quarantined"


def test_the_same_adapter_and_profile_find_no_difference():
    device = camera()
    detected(device, hikvision(event="<redLightTime>2.4</redLightTime>"))
    read(device, hikvision("passage", code="0", at=AT + timedelta(seconds=5)))
    assert outcomes() == ["same", "nothing"]


def test_a_changed_reading_is_reported_field_by_field_and_the_claim_stays(tmp_path, capsys):
    device = camera()
    detection = detected(device, hikvision())
    claimed = detection.canonical
    teach(device, _1625="stop_line")
    device.profile |= {"direction_map": {"": "receding"}, "make_map": {}}
    device.save()
    report = tmp_path / "report.jsonl"
    printed = run(capsys, "--all-parsed", "--write-report", str(report))
    assert "differs direction, violation.type" in printed
    assert "differs: 1" in printed
    detection.refresh_from_db()
    assert (detection.violation_type, detection.canonical) == ("red_light", claimed)
    [line] = [json.loads(text) for text in report.read_text().splitlines()]
    assert line["detection"] == str(detection.pk)
    assert line["adapter_before"] == f"hikvision-isapi/{HikvisionIsapi.version}"
    assert {"path": "violation.type", "before": "red_light", "now": "stop_line"} in line["fields"]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_a_report_replaces_no_other(tmp_path, capsys):
    report = tmp_path / "report.jsonl"
    report.write_text("yesterday's")
    with pytest.raises(CommandError, match="cannot be written"):
        run(capsys, "--all-parsed", "--write-report", str(report))
    assert report.read_text() == "yesterday's"


def test_a_plate_read_otherwise_is_named_but_not_shown(monkeypatch, tmp_path, capsys):
    device = camera()
    detected(device, hikvision(plate="蓝" + PLATE))
    # A reader from before colours were told apart kept the sign in the plate.
    monkeypatch.setattr(
        "cameras.adapters.hikvision_detection.without_colour", lambda written: (written, "")
    )
    report = tmp_path / "report.jsonl"
    printed = run(capsys, "--all-parsed", "--write-report", str(report))
    assert "plate.raw" in printed
    assert PLATE not in printed + report.read_text()


def test_a_passage_whose_code_is_known_now_is_reported_and_becomes_a_detection_if_told_to(capsys):
    device = camera()
    passage = read(device, hikvision(code="0"))
    assert passage.state == "parsed"
    teach(device, _0="red_light")
    assert "new: 1" in run(capsys, "--all-parsed")
    assert not Detection.objects.exists()
    printed = run(capsys, "--all-parsed", "--apply")
    assert "read:parsed: 1" in printed
    assert Detection.objects.get().delivery_id == passage.pk
    assert run(capsys, "--all-parsed", "--apply").count("same: 1") == 1
    assert Detection.objects.count() == 1


def test_a_detection_there_already_is_never_made_again(capsys):
    detection = detected(camera(), hikvision())
    finding = reparsing.make_detections(detection.delivery, at=AT)
    assert finding.outcome == "not_allowed"
    assert Detection.objects.count() == 1


def test_a_violation_that_is_none_any_more_is_a_difference_too(monkeypatch):
    device = camera()
    detection = detected(device, hikvision(code=CODE))
    assert detection.violation_type == "other"
    monkeypatch.setattr("cameras.adapters.hikvision_detection.NO_VIOLATION", {CODE})
    [finding] = compare(detection.delivery)
    [difference] = finding.differences
    assert (finding.outcome, finding.detection_id) == ("differs", detection.pk)
    assert (difference.path, difference.before, difference.now) == ("violation.type", "other", None)


def test_bytes_that_are_gone_are_counted_and_stop_nothing(capsys):
    device = camera()
    gone = detected(device, hikvision("one")).delivery
    detected(device, hikvision("two", at=AT + timedelta(seconds=3)))
    storages["evidence"]._path(gone.kept_sha256).unlink()
    assert outcomes() == ["bytes_gone", "same"]


def test_the_choice_is_by_device_adapter_version_and_day(capsys):
    first, second = camera("CAM-01"), camera("CAM-02")
    detected(first, hikvision("one"))
    detected(second, hikvision("two"))
    tomorrow = AT + timedelta(days=1)
    detected(second, hikvision("three", at=tomorrow), at=tomorrow)
    version = int(HikvisionIsapi.version)
    for selection, count in [
        ({}, 3),
        ({"device_code": "CAM-02"}, 2),
        ({"adapter": "hikvision-isapi"}, 3),
        ({"adapter": "generic-signed"}, 0),
        ({"before_version": version}, 0),
        ({"before_version": version + 1}, 3),
        ({"since": tomorrow - timedelta(hours=1)}, 1),
        ({"until": tomorrow - timedelta(hours=1)}, 2),
    ]:
        assert len(outcomes(**selection)) == count, selection
    assert "2 findings" in run(capsys, "--all-parsed", "--until", "2026-10-12")
    assert "1 findings" in run(capsys, "--all-parsed", "--since", "2026-10-13")


def test_it_can_be_stopped_and_goes_on_after_the_last_one_printed(monkeypatch, capsys):
    device = camera()
    kept = [
        detected(device, hikvision(f"car {n}", at=AT + timedelta(seconds=n))).delivery_id
        for n in range(4)
    ]
    assert [delivery.pk for delivery in chosen(Selection(is_quarantined=False))] == sorted(kept)
    real, calls = compare, []

    def compare_until_stopped(delivery):
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(delivery)
        return real(delivery)

    with monkeypatch.context() as patch:
        patch.setattr(reparsing, "compare", compare_until_stopped)
        stopped = run(capsys, "--all-parsed")
    assert f"Go on with --after {sorted(kept)[1]}" in stopped
    rest = run(capsys, "--all-parsed", "--after", str(sorted(kept)[1]))
    assert "same: 2" in rest
    assert f"last delivery: {sorted(kept)[3]}" in rest


def test_many_deliveries_are_gone_through_in_batches(monkeypatch):
    monkeypatch.setattr(reparsing, "BATCH", 2)
    device = camera()
    for n in range(5):
        read(device, hikvision(f"car {n}", code="0", at=AT + timedelta(seconds=n)))
    assert outcomes() == ["nothing"] * 5


def test_options_that_contradict_each_other_are_refused(capsys):
    for arguments in (["--quarantined", "--apply"], ["--all-parsed", "--apply", "--dry-run"]):
        with pytest.raises(CommandError, match="--apply belongs"):
            call_command("parse_again", *arguments)
    with pytest.raises(CommandError):
        call_command("parse_again")
    assert outcomes(after=uuid.UUID(int=0)) == []
