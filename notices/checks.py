"""A check of the deployment: no key that signs papers is near its end (``check --database``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError
from django.utils import timezone


@register(Tags.database)
def keys_live_on(
    app_configs: Any, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Warn of each key in use that expires within 30 days, or has expired."""
    from notices.signing_keys import near_their_end

    if "default" not in (databases or ()):
        return []
    try:
        ending = near_their_end(at=timezone.now())
    except DatabaseError:
        return []  # the tables are not made yet
    return [
        Warning(
            f"The signing key {key.kid} of {key.unit_code or 'the portal'} expires on"
            f" {key.valid_until:%d/%m/%Y}.",
            hint="manage.py signing_key rotate",
            id="notices.W001",
        )
        for key in ending
    ]
