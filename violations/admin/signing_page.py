"""The signing desk: one paper at a time, read before it is signed, by somebody who just proved who.

Whoever proposed or verified does not sign; the desk shows those papers with the reason, and the
database would refuse them too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from cameras.evidence import EvidenceDamaged
from notices.completeness import ContentError
from notices.models import PaperKind
from notices.rendering import RenderError
from violations import actions
from violations.actors import actor_for
from violations.admin import case_sheet, words
from violations.admin.access import note_look, opens_with, within_units
from violations.admin.case_page import pdf_response
from violations.admin.draft_sheet import draft_paper, facts
from violations.admin.navigation import staff_page
from violations.guards import Refused, day_in_viet_nam
from violations.models import Draft, SigningItem
from violations.models.signing import MOST_IN_A_BATCH
from violations.signing import against_signing, sign_draft, signature_of
from violations.signing_batches import open_batch_of

SIGNER = "violations.sign_papers"
MOST_LISTED = 100


@require_GET
@opens_with(SIGNER)
def desk(request: HttpRequest) -> HttpResponse:
    """List what waits for a signature in the person's units, what must be signed first on top."""
    at = timezone.now()
    by = actor_for(request.user)
    taken = dict(
        SigningItem.objects.filter(outcome=SigningItem.Outcome.WAITING).values_list(
            "draft_id", "batch__number"
        )
    )
    rows = [
        {
            "draft": draft,
            "against": against_signing(draft, by, at),
            "kind": words.kind(draft.case.violation_type),
            "batch": taken.get(draft.pk),
            **_due(draft, at),
        }
        for draft in _waiting(request).order_by("proposed_at")[:MOST_LISTED]
    ]
    rows.sort(key=lambda row: (bool(row["against"]), row["days"] is None, row["days"] or 0))
    context = {
        "title": gettext("Sign papers"),
        "rows": rows,
        "signed": _just_signed(request),
        "open_batch": open_batch_of(by),
        "most": MOST_IN_A_BATCH,
        "offered": sum(not row["against"] and not row["batch"] for row in rows),
    }
    for place, row in enumerate(row for row in rows if not row["against"] and not row["batch"]):
        row["is_chosen"] = place < MOST_IN_A_BATCH
    return staff_page(request, "violations/signing.html", context)


@require_GET
@opens_with(SIGNER)
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show one draft with everything that must hold before it is signed."""
    return _show(request, _find(request, draft_id))


def _show(
    request: HttpRequest, found: Draft, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    note_look(found.case, request.user, "paper", at=at)
    context = {
        "title": found.get_kind_display(),
        "draft": found,
        "case": found.case,
        "kind": words.kind(found.case.violation_type),
        "facts": facts(found),
        "against": against_signing(found, actor_for(request.user), at),
        "money": case_sheet.money(found.case, day_in_viet_nam(at))
        if found.kind == PaperKind.DECISION
        else None,
        "pictures": found.case.detection.evidence.filter(role__startswith="overview"),
        "explanation": getattr(found.case, "explanation", None),
        "is_fresh": did_recently_reauthenticate(request),
        "refused": refused or [],
        **_due(found, at),
    }
    return staff_page(request, "violations/signing_draft.html", context, status=status)


@require_GET
@opens_with(SIGNER)
def draft_pdf(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Render the draft as it would be printed, marked as a draft."""
    found = _find(request, draft_id)
    at = timezone.now()
    note_look(found.case, request.user, "paper", at=at)
    try:
        rendered = draft_paper(found, at)
    except (RenderError, EvidenceDamaged) as fault:
        messages.error(request, str(fault))
        return HttpResponseRedirect(reverse("violations:signing_draft", args=[found.pk]))
    return pdf_response(rendered.pdf, f"{found.kind}-draft-{found.pk}.pdf")


@require_POST
@opens_with(SIGNER)
@reauthentication_required
def sign(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Sign one draft: it gets its number and takes effect in this moment.

    When the person had to prove himself first, this runs inside that page, where a message for the
    next page would be lost: so a refusal is shown at once and the number is looked up by the desk.
    """
    found = _find(request, draft_id)
    at = timezone.now()
    try:
        sign_draft(found, by=actor_for(request.user), at=at)
    except Refused as refusal:
        return _show(request, found, refused=refusal.sentences, status=409)
    except ContentError as fault:
        return _show(request, found, refused=[str(fault)], status=409)
    return HttpResponseRedirect(f"{reverse('violations:signing')}?signed={found.pk}")


@require_POST
@opens_with(SIGNER)
def give_back(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Return a draft to who proposed it, with the reason."""
    found = _find(request, draft_id)
    try:
        actions.return_draft(
            found.case_id,
            found.kind,
            by=actor_for(request.user),
            at=timezone.now(),
            reason=request.POST.get("reason", "").replace("\x00", "").strip()[:400],
        )
    except Refused as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
        return HttpResponseRedirect(reverse("violations:signing_draft", args=[found.pk]))
    messages.success(request, gettext("The draft has been returned with your reason."))
    return HttpResponseRedirect(reverse("violations:signing"))


def _just_signed(request: HttpRequest) -> Draft | None:
    """Return the paper the person has just signed, to say its number."""
    asked = request.GET.get("signed", "")
    if not asked.isascii() or not asked.isdigit():
        return None
    signed: Draft | None = (
        Draft.objects.select_related("notice", "case")
        .filter(pk=int(asked[:18]), state=Draft.State.SIGNED, settled_by__user=request.user)
        .first()
    )
    return signed


def _waiting(request: HttpRequest) -> QuerySet[Draft]:
    return within_units(
        Draft.objects.filter(state=Draft.State.PROPOSED), request.user, "case__unit__code"
    ).select_related(
        "case__unit",
        "case__detection__device",
        "case__rule",
        "case__explanation",
        "case__decision",
        "proposed_by__user",
    )


def _find(request: HttpRequest, draft_id: int) -> Draft:
    found: Draft | None = _waiting(request).filter(pk=draft_id).first()
    if found is None:
        raise Http404
    return found


def _due(draft: Draft, at: datetime) -> dict[str, Any]:
    clock = signature_of(draft).clock
    row = draft.case.deadlines.filter(name=clock).first()
    if row is None:
        return {"due_on": None, "days": None}
    return {"due_on": row.due_on, "days": (row.due_on - day_in_viet_nam(at)).days}
