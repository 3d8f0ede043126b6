"""Prove by an HTTP password which device speaks: Digest (RFC 7616) and Basic (RFC 7617).

Devices know nothing better. A password proves the sender and not the bytes, so it is level C at
most. Nothing is stored for it but ``name:HA1``: no password lies in the register. Nonces need no
memory either: each carries its moment, sealed with a key made from the credential. Some Dahua
firmware sends a Digest with an empty realm, nonce and qop, without being asked; it is accepted only
where the adapter's realm is empty, and only when the answer is right for the registered password.
Nothing here raises on what a device sends.
"""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from cameras.adapters.contract import RawEnvelope, Rejected, Reply, Secrets

NONCE_SECONDS = 300
#: Two of our servers may differ by so much.
CLOCK_SKEW_SECONDS = 5
LONGEST_HEADER = 4096
_HA1_LENGTHS = {32: "MD5", 64: "SHA-256"}
_PARAMETER = re.compile(r'\s*([A-Za-z]+\*?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|\Z)')
_NONCE = re.compile(r"([0-9a-f]{8,12})-([0-9a-f]{64})")

MISSING = Rejected(
    "credential_missing", "The device sent no password. Enter name and password in the device."
)
WRONG = Rejected(
    "credential_wrong", "Name or password is not the registered one. Enter both anew in the device."
)
UNUSABLE = Rejected(
    "credential_unusable", "The registered password cannot be used. Enter it anew in the register."
)


def digest_ha1(name: str, realm: str, password: str, algorithm: str = "MD5") -> str:
    """Return what the register keeps of a password, in hexadecimal (RFC 7616 §3.4.2).

    ``algorithm`` is MD5, which every device speaks, or SHA-256. Raises ``ValueError`` on another.
    """
    return _hash(f"{name}:{realm}:{password}", algorithm)


def prove_by_password(
    envelope: RawEnvelope, secrets: Secrets, realm: str, now: datetime
) -> str | Rejected:
    """Return C when the sender knows the registered password, D when none is registered.

    ``realm`` is the adapter's, with which the registered HA1 was made. ``now`` is our own clock.
    """
    if not secrets.credential:
        return "D"
    if _split(secrets.credential) is None:
        return UNUSABLE
    header = envelope.header("authorization")
    if not header.strip():
        return MISSING
    if verify_digest(envelope, secrets.credential, realm, now, nonce_secret(secrets)):
        return "C"
    return "C" if verify_basic(envelope, secrets.credential, realm) else WRONG


