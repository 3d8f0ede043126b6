"""Another person drove: why, who, how to reach him, when, what shows it; then check and send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from citizens import limits, nominations
from citizens.contacts import masked_contact
from citizens.forms_naming import PeriodForm, ProofForm, ReachForm, ReasonForm, WhoForm
from citizens.grants import Level
from citizens.models import Nomination
from citizens.nominations import Named
from citizens.questions import Draft, Question
from citizens.views.asking import ask, check_page
from citizens.views.edge import SeeOther, ask_again, limited, network_of, opened, unlisted
from violations.guards import Refused
from violations.models import Violation

REASON = Question(
    "vi-sao",
    _("What happened?"),
    ReasonForm,
    _(
        "Whoever names a driver answers for its truth. The person named is told and says whether "
        "it is so."
    ),
)
WHO = Question("ai", _("Who drove or had the vehicle?"), WhoForm)
REACH = Question(
    "lien-he",
    _("How can we reach the person?"),
    ReachForm,
    _("We write once, with a code. An e-mail or mobile number is fastest; a letter takes longer."),
)
PERIOD = Question("thoi-gian", _("From when to when?"), PeriodForm)
PROOF = Question("chung-minh", _("What shows it?"), ProofForm)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def another(request: HttpRequest) -> HttpResponse:
    """Ask, show all answers, and name the person; afterwards show what he answered."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level is Level.DECISION:
        return ask_again(request, at=at)
    grant, case = found
    if (state := _state(request, case, at)) is not None:
        return state
    draft = draft_of(request, "another", str(case.pk))
    frame = _frame(case)
    answer = ask(request, draft, frame)
    if answer is not None:
        return answer
    if request.method != "POST":
        return _check(request, draft, frame)
    limits.spend(nominations.NAMED_FROM_A_NETWORK, network_of(request), at=at)
    try:
        nominations.name(
            case.pk,
            named_in(draft),
            form_key=draft.form_key,
            identified=grant.level is Level.PERSON,
            at=at,
        )
    except Refused as refusal:
        return _check(request, draft, frame, refused=refusal.sentences)
    draft.forget()
    return SeeOther(reverse("citizens:another"))


@require_POST
@unlisted
def take_back(request: HttpRequest) -> HttpResponse:
    """Take back who was named and has not answered."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level is Level.DECISION:
        return ask_again(request, at=at)
    if nominations.withdraw(found[1].pk, at=at):
        messages.info(request, gettext("Taken back. The code of that person opens nothing more."))
    return SeeOther(reverse("citizens:another"))


def draft_of(request: HttpRequest, name: str, subject: str) -> Draft:
    """Return the draft of a nomination; days are asked where the vehicle changed hands."""
    draft = Draft(request.session, name, subject, [REASON, WHO, REACH, PERIOD, PROOF])
    reason = draft.form(REASON)
    if reason is not None and reason.cleaned_data["reason"] == Nomination.Reason.DROVE:
        return Draft(request.session, name, subject, [REASON, WHO, REACH, PROOF])
    return draft


def named_in(draft: Draft) -> Named:
    """Return who is named in a draft whose questions are all answered."""
    answers = draft.answers()
    return Named(
        reason=answers["reason"],
        full_name=answers["named_name"],
        address=answers["named_address"],
        email=answers["named_email"],
        phone=answers["named_phone"],
        from_on=answers.get("from_on"),
        until_on=answers.get("until_on"),
        proof_text=answers["proof_text"],
    )


def _check(
    request: HttpRequest,
    draft: Draft,
    frame: Mapping[str, Any],
    *,
    refused: list[str] | None = None,
) -> HttpResponse:
    context = {
        **frame,
        "button": gettext("Name this person"),
        "warning": gettext(
            "A false name costs 30 to 32 million đồng, an organisation 60 to 64 million "
            "(NĐ 168/2024 Đ12 k13). Your last day stays as it is."
        ),
        "before": f"{frame['here']}?cau={draft.questions[-1].slug}",
    }
    return check_page(request, draft, context, refused=refused)


def _state(request: HttpRequest, case: Violation, at: datetime) -> HttpResponse | None:
    """Return the page of who was named, or why nobody can be; None while one may be named."""
    last = case.nominations.order_by("-named_at", "-depth").first()
    sentence = nominations.may_name(case, at=at)
    stands = last is not None and (
        last.state == Nomination.State.ACCEPTED
        or (last.state == Nomination.State.OPEN and at < last.expires_at)
    )
    statement = getattr(last, "statement", None)
    if statement is not None and statement.state != "open" and not sentence:
        stands = False
        if statement.state == "named":  # the officer has withdrawn the offender again
            statement = last = None
    is_asking = "cau" in request.GET or request.method == "POST"
    if not sentence and not stands and (last is None or is_asking):
        return None
    contact = (last.email or last.phone) if last is not None else ""
    clock = case.deadlines.filter(name="no_show", met_on__isnull=True).first()
    context = {
        "section": "lookup",
        "case": case,
        "last": last,
        "statement": statement,
        "has_expired": last is not None and last.state == "open" and at >= last.expires_at,
        "told_at": masked_contact(contact) if contact else "",
        "sentence": sentence,
        "stands": stands,
        "answer_by": clock.due_on if clock else None,
    }
    return render(request, "citizens/another_state.html", context)


def _frame(case: Violation) -> dict[str, Any]:
    return {
        "section": "lookup",
        "flow_title": gettext("Another person drove"),
        "leave": reverse("citizens:case"),
        "here": reverse("citizens:another"),
        "case": case,
    }
