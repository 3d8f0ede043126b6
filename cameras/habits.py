"""What devices deliver, and what they usually deliver, counted in the database.

An event is a delivery that is neither a sign of life nor a repetition nor put aside. The hours are
those of Viet Nam, and of the moment a delivery came.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection

from cameras.alarm_rules import HOURS_BELOW, Counts
from cameras.health_rules import VIET_NAM

FLOOD_WINDOW = timedelta(minutes=5)
LOOKED_BACK = timedelta(hours=6)
HISTORY_DAYS, HABIT_DAYS = 30, 14
DAY, HOUR = 24 * 3600, 3600

_EVENT = "state IN ('received', 'grouped', 'parsed')"
#: Came through the door and was read: what strangers leave there tells nothing of the device.
_JUDGED = """(state IN ('parsed', 'grouped', 'duplicate')
    OR state = 'quarantined' AND (parsed_at IS NOT NULL OR fault_code IN ('conflict', 'cut_short')))
"""
#: A signature used twice may be somebody else's doing; that must not take an honest device out.
_REPLAYED = "fault_code = 'replayed_picture'"

_NOW = f"""
SELECT d.id, h.floods, h.replays, h.events, h.judged, h.rejected, l.judged, l.rejected, l.last_event
FROM cameras_device d
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE is_flood AND received_at > %(flood)s) AS floods,
           count(*) FILTER (WHERE {_REPLAYED} AND received_at > %(flood)s) AS replays,
           count(*) FILTER (WHERE {_EVENT}) AS events,
           count(*) FILTER (WHERE {_JUDGED}) AS judged,
           count(*) FILTER (WHERE {_JUDGED} AND state = 'quarantined') AS rejected
    FROM cameras_delivery
    WHERE device_id = d.id AND received_at > %(hour)s AND received_at <= %(at)s
) h
CROSS JOIN LATERAL (
    SELECT count(*) AS judged, count(*) FILTER (WHERE state = 'quarantined') AS rejected,
           max(received_at) FILTER (WHERE {_EVENT}) AS last_event
    FROM (
        SELECT state, received_at FROM cameras_delivery
        WHERE device_id = d.id AND received_at > %(back)s AND received_at <= %(at)s
          AND ({_EVENT} OR {_JUDGED})
        ORDER BY received_at DESC LIMIT 50
    ) AS newest
) l
WHERE d.state IN ('active', 'quarantined')
"""  # noqa: S608  # constants only

_HISTORY = f"""
SELECT device_id, count(*), count(*) FILTER (WHERE state = 'quarantined')
FROM cameras_delivery
WHERE received_at >= %(since)s AND received_at < %(until)s AND device_id IS NOT NULL AND {_JUDGED}
GROUP BY device_id
"""  # noqa: S608  # constants only

#: The median over all days since the device began, also those with nothing in that hour: of n days
#: the k with something are in the array, so the middle one is n - k places nearer to its beginning.
_HABITS = f"""
WITH hourly AS (
    SELECT device_id, date_trunc('hour', received_at AT TIME ZONE 'Asia/Ho_Chi_Minh') AS hour,
           count(*) AS events
    FROM cameras_delivery
    WHERE received_at >= %(since)s AND received_at < %(until)s AND device_id IS NOT NULL
      AND {_EVENT}
    GROUP BY 1, 2
), days AS (
    SELECT device_id, (%(today)s::date - min(hour)::date) AS days FROM hourly GROUP BY 1
)
SELECT hourly.device_id, extract(hour FROM hour)::int,
       coalesce((array_agg(events ORDER BY events))[(days + 1) / 2 - (days - count(*))], 0)
FROM hourly JOIN days USING (device_id)
WHERE days >= 3
GROUP BY hourly.device_id, extract(hour FROM hour), days
"""  # noqa: S608  # constants only

_WHOLE_HOURS = f"""
SELECT device_id, floor(extract(epoch FROM received_at - %(since)s) / 3600)::int, count(*)
FROM cameras_delivery
WHERE received_at >= %(since)s AND received_at < %(until)s AND device_id IS NOT NULL AND {_EVENT}
GROUP BY 1, 2
"""  # noqa: S608  # constants only


def counts(*, at: datetime) -> dict[int, Counts]:
    """Return the counts of every device in use at a moment."""
    local = at.astimezone(VIET_NAM)
    hour = local.replace(minute=0, second=0, microsecond=0)
    history = _kept(f"device-history:{local:%Y%m%d}", DAY, lambda: _history(hour))
    usual = _kept(f"device-habits:{local:%Y%m%d}", DAY, lambda: _habits(hour))
    before = _kept(f"device-hours:{local:%Y%m%d%H}", HOUR, lambda: _whole_hours(hour))
    hours_before = [(hour - timedelta(hours=back)).hour for back in range(HOURS_BELOW, 0, -1)]
    found = {}
    window = {
        "at": at,
        "flood": at - FLOOD_WINDOW,
        "hour": at - timedelta(hours=1),
        "back": at - LOOKED_BACK,
    }
    for pk, floods, replays, events, judged, rejected, of_fifty, bad, last in _rows(_NOW, window):
        key = str(pk)
        habit = usual.get(key, {})
        found[pk] = Counts(
            last_event_at=last,
            floods=floods,
            replays=replays,
            last_fifty=(of_fifty, bad),
            last_hour=(judged, rejected),
            history=tuple(history.get(key, (0, 0))),
            events=events,
            usual_now=habit.get(str(local.hour), 0),
            before=tuple(before.get(key, [0] * HOURS_BELOW)),
            usual_before=tuple(habit.get(str(earlier), 0) for earlier in hours_before),
        )
    return found


def read_json(value: Any) -> Any:
    """Return a jsonb column as values: Django's connections hand it over as text."""
    return json.loads(value) if isinstance(value, str) else value


def _history(hour: datetime) -> dict[str, list[int]]:
    """Return how many deliveries of each device were judged and rejected in thirty days."""
    midnight = hour.replace(hour=0)
    window = {"since": midnight - timedelta(days=HISTORY_DAYS), "until": midnight}
    return {str(pk): [judged, rejected] for pk, judged, rejected in _rows(_HISTORY, window)}


def _habits(hour: datetime) -> dict[str, dict[str, int]]:
    """Return the median of events by device and hour of the day over fourteen whole days."""
    midnight = hour.replace(hour=0)
    window = {
        "since": midnight - timedelta(days=HABIT_DAYS),
        "until": midnight,
        "today": midnight.date(),
    }
    found: dict[str, dict[str, int]] = {}
    for pk, of_day, median in _rows(_HABITS, window):
        found.setdefault(str(pk), {})[str(of_day)] = median
    return found


def _whole_hours(hour: datetime) -> dict[str, list[int]]:
    """Return the events of each device in the last three whole hours, oldest first."""
    window = {"since": hour - timedelta(hours=HOURS_BELOW), "until": hour}
    found: dict[str, list[int]] = {}
    for pk, place, events in _rows(_WHOLE_HOURS, window):
        found.setdefault(str(pk), [0] * HOURS_BELOW)[place] = events
    return found


def _kept(key: str, seconds: int, reckon: Any) -> Any:
    value = cache.get(key)
    if value is None:
        value = reckon()
        cache.set(key, value, seconds)
    return value


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
