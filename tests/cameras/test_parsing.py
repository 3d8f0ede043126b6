"""From stored bytes to detections: once each, whatever comes twice, broken or under a false time."""

import io
import threading
import uuid
import zipfile
from datetime import timedelta

import dj_database_url
import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection

from cameras import custody, evidence, parsing
from cameras.inbox import push_path
from cameras.models import CustodyEvent, Delivery, Detection, Device, EvidenceFile
from config.roles import grant_runtime
from tests.cameras import factories
from tests.cameras.factories import (
    AT,
    camera,
    detected,
    heartbeat,
    hikvision,
    picture,
    read,
    receive,
    signed,
    three_pictures,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def test_a_good_push_becomes_one_ready_detection_with_its_evidence():
    device = camera()
    push = hikvision(event="<redLightTime>2.4</redLightTime>")
    detection = detected(device, push)
    assert detection.state == "ready"
    assert detection.held_for == []
    assert (detection.violation_type, detection.plate_normalised) == ("red_light", "30F25658")
    assert (detection.vehicle_class, detection.lane, detection.red_since_ms) == ("car", 2, 2400)
    assert detection.occurred_at == AT - timedelta(seconds=2)
    files = list(detection.evidence.order_by("position"))
    assert [file.role for file in files] == ["overview_1", "overview_2", "overview_3"]
    assert [(file.width, file.height) for file in files] == [(1280, 720)] * 3
    for file, original in zip(files, three_pictures("one"), strict=True):
        assert push.body[file.offset : file.offset + file.size] == original
    assert files[0].boxes[1] == {
        "kind": "vehicle", "x": 0.4, "y": 0.4, "w": 0.2, "h": 0.3, "raw": "400,400,200,300",
    }  # fmt: skip


def test_the_canonical_event_says_what_the_device_claimed_and_who_took_it():
    device = camera()
    event = detected(device, hikvision()).canonical
    assert event["schema"] == "vn.traffic.violation-event/1"
    assert (event["device"]["serial"], event["device"]["adapter"]) == (
        device.serial,
        "hikvision-isapi",
    )
    assert event["time"]["occurred_at"] == "2026-10-12T01:00:00.000+00:00"
    assert event["time"]["late_reason"] == "none"
    assert event["integrity"]["auth_level"] == "D"
    assert event["custody_start"] == "centre"
    assert [image["role"] for image in event["images"]] == [
        "overview_1",
        "overview_2",
        "overview_3",
    ]
    assert "legal_ref" not in event["violation"]


def test_a_signed_push_starts_its_custody_at_the_gateway():
    device = camera("GW-01", adapter="generic-signed")
    url = f"http://testserver{push_path(device)}"
    detection = detected(device, signed(device, url))
    assert detection.state == "ready"
    assert detection.canonical["custody_start"] == "gateway"
    assert detection.time_quality == "synchronised"


def test_reading_twice_changes_nothing():
    device = camera()
    delivery = read(device, hikvision())
    assert parsing.parse(delivery.pk, at=AT) == "parsed"
    assert Detection.objects.count() == 1
    assert EvidenceFile.objects.count() == 3


def test_parts_without_a_file_name_keep_their_pictures():
    detection = detected(camera(), hikvision(named_parts=False))
    assert detection.evidence.count() == 3
    assert detection.state == "ready"


def test_the_same_bytes_again_are_a_duplicate():
    device = camera()
    detected(device, hikvision())
    assert read(device, hikvision()).state == "duplicate"
    assert Detection.objects.count() == 1


def test_other_bytes_under_the_same_key_are_quarantined_beside_the_first():
    device = camera()
    first = detected(device, hikvision(picture_id="P1"))
    other = read(device, hikvision("other", picture_id="P1", plate="30F11111"))
    assert (other.state, other.fault_code) == ("quarantined", "conflict")
    assert str(first.pk) in other.fault_reason
    assert "30F" not in other.fault_reason
    assert Detection.objects.get() == first


def test_an_old_picture_under_a_new_time_is_a_replay():
    device = camera()
    pictures = three_pictures("street")
    detected(device, hikvision("one", pictures=pictures))
    later = AT + timedelta(minutes=10)
    again = read(device, hikvision("two", pictures=pictures, at=later), at=later)
    assert (again.state, again.fault_code) == ("quarantined", "replayed_picture")
    assert Detection.objects.count() == 1


def test_the_same_picture_from_another_device_is_no_replay():
    pictures = three_pictures("street")
    detected(camera("CAM-01"), hikvision("one", pictures=pictures))
    later = AT + timedelta(minutes=10)
    push = hikvision("two", pictures=pictures, at=later)
    assert read(camera("CAM-02"), push, at=later).state == "parsed"


def test_a_heartbeat_is_a_sign_of_life_and_nothing_else():
    device = camera()
    assert read(device, heartbeat()).state == "heartbeat"
    assert not Detection.objects.exists()


def test_a_passage_without_violation_keeps_no_detection():
    assert read(camera(), hikvision(code="0")).state == "parsed"
    assert not Detection.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "xml_empty"),
        (b"\xff\xd8\xff\xe0 not xml", "xml_malformed"),
        (b"<html>404</html>", "message_unknown"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><EventNotificationAlert/>", "xml_forbidden"),
        (b"{" * 5000, "xml_malformed"),
    ],
)
def test_garbage_is_acknowledged_and_quarantined_with_its_reason(body, code):
    device = camera()
    push = factories.Push(body, {"Content-Type": "application/xml"})
    answer = receive(device, push)
    assert answer.reply.status == 200
    parsing.parse(answer.receipt_id, at=AT)
    delivery = Delivery.objects.get(pk=answer.receipt_id)
    assert (delivery.state, delivery.fault_code) == ("quarantined", code)
    assert delivery.fault_reason
    assert CustodyEvent.objects.filter(delivery=delivery, action="quarantined").exists()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "a")
    return out.getvalue()


