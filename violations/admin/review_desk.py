"""What the review page asks besides: cases ahead, a sign of life, putting off, own verdicts."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from violations import review_history, review_later, review_queue
from violations.actors import actor_for
from violations.admin import words
from violations.admin.navigation import staff_page
from violations.admin.review_access import answers_reviewers
from violations.admin.review_input import asked_of, tab_of, uuid_of
from violations.admin.review_page import frame_of_queue, next_page, of_case, show_page
from violations.guards import Refused
from violations.models import Lease, ReviewDecision, Violation

PIECE = "violations/review_main.html"
OUTCOMES = {
    "pending": ("info", "half"),
    "final": ("ok", "tick"),
    "undone": ("neutral", "ring"),
    "refused": ("bad", "triangle"),
    "withdrawn": ("neutral", "cross"),
}


@require_GET
@answers_reviewers
def ahead(request: HttpRequest) -> HttpResponse:
    """Return the cases behind the one on the screen, each as the page would show it.

    ``co`` names the tokens the page has already. A tab that was taken over gets none: only opening
    the page takes over.
    """
    at = timezone.now()
    tab = tab_of(request.GET)
    kind = request.GET.get("loai", "")
    kind = kind if kind in words.KINDS else ""
    known = set(request.GET.get("co", "").split(","))
    by = actor_for(request.user)
    leases: list[Lease] = []
    if Lease.objects.filter(officer=by.officer, tab=tab, expires_at__gt=at).exists():
        with suppress(Refused):
            leases = review_queue.take(by, tab=tab, at=at, violation_type=kind)
    frame = frame_of_queue(by, kind, tab, at)
    pieces = [
        render_to_string(
            "violations/review_main.html", frame | of_case(request, lease, at), request
        )
        for lease in leases
        if lease.is_ahead and str(lease.token) not in known
    ]
    return HttpResponse("".join(pieces))


@require_POST
@answers_reviewers
def beat(request: HttpRequest) -> HttpResponse:
    """Keep the cases of a tab in which somebody works; 409 when they are gone."""
    asked = asked_of(request)
    at = timezone.now()
    try:
        until = review_queue.beat(
            actor_for(request.user), tab=tab_of(asked), at=at, is_active=asked.get("active") == "1"
        )
    except Refused as refusal:
        return JsonResponse({"refused": refusal.sentences}, status=409)
    return JsonResponse({"seconds": max(0, int((until - at).total_seconds()))})


@require_POST
@answers_reviewers
def later(request: HttpRequest) -> HttpResponse:
    """Put a case off and show the next."""
    asked = asked_of(request)
    try:
        review_later.postpone(
            uuid_of(asked.get("case")),
            uuid_of(asked.get("token")),
            reason=str(asked.get("reason", "")),
            note=str(asked.get("note", "")),
            by=actor_for(request.user),
            at=timezone.now(),
        )
    except (Refused, Violation.DoesNotExist) as refusal:
        sentences = refusal.sentences if isinstance(refusal, Refused) else []
        return show_page(
            request,
            kind=asked.get("loai", ""),
            tab=tab_of(asked),
            note=asked.get("note", ""),
            refused=sentences or [gettext("The case has gone to somebody else.")],
            status=409,
        )
    return next_page(asked)


@require_GET
@answers_reviewers
def history(request: HttpRequest) -> HttpResponse:
    """Show the officer's last verdicts, what became of them, and which may be withdrawn."""
    return _history(request)


@require_POST
@answers_reviewers
def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw one's own verdict, with a reason."""
    asked = asked_of(request)
    refused: list[str] = [gettext("There is no decision of yours to undo.")]
    with suppress(ValueError, ReviewDecision.DoesNotExist):
        try:
            review_history.withdraw(
                int(str(asked.get("review", ""))[:18]),
                reason=str(asked.get("reason", "")),
                by=actor_for(request.user),
                at=timezone.now(),
            )
        except Refused as refusal:
            refused = refusal.sentences
        else:
            return HttpResponseRedirect(reverse("violations:review_history"))
    return _history(request, refused=refused, status=409)


def _history(
    request: HttpRequest, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    sentences = list(refused or [])
    rows: list[dict[str, Any]] = []
    with suppress(Refused):
        rows = [
            _row(past) for past in review_history.last(actor_for(request.user), at=timezone.now())
        ]
    context = {"title": gettext("Decided by me"), "rows": rows, "refused": sentences}
    return staff_page(request, "violations/review_history.html", context, status=status)


def _row(past: review_history.Past) -> dict[str, Any]:
    tone, shape = OUTCOMES[past.outcome]
    reason = past.review.rejection_reason
    return {
        "review": past.review,
        "tone": tone,
        "shape": shape,
        "word": outcome_word(past.outcome),
        "reason": words.reason(reason) if reason else "",
        "against": past.against,
        "can_be_withdrawn": past.can_be_withdrawn,
    }


def outcome_word(outcome: str) -> str:
    """Return what became of a verdict in words."""
    if outcome == "withdrawn":
        return gettext("withdrawn")
    return str(ReviewDecision.State(outcome).label)
