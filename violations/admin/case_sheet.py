"""A case as its page shows it: lane, clocks, money, history, papers. Reads; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, gettext_noop

from violations.actors import SYSTEM
from violations.admin import words
from violations.admin.money_sheet import money
from violations.chips import Chip, chip_of
from violations.guards import day_in_viet_nam
from violations.guards.execution import nothing_holds_execution
from violations.models import CaseEvent, Draft, Violation
from violations.workflow import ENDED, PAYABLE, STEPS

__all__ = ["chip", "clocks", "held", "history", "lane", "money", "papers", "people"]

# The main road, each stop with the step that reached it and the icon of the act that waits there.
ROAD = (
    ("open", gettext_noop("Recorded"), "camera"),
    ("verify", gettext_noop("Review"), "eye"),
    ("identify_owner", gettext_noop("Owner"), "user"),
    ("sign_notice", gettext_noop("Notice"), "envelope"),
    ("sign_record", gettext_noop("Record"), "document"),
    ("sign_decision", gettext_noop("Decision"), "scales"),
    ("serve_decision", gettext_noop("Service"), "envelope"),
    ("settle", gettext_noop("Payment"), "card"),
    ("close", gettext_noop("Closed"), "flag"),
)


@dataclass(frozen=True)
class Clock:
    """One line of the clock table."""

    name: str
    article: str
    starts_on: date
    due_on: date
    met_on: date | None
    provisional: bool
    used_percent: int
    days_left: int


def held(case: Violation, at: datetime) -> str | None:
    """Return what holds the execution of the decision off now, as a sentence. Đ73, Đ76–79"""
    if case.status not in PAYABLE:
        return None
    return nothing_holds_execution(case, SYSTEM, at)


def chip(case: Violation, today: date, *, is_held: bool = False) -> Chip:
    """Return the status chip of a case with the rows beside it.

    ``is_held`` means that a relief or an order holds execution off: nothing is overdue then.
    """
    explanation = getattr(case, "explanation", None)
    return chip_of(
        case.status,
        today=today,
        pay_due_on=None if is_held else case.pay_due_on,
        explain_until=explanation.due_on
        if explanation and not (explanation.waived_at or explanation.received_at)
        else None,
        waits_for_signature=case.drafts.filter(state=Draft.State.PROPOSED).exists(),
    )


def lane(case: Violation, events: list[CaseEvent]) -> list[dict[str, str]]:
    """Return the horizontal lane: what was reached and when, what is now, what is to come."""
    reached = {event.step: event.at for event in events}
    if "execute_warning" in reached:  # a warning closes without a payment
        reached["close"] = reached["execute_warning"]
    ended = case.status in ENDED and case.status != Violation.Status.CLOSED
    steps, now_shown = [], False
    for step, title, icon in ROAD:
        if step in reached:
            state, note = "done", f"{day_in_viet_nam(reached[step]):%d/%m}"
        elif step == "serve_decision" and "settle" in reached:
            state, note = "done", gettext("paid before")
        elif step == "settle" and "execute_warning" in reached:
            state, note = "done", gettext("nothing to pay")
        elif ended:
            state, note = ("future", "") if now_shown else ("stopped", case.get_status_display())
            now_shown = True
        else:
            state, note = ("future", "") if now_shown else ("now", _until(case, step))
            now_shown = True
        steps.append({"title": gettext(title), "note": note, "state": state, "icon": icon})
    return steps


def clocks(case: Violation, today: date) -> list[Clock]:
    """Return every clock of a case: running ones by their end first, then those that were met."""
    rows = [
        Clock(
            name=words.clock(row.name),
            article=row.article,
            starts_on=row.starts_on,
            due_on=row.due_on,
            met_on=row.met_on,
            provisional=row.provisional,
            used_percent=_used(row.starts_on, row.due_on, row.met_on or today),
            days_left=(row.due_on - today).days,
        )
        for row in case.deadlines.all()
    ]
    return sorted(rows, key=lambda row: (row.met_on is not None, row.due_on))


def history(events: list[CaseEvent]) -> list[dict[str, Any]]:
    """Return the events, newest first, with the title of their step."""
    return [
        {
            "event": event,
            "title": STEPS[event.step].title if event.step in STEPS else event.step,
        }
        for event in reversed(events)
    ]


def papers(case: Violation, events: list[CaseEvent]) -> list[dict[str, Any]]:
    """Return the issued papers and the drafts that wait, newest first."""
    found: dict[Any, dict[str, Any]] = {}
    for event in events:
        if event.notice is not None:
            entry = found.setdefault(event.notice_id, {"notice": event.notice, "posted": ""})
            entry["posted"] = event.facts.get("tracking_number") or entry["posted"]
    drafts = case.drafts.select_related("proposed_by__user").exclude(state=Draft.State.SIGNED)
    return [
        *({"draft": draft} for draft in drafts),
        *reversed(found.values()),
    ]


def people(case: Violation) -> list[dict[str, Any]]:
    """Return owner and offender with the identity number masked but for its last three digits."""
    return [
        {
            "party": party,
            "number": "•" * max(0, len(party.identity_number) - 3) + party.identity_number[-3:],
        }
        for party in case.parties.order_by("-role")
    ]


def _until(case: Violation, step: str) -> str:
    if step == "settle" and case.pay_due_on:
        return gettext("by %(day)s") % {"day": f"{case.pay_due_on:%d/%m}"}
    return ""


def _used(start: date, due: date, today: date) -> int:
    whole = (due - start).days
    return 100 if whole <= 0 else min(100, max(0, 100 * (today - start).days // whole))
