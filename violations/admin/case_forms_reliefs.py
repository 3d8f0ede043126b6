"""What an officer fills in for relief, a change of the decision, and enforcement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from violations.admin.case_forms import ActForm, DayInput
from violations.change_grounds import GROUNDS
from violations.models import DecisionChange, Enforcement, Relief
from violations.relief_rules import PARTS_AT_MOST, Part


class RequestForm(ActForm):
    """What is asked for, since when, and why."""

    kind = forms.ChoiceField(label=_("What is asked for"), choices=Relief.Kind.choices)
    requested_on = forms.DateField(label=_("Day the request arrived"), widget=DayInput())
    ground = forms.CharField(
        label=_("Hardship"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReliefForm(ActForm):
    """The limits of the relief; only what its kind needs is asked."""

    confirmation = forms.CharField(
        label=_("Hardship confirmed by"),
        max_length=160,
        help_text=_("The commune, employer or tax office, with number and day."),
    )
    until_on = forms.DateField(label=_("Deferred until"), widget=DayInput())
    reduced_vnd = forms.IntegerField(label=_("Taken off the fine, đồng"), min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_request = self.case.reliefs.filter(state=Relief.State.REQUESTED).first()
        kind = open_request.kind if open_request else ""
        if kind != Relief.Kind.DEFERRAL:
            del self.fields["until_on"]
        if kind != Relief.Kind.REDUCTION:
            del self.fields["reduced_vnd"]
        self.is_plan = kind == Relief.Kind.INSTALMENTS
        for number in range(1, PARTS_AT_MOST + 1) if self.is_plan else ():
            self.fields[f"due_{number}"] = forms.DateField(
                label=gettext("Part %(number)d, pay by") % {"number": number},
                widget=DayInput(),
                required=number < PARTS_AT_MOST,
            )
            self.fields[f"amount_{number}"] = forms.IntegerField(
                label=gettext("Part %(number)d, đồng") % {"number": number},
                min_value=1,
                required=number < PARTS_AT_MOST,
            )

    def taken(self) -> dict[str, Any]:
        """Return what the act takes."""
        filled = dict(self.cleaned_data)
        parts = []
        for number in range(1, PARTS_AT_MOST + 1) if self.is_plan else ():
            due_on, amount = filled.pop(f"due_{number}"), filled.pop(f"amount_{number}")
            if due_on or amount:
                parts.append((due_on, amount))
        return filled | {"parts": [Part(*part) for part in parts]}

    def clean(self) -> dict[str, Any]:
        """Refuse a third part that is half filled in."""
        cleaned: dict[str, Any] = super().clean() or {}
        last = PARTS_AT_MOST
        if self.is_plan and bool(cleaned.get(f"due_{last}")) != bool(cleaned.get(f"amount_{last}")):
            raise forms.ValidationError(gettext("A part needs both its day and its amount."))
        return cleaned


class RefusalForm(ActForm):
    """Why the relief is refused."""

    reason = forms.CharField(
        label=_("Reason of refusal"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


class ChangeForm(ActForm):
    """What is changed in the decision and on which ground of the decree."""

    kind = forms.ChoiceField(label=_("Kind of change"), choices=DecisionChange.Kind.choices)
    ground = forms.ChoiceField(
        label=_("Ground"),
        choices=[
            (kind.label, [(row.code, row.text_vi) for row in GROUNDS if row.kind == kind])
            for kind in DecisionChange.Kind
        ],
    )
    text = forms.CharField(
        label=_("What is changed, as printed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    mitigating = forms.IntegerField(
        label=_("Mitigating circumstances as found now"),
        min_value=0,
        max_value=9,
        required=False,
        help_text=_("Fill in both numbers only where an amendment changes the fine."),
    )
    aggravating = forms.IntegerField(
        label=_("Aggravating circumstances as found now"), min_value=0, max_value=9, required=False
    )

    def taken(self) -> dict[str, Any]:
        """Return what the act takes."""
        filled = dict(self.cleaned_data)
        mitigating, aggravating = filled.pop("mitigating"), filled.pop("aggravating")
        is_new = mitigating is not None or aggravating is not None
        return filled | {"circumstances": (mitigating or 0, aggravating or 0) if is_new else None}


class EnforcementForm(ActForm):
    """The measure and what it rests on."""

    measure = forms.ChoiceField(label=_("Measure"), choices=Enforcement.Measure.choices)
    from_account = forms.BooleanField(label=_("From a bank account (MQĐ08)"), required=False)
    ground = forms.CharField(
        label=_("Ground"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
