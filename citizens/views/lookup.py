"""The three ways to look a case up, and the first page. Codes and plates travel in POST alone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from cameras.plates import format_plate
from citizens import grants, lookup
from citizens.forms import CodeForm, DecisionForm, PlateForm
from citizens.grants import Level
from citizens.standing import public_chip
from citizens.views.edge import SeeOther, limited, network_of, posted, unlisted
from citizens.wording import PLATE_COLOURS, VEHICLE_CLASSES, act_of, short_act
from violations.models import Violation


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the first page: the code, and other errands."""
    form = CodeForm(use_required_attribute=False)
    return render(request, "citizens/start.html", {"form": form, "section": "lookup"})


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def by_code(request: HttpRequest) -> HttpResponse:
    """Open a case by look-up code and plate."""
    initial = {"plate": request.session.get("plate_asked", {}).get("shown", "")}
    form = CodeForm(posted(request), initial=initial, use_required_attribute=False)
    context: dict[str, Any] = {"form": form, "section": "lookup"}
    if form.is_valid():
        at = timezone.now()
        code, plate = form.cleaned_data["code"], form.cleaned_data["plate"]
        search = partial(lookup.open_by_code, code, plate)
        case_id = _try(request, form, "code", search, context, at=at)
        if case_id is not None:
            grants.give(request.session, case_id, Level.CODE, at=at)
            return SeeOther(reverse("citizens:case"))
    return render(request, "citizens/lookup_code.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def by_decision(request: HttpRequest) -> HttpResponse:
    """Open a decision for payment by its number, its day and the plate."""
    form = DecisionForm(posted(request), use_required_attribute=False)
    context: dict[str, Any] = {"form": form, "section": "lookup"}
    if form.is_valid():
        at = timezone.now()
        asked = (form.cleaned_data[name] for name in ("number", "issued_on", "plate"))
        search = partial(lookup.open_by_decision, *asked)
        case_id = _try(request, form, "decision", search, context, at=at)
        if case_id is not None:
            grants.give(request.session, case_id, Level.DECISION, at=at)
            return SeeOther(reverse("citizens:case"))
    return render(request, "citizens/lookup_decision.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
def by_plate(request: HttpRequest) -> HttpResponse:
    """Ask for plate and type of vehicle; the answer stands on a page of its own.

    The browser works out a sum meanwhile; it is taken only with a form that is filled in right.
    """
    if settings.PUBLIC_PLATE_LOOKUP == "off":
        return render(request, "citizens/lookup_plate_off.html", {"section": "lookup"})
    at, network = timezone.now(), network_of(request)
    form = PlateForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        try:
            lookup.pay_for_search(request.POST.get("proof", ""), network=network, at=at)
        except lookup.NeedsProof as fault:
            form.add_error(None, _proof_words(fault.reason))
        else:
            plate = form.cleaned_data["plate"]
            vehicle_type = form.cleaned_data["vehicle_type"]
            shown = format_plate(plate, vehicle_type)
            request.session["plate_asked"] = {"plate": plate, "type": vehicle_type, "shown": shown}
            return SeeOther(reverse("citizens:plate_results"))
    context = {
        "form": form,
        "section": "lookup",
        "challenge": lookup.price_of_search(network=network, at=at).as_json(),
    }
    return render(request, "citizens/lookup_plate.html", context)


@require_safe
@unlisted
@limited
def plate_results(request: HttpRequest) -> HttpResponse:
    """Show what the law publishes about a plate."""
    asked = request.session.get("plate_asked")
    if asked is None or settings.PUBLIC_PLATE_LOOKUP == "off":
        return redirect("citizens:lookup_plate")
    at = timezone.now()
    cases = lookup.search_by_plate(
        asked["plate"], asked["type"], network=network_of(request), at=at
    )
    results = sorted((_result(case) for case in cases), key=lambda result: not result["is_open"])
    context = {
        "section": "lookup",
        "asked": asked,
        "at": at,
        "results": results,
        "open_count": sum(result["is_open"] for result in results),
        "is_full": settings.PUBLIC_PLATE_LOOKUP == "official_fields",
    }
    return render(request, "citizens/plate_results.html", context)


def _try(
    request: HttpRequest,
    form: Form,
    scope: str,
    search: Callable[..., uuid.UUID | None],
    context: dict[str, Any],
    *,
    at: datetime,
) -> uuid.UUID | None:
    """Search once; what found nothing, or must first work out a sum, is told on the same page."""
    network = network_of(request)
    try:
        case_id = search(network=network, at=at, proof=request.POST.get("proof", ""))
    except lookup.NeedsProof as fault:
        form.add_error(None, _proof_words(fault.reason))
        context["challenge"] = fault.challenge.as_json()
        return None
    if case_id is None:
        form.add_error(None, _not_found(scope))
        plate = form.cleaned_data["plate"]
        challenge = lookup.price_of_trying(scope, plate, network=network, at=at)
        context["challenge"] = challenge and challenge.as_json()
    return case_id


def _not_found(scope: str) -> str:
    if scope == "decision":
        return gettext("No decision is found with this number, day and plate. Compare the paper.")
    return gettext("No case is found with this code and plate. Compare both lines on the paper.")


def _proof_words(reason: str) -> str:
    """Say what to do when the sum of a page was not worked out, or was used already."""
    if reason == "missing":
        return gettext("Your browser has to work out a sum first. Wait for it, then press again.")
    return gettext("The sum of this page was used already or is too old. Press again.")


def _result(case: Violation) -> dict[str, Any]:
    """Return what is published of one case, and nothing beside it. TT 73/2024 Đ24 k1c

    ``minimal`` leaves only the act in two words, the month and whom to call.
    """
    chip = public_chip(case)
    short = {
        "chip": chip,
        "is_open": case.status not in ("paid", "closed"),
        "act": short_act(case),
        "month": case.occurred_at,
        "closed_on": case.closed_on,
        "has_decision": case.decided_on is not None,
        "unit": case.unit.name,
        "phone": case.unit.phone,
    }
    if settings.PUBLIC_PLATE_LOOKUP != "official_fields":
        return short
    assert case.rule is not None  # held by a constraint from verification on
    return short | {
        "plate": case.plate_display,
        "plate_colour": case.plate_colour,
        "colour_words": PLATE_COLOURS[case.plate_colour],
        "class_words": VEHICLE_CLASSES[case.vehicle_class],
        "act_words": act_of(case.rule),
        "occurred_at": case.occurred_at,
        "place": case.place,
        "detecting_unit": case.detection.device.site.unit.name,
        "address": case.unit.address,
    }
