"""What every public view needs at its edge: who asks, what is open, and a calm "too many"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from citizens import grants, limits
from citizens.grants import Grant, Level
from citizens.lookup import ENDED_QUIETLY
from violations.models import Violation
from violations.workflow import PAYABLE, PUBLIC

View = Callable[..., HttpResponse]

OPEN_TO = {
    Level.CODE: PUBLIC + ENDED_QUIETLY,
    Level.PERSON: PUBLIC + ENDED_QUIETLY,
    Level.DECISION: (*PAYABLE, "paid", "closed"),
}


class SeeOther(HttpResponseRedirect):
    """Send a browser on with GET after a POST (303, RFC 9110 section 15.4.4)."""

    status_code = 303


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent with a form, None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def network_of(request: HttpRequest) -> str:
    """Return the network a request came from."""
    return limits.network_of(limits.sender_address(request.META))


def limited(view: View) -> View:
    """Answer 429 with the telephone number when a network has used up its share."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **options: object) -> HttpResponse:
        try:
            return view(request, *args, **options)
        except limits.TooMany as fault:
            minutes = -(-fault.retry_after // 60)
            response = render(request, "429.html", {"minutes": minutes}, status=429)
            response.headers["Retry-After"] = str(fault.retry_after)
            return response

    return answer


def unlisted(view: View) -> View:
    """Keep a page out of search engines."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **options: object) -> HttpResponse:
        response = view(request, *args, **options)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer


def opened(request: HttpRequest, *, at: datetime) -> tuple[Grant, Violation] | None:
    """Return what this session has opened, with its case, None when nothing (any more)."""
    grant = grants.held(request.session, at=at)
    if grant is None:
        return None
    case = (
        Violation.objects.filter(pk=grant.case_id, status__in=OPEN_TO[grant.level])
        .select_related(
            "unit",
            "rule",
            "explanation",
            "decision__notice",
            "decision__beneficiary",
            "detection__delivery",
            "detection__device",
        )
        .first()
    )
    return None if case is None else (grant, case)


def ask_again(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Send a person to the look-up page, saying why when the half hour is over."""
    if grants.has_run_out(request.session, at=at):
        messages.info(
            request, gettext("The case was open for 30 minutes. Enter the code again to go on.")
        )
    return redirect("citizens:lookup")
