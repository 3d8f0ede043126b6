"""Watch over every device once a minute: open the alarms that begin, end those that are over.

A handful of statements however many devices there are. What a device usually does is reckoned
once a day and kept in the cache; only the last hours are counted each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from cameras import alarms, device_states, habits
from cameras.alarm_rules import Counts, alarms_of
from cameras.health import certificate_ends
from cameras.health_rules import Report
from cameras.models import Device, DeviceAlarm

WATCHED = (Device.State.ACTIVE, Device.State.QUARANTINED)
#: A device that has not reported for a week has none to be late with.
REPORTS_FOR = timedelta(days=7)

_LATEST = """
SELECT d.id, r.received_at, r.clock_offset_ms, r.facts
FROM cameras_device d
CROSS JOIN LATERAL (
    SELECT received_at, clock_offset_ms, facts FROM cameras_healthreport
    WHERE device_id = d.id AND received_at <= %(at)s AND received_at > %(since)s
    ORDER BY received_at DESC LIMIT 1
) r
WHERE d.state IN ('active', 'quarantined')
"""


def watch(*, at: datetime) -> dict[str, int]:
    """Open and end alarms by what is known at a moment; returns how many of each.

    ``opened``, ``closed`` and ``quarantined``. A device that is paused or revoked has
    no alarm but that of a changed configuration.
    """
    devices = {device.pk: device for device in Device.objects.filter(state__in=WATCHED)}
    open_now = {
        (alarm.device_id, alarm.code): alarm
        for alarm in DeviceAlarm.objects.filter(closed_at__isnull=True)
    }
    wanted = dict(_wanted(devices, at))
    wanted |= _unanswered(open_now)
    opened = [
        DeviceAlarm(device_id=pk, code=code, detail=detail, opened_at=at)
        for (pk, code), detail in wanted.items()
        if (pk, code) not in open_now
    ]
    DeviceAlarm.objects.bulk_create(opened, ignore_conflicts=True)
    over = [alarm.pk for key, alarm in open_now.items() if key not in wanted]
    closed = DeviceAlarm.objects.filter(pk__in=over, closed_at__isnull=True).update(closed_at=at)
    counts = Counter(opened=len(opened), closed=closed, quarantined=0)
    for (pk, code), detail in wanted.items():
        begun = open_now[pk, code].opened_at if (pk, code) in open_now else at
        if pk in devices and _to_take_out(devices[pk], code, detail, begun):
            counts["quarantined"] += device_states.quarantine(devices[pk], code, at=at)
    return dict(counts)


def _to_take_out(device: Device, code: str, detail: dict[str, Any], begun: datetime) -> bool:
    """Tell whether a device must go into quarantine for an alarm.

    Not for one during which a technician has already let it out: that was a person's decision.
    """
    if device.state != Device.State.ACTIVE or not alarms.is_grave(code, detail):
        return False
    return device.state_changed_at is None or device.state_changed_at <= begun


def _wanted(
    devices: dict[int, Device], at: datetime
) -> Iterator[tuple[tuple[int, str], dict[str, Any]]]:
    """Yield every alarm there is cause for, but for changed configurations."""
    reports = latest_reports(at=at)
    ends = certificate_ends()
    counts = habits.counts(at=at)
    for pk, device in devices.items():
        found = alarms_of(
            device, reports.get(pk), ends.get(pk, {}), counts.get(pk, Counts()), at=at
        )
        for code, detail in found.items():
            yield (pk, code), detail


def latest_reports(*, at: datetime) -> dict[int, Report]:
    """Return the newest report of every device that is in use."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, {"at": at, "since": at - REPORTS_FOR})
        return {
            pk: Report(received_at, offset, habits.read_json(facts))
            for pk, received_at, offset, facts in cursor.fetchall()
        }


def _unanswered(
    open_now: dict[tuple[int, str], DeviceAlarm],
) -> dict[tuple[int, str], dict[str, Any]]:
    """Return the changes of configuration nobody has answered for yet: these alarms go on.

    Also while the device is paused: a pause is no answer.
    """
    changed = {
        pk: alarm
        for (pk, code), alarm in open_now.items()
        if code == DeviceAlarm.Code.CONFIGURATION
    }
    answered = alarms.answered_for({pk: alarm.opened_at for pk, alarm in changed.items()})
    return {(pk, alarm.code): alarm.detail for pk, alarm in changed.items() if pk not in answered}
