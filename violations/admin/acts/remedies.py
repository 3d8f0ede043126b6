"""The acts of complaint, lawsuit and suspension on the case page."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from violations import complaints, lawsuits
from violations.admin.acts.base import Act
from violations.admin.case_forms_remedies import (
    AcceptComplaintForm,
    ComplaintForm,
    DecideComplaintForm,
    DialogueForm,
    JudgmentForm,
    LawsuitForm,
    OrderSentForm,
    RefuseComplaintForm,
    ResumeForm,
    SuspensionForm,
    WithdrawComplaintForm,
)

ACTS: dict[str, Act] = {
    "receive_complaint": Act(
        gettext_noop("Write down"),
        ComplaintForm,
        gettext_noop(
            "A complaint does not stop the duty to pay; only an order of suspension does."
        ),
        lambda case, form, by, at: complaints.receive_complaint(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "accept_complaint": Act(
        gettext_noop("Accept"),
        AcceptComplaintForm,
        gettext_noop("The notice (form 03) is issued under your name; the deciding period starts."),
        lambda case, form, by, at: complaints.accept_complaint(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "refuse_complaint": Act(
        gettext_noop("Do not accept"),
        RefuseComplaintForm,
        gettext_noop("The notice (form 04) with its reason is issued under your name."),
        lambda case, form, by, at: complaints.refuse_complaint(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
        is_final=True,
    ),
    "hold_dialogue": Act(
        gettext_noop("Write down"),
        DialogueForm,
        gettext_noop("A dialogue is called at least five days ahead."),
        lambda case, form, by, at: complaints.hold_dialogue(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "decide_complaint": Act(
        gettext_noop("Decide"),
        DecideComplaintForm,
        gettext_noop(
            "The decision is issued under your name. If the complaint is upheld, the penalty "
            "decision must be cancelled or amended next."
        ),
        lambda case, form, by, at: complaints.decide_complaint(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
        is_final=True,
    ),
    "withdraw_complaint": Act(
        gettext_noop("Write down"),
        WithdrawComplaintForm,
        gettext_noop("The complaint ends without an answer; the duty to pay stays."),
        lambda case, form, by, at: complaints.withdraw_complaint(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "record_lawsuit": Act(
        gettext_noop("Write down"),
        LawsuitForm,
        gettext_noop("A lawsuit does not stop the duty to pay; only an order of the court does."),
        lambda case, form, by, at: lawsuits.record_lawsuit(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "record_judgment": Act(
        gettext_noop("Write down"),
        JudgmentForm,
        gettext_noop("A decision annulled by the court must be cancelled next."),
        lambda case, form, by, at: lawsuits.record_judgment(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "suspend_execution": Act(
        gettext_noop("Suspend"),
        SuspensionForm,
        gettext_noop("Nothing is enforced while the order stands; send it in three working days."),
        lambda case, form, by, at: lawsuits.suspend_execution(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "resume_execution": Act(
        gettext_noop("Resume"),
        ResumeForm,
        gettext_noop("Execution goes on; send the order in three working days."),
        lambda case, form, by, at: lawsuits.resume_execution(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
    "record_order_sent": Act(
        gettext_noop("Write down"),
        OrderSentForm,
        gettext_noop("The clock for sending the order stops."),
        lambda case, form, by, at: lawsuits.record_order_sent(
            case.pk, **form.cleaned_data, by=by, at=at
        ),
    ),
}
