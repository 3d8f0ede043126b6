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
LEAST_JUDGED = 30
#: Until a device has a hundred deliveries of its own, one in twenty rejected is taken as usual.
LEAST_HISTORY, USUAL_AT_FIRST = 100, (5, 100)
QUIET_TIMES = 3
LEAST_SILENCE = timedelta(minutes=10)
VOLUME_TIMES, LEAST_EVENTS, HOURS_BELOW = 5, 50, 3
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


@dataclass(frozen=True)
class Counts:
    """What a device delivered lately, and what it usually delivers.

    ``judged`` are deliveries that came through the door and were read, ``rejected`` those of them
    in quarantine; pairs of both for the last fifty and the last hour. ``usual_now`` is the median
    of events in this hour of the day, ``usual_before`` and ``before`` those of the last three whole
    hours and what came in them, oldest first.
    """

    last_event_at: datetime | None = None
    floods: int = 0
    replays: int = 0
    last_fifty: tuple[int, int] = (0, 0)
    last_hour: tuple[int, int] = (0, 0)
    history: tuple[int, int] = (0, 0)
    events: int = 0
    usual_now: int = 0
    before: tuple[int, ...] = ()
    usual_before: tuple[int, ...] = ()


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


def alarms_of(
    device: Register,
    latest: Report | None,
    certificates: Mapping[str, date],
    counts: Counts,
    *,
    at: datetime,
) -> dict[str, dict[str, Any]]:
    """Return the alarms a device gives rise to now, each with the figures that show why.

    A changed configuration is not among them: it is noticed when the heartbeat comes and lasts
    until somebody answers for it.
    """
    found: dict[str, dict[str, Any]] = {}
    offline = is_offline(device, latest, at=at)
    silence = silence_of(device, latest, at=at)
    if offline and silence is not None:
        found["offline"] = {"silent_s": int(silence.total_seconds())}
    if not offline and latest is not None:
        found |= _by_report(latest)
    if ends := list(certificate_reasons(latest, certificates, at=at)):
        found["certificate"] = {"reasons": ends}
    if counts.floods:
        found["flooding"] = {"deliveries": counts.floods}
    if rejects := _rejects(counts):
        found["rejects"] = rejects
    if not offline and is_quiet(counts, at=at):
        found["quiet"] = {"usual_per_hour": counts.usual_now}
    if volume := volume_of(counts):
        found["volume"] = volume
    return found


def _by_report(latest: Report) -> dict[str, dict[str, Any]]:
    reasons = set(reasons_of(latest))
    found: dict[str, dict[str, Any]] = {}
    if "clock_drifted" in reasons:
        found["clock_drifted"] = {"offset_ms": latest.clock_offset_ms}
    if "disk" in reasons:
        found["disk"] = {"free_pct": latest.facts["disk_free_pct"]}
    if picture := sorted(reasons & {"frames_low", "lens", "moved"}):
        found["picture"] = {"reasons": picture}
    if "backlog" in reasons:
        found["backlog"] = {"oldest_s": latest.facts["queue_oldest_s"]}
    return found


def _rejects(counts: Counts) -> dict[str, Any]:
    if counts.replays:
        return {"replays": counts.replays}
    for judged, rejected in (counts.last_fifty, counts.last_hour):
        if is_out_of_control(judged, rejected, counts.history):
            return {"judged": judged, "rejected": rejected}
    return {}


def is_out_of_control(judged: int, rejected: int, history: tuple[int, int]) -> bool:
    """Tell whether a share of rejects lies above three standard deviations of the usual one.

    The upper limit of a p-chart (ISO 7870-2), reckoned in whole numbers: with the usual share
    r / N, k of n is out when k / n exceeds it and (kN - nr)^2 > 9nr(N - r). Nothing is said of
    fewer than thirty. A device without rejects is taken to have one in a hundred.
    """
    if judged < LEAST_JUDGED:
        return False
    whole, bad = history if history[0] >= LEAST_HISTORY else (USUAL_AT_FIRST[1], USUAL_AT_FIRST[0])
    if bad * 100 < whole:
        whole, bad = 100, 1
    above = rejected * whole - judged * bad
    return above > 0 and above**2 > 9 * judged * bad * (whole - bad)


def is_quiet(counts: Counts, *, at: datetime) -> bool:
    """Tell whether a device has seen nothing for three times its usual pause at this hour."""
    if counts.usual_now <= 0:
        return False
    patience = max(LEAST_SILENCE, QUIET_TIMES * timedelta(hours=1) / counts.usual_now)
    return counts.last_event_at is None or at - counts.last_event_at > patience


def volume_of(counts: Counts) -> dict[str, Any]:
    """Return the figures of a jump: five times the usual events, or under a fifth for three hours.

    Small numbers jump by chance: fifty events an hour are the least that is called too many, and
    five the least usual number that can be missed.
    """
    if counts.events >= LEAST_EVENTS and counts.events > VOLUME_TIMES * counts.usual_now > 0:
        return {"events": counts.events, "usual": counts.usual_now}
    pairs = list(zip(counts.before, counts.usual_before, strict=True))[-HOURS_BELOW:]
    if len(pairs) == HOURS_BELOW and all(
        usual >= VOLUME_TIMES and came * VOLUME_TIMES < usual for came, usual in pairs
    ):
        return {"events": sum(counts.before), "usual": sum(counts.usual_before), "hours": 3}
    return {}


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
