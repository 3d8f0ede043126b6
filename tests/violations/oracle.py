"""What must never be, read from the rows alone: an oracle that knows no guard and no workflow table.

Written from the law a second time, so that a guard that is missing or wrong shows here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

from django.db.models import Sum

from notices.models import Notice, NumberSeries
from violations.history import faults
from violations.models import CaseEvent, Draft, LedgerEntry, Violation

VIET_NAM = timezone(timedelta(hours=7))
# What is done against a person, and so never after the time bar. Luật XLVPHC Đ6
AGAINST = {
    "verify",
    "withdraw_verdict",
    "identify_owner",
    "propose_notice",
    "sign_notice",
    "warn_no_show",
    "name_offender",
    "propose_record",
    "sign_record",
    "propose_decision",
    "sign_decision",
}
# After the case has ended only these may follow.
AFTER_THE_END = {
    "lift_warning",
    "record_posting",
    "receive_payment",
    "deduct_points",
    "resume_execution",
    "receive_complaint",
    "accept_complaint",
    "refuse_complaint",
    "hold_dialogue",
    "decide_complaint",
    "withdraw_complaint",
    "record_lawsuit",
    "record_judgment",
    "propose_change",
    "propose_recalled",
    "propose_recall_letter",
    "return_draft",
    "sign_amendment",
    "sign_correction",
    "sign_cancellation",
    "sign_recall_letter",
    "record_licence",
    "withdraw_verdict",
}
ENDS = {"closed", "rejected", "dismissed", "time_barred", "lapsed", "annulled"}
ROAD = {
    ("", "detected"),
    ("detected", "verified"),
    ("detected", "rejected"),
    ("verified", "owner_identified"),
    ("verified", "rejected"),
    ("owner_identified", "rejected"),
    *((origin, "detected") for origin in ("verified", "owner_identified", "rejected")),
    ("owner_identified", "notified"),
    ("notified", "recorded"),
    ("recorded", "decided"),
    ("decided", "served"),
    ("served", "enforced"),
    ("decided", "paid"),
    ("served", "paid"),
    ("enforced", "paid"),
    ("paid", "closed"),
    *((origin, "dismissed") for origin in ("verified", "owner_identified", "notified", "recorded")),
    *(
        (origin, "time_barred")
        for origin in ("detected", "verified", "owner_identified", "notified", "recorded")
    ),
    *((origin, "lapsed") for origin in ("decided", "served", "enforced")),
    *((origin, "annulled") for origin in ("decided", "served", "enforced", "paid", "closed")),
}


def day(moment: datetime) -> date:
    """Return the day in Viet Nam."""
    return moment.astimezone(VIET_NAM).date()


def illegal(case_id: object) -> list[str]:
    """Return every sentence that says what is illegal about a case as it stands."""
    case = Violation.objects.get(pk=case_id)
    events = list(case.events.order_by("sequence"))
    return [
        *faults(case),
        *_road(case, events),
        *_time_bar(case, events),
        *_decision(case, events),
        *_people(case, events),
        *_pressure(case, events),
        *_end(case, events),
    ]


def illegal_everywhere() -> list[str]:
    """Return what is illegal about the books: numbers and ledger."""
    found = []
    numbers: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for key in Notice.objects.values_list("unit_code", "kind", "year", "number"):
        numbers[key[:3]].append(key[3])
    for series, taken in numbers.items():
        if sorted(taken) != list(range(1, len(taken) + 1)):
            found.append(f"the numbers of {series} are {sorted(taken)}")
    for row in NumberSeries.objects.all():
        if row.last_number != len(numbers[row.unit_code, row.kind, row.year]):
            found.append(f"the series {row} counted to {row.last_number}")
    total = LedgerEntry.objects.aggregate(Sum("amount_vnd"))["amount_vnd__sum"] or 0
    if total:
        found.append(f"the ledger sums to {total}")
    return found


def _road(case: Violation, events: list[CaseEvent]) -> Iterator[str]:
    before = ""
    for event in events:
        if event.from_status != before:
            yield f"{event.step} starts at {event.from_status}, the case stood at {before}"
        if (
            event.from_status != event.to_status
            and (event.from_status, event.to_status) not in ROAD
        ):
            yield f"{event.step} leads from {event.from_status} to {event.to_status}"
        before = event.to_status
    if case.status != before:
        yield f"the case stands at {case.status}, its history says {before}"


def _time_bar(case: Violation, events: list[CaseEvent]) -> Iterator[str]:
    restarts = [day(event.at) for event in events if event.step == "record_evasion"]
    if restarts:
        return  # the bar was moved; its own tests say how
    bar = _a_year_after(case.occurred_on)
    for event in events:
        if event.step in AGAINST and day(event.at) > bar:
            yield f"{event.step} on {day(event.at)}, after the time bar {bar}"
        if event.step == "bar_by_time" and day(event.at) <= bar:
            yield f"time-barred on {day(event.at)}, before the end of {bar}"


def _decision(case: Violation, events: list[CaseEvent]) -> Iterator[str]:
    recorded = next((e for e in events if e.step == "sign_record"), None)
    named = [e.sequence for e in events if e.step == "name_offender"]
    if recorded is not None and not [n for n in named if n < recorded.sequence]:
        yield "a record against nobody"
    decided = next((e for e in events if e.step == "sign_decision"), None)
    if decided is None:
        return
    if recorded is None:
        yield "a decision without a record"
        return
    explanation = getattr(case, "explanation", None)
    over = {"waive_explanation", "receive_explanation", "hold_hearing"} & {
        e.step for e in events if e.sequence < decided.sequence
    }
    if explanation is not None and not over and day(decided.at) <= explanation.due_on:
        yield f"decided on {day(decided.at)} while the person could explain to {explanation.due_on}"
    longest = day(recorded.at) + timedelta(days=75)  # two months and what a holiday may add
    if day(decided.at) > (case.decision_due_on or longest):
        yield f"decided on {day(decided.at)}, after the period to {case.decision_due_on}"
    if "lapse" in {e.step for e in events}:
        lapsed = next(e for e in events if e.step == "lapse")
        if day(lapsed.at) <= _a_year_after(day(decided.at)):
            yield f"lapsed on {day(lapsed.at)}, decided on {day(decided.at)}"
    paid = sum(case.decision.payments.values_list("fine_vnd", flat=True))
    owed = case.decision.fine_vnd + sum(
        case.decision.adjustments.values_list("delta_vnd", flat=True)
    )
    if case.status in ("paid", "closed") and paid < owed:
        yield f"closed with {paid} of {owed} đồng"


def _people(case: Violation, events: list[CaseEvent]) -> Iterator[str]:
    looked = {e.actor_id for e in events if e.step in ("verify", "look_again", "adjudicate")}
    for event in events:
        if (
            event.step in ("sign_notice", "sign_record", "sign_decision")
            and event.actor_id in looked
        ):
            yield f"{event.step} by an officer who looked at the pictures"
    for draft in Draft.objects.filter(case=case, state="signed"):
        if draft.proposed_by_id == draft.settled_by_id:
            yield f"{draft.kind} signed by who proposed it"


def _pressure(case: Violation, events: list[CaseEvent]) -> Iterator[str]:
    """No warning leaves the house without an officer; nor a charge on receipt nobody proved."""
    for event in events:
        if event.step in ("warn_no_show", "warn_unpaid") and event.actor_id is None:
            yield f"{event.step} without an officer's word"
        if event.step == "begin_late_charge" and event.actor_id is None:
            service = getattr(case, "service", None)
            if service is None or service.way in ("returned", "entered", "posted_up"):
                yield "a late charge on unproven receipt without an officer's word"


def _end(case: Violation, events: list[CaseEvent]) -> Iterator[str]:
    ended_by = None
    for event in events:
        if ended_by is not None and event.step not in AFTER_THE_END:
            yield f"{event.step} after {ended_by}"
        if event.to_status in ENDS and event.from_status != event.to_status:
            ended_by = event.step
        if event.step == "withdraw_verdict":  # the officer's own end is taken back
            ended_by = None
    once = Counter(e.step for e in events)
    once["verify"] -= once["withdraw_verdict"]
    for step in (
        "open",
        "verify",
        "sign_notice",
        "sign_record",
        "sign_decision",
        "settle",
        "close",
    ):
        if once[step] > 1:
            yield f"{step} was taken {once[step]} times"


def _a_year_after(start: date) -> date:
    try:
        return start.replace(year=start.year + 1)
    except ValueError:  # 29 February
        return start.replace(year=start.year + 1, day=28)
