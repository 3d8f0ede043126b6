"""Pay: check what is to be paid, go to the bank, come back, and what became of it."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from citizens import checkout, grants, limits, till
from citizens.gateways.vietqr import VietQrGateway
from citizens.gateways.vnpay import VnpayGateway
from citizens.grants import SEES_CASE
from citizens.models import PaymentAttempt
from citizens.standing import latest_paper
from citizens.timeline import after_payment
from citizens.views.edge import SeeOther, limited, network_of, opened, unlisted
from citizens.wording import masked_name
from notices.models import Notice, PaperKind
from notices.production import read_pdf
from violations.guards import Refused
from violations.models import AccessEntry, Party, Payment, Violation
from violations.payments import amount_due

FORM_LASTS = 30 * 60  # seconds; as long as the case stays open
FOLLOWED_FOR = timedelta(hours=2)  # how long a session follows the trip it started
SALT = "citizens.pay"
State = PaymentAttempt.State


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def pay(request: HttpRequest) -> HttpResponse:
    """Show everything that is about to be paid; the one button leads to the bank."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None:
        return render(request, "citizens/pay_find.html", {"section": "pay"})
    case = found[1]
    if request.method == "POST":
        return _go_to_bank(request, case, at)
    owed = checkout.quote(case, at=at)
    if owed is None:
        return render(request, "citizens/pay_nothing.html", {"section": "pay", "case": case})
    form_key = signing.dumps(
        {"case": str(case.pk), "amount": owed.amount_vnd, "key": secrets.token_urlsafe(24)},
        salt=SALT,
    )
    offender = case.parties.get(role=Party.Role.OFFENDER)
    context = {
        "section": "pay",
        "case": case,
        "decision": case.decision,
        "owed": owed,
        "due": amount_due(case.decision, on=owed.on),
        "form_key": form_key,
        "payer": masked_name(offender.full_name),
        "note": till.order_info(case.decision),
        "open_attempts": checkout.open_attempts(case.decision, at=at),
        "followed": followed_trip(request, at),
        "by_transfer": till.transfer_to(case.decision.beneficiary, owed.amount_vnd) is not None,
        "claim": case.payment_claims.filter(state="open").first(),
    }
    return render(request, "citizens/pay.html", context)


@require_safe
@unlisted
def result(request: HttpRequest) -> HttpResponse:
    """Show what became of the payment, by our own books; the bank's return is never believed.

    A browser that did not start the trip learns only whether the payment is recorded.
    """
    at = timezone.now()
    followed = followed_trip(request, at)
    if request.META.get("QUERY_STRING"):
        returned = checkout.read_return(request.META["QUERY_STRING"], at=at)
        if followed is not None and (returned is None or returned.pk == followed.pk):
            return SeeOther(reverse("citizens:result"))  # the bank's figures leave the address bar
        context = {"section": "pay", "is_recorded": returned and returned.state == State.PAID}
        return render(request, "citizens/result_stranger.html", context)
    if followed is None:
        return render(request, "citizens/result_stranger.html", {"section": "pay"})
    waited = max(0, int((at - followed.created_at).total_seconds()))
    context = _outcome(followed) | {
        "section": "pay",
        "attempt": followed,
        "waited": waited,
        "waited_words": f"{waited // 60}:{waited % 60:02}",
    }
    context["has_code"] = _case_of_code(request, followed, at) is not None
    context["confirmation"] = _confirmation_for(request, followed, at)
    context["mark"] = _mark(followed, context["confirmation"])
    return render(request, f"citizens/result_{followed.state}.html", context)


@require_safe
@unlisted
def result_state(request: HttpRequest) -> HttpResponse:
    """Tell the waiting page, in one word, whether there is something new to show."""
    at = timezone.now()
    followed = followed_trip(request, at)
    if followed is None:
        return JsonResponse({"mark": ""})
    return JsonResponse({"mark": _mark(followed, _confirmation_for(request, followed, at))})


