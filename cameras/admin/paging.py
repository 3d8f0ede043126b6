"""How far a list over a large table counts and pages, and how long it may ask the database.

Counting ten million rows takes seconds and says nothing; ``OFFSET`` reads all it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

MOST_COUNTED = 10_000
#: The same for a list that finds a person's rows through other tables, where each costs a look-up.
MOST_COUNTED_BY_JOINS = 250
#: Below so many rows by the planner's estimate the true number is counted.
WORTH_COUNTING = 100_000
PATIENCE_MS = 5_000


class TooSlow(Exception):
    """A question to the database took longer than a page may ask."""


class CappedPaginator(Paginator):
    """Count no further than ten thousand rows: whoever wants more narrows the filter.

    A list without any condition is not counted at all once the planner knows that it is large.
    """

    most_counted = MOST_COUNTED

    @cached_property
    def count(self) -> int:
        """Return the number of rows, at most ``most_counted``."""
        rows = self.object_list
        if isinstance(rows, QuerySet) and not rows.query.where and _is_large(rows):
            return self.most_counted
        if isinstance(rows, QuerySet) and not rows.query.distinct:
            # Neither order nor what each line shows matters to the number.
            rows = rows.order_by().values("pk")
        return int(rows[: self.most_counted].count())

    def page(self, number: int | str) -> Page:
        """Return a page whose rows are found by their keys first.

        ``OFFSET`` then walks an index, not the rows with all that is joined to them.
        """
        made = super().page(number)
        rows = self.object_list
        if isinstance(rows, QuerySet) and not rows.query.distinct:
            first = (made.number - 1) * self.per_page
            keys = list(rows.values_list("pk", flat=True)[first : first + self.per_page])
            made.object_list = rows.filter(pk__in=keys)
        return made

    @property
    def is_capped(self) -> bool:
        """Tell whether there may be more rows than were counted."""
        return self.count >= self.most_counted


def _is_large(rows: QuerySet[Any]) -> bool:
    """Tell by the planner's own estimate whether a table has too many rows to count."""
    if rows.query.distinct or rows.query.is_sliced:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)",
            [rows.model._meta.db_table],
        )
        found = cursor.fetchone()
    return bool(found and found[0] >= WORTH_COUNTING)


@contextmanager
def walking_indexes() -> Iterator[None]:
    """Let the planner look rows up one by one: a page shows few rows of large tables.

    Left to itself it hashes the three hundred thousand cases of a unit (130 ms) to count five
    hundred events of theirs (30 ms by look-ups), as if each look-up waited for a turning disk.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL random_page_cost = 1.1; SET LOCAL enable_hashjoin = off")
        yield
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL random_page_cost = DEFAULT; SET LOCAL enable_hashjoin = DEFAULT"
            )


@contextmanager
def patience() -> Iterator[None]:
    """Let no single question of a page run longer than five seconds. Raises TooSlow.

    One careless filter must not hold a connection and a core while others wait.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
            with walking_indexes():
                yield
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = DEFAULT")
    except OperationalError as error:
        if "statement timeout" in str(error):
            raise TooSlow from error
        raise
