""" "It was me": who you are, your licence, how the record is made, how you confirm; then check."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from citizens import driver_statements, inbox
from citizens.driver_statements import Driver
from citizens.forms_inbox import CodeForm
from citizens.forms_naming import ConfirmForm, DriverForm, ElectronicForm, LicenceForm
from citizens.grants import Grant, Level
from citizens.models import InboxCode
from citizens.questions import CHECK, Draft, Question
from citizens.views.asking import ask, check_page
from citizens.views.edge import (
    SeeOther,
    ask_again,
    limited,
    network_of,
    opened,
    posted,
    unlisted,
)
from violations.guards import Refused
from violations.models import Violation

WHO = Question(
    "nguoi-khai",
    _("Who drove? Your name and papers"),
    DriverForm,
    _("Say it only if you drove. An officer makes the record from it; nothing is payable yet."),
)
LICENCE = Question(
    "giay-phep",
    _("Your driving licence"),
    LicenceForm,
    _("This act may take points from the licence, so its number stands in the record."),
)
ELECTRONIC = Question("bien-ban", _("The record"), ElectronicForm)
CONFIRM = Question(
    "xac-thuc",
    _("How do you confirm that it is you?"),
    ConfirmForm,
    _(
        "With a one-time code the statement is yours. Without it, it is a declaration that you "
        "complete at the unit."
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def it_was_me(request: HttpRequest) -> HttpResponse:
    """Ask, show all answers, and take the statement; afterwards show what became of it."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level is Level.DECISION:
        return ask_again(request, at=at)
    grant, case = found
    if (state := _state(request, case)) is not None:
        return state
    draft = _draft(request, grant, case)
    answer = ask(request, draft, _frame())
    if answer is not None:
        return answer
    if request.method != "POST":
        return _check(request, draft, case)
    answers = draft.answers()
    if answers.get("way") == "code":
        code_id = inbox.ask_for_code(
            answers["identity_number"],
            answers["contact"],
            purpose="driver",
            network=network_of(request),
            at=at,
        )
        request.session["drove_code"] = str(code_id or "")
        return SeeOther(reverse("citizens:it_was_me_code"))
    return _take(request, draft, grant, case, None, at=at)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the one-time code with which the person confirms the statement."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level is Level.DECISION:
        return ask_again(request, at=at)
    grant, case = found
    asked = request.session.get("drove_code")
    draft = _draft(request, grant, case)
    if asked is None or draft.next_open() != CHECK:
        return redirect("citizens:it_was_me")
    form = CodeForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        code = inbox.open_with_code(
            uuid.UUID(asked) if asked else None, form.cleaned_data["code"], purpose="driver", at=at
        )
        if code is not None:
            request.session.pop("drove_code", None)
            return _take(request, draft, grant, case, code, at=at)
        form.add_error(
            "code",
            gettext("This code is not right. Compare it, ask for a new one, or go without it."),
        )
    context = {"form": form, "section": "lookup"}
    return render(
        request, "citizens/it_was_me_code.html", context, status=422 if form.errors else 200
    )


def driver_in(draft: Draft) -> Driver:
    """Return who drove, from a draft whose questions are all answered."""
    answers = draft.answers()
    return Driver(
        full_name=answers["full_name"],
        born_on=answers["born_on"],
        identity_number=answers["identity_number"],
        address=answers["address"],
        licence_number=answers.get("licence_number", ""),
        licence_classes=answers.get("licence_classes", ""),
        agrees_electronic=answers["electronic"] == "yes",
    )


def _draft(request: HttpRequest, grant: Grant, case: Violation) -> Draft:
    questions = [WHO, ELECTRONIC]
    if driver_statements.asks_licence(case):
        questions.insert(1, LICENCE)
    if grant.level is Level.CODE:
        questions.append(CONFIRM)
    return Draft(request.session, "it_was_me", str(case.pk), questions)


def _take(
    request: HttpRequest,
    draft: Draft,
    grant: Grant,
    case: Violation,
    code: InboxCode | None,
    *,
    at: datetime,
) -> HttpResponse:
    try:
        driver_statements.state(
            case.pk,
            driver_in(draft),
            form_key=draft.form_key,
            person=bytes.fromhex(grant.person),
            code=code,
            at=at,
        )
    except Refused as refusal:
        return _check(request, draft, case, refused=refusal.sentences)
    draft.forget()
    return SeeOther(reverse("citizens:it_was_me"))


def _check(
    request: HttpRequest, draft: Draft, case: Violation, *, refused: list[str] | None = None
) -> HttpResponse:
    is_coded = draft.answers().get("way") == "code"
    context = _frame() | {
        "statement": driver_statements.text_of(case, driver_in(draft)),
        "button": gettext("Send me the one-time code") if is_coded else gettext("State it"),
        "case": case,
        "before": f"{reverse('citizens:it_was_me')}?cau={draft.questions[-1].slug}",
    }
    return check_page(request, draft, context, refused=refused)


def _state(request: HttpRequest, case: Violation) -> HttpResponse | None:
    """Return the page of a statement that was made, or why none can be; None while one can."""
    last = case.driver_statements.order_by("-made_at").first()
    sentence = driver_statements.may_state(case)
    if last is not None and last.state == "named" and not sentence:
        last = None  # the officer has withdrawn the offender: who drove is open again
    is_asking = "cau" in request.GET or request.method == "POST"
    is_open = not sentence and (last is None or last.state == "set_aside")
    if is_open and (last is None or is_asking):
        return None
    context = {"section": "lookup", "case": case, "last": last, "sentence": sentence}
    return render(request, "citizens/it_was_me_state.html", context)


def _frame() -> dict[str, Any]:
    return {
        "section": "lookup",
        "flow_title": gettext("It was me"),
        "leave": reverse("citizens:case"),
        "here": reverse("citizens:it_was_me"),
    }
