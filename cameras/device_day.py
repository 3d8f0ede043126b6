"""The last 24 hours of one device, by the hour: its clock and what it delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from cameras.models import Device

HOURS = 24
HOUR = timedelta(hours=1)

_REPORTS = """
SELECT floor(extract(epoch FROM received_at - %(since)s) / 3600)::int, count(*),
       (array_agg(clock_offset_ms ORDER BY abs(clock_offset_ms) DESC NULLS LAST))[1]
FROM cameras_healthreport
WHERE device_id = %(device)s AND received_at >= %(since)s AND received_at < %(until)s
GROUP BY 1
"""
_DELIVERIES = """
SELECT floor(extract(epoch FROM received_at - %(since)s) / 3600)::int,
       count(*) FILTER (WHERE state IN ('received', 'grouped', 'parsed')),
       count(*) FILTER (WHERE state = 'quarantined')
FROM cameras_delivery
WHERE device_id = %(device)s AND received_at >= %(since)s AND received_at < %(until)s
GROUP BY 1
"""


@dataclass(frozen=True)
class Hour:
    """One hour: the heartbeats, the worst offset among them, the events and what was put aside."""

    begins: datetime
    reports: int = 0
    offset_ms: int | None = None
    events: int = 0
    rejected: int = 0


def last_day(device: Device, *, at: datetime) -> list[Hour]:
    """Return the last 24 hours, oldest first; the last one is still running."""
    until = at.replace(minute=0, second=0, microsecond=0) + HOUR
    since = until - HOURS * HOUR
    window = {"device": device.pk, "since": since, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(_REPORTS, window)
        reports = {place: (count, offset) for place, count, offset in cursor.fetchall()}
        cursor.execute(_DELIVERIES, window)
        deliveries = {place: (events, rejected) for place, events, rejected in cursor.fetchall()}
    hours = []
    for place in range(HOURS):
        count, offset = reports.get(place, (0, None))
        events, rejected = deliveries.get(place, (0, 0))
        hours.append(Hour(since + place * HOUR, count, offset, events, rejected))
    return hours


def line(values: Sequence[int | None], width: int = 240, height: int = 40) -> str:
    """Return the path of a small line in an SVG; a gap where nothing is known, "" for nothing.

    Nought lies at the bottom when no value is below it, else where it belongs between the extremes.
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    lowest, highest = min(0, *known), max(1, *known)
    step = width // max(1, len(values) - 1)
    parts, pen = [], "M"
    for place, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        y = height - (value - lowest) * height // (highest - lowest)
        parts.append(f"{pen}{place * step} {y}")
        if pen == "M" and (place + 1 == len(values) or values[place + 1] is None):
            parts.append("h1")  # a single hour between two gaps is seen as a dot
        pen = "L"
    return "".join(parts)
