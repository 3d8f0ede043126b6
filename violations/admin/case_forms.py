"""What an officer fills in for an act on a case: parsed here, judged by the act itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from violations.models import Party, ServiceRecord, Violation


class ActForm(forms.Form):
    """A form of an act; it knows its case so that it can offer what the case already holds."""

    def __init__(self, *args: Any, case: Violation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case


class NoForm(ActForm):
    """An act that asks nothing: one press."""


class DayInput(forms.DateInput):
    """A native date field; its value is ISO 8601 whatever the page's language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class WaiverForm(ActForm):
    """The paper in which the person gives up explaining."""

    proof = forms.CharField(
        label=_("Proof"),
        max_length=200,
        help_text=_("The paper or message in which the person gives up explaining, with its day."),
    )


class ServiceForm(ActForm):
    """How and when the decision was received."""

    way = forms.ChoiceField(label=_("Way"), choices=ServiceRecord.Way.choices)
    received_on = forms.DateField(label=_("Day of receipt"), widget=DayInput())
    proof = forms.CharField(
        label=_("Proof"),
        max_length=200,
        help_text=_("Receipt, post code or log entry."),
    )


class DismissForm(ActForm):
    """The ground on which no sanction is decided."""

    reason = forms.CharField(
        label=_("Ground of Đ65"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Point of Đ65 Luật XLVPHC and what it rests on."),
    )


class OffenderForm(ActForm):
    """Who drove, and what proves it; an owner who drove is copied from the register's answer."""

    who = forms.ChoiceField(
        label=_("Who drove"),
        choices=[("owner", _("The registered owner")), ("another", _("Another person"))],
        widget=forms.RadioSelect,
        initial="owner",
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Party.Kind.choices, required=False)
    full_name = forms.CharField(label=_("Name"), max_length=200, required=False)
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=[("", "–"), ("nam", _("male")), ("nữ", _("female"))],
        required=False,
    )
    born_on = forms.DateField(label=_("Date of birth"), widget=DayInput(), required=False)
    nationality = forms.CharField(
        label=_("Nationality"), max_length=40, required=False, initial="Việt Nam"
    )
    occupation = forms.CharField(label=_("Occupation"), max_length=80, required=False)
    identity_number = forms.CharField(
        label=_("Identity or enterprise number"), max_length=20, required=False
    )
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    representative = forms.CharField(
        label=_("Legal representative"),
        max_length=120,
        required=False,
        help_text=_("Of an organisation."),
    )
    proof = forms.CharField(
        label=_("What proves who drove"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A statement with its day, a paper, a picture."),
    )

    COPIED = (
        "kind",
        "full_name",
        "gender",
        "born_on",
        "nationality",
        "occupation",
        "identity_number",
        "address",
        "phone",
        "representative",
    )

    def clean(self) -> dict[str, Any]:
        """Ask of another person what a record must name. NĐ 118/2021, form MBB01"""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("who") == "owner":
            if self.owner() is None:
                self.add_error("who", gettext("The register has named no owner; enter the person."))
            return cleaned
        for name in ("kind", "full_name", "identity_number", "address"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, gettext("The record must name this."))
        if cleaned.get("kind") == Party.Kind.ORGANISATION:
            cleaned["gender"], cleaned["born_on"] = "", None
            if not cleaned.get("representative"):
                self.add_error("representative", gettext("The record must name this."))
        elif cleaned.get("kind") and not cleaned.get("born_on") and "born_on" not in self.errors:
            self.add_error("born_on", gettext("Age decides the fine; enter the date of birth."))
        return cleaned

    def owner(self) -> Party | None:
        """Return the owner the register named."""
        found: Party | None = self.case.parties.filter(role=Party.Role.OWNER).first()
        return found

    def offender(self) -> Party:
        """Return the offender as an unsaved row."""
        owner = self.owner() if self.cleaned_data["who"] == "owner" else None
        if owner is not None:
            return Party(**{name: getattr(owner, name) for name in self.COPIED})
        return Party(**{name: self.cleaned_data[name] for name in self.COPIED})
