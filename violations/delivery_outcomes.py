"""What became of a delivery, and the legal act that follows from it: one transaction, typed once.

Which outcome starts which clock, for the paper of a decision:

* delivered by registered post, handed over by us or by the commune police: received on that day
  (Luật XLVPHC Đ70); the ten days to pay and the times to complain and sue start
  (``serve_decision``);
* opened or confirmed by the person: received electronically on that day (NĐ 118/2021 Đ28b). That an
  e-mail or a text message arrived has no effect of its own;
* refused in person: an attempt, only with its minutes MBB06 (Đ17a);
* brought back by the post: an attempt; each delivery counts once, whoever typed it (Đ17a);
* posted up in public: an attempt of the day on which it was put up; seven and three working days
  are counted by ``service_rules`` (Đ17a).

Deemed service is never written here. Another paper's outcome stays in its ledger: the twenty days
of a notice run from its sending (TT 73/2024 Đ24 k5).
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from notices import deliveries
from notices.models import Notice, PaperDelivery, PrintRunItem
from violations import service
from violations.actors import Actor
from violations.guards import Refused
from violations.models import Draft, Violation
from violations.taking import taking
from violations.workflow.step import PRINT, SERVE

Route, State = PaperDelivery.Route, PaperDelivery.State

ELECTRONIC = frozenset({Route.ACCOUNT, Route.EMAIL, Route.SMS})
RECEIVED_BY = {
    Route.POST: "post",
    Route.HAND: "handed_over",
    Route.COMMUNE: "handed_over",
}


def settle_delivery(
    delivery_id: uuid.UUID,
    state: str,
    *,
    on: date,
    proof: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    minutes: str = "",
    envelope_sha256: str = "",
) -> PaperDelivery:
    """Write an outcome down and take the act of service that follows from it.

    ``on`` is a day in Viet Nam. A clerk may do this too: what the post or the log proves is all
    that is recorded. Raises Refused; nothing is half-written.
    """
    if not (by.may(SERVE) or by.may(PRINT)):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if state == State.REFUSED and not minutes.strip():
        raise Refused(
            gettext("A refusal counts only when minuted: give the number of the MBB06 (Đ17a).")
        )
    with transaction.atomic():
        case = _locked_case(delivery_id)
        if case is not None and case.unit.code not in by.unit_codes:
            raise Refused(gettext("The case belongs to another unit."))
        try:
            settled = deliveries.settle(
                delivery_id,
                state,
                settled_on=on,
                proof=proof,
                at=at,
                by_name=by.name,
                reason=reason,
                envelope_sha256=envelope_sha256,
            )
        except deliveries.SettlingRefused as fault:
            raise Refused(str(fault)) from fault
        if case is not None and _is_the_standing_decision(case, settled.notice):
            _follow(case, settled, minutes, replace(by, permissions=by.permissions | {SERVE}), at)
    return settled


def begin_delivery(
    case_id: uuid.UUID, notice: Notice, route: str, *, by: Actor, at: datetime
) -> PaperDelivery:
    """Begin the next attempt to bring a paper of a case to the person. Luật XLVPHC Đ70

    Raises Refused for a paper that no longer holds and while an attempt by this route is open.
    """
    if route not in (Route.POST, Route.HAND, Route.COMMUNE, Route.POSTING):
        raise Refused(gettext("This route does not follow; choose one of those proposed."))
    with taking("begin_delivery", case_id, by=by, at=at) as (case, event):
        if not Draft.objects.filter(case=case, notice=notice).exists():
            raise Refused(gettext("This paper belongs to another case."))
        if notice.voided_at is not None or hasattr(notice, "superseded_by"):
            raise Refused(gettext("This paper no longer holds; nothing more is sent of it."))
        try:
            with transaction.atomic():
                begun = deliveries.begin(notice, route, at=at, by_name=by.name)
        except IntegrityError as fault:
            raise Refused(gettext("An attempt by this route is under way already.")) from fault
        event.notice = notice
        event.facts = {"route": route, "delivery": str(begun.pk)}
    return begun


def _locked_case(delivery_id: uuid.UUID) -> Violation | None:
    paper = PaperDelivery.objects.values_list("notice_id", flat=True).get(pk=delivery_id)
    case_id = Draft.objects.filter(notice=paper).values_list("case_id", flat=True).first()
    if case_id is None:
        return None
    Violation.objects.select_for_update(of=("self",)).only("pk").get(pk=case_id)
    return Violation.objects.select_related("unit", "decision").get(pk=case_id)


def _is_the_standing_decision(case: Violation, notice: Notice) -> bool:
    return case.status == "decided" and case.decision.notice_id == notice.pk


def _follow(case: Violation, settled: PaperDelivery, minutes: str, by: Actor, at: datetime) -> None:
    assert settled.settled_on is not None  # a settled delivery has its day
    on, proof, route = settled.settled_on, _proof(settled), Route(settled.route)
    if settled.state == State.RETURNED and route == Route.POST:
        service.record_service_attempt(case.pk, what="returned", on=on, proof=proof, by=by, at=at)
    elif settled.state == State.REFUSED:
        service.record_service_attempt(
            case.pk, what="refused", on=on, proof=proof, minutes=minutes, by=by, at=at
        )
    elif settled.state == State.DELIVERED and route == Route.POSTING:
        service.record_service_attempt(case.pk, what="posted_up", on=on, proof=proof, by=by, at=at)
    elif settled.state == State.DELIVERED and route in RECEIVED_BY:
        service.serve_decision(
            case.pk, way=RECEIVED_BY[route], received_on=on, proof=proof, by=by, at=at
        )
    elif settled.state == State.OPENED and route in ELECTRONIC:
        service.serve_decision(case.pk, way="electronic", received_on=on, proof=proof, by=by, at=at)


def _proof(settled: PaperDelivery) -> str:
    """Return the proof with the postal number, which tells one letter from another."""
    number = (
        PrintRunItem.objects.filter(delivery=settled, handed_over_at__isnull=False)
        .values_list("tracking_number", flat=True)
        .first()
    )
    return f"{number}; {settled.proof}"[:200] if number else settled.proof
