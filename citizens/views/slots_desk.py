"""The officers' page of appointments: who comes on a day, and the times the unit opens."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from citizens import appointments
from citizens.appointments import Times
from citizens.models import Appointment, AppointmentSlot
from violations.actors import actor_for
from violations.admin.access import note_look, opens_with, within_units
from violations.admin.case_forms import DayInput
from violations.admin.navigation import staff_page
from violations.guards import Refused, day_in_viet_nam
from violations.workflow.step import PROPOSE

MOST_HOURS = 24


class TimesForm(forms.Form):
    """The times a unit opens: a period, hours, how long and how many at once."""

    from_on = forms.DateField(label=_("From"), widget=DayInput())
    until_on = forms.DateField(label=_("Until"), widget=DayInput())
    hours = forms.CharField(
        label=_("Hours"),
        max_length=200,
        initial="8:00, 9:00, 10:00, 14:00, 15:00",
        help_text=_("Separated by commas. Weekends and days off are left out."),
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=5, max_value=240, initial=30)
    capacity = forms.IntegerField(label=_("People at once"), min_value=1, max_value=50, initial=2)

    def clean_hours(self) -> list[time]:
        """Return the hours, each once. Raises ValidationError for what is no hour."""
        parts = [part.strip() for part in self.cleaned_data["hours"].split(",") if part.strip()]
        found = set()
        for part in parts:
            match = re.fullmatch(r"([01]?\d|2[0-3])[:h]([0-5]\d)?", part, re.ASCII)
            if match is None:
                raise forms.ValidationError(gettext("Write hours like 8:00, separated by commas."))
            found.add(time(int(match[1]), int(match[2] or 0)))
        if not 0 < len(found) <= MOST_HOURS:
            raise forms.ValidationError(gettext("Write hours like 8:00, separated by commas."))
        return sorted(found)


@require_http_methods(["GET", "POST"])
@opens_with(PROPOSE)
def slots(request: HttpRequest) -> HttpResponse:
    """Show who comes on a day; open new times of one's own unit."""
    at = timezone.now()
    if request.method == "GET":
        today = day_in_viet_nam(at)
        initial = {"from_on": today + timedelta(days=1), "until_on": today + timedelta(days=14)}
        return _show(request, TimesForm(initial=initial))
    officer = getattr(request.user, "officer", None)
    if officer is None:
        raise PermissionDenied
    form = TimesForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        made = appointments.open_times(
            officer.unit, Times(**form.cleaned_data), by=actor_for(request.user), at=at
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentences)
        return _show(request, form, status=409)
    messages.success(request, gettext("%(count)d new times are open.") % {"count": made})
    return HttpResponseRedirect(reverse("drivers:slots"))


@require_POST
@opens_with(PROPOSE)
def close(request: HttpRequest, slot_id: int) -> HttpResponse:
    """Close one time to new appointments."""
    found = _own(request).filter(pk=min(slot_id, 2**62)).first()
    if found is None:
        raise Http404
    try:
        appointments.close_time(found.pk, by=actor_for(request.user), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("Closed. Appointments that stand stay."))
    day = day_in_viet_nam(found.starts_at)
    return HttpResponseRedirect(f"{reverse('drivers:slots')}?ngay={day.isoformat()}")


def _own(request: HttpRequest) -> Any:
    return within_units(AppointmentSlot.objects.all(), request.user, "unit__code")


def _show(request: HttpRequest, form: TimesForm, *, status: int = 200) -> HttpResponse:
    at = timezone.now()
    today = day_in_viet_nam(at)
    day = _day(request.GET.get("ngay", "")) or today
    rows = list(appointments.on_day(_own(request), day).select_related("unit"))
    booked = (
        Appointment.objects.filter(slot__in=rows, state=Appointment.State.BOOKED)
        .select_related("case__unit")
        .order_by("booked_at")
    )
    by_slot: dict[int, list[Appointment]] = {}
    for each in booked:
        by_slot.setdefault(each.slot_id, []).append(each)
        note_look(each.case, request.user, "case", at=at)
    context = {
        "title": gettext("Appointments"),
        "day": day,
        "is_today": day == today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "rows": [{"slot": slot, "booked": by_slot.get(slot.pk, [])} for slot in rows],
        "count": len(booked),
        "form": form,
    }
    return staff_page(request, "drivers/slots.html", context, status=status)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2020 <= found.year <= 2100 else None
