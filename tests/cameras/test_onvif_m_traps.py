"""Traps in ONVIF messages: no pictures, XML bombs, foreign and damaged bodies."""

import io
import json
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.adapters.contract import Secrets
from cameras.adapters.ranges import cut
from cameras.adapters.vocabulary import OUTCOMES
from tests.cameras.hikvision_bodies import jpeg
from tests.cameras.onvif_bodies import (
    ADAPTER,
    CAR,
    PLATE_ITEM,
    PROFILE,
    RECEIVED,
    SCENE,
    TRANSFORMATION,
    detect,
    envelope,
    frame,
    notification,
    plate_info,
    refuse,
    spoken,
    stream,
    text_of,
    thing,
)

pytestmark = pytest.mark.gate


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "a" * 100)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "warning", "kept"),
    [
        (" ", "picture_empty", 0),
        (text_of(b"<svg xmlns='http://www.w3.org/2000/svg'>" + b" " * 60), "picture_not_jpeg", 0),
        (text_of(archive()), "picture_not_jpeg", 0),
        (text_of(SCENE)[: len(text_of(SCENE)) // 2 - 1], "picture_truncated", 1),
        (text_of(SCENE + jpeg("blue")), "picture_joined", 2),
    ],
    ids=["no bytes", "svg", "zip", "base64 cut short", "two joined"],
)
def test_what_is_wrong_with_a_picture_is_said(text, warning, kept):
    found = detect(stream(frame(scene=text)))
    assert warning in found.warnings
    assert len(found.images) == kept


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_picture_written_in_lines_is_found_in_the_body(line_end):
    text = text_of(SCENE)
    lines = line_end.join(text[place : place + 76] for place in range(0, len(text), 76))
    body = stream(frame(scene=lines))
    assert cut(body, detect(body).images[0].where) == SCENE


def test_a_picture_given_as_an_address_is_never_opened():
    body = stream(frame(CAR + "<tt:SceneImageRef>http://x/a.jpg</tt:SceneImageRef>", scene=""))
    found = detect(body)
    assert (found.images, found.warnings) == ((), ("picture_by_url",))


@pytest.mark.parametrize(("country", "noticed"), [("VN", False), ("VNM", False), ("CN", True)])
def test_a_foreign_plate_is_noticed(country, noticed):
    found = detect(stream(frame(thing(1, plate_info(country=country)))))
    assert ("country_unexpected" in found.warnings) is noticed


def test_a_large_picture_does_not_count_as_markup_but_much_markup_does():
    large = jpeg("red", (64, 48)) + b"\x00" * 400_000
    assert detect(stream(frame(scene=text_of(large)))).plate_raw == "30F-256.58"
    assert refuse(stream(frame() + "<tt:x/>" * 40_000)) == "xml_too_large"


def test_of_a_crowd_of_objects_only_the_first_are_read():
    crowd = "".join(thing(number, plate_info()) for number in range(300))
    found = ADAPTER.parse(envelope(stream(frame(crowd))), PROFILE)
    assert len(found) == 20
    assert all("objects_left_out" in one.warnings for one in found)


@pytest.mark.parametrize("filler", [b'"', b">A", b"A" * 8], ids=["quotes", "tags", "letters"])
def test_a_large_body_of_nothing_is_refused_at_once(filler):
    body = b"<a>" + filler * (4_000_000 // len(filler)) + b"</a"
    began = time.perf_counter()
    assert refuse(body) in {"xml_too_large", "xml_malformed"}
    assert time.perf_counter() - began < 5


def test_fields_of_newer_firmware_are_counted():
    odd = thing(1, plate_info(more="<tt:Brand9>7</tt:Brand9>"))
    assert detect(stream(frame(odd))).unknown_fields == 1


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "xxxx"><!ENTITY c "&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "xml_empty"),
        (BOMB, "xml_forbidden"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "xml_forbidden"),
        (b"<tt:MetadataStream>", "xml_malformed"),
        (b"\xff\xfe<\x00", "xml_malformed"),
        (b"<a>" * 30 + b"</a>" * 30, "xml_too_deep"),
        (b"<EventNotificationAlert/>", "message_unknown"),
        (b"{", "json_malformed"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, "json_too_deep"),
        (b"[]", "json_malformed"),
        (b'{"a": 1}', "message_unknown"),
        (stream(frame(utc="yesterday")), "time_missing"),
    ],
)
def test_a_hostile_or_foreign_message_is_rejected_with_a_code(body, code):
    assert refuse(body) == code


def test_the_device_proves_nothing_and_is_answered_by_a_status_alone():
    assert ADAPTER.authenticate(envelope(b""), Secrets(), RECEIVED) == "D"
    wanted = {"forbidden": 403, "unauthenticated": 403, "too_large": 413, "full": 503}
    for outcome in OUTCOMES:
        reply = ADAPTER.acknowledge(outcome)
        assert (reply.status, reply.body) == (wanted.get(outcome, 200), b"")


GOOD = [stream(frame(before=TRANSFORMATION), notification(data=PLATE_ITEM)), spoken()]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 9000), st.binary(max_size=12), st.sampled_from(GOOD))
def test_damage_anywhere_never_raises(place, bytes_put, body):
    place %= len(body)
    damaged = body[:place] + bytes_put + body[place + len(bytes_put) :]
    assert ADAPTER.parse(envelope(damaged), PROFILE)


NAMES = ["Data", "Source", "Frame", "Object", "Appearance", "LicensePlateInfo", "PlateNumber",
         "@ObjectId", "@UtcTime", "UtcTime", "#text", "BoundingBox", "@left", "SceneImage",
         "SimpleItem", "NotificationMessage", "{x}y", "a:b", ""]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json_is_read_or_rejected(said):
    assert ADAPTER.parse(envelope(json.dumps(said).encode()), PROFILE)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_rejected(body):
    assert ADAPTER.parse(envelope(body), PROFILE)
