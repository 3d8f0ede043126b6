"""The raw inbox: what a device sends is kept, byte for byte, before anybody reads it.

Order is everything here. The body is read from the socket and hashed, written to the evidence
store and noted in this machine's spool, both flushed to the disk, and only then is the device
answered in its vendor's own words. The database is not asked: it may be down. ``cameras.draining``
brings what is spooled into it, and a worker parses afterwards. Cameras forget after one try, so
whatever can be kept is kept and acknowledged; a full or failing disk is the one reason for 503.
Every answer follows the table "Answers" of the intake rules (RFC 9457 problems for gateways).
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.urls import reverse

from cameras import deduplication
from cameras.adapters.contract import Adapter, RawEnvelope, Rejected, Reply
from cameras.adapters.registry import adapter_for
from cameras.arrivals import Arrival, Body, read_body
from cameras.device_list import KnownDevice, devices
from cameras.evidence import sha256_of, store
from cameras.identifiers import uuid7
from cameras.models import Device
from cameras.preview import outcome_of
from cameras.spool import SpooledDelivery, spool
from cameras.strangers import strangers

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
#: Routes by adapter; a device is known by its secret path alone, the route only words an answer.
ROUTES = {
    "hikvision-isapi": "hikvision",
    "hikvision-its-folder": "folder",
    "dahua-itsapi": "dahua",
    "milesight": "milesight",
    "axis-lpv": "axis",
    "uniview-lapi": "uniview",
    "gat1400": "gat1400",
    "onvif-m": "onvif",
    "rekor": "rekor",
    "platerecognizer": "platerecognizer",
    "generic-signed": "v1",
}
LONGEST_PATH = 200
LONGEST_HEADER = 2_000
MOST_HEADERS = 128
PATH_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")
SECRET_HEADERS = frozenset({"cookie", "authorization", "proxy-authorization"})
#: After the database did not answer, gateways' deliveries are not held up by asking it again.
ASK_AGAIN_SECONDS = 2.0

T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What to say to the sender, and the name under which the delivery is kept."""

    reply: Reply
    receipt_id: uuid.UUID
    retry_after: int | None = None


class CannotKeep(Exception):
    """The bytes cannot be stored now; the sender must try again."""


class DatabaseDown(Exception):
    """The database does not answer; what only it knows is asked when the spool is drained."""


def push_path(device: Device) -> str:
    """Return the path a device pushes to; whoever knows it can deliver in its name."""
    path = reverse("intake:push", args=[ROUTES[device.adapter], device.path_token])
    return path + ("/events" if device.adapter == "generic-signed" else "/")


def receive(arrival: Arrival, *, route: str, path_token: str, at: datetime) -> Answer:
    """Keep one delivery and return the answer for its sender. Never raises on what was sent.

    ``at`` is our own clock. The answer goes out only after bytes and note are on the disk.
    """
    receipt_id = uuid7()
    device = devices.find(path_token) if PATH_TOKEN.fullmatch(path_token) else None
    adapter = adapter_for(device.adapter) if device else _adapter_of_route(route)
    try:
        return _admit(arrival, device, adapter, receipt_id, at)
    except CannotKeep:
        log.exception("a delivery could not be kept")
        return Answer(
            adapter.acknowledge("full", path=arrival.path), receipt_id, RETRY_AFTER_SECONDS
        )


