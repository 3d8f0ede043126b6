"""The signed push: what a gateway may say, how it proves it, and how it is answered."""

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cameras.adapters.contract import (
    Heartbeat,
    ParsedDetection,
    RawEnvelope,
    Rejected,
    Secrets,
)
from cameras.adapters.generic_signed import GenericSigned
from cameras.adapters.ranges import cut
from cameras.adapters.registry import adapter_for
from cameras.adapters.signing_client import sign_request
from cameras.adapters.vocabulary import OUTCOMES

pytestmark = pytest.mark.gate

ADAPTER = GenericSigned()
PROFILE = ADAPTER.profile("GW-0001", {})
NOW = datetime(2026, 11, 18, 14, 7, 0, tzinfo=UTC)
EVENT_ID = "01935a2e-7b1c-7def-8123-456789abcdef"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
URL = "https://portal.test/api/intake/v1/events/token"


def jpeg(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


PICTURES = [jpeg("red"), jpeg("blue")]


def image_entry(number: int) -> dict:
    return {
        "role": f"overview_{number + 1}",
        "sha256": hashlib.sha256(PICTURES[number]).hexdigest(),
        "bytes": len(PICTURES[number]),
        "media_type": "image/jpeg",
        "boxes": [{"kind": "vehicle", "x": 0.25, "y": 0.5, "w": 0.125, "h": 0.2}],
    }


def event(**changes) -> dict:
    return {
        "schema": "vn.traffic.violation-event/1",
        "event_id": EVENT_ID,
        "kind": "violation_candidate",
        "device": {"serial": "GW-0001", "vendor": "Mẫu"},
        "time": {
            "occurred_at": "2026-11-18T21:06:33.480+07:00",
            "local_text": "18/11/2026 21:06:33,480",
            "clock_offset_ms": 40,
        },
        "lane": {"number": 1},
        "direction": "receding",
        "violation": {"type": "speed_over"},
        "speed": {"measured_kmh": 97.4, "limit_kmh": 80, "method": "radar"},
        "vehicle": {"class": "car", "colour": "red"},
        "plate": {"raw": "30F25658", "colour": "white", "confidence": 0.97},
        "images": [image_entry(0), image_entry(1)],
        **changes,
    }


def deliver(
    body_event: dict | bytes | None = None,
    *,
    pictures: list[bytes] | None = None,
    created: datetime = NOW,
    key: Ed25519PrivateKey = KEY,
    idempotency_key: str = EVENT_ID,
    nonce: str | None = None,
) -> RawEnvelope:
    body_event = event() if body_event is None else body_event
    data = body_event if isinstance(body_event, bytes) else json.dumps(body_event).encode()
    body = b'--b\r\nContent-Disposition: form-data; name="event"\r\n'
    body += b"Content-Type: application/json\r\n\r\n" + data + b"\r\n"
    for number, picture in enumerate(PICTURES if pictures is None else pictures, start=1):
        body += f'--b\r\nContent-Disposition: form-data; name="image_{number}"\r\n'.encode()
        body += b"Content-Type: image/jpeg\r\n\r\n" + picture + b"\r\n"
    body += b"--b--\r\n"
    headers = {
        "Content-Type": "multipart/form-data; boundary=b",
        "Idempotency-Key": idempotency_key,
    }
    headers = sign_request(
        URL, headers, body, private_key=key, key_id="GW-0001", created=created, nonce=nonce
    )
    return envelope_of(headers, body)


def envelope_of(headers: dict[str, str], body: bytes) -> RawEnvelope:
    received = {**headers, "Host": "portal.test", "X-Forwarded-Proto": "https"}
    return RawEnvelope(tuple(received.items()), body, NOW, "/api/intake/v1/events/token", "POST")


def detect(envelope: RawEnvelope) -> ParsedDetection:
    [found] = ADAPTER.parse(envelope, PROFILE)
    assert isinstance(found, ParsedDetection), found
    return found


def refuse(envelope: RawEnvelope) -> Rejected:
    [found] = ADAPTER.parse(envelope, PROFILE)
    assert isinstance(found, Rejected), found
    return found


def test_a_signed_delivery_is_level_a():
    assert ADAPTER.authenticate(deliver(), Secrets(PUBLIC), NOW) == "A"


def test_the_public_key_may_be_given_as_pem():
    pem = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert ADAPTER.authenticate(deliver(), Secrets(pem), NOW) == "A"


def test_the_nonce_is_handed_out_to_be_stored():
    envelope = deliver(nonce="nonce-of-24-characters-x")
    assert ADAPTER.replay_token(envelope) == "nonce-of-24-characters-x"
    assert ADAPTER.replay_token(envelope_of({}, b"")) is None


@pytest.mark.parametrize("seconds", [-299, 299])
def test_a_signature_counts_within_five_minutes(seconds):
    envelope = deliver(created=NOW + timedelta(seconds=seconds))
    assert ADAPTER.authenticate(envelope, Secrets(PUBLIC), NOW) == "A"


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_outside_five_minutes_is_stale(seconds):
    envelope = deliver(created=NOW + timedelta(seconds=seconds))
    assert ADAPTER.authenticate(envelope, Secrets(PUBLIC), NOW).code == "signature_stale"


def test_a_changed_body_breaks_the_digest():
    envelope = deliver()
    changed = envelope.body.replace(b"30F25658", b"30F25659")
    tampered = RawEnvelope(envelope.headers, changed, NOW, envelope.path, "POST")
    assert ADAPTER.authenticate(tampered, Secrets(PUBLIC), NOW).code == "digest_mismatch"


@pytest.mark.parametrize("name", ["Content-Type", "Idempotency-Key", "Content-Digest"])
def test_a_changed_signed_header_breaks_the_signature(name):
    envelope = deliver()
    headers = tuple((key, value + "x" if key == name else value) for key, value in envelope.headers)
    tampered = RawEnvelope(headers, envelope.body, NOW, envelope.path, "POST")
    assert ADAPTER.authenticate(tampered, Secrets(PUBLIC), NOW).code == "signature_invalid"


def test_a_signature_for_another_address_or_method_does_not_count():
    envelope = deliver()
    moved = RawEnvelope(envelope.headers, envelope.body, NOW, "/api/intake/v1/events/other", "POST")
    put = RawEnvelope(envelope.headers, envelope.body, NOW, envelope.path, "PUT")
    for wrong in (moved, put):
        assert ADAPTER.authenticate(wrong, Secrets(PUBLIC), NOW).code == "signature_invalid"


def test_a_strange_key_does_not_count():
    envelope = deliver(key=Ed25519PrivateKey.generate())
    assert ADAPTER.authenticate(envelope, Secrets(PUBLIC), NOW).code == "signature_invalid"


def test_a_signature_that_covers_too_little_does_not_count():
    headers = {"Content-Type": "text/plain", "Idempotency-Key": EVENT_ID}
    signed = sign_request(
        URL,
        headers,
        b"x",
        private_key=KEY,
        key_id="GW-0001",
        created=NOW,
        covered=("@method", "content-digest"),
    )
    envelope = envelope_of(signed, b"x")
    assert ADAPTER.authenticate(envelope, Secrets(PUBLIC), NOW).code == "signature_invalid"


def test_a_signature_without_a_usable_nonce_does_not_count():
    assert (
        ADAPTER.authenticate(deliver(nonce="short"), Secrets(PUBLIC), NOW).code == "nonce_missing"
    )


def test_without_a_signature_or_a_key_nobody_is_proven():
    bare = envelope_of({"Content-Type": "multipart/form-data; boundary=b"}, b"x")
    assert ADAPTER.authenticate(bare, Secrets(PUBLIC), NOW).code == "signature_missing"
    assert ADAPTER.authenticate(deliver(), Secrets(None), NOW).code == "key_missing"
    assert ADAPTER.authenticate(deliver(), Secrets(b"too short"), NOW).code == "key_unusable"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_garbage_in_the_signature_headers_never_raises(first, second):
    headers = {"Signature": first, "Signature-Input": second, "Content-Type": "x"}
    assert isinstance(
        ADAPTER.authenticate(envelope_of(headers, b"x"), Secrets(PUBLIC), NOW), Rejected
    )


def test_an_event_becomes_a_detection_in_whole_figures():
    found = detect(deliver())
    assert (found.violation_type, found.kind) == ("speed_over", "violation_candidate")
    assert (found.speed_tenths, found.limit_tenths, found.speed_method) == (974, 800, "radar")
    assert (found.plate_raw, found.plate_confidence) == ("30F25658", 970)
    assert found.time.occurred_at == datetime(2026, 11, 18, 14, 6, 33, 480000, tzinfo=UTC)
    assert (found.time.quality, found.time.offset_minutes) == ("synchronised", 420)
    assert found.source_key == f"generic-signed|GW-0001|{EVENT_ID}"
    assert [image.role for image in found.images] == ["overview_1", "overview_2"]
    assert found.images[0].boxes[0].x == 0.25
    assert found.warnings == ()


def test_pictures_are_byte_ranges_of_the_raw_body():
    envelope = deliver()
    second = detect(envelope).images[1]
    assert cut(envelope.body, second.where) == PICTURES[1]


def test_a_drifting_clock_is_told_from_a_right_one():
    drifting = event(time={"occurred_at": "2026-11-18T14:06:33Z", "clock_offset_ms": -1001})
    assert detect(deliver(drifting)).time.quality == "drifted"
    silent = event(time={"occurred_at": "2026-11-18T14:06:33Z"})
    assert detect(deliver(silent)).time.quality == "unknown"
    wrong = event(time={"occurred_at": "2034-01-01T00:00:00Z", "clock_offset_ms": 0})
    assert detect(deliver(wrong)).time.quality == "impossible"


def test_two_vehicles_in_the_beam_are_marked():
    speed = {"measured_kmh": 97, "limit_kmh": 80, "method": "radar", "multi_target": True}
    assert "multi_target" in detect(deliver(event(speed=speed))).warnings


def test_a_red_light_event_needs_the_light():
    lights = event(violation={"type": "red_light"})
    assert refuse(deliver(lights)).paths == ("signal",)
    lights["signal"] = {"state": "red", "red_since_ms": 1900}
    assert detect(deliver(lights)).red_since_ms == 1900
    lights["signal"] = {"state": "green"}
    assert "signal_not_red" in detect(deliver(lights)).warnings


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"schema": "other/1"}, "schema"),
        ({"event_id": "42"}, "event_id"),
        ({"kind": "gossip"}, "kind"),
        ({"device": {}}, "device.serial"),
        ({"device": "GW-0001"}, "device"),
        ({"time": {"occurred_at": "2026-11-18T21:06:33"}}, "time.occurred_at"),
        ({"time": {"occurred_at": "2026-02-30T21:06:33Z"}}, "time.occurred_at"),
        ({"lane": {"number": 0}}, "lane.number"),
        ({"lane": {"number": "1"}}, "lane.number"),
        ({"violation": {"type": "rudeness"}}, "violation.type"),
        (
            {"speed": {"measured_kmh": 97.45, "limit_kmh": 80, "method": "radar"}},
            "speed.measured_kmh",
        ),
        (
            {"speed": {"measured_kmh": "97.4", "limit_kmh": 80, "method": "radar"}},
            "speed.measured_kmh",
        ),
        ({"vehicle": {"class": "spaceship"}}, "vehicle.class"),
        ({"plate": {"raw": "30F25658", "confidence": 1.5}}, "plate.confidence"),
        ({"images": []}, "images"),
        ({"images": [image_entry(0), {**image_entry(1), "sha256": "F" * 64}]}, "images[1].sha256"),
        ({"images": [{**image_entry(0), "boxes": [{"kind": "hat"}]}]}, "images[0].boxes[0].h"),
        ({"site": {"code": "HN-01"}}, "site"),
        ({"legal_ref": "x"}, "legal_ref"),
    ],
)
def test_every_wrong_field_is_named(changes, path):
    found = refuse(deliver(event(**changes)))
    assert found.code == "schema"
    assert path in found.paths


