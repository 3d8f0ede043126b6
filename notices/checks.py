"""Checks of the deployment: keys that sign papers, and a library of the print works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Info, Tags, Warning, register
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


@register()
def harfbuzz_subset_is_there(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Tell when ``libharfbuzz-subset`` is absent; papers are made all the same."""
    from notices.library_versions import library_versions
    from notices.worker_start import ABSENT

    return [] if library_versions()["harfbuzz-subset"] else [Info(ABSENT, id="notices.I001")]
