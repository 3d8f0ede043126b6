"""Simulated devices over real HTTP, read back by the adapters they imitate."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cameras.adapters.contract import ParsedDetection, RawEnvelope, Secrets
from cameras.adapters.ranges import cut
from cameras.adapters.registry import adapter_for
from cameras.images import ImageRefused, safe_copy
from cameras.simulated_push import Capture, hikvision_profile, hikvision_push, photograph
from cameras.simulator import (
    SimulatedDevice,
    SimulatedVehicle,
    Traffic,
    capture_passage,
    capture_red_light,
    capture_speeding,
    push,
    run,
    write_push,
)

pytestmark = pytest.mark.gate

NOW = datetime(2026, 11, 18, 3, 7, 0, tzinfo=UTC)
AT = NOW - timedelta(seconds=3)
KEY = bytes(range(32))
JUNCTION = SimulatedDevice(
    "CAM-0001", "SER-0001", "hikvision-isapi", "/hik/secret/", "nút giao Ví Dụ (mẫu)", "red_light"
)
HIGHWAY = SimulatedDevice(
    "CAM-0002", "SER-0002", "hikvision-isapi", "/hik/other/", "Km 1 (mẫu)", "speed_over"
)
GATEWAY = SimulatedDevice(
    "CAM-0003", "SER-0003", "generic-signed", "/v1/x/events", "nút giao (mẫu)", "red_light", KEY
)
CAR = SimulatedVehicle("30F25658", "white", "car", "grey", "Toyota")
MOTORCYCLE = SimulatedVehicle("29B112345", "white", "motorcycle", "red", "Honda")


@pytest.fixture
def portal() -> Iterator[tuple[str, list[RawEnvelope]]]:
    """Run a real HTTP server that keeps what it gets and answers 200."""
    received: list[RawEnvelope] = []

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(RawEnvelope(tuple(self.headers.items()), body, NOW, self.path, "POST"))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    thread.join()
    server.server_close()


def read_back(device: SimulatedDevice, envelope: RawEnvelope) -> ParsedDetection:
    adapter = adapter_for(device.adapter)
    overrides = hikvision_profile(device.scene) if device.adapter == "hikvision-isapi" else {}
    [found] = adapter.parse(envelope, adapter.profile(device.serial, overrides))
    assert isinstance(found, ParsedDetection), found
    return found


def envelope_of(device: SimulatedDevice, capture: Capture) -> RawEnvelope:
    url = "http://portal.test" + device.path
    request = write_push(device, capture, url, NOW)
    headers = {**request.headers, "Host": "portal.test"}
    return RawEnvelope(tuple(headers.items()), request.body, NOW, device.path, "POST")


def test_a_red_light_push_of_a_camera_is_read_as_it_was_meant():
    capture = capture_red_light(JUNCTION, CAR, AT, seed=4)
    found = read_back(JUNCTION, envelope_of(JUNCTION, capture))
    assert (found.violation_type, found.plate_raw) == ("red_light", "30F25658")
    assert (found.vehicle_class, found.vehicle_colour, found.vehicle_make) == (
        "car",
        "grey",
        "Toyota",
    )
    assert found.red_since_ms == capture.red_since_ms
    assert found.time.occurred_at == AT
    assert [image.role for image in found.images] == [
        "overview_1",
        "overview_2",
        "overview_3",
        "plate_crop",
    ]
    assert {box.kind for box in found.images[0].boxes} == {"plate", "vehicle", "line", "signal"}
    assert (found.warnings, found.unknown_fields) == ((), 0)


def test_a_speeding_push_carries_the_measurement():
    capture = capture_speeding(HIGHWAY, CAR, AT, seed=4, measured_tenths=974)
    found = read_back(HIGHWAY, envelope_of(HIGHWAY, capture))
    assert (found.violation_type, found.speed_tenths, found.limit_tenths) == (
        "speed_over",
        974,
        800,
    )
    assert found.speed_method == "radar"
    assert found.warnings == ()


def test_a_signed_push_is_proven_and_read():
    capture = capture_red_light(GATEWAY, MOTORCYCLE, AT, seed=4)
    envelope = envelope_of(GATEWAY, capture)
    adapter = adapter_for("generic-signed")
    public = Ed25519PrivateKey.from_private_bytes(KEY).public_key().public_bytes_raw()
    assert adapter.authenticate(envelope, Secrets(public), NOW) == "A"
    found = read_back(GATEWAY, envelope)
    assert (found.violation_type, found.vehicle_class) == ("red_light", "motorcycle")
    assert found.time.quality == "synchronised"
    assert len(found.images) == 4


@pytest.mark.parametrize("device", [JUNCTION, HIGHWAY, GATEWAY])
def test_a_vehicle_that_merely_passes_is_no_violation(device):
    capture = capture_passage(device, CAR, AT, seed=4)
    found = read_back(device, envelope_of(device, capture))
    assert (found.kind, found.violation_type) == ("passage", None)


def test_the_same_capture_keeps_its_key_and_another_has_its_own():
    first = capture_passage(JUNCTION, CAR, AT, seed=4)
    again = capture_passage(JUNCTION, CAR, AT, seed=4)
    later = capture_passage(JUNCTION, CAR, AT + timedelta(seconds=9), seed=4)
    keys = [
        read_back(JUNCTION, envelope_of(JUNCTION, one)).source_key for one in (first, again, later)
    ]
    assert keys[0] == keys[1] != keys[2]


def test_a_photograph_is_pushed_byte_for_byte_under_the_given_plate():
    drawn = capture_speeding(HIGHWAY, CAR, AT, seed=4).frames[0].jpeg
    photo = safe_copy(drawn, 1600)
    capture = Capture(
        "SER-0002", "speed_over", AT, (photograph(photo, AT),), "30F00001", measured_tenths=900,
        limit_tenths=800,
    )  # fmt: skip
    envelope = envelope_of(HIGHWAY, capture)
    found = read_back(HIGHWAY, envelope)
    [image] = found.images
    assert cut(envelope.body, image.where) == photo
    assert found.plate_raw == "30F00001"
    with pytest.raises(ImageRefused):
        photograph(b"<svg/>", AT)


def test_a_push_goes_over_http_and_arrives_unchanged(portal):
    url, received = portal
    request = hikvision_push(capture_passage(JUNCTION, CAR, AT, seed=4))
    assert push(url + "/hik/secret/", request.body, request.headers).status_code == 200
    assert received[0].body == request.body
    assert received[0].path == "/hik/secret/"


def test_traffic_takes_turns_and_sometimes_sends_twice(portal):
    url, received = portal
    fleet, devices = [CAR, MOTORCYCLE], [JUNCTION, HIGHWAY]
    traffic = Traffic(url, devices, fleet, passage_every=2, resend_every=3, clock=lambda: NOW)
    sent = [traffic.send_next() for _ in range(3)]
    assert {one.device_code for one in sent} == {"CAM-0001", "CAM-0002"}
    assert all(one.status == 200 for one in sent)
    assert [one.violation_type for one in sent].count(None) == 1
    assert len(received) == 4
    assert received[-1].body == received[-2].body


def test_traffic_stops_when_asked_and_survives_a_silent_portal():
    stop = threading.Event()
    stop.set()
    assert run("http://127.0.0.1:9", [JUNCTION], [CAR], every_seconds=1, stop_event=stop) == 0
    silent = Traffic("http://127.0.0.1:9", [JUNCTION], [CAR], clock=lambda: NOW)
    assert silent.send_next().status == 0


def test_traffic_without_devices_or_a_key_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        Traffic("http://x", [], [CAR])
    keyless = SimulatedDevice("C", "S", "generic-signed", "/x", "y", "red_light")
    with pytest.raises(ValueError, match="private key"):
        write_push(keyless, capture_passage(JUNCTION, CAR, AT, seed=4), "http://x/", NOW)
