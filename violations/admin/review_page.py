"""The review page: one leased case on the screen, one key for each decision, ten seconds to undo.

It works without JavaScript: every key is also a button of a plain form. ``static/js/review.js``
only adds keys, zoom, and the swap to the next case without a white page in between.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from violations import registry_preview, review_later, review_queue
from violations import review as verdicts
from violations.actors import Actor, actor_for
from violations.admin import words
from violations.admin.access import find_case, note_look
from violations.admin.navigation import staff_page
from violations.admin.review_access import answers_reviewers
from violations.admin.review_input import (
    PLATE_COLOURS,
    asked_of,
    colour_of,
    held_case,
    sentence_gone,
    speaks_json,
    tab_of,
    uuid_of,
    verdict_of,
)
from violations.admin.review_keys import LABELS, places, preference_of, printed
from violations.admin.review_plate import read_typed
from violations.admin.review_sheet import as_first_seen, known_answer, matches, sheet_of
from violations.guards import VIET_NAM, Refused
from violations.models import Lease, ReviewDecision, ReviewPostponement, Violation
from violations.tasks import finalise_review


@require_GET
@answers_reviewers
def review(request: HttpRequest) -> HttpResponse:
    """Show the case this officer holds, or lease the oldest one that waits."""
    return show_page(request, kind=request.GET.get("loai", ""), tab=tab_of(request.GET))


@require_POST
@answers_reviewers
def decide(request: HttpRequest) -> HttpResponse:
    """Write down a verdict and show the next case. JSON is answered in JSON.

    A refusal has status 409; the page that comes with it keeps the note. A page that has the next
    case in its hands already (``next``, its token) is told the rest in JSON.
    """
    asked = asked_of(request)
    at = timezone.now()
    try:
        verdict = verdict_of(asked, request, at)
        decision = verdicts.decide(
            uuid_of(asked.get("case")),
            uuid_of(asked.get("token")),
            verdict,
            by=actor_for(request.user),
            at=at,
        )
    except (Refused, Violation.DoesNotExist) as refusal:
        sentences = refusal.sentences if isinstance(refusal, Refused) else [sentence_gone()]
        if speaks_json(request) or "next" in asked:
            return JsonResponse({"refused": sentences}, status=409)
        return show_page(
            request,
            kind=asked.get("loai", ""),
            tab=tab_of(asked),
            note=asked.get("note", ""),
            refused=sentences,
            status=409,
        )
    _finalise_later(decision.pk)
    if asked.get("next"):
        return _told(request, asked)
    if speaks_json(request):
        return JsonResponse(
            {"review": decision.pk, "effective_at": decision.effective_at.isoformat()}
        )
    return next_page(asked)


@require_POST
@answers_reviewers
def undo(request: HttpRequest) -> HttpResponse:
    """Take a verdict back within its ten seconds and show its case again."""
    asked = asked_of(request)
    try:
        verdicts.undo(
            int(asked.get("review", "0")),
            by=actor_for(request.user),
            at=timezone.now(),
            tab=tab_of(asked),
        )
    except (Refused, ValueError, ReviewDecision.DoesNotExist) as refusal:
        sentences = (
            refusal.sentences
            if isinstance(refusal, Refused)
            else [gettext("There is no decision of yours to undo.")]
        )
        if speaks_json(request):
            return JsonResponse({"refused": sentences}, status=409)
        return show_page(
            request, kind=asked.get("loai", ""), tab=tab_of(asked), refused=sentences, status=409
        )
    if speaks_json(request):
        return JsonResponse({"undone": True})
    return next_page(asked)


@require_POST
@answers_reviewers
def check_plate(request: HttpRequest) -> HttpResponse:
    """Read what the officer typed for the plate, and ask the register about that one.

    Typed as the machine read it, it has been compared by hand.
    """
    asked = asked_of(request)
    case = held_case(request, asked)
    if case is None:
        return show_page(
            request,
            kind=asked.get("loai", ""),
            tab=tab_of(asked),
            refused=[sentence_gone()],
            status=409,
        )
    colour = colour_of(asked, case)
    try:
        plate = read_typed(asked.get("plate", ""), case, colour)
    except Refused as refusal:
        return show_page(
            request,
            kind=asked.get("loai", ""),
            tab=tab_of(asked),
            note=asked.get("note", ""),
            typed=asked.get("plate", ""),
            refused=refusal.sentences,
            status=409,
        )
    registry_preview.ask(plate, colour, case.vehicle_class)
    return show_page(
        request,
        kind=asked.get("loai", ""),
        tab=tab_of(asked),
        note=asked.get("note", ""),
        plate=plate,
        plate_colour=colour,
        plate_confirmed=True,
    )


@require_GET
@answers_reviewers
def register(request: HttpRequest, number: str) -> HttpResponse:
    """Return the comparison with the register as a piece of the page, asking if need be."""
    case = find_case(request.user, number, judging=True)
    answer = registry_preview.ask(case.plate, case.plate_colour, case.vehicle_class)
    context = {"rows": matches(case, answer), "answer": answer}
    return render(request, "violations/review_register.html", context)


@require_POST
@answers_reviewers
def pause(request: HttpRequest) -> HttpResponse:
    """Give back at once what this tab holds, and go home."""
    asked = asked_of(request)
    with suppress(Refused):
        by = actor_for(request.user)
        if asked.get("tab"):
            review_queue.release(by, tab=tab_of(asked))
        else:
            review_queue.release(by, uuid_of(asked.get("token")))
    return HttpResponseRedirect(reverse("violations:home"))


def show_page(
    request: HttpRequest,
    *,
    kind: str,
    tab: uuid.UUID,
    note: str = "",
    typed: str = "",
    plate: str = "",
    plate_colour: str = "",
    plate_confirmed: bool = False,
    refused: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Draw the page with the case this officer holds, leasing one when there is none."""
    at = timezone.now()
    by = actor_for(request.user)
    kind = kind if kind in words.KINDS else ""
    sentences = list(refused)
    leases: list[Lease] = []
    try:
        leases = review_queue.take(by, tab=tab, at=at, violation_type=kind, ahead=0)
    except Refused as refusal:
        sentences += refusal.sentences
    context = frame_of_queue(by, kind, tab, at) | {
        "refused": sentences,
        "note": note,
        "typed": typed,
    }
    if leases:
        context |= of_case(
            request,
            leases[0],
            at,
            plate=plate,
            plate_colour=plate_colour,
            plate_confirmed=plate_confirmed,
        )
    return staff_page(request, "violations/review.html", context, status=status)


