"""What became of a delivery, and the legal act that follows from it: one transaction, typed once.

Which outcome starts which clock, for the paper of a decision:

* delivered by registered post, handed over by us or by the commune police: received on that day
  (Luật XLVPHC Đ70); the ten days to pay and the times to complain and sue start
  (``serve_decision``);
* opened or confirmed by the person: received electronically on that day (NĐ 118/2021 Đ28b). That an
  e-mail or a text message arrived has no effect of its own;
* refused in person: an attempt, only with its minutes MBB06 (Đ17a), which are issued by the same
  act or named by their number where they were written by hand;
* brought back by the post: an attempt; each delivery counts once, whoever typed it (Đ17a);
* posted up in public: an attempt of the day on which it was put up; seven and three working days
  are counted by ``service_rules`` (Đ17a).

Deemed service is never written here. Another paper's outcome stays in its ledger: the twenty days
of a notice run from its sending (TT 73/2024 Đ24 k5).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from notices import deliveries
from notices.completeness import ContentError
from notices.models import Notice, PaperDelivery, PaperKind, PrintRunItem
from violations import letters_answers, papers, service
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import Violation
from violations.taking import taking
from violations.workflow.step import PRINT, SERVE

Route, State = PaperDelivery.Route, PaperDelivery.State

ELECTRONIC = frozenset({Route.ACCOUNT, Route.EMAIL, Route.SMS})
RECEIVED_BY = {
    Route.POST: "post",
    Route.HAND: "handed_over",
    Route.COMMUNE: "handed_over",
}


@dataclass(frozen=True)
class Refusal:
    """Who would not take the decision, why, and who saw it: what minutes MBB06 say. Đ17a"""

    refused_by: str
    reason: str
    witness: str


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
    refusal: Refusal | None = None,
    envelope_sha256: str = "",
) -> PaperDelivery:
    """Write an outcome down and take the act of service that follows from it.

    ``on`` is a day in Viet Nam. A clerk may do this too: what the post or the log proves is all
    that is recorded. With ``refusal`` the minutes MBB06 are issued by this officer, who was there;
    without it ``minutes`` is the number of those written by hand. Raises Refused; nothing is
    half-written.
    """
    if not (by.may(SERVE) or by.may(PRINT)):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if refusal is not None and state != State.REFUSED:
        raise Refused(gettext("Minutes MBB06 are written of a refusal alone."))
    if state == State.REFUSED and refusal is None and not minutes.strip():
        raise Refused(
            gettext("A refusal counts only when minuted: give the number of the MBB06 (Đ17a).")
        )
    with transaction.atomic():
        case = locked_case(_paper_of(delivery_id))
        _insist_on_unit(delivery_id, case, by)
        minutes_paper = None
        if refusal is not None:
            minutes_paper = _minuted(case, delivery_id, refusal, on, by=by, at=at)
            minutes = minutes_paper.number_text
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
            doing = replace(by, permissions=by.permissions | {SERVE})
            _follow(case, settled, minutes, minutes_paper, doing, at)
    return settled


def call_off_delivery(
    delivery_id: uuid.UUID, *, why: str, by: Actor, at: datetime
) -> PaperDelivery:
    """Call off an attempt that nobody set out for, with reason and name; another may then begin.

    Raises Refused without the right, for another unit's paper, and for what is under way or done.
    """
    if not by.may(SERVE):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    with transaction.atomic():
        case = locked_case(_paper_of(delivery_id))
        _insist_on_unit(delivery_id, case, by)
        try:
            said = f"{why.strip()[:160]}; {by.name}" if why.strip() else ""
            return deliveries.call_off(delivery_id, why=said, at=at)
        except deliveries.SettlingRefused as fault:
            raise Refused(str(fault)) from fault


def begin_delivery(
    case_id: uuid.UUID, notice: Notice, route: str, *, by: Actor, at: datetime
) -> PaperDelivery:
    """Begin the next attempt to bring a paper of a case to the person. Luật XLVPHC Đ70

    A unit brings its own papers, also after the case has gone to another unit. A clerk who took a
    letter back begins the next attempt as well. Raises Refused for a paper that no longer holds and
    while an attempt by this route is open.
    """
    if route not in (Route.POST, Route.HAND, Route.COMMUNE, Route.POSTING):
        raise Refused(gettext("This route does not follow; choose one of those proposed."))
    if by.may(PRINT):
        by = replace(by, permissions=by.permissions | {SERVE})
    with taking("begin_delivery", case_id, by=by, at=at) as (case, event):
        if papers.case_of(notice.pk) != case.pk:
            raise Refused(gettext("This paper belongs to another case."))
        if not any(code in by.unit_codes for code in (notice.unit_code, case.unit.code)):
            raise Refused(gettext("The paper belongs to another unit."))
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


def _insist_on_unit(delivery_id: uuid.UUID, case: Violation | None, by: Actor) -> None:
    """Refuse who has neither the paper nor the case: a unit settles what it sent itself."""
    code = PaperDelivery.objects.values_list("unit_code", flat=True).get(pk=delivery_id)
    if code not in by.unit_codes and (case is None or case.unit.code not in by.unit_codes):
        raise Refused(gettext("The case belongs to another unit."))


def _minuted(
    case: Violation | None,
    delivery_id: uuid.UUID,
    refusal: Refusal,
    on: date,
    *,
    by: Actor,
    at: datetime,
) -> Notice:
    """Issue the minutes MBB06 that a decision was refused in person. NĐ 118/2021 Đ17a

    Raises Refused for another paper than the standing decision, for a clerk, who was not there,
    without who, why and who saw it, and for another day: minutes are of the spot.
    """
    delivery = PaperDelivery.objects.select_related("notice").get(pk=delivery_id)
    if case is None or not _is_the_standing_decision(case, delivery.notice):
        raise Refused(gettext("Minutes MBB06 are written of a decision that was not received yet."))
    if delivery.route not in (Route.HAND, Route.COMMUNE) or not by.may(SERVE):
        raise Refused(gettext("Only who offered the decision in person writes its minutes MBB06."))
    if not all(text.strip() for text in (refusal.refused_by, refusal.reason, refusal.witness)):
        raise Refused(gettext("Name who refused, why, and who saw it; the minutes must say it."))
    if on != day_in_viet_nam(at):
        raise Refused(
            gettext("Minutes are written on the day of the refusal; give the number of older ones.")
        )
    contents = letters_answers.refusal_minutes(
        case,
        refused_by=refusal.refused_by.strip(),
        reason=refusal.reason,
        witness=refusal.witness.strip(),
        at=at,
    )
    try:
        return papers.issue_minutes(case, PaperKind.REFUSAL_MINUTES, contents, by=by, at=at)
    except ContentError as fault:
        raise Refused(str(fault)) from fault


def _paper_of(delivery_id: uuid.UUID) -> uuid.UUID:
    paper: uuid.UUID = PaperDelivery.objects.values_list("notice_id", flat=True).get(pk=delivery_id)
    return paper


def locked_case(paper: uuid.UUID) -> Violation | None:
    """Lock and return the case of a paper, None for a paper of no case."""
    case_id = papers.case_of(paper)
    if case_id is None:
        return None
    Violation.objects.select_for_update(of=("self",)).only("pk").get(pk=case_id)
    return Violation.objects.select_related("unit", "decision").get(pk=case_id)


def _is_the_standing_decision(case: Violation, notice: Notice) -> bool:
    return case.status == "decided" and case.decision.notice_id == notice.pk


def _follow(
    case: Violation,
    settled: PaperDelivery,
    minutes: str,
    minutes_paper: Notice | None,
    by: Actor,
    at: datetime,
) -> None:
    assert settled.settled_on is not None  # a settled delivery has its day
    on, proof, route = settled.settled_on, _proof(settled), Route(settled.route)
    what = ""
    if settled.state == State.RETURNED and route == Route.POST:
        what = "returned"
    elif settled.state == State.REFUSED:
        what = "refused"
    elif settled.state == State.DELIVERED and route == Route.POSTING:
        what = "posted_up"
    if what:
        service.record_service_attempt(
            case.pk,
            what=what,
            on=on,
            proof=proof,
            minutes=minutes,
            minutes_paper=minutes_paper,
            delivery=settled,
            by=by,
            at=at,
        )
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
