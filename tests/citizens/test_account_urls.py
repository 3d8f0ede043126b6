"""What django-allauth mounts: the pages staff use are open, and every other one is a 404."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from allauth import urls as allauth_urls
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from citizens.account_urls import OPEN
from tests.journeys import World
from tests.violations.desk import clock, place, signed_in

pytestmark = pytest.mark.gate

__all__ = ["clock", "place"]

GIVEN = {"pk": 1, "key": "abc", "uidb36": "1"}
ANSWERS = {200, 302, 405}
BY_MAIL = [
    "/can-bo/tai-khoan/signup/",
    "/can-bo/tai-khoan/email/",
    "/can-bo/tai-khoan/confirm-email/",
    "/can-bo/tai-khoan/confirm-email/MQ:1abc/",
    "/can-bo/tai-khoan/login/code/confirm/",
    "/can-bo/tai-khoan/password/set/",
    "/can-bo/tai-khoan/password/reset/",
    "/can-bo/tai-khoan/password/reset/done/",
    "/can-bo/tai-khoan/password/reset/key/1-abc/",
    "/can-bo/tai-khoan/password/reset/key/done/",
]


def mounted(entries: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    """Walk addresses, and the addresses included in them."""
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from mounted(entry.url_patterns)
        else:
            yield entry


def address(page: URLPattern) -> str:
    given = {name: GIVEN[name] for name in page.pattern.regex.groupindex}
    given |= {name: GIVEN[name] for name in page.pattern.converters}
    if page.name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        given["pk"] = GIVEN["pk"]  # it stands in the address the page is included under
    return reverse(page.name, kwargs=given)


ALLAUTH = {str(page.name): page for page in mounted(allauth_urls.urlpatterns)}


def test_every_name_that_is_open_is_there() -> None:
    assert set(ALLAUTH) >= OPEN


def test_nothing_else_in_the_portal_leads_to_a_view_of_allauth() -> None:
    reached = {
        page.name
        for page in mounted(get_resolver().url_patterns)
        if getattr(page.callback, "__module__", "").startswith("allauth")
    }
    assert reached == OPEN


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(ALLAUTH) - OPEN))
def test_what_is_not_used_answers_404_to_everybody(place: World, name: str) -> None:
    there = address(ALLAUTH[name])
    for client in (Client(), signed_in(place.reviewer), signed_in(place.administrator)):
        assert client.get(there).status_code == 404
        assert client.post(there, {"email": "lan@example.vn"}).status_code == 404


@pytest.mark.parametrize("name", sorted(OPEN - {"mfa_edit_webauthn", "mfa_remove_webauthn"}))
def test_what_staff_use_answers(place: World, name: str) -> None:
    there = address(ALLAUTH[name])
    assert resolve(there).url_name == name
    assert Client().get(there).status_code in ANSWERS
    client = signed_in(place.reviewer)
    RecoveryCodes.activate(place.reviewer.user)  # without them their pages have nothing to show
    assert client.get(there).status_code in ANSWERS


def test_pages_of_a_passkey_are_reached_by_its_owner_alone(place: World) -> None:
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        there = address(ALLAUTH[name])
        assert Client().get(there).status_code == 302
        assert resolve(there).url_name == name


@pytest.mark.django_db
@pytest.mark.parametrize("there", BY_MAIL)
def test_no_address_asks_for_an_e_mail(there: str) -> None:
    assert Client().get(there).status_code == 404


def test_a_closed_account_is_told_so_at_sign_in(place: World) -> None:
    user = get_user_model().objects.get(username=place.clerk.user.username)
    user.is_active = False
    user.save(update_fields=["is_active"])
    sent = {"login": user.username, "password": "mật khẩu thử nghiệm"}
    answer = Client().post(reverse("account_login"), sent, follow=True)
    assert answer.redirect_chain == [(reverse("account_inactive"), 302)]
    assert answer.status_code == 200
    assert "_auth_user_id" not in answer.client.session
