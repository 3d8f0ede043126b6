"""Uniview notifications: vehicles with numbered pictures, as JSON or multipart, and their answer."""

import json
from datetime import timedelta
from typing import Any

import pytest

from cameras.adapters.contract import Heartbeat, ParsedDetection
from cameras.adapters.ranges import cut
from cameras.models import Delivery, Detection
from tests.cameras.factories import AT, BOUNDARY, Push, camera, multipart, picture, read
from tests.cameras.vendor_bodies import (
    CROP,
    HAPPENED,
    OVERVIEW,
    UNIVIEW,
    as_text,
    envelope,
    jpeg,
    uniview_body,
)

pytestmark = pytest.mark.gate

MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
STRUCTURE = "/intake/uniview/geheim/LAPI/V1.0/System/Event/Notification/Structure"


def changed(vehicle: dict[str, Any] | None = None, **groups: dict[str, Any]) -> dict[str, Any]:
    """Return a body whose one vehicle, or a group of its fields, says something else."""
    body = uniview_body()
    [found] = body["StructureInfo"]["ObjInfo"]["VehicleInfoList"]
    found |= vehicle or {}
    for name, values in groups.items():
        found[name] |= values
    return body


def with_pictures(*infos: dict[str, Any], **facts: Any) -> dict[str, Any]:
    body = uniview_body(**facts)
    body["StructureInfo"] |= {"ImageInfoList": list(infos), "ImageNum": len(infos)}
    return body


def info(index: int, kind: int, data: bytes = b"", **more: Any) -> dict[str, Any]:
    return {"Index": index, "Type": kind, "Data": as_text(data), **more}


def test_the_vehicle_its_plate_and_its_lane_are_read():
    found = UNIVIEW.detect(
        changed(
            VehicleAttributeInfo={"SpeedValue": 63, "MarkedSpeed": 50, "LimitedSpeed": 55},
        )
    )
    assert (found.plate_colour, found.plate_confidence, found.lane) == ("white", 970, 2)
    assert (found.speed_tenths, found.limit_tenths) == (630, 500)
    assert [image.role for image in found.images] == ["overview_1", "plate_crop"]
    assert found.images[0].captured_local == "20261118210633480"


def test_the_device_threshold_is_the_limit_only_where_no_sign_is_set():
    found = UNIVIEW.detect(changed(VehicleAttributeInfo={"SpeedValue": 63, "LimitedSpeed": 55}))
    assert found.limit_tenths == 550


def test_a_speed_in_an_unknown_unit_is_not_taken_for_km_per_hour():
    fields = {"SpeedValue": 63, "MarkedSpeed": 50, "SpeedUnit": 1}
    found = UNIVIEW.detect(changed(VehicleAttributeInfo=fields))
    assert (found.speed_tenths, found.limit_tenths) == (None, None)
    assert "speed_unit_unknown" in found.warnings
    agreed = UNIVIEW.detect(
        changed(VehicleAttributeInfo=fields), UNIVIEW.taught({"speed_unit": "mph"})
    )
    assert agreed.speed_tenths == 1013


@pytest.mark.parametrize(
    ("kind", "vehicle_class"),
    [(1, "bus"), (3, "unknown"), (6, "motorcycle"), (7, "tractor"), (9, "car"), (15, "truck")],
)
def test_vehicle_types_have_their_meaning(kind, vehicle_class):
    assert UNIVIEW.detect(changed(VehicleAttributeInfo={"Type": kind})).vehicle_class == (
        vehicle_class
    )


@pytest.mark.parametrize(
    ("status", "violation_type"),
    [
        ("0", None),
        ("", None),
        ("1", None),
        ("-", None),
        ("1625", "red_light"),
        ("1240", "no_seat_belt"),
    ],
)
def test_a_short_driving_status_is_no_violation_code(status, violation_type):
    assert UNIVIEW.detect(uniview_body(code=status)).violation_type == violation_type


def test_a_zone_less_time_is_vietnamese_whatever_the_rule():
    found = UNIVIEW.detect(uniview_body(), UNIVIEW.taught({"time_rule": "offset_in_value"}))
    assert found.time.occurred_at == HAPPENED + timedelta(milliseconds=480)
    assert (found.time.source_field, found.time.local_text) == ("PassTime", "20261118210633480")
    assert "offset_missing" in found.warnings


