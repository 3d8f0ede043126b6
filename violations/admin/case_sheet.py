"""A case as its page shows it: lane, clocks, money, history, papers. Reads; changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop

from violations import payments, pricing
from violations.admin import words
from violations.chips import Chip, chip_of
from violations.guards import day_in_viet_nam
from violations.models import CaseEvent, Draft, Party, Violation
from violations.workflow import ENDED, STEPS

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


def chip(case: Violation, today: date) -> Chip:
    """Return the status chip of a case with the rows beside it."""
    explanation = getattr(case, "explanation", None)
    return chip_of(
        case.status,
        today=today,
        pay_due_on=case.pay_due_on,
        explain_until=explanation.due_on if explanation and not explanation.waived_at else None,
        waits_for_signature=case.drafts.filter(state=Draft.State.PROPOSED).exists(),
    )


def lane(case: Violation, events: list[CaseEvent]) -> list[dict[str, str]]:
    """Return the horizontal lane: what was reached and when, what is now, what is to come."""
    reached = {event.step: event.at for event in events}
    ended = case.status in ENDED and case.status != Violation.Status.CLOSED
    steps, now_shown = [], False
    for step, title, icon in ROAD:
        if step in reached:
            state, note = "done", f"{day_in_viet_nam(reached[step]):%d/%m}"
        elif step == "serve_decision" and "settle" in reached:
            state, note = "done", gettext("paid before")
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


def money(case: Violation, today: date) -> dict[str, Any] | None:
    """Return the arithmetic: of the decision with what was paid, or what a decision would say.

    None while the case has no rule.
    """
    if case.rule is None:
        return None
    decision = getattr(case, "decision", None)
    if decision is not None:
        due = payments.amount_due(decision, on=case.paid_on or today)
        paid = due.paid_fine_vnd + due.paid_late_charge_vnd
        return {
            "lines": _lines(decision.arithmetic),
            "fine_vnd": decision.fine_vnd,
            "late_charge_vnd": due.late_charge_vnd,
            "late_days": due.late_days,
            "late_lines": payments.late_charge_lines(decision, case.paid_on or today),
            "adjusted_vnd": due.fine_vnd - decision.fine_vnd,
            "reliefs": list(case.reliefs.prefetch_related("instalments")),
            "changes": list(case.changes.filter(changed_on__isnull=False)),
            "paid_vnd": paid,
            "remaining_vnd": due.remaining_vnd,
            "is_decided": True,
        }
    if not case.parties.filter(role=Party.Role.OFFENDER).exists():
        return {
            "frame_min_vnd": case.rule.fine_min_vnd,
            "frame_max_vnd": case.rule.fine_max_vnd,
            "is_decided": False,
        }
    price = pricing.price(case)
    return {"lines": _lines(price.arithmetic), "fine_vnd": price.fine_vnd, "is_decided": False}


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


def _lines(arithmetic: list[dict[str, Any]]) -> list[tuple[str, int]]:
    language = "label_en" if (get_language() or "vi").startswith("en") else "label_vi"
    return [(line[language], line["amount_vnd"]) for line in arithmetic]
