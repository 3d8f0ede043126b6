"""The raw inbox: bytes first, row second, answer third; and what is kept at the closed door."""

import hashlib
import io
import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.storage import storages

from cameras import deduplication, inbox
from cameras.adapters.signing_client import sign_request
from cameras.identifiers import uuid7
from cameras.models import CustodyEvent, Delivery, Device
from cameras.strangers import strangers
from tests.cameras import factories
from tests.cameras.factories import AT, camera, heartbeat, hikvision, receive, signed

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def kept(answer: inbox.Answer) -> Delivery:
    return Delivery.objects.get(pk=answer.receipt_id)


def test_a_push_is_kept_byte_for_byte_and_answered_in_the_vendors_words():
    device, push = camera(), hikvision()
    answer = receive(device, push)
    delivery = kept(answer)
    assert (answer.reply.status, answer.reply.body) == (200, b"")
    assert storages["evidence"].read(delivery.kept_sha256) == push.body
    assert delivery.body_sha256 == hashlib.sha256(push.body).hexdigest() == delivery.kept_sha256
    assert (delivery.state, delivery.device, delivery.received_at) == ("received", device, AT)
    assert delivery.authenticity == "D"
    assert CustodyEvent.objects.get(delivery=delivery).action == "received"


def test_a_delivery_shows_that_its_device_is_alive():
    device = camera()
    receive(device, heartbeat())
    device.refresh_from_db()
    assert device.last_seen_at == AT


def test_secret_headers_are_not_written_down():
    push = hikvision()
    push.headers |= {"Authorization": "Basic c2VjcmV0", "Cookie": "a=b"}
    headers = dict(kept(receive(camera(), push)).headers)
    assert headers["Authorization"] == headers["Cookie"] == "(not kept)"
    assert headers["Content-Type"].startswith("multipart/")


def test_an_unknown_device_finds_a_closed_door_and_leaves_its_first_64_kilobytes():
    push = factories.Push(b"x" * 100_000)
    answer = inbox.receive(
        factories.arrival(push, "/api/intake/hikvision/nobody/"),
        route="hikvision",
        path_token="nobody",
        at=AT,
    )
    factories.bring_in()
    delivery = kept(answer)
    assert (answer.reply.status, answer.reply.body) == (403, b"")
    assert (delivery.state, delivery.fault_code) == ("quarantined", "device_unknown")
    assert delivery.device is None
    assert (delivery.body_size, delivery.kept_size) == (100_000, 65_536)
    assert delivery.body_sha256 == hashlib.sha256(push.body).hexdigest()
    assert storages["evidence"].read(delivery.kept_sha256) == push.body[:65_536]


@pytest.mark.parametrize("token", ["a\x00b", "x" * 500, "đường", "../../etc"])
def test_a_strange_path_is_an_unknown_device_and_no_fault_of_ours(token):
    answer = inbox.receive(
        factories.arrival(hikvision(), "/x"), route="hikvision", path_token=token, at=AT
    )
    factories.bring_in()
    assert answer.reply.status == 403
    assert kept(answer).fault_code == "device_unknown"


def test_strangers_are_capped_per_address_and_day_but_always_answered(settings):
    settings.INTAKE_STRANGERS_PER_ADDRESS_PER_DAY = 3
    strangers.forget()

    def knock(address: str) -> int:
        push = factories.arrival(factories.Push(b"hello"), "/x", remote_address=address)
        return inbox.receive(push, route="v1", path_token="no", at=AT).reply.status

    assert [knock("192.0.2.66") for _ in range(6)] == [403] * 6
    factories.bring_in()
    assert Delivery.objects.filter(remote_address="192.0.2.66").count() == 3
    knock("192.0.2.67")
    factories.bring_in()
    assert Delivery.objects.filter(remote_address="192.0.2.67").count() == 1


def test_a_revoked_device_is_turned_away_and_a_paused_one_is_kept():
    revoked = camera("CAM-R", state=Device.State.REVOKED)
    answer = receive(revoked, hikvision())
    assert answer.reply.status == 403
    assert kept(answer).fault_code == "device_revoked"
    paused = camera("CAM-P", state=Device.State.PAUSED)
    answer = receive(paused, hikvision())
    assert answer.reply.status == 200
    assert (kept(answer).state, kept(answer).fault_code) == ("quarantined", "device_paused")
    assert kept(answer).kept_size == kept(answer).body_size


def test_a_giant_body_is_refused_after_its_beginning_was_kept(settings):
    settings.INTAKE_MAX_BODY = 200_000
    push = factories.Push(b"g" * 300_000)
    announced = receive(camera("CAM-A"), push)
    unannounced = receive(camera("CAM-B"), push, announced_size=None)
    for answer in (announced, unannounced):
        assert answer.reply.status == 413
        delivery = kept(answer)
        assert (delivery.fault_code, delivery.kept_size) == ("too_large", 65_536)
        assert (delivery.body_size, delivery.body_sha256) == (300_000, "")


class EndlessZeros(io.RawIOBase):
    given = 0

    def read(self, size: int = -1) -> bytes:
        self.given += size
        return bytes(size)


def test_a_body_without_an_end_is_left_after_twice_the_limit(settings):
    settings.INTAKE_MAX_BODY = 200_000
    stream = EndlessZeros()
    answer = receive(camera(), factories.Push(b""), stream=stream, announced_size=None)
    assert answer.reply.status == 413
    assert stream.given <= 500_000


