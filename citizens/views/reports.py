"""The address at which mail and SMS providers report what came back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from citizens.delivery_reports import MOST_BYTES, ReportRefused, take_report


@require_POST
def delivery_report(request: HttpRequest) -> HttpResponse:
    """Take one report; only the provider that signs it is heard."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES:
        return JsonResponse({"error": "too_long"}, status=413)
    try:
        changed = take_report(
            request.body,
            timestamp=request.headers.get("X-Timestamp", ""),
            signed=request.headers.get("X-Signature", ""),
            at=timezone.now(),
        )
    except ReportRefused as fault:
        return JsonResponse({"error": str(fault)}, status=400)
    return JsonResponse({"taken": True, "changed": changed})
