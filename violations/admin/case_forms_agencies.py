"""What an officer fills in to lift a warning to other agencies."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from violations.admin.case_forms import ActForm


class LiftForm(ActForm):
    """Why a warning is lifted although the case has not ended."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        help_text=_("It stays in the history; the agencies are not told it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
