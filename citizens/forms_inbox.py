"""What a person types to open the inbox of papers."""

from __future__ import annotations

import re
import unicodedata

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from citizens.contacts import ContactRefused, plain_email, plain_identity, plain_phone


class ContactForm(forms.Form):
    """A new e-mail address or mobile number for the consent."""

    contact = forms.CharField(
        label=_("New e-mail address or mobile number"),
        max_length=120,
        help_text=_("A one-time code goes there; it counts once you have entered the code."),
        error_messages={"required": _("Enter the e-mail address or the mobile number.")},
        widget=forms.TextInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean_contact(self) -> str:
        """Return the contact in its plain form. Raises ValidationError when it is none."""
        return plain_contact(self.cleaned_data["contact"])


class AskForm(forms.Form):
    """Whose inbox, and the contact on file; judged for their form alone."""

    identity_number = forms.CharField(
        label=_("Identity or enterprise number"),
        max_length=40,
        help_text=_("12 figures of the citizen's identity card, or the number of the enterprise."),
        error_messages={"required": _("Enter the identity or enterprise number.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    contact = forms.CharField(
        label=_("E-mail or mobile number you agreed to"),
        max_length=120,
        help_text=_("The one-time code goes there."),
        error_messages={"required": _("Enter the e-mail address or the mobile number.")},
        widget=forms.TextInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean_identity_number(self) -> str:
        """Return the number without spaces. Raises ValidationError when it is none."""
        number = plain_identity(self.cleaned_data["identity_number"])
        if not re.fullmatch(r"[0-9A-Z]{8,14}", number):
            raise forms.ValidationError(gettext("Write the number with its figures alone."))
        return number

    def clean_contact(self) -> str:
        """Return the contact in its plain form. Raises ValidationError when it is none."""
        return plain_contact(self.cleaned_data["contact"])


class CodeForm(forms.Form):
    """The six figures that were sent."""

    code = forms.CharField(
        label=_("One-time code"),
        max_length=20,
        help_text=_("6 figures, valid for 10 minutes. Pasting is welcome."),
        error_messages={"required": _("Enter the one-time code.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """Return the figures. Raises ValidationError for anything else."""
        typed = re.sub(r"\s", "", unicodedata.normalize("NFKC", self.cleaned_data["code"]))
        if not re.fullmatch(r"[0-9]{6}", typed):
            raise forms.ValidationError(gettext("The code has six figures."))
        return typed


def plain_contact(typed: str) -> str:
    """Return an address or number in its plain form. Raises ValidationError when it is none."""
    try:
        return plain_email(typed) if "@" in typed else plain_phone(typed)
    except ContactRefused as fault:
        raise forms.ValidationError(str(fault)) from fault
