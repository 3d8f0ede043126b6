"""Warnings to inspection, registration and licence agencies, and their lifting. NĐ 168 Đ47 k11

A warning is no sanction and stops no clock: the agency holds a procedure of the vehicle or the
licence until the case is resolved. When it is, in whatever way, the lifting is written in the same
transaction as the step that resolved it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from violations import outbox
from violations.actors import SYSTEM, Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import AgencyMessage, AgencyWarning, Party, Violation
from violations.taking import taking

Agency, Ground = AgencyWarning.Agency, AgencyWarning.Ground

# Motor vehicles that go to periodic inspection (kiểm định); two-wheelers do not.
# TT 73/2024 Đ24 k5 đ.a: inspection is warned "if the vehicle is inspectable".
INSPECTABLE = frozenset({"car", "bus", "truck", "tractor", "special"})
WITHOUT_REGISTRATION = frozenset({"bicycle"})

ARTICLES = {
    Ground.NO_SHOW: "TT 73/2024 Đ24 k5 đ.a",
    Ground.UNPAID: "NĐ 168/2024 Đ47 k11",
}

# Every way in which a case ends, and why nothing is left for which a procedure could be held.
# Who merely comes, or is named as the driver, has not resolved the case: the warning stays.
LIFTED_AT: Mapping[str, str] = {
    "paid": "TT 73/2024 Đ24 k3–4; NĐ 168/2024 Đ47 k11 đ.c",  # complied with
    "closed": "TT 73/2024 Đ24 k3–4; NĐ 168/2024 Đ47 k11 đ.c",
    "dismissed": "Luật XLVPHC Đ65; NĐ 168/2024 Đ47 k11 đ.c",  # no sanction may follow
    "time_barred": "Luật XLVPHC Đ6, Đ65 k1; NĐ 168/2024 Đ47 k11 đ.c",
    "annulled": "Luật XLVPHC Đ18 k3; NĐ 168/2024 Đ47 k11 đ.c",  # the ground itself fell
    "lapsed": "Luật XLVPHC Đ74; NĐ 168/2024 Đ47 k11 đ.c",  # no longer executed
}


def warn_no_show(case_id: uuid.UUID, *, by: Actor, at: datetime) -> list[AgencyWarning]:
    """Warn inspection and registration that the owner has not come. TT 73/2024 Đ24 k5 đ.a

    Taken by the officer who confirms it (``measures``), after the twenty days. The licence agency
    is not warned: nobody is named yet. Returns the warnings. Raises Refused.
    """
    with taking("warn_no_show", case_id, by=by, at=at) as (case, event):
        warnings = _warn(case, _vehicle_agencies(case), Ground.NO_SHOW, at=at)
        event.facts = {"agencies": [warning.agency for warning in warnings]}
    return warnings


def warn_unpaid(case_id: uuid.UUID, *, by: Actor, at: datetime) -> list[AgencyWarning]:
    """Warn the agencies that the decision is not complied with. NĐ 168/2024 Đ47 k11

    Taken by the officer who confirms it (``measures``), after the last day to pay: inspection and
    registration of the vehicle, and the licence of an individual. Returns the warnings.
    Raises Refused.
    """
    with taking("warn_unpaid", case_id, by=by, at=at) as (case, event):
        agencies = _vehicle_agencies(case)
        if case.beside.offender_kind == Party.Kind.INDIVIDUAL:
            agencies.append(Agency.LICENCE)
        warnings = _warn(case, agencies, Ground.UNPAID, at=at)
        event.facts = {"agencies": [warning.agency for warning in warnings]}
    return warnings


def lift_warning(
    case_id: uuid.UUID, *, reason: str, by: Actor, at: datetime
) -> list[AgencyWarning]:
    """Lift every standing warning of a case. TT 73/2024 Đ24 k3–4; NĐ 168/2024 Đ47 k11 đ.c

    A warning that is still on its way is lifted too: the agency is told both, in their order. The
    reason stays in the history; agencies are not told it. Returns what was lifted. Raises Refused.
    """
    if not reason.strip():
        raise Refused(
            gettext("Say why the warning is lifted before the case ends (NĐ 168 Đ47 k11 đ.c).")
        )
    with taking("lift_warning", case_id, by=by, at=at, reason=reason.strip()) as (case, event):
        standing = list(case.warnings.select_for_update().filter(lifted_on__isnull=True))
        for warning in standing:
            warning.lifted_on = day_in_viet_nam(at)
            warning.save(update_fields=["lifted_on"])
            lifted = {"ground": warning.ground, "lifted_on": outbox.day(at)}
            outbox.put(
                case,
                warning.agency,
                AgencyMessage.Kind.LIFT,
                _subject(case, warning.agency) | lifted,
                at=at,
            )
        event.facts = {
            "agencies": sorted({warning.agency for warning in standing}),
            "grounds": sorted({warning.ground for warning in standing}),
        }
    return standing


def lift_standing(case: Violation, *, at: datetime) -> None:
    """Lift what stands if the case has just ended, by the system, citing why. Called by ``follow``.

    The lifting is a step of its own, nested in the transaction of the one that ended the case.
    """
    article = LIFTED_AT.get(case.status)
    if article is None or not case.warnings.filter(lifted_on__isnull=True).exists():
        return
    lift_warning(case.pk, reason=article, by=SYSTEM, at=at)


def _vehicle_agencies(case: Violation) -> list[Agency]:
    agencies = []
    if case.vehicle_class in INSPECTABLE:
        agencies.append(Agency.INSPECTION)
    if case.vehicle_class not in WITHOUT_REGISTRATION:
        agencies.append(Agency.REGISTRATION)
    return agencies


def _warn(
    case: Violation, agencies: Iterable[Agency], ground: Ground, *, at: datetime
) -> list[AgencyWarning]:
    warnings = []
    for agency in agencies:
        warnings.append(
            AgencyWarning.objects.create(
                case=case, agency=agency, ground=ground, sent_on=day_in_viet_nam(at)
            )
        )
        what = {
            "ground": ground.value,
            "article": ARTICLES[ground],
            "unit": case.unit.name,
            "phone": case.unit.phone,
            "warned_on": outbox.day(at),
        }
        outbox.put(case, agency, AgencyMessage.Kind.WARN, _subject(case, agency) | what, at=at)
    return warnings


def _subject(case: Violation, agency: str) -> dict[str, Any]:
    """Return what the agency finds its own entry by: the vehicle, or licence and decision."""
    if agency != Agency.LICENCE:
        return outbox.vehicle(case)
    offender = (
        Party.objects.filter(case=case, role=Party.Role.OFFENDER).select_related("licence").first()
    )
    licence = offender.licence if offender else None
    return {
        "licence": licence.number if licence else "",
        "decision": case.decision.notice.number_text,
    }
