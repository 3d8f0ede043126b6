"""The acts of service, enforcement and changes of a decision on the case page."""

from __future__ import annotations

from violations.admin.acts.base import Act

ACTS: dict[str, Act] = {}
