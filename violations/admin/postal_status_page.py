"""The clerk hands in the file of outcomes that the post sends."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from violations import postal_statuses
from violations.actors import actor_for
from violations.admin.access import opens_with
from violations.admin.navigation import staff_page
from violations.guards import Refused

MOST_BYTES = 2 * 1024 * 1024


@require_http_methods(["GET", "POST"])
@opens_with("notices.print_notice")
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the file, and show what was written down and what was not."""
    context = {"title": gettext("Status file of the post"), "report": None, "refused": []}
    status = 200
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise Refused(gettext("Choose the file first."))
            if (upload.size or 0) > MOST_BYTES:
                raise Refused(gettext("The file is larger than 2 MB; split it."))
            context["report"] = postal_statuses.import_statuses(
                upload.read(), by=actor_for(request.user), at=timezone.now()
            )
        except Refused as refusal:
            context["refused"], status = refusal.sentences, 422
    return staff_page(request, "violations/postal_statuses.html", context, status=status)
