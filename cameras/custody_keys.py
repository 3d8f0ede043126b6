"""The centre's signing key, and the public keys under which its older checkpoints were signed."""

from __future__ import annotations

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from cameras import signed_texts


def signing_key() -> Ed25519PrivateKey:
    """Return the key of ``CUSTODY_SIGNING_KEY``."""
    return _derived(settings.KEYS["CUSTODY_SIGNING_KEY"])


def public_key() -> bytes:
    """Return the public half, to be published where courts and witnesses find it."""
    return signed_texts.public_bytes(signing_key())


def known_keys() -> dict[str, bytes]:
    """Return our public keys by their id: today's and those named in ``CUSTODY_FORMER_KEYS``."""
    keys = [public_key(), *(bytes.fromhex(key) for key in settings.CUSTODY_FORMER_KEYS)]
    return {signed_texts.key_id(key): key for key in keys}


@lru_cache(maxsize=4)
def _derived(secret: str) -> Ed25519PrivateKey:
    return signed_texts.private_key(secret)
