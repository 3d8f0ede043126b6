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
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, DateField, Func, QuerySet, UUIDField, Value
from django.db.models.lookups import LessThan

from citizens.partners.paging import no_cursor

WINDOW = ("occurred_from", "occurred_to")
SHAPE = "^[A-Za-z0-9_-]{27}$"
DAY_BYTES = 4
#: What a place is made of, in either order: the day of the violation, and the key of the case.
PLACE = ("occurred_on", "id")

Place = tuple[date, uuid.UUID]


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

    def behind(self, cases: QuerySet[Any], place: Place) -> QuerySet[Any]:
        """Keep the cases that come after a place."""
        day, key = place
        if len(self.fields) == 1:
            return cases.filter(pk__lt=key)
        values = Value(day, DateField()), Value(key, UUIDField())
        return cases.filter(LessThan(RowOf(*self.fields), RowOf(*values)))


NEWEST = Walk(("id",))
BY_DAY = Walk(PLACE)


def walk_of(asked: Mapping[str, Any]) -> Walk:
    """Return the order a question is answered in: by day where it names days."""
    return BY_DAY if any(name in asked for name in WINDOW) else NEWEST


def cursor(place: Place) -> str:
    """Write where a page ended."""
    day, key = place
    held = day.toordinal().to_bytes(DAY_BYTES) + key.bytes
    return base64.urlsafe_b64encode(held).rstrip(b"=").decode()


def read_cursor(text: str) -> Place:
    """Read where a page ended; days that no calendar has are its ends. Raises ValidationError."""
    if not re.fullmatch(SHAPE.replace("$", r"\Z"), text, re.ASCII):
        raise no_cursor("cursor")
    held = base64.urlsafe_b64decode(text + "=")
    number = int.from_bytes(held[:DAY_BYTES])
    day = date.fromordinal(max(1, min(number, date.max.toordinal())))
    return day, uuid.UUID(bytes=held[DAY_BYTES:])
