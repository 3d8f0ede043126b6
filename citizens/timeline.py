"""The road of a case in plain words: what is done, what is now, what is still to come.

What people said and booked stands on it too (``citizens.timeline_said``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from violations.guards import VIET_NAM
from violations.models import Violation
from violations.workflow import PAYABLE, PUBLIC


@dataclass(frozen=True)
class Said:
    """Something people said or booked: on which day in Viet Nam, and whether that is past."""

    title: str
    note: str
    icon: str
    on: date
    is_done: bool = True


@dataclass(frozen=True)
class Milestone:
    """One disc of the lane: ``state`` is done, now or future; ``icon`` shows while it is now."""

    title: str
    note: str
    state: str
    icon: str = "clock"


def timeline(case: Violation, said: Sequence[Said] = ()) -> list[Milestone]:
    """Return the milestones of a public case in their order, with what people said and booked.

    What was said stands before the record, for which it was said; a time at the unit stands before
    the first paper that is later than it.
    """
    rows = _rows(case)
    now = next((place for place, row in enumerate(rows) if not row[3]), len(rows))
    found = [
        Milestone(title, note, "done" if place < now else "now" if place == now else "future", icon)
        for place, (title, note, icon, _done) in enumerate(rows)
    ]
    recorded, decided = 2, len(rows) - 3
    for each in reversed(said):
        if each.on <= (case.recorded_on or each.on):
            place = recorded
        else:
            place = decided if each.on <= (case.decided_on or each.on) else decided + 1
        # What is to be done now stays the first thing that is not done.
        place = min(place, now) if each.is_done else now + 1
        state = "done" if each.is_done else "future"
        found.insert(place, Milestone(each.title, each.note, state, each.icon))
    return found


def after_payment(case: Violation, *, is_settled: bool) -> list[Milestone]:
    """Return what follows a payment: the status is published at once (TT 73/2024 Đ24 k3–4)."""
    is_public = case.status in ("paid", "closed")
    published = "done" if is_public else "now" if is_settled else "future"
    closed = "done" if case.status == "closed" else "now" if is_public else "future"
    return [
        Milestone(gettext("The status becomes “Sanctioned”"), _on(case.paid_on), published),
        Milestone(gettext("Case closed"), _on(case.closed_on), closed, "flag"),
    ]


def _rows(case: Violation) -> list[tuple[str, str, str, bool]]:
    """Return (title, note, icon, done) for every milestone this case will pass."""
    seen_at = case.occurred_at.astimezone(VIET_NAM)
    is_recorded = case.recorded_on is not None
    rows = [
        (gettext("Recorded by the camera"), f"{seen_at:%d/%m/%Y, %H:%M}", "camera", True),
        (gettext("Notice sent to the owner"), _on(case.notified_on), "envelope", True),
        (
            gettext("Who drove is established, record made"),
            _on(case.recorded_on) or gettext("at the unit, or by your written answer"),
            "users",
            is_recorded,
        ),
    ]
    explanation = getattr(case, "explanation", None)
    if explanation is not None:
        rows.append(_explanation_row(case))
    is_decided = case.decided_on is not None
    rows.append(
        (
            gettext("Decision made"),
            _decision_note(case) if is_decided else gettext("with the amount and where to pay it"),
            "scales",
            is_decided,
        )
    )
    is_paid = case.status in PUBLIC and case.status not in PAYABLE and is_decided
    rows.append((gettext("Fine paid"), _payment_note(case, is_paid), "card", is_paid))
    is_closed = case.status == "closed"
    note = _on(case.closed_on) or gettext("as soon as the money arrives")
    rows.append((gettext("Case closed"), note, "flag", is_closed))
    return rows


def _explanation_row(case: Violation) -> tuple[str, str, str, bool]:
    explanation = case.explanation
    if explanation.waived_at is not None:
        note = gettext("given up in writing")
    elif explanation.received_at is not None:
        note = gettext("explanation received")
    else:
        note = gettext("until %(day)s") % {"day": _on(explanation.due_on)}
    is_over = (
        case.decided_on is not None
        or explanation.waived_at is not None
        or explanation.received_at is not None
    )
    return (gettext("Time to explain"), note, "speech", is_over)


def _decision_note(case: Violation) -> str:
    if case.served_on is None:
        return _on(case.decided_on)
    return gettext("%(day)s, received on %(received)s") % {
        "day": _on(case.decided_on),
        "received": _on(case.served_on),
    }


def _payment_note(case: Violation, is_paid: bool) -> str:
    if is_paid:
        return _on(case.paid_on)
    if case.pay_due_on is not None:
        return gettext("last day %(day)s") % {"day": _on(case.pay_due_on)}
    return gettext("within 10 days of receiving the decision")


def _on(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
