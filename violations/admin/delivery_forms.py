"""What an officer fills in for the outcome of a delivery in person: one form an outcome."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from notices.models import PaperDelivery
from violations import outcomes_in_person as outcomes
from violations.admin.case_forms import DayInput
from violations.delivery_outcomes import Refusal
from violations.outcomes_in_person import Outcome

MOST_BYTES = 8 * 1024 * 1024
TITLES = {
    outcomes.RECEIVED: _("Handed over"),
    outcomes.REFUSED: _("Refused: write minutes MBB06"),
    outcomes.MINUTED: _("Refused: minutes written by hand"),
    outcomes.NOT_MET: _("Could not be handed over"),
    outcomes.POSTED_UP: _("Posted up"),
    outcomes.CALLED_OFF: _("Call it off"),
}


class OutcomeForm(forms.Form):
    """The day and what proves it; each outcome adds what it must say."""

    what = ""
    consequence: Any = ""

    on = forms.DateField(label=_("Day of the outcome"), widget=DayInput())
    proof = forms.CharField(
        label=_("Proof"),
        max_length=140,
        help_text=_("Receipt, slip or number in the file. Name nobody here."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if "on" in self.fields:
            self.fields["on"].initial = today
        for field in self.fields.values():
            # The summary lists sentences alone, so each must name its field.
            field.error_messages["required"] = gettext("Fill in “%(field)s”.") % {
                "field": field.label
            }

    def outcome(self) -> Outcome:
        """Return what was filled in, for the act."""
        given = {
            name: value
            for name, value in self.cleaned_data.items()
            if name in ("proof", "taken_by", "place", "reason", "minutes")
        }
        upload = self.cleaned_data.get("photograph")
        return Outcome(
            self.what,
            self.cleaned_data.get("on") or self.today,
            photograph=upload.read() if upload else b"",
            **given,
        )


class WithPhotograph(OutcomeForm):
    """An outcome that a photograph may prove."""

    photograph = forms.FileField(
        label=_("Photograph"),
        required=False,
        help_text=_("JPEG or PNG, at most 8 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
    )

    def clean_photograph(self) -> Any:
        """Refuse a file that no camera of a telephone makes."""
        upload = self.cleaned_data["photograph"]
        if upload and upload.size > MOST_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than 8 MB; scan it again in a smaller size.")
            )
        return upload


class ReceivedForm(OutcomeForm):
    """Who took the paper and signed for it."""

    what = outcomes.RECEIVED
    consequence = _("A decision counts as received on this day; the ten days to pay start.")
    field_order = ("on", "taken_by", "proof")

    taken_by = forms.ChoiceField(
        label=_("Who signed for it"),
        choices=[
            ("person", _("the person himself")),
            ("representative", _("a lawful representative")),
            ("household", _("a relative of the same household")),
            ("organisation", _("the office of the organisation")),
        ],
        widget=forms.RadioSelect,
    )


class RefusedForm(OutcomeForm):
    """Minutes MBB06, written on the spot: who refused, why, who saw it."""

    what = outcomes.REFUSED
    consequence = _(
        "Minutes MBB06 get their number at once; the decision counts as served on this day."
    )
    field_order = ("refused_by", "why", "witness")

    on = None
    proof = None
    refused_by = forms.CharField(
        label=_("Who would not take it"),
        max_length=160,
        help_text=_("Name and capacity; printed on the minutes and kept nowhere else."),
    )
    why = forms.CharField(
        label=_("Reason given"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    witness = forms.CharField(
        label=_("Witness"),
        max_length=160,
        help_text=_("The local authority or who saw it: name and capacity."),
    )

    def outcome(self) -> Outcome:
        """Return the refusal of today with what its minutes say."""
        given = self.cleaned_data
        refusal = Refusal(given["refused_by"], given["why"], given["witness"])
        return Outcome(self.what, self.today, refusal=refusal)


class MinutedForm(OutcomeForm):
    """The number of minutes that were written by hand."""

    what = outcomes.MINUTED
    consequence = _("A refused decision counts as served on the day of the minutes.")
    field_order = ("on", "minutes", "proof")

    minutes = forms.CharField(label=_("Number of the minutes MBB06"), max_length=40)


class NotMetForm(WithPhotograph):
    """Why the paper could not be handed over."""

    what = outcomes.NOT_MET
    consequence = _("Nothing is served by this; the next way is proposed.")
    field_order = ("on", "reason", "proof", "photograph")

    reason = forms.ChoiceField(
        label=pgettext_lazy("delivery", "Why not"),
        choices=[
            choice
            for choice in PaperDelivery.Reason.choices
            if choice[0] not in (PaperDelivery.Reason.DAMAGED, PaperDelivery.Reason.REFUSED)
        ],
        widget=forms.RadioSelect,
    )


class PostedUpForm(WithPhotograph):
    """Where and since when the paper is posted up."""

    what = outcomes.POSTED_UP
    consequence = _(
        "Seven working days posted up and three more: then the decision counts as served."
    )
    field_order = ("on", "place", "proof", "photograph")

    place = forms.ChoiceField(
        label=_("Where"),
        choices=[
            ("residence", _("at the residence")),
            ("headquarters", _("at the headquarters of the organisation")),
            ("commune", _("at the commune People's Committee")),
        ],
        widget=forms.RadioSelect,
    )


class CallOffForm(OutcomeForm):
    """Why nobody sets out."""

    what = outcomes.CALLED_OFF
    consequence = _("Nobody sets out any more; another way can begin.")

    on = None
    proof = forms.CharField(label=_("Reason"), max_length=200)


FORMS: dict[str, type[OutcomeForm]] = {
    form.what: form
    for form in (ReceivedForm, RefusedForm, MinutedForm, NotMetForm, PostedUpForm, CallOffForm)
}
