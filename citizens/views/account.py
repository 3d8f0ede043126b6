"""Sign in and out, the account's first page, its contacts, its browsers, and its end."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citizens import account_codes, alerts, citizen_accounts, identity_provider
from citizens.account_codes import Purpose
from citizens.contacts import masked_contact
from citizens.forms_account import ReachForm
from citizens.forms_inbox import CodeForm
from citizens.models import CitizenAccount
from citizens.views.account_edge import SignedIn, device_of, for_citizens, signed_in
from citizens.views.edge import SeeOther, limited, network_of, posted, unlisted
from violations.guards import Refused

ALERTS_SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@for_citizens
@limited
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a contact; whoever it is, a code goes there and the next page asks for it."""
    at = timezone.now()
    if citizen_accounts.held(request.session, at=at) is not None:
        return redirect("citizens:account")
    form = ReachForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        contact = form.cleaned_data["contact"]
        code_id = account_codes.ask(Purpose.SIGN_IN, contact, network=network_of(request), at=at)
        if code_id is not None:
            request.session["account_code"] = {"sign_in": str(code_id)}
            return SeeOther(reverse("citizens:sign_in_code"))
        form.add_error("contact", gettext("This portal cannot send there now."))
    context = {"form": form, "section": "account", "has_provider": identity_provider.is_there()}
    return render(request, "citizens/sign_in.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@for_citizens
@limited
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Take the code; the first time, it makes the account."""
    at = timezone.now()
    if citizen_accounts.held(request.session, at=at) is not None:
        return redirect("citizens:account")
    asked = _asked(request, Purpose.SIGN_IN)
    if asked is None:
        return redirect("citizens:sign_in")
    form = CodeForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        code = account_codes.use(asked, form.cleaned_data["code"], Purpose.SIGN_IN, at=at)
        if code is not None:
            citizen_accounts.sign_in_by_contact(
                request.session, code.contact, device=device_of(request), at=at
            )
            return SeeOther(reverse("citizens:account"))
        form.add_error("code", _wrong_code())
    return render(request, "citizens/sign_in_code.html", {"form": form, "section": "account"})


@require_safe
@unlisted
@signed_in
def home(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Show the account: who, what it was told of, and where everything is."""
    account = found.account
    context = {
        "section": "account",
        "account": account,
        "is_identified": bool(found.person),
        "has_provider": identity_provider.is_there(),
        "alerts": alerts.told_to(account)[:ALERTS_SHOWN],
        "watches": account.watches.filter(ended_at__isnull=True),
    }
    return render(request, "citizens/account.html", context)


@require_POST
@unlisted
@for_citizens
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign this browser out; twice is once."""
    citizen_accounts.sign_out(request.session, at=timezone.now())
    messages.info(request, gettext("You are signed out."))
    return SeeOther(reverse("citizens:sign_in"))


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@signed_in
@limited
def contact(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Ask for a contact to add, and once one was given, for the code that was sent to it."""
    at, account = timezone.now(), found.account
    asked = _asked(request, Purpose.CONTACT)
    is_confirming = asked is not None and "contact" not in request.POST
    if "moi" in request.GET:
        is_confirming = False
    if not is_confirming:
        form: ReachForm | CodeForm = ReachForm(posted(request), use_required_attribute=False)
        if form.is_valid():
            code_id = account_codes.ask(
                Purpose.CONTACT,
                form.cleaned_data["contact"],
                account=account,
                network=network_of(request),
                at=at,
            )
            if code_id is not None:
                request.session["account_code"] = {"contact": str(code_id)}
                return SeeOther(reverse("citizens:account_contact"))
            form.add_error("contact", gettext("This portal cannot send there now."))
    else:
        form = CodeForm(posted(request), use_required_attribute=False)
        if form.is_valid() and _confirmed(form, account, asked, at=at):
            request.session.pop("account_code", None)
            messages.info(request, gettext("The contact stands in your account now."))
            return SeeOther(reverse("citizens:account"))
    context = {"form": form, "section": "account", "is_confirming": is_confirming}
    return render(request, "citizens/account_contact.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@signed_in
def sessions(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """List the browsers that are signed in, and end one of them."""
    at = timezone.now()
    if request.method == "POST":
        session_id = _uuid(request.POST.get("session", ""))
        if session_id == found.session.pk:
            citizen_accounts.sign_out(request.session, at=at)
            return SeeOther(reverse("citizens:sign_in"))
        if session_id is not None:
            citizen_accounts.end_session(found.account, session_id, at=at)
        return SeeOther(reverse("citizens:account_sessions"))
    context = {
        "section": "account",
        "sessions": citizen_accounts.sessions_of(found.account, at=at),
        "own": found.session.pk,
    }
    return render(request, "citizens/account_sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@signed_in
@limited
def delete(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Say what goes and what the law keeps; a press sends a fresh code to the account's contact."""
    account = found.account
    reach = account.email or account.phone
    if request.method == "POST" and reach:
        code_id = account_codes.ask(
            Purpose.DELETE,
            reach,
            account=account,
            network=network_of(request),
            at=timezone.now(),
        )
        request.session["account_code"] = {"delete": str(code_id or "")}
        return SeeOther(reverse("citizens:account_delete_code"))
    context = {
        "section": "account",
        "account": account,
        "reach": masked_contact(reach) if reach else "",
        "has_provider": identity_provider.is_there(),
    }
    return render(request, "citizens/account_delete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
@signed_in
@limited
def delete_code(request: HttpRequest, found: SignedIn) -> HttpResponse:
    """Take the fresh code and delete the account."""
    at = timezone.now()
    asked = _asked(request, Purpose.DELETE)
    if asked is None:
        return redirect("citizens:account_delete")
    form = CodeForm(posted(request), use_required_attribute=False)
    if form.is_valid():
        code = account_codes.use(asked, form.cleaned_data["code"], Purpose.DELETE, at=at)
        if code is not None and code.account_id == found.account.pk:
            proof = f"mã một lần {str(code.pk)[-12:]}"
            return deleted(request, found.account, proof=proof)
        form.add_error("code", _wrong_code())
    context = {"form": form, "section": "account"}
    return render(request, "citizens/account_delete_code.html", context)


def deleted(request: HttpRequest, account: CitizenAccount, *, proof: str) -> HttpResponse:
    """Delete an account whose holder has just proved to be who it is, by code or by identity."""
    at = timezone.now()
    citizen_accounts.sign_out(request.session, at=at)
    citizen_accounts.delete(account, proof=proof, at=at)
    messages.info(
        request, gettext("Your account is deleted. You can look up and pay without one as before.")
    )
    return SeeOther(reverse("citizens:start"))


def _confirmed(
    form: CodeForm, account: CitizenAccount, asked: uuid.UUID | None, *, at: datetime
) -> bool:
    """Put the contact of a right code into the account; else say beside the field what is wrong."""
    code = account_codes.use(asked, form.cleaned_data["code"], Purpose.CONTACT, at=at)
    if code is None or code.account_id != account.pk:
        form.add_error("code", _wrong_code())
        return False
    try:
        citizen_accounts.add_contact(account, code.contact, at=at)
    except Refused as fault:
        form.add_error(None, str(fault))
        return False
    return True


def _asked(request: HttpRequest, purpose: Purpose) -> uuid.UUID | None:
    """Return the code this browser was sent for a purpose, None when it asked for none."""
    return _uuid(request.session.get("account_code", {}).get(purpose.value, ""))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _wrong_code() -> str:
    return gettext("This code is not right. Compare it, or ask for a new one.")
