"""The whole history of one bulk case in a hundred, with the papers and sums a decided case has.

The chain is made by ``history.hash_of`` itself. Papers have a number and a place in the register,
and no PDF behind it: what is measured is lists.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from notices.deliveries import POSTED_KINDS
from violations import history
from violations.actors import SYSTEM
from violations.bulk.cases import CLOSED, DECIDED, NOTIFIED, PAID, RECORDED, SERVED, Case
from violations.bulk.place import Place
from violations.models import CaseEvent, Officer

Rows = dict[str, list[tuple[Any, ...]]]
#: Numbers no real series comes to: each paper of a unit, kind and year has its own.
FIRST_NUMBER = 100_000_000
ROAD = (
    # step, status after it, level it needs, days, paper, who
    ("verify", "verified", 1, 0, "", "verifier"),
    ("identify_owner", "owner_identified", 2, 1, "", ""),
    ("sign_notice", "notified", 3, NOTIFIED, "TB0173", "signer"),
    ("sign_record", "recorded", 4, RECORDED, "MBB01", "signer"),
    ("sign_decision", "decided", 5, DECIDED, "MQD02", "signer"),
    ("serve_decision", "served", 6, SERVED, "", "verifier"),
    ("settle", "paid", 7, PAID, "", ""),
    ("close", "closed", 8, CLOSED, "", ""),
)
#: Ends beside the main road: the step, the days.
ENDS = {
    "rejected": ("reject", 0), "time_barred": ("bar_by_time", 366), "dismissed": ("dismiss", 21),
    "annulled": ("sign_cancellation", 40), "enforced": ("sign_enforcement", 45),
    "lapsed": ("lapse", 400),
}  # fmt: skip
COLUMNS = {
    "notices_notice": (
        "id", "kind", "unit_code", "year", "number", "number_text", "subject", "context",
        "template_version", "images", "lookup_digest", "issued_at", "issued_on", "rendering",
        "render_attempts", "render_fault", "rendered_at", "pdf_sha256", "pdf_size", "pages",
        "unsigned_sha256", "void_reason",
    ),
    "notices_paperdelivery": (
        "id", "notice_id", "route", "state", "unit_code", "area", "destination", "begun_at",
        "begun_by_name", "attempts", "settled_on", "settled_at", "proof", "reason",
        "envelope_sha256", "fault",
    ),
    "notices_paperevent": ("notice_id", "what", "at", "by_name", "facts"),
    "violations_caseevent": (
        "case_id", "sequence", "step", "from_status", "to_status", "actor_id", "actor_name", "at",
        "reason", "facts", "notice_id", "previous_hash", "row_hash",
    ),
    "violations_reviewdecision": (
        "case_id", "officer_id", "lease_token", "role", "choice", "rule_id", "plate",
        "plate_colour", "rejection_reason", "note", "viewed_files", "visible_ms", "viewing",
        "flags", "plate_confirmed", "session_hash", "portal_version", "decided_at",
        "effective_at", "state", "refusal", "settled_at",
    ),
    "violations_party": (
        "case_id", "role", "kind", "full_name", "gender", "nationality", "occupation",
        "identity_number", "address", "phone", "representative", "basis", "intent_finding",
        "points_finding",
    ),
    "violations_draft": (
        "case_id", "kind", "context", "proposed_by_id", "proposed_at", "state", "settled_by_id",
        "settled_at", "return_reason", "notice_id", "replace_reason",
    ),
    "violations_violationrecord": (
        "id", "case_id", "notice_id", "made_by_id", "made_at", "may_explain",
    ),
    "violations_decision": (
        "id", "case_id", "record_id", "notice_id", "rule_id", "frame_min_vnd", "frame_max_vnd",
        "fine_vnd", "arithmetic", "beneficiary_id", "signed_by_id", "signed_title", "ceiling_vnd",
        "is_warning", "suspension_months", "suspension_days", "points", "signed_at", "decided_on",
    ),
    "violations_decidedact": (
        "decision_id", "position", "rule_id", "frame_min_vnd", "frame_max_vnd", "fine_vnd",
        "ceiling_vnd", "arithmetic",
    ),
    "violations_servicerecord": ("case_id", "way", "received_on", "proof", "recorded_at"),
    "violations_payment": (
        "decision_id", "provider", "reference", "amount_vnd", "fine_vnd", "late_charge_vnd",
        "unapplied_vnd", "paid_at", "paid_on", "received_at",
    ),
    "violations_ledgertransaction": (
        "id", "kind", "source_key", "memo", "occurred_at", "posted_at",
    ),
    "violations_ledgerentry": ("transaction_id", "account_id", "amount_vnd"),
}  # fmt: skip
#: Tables whose ids others name: so many are taken from the sequence for each case.
NUMBERED = {
    "violations_violationrecord": 1, "violations_decision": 1, "violations_ledgertransaction": 2,
}  # fmt: skip


def rows_of(cases: Iterable[Case], place: Place, ids: dict[str, Iterator[int]]) -> Rows:
    """Return the rows beside these cases by table; ``ids`` yields free ids of numbered tables."""
    found: Rows = {table: [] for table in COLUMNS}
    for case in cases:
        papers = _papers(case, found)
        _events(case, papers, found)
        _look(case, found)
        if case.level >= 2:
            _parties(case, found)
        if case.level >= 4:
            record = next(ids["violations_violationrecord"])
            at = case.moment(RECORDED)
            found["violations_violationrecord"].append(
                (record, case.id, papers["MBB01"], case.camera.signer.pk, at, False)
            )
            if case.level >= 5:
                _decision(case, record, papers["MQD02"], place, ids, found)
    return found


def _papers(case: Case, found: Rows) -> dict[str, uuid.UUID]:
    """Write the papers the case has come to, each with its draft and its first events."""
    papers = {}
    for _step, _status, level, days, kind, _who in ROAD:
        if not kind or case.level < level:
            continue
        at, camera = case.moment(days), case.camera
        pk = uuid.UUID(int=uuid.UUID(case.id).int ^ level << 62)
        papers[kind] = pk
        digest = hashlib.sha256(f"KL {pk}".encode()).digest()
        found["notices_notice"].append(
            (
                pk, kind, camera.unit_code, at.year, FIRST_NUMBER + case.number,
                f"{FIRST_NUMBER + case.number}/{kind}-KL", case.label, "{}", "KL", "[]", digest,
                at, case.on(days), "rendered", 1, "", at + timedelta(minutes=1),
                digest.hex(), 40_000, 2, "", "",
            )
        )  # fmt: skip
        if kind in POSTED_KINDS:
            came = at + timedelta(days=3) if case.number % 10 else None
            found["notices_paperdelivery"].append(
                (
                    pk, pk, "post", "delivered" if came else "waiting", camera.unit_code, "KL", "",
                    at, SYSTEM.name, 0, came and case.on(days + 3), came, "KL" if came else "", "",
                    "", "",
                )
            )  # fmt: skip
        for what in ("issued", "rendered"):
            found["notices_paperevent"].append((pk, what, at, SYSTEM.name, "{}"))
        found["violations_draft"].append(
            (
                case.id, kind, "{}", camera.verifier.pk, at - timedelta(hours=1), "signed",
                camera.signer.pk, at, "", pk, "",
            )
        )  # fmt: skip
    return papers


def _events(case: Case, papers: dict[str, uuid.UUID], found: Rows) -> None:
    """Write every step from the opening to where the case stands, chained by ``hash_of``."""
    steps: list[tuple[str, str, datetime, str, str]] = [("open", "detected", case.moment(), "", "")]
    steps += [
        (step, status, case.moment(days, level), kind, who)
        for step, status, level, days, kind, who in ROAD
        if case.level >= level
    ]
    if case.status in ENDS:
        step, days = ENDS[case.status]
        steps.append((step, case.status, case.moment(days, 10), "", ""))
    before, status = history.GENESIS, ""
    for sequence, (step, reached, at, kind, who) in enumerate(steps, start=1):
        officer: Officer | None = getattr(case.camera, who) if who else None
        event = CaseEvent(
            case_id=uuid.UUID(case.id),
            sequence=sequence,
            step=step,
            from_status=status,
            to_status=reached,
            actor_id=officer.user_id if officer else None,
            actor_name=officer.user.full_name if officer else SYSTEM.name,
            at=at,
            facts={},
            notice_id=papers.get(kind),
            previous_hash=before,
        )
        event.row_hash = history.hash_of(event)
        found["violations_caseevent"].append(
            (
                case.id, sequence, step, status, reached, event.actor_id, event.actor_name, at, "",
                "{}", event.notice_id, before, event.row_hash,
            )
        )  # fmt: skip
        before, status = event.row_hash, reached


def _look(case: Case, found: Rows) -> None:
    """Write the verdict at review, where there was one."""
    rejected = case.status == "rejected"
    if not (rejected or case.level >= 1):
        return
    at, camera = case.moment(0, 1), case.camera
    files = json.dumps([sha256 for sha256, _offset, _size in camera.pictures])
    found["violations_reviewdecision"].append(
        (
            case.id, camera.verifier.pk, uuid.UUID(int=uuid.UUID(case.id).int ^ 1 << 60), "first",
            "reject" if rejected else "verify", None if rejected else case.act.rule_id,
            case.plate, "white", "plate_unreadable" if rejected else "", "", files,
            3000 + case.chance % 9000, "{}", "[]", False, "", "KL", at,
            at + timedelta(seconds=10), "final", "", at + timedelta(seconds=11),
        )
    )  # fmt: skip


def _parties(case: Case, found: Rows) -> None:
    roles = (("owner", ""), ("offender", "drove")) if case.level >= 4 else (("owner", ""),)
    for role, basis in roles:
        found["violations_party"].append(
            (
                case.id, role, "individual", f"Người mẫu {case.number}", "male", "Việt Nam", "",
                f"{case.number:012d}", "số 27 phố Ví Dụ", "", "", basis, "", "",
            )
        )  # fmt: skip


def _decision(
    case: Case, record: int, paper: uuid.UUID, place: Place, ids: dict[str, Any], found: Rows
) -> None:
    """Write the decision with its one act, its service, the money and both postings."""
    pk, act, camera = next(ids["violations_decision"]), case.act, case.camera
    fine, at = (act.fine_min_vnd + act.fine_max_vnd) // 2, case.moment(DECIDED)
    frame = (act.fine_min_vnd, act.fine_max_vnd, fine)
    found["violations_decision"].append(
        (
            pk, case.id, record, paper, act.rule_id, *frame, "[]",
            place.beneficiaries[camera.unit_id], camera.signer.pk, "office_head",
            act.fine_max_vnd, False, 0, 0, 0, at, case.on(DECIDED),
        )
    )  # fmt: skip
    found["violations_decidedact"].append((pk, 1, act.rule_id, *frame, act.fine_max_vnd, "[]"))
    _post(
        "fine_imposed", f"decision:{pk}", {"receivable:fine": fine, "revenue:fine": -fine}, at,
        ids, found,
    )  # fmt: skip
    if case.level >= 6:
        found["violations_servicerecord"].append(
            (case.id, "handed_over", case.on(SERVED), "chữ ký nhận", case.moment(SERVED))
        )
    if case.level >= 7:
        paid_at, reference = case.moment(PAID), case.label
        found["violations_payment"].append(
            (pk, "vnpay", reference, fine, fine, 0, 0, paid_at, case.on(PAID), paid_at)
        )
        _post(
            "payment_received", f"vnpay:{reference}",
            {"clearing:vnpay": fine, "receivable:fine": -fine}, paid_at, ids, found,
        )  # fmt: skip


def _post(
    kind: str, key: str, sides: dict[str, int], at: datetime, ids: dict[str, Any], found: Rows
) -> None:
    pk = next(ids["violations_ledgertransaction"])
    found["violations_ledgertransaction"].append((pk, kind, key, "", at, at))
    for account, amount in sides.items():
        found["violations_ledgerentry"].append((pk, account, amount))
