"""Seal what accounts of citizens keep, so that a copy of the database alone tells it to nobody.

Fernet (AES-128-CBC with HMAC-SHA256) under a key derived from ``ACCOUNT_KEY`` for each purpose:
what was sealed for one cannot be passed off as the other. Before the token stands the name of the
key, a digest that tells nothing of it. When ``ACCOUNT_KEY`` is replaced, the one before it goes to
``ACCOUNT_FORMER_KEYS``: it opens what it sealed until ``manage.py account_key reseal`` is through.
"""

from __future__ import annotations

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NAME_BYTES = 8
MARK = b"."  # between the name and the token; no token holds one


class Unreadable(ValueError):
    """These bytes were not sealed here for this purpose, or no key we have fits them."""


def seal(purpose: str, plain: bytes) -> bytes:
    """Return bytes that only this portal can open, and only for the same purpose."""
    secret = settings.KEYS["ACCOUNT_KEY"]
    return key_name(secret) + MARK + _lock(secret, purpose).encrypt(plain)


def unseal(purpose: str, sealed: bytes) -> bytes:
    """Return what was sealed, under today's key or a former one. Raises Unreadable."""
    name, token = _parted(bytes(sealed))
    for secret in known_keys():
        if name and key_name(secret) != name:
            continue
        try:
            return _lock(secret, purpose).decrypt(token)
        except InvalidToken:
            continue
    raise Unreadable(purpose)


def is_of_today(sealed: bytes) -> bool:
    """Tell whether bytes were sealed under today's key, by the name before them."""
    return _parted(bytes(sealed))[0] == key_name(settings.KEYS["ACCOUNT_KEY"])


def known_keys() -> tuple[str, ...]:
    """Return the keys that can open something: today's, then the former ones."""
    return (settings.KEYS["ACCOUNT_KEY"], *settings.ACCOUNT_FORMER_KEYS)


@cache
def key_name(secret: str) -> bytes:
    """Return the eight signs by which a key is named where it sealed something."""
    derived = HKDF(SHA256(), NAME_BYTES // 2, salt=None, info=b"account/1 name")
    return derived.derive(secret.encode()).hex().encode()


def _parted(sealed: bytes) -> tuple[bytes, bytes]:
    """Return the name and the token; no name for what was sealed before keys had names."""
    if sealed[NAME_BYTES : NAME_BYTES + 1] == MARK:
        return sealed[:NAME_BYTES], sealed[NAME_BYTES + 1 :]
    return b"", sealed


@cache
def _lock(secret: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=f"account/1:{purpose}".encode())
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))
