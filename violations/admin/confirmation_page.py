"""Charges and warnings that wait for an officer's word, with the delivery history beside each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from violations import measures
from violations.actors import actor_for
from violations.admin.access import note_look, opens_with, within_units
from violations.admin.big_admin import CappedPaginator
from violations.admin.charge_sheet import charge_to_confirm
from violations.admin.delivery_sheet import deliveries
from violations.admin.navigation import staff_page, waiting_for_confirmation
from violations.guards import Refused, day_in_viet_nam
from violations.models import PendingMeasure
from violations.workflow.step import CONFIRM


@require_GET
@opens_with(CONFIRM)
def page(request: HttpRequest) -> HttpResponse:
    """List the measures that wait in the officer's units, the longest waiting first.

    A page holds as many as may be confirmed with one word.
    """
    waiting = waiting_for_confirmation(request.user)
    ordered = waiting.select_related("case__unit", "case__service", "case__decision").order_by(
        "due_on", "pk"
    )
    paginator = CappedPaginator(ordered, measures.AT_ONCE)
    shown = paginator.get_page(request.GET.get("trang"))
    at = timezone.now()
    rows = [
        {
            "measure": measure,
            "must": measures.must_be_opened(measure),
            "papers": deliveries(measure.case, None, at),
            "against": measures.obstacles_to(measure.case, measure.kind, at),
            "charge": charge_to_confirm(measure, day_in_viet_nam(at)),
        }
        for measure in shown.object_list
    ]
    context = {
        "title": gettext("Confirm charges and warnings"),
        "rows": rows,
        "page": shown,
        "waiting": paginator.count,
        "is_capped": paginator.is_capped,
        "most": measures.AT_ONCE,
        "may_choose": any(not row["must"] and not row["against"] for row in rows),
    }
    return staff_page(request, "violations/confirmations.html", context)


@require_GET
@opens_with(CONFIRM)
def measure(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Show one measure with its article and delivery history; the opening is written down."""
    found = _find(request, measure_id)
    at = timezone.now()
    if found.state == PendingMeasure.State.WAITING:
        measures.open_measure(found.pk, by=actor_for(request.user), at=at)
    note_look(found.case, request.user, "case", at=at)
    return _show(request, found)


@require_POST
@opens_with(CONFIRM)
def confirm(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Confirm one measure."""
    found = _find(request, measure_id)
    try:
        measures.confirm(found.pk, by=actor_for(request.user), at=timezone.now())
    except Refused as refusal:
        return _show(request, found, refused=refusal.sentences, status=409)
    messages.success(request, gettext("Confirmed: %(number)s.") % {"number": found.case.number})
    return HttpResponseRedirect(reverse("violations:confirmations"))


@require_POST
@opens_with(CONFIRM)
def decline(request: HttpRequest, measure_id: int) -> HttpResponse:
    """Decline one measure with a reason."""
    found = _find(request, measure_id)
    try:
        measures.decline(
            found.pk,
            reason=request.POST.get("reason", ""),
            by=actor_for(request.user),
            at=timezone.now(),
        )
    except Refused as refusal:
        return _show(request, found, refused=refusal.sentences, status=409)
    messages.success(request, gettext("Declined: %(number)s.") % {"number": found.case.number})
    return HttpResponseRedirect(reverse("violations:confirmations"))


@require_POST
@opens_with(CONFIRM)
def confirm_chosen(request: HttpRequest) -> HttpResponse:
    """Confirm the chosen measures, each in its own transaction."""
    chosen = [
        int(text)
        for text in request.POST.getlist("measure")
        if text.isascii() and text.isdigit() and len(text) < 19
    ]
    own = list(
        within_units(PendingMeasure.objects.all(), request.user, "case__unit__code")
        .filter(pk__in=chosen)
        .values_list("pk", flat=True)
    )
    try:
        done, refusals = measures.confirm_many(own, by=actor_for(request.user), at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("violations:confirmations"))
    if done:
        messages.success(request, gettext("Confirmed: %(count)d measures.") % {"count": done})
    for sentence in refusals:
        messages.error(request, sentence)
    return HttpResponseRedirect(reverse("violations:confirmations"))


def _show(
    request: HttpRequest,
    found: PendingMeasure,
    *,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    context = {
        "title": found.get_kind_display(),
        "measure": found,
        "case": found.case,
        "must": measures.must_be_opened(found),
        "is_waiting": found.state == PendingMeasure.State.WAITING,
        "against": measures.obstacles_to(found.case, found.kind, at),
        "charge": charge_to_confirm(found, day_in_viet_nam(at)),
        "deliveries": deliveries(found.case, None, at),
        "typed": request.POST.get("reason", "")[:400],
        "refused": refused or [],
    }
    return staff_page(request, "violations/confirmation.html", context, status=status)


def _find(request: HttpRequest, measure_id: int) -> PendingMeasure:
    rows: QuerySet[Any] = within_units(
        PendingMeasure.objects.select_related("case__unit", "case__decision", "settled_by__user"),
        request.user,
        "case__unit__code",
    )
    found: PendingMeasure | None = rows.filter(pk=measure_id).first()
    if found is None:
        raise Http404
    return found
