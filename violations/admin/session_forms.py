"""What an officer fills in while a person sits before them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from violations.admin.case_forms import ActForm
from violations.admin.case_forms_procedure import Lines, SessionForm
from violations.models import PaperSignature, SessionDocument
from violations.working_sessions import CONFIRMS, NOBODY, SIGNS_HIMSELF


class ReceptionForm(SessionForm):
    """Who came, how, and what they said."""

    is_online = forms.BooleanField(
        label=_("Held online"),
        required=False,
        help_text=_("The person is seen and heard on the screen; the minutes say so."),
    )
    identity_seen = forms.CharField(
        label=_("Identity paper seen"),
        max_length=400,
        required=False,
        help_text=_("Kind and last three digits; the paper is given back."),
    )
    field_order = ("present_as", "attended_by", "identity_seen", "is_online", "statement")


class DocumentForm(ActForm):
    """What the person handed in."""

    kind = forms.ChoiceField(label=_("What it is"), choices=SessionDocument.Kind.choices)
    description = forms.CharField(
        label=_("Description"), max_length=400, help_text=_("Name, number and day of the paper.")
    )
    file = forms.FileField(
        label=_("Scan or photograph"),
        required=False,
        help_text=_("JPEG, PNG or PDF, at most 8 MB. Left empty: seen and given back."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )


class SignatureForm(ActForm):
    """How the person signs: a scan of the paper, a drawn signature, or the typed name."""

    paper = forms.ChoiceField(label=_("Paper"))
    signer = forms.ChoiceField(label=_("Who signs"))
    name = forms.CharField(label=_("Name"), max_length=120)
    scan = forms.FileField(
        label=_("Signed on paper: the scan"),
        required=False,
        help_text=_("JPEG, PNG or PDF, at most 8 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )
    drawn = forms.CharField(required=False, max_length=800_000, widget=forms.HiddenInput)
    typed = forms.CharField(
        label=_("Or the name, typed by the person"),
        max_length=120,
        required=False,
        help_text=_("For who cannot draw: it stands as their electronic signature."),
    )
    signers: tuple[str, ...] = SIGNS_HIMSELF

    def __init__(self, *args: Any, papers: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].choices = [
            (str(paper.pk), f"{paper.get_kind_display()} {paper.number_text}") for paper in papers
        ]
        labels = dict(PaperSignature.Signer.choices)
        self.fields["signer"].choices = [(one, labels[one]) for one in self.signers]


class RefusalForm(SignatureForm):
    """Why the person does not sign, and who confirms it."""

    reason = forms.CharField(label=_("Why they do not sign"), max_length=400, widget=Lines(2))
    confirmed_by = forms.ChoiceField(label=_("Confirmed by"))
    confirmer_name = forms.CharField(
        label=_("Name of who confirms"),
        max_length=120,
        required=False,
        help_text=_("Left empty only where nobody can be had."),
    )
    unconfirmed = forms.CharField(
        label=_("If nobody: why neither could be had"),
        max_length=200,
        required=False,
        help_text=_("Write it by hand on every copy of the paper too (Đ58 k3)."),
    )
    field_order = (
        "paper",
        "signer",
        "name",
        "reason",
        "confirmed_by",
        "confirmer_name",
        "unconfirmed",
        "scan",
        "typed",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(PaperSignature.Signer.choices)
        self.fields["confirmed_by"].choices = [
            *((one, labels[one]) for one in CONFIRMS),
            (NOBODY, _("nobody could be had")),
        ]
        self.fields["signer"].label = _("Who does not sign")
        self.fields["name"].label = _("Name of who does not sign")
        self.fields["scan"].label = _("Confirmed on paper: the scan")
        self.fields["typed"].label = _("Or the name, typed by who confirms")