def frame_of_queue(by: Actor, kind: str, tab: uuid.UUID, at: datetime) -> dict[str, Any]:
    """Return what stands above and below a case: the queue, the shift, what can be undone."""
    figures = None
    preference = preference_of(by.officer)
    keys = printed(preference.keymap)
    if by.officer is not None:
        figures = review_queue.figures(by.officer, violation_type=kind, at=at)
    return {
        "title": words.kind(kind) if kind else gettext("Review"),
        "kind": kind,
        "tab": tab,
        "queue": figures,
        "oldest": _age(figures.oldest if figures else None, at),
        "shift": _shift(by.officer, at),
        "undoables": _undoables(by, at),
        "preference": preference,
        "keys": keys,
        "key_rows": [(act, keys[act], LABELS[act]) for act in keys if keys[act]],
        "key_places": json.dumps(places(preference.keymap)),
    }


def of_case(request: HttpRequest, lease: Lease, at: datetime, **shown: Any) -> dict[str, Any]:
    """Return what the page shows of a leased case; the look is written down."""
    by = actor_for(request.user)
    case = (
        Violation.objects.select_related(
            "unit", "detection__delivery", "detection__device__site", "rule"
        )
        .prefetch_related("detection__evidence")
        .get(pk=lease.case_id)
    )
    note_look(case, request.user, "case", at=at)
    as_first_seen(case, lease.role)
    sheet = sheet_of(case, by, at, **shown)
    answer = known_answer(sheet)
    return {
        "title": words.kind(case.violation_type),
        "sheet": sheet,
        "case": case,
        "detection": case.detection,
        "lease": lease,
        "lease_seconds": max(0, int((lease.expires_at - at).total_seconds())),
        "answer": answer,
        "rows": matches(case, answer),
        "reasons": [
            (key, code, words.reason(code))
            for key, code in enumerate(verdicts.REJECTION_REASONS, 1)
        ],
        "plate_colours": [(colour, words.plate_colour(colour)) for colour in PLATE_COLOURS],
        "undo_seconds": settings.REVIEW_UNDO_SECONDS,
        "later_reasons": ReviewPostponement.Reason.choices,
        "later_left": review_later.left(by.officer, at=at) if by.officer else 0,
    }


