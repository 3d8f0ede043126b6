"""Pay by a transfer: the code the payer's own bank reads, and the same in words."""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from citizens import till
from citizens.gateways.vietqr import VietQrGateway
from citizens.models import PaymentAttempt
from citizens.views.edge import SeeOther, unlisted
from citizens.views.payment import followed_trip


@require_safe
@unlisted
def transfer(request: HttpRequest) -> HttpResponse:
    """Show the VietQR of the transfer this session has started; nobody else sees it."""
    at = timezone.now()
    attempt = followed_trip(request, at)
    if attempt is None or attempt.gateway != VietQrGateway.code:
        return SeeOther(reverse("citizens:pay"))
    if attempt.state != PaymentAttempt.State.REDIRECTED or at >= attempt.expires_at:
        return SeeOther(reverse("citizens:result"))
    account = attempt.decision.beneficiary
    gateway = till.transfer_to(account, attempt.amount_vnd)
    if gateway is None:
        return SeeOther(reverse("citizens:pay"))
    shown = gateway.start(till.describe(attempt, ip="127.0.0.1", language="vi"))
    drawing = segno.make(shown.text, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="vietqr", lineclass=None
    )
    context = {
        "section": "pay",
        "attempt": attempt,
        "case": attempt.decision.case,
        "account": account,
        "purpose": shown.purpose,
        "payload": shown.text,
        # Drawn by us from digits and letters alone.
        "drawing": mark_safe(drawing),  # noqa: S308
    }
    return render(request, "citizens/transfer.html", context)
