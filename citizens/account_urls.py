"""django-allauth's addresses, narrowed to what staff use; everything else answers 404.

There is no sign-up, no e-mail address and no password reset by mail: an account is made, closed and
given a new password by an administrator. A closed page keeps its name, because allauth writes links
to it into pages that are open. What a later release of allauth adds stays closed until it is named
here.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, NoReturn

from allauth import urls as allauth_urls
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext

from citizens.second_factors import is_last_factor

OPEN = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",  # where signing in to a closed account ends
        "account_reauthenticate",
        "account_change_password",
        "mfa_index",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_edit_webauthn",
        "mfa_remove_webauthn",
        "mfa_login_webauthn",
        "mfa_reauthenticate_webauthn",
        "usersessions_list",
    }
)


def closed(request: HttpRequest, **_captured: str) -> NoReturn:
    """Answer as though there were no such page."""
    raise Http404


def account(request: HttpRequest) -> HttpResponse:
    """Lead from the bare address to one's account, or to signing in."""
    return redirect("mfa_index" if request.user.is_authenticated else "account_login")


def keeping_the_last_factor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse to remove the last second factor by the page of a passkey, which allauth lets."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and is_last_factor(request.user, kwargs.get("pk")):
            messages.error(
                request, gettext("This is your last second factor. Add another one first.")
            )
            return redirect("mfa_list_webauthn")
        return view(request, *args, **kwargs)

    return guarded


def _narrowed(
    entries: Iterable[URLPattern | URLResolver],
) -> Iterator[URLPattern | URLResolver]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield URLResolver(entry.pattern, list(_narrowed(entry.url_patterns)))
        elif entry.name == "mfa_remove_webauthn":
            yield URLPattern(
                entry.pattern, keeping_the_last_factor(entry.callback), name=entry.name
            )
        elif entry.name in OPEN:
            yield entry
        else:
            yield URLPattern(entry.pattern, closed, name=entry.name)


urlpatterns = [path("", account, name="account"), *_narrowed(allauth_urls.urlpatterns)]
