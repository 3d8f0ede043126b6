"""Dahua pushes in all their shapes: what each says, and how it is answered."""

import hashlib
import json

import pytest

from cameras.adapters.contract import Heartbeat, ParsedDetection, RawEnvelope
from cameras.adapters.ranges import cut
from cameras.adapters.registry import adapter_for
from cameras.adapters.vocabulary import OUTCOMES
from cameras.models import Delivery
from tests.cameras import factories
from tests.cameras.dahua_bodies import (
    ADAPTER,
    CROP,
    LOCAL_UTC,
    OCCURRED,
    OVERVIEW,
    PROFILE,
    REAL_UTC,
    RECEIVED,
    SERIAL,
    VEHICLE,
    deliver,
    detect,
    event,
    event_data,
    jpeg,
    pic,
    refuse,
    rider,
    speeding,
    tollgate,
)

pytestmark = pytest.mark.gate


def test_the_itsapi_shape_is_a_passage_with_all_it_says():
    found = detect(tollgate())
    assert (found.kind, found.violation_type) == ("passage", None)
    assert found.time.occurred_at == OCCURRED
    assert (found.time.source_field, found.time.local_text) == (
        "AccurateTime",
        "2026-11-18 21:06:33.305",
    )
    assert (found.plate_raw, found.plate_colour, found.plate_confidence) == (
        "30F25658",
        "white",
        800,
    )
    assert (found.vehicle_class, found.vehicle_colour, found.vehicle_make) == ("car", "grey", "Mẫu")
    assert (found.lane, found.direction, found.group) == (1, "approaching", None)
    assert found.unknown_fields == 0


def test_pictures_are_cut_out_of_the_body_by_their_ranges():
    envelope = deliver(tollgate(VehiclePic=pic(VEHICLE, "vehicle.jpg")))
    [found] = ADAPTER.parse(envelope, PROFILE)
    assert isinstance(found, ParsedDetection)
    roles = {image.role: cut(envelope.body, image.where) for image in found.images}
    assert roles == {"overview_1": OVERVIEW, "plate_crop": CROP, "vehicle_crop": VEHICLE}
    assert [image.sha256 for image in found.images] == [
        hashlib.sha256(data).hexdigest() for data in (OVERVIEW, CROP, VEHICLE)
    ]


def test_several_scenes_are_numbered_and_the_fourth_is_surroundings():
    scenes = [pic(jpeg(colour), f"{colour}.jpg") for colour in ("red", "green", "blue", "black")]
    found = detect(tollgate(NormalPic=scenes, CutoutPic=None))
    assert [image.role for image in found.images] == [
        "overview_1",
        "overview_2",
        "overview_3",
        "context",
    ]


def test_further_pictures_are_kept_and_a_face_is_kept_out_of_sight():
    listed = [{"PicType": "NormalPic", **pic(OVERVIEW)}, {"PicType": "FacePic", **pic(VEHICLE)}]
    found = detect(tollgate(NormalPic=None, Pics=listed, CombinationPic=pic(jpeg("green"))))
    assert sorted(image.role for image in found.images) == [
        "context",
        "occupant",
        "overview_1",
        "plate_crop",
    ]
    assert "picture_type_unknown" in found.warnings


@pytest.mark.parametrize(
    ("corners", "profile", "box"),
    [
        ([2048, 4096, 3072, 4608], {}, (0.25, 0.5, 0.125, 0.0625)),
        ([250, 500, 375, 625], {"plate_box_unit": "per_mille"}, (0.25, 0.5, 0.125, 0.125)),
        (["0.25", "0.5", "0.75", "1"], {"plate_box_unit": "unit"}, (0.25, 0.5, 0.5, 0.5)),
    ],
    ids=["of 8192", "per mille", "shares"],
)
def test_boxes_are_corners_of_the_scene_in_the_unit_of_the_profile(corners, profile, box):
    found = detect(tollgate(plate={"BoundingBox": corners}), ADAPTER.profile(SERIAL, profile))
    [plate] = found.images[0].boxes
    assert (plate.kind, plate.x, plate.y, plate.width, plate.height) == ("plate", *box)
    assert plate.raw == ",".join(str(corner) for corner in corners)
    assert found.images[1].boxes == ()


@pytest.mark.parametrize(
    ("written", "scale", "per_mille"),
    [(160, "byte", 627), (255, "byte", 1000), (87, "percent", 870), ("0.87", "unit", 870)],
)
def test_confidence_is_scaled_by_the_profile(written, scale, per_mille):
    profile = ADAPTER.profile(SERIAL, {"confidence_scale": scale})
    found = detect(tollgate(plate={"Confidence": written}), profile)
    assert found.plate_confidence == per_mille


