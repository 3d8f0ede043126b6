"""Rekor Scout: groups, single frames, the heartbeat of each minute, and their traps."""

import base64
import copy
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.adapters.contract import Heartbeat, ParsedDetection, RawEnvelope, Rejected, Secrets
from cameras.adapters.ranges import cut
from cameras.adapters.rekor import RekorScout
from cameras.adapters.vocabulary import OUTCOMES
from cameras.models import Delivery
from tests.cameras import factories
from tests.cameras.hikvision_bodies import jpeg

pytestmark = pytest.mark.gate

ADAPTER = RekorScout()
PROFILE = ADAPTER.profile("REK-0001", {})
RECEIVED = datetime(2026, 11, 18, 14, 7, 0, tzinfo=UTC)
MOMENT = datetime(2026, 11, 18, 14, 6, 33, 480000, tzinfo=UTC)
CROP, VEHICLE, OVERVIEW = jpeg("white"), jpeg("blue"), jpeg("red", (1280, 720))


def epoch_ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def text_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


CORNERS = [{"x": 640, "y": 360}, {"x": 704, "y": 370}, {"x": 700, "y": 396}, {"x": 644, "y": 390}]
PLATE = {
    "plate": "30F25658",
    "confidence": 92.07,
    "matches_template": 0,
    "plate_index": 0,
    "region": "vn",
    "region_confidence": 80,
    "processing_time_ms": 41.2,
    "requested_topn": 10,
    "coordinates": CORNERS,
    "vehicle_region": {"x": 320, "y": 180, "width": 640, "height": 360},
    "candidates": [{"plate": "30F25658", "confidence": 92.07, "matches_template": 0}],
    "plate_crop_jpeg": text_of(CROP),
}
GROUP = {
    "data_type": "alpr_group",
    "version": 1,
    "epoch_start": epoch_ms(MOMENT - timedelta(seconds=1)),
    "epoch_end": epoch_ms(MOMENT + timedelta(seconds=1)),
    "best_uuid_epoch_ms": epoch_ms(MOMENT),
    "camera_id": 1414799424,
    "country": "vn",
    "uuids": ["agent-cam1-1", "agent-cam1-2"],
    "best_plate": PLATE,
    "best_confidence": 92.07,
    "best_plate_number": "30F25658",
    "best_region": "vn",
    "best_uuid": "agent-cam1-2",
    "best_image_width": 1280,
    "best_image_height": 720,
    "vehicle_crop_jpeg": text_of(VEHICLE),
    "overview_jpeg": text_of(OVERVIEW),
    "travel_direction": 12.5,
    "is_parked": False,
    "is_preview": False,
    "vehicle": {
        "color": [{"name": "red", "confidence": 80.5}],
        "make": [{"name": "toyota", "confidence": 70.5}],
        "body_type": [{"name": "suv-crossover", "confidence": 60.1}],
    },
}
RESULTS = {
    "data_type": "alpr_results",
    "uuid": "frame-7",
    "camera_id": 1414799424,
    "epoch_time": epoch_ms(MOMENT),
    "img_width": 1280,
    "img_height": 720,
    "results": [PLATE, PLATE | {"plate": "29B112345", "plate_crop_jpeg": text_of(VEHICLE)}],
}
HEARTBEAT = {
    "data_type": "heartbeat",
    "timestamp": epoch_ms(MOMENT),
    "system_uptime_seconds": 2595123,
    "daemon_uptime_seconds": 2594832,
    "cpu_usage_percent": 18.579235,
    "disk_quota_total_bytes": 8000000000,
    "disk_quota_consumed_bytes": 7300000000,
    "memory_total_bytes": 2099093504,
    "memory_consumed_bytes": 2083704832,
    "beanstalk_queue_size": 3,
    "video_streams": [
        {"camera_id": 1, "fps": 12, "is_streaming": True, "url": "rtsp://x"},
        {"camera_id": 2, "fps": 4.9, "is_streaming": False},
    ],
}


def deliver(said) -> RawEnvelope:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return RawEnvelope((("Content-Type", "application/json"),), body, RECEIVED, "/x", "POST")


def group(**changes) -> RawEnvelope:
    return deliver(copy.deepcopy(GROUP) | changes)


def best_plate(**changes) -> RawEnvelope:
    return group(best_plate=PLATE | changes)


def detect(sent: RawEnvelope, profile=PROFILE) -> ParsedDetection:
    [found] = ADAPTER.parse(sent, profile)
    assert isinstance(found, ParsedDetection), found
    return found


