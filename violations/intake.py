"""Detection → case: claim what the devices brought, each in its own transaction."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from cameras.adapters.vocabulary import VIOLATION_TYPES
from cameras.models import Detection
from cameras.plates import format_plate
from violations import actions
from violations.models import Violation
from violations.speeds import Tolerance, speed_excess_tenths

#: Every kind of detection the catalogue may know an act for; what a device cannot name stays with
#: its technicians. Whether the act is sanctioned for this class on this day is asked at review.
DECIDED_TYPES = tuple(sorted(VIOLATION_TYPES - {"other"}))


def claim(detection_id: uuid.UUID, *, at: datetime) -> Violation | None:
    """Open the case of one free detection; None when another worker did, or it is not ours.

    Compare-and-set on ``claimed_at`` inside the transaction that makes the case: a task run twice
    makes one case, a task that dies makes none and the sweep comes again.
    """
    with transaction.atomic():
        taken = Detection.objects.filter(
            pk=detection_id,
            claimed_at__isnull=True,
            state__in=[Detection.State.READY, Detection.State.RELEASED],
            violation_type__in=DECIDED_TYPES,
        ).update(claimed_at=at)
        if not taken:
            return None
        detection = Detection.objects.select_related("device__site__unit").get(pk=detection_id)
        return actions.open_case(detection, facts=searchable_facts(detection), at=at)


def claim_all(*, at: datetime, limit: int = 500) -> int:
    """Open the cases of every free detection, oldest first; returns how many were opened."""
    waiting = (
        Detection.objects.filter(
            claimed_at__isnull=True,
            state__in=[Detection.State.READY, Detection.State.RELEASED],
            violation_type__in=DECIDED_TYPES,
        )
        .order_by("received_at")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(claim(pk, at=at) is not None for pk in list(waiting))


def searchable_facts(detection: Detection) -> dict[str, Any]:
    """Return the columns of a case that are read from its detection."""
    site = detection.device.site
    place = site.name if not site.direction else f"{site.name}, {site.direction}"
    excess: int | None = None
    if detection.speed_tenths is not None and detection.limit_tenths:
        tolerance = Tolerance(fixed_tenths=settings.SPEED_TOLERANCE_TENTHS)
        excess = max(
            0, speed_excess_tenths(detection.speed_tenths, detection.limit_tenths, tolerance)
        )
    return {
        "violation_type": detection.violation_type,
        "plate": detection.plate_normalised,
        "plate_display": format_plate(detection.plate_normalised, detection.vehicle_class)
        or detection.plate_raw,
        "plate_colour": detection.plate_colour,
        "vehicle_class": detection.vehicle_class,
        "place": place,
        "excess_tenths": excess,
    }
