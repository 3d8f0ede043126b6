"""Plate Recognizer Stream: its webhook with and without a picture, its token, and its traps."""

import copy
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.adapters.bearer_tokens import token_credential
from cameras.adapters.contract import ParsedDetection, RawEnvelope, Rejected, Secrets
from cameras.adapters.platerecognizer import PlateRecognizerStream
from cameras.adapters.ranges import cut
from cameras.adapters.vocabulary import OUTCOMES
from tests.cameras import factories
from tests.cameras.hikvision_bodies import jpeg

pytestmark = pytest.mark.gate

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "cameras"
ADAPTER = PlateRecognizerStream()
PROFILE = ADAPTER.profile("PR-0001", {})
RECEIVED = datetime(2026, 11, 18, 14, 7, 0, tzinfo=UTC)
OVERVIEW = jpeg("red", (640, 480))
MULTIPART = f"multipart/form-data; boundary={factories.BOUNDARY}"

CAR = {
    "box": {"xmin": 320, "ymin": 240, "xmax": 384, "ymax": 264},
    "plate": "30f25658",
    "score": 0.902,
    "candidates": [{"plate": "30f25658", "score": 0.902}, {"plate": "30e25658", "score": 0.4}],
    "color": [{"color": "red", "score": 0.7}, {"color": "black", "score": 0.1}],
    "model_make": [{"make": "Toyota", "model": "Vios", "score": 0.4}],
    "orientation": [{"orientation": "Rear", "score": 0.9}],
    "region": {"code": "vn", "score": 0.9},
    "vehicle": {
        "type": "Sedan",
        "score": 0.8,
        "box": {"xmin": 160, "ymin": 120, "xmax": 480, "ymax": 360},
    },
    "direction": 210,
}
MESSAGE = {
    "hook": {"event": "recognition", "id": "cam-1", "target": "x", "filename": "a.jpg"},
    "data": {
        "camera_id": "cam-1",
        "timestamp": "2026-11-18T14:06:33.480143Z",
        "timestamp_local": "2026-11-18 21:06:33.480143+07:00",
        "results": [CAR],
    },
}


def message(**data) -> dict:
    changed = copy.deepcopy(MESSAGE)
    changed["data"] |= data
    return changed


def envelope(body: bytes, content_type: str = MULTIPART, **headers: str) -> RawEnvelope:
    listed = (("Content-Type", content_type), *headers.items())
    return RawEnvelope(listed, body, RECEIVED, "/intake/x", "POST")


def deliver(said=MESSAGE, *pictures: tuple[str, bytes]) -> RawEnvelope:
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    parts = [("json", "", "application/json", text)]
    for name, data in pictures or (("upload", OVERVIEW),):
        parts.append((name, "image.jpg", "image/jpeg", data))
    return envelope(factories.multipart(parts))


def detect(sent: RawEnvelope, profile=PROFILE) -> ParsedDetection:
    [found] = ADAPTER.parse(sent, profile)
    assert isinstance(found, ParsedDetection), found
    return found


def refuse(sent: RawEnvelope) -> str:
    [found] = ADAPTER.parse(sent, PROFILE)
    assert isinstance(found, Rejected), found
    return found.code


def test_a_read_is_a_passage_with_its_picture():
    sent = deliver()
    found = detect(sent)
    assert (found.kind, found.violation_type, found.vendor_code) == ("passage", None, "recognition")
    assert (found.plate_raw, found.plate_confidence) == ("30f25658", 902)
    assert (found.vehicle_class, found.vehicle_colour, found.vehicle_make) == (
        "car",
        "red",
        "Toyota",
    )
    assert found.direction == "receding"
    assert found.time.occurred_at == datetime(2026, 11, 18, 14, 6, 33, 480143, tzinfo=UTC)
    assert (found.time.source_field, found.time.offset_minutes) == ("data.timestamp", 0)
    assert (found.warnings, found.unknown_fields) == ((), 0)
    [picture] = found.images
    assert picture.role == "overview_1"
    assert cut(sent.body, picture.where) == OVERVIEW
    plate, vehicle = picture.boxes
    assert (plate.kind, plate.x, plate.y, plate.width, plate.height) == (
        "plate", 0.5, 0.5, 0.1, 0.05,
    )  # fmt: skip
    assert (vehicle.kind, vehicle.x, vehicle.width, vehicle.raw) == (
        "vehicle", 0.25, 0.5, "160,120,320,240",
    )  # fmt: skip


def test_the_vendors_own_sample_is_read_and_its_foreign_plate_noticed():
    sample = SAMPLES / "webhook_json_field.json"
    if not sample.exists():
        pytest.skip("the study does not stand beside the project")
    found = detect(deliver(sample.read_bytes()))
    assert (found.plate_raw, found.plate_confidence) == ("pl8rec", 902)
    assert found.time.occurred_at == datetime(2025, 8, 11, 16, 42, 58, 740143, tzinfo=UTC)
    assert {"country_unexpected", "clock_impossible"} == set(found.warnings)
    assert found.unknown_fields == 0


