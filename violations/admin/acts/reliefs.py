"""The acts of relief on the case page."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from violations import reliefs
from violations.admin.acts.base import Act
from violations.admin.case_forms_reliefs import RefusalForm, ReliefForm, RequestForm

ACTS: dict[str, Act] = {
    "request_relief": Act(
        gettext_noop("Write down"),
        RequestForm,
        gettext_noop("No late charge runs until the request is answered, in five working days."),
        lambda case, form, by, at: reliefs.request_relief(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "propose_relief": Act(
        gettext_noop("Draw up"),
        ReliefForm,
        gettext_noop("Nothing takes effect until another officer has signed."),
        lambda case, form, by, at: reliefs.propose_relief(case.pk, **form.taken(), by=by, at=at),
    ),
    "refuse_relief": Act(
        gettext_noop("Refuse"),
        RefusalForm,
        gettext_noop("The late charge may run again from tomorrow."),
        lambda case, form, by, at: reliefs.refuse_relief(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
}
