"""Plate Recognizer Stream: what its webhook posts about each plate it has read.

A multipart POST with the field ``json`` and the picture ``upload``, or the JSON alone (as a body or
as a form field). The JSON names no event and no violation: what a camera of it is set up for is
said by the device's profile (``code_map`` by camera id or event). Boxes are pixels of the picture
sent, scores 0..1, and ``timestamp`` is UTC beside ``timestamp_local``. Stream sends again what was
not answered with 2xx, so whatever is kept is answered so.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from cameras.adapters.bearer_tokens import token_proof
from cameras.adapters.contract import (
    Box,
    ByteRange,
    Parsed,
    ParsedDetection,
    ParsedImage,
    Profile,
    RawEnvelope,
    Rejected,
    Reply,
    Secrets,
    TimeClaim,
)
from cameras.adapters.embedded import images_in
from cameras.adapters.figures import per_mille
from cameras.adapters.moments import read_moment
from cameras.adapters.multipart import Part, parse_multipart
from cameras.adapters.platerecognizer_pictures import boxes_of, role_of
from cameras.adapters.unsigned import Unsigned
from cameras.adapters.utc_text import claim_of_utc_text
from cameras.adapters.vendor_json import VendorFields, read_json, unknown_leaves
from cameras.adapters.vocabulary import OUTCOMES

_STATUS = {"forbidden": 403, "unauthenticated": 401, "too_large": 413, "full": 503}
_NAMES = """
target id event filename camera_id timestamp timestamp_local xmin xmax ymin ymax plate score color
dscore make model orientation code type direction source_url position_sec
"""
_KNOWN = frozenset(_NAMES.split())
#: Stream's words for a vehicle; "Unknown" and whatever is new mean unknown.
_CLASSES = {
    "sedan": "car", "suv": "car", "van": "car", "pickup truck": "truck", "big truck": "truck",
    "truck": "truck", "bus": "bus", "motorcycle": "motorcycle",
}  # fmt: skip
_DIRECTIONS = {"Front": "approaching", "Rear": "receding"}
_MOST_RESULTS = 20


class PlateRecognizerStream(Unsigned):
    """The adapter. It holds no state."""

    key = "platerecognizer"
    version = "1"

    def authenticate(
        self, envelope: RawEnvelope, secrets: Secrets, now: datetime
    ) -> str | Rejected:
        """Return C for ``Authorization: Token`` with the registered token, D when none is."""
        return token_proof(envelope, secrets, "Token")

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the vendor's defaults with the device's own settings over them."""
        defaults = Profile(
            device_serial=device_serial,
            plate_box_unit="pixel",
            confidence_scale="unit",
            direction_map=_DIRECTIONS,
            expected_country="vn",
        )
        return defaults.overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery: a detection for each road user in it."""
        found = _split(envelope)
        if isinstance(found, Rejected):
            return [found]
        text, parts = found
        message = read_json(text)
        if isinstance(message, Rejected):
            return [message]
        data = message.fields("data") if message.fields("data").value else message
        if message.text("hook", "event") not in {"", "recognition"} or "results" not in data.value:
            return [Rejected("message_unknown", "This kind of message is not known.")]
        results = data.items("results")[:_MOST_RESULTS]
        if not results:
            return [Rejected("event_empty", "The message announces a vehicle but has no data.")]
        warnings: list[str] = []
        claim = _time(data, profile, envelope.received_at, warnings)
        if claim is None:
            return [Rejected("time_missing", "The message holds no readable time.")]
        event = _Event(message, data, claim, parts, envelope.body, tuple(warnings), profile)
        return [event.detection(result) for result in results]

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
        """Return a status and an empty body: 2xx ends Stream's repetitions."""
        if outcome not in OUTCOMES:
            raise ValueError(f"unknown outcome: {outcome}")
        return Reply(_STATUS.get(outcome, 200), b"", "text/plain")


def _split(envelope: RawEnvelope) -> tuple[bytes, tuple[Part, ...]] | Rejected:
    """Return the JSON and the parts that hold pictures."""
    body, content_type = envelope.body, envelope.header("content-type").lower()
    if "urlencoded" in content_type:
        return _form_field(body), ()
    if "multipart" not in content_type and body.lstrip()[:2] != b"--":
        return body, ()
    parts = parse_multipart(body, envelope.header("content-type"))
    if isinstance(parts, Rejected):
        return parts
    for part in parts:
        if part.name == "json" or part.media_type == "application/json":
            return part.of(body), tuple(other for other in parts if other is not part)
    return Rejected("json_empty", "The delivery holds no message.")


def _form_field(body: bytes) -> bytes:
    """Return the field ``json`` of a form without a picture, empty when it is not there."""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=8)
    except ValueError:
        return b""
    return fields.get("json", [""])[0].encode("utf-8", "replace")


