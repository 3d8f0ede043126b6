"""The raw inbox: what a device sends is kept, byte for byte, before anybody reads it.

Order is everything here. The body is read from the socket and hashed, written to the evidence
store (flushed to the disk), noted in a committed row, and only then is the device answered in its
vendor's own words; a worker parses afterwards. Cameras forget after one try, so whatever can be
kept is kept and acknowledged; a fault of the store or the database is the one reason for 503.
Every answer follows the table "Answers" of the intake rules (RFC 9457 problems for gateways).
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.urls import reverse

from cameras import custody, deduplication
from cameras.adapters.contract import Adapter, RawEnvelope, Rejected, Reply, Secrets
from cameras.adapters.registry import adapter_for
from cameras.arrivals import Arrival, Body, read_body
from cameras.evidence import store
from cameras.identifiers import uuid7
from cameras.models import CustodyEvent, Delivery, Device
from cameras.preview import outcome_of
from cameras.tasks import queue_parsing

log = logging.getLogger(__name__)

SEEN_EVERY = timedelta(seconds=10)
RETRY_AFTER_SECONDS = 5
#: Routes by adapter; a device is known by its secret path alone, the route only words an answer.
ROUTES = {"hikvision-isapi": "hikvision", "dahua-itsapi": "dahua", "generic-signed": "v1"}
LONGEST_PATH = 200
LONGEST_HEADER = 2_000
MOST_HEADERS = 128
PATH_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,40}")
#: Kept aside, yet the device spoke: these do not make it look silent.
ALIVE = frozenset({"device_paused", "conflict", "cut_short"})
SECRET_HEADERS = frozenset({"cookie", "authorization", "proxy-authorization"})


@dataclass(frozen=True)
class Answer:
    """What to say to the sender, and the name under which the delivery is kept."""

    reply: Reply
    receipt_id: uuid.UUID
    retry_after: int | None = None


class CannotKeep(Exception):
    """The bytes cannot be stored now; the sender must try again."""


def push_path(device: Device) -> str:
    """Return the path a device pushes to; whoever knows it can deliver in its name."""
    path = reverse("intake:push", args=[ROUTES[device.adapter], device.path_token])
    return path + ("/events" if device.adapter == "generic-signed" else "/")


def receive(arrival: Arrival, *, route: str, path_token: str, at: datetime) -> Answer:
    """Keep one delivery and return the answer for its sender. Never raises on what was sent.

    ``at`` is our own clock. The answer goes out only after the row is committed.
    """
    receipt_id = uuid7()
    adapter = _adapter_of_route(route)
    try:
        with _storable():
            device = None
            if PATH_TOKEN.fullmatch(path_token):
                device = Device.objects.filter(path_token=path_token).first()
            if device is not None:
                adapter = adapter_for(device.adapter)
            return _admit(arrival, device, adapter, receipt_id, at)
    except CannotKeep:
        log.exception("a delivery could not be kept")
        return Answer(adapter.acknowledge("full"), receipt_id, RETRY_AFTER_SECONDS)


def _admit(
    arrival: Arrival, device: Device | None, adapter: Adapter, receipt_id: uuid.UUID, at: datetime
) -> Answer:
    known = device is not None and device.state != Device.State.REVOKED
    most = int(settings.INTAKE_MAX_BODY)
    body = read_body(arrival, most, keep=most if known else _kept_from_strangers())
    delivery = _delivery(arrival, device, receipt_id, body, at)
    if body.too_large:
        return _turn_away(delivery, body, adapter, "too_large", "too_large")
    if device is None:
        return _turn_away(delivery, body, adapter, "forbidden", "device_unknown")
    if not known:
        return _turn_away(delivery, body, adapter, "forbidden", "device_revoked")
    if body.cut_short:
        reason = "The connection ended before the announced size was reached."
        _keep(delivery, body, Rejected("cut_short", reason))
        return Answer(adapter.acknowledge("malformed", reason=reason), receipt_id)
    envelope = RawEnvelope(arrival.headers, body.kept, at, arrival.path, arrival.method)
    proof = _prove(envelope, device, adapter, at)
    if isinstance(proof, Rejected):
        return _turn_away(delivery, body, adapter, "unauthenticated", proof.code, proof.reason)
    delivery.authenticity = proof
    if device.state == Device.State.PAUSED:
        _keep(delivery, body, Rejected("device_paused", "The device is paused in the register."))
        return _stored(adapter, delivery, "stored")
    if proof != "A":
        _keep(delivery, body)
        return _stored(adapter, delivery, "stored")
    return _keep_once(delivery, body, envelope, device, adapter)


def _keep_once(
    delivery: Delivery, body: Body, envelope: RawEnvelope, device: Device, adapter: Adapter
) -> Answer:
    """Keep a signed delivery under its idempotency key, and answer with what reading it shows.

    Gateways read answers, so they are told of a duplicate, a conflict or a wrong field at once.
    """
    key = envelope.header("idempotency-key")
    earlier = deduplication.claim(device, key, body.sha256, delivery.pk)
    if earlier is not None and earlier.body_sha256 != body.sha256:
        _keep(delivery, body, Rejected("conflict", "This key was used for other bytes."))
        return Answer(adapter.acknowledge("conflict"), delivery.pk)
    if earlier is not None and not earlier.is_committed:
        return Answer(adapter.acknowledge("in_progress"), delivery.pk, RETRY_AFTER_SECONDS)
    if earlier is not None:
        delivery.state = Delivery.State.DUPLICATE
        _keep(delivery, body)
        receipt = str(earlier.receipt_id)
        reply = adapter.acknowledge("duplicate", receipt_id=receipt, raw_sha256=body.sha256)
        return Answer(reply, delivery.pk)
    try:
        _keep(delivery, body)
    except BaseException:
        deduplication.release(device, key)
        raise
    outcome, rejected = outcome_of(envelope, device, adapter)
    if outcome in {"malformed", "schema"}:
        deduplication.release(device, key)  # the gateway may mend the event and send it again
    else:
        deduplication.confirm(device, key, body.sha256, delivery.pk)
    return _stored(adapter, delivery, outcome, rejected)


def _prove(envelope: RawEnvelope, device: Device, adapter: Adapter, at: datetime) -> str | Rejected:
    key = bytes(device.public_key) if device.public_key else None
    proof = adapter.authenticate(envelope, Secrets(key, device.credential), at)
    if isinstance(proof, Rejected):
        return proof
    nonce = adapter.replay_token(envelope)
    if nonce and not deduplication.use_nonce(device, nonce):
        return Rejected("nonce_replayed", "This signature was used before. Sign again.")
    return proof


def _turn_away(
    delivery: Delivery, body: Body, adapter: Adapter, outcome: str, code: str, reason: str = ""
) -> Answer:
    """Answer with a closed door; keep the beginning of what came, a few times per address a day."""
    short = body.kept[: _kept_from_strangers()]
    if _may_keep_more(delivery.remote_address):
        delivery.kept_size = len(short)
        _keep(delivery, replace(body, kept=short), Rejected(code, reason))
    reply = adapter.acknowledge(outcome, receipt_id=str(delivery.pk), reason=reason)
    return Answer(reply, delivery.pk)


def _keep(delivery: Delivery, body: Body, fault: Rejected | None = None) -> None:
    """Store the bytes, then commit the row with its custody entries; queue the parsing last."""
    delivery.kept_sha256 = store().put(body.kept)
    if fault is not None:
        delivery.state = Delivery.State.QUARANTINED
        delivery.fault_code, delivery.fault_reason = fault.code, fault.reason[:300]
    at = delivery.received_at
    with transaction.atomic():
        delivery.save(force_insert=True)
        custody.record(CustodyEvent.Action.RECEIVED, delivery=delivery, at=at)
        if fault is not None:
            custody.record(
                CustodyEvent.Action.QUARANTINED, delivery=delivery, reason=fault.code, at=at
            )
        if delivery.device_id is not None and (fault is None or fault.code in ALIVE):
            _note_sign_of_life(delivery.device_id, at)
        if delivery.state == Delivery.State.RECEIVED:
            transaction.on_commit(lambda: queue_parsing(delivery.pk), robust=True)


def _delivery(
    arrival: Arrival, device: Device | None, receipt_id: uuid.UUID, body: Body, at: datetime
) -> Delivery:
    return Delivery(
        id=receipt_id,
        device=device,
        method=arrival.method[:8],
        path=arrival.path[:LONGEST_PATH],
        remote_address=arrival.remote_address,
        headers=[
            [name[:100], "(not kept)" if name.lower() in SECRET_HEADERS else _short(value)]
            for name, value in arrival.headers[:MOST_HEADERS]
        ],
        body_sha256=body.sha256,
        body_size=body.size,
        kept_size=len(body.kept),
        received_at=at,
    )


def _short(value: str) -> str:
    return value.replace("\x00", "\ufffd")[:LONGEST_HEADER]


def _stored(
    adapter: Adapter, delivery: Delivery, outcome: str, rejected: Rejected | None = None
) -> Answer:
    reply = adapter.acknowledge(
        outcome,
        receipt_id=str(delivery.pk),
        raw_sha256=delivery.body_sha256,
        reason=rejected.reason if rejected else "",
        paths=rejected.paths if rejected else (),
    )
    return Answer(reply, delivery.pk)


def _note_sign_of_life(device_id: int, at: datetime) -> None:
    stale = Q(last_seen_at__isnull=True) | Q(last_seen_at__lt=at - SEEN_EVERY)
    Device.objects.filter(stale, pk=device_id).update(last_seen_at=at)


def _may_keep_more(address: str) -> bool:
    """Count what an address left at the closed door in 24 hours; past the cap nothing is kept."""
    key = f"intake-stranger:{address}"
    if cache.add(key, 1, 24 * 3600):
        return True
    try:
        return cache.incr(key) <= settings.INTAKE_STRANGERS_PER_ADDRESS_PER_DAY
    except ValueError:
        return cache.add(key, 1, 24 * 3600)


def _kept_from_strangers() -> int:
    return int(settings.INTAKE_KEPT_FROM_STRANGERS)


def _adapter_of_route(route: str) -> Adapter:
    keys = {name: key for key, name in ROUTES.items()}
    return adapter_for(keys.get(route, "generic-signed"))


@contextmanager
def _storable() -> Iterator[None]:
    """Turn the faults of database and store into one; anything else is a fault of ours."""
    try:
        yield
    except (OperationalError, InterfaceError, OSError) as error:
        raise CannotKeep from error
