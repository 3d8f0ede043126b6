"""The files of an audit sample: what was done on each case and by whom, and nothing of the owner.

Plates, names and addresses of citizens, pictures and contents of papers are left out: the auditor
opens a case for them, and that look is logged.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from violations import history
from violations.models import AccessEntry, CaseEvent, ReviewDecision, SecondLook, Violation

METHOD = "sha256(seed + ':' + id of the case), lowest first"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of the ZIP format: the same rows give the same bytes
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def pack(
    cases: Sequence[Violation],
    *,
    population: dict[str, Any],
    population_size: int,
    seed: str,
    by: Any,
    at: datetime,
) -> bytes:
    """Return the ZIP of a sample: a manifest, and one CSV each of what the auditor checks."""
    manifest = {
        "method": METHOD,
        "seed": seed,
        "population": population,
        "population_size": population_size,
        "size": len(cases),
        "taken_by": by.get_username(),
        "taken_at": at.isoformat(),
        "cases": [{"number": case.number, "id": str(case.pk)} for case in cases],
    }
    files = {
        "manifest.json": json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True),
        "cases.csv": table(_CASE, _cases(cases)),
        "history.csv": table(_EVENT, _events(cases)),
        "verdicts.csv": table(_VERDICT, _verdicts(cases)),
        "second_looks.csv": table(_LOOK, _looks(cases)),
        "access.csv": table(_ACCESS, _accesses(cases)),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return made.getvalue()


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV; what a spreadsheet would run as a formula is marked as text."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([_plain(value) for value in row])
    return made.getvalue()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


_CASE = (
    "number", "unit", "device", "kind", "rule", "status", "rejection_reason", "opened_at",
    "occurred_on", "time_bar_on", "decided_on", "closed_on", "faults_of_the_history",
)  # fmt: skip
_EVENT = ("number", "sequence", "step", "from", "to", "by", "at", "reason", "row_hash")
_VERDICT = (
    "number", "role", "officer", "verdict", "rejection_reason", "decided_at", "state",
    "visible_ms", "files_viewed", "flags", "plate_confirmed", "note",
)  # fmt: skip
_LOOK = ("number", "ground", "asked_at", "by", "at", "agrees", "adjudicated_by", "upholds")
_ACCESS = ("number", "what", "by", "entitlement", "at")


def _cases(cases: Sequence[Violation]) -> Iterable[Sequence[Any]]:
    for case in cases:
        yield (
            case.number, case.unit.code, case.detection.device.code, case.violation_type,
            case.rule or "", case.status, case.rejection_reason, case.created_at,
            case.occurred_on, case.time_bar_on, case.decided_on, case.closed_on,
            "; ".join(history.faults(case)) or "whole",
        )  # fmt: skip


def _events(cases: Sequence[Violation]) -> Iterable[Sequence[Any]]:
    rows = CaseEvent.objects.filter(case__in=cases).select_related("case")
    for event in rows.order_by("case__number", "sequence"):
        yield (
            event.case.number, event.sequence, event.step, event.from_status, event.to_status,
            event.actor_name, event.at, event.reason, bytes(event.row_hash).hex(),
        )  # fmt: skip


def _verdicts(cases: Sequence[Violation]) -> Iterable[Sequence[Any]]:
    rows = ReviewDecision.objects.filter(case__in=cases).select_related("case", "officer")
    for review in rows.order_by("case__number", "pk"):
        yield (
            review.case.number, review.role, review.officer.badge, review.choice,
            review.rejection_reason, review.decided_at, review.state, review.visible_ms,
            len(review.viewed_files), " ".join(map(str, review.flags)), review.plate_confirmed,
            review.note,
        )  # fmt: skip


def _looks(cases: Sequence[Violation]) -> Iterable[Sequence[Any]]:
    rows = SecondLook.objects.filter(case__in=cases).select_related(
        "case", "looked_by", "adjudicated_by"
    )
    for look in rows.order_by("case__number", "pk"):
        yield (
            look.case.number, look.ground, look.asked_at,
            look.looked_by.badge if look.looked_by else "", look.looked_at, look.agrees,
            look.adjudicated_by.badge if look.adjudicated_by else "", look.upholds,
        )  # fmt: skip


def _accesses(cases: Sequence[Violation]) -> Iterable[Sequence[Any]]:
    rows = AccessEntry.objects.filter(case__in=cases).select_related("case", "actor")
    for entry in rows.order_by("case__number", "pk"):
        who = entry.actor.get_username() if entry.actor else ""
        yield (entry.case.number, entry.what, who, entry.level, entry.at)
