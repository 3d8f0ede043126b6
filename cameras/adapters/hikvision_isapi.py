"""Hikvision ISAPI listening host: what the camera pushes to ``/ISAPI/Event/notification``.

A multipart POST with ``anpr.xml`` and up to eight pictures, or the message alone; XML or JSON with
the same names. The camera does not sign and forgets after one try, so it is answered 200 with an
empty body whenever its bytes are kept; only a closed door, an oversized body or a full store say
anything else. ``UUID`` names a vehicle, not an event, and is never a key by itself.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cameras.adapters.contract import (
    Announcement,
    Heartbeat,
    Parsed,
    Profile,
    RawEnvelope,
    Rejected,
    Reply,
    Secrets,
)
from cameras.adapters.hikvision_details import films_of, is_film
from cameras.adapters.hikvision_detection import Reading, defaults, detection, late_reason
from cameras.adapters.hikvision_fields import Fields, is_message, read_message
from cameras.adapters.hikvision_pictures import match_pictures
from cameras.adapters.hikvision_time import claim_time
from cameras.adapters.multipart import Part, parse_multipart
from cameras.adapters.unsigned import Unsigned
from cameras.adapters.vocabulary import OUTCOMES

_STATUS = {"forbidden": 403, "unauthenticated": 403, "too_large": 413, "full": 503}
#: Sent as soon as they are made, so that their time shows the device's clock.
_PROMPT = frozenset({"videoloss", "heartbeat"})


class HikvisionIsapi(Unsigned):
    """The adapter. It holds no state."""

    key = "hikvision-isapi"
    version = "2"

    def authenticate(
        self, envelope: RawEnvelope, secrets: Secrets, now: datetime
    ) -> str | Rejected:
        """Return D: the camera proves nothing beyond its secret path and the network it is on."""
        return "D"

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the vendor's defaults with the device's own settings over them."""
        return defaults(device_serial, "offset_in_value").overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery: a detection, a sign of life, or the reason why it is neither."""
        found = _split(envelope)
        if isinstance(found, Rejected):
            return [found]
        text, parts = found
        message = read_message(text)
        if isinstance(message, Rejected):
            return [message]
        if message.name != "EventNotificationAlert":
            return [Rejected("message_unknown", "This kind of message is not known.")]
        if message.text("eventType").upper() != "ANPR":
            return [_sign_of_life(message, envelope, profile)]
        event = message.child("ANPR")
        if event is None:
            return [Rejected("event_empty", "The message announces a vehicle but has no data.")]
        if message.is_true("hasMoreData"):
            return [_announced(message)]
        return [_read(message, event, parts, envelope, profile)]

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
        """Return what the camera understands: a status and an empty body."""
        return reply_to(outcome)


def reply_to(outcome: str) -> Reply:
    """Return the status for an outcome. Raises ``ValueError`` on a word that is none."""
    if outcome not in OUTCOMES:
        raise ValueError(f"unknown outcome: {outcome}")
    return Reply(_STATUS.get(outcome, 200), b"", "text/plain")


def _read(
    message: Fields,
    event: Fields,
    parts: tuple[Part, ...],
    envelope: RawEnvelope,
    profile: Profile,
) -> Parsed:
    films, film_warnings = films_of(
        message, tuple(part for part in parts if is_film(part)), envelope.body
    )
    photographs = tuple(part for part in parts if not is_film(part))
    pictures = match_pictures(message, event, photographs, envelope.body, profile)
    time, time_warnings = claim_time(
        message.text("dateTime"),
        pictures.times,
        rule=profile.time_rule,
        late_reason=late_reason(message),
        received_at=envelope.received_at,
    )
    if time is None:
        return Rejected("time_missing", "The message holds no readable time.")
    warnings = (*time_warnings, *film_warnings)
    reading = Reading(message, event, pictures, films, time, warnings)
    return detection(reading, profile, HikvisionIsapi.key)


def _announced(message: Fields) -> Parsed:
    """Return the announcement of a vehicle whose pictures follow under the same UUID."""
    key = message.text("UUID")[:200]
    if not key:
        return Rejected("incomplete", "The camera announced that the full data follow.")
    return Announcement(key)


def _sign_of_life(message: Fields, envelope: RawEnvelope, profile: Profile) -> Heartbeat:
    if message.text("eventType").lower() not in _PROMPT:
        return Heartbeat()
    time, _warnings = claim_time(
        message.text("dateTime"),
        (),
        rule=profile.time_rule,
        late_reason=late_reason(message),
        received_at=envelope.received_at,
    )
    return Heartbeat(time.occurred_at if time and time.late_reason == "none" else None)


def _split(envelope: RawEnvelope) -> tuple[bytes, tuple[Part, ...]] | Rejected:
    """Return the message and the other parts; a body without multipart is the message itself."""
    content_type = envelope.header("content-type")
    if "multipart" not in content_type.lower() and envelope.body.lstrip()[:2] != b"--":
        return envelope.body, ()
    parts = parse_multipart(envelope.body, content_type)
    if isinstance(parts, Rejected):
        return parts
    for part in parts:
        told = part.media_type.endswith(("/xml", "/json", "+xml", "+json"))
        seen = is_message(part.of(envelope.body)[:400])
        if not part.media_type.startswith(("image/", "video/")) and (told or seen):
            others = tuple(other for other in parts if other is not part)
            return part.of(envelope.body), others
    return Rejected("xml_missing", "The delivery holds no event message.")
