"""The review page: one leased case on the screen, one key for each decision, ten seconds to undo.

It works without JavaScript: every key is also a button of a plain form. ``static/js/review.js``
only adds keys, zoom, and the swap to the next case without a white page in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError

from violations import registry_preview
from violations import review as queue
from violations.actors import actor_for
from violations.admin import words
from violations.admin.access import find_case, note_look, opens_with
from violations.admin.navigation import staff_page, waiting_for_review
from violations.admin.review_input import (
    PLATE_COLOURS,
    asked_of,
    colour_of,
    held_case,
    sentence_gone,
    speaks_json,
    uuid_of,
    verdict_of,
)
from violations.admin.review_plate import read_typed
from violations.admin.review_sheet import Sheet, known_answer, matches, sheet_of
from violations.guards import VIET_NAM, Refused
from violations.models import Lease, ReviewDecision, Violation
from violations.tasks import finalise_review

REVIEWER = "violations.review_case"


@require_GET
@opens_with(REVIEWER)
def review(request: HttpRequest) -> HttpResponse:
    """Show the case this officer holds, or lease the oldest one that waits."""
    return _show(request, kind=request.GET.get("loai", ""))


@require_POST
@opens_with(REVIEWER)
def decide(request: HttpRequest) -> HttpResponse:
    """Write down a verdict and show the next case. JSON is answered in JSON.

    A refusal has status 409; the page that comes with it keeps the note.
    """
    asked = asked_of(request)
    at = timezone.now()
    try:
        verdict = verdict_of(asked, request, at)
        decision = queue.decide(
            uuid_of(asked.get("case")),
            uuid_of(asked.get("token")),
            verdict,
            by=actor_for(request.user),
            at=at,
        )
    except (Refused, Violation.DoesNotExist) as refusal:
        sentences = refusal.sentences if isinstance(refusal, Refused) else [sentence_gone()]
        if speaks_json(request):
            return JsonResponse({"refused": sentences}, status=409)
        return _show(
            request,
            kind=asked.get("loai", ""),
            note=asked.get("note", ""),
            refused=sentences,
            status=409,
        )
    _finalise_later(decision.pk)
    if speaks_json(request):
        return JsonResponse(
            {"review": decision.pk, "effective_at": decision.effective_at.isoformat()}
        )
    return _next(asked.get("loai", ""))


@require_POST
@opens_with(REVIEWER)
def undo(request: HttpRequest) -> HttpResponse:
    """Take a verdict back within its ten seconds and show its case again."""
    asked = asked_of(request)
    try:
        queue.undo(int(asked.get("review", "0")), by=actor_for(request.user), at=timezone.now())
    except (Refused, ValueError, ReviewDecision.DoesNotExist) as refusal:
        sentences = (
            refusal.sentences
            if isinstance(refusal, Refused)
            else [gettext("There is no decision of yours to undo.")]
        )
        if speaks_json(request):
            return JsonResponse({"refused": sentences}, status=409)
        return _show(request, kind=asked.get("loai", ""), refused=sentences, status=409)
    if speaks_json(request):
        return JsonResponse({"undone": True})
    return _next(asked.get("loai", ""))


@require_POST
@opens_with(REVIEWER)
def check_plate(request: HttpRequest) -> HttpResponse:
    """Read what the officer typed for the plate, and ask the register about that one."""
    asked = asked_of(request)
    case = held_case(request, asked)
    if case is None:
        return _show(request, kind=asked.get("loai", ""), refused=[sentence_gone()], status=409)
    colour = colour_of(asked, case)
    try:
        plate = read_typed(asked.get("plate", ""), case, colour)
    except Refused as refusal:
        return _show(
            request,
            kind=asked.get("loai", ""),
            note=asked.get("note", ""),
            typed=asked.get("plate", ""),
            refused=refusal.sentences,
            status=409,
        )
    registry_preview.ask(plate, colour, case.vehicle_class)
    return _show(
        request,
        kind=asked.get("loai", ""),
        note=asked.get("note", ""),
        plate=plate,
        plate_colour=colour,
    )


@require_GET
@opens_with(REVIEWER)
def register(request: HttpRequest, number: str) -> HttpResponse:
    """Return the comparison with the register as a piece of the page, asking if need be."""
    case = find_case(request.user, number)
    answer = registry_preview.ask(case.plate, case.plate_colour, case.vehicle_class)
    context = {"rows": matches(case, answer), "answer": answer}
    return render(request, "violations/review_register.html", context)


@require_POST
@opens_with(REVIEWER)
def pause(request: HttpRequest) -> HttpResponse:
    """Give the case back at once and go home."""
    with suppress(Refused):
        queue.release(actor_for(request.user), uuid_of(asked_of(request).get("token")))
    return HttpResponseRedirect(reverse("violations:home"))


def _show(
    request: HttpRequest,
    *,
    kind: str,
    note: str = "",
    typed: str = "",
    plate: str = "",
    plate_colour: str = "",
    refused: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    """Draw the page with the case this officer holds, leasing one when there is none."""
    at = timezone.now()
    by = actor_for(request.user)
    kind = kind if kind in words.KINDS else ""
    sentences = list(refused)
    lease: Lease | None = None
    try:
        lease = queue.lease_next(by, at=at, violation_type=kind)
    except Refused as refusal:
        sentences += refusal.sentences
    context = {
        "title": words.kind(kind) if kind else gettext("Review"),
        "kind": kind,
        "queue": (figures := _queue_figures(request, kind, at)),
        "oldest": _age(figures["oldest"], at),
        "shift": _shift(by.officer, at),
        "undoable": _undoable(by.officer, at),
        "refused": sentences,
        "note": note,
        "typed": typed,
    }
    if lease is not None:
        case = (
            Violation.objects.select_related(
                "unit", "detection__delivery", "detection__device__site", "rule"
            )
            .prefetch_related("detection__evidence")
            .get(pk=lease.case_id)
        )
        note_look(case, request.user, "case", at=at)
        sheet = sheet_of(case, by, at, plate=plate, plate_colour=plate_colour)
        context |= _of_case(sheet, lease, at)
    return staff_page(request, "violations/review.html", context, status=status)


def _of_case(sheet: Sheet, lease: Lease, at: datetime) -> dict[str, Any]:
    answer = known_answer(sheet)
    return {
        "title": words.kind(sheet.case.violation_type),
        "sheet": sheet,
        "case": sheet.case,
        "detection": sheet.case.detection,
        "lease": lease,
        "lease_seconds": max(0, int((lease.expires_at - at).total_seconds())),
        "answer": answer,
        "rows": matches(sheet.case, answer),
        "reasons": [
            (key, code, words.reason(code)) for key, code in enumerate(queue.REJECTION_REASONS, 1)
        ],
        "plate_colours": [(colour, words.plate_colour(colour)) for colour in PLATE_COLOURS],
        "undo_seconds": settings.REVIEW_UNDO_SECONDS,
    }


def _queue_figures(request: HttpRequest, kind: str, at: datetime) -> dict[str, Any]:
    """Count what waits, what others hold, and when the next of those may fall free."""
    waiting = waiting_for_review(request.user)
    if kind:
        waiting = waiting.filter(violation_type=kind)
    held = Q(lease__expires_at__gt=at)
    figures: dict[str, Any] = waiting.aggregate(
        waiting=Count("pk"),
        held=Count("pk", filter=held),
        oldest=Min("created_at"),
        next_free=Min("lease__expires_at", filter=held),
    )
    return figures


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


def _undoable(officer: Any, at: datetime) -> dict[str, Any] | None:
    """Return this officer's newest verdict that can still be undone."""
    if officer is None:
        return None
    newest = (
        ReviewDecision.objects.select_related("case")
        .filter(officer=officer, state=ReviewDecision.State.PENDING, effective_at__gt=at)
        .order_by("-decided_at")
        .first()
    )
    if newest is None:
        return None
    return {
        "decision": newest,
        "reason": words.reason(newest.rejection_reason) if newest.rejection_reason else "",
        "seconds": max(1, round((newest.effective_at - at).total_seconds())),
    }


def _finalise_later(review_id: int) -> None:
    """Ask a worker to let the verdict take effect; if the queue is down, the sweep does."""
    with suppress(OperationalError):
        finalise_review.apply_async([review_id], countdown=settings.REVIEW_UNDO_SECONDS + 1)


def _next(kind: str) -> HttpResponse:
    query = f"?loai={kind}" if kind in words.KINDS else ""
    return HttpResponseRedirect(reverse("violations:review") + query)
