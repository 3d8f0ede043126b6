"""The acts of explanation and hearing on the case page."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from violations import explanations
from violations.admin.acts.base import Act
from violations.admin.case_forms import WaiverForm
from violations.admin.case_forms_procedure import (
    GroundForm,
    HearingDayForm,
    HearingForm,
    ReceiptForm,
)

ONE_MONTH = gettext_noop("The decision then has one month from the record (Đ66).")

ACTS: dict[str, Act] = {
    "waive_explanation": Act(
        gettext_noop("Write down"),
        WaiverForm,
        gettext_noop("The right to explain ends; the decision may be signed."),
        lambda case, form, by, at: explanations.waive_explanation(
            case.pk, proof=form.cleaned_data["proof"], by=by, at=at
        ),
    ),
    "extend_explanation": Act(
        gettext_noop("Lengthen"),
        GroundForm,
        ONE_MONTH,
        lambda case, form, by, at: explanations.extend_explanation(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "receive_explanation": Act(
        gettext_noop("Write down"),
        ReceiptForm,
        ONE_MONTH,
        lambda case, form, by, at: explanations.receive_explanation(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "request_hearing": Act(
        gettext_noop("Write down"),
        ReceiptForm,
        ONE_MONTH,
        lambda case, form, by, at: explanations.request_hearing(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "propose_hearing": Act(
        gettext_noop("Draw up"),
        HearingDayForm,
        gettext_noop("Who may sanction signs it; the letter tells the person day and place."),
        lambda case, form, by, at: explanations.propose_hearing(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "hold_hearing": Act(
        gettext_noop("Write the minutes"),
        HearingForm,
        gettext_noop("The minutes get their number at once; the person signs them too."),
        lambda case, form, by, at: explanations.hold_hearing(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "declare_complex": Act(
        gettext_noop("Declare"),
        GroundForm,
        gettext_noop("The decision then has two months from the record (Đ66)."),
        lambda case, form, by, at: explanations.declare_complex(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
}
