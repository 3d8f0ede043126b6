"""The published standard: its files are what the portal checks by, and what it stores."""

import copy
import json
import uuid
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras import inbox
from cameras.adapters.contract import RawEnvelope, Rejected
from cameras.adapters.event_schema import event_faults
from cameras.adapters.generic_signed import GenericSigned
from cameras.adapters.json_shapes import load_object
from cameras.adapters.signing_client import sign_request
from cameras.canonical import SCHEMA
from cameras.identifiers import uuid7
from cameras.models import Detection, Device
from cameras.simulator import SimulatedDevice, SimulatedVehicle, capture_red_light, write_push
from cameras.standard import samples, schemas
from cameras.standard.words import WORDS
from tests.cameras import factories
from tests.cameras.factories import AT, KEY, camera, detected, hikvision
from tests.cameras.json_schema import errors

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

GATEWAY, FULL = schemas.gateway_schema(), schemas.full_schema()


@pytest.mark.parametrize(
    ("path", "schema"), [(schemas.GATEWAY_FILE, GATEWAY), (schemas.FULL_FILE, FULL)]
)
def test_the_schema_files_are_what_the_code_says(path, schema):
    """``manage.py write_standard`` writes them again."""
    assert path.read_text() == schemas.written(schema)


def test_the_sample_files_are_what_the_code_says():
    lying = {path.name: path.read_bytes() for path in samples.FOLDER.iterdir() if path.is_file()}
    assert lying == samples.files()


def test_every_field_has_its_words_in_both_languages_and_no_word_is_left_over():
    named: set[str] = set()

    def walk(described: dict, path: str) -> None:
        named.add(path)
        for name, inner in described.get("properties", {}).items():
            walk(inner, f"{path}.{name}" if path else name)
        if "items" in described:
            walk(described["items"], f"{path}[]")

    walk(GATEWAY, "")
    walk(FULL, "")
    assert named - {""} == WORDS.keys()
    assert all(words.vi.endswith(".") and words.en.endswith(".") for words in WORDS.values())


def test_no_object_of_either_schema_takes_unknown_fields():
    def objects(described):
        if isinstance(described, dict):
            if "properties" in described and described.get("type") == "object":
                yield described
            for inner in described.values():
                yield from objects(inner)
        elif isinstance(described, list):
            for inner in described:
                yield from objects(inner)

    for schema in (GATEWAY, FULL):
        found = list(objects(schema))
        assert len(found) > 15
        assert all(described["additionalProperties"] is False for described in found)


@pytest.mark.parametrize("name", samples.sample_events())
def test_every_sample_follows_the_schema(name):
    assert errors(samples.sample_events()[name], GATEWAY) == []


def parsed(body: bytes, event_id: object) -> list:
    """Let the adapter read an event that came alone."""
    adapter = GenericSigned()
    headers = (("Content-Type", "application/json"), ("Idempotency-Key", str(event_id)))
    envelope = RawEnvelope(headers, body, AT, "/", "POST")
    return adapter.parse(envelope, adapter.profile(samples.SERIAL, {}))


