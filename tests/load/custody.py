"""``manage.py verify_custody`` over many rows, against a bare loop over the same rows.

The rows are made in bulk by the owner, with their links worked out here; every tenth part of them
ends in a signed checkpoint. The bare loop reads the same columns through the same kind of cursor
and takes one SHA-256 a row: less than that nobody who looks at every row can do.

``CUSTODY_ROWS`` sets how many (1,000,000 unless set).
"""

from __future__ import annotations

import hashlib
import io
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.scratch import ROOT, ScratchPortal

ROWS = int(os.environ.get("CUSTODY_ROWS", "1000000"))
PARTS = 10
ACTS = ("received", "parsed", "viewed", "derived", "exported")


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return seconds and rows a second of the command and of the bare loop, and peak memory."""
    from cameras import checkpoints

    began = time.perf_counter()
    before = bytes(32)
    with portal.owner() as owner:
        for part in range(PARTS):
            first, last = part * ROWS // PARTS + 1, (part + 1) * ROWS // PARTS
            before = _fill(owner, first, last, before)
            checkpoints.make_checkpoint(at=datetime(2026, 10, 12, tzinfo=UTC))
        owner.execute("VACUUM ANALYZE cameras_custodyevent")
        owner.execute("VACUUM ANALYZE cameras_custodylink")
    loaded = time.perf_counter() - began
    bare = _bare()
    seconds, peak, said = _verified()
    tail, _peak, _said = _verified("--from", str(ROWS * (PARTS - 1) // PARTS))
    began = time.perf_counter()
    newest = checkpoints.covering(ROWS)
    checkpoints.inclusions(newest, [1, ROWS // 2, ROWS])
    first_proof = time.perf_counter() - began
    began = time.perf_counter()
    checkpoints.inclusions(newest, [2, ROWS // 3, ROWS - 1])
    return {
        "rows": ROWS,
        "load_seconds": round(loaded, 1),
        "seconds": round(seconds, 1),
        "rows_per_second": round(ROWS / seconds),
        "bare_seconds": round(bare, 1),
        "ratio": round(seconds / bare, 1),
        "last_tenth_seconds": round(tail, 1),
        "peak_mb": peak,
        "first_proof_seconds": round(first_proof, 2),
        "next_proof_seconds": round(time.perf_counter() - began, 2),
        "verdict": said.split(",")[0],
    }


def _fill(owner: Any, first: int, last: int, before: bytes) -> bytes:
    """Write events and links from one number to another; return the last link's hash."""
    from cameras.custody_rows import canonical_row, row_hash

    events, links = io.StringIO(), io.StringIO()
    start = datetime(2026, 10, 12, tzinfo=UTC)
    for number in range(first, last + 1):
        at = start + timedelta(milliseconds=137 * number)
        action, sha256 = ACTS[number % 5], hashlib.sha256(str(number).encode()).hexdigest()
        name, reason = "Phạm Thị Lan (mẫu)", f'lần "{number}"'
        row = canonical_row(number, number, action, None, None, sha256, None, name, reason, at)
        after = row_hash(before, row)
        events.write(f"{number}\t{action}\t{sha256}\t{name}\t{reason}\t{at.isoformat()}\n")
        links.write(f"{number}\t{number}\t\\\\x{before.hex()}\t\\\\x{after.hex()}\n")
        before = after
    columns = {
        "cameras_custodyevent": ("id, action, object_sha256, actor_name, reason, at", events),
        "cameras_custodylink": ("sequence, event_id, previous_hash, row_hash", links),
    }
    with owner.transaction(), owner.cursor() as cursor:
        for table, (names, text) in columns.items():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                copy.write(text.getvalue())
    return before


def _bare() -> float:
    from cameras.custody_reading import _ROWS, _stream

    began = time.perf_counter()
    count = 0
    for row in _stream(_ROWS, [0]):
        hashlib.sha256(b"\x01" + row[1] + row[8].encode() + row[11].encode()).digest()
        count += 1
    assert count == ROWS
    return time.perf_counter() - began


def _verified(*arguments: str) -> tuple[float, int, str]:
    """Run the command in a process of its own; return its seconds, peak MB and last line."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "manage.py", "verify_custody", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return seconds, peak, done.stdout.strip().splitlines()[-1]
