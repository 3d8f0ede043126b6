"""The acts of second looks on the case page; a disagreement is settled on a page of its own."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from violations import second_looks
from violations.admin.acts.base import Act
from violations.admin.case_forms_procedure import AskSecondLookForm, SecondLookForm

ACTS: dict[str, Act] = {
    "ask_second_look": Act(
        gettext_noop("Ask"),
        AskSecondLookForm,
        gettext_noop("No paper goes out until another officer has answered."),
        lambda case, form, by, at: second_looks.ask_second_look(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "look_again": Act(
        gettext_noop("Answer"),
        SecondLookForm,
        gettext_noop("If you do not agree, a third officer settles it."),
        lambda case, form, by, at: second_looks.look_again(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
}
