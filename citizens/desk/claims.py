"""What people say they have paid: the money near it, and the answer they will read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from citizens.desk.frame import desk_page
from citizens.models import PaymentAttempt
from citizens.statements.matches import open_lines
from violations import payment_claims
from violations.actors import actor_for
from violations.admin.access import note_look, opens_with, within_units
from violations.guards import Refused
from violations.models import PaymentClaim
from violations.workflow.step import HANDLE_MONEY

SHOWN = 25
NEAR = timedelta(days=4)


@require_GET
@opens_with(HANDLE_MONEY)
def claims(request: HttpRequest) -> HttpResponse:
    """List the open claims, the oldest first, each with the lines that may be its money."""
    return _show(request)


@require_POST
@opens_with(HANDLE_MONEY)
def answer(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Close one claim with an answer."""
    found = _own(request).filter(pk=claim_id).first()
    if found is None:
        raise Http404
    try:
        payment_claims.answer_claim(
            found.pk,
            is_found=request.POST.get("found") == "1",
            answer=request.POST.get("answer", ""),
            by=actor_for(request.user),
            at=timezone.now(),
        )
    except Refused as refusal:
        return _show(request, refused=refusal.sentences, status=409)
    messages.success(request, gettext("The person can read the answer."))
    return HttpResponseRedirect(reverse("desk:claims"))


def _own(request: HttpRequest) -> Any:
    return within_units(PaymentClaim.objects.all(), request.user, "case__unit__code")


def _show(
    request: HttpRequest, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    rows = []
    waiting = _own(request).filter(state=PaymentClaim.State.OPEN)
    for claim in waiting.select_related("case__unit", "case__decision__notice").order_by("pk")[
        :SHOWN
    ]:
        note_look(claim.case, request.user, "case", at=at)
        near = within_units(open_lines(), request.user, "statement__unit__code").filter(
            amount_vnd=claim.amount_vnd,
            booked_on__range=(claim.paid_on - NEAR, claim.paid_on + NEAR),
        )
        trips = PaymentAttempt.objects.filter(decision=claim.case.decision).order_by("-pk")
        rows.append({"claim": claim, "lines": near[:5], "attempts": trips[:5]})
    context = {
        "title": gettext("“I have paid”"),
        "rows": rows,
        "count": waiting.count(),
        "refused": refused or [],
    }
    return desk_page(request, "claims", context, status=status)
