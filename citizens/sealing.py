"""Seal what accounts of citizens keep, so that a copy of the database alone tells it to nobody.

Fernet (AES-128-CBC with HMAC-SHA256) under a key derived from ``ACCOUNT_KEY`` for each purpose:
what was sealed for one cannot be passed off as the other.
"""

from __future__ import annotations

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(ValueError):
    """These bytes were not sealed here for this purpose, or the key was replaced."""


def seal(purpose: str, plain: bytes) -> bytes:
    """Return bytes that only this portal can open, and only for the same purpose."""
    return _lock(settings.KEYS["ACCOUNT_KEY"], purpose).encrypt(plain)


def unseal(purpose: str, sealed: bytes) -> bytes:
    """Return what was sealed. Raises Unreadable."""
    try:
        return _lock(settings.KEYS["ACCOUNT_KEY"], purpose).decrypt(bytes(sealed))
    except InvalidToken:
        raise Unreadable(purpose) from None


@cache
def _lock(secret: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"account/1:{purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))
