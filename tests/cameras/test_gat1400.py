"""GA/T 1400 pushes: lists of vehicles, registration and life signs, code tables, answers."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from cameras.adapters.contract import Heartbeat, ParsedDetection, Rejected
from cameras.adapters.http_credentials import digest_ha1
from cameras.models import Delivery, Detection
from tests.cameras.factories import AT, Push, camera, picture, read, receive
from tests.cameras.vendor_bodies import (
    GAT1400,
    HAPPENED,
    OVERVIEW,
    as_text,
    envelope,
    gat1400_body,
    gat1400_vehicle,
)

pytestmark = pytest.mark.gate

DOOR = "/intake/gat1400/geheim"


def listed(*vehicles: dict[str, Any]) -> dict[str, Any]:
    return {"MotorVehicleListObject": {"MotorVehicleObject": list(vehicles)}}


def with_pictures(*items: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return gat1400_body(**facts, SubImageList={"SubImageInfoObject": list(items)})


def item(kind: str, data: bytes = OVERVIEW, **more: Any) -> dict[str, Any]:
    return {"Type": kind, "Data": as_text(data), **more}


def test_the_vehicle_is_named_by_its_own_identity():
    found = GAT1400.detect(gat1400_body())
    assert found.source_key == ("gat1400|SER-1|330101010012100000010220261118210633022060269899")
    assert (found.lane, found.plate_confidence) == (2, 970)
    assert found.char_confidences == (990, 980, 970)
    assert [image.role for image in found.images] == ["overview_1", "plate_crop"]
    nameless = GAT1400.detect(gat1400_body(identity=""))
    assert nameless.source_key.startswith("gat1400|SER-1|sha256:")


def test_character_confidences_never_carry_the_characters():
    odd = GAT1400.detect(gat1400_body(PlateCharReliability="苏-80,B--1,1-9999,x,7-300"))
    assert odd.char_confidences == (800, 10, 1000)


@pytest.mark.parametrize(
    ("code", "colour"),
    [
        ("2", "white"),
        ("4", "red"),
        ("5", "blue"),
        ("6", "yellow"),
        ("1", "unknown"),
        ("9", "unknown"),
        ("99", "unknown"),
    ],
)
def test_plate_colours_follow_the_table_of_the_standard(code, colour):
    assert GAT1400.detect(gat1400_body(PlateColor=code)).plate_colour == colour


@pytest.mark.parametrize(
    ("code", "vehicle_class"),
    [
        ("K11", "bus"),
        ("K33", "car"),
        ("H21", "truck"),
        ("Q11", "truck"),
        ("M15", "motorcycle"),
        ("M22", "moped"),
        ("T11", "tractor"),
        ("X99", "unknown"),
        ("1", "unknown"),
        ("", "unknown"),
    ],
)
def test_vehicle_classes_follow_their_first_letters(code, vehicle_class):
    assert GAT1400.detect(gat1400_body(VehicleClass=code)).vehicle_class == vehicle_class


@pytest.mark.parametrize(
    ("fields", "violation_type"),
    [
        ({"DrivingStatusCode": "1625"}, "red_light"),
        ({"DrivingStatusCode": "0001"}, None),
        ({"DrivingStatusCode": "01"}, None),
        ({"DrivingStatusCode": "1"}, None),
        ({"IllegalType": "1208", "DrivingStatusCode": "01"}, "wrong_lane"),
        ({"ViolateTypeGA": "1345"}, "lane_marking"),
        ({"IllegalType": "0"}, None),
        ({"IllegalType": "0000"}, None),
        ({"IllegalType": "7"}, "other"),
    ],
    ids=lambda value: str(value),
)
def test_the_code_of_the_act_is_looked_for_where_firmware_puts_it(fields, violation_type):
    assert GAT1400.detect(
        gat1400_body() if not fields else gat1400_body(**fields)
    ).violation_type == (violation_type)


def test_a_speed_is_whole_tenths_with_the_limit_beside_it():
    found = GAT1400.detect(gat1400_body(Speed=97.48, LimitSpeed=80))
    assert (found.speed_tenths, found.limit_tenths, found.speed_method) == (974, 800, None)


def test_the_time_of_passing_is_vietnamese_wall_time():
    found = GAT1400.detect(gat1400_body(PassTimeMills=250))
    assert found.time.occurred_at == HAPPENED + timedelta(milliseconds=250)
    assert (found.time.source_field, found.time.rule) == ("PassTime", "local+07:00")


@pytest.mark.parametrize(
    ("rule", "hours"), [("local+07:00", 0), ("offset_in_value", -1)], ids=["local", "believed"]
)
def test_a_china_zone_in_the_value_counts_only_when_the_profile_says_so(rule, hours):
    body = gat1400_body(PassTime="2026-11-18T21:06:33+08:00")
    found = GAT1400.detect(body, GAT1400.taught({"time_rule": rule}))
    assert found.time.occurred_at == HAPPENED + timedelta(hours=hours)
    assert found.time.offset_minutes == 480


def test_the_pictures_give_the_time_that_is_missing_or_contradict_it():
    found = GAT1400.detect(gat1400_body(PassTime="-"))
    assert (found.time.source_field, found.time.occurred_at) == ("ShotTime", HAPPENED)
    apart = GAT1400.detect(gat1400_body(PassTime="20261118210833"))
    assert "time_mismatch" in apart.warnings
    assert GAT1400.refuse(gat1400_body(PassTime="", SubImageList={})) == "time_missing"


def test_resent_data_are_marked_and_their_age_is_no_fault_of_the_clock():
    old = GAT1400.detect(gat1400_body(at=HAPPENED - timedelta(days=3), IfResend="1"))
    assert (old.time.late_reason, old.time.quality) == ("retransmission", "unknown")
    assert GAT1400.detect(gat1400_body(at=HAPPENED - timedelta(days=3))).time.quality == (
        "impossible"
    )


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        ({"PlateNo": "", "HasPlate": "0"}, "no_plate"),
        ({"PlateNo": "", "HasPlate": False}, "no_plate"),
        ({"PlateNo": "", "HasPlate": "1"}, "plate_unread"),
        ({"IsCovered": "1"}, "plate_obscured"),
        ({"IsCovered": True}, "plate_obscured"),
    ],
)
def test_a_plate_missing_or_covered_is_said(fields, warning):
    assert GAT1400.detect(gat1400_body(**fields)).warnings == (warning,)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("01", "overview_1"),
        ("1", "overview_1"),
        ("14", "overview_1"),
        ("02", "plate_crop"),
        ("04", "occupant"),
        ("11", "occupant"),
        ("07", "composite"),
        ("09", "vehicle_crop"),
        ("100", "context"),
        ("55", "context"),
    ],
)
def test_picture_types_have_their_meaning(kind, role):
    found = GAT1400.detect(with_pictures(item(kind)))
    assert [image.role for image in found.images] == [role]
    assert ("picture_type_unknown" in found.warnings) is (kind == "55")


@pytest.mark.parametrize(
    "fields",
    [
        {"SubImageList": {"SubImageInfoObject": [{"Type": "01", "StoragePath": "http://x/1.jpg"}]}},
        {"SubImageList": {}, "StorageUrl1": "9527/1.jpg"},
    ],
    ids=["listed", "stored"],
)
def test_pictures_by_address_are_never_fetched(fields):
    found = GAT1400.detect(gat1400_body(**fields))
    assert found.images == ()
    assert "picture_by_url" in found.warnings


def test_vehicle_and_plate_are_drawn_into_the_first_full_picture():
    corners = {
        "PlateNoLeftTopX": 360,
        "PlateNoLeftTopY": 250,
        "PlateNoRightBtmX": 424,
        "PlateNoRightBtmY": 268,
    }
    vehicle, plate = GAT1400.detect(gat1400_body(**corners)).images[0].boxes
    assert (vehicle.kind, vehicle.width, vehicle.height) == ("vehicle", 0.25, 0.25)
    assert (plate.kind, plate.width, plate.raw) == ("plate", 0.1, "360,250,424,268")
    unset = dict.fromkeys(("LeftTopX", "LeftTopY", "RightBtmX", "RightBtmY"), 0)
    assert GAT1400.detect(gat1400_body(**unset)).images[0].boxes == ()


def test_several_vehicles_in_one_post_are_several_events():
    body = listed(
        gat1400_vehicle(identity="A"),
        gat1400_vehicle(identity="B", plate="29X512345", VehicleClass="M11"),
        {"MotorVehicleID": "C"},
    )
    car, bike, timeless = GAT1400.adapter.parse(envelope(body), GAT1400.profile)
    assert (car.source_key, bike.source_key) == ("gat1400|SER-1|A", "gat1400|SER-1|B")
    assert (car.vehicle_class, bike.vehicle_class) == ("car", "motorcycle")
    assert isinstance(timeless, Rejected) and timeless.code == "time_missing"
    assert GAT1400.refuse(listed(*[{}] * 33)) == "too_many_parts"


def test_one_object_instead_of_a_list_counts_as_a_list_of_one():
    body = {"MotorVehicleListObject": {"MotorVehicleObject": gat1400_vehicle()}}
    assert GAT1400.detect(body).plate_raw == "30F25658"


def test_a_subscription_notification_brings_the_same_objects():
    note = {
        "NotificationID": "1",
        "TriggerTime": "20261118210635",
        "MotorVehicleObjectList": {"MotorVehicleObject": [gat1400_vehicle()]},
    }
    body = {"SubscribeNotificationListObject": {"SubscribeNotificationObject": [note]}}
    [found] = GAT1400.adapter.parse(envelope(body), GAT1400.profile)
    assert isinstance(found, ParsedDetection)
    assert found.source_key == GAT1400.detect(gat1400_body()).source_key


@pytest.mark.parametrize(
    "body",
    [
        {"RegisterObject": {"DeviceID": "65010000001190000001"}},
        {"KeepaliveObject": {"DeviceID": "65010000001190000001"}},
        {"UnRegisterObject": {"DeviceID": "65010000001190000001"}},
        {"FaceListObject": {"FaceObject": []}},
        {"MotorVehicleListObject": {"MotorVehicleObject": []}},
    ],
    ids=["register", "keepalive", "unregister", "faces", "no-vehicle"],
)
def test_what_brings_no_vehicle_is_a_sign_of_life(body):
    assert GAT1400.adapter.parse(envelope(body), GAT1400.profile) == [Heartbeat()]


@pytest.mark.parametrize("resource", ["Register", "Keepalive", "UnRegister"])
def test_the_system_resources_get_one_status(resource):
    path = f"{DOOR}/VIID/System/{resource}"
    reply = GAT1400.adapter.acknowledge("stored", receipt_id="r-1", path=path)
    status = json.loads(reply.body)["ResponseStatusObject"]
    assert status == {
        "RequestURL": f"/VIID/System/{resource}",
        "StatusCode": 0,
        "StatusString": "OK",
        "Id": "r-1",
    }
    assert reply.content_type == "application/VIID+JSON"


@pytest.mark.parametrize(
    ("address", "identity"),
    [
        ("/VIID/MotorVehicles", "r-1"),
        ("/VIID/MotorVehicles/330101?x=1", "330101"),
        ("/VIID/SubscribeNotifications", "r-1"),
        ("/", "r-1"),
    ],
)
def test_data_get_a_list_of_one_status_without_our_secret(address, identity):
    reply = GAT1400.adapter.acknowledge("duplicate", receipt_id="r-1", path=DOOR + address)
    [status] = json.loads(reply.body)["ResponseStatusListObject"]["ResponseStatusObject"]
    assert (status["StatusCode"], status["Id"]) == (0, identity)
    assert b"geheim" not in reply.body


@pytest.mark.parametrize(("outcome", "code"), [("full", 2), ("forbidden", 4), ("too_large", 4)])
def test_what_is_not_kept_has_another_status(outcome, code):
    reply = GAT1400.adapter.acknowledge(outcome, path=f"{DOOR}/VIID/System/Register")
    assert json.loads(reply.body)["ResponseStatusObject"]["StatusCode"] == code


@pytest.mark.django_db
def test_a_pushed_red_light_becomes_a_detection_an_officer_may_see():
    device = camera(adapter="gat1400")
    body = with_pictures(
        *(item("01", picture(f"gat {number}"), Width=1280, Height=720) for number in (1, 2, 3)),
        item("02", picture("gat plate", (160, 48))),
        at=AT - timedelta(seconds=2),
        code="1625",
    )
    sent = Push(json.dumps(body).encode(), {"Content-Type": "application/VIID+JSON"})
    delivery = read(device, sent)
    assert delivery.state == Delivery.State.PARSED, delivery.fault_code
    found = delivery.detections.get()
    assert (found.violation_type, found.plate_normalised) == ("red_light", "30F25658")
    assert (found.state, found.held_for) == (Detection.State.READY, [])
    assert found.evidence.count() == 4
    assert read(device, sent).state == Delivery.State.DUPLICATE
    alive = Push(b'{"KeepaliveObject": {"DeviceID": "1"}}', {})
    assert read(device, alive).state == Delivery.State.HEARTBEAT


@pytest.mark.django_db
def test_a_device_with_a_password_is_asked_for_it_before_it_may_register():
    secret = digest_ha1("cam", GAT1400.adapter.realm, "mat-khau-mau")
    device = camera(adapter="gat1400", credential=f"cam:{secret}")
    body = b'{"RegisterObject": {"DeviceID": "1"}}'
    reply = receive(device, Push(body)).reply
    assert reply.status == 401
    assert dict(reply.headers)["WWW-Authenticate"].startswith('Digest realm="intake"')
    token = base64.b64encode(b"cam:mat-khau-mau").decode()
    assert receive(device, Push(body, {"Authorization": f"Basic {token}"})).reply.status == 200


@pytest.mark.django_db
def test_two_vehicles_of_one_post_are_two_detections():
    device = camera(adapter="gat1400")
    at = AT - timedelta(seconds=2)

    def vehicle(identity: str, plate: str) -> dict[str, Any]:
        pictures = {"SubImageInfoObject": [item("01", picture(f"{identity} {n}")) for n in (1, 2)]}
        return gat1400_vehicle(
            at=at, identity=identity, plate=plate, code="1301", SubImageList=pictures
        )

    body = listed(vehicle("A", "30F25658"), vehicle("B", "30F25659"))
    delivery = read(device, Push(json.dumps(body).encode(), {}))
    plates = delivery.detections.order_by("source_key").values_list("plate_normalised", flat=True)
    assert list(plates) == ["30F25658", "30F25659"]
