"""Bulk cases inside a test's own transaction: the loader's own chunk, on Django's connection."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from violations.bulk import loading
from violations.bulk.cases import Span
from violations.bulk.place import establish


def loaded_here(cases: int, at: datetime, seed: int = 1) -> Span:
    """Load so many bulk cases that end at a moment; the test's end takes them away again."""
    connection.ensure_connection()
    owner = connection.connection
    place = establish(at)
    span, size = loading.begin(owner, Span(cases, at, seed))
    for number in range(-(-cases // size)):
        lines = loading.lines_of_chunk(span, size, number, place)
        loading.load_chunk(owner, number, lines, span, size, place)
    # As the loader does at its end: the planner would else go by what earlier tests left.
    for table in loading.TABLES:
        owner.execute(f"ANALYZE {table}")
    return span
