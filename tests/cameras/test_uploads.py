"""Pictures and films that come by themselves: who may send them, what is kept, who waits for them."""

import hashlib
import io
import json
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.storage import storages
from django.db import OperationalError

from cameras import inbox, parsing, uploads
from cameras.adapters.signing_client import sign_request
from cameras.identifiers import uuid7
from cameras.models import CustodyEvent, Delivery, Detection, Device, UploadedObject
from cameras.standard import samples
from cameras.uploads import receive
from tests.cameras import factories
from tests.cameras.factories import AT, KEY, arrival, camera, picture

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

PICTURE = picture("uploaded")
FILM = (samples.PICTURES / "film.mp4").read_bytes()


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def box(kind: bytes, data: bytes) -> bytes:
    return (len(data) + 8).to_bytes(4, "big") + kind + data


@pytest.fixture
def gateway(db) -> Device:
    return camera("GW-01", adapter="generic-signed")


def address(device: Device, sha256: str, token: str = "") -> str:
    return f"/api/intake/v1/{token or device.path_token}/objects/{sha256}"


def put(
    device: Device,
    data: bytes = PICTURE,
    *,
    media_type: str = "image/jpeg",
    named: str = "",
    key: Ed25519PrivateKey = KEY,
    created=AT,
    token: str = "",
    covering: bytes | None = None,
    nonce: str | None = None,
    headers: dict[str, str] | None = None,
    **changes,
) -> tuple[int, dict]:
    """Upload one object as a gateway does; ``covering`` are the bytes the signature is over."""
    sha256 = named or sha256_of(data)
    path = address(device, sha256, token)
    signed = sign_request(
        f"http://testserver{path}",
        {"Content-Type": media_type, "Idempotency-Key": sha256, **(headers or {})},
        data if covering is None else covering,
        private_key=key,
        key_id=device.serial,
        created=created,
        nonce=nonce,
        method="PUT",
    )
    answer = receive(
        arrival(factories.Push(data, signed), path, method="PUT", **changes),
        path_token=token or device.path_token,
        sha256=sha256,
        at=AT,
    )
    return answer.reply.status, json.loads(answer.reply.body)


def paths(answer: dict) -> list[str]:
    return [error["path"] for error in answer.get("errors", [])]


def nothing_is_left(tmp_path: Path) -> bool:
    kept = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    return not kept and not UploadedObject.objects.exists()


@pytest.mark.parametrize(
    ("data", "media_type"), [(PICTURE, "image/jpeg"), (FILM, "video/mp4")], ids=["jpeg", "mp4"]
)
def test_an_object_is_kept_under_its_hash_and_entered_in_the_custody_log(gateway, data, media_type):
    status, answer = put(gateway, data, media_type=media_type)
    assert (status, answer["raw_sha256"]) == (202, sha256_of(data))
    kept = UploadedObject.objects.get(pk=answer["receipt_id"])
    assert (kept.device, kept.size, kept.media_type) == (gateway, len(data), media_type)
    assert storages["evidence"].read(kept.sha256) == data
    event = CustodyEvent.objects.get(object_sha256=kept.sha256)
    assert (event.action, event.at) == ("received", AT)


def test_the_same_object_again_is_a_duplicate_with_the_receipt_of_the_first(gateway):
    _status, first = put(gateway)
    status, again = put(gateway)
    assert (status, again["duplicate"], again["receipt_id"]) == (200, True, first["receipt_id"])
    assert UploadedObject.objects.count() == 1
    assert CustodyEvent.objects.filter(object_sha256=sha256_of(PICTURE)).count() == 1


def test_two_devices_may_bring_the_same_bytes(gateway):
    put(gateway)
    other = camera("GW-02", adapter="generic-signed", unit=gateway.site.unit)
    assert put(other)[0] == 202
    assert UploadedObject.objects.filter(sha256=sha256_of(PICTURE)).count() == 2


def test_other_bytes_than_the_address_names_are_refused(gateway, tmp_path):
    """The signature covers what the address names; other bytes follow."""
    status, answer = put(gateway, picture("other"), named=sha256_of(PICTURE), covering=PICTURE)
    assert (status, paths(answer)) == (422, ["sha256"])
    assert nothing_is_left(tmp_path)


def test_a_digest_of_other_bytes_is_refused_before_the_body_is_read(gateway, tmp_path):
    status, answer = put(gateway, PICTURE, named=sha256_of(b"other"))
    assert (status, paths(answer)) == (422, ["content-digest"])
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/jpeg"),
        (b"", "image/jpeg"),
        (b"", "video/mp4"),
        (FILM, "image/jpeg"),
        (PICTURE, "video/mp4"),
        (FILM[:-10], "video/mp4"),
        (PICTURE, "image/png"),
        (b"PK\x03\x04", "application/zip"),
    ],
    ids=["svg", "no bytes", "no film", "film as jpeg", "jpeg as film", "cut", "png", "zip"],
)
def test_what_is_no_picture_and_no_film_is_refused(gateway, tmp_path, data, media_type):
    status, answer = put(gateway, data, media_type=media_type)
    assert (status, paths(answer)) == (422, ["content-type"])
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
@pytest.mark.parametrize("media_type", ["image/jpeg", "video/mp4"])
def test_more_than_an_object_may_have_is_too_large(
    gateway, settings, tmp_path, announced, media_type
):
    settings.INTAKE_MAX_FILM = 1024
    data = b"\xff\xd8" + b"x" * (6 * 1024 * 1024)
    size = len(data) if announced else None
    assert put(gateway, data, media_type=media_type, announced_size=size)[0] == 413
    assert nothing_is_left(tmp_path)


