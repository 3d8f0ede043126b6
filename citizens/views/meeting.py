"""Appointments: choose a time, check it, keep it, move it, cancel it, take it into a calendar."""

from __future__ import annotations

import secrets
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citizens import appointments
from citizens.grants import Level
from citizens.views.edge import SeeOther, ask_again, limited, opened, unlisted
from violations.guards import Refused, day_in_viet_nam
from violations.models import Violation


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def meeting(request: HttpRequest) -> HttpResponse:
    """Show the times of the unit, one to be checked, or the appointment that stands; book one."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level is Level.DECISION:
        return ask_again(request, at=at)
    case = found[1]
    if request.method == "POST":
        return _book(request, case)
    slot_id = _number(request.GET.get("gio", ""))
    booked = appointments.booked(case)
    if slot_id:
        return _check(request, case, slot_id)
    if booked is not None and "doi" not in request.GET:
        last = appointments.last_day(case)
        context = _frame(case) | {
            "booked": booked,
            "is_past": booked.slot.starts_at <= at,
            "is_late": last is not None and day_in_viet_nam(booked.slot.starts_at) > last,
            "last_day": last,
        }
        return render(request, "citizens/meeting_booked.html", context)
    return _times(request, case)


@require_POST
@unlisted
def cancel(request: HttpRequest) -> HttpResponse:
    """Cancel the appointment that stands."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level is Level.DECISION:
        return ask_again(request, at=at)
    if appointments.cancel(found[1].pk, at=at):
        messages.info(request, gettext("Your appointment is cancelled."))
    return SeeOther(reverse("citizens:meeting"))


@require_safe
@unlisted
def calendar_file(request: HttpRequest) -> HttpResponse:
    """Send the appointment as an iCalendar file; 404 where none stands."""
    at = timezone.now()
    found = opened(request, at=at)
    booked = None
    if found is not None and found[0].level is not Level.DECISION:
        booked = appointments.booked(found[1])
    if booked is None:
        raise Http404
    answer = HttpResponse(
        appointments.calendar_file(booked, origin=settings.PORTAL_ORIGIN, at=at),
        content_type="text/calendar; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="lich-hen.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _book(request: HttpRequest, case: Violation) -> HttpResponse:
    key = request.POST.get("form_key", "")[:64]
    try:
        appointments.book(
            case.pk,
            _number(request.POST.get("slot", "")),
            form_key=key or secrets.token_urlsafe(24),
            at=timezone.now(),
        )
    except Refused as refusal:
        return _times(request, case, refused=refusal.sentences)
    return SeeOther(reverse("citizens:meeting"))


def _check(request: HttpRequest, case: Violation, slot_id: int) -> HttpResponse:
    at = timezone.now()
    offer = next(
        (each for each in appointments.offers(case, at=at) if each.slot.pk == slot_id), None
    )
    if offer is None:
        return _times(
            request, case, refused=[gettext("This time was taken meanwhile. Choose another one.")]
        )
    last = appointments.last_day(case)
    context = _frame(case) | {
        "offer": offer,
        "form_key": secrets.token_urlsafe(24),
        "last_day": last,
        "is_late": last is not None and day_in_viet_nam(offer.slot.starts_at) > last,
        "former": appointments.booked(case),
    }
    return render(request, "citizens/meeting_check.html", context)


def _times(
    request: HttpRequest, case: Violation, *, refused: list[str] | None = None
) -> HttpResponse:
    at = timezone.now()
    last = appointments.last_day(case)
    by_day = groupby(appointments.offers(case, at=at), key=lambda each: _day(each.slot.starts_at))
    context = _frame(case) | {
        "days": [
            {"on": day, "offers": list(group), "is_late": last is not None and day > last}
            for day, group in by_day
        ],
        "last_day": last,
        "receives": case.status in appointments.RECEIVES,
        "former": appointments.booked(case),
        "refused": refused or [],
    }
    return render(request, "citizens/meeting.html", context, status=409 if refused else 200)


def _day(moment: Any) -> Any:
    return day_in_viet_nam(moment)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _frame(case: Violation) -> dict[str, Any]:
    return {"section": "lookup", "case": case}