def challenge_headers(secrets: Secrets, realm: str, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return the header an answer 401 needs so that the device can prove itself; none without one.

    Only Digest is asked for: a Basic password would cross the road in clear.
    """
    found = _split(secrets.credential)
    if found is None:
        return ()
    algorithm = _HA1_LENGTHS[len(found[1])]
    value = challenge(realm, now, nonce_secret(secrets), algorithm)
    return (("WWW-Authenticate", value),)


def asking(reply: Reply, secrets: Secrets, realm: str, now: datetime) -> Reply:
    """Return a refusal as 401 with the challenge a device answers; as it was without a password.

    Without it a device that follows the RFC never sends its password at all.
    """
    headers = challenge_headers(secrets, realm, now)
    if not headers:
        return reply
    return replace(reply, status=401, headers=(*reply.headers, *headers))


def challenge(realm: str, now: datetime, secret: bytes, algorithm: str = "MD5") -> str:
    """Return the value of WWW-Authenticate with a nonce that is good for five minutes."""
    quoted = re.sub(r'(["\\])', r"\\\1", realm)
    nonce = _nonce(int(now.timestamp()), realm, secret)
    return f'Digest realm="{quoted}", qop="auth", algorithm={algorithm}, nonce="{nonce}"'


def nonce_secret(secrets: Secrets) -> bytes:
    """Return the key that seals the nonces of one device; every server of ours makes the same."""
    return hashlib.sha256(b"nonce\x00" + secrets.credential.encode()).digest()


def verify_digest(
    envelope: RawEnvelope, credential: str, realm: str, now: datetime, secret: bytes
) -> bool:
    """Tell whether the request's Digest is right for ``credential`` (``name:HA1``).

    qop ``auth`` or none; MD5 or SHA-256 by the length of the HA1. The nonce must be ours and at
    most five minutes old, and the address that of the request.
    """
    found, given = _split(credential), _parameters(envelope.header("authorization"))
    if found is None or given is None:
        return False
    name, ha1 = found
    algorithm = _HA1_LENGTHS[len(ha1)]
    if given.get("algorithm", "MD5").upper() not in {algorithm, ""}:
        return False
    if not _same(given.get("username", ""), name) or given.get("realm") != realm:
        return False
    if _target(given.get("uri", "")) != _target(envelope.path):
        return False
    nonce, qop = given.get("nonce", ""), given.get("qop", "")
    unasked = not realm and not nonce and not qop
    if not unasked and (qop not in {"", "auth"} or not _is_fresh(nonce, realm, now, secret)):
        return False
    ha2 = _hash(f"{envelope.method}:{given.get('uri', '')}", algorithm)
    counted = f"{ha1}:{nonce}:{given.get('nc', '')}:{given.get('cnonce', '')}:{qop}:{ha2}"
    plain = f"{ha1}:{nonce}:{ha2}"
    # Firmware that leaves everything empty differs on whether an empty qop counts as one.
    formulas = [counted, plain] if unasked else [counted if qop else plain]
    response = given.get("response", "").lower()
    return any(_same(response, _hash(formula, algorithm)) for formula in formulas)


def verify_basic(envelope: RawEnvelope, credential: str, realm: str) -> bool:
    """Tell whether the request's Basic name and password are those of ``credential``."""
    found = _split(credential)
    header = envelope.header("authorization")
    scheme, _space, token = header.partition(" ")
    if found is None or scheme.lower() != "basic" or len(header) > LONGEST_HEADER:
        return False
    try:
        text = base64.b64decode(token.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    name, colon, password = text.partition(":")
    expected_name, ha1 = found
    given = digest_ha1(name, realm, password, _HA1_LENGTHS[len(ha1)])
    right_name, right_password = _same(name, expected_name), _same(given, ha1)
    return bool(colon) and right_name and right_password


def _split(credential: str) -> tuple[str, str] | None:
    """Return name and HA1 of the register's text, or None when it is not of that form."""
    name, _colon, ha1 = credential.rpartition(":")
    ha1 = ha1.strip().lower()
    usable = name and len(ha1) in _HA1_LENGTHS and not set(ha1) - set("0123456789abcdef")
    return (name, ha1) if usable else None


def _parameters(header: str) -> dict[str, str] | None:
    """Return the parameters of a Digest header; None for another scheme, or one named twice."""
    scheme, _space, rest = header.strip().partition(" ")
    if scheme.lower() != "digest" or len(header) > LONGEST_HEADER:
        return None
    found: dict[str, str] = {}
    place = 0
    while place < len(rest):
        match = _PARAMETER.match(rest, place)
        if match is None or match.group(1).lower() in found:
            return None
        quoted, bare = match.group(2), match.group(3)
        text = bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
        found[match.group(1).lower()] = text
        place = match.end()
    return found


def _target(address: str) -> str:
    """Return path and query of a request target, which proxies may have written as absolute."""
    if "://" not in address.partition("?")[0]:
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _nonce(seconds: int, realm: str, secret: bytes) -> str:
    sealed = hmac.new(secret, f"{seconds:08x}|{realm}".encode(), hashlib.sha256)
    return f"{seconds:08x}-{sealed.hexdigest()}"


def _is_fresh(nonce: str, realm: str, now: datetime, secret: bytes) -> bool:
    match = _NONCE.fullmatch(nonce)
    if match is None:
        return False
    seconds = int(match.group(1), 16)
    ours = _same(nonce, _nonce(seconds, realm, secret))
    age = int(now.timestamp()) - seconds
    return ours and -CLOCK_SKEW_SECONDS <= age <= NONCE_SECONDS


def _same(one: str, other: str) -> bool:
    """Compare without letting the time taken tell how much was right."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _hash(text: str, algorithm: str) -> str:
    data = text.encode("utf-8", "replace")
    if algorithm == "MD5":
        # RFC 7616 names it and devices speak nothing else; it proves a password here, no bytes.
        return hashlib.md5(data, usedforsecurity=False).hexdigest()
    if algorithm == "SHA-256":
        return hashlib.sha256(data).hexdigest()
    raise ValueError(f"unknown algorithm: {algorithm}")
