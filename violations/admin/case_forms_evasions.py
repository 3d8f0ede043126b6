"""What an officer fills in about an evasion."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from violations.admin.case_forms import ActForm, DayInput


class EvasionForm(ActForm):
    """When it began and ended, and the document that proves it."""

    began_on = forms.DateField(label=_("The evasion began on"), widget=DayInput())
    ended_on = forms.DateField(label=_("The evasion ended on"), widget=DayInput())
    basis = forms.CharField(
        label=_("Basis"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The document that proves hiding or obstruction, with its number and day."),
    )
