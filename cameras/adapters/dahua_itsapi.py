"""Dahua ITSAPI: what the camera posts to ``/NotificationInfo/TollgateInfo`` and beside it.

JSON with pictures as base64 text. The camera sends an event again until it is answered with exactly
``{"Result": true}``, so that is the answer whenever its bytes are kept. KBVision, CP Plus and other
brands of the same maker speak the same. Speeds, limits and boxes are those beside the plate; what
the message leaves open (which of two road users, which of two speeds) is held for a person.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cameras.adapters.contract import (
    Heartbeat,
    Parsed,
    ParsedDetection,
    Profile,
    RawEnvelope,
    Rejected,
    Reply,
)
from cameras.adapters.dahua_codes import DIRECTIONS, VIOLATION_CODES
from cameras.adapters.dahua_detections import Delivered, found_in, told_apart
from cameras.adapters.dahua_messages import TrafficEvent, events_of
from cameras.adapters.dahua_time import claim_time
from cameras.adapters.unsigned import ProvenByPassword
from cameras.adapters.vendor_json import VendorFields, read_json
from cameras.adapters.vocabulary import OUTCOMES

_STATUS = {"forbidden": 403, "unauthenticated": 403, "too_large": 413, "full": 503}
_SIGNS_OF_LIFE = ("/notificationinfo/keepalive", "/notificationinfo/deviceinfo")
_TRAFFIC = "/notificationinfo/tollgateinfo"
#: Devices send one event, or the few of one crossing; thousands would keep a reader for minutes.
MOST_EVENTS = 16


class DahuaItsapi(ProvenByPassword):
    """The adapter. It holds no state."""

    key = "dahua-itsapi"
    version = "1"
    #: The realm devices make their password digest with: this vendor's is empty.
    realm = ""

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the vendor's defaults with the device's own settings over them."""
        defaults = Profile(
            device_serial=device_serial,
            time_rule="dahua_realutc",
            code_map=VIOLATION_CODES,
            direction_map=DIRECTIONS,
            plate_box_unit="per_8192",
            confidence_scale="byte",
        )
        return defaults.overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery: detections, a sign of life, or the reason why it is neither."""
        path = _path(envelope)
        message = read_json(envelope.body)
        if isinstance(message, Rejected):
            return [Heartbeat()] if path.endswith(_SIGNS_OF_LIFE) else [message]
        events = events_of(message)
        if not events and path.endswith(_SIGNS_OF_LIFE):
            return [_sign_of_life(message, envelope, profile)]
        if not events and path.endswith(_TRAFFIC):
            return [Rejected("event_empty", "The message announces a vehicle but has no data.")]
        if not events:
            alive = message.text("Active") or message.at("DeviceInfo") is not None
            unknown = Rejected("message_unknown", "This kind of message is not known.")
            return [_sign_of_life(message, envelope, profile) if alive else unknown]
        if len(events) > MOST_EVENTS:
            return [Rejected("too_many_events", f"More than {MOST_EVENTS} events came at once.")]
        return _read(events, Delivered.of(message, envelope, profile))

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
        """Return the one answer that ends the camera's repeating, or a refusal."""
        if outcome not in OUTCOMES:
            raise ValueError(f"unknown outcome: {outcome}")
        status = _STATUS.get(outcome, 200)
        body = b'{"Result": true}' if status == 200 else b'{"Result": false}'
        return Reply(status, body, "application/json")


def _path(envelope: RawEnvelope) -> str:
    try:
        return urlsplit(envelope.path).path.rstrip("/").lower()
    except ValueError:
        return ""


def _sign_of_life(message: VendorFields, envelope: RawEnvelope, profile: Profile) -> Heartbeat:
    """Return the device's own clock, where it writes one, and its firmware."""
    info = message.fields("DeviceInfo")
    layers = (info, message)
    claim, _warnings = claim_time(layers, rule=profile.time_rule, received_at=envelope.received_at)
    texts = (layer.text("SoftwareVersion") for layer in layers)
    firmware = next(filter(None, texts), "")
    return Heartbeat(
        device_at=claim.occurred_at if claim else None,
        facts={"firmware": firmware[:60]} if firmware else {},
    )


def _read(events: list[TrafficEvent], delivered: Delivered) -> list[Parsed]:
    """Return what the events say. One that cannot be read puts the whole delivery aside."""
    found = [item for event in events for item in found_in(event, delivered)]
    rejected = [item for item in found if isinstance(item, Rejected)]
    detections = [item for item in found if isinstance(item, ParsedDetection)]
    for item in rejected:
        if item.code != "event_empty" or not detections:
            return [item]
    return [*told_apart(detections)] or [Heartbeat()]
