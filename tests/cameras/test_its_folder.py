"""Events of Hikvision ITS devices, read from the files they put on an FTP server."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cameras.adapters.contract import Heartbeat, RawEnvelope, Secrets
from cameras.adapters.hikvision_file_names import read_file_name
from cameras.adapters.ranges import cut
from cameras.adapters.registry import adapter_for
from cameras.adapters.vocabulary import OUTCOMES
from tests.cameras.factories import AT, PLATE, picture
from tests.cameras.hikvision_bodies import jpeg
from tests.cameras.its_files import (
    ADAPTER,
    EVENT,
    PROFILE,
    STAMP,
    detect,
    envelope,
    message,
    overviews,
    red_light,
    refuse,
)

pytestmark = pytest.mark.gate

OCCURRED = datetime(2026, 10, 12, 1, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "code", "place", "time", "plate", "rest"),
    [
        (f"{EVENT}.xml", "NUT1", "ha noi Duong Vi Du", STAMP, PLATE, ""),
        (f"NUT1_Duong A_{STAMP}_{PLATE}.jpg", "NUT1", "Duong A", STAMP, PLATE, ""),
        (f"NUT1_{STAMP}_{PLATE}_2.jpg", "NUT1", "", STAMP, PLATE, "2"),
        (f"{STAMP}_{PLATE}.jpg", "", "", STAMP, PLATE, ""),
        (f"NUT1_{STAMP[:14]}_unknown.jpg", "NUT1", "", STAMP[:14], "unknown", ""),
        (f"NUT1_{STAMP}", "NUT1", "", STAMP, "", ""),
    ],
)
def test_the_name_of_a_file_says_where_when_and_which_plate(name, code, place, time, plate, rest):
    found = read_file_name(name)
    assert (found.code, found.place, found.time) == (code, place, time)
    assert (found.plate, found.rest) == (plate, rest)
    assert found.event and name.startswith(found.event)


def test_a_name_that_is_the_same_in_every_event_names_none():
    assert read_file_name("detectionPicture_2.jpg").is_the_same_in_every_event
    assert not read_file_name("unheard of.jpg").is_the_same_in_every_event


def test_the_files_of_a_red_light_become_a_candidate_with_untouched_pictures():
    files = red_light()
    delivered = envelope(files)
    found = detect(files)
    assert (found.kind, found.violation_type, found.plate_raw) == (
        "violation_candidate", "red_light", PLATE,
    )  # fmt: skip
    assert (found.lane, found.vehicle_class, found.answers) == (2, "car", "car-1")
    assert [image.role for image in found.images] == ["overview_1", "overview_2", "overview_3"]
    assert [cut(delivered.body, image.where) for image in found.images] == list(
        overviews().values()
    )
    assert set(found.warnings) == {"offset_ignored"}
    assert found.unknown_fields == 0


def test_local_time_printed_as_utc_is_local_time():
    found = detect(red_light())
    assert found.time.occurred_at == OCCURRED
    assert (found.time.rule, found.time.offset_minutes) == ("local+07:00", 0)


def test_a_profile_that_believes_the_zone_is_contradicted_by_the_name():
    believing = ADAPTER.profile("ITS-0001", {"time_rule": "offset_in_value"})
    shifted = red_light() | {f"{EVENT}.xml": message(date_time="2026-10-12T01:00:00+00:00")}
    assert "time_mismatch" in detect(shifted, believing).warnings


def test_one_composite_picture_under_the_name_of_the_message_is_enough_to_be_read():
    found = detect({f"{EVENT}.xml": message(), f"{EVENT}.jpg": picture("composite")})
    assert [image.role for image in found.images] == ["composite"]
    assert "picture_missing" in found.warnings
    assert "picture_matched_by_order" not in found.warnings


def test_listed_pictures_beside_the_message_are_found_by_their_own_names():
    files = {
        f"{EVENT}.xml": message(),
        "licensePlatePicture.jpg": picture("crop", (160, 60)),
        "detectionPicture.jpg": picture("scene"),
    }
    assert [image.role for image in detect(files).images] == ["plate_crop", "overview_1"]


def test_pictures_alone_are_a_passage_known_from_their_name():
    found = detect({f"{EVENT}.jpg": picture("alone")})
    assert (found.kind, found.violation_type, found.plate_raw) == ("passage", None, PLATE)
    assert (found.time.occurred_at, found.time.source_field) == (OCCURRED, "file name")
    assert "plate_from_file_name" in found.warnings


def test_pictures_alone_without_a_speaking_name_are_put_aside():
    assert refuse({"detectionPicture.jpg": picture("whose?")}) == "xml_missing"


@pytest.mark.parametrize(
    ("in_message", "in_name", "plate", "warnings"),
    [
        ("unknown", PLATE, PLATE, {"plate_from_file_name"}),
        ("", PLATE, PLATE, {"plate_from_file_name"}),
        ("noPlate", PLATE, "", {"no_plate", "plate_changed_by_device"}),
        ("noPlate", "unknown", "", {"no_plate"}),
        (PLATE, "unknown", PLATE, set()),
        ("30F-256.58", "30F25658", "30F-256.58", set()),
        ("蓝30F25658", "蓝30F25658", "30F25658", set()),
        ("30F25658", "30F25659", "30F25658", {"plate_changed_by_device"}),
    ],
)
def test_the_plate_of_name_and_message_are_compared(in_message, in_name, plate, warnings):
    event = f"NUT1_{STAMP}_{in_name}"
    found = detect({f"{event}.xml": message(plate=in_message), f"{event}.jpg": picture("x")})
    assert found.plate_raw == plate
    of_plates = {"plate_from_file_name", "no_plate", "plate_unread", "plate_changed_by_device"}
    assert of_plates & set(found.warnings) == warnings


def test_an_event_is_known_by_its_name_whatever_pictures_came():
    whole, part = red_light(), red_light()
    part.pop(f"{EVENT}_detectionPicture_3.jpg")
    assert detect(whole).source_key == detect(part).source_key
    assert PLATE not in detect(whole).source_key
    other = {name.replace(STAMP, "20261012080001250"): data for name, data in whole.items()}
    assert detect(other).source_key != detect(whole).source_key


@pytest.mark.parametrize(
    ("waited", "late_reason", "quality"),
    [
        (timedelta(days=3), "buffered", "unknown"),
        (timedelta(minutes=5), "none", "unknown"),
        (None, "none", "impossible"),
    ],
    ids=["lay three days in the folder", "lay five minutes", "nobody knows how long"],
)
def test_a_file_that_waited_for_us_has_no_wrong_clock(waited, late_reason, quality):
    arrived = AT + timedelta(seconds=5)
    received = arrived + (waited or timedelta(days=3))
    header = f"{arrived:%a, %d %b %Y %H:%M:%S GMT}" if waited else ""
    found = detect(red_light(), received_at=received, arrived=header)
    assert (found.time.late_reason, found.time.quality) == (late_reason, quality)


def test_a_message_of_another_kind_is_a_sign_of_life_or_not_known():
    alive = {
        "x.xml": b"<EventNotificationAlert><eventType>VMD</eventType></EventNotificationAlert>"
    }
    assert ADAPTER.parse(envelope(alive), PROFILE) == [Heartbeat()]
    assert refuse({"x.xml": b"<html/>"}) == "message_unknown"
    assert refuse({"x.xml": b"<FTP>"}) == "xml_malformed"
    assert refuse({"x.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><FTP>&b;</FTP>"}) == "xml_forbidden"
    assert refuse({"x.xml": b"<FTP/>", "y.jpg": jpeg()}) == "time_missing"


def test_the_message_of_a_push_put_by_ftp_is_read_too():
    inside = message().replace(b"<FTP>", b"<ANPR>").replace(b"</FTP>", b"</ANPR>")
    wrapped = (
        b"<EventNotificationAlert><eventType>ANPR</eventType>"
        b"<dateTime>2026-10-12T08:00:00+07:00</dateTime>" + inside + b"</EventNotificationAlert>"
    )
    found = detect({f"{EVENT}.xml": wrapped, f"{EVENT}.jpg": picture("x")})
    assert (found.violation_type, found.plate_raw) == ("red_light", PLATE)


def test_it_is_registered_and_answers_every_outcome():
    assert adapter_for("hikvision-its-folder").version == "1"
    assert ADAPTER.authenticate(envelope(red_light()), Secrets(), AT) == "D"
    assert ADAPTER.replay_token(envelope(red_light())) is None
    assert {ADAPTER.acknowledge(word).status for word in OUTCOMES} == {200, 403, 413, 503}
    with pytest.raises(ValueError, match="unknown outcome"):
        ADAPTER.acknowledge("perhaps")


SMALL = {f"{EVENT}.xml": message(), f"{EVENT}.jpg": jpeg()}


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 4000), st.binary(max_size=12))
def test_damage_anywhere_never_raises(place, bytes_put):
    whole = envelope(SMALL)
    place %= len(whole.body)
    body = whole.body[:place] + bytes_put + whole.body[place + len(bytes_put) :]
    assert ADAPTER.parse(RawEnvelope(whole.headers, body, AT, "/x", "FOLDER"), PROFILE)


@settings(max_examples=150, deadline=None)
@example(".", b"")
@given(
    st.text(min_size=1, max_size=60).filter(lambda text: "/" not in text), st.binary(max_size=200)
)
def test_any_name_and_any_content_never_raise(name, data):
    assert read_file_name(name).rest is not None
    try:
        f"{name}.xml".encode()
    except UnicodeEncodeError:
        return
    assert ADAPTER.parse(envelope({f"{name}.xml": data, f"{name}.jpg": data}), PROFILE)
