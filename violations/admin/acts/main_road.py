"""The acts of the main road: notice, offender, record, explanation, decision, service, end."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from violations import actions, appearances, corrected_notices, sanctions
from violations.actors import Actor
from violations.admin.acts.base import Act
from violations.admin.case_forms import (
    DismissForm,
    NoForm,
    OffenderForm,
)
from violations.admin.case_forms_service import CorrectedNoticeForm
from violations.models import Violation


def _name_offender(case: Violation, form: OffenderForm, by: Actor, at: datetime) -> None:
    appearances.name_offender(
        case.pk,
        form.offender(),
        proof=form.cleaned_data["proof"],
        basis=form.cleaned_data["basis"],
        by=by,
        at=at,
    )


ACTS: dict[str, Act] = {
    "propose_notice": Act(
        gettext_noop("Draw up"),
        NoForm,
        "",
        lambda case, _form, by, at: actions.propose_notice(case.pk, by=by, at=at),
    ),
    "propose_corrected_notice": Act(
        gettext_noop("Draw up"),
        CorrectedNoticeForm,
        gettext_noop(
            "When a leader has signed it, the notice that went out is void and the twenty days "
            "begin again."
        ),
        lambda case, form, by, at: corrected_notices.propose_corrected_notice(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
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
