"""What citizens type: a plate, a code, a decision; checked before any database work."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.plates import read_plate
from notices import lookup_codes
from notices.stamp_claims import ClaimsError, from_base32

DAY_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]


class CodeField(forms.CharField):
    """The fourteen symbols of a paper; its value is the folded code, checked by its last symbol."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Look-up code"))
        options.setdefault(
            "help_text",
            _("14 symbols, at the top right of the paper. Capital or small letters are alike."),
        )
        super().__init__(
            max_length=60,
            error_messages={"required": _("Enter the look-up code printed on the paper.")},
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "off",
                    "autocapitalize": "characters",
                    "spellcheck": "false",
                    "data-fragment": "",
                }
            ),
            **options,
        )

    def clean(self, value: Any) -> str:
        """Return the folded code. Raises ValidationError in words that say what to compare."""
        typed = super().clean(value)
        code = lookup_codes.check(typed)
        if isinstance(code, lookup_codes.CodeFault):
            raise forms.ValidationError(str(code))
        return code


class PlateField(forms.CharField):
    """A number plate in any spelling; its value is the normalised plate."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=30,
            label=_("Number plate"),
            help_text=_("For example 51K-208.64"),
            error_messages={"required": _("Enter the number plate.")},
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "off",
                    "autocapitalize": "characters",
                    "spellcheck": "false",
                }
            ),
            **options,
        )

    def clean(self, value: Any) -> str:
        """Return the normalised plate. Raises ValidationError when it is the form of none."""
        reading = read_plate(super().clean(value))
        if reading.confidence == "invalid" or not reading.normalised:
            raise forms.ValidationError(
                gettext("This is not a number plate. Write it as on the vehicle: 51K-208.64.")
            )
        return reading.normalised


class CodeForm(forms.Form):
    """Look-up code and plate: what opens the case to whoever holds the paper."""

    code = CodeField()
    plate = PlateField()


class DecisionForm(forms.Form):
    """Number, day and plate of a decision: enough to pay it, for oneself or for another."""

    number = forms.CharField(
        label=_("Number of the decision"),
        help_text=_("For example 0187/QĐ-XPHC; the figures before the stroke are enough."),
        max_length=40,
        error_messages={"required": _("Enter the number of the decision.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    issued_on = forms.DateField(
        label=_("Day of the decision"),
        help_text=_("Day, month, year, for example 06/11/2026"),
        input_formats=DAY_FORMATS,
        error_messages={
            "required": _("Enter the day of the decision."),
            "invalid": _("Write the day as day, month, year: 06/11/2026."),
        },
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"autocomplete": "off"}),
    )
    plate = PlateField()

    def clean_number(self) -> int:
        """Return the figures of the number: ``0187/QĐ-XPHC`` is 187."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["number"])
        found = re.match(r"\s*(\d{1,9})\s*(?:/|$)", typed)
        if found is None:
            raise forms.ValidationError(
                gettext("The number begins with figures, such as 0187/QĐ-XPHC.")
            )
        return int(found.group(1))


class PlateForm(forms.Form):
    """Plate and type of vehicle, as the official look-up asks."""

    plate = PlateField()
    vehicle_type = forms.ChoiceField(
        label=_("Type of vehicle"),
        choices=[
            ("car", _("Car, lorry, coach")),
            ("motorcycle", _("Motorcycle")),
            ("e_bike", _("Electric bicycle or electric motorcycle")),
        ],
        error_messages={"required": _("Choose the type of vehicle.")},
        widget=forms.RadioSelect,
    )


class PaperForm(forms.Form):
    """The code of a paper whose truth is to be checked."""

    code = CodeField()


class StampForm(forms.Form):
    """What the QR of a paper says, as the page read it from its address."""

    stamp = forms.CharField(max_length=1000)

    def clean_stamp(self) -> bytes:
        """Return the bytes; what is no base 32 is no paper either, and counts as such."""
        try:
            return from_base32(self.cleaned_data["stamp"].upper())
        except ClaimsError:
            return b""
