"""Where the identity provider is (VNeID through the national portal), and who we are to it.

Off until ``IDENTITY_ISSUER`` is set; the secret stands with the other keys (``IDENTITY_SECRET``).
"""

import os

__all__ = ["IDENTITY_ACR", "IDENTITY_CLIENT", "IDENTITY_ISSUER", "IDENTITY_LEVELS"]

IDENTITY_ISSUER = os.environ.get("IDENTITY_ISSUER", "").rstrip("/")
IDENTITY_CLIENT = os.environ.get("IDENTITY_CLIENT", "cong-vi-pham")
#: What we ask for, and what we accept: level 1 is a telephone number, level 2 a person.
IDENTITY_ACR = os.environ.get("IDENTITY_ACR", "LoA2")
IDENTITY_LEVELS = frozenset(os.environ.get("IDENTITY_LEVELS", "LoA2,LoA3").split(","))
