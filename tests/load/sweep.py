"""The daily sweep over many open cases, of which a realistic share is due.

Three cases walk the real road; the rest are their copies, made by SQL in a scratch database: case,
detection, owner and offender, clocks, the last event, and for served ones the whole decision. The
copies' events keep the hash of their pattern, so their chain does not verify; the sweep never asks.
Beside it runs the bare baseline: one UPDATE a case of as many rows, each in its transaction.

``SWEEP_CASES`` sets how many (1,000,000 unless set). Due are 0.5 % no-shows, 0.2 % decision
periods, 0.2 % time bars and 0.5 % unpaid; what the agencies are told goes into the outbox.
"""

from __future__ import annotations

import os
import resource
import time
from datetime import date, datetime, timedelta
from typing import Any

from tests.scratch import ScratchPortal, quick_world

CASES = int(os.environ.get("SWEEP_CASES", "1000000"))
CHUNK = 50_000
TODAY = date(2026, 12, 15)
DUE_PER_MILLE = {"no_show": 5, "decision_due": 2, "time_bar": 2, "pay_due": 5}


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return seconds, steps and peak memory of one sweep, and of a second that finds nothing."""
    from tests.journeys import case_at
    from violations import sweeps
    from violations.guards import VIET_NAM
    from violations.models import Violation

    place = quick_world()
    patterns = [case_at(status, place) for status in ("notified", "recorded", "served")]
    began = time.perf_counter()
    per_mille = {"notified": 930, "recorded": 50, "served": 20}
    first = 1
    with portal.owner() as owner:
        for case in patterns:
            count = CASES * per_mille[case.status] // 1000
            _copy(owner, case, first, count)
            first += count
        owner.execute("VACUUM ANALYZE violations_casedeadline")
        owner.execute("VACUUM ANALYZE violations_violation")
        plan = _plan(owner)
    loaded = time.perf_counter() - began
    at = datetime(TODAY.year, TODAY.month, TODAY.day, 1, tzinfo=VIET_NAM)
    before = _peak_mb()
    began = time.perf_counter()
    steps = sweeps.daily(at=at)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    again = sweeps.daily(at=at + timedelta(minutes=1))
    second = time.perf_counter() - began
    taken = sum(count for step, count in steps.items() if step not in ("refused", "locked"))
    ids = list(Violation.objects.values_list("pk", flat=True)[: max(1, min(taken, 2000))])
    began = time.perf_counter()
    for pk in ids:
        Violation.objects.filter(pk=pk).update(place="x")
    bare = (time.perf_counter() - began) / len(ids)
    return {
        "cases": portal.count("violations_violation"),
        "clocks": portal.count("violations_casedeadline"),
        "load_seconds": round(loaded, 1),
        "seconds": round(seconds, 1),
        "steps": steps,
        "ms_a_step": round(seconds * 1000 / max(1, taken), 2),
        "bare_update_ms": round(bare * 1000, 2),
        "ratio": round(seconds / max(1, taken) / bare, 1),
        "second_run_seconds": round(second, 2),
        "second_run": again,
        "peak_mb": {"before": before, "after": _peak_mb()},
        "candidates_plan": plan,
    }


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _plan(owner: Any) -> str:
    rows = owner.execute(
        "EXPLAIN SELECT due_on, case_id FROM violations_casedeadline WHERE name = 'no_show'"
        " AND met_on IS NULL AND passed_on IS NULL AND due_on < '2026-12-15'"
        " AND (due_on, case_id) > ('2020-01-01', '00000000-0000-0000-0000-000000000000')"
        " ORDER BY due_on, case_id LIMIT 500"
    ).fetchall()
    return next(row[0].strip(" ->") for row in rows if "Scan" in row[0]).split("  (")[0]


def _id(prefix: int, of: str = "g") -> str:
    """Write the SQL of a row's id: which kind of row, and the number of its case."""
    return f"('{prefix:08x}-0000-7000-8000-' || lpad(to_hex({of}), 12, '0'))::uuid"