@require_safe
@unlisted
def confirmation(request: HttpRequest) -> HttpResponse:
    """Return the payment confirmation (PDF), in the session that paid and holds the code."""
    at = timezone.now()
    followed = followed_trip(request, at)
    paper = _confirmation_for(request, followed, at) if followed else None
    if paper is None or paper.rendering != Notice.Rendering.RENDERED:
        raise Http404
    grant = grants.held(request.session, at=at)
    assert grant is not None  # the confirmation is found for a case that this session has open
    AccessEntry.objects.create(case_id=grant.case_id, what="paper", level=grant.level, at=at)
    response = HttpResponse(read_pdf(paper), content_type="application/pdf")
    name = f"xac-nhan-nop-phat-{paper.issued_on:%Y-%m-%d}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _go_to_bank(request: HttpRequest, case: Violation, at: datetime) -> HttpResponse:
    """Start the trip once, however often the button is pressed, and send the browser on (303)."""
    try:
        agreed: dict[str, Any] = signing.loads(
            request.POST.get("form_key", ""), salt=SALT, max_age=FORM_LASTS
        )
    except signing.BadSignature:
        messages.warning(request, gettext("This page was open too long. Check it and go on."))
        return SeeOther(reverse("citizens:pay"))
    if agreed["case"] != str(case.pk):
        messages.warning(request, gettext("Another case was opened meanwhile. Check this one."))
        return SeeOther(reverse("citizens:pay"))
    limits.spend(limits.PAYMENT_STARTS, network_of(request), at=at)
    way = till.transfer_to(case.decision.beneficiary, agreed["amount"])
    is_transfer = request.POST.get("way") == "transfer" and way is not None
    try:
        attempt = checkout.start(
            case.pk,
            form_key=agreed["key"],
            amount_vnd=agreed["amount"],
            at=at,
            gateway=VietQrGateway.code if is_transfer else VnpayGateway.code,
        )
    except checkout.AmountChanged:
        messages.warning(request, gettext("The amount has changed since. Check it and go on."))
        return SeeOther(reverse("citizens:pay"))
    except Refused as fault:
        messages.info(request, str(fault))
        return SeeOther(reverse("citizens:case"))
    request.session["attempt"] = str(attempt.pk)
    if attempt.state != State.REDIRECTED or at >= attempt.expires_at:
        return SeeOther(reverse("citizens:result"))
    if attempt.gateway == VietQrGateway.code:
        return SeeOther(reverse("citizens:transfer"))
    address = limits.sender_address(request.META)
    described = till.describe(attempt, ip=address, language=get_language() or "vi")
    return SeeOther(till.gateway().start(described).url)


def followed_trip(request: HttpRequest, at: datetime) -> PaymentAttempt | None:
    """Return the trip this session started not long ago."""
    kept = request.session.get("attempt")
    if kept is None:
        return None
    return (
        PaymentAttempt.objects.filter(pk=uuid.UUID(kept), created_at__gt=at - FOLLOWED_FOR)
        .select_related("decision__notice", "decision__case__unit")
        .first()
    )


def _outcome(attempt: PaymentAttempt) -> dict[str, Any]:
    """Return what the result pages print of a trip."""
    case = attempt.decision.case
    # A transfer is booked as the bank's, by the line of the statement that brought it.
    provider = "bank" if attempt.gateway == VietQrGateway.code else attempt.gateway
    payment = (
        Payment.objects.filter(provider=provider, reference=attempt.gateway_transaction)
        .select_related("voucher")
        .first()
    )
    remaining = 0
    if payment is not None:
        remaining = amount_due(attempt.decision, on=payment.paid_on).remaining_vnd
    return {
        "case": case,
        "decision": attempt.decision,
        "payment": payment if attempt.state == State.PAID else None,
        "remaining_vnd": remaining,
        "reason": _reason(attempt.response_code),
        "next_steps": after_payment(case, is_settled=not remaining),
    }


def _reason(code: str) -> str:
    """Say why a payment did not go through, in the words of a person. VNPAY 2.1.0, ResponseCode"""
    words = {
        "24": gettext("You cancelled at the bank."),
        "51": gettext("The account has not enough money."),
        "13": gettext("The one-time code was wrong."),
        "11": gettext("The time to pay at the bank ran out."),
        "12": gettext("The card or account is locked."),
        "65": gettext("The account has reached its limit for today."),
        "75": gettext("The bank is under maintenance."),
        "79": gettext("The payment password was wrong too often."),
        "10": gettext("The card or account was entered wrong too often."),
        "09": gettext("The account is not registered for internet banking."),
    }
    return words.get(code, gettext("The bank did not carry the payment out."))


def _case_of_code(request: HttpRequest, attempt: PaymentAttempt, at: datetime) -> Violation | None:
    """Return the case that was paid, where this session opened it with the code on a paper."""
    found = opened(request, at=at)
    if found is None or found[0].level not in SEES_CASE:
        return None
    return found[1] if attempt.decision.case_id == found[1].pk else None


def _confirmation_for(request: HttpRequest, attempt: PaymentAttempt, at: datetime) -> Notice | None:
    """Return the confirmation this session may have: it paid, and it holds the code of the case.

    The money is booked a moment before the case is closed and the confirmation issued.
    """
    case = _case_of_code(request, attempt, at)
    if case is None or attempt.state != State.PAID:
        return None
    return latest_paper(case, PaperKind.PAYMENT_CONFIRMATION)


def _mark(attempt: PaymentAttempt, paper: Notice | None) -> str:
    return f"{attempt.state} {paper.rendering if paper else ''}".strip()
