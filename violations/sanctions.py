"""The legal acts from the notice to the decision and its service: one function each."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.utils.translation import gettext

from notices.models import Notice, PaperKind
from violations import clocks, deadlines, letters, papers, payments, pricing
from violations.actors import SYSTEM, Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import (
    Beneficiary,
    DecidedAct,
    Decision,
    Explanation,
    Party,
    ServiceRecord,
    Violation,
    ViolationRecord,
)
from violations.taking import taking


def name_offender(
    case_id: uuid.UUID, offender: Party, *, proof: str, by: Actor, at: datetime
) -> None:
    """Record who drove and what proves it; the five working days for the record start now.

    The owner is not the offender: even an owner who drove is written down again, as the offender.
    ``offender`` is an unsaved Party. NĐ 168/2024 Đ47 k6, k8b; NĐ 61/2026 Đ15 k1c
    """
    if not proof.strip():
        raise Refused(gettext("Write down what proves who drove: a statement, a paper, a picture."))
    with taking("name_offender", case_id, by=by, at=at, reason=proof) as (case, event):
        today = day_in_viet_nam(at)
        offender.case = case
        offender.role = Party.Role.OFFENDER
        offender.save()
        case.offender_identified_on = today
        clocks.meet(case, "no_show", today)
        clocks.start(case, "record_due", today)
        event.facts = {"offender": offender.kind}


def propose_record(case_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Propose the violation record MBB01. Luật XLVPHC Đ58"""
    with taking("propose_record", case_id, by=by, at=at) as (case, event):
        draft = papers.propose(case, PaperKind.RECORD, letters.record(case, at=at), by=by, at=at)
        event.facts = {"draft": draft.pk}