def test_the_message_time_serves_when_the_vehicle_has_none():
    found = UNIVIEW.detect(changed({"PassTime": "-"}))
    assert (found.time.source_field, found.time.occurred_at) == ("TimeStamp", HAPPENED)
    body = changed({"PassTime": ""}) | {"TimeStamp": 0.5}
    assert UNIVIEW.refuse(body) == "time_missing"


def test_a_wall_time_in_another_zone_contradicts_the_unix_time():
    body = changed({"PassTime": "20261118140633480"})
    assert "time_mismatch" in UNIVIEW.detect(body).warnings


def test_parts_are_matched_with_the_list_by_their_number():
    body = with_pictures(info(1, 1), info(2, 2))
    parts = [("json", "", "application/json", json.dumps(body).encode())]
    parts += [("image2", "", "image/jpeg", CROP), ("image1", "", "image/jpeg", OVERVIEW)]
    message = envelope(multipart(parts), content_type=MULTIPART)
    [found] = UNIVIEW.adapter.parse(message, UNIVIEW.profile)
    assert isinstance(found, ParsedDetection)
    assert [(image.role, cut(message.body, image.where)) for image in found.images] == [
        ("overview_1", OVERVIEW),
        ("plate_crop", CROP),
    ]
    assert found.warnings == ()


def test_a_part_nobody_listed_is_kept_and_said_to_be():
    parts = [("json", "", "application/json", json.dumps(uniview_body()).encode())]
    parts += [("extra", "extra.jpg", "image/jpeg", jpeg("blue"))]
    found = UNIVIEW.detect(multipart(parts), content_type=MULTIPART)
    assert [image.role for image in found.images] == ["overview_1", "plate_crop", "overview_2"]
    assert "picture_unlisted" in found.warnings


@pytest.mark.parametrize(
    ("listed", "warning"),
    [
        ({"Index": 1, "Type": 1, "DataType": 1, "URL": "http://192.0.2.9/1.jpg"}, "picture_by_url"),
        ({"Index": 1, "Type": 1, "DataType": 2}, "picture_by_url"),
        ({"Index": 1, "Type": 1}, "picture_missing"),
        ({"Index": 1, "Type": 77, "Data": as_text(OVERVIEW)}, "picture_type_unknown"),
    ],
    ids=["address", "cloud", "nothing", "new-type"],
)
def test_a_picture_that_is_not_here_or_not_known_is_noticed(listed, warning):
    found = UNIVIEW.detect(with_pictures(listed))
    assert warning in found.warnings
    assert not [image for image in found.images if image.role.startswith("overview")]


@pytest.mark.parametrize(
    ("kind", "role"), [(4, "occupant"), (8, "composite"), (9, "vehicle_crop"), (24, "plate_crop")]
)
def test_picture_types_have_their_meaning(kind, role):
    found = UNIVIEW.detect(with_pictures(info(5, kind, OVERVIEW)))
    assert [image.role for image in found.images] == [role]


def test_a_box_over_the_whole_picture_means_that_nothing_was_located():
    found = UNIVIEW.detect(
        changed({"Position": "0,0;10000,10000"}, PlateAttributeInfo={"Position": ""})
    )
    assert found.images[0].boxes == ()
    assert found.warnings == ()


def test_vehicle_and_plate_are_drawn_into_the_first_full_picture():
    vehicle, plate = UNIVIEW.detect(uniview_body()).images[0].boxes
    assert (vehicle.kind, plate.kind) == ("vehicle", "plate")
    assert (plate.x, plate.y, plate.raw) == (0.55, 0.7, "5500,7000,6500,7500")


def test_two_road_users_in_one_message_are_two_events_with_their_own_pictures():
    body = with_pictures(info(1, 1, OVERVIEW), info(2, 2, CROP), info(3, 2, jpeg("blue")))
    car = body["StructureInfo"]["ObjInfo"]["VehicleInfoList"][0]
    bike = json.loads(json.dumps(car)) | {"ID": 2, "PlatePicAttachIndex": 3}
    bike["VehicleAttributeInfo"]["Type"] = 6
    bike["PlateAttributeInfo"]["PlateNo"] = "29X512345"
    body["StructureInfo"]["ObjInfo"]["VehicleInfoList"].append(bike)
    first, second = UNIVIEW.adapter.parse(envelope(body), UNIVIEW.profile)
    assert (first.plate_raw, second.plate_raw) == ("30F25658", "29X512345")
    assert (first.vehicle_class, second.vehicle_class) == ("car", "motorcycle")
    assert [image.name for image in first.images] == ["image1", "image2"]
    assert [image.name for image in second.images] == ["image1", "image3"]
    assert first.source_key != second.source_key


