"""What the depth of a Hikvision message becomes in the database: films, occupants, answers."""

from datetime import timedelta

import pytest

from cameras import grouping
from cameras.adapters.ranges import ByteRange, cut
from cameras.models import Delivery, Detection, Device
from cameras.reparsing import compare
from tests.cameras.factories import AT, BOUNDARY, Push, camera, detected, hikvision, read
from tests.cameras.hikvision_bodies import film

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def about(vehicle: str, push: Push) -> Push:
    """Name the vehicle of a push, as the camera does in all its messages about one."""
    end = b"</EventNotificationAlert>"
    return Push(push.body.replace(end, f"<UUID>{vehicle}</UUID>".encode() + end), push.headers)


def with_film(push: Push, data: bytes) -> Push:
    head = 'Content-Disposition: form-data; name="record.mp4"; filename="record.mp4"'
    part = f"--{BOUNDARY}\r\n{head}\r\nContent-Type: video/mp4\r\n\r\n".encode() + data
    end = f"--{BOUNDARY}--\r\n".encode()
    return Push(push.body.replace(end, part + b"\r\n" + end), push.headers)


def announcement(vehicle: str) -> Push:
    return about(vehicle, hikvision("first", pictures=[], event="<hasMoreData>true</hasMoreData>"))


def test_an_announcement_waits_for_its_event_and_is_ended_by_it():
    device = camera()
    first = read(device, announcement("car-7"))
    assert first.state == "grouped"
    detection = detected(device, about("car-7", hikvision("full")))
    first.refresh_from_db()
    assert first.state == "parsed"
    assert Detection.objects.get() == detection
    assert [finding.outcome for finding in compare(first)] == ["in_group"]


def test_an_announcement_nothing_follows_is_put_aside_as_incomplete():
    device = camera()
    first = read(device, announcement("car-8"))
    read(device, about("another", hikvision("full")))
    grouping.close_expired(at=AT + timedelta(minutes=2))
    first.refresh_from_db()
    assert (first.state, first.fault_code) == ("quarantined", "incomplete")


def test_several_snaps_of_one_vehicle_are_several_detections():
    device = camera()
    for number in range(3):
        at = AT + timedelta(seconds=number)
        detected(device, about("same-car", hikvision(f"snap {number}", at=at)), at=at)
    assert Detection.objects.count() == 3


def test_a_film_is_kept_beside_the_pictures_as_a_range_of_the_body():
    push = with_film(hikvision(), film(seconds=4))
    detection = detected(camera(), push)
    clip = detection.evidence.get(role="film")
    assert cut(push.body, ByteRange(clip.offset, clip.size)) == film(seconds=4)
    assert (clip.media_type, clip.duration_ms) == ("video/mp4", 4000)
    assert detection.canonical["video"] == [
        {"sha256": clip.sha256, "media_type": "video/mp4", "duration_ms": 4000}
    ]
    assert detection.evidence.count() == 4


def test_something_else_in_the_place_of_a_film_is_put_aside():
    delivery = read(camera(), with_film(hikvision(), b"PK\x03\x04" + bytes(100)))
    assert (delivery.state, delivery.fault_code) == ("quarantined", "film_unknown")


def test_occupants_and_duration_stand_where_the_schema_has_them():
    more = "<helmet>no</helmet><dwIllegalTime>1800</dwIllegalTime>"
    detection = detected(camera(), hikvision(code="151002", event=more))
    assert detection.canonical["occupants"] == {"helmet_driver": "no"}
    assert detection.canonical["violation"]["duration_ms"] == 1800
    assert "violation_duration_ms" not in detection.canonical


def test_a_face_is_an_occupant_and_never_an_overview():
    push = hikvision()
    push.body = push.body.replace(b"detectionPicture_3", b"pilotPicture_3__")
    push.body = push.body.replace(b"pilotPicture_3__", b"pilotPicture")
    detection = detected(camera(), push)
    roles = list(detection.evidence.order_by("position").values_list("role", flat=True))
    assert roles == ["overview_1", "overview_2", "occupant"]
    assert detection.state == Detection.State.HELD


def test_another_kind_of_event_is_answered_and_is_a_sign_of_life():
    device = camera()
    push = hikvision(pictures=[])
    push.body = push.body.replace(b"<eventType>ANPR<", b"<eventType>TPS<")
    assert read(device, push).state == Delivery.State.HEARTBEAT
    assert Device.objects.get(pk=device.pk).last_seen_at is not None