SHAPES = {
    "code and data at the root": lambda event: event,
    "fields beside the code": lambda event: {"Code": event["Code"], **event["Data"]},
    "Events with EventBaseInfo": lambda event: {
        "Events": [{"EventBaseInfo": {"Code": event["Code"], "Index": 0}, **event["Data"]}]
    },
    "a notification of RPC2": lambda event: {
        "method": "client.notifyEventStream",
        "params": {"SID": 513, "eventList": [event]},
    },
    "a list around it": lambda event: [event],
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_an_event_says_the_same_in_every_shape(shape):
    found = detect(shape(speeding()))
    assert (found.kind, found.violation_type) == ("violation_candidate", "speed_over")
    assert (found.speed_tenths, found.limit_tenths, found.speed_method) == (830, 700, "radar")
    assert found.time.occurred_at == OCCURRED
    assert (found.plate_raw, found.plate_confidence) == ("30F25658", 627)
    assert (found.lane, found.direction, found.vehicle_class) == (2, "receding", "car")
    assert found.group is not None
    assert (found.group.key, found.group.index, found.group.count) == ("175706653", 1, 3)
    assert found.source_key == f"dahua-itsapi|{SERIAL}|175706653-1-{REAL_UTC}-TrafficOverSpeed"
    assert [box.kind for box in found.images[0].boxes] == ["plate", "vehicle"]
    assert found.unknown_fields == 0
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("name", "code", "violation"),
    [
        ("TrafficOverSpeed1", "", "speed_over"),
        ("TrafficUnderSpeed", "", "speed_under"),
        ("TrafficJunction", "1625", "red_light"),
        ("TrafficJunction", "0x100", "red_light"),
        ("TrafficJunction", "0x00000100", "red_light"),
        ("TrafficJunction", "0x10A", "lane_marking"),
        ("0x106", "", "speed_over"),
        ("TrafficRetrograde", "1301", "wrong_way"),
        ("TrafficOverline", "", "lane_marking"),
        ("TrafficParking2", "", "illegal_stop_parking"),
        ("TrafficWithoutSafeBelt", "", "no_seat_belt"),
        ("TrafficDriverCalling", "", "phone_use"),
        ("TrafficNonMotorWithoutSafehat", "", "no_helmet"),
        ("TrafficNonMotorOverload", "", "riders_over_limit"),
        ("TrafficNonMotorHoldUmbrella", "", "umbrella_use"),
        ("TrafficJunction", "", None),
        ("TrafficTollGate", "0", None),
        ("TrafficVehiclePosition", "", None),
    ],
)
def test_codes_and_names_mean_violations_or_none(name, code, violation):
    found = detect(event(name, car={"ViolationCode": code}))
    assert found.violation_type == violation
    assert found.kind == ("violation_candidate" if violation else "passage")
    assert not {"code_unknown", "codes_differ"} & set(found.warnings)


def test_an_unknown_code_is_kept_as_other_and_the_profile_can_teach_it():
    message = event(car={"ViolationCode": "7045"})
    found = detect(message)
    assert (found.violation_type, found.vendor_code) == ("other", "7045")
    assert "code_unknown" in found.warnings
    taught = ADAPTER.profile(SERIAL, {"code_map": {"7045": "bus_lane"}})
    assert detect(message, taught).violation_type == "bus_lane"
    assert detect(event("TrafficDriverSmoking")).violation_type == "other"


def test_two_codes_that_mean_two_violations_are_held():
    found = detect(event("TrafficOverSpeed", car={"ViolationCode": "1625"}))
    assert found.violation_type == "red_light"
    assert "codes_differ" in found.warnings


def test_how_long_the_light_was_red_is_counted_in_the_persons_favour():
    message = event(car={"ViolationCode": "1625"}, RedLightUTC=LOCAL_UTC - 3, LightState=2)
    found = detect(message)
    # Red since 30.000 to 30.999, the line crossed at 33.305: at least 2.306 s.
    assert found.red_since_ms == 2306
    assert "signal_not_red" not in found.warnings


