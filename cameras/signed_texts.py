"""Ed25519 over texts that say in their own ``format`` what they are. Pure.

One key signs checkpoints, receipts of a witness and the sums of an evidence pack; as each text
names its format, a signature under one can never be shown as a signature under another.
"""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PUBLIC_KEY_BYTES = 32
_PURPOSE = b"vn.traffic.custody-signing-key/1"


def private_key(secret: str) -> Ed25519PrivateKey:
    """Return the centre's signing key, derived from its secret (HKDF-SHA256, RFC 5869)."""
    seed = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes by which others check what this key signs."""
    return key.public_key().public_bytes_raw()


def key_id(public_key: bytes) -> str:
    """Return the name of a key: SHA-256 of its 32 public bytes, in hexadecimal."""
    return hashlib.sha256(public_key).hexdigest()


def sign(text: bytes, key: Ed25519PrivateKey) -> bytes:
    """Return the signature (64 bytes) of a text."""
    return key.sign(text)


def is_signed(text: bytes, signature: bytes, public_key: bytes) -> bool:
    """Tell whether a signature over a text is that of this key. Never raises."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
