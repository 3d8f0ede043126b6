"""The acts of driving licences and evasions on the case page."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from violations import licences
from violations.admin.acts.base import Act
from violations.admin.case_forms_remedies import LicenceForm

ACTS: dict[str, Act] = {
    "record_licence": Act(
        gettext_noop("Write down"),
        LicenceForm,
        gettext_noop(
            "Under a decision in force, its points or its suspension are entered at once."
        ),
        lambda case, form, by, at: licences.record_licence(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
}
