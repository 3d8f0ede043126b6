"""The forms of second looks, transfers, sessions, slips and the explanation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit
from violations.admin.case_forms import ActForm, DayInput
from violations.guards import day_in_viet_nam
from violations.models import CommuneRequest, SecondLook, Violation, WorkingSession
from violations.residence import lack_of_power_in, unit_of_residence

YES_OR_NO = {"1": True, "0": False}


class Lines(forms.Textarea):
    """Room for a few sentences."""

    def __init__(self, rows: int = 3) -> None:
        super().__init__(attrs={"rows": rows})


def _choice(yes: Any, no: Any, label: Any) -> forms.TypedChoiceField:
    """Ask a question that has no answer beforehand: both are pressed on purpose."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("1", yes), ("0", no)],
        coerce=YES_OR_NO.__getitem__,
        widget=forms.RadioSelect,
    )


class AskSecondLookForm(ActForm):
    """Why another officer should look, and at what."""

    ground = forms.ChoiceField(label=_("Ground"), choices=SecondLook.Ground.choices[1:])
    note = forms.CharField(label=_("What to look at"), max_length=400, widget=Lines())


class SecondLookForm(ActForm):
    """What the second officer found."""

    agrees = _choice(
        _("The violation and the plate are shown"), _("They are not"), _("What the pictures show")
    )
    finding = forms.CharField(label=_("Finding"), max_length=400, widget=Lines())


class TransferForm(ActForm):
    """Where the case goes and why; residence and power are said, the officer chooses."""

    to_unit = forms.ModelChoiceField(
        label=_("Receiving unit"), queryset=Unit.objects.none(), empty_label="–"
    )
    ground = forms.CharField(
        label=_("Ground"),
        max_length=400,
        widget=Lines(),
        help_text=_("Residence of the owner, or lack of power over an act."),
    )

    def __init__(self, *args: Any, case: Violation, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        today = day_in_viet_nam(timezone.now())
        units = self.fields["to_unit"]
        units.queryset = Unit.objects.exclude(pk=case.unit_id)
        if near := unit_of_residence(case, today):
            units.initial = near.pk
            units.help_text = _("By the owner's address: %(unit)s.") % {"unit": near.name}
        if case.status == Violation.Status.RECORDED and (
            lack := lack_of_power_in(case.unit, case, today)
        ):
            self.fields["ground"].initial = lack


class SessionForm(ActForm):
    """Who came and what he said."""

    present_as = forms.ChoiceField(label=_("Who came"), choices=WorkingSession.Present.choices)
    attended_by = forms.CharField(
        label=_("Name and identity number"),
        max_length=200,
        help_text=_("Printed on the minutes and kept nowhere else."),
    )
    statement = forms.CharField(label=_("Statement"), max_length=4000, widget=Lines(8))
    names_driver = _choice(_("yes"), _("no"), _("Said who drove"))


class WithdrawOffenderForm(ActForm):
    """Why the person named does not answer."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=Lines(),
        help_text=_("What shows that it was somebody else. Name nobody here."),
    )


class CommuneSlipForm(ActForm):
    """The commune police of the owner's residence."""

    commune = forms.CharField(label=_("Commune police"), max_length=160)


class CommuneReportForm(ActForm):
    """What the slip that came back says."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=CommuneRequest.Outcome.choices)
    buyer = forms.CharField(
        label=_("Buyer"),
        max_length=400,
        required=False,
        widget=Lines(2),
        help_text=_("Name, address and phone, where the vehicle was sold."),
    )


class ReceiptForm(ActForm):
    """The day on which a paper was received, and what proves it."""

    received_on = forms.DateField(label=_("Day of receipt"), widget=DayInput())
    proof = forms.CharField(
        label=_("Proof"),
        max_length=200,
        help_text=_("Signature, number in the file, or post code. Name nobody here."),
    )


class GroundForm(ActForm):
    """Why a time is lengthened."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=Lines())


class HearingDayForm(ActForm):
    """The day of the hearing."""

    on = forms.DateField(label=_("Day of the hearing"), widget=DayInput())


class HearingForm(ActForm):
    """Who explained and what he said."""

    attended_by = forms.CharField(
        label=_("Name and identity number"),
        max_length=200,
        required=False,
        help_text=_("Left empty, the minutes say that nobody came."),
    )
    statement = forms.CharField(
        label=_("Explanation"), max_length=4000, required=False, widget=Lines(8)
    )
