"""The acts of driving licences and evasions on the case page."""

from __future__ import annotations

from violations.admin.acts.base import Act

ACTS: dict[str, Act] = {}
