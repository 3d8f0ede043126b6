"""Where the payment gateway's server tells us what became of a payment (IPN)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from citizens import checkout
from citizens.views.edge import network_of, unlisted

LARGEST_MESSAGE = 8192  # bytes; the longest true message is under 1,500


@require_GET
@unlisted
def vnpay_notification(request: HttpRequest) -> HttpResponse:
    """Take one IPN of VNPAY; who may call is decided by the signature alone."""
    query_string = request.META.get("QUERY_STRING", "")
    if len(query_string) > LARGEST_MESSAGE:
        return HttpResponse(status=414)
    reply = checkout.apply_notification(
        query_string, network=network_of(request), at=timezone.now()
    )
    return HttpResponse(reply.body, content_type=reply.content_type, status=reply.status)
