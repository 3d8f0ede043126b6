"""Every act a person or the system may try in a random walk, called as the portal calls it.

A move gets the case, who tries and the moment, and calls one real act with plausible facts. It
judges nothing: whether the act is lawful now is for the portal to say.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, datetime, timedelta

from cameras.models import Unit
from tests.journeys import driver, registered
from violations import (
    actions,
    agency_warnings,
    appearances,
    charges,
    complaints,
    decision_changes,
    enforcement,
    explanations,
    late_charging,
    lawsuits,
    licences,
    payments,
    reliefs,
    review,
    review_history,
    sanctions,
    second_looks,
    service,
    transfers,
)
from violations.actors import Actor
from violations.catalogue import rule_for
from violations.guards import Refused, day_in_viet_nam
from violations.models import Decision, PenaltyRule, Violation

REFERENCES = itertools.count(1)
Move = Callable[[Violation, Actor, datetime], object]


def _review(case: Violation, by: Actor, at: datetime, choice: str) -> None:
    if by.officer is None:
        raise Refused("no officer")
    review.Lease.objects.filter(officer=by.officer).delete()
    lease, made = review.Lease.objects.get_or_create(
        case=case,
        defaults={
            "officer": by.officer,
            "acquired_at": at,
            "expires_at": at + timedelta(minutes=5),
        },
    )
    if not made:
        raise Refused("held by another")
    verdict = review.Verdict(
        choice,
        rule=rule_for(case) if choice == "verify" else None,
        rejection_reason="" if choice == "verify" else "no_violation",
        viewed_files=("x",),
        visible_ms=3000,
    )
    decided = review.decide(case.pk, lease.token, verdict, by=by, at=at)
    if not review.finalise(decided.pk, at=decided.effective_at):
        raise Refused("not final")


def _withdraw(case: Violation, by: Actor, at: datetime) -> None:
    last = case.reviews.filter(state="final", officer=by.officer).order_by("-id").first()
    if last is None:
        raise Refused("no verdict of this officer")
    review_history.withdraw(last.pk, reason="xem lại", by=by, at=at)


def _name(case: Violation, by: Actor, at: datetime, basis: str) -> None:
    if not case.parties.filter(role="owner").exists():
        raise Refused("no owner")
    appearances.name_offender(case.pk, driver(case), proof="lời khai", basis=basis, by=by, at=at)


def _add_act(case: Violation, by: Actor, at: datetime) -> None:
    rule = PenaltyRule.objects.filter(
        effective_from__lte=case.occurred_on, article="6", clause="5", point="h"
    ).latest("effective_from")
    charges.add_act(case.pk, rule.pk, note="ảnh 2", by=by, at=at)


def _pay(case: Violation, at: datetime, part: int) -> None:
    decision = Decision.objects.filter(case=case).first()
    if decision is None:
        raise Refused("nothing is payable")
    day = day_in_viet_nam(at)
    owed = payments.amount_due(decision, on=day).remaining_vnd
    payments.receive(
        decision.pk,
        provider="vnpay",
        reference=f"W{next(REFERENCES)}",
        amount_vnd=max(10_000, owed // part),
        paid_at=at,
        at=at,
    )
    payments.settle_and_close(case.pk, at=at)


def _relief(case: Violation, by: Actor, at: datetime) -> None:
    day = day_in_viet_nam(at)
    reliefs.propose_relief(
        case.pk, confirmation="xác nhận (mẫu)", until_on=day + timedelta(days=60), by=by, at=at
    )


def _day(at: datetime) -> date:
    return day_in_viet_nam(at)


MOVES: dict[str, Move] = {
    "verify": lambda c, by, at: _review(c, by, at, "verify"),
    "reject": lambda c, by, at: _review(c, by, at, "reject"),
    "withdraw_verdict": _withdraw,
    "identify_owner": lambda c, by, at: actions.identify_owner(
        c.pk, registered(c), asked_at=at, at=at
    ),
    "ask_second_look": lambda c, by, at: second_looks.ask_second_look(
        c.pk, ground="officer", note="xem lại biển số", by=by, at=at
    ),
    "agree": lambda c, by, at: second_looks.look_again(
        c.pk, agrees=True, finding="đúng", by=by, at=at
    ),
    "disagree": lambda c, by, at: second_looks.look_again(
        c.pk, agrees=False, finding="không đúng", by=by, at=at
    ),
    "uphold": lambda c, by, at: second_looks.adjudicate(
        c.pk, upholds=True, finding="đúng", by=by, at=at
    ),
    "add_act": _add_act,
    "propose_notice": lambda c, by, at: actions.propose_notice(c.pk, by=by, at=at),
    "sign_notice": lambda c, by, at: actions.sign_notice(c.pk, by=by, at=at),
    "return_decision": lambda c, by, at: actions.return_draft(
        c.pk, "MQD02", reason="sửa lại", by=by, at=at
    ),
    "propose_transfer": lambda c, by, at: transfers.propose_transfer(
        c.pk, to_unit=Unit.objects.get(code="C08"), ground="nơi cư trú", by=by, at=at
    ),
    "hold_session": lambda c, by, at: appearances.hold_session(
        c.pk,
        present_as="owner",
        attended_by="Trần Văn Hiếu",
        statement="đã xem ảnh",
        names_driver=False,
        by=by,
        at=at,
    ),
    "name_driver": lambda c, by, at: _name(c, by, at, "drove"),
    "name_silent_owner": lambda c, by, at: _name(c, by, at, "uncooperative"),
    "withdraw_offender": lambda c, by, at: appearances.withdraw_offender(
        c.pk, reason="nhầm người", by=by, at=at
    ),
    "record_circumstance": lambda c, by, at: charges.record_circumstance(
        c.pk, "confessed", proof="bản khai", by=by, at=at
    ),
    "propose_record": lambda c, by, at: sanctions.propose_record(c.pk, by=by, at=at),
    "sign_record": lambda c, by, at: sanctions.sign_record(c.pk, by=by, at=at),
    "waive_explanation": lambda c, by, at: explanations.waive_explanation(
        c.pk, proof="đơn", by=by, at=at
    ),
    "receive_explanation": lambda c, by, at: explanations.receive_explanation(
        c.pk, received_on=_day(at), proof="văn bản", by=by, at=at
    ),
    "request_hearing": lambda c, by, at: explanations.request_hearing(
        c.pk, received_on=_day(at), proof="văn bản", by=by, at=at
    ),
    "propose_decision": lambda c, by, at: sanctions.propose_decision(c.pk, by=by, at=at),
    "sign_decision": lambda c, by, at: sanctions.sign_decision(c.pk, by=by, at=at),
    "dismiss": lambda c, by, at: sanctions.dismiss(c.pk, reason="Đ65 k1 đ.a", by=by, at=at),
    "serve": lambda c, by, at: service.serve_decision(
        c.pk, way="handed_over", received_on=_day(at), proof="chữ ký", by=by, at=at
    ),
    "refused_service": lambda c, by, at: service.record_service_attempt(
        c.pk, what="refused", on=_day(at), proof="MBB06 số 1", minutes="không nhận", by=by, at=at
    ),
    "deem_served": lambda c, by, at: service.deem_served(c.pk, by=by, at=at),
    "record_licence": lambda c, by, at: licences.record_licence(
        c.pk,
        number=f"0{c.number[-6:]}00000"[:12],
        classes="A1, B",
        issued_on=date(2020, 1, 1),
        issued_by="Cục CSGT (mẫu)",
        by=by,
        at=at,
    ),
    "request_deferral": lambda c, by, at: reliefs.request_relief(
        c.pk, kind="deferral", requested_on=_day(at), ground="khó khăn", by=by, at=at
    ),
    "propose_relief": _relief,
    "sign_relief": lambda c, by, at: reliefs.sign_relief(c.pk, by=by, at=at),
    "propose_cancellation": lambda c, by, at: decision_changes.propose_change(
        c.pk, kind="cancelled", ground="wrong_person", text="Hủy bỏ toàn bộ", by=by, at=at
    ),
    "sign_cancellation": lambda c, by, at: decision_changes.sign_cancellation(c.pk, by=by, at=at),
    "propose_enforcement": lambda c, by, at: enforcement.propose_enforcement(
        c.pk, measure="deduction", ground="quá hạn", by=by, at=at
    ),
    "sign_enforcement": lambda c, by, at: enforcement.sign_enforcement(c.pk, by=by, at=at),
    "complain": lambda c, by, at: complaints.receive_complaint(
        c.pk, received_on=_day(at), content="không đồng ý", by=by, at=at
    ),
    "accept_complaint": lambda c, by, at: complaints.accept_complaint(c.pk, by=by, at=at),
    "suspend": lambda c, by, at: lawsuits.suspend_execution(
        c.pk,
        ordered_by="complaint",
        reference="14a/1",
        ground="khó khắc phục",
        from_on=_day(at),
        by=by,
        at=at,
    ),
    "resume": lambda c, by, at: lawsuits.resume_execution(
        c.pk, reason="hết căn cứ", lifted_on=_day(at), by=by, at=at
    ),
    "pay_all": lambda c, _by, at: _pay(c, at, 1),
    "pay_half": lambda c, _by, at: _pay(c, at, 2),
    "begin_late_charge": lambda c, by, at: late_charging.begin_late_charge(c.pk, by=by, at=at),
    "warn_no_show": lambda c, by, at: agency_warnings.warn_no_show(c.pk, by=by, at=at),
    "warn_unpaid": lambda c, by, at: agency_warnings.warn_unpaid(c.pk, by=by, at=at),
    "bar_by_time": lambda c, _by, at: sanctions.end_by_clock(c.pk, "bar_by_time", at=at),
    "pass_decision_period": lambda c, _by, at: sanctions.end_by_clock(
        c.pk, "pass_decision_period", at=at
    ),
    "lapse": lambda c, _by, at: sanctions.end_by_clock(c.pk, "lapse", at=at),
}

# The step of a move, where the names differ.
STEP_OF = {
    "agree": "look_again",
    "disagree": "look_again",
    "uphold": "adjudicate",
    "return_decision": "return_draft",
    "name_driver": "name_offender",
    "name_silent_owner": "name_offender",
    "serve": "serve_decision",
    "refused_service": "record_service_attempt",
    "request_deferral": "request_relief",
    "propose_cancellation": "propose_change",
    "complain": "receive_complaint",
    "suspend": "suspend_execution",
    "resume": "resume_execution",
    "pay_all": "receive_payment",
    "pay_half": "receive_payment",
}


def step_of(move: str) -> str:
    """Return the step of the table that a move takes."""
    return STEP_OF.get(move, move)
