"""Pages of a long list, newest first, in which no address names a row.

A page is found by the keys of the row it begins after, so the hundredth costs what the first does.
Those keys are sealed in the link: an address that is copied, kept in a history or sent to somebody
names no case and no moment, and is good for nobody but the reader it was made for.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

from citizens.sealing import Unreadable, seal, unseal

SIZE = 20
MOST_COUNTED = 1_000
PURPOSE = "list-page"
NEWER, OLDER = "newer", "older"

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class ListPage(Generic[Row]):
    """One page: its rows, and the sealed places of the pages beside it, "" where there is none."""

    rows: list[Row]
    newer: str = ""
    older: str = ""


@dataclass(frozen=True)
class Counted:
    """How many rows there are, told up to a cap."""

    number: int
    is_capped: bool


def count_of(rows: QuerySet[Any]) -> Counted:
    """Count rows no further than a thousand: nobody reads on for a more exact number."""
    number = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return Counted(min(number, MOST_COUNTED), number > MOST_COUNTED)


def page_of(rows: QuerySet[Row], keys: Sequence[str], place: str, *, reader: str) -> ListPage[Row]:
    """Return the page at a place; the first for no place, and for one that is not this reader's.

    ``keys`` are columns or annotations that order the rows downwards and end with a unique one.
    ``reader`` is whose list it is and which: a place sealed for another list opens the first page.
    """
    way, values = _read(place, reader, len(keys))
    ordered = rows.order_by(*(F(key).desc() for key in keys))
    if way == NEWER:
        nearest = rows.filter(_beyond(keys, values, "gt")).order_by(*(F(key).asc() for key in keys))
        found = list(nearest[: SIZE + 1])
        if len(found) > SIZE:
            shown = found[:SIZE][::-1]
            return _linked(shown, keys, reader, has_newer=True, has_older=True)
        way = ""  # what lies above is less than a page: the first page shows it whole
    if way == OLDER:
        found = list(ordered.filter(_beyond(keys, values, "lt"))[: SIZE + 1])
        if found:
            return _linked(found[:SIZE], keys, reader, has_newer=True, has_older=len(found) > SIZE)
    found = list(ordered[: SIZE + 1])
    return _linked(found[:SIZE], keys, reader, has_newer=False, has_older=len(found) > SIZE)


def _linked(
    rows: list[Row], keys: Sequence[str], reader: str, *, has_newer: bool, has_older: bool
) -> ListPage[Row]:
    return ListPage(
        rows,
        _place(NEWER, rows[0], keys, reader) if has_newer else "",
        _place(OLDER, rows[-1], keys, reader) if has_older else "",
    )


def _beyond(keys: Sequence[str], values: Sequence[Any], side: str) -> Q:
    """Return the condition for rows on one side of a place, key by key."""
    found = Q()
    same: dict[str, Any] = {}
    for key, value in zip(keys, values, strict=True):
        found |= Q(**same, **{f"{key}__{side}": value})
        same[key] = value
    return found


def _place(way: str, row: Model, keys: Sequence[str], reader: str) -> str:
    values = [_written(getattr(row, key)) for key in keys]
    return seal(PURPOSE, json.dumps([reader, way, *values]).encode()).decode()


def _read(place: str, reader: str, count: int) -> tuple[str, list[Any]]:
    """Return the way and the keys of a place; no way for what was not sealed for this reader."""
    try:
        whose, way, *values = json.loads(unseal(PURPOSE, place.encode()))
    except Unreadable:
        return "", []
    return (way, values) if whose == reader and len(values) == count else ("", [])


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
