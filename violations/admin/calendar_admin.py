"""The calendar of working days: special days, and a year confirmed by a named instrument.

Confirming a year settles clocks of cases, so the page lives here and not with ``notices``.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from notices.models import CalendarDay, CalendarYear
from violations.admin.big_admin import BigAdmin
from violations.calendar_confirmation import confirm_year


@admin.register(CalendarDay)
class CalendarDayAdmin(BigAdmin):
    """Days that differ from their weekday. Enter them before the year is confirmed."""

    list_display = ["on", "is_working", "reason"]
    ordering = ["-on"]
    sortable_by = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A day of a confirmed year stands: clocks were counted by it."""
        if obj is not None and CalendarYear.objects.filter(year=obj.on.year).exists():
            return False
        return bool(super().has_change_permission(request, obj))

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Refuse a new day in a year that is confirmed."""
        return super().get_form(request, obj, form=CalendarDayForm, **kwargs)


class CalendarDayForm(forms.ModelForm):
    """A special day of a year that nobody has confirmed yet."""

    class Meta:
        model = CalendarDay
        fields = ["on", "is_working", "reason"]

    def clean_on(self) -> Any:
        """Return the day. Raises ValidationError in a confirmed year and for a plain weekday."""
        day = self.cleaned_data["on"]
        if CalendarYear.objects.filter(year=day.year).exists():
            raise ValidationError(gettext("The year is confirmed; its days stand."))
        return day


class CalendarYearForm(forms.ModelForm):
    """A year and the instrument that settles its days off."""

    class Meta:
        model = CalendarYear
        fields = ["year", "instrument"]


@admin.register(CalendarYear)
class CalendarYearAdmin(BigAdmin):
    """Confirmed years. Confirming counts every provisional clock again; it cannot be taken back."""

    form = CalendarYearForm
    list_display = ["year", "instrument", "confirmed_by", "confirmed_at"]
    sortable_by = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A confirmation stands."""
        return False

    def save_model(self, request: HttpRequest, obj: CalendarYear, form: Any, change: bool) -> None:
        """Confirm the year and settle the clocks that leaned on it."""
        at = timezone.now()
        obj.confirmed_by, obj.confirmed_at = request.user.full_name, at
        settled = confirm_year(obj.year, obj.instrument, by_name=obj.confirmed_by, at=at)
        messages.info(request, gettext("%(count)d clocks were settled.") % {"count": settled})
