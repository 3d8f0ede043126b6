"""The officers' page of one case's consents to electronic delivery: give, withdraw, history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from citizens import consents
from citizens.forms_consent import GiveForm, OfPerson, WithdrawForm
from notices.channels.configured import can_send_by
from notices.models import PaperDelivery
from violations.actors import actor_for
from violations.admin.access import find_case, note_look, opens_with
from violations.admin.navigation import staff_page
from violations.electronic_rules import RULES
from violations.guards import Refused
from violations.models import Party, Violation
from violations.workflow.step import SERVE

Route = PaperDelivery.Route
FORMS: dict[str, type[OfPerson]] = {"give": GiveForm, "withdraw": WithdrawForm}


@require_http_methods(["GET", "POST"])
@opens_with(SERVE)
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Show who agreed to what, or record what a person says; a refusal keeps what was typed."""
    case = find_case(request.user, number)
    at = timezone.now()
    if request.method == "GET":
        note_look(case, request.user, "case", at=at)
        return _show(request, case, {})
    if case.unit.code not in request.user.unit_codes:
        raise PermissionDenied  # an emergency lets read and not act
    act = request.POST.get("act", "")
    if act not in FORMS:
        raise Http404
    form = FORMS[act](request.POST, case=case, people=people_of(case), auto_id=f"{act}_%s")
    if not form.is_valid():
        return _show(request, case, {act: form}, status=422)
    try:
        _take(act, case, form, request, at)
    except Refused as refused:
        for sentence in refused.sentences:
            form.add_error(None, sentence)
        return _show(request, case, {act: form}, status=409)
    messages.success(request, gettext("Written down."))
    return HttpResponseRedirect(reverse("consents:case", args=[case.number]))


def people_of(case: Violation) -> list[Party]:
    """Return the persons of a case to whom papers go, the owner first."""
    wanted = {rule.addressee for rule in RULES.values()}
    return list(case.parties.filter(role__in=wanted).order_by("-role"))


def _take(act: str, case: Violation, form: Any, request: HttpRequest, at: datetime) -> None:
    filled, by = form.cleaned_data, actor_for(request.user)
    if act == "withdraw":
        consents.withdraw(
            case,
            form.party,
            proof=filled["proof"],
            proof_text=filled["proof_text"],
            by=by,
            at=at,
        )
        return
    consents.give(
        case,
        form.party,
        by_account=filled["by_account"],
        email=filled["email"],
        phone=filled["phone"],
        proof=filled["proof"],
        proof_text=filled["proof_text"],
        document=form.documents.get(filled["document"]),
        by=by,
        at=at,
    )


def _show(
    request: HttpRequest, case: Violation, filled: dict[str, OfPerson], *, status: int = 200
) -> HttpResponse:
    people = people_of(case)
    rows = [{"party": party, "history": consents.history(party)} for party in people]
    for row in rows:
        held = row["history"][0] if row["history"] else None
        row["consent"] = held if held is not None and held.withdrawn_at is None else None
    holders = [row["party"] for row in rows if row["consent"]]
    context = {
        "title": gettext("Electronic delivery"),
        "case": case,
        "rows": rows,
        "may_withdraw": bool(holders),
        "failed": next(iter(filled.values()), None),
        "failed_act": next(iter(filled), ""),
        "give": filled.get("give") or GiveForm(case=case, people=people, auto_id="give_%s"),
        "withdraw": filled.get("withdraw")
        or WithdrawForm(case=case, people=holders, auto_id="withdraw_%s"),
        "has_mail": can_send_by(Route.EMAIL),
        "has_sms": can_send_by(Route.SMS),
        "may_act": case.unit.code in request.user.unit_codes,
    }
    return staff_page(request, "violations/consents.html", context, status=status)