@pytest.mark.parametrize("name", ["violation", "vehicle", "plate", "images", "speed"])
def test_a_speeding_candidate_needs_all_its_parts(name):
    short = event()
    del short[name]
    assert name in refuse(deliver(short)).paths


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"a": NaN}',
        b'{"kind": "health", "kind": "passage"}',
        b"\xff\xfe",
        b'{"a":' * 30 + b"1" + b"}" * 30,
        b"[" * 5000,
    ],
)
def test_what_is_no_single_json_object_is_malformed(data):
    assert refuse(deliver(data)).code == "malformed"


@pytest.mark.parametrize(
    ("pictures", "code"),
    [
        ([PICTURES[0]], "image_missing"),
        ([PICTURES[1], PICTURES[0]], "image_differs"),
        ([*PICTURES, PICTURES[0]], "image_unlisted"),
    ],
)
def test_the_pictures_must_be_those_of_the_event(pictures, code):
    assert refuse(deliver(pictures=pictures)).code == code


def test_another_file_type_is_no_picture_whatever_its_hash():
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    entry = {**image_entry(0), "sha256": hashlib.sha256(svg).hexdigest(), "bytes": len(svg)}
    assert refuse(deliver(event(images=[entry]), pictures=[svg])).code == "image_not_jpeg"


