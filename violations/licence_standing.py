"""Where a licence stands: its movements, its balance, and what forbids to take. Reads only."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext

from violations import points
from violations.guards import print_day
from violations.guards.procedure import TWO_WHEELERS
from violations.models import Licence, Party, PointsEntry, Violation


def movements(licence: Licence, part: str, *, without: int | None = None) -> list[points.Movement]:
    """Return the movements of a part that count: what was given back is left out."""
    rows = PointsEntry.objects.filter(
        licence=licence,
        part=part,
        what__in=[PointsEntry.What.DEDUCTED, PointsEntry.What.TESTED],
        reversed_by__isnull=True,
    ).exclude(pk=without)
    return [
        points.Movement(
            "tested" if row.what == PointsEntry.What.TESTED else "deducted", row.on, row.points
        )
        for row in rows.order_by("on", "id")
    ]


def lack_of_points_to_take(case: Violation, on: date) -> str | None:
    """Return why the known licence gives no points for this decision, or None when it does."""
    licence = Licence.objects.get(parties__case=case, parties__role=Party.Role.OFFENDER)
    if part_of(case, licence) is None:
        return gettext("The licence has no part for this kind of vehicle; none of it is touched.")
    spans = [
        points.Suspension(row.from_on, row.until_on, row.cancelled_on)
        for row in licence.suspensions.all()
    ]
    for day in (case.decision.decided_on, on):
        if points.is_suspended(spans, day):
            return gettext("The licence was suspended on %(day)s; no points go then (Đ50).") % {
                "day": print_day(day)
            }
    return None


def part_of(case: Violation, licence: Licence) -> points.Part | None:
    """Return the part that the act of a case touches, None where the licence has none for it."""
    return points.part_for(
        case.vehicle_class in TWO_WHEELERS,
        has_unlimited=licence.has_unlimited_part,
        has_term=licence.has_term_part,
    )


def parts_held(licence: Licence) -> list[str]:
    """Return the parts a licence has: a combined one has both. NĐ 168/2024 Đ50 k1 đ.d"""
    held = ((licence.has_unlimited_part, "unlimited"), (licence.has_term_part, "term"))
    return [part for has, part in held if has]
