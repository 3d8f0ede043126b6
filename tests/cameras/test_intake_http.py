"""Real HTTP to the devices' doors, as cameras and gateways speak it."""

import http.client
import json
import socket
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from django.core.files.storage import storages
from django.utils import timezone
from kombu import pools
from kombu.exceptions import OperationalError

from cameras import inbox, parsing
from cameras.models import Delivery, Detection, Device
from cameras.tasks import parse_delivery
from config.celery import app, broker_options
from tests.cameras import factories
from tests.cameras.factories import camera, hikvision, signed

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def device(now) -> Device:
    return camera(today=now.date())


@pytest.fixture
def door(live_server):
    """Return a function that posts to a device's address over the network."""

    def post(device: Device, push: factories.Push, path: str = "") -> httpx.Response:
        url = live_server.url + (path or inbox.push_path(device))
        answer = httpx.post(url, content=push.body, headers=push.headers, timeout=30)
        factories.bring_in()
        return answer

    return post


def recent(words: str = "one", **changes) -> factories.Push:
    return hikvision(words, at=timezone.now() - timedelta(seconds=2), **changes)


def test_a_camera_pushes_and_a_worker_makes_a_detection(door, device):
    push = recent()
    answer = door(device, push)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == "0"
    delivery = Delivery.objects.get(pk=answer.headers["X-Request-Id"])
    assert storages["evidence"].read(delivery.kept_sha256) == push.body
    assert delivery.remote_address == "127.0.0.1"
    assert parsing.parse(delivery.pk, at=timezone.now()) == "parsed"
    detection = Detection.objects.get()
    assert detection.state == "ready"
    assert detection.evidence.count() == 3


def test_a_part_without_a_file_name_is_not_spoilt_on_its_way(door, device):
    push = recent(named_parts=False)
    delivery = Delivery.objects.get(pk=door(device, push).headers["X-Request-Id"])
    parsing.parse(delivery.pk, at=timezone.now())
    [first, *_others] = Detection.objects.get().evidence.order_by("position")
    body = storages["evidence"].read(delivery.kept_sha256)
    assert body[first.offset : first.offset + first.size] == factories.picture("one 1")


def test_words_a_device_appends_to_its_address_do_no_harm(door, device):
    path = inbox.push_path(device) + "ISAPI/Event/notification/alert?channel=1"
    answer = door(device, recent(), path)
    assert answer.status_code == 200
    assert Delivery.objects.get().path.endswith("alert?channel=1")


def test_the_bytes_are_committed_before_the_answer_even_when_nobody_can_read_them(door, device):
    device.profile = {"no such key": 1}
    device.save()
    push = recent()
    answer = door(device, push)
    assert answer.status_code == 200
    delivery = Delivery.objects.get()
    assert parsing.parse(delivery.pk, at=timezone.now()) == "quarantined"
    assert storages["evidence"].read(delivery.kept_sha256) == push.body


@pytest.fixture
def queue_is_down():
    """Point the tasks at a broker where nobody listens."""
    down = "amqp://127.0.0.1:1//"
    before = {name: app.conf[name] for name in ("broker_url", "broker_transport_options")}
    app.conf.update(
        broker_url=down,
        broker_transport_options=broker_options(down, "", visibility_timeout=60),
    )
    pools.reset()
    app._pool = app.amqp._producer_pool = None
    yield
    app.conf.update(before)
    pools.reset()
    app._pool = app.amqp._producer_pool = None


def test_a_queue_that_is_down_costs_no_delivery(door, device, queue_is_down):
    with pytest.raises(OperationalError):
        parse_delivery.apply_async(["x"], retry=False)
    answer = door(device, recent())
    assert answer.status_code == 200
    assert answer.elapsed < timedelta(seconds=3)
    later = timezone.now() + timedelta(minutes=1)
    [waiting] = parsing.left_behind(at=later)
    assert str(waiting) == answer.headers["X-Request-Id"]
    assert parsing.parse(waiting, at=later) == "parsed"


