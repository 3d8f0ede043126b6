"""Canary plates, laid out and withdrawn by administrators, and the alarms they raised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.plates import format_plate, read_plate
from citizens.canaries import CanaryAlarm, CanaryPlate
from violations.admin.big_admin import BigAdmin, PeriodFilter, ReadOnlyAdmin
from violations.models import Violation

TOLD_FOR = timedelta(days=7)


class CanaryPlateForm(forms.ModelForm):
    """A new canary plate, read the way every other plate is."""

    class Meta:
        model = CanaryPlate
        fields = ["plate", "note"]

    def clean_plate(self) -> str:
        """Return the normalised plate. Raises ValidationError for no plate, and for a real one."""
        reading = read_plate(self.cleaned_data["plate"])
        if reading.confidence == "invalid" or not reading.normalised:
            raise forms.ValidationError(
                gettext("This is not a number plate. Write it as on the vehicle: 51K-208.64.")
            )
        if Violation.objects.filter(plate=reading.normalised).exists():
            raise forms.ValidationError(
                gettext("A vehicle with this plate has been seen. Choose a plate nobody bears.")
            )
        return reading.normalised


@admin.register(CanaryPlate)
class CanaryPlateAdmin(BigAdmin):
    """Canary plates. What was laid out stays in the books; it may be watched no longer."""

    is_large = False
    list_display = ["shown_plate", "note", "made_by", "made_at", "is_watched"]
    list_select_related = ["made_by"]
    list_filter = ["is_watched"]
    ordering = ["-pk"]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Ask plate and note for a new one; whether it is watched for one that stands."""
        if obj is None:
            kwargs["form"] = CanaryPlateForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show everything of one that stands."""
        asked = [*CanaryPlateForm.Meta.fields]
        return [*asked, "made_by", "made_at", "is_watched"] if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep what was laid out: alarms rest on it."""
        return [*CanaryPlateForm.Meta.fields, "made_by", "made_at"] if obj else []

    def save_model(self, request: HttpRequest, obj: CanaryPlate, form: Any, change: bool) -> None:
        """Lay it out under the person's name."""
        if not change:
            obj.made_by = request.user  # type: ignore[assignment]  # staff alone come here
        super().save_model(request, obj, form, change)

    @admin.display(description=_("plate"))
    def shown_plate(self, canary: CanaryPlate) -> str:
        """Return the plate as it is printed."""
        return format_plate(canary.plate)


class AlarmPeriodFilter(PeriodFilter):
    """The last day, week or month of alarms."""

    moment = "at"


@admin.register(CanaryAlarm)
class CanaryAlarmAdmin(ReadOnlyAdmin):
    """Who copies the register asks for plates that no vehicle bears."""

    is_large = False

    list_display = ["at", "canary", "way"]
    list_select_related = ["canary"]
    list_filter = ["way", AlarmPeriodFilter]
    ordering = ["-pk"]
    exclude = ["network_digest"]


def todo(user: Any, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield one line for the workbench when canary plates were asked for this week."""
    if not user.has_perm("citizens.view_canaryalarm"):
        return
    count = CanaryAlarm.objects.filter(at__gt=at - TOLD_FOR).count()
    if count:
        yield {
            "days": None,
            "title": gettext("Canary plates were asked for %(count)s times this week")
            % {"count": count},
            "text": gettext("No vehicle bears them: somebody copies the register."),
            "url": reverse("admin:citizens_canaryalarm_changelist"),
            "button": gettext("Open"),
        }