def bomb() -> bytes:
    """Return a JPEG whose header claims 65 500 × 65 500 pixels."""
    data = bytearray(picture("bomb"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = (65_500).to_bytes(2, "big") * 2
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (archive(), "picture_not_jpeg"),
        (b"<svg onload='x'/>", "picture_not_jpeg"),
        (b"%PDF-1.7", "picture_not_jpeg"),
        (bomb(), "too_many_pixels"),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 400, "picture_not_jpeg"),
    ],
)
def test_what_is_no_picture_is_quarantined_under_its_own_code(data, code):
    push = hikvision(pictures=[picture("a"), data, picture("c")])
    delivery = read(camera(), push)
    assert (delivery.state, delivery.fault_code) == ("quarantined", code)
    assert storages["evidence"].read(delivery.kept_sha256) == push.body
    assert not Detection.objects.exists()


def test_a_jpeg_with_an_archive_behind_it_is_kept_and_flagged():
    pictures = three_pictures("tail")
    pictures[0] += archive()
    detection = detected(camera(), hikvision(pictures=pictures))
    assert detection.evidence.get(position=1).flags == ["trailing_bytes"]


def test_a_year_no_clock_can_mean_is_put_aside():
    delivery = read(camera(), hikvision(date_time="9999-12-31T23:59:59+00:00"))
    assert (delivery.state, delivery.fault_code) == ("quarantined", "time_out_of_range")


def test_figures_out_of_any_range_do_not_stop_the_reader():
    push = hikvision()
    push.body = push.body.replace(b"<line>2</line>", b"<line>999999999</line>")
    push.body = push.body.replace(b"<confidenceLevel>97<", b"<confidenceLevel>999999999<")
    detection = detected(camera(), push)
    assert detection.lane is None
    assert detection.plate_confidence == 1000


def test_characters_a_database_cannot_hold_are_replaced():
    device = camera("GW-01", adapter="generic-signed")
    url = f"http://testserver{push_path(device)}"
    plate = {"raw": "30F\x00\ud800", "colour": "white"}
    detection = detected(device, signed(device, url, plate=plate))
    assert detection.plate_raw == "30F\ufffd?"
    assert detection.state == "held"


def test_a_text_longer_than_a_plate_is_no_plate_to_search_by():
    detection = detected(camera(), hikvision(plate="30F25658" * 5))
    assert detection.plate_normalised == ""
    assert len(detection.plate_raw) == 40


def test_a_wrong_profile_is_a_reason_of_its_own_and_can_be_mended():
    device = camera(profile={"colour_map": {}})
    delivery = read(device, hikvision())
    assert (delivery.state, delivery.fault_code) == ("quarantined", "profile_wrong")
    device.profile = {}
    device.save()
    assert parsing.read_again(delivery.pk, by_user=None, at=AT)
    assert parsing.parse(delivery.pk, at=AT) == "parsed"
    assert Detection.objects.count() == 1


def test_what_came_through_the_closed_door_is_never_read():
    revoked = camera(state=Device.State.REVOKED)
    answer = receive(revoked, hikvision())
    revoked.state = Device.State.ACTIVE
    revoked.save()
    assert not parsing.read_again(answer.receipt_id, by_user=None, at=AT)
    assert Delivery.objects.get().state == "quarantined"


