"""Ask the identity provider (VNeID through the national portal) who somebody is. OpenID Connect.

Authorisation code with PKCE (S256), ``state`` and ``nonce``; the answer counts once, in the browser
session that asked, within ten minutes. The ID token is checked for signature, issuer, audience,
time, nonce and level of assurance; the particulars come from userinfo about the same subject. The
claims are those of the national portal (payments_citizens.md §5.1): ``TechID`` is the stable name,
``SoDinhDanh`` the citizen's number. Level 1 proves a telephone and no person: it is refused.

No user of ours is made from the answer and its claims are kept nowhere; what is kept of an identity
is decided by ``citizen_accounts``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import jwt
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse

LASTS = timedelta(minutes=10)
MOST_TRIPS = 3  # tabs of one browser on their way at once
LEEWAY_SECONDS = 60
NEEDED = ["exp", "iat", "iss", "aud", "sub", "nonce"]
TIMEOUT = httpx.Timeout(8.0, connect=4.0)


class IdentityFault(Exception):
    """The provider's answer proves nobody; ``reason`` is a word for the page, never personal data.

    ``lost``: not asked here, used or too old. ``refused``: the person said no. ``level``: level 1.
    ``unavailable``: no answer. ``forged``: what was answered does not hold together.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as the provider vouches: its own name for them, and the official number."""

    subject: str
    number: str


@dataclass(frozen=True)
class Trip:
    """What a browser went to the provider for: a purpose, and the case it was about, if one."""

    purpose: str
    case: str


def is_there() -> bool:
    """Tell whether this installation has an identity provider."""
    return bool(settings.IDENTITY_ISSUER)


def begin(session: SessionBase, purpose: str, *, case: str = "", at: datetime) -> str:
    """Return the provider's address to send a browser to; the session remembers what for.

    Raises IdentityFault where the provider does not answer.
    """
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as http:
        authorise = _metadata(http)["authorization_endpoint"]
    state, nonce, verifier = (secrets.token_urlsafe(32) for _each in range(3))
    trips = dict(session.get("identity_trips", {}))
    trips[state] = {
        "nonce": nonce,
        "verifier": verifier,
        "purpose": purpose,
        "case": case,
        "until": (at + LASTS).isoformat(),
    }
    session["identity_trips"] = dict(list(trips.items())[-MOST_TRIPS:])
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    question = {
        "response_type": "code",
        "client_id": settings.IDENTITY_CLIENT,
        "redirect_uri": return_address(),
        "scope": "openid profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        "acr_values": settings.IDENTITY_ACR,
        "prompt": "login",
    }
    return f"{authorise}?{urlencode(question)}"


def finish(
    session: SessionBase, answer: Mapping[str, str], *, at: datetime
) -> tuple[Identity, Trip]:
    """Return who came back from the provider, and what for. Raises IdentityFault.

    ``answer`` is the query of the address the browser came back to. What was asked is forgotten
    first: the same answer a second time is ``lost``.
    """
    kept = _taken(session, answer.get("state", ""), at)
    if answer.get("iss", settings.IDENTITY_ISSUER) != settings.IDENTITY_ISSUER:
        raise IdentityFault("forged")  # RFC 9207
    if "error" in answer:
        raise IdentityFault("refused")
    if not answer.get("code"):
        raise IdentityFault("forged")
    with httpx.Client(timeout=TIMEOUT, follow_redirects=False) as http:
        known = _metadata(http)
        tokens = _tokens(http, known["token_endpoint"], answer["code"], kept["verifier"])
        claims = _vouched(http, known["jwks_uri"], tokens.get("id_token", ""), kept["nonce"])
        told = _json(
            http.get,
            known["userinfo_endpoint"],
            headers={"Authorization": f"Bearer {tokens.get('access_token', '')}"},
        )
    if not isinstance(told.get("sub"), str) or told["sub"] != claims["sub"]:
        raise IdentityFault("forged")
    return _identity(told), Trip(kept["purpose"], kept["case"])


def return_address() -> str:
    """Return the address that the provider sends browsers back to."""
    return settings.PORTAL_ORIGIN.rstrip("/") + reverse("citizens:identity_return")


def _taken(session: SessionBase, state: str, at: datetime) -> dict[str, str]:
    """Take out what was asked under a state. Raises IdentityFault for a state that is not ours."""
    trips = dict(session.get("identity_trips", {}))
    given = state.encode("utf-8", "replace")
    found = next((each for each in trips if hmac.compare_digest(each.encode(), given)), None)
    if found is None:
        raise IdentityFault("lost")
    kept: dict[str, str] = trips.pop(found)
    session["identity_trips"] = trips
    if at >= datetime.fromisoformat(kept["until"]):
        raise IdentityFault("lost")
    return kept


def _metadata(http: httpx.Client) -> dict[str, str]:
    """Return the provider's own description; every address in it must be the provider's."""
    issuer = settings.IDENTITY_ISSUER
    told = _json(http.get, f"{issuer}/.well-known/openid-configuration")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    if told.get("issuer") != issuer:
        raise IdentityFault("forged")
    home = urlsplit(issuer)
    for name in names:
        place = urlsplit(str(told.get(name, "")))
        if (place.scheme, place.netloc) != (home.scheme, home.netloc):
            raise IdentityFault("forged")
    return {name: str(told[name]) for name in names}


def _tokens(http: httpx.Client, address: str, code: str, verifier: str) -> dict[str, Any]:
    return _json(
        http.post,
        address,
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": return_address(),
            "code_verifier": verifier,
        },
        auth=(settings.IDENTITY_CLIENT, settings.KEYS["IDENTITY_SECRET"]),
    )


def _vouched(http: httpx.Client, keys: str, token: str, nonce: str) -> dict[str, Any]:
    """Return the claims of an ID token that holds. Raises IdentityFault.

    OpenID Connect Core 1.0, section 3.1.3.7. The algorithm is ours to say, never the token's.
    """
    found = _json(http.get, keys)
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        key = jwt.PyJWKSet.from_dict(found)[kid]
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=settings.IDENTITY_CLIENT,
            issuer=settings.IDENTITY_ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": NEEDED},
        )
    except (jwt.PyJWTError, KeyError, TypeError, ValueError):
        raise IdentityFault("forged") from None
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise IdentityFault("forged")
    if claims.get("azp", settings.IDENTITY_CLIENT) != settings.IDENTITY_CLIENT:
        raise IdentityFault("forged")
    if claims.get("acr") not in settings.IDENTITY_LEVELS:
        raise IdentityFault("level")
    return claims


def _identity(told: Mapping[str, Any]) -> Identity:
    """Return who the claims name: a citizen by the citizen's number, an enterprise by its own."""
    is_citizen = str(told.get("LoaiTaiKhoan", "1")) == "1"
    number = told.get("SoDinhDanh") if is_citizen else told.get("MaSoDoanhNghiep")
    subject = told.get("TechID")
    if not isinstance(number, str) or not number or not isinstance(subject, str) or not subject:
        raise IdentityFault("forged")
    return Identity(subject, number)


def _json(ask: Any, address: str, **options: Any) -> dict[str, Any]:
    """Return what an address of the provider answers. Raises IdentityFault.

    Addresses and answers carry codes, so the client's own words are cut off.
    """
    try:
        answer: httpx.Response = ask(address, **options)
        body = answer.json() if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError, RecursionError):
        raise IdentityFault("unavailable") from None
    if answer.status_code >= 500:
        raise IdentityFault("unavailable")
    if not isinstance(body, dict):
        raise IdentityFault("forged")
    return body
