"""The contract between the raw-first inbox and the vendor adapters.

An adapter is pure: bytes and a device profile in, claims out. It does no I/O, reads no clock and
never raises on what a camera sends; what it cannot read comes back as ``Rejected`` so that the
raw delivery can be kept and parsed again later by a better adapter. Claims are what the *device*
says; nothing here is a finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from cameras.adapters.boxes import Box
from cameras.adapters.profile import Profile
from cameras.adapters.ranges import ByteRange

__all__ = [
    "Adapter",
    "Announcement",
    "Box",
    "ByteRange",
    "GroupReference",
    "Heartbeat",
    "Parsed",
    "ParsedDetection",
    "ParsedFilm",
    "ParsedImage",
    "Profile",
    "RawEnvelope",
    "Rejected",
    "Reply",
    "Secrets",
    "TimeClaim",
    "judge_clock",
]

MAX_BODY_BYTES = 12 * 1024 * 1024
MAX_PICTURES = 8
MAX_PICTURE_BYTES = 6 * 1024 * 1024

TRUSTED_FUTURE = timedelta(minutes=5)
TRUSTED_PAST = timedelta(hours=24)


@dataclass(frozen=True)
class RawEnvelope:
    """One HTTP delivery exactly as it came, written down before anything reads it.

    ``received_at`` is our own clock in UTC. ``path`` is the request target with its query, or the
    absolute URI when the caller knows it better than the Host header does.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes
    received_at: datetime
    path: str
    method: str

    def header(self, name: str) -> str:
        """Return the values of one header joined by a comma, or an empty string."""
        wanted = name.lower()
        return ", ".join(value for key, value in self.headers if key.lower() == wanted)


@dataclass(frozen=True)
class Secrets:
    """What the register knows to prove a sender by.

    ``public_key`` is Ed25519 (32 bytes or PEM). ``credential`` is ``name:HA1``, the second part as
    RFC 7616 computes it (MD5 of name, realm and password, the realm being that of the adapter), or
    ``name:digest`` for senders that bear a token, with the token's SHA-256 in hexadecimal.
    """

    public_key: bytes | None = None
    credential: str = ""


@dataclass(frozen=True)
class ParsedImage:
    """A picture as a range of the raw body, so that evidence is stored once.

    ``where`` is None for a picture uploaded beside its event, which ``sha256`` names in the store.
    ``captured_local`` is the picture's own time text without a zone, as the camera wrote it.
    """

    role: str
    where: ByteRange | None
    sha256: str
    media_type: str
    captured_local: str | None
    boxes: tuple[Box, ...]
    name: str


@dataclass(frozen=True)
class ParsedFilm:
    """A short film of the act: a range of the raw body, or (None) an object uploaded beside it."""

    where: ByteRange | None
    sha256: str
    media_type: str
    duration_ms: int | None
    name: str


@dataclass(frozen=True)
class GroupReference:
    """Which violation a snap belongs to, when one violation comes in several messages.

    ``key`` is the device's own word for the group, ``index`` counts from 1, ``count`` how many are
    to be expected (None: not known, the time-out ends it).
    """

    key: str
    index: int
    count: int | None


@dataclass(frozen=True)
class TimeClaim:
    """When the device says it happened, and by which rule we turned that into UTC.

    ``offset_minutes`` is the zone printed by the device (none printed: ``None``), kept even when
    the rule ignores it. ``quality`` is synchronised, drifted, unknown or impossible.
    """

    occurred_at: datetime
    local_text: str
    source_field: str
    rule: str
    offset_minutes: int | None
    quality: str
    late_reason: str


@dataclass(frozen=True)
class ParsedDetection:
    """One claimed passage or violation of one vehicle.

    Confidences are per mille, speeds tenths of km/h, ``red_since_ms`` the time the light had been
    red. ``warnings`` are stable codes, never sentences, and never hold a plate. ``details`` are
    further parts of the canonical event in its own words (``occupants``, ``parking``, ``weight``,
    ``section``). ``answers`` is the key of an earlier ``Announcement`` that this event fulfils.
    """

    source_key: str
    kind: str
    violation_type: str | None
    vendor_code: str
    vendor_name: str
    time: TimeClaim
    plate_raw: str
    plate_confidence: int | None
    char_confidences: tuple[int, ...]
    plate_colour: str
    vehicle_class: str
    vehicle_colour: str
    vehicle_make: str
    lane: int | None
    direction: str
    speed_tenths: int | None
    limit_tenths: int | None
    speed_method: str | None
    red_since_ms: int | None
    images: tuple[ParsedImage, ...]
    unknown_fields: int
    warnings: tuple[str, ...]
    group: GroupReference | None = None
    films: tuple[ParsedFilm, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    answers: str = ""


@dataclass(frozen=True)
class Announcement:
    """The device says that an event has begun and that its data will follow under this key."""

    key: str


@dataclass(frozen=True)
class Heartbeat:
    """The device is alive; nothing happened.

    ``facts`` are figures of the health record by its own names (``clock_offset_ms``, ``uptime_s``,
    ``disk_free_pct`` …), whole numbers or short words. ``device_at`` is the device's own clock.
    """

    device_at: datetime | None = None
    facts: Mapping[str, int | str | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Rejected:
    """Why a delivery could not be read: a stable code and a sentence without personal data.

    ``paths`` names the offending fields of a structured message.
    """

    code: str
    reason: str
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """The exact answer the vendor's device wants."""

    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()


#: What one delivery can turn out to hold, in any number and order.
Parsed = ParsedDetection | Announcement | Heartbeat | Rejected


class Adapter(Protocol):
    """One vendor's dialect. ``key`` and ``version`` are stored with every detection."""

    key: str
    version: str

    def authenticate(
        self, envelope: RawEnvelope, secrets: Secrets, now: datetime
    ) -> str | Rejected:
        """Return how well the sender is proven, or why not.

        A: the body is signed by the device's registered key. B: mutual TLS only. C: a password
        digest. D: nothing but the secret path and the network. The evidence sheet prints it.
        """

    def replay_token(self, envelope: RawEnvelope) -> str | None:
        """Return the nonce the caller must store for 24 hours and never accept twice."""

    def profile(self, device_serial: str, overrides: Mapping[str, Any]) -> Profile:
        """Return the device's profile: the adapter's defaults with the stored JSON over them."""

    def parse(self, envelope: RawEnvelope, profile: Profile) -> list[Parsed]:
        """Read a delivery. Never raises."""

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
        """Return the answer for one of ``vocabulary.OUTCOMES``, in the vendor's own words.

        ``path`` is the request's, for devices that expect another answer on each of their paths.
        Raises ``ValueError`` on another outcome.
        """


def judge_clock(claim: TimeClaim, received_at: datetime) -> str:
    """Return the claim's quality after comparing it with our own clock.

    A moment more than five minutes ahead, or more than a day behind, cannot come from a right
    clock. A delivery the device itself marks as late may be old, but never from the future.
    """
    if claim.occurred_at > received_at + TRUSTED_FUTURE:
        return "impossible"
    if claim.late_reason == "none" and claim.occurred_at < received_at - TRUSTED_PAST:
        return "impossible"
    return claim.quality
