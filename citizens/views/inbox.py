"""The pages of the inbox: ask for a code, enter it, see the papers, open one, stop it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citizens import consents, inbox, inbox_letters
from citizens.forms_inbox import AskForm, CodeForm, ContactForm
from citizens.views.edge import SeeOther, limited, network_of, posted, unlisted
from citizens.views.list_parts import asked_part, links_of, parts_of
from citizens.wording import PAPERS
from notices.production import read_pdf

PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def ask(request: HttpRequest) -> HttpResponse:
    """Ask who wants to open the inbox; whoever it is, the next page asks for the code."""
    at = timezone.now()
    if request.method != "POST" and inbox.held(request.session, at=at):
        return redirect("citizens:inbox")
    form = AskForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        code_id = inbox.ask_for_code(
            form.cleaned_data["identity_number"],
            form.cleaned_data["contact"],
            network=network_of(request),
            at=at,
        )
        request.session["inbox_code"] = str(code_id or "")
        return SeeOther(reverse("citizens:inbox_code"))
    return render(request, "citizens/inbox_ask.html", {"form": form, "section": "lookup"})


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the one-time code."""
    asked = request.session.get("inbox_code")
    if asked is None:
        return redirect("citizens:inbox_ask")
    form = CodeForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        at = timezone.now()
        code_id = uuid.UUID(asked) if asked else None
        code = inbox.open_with_code(code_id, form.cleaned_data["code"], at=at)
        if code is not None:
            inbox.give(request.session, code, at=at)
            return SeeOther(reverse("citizens:inbox"))
        form.add_error(
            "code",
            gettext("This code does not open the inbox. Compare it, or ask for a new one."),
        )
    return render(request, "citizens/inbox_code.html", {"form": form, "section": "lookup"})


@require_safe
@unlisted
def papers(request: HttpRequest) -> HttpResponse:
    """List the papers of the person."""
    opened = inbox.held(request.session, at=timezone.now())
    if opened is None:
        return _ask_again(request)
    request.session.pop("inbox_contact", None)
    part = asked_part(request, inbox_letters.PARTS)
    page = inbox_letters.page_of(opened, part, request.GET.get("trang", ""))
    context = {
        "section": "lookup",
        "consent": opened.consent,
        "letters": [
            {"paper": each, "name": PAPERS.get(each.kind, each.get_kind_display())}
            for each in page.rows
        ],
        "parts": parts_of(inbox_letters.PARTS, inbox_letters.counts(opened), part),
        "part": part,
    } | links_of(page, part)
    return render(request, "citizens/inbox.html", context)


@require_POST
@unlisted
@limited
def open_paper(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Record that the person opens a paper, then show it. A link alone opens nothing."""
    at = timezone.now()
    opened = inbox.held(request.session, at=at)
    if opened is None:
        return _ask_again(request)
    found = inbox_letters.letter(opened, notice_id)
    if found is None:
        raise Http404
    inbox_letters.open_letter(opened, found, network=network_of(request), at=at)
    return SeeOther(reverse("citizens:inbox_pdf", args=[notice_id]))


@require_safe
@unlisted
def pdf(request: HttpRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Send a paper that the person has opened."""
    at = timezone.now()
    opened = inbox.held(request.session, at=at)
    if opened is None:
        return _ask_again(request)
    found = inbox_letters.letter(opened, notice_id)
    if found is None or found.opened_at is None:
        raise Http404
    try:
        data = read_pdf(found.paper)
    except FileNotFoundError:
        raise Http404 from None
    inbox_letters.note_look(found.paper, at=at)
    response = HttpResponse(data, content_type="application/pdf")
    name = f"{found.paper.kind}-{found.paper.number}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Content-Security-Policy"] = f"{PDF_POLICY}; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@limited
def change_contact(request: HttpRequest) -> HttpResponse:
    """Ask for a new contact and, once one was given, for the code that was sent to it."""
    at = timezone.now()
    opened = inbox.held(request.session, at=at)
    if opened is None:
        return _ask_again(request)
    asked = request.session.get("inbox_contact")
    if request.method == "POST" and "contact" in request.POST:
        form = ContactForm(request.POST, use_required_attribute=False)
        if form.is_valid():
            contact = form.cleaned_data["contact"]
            code_id = inbox.ask_for_contact(opened, contact, at=at)
            if code_id is not None:
                request.session["inbox_contact"] = {"code": str(code_id), "contact": contact}
                return SeeOther(reverse("citizens:inbox_contact"))
            form.add_error("contact", gettext("This portal cannot send there now."))
        return render(request, "citizens/inbox_contact.html", {"form": form, "section": "lookup"})
    if asked is None:
        context = {"form": ContactForm(use_required_attribute=False), "section": "lookup"}
        return render(request, "citizens/inbox_contact.html", context)
    form = CodeForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        code = inbox.open_with_code(
            uuid.UUID(asked["code"]),
            form.cleaned_data["code"],
            new_contact=asked["contact"],
            at=at,
        )
        if code is not None and inbox.confirm_contact(opened, code, at=at):
            request.session.pop("inbox_contact", None)
            messages.info(request, gettext("The next papers are told to the new contact."))
            return SeeOther(reverse("citizens:inbox"))
        form.add_error("code", gettext("This code is not right. Compare it, or begin anew."))
    context = {"form": form, "section": "lookup", "is_confirming": True}
    return render(request, "citizens/inbox_contact.html", context)


@require_POST
@unlisted
def stop(request: HttpRequest) -> HttpResponse:
    """Take the consent back by the person's own word."""
    at = timezone.now()
    opened = inbox.held(request.session, at=at)
    if opened is None:
        return _ask_again(request)
    consents.withdraw_online(
        opened.consent,
        proof_text=f"Người nhận ngừng trên cổng, {opened.how}"[:200],
        at=at,
    )
    messages.info(request, gettext("Papers come by post from now on, also those not opened here."))
    return SeeOther(reverse("citizens:inbox"))


@require_POST
@unlisted
def close(request: HttpRequest) -> HttpResponse:
    """Close the inbox in this browser."""
    request.session.pop("inbox", None)
    return SeeOther(reverse("citizens:inbox_ask"))


def _ask_again(request: HttpRequest) -> HttpResponse:
    if request.session.get("inbox") is not None:
        messages.info(request, gettext("The inbox was open for 30 minutes. Ask for a new code."))
        request.session.pop("inbox", None)
    return redirect("citizens:inbox_ask")