@pytest.mark.parametrize("code", ["cam-1", "recognition"])
def test_the_profile_says_what_a_camera_is_for(code):
    profile = ADAPTER.profile("PR-0001", {"code_map": {code: "bus_lane"}})
    found = detect(deliver(), profile)
    assert (found.kind, found.violation_type) == ("violation_candidate", "bus_lane")
    assert found.vendor_code == code


@pytest.mark.parametrize(
    "sent",
    [
        envelope(json.dumps(MESSAGE).encode(), "application/json"),
        envelope(
            urlencode({"json": json.dumps(MESSAGE)}).encode(), "application/x-www-form-urlencoded"
        ),
        envelope(b"\xef\xbb\xbf" + json.dumps(MESSAGE).encode(), "application/json"),
    ],
    ids=["as a body", "as a form field", "after a byte-order mark"],
)
def test_the_message_alone_is_read_without_a_picture(sent):
    found = detect(sent)
    assert (found.plate_raw, found.images) == ("30f25658", ())


def test_two_road_users_in_one_picture_are_two_detections():
    bike = CAR | {
        "plate": "29b112345",
        "vehicle": {"type": "Motorcycle"},
        "box": {"xmin": 1, "ymin": 1, "xmax": 60, "ymax": 30},
    }
    first, second = ADAPTER.parse(deliver(message(results=[CAR, bike])), PROFILE)
    assert (first.vehicle_class, second.vehicle_class) == ("car", "motorcycle")
    assert first.images[0].sha256 == second.images[0].sha256
    assert first.images[0].boxes[0].x != second.images[0].boxes[0].x
    assert first.source_key != second.source_key


def test_the_same_delivery_gives_the_same_key_and_another_moment_another():
    later = message(timestamp="2026-11-18T14:06:35.480143Z", timestamp_local="-")
    assert detect(deliver()).source_key == detect(deliver()).source_key
    assert detect(deliver(later)).source_key != detect(deliver()).source_key


@pytest.mark.parametrize(
    ("utc", "local", "rule", "hour", "warnings"),
    [
        ("2026-11-18T14:06:33Z", "-", "offset_in_value", 14, set()),
        ("2026-11-18 14:06:33+00:00", "", "offset_in_value", 14, set()),
        ("2026-11-18T14:06:33", "", "offset_in_value", 14, {"offset_missing"}),
        ("2026-11-18T21:06:33+08:00", "", "offset_in_value", 13, set()),
        ("2026-11-18T14:06:33Z", "2026-11-18T22:06:33+08:00", "offset_in_value", 14, set()),
        ("2026-11-18T21:06:33Z", "2026-11-18T21:06:33+07:00", "offset_in_value", 21,
         {"time_mismatch", "clock_impossible"}),
        ("2026-11-18T21:06:33Z", "2026-11-18T21:06:33Z", "local+07:00", 14, set()),
        ("2034-01-01T08:00:00Z", "", "offset_in_value", 8, {"clock_impossible"}),
    ],
    ids=["z", "space and zone", "no zone is utc", "+08:00", "another local zone",
         "local time written as utc", "the profile's rule", "2034"],
)  # fmt: skip
def test_which_moment_is_claimed(utc, local, rule, hour, warnings):
    profile = ADAPTER.profile("PR-0001", {"time_rule": rule})
    found = detect(deliver(message(timestamp=utc, timestamp_local=local)), profile)
    assert found.time.occurred_at.hour == hour
    assert set(found.warnings) == warnings


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "a")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "warning", "kept"),
    [
        (b"", "picture_empty", 0),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_not_jpeg", 0),
        (archive(), "picture_not_jpeg", 0),
        (OVERVIEW[: len(OVERVIEW) // 2], "picture_truncated", 1),
        (OVERVIEW + jpeg("blue"), "picture_joined", 2),
    ],
    ids=["no bytes", "svg", "zip", "half a picture", "two joined"],
)
def test_what_is_wrong_with_a_picture_is_said(data, warning, kept):
    found = detect(deliver(MESSAGE, ("upload", data)))
    assert warning in found.warnings
    assert len(found.images) == kept


def test_a_cut_out_of_the_vehicle_has_no_boxes_of_the_scene():
    found = detect(deliver(MESSAGE, ("upload", OVERVIEW), ("upload_vehicle", jpeg("white"))))
    assert [(image.role, len(image.boxes)) for image in found.images] == [
        ("overview_1", 2),
        ("vehicle_crop", 0),
    ]


@pytest.mark.parametrize(
    ("box", "warning"),
    [
        ({"xmin": 600, "ymin": 0, "xmax": 900, "ymax": 30}, "box_outside_picture"),
        ({"xmin": 90, "ymin": 0, "xmax": 10, "ymax": 30}, "box_outside_picture"),
        ({"xmin": -5, "ymin": 0, "xmax": 10, "ymax": 30}, "box_unreadable"),
        ({"xmin": "nan", "ymin": 0, "xmax": 10, "ymax": 30}, "box_unreadable"),
    ],
)
def test_a_box_that_cannot_be_is_left_out(box, warning):
    found = detect(deliver(message(results=[CAR | {"box": box}])))
    assert warning in found.warnings
    assert [area.kind for area in found.images[0].boxes] == ["vehicle"]


def test_a_dash_is_no_plate():
    found = detect(deliver(message(results=[CAR | {"plate": "-", "candidates": []}])))
    assert (found.plate_raw, found.warnings) == ("", ("plate_unread",))


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (envelope(b"", "application/json"), "json_empty"),
        (envelope(b"{", "application/json"), "json_malformed"),
        (envelope(b"[" * 200_000, "application/json"), "json_malformed"),
        (envelope(b"a=1&" * 9, "application/x-www-form-urlencoded"), "json_empty"),
        (envelope(factories.multipart([("upload", "a.jpg", "image/jpeg", OVERVIEW)])), "json_empty"),
        (deliver({"hook": {"event": "image_change"}, "data": {"results": []}}), "message_unknown"),
        (deliver({"data": {"camera_id": "cam-1"}}), "message_unknown"),
        (deliver(message(results=[])), "event_empty"),
        (deliver(message(timestamp="yesterday", timestamp_local="-")), "time_missing"),
    ],
)  # fmt: skip
def test_what_is_no_read_is_rejected_with_a_code(sent, code):
    assert refuse(sent) == code


