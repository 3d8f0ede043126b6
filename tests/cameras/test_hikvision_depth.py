"""Hikvision pushes to their full depth: JSON, twelve kinds of picture, films, occupants, plates."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.adapters.contract import Announcement, Heartbeat, RawEnvelope
from cameras.adapters.hikvision_codes import PICTURE_ROLES
from cameras.adapters.ranges import cut
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
    film,
    jpeg,
    picture_info,
    refuse,
)

pytestmark = pytest.mark.gate


def message(**changes) -> dict:
    """Write the red light of ``anpr_xml`` as JSON."""
    anpr = {
        "country": 91,
        "licensePlate": "30F25658",
        "line": 2,
        "direction": "reverse",
        "confidenceLevel": 97,
        "plateColor": "white",
        "vehicleType": "vehicle",
        "detectType": 4,
        "alarmDataType": 0,
        "illegalInfo": {"illegalCode": "1625", "illegalName": "Red"},
        "vehicleInfo": {"color": "red", "speed": 0},
        "pictureInfoList": [
            {
                "fileName": "detectionPicture.jpg",
                "type": "detectionPicture",
                "dataType": 0,
                "absTime": "20261118210633480",
                "pId": "pid-1",
                "plateRect": {"X": 691, "Y": 397, "width": 59, "height": 34},
            }
        ],
        **changes.pop("anpr", {}),
    }
    return {
        "dateTime": "2026-11-18T21:06:33+07:00",
        "eventType": "ANPR",
        "UUID": "same-car",
        "picNum": 1,
        "isDataRetransmission": False,
        "ANPR": anpr,
        **changes,
    }


def json_push(content: dict, *pictures: tuple[str, bytes]) -> RawEnvelope:
    body = b'--b\r\nContent-Disposition: form-data; name="anpr"\r\n'
    body += b"Content-Type: application/json\r\n\r\n" + json.dumps(content).encode() + b"\r\n"
    for name, data in pictures:
        head = f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        body += head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + data + b"\r\n"
    headers = (("Content-Type", "multipart/form-data; boundary=b"),)
    return RawEnvelope(headers, body + b"--b--\r\n", RECEIVED, "/x", "POST")


def test_the_json_variant_says_the_same_as_the_xml():
    envelope = json_push(message(), ("detectionPicture.jpg", OVERVIEW))
    found = detect(envelope)
    [picture] = found.images
    assert (found.violation_type, found.plate_raw, found.lane) == ("red_light", "30F25658", 2)
    assert (found.vehicle_class, found.direction, found.answers) == ("car", "receding", "same-car")
    assert found.time.occurred_at == detect(deliver(anpr_xml())).time.occurred_at
    assert (picture.role, cut(envelope.body, picture.where)) == ("overview_1", OVERVIEW)
    assert picture.boxes[0].raw == "691,397,59,34"
    assert found.source_key == "hikvision-isapi|HIK-0001|pid-1"
    assert (found.warnings, found.unknown_fields) == ((), 0)


def nested(content: dict) -> dict:
    """Write the list of pictures as the XML would: an object that holds a list of one name."""
    listed = content["ANPR"]["pictureInfoList"]
    return message(anpr={"pictureInfoList": {"pictureInfo": listed}})


@pytest.mark.parametrize(
    "content",
    [
        message(),
        nested(message()),
        {"EventNotificationAlert": message()},
        [message()],
    ],
    ids=["bare", "nested list", "with the outermost name", "in a list"],
)
def test_json_alone_is_read_in_every_form(content):
    headers = (("Content-Type", "application/json"),)
    body = b"\xef\xbb\xbf" + json.dumps(content).encode()
    found = detect(RawEnvelope(headers, body, RECEIVED, "/x", "POST"))
    assert (found.violation_type, found.plate_raw) == ("red_light", "30F25658")
    assert {"picture_missing", "fewer_pictures_than_announced"} <= set(found.warnings)


@pytest.mark.parametrize(
    ("content", "result"),
    [
        (message(isDataRetransmission=True), "retransmission"),
        (message(anpr={"alarmDataType": 1}), "history_upload"),
        (message(), "none"),
    ],
    ids=["resent", "history", "at once"],
)
def test_json_says_too_why_it_comes_late(content, result):
    assert detect(json_push(content)).time.late_reason == result


def test_json_events_of_other_kinds_are_signs_of_life_and_strange_ones_are_not_known():
    assert ADAPTER.parse(json_push({"eventType": "AIOP", "x": 1}), PROFILE) == [Heartbeat()]
    announced = message(anpr={"hasMoreData": True})
    assert ADAPTER.parse(json_push(announced), PROFILE) == [Announcement("same-car")]
    assert refuse(json_push({"carState": "new"})) == "message_unknown"
    deep: dict = {}
    for _level in range(30):
        deep = {"a": deep}
    assert refuse(json_push(deep)) == "json_too_deep"
    assert refuse(json_push(message(x="y" * 300_000))) == "event_too_large"


def test_all_twelve_kinds_of_picture_have_their_role():
    infos = "".join(picture_info(kind, f"{kind}.jpg") for kind in PICTURE_ROLES)
    parts = [(f"{kind}.jpg", jpeg("red", (64, 40 + n))) for n, kind in enumerate(PICTURE_ROLES)]
    found = detect(deliver(anpr_xml(pictures=infos), *parts))
    roles = {image.name.removesuffix(".jpg"): image.role for image in found.images}
    assert len(roles) == 12
    assert roles == {
        "detectionPicture": "overview_1",
        "pedestrianDetectionPicture": "overview_2",
        "licensePlatePicture": "plate_crop",
        "vehiclePicture": "vehicle_crop",
        "nonMotorPicture": "vehicle_crop",
        "compositePicture": "composite",
        "pilotPicture": "occupant",
        "copilotPicture": "occupant",
        "pedestrianPicture": "occupant",
        "featurePicture": "context",
        "panoramaPicture": "context",
        "plateBinaryPicture": "context",
    }
    assert "picture_type_unknown" not in found.warnings


def test_eight_numbered_pictures_of_one_kind_keep_their_names_and_order():
    names = [f"detectionPicture_{number}.jpg" for number in range(1, 9)]
    infos = "".join(picture_info("detectionPicture", name) for name in names)
    parts = [(name, jpeg("red", (64, 40 + n))) for n, name in enumerate(names)]
    found = detect(deliver(anpr_xml(pictures=infos), *reversed(parts)))
    assert [image.name for image in found.images] == names
    assert [image.role for image in found.images] == [
        "overview_1", "overview_2", "overview_3", *["context"] * 5,
    ]  # fmt: skip
    assert [image.sha256 for image in found.images] == [
        hashlib.sha256(data).hexdigest() for _name, data in parts
    ]


def test_a_listed_picture_that_did_not_come_is_not_replaced_by_another_kind():
    found = detect(deliver(anpr_xml(), ("compositePicture.jpg", OVERVIEW)))
    assert [image.role for image in found.images] == ["composite"]
    assert {"picture_missing", "picture_unlisted"} <= set(found.warnings)


def test_a_kind_written_with_its_file_ending_and_a_content_id_are_understood():
    infos = picture_info("featurePicture.jpg", "featurePicture.jpg")
    body = deliver(anpr_xml(pictures=infos), ("odd", OVERVIEW), names="none").body
    body = body.replace(b'name="odd"\r\n', b'name="odd"\r\nContent-ID: <featurePicture.jpg>\r\n')
    headers = (("Content-Type", "multipart/form-data; boundary=b"),)
    found = detect(RawEnvelope(headers, body, RECEIVED, "/x", "POST"))
    assert [image.role for image in found.images] == ["context"]
    assert not {"picture_type_unknown", "picture_matched_by_order"} & set(found.warnings)


RECORD = "<RecordInfo><fileName>record.mp4</fileName><dataType>0</dataType></RecordInfo>"


def with_film(data: bytes, tail: str = RECORD) -> RawEnvelope:
    pictures = (("licensePlatePicture.jpg", CROP), ("detectionPicture.jpg", OVERVIEW))
    envelope = deliver(anpr_xml(tail=tail), *pictures, ("record.mp4", data))
    body = envelope.body.replace(
        b'filename="record.mp4"\r\nContent-Type: image/jpeg',
        b'filename="record.mp4"\r\nContent-Type: video/mp4',
    )
    return RawEnvelope(envelope.headers, body, RECEIVED, "/x", "POST")


def test_a_film_is_a_range_of_the_body_and_no_picture():
    envelope = with_film(film(seconds=3))
    found = detect(envelope)
    [clip] = found.films
    assert cut(envelope.body, clip.where) == film(seconds=3)
    assert (clip.media_type, clip.duration_ms, clip.name) == ("video/mp4", 3000, "record.mp4")
    assert len(found.images) == 2
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("data", "count", "warning"),
    [
        (film()[:-20], 0, "film_truncated"),
        (b"", 0, "film_empty"),
        (b"PK\x03\x04 an archive", 1, None),
    ],
    ids=["cut short", "empty", "something else, which is put aside with the delivery"],
)
def test_a_damaged_film_does_not_cost_the_detection(data, count, warning):
    found = detect(with_film(data))
    assert len(found.films) == count
    assert set(found.warnings) == ({warning} if warning else set())


def test_a_film_that_did_not_come_is_said_to_be_missing_and_never_fetched():
    assert "film_missing" in detect(deliver(anpr_xml(tail=RECORD))).warnings
    address = RECORD.replace("<dataType>0<", "<dataType>1<")
    assert "film_by_url" in detect(deliver(anpr_xml(tail=address))).warnings


@pytest.mark.parametrize(
    ("tags", "occupants"),
    [
        ("<helmet>no</helmet>", {"helmet_driver": "no"}),
        (
            "<pilotsafebelt>no</pilotsafebelt><vicepilotsafebelt>unknown</vicepilotsafebelt>",
            {"belt_driver": "no", "belt_passenger": "unknown"},
        ),
        ("<uphone>yes</uphone><helmet>perhaps</helmet>", {"phone": "yes"}),
        ("<helmet>unknown</helmet><uphone>unknown</uphone>", None),
        ("", None),
    ],
    ids=["helmet", "belts", "phone", "nothing seen", "nothing said"],
)
def test_occupants_are_in_the_words_of_the_event(tags, occupants):
    found = detect(deliver(anpr_xml(anpr=RED_LIGHT + tags)))
    assert found.details.get("occupants") == occupants
    assert found.unknown_fields == 0


def test_duration_and_weight_are_whole_figures_in_our_units():
    anpr = RED_LIGHT + "<dwIllegalTime>2750</dwIllegalTime>"
    weight = (
        "<VehicleWeightInfo><weight>32.4567</weight><limitWeight>30.000</limitWeight>"
        "<AxleInfoList><AxleInfo><axleWeight>7100.50</axleWeight></AxleInfo>"
        "<AxleInfo><axleWeight>11500</axleWeight></AxleInfo></AxleInfoList></VehicleWeightInfo>"
    )
    found = detect(deliver(anpr_xml(anpr=anpr, tail=weight)))
    assert found.details == {
        "violation_duration_ms": 2750,
        "weight": {"total_kg": 32456, "limit_kg": 30000, "axle_kg": [7100, 11500]},
    }


@pytest.mark.parametrize(
    ("written", "told", "plate", "colour"),
    [
        ("蓝30A12345", "unknown", "30A12345", "blue"),
        ("黄29H12345", "unknown", "29H12345", "yellow"),
        ("黄29H12345", "white", "29H12345", "white"),
        ("黄绿30A12345", "unknown", "30A12345", "unknown"),
        ("黑30A12345", "unknown", "30A12345", "unknown"),
        ("黑A12345", "unknown", "黑A12345", "unknown"),
        ("蓝", "unknown", "蓝", "unknown"),
        ("30A12345", "blue", "30A12345", "blue"),
        ("30A12345", "green", "30A12345", "unknown"),
        ("noPlate", "unknown", "", "unknown"),
        ("unknown", "white", "", "white"),
    ],
)
def test_a_colour_before_the_plate_is_not_part_of_it(written, told, plate, colour):
    xml = anpr_xml(plate=written).replace(b"<plateColor>white<", f"<plateColor>{told}<".encode())
    found = detect(deliver(xml))
    assert (found.plate_raw, found.plate_colour) == (plate, colour)


def test_a_colour_is_no_change_of_the_plate_and_its_confidence_is_left_out():
    xml = anpr_xml(
        plate="蓝30A1", anpr=RED_LIGHT + "<originalLicensePlate>蓝30A1</originalLicensePlate>"
    ).replace(b"99,98,97", b"10,99,98,97,96")
    found = detect(deliver(xml))
    assert found.char_confidences == (990, 980, 970, 960)
    assert "plate_changed_by_device" not in found.warnings


@pytest.mark.parametrize(
    ("fields", "is_unexpected"),
    [
        ("<country>91</country>", False),
        ("<country>VNM</country>", False),
        ("<country>0</country>", False),
        ("<country>253</country><CRIndex>91</CRIndex>", False),
        ("<country>253</country><CRIndex>257</CRIndex>", True),
        ("<country>59</country>", True),
        ("<country>IDN</country>", True),
    ],
)
def test_a_foreign_country_is_noticed_however_it_is_written(fields, is_unexpected):
    xml = anpr_xml().replace(b"<country>91</country>", fields.encode())
    assert ("country_unexpected" in detect(deliver(xml)).warnings) is is_unexpected


@pytest.mark.parametrize(
    ("fields", "vehicle"),
    [
        ("<vehicleType>containerTruck</vehicleType>", "truck"),
        ("<vehicleType>threeWheelVehicle</vehicleType>", "motorcycle"),
        ("<threeWheelVehicle>yes</threeWheelVehicle>", "motorcycle"),
        ("<vehicleInfo><vehicleType>4</vehicleType></vehicleInfo>", "motorcycle"),
        ("<vehicleInfo><vehicleType>3</vehicleType></vehicleInfo>", "unknown"),
    ],
)
def test_every_word_for_a_vehicle_has_its_class(fields, vehicle):
    xml = anpr_xml(anpr=RED_LIGHT + fields)
    xml = xml.replace(b"<vehicleType>vehicle</vehicleType>", b"")
    assert detect(deliver(xml)).vehicle_class == vehicle


def test_the_direction_seen_in_the_picture_stands_outside_the_vehicle():
    tail = "<carDirectionType>0</carDirectionType>"
    assert detect(deliver(anpr_xml(tail=tail))).direction == "approaching"


def test_the_encoding_of_chinese_firmware_is_read():
    text = anpr_xml(plate="蓝30F25658").decode().replace('encoding="UTF-8"', 'encoding="GB2312"')
    found = detect(deliver(text.encode("gb18030")))
    assert (found.plate_raw, found.plate_colour) == ("30F25658", "white")


def test_a_bare_message_in_one_part_without_any_name_is_found():
    xml = anpr_xml().split(b"?>\n", 1)[1]
    prefixed = xml.replace(b"xmlns=", b"xmlns:h=").replace(b"</", b"</h:").replace(b"<", b"<h:")
    prefixed = prefixed.replace(b"<h:/h:", b"</h:")
    body = b"--b\r\n\r\n" + prefixed + b"\r\n--b\r\nContent-Type: image/jpeg\r\n\r\n" + CROP
    headers = (("Content-Type", "multipart/form-data; boundary=b"),)
    found = detect(RawEnvelope(headers, body + b"\r\n--b--", RECEIVED, "/x", "POST"))
    assert found.plate_raw == "30F25658"


GOOD = [
    deliver(anpr_xml(pictures=PICTURES)),
    json_push(message(), ("detectionPicture.jpg", OVERVIEW)),
    with_film(film()),
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(GOOD), st.integers(0, 6000), st.binary(max_size=12))
def test_damage_to_any_kind_of_push_never_raises(whole, place, bytes_put):
    place %= len(whole.body)
    body = whole.body[:place] + bytes_put + whole.body[place + len(bytes_put) :]
    assert ADAPTER.parse(RawEnvelope(whole.headers, body, RECEIVED, "/x", "POST"), PROFILE)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from(["", "application/json", "multipart/x; boundary=b"])
)
def test_garbage_never_raises(body, content_type):
    headers = (("Content-Type", content_type),)
    assert ADAPTER.parse(RawEnvelope(headers, body, RECEIVED, "/x", "POST"), PROFILE)
