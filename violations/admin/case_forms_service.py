"""What an officer fills in for the service of a paper, and for one that went out wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from violations.admin.case_forms import ActForm, DayInput
from violations.models import Party, ServiceAttempt, ServiceRecord, Violation
from violations.service import RECEIVED, through_the_ledger


class ServiceForm(ActForm):
    """How and when the decision was received."""

    way = forms.ChoiceField(
        label=_("Way"),
        choices=[choice for choice in ServiceRecord.Way.choices if choice[0] in RECEIVED],
    )
    received_on = forms.DateField(label=_("Day of receipt"), widget=DayInput())
    proof = forms.CharField(
        label=_("Proof"),
        max_length=200,
        help_text=_("Receipt, post code or log entry."),
    )


class AttemptForm(ActForm):
    """What happened to the decision on its way, and what proves it.

    What the ledger of its deliveries tells is not offered: it is written down there, once.
    """

    what = forms.ChoiceField(label=_("What happened"), choices=ServiceAttempt.What.choices)
    on = forms.DateField(label=_("Day"), widget=DayInput())
    minutes = forms.CharField(
        label=_("Number of the minutes MBB06"),
        max_length=40,
        required=False,
        help_text=_("Only for a refusal; without minutes it does not count."),
    )
    proof = forms.CharField(
        label=_("Proof"), max_length=150, help_text=_("Receipt, post code or log entry.")
    )

    def __init__(self, *args: Any, case: Violation, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        elsewhere = through_the_ledger(case)
        what = self.fields["what"]
        what.choices = [
            choice for choice in ServiceAttempt.What.choices if choice[0] not in elsewhere
        ]
        if elsewhere:
            what.help_text = _("What has a delivery is written down at that delivery, once.")


class CorrectedNoticeForm(ActForm):
    """What was wrong in the notice, and where the owner lives by what was looked up again."""

    reason = forms.CharField(
        label=_("What is wrong in the notice"),
        max_length=200,
        help_text=_("Stays with both papers. Name nobody here."),
    )
    address = forms.CharField(
        label=_("Address of the owner"),
        max_length=300,
        required=False,
        help_text=_("Correct it where it was wrong; it is printed on the new notice."),
    )

    def __init__(self, *args: Any, case: Violation, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        owner = case.parties.filter(role=Party.Role.OWNER).first()
        self.fields["address"].initial = owner.address if owner else ""
