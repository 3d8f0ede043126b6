"""A supervisor changes how much is looked at again: with a reason, never of his own verdicts."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext

from cameras.models import Unit
from violations.actors import Actor
from violations.guards import Refused
from violations.models import Officer, SamplingChange


def change_sampling(
    unit: Unit,
    *,
    stratum: str,
    per_mille: int,
    reason: str,
    officer: Officer | None = None,
    by: Actor,
    at: datetime,
) -> SamplingChange:
    """Set the rate of one stratum for a unit, or for one officer of it, from now on.

    ``per_mille`` is at most 1000; 0 switches the stratum off. Raises Refused.
    """
    if by.officer is None or not by.may("violations.supervise_queue"):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if unit.code not in by.unit_codes or (officer is not None and officer.unit_id != unit.pk):
        raise Refused(gettext("The rate belongs to another unit."))
    if officer is not None and officer.pk == by.officer.pk:
        raise Refused(gettext("Another supervisor changes the rate for your own verdicts."))
    if stratum not in settings.REVIEW_SAMPLING:
        raise Refused(gettext("Choose what is looked at again."))
    if not 0 <= per_mille <= 1000:
        raise Refused(gettext("A share lies between 0 and 100 per cent."))
    if not reason.strip():
        raise Refused(gettext("Write down why the rate changes."))
    return SamplingChange.objects.create(
        unit=unit,
        officer=officer,
        stratum=stratum,
        per_mille=per_mille,
        reason=reason.strip()[:400],
        changed_by=by.officer,
        changed_at=at,
    )
