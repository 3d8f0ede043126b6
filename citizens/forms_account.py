"""What a person types to prove to be the person of a case, to sign in, and to watch a vehicle."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from citizens.forms import PlateField
from citizens.forms_inbox import plain_contact


class ReachForm(forms.Form):
    """An e-mail address or a mobile number that a one-time code goes to."""

    contact = forms.CharField(
        label=_("E-mail address or mobile number"),
        max_length=120,
        help_text=_("A one-time code of 6 figures goes there."),
        error_messages={"required": _("Enter the e-mail address or the mobile number.")},
        widget=forms.TextInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean_contact(self) -> str:
        """Return the contact in its plain form. Raises ValidationError when it is none."""
        return plain_contact(self.cleaned_data["contact"])


class OnFileForm(ReachForm):
    """The contact that the addressee of a paper gave to the police."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["contact"].label = _("E-mail or mobile number you gave to the police")
        self.fields["contact"].help_text = _(
            "The one you agreed to for electronic papers. The one-time code goes there."
        )


class WatchForm(forms.Form):
    """A vehicle as the register knows it: plate, colour of the plate, kind of vehicle."""

    plate = PlateField()
    vehicle_class = forms.ChoiceField(
        label=_("Type of vehicle"),
        choices=[
            ("car", _("Car, lorry, coach")),
            ("motorcycle", _("Motorcycle")),
            ("e_bike", _("Electric bicycle or electric motorcycle")),
        ],
        error_messages={"required": _("Choose the type of vehicle.")},
        widget=forms.RadioSelect,
    )
    plate_colour = forms.ChoiceField(
        label=_("Colour of the plate"),
        choices=[
            ("white", _("White")),
            ("yellow", _("Yellow")),
            ("blue", _("Blue")),
            ("red", _("Red")),
        ],
        error_messages={"required": _("Choose the colour of the plate.")},
        widget=forms.RadioSelect,
    )


class AlertsForm(forms.Form):
    """By which ways a person is told of a new case; the account's own page tells it always."""

    by_email = forms.BooleanField(label=_("By e-mail"), required=False)
    by_sms = forms.BooleanField(label=_("By text message"), required=False)
