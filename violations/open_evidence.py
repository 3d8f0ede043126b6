"""Which evidence is still needed: that of cases that have not ended."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from violations.models import Violation
from violations.workflow import ENDED


def open_detections() -> QuerySet[Any]:
    """Return the ids of the detections whose cases are open."""
    return Violation.objects.exclude(status__in=ENDED).values("detection_id")
