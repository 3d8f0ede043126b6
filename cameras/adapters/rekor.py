"""Rekor Scout (OpenALPR): the JSON its agent posts.

``alpr_group`` is one passing vehicle with its best read, ``alpr_results`` the reads of one frame,
``heartbeat`` comes every minute. Times are Unix milliseconds (the open-source agent: seconds),
confidences per cent, boxes pixels. A cut-out of the plate, sometimes of the vehicle, comes in
base64; the full picture lies in the agent under a ``uuid`` and is never fetched, because a device
must not choose what we open. There is no violation model: the profile's ``code_map`` says what a
camera is for, by camera id or by ``parked``.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cameras.adapters.contract import (
    Box,
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
)
from cameras.adapters.embedded import embedded_images, scaled_box
from cameras.adapters.figures import per_mille, whole_number
from cameras.adapters.moments import claim_of_moment, claim_of_wall, read_epoch
from cameras.adapters.ranges import EmbeddedPictures
from cameras.adapters.rekor_health import facts_of
from cameras.adapters.unsigned import Unsigned
from cameras.adapters.vendor_json import VendorFields, read_json, unknown_leaves
from cameras.adapters.vocabulary import OUTCOMES

_STATUS = {"forbidden": 403, "unauthenticated": 403, "too_large": 413, "full": 503}
_NAMES = """
data_type version epoch_start epoch_end epoch_time frame_start frame_end company_id site_id
agent_uid agent_version agent_type camera_id gps_latitude gps_longitude country uuid best_uuid
best_uuid_epoch_ms best_plate_number best_confidence best_region best_region_confidence
best_image_width best_image_height img_width img_height matches_template travel_direction
is_parked is_preview vehicle_signature direction_of_travel_id custom_data plate confidence
plate_index region region_confidence processing_time_ms requested_topn x y width height
plate_crop_jpeg vehicle_crop_jpeg overview_jpeg vehicle_detected name camera_label agent_label t w
h
"""
_KNOWN = frozenset(_NAMES.split())
#: The beginning of the vendor's word for a body: ``suv-crossover``, ``truck-standard``.
_CLASSES = {
    "sedan": "car", "suv": "car", "van": "car", "antique": "car", "truck": "truck",
    "tractor": "truck", "bus": "bus", "motorcycle": "motorcycle",
}  # fmt: skip
_MOST_RESULTS = 20
#: Up to this many digits a Unix time counts seconds, until the year 2286.
_SECONDS_DIGITS = 10


class RekorScout(Unsigned):
    """The adapter. It holds no state."""

    key = "rekor"
    version = "1"

    def authenticate(
        self, envelope: RawEnvelope, secrets: Secrets, now: datetime
    ) -> str | Rejected:
        """Return D: the agent proves nothing beyond the secret path it was given."""
        return "D"

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the vendor's defaults with the device's own settings over them."""
        defaults = Profile(
            device_serial=device_serial, plate_box_unit="pixel", expected_country="vn"
        )
        return defaults.overridden(overrides)

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read one delivery: detections, a heartbeat, or the reason why it is neither."""
        message = read_json(envelope.body)
        if isinstance(message, Rejected):
            return [message]
        kind = message.text("data_type") or ("alpr_results" if message.items("results") else "")
        if kind == "heartbeat":
            device_at = _epoch(message.text("timestamp"))
            return [Heartbeat(device_at, facts_of(message))]
        if kind not in {"alpr_group", "alpr_results"}:
            return [Rejected("message_unknown", "This kind of message is not known.")]
        if message.truth("is_preview"):
            return [Rejected("incomplete", "The agent announced that the full data follow.")]
        pictures = EmbeddedPictures(envelope.body)
        reads = (
            [_of_group(message, profile)]
            if kind == "alpr_group"
            else [
                _of_result(message, result, number, profile)
                for number, result in enumerate(message.items("results")[:_MOST_RESULTS])
            ]
        )
        if not reads:
            return [Rejected("event_empty", "The message announces a vehicle but has no data.")]
        unknown = unknown_leaves(message.value, _KNOWN)
        return [read.detection(pictures, envelope.received_at, unknown) for read in reads]

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
        """Return a status and an empty body; the agent keeps what was not answered with 2xx."""
        if outcome not in OUTCOMES:
            raise ValueError(f"unknown outcome: {outcome}")
        return Reply(_STATUS.get(outcome, 200), b"", "text/plain")


class _Read:
    """One vehicle of a message: the read itself, and what the message says around it."""

    def __init__(
        self,
        message: VendorFields,
        read: VendorFields,
        profile: Profile,
        *,
        own_key: str,
        times: tuple[str, ...],
        size: tuple[str, str],
    ):
        self._message, self._read, self._profile = message, read, profile
        self._own_key, self._times, self._size = own_key, times, size

    def detection(self, pictures: EmbeddedPictures, received_at: datetime, unknown: int) -> Parsed:
        """Return the detection, or ``Rejected`` without a readable time."""
        message, read, profile = self._message, self._read, self._profile
        warnings: list[str] = []
        claim = self._claim(received_at, warnings)
        if claim is None:
            return Rejected("time_missing", "The message holds no readable time.")
        plate = message.text("best_plate_number") or read.text("plate")
        if not plate:
            warnings.append("plate_unread")
        country = message.text("country").lower()
        if country and profile.expected_country and country != profile.expected_country.lower():
            warnings.append("country_unexpected")
        images = self._images(pictures, warnings)
        code, violation_type = self._meaning()
        body_type = message.text("vehicle", "body_type", 0, "name").lower()
        confidence = message.text("best_confidence") or read.text("confidence")
        return ParsedDetection(
            source_key=f"{RekorScout.key}|{profile.device_serial}|{self._own_key}"[:200],
            kind="violation_candidate" if violation_type else "passage",
            violation_type=violation_type,
            vendor_code=code[:60],
            vendor_name="",
            time=claim,
            plate_raw=plate[:40],
            plate_confidence=per_mille(confidence, profile.confidence_scale),
            char_confidences=(),
            plate_colour="unknown",
            vehicle_class=_CLASSES.get(body_type.partition("-")[0], "unknown"),
            vehicle_colour=message.text("vehicle", "color", 0, "name")[:30],
            vehicle_make=message.text("vehicle", "make", 0, "name")[:40],
            lane=None,
            direction=profile.direction_map.get(message.text("direction_of_travel_id"), "unknown"),
            speed_tenths=None,
            limit_tenths=None,
            speed_method=None,
            red_since_ms=None,
            images=images,
            unknown_fields=unknown,
            warnings=tuple(dict.fromkeys(warnings)),
        )

    def _claim(self, received_at: datetime, warnings: list[str]) -> TimeClaim | None:
        for name in self._times:
            moment = _epoch(self._message.text(name)) or _epoch(self._read.text(name))
            if moment is None:
                continue
            text = self._message.text(name) or self._read.text(name)
            if self._profile.time_rule == "offset_in_value":
                return claim_of_moment(
                    moment, 0, text=text, source=name, rule="offset_in_value",
                    late_reason="none", received_at=received_at, warnings=warnings,
                )  # fmt: skip
            # An agent whose computer has the wrong zone counts its wall clock as if it were UTC.
            return claim_of_wall(
                moment.replace(tzinfo=None), None, text=text, source=name,
                rule=self._profile.time_rule, late_reason="none", received_at=received_at,
                warnings=warnings,
            )  # fmt: skip
        return None

    def _images(self, pictures: EmbeddedPictures, warnings: list[str]) -> tuple[ParsedImage, ...]:
        found: list[ParsedImage] = []
        listed = (
            ("overview_1", "overview_jpeg", self._message),
            ("plate_crop", "plate_crop_jpeg", self._read),
            ("vehicle_crop", "vehicle_crop_jpeg", self._message),
        )
        for role, name, fields in listed:
            text = fields.at(name)
            if not isinstance(text, str) or not text:
                continue
            if name in self._profile.refused_pictures:
                warnings.append("picture_refused")
                continue
            is_overview = role == "overview_1"
            boxes = (*self._boxes(warnings), *self._profile.fixed_boxes) if is_overview else ()
            found += embedded_images(
                text, pictures, role=role, warnings=warnings, name=name, boxes=boxes
            )
        if not self._message.text("overview_jpeg"):
            warnings.append("picture_by_url")
        return tuple(found)

    def _boxes(self, warnings: list[str]) -> tuple[Box, ...]:
        across, down = (float(whole_number(side) or 0) for side in self._size)
        corners = _around(self._read.items("coordinates"))
        region = self._read.fields("vehicle_region")
        vehicle = tuple(region.text(side) for side in ("x", "y", "width", "height"))
        found = []
        for kind, sides in (("plate", corners), ("vehicle", vehicle)):
            box = scaled_box(kind, sides, across, down, warnings) if sides else None
            found += [box] if box else []
        return tuple(found)

    def _meaning(self) -> tuple[str, str | None]:
        parked = "parked" if self._message.truth("is_parked") else ""
        for code in filter(None, (parked, self._message.text("camera_id"))):
            if known := self._profile.code_map.get(code):
                return code, known
        return parked, None


def _of_group(message: VendorFields, profile: Profile) -> _Read:
    own = message.text("best_uuid") or message.text("uuids", 0)
    return _Read(
        message,
        message.fields("best_plate"),
        profile,
        own_key=f"group:{own or message.text('camera_id') + '-' + message.text('epoch_start')}",
        times=("best_uuid_epoch_ms", "epoch_start", "epoch_end"),
        size=(message.text("best_image_width"), message.text("best_image_height")),
    )


def _of_result(message: VendorFields, result: VendorFields, number: int, profile: Profile) -> _Read:
    own = message.text("uuid") or f"{message.text('camera_id')}-{message.text('epoch_time')}"
    return _Read(
        message,
        result,
        profile,
        own_key=f"results:{own}:{number}",
        times=("epoch_time",),
        size=(message.text("img_width"), message.text("img_height")),
    )


def _epoch(text: str) -> datetime | None:
    per_second = 1 if len(text) <= _SECONDS_DIGITS else 1000
    return read_epoch(text, per_second=per_second)


def _around(points: list[VendorFields]) -> tuple[str, ...]:
    """Return left, top, width and height around the four corners of a plate that stands askew."""
    xs = [whole_number(point.text("x")) for point in points[:8]]
    ys = [whole_number(point.text("y")) for point in points[:8]]
    across = [x for x in xs if x is not None]
    down = [y for y in ys if y is not None]
    if not across or not down:
        return ()
    left, top = min(across), min(down)
    return str(left), str(top), str(max(across) - left), str(max(down) - top)