VALUES = st.sampled_from(
    [
        *(None, True, "", "x", "red", "unknown", "a\n"),
        *("2026-10-12T08:00:02Z", "2026-02-30T00:00:00Z"),
        *(0, 1, -1, 1.0, 0.5, 1.05, 97.45, 1e-5, 10**12),
        *([], {}, ["x"], [1], {"kind": "plate"}),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_schema_and_the_checker_give_the_same_verdict(data):
    """Anything put anywhere, anything left out: no validator and no portal may disagree."""
    name = data.draw(st.sampled_from(sorted(samples.sample_events())))
    event = copy.deepcopy(samples.sample_events()[name])
    for _ in range(data.draw(st.integers(1, 2))):
        place = event
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and data.draw(st.booleans()):
                place = place[key]
                continue
            if data.draw(st.integers(0, 3)) == 0:
                del place[key]
            elif isinstance(place, dict) and data.draw(st.integers(0, 5)) == 0:
                place["more"] = copy.deepcopy(data.draw(VALUES))
            else:
                place[key] = copy.deepcopy(data.draw(VALUES))
            break
    text = json.dumps(event)
    faults = list(event_faults(load_object(text.encode())))
    of_fields = [fault for fault in faults if fault.code != "outside"]
    assert bool(errors(json.loads(text), GATEWAY)) == bool(of_fields)
    found = parsed(text.encode(), event.get("event_id"))
    refused = {item.code for item in found if isinstance(item, Rejected)}
    assert (refused - {"device_differs"} != set()) == bool(faults)


def stored(detection: Detection) -> dict:
    return Detection.objects.get(pk=detection.pk).canonical


@pytest.fixture
def gateway(db) -> Device:
    return camera("GW-01", adapter="generic-signed")


def sent(device: Device, name: str) -> Detection:
    """Deliver a sample as a gateway would, and return what became of it."""
    event, here = samples.fresh(
        samples.sample_events()[name],
        event_id=uuid7(),
        serial=device.serial,
        at=AT - timedelta(seconds=2),
    )
    event.pop("group", None)  # a snap alone waits for the others
    body = samples.delivery_of(event, here)
    headers = {"Content-Type": samples.MULTIPART_TYPE, "Idempotency-Key": event["event_id"]}
    url = "http://testserver" + inbox.push_path(device)
    signed = sign_request(url, headers, body, private_key=KEY, key_id=device.serial, created=AT)
    return detected(device, factories.Push(body, signed))


@pytest.mark.parametrize(
    "name", [name for name in samples.sample_events() if name not in {"passage", "health"}]
)
def test_what_is_stored_of_a_sample_follows_the_full_schema(gateway, name):
    event = stored(sent(gateway, name))
    assert errors(event, FULL) == []
    assert event["schema"] == SCHEMA


def test_what_a_camera_of_a_maker_sends_is_stored_in_the_same_form():
    device = camera()
    assert errors(stored(detected(device, hikvision())), FULL) == []


def test_what_the_simulator_sends_is_stored_in_the_same_form():
    device = camera("CAM-09")
    simulated = SimulatedDevice(
        device.code, device.serial, device.adapter, inbox.push_path(device), "nút giao", "red_light"
    )
    vehicle = SimulatedVehicle("30F25658", "white", "car", "grey", "Toyota")
    capture = capture_red_light(simulated, vehicle, at=AT - timedelta(seconds=3), seed=3)
    push = write_push(simulated, capture, "http://testserver" + inbox.push_path(device), AT)
    event = stored(detected(device, factories.Push(push.body, push.headers)))
    assert errors(event, FULL) == []
    assert uuid.UUID(event["event_id"])


def test_all_a_gateway_said_is_kept_in_the_words_of_the_standard(gateway):
    section = stored(sent(gateway, "speed_section"))["speed"]["section"]
    assert (section["start_site"], section["length_m"]) == ("MAU-KM12", 8000)
    helmets = stored(sent(gateway, "no_helmet"))
    assert helmets["occupants"] == {
        "riders": 2,
        "helmet_driver": "yes",
        "helmet_passengers": ["no"],
    }
    assert helmets["plate"]["lines"] == ["29-A1", "000.00"]
    weight = stored(sent(gateway, "overload_weight"))["weight"]
    assert weight == {"total_kg": 38200, "limit_kg": 30000, "axle_kg": [8200, 15000, 15000]}
    parking = stored(sent(gateway, "parking"))
    assert parking["parking"]["stationary_s"] == 320
    assert parking["violation"]["duration_ms"] == 320_000
    light = stored(sent(gateway, "red_light"))
    assert light["signal"] == {"state": "red", "red_since_ms": 2400, "stop_line_cross_ms": 900}
    assert light["lane"] == {"number": 1, "type": "car"}
    assert light["time"]["clock_offset_ms"] == 12


def test_a_film_in_the_delivery_becomes_evidence(gateway):
    detection = sent(gateway, "red_light_group")
    [film] = detection.evidence.filter(role="film")
    assert (film.media_type, film.duration_ms) == ("video/mp4", 2400)
    assert stored(detection)["video"][0]["sha256"] == film.sha256
