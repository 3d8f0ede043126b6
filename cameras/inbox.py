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
import uuid
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from cameras.adapters.contract import Adapter, RawEnvelope, Rejected
from cameras.adapters.http_credentials import asking
from cameras.adapters.registry import adapter_for
from cameras.arrivals import Arrival, Body, read_body
from cameras.device_list import KnownDevice, devices
from cameras.gateways import keep_signed
from cameras.identifiers import uuid7
from cameras.keeping import RETRY_AFTER_SECONDS, Answer, CannotKeep, keep, stored, turn_away
from cameras.models import Device
from cameras.spool import SpooledDelivery

log = logging.getLogger(__name__)

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
        return turn_away(delivery, body, adapter, "too_large", "too_large")
    if device is None:
        return turn_away(delivery, body, adapter, "forbidden", "device_unknown")
    if not known:
        return turn_away(delivery, body, adapter, "forbidden", "device_revoked")
    if body.cut_short:
        reason = "The connection ended before the announced size was reached."
        keep(delivery.faulty("cut_short", reason), body)
        reply = adapter.acknowledge("malformed", reason=reason, path=arrival.path)
        return Answer(reply, receipt_id)
    envelope = RawEnvelope(arrival.headers, body.kept, at, arrival.path, arrival.method)
    proof = adapter.authenticate(envelope, device.secrets, at)
    if isinstance(proof, Rejected):
        answer = turn_away(delivery, body, adapter, "unauthenticated", proof.code, proof.reason)
        realm = getattr(adapter, "realm", None)
        if realm is None:
            return answer
        return replace(answer, reply=asking(answer.reply, device.secrets, realm, at))
    if device.state == Device.State.PAUSED:
        delivery = replace(delivery, authenticity=proof)
        keep(delivery.faulty("device_paused", "The device is paused in the register."), body)
        return stored(adapter, delivery, "stored")
    if proof != "A":
        delivery = replace(delivery, authenticity=proof)
        keep(delivery, body)
        return stored(adapter, delivery, "stored")
    return keep_signed(delivery, body, envelope, device, adapter)


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


def _adapter_of_route(route: str) -> Adapter:
    keys = {name: key for key, name in ROUTES.items()}
    return adapter_for(keys.get(route, "generic-signed"))
