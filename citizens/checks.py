"""What Django checks of our settings before anything starts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

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