class BrokenOff(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if not data:
            raise ConnectionResetError
        return data


@pytest.mark.parametrize("stream", [io.BytesIO, BrokenOff])
def test_a_body_cut_short_is_kept_and_never_read_as_if_it_were_whole(stream):
    push = hikvision()
    half = push.body[: len(push.body) // 2]
    answer = receive(camera(), push, stream=stream(half), announced_size=len(push.body))
    delivery = kept(answer)
    assert (delivery.state, delivery.fault_code) == ("quarantined", "cut_short")
    assert storages["evidence"].read(delivery.kept_sha256) == half


def test_a_disk_that_cannot_write_gives_503_and_no_row(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.INTAKE_SPOOL_DIR = str(tmp_path / "file" / "spool")
    answer = receive(camera(), hikvision())
    assert (answer.reply.status, answer.retry_after) == (503, 5)
    assert not Delivery.objects.exists()


def test_a_disk_at_its_floor_gives_503(settings, tmp_path):
    (tmp_path / "spool").mkdir()
    settings.INTAKE_DISK_FLOOR = 2**60
    assert receive(camera(), hikvision()).reply.status == 503


# Gateways: signed, with a key of their own for each event.


def gateway() -> Device:
    return camera("GW-01", adapter="generic-signed")


def address(device: Device) -> str:
    return f"http://testserver{inbox.push_path(device)}"


def answer_of(answer: inbox.Answer) -> dict:
    return json.loads(answer.reply.body)


def test_a_signed_delivery_gets_a_receipt_and_level_a():
    device = gateway()
    push = signed(device, address(device))
    answer = receive(device, push)
    assert answer.reply.status == 202
    assert answer_of(answer) == {
        "receipt_id": str(answer.receipt_id),
        "raw_sha256": hashlib.sha256(push.body).hexdigest(),
    }
    assert kept(answer).authenticity == "A"


def test_a_wrong_signature_is_quarantined_and_refused():
    device = gateway()
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    answer = receive(device, signed(device, address(device), key=other))
    assert answer.reply.status == 401
    assert answer.reply.content_type == "application/problem+json"
    assert kept(answer).fault_code == "signature_invalid"
    assert kept(answer).authenticity == "D"
    assert factories.PLATE not in answer.reply.body.decode()


def test_an_unsigned_delivery_to_a_gateways_address_is_refused():
    device = gateway()
    push = signed(device, address(device))
    push.headers = {"Content-Type": push.headers["Content-Type"]}
    assert receive(device, push).reply.status == 401


def test_a_signature_is_good_once():
    device = gateway()
    push = signed(device, address(device))
    assert receive(device, push).reply.status == 202
    again = receive(device, push)
    assert again.reply.status == 401
    assert kept(again).fault_code == "nonce_replayed"


def test_the_same_bytes_signed_anew_are_a_duplicate_with_the_first_receipt():
    device = gateway()
    event_id = "01935a2e-7b1c-7def-8123-456789abcdef"
    first = receive(device, signed(device, address(device), event_id=event_id))
    second = receive(device, signed(device, address(device), event_id=event_id))
    assert second.reply.status == 200
    body = answer_of(second)
    assert (body["receipt_id"], body["duplicate"]) == (str(first.receipt_id), True)
    assert kept(second).state == "duplicate"


def test_the_same_key_with_other_bytes_is_a_conflict():
    device = gateway()
    event_id = "01935a2e-7b1c-7def-8123-456789abcdef"
    receive(device, signed(device, address(device), event_id=event_id))
    other = receive(device, signed(device, address(device), event_id=event_id, words="other"))
    assert other.reply.status == 422
    assert answer_of(other)["type"].endswith("idempotency_key_reuse")
    assert (kept(other).state, kept(other).fault_code) == ("quarantined", "conflict")


def test_a_first_delivery_still_in_progress_asks_the_gateway_to_wait():
    device = gateway()
    event_id = "01935a2e-7b1c-7def-8123-456789abcdef"
    push = signed(device, address(device), event_id=event_id)
    deduplication.claim(device, event_id, hashlib.sha256(push.body).hexdigest(), uuid7())
    answer = receive(device, push)
    assert (answer.reply.status, answer.retry_after) == (409, 5)
    assert not Delivery.objects.exists()


def test_a_wrong_field_is_named_and_may_be_mended_under_the_same_key():
    device = gateway()
    event_id = "01935a2e-7b1c-7def-8123-456789abcdef"
    wrong = receive(
        device, signed(device, address(device), event_id=event_id, vehicle={"class": "spaceship"})
    )
    assert wrong.reply.status == 422
    assert answer_of(wrong)["errors"] == [{"path": "vehicle.class"}]
    mended = receive(device, signed(device, address(device), event_id=event_id))
    assert mended.reply.status == 202


def test_an_impossible_clock_is_acknowledged_with_a_warning():
    device = gateway()
    push = signed(device, address(device), at=AT + timedelta(days=3000))
    answer = receive(device, push)
    assert answer.reply.status == 202
    assert answer_of(answer)["warnings"] == ["clock_impossible"]


def test_garbage_under_a_good_signature_is_400_without_echo():
    device = gateway()
    push = factories.Push(b"30F25658 is not multipart", {})
    push.headers = sign_request(
        address(device),
        {"Content-Type": "multipart/form-data; boundary=q", "Idempotency-Key": "k" * 20},
        push.body,
        private_key=factories.KEY,
        key_id=device.serial,
        created=AT,
    )
    answer = receive(device, push)
    assert answer.reply.status == 400
    assert b"30F25658" not in answer.reply.body
    assert kept(answer).state == "received"