def test_a_group_is_a_passage_with_the_pictures_that_came_in_it():
    sent = group()
    found = detect(sent)
    assert (found.kind, found.plate_raw, found.plate_confidence) == ("passage", "30F25658", 920)
    assert found.time.occurred_at == MOMENT
    assert (found.time.source_field, found.time.offset_minutes) == ("best_uuid_epoch_ms", 0)
    assert (found.vehicle_class, found.vehicle_colour, found.vehicle_make) == (
        "car",
        "red",
        "toyota",
    )
    assert found.source_key == "rekor|REK-0001|group:agent-cam1-2"
    assert (found.warnings, found.unknown_fields) == ((), 0)
    assert [image.role for image in found.images] == ["overview_1", "plate_crop", "vehicle_crop"]
    assert [cut(sent.body, image.where) for image in found.images] == [OVERVIEW, CROP, VEHICLE]
    assert found.images[1].sha256 == hashlib.sha256(CROP).hexdigest()
    plate, vehicle = found.images[0].boxes
    assert (plate.kind, plate.x, plate.y, plate.width, plate.height) == (
        "plate", 0.5, 0.5, 0.05, 0.05,
    )  # fmt: skip
    assert (vehicle.kind, vehicle.x, vehicle.width) == ("vehicle", 0.25, 0.5)


def test_a_picture_that_stays_in_the_agent_is_not_fetched():
    found = detect(group(overview_jpeg=""))
    assert "picture_by_url" in found.warnings
    assert [(image.role, image.boxes) for image in found.images] == [
        ("plate_crop", ()),
        ("vehicle_crop", ()),
    ]


def test_two_road_users_in_one_frame_are_two_detections():
    first, second = ADAPTER.parse(deliver(RESULTS), PROFILE)
    assert [found.plate_raw for found in (first, second)] == ["30F25658", "29B112345"]
    assert first.source_key == "rekor|REK-0001|results:frame-7:0"
    assert first.source_key != second.source_key
    assert first.images[0].sha256 != second.images[0].sha256
    assert first.time.occurred_at == MOMENT


def test_the_open_source_agent_counts_in_seconds_and_names_no_kind():
    old = {name: value for name, value in RESULTS.items() if name != "data_type"}
    [found, _] = ADAPTER.parse(deliver(old | {"epoch_time": epoch_ms(MOMENT) // 1000}), PROFILE)
    assert found.time.occurred_at == MOMENT.replace(microsecond=0)


@pytest.mark.parametrize(
    ("code", "changes"), [("parked", {"is_parked": True}), ("1414799424", {})]
)  # fmt: skip
def test_the_profile_says_what_a_camera_is_for(code, changes):
    profile = ADAPTER.profile("REK-0001", {"code_map": {code: "illegal_stop_parking"}})
    found = detect(group(**changes), profile)
    assert (found.kind, found.violation_type) == ("violation_candidate", "illegal_stop_parking")
    assert found.vendor_code == code


def test_every_minute_the_agent_says_how_it_is():
    [found] = ADAPTER.parse(deliver(HEARTBEAT), PROFILE)
    assert found == Heartbeat(
        MOMENT,
        {
            "uptime_s": 2595123,
            "agent_uptime_s": 2594832,
            "queue_depth": 3,
            "cpu_pct": 18,
            "disk_free_pct": 8,
            "memory_free_pct": 0,
            "fps": 4,
            "streams_down": 1,
        },
    )


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"disk_quota_total_bytes": 0}, {"disk_free_pct"}),
        ({"disk_quota_total_bytes": "-", "video_streams": None},
         {"disk_free_pct", "fps", "streams_down"}),
        ({"cpu_usage_percent": None, "video_streams": [1, {}]}, {"cpu_pct", "fps"}),
    ],
)  # fmt: skip
def test_a_heartbeat_with_half_its_figures_is_one_all_the_same(changes, missing):
    [whole] = ADAPTER.parse(deliver(HEARTBEAT), PROFILE)
    [found] = ADAPTER.parse(deliver(HEARTBEAT | changes), PROFILE)
    assert whole.facts.keys() - found.facts.keys() == missing