def test_the_event_must_name_the_device_and_the_key_it_was_sent_with():
    assert refuse(deliver(event(device={"serial": "GW-0002"}))).code == "device_differs"
    assert refuse(deliver(idempotency_key="another")).code == "key_differs"


def test_a_health_event_is_a_sign_of_life():
    health = {name: event()[name] for name in ("schema", "event_id", "device", "time")}
    envelope = deliver({**health, "kind": "health"}, pictures=[])
    at = datetime(2026, 11, 18, 14, 6, 33, 480000, tzinfo=UTC)
    assert ADAPTER.parse(envelope, PROFILE) == [Heartbeat(at, {"clock_offset_ms": 40})]


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("stored", 202),
        ("duplicate", 200),
        ("heartbeat", 200),
        ("clock_impossible", 202),
        ("malformed", 400),
        ("unauthenticated", 401),
        ("forbidden", 403),
        ("in_progress", 409),
        ("too_large", 413),
        ("conflict", 422),
        ("schema", 422),
        ("flooding", 429),
        ("full", 503),
    ],
)
def test_every_outcome_has_its_answer(outcome, status):
    reply = ADAPTER.acknowledge(outcome, receipt_id="r", raw_sha256="s", paths=("lane.number",))
    answer = json.loads(reply.body)
    assert reply.status == status
    if status < 300:
        assert (answer["receipt_id"], reply.content_type) == ("r", "application/json")
    else:
        assert reply.content_type == "application/problem+json"
        assert answer["status"] == status
        assert answer["errors"] == [{"path": "lane.number"}]


def test_no_outcome_is_forgotten():
    for outcome in OUTCOMES:
        assert ADAPTER.acknowledge(outcome).status >= 200
    with pytest.raises(ValueError, match="unknown outcome"):
        ADAPTER.acknowledge("perhaps")


def test_a_device_finds_its_adapter_by_its_registered_key():
    assert adapter_for("generic-signed").key == "generic-signed"
    assert adapter_for("hikvision-isapi").key == "hikvision-isapi"
    with pytest.raises(KeyError):
        adapter_for("guess")
