"""The page of a signing batch: the list, one paper, what is missing, and the pen."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from notices.models import PaperKind
from violations import signing_batches
from violations.actors import actor_for
from violations.admin import words
from violations.admin.access import note_look, opens_with
from violations.admin.draft_sheet import facts
from violations.admin.navigation import staff_page
from violations.guards import Refused, day_in_viet_nam
from violations.models import SigningBatch, SigningItem
from violations.signing import against_signing, signature_of
from violations.signing_batches import SIGNER
from violations.signing_flags import in_words

WAITING = SigningItem.Outcome.WAITING


@require_POST
@opens_with(SIGNER)
def make(request: HttpRequest) -> HttpResponse:
    """Lay the chosen drafts into a batch."""
    chosen = [int(one) for one in request.POST.getlist("drafts") if one.isascii() and one.isdigit()]
    try:
        batch = signing_batches.open_batch(
            actor_for(request.user),
            [one for one in chosen if one < 2**63],
            at=timezone.now(),
            draw=random.SystemRandom().sample,
        )
    except Refused as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
        return HttpResponseRedirect(reverse("violations:signing"))
    left = len(chosen) - batch.items.count()
    if left > 0:
        messages.warning(
            request,
            ngettext(
                "%(count)s paper stayed at the desk: it cannot be signed by you now.",
                "%(count)s papers stayed at the desk: they cannot be signed by you now.",
                left,
            )
            % {"count": left},
        )
    return HttpResponseRedirect(reverse("violations:signing_batch", args=[batch.number]))


@require_GET
@opens_with(SIGNER)
def batch(request: HttpRequest, number: str) -> HttpResponse:
    """Show a batch with one of its papers; the paper counts as opened when it is drawn here."""
    return _show(request, _find(request, number))


@require_POST
@opens_with(SIGNER)
@reauthentication_required
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """Sign the batch. Runs inside the question for the password, so refusals are shown at once.

    Who signs proves it for this batch: a proof from before it was laid does not count.
    """
    found = _find(request, number)
    if not _proved_since(request, found.opened_at):
        raise ReauthenticationRequired
    typed = request.POST.get("typed_number", "")[:40]
    try:
        found = signing_batches.sign_batch(
            found.pk, by=actor_for(request.user), at=timezone.now(), typed_number=typed
        )
    except Refused as refusal:
        return _show(request, found, refused=refusal.sentences, typed=typed, status=409)
    return HttpResponseRedirect(reverse("violations:signing_batch", args=[found.number]))


@require_POST
@opens_with(SIGNER)
def leave_out(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Take a paper out of the batch."""
    item = _item(_find(request, number), position)
    try:
        signing_batches.leave_out(item.pk, by=actor_for(request.user), at=timezone.now())
    except Refused as refusal:
        return _told(request, refusal, number, position)
    messages.success(request, gettext("Left out; the draft waits at the desk."))
    return HttpResponseRedirect(reverse("violations:signing_batch", args=[number]))


@require_POST
@opens_with(SIGNER)
def give_back(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """Return a draft of the batch to who proposed it."""
    item = _item(_find(request, number), position)
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:400]
    try:
        signing_batches.return_item(
            item.pk, reason=reason, by=actor_for(request.user), at=timezone.now()
        )
    except Refused as refusal:
        return _told(request, refusal, number, position)
    messages.success(request, gettext("The draft has been returned with your reason."))
    return HttpResponseRedirect(reverse("violations:signing_batch", args=[number]))


@require_POST
@opens_with(SIGNER)
def give_up(request: HttpRequest, number: str) -> HttpResponse:
    """Close the batch unsigned."""
    found = _find(request, number)
    try:
        signing_batches.give_up(found.pk, by=actor_for(request.user), at=timezone.now())
    except Refused as refusal:
        return _told(request, refusal, number, 1)
    messages.success(request, gettext("The batch was given up; its papers wait at the desk."))
    return HttpResponseRedirect(reverse("violations:signing"))


