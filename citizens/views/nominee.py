"""The pages of a person named as the driver: code, what is said, and accept, refuse or pass on."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from citizens import driver_statements, limits, nominations
from citizens.forms_naming import NamedCodeForm, RefusalForm
from citizens.models import Nomination
from citizens.nomination_models import MOST_LINKS
from citizens.questions import Draft
from citizens.views.asking import ask, check_page
from citizens.views.edge import SeeOther, limited, network_of, posted, unlisted
from citizens.views.it_was_me import ELECTRONIC, LICENCE, WHO, driver_in
from citizens.views.nominate import draft_of, named_in
from citizens.wording import short_act
from violations.guards import Refused, day_in_viet_nam

# What whoever named says, in words to the person named.
SAID = {
    Nomination.Reason.DROVE: _("you drove the vehicle"),
    Nomination.Reason.LENT: _("the vehicle was lent to you"),
    Nomination.Reason.RENTED: _("the vehicle was rented to you"),
    Nomination.Reason.SOLD: _("the vehicle was sold or given to you"),
}
OPEN_LASTS = timedelta(minutes=30)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def enter(request: HttpRequest) -> HttpResponse:
    """Take the code. Wrong and missing look the same, and each failure counts."""
    at = timezone.now()
    form = NamedCodeForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        found = nominations.find(form.cleaned_data["code"], network=network_of(request), at=at)
        if found is not None:
            request.session["named"] = {
                "nomination": str(found.pk),
                "until": (at + OPEN_LASTS).isoformat(),
            }
            request.session.cycle_key()
            return SeeOther(reverse("citizens:named_case"))
        form.add_error(
            "code", gettext("This code opens nothing. Compare it with the message or the letter.")
        )
    return render(request, "citizens/named_code.html", {"form": form, "section": "lookup"})


@require_safe
@unlisted
def case_of(request: HttpRequest) -> HttpResponse:
    """Show what is said of the person, and the three answers; afterwards what became of it."""
    at = timezone.now()
    nomination = held(request, at=at)
    if nomination is None:
        return redirect("citizens:named")
    context = _said(nomination, at) | {
        "may_pass_on": nomination.depth < MOST_LINKS,
        "statement": getattr(nomination, "statement", None),
    }
    return render(request, "citizens/named_case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def accept(request: HttpRequest) -> HttpResponse:
    """Ask who the person is, show all answers, and take his word that he drove."""
    at = timezone.now()
    nomination = held(request, at=at)
    if nomination is None:
        return redirect("citizens:named")
    if not _is_open(nomination, at):
        return redirect("citizens:named_case")
    draft = _draft(request, nomination)
    frame = _frame(gettext("I drove"), "citizens:named_accept")
    answer = ask(request, draft, frame)
    if answer is not None:
        return answer
    driver = driver_in(draft)
    shown = {
        **frame,
        "statement": driver_statements.text_of(nomination.case, driver),
        "button": gettext("State it"),
        "before": f"{frame['here']}?cau={draft.questions[-1].slug}",
    }
    if request.method != "POST":
        return check_page(request, draft, shown)
    try:
        nominations.accept(nomination.pk, driver, form_key=draft.form_key, at=at)
    except Refused as refusal:
        return check_page(request, draft, shown, refused=refusal.sentences)
    draft.forget()
    return SeeOther(reverse("citizens:named_case"))


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def refuse(request: HttpRequest) -> HttpResponse:
    """Ask why, and take the word of the person named that he did not drive."""
    at = timezone.now()
    nomination = held(request, at=at)
    if nomination is None:
        return redirect("citizens:named")
    if not _is_open(nomination, at):
        return redirect("citizens:named_case")
    form = RefusalForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        try:
            nominations.refuse(nomination.pk, form.cleaned_data["why"], at=at)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return SeeOther(reverse("citizens:named_case"))
    context = _frame(gettext("It was not me"), "citizens:named_refuse") | {
        "form": form,
        "question_title": gettext("It was not me"),
        "question_lead": gettext("The case goes back to whoever named you; nothing more is asked."),
        "before": reverse("citizens:named_case"),
        "button": gettext("Send"),
    }
    return render(request, "citizens/question.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def pass_on(request: HttpRequest) -> HttpResponse:
    """Ask who drove instead, show all answers, and name the next person."""
    at = timezone.now()
    nomination = held(request, at=at)
    if nomination is None:
        return redirect("citizens:named")
    if not _is_open(nomination, at):
        return redirect("citizens:named_case")
    draft = draft_of(request, "pass_on", str(nomination.pk))
    frame = _frame(gettext("I had the vehicle, another drove"), "citizens:named_pass_on")
    answer = ask(request, draft, frame)
    if answer is not None:
        return answer
    shown = {
        **frame,
        "button": gettext("Name this person"),
        "before": f"{frame['here']}?cau={draft.questions[-1].slug}",
    }
    if request.method != "POST":
        return check_page(request, draft, shown)
    limits.spend(nominations.NAMED_FROM_A_NETWORK, network_of(request), at=at)
    try:
        nominations.pass_on(nomination.pk, named_in(draft), form_key=draft.form_key, at=at)
    except Refused as refusal:
        return check_page(request, draft, shown, refused=refusal.sentences)
    draft.forget()
    return SeeOther(reverse("citizens:named_case"))


def held(request: HttpRequest, *, at: datetime) -> Nomination | None:
    """Return the nomination this session has opened, None when nothing or no longer."""
    kept = request.session.get("named")
    if kept is None or at >= datetime.fromisoformat(kept["until"]):
        return None
    return (
        Nomination.objects.select_related("case__unit", "case__rule", "case__detection")
        .filter(pk=uuid.UUID(kept["nomination"]))
        .first()
    )


def _is_open(nomination: Nomination, at: datetime) -> bool:
    return nomination.state == Nomination.State.OPEN and at < nomination.expires_at


def _said(nomination: Nomination, at: datetime) -> dict[str, Any]:
    """Return what a person named is told: what the law publishes of the case, and his own name.

    Neither owner nor pictures nor amount; time and place only where the look-up by plate shows
    them (TT 73/2024 Đ24 k1c), otherwise the month.
    """
    case = nomination.case
    is_published = settings.PUBLIC_PLATE_LOOKUP == "official_fields"
    return {
        "section": "lookup",
        "nomination": nomination,
        "case": case,
        "said": SAID[Nomination.Reason(nomination.reason)],
        "act": short_act(case),
        "place": case.place if is_published else "",
        "moment": case.occurred_at if is_published else None,
        "month": f"{case.occurred_on:%m/%Y}",
        "is_open": _is_open(nomination, at),
        "days": (day_in_viet_nam(nomination.expires_at) - day_in_viet_nam(at)).days,
        "until": day_in_viet_nam(nomination.expires_at),
    }


def _draft(request: HttpRequest, nomination: Nomination) -> Draft:
    questions = [WHO, ELECTRONIC]
    if driver_statements.asks_licence(nomination.case):
        questions.insert(1, LICENCE)
    return Draft(request.session, "named", str(nomination.pk), questions)


def _frame(title: str, address: str) -> dict[str, Any]:
    return {
        "section": "lookup",
        "flow_title": title,
        "leave": reverse("citizens:named_case"),
        "here": reverse(address),
    }
