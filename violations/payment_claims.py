""" "I have paid": what a person says freezes the pressure, never credits anything.

While a claim is open, no late charge is noted, no warning and no enforcement is proposed or signed
(``guards.execution.nothing_holds_execution``). Each statement that is read looks for the money
again; what is not found is closed by an officer, with an answer the person reads.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.utils.translation import gettext

from violations.actors import SYSTEM, Actor
from violations.guards import Refused, day_in_viet_nam
from violations.models import PaymentClaim
from violations.taking import taking

State = PaymentClaim.State
MOST_VND = 10_000_000_000


def claim_paid(
    case_id: uuid.UUID,
    *,
    channel: str,
    paid_on: date,
    amount_vnd: int,
    reference: str = "",
    at: datetime,
) -> PaymentClaim:
    """Write down that the person says the fine was paid.

    Raises Refused for a day to come or before the decision, an impossible sum, a second claim.
    """
    if channel not in PaymentClaim.Channel.values:
        raise Refused(gettext("Choose how it was paid."))
    if not 0 < amount_vnd < MOST_VND:
        raise Refused(gettext("Enter the amount in đồng, as the receipt says."))
    with taking("claim_paid", case_id, by=SYSTEM, at=at) as (case, event):
        if not case.decided_on <= paid_on <= day_in_viet_nam(at):
            raise Refused(gettext("Enter a day between the decision and today."))
        event.facts = {"amount_vnd": amount_vnd, "paid_on": paid_on.isoformat()}
        return PaymentClaim.objects.create(
            case=case,
            channel=channel,
            paid_on=paid_on,
            amount_vnd=amount_vnd,
            reference=reference.strip()[:60],
            made_at=at,
        )


def answer_claim(
    claim_id: int, *, is_found: bool, answer: str, by: Actor, at: datetime
) -> PaymentClaim:
    """Close a claim: the money was found, or it was not, with an answer for the person.

    Raises Refused for a claim that is closed, and without an answer.
    """
    if not answer.strip():
        raise Refused(gettext("Write the answer that the person will read."))
    case_id = PaymentClaim.objects.values_list("case_id", flat=True).get(pk=claim_id)
    with taking("answer_claim", case_id, by=by, at=at) as (_case, event):
        claim = PaymentClaim.objects.select_for_update().get(pk=claim_id)
        if claim.state != State.OPEN:
            raise Refused(gettext("This claim is closed already."))
        claim.state = State.FOUND if is_found else State.NOT_FOUND
        claim.closed_by, claim.closed_at, claim.answer = by.officer, at, answer.strip()[:400]
        claim.save(update_fields=["state", "closed_by", "closed_at", "answer"])
        event.facts = {"found": is_found}
    return claim
