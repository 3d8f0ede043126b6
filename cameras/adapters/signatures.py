"""HTTP message signatures of gateways (RFC 9421, Ed25519) over method, address and content.

The signature covers the Content-Digest (RFC 9530), so the stored body can be proved against it
years later with the device's public key alone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import http_sf
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from http_message_signatures import (
    ContentDigest,
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)

from cameras.adapters.contract import RawEnvelope, Rejected

COVERED = ("@method", "@target-uri", "content-digest", "content-type", "idempotency-key")
#: A signature counts this long before and after its creation.
FRESH = timedelta(seconds=300)
#: How long the caller keeps a nonce; longer than any signature can be fresh.
NONCE_KEPT = timedelta(hours=24)
MIN_NONCE, MAX_NONCE = 16, 128


@dataclass(frozen=True)
class VerifiedSignature:
    """What the signature proved. The nonce must be stored and never accepted again."""

    key_id: str
    nonce: str
    created_at: datetime


@dataclass(frozen=True)
class SignedMessage:
    """A request in the shape the signature library reads."""

    method: str
    url: str
    headers: dict[str, str]


class _VerifierAt(HTTPMessageVerifier):
    """The library's verifier with our clock passed in instead of its own."""

    def __init__(self, public_key: Ed25519PublicKey, key_id: str, now: datetime):
        super().__init__(
            signature_algorithm=algorithms.ED25519,
            key_resolver=MappingKeyResolver(public_keys={key_id: public_key}, private_keys={}),
        )
        self._now = now

    def validate_created_and_expires(
        self, sig_input: Any, max_age: timedelta | None = None
    ) -> None:
        now = self._now.timestamp()
        created, expires = sig_input.params.get("created"), sig_input.params.get("expires")
        if type(created) is not int or abs(now - created) > FRESH.total_seconds():
            raise _Stale
        if expires is not None and (type(expires) is not int or expires < now):
            raise _Stale


class _Stale(InvalidSignature):
    pass


def verify_signature(
    envelope: RawEnvelope, device_key: bytes, now: datetime
) -> VerifiedSignature | Rejected:
    """Check the one signature of a delivery against the device's public key (32 bytes or PEM).

    The caller still has to refuse a nonce it has seen. Never raises on what was received.
    """
    proof = verify_head(envelope, device_key, now)
    if isinstance(proof, Rejected):
        return proof
    try:
        ContentDigest.verify(_joined_headers(envelope)["content-digest"], envelope.body)
    except HTTPMessageSignaturesException:
        return Rejected("digest_mismatch", "The Content-Digest does not match the body.")
    return proof


def verify_head(
    envelope: RawEnvelope, device_key: bytes, now: datetime
) -> VerifiedSignature | Rejected:
    """Check the signature alone, before the body has been read: it covers the Content-Digest.

    The caller must compare that digest (``declared_sha256``) with the bytes as they come.
    """
    try:
        public_key = _public_key(device_key)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return Rejected("key_unusable", "The device has no usable public key.")
    headers = _joined_headers(envelope)
    if not headers.get("signature") or not headers.get("signature-input"):
        return Rejected("signature_missing", "The delivery is not signed.")
    key_id = _signature_parameters(headers).get("keyid")
    if not isinstance(key_id, str) or not key_id:
        return Rejected("signature_invalid", "The signature header cannot be read.")
    message = SignedMessage(envelope.method.upper(), target_uri(envelope), headers)
    verifier = _VerifierAt(public_key, key_id, now.astimezone(UTC))
    try:
        [result] = verifier.verify(message, require_components=COVERED)
    except _Stale:
        return Rejected("signature_stale", "The signature is older or newer than 300 seconds.")
    except (HTTPMessageSignaturesException, ValueError, TypeError, KeyError):
        return Rejected("signature_invalid", "The signature does not match the request.")
    nonce = result.nonce or ""
    if not MIN_NONCE <= len(nonce) <= MAX_NONCE:
        return Rejected("nonce_missing", "The signature needs a nonce of 16 to 128 characters.")
    created_at = datetime.fromtimestamp(int(result.parameters["created"]), tz=UTC)
    return VerifiedSignature(key_id, nonce, created_at)


def target_uri(envelope: RawEnvelope) -> str:
    """Return the absolute address the sender signed.

    Behind our front server the scheme is in X-Forwarded-Proto. A forged one only makes the
    signature fail.
    """
    if envelope.path.startswith(("http://", "https://")):
        return envelope.path
    scheme = envelope.header("x-forwarded-proto").split(",")[0].strip().lower()
    if scheme not in {"http", "https"}:
        scheme = "http"
    return f"{scheme}://{envelope.header('host')}{envelope.path}"


def declared_sha256(envelope: RawEnvelope) -> str:
    """Return the SHA-256 the Content-Digest names (RFC 9530), in hexadecimal; empty for none."""
    try:
        digests: Any = http_sf.parse(
            envelope.header("content-digest").encode(), tltype="dictionary"
        )
        value = digests["sha-256"][0]
    except (ValueError, TypeError, KeyError, IndexError):
        return ""
    return value.hex() if isinstance(value, bytes) else ""


def raw_public_key(material: bytes) -> bytes:
    """Return the 32 bytes of a device's key. Raises ValueError or TypeError for another kind."""
    return _public_key(material).public_bytes_raw()


def signature_nonce(envelope: RawEnvelope) -> str | None:
    """Return the nonce named by the signature, before anything is verified."""
    nonce = _signature_parameters(_joined_headers(envelope)).get("nonce")
    return nonce if isinstance(nonce, str) and nonce else None


def _signature_parameters(headers: dict[str, str]) -> dict[str, Any]:
    """Return the parameters of the first signature (RFC 8941 dictionary), or nothing."""
    try:
        inputs = http_sf.parse(headers.get("signature-input", "").encode(), tltype="dictionary")
    except (ValueError, TypeError):
        return {}
    members = list(inputs.values()) if isinstance(inputs, dict) else []
    first = members[0] if members else None
    parameters = first[1] if isinstance(first, tuple) and len(first) == 2 else None
    return parameters if isinstance(parameters, dict) else {}


def _joined_headers(envelope: RawEnvelope) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in envelope.headers:
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def _public_key(material: bytes) -> Ed25519PublicKey:
    """Return an Ed25519 key from its 32 raw bytes or from PEM."""
    if len(material) == 32:
        return Ed25519PublicKey.from_public_bytes(material)
    key = load_pem_public_key(material)
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError("not an Ed25519 key")
    return key
