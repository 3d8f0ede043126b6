"""Pictures in Dahua pushes that are none, or half of one, and bodies damaged or hostile."""

import hashlib
import io
import json
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.adapters.contract import (
    MAX_PICTURES,
    Heartbeat,
    ParsedDetection,
    RawEnvelope,
    Rejected,
)
from cameras.adapters.ranges import cut
from tests.cameras.dahua_bodies import (
    ADAPTER,
    OVERVIEW,
    PROFILE,
    RECEIVED,
    SERIAL,
    VEHICLE,
    deliver,
    detect,
    event,
    jpeg,
    pic,
    refuse,
    rider,
    speeding,
    text,
    tollgate,
)

pytestmark = pytest.mark.gate


def test_a_byte_order_mark_is_skipped_and_the_ranges_still_fit():
    envelope = deliver(tollgate(), bom=True)
    [found] = ADAPTER.parse(envelope, PROFILE)
    assert isinstance(found, ParsedDetection)
    assert cut(envelope.body, found.images[0].where) == OVERVIEW


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "a")
    return out.getvalue()


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>" * 2


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        ("", "picture_empty"),
        ("-", "picture_empty"),
        ("QUJD", "picture_empty"),
        (text(SVG), "picture_not_jpeg"),
        (text(archive()), "picture_not_jpeg"),
        ("no base64 at all: " + "%" * 80, "picture_not_jpeg"),
        (7, "picture_empty"),
    ],
    ids=["nothing", "a dash", "three bytes", "an SVG", "a ZIP", "no base64", "a number"],
)
def test_what_is_no_picture_is_left_out_with_a_warning(content, warning):
    found = detect(tollgate(NormalPic={"Content": content, "PicName": "1.jpg"}))
    assert [image.role for image in found.images] == ["plate_crop"]
    assert warning in found.warnings


def test_a_picture_cut_short_is_kept_and_flagged():
    whole = text(OVERVIEW)
    envelope = deliver(tollgate(NormalPic={"Content": whole[: len(whole) // 2 * 2 - 31]}))
    [found] = ADAPTER.parse(envelope, PROFILE)
    assert isinstance(found, ParsedDetection)
    data = cut(envelope.body, found.images[0].where)
    assert OVERVIEW.startswith(data)
    assert 0 < len(data) < len(OVERVIEW)
    assert "picture_truncated" in found.warnings


def test_two_pictures_joined_in_one_content_are_both_kept():
    envelope = deliver(tollgate(NormalPic=pic(OVERVIEW + VEHICLE), CutoutPic=None))
    [found] = ADAPTER.parse(envelope, PROFILE)
    assert isinstance(found, ParsedDetection)
    assert [image.role for image in found.images] == ["overview_1", "context"]
    assert [cut(envelope.body, image.where) for image in found.images] == [OVERVIEW, VEHICLE]
    assert "picture_joined" in found.warnings


def test_the_same_picture_twice_is_one():
    found = detect(tollgate(VehiclePic=pic(OVERVIEW)))
    assert [image.role for image in found.images] == ["overview_1", "plate_crop"]
    assert "picture_repeated" in found.warnings


def test_a_picture_given_as_an_address_is_never_fetched():
    found = detect(tollgate(NormalPic={"URL": "http://198.51.100.7/1.jpg"}))
    assert "picture_by_url" in found.warnings


def test_a_refused_kind_of_picture_stays_in_the_raw_delivery():
    refusing = ADAPTER.profile(SERIAL, {"refused_pictures": ["VehiclePic"]})
    found = detect(tollgate(VehiclePic=pic(VEHICLE)), refusing)
    assert [image.role for image in found.images] == ["overview_1", "plate_crop"]
    assert "picture_refused" in found.warnings


@pytest.mark.parametrize(
    ("corners", "warning"),
    [
        ([0, 0, 0, 0], None),
        ([], None),
        ([3000, 2000, 1000, 2500], "box_outside_picture"),
        ([0, 0, 9000, 9000], "box_outside_picture"),
        ([1, 2, 3], "box_unreadable"),
        (["a", "b", "c", "d"], "box_unreadable"),
        ({"Left": 1}, "box_unreadable"),
    ],
)
def test_boxes_that_are_none(corners, warning):
    found = detect(tollgate(plate={"BoundingBox": corners}))
    assert found.images[0].boxes == ()
    assert set(found.warnings) & {"box_unreadable", "box_outside_picture"} == (
        {warning} if warning else set()
    )


def test_more_pictures_than_a_device_may_send_are_not_all_looked_at():
    many = [pic(jpeg("red", (64, 48 + number))) for number in range(40)]
    assert len(detect(tollgate(NormalPic=many, CutoutPic=None)).images) == MAX_PICTURES + 1


def test_a_flood_of_events_in_one_message_is_put_aside():
    assert refuse({"Events": [{"Code": "TrafficParking"}] * 17}) == "too_many_events"
    assert len(ADAPTER.parse(deliver({"Events": [speeding(NormalPic=None)] * 16}), PROFILE)) == 16


NAMES = [
    "Picture", "Plate", "Vehicle", "SnapInfo", "NormalPic", "Content", "Events", "Data",
    "TrafficCar", "NonMotor", "Object", "BoundingBox", "Code", "UTC", "RealUTC", "Pics",
    "GroupID", "CommInfo", "Seat", "CarWeightInfo", "DrivingDirection", "params",
]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.sampled_from(["TollgateInfo", "KeepAlive", "DeviceInfo", "Other"]))
def test_any_json_is_answered_without_raising(value, path):
    assert ADAPTER.parse(deliver(value, to=path), PROFILE)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["tollgate", "event", "two"]), st.integers(0, 9000), st.binary(max_size=12))
def test_damage_anywhere_never_raises(shape, place, bytes_put):
    whole = {
        "tollgate": tollgate(),
        "event": speeding(),
        "two": event(NonMotor=rider()),
    }[shape]
    body = json.dumps(whole).encode()
    place %= len(body)
    damaged = body[:place] + bytes_put + body[place + len(bytes_put) :]
    for item in ADAPTER.parse(deliver(damaged), PROFILE):
        assert isinstance(item, ParsedDetection | Heartbeat | Rejected)
        for image in item.images if isinstance(item, ParsedDetection) else ():
            assert hashlib.sha256(cut(damaged, image.where)).hexdigest() == image.sha256


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_garbage_never_raises(body):
    envelope = RawEnvelope((), body, RECEIVED, "//[", "POST")
    assert ADAPTER.parse(envelope, PROFILE)
