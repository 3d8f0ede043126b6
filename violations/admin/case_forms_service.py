"""What an officer fills in for the service of a decision."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from violations.admin.case_forms import ActForm, DayInput
from violations.models import ServiceAttempt, ServiceRecord
from violations.service import RECEIVED


class ServiceForm(ActForm):
    """How and when the decision was received."""

    way = forms.ChoiceField(
        label=_("Way"),
        choices=[choice for choice in ServiceRecord.Way.choices if choice[0] in RECEIVED],
    )
    received_on = forms.DateField(label=_("Day of receipt"), widget=DayInput())
    proof = forms.CharField(
        label=_("Proof"),
        max_length=200,
        help_text=_("Receipt, post code or log entry."),
    )


class AttemptForm(ActForm):
    """What happened to the decision on its way, and what proves it."""

    what = forms.ChoiceField(label=_("What happened"), choices=ServiceAttempt.What.choices)
    on = forms.DateField(label=_("Day"), widget=DayInput())
    minutes = forms.CharField(
        label=_("Number of the minutes MBB06"),
        max_length=40,
        required=False,
        help_text=_("Only for a refusal; without minutes it does not count."),
    )
    proof = forms.CharField(
        label=_("Proof"), max_length=150, help_text=_("Receipt, post code or log entry.")
    )
