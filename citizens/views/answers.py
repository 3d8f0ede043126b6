"""The chooser: what do you want to say? Only what is open now, each with its last day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from citizens.answers import choices
from citizens.grants import Level
from citizens.views.edge import SeeOther, ask_again, opened, unlisted


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
def choose(request: HttpRequest) -> HttpResponse:
    """Ask one question and send the person on to the page of the answer chosen.

    The number of a decision opens its payment alone: then the page says what opens an answer.
    """
    at = timezone.now()
    found = opened(request, at=at)
    if found is None:
        return ask_again(request, at=at)
    grant, case = found
    open_now = [] if grant.level is Level.DECISION else choices(case, at=at)
    error = ""
    if request.method == "POST":
        wanted = request.POST.get("answer")
        chosen = next((row for row in open_now if row.answer.name == wanted), None)
        if chosen is not None:
            return SeeOther(chosen.answer.url)
        error = gettext("Choose what you want to say.")
    context = {
        "section": "lookup",
        "case": case,
        "choices": open_now,
        "needs_code": grant.level is Level.DECISION,
        "error": error,
    }
    return render(request, "citizens/answers.html", context, status=422 if error else 200)
