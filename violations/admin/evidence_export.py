"""Hand out the evidence pack of a case: one file, noted in the access and custody logs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from cameras.evidence import EvidenceDamaged, EvidenceDisposed
from cameras.pack_proofs import LogDamaged
from violations.actors import actor_for
from violations.admin.access import find_case, opens_with
from violations.exports import export
from violations.guards import Refused


@require_GET
@opens_with("violations.export_evidence")
def pack(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with the ZIP, or with the sentence that says why there is none."""
    case = find_case(request.user, number)
    try:
        data = export(case, by=actor_for(request.user), user=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    except EvidenceDisposed:
        messages.error(
            request,
            gettext(
                "The originals were disposed of at the end of their retention; there is no pack."
            ),
        )
    except LogDamaged:
        messages.error(
            request,
            gettext(
                "The custody log differs from what was signed, so nothing can be proved from it "
                "now. Tell the administrator."
            ),
        )
    except EvidenceDamaged:
        messages.error(
            request,
            gettext("An original differs from what was received. Tell the camera technician."),
        )
    else:
        response = HttpResponse(data, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="{case.number}-chung-cu.zip"'
        return response
    return HttpResponseRedirect(reverse("violations:case", args=[number]))
