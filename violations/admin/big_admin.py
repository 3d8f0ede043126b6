"""Lists over large tables, scoped to the person's units, and the cells they are drawn with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from cameras.admin.big import (
    BigAdmin,
    CappedPaginator,
    KnownValuesFilter,
    PeriodFilter,
    ReadOnlyAdmin,
)

__all__ = [
    "BigAdmin",
    "CappedPaginator",
    "KnownValuesFilter",
    "PeriodFilter",
    "ReadOnlyAdmin",
    "cell",
]


def cell(name: str, context: Mapping[str, Any]) -> str:
    """Draw one cell of a list with a template, so that chips and plates look as everywhere."""
    return render_to_string(f"violations/cells/{name}.html", dict(context))
