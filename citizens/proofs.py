"""Sums that a browser works out before it may ask: ALTCHA, version 1, on our own server.

We think of a number and publish SHA-256(salt + number); whoever wants an answer tries numbers until
one fits. What is handed out is signed (HMAC-SHA-256), so nothing is kept until it comes back. The
salt says what the sum is good for, until when and how dear it was, and ends with ``&``, so that no
figure of the number can be read as a part of it. Pure: no clock, no database, no setting.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

ALGORITHM = "SHA-256"
LONGEST_PAYLOAD = 2_000  # characters; ours are about 400


@dataclass(frozen=True)
class Challenge:
    """What a browser is given, with the names of the protocol."""

    algorithm: str
    challenge: str
    maxnumber: int
    salt: str
    signature: str

    def as_json(self) -> str:
        """Return the challenge as the page carries it."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Solved:
    """A sum that was worked out: its identity, for the single use, and how dear it was."""

    challenge: str
    cost: int


class ProofFault(Exception):
    """A proof that proves nothing; ``reason`` is missing, malformed, forged, other or expired."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def make_challenge(
    key: bytes, *, scope: str, cost: int, until: datetime, salt: str, number: int
) -> Challenge:
    """Return the sum whose answer is ``number``, one of 0 to ``cost``.

    ``salt`` and ``number`` are drawn at random by the caller; ``scope`` names what it is good for.
    """
    described = urlencode({"expires": int(until.timestamp()), "scope": scope, "cost": cost})
    salt = f"{salt}?{described}&"
    challenge = _digest(salt, number)
    return Challenge(ALGORITHM, challenge, cost, salt, _signature(key, challenge))


def check_proof(key: bytes, payload: str, *, scope: str, at: datetime) -> Solved:
    """Return what was solved. Raises ProofFault. Whether it was used before, the caller knows.

    ``payload`` is base 64 of JSON with algorithm, challenge, number, salt and signature.
    """
    if not payload:
        raise ProofFault("missing")
    given = _read(payload)
    salt, number, challenge = given["salt"], given["number"], given["challenge"]
    if not hmac.compare_digest(_signature(key, challenge), given["signature"]):
        raise ProofFault("forged")
    if not hmac.compare_digest(_digest(salt, number), challenge):
        raise ProofFault("forged")
    described = parse_qs(salt.partition("?")[2])
    if described["scope"] != [scope]:
        raise ProofFault("other")
    if at.timestamp() >= int(described["expires"][0]):
        raise ProofFault("expired")
    return Solved(challenge, int(described["cost"][0]))


def solve(challenge: str) -> str:
    """Work a sum out and return its proof: what the browser's script does, for walks and tests.

    ``challenge`` is the JSON of the page. Raises ProofFault when no number fits.
    """
    asked = json.loads(challenge)
    for number in range(asked["maxnumber"] + 1):
        if _digest(asked["salt"], number) == asked["challenge"]:
            proof = {
                name: asked[name] for name in ("algorithm", "challenge", "salt", "signature")
            } | {"number": number}
            return base64.b64encode(json.dumps(proof).encode()).decode()
    raise ProofFault("malformed")


def _read(payload: str) -> dict[str, Any]:
    """Return the fields of a proof, each of its type. Raises ProofFault."""
    if len(payload) > LONGEST_PAYLOAD:
        raise ProofFault("malformed")
    try:
        given = json.loads(base64.b64decode(payload, validate=True))
    except (binascii.Error, ValueError, RecursionError) as fault:
        raise ProofFault("malformed") from fault
    if not isinstance(given, dict) or given.get("algorithm") != ALGORITHM:
        raise ProofFault("malformed")
    texts = all(
        isinstance(given.get(name), str) and given[name].isascii()
        for name in ("challenge", "salt", "signature")
    )
    if not texts or type(given.get("number")) is not int or given["number"] < 0:
        raise ProofFault("malformed")
    return given


def _digest(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _signature(key: bytes, challenge: str) -> str:
    return hmac.digest(key, challenge.encode(), "sha256").hex()