TOKEN = Secrets(credential="stream:" + hashlib.sha256(b"s3cret").hexdigest())


def test_the_register_keeps_no_token():
    assert token_credential("stream", "s3cret") == TOKEN.credential


@pytest.mark.parametrize(
    ("header", "secrets", "proof"),
    [
        ("Token s3cret", TOKEN, "C"),
        ("token  s3cret ", TOKEN, "C"),
        ("", Secrets(), "D"),
        ("Token whatever", Secrets(), "D"),
        ("", TOKEN, "token_missing"),
        ("Basic s3cret", TOKEN, "token_missing"),
        ("Token other", TOKEN, "token_wrong"),
        ("Token s3crét", TOKEN, "token_wrong"),
    ],
)
def test_a_registered_token_is_demanded(header, secrets, proof):
    found = ADAPTER.authenticate(envelope(b"", Authorization=header), secrets, RECEIVED)
    assert (found.code if isinstance(found, Rejected) else found) == proof


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
def test_stream_is_answered_by_a_status_alone(outcome):
    reply = ADAPTER.acknowledge(outcome)
    wanted = {"forbidden": 403, "unauthenticated": 401, "too_large": 413, "full": 503}
    assert (reply.status, reply.body) == (wanted.get(outcome, 200), b"")


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 9000), st.binary(max_size=12))
def test_damage_anywhere_never_raises(place, bytes_put):
    body = deliver().body
    place %= len(body)
    assert ADAPTER.parse(
        envelope(body[:place] + bytes_put + body[place + len(bytes_put) :]), PROFILE
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["data", "results", "plate", "box", "vehicle", "candidates", "xmin",
                         "timestamp", "color", "type", "score", "hook"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(JSON, JSON)
def test_any_json_is_read_or_rejected(result, data):
    said = {"data": {"timestamp": "2026-11-18T14:06:33Z", "results": [result], "x": data}}
    for value in (said, data):
        assert ADAPTER.parse(deliver(json.dumps(value).encode()), PROFILE)
    assert ADAPTER.parse(envelope(json.dumps(data).encode(), "application/json"), PROFILE)


@pytest.mark.django_db
def test_a_read_of_a_camera_with_a_task_becomes_a_detection():
    device = factories.camera(
        "PR-01", adapter="platerecognizer", profile={"code_map": {"cam-1": "bus_lane"}}
    )
    at = (factories.AT - timedelta(seconds=2)).isoformat(timespec="milliseconds")
    said = message(timestamp=at, timestamp_local="-")
    parts = [
        ("json", "", "application/json", json.dumps(said).encode()),
        *(
            ("upload", "a.jpg", "image/jpeg", data)
            for data in factories.three_pictures("pr")[:2]
        ),
    ]  # fmt: skip
    push = factories.Push(factories.multipart(parts), {"Content-Type": MULTIPART})
    detection = factories.detected(device, push)
    assert (detection.violation_type, detection.plate_normalised) == ("bus_lane", "30F25658")
    assert [(file.role, len(file.boxes)) for file in detection.evidence.order_by("position")] == [
        ("overview_1", 2),
        ("overview_2", 0),
    ]
    assert detection.canonical["device"]["adapter"] == "platerecognizer"
    assert (detection.state, detection.held_for) == ("ready", [])
