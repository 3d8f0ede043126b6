"""Pages that say how things work; nothing on them depends on who reads."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

CLOSED_TO_ROBOTS = ("/tra-cuu/", "/TRA-CUU/", "/vu-viec/", "/nop-phat/", "/xac-minh/", "/can-bo/")


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Explain the way from the notice to the end of the case."""
    return render(request, "citizens/guide.html", {"section": "guide"})


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Explain the rights of the person concerned."""
    return render(request, "citizens/rights.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Explain what data are kept, why and for how long."""
    days = {"closed_days": settings.CLOSED_CASES_PUBLIC_DAYS}
    return render(request, "citizens/privacy.html", days)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Explain how to use the pages without a mouse, without sight, without JavaScript."""
    return render(request, "citizens/accessibility.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep search engines out of what is one person's, and out of a trial site altogether."""
    closed = ("/",) if settings.IS_SAMPLE else CLOSED_TO_ROBOTS
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
