"""A plate reported as copied, on an officer's word. Luật XLVPHC Đ3 k1đ"""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext

from violations.actors import Actor
from violations.guards import Refused
from violations.models import PlateReport, Violation

RECORDS = "violations.add_platereport"


def standing_report(case: Violation) -> PlateReport | None:
    """Return the report of a copied plate that stands for the plate of a case, None without one."""
    return PlateReport.objects.filter(
        plate=case.plate, kind=PlateReport.Kind.CLONED, closed_on__isnull=True
    ).first()


def report_copied_plate(
    case: Violation, *, from_on: date, reference: str, note: str, by: Actor, at: datetime
) -> PlateReport:
    """Report the plate of a case as copied; its next pictures go to the queue of doubtful plates.

    ``from_on`` is a day in Viet Nam, ``reference`` where the report lies. A report that stands is
    returned as it is. Called inside the transaction that holds the case. Raises Refused without
    the right.
    """
    if not by.may(RECORDS) or by.officer is None:
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    standing = standing_report(case)
    if standing is not None:
        return standing
    made: PlateReport = PlateReport.objects.create(
        plate=case.plate,
        plate_colour=case.plate_colour,
        kind=PlateReport.Kind.CLONED,
        from_on=from_on,
        reference=reference[:120],
        note=note[:400],
        recorded_by=by.officer,
        recorded_at=at,
    )
    return made
