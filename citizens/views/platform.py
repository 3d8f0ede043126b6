"""Where the national payment platform knocks: its callback makes us ask, and nothing else."""

from __future__ import annotations

import httpx
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from citizens import platform
from citizens.gateways.dvcqg import LARGEST_MESSAGE
from citizens.views.edge import unlisted


@require_POST
@unlisted
def platform_callback(request: HttpRequest) -> HttpResponse:
    """Take one callback; absent while the platform is switched off."""
    with httpx.Client() as http:
        gateway = platform.gateway(http)
        if gateway is None:
            raise Http404
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_MESSAGE:
            return HttpResponse(status=413)
        reply = platform.apply_callback(request.body, gateway, at=timezone.now())
    return HttpResponse(reply.body, content_type=reply.content_type, status=reply.status)
