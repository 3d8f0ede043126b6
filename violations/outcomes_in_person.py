"""What an officer brings back from a delivery in person: one outcome, one call. Đ70; Đ17a

By hand, by the commune police or posted up in public (Luật XLVPHC Đ70; NĐ 118/2021/NĐ-CP Đ17a).
What the outcome means for the case is ``delivery_outcomes``; here stands which outcome each way of
delivery can have, and what each of them must say.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext

from notices.deliveries import IN_PERSON
from notices.models import PaperDelivery
from violations import papers, returned_mail
from violations.actors import Actor
from violations.delivery_outcomes import Refusal, call_off_delivery, settle_delivery
from violations.guards import Refused
from violations.models import Violation

Route, State = PaperDelivery.Route, PaperDelivery.State

RECEIVED, REFUSED, MINUTED, NOT_MET, POSTED_UP, CALLED_OFF = (
    "received",
    "refused",
    "minuted",
    "not_met",
    "posted_up",
    "called_off",
)
#: The outcome each of them is in the ledger.
STATES = {
    RECEIVED: State.DELIVERED,
    REFUSED: State.REFUSED,
    MINUTED: State.REFUSED,
    NOT_MET: State.RETURNED,
    POSTED_UP: State.DELIVERED,
}
#: What minutes written by the same act are proved by.
ON_THE_SPOT = "Biên bản lập tại chỗ, có người chứng kiến"
#: Who may take a paper for a person, as the proof says it. Luật XLVPHC Đ70
TAKEN_BY = {
    "person": "người bị xử phạt ký nhận",
    "representative": "người đại diện hợp pháp ký nhận",
    "household": "người thân cùng nơi cư trú ký nhận",
    "organisation": "bộ phận văn thư của tổ chức ký nhận",
}
#: Where a paper is posted up. NĐ 118/2021/NĐ-CP Đ17a
PLACES = {
    "residence": "niêm yết tại nơi cư trú",
    "headquarters": "niêm yết tại trụ sở tổ chức",
    "commune": "niêm yết tại trụ sở Ủy ban nhân dân cấp xã",
}


@dataclass(frozen=True)
class Outcome:
    """What came of a delivery in person; ``what`` is one of ``outcomes_of`` its route.

    ``on`` is a day in Viet Nam, ``photograph`` the file as it was handed in.
    """

    what: str
    on: date
    proof: str = ""
    taken_by: str = ""
    place: str = ""
    reason: str = ""
    minutes: str = ""
    refusal: Refusal | None = None
    photograph: bytes = b""


def open_deliveries(rows: QuerySet[PaperDelivery]) -> QuerySet[PaperDelivery]:
    """Keep the deliveries that somebody carries and nobody has settled yet, the oldest first."""
    return rows.filter(route__in=IN_PERSON, state=State.WAITING).order_by("begun_at", "pk")


def outcomes_of(delivery: PaperDelivery) -> tuple[str, ...]:
    """Return what can come of this delivery, the likeliest first; none once it is settled.

    Minutes MBB06 are issued here for a decision that was not received yet; of another paper a
    refusal names the minutes written by hand.
    """
    if delivery.route not in IN_PERSON or delivery.state != State.WAITING:
        return ()
    if delivery.route == Route.POSTING:
        return (POSTED_UP, CALLED_OFF)
    if _is_unreceived_decision(delivery):
        return (RECEIVED, REFUSED, MINUTED, NOT_MET, CALLED_OFF)
    return (RECEIVED, MINUTED, NOT_MET, CALLED_OFF)


def settle_in_person(
    delivery_id: uuid.UUID, outcome: Outcome, *, by: Actor, at: datetime
) -> PaperDelivery:
    """Write down what came of a delivery in person and take what follows from it for the case.

    Raises Refused for an outcome this way cannot have, for a photograph that is none, and what
    ``delivery_outcomes`` refuses; nothing is half-written.
    """
    delivery = PaperDelivery.objects.select_related("notice").get(pk=delivery_id)
    if outcome.what not in outcomes_of(delivery):
        raise Refused(gettext("This outcome does not follow; choose one of those offered."))
    if outcome.what == CALLED_OFF:
        return call_off_delivery(delivery_id, why=outcome.proof, by=by, at=at)
    return settle_delivery(
        delivery_id,
        STATES[outcome.what],
        on=outcome.on,
        proof=_proof(outcome),
        reason=outcome.reason if outcome.what == NOT_MET else "",
        minutes=outcome.minutes if outcome.what == MINUTED else "",
        refusal=outcome.refusal if outcome.what == REFUSED else None,
        envelope_sha256=(
            returned_mail.store_photograph(outcome.photograph) if outcome.photograph else ""
        ),
        by=by,
        at=at,
    )


def _proof(outcome: Outcome) -> str:
    """Return the proof as the ledger keeps it: how it was taken or posted up, then the paper."""
    proof = outcome.proof.strip()
    if outcome.what == REFUSED:
        return proof or ON_THE_SPOT
    if outcome.what == RECEIVED and proof:
        return "; ".join(filter(None, (TAKEN_BY.get(outcome.taken_by, ""), proof)))
    if outcome.what == POSTED_UP and proof:
        return "; ".join(filter(None, (PLACES.get(outcome.place, ""), proof)))
    return proof


def _is_unreceived_decision(delivery: PaperDelivery) -> bool:
    case_id = papers.case_of(delivery.notice_id)
    return Violation.objects.filter(
        pk=case_id, status="decided", decision__notice=delivery.notice_id
    ).exists()
