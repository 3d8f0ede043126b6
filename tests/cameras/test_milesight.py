"""Milesight pushes: five kinds of event, words for values, times without a zone."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cameras.adapters.contract import Heartbeat
from cameras.models import Delivery, Detection
from tests.cameras.factories import AT, Push, camera, detected, picture, read
from tests.cameras.vendor_bodies import (
    HAPPENED,
    MILESIGHT,
    as_text,
    envelope,
    jpeg,
    milesight_body,
)

pytestmark = pytest.mark.gate

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "cameras"


def push(**facts) -> Push:
    body = json.dumps(milesight_body(**facts)).encode()
    return Push(body, {"Content-Type": "application/json"})


def test_a_dash_is_nothing_known():
    found = MILESIGHT.detect(milesight_body(plate_color="-", vehicle_type="-", direction="-"))
    assert (found.plate_confidence, found.speed_tenths, found.vehicle_make) == (None, None, "")
    assert (found.plate_colour, found.vehicle_class) == ("unknown", "unknown")
    assert found.direction == "unknown"


def test_figures_and_words_are_read():
    found = MILESIGHT.detect(
        milesight_body(speed="63.58", speed_limit="50", confidence="98", direction="Away", lane="2")
    )
    assert (found.speed_tenths, found.limit_tenths, found.plate_confidence) == (635, 500, 980)
    assert (found.direction, found.lane, found.plate_colour) == ("receding", 2, "white")


def test_a_figure_written_as_a_number_counts_like_its_text():
    found = MILESIGHT.detect(milesight_body(resolution_width=1920, coordinate_x1=960))
    assert next(image for image in found.images if image.role == "overview_1").boxes[0].x == 0.5


@pytest.mark.parametrize(
    ("unit", "written", "speed", "limit"),
    [("kmh", "60", 600, 600), ("mph", "60", 965, 966), ("cm_per_s", "2778", 1000, 1001)],
)
def test_what_does_not_come_out_even_in_km_per_hour_favours_the_person(unit, written, speed, limit):
    profile = MILESIGHT.taught({"speed_unit": unit})
    found = MILESIGHT.detect(milesight_body(speed=written, speed_limit=written), profile)
    assert (found.speed_tenths, found.limit_tenths) == (speed, limit)


@pytest.mark.parametrize(
    "body",
    [
        {"event": "Vehicle Counting", "device": "C", "time": "2026-11-18 21:06:33", "Car": "4"},
        {"event": "List Event", "device": "C", "plate": "30F25658", "list_type": "Black"},
        {"device": "C", "plate": "30F25658", "match_status": "matched"},
        {"event": "Attributes", "device": "C", "plate": "30F25658", "vehicle_color": "Red"},
        {"event": "Parking Detection", "device": "C", "plate": "30F25658"},
        {"device": "C", "time": "2026-11-18 21:06:33", "plate": "-"},
    ],
    ids=["counting", "list", "list-unnamed", "attributes", "parking", "no-plate"],
)
def test_what_is_no_recognised_plate_is_a_sign_of_life(body):
    assert MILESIGHT.adapter.parse(envelope(body), MILESIGHT.profile) == [Heartbeat()]


@pytest.mark.parametrize(
    ("word", "violation_type"),
    [
        ("Wrong Way", "wrong_way"),
        ("wrong_direction", "wrong_way"),
        ("Red Light", "red_light"),
        ("Running Red-Light", "red_light"),
        ("Speeding", "speed_over"),
        ("illegal parking", "illegal_stop_parking"),
    ],
)
def test_a_violation_in_plain_english_is_a_candidate(word, violation_type):
    found = MILESIGHT.detect(milesight_body(code=word))
    assert (found.kind, found.violation_type) == ("violation_candidate", violation_type)
    assert found.vendor_code == word


def test_the_device_map_goes_before_the_plain_english():
    taught = MILESIGHT.taught({"code_map": {"Wrong Way": "illegal_u_turn"}})
    assert MILESIGHT.detect(milesight_body(code="Wrong Way"), taught).violation_type == (
        "illegal_u_turn"
    )


@pytest.mark.parametrize("word", ["-", "0", ""])
def test_a_violation_event_without_a_word_still_accuses(word):
    body = milesight_body() | {"event": "Violation", "violation_type": word}
    found = MILESIGHT.detect(body)
    assert (found.kind, found.violation_type) == ("violation_candidate", "other")
    assert "code_unknown" in found.warnings


def test_the_time_bears_no_zone_and_is_vietnamese():
    found = MILESIGHT.detect(milesight_body())
    assert found.time.occurred_at == HAPPENED + timedelta(milliseconds=480)
    assert (found.time.source_field, found.time.rule) == ("time_msec", "local+07:00")
    assert (found.time.offset_minutes, found.time.local_text) == (None, "2026-11-18 21:06:33.480")


def test_a_zone_is_believed_only_when_the_profile_says_so():
    stamp = "2026-11-18T21:06:33+08:00"
    body = milesight_body(time=stamp, time_msec=stamp)
    local = MILESIGHT.detect(body)
    assert (local.time.occurred_at, local.time.offset_minutes) == (HAPPENED, 480)
    assert "offset_ignored" in local.warnings
    believed = MILESIGHT.detect(body, MILESIGHT.taught({"time_rule": "offset_in_value"}))
    assert believed.time.occurred_at == HAPPENED - timedelta(hours=1)


def test_the_coarse_time_serves_when_the_fine_one_is_missing():
    found = MILESIGHT.detect(milesight_body(time_msec="-"))
    assert found.time.source_field == "time"
    assert MILESIGHT.refuse(milesight_body(time_msec="-", time="soon")) == "time_missing"


def test_two_times_that_disagree_make_a_person_look():
    assert "time_mismatch" in MILESIGHT.detect(milesight_body(time="2026-11-18 20:06:33")).warnings


def test_every_picture_has_its_meaning():
    found = MILESIGHT.detect(
        milesight_body(
            evidence_image0=as_text(jpeg("blue")),
            evidence_image1=as_text(jpeg("green")),
            snapshot=as_text(jpeg("pink")),
            vehicle_image="-",
        )
    )
    assert [image.role for image in found.images] == [
        "plate_crop",
        "overview_1",
        "overview_2",
        "overview_3",
        "context",
    ]


def test_a_box_without_the_size_of_its_picture_is_left_out():
    found = MILESIGHT.detect(milesight_body(resolution_width="-"))
    assert [box for image in found.images for box in image.boxes] == []
    assert "box_unreadable" in found.warnings


@pytest.mark.parametrize(
    ("corners", "warning"),
    [
        ({"coordinate_x2": "900"}, "box_outside_picture"),
        ({"coordinate_x2": "2000"}, "box_outside_picture"),
        ({"coordinate_x2": "-5"}, "box_unreadable"),
    ],
)
def test_a_box_that_cannot_be_is_left_out_with_a_warning(corners, warning):
    found = MILESIGHT.detect(milesight_body(**corners))
    assert [box for image in found.images for box in image.boxes] == []
    assert warning in found.warnings


@pytest.mark.parametrize(
    ("region", "is_strange"), [("VNM", False), ("VN", False), ("1", False), ("LVA", True)]
)
def test_a_plate_of_another_country_needs_a_person(region, is_strange):
    found = MILESIGHT.detect(milesight_body(region=region))
    assert ("country_unexpected" in found.warnings) is is_strange


def test_the_camera_is_answered_with_an_empty_body():
    reply = MILESIGHT.adapter.acknowledge("stored", receipt_id="x", path="/intake/milesight/t/")
    assert (reply.status, reply.body) == (200, b"")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not on this machine")
def test_a_real_message_from_the_field_is_read():
    sample = (SAMPLES / "lpr_http_post_recognition.json").read_bytes()
    found = MILESIGHT.detect(sample, received=datetime(2024, 1, 31, 23, 0, 20, tzinfo=UTC))
    assert (found.plate_raw, found.kind, found.plate_colour) == ("62D3680", "passage", "white")
    assert found.time.occurred_at == datetime(2024, 1, 31, 23, 0, 5, 509000, tzinfo=UTC)
    assert [image.role for image in found.images] == ["plate_crop"]
    assert found.unknown_fields == 0
    assert "country_unexpected" in found.warnings


@pytest.mark.django_db
def test_a_pushed_violation_becomes_a_detection_an_officer_may_see():
    device = camera(adapter="milesight")
    sent = push(
        at=AT - timedelta(seconds=2),
        code="Wrong Way",
        overview=as_text(picture("milesight 1")),
        evidence_image0=as_text(picture("milesight 2")),
        plate_image=as_text(picture("milesight plate", (160, 48))),
    )
    found = detected(device, sent)
    assert (found.violation_type, found.plate_normalised) == ("wrong_way", "30F25658")
    assert found.held_for == []
    assert found.state == Detection.State.READY
    assert list(found.evidence.values_list("role", flat=True)) == [
        "plate_crop",
        "overview_1",
        "overview_2",
    ]
    assert read(device, sent).state == Delivery.State.DUPLICATE


@pytest.mark.django_db
def test_a_pushed_passage_and_a_count_are_kept_without_accusing_anybody():
    device = camera(adapter="milesight")
    assert read(device, push(at=AT)).state == Delivery.State.PARSED
    count = Push(b'{"event": "Vehicle Counting", "device": "C"}', {})
    assert read(device, count).state == Delivery.State.HEARTBEAT
    assert not Detection.objects.exists()