def test_an_unknown_address_is_403_and_a_get_is_405(door, device, live_server):
    answer = door(device, recent(), "/api/intake/hikvision/no-such-device/")
    assert answer.status_code == 403
    assert answer.headers["X-Request-Id"]
    looked = httpx.get(live_server.url + inbox.push_path(device))
    assert (looked.status_code, looked.headers["Allow"]) == (405, "POST")
    assert looked.headers["X-Request-Id"]


def test_an_unknown_gateway_gets_a_problem_document_without_any_plate(door, device):
    answer = door(device, recent(), "/api/intake/v1/no-such-device/events")
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 403
    assert factories.PLATE not in answer.text
    assert "Traceback" not in answer.text


def test_a_giant_push_hears_413_over_the_network(door, device, settings):
    settings.INTAKE_MAX_BODY = 1_000_000
    answer = door(device, factories.Push(b"g" * 1_500_000, {"Content-Type": "image/jpeg"}))
    assert answer.status_code == 413
    assert Delivery.objects.get().kept_size == settings.INTAKE_KEPT_FROM_STRANGERS


def test_a_camera_that_hangs_up_half_way_leaves_what_it_sent(live_server, device):
    push, address = recent(), urlsplit(live_server.url)
    half = push.body[: len(push.body) // 2]
    with socket.create_connection((address.hostname, address.port)) as line:
        head = (
            f"POST {inbox.push_path(device)} HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Content-Type: {push.headers['Content-Type']}\r\n"
            f"Content-Length: {len(push.body)}\r\n\r\n"
        )
        line.sendall(head.encode() + half)
        line.shutdown(socket.SHUT_WR)
        line.recv(1000)
    factories.bring_in()
    delivery = Delivery.objects.get()
    assert delivery.fault_code == "cut_short"
    assert storages["evidence"].read(delivery.kept_sha256) == half


def test_a_form_parser_never_sees_the_body(door, device):
    body = b"a=1&b=2"
    push = factories.Push(body, {"Content-Type": "application/x-www-form-urlencoded"})
    delivery = Delivery.objects.get(pk=door(device, push).headers["X-Request-Id"])
    assert storages["evidence"].read(delivery.kept_sha256) == body


def test_headers_full_of_odd_characters_are_kept_apart_from_the_database(live_server, device):
    address = urlsplit(live_server.url)
    line = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    line.putrequest("POST", inbox.push_path(device))
    line.putheader("X-Odd", b"\xff\xfe\x80 caf\xe9")
    line.putheader("Content-Length", "2")
    line.endheaders(b"hi")
    assert line.getresponse().status == 200
    line.close()
    factories.bring_in()
    assert Delivery.objects.get().body_size == 2


def test_a_gateway_signs_pushes_and_repeats(door, live_server, now):
    device = camera("GW-01", adapter="generic-signed", today=now.date())
    url = live_server.url + inbox.push_path(device)
    moment = {"at": timezone.now() - timedelta(seconds=2), "event_id": str(factories.uuid7())}
    first = door(device, signed(device, url, created=timezone.now(), **moment))
    assert first.status_code == 202, first.text
    again = door(device, signed(device, url, created=timezone.now(), **moment))
    assert again.status_code == 200
    assert again.json()["receipt_id"] == first.json()["receipt_id"]
    changed = signed(device, url, created=timezone.now(), words="other", **moment)
    conflict = door(device, changed)
    assert conflict.status_code == 422
    assert conflict.json()["title"] == "This key was used for other bytes."
    parsing.parse(first.json()["receipt_id"], at=timezone.now())
    assert Detection.objects.get().delivery.authenticity == "A"


def test_a_stale_signature_is_refused_and_kept(door, live_server, now):
    device = camera("GW-01", adapter="generic-signed", today=now.date())
    url = live_server.url + inbox.push_path(device)
    old = timezone.now() - timedelta(minutes=6)
    answer = door(device, signed(device, url, created=old))
    assert answer.status_code == 401
    assert json.loads(answer.content)["detail"].startswith("The signature is older")
    assert Delivery.objects.get().fault_code == "signature_stale"
