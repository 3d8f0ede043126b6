"""Pictures of one violation that come apart become one detection; what is missing or late shows."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.db import connection

from cameras import evidence, grouping, parsing
from cameras.images import jpeg_ranges
from cameras.models import CustodyEvent, Delivery, Detection, SnapGroup
from cameras.simulated_dahua import PATH, dahua_snaps
from cameras.simulated_push import hikvision_profile
from cameras.simulator import SimulatedDevice, SimulatedVehicle, capture_red_light
from tests.cameras import factories
from tests.cameras.factories import AT, Push, camera, hikvision, receive

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

CAR = SimulatedVehicle("30F25658", "white", "car", "grey")
TIMEOUT = timedelta(seconds=20)


@pytest.fixture
def dahua():
    profile = {"fixed_boxes": hikvision_profile("red_light")["fixed_boxes"]}
    return camera("CAM-D", adapter="dahua-itsapi", profile=profile)


def snaps(device, group: int = 7, *, seed: int = 3) -> list[Push]:
    """Return the three messages of one red light."""
    simulated = SimulatedDevice(device.code, device.serial, device.adapter, "/", "x", "red_light")
    capture = capture_red_light(simulated, CAR, AT - timedelta(seconds=2), seed)
    return [Push(one.body, dict(one.headers)) for one in dahua_snaps(capture, group)]


def send(device, push: Push, *, at=AT) -> Delivery:
    answer = receive(device, push, at=at)
    assert answer.reply.body == b'{"Result": true}'
    parsing.parse(answer.receipt_id, at=at)
    return Delivery.objects.get(pk=answer.receipt_id)


@pytest.mark.parametrize("seed", range(4))
def test_three_snaps_in_any_order_become_one_detection_with_three_scenes(dahua, seed):
    pushes = snaps(dahua)
    random.Random(seed).shuffle(pushes)
    states = [send(dahua, push).state for push in pushes]
    assert states == ["grouped", "grouped", "parsed"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"parsed"}
    detection = Detection.objects.get()
    assert (detection.state, detection.held_for) == ("ready", [])
    files = list(detection.evidence.order_by("position"))
    assert [file.role for file in files] == ["overview_1", "overview_2", "overview_3"]
    assert len({file.delivery_id for file in files}) == 3
    for file in files:
        assert jpeg_ranges(evidence.read_file(file)) == [(0, file.size)]
    assert detection.canonical["group"]["complete"] is True


def test_a_snap_waits_and_is_no_detection_until_its_group_ends(dahua):
    delivery = send(dahua, snaps(dahua)[0])
    assert delivery.state == "grouped"
    assert not Detection.objects.exists()
    assert grouping.close_expired(at=AT + TIMEOUT - timedelta(seconds=1)) == 0


def test_a_group_that_stays_incomplete_is_held_after_its_time_out(dahua):
    for push in snaps(dahua)[:2]:
        send(dahua, push)
    assert grouping.close_expired(at=AT + TIMEOUT) == 1
    assert grouping.close_expired(at=AT + TIMEOUT) == 0
    detection = Detection.objects.get()
    reason = detection.held_for[0]
    assert detection.state == "held"
    assert (reason["code"], reason["have"], reason["need"]) == ("group_incomplete", 2, 3)
    assert "group_incomplete" in detection.canonical["warnings"]
    assert SnapGroup.objects.get().state == "timed_out"


def test_a_snap_after_the_end_is_put_aside_and_changes_nothing(dahua):
    first, second, third = snaps(dahua)
    send(dahua, first)
    send(dahua, second)
    grouping.close_expired(at=AT + TIMEOUT)
    late = send(dahua, third, at=AT + timedelta(minutes=1))
    assert (late.state, late.fault_code) == ("quarantined", "late_snap")
    assert Detection.objects.get().evidence.count() == 2


def test_the_same_snap_again_is_a_repetition_before_and_after_the_end(dahua):
    first, second, third = snaps(dahua)
    assert [send(dahua, push).state for push in (first, first, second, third, third)] == [
        "grouped",
        "duplicate",
        "grouped",
        "parsed",
        "duplicate",
    ]
    assert Detection.objects.get().evidence.count() == 3


def test_other_bytes_for_a_place_that_is_taken_are_a_conflict(dahua):
    send(dahua, snaps(dahua)[0])
    other = send(dahua, snaps(dahua, seed=5)[0])
    assert (other.state, other.fault_code) == ("quarantined", "conflict")


def test_two_groups_of_one_device_do_not_mix(dahua):
    mine, yours = snaps(dahua, 7), snaps(dahua, 8, seed=9)
    for one, other in zip(mine, yours, strict=True):
        send(dahua, one)
        send(dahua, other)
    assert Detection.objects.count() == 2
    for detection in Detection.objects.all():
        assert detection.evidence.count() == 3


@pytest.mark.django_db(transaction=True)
def test_three_workers_with_the_last_snaps_at_once_make_one_detection():
    device = camera("CAM-D", adapter="dahua-itsapi")
    receipts = [receive(device, push).receipt_id for push in snaps(device)]
    barrier = threading.Barrier(3)

    def read(receipt) -> None:
        try:
            barrier.wait(10)
            parsing.parse(receipt, at=AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=read, args=(receipt,)) for receipt in receipts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Detection.objects.count() == 1
    assert Detection.objects.get().evidence.count() == 3
    assert set(Delivery.objects.values_list("state", flat=True)) == {"parsed"}


def test_a_group_put_aside_for_its_profile_is_read_again_as_a_whole(dahua):
    pushes = snaps(dahua)
    deliveries = [send(dahua, push) for push in pushes[:2]]
    dahua.profile = {"time_rule": "no such rule"}
    dahua.save()
    grouping.close_expired(at=AT + TIMEOUT)
    for delivery in deliveries:
        delivery.refresh_from_db()
        assert (delivery.state, delivery.fault_code) == ("quarantined", "profile_wrong")
    dahua.profile = {}
    dahua.save()
    assert parsing.read_again(deliveries[0].pk, by_user=None, at=AT)
    assert parsing.parse(deliveries[0].pk, at=AT) == "parsed"
    assert Detection.objects.get().evidence.count() == 2
    assert set(Delivery.objects.values_list("state", flat=True)) == {"parsed"}


def announced(push: Push) -> Push:
    """Return the message that announces a push: the plate first, no pictures."""
    begin, end = push.body.index(b"<?xml"), push.body.index(b"</EventNotificationAlert>")
    more = b"<hasMoreData>true</hasMoreData></EventNotificationAlert>"
    return Push(push.body[begin:end] + more, {"Content-Type": "application/xml"})


def with_uuid(push: Push) -> Push:
    mark = b"</ANPR>"
    return Push(push.body.replace(mark, mark + b"<UUID>mau-0001</UUID>"), dict(push.headers))


def test_an_announcement_waits_for_the_event_that_answers_it():
    device, whole = camera(), with_uuid(hikvision())
    first = receive(device, announced(whole)).receipt_id
    assert parsing.parse(first, at=AT) == "grouped"
    second = receive(device, whole).receipt_id
    assert parsing.parse(second, at=AT) == "parsed"
    assert Delivery.objects.get(pk=first).state == "parsed"
    assert Detection.objects.get().evidence.count() == 3


def test_an_announcement_that_is_never_answered_is_put_aside():
    device = camera()
    first = receive(device, announced(with_uuid(hikvision()))).receipt_id
    parsing.parse(first, at=AT)
    grouping.close_expired(at=AT + TIMEOUT)
    delivery = Delivery.objects.get(pk=first)
    assert (delivery.state, delivery.fault_code) == ("quarantined", "incomplete")
    assert not Detection.objects.exists()


def test_an_event_that_was_read_before_its_announcement_answers_it_all_the_same():
    device, whole = camera(), with_uuid(hikvision())
    first = receive(device, announced(whole)).receipt_id
    second = receive(device, whole).receipt_id
    assert parsing.parse(second, at=AT) == "parsed"
    assert parsing.parse(first, at=AT) == "grouped"
    assert grouping.close_expired(at=AT + TIMEOUT) == 1
    assert Delivery.objects.get(pk=first).state == "parsed"
    assert Detection.objects.count() == 1


def test_every_delivery_of_a_group_has_its_custody_and_its_bytes(dahua):
    for push in snaps(dahua):
        send(dahua, push)
    for delivery in Delivery.objects.all():
        assert storages["evidence"].exists(delivery.kept_sha256)
        actions = CustodyEvent.objects.filter(delivery=delivery).values_list("action", flat=True)
        assert actions.order_by("pk").first() == "received"
        assert "parsed" in actions


def test_passages_are_not_made_to_wait_for_each_other():
    device = camera("CAM-D", adapter="dahua-itsapi")
    push = snaps(device)[0]
    body = push.body.replace(b"TrafficRunRedLight", b"TrafficJunction")
    assert send(device, Push(body, dict(push.headers))).state == "parsed"
    assert not SnapGroup.objects.exists()


def test_the_path_of_the_simulated_device_is_the_vendors_own():
    assert PATH == "NotificationInfo/TollgateInfo"


def test_nothing_of_a_push_is_left_in_the_spool(dahua):
    send(dahua, snaps(dahua)[0])
    assert factories.bring_in() == 0