def sign_record(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Make the record: it opens the period for the decision, and the right to explain if any.

    Luật XLVPHC Đ58, Đ61, Đ66. The right exists where the frame reaches 15 million (organisation:
    30 million) or the licence may be suspended. Until the window closes no decision is signed.
    """
    with taking("sign_record", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        assert case.rule is not None and by.officer is not None  # held by the step's guards
        offender = case.parties.get(role=Party.Role.OFFENDER)
        organisation = offender.kind == Party.Kind.ORGANISATION
        may_explain = deadlines.has_right_to_explain(
            case.rule.fine_max_vnd,
            organisation=organisation,
            suspension=bool(case.rule.suspension_months_max),
        )
        event.notice = papers.sign(case, PaperKind.RECORD, by=by, at=at)
        ViolationRecord.objects.create(
            case=case, notice=event.notice, made_by=by.officer, made_at=at, may_explain=may_explain
        )
        case.signed_by = by.officer
        case.recorded_on = today
        clocks.meet(case, "record_due", today)
        if may_explain:
            window = clocks.start(case, "explanation_due", today)
            Explanation.objects.create(case=case, opened_on=today, due_on=window.due_on)
        due = clocks.start(case, "decision_due", today)
        case.decision_due_on = due.due_on
        event.facts = {"may_explain": may_explain}
    return event.notice


def waive_explanation(case_id: uuid.UUID, *, proof: str, by: Actor, at: datetime) -> None:
    """Record that the person gives up explaining, in writing. Luật XLVPHC Đ61"""
    if not proof.strip():
        raise Refused(gettext("Name the paper or message in which the person gives up explaining."))
    with taking("waive_explanation", case_id, by=by, at=at, reason=proof) as (case, _event):
        case.explanation.waived_at = at
        case.explanation.waiver_proof = proof
        case.explanation.save()
        clocks.meet(case, "explanation_due", day_in_viet_nam(at))


def propose_decision(case_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Propose the decision with its amount computed, never typed. NĐ 118/2021 Đ9"""
    with taking("propose_decision", case_id, by=by, at=at) as (case, event):
        price = pricing.price(case)
        draft = papers.propose(
            case, PaperKind.DECISION, letters.decision(case, price, at=at), by=by, at=at
        )
        event.facts = {"draft": draft.pk, "fine_vnd": price.fine_vnd}


def sign_decision(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Sign the proposed decision and register it. Luật XLVPHC Đ66–68

    The amount is computed again from the frame and must equal the draft's: a draft that went stale
    is returned, not signed. The fine becomes owed in the ledger in the same transaction.
    """
    with taking("sign_decision", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        assert case.rule is not None and by.officer is not None  # held by the step's guards
        price = pricing.price(case)
        draft = papers.waiting(case, PaperKind.DECISION)
        if draft.context["fine_total_vnd"] != price.fine_vnd:
            raise Refused(gettext("The amount has changed since the draft was made; return it."))
        title = by.title_on(today)
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
            signed_title=title or "",
            ceiling_vnd=pricing.ceiling_of(title, today, case),
            signed_at=at,
            decided_on=today,
        )
        DecidedAct.objects.create(
            decision=decision,
            position=1,
            rule=case.rule,
            frame_min_vnd=price.frame_min_vnd,
            frame_max_vnd=price.frame_max_vnd,
            fine_vnd=price.fine_vnd,
            ceiling_vnd=pricing.ceiling_of(title, today, case),
            arithmetic=price.arithmetic,
        )
        clocks.meet(case, "time_bar", today)
        clocks.meet(case, "decision_due", today)
        clocks.start(case, "service_due", today)
        clocks.start(case, "lapse", today)
        payments.impose(decision, at=at)
        event.facts = {"fine_vnd": price.fine_vnd}
    return event.notice


def serve_decision(
    case_id: uuid.UUID, *, way: str, received_on: date, proof: str, by: Actor, at: datetime
) -> None:
    """Record that the person received the decision; the ten days to pay start on that day.

    Luật XLVPHC Đ70, Đ73; NĐ 118/2021 Đ17a. Service must be provable: without proof it is refused,
    as is a day before the decision or after today.
    """
    if not proof.strip():
        raise Refused(
            gettext("Service must be proved: name the receipt, the post code or the log.")
        )
    with taking("serve_decision", case_id, by=by, at=at, reason=proof) as (case, event):
        today = day_in_viet_nam(at)
        if case.decided_on is None or not case.decided_on <= received_on <= today:
            raise Refused(
                gettext("The day of receipt lies between the decision and today; correct it.")
            )
        ServiceRecord.objects.create(
            case=case, way=way, received_on=received_on, proof=proof, recorded_at=at
        )
        case.served_on = received_on
        clocks.meet(case, "service_due", received_on)
        case.pay_due_on = clocks.start(case, "pay_due", received_on).due_on
        clocks.start(case, "complaint_due", received_on)
        clocks.start(case, "lawsuit_due", received_on)
        event.facts = {"way": way, "received_on": received_on.isoformat()}


def dismiss(case_id: uuid.UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """End the case without a sanction. Luật XLVPHC Đ65"""
    if not reason.strip():
        raise Refused(gettext("Name the ground of Đ65 on which no sanction is decided."))
    with taking("dismiss", case_id, by=by, at=at, reason=reason) as (case, _event):
        _withdraw_drafts(case, at)
        clocks.meet_all(case, day_in_viet_nam(at))


def end_by_clock(case_id: uuid.UUID, step: str, *, at: datetime) -> None:
    """End a case whose clock ran out: time bar, decision period, execution. Đ6, Đ65–66, Đ74

    ``step`` is ``bar_by_time``, ``pass_decision_period`` or ``lapse``; the guard of the step makes
    sure that the last day has truly passed.
    """
    with taking(step, case_id, by=SYSTEM, at=at) as (case, _event):
        _withdraw_drafts(case, at)
        clocks.meet_all(case, day_in_viet_nam(at))


def open_beneficiary(case: Violation, on: date) -> Beneficiary:
    """Return the treasury account in force for the unit. Raises Refused when none is set."""
    found = (
        Beneficiary.objects.filter(unit=case.unit, valid_from__lte=on)
        .exclude(valid_until__lt=on)
        .order_by("-valid_from")
        .first()
    )
    if found is None:
        raise Refused(gettext("No treasury account is set for the unit; ask your administrator."))
    return found


def _withdraw_drafts(case: Violation, at: datetime) -> None:
    """Return what still waits for a signature: a case that has ended signs nothing."""
    for draft in case.drafts.filter(state="proposed"):
        draft.state = "returned"
        draft.settled_at = at
        draft.return_reason = gettext("The case has ended.")
        draft.save()
