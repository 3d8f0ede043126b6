"""The dry run of a recall: which cases, what becomes of each, what money goes back. Writes nothing.

What a device recorded while it was at fault proves nothing (Luật XLVPHC Đ3 k1đ, Đ64); what rests on
it is undone by the same acts an officer would take, each with its own guards.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Sum

from cameras.models import Detection, Device
from violations.guards import day_in_viet_nam
from violations.models import (
    AgencyWarning,
    Licence,
    LicenceSuspension,
    Payment,
    PointsEntry,
    Violation,
)
from violations.workflow import STEPS

REJECT, DISMISS, CANCEL, NOTHING = "reject", "dismiss", "cancel", "nothing"
PLANS = (REJECT, DISMISS, CANCEL, NOTHING)
# The step that undoes a case from where it stands; what has ended already is left alone.
UNDOING = (
    (REJECT, "reject_recalled"),
    (DISMISS, "dismiss"),
    (CANCEL, "sign_cancellation"),
)
TOLD_BEFORE_DECISION = ("notified", "recorded")


@dataclass(frozen=True)
class Affected:
    """One case of a dry run: where it stands, what is planned, and its money in đồng."""

    case: Violation
    plan: str
    fine_vnd: int
    paid_vnd: int


def plan_for(status: str) -> str:
    """Return what becomes of a case at a status: Đ3 k1đ, Đ65, Đ18 k3, or nothing when it ended."""
    for plan, step in UNDOING:
        if status in STEPS[step].origins:
            return plan
    return NOTHING


def cases_of(devices: Iterable[Device], from_at: datetime, until_at: datetime) -> QuerySet[Any]:
    """Return the cases of devices recorded from one moment up to, not including, another."""
    return Violation.objects.filter(
        detection__device__in=list(devices), occurred_at__gte=from_at, occurred_at__lt=until_at
    )


def detections_of(
    devices: Iterable[Device], from_at: datetime, until_at: datetime
) -> QuerySet[Detection]:
    """Return the detections of devices that are no case yet, over the same time."""
    return Detection.objects.filter(
        device__in=list(devices),
        occurred_at__gte=from_at,
        occurred_at__lt=until_at,
        claimed_at__isnull=True,
    ).exclude(state=Detection.State.DISCARDED)


def affected(
    devices: Iterable[Device], from_at: datetime, until_at: datetime
) -> Iterator[Affected]:
    """Yield each case with its plan, oldest first: for the list, the export and the items.

    ``paid_vnd`` is all that was received for its decision and would be owed back by a cancellation.
    """
    cases = cases_of(devices, from_at, until_at).select_related("unit", "decision")
    cases = cases.annotate(paid_vnd=Sum("decision__payments__amount_vnd"))
    for case in cases.order_by("occurred_at", "pk").iterator(chunk_size=1000):
        plan = plan_for(case.status)
        decision = getattr(case, "decision", None)
        fine = 0 if decision is None or decision.is_warning else decision.fine_vnd
        yield Affected(case, plan, fine, case.paid_vnd or 0)


def dry_run(
    devices: Iterable[Device], from_at: datetime, until_at: datetime, *, at: datetime
) -> dict[str, Any]:
    """Estimate a recall: counts by stage and by act, money in đồng, warnings, points, papers.

    ``from_at`` is inside the period, ``until_at`` is not. Held detections are no cases: they stay
    held, and neither they nor what comes late can be verified once the recall is approved.
    """
    devices = list(devices)
    by_status: Counter[str] = Counter()
    by_plan: Counter[str] = Counter(dict.fromkeys(PLANS, 0))
    money = Counter({"fines_vnd": 0, "refund_vnd": 0})
    told = cancelled = elsewhere = 0
    home = {device.site.unit_id for device in devices}
    for row in affected(devices, from_at, until_at):
        by_status[row.case.status] += 1
        by_plan[row.plan] += 1
        elsewhere += row.plan != NOTHING and row.case.unit_id not in home
        told += row.case.status in TOLD_BEFORE_DECISION
        if row.plan == CANCEL:
            cancelled += 1
            money["fines_vnd"] += row.fine_vnd
            money["refund_vnd"] += row.paid_vnd
    cases = cases_of(devices, from_at, until_at)
    undone = cases.filter(
        status__in=[status for status in by_status if plan_for(status) != NOTHING]
    )
    free = detections_of(devices, from_at, until_at)
    held = Q(state=Detection.State.HELD)
    points = PointsEntry.objects.filter(
        decision__case__in=undone, what=PointsEntry.What.DEDUCTED, reversed_by__isnull=True
    )
    return {
        "cases": sum(by_status.values()),
        "by_status": dict(by_status),
        "by_plan": dict(by_plan),
        **money,
        "payments": Payment.objects.filter(decision__case__in=undone).count(),
        "warnings": AgencyWarning.objects.filter(case__in=undone, lifted_on__isnull=True).count(),
        "points": points.aggregate(sum=Sum("points"))["sum"] or 0,
        "licences": Licence.objects.filter(points__in=points).distinct().count(),
        "suspensions": LicenceSuspension.objects.filter(
            decision__case__in=undone, cancelled_on__isnull=True
        ).count(),
        "letters": cancelled,
        "to_tell": told,
        "of_other_units": elsewhere,
        "not_yet_cases": free.exclude(held).count(),
        "held": free.filter(held).count(),
        "as_of": day_in_viet_nam(at).isoformat(),
    }


def fingerprint(estimate: dict[str, Any]) -> str:
    """Return a digest of an estimate: what a person confirms is what the person has seen."""
    shown = {name: value for name, value in estimate.items() if name != "as_of"}
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, int, int]]:
    """Return what two estimates differ in: a name such as ``by_plan.cancel``, before, now."""
    old, new = _flat(before), _flat(now)
    return [
        (name, old.get(name, 0), new.get(name, 0))
        for name in sorted(old | new)
        if old.get(name, 0) != new.get(name, 0)
    ]


def _flat(estimate: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, value in estimate.items():
        if isinstance(value, dict):
            found |= {f"{name}.{inner}": count for inner, count in value.items()}
        elif isinstance(value, int):
            found[name] = value
    return found
