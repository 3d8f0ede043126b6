"""The officers' pages of who drove: what waits, the chain of one case, and the letter to a person.

The citizens' words name nobody; the buttons here each make one legal act by one domain call.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from citizens import driver_statements, naming_desk, nomination_messages, nominations
from citizens.models import DriverStatement, Nomination
from violations import sanctions
from violations.actors import Actor, actor_for
from violations.admin.access import find_case, note_look, opens_with
from violations.admin.navigation import staff_page
from violations.guards import Refused
from violations.models import Party, Violation
from violations.workflow import STEPS, obstacles
from violations.workflow.step import PROPOSE


@require_GET
@opens_with(PROPOSE)
def waiting(request: HttpRequest) -> HttpResponse:
    """List the statements and nominations of one's units, those that wait for an officer first."""
    lines = naming_desk.lines(request.user, timezone.now())
    context = {
        "title": gettext("Who drove"),
        "ours": [line for line in lines if line.is_ours],
        "others": [line for line in lines if not line.is_ours],
    }
    return staff_page(request, "drivers/list.html", context)


@require_http_methods(["GET", "POST"])
@opens_with(PROPOSE)
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    """Show what people said in one case, link by link, or take an officer's act."""
    case = find_case(request.user, number)
    at = timezone.now()
    if request.method == "GET":
        note_look(case, request.user, "case", at=at)
        return _show(request, case)
    if case.unit.code not in request.user.unit_codes:
        raise PermissionDenied  # an emergency lets read and not act
    try:
        said = _take(request, case, actor_for(request.user))
    except Refused as refusal:
        return _show(request, case, refused=refusal.sentences, status=409)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("drivers:case", args=[case.number]))


@require_GET
@opens_with(PROPOSE)
def letter(request: HttpRequest, number: str, nomination_id: uuid.UUID) -> HttpResponse:
    """Show the letter to a person named, to be printed; the look is logged."""
    case = find_case(request.user, number)
    nomination = case.nominations.filter(pk=nomination_id).first()
    if nomination is None or not nomination_messages.needs_letter(nomination):
        raise Http404
    note_look(case, request.user, "paper", at=timezone.now())
    context = {
        "title": gettext("Letter to the person named"),
        "case": case,
        "nomination": nomination,
        "paragraphs": naming_desk.letter(nomination),
        "code": naming_desk.code_for_letter(nomination),
    }
    return staff_page(request, "drivers/letter.html", context)


def _take(request: HttpRequest, case: Violation, by: Actor) -> str:
    """Take the act that was pressed and return what to say. Raises Refused."""
    at = timezone.now()
    act, wanted = request.POST.get("act", ""), request.POST.get("id", "")
    if act == "propose_record":
        sanctions.propose_record(case.pk, by=by, at=at)
        return gettext("The record waits for a signature.")
    if act in ("name", "set_aside"):
        statement = _of_case(DriverStatement, case, wanted)
        if act == "name":
            driver_statements.name_stated(statement.pk, by=by, at=at)
            return gettext("The offender is named; the five working days for the record run.")
        answer = request.POST.get("answer", "").replace("\x00", "")
        driver_statements.set_aside(statement.pk, answer=answer, by=by, at=at)
        return gettext("Set aside; the person can read the answer.")
    if act == "posted":
        nominations.note_posted(_of_case(Nomination, case, wanted).pk, by=by, at=at)
        return gettext("Written down.")
    raise Http404


def _of_case(model: Any, case: Violation, wanted: str) -> Any:
    """Return a row of this very case; 404 for every other."""
    try:
        found = model.objects.filter(pk=uuid.UUID(wanted), case=case).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _show(
    request: HttpRequest,
    case: Violation,
    *,
    refused: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    case = find_case(request.user, case.number)  # afresh: a refused act may have touched it
    by = actor_for(request.user)
    statements = list(
        case.driver_statements.select_related("settled_by__user", "nomination").order_by("-made_at")
    )
    links = list(case.nominations.select_related("predecessor").order_by("named_at"))
    context = {
        "title": gettext("Who drove"),
        "case": case,
        "owner": case.parties.filter(role=Party.Role.OWNER).first(),
        "offender": case.parties.filter(role=Party.Role.OFFENDER).first(),
        "statements": [
            {
                "row": row,
                "is_open": row.state == DriverStatement.State.OPEN,
                "lacks": driver_statements.lacks_person(row),
            }
            for row in statements
        ],
        "links": [
            {"row": row, "needs_letter": nomination_messages.needs_letter(row)} for row in links
        ],
        "naming": list(obstacles(STEPS["name_offender"], case, by, at)),
        "recording": list(obstacles(STEPS["propose_record"], case, by, at)),
        "may_act": case.unit.code in request.user.unit_codes,
        "clock": case.deadlines.filter(name="no_show", met_on__isnull=True).first(),
        "refused": refused or [],
    }
    return staff_page(request, "drivers/case.html", context, status=status)
