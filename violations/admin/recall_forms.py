"""What a supervisor says of a recall: which cameras, from when until when, what was wrong."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.models import Device
from violations.admin.access import within_units
from violations.admin.case_forms import DayInput
from violations.guards import VIET_NAM
from violations.models import Recall


class TimeInput(forms.TimeInput):
    """A native field for hours and minutes."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DeviceChoice(forms.ModelMultipleChoiceField):
    """Cameras by code and place."""

    def label_from_instance(self, device: Device) -> str:
        """Name a camera as people look for it."""
        return f"{device.code} – {device.site.name}"


def devices_of(user: Any) -> QuerySet[Device]:
    """Return the cameras of a person's units."""
    devices = Device.objects.select_related("site__unit").order_by("code")
    return within_units(devices, user, "site__unit__code")


class RecallForm(forms.Form):
    """Cameras, period and defect. Both days are inside; an hour narrows them."""

    devices = DeviceChoice(
        queryset=Device.objects.none(), label=_("Cameras"), widget=forms.CheckboxSelectMultiple
    )
    from_on = forms.DateField(label=_("First day"), widget=DayInput)
    from_time = forms.TimeField(label=_("From hour"), required=False, widget=TimeInput)
    until_on = forms.DateField(label=_("Last day"), widget=DayInput)
    until_time = forms.TimeField(label=_("To hour"), required=False, widget=TimeInput)
    defect = forms.ChoiceField(label=_("Defect"), choices=Recall.Defect.choices)
    basis = forms.CharField(
        label=_("What shows the defect"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The paper, its number and its day; it is printed in each cancellation."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["devices"].queryset = devices_of(user)  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.error_messages["required"] = gettext("Fill in “%(field)s”.") % {
                "field": field.label
            }

    def clean_basis(self) -> str:
        """Take out what no database keeps."""
        return str(self.cleaned_data["basis"]).replace("\x00", "").strip()

    def clean(self) -> dict[str, Any]:
        """Turn days and hours of Viet Nam into moments: the first is inside, the last is not."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if first is None or last is None:
            return cleaned
        cleaned["from_at"] = datetime.combine(first, cleaned.get("from_time") or time(0), VIET_NAM)
        until = cleaned.get("until_time")
        cleaned["until_at"] = (
            datetime.combine(last, until, VIET_NAM)
            if until is not None
            else datetime.combine(last, time(0), VIET_NAM) + timedelta(days=1)
        )
        if cleaned["until_at"] <= cleaned["from_at"]:
            self.add_error("until_on", gettext("The period ends before it begins."))
        return cleaned
