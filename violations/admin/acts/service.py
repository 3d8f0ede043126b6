"""The acts of service, enforcement and changes of a decision on the case page."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from violations import decision_changes, enforcement, service
from violations.admin.acts.base import Act
from violations.admin.case_forms import NoForm
from violations.admin.case_forms_reliefs import ChangeForm, EnforcementForm
from violations.admin.case_forms_service import AttemptForm, ServiceForm

ACTS: dict[str, Act] = {
    "record_service_attempt": Act(
        gettext_noop("Write down"),
        AttemptForm,
        gettext_noop("Attempts can amount to service; the day is computed from them."),
        lambda case, form, by, at: service.record_service_attempt(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "serve_decision": Act(
        gettext_noop("Write down"),
        ServiceForm,
        gettext_noop("The ten days to pay start on the day of receipt."),
        lambda case, form, by, at: service.serve_decision(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "deem_served": Act(
        gettext_noop("Write down"),
        NoForm,
        "",
        lambda case, _form, by, at: service.deem_served(case.pk, by=by, at=at),
    ),
    "presume_receipt": Act(
        gettext_noop("Set the day"),
        NoForm,
        "",
        lambda case, _form, by, at: service.presume_receipt(case.pk, by=by, at=at),
    ),
    "propose_change": Act(
        gettext_noop("Draw up"),
        ChangeForm,
        gettext_noop("A leader signs; the decision itself stays as it was signed."),
        lambda case, form, by, at: decision_changes.propose_change(
            case.pk, **form.taken(), by=by, at=at
        ),
    ),
    "propose_enforcement": Act(
        gettext_noop("Draw up"),
        EnforcementForm,
        gettext_noop("Nothing takes effect until another officer has signed."),
        lambda case, form, by, at: enforcement.propose_enforcement(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
}
