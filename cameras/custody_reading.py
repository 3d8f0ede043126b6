"""Read the custody chain as plain tuples through a server-side cursor, in one pass."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from cameras.custody_rows import canonical_row, row_hash

CHUNK = 5_000

_ROWS = """
    SELECT l.sequence, l.previous_hash, l.row_hash, l.event_id, e.id, e.action, e.delivery_id::text,
           e.evidence_id::text, e.object_sha256, e.actor_id, e.actor_name, e.reason, e.at
    FROM cameras_custodylink l LEFT JOIN cameras_custodyevent e ON e.id = l.event_id
    WHERE l.sequence > %s ORDER BY l.sequence
"""
_HASHES = """
    SELECT sequence, previous_hash, row_hash FROM cameras_custodylink
    WHERE sequence > %s AND sequence <= %s ORDER BY sequence
"""


class Row(NamedTuple):
    """One link with its event; ``event`` is None where the event is gone."""

    sequence: int
    previous_hash: bytes
    row_hash: bytes
    event_id: int
    event: int | None
    action: str
    delivery: str | None
    evidence: str | None
    object_sha256: str
    actor: int | None
    actor_name: str
    reason: str
    at: datetime

    def hash_at(self, sequence: int, previous_hash: bytes) -> bytes:
        """Return the hash this row's contents have at a place of the chain."""
        assert self.event is not None
        return row_hash(
            previous_hash,
            canonical_row(
                sequence, self.event, self.action, self.delivery, self.evidence,
                self.object_sha256, self.actor, self.actor_name, self.reason, self.at,
            ),
        )  # fmt: skip


def rows_after(sequence: int) -> Iterator[Row]:
    """Read every link after a number, with its event, in their order, in one snapshot."""
    for row in _stream(_ROWS, [sequence]):
        yield Row._make(row)


def hashes(after: int, until: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Read number, hash before and hash of the links after one number up to another."""
    yield from _stream(_HASHES, [after, until])  # type: ignore[misc]


def _stream(statement: str, parameters: list[int]) -> Iterator[tuple[object, ...]]:
    with transaction.atomic():
        connection.ensure_connection()
        name = f"custody_{uuid.uuid4().hex}"
        with connection.connection.cursor(name=name, binary=True) as cursor:
            cursor.itersize = CHUNK
            cursor.execute(statement, parameters)
            while rows := cursor.fetchmany(CHUNK):
                yield from rows
