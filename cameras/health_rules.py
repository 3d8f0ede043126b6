"""How a device is, and what a technician must be told of: judgements without a database.

Times are moments in UTC, offsets whole milliseconds (the device's clock less ours), shares whole
counts. The limits follow the intake rules, section "Health": a heartbeat comes every 60 seconds,
and a clock is right within one second (GA/T 832-2014).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Protocol

from cameras.adapters.contract import TimeClaim

VIET_NAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

ONLINE_WITHIN = timedelta(seconds=180)
LATE_WITHIN = timedelta(seconds=600)
#: A plain camera sends no heartbeat: only a day without any message is called offline.
PLAIN_WITHIN = timedelta(hours=24)
CLOCK_TOLERANCE_MS = 1_000
#: Beyond this the pictures' times prove nothing, and the device is taken out by itself.
CLOCK_WRONG_MS = 5_000
LEAST_DISK_PERCENT = 10
#: Our own figure: under ten pictures a second a crossing of the line is missed between two.
LEAST_FRAMES = 10
LENS_FINE = frozenset({"", "ok", "clean", "unknown"})
ENDS_SOON = timedelta(days=30)
#: The kinds of certificate without which a device may not be used. NĐ 61/2026 Đ12
NEEDED = ("approval", "verification")
OLDEST_IN_QUEUE_S = 300
#: How long before an event its clock may have been compared.
CLOCK_CHECKED_WITHIN = timedelta(minutes=10)
#: A column of 32 bits; a clock that stands in 1970 is beyond it.
MOST_OFFSET_MS = 2_000_000_000


class Register(Protocol):
    """What is read of a device in the register."""

    state: str
    last_seen_at: datetime | None


@dataclass(frozen=True)
class Report:
    """A heartbeat's figures, and when they came."""

    received_at: datetime
    clock_offset_ms: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def figure(self, name: str) -> int | None:
        """Return a whole number of the facts, or None."""
        value = self.facts.get(name)
        return value if type(value) is int else None


@dataclass(frozen=True)
class HealthState:
    """A device's state and why it is not better; both are codes."""

    code: str
    reasons: tuple[str, ...] = ()


def state_of(
    device: Register,
    latest: Report | None,
    certificates: Mapping[str, date],
    *,
    at: datetime,
    quiet: bool = False,
) -> HealthState:
    """Return the state a technician sees: online, late, offline, degraded, or the register's own.

    ``certificates`` has the last valid day of each kind; a kind that is not there was never
    entered. ``quiet`` says that the device sees less than it usually does.
    """
    fixed = {"paused": "maintenance", "quarantined": "quarantined", "revoked": "revoked"}
    reasons = (
        *reasons_of(latest),
        *certificate_reasons(latest, certificates, at=at),
        *(("quiet",) if quiet else ()),
    )
    if device.state in fixed:
        return HealthState(fixed[device.state], reasons)
    silence = silence_of(device, latest, at=at)
    if silence is None:
        return HealthState("offline", ("never_seen", *reasons))
    if is_offline(device, latest, at=at):
        return HealthState("offline", ("silent", *reasons))
    if latest is not None and silence > ONLINE_WITHIN:
        return HealthState("late", ("heartbeat_late", *reasons))
    return HealthState("degraded" if reasons else "online", reasons)


def silence_of(device: Register, latest: Report | None, *, at: datetime) -> timedelta | None:
    """Return how long nothing came from a device; None when nothing ever did."""
    signs = [device.last_seen_at, latest.received_at if latest else None]
    seen = [moment for moment in signs if moment is not None]
    return max(timedelta(0), at - max(seen)) if seen else None


def is_offline(device: Register, latest: Report | None, *, at: datetime) -> bool:
    """Tell whether a device that has spoken before is silent now."""
    silence = silence_of(device, latest, at=at)
    if silence is None:
        return False
    return silence > (LATE_WITHIN if latest is not None else PLAIN_WITHIN)


def reasons_of(latest: Report | None) -> Iterator[str]:
    """Yield what is wrong by the device's own last word."""
    if latest is None:
        return
    if latest.clock_offset_ms is not None and abs(latest.clock_offset_ms) > CLOCK_TOLERANCE_MS:
        yield "clock_drifted"
    if (free := latest.figure("disk_free_pct")) is not None and free < LEAST_DISK_PERCENT:
        yield "disk"
    if (frames := latest.figure("fps")) is not None and frames < LEAST_FRAMES:
        yield "frames_low"
    if str(latest.facts.get("lens_state", "")).lower() not in LENS_FINE:
        yield "lens"
    if latest.facts.get("moved") is True:
        yield "moved"
    if (oldest := latest.figure("queue_oldest_s")) is not None and oldest > OLDEST_IN_QUEUE_S:
        yield "backlog"


def certificate_reasons(
    latest: Report | None,
    certificates: Mapping[str, date],
    *,
    at: datetime,
) -> Iterator[str]:
    """Yield what ends within thirty days, or has ended, by the calendar of Viet Nam."""
    today = at.astimezone(VIET_NAM).date()
    for kind in NEEDED:
        left = days_left(certificates.get(kind), today)
        if left is None or left < 0:
            yield f"{kind}_ended"
        elif left < ENDS_SOON.days:
            yield f"{kind}_ends_soon"
    if latest is not None and (ends := _day(latest.facts.get("cert_expires_at"))) is not None:
        left_of_key = (ends - today).days
        if left_of_key < ENDS_SOON.days:
            yield "key_certificate_ended" if left_of_key < 0 else "key_certificate_ends_soon"


def days_left(until: date | None, today: date) -> int | None:
    """Return the days a certificate is valid after today; below nought when it has ended."""
    return None if until is None else (until - today).days


def offset_between(device_at: datetime, received_at: datetime) -> int:
    """Return the device's clock less ours in milliseconds, as far as its message shows.

    Many devices write whole seconds: theirs is then any moment of that second, and the one nearest
    to ours is taken, so that nobody is accused of a drift that is only rounding.
    """
    earliest = _milliseconds(device_at - received_at)
    if device_at.microsecond:
        return _bounded(earliest)
    latest = earliest + 999
    nearest = 0 if earliest <= 0 <= latest else min(earliest, latest, key=abs)
    return _bounded(nearest)


def judge_by_report(claim: TimeClaim, report: Report | None) -> TimeClaim:
    """Return the claim with the quality its device's last comparison of clocks gives it.

    Only where the device itself says nothing of its clock, and by a report at most ten minutes
    older than the event; what is impossible stays so.
    """
    if claim.quality != "unknown" or report is None or report.clock_offset_ms is None:
        return claim
    age = claim.occurred_at - report.received_at
    if not timedelta(0) <= age <= CLOCK_CHECKED_WITHIN:
        return claim
    right = abs(report.clock_offset_ms) <= CLOCK_TOLERANCE_MS
    return replace(claim, quality="synchronised" if right else "drifted")


def _milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _bounded(milliseconds: int) -> int:
    return max(-MOST_OFFSET_MS, min(MOST_OFFSET_MS, milliseconds))


def _day(written: Any) -> date | None:
    try:
        return date.fromisoformat(str(written)[:10]) if written else None
    except ValueError:
        return None
