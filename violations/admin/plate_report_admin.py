"""Plates reported as copied, stolen or lost: recorded and closed by reviewing officers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.plates import format_plate, read_plate
from violations.admin.big_admin import BigAdmin
from violations.guards import day_in_viet_nam
from violations.models import Officer, PlateReport

COLOURS = [
    ("white", _("White")),
    ("yellow", _("Yellow")),
    ("blue", _("Blue")),
    ("red", _("Red")),
]


class PlateReportForm(forms.ModelForm):
    """A new report; the plate is read the way every other plate is, and never repaired."""

    plate_colour = forms.ChoiceField(label=_("Colour of the plate"), choices=COLOURS)

    class Meta:
        model = PlateReport
        fields = ["plate", "plate_colour", "kind", "from_on", "reference", "note"]

    def clean(self) -> dict[str, Any]:
        """Normalise the plate. Raises ValidationError for what is no Vietnamese plate."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "plate" in cleaned:
            reading = read_plate(cleaned["plate"], plate_colour=cleaned.get("plate_colour"))
            if reading.confidence == "invalid":
                self.add_error("plate", gettext(reading.reason))
            else:
                cleaned["plate"] = reading.normalised
        return cleaned


class ClosingForm(forms.ModelForm):
    """The day from which a report no longer stands."""

    class Meta:
        model = PlateReport
        fields = ["closed_on"]

    def clean_closed_on(self) -> Any:
        """Refuse no day, and one before the report begins or still to come."""
        day = self.cleaned_data["closed_on"]
        if day is None:
            raise forms.ValidationError(gettext("Enter the day from which it no longer stands."))
        if day < self.instance.from_on:
            raise forms.ValidationError(gettext("A report does not end before it begins."))
        if day > day_in_viet_nam(timezone.now()):
            raise forms.ValidationError(gettext("Close the report on that day, not before."))
        return day


@admin.register(PlateReport)
class PlateReportAdmin(BigAdmin):
    """Reports of plates. A standing one can be closed, and nothing else."""

    list_display = ["shown_plate", "kind", "from_on", "reference", "recorded_by", "closed_on"]
    list_select_related = ["recorded_by__user"]
    list_filter = ["kind"]
    search_fields = ["plate"]
    search_help_text = _("Plate")
    sortable_by = ()
    ordering = ["-pk"]

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Ask everything for a new report, the last day for a standing one."""
        kwargs["form"] = PlateReportForm if obj is None else ClosingForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show everything of a standing report."""
        asked = [*PlateReportForm.Meta.fields]
        return [*asked, "recorded_by", "recorded_at", "closed_on", "closed_by"] if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Keep what was reported: verdicts rest on it."""
        kept = [*PlateReportForm.Meta.fields, "recorded_by", "recorded_at", "closed_by"]
        return kept if obj else []

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find a plate in any spelling."""
        if not search_term.strip():
            return queryset, False
        reading = read_plate(search_term)
        return queryset.filter(plate=reading.normalised or search_term.strip().upper()), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only an officer records a report: it stands under their name."""
        is_officer = Officer.objects.filter(user=request.user).exists()
        return is_officer and bool(super().has_add_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A closed report stands as it is."""
        if obj is not None and obj.closed_on is not None:
            return False
        return bool(super().has_change_permission(request, obj))

    def save_model(self, request: HttpRequest, obj: PlateReport, form: Any, change: bool) -> None:
        """Record or close the report under the officer's name."""
        officer = Officer.objects.get(user=request.user)
        if change:
            obj.closed_by = officer
        else:
            obj.recorded_by, obj.recorded_at = officer, timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("plate"))
    def shown_plate(self, report: PlateReport) -> str:
        """Return the plate as it is printed."""
        return format_plate(report.plate)