def test_a_recorder_shortens_the_names_and_carries_pictures_in_the_vehicle():
    record = {
        "RecordID": 9,
        "ChannelID": 3,
        "PassingTime": int(HAPPENED.timestamp()),
        "PlateAttr": {"PlateNo": "30F25658", "Color": 5},
        "VehAttr": {"Type": 9, "Color": 0},
        "PanoImage": {"Name": "a.jpg", "Size": 1, "Data": as_text(OVERVIEW)},
        "PlateImage": {"Name": "b.jpg", "Size": 1, "Data": as_text(CROP)},
    }
    found = UNIVIEW.detect({"VehicleEventInfo": {"VehicleInfoNum": 1, "VehicleInfoList": [record]}})
    assert (found.plate_raw, found.plate_colour, found.vehicle_class) == (
        "30F25658",
        "yellow",
        "car",
    )
    assert found.time.occurred_at == HAPPENED
    assert [image.role for image in found.images] == ["overview_1", "plate_crop"]
    assert found.unknown_fields == 0


@pytest.mark.parametrize(
    "body",
    [
        {"Reference": "x", "AlarmInfo": {"AlarmType": "MotionAlarmOn"}, "RelatedObjects": {}},
        {"StructureInfo": {"ObjInfo": {"FaceNum": 1, "VehicleNum": 0}}},
        {"StructureInfo": {"ObjInfo": {"VehicleInfoList": []}}},
    ],
    ids=["alarm", "face", "empty"],
)
def test_what_brings_no_vehicle_is_a_sign_of_life(body):
    assert UNIVIEW.adapter.parse(envelope(body), UNIVIEW.profile) == [Heartbeat()]


def test_a_heartbeat_is_known_by_its_address():
    message = envelope({"DeviceCode": "1"}, path="/intake/uniview/x/LAPI/V1.0/HeartReportInfo")
    assert UNIVIEW.adapter.parse(message, UNIVIEW.profile) == [Heartbeat()]


def test_more_vehicles_than_a_picture_can_hold_are_refused():
    body = uniview_body()
    body["StructureInfo"]["ObjInfo"]["VehicleInfoList"] = [{}] * 33
    assert UNIVIEW.refuse(body) == "too_many_parts"


@pytest.mark.parametrize(("outcome", "code"), [("stored", 0), ("duplicate", 0), ("full", 1)])
def test_the_device_is_answered_in_its_own_words_without_our_secret(outcome, code):
    reply = UNIVIEW.adapter.acknowledge(outcome, receipt_id="r", path=STRUCTURE)
    answer = json.loads(reply.body)
    assert answer["ResponseCode"] == answer["Response"]["ResponseCode"] == code
    assert answer["ResponseURL"] == "/LAPI/V1.0/System/Event/Notification/Structure"
    assert b"geheim" not in reply.body
    assert reply.content_type == "application/json"


@pytest.mark.django_db
def test_a_pushed_violation_becomes_a_detection_an_officer_may_see():
    device = camera(adapter="uniview-lapi")
    body = with_pictures(
        info(1, 1, picture("uniview 1")),
        info(3, 1, picture("uniview 3")),
        info(2, 2, picture("uniview plate", (160, 48))),
        at=AT - timedelta(seconds=2),
        code="1301",
    )
    sent = Push(json.dumps(body).encode(), {"Content-Type": "application/json"})
    delivery = read(device, sent)
    assert delivery.state == Delivery.State.PARSED, delivery.fault_code
    found = delivery.detections.get()
    assert (found.violation_type, found.plate_normalised, found.lane) == (
        "wrong_way",
        "30F25658",
        2,
    )
    assert (found.state, found.held_for) == (Detection.State.READY, [])
    assert read(device, sent).state == Delivery.State.DUPLICATE
    alarm = Push(b'{"Reference": "x", "AlarmInfo": {"AlarmType": "VideoLost"}}', {})
    assert read(device, alarm).state == Delivery.State.HEARTBEAT
