"""The complaint form with the decision filled in, for whoever holds the code of the case."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from citizens.grants import SEES_CASE
from citizens.views.edge import opened, unlisted
from notices.contents_post import PETITION, petition_against
from notices.rendering import render as print_paper
from violations.models import AccessEntry


@require_safe
@unlisted
def of_the_case(request: HttpRequest) -> HttpResponse:
    """Return form 01 (NĐ 155/2026) against the decision of the open case; 404 before there is one.

    Who complains writes name and number by hand: the code opens the case, it names nobody.
    """
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level not in SEES_CASE:
        raise Http404
    grant, case = found
    decision = getattr(case, "decision", None)
    if decision is None or decision.notice is None:
        raise Http404
    AccessEntry.objects.create(case=case, what="paper", level=grant.level, at=at)
    contents = petition_against(
        {
            "number": decision.notice.number_text,
            "made_on": decision.notice.issued_on.isoformat(),
        },
        decision.notice.context["unit"],
        lookup_base=settings.PORTAL_ORIGIN,
        is_trial=settings.IS_SAMPLE,
        at=at,
    )
    answer = HttpResponse(print_paper(PETITION, contents, {}).pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="don-khieu-nai.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