def _admit(
    arrival: Arrival,
    device: KnownDevice | None,
    adapter: Adapter,
    receipt_id: uuid.UUID,
    at: datetime,
) -> Answer:
    known = device is not None and device.state != Device.State.REVOKED
    most = int(settings.INTAKE_MAX_BODY)
    body = read_body(
        arrival,
        most,
        keep=most if known else int(settings.INTAKE_KEPT_FROM_STRANGERS),
        within_seconds=settings.INTAKE_BODY_SECONDS,
    )
    delivery = _spooled(arrival, device, receipt_id, body, at)
    if body.too_large:
        return _turn_away(delivery, body, adapter, "too_large", "too_large")
    if device is None:
        return _turn_away(delivery, body, adapter, "forbidden", "device_unknown")
    if not known:
        return _turn_away(delivery, body, adapter, "forbidden", "device_revoked")
    if body.cut_short:
        reason = "The connection ended before the announced size was reached."
        _keep(delivery.faulty("cut_short", reason), body)
        reply = adapter.acknowledge("malformed", reason=reason, path=arrival.path)
        return Answer(reply, receipt_id)
    envelope = RawEnvelope(arrival.headers, body.kept, at, arrival.path, arrival.method)
    proof = adapter.authenticate(envelope, device.secrets, at)
    if isinstance(proof, Rejected):
        return _turn_away(delivery, body, adapter, "unauthenticated", proof.code, proof.reason)
    if device.state == Device.State.PAUSED:
        delivery = replace(delivery, authenticity=proof)
        _keep(delivery.faulty("device_paused", "The device is paused in the register."), body)
        return _stored(adapter, delivery, "stored")
    if proof != "A":
        delivery = replace(delivery, authenticity=proof)
        _keep(delivery, body)
        return _stored(adapter, delivery, "stored")
    return _keep_signed(delivery, body, envelope, device, adapter)


def _keep_signed(
    delivery: SpooledDelivery,
    body: Body,
    envelope: RawEnvelope,
    device: KnownDevice,
    adapter: Adapter,
) -> Answer:
    """Keep a signed delivery under its idempotency key, and answer with what reading it shows.

    Gateways read answers, so they are told of a duplicate, a conflict or a wrong field at once, as
    long as the database can be asked; else the drainer finds out and the gateway hears "kept".
    """
    key, nonce = envelope.header("idempotency-key"), adapter.replay_token(envelope)
    delivery = replace(delivery, idempotency_key=key, nonce=nonce or "")
    outcome, rejected = outcome_of(envelope, device, adapter)
    try:
        if not _asked(lambda: _within_rate(device, delivery.received_at)):
            return Answer(adapter.acknowledge("flooding"), delivery.receipt_id, RETRY_AFTER_SECONDS)
        if nonce and not _asked(lambda: deduplication.use_nonce(device, nonce)):
            reason = "This signature was used before. Sign again."
            return _turn_away(delivery, body, adapter, "unauthenticated", "nonce_replayed", reason)
        delivery = replace(delivery, authenticity="A")
        earlier = _asked(lambda: deduplication.claim(device, key, body.sha256, delivery.receipt_id))
    except DatabaseDown:
        delivery = replace(delivery, authenticity="A", is_unchecked=True)
        _keep(delivery, body)
        return _stored(adapter, delivery, outcome, rejected)
    if earlier is not None and earlier.body_sha256 != body.sha256:
        _keep(delivery.faulty("conflict", "This key was used for other bytes."), body)
        return Answer(adapter.acknowledge("conflict"), delivery.receipt_id)
    if earlier is not None and not earlier.is_kept:
        reply = adapter.acknowledge("in_progress")
        return Answer(reply, delivery.receipt_id, RETRY_AFTER_SECONDS)
    if earlier is not None:
        _keep(delivery.repeated(), body)
        receipt = str(earlier.receipt_id)
        reply = adapter.acknowledge("duplicate", receipt_id=receipt, raw_sha256=body.sha256)
        return Answer(reply, delivery.receipt_id)
    try:
        _keep(delivery, body)
    except BaseException:
        _whether_or_not(lambda: deduplication.release(device, key))
        raise
    if outcome in {"malformed", "schema"}:
        # The gateway may mend the event and send it again.
        _whether_or_not(lambda: deduplication.release(device, key))
    else:
        _whether_or_not(
            lambda: deduplication.confirm(device, key, body.sha256, delivery.receipt_id)
        )
    return _stored(adapter, delivery, outcome, rejected)