def _told(request: HttpRequest, asked: Mapping[str, Any]) -> HttpResponse:
    """Tell a page that shows its next case already: what can be undone, and how long it has."""
    at = timezone.now()
    by = actor_for(request.user)
    tab = tab_of(asked)
    seconds = 0
    refused: list[str] = []
    try:
        lease = review_queue.promote(by, tab=tab, token=uuid_of(asked["next"]), at=at)
        seconds = max(0, int((lease.expires_at - at).total_seconds()))
    except Refused as refusal:
        refused = refusal.sentences
    context = frame_of_queue(by, str(asked.get("loai", "")), tab, at) | {"has_case": True}
    return JsonResponse(
        {
            "foot": render_to_string("violations/review_foot.html", context, request),
            "shift": render_to_string("violations/review_shift.html", context, request),
            "seconds": seconds,
            "next_refused": refused,
        }
    )


def _age(since: datetime | None, at: datetime) -> str:
    return "" if since is None else words.age(int((at - since).total_seconds() // 3600))


def _shift(officer: Any, at: datetime) -> dict[str, int]:
    """Count this officer's verdicts of today; undone ones are shown for help, not as a fault."""
    if officer is None:
        return {"verified": 0, "rejected": 0}
    midnight = at.astimezone(VIET_NAM).replace(hour=0, minute=0, second=0, microsecond=0)
    mine = ReviewDecision.objects.filter(
        officer=officer, decided_at__gte=midnight, state__in=["pending", "final"]
    )
    counted: dict[str, int] = mine.aggregate(
        verified=Count("pk", filter=Q(choice="verify")),
        rejected=Count("pk", filter=Q(choice="reject")),
    )
    return counted


def _undoables(by: Actor, at: datetime) -> list[dict[str, Any]]:
    """Return this officer's newest verdicts that can still be undone."""
    return [
        {
            "decision": review,
            "reason": words.reason(review.rejection_reason) if review.rejection_reason else "",
            "seconds": max(1, round((review.effective_at - at).total_seconds())),
        }
        for review in verdicts.undoable(by, at=at)
    ]


def _finalise_later(review_id: int) -> None:
    """Ask a worker to let the verdict take effect; if the queue is down, the sweep does."""
    with suppress(OperationalError):
        finalise_review.apply_async([review_id], countdown=settings.REVIEW_UNDO_SECONDS + 1)


def next_page(asked: Mapping[str, Any]) -> HttpResponse:
    """Go on to the next case, in the same tab and the same queue."""
    query = {"tab": str(tab_of(asked))} if asked.get("tab") else {}
    if asked.get("loai") in words.KINDS:
        query["loai"] = str(asked["loai"])
    there = reverse("violations:review")
    return HttpResponseRedirect(f"{there}?{urlencode(query)}" if query else there)
