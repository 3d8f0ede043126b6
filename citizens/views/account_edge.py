"""What the pages of an account need at their edge: who is signed in, and that it is no staff."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from citizens import citizen_accounts
from citizens.citizen_accounts import SignedIn

View = Callable[..., HttpResponse]


def for_citizens(view: View) -> View:
    """Shut the citizens' door to a browser in which a member of staff is signed in.

    The two are never one: what a person reads at home is not read in the name of an office.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **options: object) -> HttpResponse:
        if request.user.is_authenticated:
            return render(request, "citizens/account_staff.html", status=403)
        return view(request, *args, **options)

    return answer


def signed_in(view: View) -> View:
    """Give a view the account this browser is signed in to, or lead to signing in."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **options: object) -> HttpResponse:
        found = citizen_accounts.held(request.session, at=timezone.now())
        if found is not None:
            return view(request, found, *args, **options)
        if "account" in request.session:
            citizen_accounts.sign_out(request.session, at=timezone.now())
            messages.info(request, gettext("You have been signed out. Sign in again to go on."))
        return redirect("citizens:sign_in")

    return for_citizens(answer)


def device_of(request: HttpRequest) -> str:
    """Return what a person knows this browser again by."""
    return citizen_accounts.device_of(request.headers.get("User-Agent", ""))


__all__ = ["SignedIn", "device_of", "for_citizens", "signed_in"]
