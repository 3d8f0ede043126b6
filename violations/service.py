"""Bring the decision to the person: attempts, receipt, deemed service, receipt presumed. Đ70"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.utils.translation import gettext

from notices.models import Notice, PaperDelivery
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
    minutes_paper: Notice | None = None,
    delivery: PaperDelivery | None = None,
) -> None:
    """Record one thing that happened on the way of the decision to the person. NĐ 118/2021 Đ17a

    ``what`` is a ``ServiceAttempt.What``, ``on`` a day in Viet Nam. A refusal counts only with its
    minutes: ``minutes`` is their number (MBB06), ``minutes_paper`` the minutes where the portal
    issued them. ``delivery`` is the attempt of the ledger this is the outcome of: it counts once,
    and what the ledger can tell is not typed beside it. Raises Refused without proof, for a day
    before the decision or after today, and for an outcome that belongs to a delivery.
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
        if delivery is None:
            _insist_on_one_door(case, what)
        assert by.officer is not None  # the step's permission belongs to officers only
        ServiceAttempt.objects.create(
            case=case,
            what=what,
            on=on,
            proof=proof,
            delivery=delivery,
            recorded_by=by.officer,
            recorded_at=at,
        )
        event.notice = minutes_paper
        event.facts = {"what": what, "on": on.isoformat()}
        if delivery is not None:
            event.facts["delivery"] = str(delivery.pk)


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


def through_the_ledger(case: Violation) -> frozenset[str]:
    """Return what may happen to this decision that is settled at its delivery, and nowhere else.

    A return is one of three that the law counts (NĐ 118/2021 Đ17a): written down at the letter and
    typed again it would be two. A decision of before the ledger has no letter in it.
    """
    known = set(
        PaperDelivery.objects.filter(notice__draft__case=case, notice__draft__kind="MQD02")
        .values_list("route", "state")
        .distinct()
    )
    found = set()
    if any(route == PaperDelivery.Route.POST for route, _state in known):
        found.add(ServiceAttempt.What.RETURNED.value)
    if any(
        route == PaperDelivery.Route.POSTING and state != PaperDelivery.State.CALLED_OFF
        for route, state in known
    ):
        found.add(ServiceAttempt.What.POSTED_UP.value)
    if any(
        route in (PaperDelivery.Route.HAND, PaperDelivery.Route.COMMUNE)
        and state in (PaperDelivery.State.WAITING, PaperDelivery.State.REFUSED)
        for route, state in known
    ):
        found.add(ServiceAttempt.What.REFUSED.value)
    return frozenset(found)


def _insist_on_one_door(case: Violation, what: str) -> None:
    if what in through_the_ledger(case):
        raise Refused(
            gettext(
                "Write this down at the delivery it happened to: typed here as well, it would "
                "count twice (NĐ 118 Đ17a)."
            )
        )


def _insist_on_day(case: Violation, on: date, at: datetime) -> None:
    if case.decided_on is None or not case.decided_on <= on <= day_in_viet_nam(at):
        raise Refused(
            gettext("The day of receipt lies between the decision and today; correct it.")
        )


def _no_proof() -> str:
    return gettext("Service must be proved: name the receipt, the post code or the log.")
