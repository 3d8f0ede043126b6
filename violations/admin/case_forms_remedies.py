"""What an officer fills in for complaints, lawsuits, suspensions and the driving licence."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from violations.admin.case_forms import ActForm, DayInput
from violations.models import Complaint, ExecutionSuspension, Lawsuit


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ComplaintForm(ActForm):
    """A complaint as it came in."""

    received_on = forms.DateField(label=_("Day of receipt"), widget=DayInput())
    content = forms.CharField(label=_("What is complained about"), max_length=4000, widget=_text(5))
    excused_days = forms.IntegerField(
        label=_("Days of an obstacle"),
        min_value=0,
        initial=0,
        help_text=_("Illness, disaster, a mission far away: not counted in the time to complain."),
    )
    is_remote = forms.BooleanField(label=_("Remote area, longer periods"), required=False)


class AcceptComplaintForm(ActForm):
    """How hard the matter is."""

    is_complex = forms.BooleanField(
        label=_("Complex matter"),
        required=False,
        help_text=_("The deciding period is longer (Luật Khiếu nại Đ28, Đ37)."),
    )


class RefuseComplaintForm(ActForm):
    """The ground of Đ11 and the reason that is printed."""

    ground = forms.ChoiceField(label=_("Ground of Đ11"), choices=Complaint.Ground.choices)
    reason = forms.CharField(label=_("Reason, as printed"), max_length=400, widget=_text())


class DialogueForm(ActForm):
    """When the dialogue was called and held, and its minutes."""

    called_on = forms.DateField(label=_("Called on"), widget=DayInput())
    held_on = forms.DateField(label=_("Held on"), widget=DayInput())
    minutes = forms.CharField(label=_("Minutes (form 14), number and day"), max_length=200)


class DecideComplaintForm(ActForm):
    """The answer to the complaint and what it rests on."""

    outcome = forms.ChoiceField(label=_("Answer"), choices=Complaint.Outcome.choices)
    findings = forms.CharField(
        label=_("What the verification found, as printed"), max_length=2000, widget=_text(5)
    )


class WithdrawComplaintForm(ActForm):
    """The paper in which the complaint is withdrawn."""

    proof = forms.CharField(label=_("Proof"), max_length=200)


class LawsuitForm(ActForm):
    """A lawsuit a court has accepted."""

    court = forms.CharField(label=_("Court"), max_length=160)
    docket = forms.CharField(label=_("Docket number"), max_length=60)
    filed_on = forms.DateField(label=_("Filed on"), widget=DayInput())


class JudgmentForm(ActForm):
    """How a lawsuit ended."""

    judgment = forms.CharField(label=_("Number of the judgment or order"), max_length=60)
    judged_on = forms.DateField(label=_("Day of the judgment"), widget=DayInput())
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Lawsuit.Outcome.choices)


class SuspensionForm(ActForm):
    """An order that suspends execution."""

    ordered_by = forms.ChoiceField(
        label=_("Ordered by"), choices=ExecutionSuspension.OrderedBy.choices
    )
    reference = forms.CharField(
        label=_("Number of the court's order"),
        max_length=60,
        required=False,
        help_text=_("Only for a court; the order of who decides the complaint is issued here."),
    )
    ground = forms.CharField(label=_("Ground"), max_length=400, widget=_text())
    from_on = forms.DateField(label=_("From"), widget=DayInput())


class ResumeForm(ActForm):
    """Why and when a suspension is lifted."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=_text())
    lifted_on = forms.DateField(label=_("Lifted on"), widget=DayInput())


class OrderSentForm(ActForm):
    """When the order was sent, and what proves it."""

    sent_on = forms.DateField(label=_("Sent on"), widget=DayInput())
    proof = forms.CharField(label=_("Proof"), max_length=200)


class LicenceForm(ActForm):
    """A driving licence as printed on the card."""

    number = forms.CharField(label=_("Licence number"), max_length=20)
    classes = forms.CharField(
        label=_("Classes"), max_length=40, help_text=_("As printed, for example A1, B2.")
    )
    issued_on = forms.DateField(label=_("Day of issue"), widget=DayInput())
    issued_by = forms.CharField(label=_("Issued by"), max_length=120)
