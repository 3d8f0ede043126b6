"""Which vehicle a Dahua event means, told once or twice, and which way it goes."""

import pytest

from cameras.adapters.contract import ParsedDetection
from tests.cameras.dahua_bodies import (
    ADAPTER,
    LOCAL_UTC,
    OVERVIEW,
    PROFILE,
    REAL_UTC,
    SERIAL,
    VEHICLE,
    deliver,
    detect,
    event,
    jpeg,
    pic,
    rider,
    speeding,
    tollgate,
)

pytestmark = pytest.mark.gate

RIDERS_BOX = rider()["BoundingBox"]
NO_CAR = {"PlateNumber": None, "PlateColor": None}
NO_PLATE = {"ObjectType": "Plate", "Text": ""}

#: One rider told twice, and the one thing by which that is seen.
TOLD_TWICE = {
    "the kind of object": {"Vehicle": {"ObjectType": "NonMotor", "Category": "Unknown"}},
    "the number of the object": {"Vehicle": {"ObjectID": 77, "Category": "Car"}},
    "the same box": {"Vehicle": {"Category": "Car", "BoundingBox": RIDERS_BOX}},
}


@pytest.mark.parametrize("changes", TOLD_TWICE.values(), ids=TOLD_TWICE)
def test_a_rider_told_twice_is_one_road_user(changes):
    found = detect(event(car=NO_CAR, Object=NO_PLATE, NonMotor=rider(), **changes))
    assert (found.plate_raw, found.vehicle_class) == ("29B112345", "motorcycle")
    assert "plates_differ" not in found.warnings


def test_the_same_plate_beside_two_objects_is_one_road_user():
    found = detect(event(car={"PlateNumber": "29-B1 123.45"}, Object=None, NonMotor=rider()))
    assert (found.plate_raw, found.vehicle_class) == ("29B112345", "motorcycle")


@pytest.mark.parametrize(
    "vehicle",
    [None, {"ObjectType": "Vehicle", "Category": "Motorcycle", "BoundingBox": [1, 2, 3, 4]}],
    ids=["no vehicle to carry it", "a vehicle on two wheels"],
)
def test_a_plate_beside_a_rider_without_one_is_the_riders(vehicle):
    message = event(NonMotor=rider(Plate={"Text": ""}), Vehicle=vehicle)
    found = detect(message)
    assert (found.plate_raw, found.vehicle_class) == ("30F25658", "motorcycle")


def test_a_car_beside_a_rider_without_a_plate_keeps_its_own():
    found = ADAPTER.parse(deliver(event(NonMotor=rider(Plate={"Text": ""}))), PROFILE)
    assert [(item.plate_raw, item.vehicle_class) for item in found] == [
        ("30F25658", "car"),
        ("", "motorcycle"),
    ]


@pytest.mark.parametrize(
    ("plate", "category", "vehicle_class"),
    [
        ("29B112345", "Motorcycle", "motorcycle"),
        ("29B112345", "", "motorcycle"),
        ("", "", "unknown"),
        ("", "Bicycle", "bicycle"),
        ("", "NoMannedConvertibleTricycle", "unknown"),
    ],
)
def test_what_dahua_calls_nonmotor_is_a_motorcycle_if_it_bears_a_plate(
    plate, category, vehicle_class
):
    alone = rider(Category=category, Plate={"Text": plate})
    found = detect(event(car=NO_CAR, Object=NO_PLATE, Vehicle=None, NonMotor=alone))
    assert found.vehicle_class == vehicle_class


def test_each_event_of_a_list_takes_the_picture_at_its_place():
    message = {
        "Events": [speeding(NormalPic=None), speeding(NormalPic=None, IndexInGroup=2)],
        "Picture": [{"NormalPic": pic(OVERVIEW)}, {"NormalPic": pic(VEHICLE)}],
    }
    first, second = ADAPTER.parse(deliver(message), PROFILE)
    assert isinstance(first, ParsedDetection) and isinstance(second, ParsedDetection)
    assert [len(first.images), len(second.images)] == [1, 1]
    assert first.images[0].sha256 != second.images[0].sha256


def test_several_pictures_of_the_itsapi_shape_are_several_passages():
    other = tollgate(plate={"PlateNumber": "29B112345"}, NormalPic=pic(jpeg("green")))
    message = {"Picture": [tollgate()["Picture"], other["Picture"]]}
    found = ADAPTER.parse(deliver(message), PROFILE)
    assert [item.plate_raw for item in found] == ["30F25658", "29B112345"]
    assert [len(item.images) for item in found] == [2, 2]


@pytest.mark.parametrize(
    ("fields", "car", "direction"),
    [
        ({}, {"DrivingDirection": ["Approach", "", ""]}, "approaching"),
        ({"VehicleDirection": "Tail"}, {"DrivingDirection": ["Approach", "", ""]}, "approaching"),
        ({"VehicleDirection": "Head"}, {}, "approaching"),
        ({"VehicleDirection": "VehBodySide"}, {}, "receding"),
        ({}, {"DrivingDirection": ["Unknow"]}, "receding"),
        ({"JunctionDirection": None}, {"Direction": 4}, "unknown"),
    ],
)
def test_the_movement_that_was_seen_goes_before_the_word_of_the_installation(
    fields, car, direction
):
    assert detect(event(car=car, **fields)).direction == direction


def test_boxes_belong_to_the_first_scene_and_the_installations_to_each():
    line = {"kind": "line", "x": 0.1, "y": 0.6, "width": 0.8, "height": 0.01}
    profile = ADAPTER.profile(SERIAL, {"fixed_boxes": [line]})
    found = detect(tollgate(NormalPic=[pic(OVERVIEW), pic(VEHICLE)]), profile)
    assert [[box.kind for box in image.boxes] for image in found.images] == [
        ["plate", "line"],
        ["line"],
        [],
    ]


def test_a_device_that_claims_utc_twice_is_in_no_zone_we_know():
    """Fresh it would show by its age; a late one shows only by the two being the same."""
    profile = ADAPTER.profile(SERIAL, {"time_rule": "dahua_utc_is_local"})
    late = REAL_UTC - 3 * 3600
    found = detect(event(RealUTC=late, UTC=late, LocaleTime=None), profile)
    assert "zone_unclear" in found.warnings
    alone = detect(event(RealUTC=None, UTC=LOCAL_UTC - 3 * 3600, LocaleTime=None), profile)
    assert "zone_unclear" not in alone.warnings
