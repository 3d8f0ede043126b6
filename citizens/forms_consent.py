"""What an officer fills in when a person agrees to electronic delivery, or takes it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from citizens.contacts import ContactRefused, plain_email, plain_phone
from citizens.models import ElectronicConsent
from violations.admin.case_forms import ActForm
from violations.models import Party

Proof = ElectronicConsent.Proof
BY_OFFICERS = [choice for choice in Proof.choices if choice[0] != Proof.ACCOUNT]


class OfPerson(ActForm):
    """A form about one of the persons of the case who receive papers."""

    person = forms.ChoiceField(label=_("Person"))

    def __init__(self, *args: Any, people: list[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(party.pk): party for party in people}
        self.fields["person"].choices = [
            (key, f"{party.full_name} ({party.get_role_display()})")
            for key, party in self.people.items()
        ]

    @property
    def party(self) -> Party:
        """Return the person chosen, once the form is valid."""
        return self.people[self.cleaned_data["person"]]


class GiveForm(OfPerson):
    """The ways a person agrees to, and the paper that shows it."""

    by_account = forms.BooleanField(
        label=_("Inbox of papers on this portal"),
        required=False,
        initial=True,
        help_text=_("Opened with the identity number and a one-time code."),
    )
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        max_length=20,
        required=False,
        help_text=_("A text message only says that a paper waits; it serves nothing (Đ28b)."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    proof = forms.ChoiceField(label=_("How the person agreed"), choices=BY_OFFICERS)
    document = forms.ChoiceField(
        label=_("Signed paper taken in at the session"),
        required=False,
        help_text=_("Needed when the paper was signed at a working session."),
    )
    proof_text = forms.CharField(
        label=_("Number and day of the signed paper"),
        max_length=200,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents = {str(row.pk): row for row in self.case.session_documents.all()}
        self.fields["proof"].initial = Proof.SESSION if self.documents else Proof.COUNTER
        self.fields["document"].choices = [
            ("", _("none")),
            *((key, row.description[:80]) for key, row in self.documents.items()),
        ]

    def clean_email(self) -> str:
        """Return the address in its plain form. Raises ValidationError with what to write."""
        return _plain(plain_email, self.cleaned_data["email"])

    def clean_phone(self) -> str:
        """Return the number in its plain form. Raises ValidationError with what to write."""
        return _plain(plain_phone, self.cleaned_data["phone"])


class WithdrawForm(OfPerson):
    """How the person took the consent back."""

    proof = forms.ChoiceField(
        label=_("How the person said so"), choices=BY_OFFICERS, initial=Proof.COUNTER
    )
    proof_text = forms.CharField(label=_("Number and day of the paper"), max_length=200)


def _plain(read: Any, typed: str) -> str:
    try:
        plain: str = read(typed)
    except ContactRefused as fault:
        raise forms.ValidationError(str(fault)) from fault
    return plain
