"""What people answer when they say who drove: one form a page."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from citizens.contacts import ContactRefused, plain_email, plain_identity, plain_phone
from citizens.forms import DAY_FORMATS, CodeField
from citizens.models import Nomination

YOUNGEST, OLDEST = 14, 110  # who may be sanctioned at all (Luật XLVPHC Đ5)


class LineField(forms.CharField):
    """One line of plain text: composed letters, single spaces, and no sign that cannot be seen.

    Signs that turn the direction of a line would make a name read as another (RLO and the like).
    """

    def __init__(self, *, missing: Any, **options: Any) -> None:
        super().__init__(error_messages={"required": missing}, **options)

    def to_python(self, value: Any) -> str:
        """Return the text in its plain form. Raises ValidationError for signs nobody can see."""
        text = " ".join(unicodedata.normalize("NFC", super().to_python(value)).split())
        if not text.isprintable() or any(unicodedata.category(sign) == "Cf" for sign in text):
            raise forms.ValidationError(gettext("Write letters and figures alone."))
        return text


class DayField(forms.DateField):
    """A day as it is written in Viet Nam."""

    def __init__(self, *, missing: Any, **options: Any) -> None:
        super().__init__(
            input_formats=DAY_FORMATS,
            error_messages={
                "required": missing,
                "invalid": _("Write the day as day, month, year: 06/11/2026."),
            },
            widget=forms.DateInput(
                format="%d/%m/%Y",
                attrs={"autocomplete": options.pop("autocomplete", "off"), "inputmode": "numeric"},
            ),
            **options,
        )


class DriverForm(forms.Form):
    """Who drove: as on the identity card."""

    full_name = LineField(
        label=_("Full name, as on the identity card"),
        max_length=120,
        missing=_("Enter your full name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    born_on = DayField(
        label=_("Date of birth"),
        help_text=_("Day, month, year, for example 06/11/1990"),
        missing=_("Enter your date of birth."),
        autocomplete="bday",
    )
    identity_number = forms.CharField(
        label=_("Identity number"),
        max_length=40,
        help_text=_("12 figures of the citizen's identity card."),
        error_messages={"required": _("Enter your identity number.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "numeric"}
        ),
    )
    address = LineField(
        label=_("Where you live"),
        max_length=300,
        missing=_("Enter your address."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def clean_full_name(self) -> str:
        """Return the name. Raises ValidationError for one without two words."""
        return _name(self.cleaned_data["full_name"])

    def clean_identity_number(self) -> str:
        """Return the number without spaces. Raises ValidationError when it is none."""
        number = plain_identity(self.cleaned_data["identity_number"])
        if not re.fullmatch(r"[0-9A-Z]{8,14}", number):
            raise forms.ValidationError(gettext("Write the number with its figures alone."))
        return number

    def clean_born_on(self) -> date:
        """Return the day. Raises ValidationError for who is too young or too old to answer."""
        born_on: date = self.cleaned_data["born_on"]
        age = timezone.localdate().year - born_on.year
        if not YOUNGEST <= age <= OLDEST:
            raise forms.ValidationError(gettext("Check the year of birth."))
        return born_on


class LicenceForm(forms.Form):
    """The driving licence, where the act may cost points."""

    licence_number = forms.CharField(
        label=_("Number of the driving licence"),
        max_length=24,
        error_messages={"required": _("Enter the number of the licence.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    licence_classes = LineField(
        label=_("Classes"),
        max_length=40,
        help_text=_("As printed on it, for example A1, B"),
        missing=_("Enter the classes of the licence."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_licence_number(self) -> str:
        """Return the number without spaces. Raises ValidationError when it is none."""
        number = "".join(self.cleaned_data["licence_number"].split()).upper()
        if not re.fullmatch(r"[0-9A-Z]{6,20}", number):
            raise forms.ValidationError(
                gettext("Write the number as it is printed on the licence.")
            )
        return number


def _choice(label: Any, choices: Any, missing: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing},
        **options,
    )


class ElectronicForm(forms.Form):
    """Whether the record may be made electronically."""

    electronic = _choice(
        _("How should the record be made?"),
        [
            ("yes", _("Electronically: I am told here, and need not come to the unit for it")),
            ("no", _("On paper: I come to the unit and sign there")),
        ],
        _("Choose how the record should be made."),
    )


class ConfirmForm(forms.Form):
    """How the person confirms that it is he who speaks."""

    way = _choice(
        _("How do you confirm?"),
        [
            ("code", _("With a one-time code to the e-mail or mobile number I agreed to")),
            ("declare", _("Without a code: I come to the unit to confirm")),
        ],
        _("Choose how you confirm."),
    )
    contact = forms.CharField(
        label=_("E-mail or mobile number you agreed to"),
        max_length=120,
        required=False,
        help_text=_("Only for the one-time code."),
        widget=forms.TextInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the contact where a code is wanted."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("way") == "code":
            typed = cleaned.get("contact", "")
            if not typed:
                self.add_error("contact", gettext("Enter the e-mail address or the mobile number."))
            else:
                cleaned["contact"] = _contact(self, "contact", typed)
        return cleaned


class ReasonForm(forms.Form):
    """Why another person drove."""

    reason = _choice(
        _("What happened?"),
        [
            (Nomination.Reason.DROVE, _("Another person drove my vehicle")),
            (Nomination.Reason.LENT, _("I had lent the vehicle")),
            (Nomination.Reason.RENTED, _("I had rented the vehicle out")),
            (Nomination.Reason.SOLD, _("I had sold it or given it away")),
        ],
        _("Choose what happened."),
    )


class WhoForm(forms.Form):
    """The name of who drove."""

    named_name = LineField(
        label=_("Full name of the person"),
        max_length=120,
        missing=_("Enter the name of the person."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_named_name(self) -> str:
        """Return the name. Raises ValidationError for one without two words."""
        return _name(self.cleaned_data["named_name"])


class ReachForm(forms.Form):
    """How the person is told."""

    named_email = forms.CharField(
        label=_("E-mail address"),
        max_length=120,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "inputmode": "email", "spellcheck": "false"}
        ),
    )
    named_phone = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    named_address = LineField(
        label=_("Postal address"),
        max_length=300,
        required=False,
        missing="",
        help_text=_("Number, street, commune, province"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Bring the contacts to their plain form, and ask for one at least."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name, read in (("named_email", plain_email), ("named_phone", plain_phone)):
            try:
                cleaned[name] = read(cleaned.get(name, ""))
            except ContactRefused as fault:
                self.add_error(name, str(fault))
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError(
                gettext("Give a way to reach the person: e-mail, mobile number or postal address.")
            )
        return cleaned


class PeriodForm(forms.Form):
    """From when to when the vehicle was in the person's hands."""

    from_on = DayField(
        label=_("From"),
        missing=_("Enter the first day."),
        help_text=_("Day, month, year, for example 06/11/2026"),
    )
    until_on = DayField(
        label=_("Until"),
        required=False,
        missing="",
        help_text=_("Left empty: until today"),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, or begins in the future."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if first and first > timezone.localdate() + timedelta(days=1):
            self.add_error("from_on", gettext("The first day lies in the future; correct it."))
        elif first and last and last < first:
            self.add_error("until_on", gettext("The period ends before it begins; correct it."))
        return cleaned


class ProofForm(forms.Form):
    """What shows it."""

    proof_text = LineField(
        label=_("What shows it?"),
        max_length=400,
        missing=_("Write what shows it, or that nothing does."),
        help_text=_("A contract with its number and day, a transfer, a message, a witness."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefusalForm(forms.Form):
    """Why the person named does not accept."""

    why = LineField(
        label=_("Why was it not you?"),
        max_length=400,
        missing=_("Write why it was not you. One sentence is enough."),
        help_text=_("Whoever named you reads this, and so does the police."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NamedCodeForm(forms.Form):
    """The code of a person named."""

    code = CodeField(
        label=_("Your code"),
        help_text=_("14 symbols, in the e-mail, text message or letter. Any case."),
    )


class FleetForm(forms.Form):
    """The file of a fleet."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8, at most 1 MB and 2.000 lines."),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


def _name(text: str) -> str:
    if len(text.split()) < 2 or not any(sign.isalpha() for sign in text):
        raise forms.ValidationError(gettext("Write family name and given name."))
    return text


def _contact(form: forms.Form, name: str, typed: str) -> str:
    try:
        return plain_email(typed) if "@" in typed else plain_phone(typed)
    except ContactRefused as fault:
        form.add_error(name, str(fault))
        return ""
