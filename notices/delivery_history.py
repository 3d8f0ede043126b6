"""What happened to a paper from its issue to its receipt, as one list. Reads; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from notices.models import Notice, PaperDelivery, PaperEvent


@dataclass(frozen=True)
class HistoryLine:
    """One line of the delivery ledger: what, when, by whom, on which legal day, by what proof."""

    what: str
    label: str
    at: datetime
    by_name: str
    on: date | None
    route: str
    proof: str
    reason: str
    delivery_id: str


def history_of(notice: Notice) -> list[HistoryLine]:
    """Return the whole history of a paper, oldest first.

    Generated, signed, printed (run and sheet), handed over (postal number), sent, delivered,
    refused, returned, opened. ``at`` is when it was written down, ``on`` the day the law counts.
    """
    outcomes = {
        (each.state, each.settled_at): each
        for each in notice.deliveries.filter(settled_at__isnull=False)
    }
    return [_line(event, outcomes) for event in notice.events.order_by("id")]


def _line(event: PaperEvent, outcomes: dict[Any, PaperDelivery]) -> HistoryLine:
    facts = event.facts
    settled = outcomes.get((event.what, event.at))
    return HistoryLine(
        what=event.what,
        label=event.get_what_display(),
        at=event.at,
        by_name=event.by_name,
        on=date.fromisoformat(facts["on"]) if facts.get("on") else None,
        route=str(dict(PaperDelivery.Route.choices).get(facts.get("route", ""), "")),
        proof=settled.proof if settled else facts.get("why") or _proof(facts),
        reason=str(dict(PaperDelivery.Reason.choices).get(facts.get("reason", ""), "")),
        delivery_id=str(settled.pk) if settled else "",
    )


def _proof(facts: dict[str, Any]) -> str:
    named = [facts.get(key) for key in ("run", "sheet", "tracking_number", "number", "receipt")]
    return ", ".join(str(each) for each in named if each)
