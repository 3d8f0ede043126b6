"""Move what is sealed to today's ACCOUNT_KEY, and tell what no key opens any more.

Row after row by their ids, a batch a turn: what is under today's key is passed by, so that a run
that was killed, or two at once, do no harm. A row that somebody changed meanwhile was sealed anew
already. Nothing of what is sealed leaves this module, and no id of an account is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import BinaryField, F, Func, Q, QuerySet, Value

from citizens import citizen_accounts, own_data
from citizens.models import CitizenAccount, DataCopy
from citizens.partner_models import ApiRight
from citizens.partners import owners
from citizens.sealing import (
    MARK,
    NAME_BYTES,
    Unreadable,
    is_of_today,
    key_name,
    known_keys,
    seal,
    unseal,
)

log = logging.getLogger(__name__)
BATCH = 500


@dataclass
class Sealed:
    """How many rows are under today's key, under a former one, and under none we have."""

    today: int = 0
    former: int = 0
    unreadable: int = 0

    def __add__(self, other: Sealed) -> Sealed:
        """Return both together."""
        return Sealed(
            self.today + other.today,
            self.former + other.former,
            self.unreadable + other.unreadable,
        )


@dataclass(frozen=True)
class _Column:
    """One column of sealed bytes and the purpose they were sealed for."""

    rows: QuerySet[Any]
    name: str
    purpose: str


def reseal(*, batch: int = BATCH) -> Sealed:
    """Seal under today's key whatever a former one opens; returns what was found.

    ``former`` counts the rows that were moved now: at nought the former keys can be taken away.
    """
    found = Sealed()
    for column in _columns():
        for row_id, sealed in _walk(column, batch):
            found += _moved(column, row_id, sealed)
    if found.unreadable:
        log.error("ACCOUNT_KEY: no key opens %d sealed rows", found.unreadable)
    return found


def counted(*, batch: int = BATCH) -> Sealed:
    """Count what is sealed under which key; changes nothing."""
    found = Sealed()
    for column in _columns():
        for _row_id, sealed in _walk(column, batch):
            if _opened(column, sealed) is None:
                found.unreadable += 1
            elif is_of_today(sealed):
                found.today += 1
            else:
                found.former += 1
    return found


def of_unknown_keys() -> int:
    """Count the accounts whose number bears the name of a key we do not have, without opening any.

    What was sealed before keys had names is tried, some of it: one key sealed all of that.
    """
    head = Func(
        F("sealed_number"),
        Value(1),
        Value(NAME_BYTES + 1),
        function="substring",
        output_field=BinaryField(),
    )
    rows = _columns()[0].rows.annotate(head=head)
    ours = [key_name(secret) + MARK for secret in known_keys()]
    is_named = Q(mark=MARK)
    mark = Func(
        F("sealed_number"),
        Value(NAME_BYTES + 1),
        Value(1),
        function="substring",
        output_field=BinaryField(),
    )
    rows = rows.annotate(mark=mark).exclude(head__in=ours)
    nameless = rows.exclude(is_named).values_list("sealed_number", flat=True)
    tried = [_opened(_columns()[0], bytes(sealed)) for sealed in nameless[:20]]
    count = rows.filter(is_named).count()
    return count + (nameless.count() if tried and not any(tried) else 0)


def _columns() -> tuple[_Column, ...]:
    return (
        _Column(
            CitizenAccount.objects.filter(sealed_number__isnull=False),
            "sealed_number",
            citizen_accounts.NUMBER,
        ),
        _Column(DataCopy.objects.filter(sealed__isnull=False), "sealed", own_data.PURPOSE),
        _Column(
            ApiRight.objects.filter(sealed_number__isnull=False), "sealed_number", owners.PURPOSE
        ),
    )


def _walk(column: _Column, batch: int) -> Iterator[tuple[Any, bytes]]:
    """Yield id and bytes of each row, a batch at a time, the oldest first."""
    rows = column.rows.order_by("pk").values_list("pk", column.name)
    page = list(rows[:batch])
    while page:
        yield from ((row_id, bytes(sealed)) for row_id, sealed in page)
        page = list(rows.filter(pk__gt=page[-1][0])[:batch])


def _moved(column: _Column, row_id: Any, sealed: bytes) -> Sealed:
    plain = _opened(column, sealed)
    if plain is None:
        return Sealed(unreadable=1)
    if is_of_today(sealed):
        return Sealed(today=1)
    # Only while it is as it was read: a new number sealed meanwhile stays.
    same = column.rows.filter(**{"pk": row_id, column.name: sealed})
    same.update(**{column.name: seal(column.purpose, plain)})
    return Sealed(former=1)


def _opened(column: _Column, sealed: bytes) -> bytes | None:
    try:
        return unseal(column.purpose, sealed)
    except Unreadable:
        return None
