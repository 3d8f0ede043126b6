"""Where a fine is paid: the treasury account in force for a unit on a day."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext

from violations.guards import Refused
from violations.models import Beneficiary, Violation


def open_beneficiary(case: Violation, on: date) -> Beneficiary:
    """Return the treasury account in force for the unit. Raises Refused when none is set."""
    found = (
        Beneficiary.objects.filter(unit=case.unit, valid_from__lte=on)
        .exclude(valid_until__lt=on)
        .order_by("-valid_from")
        .first()
    )
    if found is None:
        raise Refused(gettext("No treasury account is set for the unit; ask your administrator."))
    return found
