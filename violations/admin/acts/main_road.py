"""The acts of the main road: notice, offender, record, explanation, decision, service, end."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from violations import actions, sanctions
from violations.actors import Actor
from violations.admin.acts.base import Act
from violations.admin.case_forms import (
    DismissForm,
    NoForm,
    OffenderForm,
    WaiverForm,
)
from violations.models import Violation


def _name_offender(case: Violation, form: OffenderForm, by: Actor, at: datetime) -> None:
    sanctions.name_offender(
        case.pk, form.offender(), proof=form.cleaned_data["proof"], by=by, at=at
    )


ACTS: dict[str, Act] = {
    "propose_notice": Act(
        gettext_noop("Draw up"),
        NoForm,
        "",
        lambda case, _form, by, at: actions.propose_notice(case.pk, by=by, at=at),
    ),
    "name_offender": Act(
        gettext_noop("Write down"),
        OffenderForm,
        gettext_noop("The five working days for the record start today."),
        _name_offender,
    ),
    "propose_record": Act(
        gettext_noop("Draw up"),
        NoForm,
        "",
        lambda case, _form, by, at: sanctions.propose_record(case.pk, by=by, at=at),
    ),
    "waive_explanation": Act(
        gettext_noop("Write down"),
        WaiverForm,
        gettext_noop("The right to explain ends; the decision may be signed."),
        lambda case, form, by, at: sanctions.waive_explanation(
            case.pk, proof=form.cleaned_data["proof"], by=by, at=at
        ),
    ),
    "propose_decision": Act(
        gettext_noop("Draw up"),
        NoForm,
        "",
        lambda case, _form, by, at: sanctions.propose_decision(case.pk, by=by, at=at),
    ),
    "dismiss": Act(
        gettext_noop("End"),
        DismissForm,
        gettext_noop("The case ends; nobody is sanctioned. This cannot be undone."),
        lambda case, form, by, at: sanctions.dismiss(
            case.pk, reason=form.cleaned_data["reason"], by=by, at=at
        ),
        is_final=True,
    ),
}
