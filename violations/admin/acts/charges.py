"""The acts of further acts, circumstances and findings on the case page."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from violations import charges
from violations.admin.acts.base import Act
from violations.admin.case_forms_charges import (
    AddActForm,
    CircumstanceForm,
    FindingForm,
    PersonsForm,
    WithdrawActForm,
    WithdrawCircumstanceForm,
)

ACTS: dict[str, Act] = {
    "add_act": Act(
        gettext_noop("Add"),
        AddActForm,
        gettext_noop(
            "One decision fines each act by itself; the power to sign is measured on all."
        ),
        lambda case, form, by, at: charges.add_act(
            case.pk,
            int(form.cleaned_data["rule"]),
            quantity=form.cleaned_data["quantity"],
            note=form.cleaned_data["note"],
            by=by,
            at=at,
        ),
    ),
    "count_persons": Act(
        gettext_noop("Write down"),
        PersonsForm,
        gettext_noop("The frame of the act is multiplied by this number."),
        lambda case, form, by, at: charges.count_persons(
            case.pk, form.cleaned_data["persons"], note=form.cleaned_data["note"], by=by, at=at
        ),
    ),
    "withdraw_act": Act(
        gettext_noop("Withdraw"),
        WithdrawActForm,
        gettext_noop("The fine is computed again without this act."),
        lambda case, form, by, at: charges.withdraw_act(
            case.pk,
            int(form.cleaned_data["act"]),
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        ),
    ),
    "record_circumstance": Act(
        gettext_noop("Write down"),
        CircumstanceForm,
        gettext_noop(
            "Every amount is computed again; mitigating and aggravating ones cancel one for one."
        ),
        lambda case, form, by, at: charges.record_circumstance(
            case.pk,
            form.cleaned_data["ground"],
            proof=form.cleaned_data["proof"],
            by=by,
            at=at,
        ),
    ),
    "withdraw_circumstance": Act(
        gettext_noop("Withdraw"),
        WithdrawCircumstanceForm,
        gettext_noop("The fine is computed again without this circumstance."),
        lambda case, form, by, at: charges.withdraw_circumstance(
            case.pk,
            int(form.cleaned_data["circumstance"]),
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        ),
    ),
    "record_finding": Act(
        gettext_noop("Write down"),
        FindingForm,
        gettext_noop("You answer for this finding; it is kept with your name and its reason."),
        lambda case, form, by, at: charges.record_finding(
            case.pk,
            form.cleaned_data["finding"],
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        ),
    ),
}
