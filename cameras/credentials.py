"""The password of a device that proves itself by HTTP Digest or Basic, kept as a digest only."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.utils.translation import gettext

#: Adapters whose devices make their digest with a realm of their own; the others use ours.
REALMS = {"dahua-itsapi": ""}
LONGEST_NAME, LEAST_PASSWORD = 60, 8


class CredentialRefused(ValueError):
    """A name or password that cannot be used. The text is a sentence for the person."""


def realm_of(adapter: str) -> str:
    """Return the realm a device of this adapter reckons its digest with."""
    return REALMS.get(adapter, settings.INTAKE_REALM)


def credential_of(name: str, password: str, adapter: str) -> str:
    """Return ``name:HA1``, from which the password cannot be read back. RFC 7616 section 3.4.2

    Raises CredentialRefused for what no device could send.
    """
    if not name or ":" in name or len(name) > LONGEST_NAME or not name.isprintable():
        raise CredentialRefused(
            gettext("A name has up to 60 characters and no colon. Choose another.")
        )
    if len(password) < LEAST_PASSWORD:
        raise CredentialRefused(gettext("The password is shorter than 8 characters."))
    # MD5 because RFC 7616 and the devices say so; the password itself must be long and random.
    ha1 = hashlib.md5(
        f"{name}:{realm_of(adapter)}:{password}".encode(), usedforsecurity=False
    ).hexdigest()
    return f"{name}:{ha1}"


def name_of(credential: str) -> str:
    """Return the name a device signs in by, which is no secret."""
    return credential.partition(":")[0]