def _turn_away(
    delivery: SpooledDelivery,
    body: Body,
    adapter: Adapter,
    outcome: str,
    code: str,
    reason: str = "",
) -> Answer:
    """Answer with a closed door; keep the beginning of what came, a few times per address a day."""
    short = body.kept[: int(settings.INTAKE_KEPT_FROM_STRANGERS)]
    if strangers.may_leave_more(delivery.remote_address, delivery.received_at):
        kept = replace(delivery, kept_size=len(short))
        _keep(kept.faulty(code, reason), replace(body, kept=short))
    reply = adapter.acknowledge(
        outcome, receipt_id=str(delivery.receipt_id), reason=reason, path=delivery.path
    )
    return Answer(reply, delivery.receipt_id)


def _keep(delivery: SpooledDelivery, body: Body) -> None:
    """Put the bytes into the store, or beside the note when it is down, then write the note.

    Raises CannotKeep.
    """
    here = spool()
    try:
        here.require_room()
        beside = None
        try:
            kept_sha256 = store().put(body.kept)
        except OSError:
            log.exception("the evidence store is down; a delivery is spooled with its body")
            kept_sha256, beside = _hash_of(body), body.kept
        here.keep(replace(delivery, kept_sha256=kept_sha256), beside)
    except OSError as error:
        raise CannotKeep from error


def _asked(question: Callable[[], T]) -> T:
    """Ask the database. Raises DatabaseDown, at once while it has not answered a moment ago."""
    global _down_until
    if time.monotonic() < _down_until:
        raise DatabaseDown
    try:
        return question()
    except (OperationalError, InterfaceError) as error:
        _down_until = time.monotonic() + ASK_AGAIN_SECONDS
        raise DatabaseDown from error


_down_until = 0.0


def _whether_or_not(statement: Callable[[], None]) -> None:
    """Tell the database something that only spares a gateway a minute if it is down just now."""
    try:
        _asked(statement)
    except DatabaseDown:
        log.warning("the database went down while a signed delivery was kept")


def _within_rate(device: KnownDevice, at: datetime) -> bool:
    return deduplication.within_rate(
        device, at, per_second=settings.INTAKE_GATEWAY_RATE, burst=settings.INTAKE_GATEWAY_BURST
    )


def _hash_of(body: Body) -> str:
    return body.sha256 if len(body.kept) == body.size and body.sha256 else sha256_of(body.kept)


def _spooled(
    arrival: Arrival, device: KnownDevice | None, receipt_id: uuid.UUID, body: Body, at: datetime
) -> SpooledDelivery:
    return SpooledDelivery(
        receipt_id=receipt_id,
        device_id=device.pk if device else None,
        method=arrival.method[:8],
        path=_storable(arrival.path)[:LONGEST_PATH],
        remote_address=arrival.remote_address,
        headers=tuple(
            (
                _storable(name)[:100],
                "(not kept)" if name.lower() in SECRET_HEADERS else _short(value),
            )
            for name, value in arrival.headers[:MOST_HEADERS]
        ),
        body_sha256=body.sha256,
        body_size=body.size,
        kept_sha256="",
        kept_size=len(body.kept),
        received_at=at,
    )


def _short(value: str) -> str:
    return _storable(value)[:LONGEST_HEADER]


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _stored(
    adapter: Adapter, delivery: SpooledDelivery, outcome: str, rejected: Rejected | None = None
) -> Answer:
    reply = adapter.acknowledge(
        outcome,
        receipt_id=str(delivery.receipt_id),
        raw_sha256=delivery.body_sha256,
        reason=rejected.reason if rejected else "",
        paths=rejected.paths if rejected else (),
        path=delivery.path,
    )
    return Answer(reply, delivery.receipt_id)


def _adapter_of_route(route: str) -> Adapter:
    keys = {name: key for key, name in ROUTES.items()}
    return adapter_for(keys.get(route, "generic-signed"))
