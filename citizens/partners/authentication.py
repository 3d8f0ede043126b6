"""Who calls: a client by its key. Bad keys are counted against their network."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from citizens import limits
from citizens.limits import Limit
from citizens.partner_models import ApiKey
from citizens.partners import keys
from citizens.partners.clients import Reach, reach_of
from citizens.partners.problems import TooManyCalls

BAD_KEYS = (Limit("bad-key-quarter", 60, 900),)


class Partner:
    """A client that was let in, where the framework expects a person."""

    is_authenticated = True
    is_staff = False

    def __init__(self, key: ApiKey) -> None:
        self.client = key.client
        self.key = key
        self.reach: Reach = reach_of(key.client)

    def has_perms(self, _names: Iterable[str]) -> bool:
        """Hold no right of a member of staff."""
        return False


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer vpgt_…``; without the header the session of staff is asked."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        """Return the client and its key. Raises AuthenticationFailed, and TooManyCalls."""
        sent = request.headers.get("Authorization")
        if sent is None:
            return None
        at = timezone.now()
        address = limits.sender_address(request.META)
        scheme, _, text = sent.partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise keys.NoKey(gettext("Send a key as a Bearer token."))
            key = keys.read(text.strip(), address=address, at=at)
        except keys.NoKey as fault:
            self._count_bad(limits.network_of(address), at)
            raise exceptions.AuthenticationFailed(str(fault)) from fault
        return Partner(key), key

    def _count_bad(self, network: str, at: datetime) -> None:
        """Count a bad key; who sends many waits, and nobody else of that network does.

        Nobody guesses 256 bits: this bounds what such calls cost us. Raises TooManyCalls.
        """
        try:
            limits.spend(BAD_KEYS, network, at=at)
        except limits.TooMany as fault:
            raise TooManyCalls(fault.retry_after) from fault

    def authenticate_header(self, request: Request) -> str:
        """Return what a call without a key is told to send."""
        return 'Bearer realm="api"'


class KeyScheme(OpenApiAuthenticationExtension):
    """How the key stands in the schema."""

    target_class = "citizens.partners.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, _schema: Any) -> dict[str, str]:
        """Return the scheme."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "vpgt_PREFIX_SECRET"}
