"""The tabs of the staff header: what this person may do, with how much of it is waiting."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def staff_tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the tabs for the signed-in member of staff."""
    return []
