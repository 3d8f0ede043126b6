"""Axis pushes: one car told several times, three times that need not agree, pictures by address."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cameras.adapters.contract import Heartbeat, ParsedDetection
from cameras.adapters.ranges import cut
from cameras.models import Delivery, Detection
from tests.cameras.factories import AT, BOUNDARY, Push, camera, detected, multipart, picture, read
from tests.cameras.vendor_bodies import (
    AXIS,
    CROP,
    HAPPENED,
    OVERVIEW,
    RECEIVED,
    as_text,
    axis_body,
    envelope,
)

pytestmark = pytest.mark.gate

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "cameras"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.mark.parametrize("state", ["new", "update", "NEW"])
def test_a_car_still_in_view_is_a_sign_of_life(state):
    body = axis_body(carState=state)
    assert AXIS.adapter.parse(envelope(body), AXIS.profile) == [Heartbeat()]


@pytest.mark.parametrize("state", ["lost", ""])
def test_the_last_message_of_a_car_is_its_event(state):
    found = AXIS.detect(axis_body(carState=state))
    assert found.source_key == "axis-lpv|SER-1|1144696@1795010793480"
    assert (found.plate_confidence, found.vehicle_make) == (719, "Toyota")
    assert (found.direction, found.lane, found.plate_colour) == ("unknown", None, "unknown")


def test_without_car_or_moment_the_key_is_a_digest_of_the_event():
    found = AXIS.detect(axis_body(carID=""))
    assert found.source_key.startswith("axis-lpv|SER-1|sha256:")


def test_in_and_out_mean_what_was_set_on_the_device():
    profile = AXIS.taught({"direction_map": {"in": "receding"}})
    assert AXIS.detect(axis_body(), profile).direction == "receding"


def test_the_camera_knows_no_violation_unless_its_profile_says_so():
    assert AXIS.detect(axis_body()).kind == "passage"
    by_sender = AXIS.taught({"code_map": {"defaultID": "bus_lane"}})
    found = AXIS.detect(axis_body(), by_sender)
    assert (found.kind, found.violation_type) == ("violation_candidate", "bus_lane")
    assert found.vendor_code == "defaultID"
    by_word = AXIS.taught({"code_map": {"wrongway": "wrong_way"}})
    assert AXIS.detect(axis_body(code="wrongway"), by_word).violation_type == "wrong_way"


def test_the_unix_time_is_the_moment_and_the_local_text_is_kept():
    found = AXIS.detect(axis_body())
    assert found.time.occurred_at == HAPPENED + timedelta(milliseconds=480)
    assert found.time.source_field == "capture_timestamp"
    assert found.time.local_text == "20261118 210633480"


@pytest.mark.parametrize("text", ["20261118 220633480", "20261118 220633480+0800"])
def test_a_camera_set_to_china_time_is_read_by_the_rule_of_its_profile(text):
    body = axis_body(datetime=text)
    believed = AXIS.detect(body)
    assert believed.time.occurred_at.replace(microsecond=0) == HAPPENED
    assert "offset_ignored" in believed.warnings
    digits = AXIS.detect(body, AXIS.taught({"time_rule": "local+07:00"}))
    assert digits.time.occurred_at.replace(microsecond=0) == HAPPENED + timedelta(hours=1)
    assert digits.time.quality == "impossible"


def test_each_time_serves_when_the_other_is_missing():
    later = AXIS.detect(axis_body(capture_timestamp="-"))
    assert later.time.source_field == "capture_ts"
    local = AXIS.detect(axis_body(capture_timestamp="-", capture_ts="-"))
    assert (local.time.source_field, local.time.quality) == ("datetime", "unknown")
    assert local.time.occurred_at == later.time.occurred_at
    assert "offset_missing" in local.warnings
    western = axis_body(capture_timestamp="-", capture_ts="-", datetime="20261118 090633480-0500")
    assert AXIS.detect(western).time.occurred_at == local.time.occurred_at
    nothing = axis_body(capture_timestamp="-", capture_ts="-", datetime="-")
    assert AXIS.refuse(nothing) == "time_missing"


@pytest.mark.parametrize(
    ("changes", "is_wrong"),
    [
        ({"UtcTime": "2026-11-18T14:06:34Z"}, False),
        ({"UtcTime": "2023-06-11T10:05:38Z"}, True),
        ({"UtcTime": "2026-11-18T21:06:34+07:00"}, False),
        ({"UtcTime": "2026-11-18 21:06:34"}, False),
        ({"datetime": "20261118 210933480"}, True),
        ({"datetime": "20261116 210633480"}, True),
        ({"datetime": "20261118 170633480"}, False),
    ],
    ids=["near", "other-year", "zone", "no-zone", "3-minutes", "2-days", "kyiv"],
)
def test_times_that_no_zone_explains_make_a_person_look(changes, is_wrong):
    assert ("time_mismatch" in AXIS.detect(axis_body(**changes)).warnings) is is_wrong


def test_pictures_by_address_are_never_fetched():
    found = AXIS.detect(axis_body(ImageArray=[]))
    assert found.images == ()
    assert "picture_by_url" in found.warnings
    path = AXIS.detect(axis_body(ImageArray=[], imagesURI=[]))
    assert "picture_by_url" in path.warnings


@pytest.mark.parametrize(
    ("name", "role"),
    [("image", "overview_1"), ("imageFile", "overview_1"), ("imageFile2", "plate_crop")],
)
def test_a_single_picture_in_a_field_of_its_own_is_taken(name, role):
    message = envelope(axis_body(ImageArray=[], **{name: as_text(OVERVIEW)}))
    [found] = AXIS.adapter.parse(message, AXIS.profile)
    [image] = found.images
    assert (image.role, cut(message.body, image.where)) == (role, OVERVIEW)


def test_the_plate_picture_is_told_from_the_scene():
    items = [
        {"ImageType": "plate", "ImageFormat": "jpg", "BinaryImage": as_text(CROP)},
        {"ImageType": "vehicle", "ImageFormat": "jpg", "BinaryImage": as_text(CROP)},
        {"ImageType": "", "ImageFormat": "jpg", "BinaryImage": as_text(OVERVIEW)},
    ]
    found = AXIS.detect(axis_body(ImageArray=items))
    assert [image.role for image in found.images] == ["plate_crop", "vehicle_crop", "overview_1"]


def test_the_box_of_a_crop_is_measured_in_the_crop():
    crop = {"imageType": "roi", "plateCoordinatesRelative": [160, 90, 64, 18]}
    [box] = AXIS.detect(axis_body(**crop)).images[0].boxes
    assert (box.x, box.y, box.raw) == (0.25, 0.25, "160,90,64,18")
    unset = AXIS.detect(axis_body(imageType="roi"))
    assert unset.images[0].boxes == ()
    outside = AXIS.detect(axis_body(plateCoordinates=[1185, 532, 140, 28]))
    assert outside.images[0].boxes == ()
    assert "box_outside_picture" in outside.warnings


@pytest.mark.parametrize("named", ["filename", "name only"])
def test_parts_beside_the_event_are_its_pictures(named):
    event = json.dumps(axis_body(ImageArray=[])).encode()
    files = [
        ("20261118210633_413731lp_X_1.jpg", CROP),
        ("20261118210633_954662roi_X_1.jpg", OVERVIEW),
    ]
    parts = [("event", "event.json" if named == "filename" else "", "application/json", event)]
    for name, data in files:
        is_named = named == "filename"
        parts.append(("image" if is_named else name, name if is_named else "", "image/jpeg", data))
    message = envelope(multipart(parts), content_type=MULTIPART)
    [found] = AXIS.adapter.parse(message, AXIS.profile)
    assert isinstance(found, ParsedDetection)
    assert [image.role for image in found.images] == ["plate_crop", "overview_1"]
    assert [cut(message.body, image.where) for image in found.images] == [CROP, OVERVIEW]
    assert "picture_by_url" not in found.warnings


def test_a_body_that_ends_before_its_last_boundary_is_flagged():
    event = json.dumps(axis_body(ImageArray=[])).encode()
    parts = [("event", "", "application/json", event), ("image", "", "image/jpeg", OVERVIEW)]
    body = multipart(parts).removesuffix(f"\r\n--{BOUNDARY}--\r\n".encode())
    found = AXIS.detect(body, content_type=MULTIPART)
    assert [image.role for image in found.images] == ["overview_1"]
    assert "picture_truncated" in found.warnings


@pytest.mark.parametrize(
    ("overrides", "warning"),
    [
        ({"mac_address": "ACCC8E000001"}, None),
        ({"mac_address": "ac:cc:8e:00:00:02"}, "mac_address_differs"),
        ({"expected_country": "LAO"}, "country_unexpected"),
        ({"expected_country": ""}, None),
    ],
)
def test_another_box_or_another_country_is_noticed(overrides, warning):
    found = AXIS.detect(axis_body(), AXIS.taught(overrides))
    assert found.warnings == ((warning,) if warning else ())


def test_its_heartbeat_tells_its_clock():
    body = {
        "system": {"timestamp": "2026-11-18T14:06:58.000Z"},
        "identify": {"platform": "AXIS P1447-LE"},
        "ALPV": {"version": "2.7.1"},
    }
    [found] = AXIS.adapter.parse(envelope(body), AXIS.profile)
    assert found == Heartbeat(RECEIVED - timedelta(seconds=2))
    body["system"]["timestamp"] = "2026-11-18 14:06:58"
    assert AXIS.adapter.parse(envelope(body), AXIS.profile) == [Heartbeat()]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not on this machine")
def test_a_real_message_from_the_field_is_read():
    sample = (SAMPLES / "fflprapp_event.json").read_bytes()
    found = AXIS.detect(sample, received=datetime(2021, 6, 11, 10, 5, 50, tzinfo=UTC))
    assert (found.plate_raw, found.kind, found.images) == ("RLE11684", "passage", ())
    assert found.time.occurred_at == datetime(2021, 6, 11, 10, 5, 38, 252000, tzinfo=UTC)
    assert found.source_key == "axis-lpv|SER-1|1144696@1623405938252"
    assert found.unknown_fields == 0
    assert set(found.warnings) == {"country_unexpected", "offset_ignored", "picture_by_url"}
    later = json.loads(sample) | {"UtcTime": "2023-06-11T10:05:38Z"}
    assert "time_mismatch" in AXIS.detect(later).warnings


@pytest.mark.django_db
def test_a_mapped_event_becomes_a_detection_and_a_contradiction_of_times_holds_it():
    profile = {"code_map": {"defaultID": "bus_lane"}}
    device = camera(adapter="axis-lpv", profile=profile)
    at = AT - timedelta(seconds=2)

    def push(words: str, **changes) -> Push:
        items = [
            {"ImageType": "frame", "BinaryImage": as_text(picture(f"{words} {number}"))}
            for number in (1, 2)
        ]
        body = axis_body(at=at, ImageArray=items, plateCoordinates=[640, 360, 128, 36], **changes)
        return Push(json.dumps(body).encode(), {"Content-Type": "application/json"})

    found = detected(device, push("axis"))
    assert (found.violation_type, found.plate_normalised) == ("bus_lane", "30F25658")
    assert [reason["code"] for reason in found.held_for] == []
    held = detected(device, push("held", carID="7", UtcTime="2023-06-11T10:05:38Z"))
    assert held.state == Detection.State.HELD
    assert {"code": "time_mismatch"} in held.held_for
    assert read(device, push("new", carState="new")).state == Delivery.State.HEARTBEAT
