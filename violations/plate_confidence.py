"""How sure the machine is of each character of a plate, as the device claimed it."""

from __future__ import annotations

from typing import Any

from violations.models import Violation


def of(case: Violation) -> list[int]:
    """Return the confidence in each character, per mille; empty where the device claims none."""
    plate: Any = case.detection.canonical.get("plate") or {}
    values = plate.get("char_confidence") or []
    return [round(value * 1000) if value <= 1 else round(value) for value in values]
