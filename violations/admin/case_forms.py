"""What an officer fills in for an act on a case: parsed here, judged by the act itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from violations.models import Party, Violation


class ActForm(forms.Form):
    """A form of an act; it knows its case so that it can offer what the case already holds."""

    def __init__(self, *args: Any, case: Violation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        for field in self.fields.values():
            # The summary lists sentences alone, so each must name its field.
            field.error_messages["required"] = gettext("Fill in “%(field)s”.") % {
                "field": field.label
            }


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


class DismissForm(ActForm):
    """The ground on which no sanction is decided."""

    reason = forms.CharField(
        label=_("Ground of Đ65"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Point of Đ65 Luật XLVPHC and what it rests on."),
    )


class OffenderForm(ActForm):
    """Who drove, and what proves it: the owner as registered, another person, or an organisation.

    Each of the three asks only what the record must name of it. NĐ 118/2021, form MBB01
    """

    WHO = ("owner", Party.Kind.INDIVIDUAL.value, Party.Kind.ORGANISATION.value)
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
    ASKED = {
        "owner": (),
        "individual": (
            "full_name", "gender", "born_on", "nationality", "occupation", "identity_number",
            "address", "phone",
        ),
        "organisation": ("full_name", "identity_number", "address", "representative", "phone"),
    }  # fmt: skip

    who = forms.ChoiceField(choices=[(who, who) for who in WHO], widget=forms.HiddenInput)
    full_name = forms.CharField(label=_("Name"), max_length=200)
    gender = forms.ChoiceField(
        label=_("Gender"),
        choices=[("", "–"), ("nam", _("male")), ("nữ", _("female"))],
        required=False,
    )
    born_on = forms.DateField(
        label=_("Date of birth"), widget=DayInput(), help_text=_("Age decides the fine.")
    )
    nationality = forms.CharField(label=_("Nationality"), max_length=40, initial="Việt Nam")
    occupation = forms.CharField(label=_("Occupation"), max_length=80, required=False)
    identity_number = forms.CharField(label=_("Identity or enterprise number"), max_length=20)
    address = forms.CharField(label=_("Address"), max_length=300)
    representative = forms.CharField(label=_("Legal representative"), max_length=120)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    basis = forms.ChoiceField(
        label=_("Why this person"),
        choices=Party.Basis.choices,
        initial=Party.Basis.DROVE,
        required=False,
    )
    proof = forms.CharField(
        label=_("What proves who drove"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A statement with its day, a paper, a picture."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.data.get("who") or self.initial.get("who")
        self.chosen = asked if asked in self.WHO else self.WHO[0]
        self.initial["who"] = self.chosen
        for name in list(self.fields):
            if name not in (*self.ASKED[self.chosen], "who", "basis", "proof"):
                del self.fields[name]
        owner = self.owner() if self.chosen == "owner" else None
        if (owner.kind if owner else self.chosen) == Party.Kind.ORGANISATION:
            self.fields["basis"].choices = Party.Basis.choices[1:]  # it does not drive
            self.fields["basis"].initial = Party.Basis.UNCOOPERATIVE

    def clean(self) -> dict[str, Any]:
        """Refuse "the owner" where the register has named none."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.chosen == "owner" and self.owner() is None:
            raise forms.ValidationError(
                gettext("The register has named no owner; enter the person.")
            )
        return cleaned

    def clean_basis(self) -> str:
        """Take what the page offers first where nothing was chosen; the act judges it anyway."""
        return str(self.cleaned_data["basis"] or self.fields["basis"].initial)

    def owner(self) -> Party | None:
        """Return the owner the register named."""
        found: Party | None = self.case.parties.filter(role=Party.Role.OWNER).first()
        return found

    def offender(self) -> Party:
        """Return the offender as an unsaved row."""
        owner = self.owner() if self.chosen == "owner" else None
        if owner is not None:
            return Party(**{name: getattr(owner, name) for name in self.COPIED})
        filled = {name: self.cleaned_data[name] for name in self.ASKED[self.chosen]}
        return Party(kind=self.chosen, **filled)
