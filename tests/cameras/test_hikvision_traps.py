"""Traps in Hikvision pushes: wrong clocks, half a picture, hostile and damaged bodies."""

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.adapters.contract import RawEnvelope, TimeClaim, judge_clock
from tests.cameras.hikvision_bodies import (
    ADAPTER,
    CROP,
    OVERVIEW,
    PICTURES,
    PROFILE,
    RECEIVED,
    anpr_xml,
    deliver,
    detect,
    jpeg,
    refuse,
)

pytestmark = pytest.mark.gate


def test_a_clock_in_2034_is_kept_but_called_impossible():
    found = detect(deliver(anpr_xml(date_time="2034-01-01T08:00:00+07:00")))
    assert found.time.quality == "impossible"
    assert "clock_impossible" in found.warnings


def test_a_camera_that_stamps_china_time_is_read_by_the_rule_of_its_profile():
    envelope = deliver(anpr_xml(date_time="2026-11-18T21:06:33+08:00"))
    believed = detect(envelope)
    assert believed.time.occurred_at.hour == 13
    local = detect(envelope, ADAPTER.profile("HIK-0001", {"time_rule": "local+07:00"}))
    assert local.time.occurred_at.hour == 14
    assert local.time.offset_minutes == 480
    assert "offset_ignored" in local.warnings


def test_a_time_without_a_zone_is_vietnamese_time_and_says_so():
    found = detect(deliver(anpr_xml(date_time="2026-11-18T21:06:33")))
    assert found.time.occurred_at.hour == 14
    assert "offset_missing" in found.warnings


def test_an_unreadable_time_falls_back_on_the_pictures_and_then_rejects():
    found = detect(deliver(anpr_xml(date_time="yesterday")))
    assert found.time.source_field == "pictureInfo/absTime"
    pictures = PICTURES.replace("20261118210633480", "")
    assert refuse(deliver(anpr_xml(date_time="", pictures=pictures))) == "time_missing"


def test_a_history_upload_is_late_and_its_age_is_no_fault_of_the_clock():
    old = anpr_xml(date_time="2026-11-10T21:06:33+07:00", alarm="1")
    found = detect(deliver(old))
    assert found.time.late_reason == "history_upload"
    assert found.time.quality == "unknown"
    fresh = anpr_xml(date_time="2026-11-10T21:06:33+07:00")
    assert detect(deliver(fresh)).time.quality == "impossible"


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "a")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        (b"", "picture_empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture_not_jpeg"),
        (archive(), "picture_not_jpeg"),
    ],
)
def test_what_is_no_picture_is_left_out_with_a_warning(data, warning):
    found = detect(
        deliver(anpr_xml(), ("licensePlatePicture.jpg", CROP), ("detectionPicture.jpg", data))
    )
    assert [image.role for image in found.images] == ["plate_crop"]
    assert warning in found.warnings


