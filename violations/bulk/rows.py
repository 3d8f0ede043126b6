"""The rows of the large tables as lines of COPY text: detection, case, first event, clocks, looks.

Written as text and not through the models: ten million rows leave ten microseconds for each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache

from violations.actors import SYSTEM
from violations.bulk.cases import (
    CLOSED,
    DECIDED,
    DECISION_DUE,
    EPOCH,
    NOTIFIED,
    PAID,
    PAY_DUE,
    RECORDED,
    SERVED,
    Case,
)
from violations.bulk.place import LIMIT_TENTHS
from violations.history import GENESIS

NULL = r"\N"
COLUMNS = {
    "cameras_detection": (
        "id", "device_id", "delivery_id", "source_key", "violation_type", "occurred_at",
        "time_quality", "received_at", "plate_raw", "plate_normalised", "plate_kind",
        "plate_colour", "plate_confidence", "vehicle_class", "vehicle_colour", "vehicle_make",
        "lane", "speed_tenths", "limit_tenths", "red_since_ms", "canonical", "held_for", "state",
        "release_ground", "release_note", "claimed_at",
    ),
    "violations_violation": (
        "id", "number", "unit_id", "detection_id", "status", "violation_type", "plate",
        "plate_display", "plate_colour", "vehicle_class", "place", "occurred_at", "occurred_on",
        "detected_on", "excess_tenths", "rule_id", "verified_by_id", "signed_by_id",
        "rejection_reason", "time_bar_on", "notified_on", "offender_identified_on", "recorded_on",
        "decision_due_on", "decided_on", "served_on", "pay_due_on", "paid_on", "closed_on",
        "created_at",
    ),
    "violations_caseevent": (
        "case_id", "sequence", "step", "from_status", "to_status", "actor_id", "actor_name", "at",
        "reason", "facts", "notice_id", "previous_hash", "row_hash",
    ),
    "violations_casedeadline": (
        "case_id", "unit_id", "name", "variant", "article", "starts_on", "due_on", "provisional",
        "met_on", "passed_on",
    ),
    "violations_accessentry": ("case_id", "what", "actor_id", "level", "at"),
    "cameras_evidencefile": (
        "id", "detection_id", "delivery_id", "position", "role", "sha256", "object_sha256",
        "offset", "encoding", "skip", "size", "media_type", "width", "height", "captured_text",
        "boxes", "flags",
    ),
}  # fmt: skip
BOXES = (
    '[{"kind": "vehicle", "x": 0.4, "y": 0.4, "w": 0.2, "h": 0.3, "raw": ""},'
    ' {"kind": "plate", "x": 0.46, "y": 0.62, "w": 0.08, "h": 0.03, "raw": ""}]'
)
Lines = dict[str, list[str]]


@lru_cache(maxsize=4096)
def day(number: int) -> str:
    """Write a day since 1970."""
    return (EPOCH + timedelta(days=number)).isoformat()


def moment(seconds: int, between: str = " ") -> str:
    """Write a moment in UTC; with ``T`` between as ``history.hash_of`` writes it."""
    rest = seconds % 86400
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"
    return f"{day(seconds // 86400)}{between}{clock}+00:00"


def lines_of(cases: Iterable[Case]) -> Lines:
    """Return the lines of these cases by table. Whole histories are written elsewhere."""
    found: Lines = {table: [] for table in COLUMNS}
    detections, rows = found["cameras_detection"], found["violations_violation"]
    events = found["violations_caseevent"]
    for case in cases:
        detections.append(_detection(case))
        rows.append(_case(case))
        if not case.is_whole:
            events.append(_only_event(case))
        _beside(case, found)
    return found


def _detection(case: Case) -> str:
    act, camera, seconds = case.act, case.camera, case.seconds
    speed = limit = red = NULL
    if act.excess_tenths is not None:
        speed, limit = str(LIMIT_TENTHS + 30 + act.excess_tenths), str(LIMIT_TENTHS)
    elif act.kind == "red_light":
        red = "2400"
    return (
        f"{case.detection_id}\t{camera.pk}\t{camera.delivery_id}\tKL{case.number:010d}\t{act.kind}\t"
        f"{moment(seconds - 5)}\tsynchronised\t{moment(seconds - 3)}\t{case.plate}\t{case.plate}\t"
        f"{act.vehicle_class}\twhite\t990\t{act.vehicle_class}\t\t\t1\t{speed}\t{limit}\t{red}\t"
        f"{{}}\t[]\tready\t\t\t{moment(seconds)}\n"
    )


def _case(case: Case) -> str:
    act, camera, d, level = case.act, case.camera, case.day, case.level
    excess = NULL if act.excess_tenths is None else act.excess_tenths
    rule, verifier = (act.rule_id, camera.verifier.pk) if level >= 1 else (NULL, NULL)
    notified = day(d + NOTIFIED) if level >= 3 else NULL
    recorded = offender = due = NULL
    if level >= 4:
        recorded = offender = day(d + RECORDED)
        due = day(d + DECISION_DUE)
    decided, signer = (day(d + DECIDED), camera.signer.pk) if level >= 5 else (NULL, NULL)
    served, pay = (day(d + SERVED), day(d + PAY_DUE)) if level >= 6 else (NULL, NULL)
    paid = day(d + PAID) if level >= 7 else NULL
    closed = day(d + CLOSED) if level >= 8 else NULL
    reason = "plate_unreadable" if case.status == "rejected" else ""
    return (
        f"{case.id}\t{case.label}\t{camera.unit_id}\t{case.detection_id}\t{case.status}\t"
        f"{act.kind}\t{case.plate}\t{case.plate_display}\twhite\t{act.vehicle_class}\t"
        f"{camera.place}\t{moment(case.seconds - 5)}\t{day(d)}\t{day(d)}\t{excess}\t{rule}\t"
        f"{verifier}\t{signer}\t{reason}\t{day(d + 365)}\t{notified}\t{offender}\t{recorded}\t"
        f"{due}\t{decided}\t{served}\t{pay}\t{paid}\t{closed}\t{moment(case.seconds)}\n"
    )


def _only_event(case: Case) -> str:
    """Write one event that leads where the case stands, chained as ``history.append`` would."""
    canonical = (
        f'{{"actor":null,"actor_name":"{SYSTEM.name}","at":"{moment(case.seconds, "T")}",'
        f'"case":"{case.id}","facts":{{}},"from":"","notice":null,"reason":"","sequence":1,'
        f'"step":"open","to":"{case.status}"}}'
    )
    row_hash = hashlib.sha256(GENESIS + canonical.encode()).hexdigest()
    return (
        f"{case.id}\t1\topen\t\t{case.status}\t{NULL}\t{SYSTEM.name}\t{moment(case.seconds)}\t\t"
        f"{{}}\t{NULL}\t\\\\x{'0' * 64}\t\\\\x{row_hash}\n"
    )


def _clock(case: Case, name: str, article: str, starts: int, due: int, met: int | None) -> str:
    when = day(case.day + met) if met is not None else NULL
    return (
        f"{case.id}\t{case.camera.unit_id}\t{name}\t\t{article}\t{day(case.day + starts)}\t"
        f"{day(case.day + due)}\tf\t{when}\t{NULL}\n"
    )


def _beside(case: Case, found: Lines) -> None:
    """Write clocks for open cases and a tenth of the others, looks, and pictures to review."""
    level, clocks = case.level, found["violations_casedeadline"]
    is_open = case.status in OPEN
    if is_open or case.is_whole or case.chance >> 48 & 15 == 0:
        ended = None if is_open else 1
        barred = DECIDED if level >= 5 else ended
        clocks.append(_clock(case, "time_bar", TIME_BAR, 0, 365, barred))
        sent = NOTIFIED if level >= 3 else ended
        clocks.append(_clock(case, "notice_due", NOTICE, 0, 10, sent))
        if level >= 3:
            met = RECORDED if level >= 4 else None
            clocks.append(_clock(case, "no_show", NO_SHOW, NOTIFIED, NOTIFIED + 20, met))
        if level >= 4:
            met = DECIDED if level >= 5 or not is_open else None
            clocks.append(_clock(case, "decision_due", DECISION, RECORDED, DECISION_DUE, met))
        if level >= 6:
            met = PAID if level >= 7 or not is_open else None
            clocks.append(_clock(case, "pay_due", PAY, SERVED, PAY_DUE, met))
    if case.is_whole or case.chance >> 40 & 3 == 0:
        what = "case" if case.chance & 1 else "evidence"
        found["violations_accessentry"].append(
            f"{case.id}\t{what}\t{case.camera.verifier.user_id}\tstaff\t"
            f"{moment(case.seconds + 600)}\n"
        )
    if case.status == "detected" or case.is_whole:
        for position, (sha256, offset, size) in enumerate(case.camera.pictures, start=1):
            head = case.detection_id[:19]
            found["cameras_evidencefile"].append(
                f"{head}{position:02d}{case.detection_id[21:]}\t{case.detection_id}\t"
                f"{case.camera.delivery_id}\t{position}\toverview_{position}\t{sha256}\t\t{offset}"
                f"\tidentity\t0\t{size}\timage/jpeg\t1280\t720\t\t{BOXES}\t[]\n"
            )


OPEN = frozenset(
    ("detected", "verified", "owner_identified", "notified", "recorded", "decided", "served")
)
TIME_BAR = "Luật XLVPHC Đ6 k1; NĐ 168/2024 Đ4 k1–3"
NOTICE = "TT 73/2024/TT-BCA Đ24 k1"
NO_SHOW = "TT 73/2024/TT-BCA Đ24 k5"
DECISION = "Luật XLVPHC Đ66 k1 đ.a"
PAY = "Luật XLVPHC Đ68 k2, Đ73 k1"