def _copy(owner: Any, case: Any, first: int, count: int) -> None:
    """Copy one case ``count`` times, in chunks, each with what stands beside it."""
    served = case.status == "served"
    for start in range(first, first + count, CHUNK):
        end = min(start + CHUNK, first + count) - 1
        span = (start, end)
        with owner.transaction():
            _rows(owner, "cameras_detection", f"id = '{case.detection_id}'", span, {
                "id": _id(2), "source_key": "'copy-' || g",
            })  # fmt: skip
            _rows(owner, "violations_violation", f"id = '{case.pk}'", span, {
                "id": _id(1), "detection_id": _id(2), "number": "'C-' || g",
                **_days_of_the_case(),
            })  # fmt: skip
            mine, of = f"case_id = '{case.pk}'", {"case_id": _id(1)}
            last = f"{mine} AND sequence = (SELECT max(sequence) FROM violations_caseevent"
            _rows(owner, "violations_caseevent", f"{last} WHERE {mine})", span, of)
            _rows(owner, "violations_party", mine, span, of)
            _rows(owner, "violations_casedeadline", mine, span, of | {"due_on": _due_on()})
            if served:
                _copy_decision(owner, case, mine, span, of)


def _copy_decision(
    owner: Any, case: Any, mine: str, span: tuple[int, int], of: dict[str, str]
) -> None:
    papers = {"record": (3, case.record.notice_id), "decision": (4, case.decision.notice_id)}
    for prefix, pattern in papers.values():
        _rows(owner, "notices_notice", f"id = '{pattern}'", span, {
            "id": _id(prefix), "number": f"{prefix} * 10000000 + g",
            "lookup_digest": f"sha256(convert_to('{prefix}-' || g, 'UTF8'))",
        })  # fmt: skip
    _rows(owner, "violations_violationrecord", mine, span, of | {"notice_id": _id(3)})
    record = f"(SELECT id FROM violations_violationrecord r WHERE r.case_id = {_id(1)})"
    _rows(owner, "violations_decision", mine, span, of | {
        "notice_id": _id(4), "record_id": record,
    })  # fmt: skip
    decision = f"(SELECT id FROM violations_decision d WHERE d.case_id = {_id(1)})"
    _rows(owner, "violations_decidedact", f"decision_id = {case.decision.pk}", span, {
        "decision_id": decision,
    })  # fmt: skip
    _rows(owner, "violations_servicerecord", mine, span, of)


def _rows(owner: Any, table: str, where: str, span: tuple[int, int], other: dict[str, str]) -> None:
    columns = [
        name
        for name, kind in owner.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [table],
        ).fetchall()
        if name != "id" or kind == "uuid"
    ]
    values = ", ".join(other.get(name, f's."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    owner.execute(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} s,"
        f" generate_series({span[0]}, {span[1]}) g WHERE {where}"
    )


def _is_due(name: str) -> str:
    """Write which copies are due: of every thousand cases of its kind, so many as the law's day.

    Of recorded ones 40 a thousand and of served ones 250 make 0.2 % and 0.5 % of all.
    """
    share = {"no_show": 5, "time_bar": 2, "decision_due": 40, "pay_due": 250}[name]
    offset = 500 if name == "time_bar" else 0
    return f"(g + {offset}) % 1000 < {share}"


def _due_on() -> str:
    passed, later = f"date '{TODAY - timedelta(days=1)}'", f"date '{TODAY + timedelta(days=60)}'"
    whens = " ".join(
        f"WHEN s.name = '{name}' THEN CASE WHEN {_is_due(name)} THEN {passed} ELSE {later} END"
        for name in DUE_PER_MILLE
    )
    return f"CASE WHEN s.met_on IS NOT NULL THEN s.due_on {whens} ELSE s.due_on END"


def _days_of_the_case() -> dict[str, str]:
    passed, later = f"date '{TODAY - timedelta(days=1)}'", f"date '{TODAY + timedelta(days=60)}'"
    return {
        column: f"CASE WHEN s.{column} IS NULL OR s.decided_on IS NOT NULL AND '{column}' <>"
        f" 'pay_due_on' THEN s.{column} WHEN {_is_due(name)} THEN {passed} ELSE {later} END"
        for column, name in (
            ("time_bar_on", "time_bar"),
            ("decision_due_on", "decision_due"),
            ("pay_due_on", "pay_due"),
        )
    }