def test_a_picture_cut_short_is_kept_and_flagged():
    cut = OVERVIEW[: len(OVERVIEW) // 2]
    found = detect(
        deliver(anpr_xml(), ("licensePlatePicture.jpg", CROP), ("detectionPicture.jpg", cut))
    )
    assert found.images[1].where.size == len(cut)
    assert "picture_truncated" in found.warnings


def test_a_body_cut_short_keeps_the_message():
    whole = deliver(anpr_xml())
    cut = RawEnvelope(whole.headers, whole.body[:-200], RECEIVED, "/x", "POST")
    found = detect(cut)
    assert found.plate_raw == "30F25658"
    assert "picture_truncated" in found.warnings


def test_two_pictures_joined_in_one_part_are_both_kept():
    joined = OVERVIEW + jpeg("blue")
    found = detect(
        deliver(anpr_xml(), ("licensePlatePicture.jpg", CROP), ("detectionPicture.jpg", joined))
    )
    assert [image.role for image in found.images] == ["plate_crop", "overview_1", "context"]
    assert found.images[1].sha256 == hashlib.sha256(OVERVIEW).hexdigest()
    assert "picture_joined" in found.warnings


def test_a_picture_given_as_an_address_is_never_fetched():
    infos = PICTURES.replace("<dataType>0</dataType>", "<dataType>1</dataType>", 1)
    found = detect(deliver(anpr_xml(pictures=infos), ("detectionPicture.jpg", OVERVIEW)))
    assert "picture_by_url" in found.warnings


def test_another_box_at_the_same_address_is_noticed():
    pinned = ADAPTER.profile("HIK-0001", {"mac_address": "D4:E8:53:00:00:02"})
    assert "mac_address_differs" in detect(deliver(anpr_xml()), pinned).warnings


def test_fields_of_newer_firmware_are_counted():
    found = detect(deliver(anpr_xml(tail="<brandNewField>7</brandNewField>")))
    assert found.unknown_fields == 1


def test_the_same_vehicle_twice_is_two_events_without_picture_ids():
    bare = PICTURES.replace("<pId>", "<x>").replace("</pId>", "</x>")
    first = detect(deliver(anpr_xml(pictures=bare)))
    second = detect(deliver(anpr_xml(pictures=bare, date_time="2026-11-18T21:06:35+07:00")))
    assert first.source_key != second.source_key
    assert first.source_key == detect(deliver(anpr_xml(pictures=bare))).source_key


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "xxxxxxxxxx"><!ENTITY c "&b;&b;&b;">]>'
    b"<EventNotificationAlert><eventType>&c;</eventType></EventNotificationAlert>"
)


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (BOMB, "xml_forbidden"),
        (b"<EventNotificationAlert>", "xml_malformed"),
        (b"<?xml version='1.0'?><Other/>", "message_unknown"),
        (b"<EventNotificationAlert>" + b" " * 300_000, "xml_too_large"),
        (b"<EventNotificationAlert>" + b"<a>" * 30 + b"</a>" * 30 + b"</EventNotificationAlert>",
         "xml_too_deep"),
        (b"<EventNotificationAlert><eventType>ANPR</eventType></EventNotificationAlert>",
         "event_empty"),
    ],
)  # fmt: skip
def test_a_hostile_or_foreign_message_is_rejected_with_a_code(xml, code):
    assert refuse(deliver(xml)) == code


def test_a_delivery_without_a_message_is_rejected():
    headers = (("Content-Type", "multipart/form-data; boundary=b"),)
    body = b"--b\r\nContent-Type: image/jpeg\r\n\r\n" + CROP + b"\r\n--b--"
    assert refuse(RawEnvelope(headers, body, RECEIVED, "/x", "POST")) == "xml_missing"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 5000), st.binary(max_size=12))
def test_damage_anywhere_never_raises(place, bytes_put):
    whole = deliver(anpr_xml())
    place %= len(whole.body)
    body = whole.body[:place] + bytes_put + whole.body[place + len(bytes_put) :]
    envelope = RawEnvelope(whole.headers, body, RECEIVED, "/x", "POST")
    assert ADAPTER.parse(envelope, PROFILE)


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"tiem_rule": "x"}, ValueError),
        ({"time_rule": "utc"}, ValueError),
        ({"code_map": {"1": "no_such_type"}}, ValueError),
        ({"code_map": "1625"}, TypeError),
        ({"device_serial": "other"}, ValueError),
    ],
)
def test_a_slip_in_a_device_profile_is_seen_when_it_is_saved(overrides, error):
    with pytest.raises(error):
        ADAPTER.profile("HIK-0001", overrides)


@pytest.mark.parametrize(
    ("minutes", "late_reason", "quality"),
    [
        (4, "none", "synchronised"),
        (6, "none", "impossible"),
        (-23 * 60, "none", "synchronised"),
        (-25 * 60, "none", "impossible"),
        (-25 * 60, "buffered", "synchronised"),
        (6, "buffered", "impossible"),
    ],
)
def test_a_moment_is_judged_by_our_own_clock(minutes, late_reason, quality):
    moment = RECEIVED + timedelta(minutes=minutes)
    claim = TimeClaim(moment, "", "x", "offset_in_value", 0, "synchronised", late_reason)
    assert judge_clock(claim, RECEIVED) == quality
