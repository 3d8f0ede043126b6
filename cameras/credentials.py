"""What a device proves itself by, kept as a digest only: a password (Digest, Basic) or a token."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext

from cameras.adapters.bearer_tokens import token_credential
from cameras.adapters.registry import adapter_for

#: Adapters whose devices send a token and not a password.
BY_TOKEN = frozenset({"platerecognizer"})
LONGEST_NAME, LEAST_PASSWORD = 60, 8


class CredentialRefused(ValueError):
    """A name or password that cannot be used. The text is a sentence for the person."""


def realm_of(adapter: str) -> str:
    """Return the realm a device of this adapter reckons its digest with; Dahua's is empty."""
    return str(getattr(adapter_for(adapter), "realm", "intake"))


def credential_of(name: str, password: str, adapter: str) -> str:
    """Return ``name:HA1``, from which the password cannot be read back. RFC 7616 section 3.4.2

    For a device that sends a token, the digest of that token.

    Raises CredentialRefused for what no device could send.
    """
    if not name or ":" in name or len(name) > LONGEST_NAME or not name.isprintable():
        raise CredentialRefused(
            gettext("A name has up to 60 characters and no colon. Choose another.")
        )
    if len(password) < LEAST_PASSWORD:
        raise CredentialRefused(gettext("The password is shorter than 8 characters."))
    if adapter in BY_TOKEN:
        return token_credential(name, password)
    # MD5 because RFC 7616 and the devices say so; the password itself must be long and random.
    ha1 = hashlib.md5(
        f"{name}:{realm_of(adapter)}:{password}".encode(), usedforsecurity=False
    ).hexdigest()
    return f"{name}:{ha1}"


def name_of(credential: str) -> str:
    """Return the name a device signs in by, which is no secret."""
    return credential.partition(":")[0]
