"""The calendar of working days: special days, and a year confirmed by a named instrument.

Confirming a year or correcting a day moves clocks of cases, so the page lives here
and not with ``notices``.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.models import CalendarChange, CalendarDay, CalendarYear
from violations.admin.big_admin import BigAdmin, ReadOnlyAdmin
from violations.calendar_confirmation import change_day, confirm_year

SATURDAY = 5


class CalendarDayForm(forms.ModelForm):
    """What a day is from now on, and the instrument that says so."""

    nature = forms.ChoiceField(label=_("The day is"), choices=CalendarChange.Nature.choices)
    instrument = forms.CharField(
        label=_("Instrument"),
        max_length=160,
        help_text=_("Number and day of the government's instrument."),
    )

    class Meta:
        model = CalendarDay
        fields = ["on", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None and not self.instance._state.adding:
            # Another day is another row: the day itself is not moved.
            if "on" in self.fields:  # who only reads has no fields
                self.fields["on"].disabled = True
            self.initial["nature"] = "working" if self.instance.is_working else "closed"

    def clean(self) -> dict[str, Any]:
        """Refuse what changes nothing: a weekday worked or a weekend closed."""
        cleaned: dict[str, Any] = super().clean() or {}
        day, nature = cleaned.get("on"), cleaned.get("nature")
        if day is None or nature is None:
            return cleaned
        weekend = day.weekday() >= SATURDAY
        if (nature == "closed" and weekend) or (nature == "working" and not weekend):
            raise ValidationError(
                gettext("That is what the weekday is anyway; choose “as its weekday”.")
            )
        if nature == self.initial.get("nature", "plain"):
            raise ValidationError(gettext("The day already stands in the calendar like this."))
        return cleaned


@admin.register(CalendarDay)
class CalendarDayAdmin(BigAdmin):
    """Days that differ from their weekday; a correction counts the running clocks again."""

    is_large = False
    form = CalendarDayForm
    fields = ["on", "nature", "reason", "instrument"]
    list_display = ["on", "weekday", "day_is", "reason"]
    ordering = ["-on"]
    sortable_by = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Show who only reads what the day is, without the fields of a change."""
        if obj is not None and not self.has_change_permission(request, obj):
            return ["on", "weekday", "day_is", "reason"]
        return [str(name) for name in super().get_fields(request, obj)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Name what is computed, for who only reads."""
        reads = obj is not None and not self.has_change_permission(request, obj)
        return ["weekday", "day_is"] if reads else []

    @admin.display(description=_("weekday"))
    def weekday(self, day: CalendarDay) -> str:
        """Return the weekday's name."""
        return str(WEEKDAYS[day.on.weekday()])

    @admin.display(description=_("The day is"))
    def day_is(self, day: CalendarDay) -> str:
        """Return what the day is, in words."""
        nature = CalendarChange.Nature
        return str((nature.WORKING if day.is_working else nature.CLOSED).label)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A day leaves the calendar by a change that names its instrument, not by deletion."""
        return False

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        """Change the day and say how many clocks moved."""
        moved = change_day(
            obj.on,
            form.cleaned_data["nature"],
            reason=form.cleaned_data["reason"],
            instrument=form.cleaned_data["instrument"],
            by_name=request.user.full_name,
            at=timezone.now(),
        )
        messages.info(request, gettext("%(count)d clocks were moved.") % {"count": moved})


@admin.register(CalendarChange)
class CalendarChangeAdmin(ReadOnlyAdmin):
    """What was changed in the calendar, when, by whom and by which instrument."""

    is_large = False
    list_display = [
        "on",
        "before",
        "after",
        "instrument",
        "changed_by",
        "changed_at",
        "clocks_moved",
    ]
    sortable_by = ()


class CalendarYearForm(forms.ModelForm):
    """A year and the instrument that settles its days off."""

    class Meta:
        model = CalendarYear
        fields = ["year", "instrument"]
        help_texts = {
            "instrument": _(
                "Every provisional clock of the year is counted again at once; a confirmation "
                "cannot be taken back."
            ),
        }


@admin.register(CalendarYear)
class CalendarYearAdmin(BigAdmin):
    """Confirmed years. Confirming counts every provisional clock again; it cannot be taken back."""

    is_large = False
    form = CalendarYearForm
    list_display = ["year", "instrument", "who_confirmed", "confirmed_at"]
    sortable_by = ()

    @admin.display(description=_("confirmed by"))
    def who_confirmed(self, year: CalendarYear) -> str:
        """Return the person, or in words that the year came with the law files."""
        by_files = year.confirmed_by == "violations/schedules"
        return gettext("the law files of the portal") if by_files else str(year.confirmed_by)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A confirmation stands."""
        return False

    def save_model(self, request: HttpRequest, obj: CalendarYear, form: Any, change: bool) -> None:
        """Confirm the year and settle the clocks that leaned on it."""
        at = timezone.now()
        obj.confirmed_by, obj.confirmed_at = request.user.full_name, at
        settled = confirm_year(obj.year, obj.instrument, by_name=obj.confirmed_by, at=at)
        messages.info(request, gettext("%(count)d clocks were settled.") % {"count": settled})
