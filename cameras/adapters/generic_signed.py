"""Our own signed push for vendors without a public format (``generic-signed`` v1).

One ``POST multipart/form-data`` with a part ``event`` (JSON, see ``event_schema``) and the pictures
``image_1`` … ``image_n`` in the order of the event; or the event alone as ``application/json`` and
its pictures by PUT. The request is signed by the gateway's key (RFC 9421) and named by an
``Idempotency-Key`` equal to ``event_id``; a retry sends the same bytes under the same key. Answers
are 202 or RFC 9457 problems, never with a plate in them.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cameras.adapters.contract import (
    Parsed,
    Profile,
    RawEnvelope,
    Rejected,
    Reply,
    Secrets,
)
from cameras.adapters.event_schema import read_event
from cameras.adapters.generic_claims import detection, heartbeat, listed_films, listed_images
from cameras.adapters.multipart import Part, parse_multipart
from cameras.adapters.signatures import signature_nonce, verify_signature
from cameras.adapters.vocabulary import OUTCOMES

_ACCEPTED = {"stored": 202, "clock_impossible": 202, "duplicate": 200, "heartbeat": 200}
_PROBLEMS = {
    "conflict": (422, "idempotency_key_reuse", "This key was used for other bytes."),
    "in_progress": (409, "in_progress", "The first delivery under this key is still at work."),
    "malformed": (400, "malformed", "The delivery cannot be read."),
    "schema": (422, "schema", "The event does not follow the schema."),
    "unauthenticated": (401, "unauthenticated", "The signature was not accepted."),
    "forbidden": (403, "forbidden", "This device may not deliver."),
    "too_large": (413, "too_large", "The delivery is larger than allowed."),
    "flooding": (429, "too_many_requests", "Too many deliveries. Wait and send again."),
    "full": (503, "unavailable", "Deliveries cannot be kept now. Send again later."),
}


class GenericSigned:
    """The adapter. It holds no state."""

    key = "generic-signed"
    version = "1"

    def authenticate(
        self, envelope: RawEnvelope, secrets: Secrets, now: datetime
    ) -> str | Rejected:
        """Return A when the body is signed by the device's key within 300 seconds of ``now``."""
        if not secrets.public_key:
            return Rejected("key_missing", "The device has no registered public key.")
        proof = verify_signature(envelope, secrets.public_key, now)
        return proof if isinstance(proof, Rejected) else "A"

    def replay_token(self, envelope: RawEnvelope) -> str | None:
        """Return the nonce of the signature, to be stored per device once it is authenticated."""
        return signature_nonce(envelope)

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the settings of one gateway device."""
        return Profile(device_serial=device_serial).overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery; every field is checked, every picture compared with its hash."""
        parts = _parts(envelope)
        if isinstance(parts, Rejected):
            return [parts]
        event = read_event(parts["event"].of(envelope.body) if parts else envelope.body)
        if isinstance(event, Rejected):
            return [event]
        if event["device"]["serial"] != profile.device_serial:
            reason = "The event names another device than its address."
            return [Rejected("device_differs", reason, ("device.serial",))]
        if envelope.header("idempotency-key").strip().strip('"') != event["event_id"]:
            reason = "The Idempotency-Key must be the event_id."
            return [Rejected("key_differs", reason, ("event_id",))]
        if event["kind"] == "health":
            return [heartbeat(event)]
        images = listed_images(event["images"], parts, envelope.body)
        if isinstance(images, Rejected):
            return [images]
        films = listed_films(event.get("video", []), parts, envelope.body)
        if isinstance(films, Rejected):
            return [films]
        listed = {"event", *(image.name for image in images), *(film.name for film in films)}
        if parts is not None and parts.keys() - listed:
            return [Rejected("image_unlisted", "The event does not list every part that came.")]
        source_key = f"{self.key}|{profile.device_serial}|{event['event_id']}"
        return [
            detection(event, images, films, source_key=source_key, received_at=envelope.received_at)
        ]

    def acknowledge(
        self,
        outcome: str,
        *,
        receipt_id: str = "",
        raw_sha256: str = "",
        reason: str = "",
        paths: tuple[str, ...] = (),
        path: str = "",
    ) -> Reply:
        """Return 202/200 with the receipt, or a problem document. RFC 9457

        Retry-After belongs to 409, 429 and 503 and is set by the caller, who knows the load.
        """
        if outcome not in OUTCOMES:
            raise ValueError(f"unknown outcome: {outcome}")
        if status := _ACCEPTED.get(outcome):
            answer: dict[str, Any] = {"receipt_id": receipt_id, "raw_sha256": raw_sha256}
            if outcome == "duplicate":
                answer["duplicate"] = True
            if outcome == "clock_impossible":
                answer["warnings"] = ["clock_impossible"]
            return Reply(status, _json(answer), "application/json")
        status, code, title = _PROBLEMS[outcome]
        problem: dict[str, Any] = {
            "type": f"urn:vn:traffic:problem:{code}",
            "title": title,
            "status": status,
        }
        if reason:
            problem["detail"] = reason
        if paths:
            problem["errors"] = [{"path": path} for path in paths]
        if receipt_id:
            problem["instance"] = f"urn:uuid:{receipt_id}"
        return Reply(status, _json(problem), "application/problem+json")


def is_event_alone(content_type: str) -> bool:
    """Tell whether the body is the event itself, its pictures being uploaded beside it (PUT)."""
    return content_type.split(";")[0].strip().lower() == "application/json"


def _parts(envelope: RawEnvelope) -> dict[str, Part] | Rejected | None:
    """Return the parts by name, or None when the body is the event alone."""
    content_type = envelope.header("content-type")
    if is_event_alone(content_type):
        return None
    parts = parse_multipart(envelope.body, content_type)
    if isinstance(parts, Rejected):
        return parts
    named = {part.name: part for part in parts if part.complete}
    if len(named) != len(parts) or "event" not in named:
        reason = "The delivery needs one complete part named event and uniquely named images."
        return Rejected("malformed", reason)
    return named


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