@pytest.mark.parametrize(
    "signal",
    [{"LightState": 1}, {"LightState": 3}, {"LightState": "Green"}, {"RedLightUTC": LOCAL_UTC + 2}],
    ids=["green", "yellow", "green in words", "red only afterwards"],
)
def test_a_light_that_was_not_red_is_said(signal):
    found = detect(event(car={"ViolationCode": "1625"}, **signal))
    assert "signal_not_red" in found.warnings
    assert found.red_since_ms is None


def test_belts_riders_and_weight_go_into_the_canonical_event():
    seats = [{"Type": "Main", "SafeBelt": "WithoutSafeBelt", "Status": ["Calling"]}]
    scale = {"TotalWeight": 32000, "LimitWeight": 24000, "AxleWeightInfo": [8000, 12000, 12000]}
    found = detect(event(CommInfo={"Seat": seats}, CarWeightInfo=scale))
    assert found.details == {
        "occupants": {"belt_driver": "no", "phone": "yes"},
        "weight": {"total_kg": 32000, "limit_kg": 24000, "axle_kg": [8000, 12000, 12000]},
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("KeepAlive", {"Active": "keepAlive", "DeviceID": SERIAL}),
        ("keepalive", {}),
        ("KeepAlive", b""),
        ("KeepAlive?n=1", b"not json"),
        ("DeviceInfo", {"DeviceInfo": {"DeviceID": SERIAL, "SoftwareVersion": "1.2.3"}}),
        ("Other", {"Active": "keepAlive"}),
    ],
)
def test_signs_of_life_are_heartbeats(path, body):
    [found] = ADAPTER.parse(deliver(body, to=path), PROFILE)
    assert isinstance(found, Heartbeat)


def test_a_heartbeat_brings_the_devices_own_clock_and_firmware():
    body = {"DeviceInfo": {"SoftwareVersion": "1.2.3"}, "Time": "2026-11-18 21:06:58"}
    [found] = ADAPTER.parse(deliver(body, to="DeviceInfo"), PROFILE)
    assert isinstance(found, Heartbeat)
    assert found.facts == {"firmware": "1.2.3"}
    assert found.device_at is not None
    assert (RECEIVED - found.device_at).total_seconds() == 2


def test_an_event_on_the_path_of_signs_of_life_is_not_lost():
    assert detect(speeding(), to="KeepAlive").violation_type == "speed_over"


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
def test_the_answer_ends_the_repeating_whenever_the_bytes_are_kept(outcome):
    refusals = {"forbidden": 403, "unauthenticated": 403, "too_large": 413, "full": 503}
    reply = ADAPTER.acknowledge(outcome, path="/NotificationInfo/KeepAlive")
    assert reply.status == refusals.get(outcome, 200)
    assert reply.content_type == "application/json"
    if outcome not in refusals:
        assert reply.body == b'{"Result": true}'
    else:
        assert json.loads(reply.body) == {"Result": False}


def test_an_unknown_outcome_is_a_slip_of_ours():
    with pytest.raises(ValueError, match="unknown outcome"):
        ADAPTER.acknowledge("thanks")


@pytest.mark.parametrize(
    ("message", "to", "code"),
    [
        ({"Picture": {}}, "TollgateInfo", "event_empty"),
        ({}, "TollgateInfo", "event_empty"),
        ({"Code": "TrafficOverSpeed", "Data": {"UTC": LOCAL_UTC}}, "TollgateInfo", "event_empty"),
        ({"hello": 1}, "Other", "message_unknown"),
        ([], "TollgateInfo", "json_malformed"),
        (b"{", "TollgateInfo", "json_malformed"),
        (b"", "TollgateInfo", "json_empty"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, "TollgateInfo", "json_too_deep"),
    ],
)
def test_what_is_no_event_is_put_aside_under_a_code(message, to, code):
    assert refuse(message, to=to) == code


@pytest.mark.parametrize("code", ["TrafficVehiclePosition", "TrafficManualSnap", "VideoMotion"])
def test_an_event_without_a_vehicle_is_a_sign_of_life(code):
    [found] = ADAPTER.parse(deliver({"Code": code, "Data": {"UTC": LOCAL_UTC}}), PROFILE)
    assert isinstance(found, Heartbeat)


@pytest.mark.parametrize("code", ["TrafficJam", "TrafficFlowStat", "TrafficPedestrain1"])
def test_what_is_said_of_the_road_or_of_a_pedestrian_accuses_no_driver(code):
    data = {"UTC": LOCAL_UTC, "JamLenght": 55, "Vehicle": {"Category": "Unknow"}}
    [found] = ADAPTER.parse(deliver({"Code": code, "Data": data}), PROFILE)
    assert isinstance(found, Heartbeat)


