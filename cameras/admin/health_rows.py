"""Devices with their health, read in one statement however many rows a list shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_datetime

from cameras.health_rules import NEEDED, VIET_NAM, HealthState, Report, days_left, state_of
from cameras.models import Device, DeviceAlarm, DeviceCertificate, HealthReport


def with_health(devices: QuerySet[Device]) -> QuerySet[Device]:
    """Add the newest report, the ends of the certificates and the open alarms to each device."""
    newest = HealthReport.objects.filter(device=OuterRef("pk")).order_by("-received_at")
    open_alarms = DeviceAlarm.objects.filter(device=OuterRef("pk"), closed_at__isnull=True)
    ends = {
        f"{kind}_until": Subquery(
            DeviceCertificate.objects.filter(device=OuterRef("pk"), kind=kind)
            .order_by("-valid_until")
            .values("valid_until")[:1]
        )
        for kind in NEEDED
    }
    return devices.annotate(
        newest_report=Subquery(
            newest.values(
                figures=JSONObject(at="received_at", offset="clock_offset_ms", facts="facts")
            )[:1]
        ),
        open_alarms=ArraySubquery(open_alarms.order_by("opened_at").values("code")),
        **ends,
    )


def report_of(device: Any) -> Report | None:
    """Return the newest report of a device read by ``with_health``."""
    row = device.newest_report
    if row is None:
        return None
    return Report(parse_datetime(row["at"]), row["offset"], row["facts"])


def ends_of(device: Any) -> dict[str, Any]:
    """Return the last valid days of a device's certificates by kind."""
    ends = {kind: getattr(device, f"{kind}_until") for kind in NEEDED}
    return {kind: until for kind, until in ends.items() if until is not None}


def health_of(device: Any, *, at: datetime) -> HealthState:
    """Return the state of a device read by ``with_health``."""
    quiet = "quiet" in device.open_alarms
    return state_of(device, report_of(device), ends_of(device), at=at, quiet=quiet)


def certificate_days(device: Any, *, at: datetime) -> int | None:
    """Return the days left of the certificate that ends first; None when one was never entered."""
    ends = ends_of(device)
    if len(ends) < len(NEEDED):
        return None
    return days_left(min(ends.values()), at.astimezone(VIET_NAM).date())
