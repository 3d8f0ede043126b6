"""What the pages of the case, the post room and deliveries in person do alike with a delivery."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from notices.models import Notice, PaperDelivery
from violations import delivery_outcomes, returned_mail
from violations.actors import Actor, actor_for
from violations.admin.access import find_case, opens_with
from violations.guards import Refused
from violations.workflow.step import SERVE

Begin = Callable[[str, Actor, datetime], PaperDelivery]


@require_POST
@opens_with(SERVE)
def begin_delivery(request: HttpRequest, number: str, notice_id: uuid.UUID) -> HttpResponse:
    """Begin the next delivery of a paper of a case by the route the officer chose."""
    case = find_case(request.user, number)
    notice = Notice.objects.filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    tell_begun(
        request,
        lambda route, by, at: delivery_outcomes.begin_delivery(
            case.pk, notice, route, by=by, at=at
        ),
    )
    return HttpResponseRedirect(reverse("violations:case", args=[case.number]))


def tell_begun(request: HttpRequest, begin: Begin) -> PaperDelivery | None:
    """Begin by the posted route and say what came of it; None where it was refused."""
    try:
        begun = begin(request.POST.get("route", ""), actor_for(request.user), timezone.now())
    except Refused as refusal:
        for sentence in refusal.sentences:
            messages.error(request, sentence)
        return None
    messages.success(
        request,
        gettext("The next attempt has begun: %(route)s.") % {"route": begun.get_route_display()},
    )
    return begun


def returned_picture(found: PaperDelivery) -> HttpResponse:
    """Answer with the photograph of a delivery: never kept by a browser, never guessed at."""
    response = HttpResponse(
        returned_mail.shown_envelope(found.envelope_sha256), content_type="image/jpeg"
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
