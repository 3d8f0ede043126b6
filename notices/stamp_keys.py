"""The Ed25519 keys behind the QR of a paper: the one in use, and the public halves of all.

The private half is derived from the secret ``STAMP_SIGNING_KEY`` of the environment. When that
secret is replaced, the next paper registers the new key and retires the old one; its public half
stays published, because the papers it signed are still out.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection, transaction

from notices.cose import CoseError, verify1
from notices.models import SigningKey
from notices.stamp_claims import Claims, ClaimsError, read_claims

PLACE = "secret:STAMP_SIGNING_KEY"
VALID = timedelta(days=365 * 15)  # papers are checked for as long as their cases may be asked after
_LOCK = 8103


def key_in_use(*, at: datetime) -> tuple[SigningKey, Ed25519PrivateKey]:
    """Return the key that signs today, registering it when the secret is new. ``at`` is aware.

    Called inside the act's transaction; two first papers at once wait for each other.
    """
    private = _private(settings.KEYS["STAMP_SIGNING_KEY"])
    kid = _kid(private.public_key())
    found = SigningKey.objects.filter(kid=kid, retired_at__isnull=True).first()
    return found or _register(private.public_key(), kid, at=at), private


def _register(public: Ed25519PublicKey, kid: str, *, at: datetime) -> SigningKey:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        found = SigningKey.objects.filter(kid=kid).first()
        if found is not None:
            if found.retired_at is not None:
                raise ValueError("The secret of the QR was retired before; set a new one.")
            return found
        SigningKey.objects.filter(
            purpose=SigningKey.Purpose.STAMP, unit_code="", retired_at__isnull=True
        ).update(retired_at=at, retire_reason="the secret was replaced")
        return SigningKey.objects.create(
            purpose=SigningKey.Purpose.STAMP,
            kid=kid,
            subject=settings.PORTAL_ORIGIN[:160],
            place=PLACE,
            public_key=public.public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            ).decode(),
            valid_from=at,
            valid_until=at + VALID,
            registered_by_name="Hệ thống",
            registered_at=at,
        )


def published_keys() -> list[dict[str, Any]]:
    """Return every key as a JSON Web Key (RFC 8037) with the days within which it signed."""
    return [
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "kid": key.kid,
            "x": base64.urlsafe_b64encode(_raw(_public(key.public_key))).decode().rstrip("="),
            "from": key.valid_from.date().isoformat(),
            "until": (key.retired_at or key.valid_until).date().isoformat(),
        }
        for key in SigningKey.objects.filter(purpose=SigningKey.Purpose.STAMP).order_by("id")
    ]


def open_stamp(stamp: bytes) -> Claims:
    """Return the claims of a stamp that a key of ours has signed. Raises CoseError.

    A key that was retired still opens what it signed; whether the paper is in force is for the
    register to say, not for the signature.
    """

    def find_key(kid: bytes) -> Ed25519PublicKey | None:
        if not isinstance(kid, bytes):
            return None
        key = SigningKey.objects.filter(purpose=SigningKey.Purpose.STAMP, kid=kid.hex()).first()
        return None if key is None else _public(key.public_key)

    _kid_bytes, claims = verify1(stamp, find_key)
    try:
        return read_claims(claims)
    except ClaimsError as fault:
        raise CoseError("no claims of a paper") from fault


@cache
def _private(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(SHA256(), 32, salt=None, info=b"paper-stamp/1").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


@cache
def _public(pem: str) -> Ed25519PublicKey:
    found = serialization.load_pem_public_key(pem.encode())
    assert isinstance(found, Ed25519PublicKey)
    return found


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _kid(public: Ed25519PublicKey) -> str:
    """Return the short name of a key: the first eight bytes of the hash of its public half."""
    return sha256(_raw(public)).digest()[:8].hex()
