"""The legal acts from the notice to the decision and its service: one function each."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from notices.models import Notice, PaperKind
from violations import (
    clocks,
    competence,
    letters,
    letters_decision,
    licences,
    papers,
    payments,
    pricing,
)
from violations.actors import SYSTEM, Actor
from violations.beneficiaries import open_beneficiary
from violations.guards import Refused, day_in_viet_nam
from violations.models import (
    DecidedAct,
    Decision,
    Explanation,
    ViolationRecord,
)
from violations.taking import taking


def propose_record(case_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Propose the violation record MBB01. Luật XLVPHC Đ58"""
    with taking("propose_record", case_id, by=by, at=at) as (case, event):
        draft = papers.propose(case, PaperKind.RECORD, letters.record(case, at=at), by=by, at=at)
        event.facts = {"draft": draft.pk}


def sign_record(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Make the record: it opens the period for the decision, and the right to explain if any.

    Luật XLVPHC Đ58, Đ61, Đ66. The right exists where the frame of one act reaches 15 million
    (organisation: 30 million) or its licence may be suspended. Until the window closes no decision
    is signed.
    """
    with taking("sign_record", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        assert by.officer is not None  # held by the step's guards
        may_explain = pricing.may_explain(case)
        event.notice = papers.sign(case, PaperKind.RECORD, by=by, at=at)
        ViolationRecord.objects.create(
            case=case, notice=event.notice, made_by=by.officer, made_at=at, may_explain=may_explain
        )
        case.signed_by = by.officer
        case.recorded_on = today
        clocks.meet(case, "record_due", today)
        clocks.start(case, "record_forwarded_due", today)
        if may_explain:
            clocks.start(case, "hearing_request_due", today)
            window = clocks.start(case, "explanation_due", today)
            Explanation.objects.create(case=case, opened_on=today, due_on=window.due_on)
        due = clocks.start(case, "decision_due", today)
        case.decision_due_on = due.due_on
        event.facts = {"may_explain": may_explain}
    return event.notice


def propose_decision(case_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Propose the decision with its amount computed, never typed. NĐ 118/2021 Đ9"""
    with taking("propose_decision", case_id, by=by, at=at) as (case, event):
        price = pricing.price(case)
        draft = papers.propose(
            case, PaperKind.DECISION, letters_decision.decision(case, price, at=at), by=by, at=at
        )
        event.facts = {"draft": draft.pk, "fine_vnd": price.fine_vnd, "acts": len(price.acts)}


def sign_decision(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Sign the proposed decision and register it. Luật XLVPHC Đ54, Đ66–68

    Every amount is computed again and must equal the draft's: a draft that went stale is returned,
    not signed. One row is written for each act, with its frame, fine and the ceiling of the power
    used, which under a delegation is the head's. The fine becomes owed in the ledger in the same
    transaction; a warning owes nothing. Where the licence is known its points go at once, in the
    same transaction too (NĐ 168/2024 Đ50 k1 đ.a).
    """
    with transaction.atomic():
        notice = _sign_decision(case_id, by=by, at=at)
        licences.deduct_if_due(case_id, at=at)
    return notice


def _sign_decision(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    with taking("sign_decision", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        assert case.rule is not None and by.officer is not None  # held by the step's guards
        price = pricing.price(case)
        draft = papers.waiting(case, PaperKind.DECISION)
        letters_decision.refuse_stale(draft.context, letters_decision.decision(case, price, at=at))
        ceiling = pricing.ceiling_of(competence.title_of_power(by, today), today, case)
        event.notice = papers.sign(case, PaperKind.DECISION, by=by, at=at)
        case.signed_by = by.officer
        case.decided_on = today
        decision = Decision.objects.create(
            case=case,
            record=case.record,
            notice=event.notice,
            rule=case.rule,
            frame_min_vnd=price.frame_min_vnd,
            frame_max_vnd=price.frame_max_vnd,
            fine_vnd=price.fine_vnd,
            arithmetic=price.arithmetic,
            beneficiary=open_beneficiary(case, today),
            signed_by=by.officer,
            signed_title=by.title_on(today) or "",
            ceiling_vnd=ceiling,
            delegation=competence.delegation_held(by, today),
            is_warning=price.is_warning,
            suspension_months=price.suspension.months if price.suspension else 0,
            suspension_days=price.suspension.days if price.suspension else 0,
            points=price.points,
            signed_at=at,
            decided_on=today,
        )
        for position, act in enumerate(price.acts, start=1):
            DecidedAct.objects.create(
                decision=decision,
                position=position,
                rule=act.rule,
                quantity=act.quantity,
                frame_min_vnd=act.frame_min_vnd,
                frame_max_vnd=act.frame_max_vnd,
                fine_vnd=act.fine_vnd,
                ceiling_vnd=ceiling,
                arithmetic=act.arithmetic,
            )
        clocks.meet(case, "time_bar", today)
        clocks.meet(case, "decision_due", today)
        clocks.start(case, "service_due", today)
        clocks.start(case, "lapse", today)
        payments.impose(decision, at=at)
        event.facts = {"fine_vnd": price.fine_vnd, "acts": len(price.acts)}
    return event.notice


def dismiss(case_id: uuid.UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """End the case without a sanction. Luật XLVPHC Đ65"""
    if not reason.strip():
        raise Refused(gettext("Name the ground of Đ65 on which no sanction is decided."))
    with taking("dismiss", case_id, by=by, at=at, reason=reason) as (case, _event):
        papers.withdraw_waiting(case, at=at, reason=gettext("The case has ended."))
        clocks.meet_all(case, day_in_viet_nam(at))


def end_by_clock(case_id: uuid.UUID, step: str, *, at: datetime) -> None:
    """End a case whose clock ran out: time bar, decision period, execution. Đ6, Đ65–66, Đ74

    ``step`` is ``bar_by_time``, ``pass_decision_period`` or ``lapse``; the guard of the step makes
    sure that the last day has truly passed.
    """
    with taking(step, case_id, by=SYSTEM, at=at) as (case, _event):
        papers.withdraw_waiting(case, at=at, reason=gettext("The case has ended."))
        clocks.meet_all(case, day_in_viet_nam(at), with_remedies=step != "lapse")
