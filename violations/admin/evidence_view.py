"""One picture or film for an officer: only of the officer's own units, every look written down."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from cameras.evidence_views import picture_response
from cameras.film_views import film_response
from cameras.models import EvidenceFile
from violations.admin.access import note_look, opens_with, readable

OWN_UNIT = "detection__device__site__unit__code"
#: Faces of those inside: kept with the evidence, shown on no ordinary page.
NOT_SHOWN = "occupant"


@require_GET
@opens_with("violations.view_violation")
def picture(request: HttpRequest, evidence_id: uuid.UUID, variant: str) -> HttpResponse:
    """Send one evidence picture, whole or as a thumbnail.

    A picture of another unit is not found, nor one of the people inside the vehicle. The custody
    log and, where a case exists, the access log name who looked.
    """
    file = find_file(request, evidence_id)
    if file.role == EvidenceFile.FILM:
        raise Http404
    at = timezone.now()
    return picture_response(
        file,
        variant,
        actor=request.user,
        actor_name=request.user.full_name,
        reason=_noted(file, request, at),
        at=at,
    )


@require_GET
@opens_with("violations.view_violation")
def film(request: HttpRequest, evidence_id: uuid.UUID) -> HttpResponseBase:
    """Send a film, or the range of it the player asks for; rights and logs as for a picture."""
    file = find_file(request, evidence_id)
    if file.role != EvidenceFile.FILM:
        raise Http404
    at = timezone.now()
    case = getattr(file.detection, "violation", None)
    return film_response(
        file,
        request,
        actor=request.user,
        actor_name=request.user.full_name,
        reason=case.number if case is not None else "",
        at=at,
        on_opening=lambda: _noted(file, request, at),
    )


def find_file(request: HttpRequest, evidence_id: uuid.UUID) -> EvidenceFile:
    """Return a picture or film of the person's units that may be shown. Raises Http404."""
    file = (
        readable(EvidenceFile.objects.all(), request.user, OWN_UNIT)
        .select_related("detection__violation__unit", "delivery")
        .filter(pk=evidence_id)
        .exclude(role=NOT_SHOWN)
        .first()
    )
    if file is None:
        raise Http404
    return file


def _noted(file: EvidenceFile, request: HttpRequest, at: datetime) -> str:
    """Note the look in the access log of the case, if there is one, and return its number."""
    case = getattr(file.detection, "violation", None)
    if case is None:
        return ""
    note_look(case, request.user, "evidence", at=at)
    return str(case.number)
