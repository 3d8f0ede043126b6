"""Hikvision pushes as they really come: misspelt, prefixed, out of time, half sent."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cameras.adapters.contract import (
    Heartbeat,
    ParsedDetection,
    RawEnvelope,
    Rejected,
    TimeClaim,
    judge_clock,
)
from cameras.adapters.hikvision_isapi import HikvisionIsapi
from cameras.adapters.vocabulary import OUTCOMES

pytestmark = pytest.mark.gate

ADAPTER = HikvisionIsapi()
PROFILE = ADAPTER.profile("HIK-0001", {})
RECEIVED = datetime(2026, 11, 18, 14, 7, 0, tzinfo=UTC)
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "cameras"


def jpeg(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


CROP, OVERVIEW = jpeg("white"), jpeg("red")


def picture_info(kind: str, name: str, more: str = "") -> str:
    return (
        f"<pictureInfo><fileName>{name}</fileName><type>{kind}</type><dataType>0</dataType>"
        f"<absTime>20261118210633480</absTime>{more}<pId>pid-{name}</pId></pictureInfo>"
    )


PICTURES = picture_info("licensePlatePicture", "licensePlatePicture.jpg") + picture_info(
    "detectionPicture",
    "detectionPicture.jpg",
    "<plateRect><X>691</X><Y>397</Y><width>59</width><height>34</height></plateRect>"
    "<vehicelRect><X>500</X><Y>250</Y><width>300</width><height>400</height></vehicelRect>",
)
RED_LIGHT = (
    "<illegalInfo><illegalCode>1625</illegalCode><illegalName>Red</illegalName></illegalInfo>"
)


def anpr_xml(
    *,
    anpr: str = RED_LIGHT,
    plate: str = "30F25658",
    date_time: str = "2026-11-18T21:06:33+07:00",
    pictures: str = PICTURES,
    tail: str = "",
    alarm: str = "0",
    event_type: str = "ANPR",
) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">'
        f"<macAddress>d4:e8:53:00:00:01</macAddress><dateTime>{date_time}</dateTime>"
        f"<eventType>{event_type}</eventType><eventState>active</eventState>"
        f"<ANPR><country>91</country><licensePlate>{plate}</licensePlate><line>2</line>"
        "<direction>reverse</direction><confidenceLevel>97</confidenceLevel>"
        "<plateColor>white</plateColor><plateCharBelieve>99,98,97</plateCharBelieve>"
        f"<vehicleType>vehicle</vehicleType><detectType>4</detectType>{anpr}"
        f"<alarmDataType>{alarm}</alarmDataType>"
        "<vehicleInfo><color>red</color><speed>0</speed>"
        "<vehicleLogoRecog>1036</vehicleLogoRecog><vehileModel>0</vehileModel></vehicleInfo>"
        f"<pictureInfoList>{pictures}</pictureInfoList></ANPR>"
        f"<UUID>same-car</UUID><picNum>2</picNum>{tail}</EventNotificationAlert>"
    ).encode()


def deliver(xml: bytes, *pictures: tuple[str, bytes], names: str = "filename") -> RawEnvelope:
    """Build one POST; ``names`` chooses whether the pictures carry a filename."""
    pictures = pictures or (("licensePlatePicture.jpg", CROP), ("detectionPicture.jpg", OVERVIEW))
    body = b'--b\r\nContent-Disposition: form-data; name="anpr.xml"; filename="anpr.xml"\r\n'
    body += b"Content-Type: text/xml\r\n\r\n" + xml + b"\r\n"
    for name, data in pictures:
        extra = f'; filename="{name}"' if names == "filename" else ""
        head = f'--b\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n'
        body += head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + data + b"\r\n"
    headers = (("Content-Type", "multipart/form-data; boundary=b"),)
    return RawEnvelope(headers, body + b"--b--\r\n", RECEIVED, "/intake/x", "POST")


def detect(envelope: RawEnvelope, profile=PROFILE) -> ParsedDetection:
    [found] = ADAPTER.parse(envelope, profile)
    assert isinstance(found, ParsedDetection), found
    return found


def refuse(envelope: RawEnvelope) -> str:
    [found] = ADAPTER.parse(envelope, PROFILE)
    assert isinstance(found, Rejected), found
    return found.code


def test_a_red_light_push_becomes_a_candidate_with_its_evidence():
    envelope = deliver(anpr_xml(anpr=RED_LIGHT + "<redLightTime>1.9</redLightTime>"))
    found = detect(envelope)
    assert (found.kind, found.violation_type) == ("violation_candidate", "red_light")
    assert (found.vendor_code, found.plate_raw, found.lane) == ("1625", "30F25658", 2)
    assert (found.plate_confidence, found.char_confidences) == (970, (990, 980, 970))
    assert (found.plate_colour, found.vehicle_class, found.direction) == (
        "white",
        "car",
        "receding",
    )
    assert found.red_since_ms == 1900
    assert found.time.occurred_at == datetime(2026, 11, 18, 14, 6, 33, 480000, tzinfo=UTC)
    assert found.time.quality == "unknown"
    assert found.source_key == "hikvision-isapi|HIK-0001|pid-licensePlatePicture.jpg"
    assert found.warnings == ()
    assert found.unknown_fields == 0


def test_pictures_are_byte_ranges_of_the_raw_body_with_boxes_between_0_and_1():
    envelope = deliver(anpr_xml())
    crop, overview = detect(envelope).images
    assert (crop.role, overview.role) == ("plate_crop", "overview_1")
    taken = envelope.body[overview.offset : overview.offset + overview.length]
    assert taken == OVERVIEW
    assert overview.sha256 == hashlib.sha256(OVERVIEW).hexdigest()
    assert overview.captured_local == "20261118210633480"
    plate, vehicle = overview.boxes
    assert (plate.kind, plate.x, plate.y, plate.raw) == ("plate", 0.691, 0.397, "691,397,59,34")
    assert (vehicle.kind, vehicle.width) == ("vehicle", 0.3)


def test_parts_without_a_filename_keep_their_pictures():
    found = detect(deliver(anpr_xml(), names="none"))
    assert [image.sha256 for image in found.images] == [
        hashlib.sha256(data).hexdigest() for data in (CROP, OVERVIEW)
    ]


def test_nameless_parts_are_taken_in_order_and_said_to_be():
    found = detect(deliver(anpr_xml(), ("", CROP), ("", OVERVIEW), names="none"))
    assert [image.role for image in found.images] == ["plate_crop", "overview_1"]
    assert "picture_matched_by_order" in found.warnings


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.hikvision.com/ver20/XMLSchema",
        "http://www.isapi.org/ver20/XMLSchema",
        "http://www.std-cgi.com/ver10/XMLSchema",
        "urn:psialliance-org",
    ],
)
def test_every_namespace_is_read_with_and_without_a_prefix(namespace):
    plain = anpr_xml().replace(b"http://www.hikvision.com/ver20/XMLSchema", namespace.encode())
    prefixed = plain.replace(b"xmlns=", b"xmlns:h=").replace(b"</", b"</h:").replace(b"<", b"<h:")
    prefixed = prefixed.replace(b"<h:/h:", b"</h:").replace(b"<h:?xml", b"<?xml")
    assert detect(deliver(plain)).violation_type == "red_light"
    assert detect(deliver(prefixed)).violation_type == "red_light"


def test_a_byte_order_mark_and_trailing_zero_bytes_do_no_harm():
    xml = b"\xef\xbb\xbf" + anpr_xml() + b"\x00\x00"
    assert detect(deliver(xml)).plate_raw == "30F25658"


def test_the_message_alone_is_read_without_pictures():
    headers = (("Content-Type", "application/xml"),)
    envelope = RawEnvelope(headers, anpr_xml(), RECEIVED, "/x", "POST")
    found = detect(envelope)
    assert found.images == ()
    assert {"picture_missing", "fewer_pictures_than_announced"} <= set(found.warnings)


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


def test_resent_data_are_marked():
    tail = "<isDataRetransmission>true</isDataRetransmission>"
    assert detect(deliver(anpr_xml(tail=tail))).time.late_reason == "retransmission"


def test_several_overviews_keep_their_order_and_meaning():
    infos = PICTURES + "".join(
        picture_info(f"detectionPicture_{number}", f"detectionPicture_{number}.jpg")
        for number in (2, 3)
    )
    found = detect(
        deliver(
            anpr_xml(pictures=infos),
            ("licensePlatePicture.jpg", CROP),
            ("detectionPicture.jpg", OVERVIEW),
            ("detectionPicture_2.jpg", jpeg("blue")),
            ("detectionPicture_3.jpg", jpeg("green")),
        )
    )
    roles = [image.role for image in found.images]
    assert roles == ["plate_crop", "overview_1", "overview_2", "overview_3"]


def test_a_face_crop_is_marked_for_restricted_sight_and_can_be_refused():
    infos = PICTURES + picture_info("pilotPicture", "pilotPicture.jpg")
    envelope = deliver(
        anpr_xml(pictures=infos),
        ("licensePlatePicture.jpg", CROP),
        ("detectionPicture.jpg", OVERVIEW),
        ("pilotPicture.jpg", jpeg("pink")),
    )
    assert detect(envelope).images[2].role == "occupant"
    strict = ADAPTER.profile("HIK-0001", {"refused_pictures": ["pilotPicture"]})
    refused = detect(envelope, strict)
    assert len(refused.images) == 2
    assert "picture_refused" in refused.warnings


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
    assert found.images[1].length == len(cut)
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


@pytest.mark.parametrize(
    ("written", "warning"), [("unknown", "plate_unread"), ("noPlate", "no_plate")]
)
def test_no_plate_is_not_a_plate(written, warning):
    found = detect(deliver(anpr_xml(plate=written)))
    assert found.plate_raw == ""
    assert warning in found.warnings


@pytest.mark.parametrize(
    ("code", "violation_type"),
    [
        ("1301", "wrong_way"),
        ("1240", "no_seat_belt"),
        ("151002", "no_helmet"),
        ("1208", "wrong_lane"),
    ],
)
def test_documented_codes_have_their_meaning(code, violation_type):
    info = f"<illegalInfo><illegalCode>{code}</illegalCode></illegalInfo>"
    assert detect(deliver(anpr_xml(anpr=info))).violation_type == violation_type


def test_an_unknown_code_is_kept_as_other_and_a_device_may_explain_it():
    envelope = deliver(anpr_xml(anpr="<illegalInfo><illegalCode>77001</illegalCode></illegalInfo>"))
    assert detect(envelope).violation_type == "other"
    assert "code_unknown" in detect(envelope).warnings
    taught = ADAPTER.profile("HIK-0001", {"code_map": {"77001": "box_junction"}})
    assert detect(envelope, taught).violation_type == "box_junction"


@pytest.mark.parametrize("info", ["", "<illegalInfo><illegalCode>0</illegalCode></illegalInfo>"])
def test_a_passage_is_no_violation(info):
    found = detect(deliver(anpr_xml(anpr=info)))
    assert (found.kind, found.violation_type) == ("passage", None)


def test_a_speed_is_whole_tenths_with_its_method():
    anpr = "<illegalInfo><illegalCode>151101</illegalCode></illegalInfo><speedLimit>80</speedLimit>"
    xml = anpr_xml(anpr=anpr).replace(b"<speed>0</speed>", b"<speed>97.48</speed>")
    found = detect(
        deliver(xml), ADAPTER.profile("HIK-0001", {"code_map": {"151101": "speed_over"}})
    )
    assert (found.speed_tenths, found.limit_tenths, found.speed_method) == (974, 800, "radar")
    assert found.violation_type == "speed_over"


def test_a_speed_above_the_limit_is_a_candidate_without_a_known_code():
    xml = anpr_xml(anpr="<speedLimit>80</speedLimit>").replace(b"<speed>0<", b"<speed>97<")
    found = detect(deliver(xml))
    assert found.violation_type == "speed_over"
    assert "type_from_speed" in found.warnings


def test_a_two_wheeler_is_a_motorcycle_whatever_else_is_said():
    anpr = RED_LIGHT + "<twoWheelVehicle>yes</twoWheelVehicle>"
    assert detect(deliver(anpr_xml(anpr=anpr))).vehicle_class == "motorcycle"


def test_the_brand_name_comes_from_the_device_profile():
    named = ADAPTER.profile("HIK-0001", {"make_map": {"1036": "Toyota"}})
    assert detect(deliver(anpr_xml()), named).vehicle_make == "Toyota"
    assert detect(deliver(anpr_xml())).vehicle_make == ""


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


def test_a_plate_first_message_waits_for_its_pictures():
    assert refuse(deliver(anpr_xml(tail="<hasMoreData>true</hasMoreData>"))) == "incomplete"


@pytest.mark.parametrize("event_type", ["videoloss", "VMD", "TPS", "heartBeat"])
def test_other_events_are_signs_of_life(event_type):
    assert ADAPTER.parse(deliver(anpr_xml(event_type=event_type)), PROFILE) == [Heartbeat()]


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


def test_the_camera_gets_an_empty_200_whenever_its_bytes_are_kept():
    for outcome in OUTCOMES - {"forbidden", "unauthenticated", "too_large", "full"}:
        reply = ADAPTER.acknowledge(outcome, receipt_id="x", reason="y")
        assert (reply.status, reply.body) == (200, b"")
    statuses = [ADAPTER.acknowledge(word).status for word in ("forbidden", "too_large", "full")]
    assert statuses == [403, 413, 503]
    with pytest.raises(ValueError, match="unknown outcome"):
        ADAPTER.acknowledge("perhaps")


def test_the_sender_is_proven_by_the_network_only():
    assert ADAPTER.authenticate(deliver(anpr_xml()), None, RECEIVED) == "D"
    assert ADAPTER.replay_token(deliver(anpr_xml())) is None


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


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not on this machine")
def test_a_real_message_from_the_field_is_read():
    xml = (SAMPLES / "anpr_parkpow.xml").read_bytes()
    envelope = deliver(xml)
    received = datetime(2024, 1, 19, 3, 20, tzinfo=UTC)
    found = detect(RawEnvelope(envelope.headers, envelope.body, received, "/x", "POST"))
    assert (found.plate_raw, found.lane, found.kind) == ("PECT600", 2, "passage")
    assert found.time.occurred_at == datetime(2024, 1, 19, 3, 17, 19, 654000, tzinfo=UTC)
    assert found.unknown_fields == 0
    assert found.warnings == ("country_unexpected",)
    poll = RawEnvelope(
        (("Content-Type", "application/xml"),),
        (SAMPLES / "poll_vehicleDetect_plates.xml").read_bytes(),
        received,
        "/x",
        "POST",
    )
    assert refuse(poll) == "message_unknown"
