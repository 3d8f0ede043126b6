"""One picture for an officer: only of the officer's own units, and every look is written down."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from cameras.evidence_views import picture_response
from cameras.models import EvidenceFile
from violations.admin.access import note_look, opens_with, within_units

OWN_UNIT = "detection__device__site__unit__code"


@require_GET
@opens_with("violations.view_violation")
def picture(request: HttpRequest, evidence_id: uuid.UUID, variant: str) -> HttpResponse:
    """Send one evidence picture, whole or as a thumbnail.

    A picture of another unit is not found, nor one of the people inside the vehicle. The custody
    log and, where a case exists, the access log name who looked.
    """
    file = (
        within_units(
            EvidenceFile.objects.all(), request.user, "detection__device__site__unit__code"
        )
        .select_related("detection__violation", "delivery")
        .filter(pk=evidence_id)
        .first()
    )
    if file is None:
        raise Http404
    at = timezone.now()
    case = getattr(file.detection, "violation", None)
    if case is not None:
        note_look(case, request.user, "evidence", at=at)
    response: HttpResponse = picture_response(
        file,
        variant,
        actor=request.user,
        actor_name=request.user.full_name,
        reason=case.number if case is not None else "",
        at=at,
    )
    return response
