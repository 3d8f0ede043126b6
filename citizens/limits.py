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
from collections.abc import Iterable, Mapping
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


#: One counter: a limit, and who or what is counted against it.
Use = tuple[Limit, str]

HOUR, DAY = 3600, 86_400

# What makes the page answer 429, with the telephone number:
PLATE_SEARCHES = (Limit("plate-day", 200, DAY),)
CODE_FAILURES = (Limit("code-day", 50, DAY),)
PAPER_FAILURES = (Limit("code-quarter", 10, 900), *CODE_FAILURES)
PAYMENT_STARTS = (Limit("pay-hour", 20, HOUR),)
ANSWERS = (Limit("answer-hour", 20, HOUR),)
UPLOADS = (Limit("upload-hour", 60, HOUR),)
# What makes the sum dearer that a browser works out first (citizens.effort):
SEARCHES_AN_HOUR = Limit("plate-hour", 20, HOUR)
FAILURES_A_QUARTER = PAPER_FAILURES[0]
# What only raises an alarm, or makes that sum necessary:
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
    bits, prefix = (32, 24) if parsed.version == 4 else (128, 64)
    host_bits = bits - prefix
    return f"{type(parsed)(int(parsed) >> host_bits << host_bits)}/{prefix}"


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


def used(uses: Iterable[Use], *, at: datetime) -> dict[Limit, int]:
    """Return how often each limit has been used in its window, read by one statement."""
    keys = {_key(limit, subject, at): limit for limit, subject in uses}
    found = cache.get_many(keys)
    return {limit: int(found.get(key, 0)) for key, limit in keys.items()}


def stored_keys(uses: Iterable[Use], *, at: datetime) -> dict[str, Limit]:
    """Return the keys under which counters stand in the cache's table, for statements over it."""
    return {cache.make_key(_key(limit, subject, at)): limit for limit, subject in uses}


def ask(limits: tuple[Limit, ...], subject: str, *, at: datetime) -> None:
    """Refuse a subject that has used up any of its limits; counts nothing. Raises TooMany."""
    refuse_beyond(used([(limit, subject) for limit in limits], at=at), at=at)


def refuse_beyond(counts: Mapping[Limit, int], *, at: datetime) -> None:
    """Refuse what has been used up. Raises TooMany."""
    for limit, times in counts.items():
        if times >= limit.most:
            raise TooMany(seconds_left(limit, at))


def spend(
    limits: tuple[Limit, ...], subject: str, *, at: datetime, watched: tuple[Use, ...] = ()
) -> None:
    """Count one use against each limit, and refuse the one beyond it. Raises TooMany.

    ``watched`` are counted by the same statement and only raise an alarm.
    """
    counts = count_all([*((limit, subject) for limit in limits), *watched], at=at)
    _warn(counts, watched)
    for limit in limits:
        if counts[limit] > limit.most:
            raise TooMany(seconds_left(limit, at))


def count_failures(network: str, watched: tuple[Use, ...], *, at: datetime) -> None:
    """Count a try that opened nothing against its network, and what only raises an alarm."""
    uses = [(limit, network) for limit in PAPER_FAILURES]
    _warn(count_all([*uses, *watched], at=at), watched)


def watch(limit: Limit, subject: str, *, at: datetime) -> None:
    """Count one use and raise an alarm, once a window, when there are more than expected."""
    watched = ((limit, subject),)
    _warn(count_all(watched, at=at), watched)


def count(limit: Limit, subject: str, *, at: datetime) -> int:
    """Add one to a counter and return how many there are now in this window."""
    return count_all([(limit, subject)], at=at)[limit]


def count_all(uses: Iterable[Use], *, at: datetime) -> dict[Limit, int]:
    """Add one to each of several counters by one statement; return what they say now."""
    keys = {_key(limit, subject, at): limit for limit, subject in uses}
    found = cache.count_up({key: limit.seconds + 60 for key, limit in keys.items()})  # type: ignore[attr-defined]  # config.cache.UnloggedTableCache
    return {limit: found[key] for key, limit in keys.items()}


def _warn(counts: Mapping[Limit, int], watched: Iterable[Use]) -> None:
    for limit, _subject in watched:
        if counts[limit] == limit.most + 1:
            logger.warning("more than %d uses of %s in a window", limit.most, limit.name)


def _key(limit: Limit, subject: str, at: datetime) -> str:
    window = int(at.timestamp()) // limit.seconds
    return f"limit:{limit.name}:{window}:{digest('limit', subject).hex()}"


def seconds_left(limit: Limit, at: datetime) -> int:
    """Return for how many seconds the present window of a limit still runs."""
    return limit.seconds - int(at.timestamp()) % limit.seconds
