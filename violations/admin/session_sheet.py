"""What the page of a working session says of each step: open, done, or closed with the reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from notices.models import PaperKind
from violations import working_sessions
from violations.actors import Actor
from violations.admin import words
from violations.guards import day_in_viet_nam
from violations.models import (
    Draft,
    PaperSignature,
    Party,
    SessionDocument,
    Violation,
    ViolationRecord,
)
from violations.workflow import STEPS, obstacles

#: Where on the page a step stands, by the act that takes it.
PLACE_OF = {
    "hold_session": "came",
    "receive_document": "proof",
    "name_offender": "driver",
    "propose_record": "record",
    "take_signature": "sign",
    "record_refusal": "sign",
    "hand_over_record": "hand-over",
}


def sheet(case: Violation, by: Actor, at: datetime) -> dict[str, Any]:
    """Return every step of the session with its state, and what was taken in so far."""
    session = case.sessions.order_by("-held_at").first()
    draft = case.drafts.filter(kind=PaperKind.RECORD).order_by("-proposed_at").first()
    record = ViolationRecord.objects.filter(case=case).select_related("notice").first()
    signatures = list(
        PaperSignature.objects.filter(notice__in=working_sessions.papers_to_sign(case))
        .select_related("notice", "taken_by__user")
        .order_by("signed_at", "id")
    )
    record_signed = record is not None and any(
        row.notice_id == record.notice_id for row in signatures
    )
    handed = case.deadlines.filter(name="record_forwarded_due", met_on__isnull=False).first()
    offender = case.parties.filter(role=Party.Role.OFFENDER).first()
    return {
        "session": session,
        "draft": draft,
        "record": record,
        "signatures": signatures,
        "handed": handed,
        "offender": offender,
        "documents": list(case.session_documents.select_related("received_by__user")),
        "explanation": getattr(case, "explanation", None),
        "clocks": _clocks(case, at),
        "steps": {
            "came": _step("hold_session", session is not None, case, by, at),
            "proof": _of_documents(case),
            "driver": _step("name_offender", case.offender_identified_on is not None, case, by, at),
            "record": _of_record(case, draft, record, by, at),
            "leader": _of_leader(draft, record),
            "sign": _of_signatures(case, record_signed, record),
            "hand_over": _step("hand_over_record", handed is not None, case, by, at),
            "rights": _plain("open" if record else "closed", _not_recorded()),
        },
    }


def _step(name: str, is_done: bool, case: Violation, by: Actor, at: datetime) -> dict[str, Any]:
    step = STEPS[name]
    against = list(obstacles(step, case, by, at))
    state = "done" if is_done else "closed" if against else "open"
    return {"state": state, "may": not against, "reasons": against, "article": step.article}


def _plain(state: str, reason: str = "", article: str = "") -> dict[str, Any]:
    reasons = [reason] if state == "closed" else []
    return {"state": state, "may": state != "closed", "reasons": reasons, "article": article}


def _of_documents(case: Violation) -> dict[str, Any]:
    if case.status not in working_sessions.TAKEN_IN:
        return _plain(
            "closed", gettext("Documents are taken in from the notice until the decision.")
        )
    proved = case.session_documents.filter(kind=SessionDocument.Kind.DRIVER_PROOF).exists()
    return _plain("done" if proved else "open", article="TT 73/2024 Đ24 k2") | {"may": True}


def _of_record(
    case: Violation, draft: Draft | None, record: Any, by: Actor, at: datetime
) -> dict[str, Any]:
    waits = draft is not None and draft.state == Draft.State.PROPOSED
    found = _step("propose_record", bool(record) or waits, case, by, at)
    return found | {"may": found["may"] and not waits}


def _of_leader(draft: Draft | None, record: Any) -> dict[str, Any]:
    if record is not None:
        return _plain("done", article=STEPS["sign_record"].article)
    if draft is not None and draft.state == Draft.State.PROPOSED:
        return _plain("open", article=STEPS["sign_record"].article)
    return _plain(
        "closed", gettext("Nothing to sign yet; draw up the record first."), "Luật XLVPHC Đ58"
    )


def _of_signatures(case: Violation, is_signed: bool, record: Any) -> dict[str, Any]:
    may = case.status in working_sessions.TAKEN_IN and bool(working_sessions.papers_to_sign(case))
    article = "Luật XLVPHC Đ58 k3, k4"
    if is_signed:
        return _plain("done", article=article) | {"may": may}
    if may:
        return _plain("open", article=article)
    return _plain("closed", _not_recorded(), article)


def _clocks(case: Violation, at: datetime) -> list[dict[str, Any]]:
    """Return the running clocks that press in the session: the record, and what follows it."""
    today = day_in_viet_nam(at)
    names = ("record_due", "record_forwarded_due", "explanation_due", "hearing_request_due")
    rows = case.deadlines.filter(name__in=names, met_on__isnull=True).order_by("due_on")
    return [
        {"row": row, "name": words.clock(row.name), "days": (row.due_on - today).days}
        for row in rows
    ]


def _not_recorded() -> str:
    return gettext("No paper waits for a signature; write the minutes or make the record first.")
