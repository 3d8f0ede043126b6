"""Bring the decision to the person: attempts, receipt, deemed service, receipt presumed. Đ70"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.utils.translation import gettext

from violations import clocks
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import ServiceAttempt, ServiceRecord, Violation
from violations.service_rules import deemed_service
from violations.taking import taking

# The ways a person can receive a decision; the others are deemed and computed from attempts.
RECEIVED = (
    ServiceRecord.Way.HANDED_OVER,
    ServiceRecord.Way.REGISTERED_POST,
    ServiceRecord.Way.ELECTRONIC,
)


def record_service_attempt(
    case_id: uuid.UUID,
    *,
    what: str,
    on: date,
    proof: str,
    by: Actor,
    at: datetime,
    minutes: str = "",
) -> None:
    """Record one thing that happened on the way of the decision to the person. NĐ 118/2021 Đ17a

    ``what`` is a ``ServiceAttempt.What``, ``on`` a day in Viet Nam. A refusal counts only with its
    minutes: ``minutes`` is their number (MBB06). Raises Refused without proof, and for a day
    before the decision or after today.
    """
    if what not in ServiceAttempt.What.values or not proof.strip():
        raise Refused(_no_proof())
    if what == ServiceAttempt.What.REFUSED:
        if not minutes.strip():
            raise Refused(
                gettext("A refusal counts only when minuted: give the number of the MBB06 (Đ17a).")
            )
        proof = f"MBB06 {minutes.strip()}; {proof}"[:200]
    with taking("record_service_attempt", case_id, by=by, at=at) as (case, event):
        _insist_on_day(case, on, at)
        assert by.officer is not None  # the step's permission belongs to officers only
        ServiceAttempt.objects.create(
            case=case, what=what, on=on, proof=proof, recorded_by=by.officer, recorded_at=at
        )
        event.facts = {"what": what, "on": on.isoformat()}


def serve_decision(
    case_id: uuid.UUID, *, way: str, received_on: date, proof: str, by: Actor, at: datetime
) -> None:
    """Record that the person received the decision; the ten days to pay start on that day.

    Luật XLVPHC Đ70, Đ73; NĐ 118/2021 Đ17a, Đ28b. Service must be provable: without proof it is
    refused, as is a day before the decision or after today. A last day to pay that was presumed is
    replaced: the payer may prove the day of receipt (TT 18/2023 Đ5 k4 đ.c).
    """
    if not proof.strip():
        raise Refused(_no_proof())
    if way not in RECEIVED:
        raise Refused(
            gettext("This way is no receipt; record the attempt and let it count (NĐ 118 Đ17a).")
        )
    with taking("serve_decision", case_id, by=by, at=at, reason=proof) as (case, event):
        _insist_on_day(case, received_on, at)
        presumed = case.pay_due_on
        _received(case, way, received_on, proof, at)
        event.facts = {"way": way, "received_on": received_on.isoformat()}
        if presumed is not None:
            event.facts["presumed_pay_due_on"] = presumed.isoformat()


def deem_served(case_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Record that the decision counts as served: way and day follow from the attempts. Đ17a

    NĐ 118/2021 Đ17a. Nobody types the day. Raises Refused when nothing recorded amounts to service
    or its day has not come.
    """
    with taking("deem_served", case_id, by=by, at=at) as (case, event):
        attempts = list(case.service_attempts.order_by("on", "id"))
        found = deemed_service([(row.what, row.on) for row in attempts])
        assert found is not None  # held by the step's guard
        proof = "; ".join(row.proof for row in attempts if row.what == found.way)[:200]
        _received(case, found.way, found.on, proof, at)
        event.facts = {"way": found.way, "received_on": found.on.isoformat()}


def presume_receipt(case_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Set the last day to pay twelve days after the decision, receipt unproven. TT 18/2023 Đ5

    TT 18/2023/TT-BTC Đ5 k4 đ.c. The case is not served by this: complaint and lawsuit do not begin
    to run, and ``serve_decision`` with a proven day replaces the presumption.
    """
    with taking("presume_receipt", case_id, by=by, at=at) as (case, event):
        assert case.decided_on is not None  # a case at this status is decided
        row = clocks.start(case, "pay_due", case.decided_on, variant="unproven")
        case.pay_due_on = row.due_on
        event.facts = {"pay_due_on": row.due_on.isoformat()}


def _received(case: Violation, way: str, on: date, proof: str, at: datetime) -> None:
    ServiceRecord.objects.create(case=case, way=way, received_on=on, proof=proof, recorded_at=at)
    case.served_on = on
    clocks.meet(case, "service_due", on)
    case.pay_due_on = clocks.start(case, "pay_due", on).due_on
    clocks.start(case, "complaint_due", on)
    clocks.start(case, "lawsuit_due", on)


def _insist_on_day(case: Violation, on: date, at: datetime) -> None:
    if case.decided_on is None or not case.decided_on <= on <= day_in_viet_nam(at):
        raise Refused(
            gettext("The day of receipt lies between the decision and today; correct it.")
        )


def _no_proof() -> str:
    return gettext("Service must be proved: name the receipt, the post code or the log.")
