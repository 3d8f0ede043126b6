"""The way to the identity provider and back: one door for every purpose it is asked for."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from citizens import citizen_accounts, identity_provider, limits, person
from citizens.consents import person_digest
from citizens.grants import SEES_CASE
from citizens.identity_provider import Identity, IdentityFault
from citizens.limits import HOUR, Limit
from citizens.views.account import deleted
from citizens.views.account_edge import device_of, for_citizens
from citizens.views.edge import SeeOther, limited, network_of, opened, unlisted
from citizens.views.person import say_mismatch, where_to_go_on
from violations.guards import Refused

#: What the provider is asked for, and where a browser is led that comes back with nothing.
PURPOSES = {
    "sign_in": "citizens:sign_in",
    "case": "citizens:prove",
    "link": "citizens:account",
    "delete": "citizens:account_delete",
}
TRIPS = (Limit("identity-hour", 60, HOUR),)


@require_POST
@unlisted
@for_citizens
@limited
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the identity provider."""
    purpose = request.POST.get("purpose", "")
    if purpose not in PURPOSES or not identity_provider.is_there():
        raise Http404
    at = timezone.now()
    limits.spend(TRIPS, network_of(request), at=at)
    found = opened(request, at=at) if purpose == "case" else None
    case = str(found[1].pk) if found is not None and found[0].level in SEES_CASE else ""
    try:
        address = identity_provider.begin(request.session, purpose, case=case, at=at)
    except IdentityFault as fault:
        messages.error(request, _words(fault.reason))
        return redirect(PURPOSES[purpose])
    return SeeOther(address)


@require_safe
@unlisted
@for_citizens
@limited
def come_back(request: HttpRequest) -> HttpResponse:
    """Take the provider's answer for what it was asked for; whatever fails proves nothing."""
    at = timezone.now()
    limits.spend(TRIPS, network_of(request), at=at)
    try:
        identity, trip = identity_provider.finish(request.session, request.GET.dict(), at=at)
    except IdentityFault as fault:
        messages.error(request, _words(fault.reason))
        has_account = citizen_accounts.held(request.session, at=at) is not None
        return redirect("citizens:account" if has_account else "citizens:sign_in")
    try:
        return _used(request, identity, trip.purpose, trip.case, at)
    except Refused as fault:
        messages.error(request, str(fault))
        return redirect(PURPOSES[trip.purpose])


def _used(
    request: HttpRequest, identity: Identity, purpose: str, case: str, at: datetime
) -> HttpResponse:
    """Do what the identity was proved for. Raises Refused."""
    if purpose == "sign_in":
        citizen_accounts.sign_in_by_identity(
            request.session, identity, device=device_of(request), at=at
        )
        return SeeOther(reverse("citizens:account"))
    if purpose == "case":
        return _raised(request, identity, case, at)
    found = citizen_accounts.held(request.session, at=at)
    if found is None:
        return redirect("citizens:sign_in")
    if purpose == "link":
        citizen_accounts.identify(found, identity, at=at)
        request.session.cycle_key()
        messages.info(request, gettext("Your identity is proved. Your cases are shown below."))
        return SeeOther(reverse("citizens:account"))
    if not found.account.is_identified:
        raise Refused(gettext("This account has no proved identity. Use the code instead."))
    citizen_accounts.identify(found, identity, at=at)  # refuses another person
    return deleted(request, found.account, proof="định danh điện tử mức độ 2")


def _raised(request: HttpRequest, identity: Identity, case: str, at: datetime) -> HttpResponse:
    """Raise the case that was open when the provider was asked; another one stays as it is."""
    found = opened(request, at=at)
    if found is None or found[0].level not in SEES_CASE or str(found[1].pk) != case:
        raise Refused(gettext("Another case was opened meanwhile. Begin again from its page."))
    digest = person_digest(identity.number)
    if not person.raise_to_person(request.session, found[1], digest, at=at):
        say_mismatch(request)
        return SeeOther(reverse("citizens:prove"))
    return SeeOther(where_to_go_on(request, found[1]))


def _words(reason: str) -> str:
    """Say what a person can do after a trip that proved nothing."""
    words = {
        "refused": gettext("You stopped at the identity provider. Nothing was changed."),
        "level": gettext(
            "Your electronic identity is of level 1. Level 2 is needed: ask for it at the police."
        ),
        "unavailable": gettext("The identity provider does not answer now. Try again later."),
        "lost": gettext("This answer was used already, or took too long. Begin again."),
    }
    forged = gettext("The answer of the identity provider does not hold. Nothing was changed.")
    return words.get(reason, forged)
