"""Who may ask the review page for something, and the answer in words for one who may not.

An officer whose role was withdrawn a second ago, one who is signed out, a form whose token is
missing or old: the script of the page is told the cause in JSON, so that it never says "connection
lost" of a refusal, and a plain form is answered with the note that was typed.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext
from django.views.csrf import csrf_failure

from violations.admin.access import View, opens_with
from violations.admin.navigation import staff_page
from violations.admin.review_input import asked_of, speaks_json

REVIEWER = "violations.review_case"


def asks_by_script(request: HttpRequest) -> bool:
    """Tell whether the script of the page asks, and so must be answered in JSON when refused."""
    return speaks_json(request) or "application/json" in request.headers.get("Accept", "")


def answers_reviewers(view: View) -> View:
    """Open a view to reviewers; all others are refused in words, with status 403."""
    guarded = opens_with(REVIEWER)(view)

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if not asks_by_script(request):
                return guarded(request, *args, **kwargs)
            return JsonResponse({"refused": [sentence_signed_out()]}, status=403)
        try:
            return guarded(request, *args, **kwargs)
        except PermissionDenied:
            if asks_by_script(request):
                return JsonResponse({"refused": [sentence_withdrawn()]}, status=403)
            if request.method != "POST" or not request.user.is_staff:
                raise
            return _refused_form(request)

    return answered


def forged_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or wrong; the script is given the token that counts.

    Nothing was done. Signing in again changes the token, so an honest page can hold an old one;
    another site cannot read this answer.
    """
    if asks_by_script(request):
        return JsonResponse(
            {"refused": [sentence_forged()], "csrf": get_token(request)}, status=403
        )
    answer: HttpResponse = csrf_failure(request, reason=reason)
    return answer


def _refused_form(request: HttpRequest) -> HttpResponse:
    context = {
        "title": gettext("Review"),
        "refused": [sentence_withdrawn()],
        "note": asked_of(request).get("note", ""),
    }
    return staff_page(request, "violations/review_closed.html", context, status=403)


def sentence_withdrawn() -> str:
    """Return the refusal of somebody who reviews no more."""
    return gettext(
        "Nothing was recorded: you no longer have the right to review. "
        "Copy your note if you need it, and ask the administrator of your unit."
    )


def sentence_signed_out() -> str:
    """Return the refusal of somebody whose session has ended."""
    return gettext(
        "Nothing was recorded: you are signed out. Sign in in another tab, then press again here."
    )


def sentence_forged() -> str:
    """Return the refusal of a form whose token is missing or old."""
    return gettext(
        "Nothing was recorded: this page was older than your last sign-in. "
        "It is renewed now; press again."
    )
