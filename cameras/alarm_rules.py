"""Which alarms a device gives rise to: judgements over counts, without a database.

Shares are compared in whole numbers. What is usual is the device's own: thirty days of rejects,
fourteen days of events by the hour of the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cameras.health_rules import (
    Register,
    Report,
    certificate_reasons,
    is_offline,
    reasons_of,
    silence_of,
)

LEAST_JUDGED = 30
#: Until a device has a hundred deliveries of its own, one in twenty rejected is taken as usual.
LEAST_HISTORY, USUAL_AT_FIRST = 100, (5, 100)
MISSED_EVENTS = 3
HOUR = timedelta(hours=1)
LEAST_SILENCE = timedelta(minutes=10)
VOLUME_TIMES, LEAST_EVENTS, HOURS_BELOW = 5, 50, 3


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
    """Tell whether a device has seen nothing for three times its usual pause.

    That is: since its last event three more were usual, hour by hour, so that a quiet night does
    not count against the first minutes of the morning. Under ten minutes nothing is said.
    """
    if counts.usual_now <= 0:
        return False
    begins = at.replace(minute=0, second=0, microsecond=0)
    missed, awake, until = timedelta(0), timedelta(0), at
    for usual in (counts.usual_now, *reversed(counts.usual_before)):
        since = begins if counts.last_event_at is None else max(begins, counts.last_event_at)
        if usual > 0 and since < until:
            missed += usual * (until - since)
            awake += until - since
        begins, until = begins - HOUR, begins
    return missed > MISSED_EVENTS * HOUR and awake > LEAST_SILENCE


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
