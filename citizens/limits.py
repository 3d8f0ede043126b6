"""Bound what one network may ask of the public pages, and never lock a citizen's plate.

Counters live in the shared cache (one atomic row each), so that every web process counts alike.
Vietnamese mobile carriers put thousands of people behind one address, therefore the bounds are
loose, and what is counted for a plate only raises an alarm: if it locked, anybody could lock a
citizen out. Addresses and plates are counted under keyed digests and never logged.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """At most ``most`` times in each window of ``seconds``; a window begins at a round moment."""

    name: str
    most: int
    seconds: int


HOUR, DAY = 3600, 86_400

# What makes the page answer 429, with the telephone number:
PLATE_SEARCHES = (Limit("plate-hour", 20, HOUR), Limit("plate-day", 200, DAY))
CODE_FAILURES = (Limit("code-quarter", 10, 900), Limit("code-day", 50, DAY))
PAYMENT_STARTS = (Limit("pay-hour", 20, HOUR),)
# What only raises an alarm:
SEARCHES_OF_ONE_PLATE = Limit("same-plate-day", 30, DAY)
FAILURES_ON_ONE_PLATE = Limit("same-plate-failed-day", 10, DAY)
FAILURES_ANYWHERE = Limit("failed-minute", 200, 60)
BAD_SIGNATURES = Limit("bad-signature-hour", 60, HOUR)


class TooMany(Exception):
    """A network has used up its share; ``retry_after`` says for how many seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"again in {retry_after} seconds")
        self.retry_after = retry_after


def network_of(address: str) -> str:
    """Return the network an address belongs to: /24 for IPv4, /64 for IPv6, as text.

    A household or an office is one network; the single address is personal data we do not need.
    """
    try:
        parsed = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = 24 if parsed.version == 4 else 64
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


def sender_address(meta: dict[str, str]) -> str:
    """Return the address a request came from, past as many proxies as are ours.

    ``meta`` is ``request.META``. With no trusted proxy the forwarding header is a stranger's claim
    and is not read.
    """
    trusted: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if trusted and len(forwarded) >= trusted and forwarded[-trusted]:
        return forwarded[-trusted]
    return meta.get("REMOTE_ADDR", "")


def digest(purpose: str, subject: str) -> bytes:
    """Return HMAC-SHA256 of a subject under the pepper, 32 bytes, different for each purpose."""
    pepper = settings.KEYS["LOOKUP_PEPPER"].encode()
    return hmac.digest(pepper, f"{purpose}/1:{subject}".encode(), "sha256")


def ask(limits: tuple[Limit, ...], subject: str, *, at: datetime) -> None:
    """Refuse a subject that has used up any of its limits; counts nothing. Raises TooMany."""
    for limit in limits:
        if cache.get(_key(limit, subject, at), 0) >= limit.most:
            raise TooMany(_seconds_left(limit, at))


def spend(limits: tuple[Limit, ...], subject: str, *, at: datetime) -> None:
    """Count one use against each limit, and refuse the one beyond it. Raises TooMany."""
    for limit in limits:
        if count(limit, subject, at=at) > limit.most:
            raise TooMany(_seconds_left(limit, at))


def watch(limit: Limit, subject: str, *, at: datetime) -> None:
    """Count one use and raise an alarm, once a window, when there are more than expected."""
    if count(limit, subject, at=at) == limit.most + 1:
        logger.warning("more than %d uses of %s in a window", limit.most, limit.name)


def count(limit: Limit, subject: str, *, at: datetime) -> int:
    """Add one to a counter and return how many there are now in this window."""
    key = _key(limit, subject, at)
    while True:
        cache.add(key, 0, timeout=limit.seconds + 60)
        try:
            return int(cache.incr(key))
        except ValueError:
            continue  # it expired between the two; begin it anew


def _key(limit: Limit, subject: str, at: datetime) -> str:
    window = int(at.timestamp()) // limit.seconds
    return f"limit:{limit.name}:{window}:{digest('limit', subject).hex()}"


def _seconds_left(limit: Limit, at: datetime) -> int:
    return limit.seconds - int(at.timestamp()) % limit.seconds
