"""The act of lifting a warning by hand, before the end of the case lifts it by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from violations import agency_warnings
from violations.actors import Actor
from violations.admin.acts.base import Act
from violations.admin.case_forms_agencies import LiftForm
from violations.models import Violation


def _lift(case: Violation, form: LiftForm, by: Actor, at: datetime) -> None:
    agency_warnings.lift_warning(case.pk, reason=form.cleaned_data["reason"], by=by, at=at)


ACTS: dict[str, Act] = {
    "lift_warning": Act(
        gettext_noop("Lift"),
        LiftForm,
        gettext_noop("The agencies are told at once and release what they held."),
        _lift,
    ),
}
