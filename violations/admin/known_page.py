"""Cases with a known answer: chosen, counted and retired here; who answered what is not shown."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from violations import known_cases
from violations.actors import actor_for
from violations.admin import words
from violations.admin.access import opens_with, visible_cases, within_units
from violations.admin.navigation import staff_page
from violations.guards import Refused, day_in_viet_nam
from violations.models import KnownCase

CHOOSE = "violations.add_knowncase"
LISTED = 50


@require_GET
@opens_with(CHOOSE)
def known(request: HttpRequest) -> HttpResponse:
    """List the known cases that are shown, and the settled ones that could be."""
    at = timezone.now()
    shown = within_units(known_cases.showable(at=at), request.user, "case__unit__code")
    candidates = within_units(known_cases.settled_looks(), request.user, "case__unit__code")
    counted = shown.aggregate(
        violations=Count("pk", filter=Q(choice="verify")),
        others=Count("pk", filter=Q(choice="reject")),
    )
    context = {
        "title": gettext("Cases with a known answer"),
        "today": day_in_viet_nam(at),
        "counted": counted,
        "shown": [
            _line(row)
            for row in shown.select_related("case", "chosen_by__user").order_by("retires_on")[
                :LISTED
            ]
        ],
        "candidates": [
            {"look": look, "kind": words.kind(look.case.violation_type)}
            for look in candidates.select_related("case").order_by("-looked_at")[:LISTED]
        ],
    }
    return staff_page(request, "violations/known_cases.html", context)


@require_POST
@opens_with(CHOOSE)
def choose(request: HttpRequest) -> HttpResponse:
    """Choose one settled case."""
    try:
        case_id = uuid.UUID(request.POST.get("case", ""))
    except ValueError:
        raise Http404 from None
    if not visible_cases(request.user).filter(pk=case_id).exists():
        raise Http404
    try:
        known_cases.choose(case_id, by=actor_for(request.user), at=timezone.now())
    except Refused as refusal:
        _tell(request, refusal)
    else:
        messages.success(request, gettext("The case is shown again to officers who never saw it."))
    return HttpResponseRedirect(reverse("violations:known_cases"))


@require_POST
@opens_with(CHOOSE)
def retire(request: HttpRequest, known_id: int) -> HttpResponse:
    """Show a known case to nobody any more."""
    rows = within_units(KnownCase.objects.filter(pk=known_id), request.user, "case__unit__code")
    if not rows.exists():
        raise Http404
    try:
        known_cases.retire(known_id, by=actor_for(request.user), at=timezone.now())
    except Refused as refusal:
        _tell(request, refusal)
    else:
        messages.success(request, gettext("The case is shown to nobody any more."))
    return HttpResponseRedirect(reverse("violations:known_cases"))


def _tell(request: HttpRequest, refusal: Refused) -> None:
    for sentence in refusal.sentences:
        messages.error(request, sentence)


def _line(row: KnownCase) -> dict[str, Any]:
    return {
        "known": row,
        "kind": words.kind(row.case.violation_type),
        "reason": words.reason(row.rejection_reason) if row.rejection_reason else "",
    }
