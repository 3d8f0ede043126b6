"""Load bulk cases chunk by chunk, each in one transaction with a line that says it is in.

A load that was killed goes on after its last chunk. Guards of the tables are off inside a chunk's
transaction alone; for a large load secondary indexes and foreign keys are taken away first and
built at the end from what the schema ``bulk`` remembers of them, also after a kill.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import psycopg

from violations.bulk import histories, rows
from violations.bulk.cases import Span, walk
from violations.bulk.place import Place

CHUNK = 50_000
LARGE = 200_000  # from here on it pays to build the indexes at the end
SCHEMA = """
CREATE SCHEMA IF NOT EXISTS bulk;
CREATE TABLE IF NOT EXISTS bulk.load (
    cases bigint NOT NULL, ends_at timestamptz NOT NULL, seed bigint NOT NULL,
    chunk_size int NOT NULL
);
CREATE TABLE IF NOT EXISTS bulk.chunk (
    number int PRIMARY KEY, seconds real NOT NULL, loaded_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS bulk.taken_away (
    id int GENERATED ALWAYS AS IDENTITY, table_name text NOT NULL, name text NOT NULL,
    kind text NOT NULL, definition text NOT NULL
);
"""
#: The tables that ten million cases fill.
LARGE_TABLES = (
    "cameras_detection",
    "violations_violation",
    "violations_caseevent",
    "violations_casedeadline",
    "violations_accessentry",
)
TABLES = tuple(dict.fromkeys((*rows.COLUMNS, *histories.COLUMNS)))
INDEXES = """
SELECT t.relname, i.relname, 'index', pg_get_indexdef(x.indexrelid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relname = ANY(%s) AND t.relnamespace = 'public'::regnamespace AND NOT x.indisunique
"""
FOREIGN_KEYS = """
SELECT t.relname, c.conname, 'constraint', pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE t.relname = ANY(%s) AND t.relnamespace = 'public'::regnamespace AND c.contype = 'f'
"""
Say = Callable[[str], None]


def begin(owner: psycopg.Connection[Any], span: Span) -> tuple[Span, int]:
    """Write down what is loaded, or read what an earlier run began; the span and the chunk size.

    Raises ValueError when another number of cases or another seed is asked for than was begun.
    """
    owner.execute(SCHEMA)
    begun = owner.execute("SELECT cases, ends_at, seed, chunk_size FROM bulk.load").fetchone()
    if begun is None:
        size = min(CHUNK, max(100, span.cases // 10))
        owner.execute(
            "INSERT INTO bulk.load VALUES (%s, %s, %s, %s)",
            [span.cases, span.ends_at, span.seed, size],
        )
        return span, size
    if (begun[0], begun[2]) != (span.cases, span.seed):
        raise ValueError(f"this database holds a load of {begun[0]} cases with seed {begun[2]}")
    return Span(begun[0], begun[1], begun[2]), begun[3]


def load(owner: psycopg.Connection[Any], span: Span, size: int, place: Place, say: Say) -> int:
    """Load the chunks that are not in yet; returns how many were loaded now.

    The next chunk is written while the server takes the one before.
    """
    done = {number for (number,) in owner.execute("SELECT number FROM bulk.chunk").fetchall()}
    left = [number for number in range(-(-span.cases // size)) if number not in done]
    if left and span.cases >= LARGE:
        take_away(owner)
    began = time.monotonic()
    with ThreadPoolExecutor(1) as ahead:
        following = ahead.submit(lines_of_chunk, span, size, left[0], place) if left else None
        for position, number in enumerate(left):
            assert following is not None
            lines = following.result()
            after = left[position + 1] if position + 1 < len(left) else None
            if after is not None:
                following = ahead.submit(lines_of_chunk, span, size, after, place)
            load_chunk(owner, number, lines, span, size, place)
            say(_progress(span, size, position + 1, len(left), time.monotonic() - began))
    build_again(owner, say)
    return len(left)


def lines_of_chunk(span: Span, size: int, number: int, place: Place) -> dict[str, list[bytes]]:
    first, last = number * size, min((number + 1) * size, span.cases)
    lines = rows.lines_of(walk(span, place, first, last))
    return {
        table: ["".join(found[at : at + 5000]).encode() for at in range(0, len(found), 5000)]
        for table, found in lines.items()
    }


def load_chunk(
    owner: psycopg.Connection[Any],
    number: int,
    lines: dict[str, list[bytes]],
    span: Span,
    size: int,
    place: Place,
) -> None:
    """Load one chunk in one transaction, with the guards of its tables off for its length."""
    began = time.monotonic()
    first, last = number * size, min((number + 1) * size, span.cases)
    whole = [case for case in walk(span, place, first, last) if case.is_whole]
    with owner.transaction():
        owner.execute("SET LOCAL synchronous_commit = off")
        ids = {
            table: _ids(owner, table, count * len(whole))
            for table, count in histories.NUMBERED.items()
        }
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table, blocks in lines.items():
            with owner.cursor().copy(_copy(table, rows.COLUMNS[table])) as copy:
                for block in blocks:
                    copy.write(block)
        for table, found in histories.rows_of(whole, place, ids).items():
            with owner.cursor().copy(_copy(table, histories.COLUMNS[table])) as copy:
                for row in found:
                    copy.write_row(row)
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        owner.execute(
            "INSERT INTO bulk.chunk (number, seconds) VALUES (%s, %s)",
            [number, time.monotonic() - began],
        )


def _copy(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f"COPY {table} ({names}) FROM STDIN"


def _ids(owner: psycopg.Connection[Any], table: str, count: int) -> Iterator[int]:
    """Take free ids of a table from its sequence."""
    found = owner.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        [table, count],
    ).fetchall()
    return iter([row[0] for row in found])


def take_away(owner: psycopg.Connection[Any]) -> None:
    """Remember and drop the secondary indexes and foreign keys of the large tables."""
    with owner.transaction():
        for query, drop in (
            (FOREIGN_KEYS, "ALTER TABLE {table} DROP CONSTRAINT {name}"),
            (INDEXES, "DROP INDEX {name}"),
        ):
            for table, name, kind, definition in owner.execute(
                query, [list(LARGE_TABLES)]
            ).fetchall():
                owner.execute(
                    "INSERT INTO bulk.taken_away (table_name, name, kind, definition)"
                    " VALUES (%s, %s, %s, %s)",
                    [table, name, kind, definition],
                )
                owner.execute(drop.format(table=table, name=f'"{name}"'))


def build_again(owner: psycopg.Connection[Any], say: Say) -> None:
    """Build what was taken away, each in a transaction of its own; a run after a kill goes on."""
    # An index is built in memory as far as this goes.
    owner.execute("SET maintenance_work_mem = '1GB'")
    owner.execute("SET max_parallel_maintenance_workers = 2")
    left = owner.execute(
        "SELECT id, table_name, name, kind, definition FROM bulk.taken_away ORDER BY kind DESC, id"
    ).fetchall()
    for pk, table, name, kind, definition in left:
        began = time.monotonic()
        with owner.transaction():
            if kind == "index":
                owner.execute(definition)
            else:
                owner.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
            owner.execute("DELETE FROM bulk.taken_away WHERE id = %s", [pk])
        say(f"{name}: {time.monotonic() - began:.1f} s")
    for table in TABLES:
        owner.execute(f"VACUUM (ANALYZE) {table}")
    say("vacuumed and analysed")


def _progress(span: Span, size: int, done: int, all_: int, seconds: float) -> str:
    rate = done * size / seconds
    left = (all_ - done) * size / rate
    return json.dumps(
        {"chunk": done, "of": all_, "cases_per_second": round(rate), "seconds_left": round(left)}
    )


def disk_used(owner: psycopg.Connection[Any]) -> dict[str, int]:
    """Return the bytes of each loaded table with its indexes, and of the whole database."""
    found = {
        table: owner.execute("SELECT pg_total_relation_size(%s::regclass)", [table]).fetchone()[0]  # type: ignore[index]
        for table in TABLES
    }
    whole = owner.execute("SELECT pg_database_size(current_database())").fetchone()
    assert whole is not None
    return found | {"database": whole[0]}


def holds_real_cases(owner: psycopg.Connection[Any]) -> bool:
    """Tell whether there is any case that no bulk load made."""
    found = owner.execute(
        "SELECT EXISTS (SELECT 1 FROM violations_violation WHERE number < 'KL-' OR number >= 'KL.')"
    ).fetchone()
    return bool(found and found[0])


def moment_now(owner: psycopg.Connection[Any]) -> datetime:
    """Return the database's clock, at a whole second."""
    row = owner.execute("SELECT date_trunc('second', now())").fetchone()
    assert row is not None
    found: datetime = row[0]
    return found