def _time(
    data: VendorFields, profile: Profile, received_at: datetime, warnings: list[str]
) -> TimeClaim | None:
    """Return the moment of ``timestamp``; the local one only proves that its zone is right."""
    utc, local = data.text("timestamp"), data.text("timestamp_local")
    by_wall_clock = profile.time_rule == "local+07:00"
    names = ("timestamp_local", "timestamp") if by_wall_clock else ("timestamp", "timestamp_local")
    name = next((name for name in names if read_moment(data.text(name))[0]), "")
    if not name:
        return None
    wall, offset = read_moment(local)
    utc_wall, utc_offset = read_moment(utc)
    if wall and utc_wall and offset and not utc_offset:
        # A printed zone other than Z must give the same moment, to the second.
        ahead = wall - utc_wall - timedelta(minutes=offset)
        if abs(ahead) >= timedelta(seconds=1):
            warnings.append("time_mismatch")
    return claim_of_utc_text(
        data.text(name),
        source=f"data.{name}",
        rule=profile.time_rule,
        late_reason="none",
        received_at=received_at,
        warnings=warnings,
    )


class _Event:
    """One message, of which each result becomes a detection with the same pictures."""

    def __init__(
        self,
        message: VendorFields,
        data: VendorFields,
        claim: TimeClaim,
        parts: tuple[Part, ...],
        body: bytes,
        warnings: tuple[str, ...],
        profile: Profile,
    ):
        self._message, self._data, self._claim = message, data, claim
        self._parts, self._body = parts, body
        self._warnings, self._profile = warnings, profile
        self._unknown = unknown_leaves(message.value, _KNOWN)

    def detection(self, result: VendorFields) -> ParsedDetection:
        """Return what the message says of one road user."""
        warnings = list(self._warnings)
        plate = result.text("plate") or result.text("candidates", 0, "plate")
        if not plate:
            warnings.append("plate_unread")
        region = result.text("region", "code").lower()
        expected = self._profile.expected_country.lower()
        if region and expected and region.partition("-")[0] != expected:
            warnings.append("country_unexpected")
        images = self._images(result, warnings)
        code, violation_type = self._meaning()
        orientation = result.text("orientation", 0, "orientation")
        score = result.text("score") or result.text("candidates", 0, "score")
        return ParsedDetection(
            source_key=self._source_key(result, plate, images),
            kind="violation_candidate" if violation_type else "passage",
            violation_type=violation_type,
            vendor_code=code[:60],
            vendor_name="",
            time=self._claim,
            plate_raw=plate[:40],
            plate_confidence=per_mille(score, self._profile.confidence_scale),
            char_confidences=(),
            plate_colour="unknown",
            vehicle_class=_CLASSES.get(result.text("vehicle", "type").lower(), "unknown"),
            vehicle_colour=result.text("color", 0, "color")[:30],
            vehicle_make=result.text("model_make", 0, "make")[:40],
            lane=None,
            direction=self._profile.direction_map.get(orientation, "unknown"),
            speed_tenths=None,
            limit_tenths=None,
            speed_method=None,
            red_since_ms=None,
            images=images,
            unknown_fields=self._unknown,
            warnings=tuple(dict.fromkeys(warnings)),
        )

    def _meaning(self) -> tuple[str, str | None]:
        """Return the code kept and our type for it; what the camera is for goes first."""
        event = self._message.text("hook", "event") or "recognition"
        camera = self._data.text("camera_id") or self._message.text("hook", "id")
        for code in filter(None, (camera, event)):
            if known := self._profile.code_map.get(code):
                return code, known
        return event, None

    def _images(self, result: VendorFields, warnings: list[str]) -> tuple[ParsedImage, ...]:
        found: list[ParsedImage] = []
        overviews = 0
        for part in self._parts:
            data = part.of(self._body)
            role = role_of(part)
            if role in self._profile.refused_pictures:
                warnings.append("picture_refused")
                continue
            boxes: tuple[Box, ...] = ()
            if role == "overview":
                overviews += 1
                role = f"overview_{overviews}" if overviews <= 3 else "context"
                # The boxes are those of the frame that was read, which comes first.
                own = boxes_of(result, data, warnings) if overviews == 1 else ()
                boxes = (*own, *self._profile.fixed_boxes)
            found += images_in(
                data,
                ByteRange(part.offset, part.length),
                role=role,
                warnings=warnings,
                name=part.filename or part.name,
                boxes=boxes,
                cut_short=not part.complete,
            )
        return tuple(found)

    def _source_key(self, result: VendorFields, plate: str, images: tuple[ParsedImage, ...]) -> str:
        """Return a digest of what was seen, because Stream gives its reads no name."""
        box = result.fields("box")
        parts = [
            self._data.text("camera_id"),
            self._claim.occurred_at.isoformat(timespec="milliseconds"),
            plate,
            *(box.text(side) for side in ("xmin", "ymin", "xmax", "ymax")),
            *(image.sha256 for image in images),
        ]
        digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
        serial = self._profile.device_serial
        return f"{PlateRecognizerStream.key}|{serial}|sha256:{digest}"[:200]