def test_a_connection_that_breaks_leaves_nothing(gateway, tmp_path):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("reset")

    assert put(gateway, stream=Broken())[0] == 400
    assert put(gateway, stream=io.BytesIO(PICTURE[:500]))[0] == 400
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"key": Ed25519PrivateKey.from_private_bytes(bytes(32))}, 401),
        ({"created": AT - timedelta(seconds=301)}, 401),
        ({"created": AT + timedelta(seconds=301)}, 401),
        ({"nonce": "short"}, 401),
        ({"token": "nobody"}, 403),
        ({"headers": {"Idempotency-Key": "another-key-of-mine"}}, 422),
        ({"method": "POST"}, 401),
    ],
)
def test_who_is_not_proven_brings_nothing(gateway, tmp_path, changes, status):
    if "method" in changes:
        sha256 = sha256_of(PICTURE)
        url = "http://testserver" + address(gateway, sha256)
        head = {"Content-Type": "image/jpeg", "Idempotency-Key": sha256}
        signed = sign_request(
            url, head, PICTURE, private_key=KEY, key_id="x", created=AT, method="POST"
        )
        push = factories.Push(PICTURE, signed)
        answer = receive(
            arrival(push, address(gateway, sha256), method="PUT"),
            path_token=gateway.path_token,
            sha256=sha256,
            at=AT,
        )
        assert answer.reply.status == status
    else:
        assert put(gateway, **changes)[0] == status
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize(
    "columns", [{"adapter": "hikvision-isapi"}, {"state": "revoked"}, {"public_key": None}]
)
def test_only_a_gateway_with_a_key_may_upload(gateway, columns, tmp_path):
    Device.objects.filter(pk=gateway.pk).update(**columns)
    assert put(gateway)[0] in {401, 403}
    assert nothing_is_left(tmp_path)


def test_a_signature_counts_once(gateway):
    assert put(gateway, nonce="nonce-of-24-characters-x")[0] == 202
    assert put(gateway, picture("next"), nonce="nonce-of-24-characters-x")[0] == 401


@pytest.mark.parametrize("fault", [OperationalError("down"), OSError("disk full")])
def test_what_cannot_be_kept_now_is_to_be_sent_again(gateway, monkeypatch, fault):
    def fail(*_args, **_more):
        raise fault

    monkeypatch.setattr(uploads, "keep_object", fail)
    answer_status, _answer = put(gateway)
    assert answer_status == 503
    monkeypatch.undo()
    assert put(gateway)[0] == 202


def test_a_film_is_never_whole_in_memory(gateway):
    film = FILM[:-8] + box(b"mdat", bytes(40 * 1024 * 1024))
    push_stream = io.BytesIO(film)
    tracemalloc.start()
    try:
        status, _answer = put(gateway, film, media_type="video/mp4", stream=push_stream)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert status == 202
    assert peak < 12 * 1024 * 1024


def listed(device: Device, name: str = "speed_over") -> tuple[factories.Push, list[bytes], str]:
    """Return an event alone (application/json), the objects it lists, and its identifier."""
    event, here = samples.fresh(
        samples.sample_events()[name],
        event_id=uuid7(),
        serial=device.serial,
        at=AT - timedelta(seconds=2),
    )
    event.pop("group", None)
    body = json.dumps(event).encode()
    headers = sign_request(
        "http://testserver" + inbox.push_path(device),
        {"Content-Type": "application/json", "Idempotency-Key": event["event_id"]},
        body,
        private_key=KEY,
        key_id=device.serial,
        created=AT,
    )
    return factories.Push(body, headers), list(here.values()), event["event_id"]


def test_an_event_finds_the_pictures_uploaded_before_it(gateway):
    push, objects, _event_id = listed(gateway)
    for data in objects:
        assert put(gateway, data)[0] == 202
    detection = factories.detected(gateway, push)
    files = detection.evidence.order_by("position")
    assert [file.object_sha256 for file in files] == [sha256_of(data) for data in objects]


def test_an_event_waits_for_its_pictures_and_is_read_when_the_last_has_come(gateway):
    push, objects, _event_id = listed(gateway)
    delivery = factories.read(gateway, push)
    assert delivery.state == Delivery.State.GROUPED
    for data in objects:
        put(gateway, data)
        parsing.parse(delivery.pk, at=AT)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.PARSED
    assert Detection.objects.get().delivery == delivery


def test_an_uploaded_film_becomes_evidence_beside_its_pictures(gateway):
    push, objects, _event_id = listed(gateway, "red_light_group")
    for data in objects:
        media_type = "video/mp4" if data == FILM else "image/jpeg"
        assert put(gateway, data, media_type=media_type)[0] == 202
    [film] = factories.detected(gateway, push).evidence.filter(role="film")
    assert (film.object_sha256, film.duration_ms) == (sha256_of(FILM), 2400)


def test_the_uploads_of_one_device_do_not_complete_the_event_of_another(gateway):
    other = camera("GW-02", adapter="generic-signed", unit=gateway.site.unit)
    push, objects, _event_id = listed(gateway)
    for data in objects:
        assert put(other, data)[0] == 202
    assert factories.read(gateway, push).state == Delivery.State.GROUPED
