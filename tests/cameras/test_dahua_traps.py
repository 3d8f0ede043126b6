"""Traps in Dahua pushes: UTC that is none, two speeds, two road users, hostile and damaged bodies."""

from datetime import UTC, datetime, timedelta

import pytest

from cameras.adapters.contract import ParsedDetection, Rejected
from cameras.gates import HELD_WARNINGS, sentence
from tests.cameras.dahua_bodies import (
    ADAPTER,
    CROP,
    LOCAL_UTC,
    OCCURRED,
    PROFILE,
    REAL_UTC,
    SERIAL,
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

HOUR = 3600
WHOLE = OCCURRED.replace(microsecond=0)


def at(second: float) -> datetime:
    return WHOLE + timedelta(seconds=second)


#: The figures a message bears, the rule of its profile, the moment meant, and what is doubtful.
TIMES = {
    "the real capture: UTC is RealUTC and seven hours": (
        {"RealUTC": 1706600095, "UTC": 1706625295, "UTCMS": 305, "LocaleTime": "2024-01-30 14:34:55"},
        "dahua_realutc",
        datetime(2024, 1, 30, 7, 34, 55, 305000, tzinfo=UTC),
        {"clock_impossible"},
    ),
    "both, in Viet Nam": (
        {"RealUTC": REAL_UTC, "UTC": LOCAL_UTC, "UTCMS": 305},
        "dahua_realutc",
        at(0.305),
        set(),
    ),
    "both, and the other rule": (
        {"RealUTC": REAL_UTC, "UTC": LOCAL_UTC, "UTCMS": 305},
        "dahua_utc_is_local",
        at(0.305),
        set(),
    ),
    "milliseconds of its own": (
        {"RealUTC": REAL_UTC, "RealUTCMS": 40, "UTCMS": 305},
        "dahua_realutc",
        at(0.04),
        set(),
    ),
    "milliseconds inside": ({"RealUTC": f"{REAL_UTC}305"}, "dahua_realutc", at(0.305), set()),
    "a fraction": ({"RealUTC": REAL_UTC + 0.5}, "dahua_realutc", at(0.5), set()),
    "only UTC": ({"UTC": LOCAL_UTC}, "dahua_utc_is_local", at(0), set()),
    "only UTC, where RealUTC is the rule": (
        {"UTC": LOCAL_UTC},
        "dahua_realutc",
        at(0),
        {"time_by_other_field"},
    ),
    "RealUTC not set": (
        {"RealUTC": 0, "UTC": LOCAL_UTC, "LocaleTime": "2026-11-18 21:06:33"},
        "dahua_realutc",
        at(0),
        {"time_by_other_field"},
    ),
    "UTC that is true after all arrives seven hours old": (
        {"UTC": REAL_UTC},
        "dahua_utc_is_local",
        at(-7 * HOUR),
        {"zone_unclear"},
    ),
    "both the same": ({"RealUTC": REAL_UTC, "UTC": REAL_UTC}, "dahua_realutc", at(0), set()),
    "both the same, and the other rule": (
        {"RealUTC": REAL_UTC, "UTC": REAL_UTC},
        "dahua_utc_is_local",
        at(-7 * HOUR),
        {"zone_unclear"},
    ),
    "a device left in China": (
        {"RealUTC": REAL_UTC, "UTC": REAL_UTC + 8 * HOUR},
        "dahua_realutc",
        at(0),
        {"zone_unclear"},
    ),
    "clocks that differ by no zone": (
        {"RealUTC": REAL_UTC, "UTC": LOCAL_UTC + 37},
        "dahua_realutc",
        at(0),
        {"zone_unclear"},
    ),
    "RealUTC beside a wall time of China": (
        {"RealUTC": REAL_UTC, "LocaleTime": "2026-11-18 22:06:33"},
        "dahua_realutc",
        at(0),
        {"zone_unclear"},
    ),
    "a wall time alone": (
        {"LocaleTime": "2026-11-18 21:06:33"},
        "local+07:00",
        at(0),
        set(),
    ),
    "a wall clock left on UTC arrives seven hours old": (
        {"LocaleTime": "2026-11-18 14:06:33"},
        "local+07:00",
        at(-7 * HOUR),
        {"zone_unclear"},
    ),
    "a wall time that prints +08:00, not believed": (
        {"LocaleTime": "2026-11-18 21:06:33+08:00"},
        "local+07:00",
        at(0),
        {"offset_ignored"},
    ),
    "a wall time that prints +08:00, believed": (
        {"LocaleTime": "2026-11-18 21:06:33+08:00"},
        "offset_in_value",
        at(-HOUR),
        set(),
    ),
    "a wall time without the zone that is believed": (
        {"LocaleTime": "2026-11-18 21:06:33"},
        "offset_in_value",
        at(0),
        {"offset_missing"},
    ),
    "a clock in 2034": (
        {"RealUTC": 2019686400},
        "dahua_realutc",
        datetime(2034, 1, 1, tzinfo=UTC),
        {"clock_impossible"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "rule", "moment", "doubts"), TIMES.values(), ids=TIMES)
def test_the_moment_is_read_by_the_rule_and_doubts_are_said(fields, rule, moment, doubts):
    unset = {"RealUTC": None, "UTC": None, "UTCMS": None, "LocaleTime": None}
    profile = ADAPTER.profile(SERIAL, {"time_rule": rule})
    found = detect(event(**{**unset, **fields}), profile)
    assert found.time.occurred_at == moment
    assert set(found.warnings) == doubts
    assert (found.time.quality == "impossible") == ("clock_impossible" in doubts)


def test_the_enum_called_time_zone_is_never_read_as_hours():
    times = {detect(event(TimeZone=zone)).time.occurred_at for zone in (0, 2, 8, 12, 13)}
    assert times == {OCCURRED}


def test_the_device_zone_is_noted_and_the_wall_time_is_what_the_sheet_prints():
    found = detect(event())
    assert (found.time.offset_minutes, found.time.local_text) == (420, "2026-11-18 21:06:33")


@pytest.mark.parametrize("written", ["", "-", "yesterday", "2026-13-40 25:00:00"])
def test_an_event_without_a_readable_time_is_put_aside(written):
    message = tollgate(snap={"AccurateTime": written, "SnapTime": written})
    assert refuse(message) == "time_missing"


@pytest.mark.parametrize(
    ("beside_plate", "of_event", "speed", "differs"),
    [
        (60, 80, 600, True),
        (80, 80, 800, False),
        (None, 80, 800, False),
        (0, 80, 800, False),
        (60, 0, 600, False),
        (60, None, 600, False),
        ("60.5", 60, 605, True),
        ("-", "-", None, False),
    ],
)
def test_two_speeds_in_one_event(beside_plate, of_event, speed, differs):
    found = detect(speeding(car={"Speed": beside_plate}, Speed=of_event))
    assert found.speed_tenths == speed
    assert ("speed_differs" in found.warnings) == differs


@pytest.mark.parametrize(
    ("unit", "speed", "limit"),
    [("kmh", 1000, 700), ("mph", 1609, 1126), ("cm_per_s", 36, 25)],
)
def test_speeds_are_turned_into_kmh_and_cut_off(unit, speed, limit):
    profile = ADAPTER.profile(SERIAL, {"speed_unit": unit})
    found = detect(speeding(car={"Speed": 100}, Speed=100), profile)
    assert (found.speed_tenths, found.limit_tenths) == (speed, limit)


def test_every_doubt_that_holds_has_a_sentence():
    doubts = {
        "speed_differs",
        "zone_unclear",
        "codes_differ",
        "several_road_users",
        "plates_differ",
    }
    assert doubts <= set(HELD_WARNINGS)
    for doubt in doubts:
        assert "Held for a reason this version does not know" not in sentence(
            {"code": HELD_WARNINGS[doubt]}
        )


def test_a_car_and_a_motorcycle_in_one_message_are_two_with_their_own_plates_and_boxes():
    body = deliver(event("TrafficManualSnap", NonMotor=rider(), CutoutPic=pic(CROP)))
    car, motorcycle = ADAPTER.parse(body, PROFILE)
    assert isinstance(car, ParsedDetection) and isinstance(motorcycle, ParsedDetection)
    assert (car.plate_raw, car.vehicle_class) == ("30F25658", "car")
    assert (motorcycle.plate_raw, motorcycle.vehicle_class) == ("29B112345", "motorcycle")
    assert car.source_key != motorcycle.source_key
    assert [box.raw for box in car.images[0].boxes] == [
        "2048,4096,3072,4608",
        "1024,2048,5120,6144",
    ]
    assert [box.raw for box in motorcycle.images[0].boxes] == [
        "4608,6144,5120,6656",
        "4096,4096,6144,8192",
    ]
    # Nobody says whose the crop is.
    assert [image.role for image in car.images] == ["overview_1", "context"]


@pytest.mark.parametrize(
    ("code", "changes", "kinds"),
    [
        ("TrafficNonMotorWithoutSafehat", {}, ["passage", "violation_candidate"]),
        ("TrafficRetrograde", {"CommInfo": {"SnapCategory": "NonMotor"}}, ["passage", "violation_candidate"]),
        ("TrafficRetrograde", {"CommInfo": {"SnapCategory": "Motor"}}, ["violation_candidate", "passage"]),
        ("TrafficJunction", {"car": {"ViolationCode": "1625"}}, ["violation_candidate", "passage"]),
    ],
)  # fmt: skip
def test_only_the_one_the_message_means_is_accused(code, changes, kinds):
    found = ADAPTER.parse(deliver(event(code, NonMotor=rider(), **changes)), PROFILE)
    assert [item.kind for item in found] == kinds
    assert all("several_road_users" not in item.warnings for item in found)


def test_where_the_message_leaves_open_whom_it_means_both_are_held():
    found = ADAPTER.parse(deliver(event("TrafficRetrograde", NonMotor=rider())), PROFILE)
    assert [item.violation_type for item in found] == ["wrong_way", "wrong_way"]
    assert all("several_road_users" in item.warnings for item in found)


def test_a_speed_measured_with_two_vehicles_in_sight_is_nobodys_for_sure():
    message = speeding(NonMotor=rider(), CommInfo={"SnapCategory": "Motor"})
    car, motorcycle = ADAPTER.parse(deliver(message), PROFILE)
    assert isinstance(car, ParsedDetection) and isinstance(motorcycle, ParsedDetection)
    assert "multi_target" in car.warnings
    assert motorcycle.speed_tenths is None


def test_two_plates_in_a_list_are_two_road_users():
    message = tollgate()
    plate, vehicle = message["Picture"]["Plate"], message["Picture"]["Vehicle"]
    message["Picture"]["Plate"] = [plate, {**plate, "PlateNumber": "29B112345"}]
    message["Picture"]["Vehicle"] = [vehicle, {**vehicle, "VehicleType": "Motorcycle"}]
    found = ADAPTER.parse(deliver(message), PROFILE)
    assert [(item.plate_raw, item.vehicle_class) for item in found] == [
        ("30F25658", "car"),
        ("29B112345", "motorcycle"),
    ]
    assert len({item.source_key for item in found}) == 2


def test_two_events_in_a_list_under_the_same_number_keep_different_keys():
    found = ADAPTER.parse(deliver({"Events": [speeding(), speeding()]}), PROFILE)
    assert len({item.source_key for item in found}) == 2


def test_an_empty_event_beside_a_good_one_costs_nothing():
    found = ADAPTER.parse(deliver({"Events": [speeding(), {"Code": "TrafficParking"}]}), PROFILE)
    assert [item.violation_type for item in found] == ["speed_over"]


def test_an_unreadable_event_beside_a_good_one_puts_the_delivery_aside():
    timeless = event(RealUTC=None, UTC=None, LocaleTime=None)
    [found] = ADAPTER.parse(deliver({"Events": [speeding(), timeless]}), PROFILE)
    assert isinstance(found, Rejected)
    assert found.code == "time_missing"


def test_a_motorcycle_plate_that_comes_only_with_its_position_is_read():
    data = event_data(TrafficCar={}, Object=None, Vehicle=None, NonMotor=rider())
    found = detect({"Code": "TrafficVehiclePosition", "Data": data})
    assert (found.kind, found.plate_raw, found.vehicle_class) == (
        "passage",
        "29B112345",
        "motorcycle",
    )


def test_a_rider_who_has_two_plates_needs_a_person():
    found = detect(
        event(
            "TrafficNonMotorOverload",
            Vehicle={"ObjectType": "NonMotor"},
            NonMotor=rider(),
        )
    )
    assert found.plate_raw == "29B112345"
    assert "plates_differ" in found.warnings


@pytest.mark.parametrize(
    ("plate", "raw", "warning"),
    [
        ({"PlateNumber": "-"}, "", "plate_unread"),
        ({"PlateNumber": "Unknow"}, "", "plate_unread"),
        ({"PlateNumber": "noplate"}, "", "no_plate"),
        ({"IsExist": False}, "30F25658", "plate_partial"),
        ({"PlateNumber": "", "IsExist": False}, "", "plate_unread"),
    ],
)
def test_words_for_no_plate_are_no_plate(plate, raw, warning):
    found = detect(tollgate(plate=plate))
    assert (found.plate_raw, found.plate_confidence is None) == (raw, not raw)
    assert warning in found.warnings


def test_dashes_and_misspelt_words_are_nothing():
    found = detect(
        tollgate(
            plate={"PlateColor": "Unknow", "Confidence": "-", "BoundingBox": "-"},
            vehicle={"VehicleColor": "-", "VehicleType": "Unknow", "VehicleSign": "-"},
            snap={"LanNo": "-", "Direction": "-", "Source": "-", "DeviceID": "-"},
        )
    )
    assert (found.plate_colour, found.plate_confidence) == ("unknown", None)
    assert (found.vehicle_class, found.vehicle_colour, found.vehicle_make) == ("unknown", "", "")
    assert (found.lane, found.direction, found.speed_method) == (None, "unknown", None)


@pytest.mark.parametrize(
    ("fields", "group"),
    [
        ({"CountInGroup": 3, "IndexInGroup": 2}, ("175706653", 2, 3)),
        ({"CountInGroup": None, "IndexInGroup": 2}, ("175706653", 2, None)),
        ({"CountInGroup": 2, "IndexInGroup": 5}, ("175706653", 5, None)),
        ({"CountInGroup": 1}, None),
        ({"GroupID": 0}, None),
    ],
)
def test_snaps_of_one_violation_name_their_group(fields, group):
    found = detect(event(**fields))
    named = found.group and (found.group.key, found.group.index, found.group.count)
    assert named == group


def test_a_riders_snaps_never_join_the_cars_group():
    _car, motorcycle = ADAPTER.parse(deliver(event(NonMotor=rider())), PROFILE)
    assert isinstance(motorcycle, ParsedDetection) and motorcycle.group
    assert motorcycle.group.key == "175706653-nonmotor"


def test_an_event_sent_again_has_the_same_key_and_the_next_snap_another():
    assert detect(event()).source_key == detect(event()).source_key
    assert detect(event()).source_key != detect(event(IndexInGroup=2)).source_key
    assert detect(event()).source_key != detect(event(RealUTC=REAL_UTC + 1)).source_key
    mended = ADAPTER.profile(SERIAL, {"time_rule": "dahua_utc_is_local"})
    assert detect(event(), mended).source_key == detect(event()).source_key


def test_without_a_group_the_key_is_a_digest_of_what_was_said():
    first = detect(tollgate())
    assert first.source_key == detect(tollgate()).source_key
    assert ":" in first.source_key.rpartition("|")[2]
    later = {"AccurateTime": "2026-11-18 21:06:35.000"}
    others = [tollgate(snap=later), tollgate(NormalPic=pic(jpeg("green")))]
    others.append(tollgate(plate={"PlateNumber": "30F25659"}))
    assert len({first.source_key, *(detect(other).source_key for other in others)}) == 4


def test_another_box_at_the_same_address_is_noticed():
    assert "serial_differs" in detect(tollgate(snap={"DeviceID": "OTHER"})).warnings
    assert "serial_differs" not in detect(tollgate()).warnings


def test_fields_of_newer_firmware_are_counted():
    assert detect(event(BrandNewField=7, Nested={"Another": "x"})).unknown_fields == 2
