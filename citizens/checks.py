"""What Django checks of our settings before anything starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import DatabaseError

PLATE_LOOKUPS = ("official_fields", "minimal", "off")


def check_lookup_settings(**_options: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings of the public look-up.

    A word that is mistyped must not open more, or less, than was meant.
    """
    found: list[CheckMessage] = []
    if settings.PUBLIC_PLATE_LOOKUP not in PLATE_LOOKUPS:
        words = f"PUBLIC_PLATE_LOOKUP must be one of {', '.join(PLATE_LOOKUPS)}."
        found.append(Error(words, id="citizens.E001"))
    if settings.CLOSED_CASES_PUBLIC_DAYS < 0:
        found.append(Error("CLOSED_CASES_PUBLIC_DAYS must not be negative.", id="citizens.E002"))
    if settings.PROOF_NUMBERS < 1:
        found.append(Error("PROOF_NUMBERS must be at least 1.", id="citizens.E003"))
    return found


LOOPBACK = ("localhost", "127.0.0.1", "::1")


def check_identity_settings(**_options: Any) -> list[CheckMessage]:
    """Return what is wrong with the identity provider: the sandbox vouches for nobody real.

    It runs without TLS on this machine and lets anybody be anyone; a portal that is no trial must
    not believe it.
    """
    found: list[CheckMessage] = []
    issuer = urlsplit(settings.IDENTITY_ISSUER)
    is_sandbox = issuer.scheme != "https" or issuer.hostname in LOOPBACK
    if settings.IDENTITY_ISSUER and is_sandbox and not settings.IS_SAMPLE:
        words = "IDENTITY_ISSUER is a sandbox: a portal that is no trial needs https and a host."
        found.append(Error(words, id="citizens.E004"))
    if "LoA1" in settings.IDENTITY_LEVELS:
        words = "IDENTITY_LEVELS must not hold LoA1: it proves a telephone, not a person."
        found.append(Error(words, id="citizens.E005"))
    return found


def check_sealed_rows(
    app_configs: Any, databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Warn of what ACCOUNT_KEY sealed once and no key of ours can open now."""
    from citizens.resealing import of_unknown_keys

    if "default" not in (databases or ()):
        return []
    try:
        count = of_unknown_keys()
    except DatabaseError:
        return []  # the tables are not made yet
    if not count:
        return []
    return [
        Warning(
            f"{count} accounts hold a number that neither ACCOUNT_KEY nor a former key opens.",
            hint="Add the former key to ACCOUNT_FORMER_KEYS, then manage.py account_key reseal",
            id="citizens.W001",
        )
    ]
