"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the portal's own facts: whether this is the trial site, and its one address.

    ``official_address`` is the address as a person types it, without the protocol.
    """
    return {
        "is_sample": settings.IS_SAMPLE,
        "portal_origin": settings.PORTAL_ORIGIN,
        "official_address": settings.PORTAL_ORIGIN.partition("://")[2],
    }
