"""What people and staff type about money: sums in đồng, and what was paid where and when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from citizens.forms import DAY_FORMATS
from violations.models import PaymentClaim


class SumField(forms.CharField):
    """Whole đồng as people write them: ``19.000.000``, ``19 000 000 ₫``; its value is a number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=30,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={"required": _("Enter the amount in đồng, as the receipt says.")},
            **options,
        )

    def clean(self, value: Any) -> int:
        """Return the sum. Raises ValidationError for what is none."""
        typed = super().clean(value).lower()
        for sign in ("₫", "đồng", "đ", "vnd", ".", ",", " ", "\u00a0"):
            typed = typed.replace(sign, "")
        if not (typed.isascii() and typed.isdigit()) or not 0 < int(typed) < 10**10:
            raise forms.ValidationError(gettext("Enter the amount in đồng, as the receipt says."))
        return int(typed)


class ClaimForm(forms.Form):
    """What a person says was paid: how, when, how much, under which number."""

    channel = forms.ChoiceField(
        label=_("How was it paid?"),
        choices=PaymentClaim.Channel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it was paid.")},
    )
    paid_on = forms.DateField(
        label=_("Day of payment"),
        input_formats=DAY_FORMATS,
        help_text=_("For example 27/11/2026"),
        error_messages={
            "required": _("Enter the day of payment."),
            "invalid": _("Write the day as day/month/year: 27/11/2026."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    amount_vnd = SumField(label=_("Amount in đồng"))
    reference = forms.CharField(
        label=_("Number on the receipt"),
        required=False,
        max_length=60,
        help_text=_("The bank's or the counter's number. It makes the search quicker."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
