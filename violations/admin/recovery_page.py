"""Lost authenticators that wait for a second person, and that person's word."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from violations import recovery
from violations.admin.access import opens_with, within_units
from violations.admin.navigation import staff_page
from violations.admin.people_page import show_password
from violations.guards import Refused
from violations.models import FactorRecovery


@require_GET
@opens_with(recovery.APPROVER)
def recoveries(request: HttpRequest) -> HttpResponse:
    """List the requests that wait; those one may not approve oneself say why."""
    return _show(request)


@require_POST
@opens_with(recovery.APPROVER)
@reauthentication_required
def approve(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Approve a request and show the temporary password once.

    Runs inside the page that asked who is there, when it had to ask: so a refusal is shown at once.
    """
    found = _find(request, recovery_id)
    try:
        password = recovery.approve(found.pk, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _show(request, refused=refusal.sentences, status=409)
    return show_password(request, found.user.officer, password)


@require_POST
@opens_with(recovery.APPROVER)
def refuse(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Refuse a request."""
    found = _find(request, recovery_id)
    try:
        recovery.refuse(found.pk, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _show(request, refused=refusal.sentences, status=409)
    messages.success(request, gettext("The request has been refused."))
    return HttpResponseRedirect(reverse("violations:recoveries"))


def _find(request: HttpRequest, recovery_id: int) -> FactorRecovery:
    rows = within_units(FactorRecovery.objects.all(), request.user, "user__officer__unit__code")
    found: FactorRecovery | None = (
        rows.select_related("user__officer").filter(pk=recovery_id).first()
    )
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "title": gettext("Lost authenticators"),
        "rows": recovery.waiting_for(request.user, timezone.now()),
        "refused": refused or [],
    }
    return staff_page(request, "violations/recoveries.html", context, status=status)
