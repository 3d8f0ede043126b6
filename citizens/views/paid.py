""" "I have paid": one question, no upload; nothing is pressed for until it is answered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from citizens import limits
from citizens.money_forms import ClaimForm
from citizens.views.edge import SeeOther, ask_again, limited, network_of, opened, posted, unlisted
from violations import payment_claims
from violations.guards import Refused
from violations.workflow import PAYABLE


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def claim(request: HttpRequest) -> HttpResponse:
    """Take what the person says about a payment, once; afterwards show what became of it."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None:
        return ask_again(request, at=at)
    case = found[1]
    form = ClaimForm(posted(request))
    last = case.payment_claims.order_by("-pk").first()
    may_claim = case.status in PAYABLE and (last is None or last.state != "open")
    if form.is_valid() and may_claim:
        limits.spend(limits.PAYMENT_STARTS, network_of(request), at=at)
        try:
            payment_claims.claim_paid(case.pk, **form.cleaned_data, at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return SeeOther(reverse("citizens:claim_paid"))
    context = {
        "section": "pay",
        "case": case,
        "form": form,
        "last": last,
        "may_claim": may_claim,
    }
    return render(request, "citizens/paid.html", context, status=422 if form.errors else 200)
