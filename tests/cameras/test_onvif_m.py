"""ONVIF Profile M: frames, events about them, the JSON of the same, and the traps in all three."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from cameras.adapters.contract import Heartbeat
from cameras.adapters.ranges import cut
from tests.cameras import factories
from tests.cameras.hikvision_bodies import jpeg
from tests.cameras.onvif_bodies import (
    ADAPTER,
    CAR,
    CROP,
    LPR,
    PLATE_ITEM,
    PROFILE,
    SCENE,
    TRANSFORMATION,
    VEHICLE_INFO,
    box,
    detect,
    envelope,
    frame,
    notification,
    notify,
    plate_info,
    spoken,
    stream,
    text_of,
    thing,
)

pytestmark = pytest.mark.gate

CUT_OUT = f"<tt:Image>{text_of(CROP)}</tt:Image>"
RED_LIGHT = ADAPTER.profile("ONV-0001", {"code_map": {"RedLight-1": "red_light"}})


def test_a_plate_in_a_frame_is_a_passage_with_its_scene():
    body = stream(frame())
    found = detect(body)
    assert (found.kind, found.violation_type, found.vendor_code) == ("passage", None, "Lane 2")
    assert (found.plate_raw, found.plate_confidence) == ("30F-256.58", 912)
    assert (found.vehicle_class, found.vehicle_make, found.vehicle_colour) == (
        "car",
        "Toyota",
        "red",
    )
    assert found.time.occurred_at == datetime(2026, 11, 18, 14, 6, 33, 480000, tzinfo=UTC)
    assert (found.time.source_field, found.time.offset_minutes) == ("UtcTime", 0)
    assert (found.warnings, found.unknown_fields) == ((), 0)
    [picture] = found.images
    assert (picture.role, picture.captured_local) == ("overview_1", "2026-11-18T14:06:33.480Z")
    assert cut(body, picture.where) == SCENE
    assert picture.sha256 == hashlib.sha256(SCENE).hexdigest()


def test_a_speed_in_metres_per_second_is_cut_to_tenths_and_only_an_estimate():
    found = detect(stream(frame()))
    assert (found.speed_tenths, found.speed_method) == (609, "video_estimate")
    in_kmh = ADAPTER.profile("ONV-0001", {"speed_unit": "kmh"})
    assert detect(stream(frame()), in_kmh).speed_tenths == 169


@pytest.mark.parametrize(
    ("before", "edges", "shares"),
    [
        ("", ("-0.5", "0.5", "0.5", "-0.5"), (0.25, 0.25, 0.5, 0.5)),
        ("", ("-1", "1", "0", "0.5"), (0.0, 0.0, 0.5, 0.25)),
        (TRANSFORMATION, ("80", "180", "240", "60"), (0.25, 0.25, 0.5, 0.5)),
        (
            '<tt:Transformation><tt:Translate x="-1" y="1"/><tt:Scale x="0.00625" y="-0.00833333"/>'
            "</tt:Transformation>",
            ("80", "60", "240", "180"),
            (0.25, 0.25, 0.5, 0.5),
        ),
    ],
    ids=["normalised", "the upper left", "pixels from below", "pixels from above"],
)
def test_boxes_become_shares_from_the_upper_left_corner(before, edges, shares):
    body = stream(frame(thing(1, box(*edges) + VEHICLE_INFO + plate_info()), before=before))
    [area] = detect(body).images[0].boxes
    assert area.kind == "vehicle"
    assert (area.x, area.y, area.width, area.height) == pytest.approx(shares, abs=0.001)
    assert area.raw == ",".join(edges)


@pytest.mark.parametrize(
    ("edges", "warning"),
    [
        (("0.5", "0.5", "2.5", "-0.5"), "box_outside_picture"),
        (("0.5", "0.5", "0.5", "-0.5"), "box_outside_picture"),
        (("nan", "0.5", "0.5", "-0.5"), "box_unreadable"),
        (("-", "0.5", "0.5", "-0.5"), "box_unreadable"),
    ],
)
def test_a_box_that_cannot_be_is_left_out(edges, warning):
    found = detect(stream(frame(thing(1, box(*edges) + plate_info()))))
    assert found.images[0].boxes == ()
    assert warning in found.warnings


def test_a_plate_object_brings_its_vehicle_along():
    kind = "<tt:Class><tt:Type>{}</tt:Type></tt:Class>"
    vehicle = thing(
        12, box("-0.5", "0.5", "0.5", "-0.5") + kind.format("Vehicle") + VEHICLE_INFO, speed="10"
    )
    plate = thing(
        14,
        box("-0.1", "-0.1", "0.1", "-0.2") + kind.format("LicensePlate") + plate_info() + CUT_OUT,
        parent=12,
    )
    found = detect(stream(frame(vehicle + plate)))
    assert (found.vehicle_class, found.speed_tenths) == ("car", 360)
    assert [image.role for image in found.images] == ["overview_1", "plate_crop"]
    assert [area.kind for area in found.images[0].boxes] == ["vehicle", "plate"]


def test_a_vehicle_followed_through_three_frames_is_one_event_with_three_scenes():
    frames = "".join(
        frame(utc=f"2026-11-18T14:06:3{n}Z", scene=text_of(jpeg(colour)))
        for n, colour in ((3, "red"), (4, "green"), (5, "blue"))
    )
    found = detect(stream(frames))
    assert [image.role for image in found.images] == ["overview_1", "overview_2", "overview_3"]
    assert found.time.occurred_at.second == 33


def test_two_road_users_in_one_frame_are_two_detections():
    bike = thing(13, box("0.6", "0", "0.8", "-0.5") + plate_info("29-B1 123.45"))
    first, second = ADAPTER.parse(envelope(stream(frame(CAR + bike))), PROFILE)
    assert [found.plate_raw for found in (first, second)] == ["30F-256.58", "29-B1 123.45"]
    assert first.images[0].sha256 == second.images[0].sha256
    assert first.source_key != second.source_key


def test_a_rule_about_a_vehicle_in_a_frame_is_the_violation_of_that_vehicle():
    key = '<tt:Key><tt:SimpleItem Name="ObjectId" Value="12"/></tt:Key>'
    event = notification(
        topic="tns1:RuleEngine/LineDetector/Crossed", rule="RedLight-1", key=key,
        utc="2026-11-18T14:06:33.600Z",
    )  # fmt: skip
    found = detect(stream(frame(), event), RED_LIGHT)
    assert (found.kind, found.violation_type) == ("violation_candidate", "red_light")
    assert (found.vendor_code, found.plate_raw) == ("RedLight-1", "30F-256.58")
    assert found.time.occurred_at.microsecond == 600000
    assert [image.role for image in found.images] == ["overview_1"]


@pytest.mark.parametrize(
    "code", ["LPR-1", LPR, "RuleEngine/Recognition/LicensePlate"],
    ids=["the rule", "the topic", "the topic without its prefix"],
)  # fmt: skip
def test_a_recognition_event_means_what_the_profile_says(code):
    body = notify(notification(data=PLATE_ITEM))
    assert detect(body).kind == "passage"
    found = detect(body, ADAPTER.profile("ONV-0001", {"code_map": {code: "bus_lane"}}))
    assert (found.violation_type, found.vendor_code) == ("bus_lane", code)
    assert (found.plate_raw, found.plate_confidence) == ("30F-256.58", 912)


def test_a_plate_in_simple_items_is_read_with_the_picture_beside_it():
    data = (
        '<tt:SimpleItem Name="PlateNumber" Value="30F25658"/>'
        '<tt:SimpleItem Name="Likelihood" Value="0.87"/>'
        f'<tt:SimpleItem Name="PlateImage" Value="{text_of(CROP)}"/>'
        f'<tt:SimpleItem Name="SceneImage" Value="{text_of(SCENE)}"/>'
    )
    body = notify(notification(data=data))
    found = detect(body)
    assert (found.plate_raw, found.plate_confidence) == ("30F25658", 870)
    assert {image.role: cut(body, image.where) for image in found.images} == {
        "plate_crop": CROP,
        "overview_1": SCENE,
    }


def test_the_json_form_is_read_the_same():
    body = spoken(SceneImage=text_of(SCENE)).replace(b"/", b"\\/")
    found = detect(body, ADAPTER.profile("ONV-0001", {"code_map": {"LPR-1": "no_helmet"}}))
    assert (found.violation_type, found.vehicle_class) == ("no_helmet", "motorcycle")
    assert (found.plate_raw, found.plate_confidence) == ("30F25658", 920)
    [picture] = found.images
    assert (picture.role, cut(body, picture.where)) == ("overview_1", SCENE)


def test_the_json_of_a_frame_is_read_the_same():
    said = {
        "Frame": {
            "@UtcTime": "2026-11-18T14:06:33.480Z",
            "Object": [
                {"@ObjectId": 1, "Appearance": {"LicensePlateInfo": {"PlateNumber": "30F25658"}}},
                {"@ObjectId": 2, "Appearance": {"LicensePlateInfo": {"PlateNumber": "51F12345"}}},
            ],
        }
    }
    found = ADAPTER.parse(envelope(json.dumps(said).encode()), PROFILE)
    assert [one.plate_raw for one in found] == ["30F25658", "51F12345"]
    assert found[0].plate_confidence is None


@pytest.mark.parametrize(
    ("utc", "rule", "hour", "warnings"),
    [
        ("2026-11-18T14:06:33", "offset_in_value", 14, {"offset_missing"}),
        ("2026-11-18T21:06:33+08:00", "offset_in_value", 13, set()),
        ("2026-11-18T21:06:33Z", "local+07:00", 14, set()),
        ("2026-11-18T21:06:33+08:00", "local+07:00", 14, {"offset_ignored"}),
        ("2034-01-01T08:00:00Z", "offset_in_value", 8, {"clock_impossible"}),
    ],
)
def test_which_moment_is_claimed(utc, rule, hour, warnings):
    found = detect(stream(frame(utc=utc)), ADAPTER.profile("ONV-0001", {"time_rule": rule}))
    assert found.time.occurred_at.hour == hour
    assert set(found.warnings) == warnings


def test_the_state_at_the_time_of_subscribing_is_old_but_no_fault_of_the_clock():
    event = notification(data=PLATE_ITEM, operation="Initialized", utc="2026-11-10T14:06:33Z")
    found = detect(notify(event))
    assert (found.time.late_reason, found.time.quality) == ("history_upload", "unknown")


@pytest.mark.parametrize(
    "body",
    [
        stream(frame(thing(1, VEHICLE_INFO))),
        stream(frame("")),
        stream(frame(thing(1, plate_info("-")))),
        notify(notification(data=PLATE_ITEM, operation="Deleted")),
        notify(
            notification(
                topic="tns1:RuleEngine/CellMotionDetector/Motion",
                data='<tt:SimpleItem Name="IsMotion" Value="true"/>',
            )
        ),
    ],
    ids=["a vehicle without a plate", "an empty frame", "a dash", "a state ended", "motion"],
)
def test_what_is_no_plate_shows_that_the_device_is_alive(body):
    assert ADAPTER.parse(envelope(body), PROFILE) == [Heartbeat()]


@pytest.mark.django_db
def test_a_rule_of_a_camera_with_a_task_becomes_a_detection():
    device = factories.camera(
        "ONV-01", adapter="onvif-m", profile={"code_map": {"RedLight-1": "red_light"}}
    )
    at = factories.AT - timedelta(seconds=2)
    utc = f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
    frames = "".join(
        frame(
            thing(
                12, box(f"-0.{5 - n}", "0.5", "0.5", f"-0.{5 - n}") + VEHICLE_INFO + plate_info()
            ),
            utc=utc,
            scene=text_of(data),
        )
        for n, data in enumerate(factories.three_pictures("onvif"))
    )
    key = '<tt:Key><tt:SimpleItem Name="ObjectId" Value="12"/></tt:Key>'
    body = stream(frames, notification(topic="tns1:X/Y", rule="RedLight-1", key=key, utc=utc))
    push = factories.Push(body, {"Content-Type": "application/xml"})
    detection = factories.detected(device, push)
    assert (detection.violation_type, detection.plate_normalised) == ("red_light", "30F25658")
    assert [file.role for file in detection.evidence.order_by("position")] == [
        "overview_1",
        "overview_2",
        "overview_3",
    ]
    assert (detection.state, detection.held_for) == ("ready", [])
