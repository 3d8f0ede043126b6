"""Hikvision pushes as they really come: misspelt, prefixed, with a profile, in several parts."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cameras.adapters.contract import Announcement, Heartbeat, RawEnvelope, Secrets
from cameras.adapters.ranges import cut
from cameras.adapters.vocabulary import OUTCOMES
from tests.cameras.hikvision_bodies import (
    ADAPTER,
    CROP,
    OVERVIEW,
    PICTURES,
    PROFILE,
    RECEIVED,
    RED_LIGHT,
    anpr_xml,
    deliver,
    detect,
    jpeg,
    picture_info,
    refuse,
)

pytestmark = pytest.mark.gate

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "cameras"


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
    taken = cut(envelope.body, overview.where)
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
        ("1345", "lane_marking"),
        ("1625", "red_light"),
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


@pytest.mark.parametrize(
    "info",
    [
        "",
        "<illegalInfo><illegalCode>0</illegalCode></illegalInfo>",
        "<illegalInfo><illegalCode>0000</illegalCode></illegalInfo>",
        "<illegalInfo><illegalCode>-</illegalCode></illegalInfo>",
    ],
)
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


def test_a_plate_first_message_announces_the_vehicle_that_follows():
    first = deliver(anpr_xml(tail="<hasMoreData>true</hasMoreData>"))
    assert ADAPTER.parse(first, PROFILE) == [Announcement("same-car")]
    assert detect(deliver(anpr_xml())).answers == "same-car"


def test_an_announcement_without_a_name_can_be_answered_by_nothing():
    nameless = anpr_xml(tail="<hasMoreData>true</hasMoreData>").replace(b"same-car", b"")
    assert refuse(deliver(nameless)) == "incomplete"


@pytest.mark.parametrize("event_type", ["VMD", "TPS", "fielddetection", ""])
def test_other_events_are_signs_of_life(event_type):
    assert ADAPTER.parse(deliver(anpr_xml(event_type=event_type)), PROFILE) == [Heartbeat()]


@pytest.mark.parametrize("event_type", ["videoloss", "heartBeat"])
def test_what_is_sent_at_once_shows_the_device_clock(event_type):
    sent = datetime(2026, 11, 18, 14, 6, 33, tzinfo=UTC)
    assert ADAPTER.parse(deliver(anpr_xml(event_type=event_type)), PROFILE) == [Heartbeat(sent)]
    late = anpr_xml(event_type=event_type, alarm="1")
    assert ADAPTER.parse(deliver(late), PROFILE) == [Heartbeat()]


def test_the_camera_gets_an_empty_200_whenever_its_bytes_are_kept():
    for outcome in OUTCOMES - {"forbidden", "unauthenticated", "too_large", "full"}:
        reply = ADAPTER.acknowledge(outcome, receipt_id="x", reason="y")
        assert (reply.status, reply.body) == (200, b"")
    statuses = [ADAPTER.acknowledge(word).status for word in ("forbidden", "too_large", "full")]
    assert statuses == [403, 413, 503]
    with pytest.raises(ValueError, match="unknown outcome"):
        ADAPTER.acknowledge("perhaps")


def test_the_sender_is_proven_by_the_network_only():
    assert ADAPTER.authenticate(deliver(anpr_xml()), Secrets(), RECEIVED) == "D"
    assert ADAPTER.replay_token(deliver(anpr_xml())) is None


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
