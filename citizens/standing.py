"""Where a case stands, for the person concerned: what to do, by when, and what it costs.

One pure reading of the status and the stored clocks; the pages only print it. Before the decision
there is no amount anywhere: a notice asks a person to come or to answer, nothing is payable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext

from notices.amounts import format_vnd
from notices.models import Notice, PaperKind
from violations.fines import late_charge
from violations.guards import day_in_viet_nam
from violations.models import CaseEvent, Violation
from violations.owing import hold_on, read_ahead
from violations.payments import Due, amount_due
from violations.workflow import PAYABLE, PUBLIC


@dataclass(frozen=True)
class Chip:
    """A status as tone, shape and words."""

    tone: str
    shape: str
    label: str


@dataclass(frozen=True)
class LastDay:
    """A day until which something is to be done; ``late_charge_vnd`` is per day of delay."""

    on: date
    days: int
    label: str
    rule: str
    late_charge_vnd: int | None = None


@dataclass(frozen=True)
class Standing:
    """What a person must know first. ``due`` exists from the decision on, amounts in đồng."""

    chip: Chip
    heading: str
    sentence: str
    last_day: LastDay | None = None
    due: Due | None = None
    appointment: datetime | None = None

    @property
    def may_pay(self) -> bool:
        """Tell whether the page offers to pay."""
        return self.due is not None and self.due.remaining_vnd > 0

    @property
    def paid_vnd(self) -> int:
        """Return what was paid so far, in đồng."""
        return self.due.paid_fine_vnd + self.due.paid_late_charge_vnd if self.due else 0


def standing(case: Violation, *, at: datetime) -> Standing:
    """Read where a case stands at a moment."""
    today = day_in_viet_nam(at)
    if case.status == "notified":
        return _notified(case, today)
    if case.status == "recorded":
        return _recorded(case, today)
    if case.status in (*PAYABLE, "closed") and case.decision.is_warning:
        return _warned(case)
    if case.status in PAYABLE:
        return _payable(case, today)
    if case.status in PUBLIC:
        return Standing(
            Chip("ok", "tick", gettext("Paid in full")),
            gettext("Nothing is left to do"),
            gettext("The fine is paid in full. You need not come to the police."),
            due=amount_due(case.decision, on=today),
        )
    if case.status == "annulled":
        return Standing(
            Chip("neutral", "flag", gettext("Decision cancelled")),
            gettext("Nothing is left to do"),
            gettext("The decision was cancelled. Nothing is owed; what you paid is given back."),
        )
    return Standing(
        Chip("neutral", "flag", gettext("Ended")),
        gettext("Nothing is left to do"),
        gettext("The case has ended and nothing is to be paid. Any date on a paper is void."),
    )


def public_chip(case: Violation) -> Chip:
    """Return the one word the law publishes with a plate: not yet sanctioned, or sanctioned."""
    if case.status in ("paid", "closed"):
        return Chip("ok", "tick", gettext("Sanctioned"))
    return Chip("warn", "diamond", gettext("Not yet sanctioned"))


def with_facts(cases: QuerySet[Violation]) -> QuerySet[Violation]:
    """Let a list read ahead what ``standing`` asks: as few questions for one case as for fifty."""
    notices = CaseEvent.objects.filter(notice__kind=PaperKind.NOTICE).select_related("notice")
    return cases.select_related("rule", "unit", "explanation", "decision").prefetch_related(
        "deadlines",
        Prefetch("events", notices.order_by("-sequence"), to_attr="notice_events"),
        *read_ahead(),
    )


def may_see_evidence(case: Violation) -> bool:
    """Tell whether the pictures of a case are open to whoever holds its code."""
    return case.status in PUBLIC


def latest_paper(case: Violation, kind: str) -> Notice | None:
    """Return the newest issued paper of a kind; a confirmation only while the money is there."""
    rows = case.events.filter(notice__kind=kind)
    if kind == PaperKind.PAYMENT_CONFIRMATION:
        rows = rows.filter(notice__voided_at=None)
    event = rows.select_related("notice").order_by("-sequence").first()
    return event.notice if event else None


def _notified(case: Violation, today: date) -> Standing:
    chip = Chip("info", "envelope", gettext("Notice sent"))
    if case.offender_identified_on is not None:
        return Standing(
            chip,
            gettext("Wait for the violation record"),
            gettext("The police know who drove and are making the record. Nothing is payable yet."),
        )
    appointment = _appointment(case)
    answer_by = next((row for row in case.deadlines.all() if row.name == "no_show"), None)
    last_day = None
    if appointment and day_in_viet_nam(appointment) >= today:
        on = day_in_viet_nam(appointment)
        rule = gettext("at %(time)s, at the unit named below") % {
            "time": appointment.strftime("%H:%M")
        }
        last_day = LastDay(on, (on - today).days, gettext("Appointment"), rule)
    elif answer_by is not None:
        on = answer_by.due_on
        rule = gettext("20 days from the day the notice was sent")
        last_day = LastDay(on, (on - today).days, gettext("Come or answer by"), rule)
    return Standing(
        chip,
        gettext("Come to the unit, or answer"),
        gettext(
            "This is a notice, not a decision, so nothing is payable yet. Come with the notice and "
            "the papers of the vehicle, or tell the unit in writing who drove."
        ),
        last_day=last_day,
        appointment=appointment,
    )


def _recorded(case: Violation, today: date) -> Standing:
    explanation = getattr(case, "explanation", None)
    is_open = (
        explanation is not None
        and explanation.waived_at is None
        and explanation.received_at is None
        and today <= explanation.due_on
    )
    if explanation is not None and is_open:
        on = explanation.due_on
        rule = gettext("5 working days from the record")
        return Standing(
            Chip("vio", "speech", gettext("Explanation open")),
            gettext("If you do not agree, write to the unit"),
            gettext("No decision is made before this day. If you agree, there is nothing to do."),
            last_day=LastDay(on, (on - today).days, gettext("Explain by"), rule),
        )
    return Standing(
        Chip("info", "half", gettext("Awaiting the decision")),
        gettext("Wait for the decision"),
        gettext("The record is made. The decision will name the amount and where to pay it."),
    )


def _warned(case: Violation) -> Standing:
    """Say that the decision warns and asks for no money. Luật XLVPHC Đ22"""
    return Standing(
        Chip("ok", "tick", gettext("Warned"))
        if case.status == "closed"
        else Chip("info", "envelope", gettext("Warned")),
        gettext("A warning: nothing is to be paid"),
        gettext("The decision warns and fines nothing. It is carried out once it reaches you."),
    )


def _payable(case: Violation, today: date) -> Standing:
    due = amount_due(case.decision, on=today)
    if due.remaining_vnd <= 0:
        return Standing(
            Chip("ok", "tick", gettext("Paid in full")),
            gettext("Nothing is left to do"),
            gettext("The money has arrived; the case will be closed within the hour."),
            due=due,
        )
    if case.pay_due_on is None:
        return Standing(
            Chip("warn", "diamond", gettext("Waiting for payment")),
            gettext("Pay within 10 days of receiving the decision"),
            gettext("You may pay now. The 10 days begin on the day you receive the decision."),
            due=due,
        )
    if (held := _held(case, due, today)) is not None:
        return held
    days = (case.pay_due_on - today).days
    is_late = days < 0
    last_day = LastDay(
        case.pay_due_on,
        days,
        gettext("Pay by"),
        gettext("10 days from receiving the decision")
        if case.served_on is not None
        else gettext("12 days from the decision, because no receipt is proved"),
        late_charge(due.unpaid_fine_vnd, 1),
    )
    if is_late:
        sentence = gettext("The last day has passed. Each day adds 0.05 % of the unpaid fine.")
    else:
        sentence = gettext("Nothing is added if you pay in time.")
    if case.served_on is None:
        sentence += " " + gettext("If you received it later, show the receipt to the unit.")
    return Standing(
        Chip("bad", "triangle", gettext("Overdue"))
        if is_late
        else Chip("warn", "diamond", gettext("Waiting for payment")),
        gettext("Pay the fine"),
        sentence,
        last_day=last_day,
        due=due,
    )


def _held(case: Violation, due: Due, today: date) -> Standing | None:
    """Return the standing under a deferral, kept instalments or an open request, else None."""
    if hold_on(case.decision, today) is None:
        return None
    standing_ones = [row for row in case.reliefs.all() if row.state != "refused"]
    relief = max(standing_ones, key=lambda row: row.pk, default=None)
    last_day = None
    if relief is None or (relief.state == "granted" and relief.kind in ("reduction", "exemption")):
        sentence = gettext("Execution is suspended. No late charge is added while it is.")
    elif relief.state == "requested":
        sentence = gettext("Your request is being decided. No late charge is added until then.")
    elif relief.kind == "deferral" and relief.until_on is not None:
        sentence = gettext("The fine is deferred. No late charge is added until this day.")
        on = relief.until_on
        last_day = LastDay(on, (on - today).days, gettext("Pay by"), gettext("end of the deferral"))
    else:
        sentence = gettext("You pay in parts. If a part is late, the late charge runs again.")
        to_come = [row for row in relief.instalments.all() if row.due_on >= today]
        if to_come:
            part = min(to_come, key=lambda row: row.number)
            on = part.due_on
            rule = gettext("part %(number)d: %(amount)s") % {
                "number": part.number,
                "amount": format_vnd(part.amount_vnd),
            }
            last_day = LastDay(on, (on - today).days, gettext("Pay by"), rule)
    return Standing(
        Chip("info", "half", gettext("No late charge now")),
        gettext("Pay the fine"),
        sentence,
        last_day=last_day,
        due=due,
    )


def _appointment(case: Violation) -> datetime | None:
    ahead = getattr(case, "notice_events", None)  # a list has read them ahead
    if ahead is None:
        paper = latest_paper(case, PaperKind.NOTICE)
    else:
        paper = ahead[0].notice if ahead else None
    block = paper.context.get("appointment") if paper else None
    return datetime.fromisoformat(block["at"]) if block else None