def test_the_end_of_an_event_is_not_a_second_one_unless_it_brings_a_picture():
    ended = {**event("TrafficParking", NormalPic=None), "Action": "Stop"}
    [found] = ADAPTER.parse(deliver(ended), PROFILE)
    assert isinstance(found, Heartbeat)
    shown = detect({**event("TrafficParking"), "Action": "Stop"})
    assert shown.violation_type == "illegal_stop_parking"


def test_the_registered_device_chooses_this_adapter():
    assert adapter_for("dahua-itsapi") is not None
    assert type(adapter_for("dahua-itsapi")) is type(ADAPTER)


@pytest.mark.django_db
def test_a_good_push_goes_from_the_door_to_a_detection_with_its_pictures():
    device = factories.camera("DH-01", adapter="dahua-itsapi")
    real = int(factories.AT.timestamp()) - 2
    scene = factories.picture("scene")
    data = event_data(
        car={"Speed": 83, "MachineName": device.serial},
        Speed=83,
        RealUTC=real,
        UTC=real + 25200,
        UTCMS=0,
        LocaleTime=None,
        CountInGroup=1,
        NormalPic=pic(scene),
        NonMotor=None,
    )
    body = json.dumps({"Code": "TrafficOverSpeed1", "Data": data}).encode()
    push = factories.Push(body, {"Content-Type": "application/json"})
    answer = factories.receive(device, push)
    assert (answer.reply.status, answer.reply.body) == (200, b'{"Result": true}')
    detection = factories.detected(device, push)
    assert (detection.violation_type, detection.plate_normalised) == ("speed_over", "30F25658")
    assert (detection.speed_tenths, detection.limit_tenths) == (830, 700)
    assert (detection.state, detection.held_for) == ("ready", [])
    assert detection.canonical["time"]["rule"] == "dahua_realutc"
    [evidence] = detection.evidence.all()
    assert (evidence.role, evidence.sha256) == ("overview_1", hashlib.sha256(scene).hexdigest())
    again = factories.read(device, push)
    assert again.state == Delivery.State.DUPLICATE


@pytest.mark.django_db
def test_over_http_the_answer_is_exactly_what_the_camera_waits_for(client):
    device = factories.camera("DH-04", adapter="dahua-itsapi")
    path = f"/api/intake/dahua/{device.path_token}/NotificationInfo/KeepAlive"
    answer = client.post(path, data=b'{"Active": "keepAlive"}', content_type="application/json")
    assert (answer.status_code, answer.content) == (200, b'{"Result": true}')
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.django_db
def test_two_different_speeds_hold_the_detection():
    device = factories.camera("DH-02", adapter="dahua-itsapi")
    real = int(factories.AT.timestamp()) - 2
    data = event_data(
        car={"Speed": 80, "MachineName": device.serial},
        Speed=94,
        RealUTC=real,
        UTC=real + 25200,
        LocaleTime=None,
        CountInGroup=1,
        NormalPic=pic(factories.picture("scene")),
    )
    body = json.dumps({"Code": "TrafficOverSpeed", "Data": data}).encode()
    detection = factories.detected(device, factories.Push(body))
    assert detection.held_for == [{"code": "speed_differs"}]


def test_a_rider_in_the_form_of_a_second_object_is_read_once():
    """The real capture: NonMotor, Vehicle and TrafficCar tell of one and the same tricycle."""
    box = [2352, 72, 3856, 2120]
    message = event(
        car={"PlateNumber": None, "VehicleBoundingBox": box, "BoundingBox": [0, 0, 0, 0]},
        Object={"ObjectType": "Plate", "Text": "", "Confidence": 0, "BoundingBox": [0, 0, 0, 0]},
        Vehicle={"ObjectType": "NonMotor", "ObjectID": 5995, "BoundingBox": box},
        NonMotor=rider(ObjectID=5995, BoundingBox=box, Plate={"Text": ""}),
    )
    found = detect(message)
    assert (found.vehicle_class, found.plate_raw) == ("motorcycle", "")
    assert found.details["occupants"] == {"riders": 2}
    assert "plate_unread" in found.warnings


def test_an_envelope_with_another_prefix_before_the_path_is_read():
    message = json.dumps(tollgate()).encode()
    envelope = RawEnvelope((), message, RECEIVED, "/x/NOTIFICATIONINFO/tollgateinfo/", "POST")
    [found] = ADAPTER.parse(envelope, PROFILE)
    assert isinstance(found, ParsedDetection)
