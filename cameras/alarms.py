"""Open, acknowledge and end the alarms of devices; a grave one takes its device out by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext

from cameras import device_states
from cameras.device_states import WORK_ORDER, Refused
from cameras.health_rules import CLOCK_WRONG_MS
from cameras.models import Device, DeviceAlarm, ProfileVersion

#: A change of configuration is in order when a person answered for it in the day before, or later.
ANSWERED_WITHIN = timedelta(hours=24)


def raise_alarm(device: Device, code: str, detail: Mapping[str, Any], *, at: datetime) -> bool:
    """Open an alarm unless it is open already, and quarantine the device if it is grave.

    Returns whether it was opened. A change of configuration somebody answers for is no alarm.
    """
    if code == DeviceAlarm.Code.CONFIGURATION and answered_for({device.pk: at}):
        return False
    if device.alarms.filter(code=code, closed_at__isnull=True).exists():
        return False
    made = DeviceAlarm(device=device, code=code, detail=dict(detail), opened_at=at)
    # Of two heartbeats read at once, one opens it; the constraint says so.
    DeviceAlarm.objects.bulk_create([made], ignore_conflicts=True)
    if is_grave(code, detail):
        device_states.quarantine(device, code, at=at)
    return True


def is_grave(code: str, detail: Mapping[str, Any]) -> bool:
    """Tell whether an alarm with these figures takes its device out (DEVICE_QUARANTINE_ON)."""
    chosen = settings.DEVICE_QUARANTINE_ON
    if code == DeviceAlarm.Code.CLOCK_DRIFTED:
        return code in chosen and abs(detail.get("offset_ms") or 0) > CLOCK_WRONG_MS
    if code == DeviceAlarm.Code.REJECTS and detail.get("replays"):
        return "replay" in chosen
    return code in chosen


def answered_for(changed: Mapping[int, datetime]) -> set[int]:
    """Return those devices for whose change of configuration somebody answers.

    An approved profile or a work order, noted at most a day before the change or at any time after.
    """
    if not changed:
        return set()
    earliest = min(changed.values()) - ANSWERED_WITHIN
    approved = ProfileVersion.objects.filter(
        device__in=list(changed), approved_at__gte=earliest
    ).values_list("device", "approved_at")
    orders = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Device),
        object_id__in=[str(pk) for pk in changed],
        change_message__startswith=WORK_ORDER,
        action_time__gte=earliest,
    ).values_list("object_id", "action_time")
    answers = [*approved, *((int(pk), moment) for pk, moment in orders)]
    return {pk for pk, moment in answers if moment >= changed[pk] - ANSWERED_WITHIN}


def acknowledge(alarm_id: int, *, by_user: Any, at: datetime) -> DeviceAlarm:
    """Note who has seen an alarm; it stays open until its cause is gone.

    Raises Refused without the right, for another unit's device, and when somebody was first.
    """
    user = device_states.technician(by_user)
    alarm = DeviceAlarm.objects.select_related("device__site__unit").filter(pk=alarm_id).first()
    if alarm is None or alarm.device.site.unit.code not in user.unit_codes:
        raise Refused(gettext("There is no such alarm at your unit."))
    taken = DeviceAlarm.objects.filter(pk=alarm_id, acknowledged_at__isnull=True).update(
        acknowledged_by=user, acknowledged_at=at
    )
    if not taken:
        raise Refused(gettext("Somebody has noted this alarm already."))
    alarm.refresh_from_db()
    return alarm
