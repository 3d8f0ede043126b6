"""How much work a browser does before it is answered, and that each proof of it counts once.

Asking by plate always costs a sum; more of it from a network that asks much, and none of it stops
anybody. Codes cost nothing until many of them were wrong. A person is never locked out by what a
stranger does to the plate: the sum becomes dearer, the answer stays the same.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache

from citizens import limits
from citizens.limits import Limit
from citizens.proofs import Challenge, ProofFault, check_proof, make_challenge

LASTS = timedelta(minutes=10)
DEARER = 4  # times, for each share used up
MOST_SHARES = 3
#: What must have been used up before a code costs a sum, too.
CODE_SIGNS = (
    limits.FAILURES_A_QUARTER,
    limits.FAILURES_ON_ONE_PLATE,
    limits.FAILURES_ANYWHERE,
)


def offer(scope: str, shares: int, *, at: datetime) -> Challenge:
    """Return a fresh sum; each of the ``shares`` a network has used up makes it dearer."""
    cost = cost_after(shares)
    return make_challenge(
        _key(),
        scope=scope,
        cost=cost,
        until=at + LASTS,
        salt=secrets.token_hex(12),
        number=secrets.randbelow(cost + 1),
    )


def accept(payload: str, scope: str, shares: int, *, at: datetime) -> None:
    """Take a proof for an answer, once. Raises ProofFault.

    One that was handed out a share ago still counts: others of the network may have asked since.
    """
    solved = check_proof(_key(), payload, scope=scope, at=at)
    if solved.cost * DEARER < cost_after(shares):
        raise ProofFault("cheap")
    if not cache.add(f"proof:{solved.challenge}", 1, timeout=LASTS.total_seconds() + 60):
        raise ProofFault("used")


def cost_after(shares: int) -> int:
    """Return how many numbers are tried at most, after that many used-up shares."""
    return int(settings.PROOF_NUMBERS * DEARER ** min(shares, MOST_SHARES))


def shares_of_searches(network: str, *, at: datetime) -> int:
    """Return how many times over a network has used its hourly searches by plate."""
    share = limits.SEARCHES_AN_HOUR
    return limits.used([(share, network)], at=at)[share] // share.most


def shares_of_failures(counts: Mapping[Limit, int]) -> int:
    """Return how much dearer a code is after what went wrong; 0 while it costs nothing."""
    return sum(counts.get(limit, 0) >= limit.most for limit in CODE_SIGNS)


def _key() -> bytes:
    return limits.digest("proof", "altcha/1")
