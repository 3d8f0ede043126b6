"""The page on which an officer sets the keys of the review page, or does without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from violations.actors import actor_for
from violations.admin import review_keys
from violations.admin.navigation import staff_page
from violations.admin.review_access import answers_reviewers
from violations.guards import Refused
from violations.models import Officer, ReviewPreference


@require_http_methods(["GET", "HEAD", "POST"])
@answers_reviewers
def preference(request: HttpRequest) -> HttpResponse:
    """Show and keep the officer's keys; a refusal keeps what was typed on the page."""
    officer = _officer(request)
    now = review_keys.preference_of(officer)
    if request.method != "POST":
        return _page(request, now, review_keys.printed(now.keymap), is_kept="da-luu" in request.GET)
    asked = request.POST
    is_reset = asked.get("reset") == "1"
    now.single_keys = is_reset or asked.get("single_keys") == "1"
    now.keeps_view = not is_reset and asked.get("keeps_view") == "1"
    try:
        now.keymap = {} if is_reset else review_keys.own_keys(asked)
    except Refused as refusal:
        typed = {act: asked.get(act, given)[:8] for act, given in review_keys.GIVEN.items()}
        return _page(request, now, typed, refused=refusal.sentences, status=409)
    _keep(officer, now)
    return HttpResponseRedirect(f"{reverse('violations:review_preference')}?da-luu")


@require_POST
@answers_reviewers
def switch(request: HttpRequest) -> HttpResponse:
    """Switch the single keys on or off from the review page itself."""
    officer = _officer(request)
    now = review_keys.preference_of(officer)
    now.single_keys = request.POST.get("single_keys") == "1"
    _keep(officer, now)
    return JsonResponse({"single_keys": now.single_keys})


def _officer(request: HttpRequest) -> Officer | None:
    return actor_for(request.user).officer


def _keep(officer: Officer | None, now: ReviewPreference) -> None:
    if officer is None:  # a right without an office: there is nobody to keep it for
        return
    ReviewPreference.objects.update_or_create(
        officer=officer,
        defaults={
            "keymap": now.keymap,
            "single_keys": now.single_keys,
            "keeps_view": now.keeps_view,
        },
    )


def _page(
    request: HttpRequest,
    now: ReviewPreference,
    keys: Mapping[str, str],
    *,
    is_kept: bool = False,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows: list[dict[str, Any]] = [
        {
            "act": act,
            "label": review_keys.LABELS[act],
            "key": keys[act],
            "given": given,
            "is_own": keys[act] != given,
        }
        for act, given in review_keys.GIVEN.items()
    ]
    context = {
        "title": gettext("My keys"),
        "rows": rows,
        "preference": now,
        "is_kept": is_kept,
        "refused": refused or [],
    }
    return staff_page(request, "violations/review_preference.html", context, status=status)
