"""Prove of a loaded database what its guards would have refused row by row.

Each question asks for what must not be; nought is the only right answer.
"""

from __future__ import annotations

from typing import Any

import psycopg

QUESTIONS = {
    "a status that its last event does not say": """
        SELECT count(*) FROM violations_violation v WHERE v.status IS DISTINCT FROM (
            SELECT to_status FROM violations_caseevent e WHERE e.case_id = v.id
            ORDER BY sequence DESC LIMIT 1)""",
    "a history with a gap": """
        SELECT count(*) FROM (SELECT case_id FROM violations_caseevent GROUP BY case_id
            HAVING max(sequence) <> count(*) OR min(sequence) <> 1) gaps""",
    "an event that does not follow the one before": """
        SELECT count(*) FROM violations_caseevent e JOIN violations_caseevent b
            ON b.case_id = e.case_id AND b.sequence = e.sequence - 1
        WHERE e.sequence > 1
            AND (e.previous_hash <> b.row_hash OR e.from_status <> b.to_status)""",
    "a posting off balance": """
        SELECT count(*) FROM (SELECT transaction_id FROM violations_ledgerentry
            GROUP BY transaction_id HAVING sum(amount_vnd) <> 0) off""",
    "a decision that is not the sum of its acts": """
        SELECT count(*) FROM violations_decision d WHERE d.fine_vnd IS DISTINCT FROM (
            SELECT sum(fine_vnd) FROM violations_decidedact a WHERE a.decision_id = d.id)""",
}
GUARDS_OFF = """
SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'
    AND tgrelid = ANY(SELECT name::regclass FROM unnest(%s::text[]) name)
"""
CONSTRAINTS = """
SELECT t.relname, c.conname, pg_get_expr(c.conbin, c.conrelid)
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'c' AND t.relname = ANY(%s) AND t.relnamespace = 'public'::regnamespace
"""


def faults(owner: psycopg.Connection[Any], tables: tuple[str, ...]) -> dict[str, int]:
    """Return what is wrong with a count each; empty means that all holds."""
    owner.execute("SET work_mem = '256MB'")
    by_table: dict[str, list[tuple[str, str]]] = {}
    for table, name, expression in owner.execute(CONSTRAINTS, [list(tables)]).fetchall():
        by_table.setdefault(table, []).append((name, expression))
    found: dict[str, int] = {}
    off = owner.execute(GUARDS_OFF, [list(tables)]).fetchone()
    if off and off[0]:
        found["a guard that is off"] = int(off[0])
    for words, question in QUESTIONS.items():
        row = owner.execute(question).fetchone()  # type: ignore[arg-type]
        if row and row[0]:
            found[words] = int(row[0])
    for table, checks in by_table.items():
        columns = ", ".join(f"count(*) FILTER (WHERE NOT ({check}))" for _name, check in checks)
        counts = owner.execute(f"SELECT {columns} FROM {table}").fetchone() or ()  # noqa: S608
        found |= {
            f"{table}: {name}": int(count)
            for (name, _check), count in zip(checks, counts, strict=True)
            if count
        }
    return found
