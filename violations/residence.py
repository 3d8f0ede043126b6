"""Which unit a case could go to: where the owner lives, and what that unit may decide. Advice only.

The rule still speaks of a district (địa bàn cấp huyện), which no longer exists since 01/7/2025, so
the test of residence is a setting: ``RESIDENCE_TEST`` is ``commune`` (a commune police where its
chief has the power, else the province) or ``province``. TT 73/2024 Đ24 k1b
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings

from cameras.models import Unit
from violations import powers
from violations.actors import Actor
from violations.competence import individual_frame_max, lack_of_power_over
from violations.models import Officer, Party, Violation

PREFIXES = ("thành phố ", "tỉnh ")


def unit_of_residence(case: Violation, day: date) -> Unit | None:
    """Return the one unit that fits the owner's address, or None when none or several do.

    None too when that unit holds the case already. ``day`` chooses the powers.
    """
    owner = case.parties.filter(role=Party.Role.OWNER).first()
    parts = [part.strip().casefold() for part in owner.address.split(",")] if owner else []
    if len(parts) < 2:
        return None
    province = parts[-1]
    for prefix in PREFIXES:
        province = province.removeprefix(prefix)
    if not province:
        return None
    found: Unit | None = None
    if settings.RESIDENCE_TEST == "commune" and _a_commune_may_decide(case, owner, day):
        found = _only(
            unit
            for unit in Unit.objects.filter(level=Unit.Level.COMMUNE)
            if parts[-2] in unit.name.casefold()
            and province in f"{unit.superior_name} {unit.place_name}".casefold()
        )
    if found is None:
        found = _only(
            unit
            for unit in Unit.objects.filter(level=Unit.Level.PROVINCIAL)
            if province in f"{unit.superior_name} {unit.name} {unit.place_name}".casefold()
        )
    return None if found is None or found.pk == case.unit_id else found


def lack_of_power_in(unit: Unit, case: Violation, day: date) -> str | None:
    """Return why nobody of a unit may decide this case on a day, or None when somebody may.

    Asked before a file goes up to whoever has the power. Luật XLVPHC Đ52 k4
    """
    reason = None
    for officer in Officer.objects.filter(unit=unit, user__is_active=True).select_related("user"):
        lack = lack_of_power_over(case, Actor(name="", officer=officer), day)
        if lack is None:
            return None
        reason = reason or lack
    return reason


def _a_commune_may_decide(case: Violation, owner: Party, day: date) -> bool:
    return all(
        powers.lack_of_power(
            "commune_chief",
            day,
            frame_max_vnd=individual_frame_max(act),
            organisation=owner.kind == Party.Kind.ORGANISATION,
            needs_suspension_power=act.needs_suspension_power,
            provision=act.provision,
        )
        is None
        for act in case.beside.acts
    )


def _only(units: Iterable[Unit]) -> Unit | None:
    found = list(units)
    return found[0] if len(found) == 1 else None
