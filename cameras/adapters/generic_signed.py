"""Our own signed push for vendors without a public format (``generic-signed`` v1).

One ``POST multipart/form-data`` with a part ``event`` (JSON, see ``event_schema``) and the pictures
``image_1`` … ``image_n`` in the order of the event. The request is signed by the gateway's key
(RFC 9421) and named by an ``Idempotency-Key`` equal to ``event_id``; a retry sends the same bytes
under the same key. Answers are 202 or RFC 9457 problems, never with a plate in them.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cameras.adapters.contract import (
    Box,
    ByteRange,
    Heartbeat,
    Parsed,
    ParsedDetection,
    ParsedImage,
    Profile,
    RawEnvelope,
    Rejected,
    Reply,
    Secrets,
    TimeClaim,
    judge_clock,
)
from cameras.adapters.event_schema import health_facts, read_event
from cameras.adapters.json_shapes import to_per_mille, to_tenths
from cameras.adapters.multipart import Part, parse_multipart
from cameras.adapters.signatures import signature_nonce, verify_signature
from cameras.adapters.vocabulary import OUTCOMES
from cameras.images import jpeg_ranges

#: GA/T 832-2014: a clock within one second of the reference is right.
CLOCK_TOLERANCE_MS = 1000

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
        parts = parse_multipart(envelope.body, envelope.header("content-type"))
        if isinstance(parts, Rejected):
            return [parts]
        named = {part.name: part for part in parts if part.complete}
        if len(named) != len(parts) or "event" not in named:
            reason = "The delivery needs one complete part named event and uniquely named images."
            return [Rejected("malformed", reason)]
        event = read_event(named["event"].of(envelope.body))
        if isinstance(event, Rejected):
            return [event]
        if event["device"]["serial"] != profile.device_serial:
            reason = "The event names another device than its address."
            return [Rejected("device_differs", reason, ("device.serial",))]
        if envelope.header("idempotency-key").strip().strip('"') != event["event_id"]:
            reason = "The Idempotency-Key must be the event_id."
            return [Rejected("key_differs", reason, ("event_id",))]
        if event["kind"] == "health":
            health = event.get("health")
            if health is None:
                return [Heartbeat()]
            return [Heartbeat(datetime.fromisoformat(health["at"]), health_facts(health))]
        images = _images(event["images"], named, envelope.body)
        if isinstance(images, Rejected):
            return [images]
        return [_detection(event, images, envelope.received_at, profile)]

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


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _images(
    listed: list[dict[str, Any]], named: dict[str, Part], body: bytes
) -> tuple[ParsedImage, ...] | Rejected:
    found = []
    for number, item in enumerate(listed):
        path = f"images[{number}]"
        part = named.get(f"image_{number + 1}")
        if part is None:
            return Rejected("image_missing", "A listed image did not come.", (path,))
        data = part.of(body)
        digest = hashlib.sha256(data).hexdigest()
        if digest != item["sha256"] or len(data) != int(item["bytes"]):
            reason = "An image is not the one the event describes."
            return Rejected("image_differs", reason, (f"{path}.sha256",))
        if not jpeg_ranges(data):
            return Rejected("image_not_jpeg", "An image is not a JPEG picture.", (path,))
        found.append(
            ParsedImage(
                role=item["role"],
                where=ByteRange(part.offset, part.length),
                sha256=digest,
                media_type="image/jpeg",
                captured_local=item.get("captured_local") or None,
                boxes=tuple(_box(box) for box in item.get("boxes", ())),
                name=part.name,
            )
        )
    if len(named) != len(found) + 1:
        return Rejected("image_unlisted", "The event does not list every part that came.")
    return tuple(found)


def _box(box: dict[str, Any]) -> Box:
    x, y, width, height = (float(box[side]) for side in "xywh")
    raw = box.get("raw") or ",".join(str(box[side]) for side in "xywh")
    return Box(box["kind"], x, y, width, height, raw)


def _time(time: dict[str, Any], received_at: datetime) -> TimeClaim:
    written = time["occurred_at"]
    moment = datetime.fromisoformat(written)
    offset = moment.utcoffset()
    quality = "unknown"
    if "clock_offset_ms" in time:
        drift = abs(int(time["clock_offset_ms"]))
        quality = "synchronised" if drift <= CLOCK_TOLERANCE_MS else "drifted"
    claim = TimeClaim(
        occurred_at=moment.astimezone(UTC),
        local_text=time.get("local_text") or written,
        source_field="time.occurred_at",
        rule="offset_in_value",
        offset_minutes=int(offset.total_seconds()) // 60 if offset is not None else None,
        quality=quality,
        late_reason=time.get("late_reason", "none"),
    )
    return replace(claim, quality=judge_clock(claim, received_at))


def _detection(
    event: dict[str, Any], images: tuple[ParsedImage, ...], received_at: datetime, profile: Profile
) -> ParsedDetection:
    violation, speed = event.get("violation", {}), event.get("speed", {})
    plate, vehicle = event["plate"], event.get("vehicle", {})
    claim = _time(event["time"], received_at)
    warnings = ["clock_impossible"] if claim.quality == "impossible" else []
    if speed.get("multi_target"):
        warnings.append("multi_target")
    read_state = plate.get("read_state", "read")
    if read_state != "read":
        warnings.append({"no_plate": "no_plate"}.get(read_state, f"plate_{read_state}"))
    signal = event.get("signal", {})
    if violation.get("type") == "red_light" and signal.get("state") != "red":
        warnings.append("signal_not_red")
    kind = event["kind"]
    return ParsedDetection(
        source_key=f"{GenericSigned.key}|{profile.device_serial}|{event['event_id']}",
        kind=kind,
        violation_type=violation.get("type") if kind == "violation_candidate" else None,
        vendor_code=violation.get("vendor_code", ""),
        vendor_name=violation.get("vendor_name", ""),
        time=claim,
        plate_raw=plate["raw"],
        plate_confidence=_per_mille(plate.get("confidence")),
        char_confidences=tuple(to_per_mille(one) for one in plate.get("char_confidence", ())),
        plate_colour=plate.get("colour", "unknown"),
        vehicle_class=vehicle.get("class", "unknown"),
        vehicle_colour=vehicle.get("colour", ""),
        vehicle_make=vehicle.get("make", ""),
        lane=int(event["lane"]["number"]) if "lane" in event else None,
        direction=event.get("direction", "unknown"),
        speed_tenths=to_tenths(speed["measured_kmh"]) if speed else None,
        limit_tenths=to_tenths(speed["limit_kmh"]) if speed else None,
        speed_method=speed.get("method"),
        red_since_ms=int(signal["red_since_ms"]) if "red_since_ms" in signal else None,
        images=images,
        unknown_fields=0,
        warnings=tuple(warnings),
    )


def _per_mille(share: str | None) -> int | None:
    return None if share is None else to_per_mille(share)
