"""Keys of the partner API: made of 256 random bits, shown once, kept as a keyed digest.

A key reads ``vpgt_PREFIX_SECRET``. The prefix finds the row, and only the digest of the whole key
is compared, in constant time; a key nobody has takes the same steps as a wrong one.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from citizens.partner_models import ApiClient, ApiKey, ClientChange
from citizens.partners.clients import insist_may_manage, note_change
from violations.guards import Refused, day_in_viet_nam

SHAPE = re.compile(r"vpgt_([a-z2-7]{12})_([A-Za-z0-9_-]{43})", re.ASCII)
LASTS = timedelta(days=365)
#: After a new key is issued the ones before it work this long, so that nobody has to stop.
OVERLAP = timedelta(days=7)
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_NOBODYS = bytes(32)


class NoKey(Exception):
    """A call is not let in; the sentence is for whoever sent it."""


@dataclass(frozen=True)
class Issued:
    """A key that was just made; ``text`` is shown once and kept nowhere."""

    key: ApiKey
    text: str


def digest_of(text: str) -> bytes:
    """Return the keyed digest of a whole key: HMAC-SHA256 under the portal's partner key."""
    return hmac.digest(
        settings.KEYS["PARTNER_KEY"].encode(), b"api-key/1:" + text.encode(), "sha256"
    )


def issue(
    client: ApiClient, *, reason: str, by: Any, at: datetime, after: str | None = None
) -> Issued:
    """Make a key for a client; the keys before it end after the overlap.

    ``after`` is the newest key the person saw: a second press of the same page makes none. Raises
    Refused without the right, without a reason, and for a client that was revoked.
    """
    insist_may_manage(by, reason)
    with transaction.atomic():
        held = ApiClient.objects.select_for_update(of=("self",)).get(pk=client.pk)
        if held.revoked_at is not None or held.expires_at <= at:
            raise Refused(gettext("This client is revoked or has expired. Make a new one."))
        newest = held.keys.order_by("-pk").values_list("prefix", flat=True).first() or ""
        if after is not None and after != newest:
            raise Refused(gettext("A key was issued meanwhile. Load the page again."))
        end = at + OVERLAP
        held.keys.filter(revoked_at__isnull=True, expires_at__gt=end).update(expires_at=end)
        prefix = "".join(secrets.choice(_LETTERS) for _letter in range(12))
        text = f"vpgt_{prefix}_{secrets.token_urlsafe(32)}"
        key = ApiKey.objects.create(
            client=held,
            prefix=prefix,
            secret_digest=digest_of(text),
            made_by=by,
            made_at=at,
            expires_at=min(at + LASTS, held.expires_at),
        )
        note_change(held, ClientChange.What.KEY_ISSUED, prefix, reason=reason, by=by, at=at)
    return Issued(key, text)


def revoke(key: ApiKey, *, reason: str, by: Any, at: datetime) -> None:
    """End a key at once. Raises Refused without the right or without a reason."""
    insist_may_manage(by, reason)
    with transaction.atomic():
        changed = ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=at)
        if changed:
            what = ClientChange.What.KEY_REVOKED
            note_change(key.client, what, key.prefix, reason=reason, by=by, at=at)


def read(text: str, *, address: str, at: datetime) -> ApiKey:
    """Return the key of a call that may be let in.

    Raises NoKey. Why a key is refused is told to whoever holds the whole key, to nobody else.
    """
    shape = SHAPE.fullmatch(text)
    if shape is None:
        raise NoKey(gettext("This is not a key of ours."))
    key = ApiKey.objects.select_related("client").filter(prefix=shape[1]).first()
    kept = bytes(key.secret_digest) if key else _NOBODYS
    if not hmac.compare_digest(kept, digest_of(text)) or key is None:
        raise NoKey(gettext("This is not a key of ours."))
    if key.revoked_at is not None or key.client.revoked_at is not None:
        raise NoKey(gettext("This key was revoked."))
    if min(key.expires_at, key.client.expires_at) <= at:
        raise NoKey(gettext("This key has expired."))
    if not _is_within(address, key.client.networks):
        raise NoKey(gettext("This key may not be used from this network."))
    today = day_in_viet_nam(at)
    if key.last_used_on != today:
        ApiKey.objects.filter(pk=key.pk).update(last_used_on=today)
    return key


def _is_within(address: str, networks: list[str]) -> bool:
    if not networks:
        return True
    try:
        here = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(here, ipaddress.IPv6Address) and here.ipv4_mapped:
        here = here.ipv4_mapped
    return any(here in ipaddress.ip_network(network) for network in networks)
