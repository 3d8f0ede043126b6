"""Pages that say how things work; nothing on them depends on who reads."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from citizens.privacy import days_of_the_file, kept_data
from notices.contents_post import PETITION, blank_petition
from notices.rendering import render as print_paper

CLOSED_TO_ROBOTS = (
    "/tra-cuu/",
    "/TRA-CUU/",
    "/vu-viec/",
    "/duoc-neu-ten/",
    "/dinh-danh-doi-xe/",
    "/nop-phat/",
    "/xac-minh/",
    "/can-bo/",
)


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Explain the way from the notice to the end of the case."""
    return render(request, "citizens/guide.html", {"section": "guide"})


@require_safe
def fraud(request: HttpRequest) -> HttpResponse:
    """Explain how to tell a false notice, a false call and a false page from ours."""
    return render(request, "citizens/fraud.html", {"section": "verify"})


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Explain the rights of the person concerned."""
    return render(request, "citizens/rights.html")


@require_safe
def petition(_request: HttpRequest) -> HttpResponse:
    """Return the blank complaint form (Mẫu 01, NĐ 155/2026) as PDF; it names nobody."""
    today = timezone.localdate()
    answer = HttpResponse(_petition_of(today), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="don-khieu-nai.pdf"'
    return answer


@lru_cache(maxsize=1)
def _petition_of(day: date) -> bytes:
    """Print the form once a day: it changes with the law of the day and with nothing else."""
    at = datetime.combine(day, time.min, timezone.get_default_timezone())
    contents = blank_petition(
        lookup_base=settings.PORTAL_ORIGIN, is_trial=settings.IS_SAMPLE, at=at
    )
    return print_paper(PETITION, contents, {}).pdf


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Explain what data are kept, why and for how long."""
    context = {
        "closed_days": settings.CLOSED_CASES_PUBLIC_DAYS,
        "kept": kept_data(),
        "days_of_the_file": days_of_the_file(),
    }
    return render(request, "citizens/privacy.html", context)


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