def test_a_paused_devices_deliveries_can_be_read_after_the_pause():
    paused = camera(state=Device.State.PAUSED)
    answer = receive(paused, hikvision())
    assert not parsing.read_again(answer.receipt_id, by_user=None, at=AT)
    paused.state = Device.State.ACTIVE
    paused.save()
    assert parsing.read_again(answer.receipt_id, by_user=None, at=AT)
    assert parsing.parse(answer.receipt_id, at=AT) == "parsed"


def lose(delivery_id: uuid.UUID) -> None:
    """Take a body out of the store, as a broken disk does."""
    sha256 = Delivery.objects.get(pk=delivery_id).kept_sha256
    storages["evidence"]._path(sha256).unlink()


def test_a_delivery_nobody_can_read_is_put_aside_after_five_attempts_and_no_more():
    answer = receive(camera(), hikvision())
    lose(answer.receipt_id)
    states = [parsing.parse(answer.receipt_id, at=AT) for _ in range(7)]
    assert states == ["received"] * 4 + ["quarantined"] * 3
    delivery = Delivery.objects.get()
    assert (delivery.fault_code, delivery.attempts) == ("parser_failed", 5)


def test_attempts_of_killed_workers_count_too():
    answer = receive(camera(), hikvision())
    Delivery.objects.update(attempts=5)
    assert parsing.parse(answer.receipt_id, at=AT) == "quarantined"
    assert Delivery.objects.get().fault_code == "parser_failed"


def test_altered_bytes_are_noticed_before_they_are_read():
    answer = receive(camera(), hikvision())
    delivery = Delivery.objects.get()
    path = storages["evidence"]._path(delivery.kept_sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"30F25658", b"30F25659"))
    assert parsing.parse(answer.receipt_id, at=AT) == "quarantined"
    delivery.refresh_from_db()
    assert delivery.fault_code == "body_damaged"


def test_the_sweep_finds_what_waits_and_a_poisoned_one_blocks_no_other():
    device = camera()
    poisoned = receive(device, hikvision("one")).receipt_id
    lose(poisoned)
    good = receive(device, hikvision("two", at=AT + timedelta(seconds=1))).receipt_id
    late = AT + timedelta(seconds=30)
    assert parsing.left_behind(at=AT) == []
    assert parsing.left_behind(at=late) == [poisoned, good]
    for waiting in parsing.left_behind(at=late):
        parsing.parse(waiting, at=late)
    assert parsing.left_behind(at=late) == [poisoned]
    assert Delivery.objects.get(pk=good).state == "parsed"


def race(work, count: int) -> list:
    """Run the same work in threads that start at one moment, each with its own connection."""
    results, barrier = [], threading.Barrier(count)

    def run():
        try:
            barrier.wait(timeout=10)
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.django_db(transaction=True)
def test_four_workers_on_one_delivery_make_one_detection():
    device = camera()
    for number in range(3):
        moment = AT + timedelta(seconds=number)
        answer = receive(device, hikvision(f"race {number}", at=moment))
        results = race(lambda key=answer.receipt_id: parsing.parse(key, at=AT), 4)
        assert "parsed" in results
        assert set(results) <= {"parsed", "received"}
        assert Delivery.objects.get(pk=answer.receipt_id).state == "parsed"
    assert Detection.objects.count() == 3
    assert EvidenceFile.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_the_same_push_delivered_four_times_at_once_makes_one_detection():
    device = camera()
    keys = [receive(device, hikvision()).receipt_id for _ in range(4)]
    results = race(lambda: parsing.parse(keys.pop(), at=AT), 4)
    assert sorted(results) == ["duplicate", "duplicate", "duplicate", "parsed"]
    assert Detection.objects.count() == 1


@pytest.fixture
def as_the_runtime_role(transactional_db):
    """Connect as web and worker do: a role that owns no table."""
    grant_runtime(connection, settings.DATABASE_RUNTIME_ROLE)
    runtime = dj_database_url.parse(settings.DATABASE_RUNTIME_URL)
    owner = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update({name: runtime[name] for name in owner})
    yield
    connection.close()
    connection.settings_dict.update(owner)


@pytest.mark.django_db(transaction=True)
def test_the_runtime_role_can_do_all_this_work(as_the_runtime_role):
    device = camera(certified=False)
    detection = detected(device, hikvision())
    assert detection.state == "held"
    assert evidence.citizen_copy(detection.evidence.get(position=1)).size > 1000
    assert custody.chain() == 4
    assert read(device, hikvision()).state == "duplicate"
    assert CustodyEvent.objects.filter(action="held").count() == 1
