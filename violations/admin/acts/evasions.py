"""The act of recording an evasion on the case page."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from violations import evasions
from violations.admin.acts.base import Act
from violations.admin.case_forms_evasions import EvasionForm

ACTS: dict[str, Act] = {
    "record_evasion": Act(
        gettext_noop("Write down"),
        EvasionForm,
        gettext_noop("The limitation period starts again on the day the evasion ended."),
        lambda case, form, by, at: evasions.record_evasion(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
}
