"""Hikvision ITS devices that put their events into a folder by FTP.

An event is an ``<FTP>`` message and pictures, or pictures alone whose name says when and which
plate. The importer bundles the files of one event, untouched, into one multipart body (part name =
file name) and hands it to the inbox like a push; so this adapter reads what every other one reads.
Listed pictures may never come: many devices send one composite picture under the message's name.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from cameras.adapters.contract import (
    Heartbeat,
    Parsed,
    Profile,
    RawEnvelope,
    Rejected,
    Reply,
    Secrets,
    TimeClaim,
)
from cameras.adapters.hikvision_codes import PICTURE_ROLES
from cameras.adapters.hikvision_details import films_of, is_film
from cameras.adapters.hikvision_detection import (
    PLATE_NOT_READ,
    Reading,
    defaults,
    detection,
    late_reason,
    without_colour,
)
from cameras.adapters.hikvision_fields import Fields, is_message, read_message
from cameras.adapters.hikvision_file_names import FileName, read_file_name
from cameras.adapters.hikvision_isapi import reply_to
from cameras.adapters.hikvision_pictures import match_pictures
from cameras.adapters.hikvision_time import SAME_EVENT, claim_time
from cameras.adapters.moments import claim_of_wall, read_digits, read_moment
from cameras.adapters.multipart import Part, parse_multipart
from cameras.adapters.unsigned import Unsigned

#: A file that lay longer than this in the folder was buffered: its age is no fault of the clock.
WAITED = timedelta(minutes=10)
#: Written by the importer: when the newest file of the event came into the folder (RFC 9110).
ARRIVED_HEADER = "Last-Modified"
_NAMELESS = b"<FTP/>"


class HikvisionItsFolder(Unsigned):
    """The adapter. It holds no state."""

    key = "hikvision-its-folder"
    version = "1"

    def authenticate(
        self, envelope: RawEnvelope, secrets: Secrets, now: datetime
    ) -> str | Rejected:
        """Return D: whoever has the FTP login can put a file there."""
        return "D"

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the vendor's defaults with the device's own settings over them.

        These devices print local time with any zone, ``+00:00`` too, so the digits are believed.
        """
        return defaults(device_serial, "local+07:00").overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read the files of one event: a detection, a sign of life, or why it is neither."""
        parts = parse_multipart(envelope.body, envelope.header("content-type"))
        if isinstance(parts, Rejected):
            return [parts]
        text_part = next((part for part in parts if _is_text(part, envelope.body)), None)
        others = tuple(part for part in parts if part is not text_part)
        message = read_message(text_part.of(envelope.body) if text_part else _NAMELESS)
        if isinstance(message, Rejected):
            return [message]
        if message.name not in {"FTP", "EventNotificationAlert"}:
            return [Rejected("message_unknown", "This kind of message is not known.")]
        if message.text("eventType").upper() not in {"", "ANPR"}:
            return [Heartbeat()]
        named = _name_of_event(parts)
        if text_part is None and not named.time:
            return [Rejected("xml_missing", "Neither a message nor a name says what happened.")]
        return [_read(message, named, others, envelope, profile)]

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
        """Return a status for the importer; no device reads it."""
        return reply_to(outcome)


def _read(
    message: Fields,
    named: FileName,
    others: tuple[Part, ...],
    envelope: RawEnvelope,
    profile: Profile,
) -> Parsed:
    event = message.child("ANPR") or message
    warnings: list[str] = []
    films, film_warnings = films_of(
        message, tuple(part for part in others if is_film(part)), envelope.body
    )
    photographs = tuple(_as_kind(part) for part in others if not is_film(part))
    pictures = match_pictures(message, event, photographs, envelope.body, profile)
    time = _time(message, named, pictures.times, envelope, profile, warnings)
    if time is None:
        return Rejected("time_missing", "Neither the message nor the file's name holds a time.")
    own_name = ""
    if named.time:
        own_name = f"file:{hashlib.sha256(named.event.encode('utf-8', 'replace')).hexdigest()}"
    reading = Reading(message, event, pictures, films, time, (*warnings, *film_warnings))
    found = detection(reading, profile, HikvisionItsFolder.key, own_name=own_name)
    return replace(found, **_plate_of(named, found.plate_raw, found.warnings))


def _plate_of(named: FileName, plate: str, warnings: tuple[str, ...]) -> dict[str, Any]:
    """Return what the file's name changes in the claim: a plate only it knows, or a contradiction.

    The name has no room for every character, so only letters and digits are compared.
    """
    if named.plate.lower() in PLATE_NOT_READ:
        return {}
    from_name, _colour = without_colour(named.plate)
    if not plate and "no_plate" not in warnings:
        known = tuple(word for word in warnings if word != "plate_unread")
        return {"plate_raw": from_name[:40], "warnings": (*known, "plate_from_file_name")}
    letters = ["".join(filter(str.isalnum, text)).upper() for text in (plate, from_name)]
    if letters[0] != letters[1]:
        return {"warnings": tuple(dict.fromkeys((*warnings, "plate_changed_by_device")))}
    return {}


def _time(
    message: Fields,
    named: FileName,
    picture_times: tuple[str, ...],
    envelope: RawEnvelope,
    profile: Profile,
    warnings: list[str],
) -> TimeClaim | None:
    late = late_reason(message)
    arrived = _arrived_at(envelope)
    if late == "none" and arrived is not None and envelope.received_at - arrived > WAITED:
        late = "buffered"
    written, from_name = message.text("dateTime"), read_digits(named.time)
    if written or picture_times or from_name is None:
        claim, found = claim_time(
            written,
            picture_times,
            rule=profile.time_rule,
            late_reason=late,
            received_at=envelope.received_at,
        )
        warnings += found
        wall, _offset = read_moment(written)
        if wall and from_name and abs(wall - from_name) > SAME_EVENT:
            warnings.append("time_mismatch")
        if claim is not None or from_name is None:
            return claim
        warnings[:] = [word for word in warnings if word != "time_missing"]
    return claim_of_wall(
        from_name,
        None,
        text=named.time,
        source="file name",
        rule=profile.time_rule,
        late_reason=late,
        received_at=envelope.received_at,
        warnings=warnings,
    )


def _arrived_at(envelope: RawEnvelope) -> datetime | None:
    try:
        found = parsedate_to_datetime(envelope.header(ARRIVED_HEADER))
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else None


def _is_text(part: Part, body: bytes) -> bool:
    if part.filename.lower().endswith((".xml", ".json")):
        return True
    return not part.filename and is_message(part.of(body)[:400])


def _name_of_event(parts: tuple[Part, ...]) -> FileName:
    names = [read_file_name(part.filename) for part in parts]
    return next((name for name in names if name.time), names[0])


def _as_kind(part: Part) -> Part:
    """Return a picture's part under the vendor's name for its kind, if its name says one.

    ``EVENT.jpg`` is the composite, ``EVENT_detectionPicture_2.jpg`` what it says; a running number
    alone says nothing.
    """
    named = read_file_name(part.filename)
    if named.event and not named.rest:
        return replace(part, filename="compositePicture.jpg", name="")
    kind = named.rest.rpartition("_")[0] if named.rest[-1:].isdigit() else named.rest
    if kind in PICTURE_ROLES:
        return replace(part, filename=f"{named.rest}.jpg", name="")
    return part
