"""In what order a list of cases is walked, and where a page of it goes on.

Newest cases come first by their keys, which were given when they were opened. Under a window of
days they come by the day of the violation: what happened after the window then lies outside one
stretch of an index and is not walked past, however deep the window lies. A case that was delivered
late stands with its day and not with its opening.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, DateField, Func, QuerySet, UUIDField, Value
from django.db.models.lookups import LessThan

from citizens.partners.paging import no_cursor

WINDOW = ("occurred_from", "occurred_to")
SHAPE = "^[A-Za-z0-9_-]{22}([A-Za-z0-9_-]{5})?$"
_CURSOR = re.compile(SHAPE.replace("$", r"\Z"), re.ASCII)
_DAY_BYTES = 4


class RowOf(Func):
    """Several values side by side; two rows are compared from the left, as an index holds them."""

    template = "ROW(%(expressions)s)"
    output_field = BooleanField()  # of no meaning: only compared


@dataclass(frozen=True)
class Walk:
    """One order, newest first: ``fields`` are the columns it goes by, the key last."""

    fields: tuple[str, ...]

    @property
    def order(self) -> list[str]:
        """Return what the rows are ordered by."""
        return [f"-{field}" for field in self.fields]

    def behind(self, cases: QuerySet[Any], place: Sequence[Any]) -> QuerySet[Any]:
        """Keep the cases that come after a place."""
        if len(self.fields) == 1:
            return cases.filter(pk__lt=place[0])
        day, case_id = place
        values = Value(day, DateField()), Value(case_id, UUIDField())
        return cases.filter(LessThan(RowOf(*self.fields), RowOf(*values)))

    def cursor(self, place: Sequence[Any]) -> str:
        """Write where a page ended."""
        parts = [one.toordinal().to_bytes(_DAY_BYTES) for one in place[:-1]]
        held = b"".join([*parts, place[-1].bytes])
        return base64.urlsafe_b64encode(held).rstrip(b"=").decode()

    def read(self, text: str) -> tuple[Any, ...]:
        """Read where a page ended. Raises ValidationError for a cursor of another order or none."""
        if not _CURSOR.fullmatch(text):
            raise no_cursor("cursor")
        held = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if len(held) != _DAY_BYTES * (len(self.fields) - 1) + 16:
            raise no_cursor("cursor")
        key = uuid.UUID(bytes=held[-16:])
        if len(self.fields) == 1:
            return (key,)
        try:
            return date.fromordinal(int.from_bytes(held[:_DAY_BYTES])), key
        except (ValueError, OverflowError) as fault:
            raise no_cursor("cursor") from fault


NEWEST = Walk(("id",))
BY_DAY = Walk(("occurred_on", "id"))


def walk_of(asked: Mapping[str, Any]) -> Walk:
    """Return the order a question is answered in: by day where it names days."""
    return BY_DAY if any(name in asked for name in WINDOW) else NEWEST
