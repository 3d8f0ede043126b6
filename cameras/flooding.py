"""How fast each device sends: a token bucket by the times of arrival.

What a camera sends over its rate is kept and answered all the same, for it sends but once; it is
marked, and read only when nothing of its neighbours waits.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings


class Meter:
    """Token buckets by device. The clock is that of the deliveries, so that a backlog is judged by
    when it came and not by when it is drained."""

    def __init__(self) -> None:
        self._buckets: dict[int, tuple[float, datetime]] = {}

    def is_over(self, device_id: int, at: datetime) -> bool:
        """Take one token of a device; True when it had none left."""
        rate, burst = settings.INTAKE_CAMERA_RATE, settings.INTAKE_CAMERA_BURST
        tokens, before = self._buckets.get(device_id, (float(burst), at))
        earned = max(0.0, (at - before).total_seconds()) * rate
        tokens = min(float(burst), tokens + earned)
        over = tokens < 1
        self._buckets[device_id] = (tokens if over else tokens - 1, max(at, before))
        return over
