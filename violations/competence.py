"""Who may sanction this case today: the table of powers applied to its acts and its offender."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from violations import powers
from violations.models import Delegation

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation


def delegation_held(by: Actor, day: date) -> Delegation | None:
    """Return the delegation under which an officer may sign on a day, or None. Đ54 k2

    Only a head of the same unit delegates; a revoked or ended one holds nothing.
    """
    if by.officer is None:
        return None
    return (
        Delegation.objects.filter(deputy=by.officer, starts_on__lte=day, ends_on__gte=day)
        .exclude(revoked_on__lte=day)
        .filter(head__unit_id=by.officer.unit_id)
        .select_related("head")
        .order_by("-starts_on")
        .first()
    )


def lack_of_power_over(case: Violation, by: Actor, day: date) -> str | None:
    """Return why an officer may not sanction this case on a day, or None when he may.

    Every act is measured by the maximum of its own frame; the first act beyond the power sends the
    whole case up. Luật XLVPHC Đ52 k2, k4 đ.b; NĐ 168/2024 Đ43, Đ50 k2
    """
    acts = case.beside.acts
    if not acts or not case.beside.offender_kind:
        return gettext("The case has no rule or no offender.")
    title = by.title_on(day)
    held = delegation_held(by, day)
    delegation = None
    if held is not None:
        delegation = powers.Delegation(
            held.head.title_on(day) or "", held.starts_on, held.ends_on, held.revoked_on
        )
    for act in acts:
        refusal = powers.lack_of_power(
            title,
            day,
            frame_max_vnd=individual_frame_max(act.fine_max_vnd, act.offender),
            organisation=case.beside.offender_kind == "organisation",
            needs_suspension_power=act.needs_suspension_power,
            delegation=delegation,
            provision=act.provision,
        )
        if refusal is not None:
            return refusal
    return None


def individual_frame_max(fine_max_vnd: int, offender: str) -> int:
    """Return the frame maximum as an individual's: rows printed for organisations are halved.

    NĐ 168/2024 Đ12 k13 and Đ32 print both amounts; the ceiling is doubled for organisations all
    the same (Đ45 k2), so the comparison is made on the individual's side.
    """
    return fine_max_vnd // 2 if offender == "organisation" else fine_max_vnd
