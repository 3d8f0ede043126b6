"""Complaints, lawsuits, suspensions and licence points of a case as its page shows them. Reads."""

from __future__ import annotations

from datetime import date
from typing import Any

from violations import points
from violations.licence_standing import movements, parts_held
from violations.models import Party, PointsEntry, Violation


def remedies(case: Violation) -> dict[str, Any] | None:
    """Return what contests the decision and what must follow; None where nothing does."""
    duty = case.beside.clocks.get("carry_out_due")
    found = {
        "complaints": list(case.complaints.select_related("answer").order_by("id")),
        "lawsuits": list(case.lawsuits.order_by("id")),
        "suspensions": list(case.suspensions.order_by("id")),
    }
    if not any(found.values()):
        return None
    return found | {"duty_until": duty.due_on if duty and duty.met_on is None else None}


def points_of(case: Violation, today: date) -> dict[str, Any] | None:
    """Return the balance of each part of the offender's licence, with its movements.

    Only the last three digits of the number are shown; None while no licence is known.
    """
    offender = (
        case.parties.filter(role=Party.Role.OFFENDER, licence__isnull=False)
        .select_related("licence")
        .first()
    )
    if offender is None or offender.licence is None:
        return None
    licence = offender.licence
    names = dict(PointsEntry.Part.choices)
    return {
        "licence": str(licence),
        "classes": licence.classes,
        "parts": [
            {"name": names[part], "standing": points.standing(movements(licence, part), today)}
            for part in parts_held(licence)
        ],
        "entries": list(
            licence.points.select_related("decision__notice", "decision__case").order_by("-id")
        ),
        "suspensions": list(licence.suspensions.order_by("-from_on")),
        "case": case,
    }
