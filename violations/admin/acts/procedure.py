"""The acts of transfers, sessions and slips on the case page."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from violations import appearances, transfers
from violations.admin.acts.base import Act
from violations.admin.case_forms import NoForm
from violations.admin.case_forms_procedure import (
    CommuneReportForm,
    CommuneSlipForm,
    ReceiptForm,
    SessionForm,
    TransferForm,
    WithdrawOffenderForm,
)

ACTS: dict[str, Act] = {
    "propose_transfer": Act(
        gettext_noop("Draw up"),
        TransferForm,
        gettext_noop("Once signed, the case belongs to the other unit and leaves your lists."),
        lambda case, form, by, at: transfers.propose_transfer(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "acknowledge_transfer": Act(
        gettext_noop("Acknowledge"),
        NoForm,
        "",
        lambda case, _form, by, at: transfers.acknowledge_transfer(case.pk, by=by, at=at),
    ),
    "hold_session": Act(
        gettext_noop("Write the minutes"),
        SessionForm,
        gettext_noop("The minutes get their number at once; the person signs them too."),
        lambda case, form, by, at: appearances.hold_session(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "withdraw_offender": Act(
        gettext_noop("Withdraw"),
        WithdrawOffenderForm,
        gettext_noop("The person leaves the case, with the circumstances recorded for him."),
        lambda case, form, by, at: appearances.withdraw_offender(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "propose_commune_slip": Act(
        gettext_noop("Draw up"),
        CommuneSlipForm,
        gettext_noop("Nothing takes effect until another officer has signed."),
        lambda case, form, by, at: appearances.propose_commune_slip(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "record_commune_report": Act(
        gettext_noop("Write down"),
        CommuneReportForm,
        gettext_noop("A buyer who has not re-registered counts as the owner (Đ47 k6)."),
        lambda case, form, by, at: appearances.record_commune_report(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "hand_over_record": Act(
        gettext_noop("Write down"),
        ReceiptForm,
        gettext_noop("The clock for handing over the record stops."),
        lambda case, form, by, at: appearances.hand_over_record(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
}
