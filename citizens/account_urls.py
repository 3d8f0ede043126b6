"""django-allauth's addresses, narrowed to what staff use; everything else answers 404.

There is no sign-up, no e-mail address and no password reset by mail: an account is made, closed and
given a new password by an administrator. A closed page keeps its name, because allauth writes links
to it into pages that are open. What a later release of allauth adds stays closed until it is named
here.
"""

from collections.abc import Iterable, Iterator
from typing import NoReturn

from allauth import urls as allauth_urls
from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver

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


def _narrowed(
    entries: Iterable[URLPattern | URLResolver],
) -> Iterator[URLPattern | URLResolver]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield URLResolver(entry.pattern, list(_narrowed(entry.url_patterns)))
        elif entry.name in OPEN:
            yield entry
        else:
            yield URLPattern(entry.pattern, closed, name=entry.name)


urlpatterns = list(_narrowed(allauth_urls.urlpatterns))