@pytest.mark.parametrize(
    ("changes", "rule", "moment", "warnings"),
    [
        ({"best_uuid_epoch_ms": None}, "offset_in_value", MOMENT - timedelta(seconds=1), set()),
        ({"best_uuid_epoch_ms": epoch_ms(MOMENT + timedelta(hours=7))}, "local+07:00", MOMENT,
         set()),
        ({"best_uuid_epoch_ms": epoch_ms(MOMENT + timedelta(hours=8))}, "offset_in_value",
         MOMENT + timedelta(hours=8), {"clock_impossible"}),
        ({"best_uuid_epoch_ms": epoch_ms(datetime(2034, 1, 1, tzinfo=UTC))}, "offset_in_value",
         datetime(2034, 1, 1, tzinfo=UTC), {"clock_impossible"}),
    ],
    ids=["the group's begin", "a wall clock counted as utc", "the zone of another land", "2034"],
)  # fmt: skip
def test_which_moment_is_claimed(changes, rule, moment, warnings):
    found = detect(group(**changes), ADAPTER.profile("REK-0001", {"time_rule": rule}))
    assert found.time.occurred_at == moment
    assert set(found.warnings) == warnings


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "a" * 100)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "warning", "kept"),
    [
        ("AAAA", "picture_empty", 0),
        (text_of(b"<svg xmlns='http://www.w3.org/2000/svg'>" + b" " * 60), "picture_not_jpeg", 0),
        (text_of(archive()), "picture_not_jpeg", 0),
        (text_of(OVERVIEW)[: len(text_of(OVERVIEW)) // 2 - 1], "picture_truncated", 1),
        (text_of(OVERVIEW + jpeg("green")), "picture_joined", 2),
    ],
    ids=["no picture", "svg", "zip", "base64 cut short", "two joined"],
)
def test_what_is_wrong_with_a_picture_is_said(text, warning, kept):
    found = detect(group(overview_jpeg=text))
    assert warning in found.warnings
    assert len(found.images) == kept + 2


def test_a_base64_text_with_escaped_slashes_is_found_in_the_body():
    body = json.dumps(GROUP).replace("/", "\\/").encode()
    found = detect(deliver(body))
    assert cut(body, found.images[0].where) == OVERVIEW


@pytest.mark.parametrize(
    ("sent", "warning"),
    [
        (group(best_plate_number="-", best_plate=PLATE | {"plate": "-"}), "plate_unread"),
        (group(country="us"), "country_unexpected"),
        (best_plate(coordinates=[{"x": 1200, "y": 0}, {"x": 1400, "y": 9}]), "box_outside_picture"),
        (group(best_image_width=0), "box_unreadable"),
    ],
)
def test_what_a_person_must_know_is_said(sent, warning):
    assert warning in detect(sent).warnings


def test_fields_of_a_newer_agent_are_counted():
    assert detect(group(brand_new="7")).unknown_fields == 1


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (deliver(b""), "json_empty"),
        (deliver(b"{" * 50_000), "json_malformed"),
        (deliver({"data_type": "alpr_alert"}), "message_unknown"),
        (deliver({}), "message_unknown"),
        (deliver({"data_type": "alpr_results", "results": []}), "event_empty"),
        (group(is_preview=True), "incomplete"),
        (group(best_uuid_epoch_ms=None, epoch_start="-", epoch_end=None), "time_missing"),
    ],
)
def test_what_is_no_read_is_rejected_with_a_code(sent, code):
    [found] = ADAPTER.parse(sent, PROFILE)
    assert isinstance(found, Rejected)
    assert found.code == code


def test_a_byte_order_mark_does_no_harm():
    body = b"\xef\xbb\xbf" + json.dumps(GROUP).encode()
    assert cut(body, detect(deliver(body)).images[0].where) == OVERVIEW


def test_the_agent_proves_nothing_and_is_answered_by_a_status_alone():
    assert ADAPTER.authenticate(group(), Secrets(), RECEIVED) == "D"
    wanted = {"forbidden": 403, "unauthenticated": 403, "too_large": 413, "full": 503}
    for outcome in OUTCOMES:
        reply = ADAPTER.acknowledge(outcome)
        assert (reply.status, reply.body) == (wanted.get(outcome, 200), b"")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 40_000), st.binary(max_size=12), st.sampled_from([GROUP, HEARTBEAT, RESULTS]))
def test_damage_anywhere_never_raises(place, bytes_put, said):
    body = json.dumps(said).encode()
    place %= len(body)
    assert ADAPTER.parse(
        deliver(body[:place] + bytes_put + body[place + len(bytes_put) :]), PROFILE
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["best_plate", "coordinates", "x", "y", "vehicle", "video_streams", "fps",
                         "plate", "results", "epoch_start", "timestamp"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["alpr_group", "alpr_results", "heartbeat"]), JSON)
def test_any_json_is_read_or_rejected(kind, said):
    inside = said if isinstance(said, dict) else {"results": said, "best_plate": said}
    assert ADAPTER.parse(deliver(GROUP | inside | {"data_type": kind}), PROFILE)
    assert ADAPTER.parse(deliver(json.dumps(said).encode()), PROFILE)


@pytest.mark.django_db
def test_a_group_of_a_camera_with_a_task_becomes_a_detection():
    device = factories.camera(
        "REK-01", adapter="rekor", profile={"code_map": {"parked": "illegal_stop_parking"}}
    )
    said = GROUP | {
        "is_parked": True,
        "best_uuid_epoch_ms": epoch_ms(factories.AT - timedelta(seconds=2)),
        "overview_jpeg": text_of(factories.picture("rekor")),
    }
    push = factories.Push(json.dumps(said).encode(), {"Content-Type": "application/json"})
    detection = factories.detected(device, push)
    assert (detection.violation_type, detection.plate_normalised) == (
        "illegal_stop_parking",
        "30F25658",
    )
    assert [(file.role, file.encoding) for file in detection.evidence.order_by("position")] == [
        ("overview_1", "base64"),
        ("plate_crop", "base64"),
        ("vehicle_crop", "base64"),
    ]
    # One picture of the scene cannot show that a vehicle stood for a time: a person decides.
    assert "too_few_pictures" in {reason["code"] for reason in detection.held_for}


@pytest.mark.django_db
def test_a_heartbeat_makes_no_detection():
    device = factories.camera("REK-01", adapter="rekor")
    push = factories.Push(json.dumps(HEARTBEAT).encode(), {"Content-Type": "application/json"})
    assert factories.read(device, push).state == Delivery.State.HEARTBEAT
