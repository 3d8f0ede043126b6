"""Note heartbeats, and let the newest one say how right a device's clock was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Max

from cameras import alarms
from cameras.adapters.contract import Heartbeat, ParsedDetection
from cameras.canonical import storable
from cameras.health_rules import (
    CLOCK_CHECKED_WITHIN,
    MOST_OFFSET_MS,
    Report,
    judge_by_report,
    offset_between,
)
from cameras.models import Device, DeviceAlarm, DeviceCertificate, HealthReport

MOST_FACTS, LONGEST_FACT, LARGEST_FIGURE = 40, 200, 10**15
#: A clock outside these years is only ever wrong; its moment itself is not kept.
FIRST_YEAR, LAST_YEAR = 1970, 2100
KEPT_FOR, FORGOTTEN_AT_ONCE = timedelta(days=92), 5_000
#: A gateway may leave the hash out of a report now and then.
REPORTS_LOOKED_BACK = 10


def note_heartbeat(device: Device, heartbeat: Heartbeat, *, received_at: datetime) -> HealthReport:
    """Keep one heartbeat's figures, and raise the alarm when the configuration is another.

    ``received_at`` is when its bytes came, by our clock; read again later, it stays that moment. A
    gateway that measures its camera's clock is believed; else the moment the device wrote is
    compared with ours.
    """
    facts = _storable_facts(heartbeat)
    now = facts.get("config_hash")
    before = _last_configuration(device, received_at) if now else ""
    offset = facts.get("clock_offset_ms")
    if type(offset) is int:
        offset = max(-MOST_OFFSET_MS, min(MOST_OFFSET_MS, offset))
    elif heartbeat.device_at is not None:
        offset = offset_between(heartbeat.device_at, received_at)
    else:
        offset = None
    report = HealthReport.objects.create(
        device=device,
        device_at=_plausible(heartbeat.device_at),
        received_at=received_at,
        clock_offset_ms=offset,
        facts=facts,
    )
    if before and before != now:
        alarms.raise_alarm(
            device,
            DeviceAlarm.Code.CONFIGURATION,
            {"before": before, "now": now},
            at=received_at,
        )
    return report


def latest_report(device: Device, *, at: datetime) -> HealthReport | None:
    """Return the newest report that came by a moment."""
    reports = HealthReport.objects.filter(device=device, received_at__lte=at)
    return reports.order_by("-received_at").first()


def as_report(row: HealthReport | None) -> Report | None:
    """Return a stored report as the rules read it."""
    return Report(row.received_at, row.clock_offset_ms, row.facts) if row else None


def clock_checked(claim: ParsedDetection, device: Device) -> tuple[ParsedDetection, dict[str, Any]]:
    """Return the claim as the newest comparison of clocks judges it, and what the event says of it.

    The second part belongs into the event's ``time``: ``clock_offset_ms`` and ``clock_checked_at``.
    """
    row = (
        HealthReport.objects.filter(
            device=device,
            clock_offset_ms__isnull=False,
            received_at__lte=claim.time.occurred_at,
            received_at__gte=claim.time.occurred_at - CLOCK_CHECKED_WITHIN,
        )
        .order_by("-received_at")
        .first()
    )
    if row is None:
        return claim, {}
    judged = replace(claim, time=judge_by_report(claim.time, as_report(row)))
    checked_at = row.received_at.astimezone(UTC).isoformat(timespec="milliseconds")
    return judged, {"clock_offset_ms": row.clock_offset_ms, "clock_checked_at": checked_at}


def certificate_ends(devices: Iterable[int] | None = None) -> dict[int, dict[str, date]]:
    """Return the last valid day of each kind of certificate, by device."""
    rows = DeviceCertificate.objects.order_by()
    if devices is not None:
        rows = rows.filter(device__in=list(devices))
    found: dict[int, dict[str, date]] = {}
    for device, kind, until in rows.values_list("device", "kind").annotate(
        until=Max("valid_until")
    ):
        found.setdefault(device, {})[kind] = until
    return found


def forget_old_reports(*, at: datetime) -> int:
    """Delete the reports of more than a season ago; returns how many.

    They prove nothing: what a clock was worth at an event is written in the event itself. Device by
    device, in pieces, by the index there is.
    """
    forgotten = 0
    for device in Device.objects.order_by("pk").values_list("pk", flat=True):
        old = HealthReport.objects.filter(device=device, received_at__lt=at - KEPT_FOR)
        while piece := list(old.order_by().values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
            forgotten += HealthReport.objects.filter(pk__in=piece).delete()[0]
    return forgotten


def _storable_facts(heartbeat: Heartbeat) -> dict[str, Any]:
    """Return the figures as they can be kept: short, few, and no longer than a number is."""
    kept: dict[str, Any] = {}
    for name, value in list(heartbeat.facts.items())[:MOST_FACTS]:
        if isinstance(value, str):
            kept[str(name)[:LONGEST_FACT]] = value[:LONGEST_FACT]
        elif isinstance(value, int) and abs(value) <= LARGEST_FIGURE:
            kept[str(name)[:LONGEST_FACT]] = value
    return storable(kept)  # type: ignore[no-any-return]


def _plausible(moment: datetime | None) -> datetime | None:
    return moment if moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR else None


def _last_configuration(device: Device, at: datetime) -> str:
    """Return the configuration's hash in one of the last reports, if one told it."""
    last = (
        HealthReport.objects.filter(device=device, received_at__lte=at)
        .order_by("-received_at")
        .values_list("facts", flat=True)[:REPORTS_LOOKED_BACK]
    )
    return next((str(facts["config_hash"]) for facts in last if facts.get("config_hash")), "")
