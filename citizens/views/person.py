"""The pages on which a person of a case proves it, and the papers that open after it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citizens import citizen_accounts, identity_provider, person
from citizens.forms_account import OnFileForm
from citizens.forms_inbox import CodeForm
from citizens.grants import Level
from citizens.views.edge import SeeOther, ask_again, limited, network_of, opened, posted, unlisted
from notices.production import read_pdf
from violations.models import AccessEntry, Violation

PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def prove(request: HttpRequest) -> HttpResponse:
    """Ask how the person of the open case proves it; whatever was typed, the code comes next."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level is Level.DECISION:
        return ask_again(request, at=at)
    grant, case = found
    if grant.level is Level.PERSON:
        return redirect("citizens:case")
    form = OnFileForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        code_id = person.ask_for_code(
            case, form.cleaned_data["contact"], network=network_of(request), at=at
        )
        request.session["case_code"] = {"code": str(code_id or ""), "case": str(case.pk)}
        return SeeOther(reverse("citizens:prove_code"))
    signed_in = citizen_accounts.held(request.session, at=at)
    context = {
        "section": "lookup",
        "form": form,
        "case": case,
        "has_provider": identity_provider.is_there(),
        "has_identity": signed_in is not None and bool(signed_in.person),
    }
    return render(request, "citizens/prove.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def prove_code(request: HttpRequest) -> HttpResponse:
    """Take the one-time code of the open case; one asked for another case opens nothing here."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level is Level.DECISION:
        return ask_again(request, at=at)
    grant, case = found
    asked = request.session.get("case_code")
    if grant.level is Level.PERSON:
        return redirect("citizens:case")
    if asked is None or asked["case"] != str(case.pk):
        return redirect("citizens:prove")
    form = CodeForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        code_id = uuid.UUID(asked["code"]) if asked["code"] else None
        typed = form.cleaned_data["code"]
        if person.raise_by_code(request.session, case, code_id, typed, at=at):
            request.session.pop("case_code", None)
            return SeeOther(where_to_go_on(request, case))
        form.add_error(
            "code", gettext("This code does not open the case. Compare it, or ask for a new one.")
        )
    return render(request, "citizens/prove_code.html", {"form": form, "section": "lookup"})


@require_POST
@unlisted
@limited
def by_account(request: HttpRequest) -> HttpResponse:
    """Raise the open case by the identity of the account that is signed in."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level is Level.DECISION:
        return ask_again(request, at=at)
    signed_in = citizen_accounts.held(request.session, at=at)
    if signed_in is None or not signed_in.person:
        return redirect("citizens:prove")
    if not person.raise_to_person(request.session, found[1], signed_in.person, at=at):
        say_mismatch(request)
        return SeeOther(reverse("citizens:prove"))
    return SeeOther(where_to_go_on(request, found[1]))


def where_to_go_on(request: HttpRequest, case: Violation) -> str:
    """Return where whoever has just proved it goes on: to the answer that asked for it, if any."""
    kept = request.session.pop("after_proof", None)
    if kept is not None and kept["case"] == str(case.pk):
        return reverse("citizens:answer", args=[kept["answer"]])
    return reverse("citizens:case")


@require_safe
@unlisted
def paper(request: HttpRequest, kind: str) -> HttpResponse:
    """Send the signed bytes of a paper that is addressed to the person, and write down the look."""
    at = timezone.now()
    found = opened(request, at=at)
    if found is None or found[0].level is not Level.PERSON:
        raise Http404
    grant, case = found
    notice = person.papers_for(case, person.person_of(grant, case)).get(kind)
    if notice is None:
        raise Http404
    try:
        data = read_pdf(notice)
    except FileNotFoundError:
        raise Http404 from None
    AccessEntry.objects.create(case=case, what="paper", level=grant.level, at=at)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{notice.kind}-{notice.number}.pdf"'
    answer["Content-Security-Policy"] = f"{PDF_POLICY}; frame-ancestors 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def say_mismatch(request: HttpRequest) -> None:
    """Say that a proven identity is not that of this case's papers, and what to do."""
    messages.error(
        request,
        gettext(
            "The papers of this case are addressed to somebody else. The code goes on showing what "
            "it showed; if the paper is yours, call the unit below."
        ),
    )