def _show(
    request: HttpRequest,
    found: SigningBatch,
    *,
    refused: list[str] | None = None,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    by = actor_for(request.user)
    shown = _asked_for(request, found)
    is_open = found.state == SigningBatch.State.OPEN
    if shown is not None and is_open:
        note_look(shown.draft.case, request.user, "paper", at=at)
        # A picture tag or a page fetched ahead shows nothing to anybody.
        if request.method == "GET" and request.headers.get("Sec-Fetch-Dest", "document") == (
            "document"
        ):
            signing_batches.open_item(shown.pk, by=by, at=at)
    rows = _rows(found)
    for row in rows:
        waits = is_open and row["item"].outcome == WAITING
        row["against"] = against_signing(row["item"].draft, by, at) if waits else []
    context = {
        "title": gettext("Batch %(number)s") % {"number": found.number},
        "batch": found,
        "is_open": is_open,
        "rows": rows,
        "shown": next((row for row in rows if shown and row["item"].pk == shown.pk), None),
        "refused": refused or [],
        "typed": typed,
        "is_fresh": did_recently_reauthenticate(request)
        and _proved_since(request, found.opened_at),
        **_paper(shown),
        **_around(rows, shown),
        **_summary(rows, at),
    }
    return staff_page(request, "violations/signing_batch.html", context, status=status)


def _asked_for(request: HttpRequest, found: SigningBatch) -> SigningItem | None:
    """Return the paper asked for, else the first that must be opened, else the first waiting."""
    asked = request.GET.get("so", "")
    items = found.items.select_related("draft__case")
    if asked.isascii() and asked.isdigit() and len(asked) < 4:
        item: SigningItem | None = items.filter(position=int(asked)).first()
        if item is not None:
            return item
    missing = signing_batches.unopened(found)
    waiting = items.filter(outcome=WAITING).order_by("position")
    first: SigningItem | None = missing[0] if missing else (waiting.first() or items.first())
    return first


def _rows(found: SigningBatch) -> list[dict[str, Any]]:
    items = found.items.select_related(
        "draft__case__unit",
        "draft__case__detection__device",
        "draft__case__rule",
        "draft__case__explanation",
        "draft__case__decision",
        "draft__notice",
        "draft__proposed_by__user",
    )
    return [
        {
            "item": item,
            "case": item.draft.case,
            "flags": [in_words(code) for code in item.flags],
            "must": bool(item.duty) and item.opened_at is None and item.outcome == WAITING,
        }
        for item in items.order_by("position")
    ]


def _paper(shown: SigningItem | None) -> dict[str, Any]:
    if shown is None:
        return {}
    draft = shown.draft
    return {
        "draft": draft,
        "case": draft.case,
        "kind": words.kind(draft.case.violation_type),
        "facts": facts(draft),
        "pictures": draft.case.detection.evidence.filter(role__startswith="overview"),
    }


def _around(rows: list[dict[str, Any]], shown: SigningItem | None) -> dict[str, Any]:
    """Return the places before and after, and how many there are."""
    if shown is None:
        return {}
    return {
        "before": shown.position - 1 or None,
        "after": shown.position + 1 if shown.position < len(rows) else None,
    }


def _summary(rows: list[dict[str, Any]], at: datetime) -> dict[str, Any]:
    """Return the counts beside the pen: what is read, what is missing, money, exceptions."""
    waiting = [row for row in rows if row["item"].outcome == WAITING]
    flagged = [row for row in waiting if row["item"].duty == SigningItem.Duty.FLAGGED]
    drawn = [row for row in waiting if row["item"].duty == SigningItem.Duty.DRAWN]
    decisions = [
        row["item"].draft for row in waiting if row["item"].draft.kind == PaperKind.DECISION
    ]
    dues = _dues(waiting, at)
    return {
        "waiting_count": len(waiting),
        "opened_count": sum(row["item"].opened_at is not None for row in rows),
        "flagged": flagged,
        "flagged_missing": [row for row in flagged if row["must"]],
        "drawn": drawn,
        "drawn_missing": [row for row in drawn if row["must"]],
        "missing": [row for row in waiting if row["must"]],
        "exceptions": [row for row in waiting if row["against"]],
        "refusals": [row for row in rows if row["item"].outcome == SigningItem.Outcome.REFUSED],
        "signed_rows": [row for row in rows if row["item"].outcome == SigningItem.Outcome.SIGNED],
        "left_rows": [row for row in rows if row["item"].outcome == SigningItem.Outcome.LEFT_OUT],
        "kinds": sorted({str(row["item"].draft.get_kind_display()) for row in waiting}),
        "proposers": sorted({row["item"].draft.proposed_by.user.full_name for row in waiting}),
        "total_vnd": sum(draft.context.get("fine_total_vnd") or 0 for draft in decisions),
        "with_points": sum(bool(draft.context.get("points_note")) for draft in decisions),
        "decision_count": len(decisions),
        "earliest": min(dues) if dues else None,
        "days": (min(dues) - day_in_viet_nam(at)).days if dues else None,
    }


def _dues(waiting: list[dict[str, Any]], at: datetime) -> list[Any]:
    found = []
    for row in waiting:
        clock = signature_of(row["item"].draft).clock
        due = row["case"].deadlines.filter(name=clock, met_on__isnull=True).first()
        if due is not None:
            found.append(due.due_on)
    return found


def _find(request: HttpRequest, number: str) -> SigningBatch:
    if "\x00" in number:
        raise Http404
    found: SigningBatch | None = SigningBatch.objects.filter(
        number=number, leader__user=request.user
    ).first()
    if found is None:
        raise Http404
    return found


def _item(found: SigningBatch, position: int) -> SigningItem:
    item: SigningItem | None = found.items.filter(position=min(position, 99)).first()
    if item is None:
        raise Http404
    return item


def _proved_since(request: HttpRequest, moment: datetime) -> bool:
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(proofs) and proofs[-1] >= moment.timestamp()


def _told(request: HttpRequest, refusal: Refused, number: str, position: int) -> HttpResponse:
    for sentence in refusal.sentences:
        messages.error(request, sentence)
    return HttpResponseRedirect(
        f"{reverse('violations:signing_batch', args=[number])}?so={position}"
    )
