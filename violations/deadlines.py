"""Every legal clock of a case in one table (thời hạn, thời hiệu).

Each clock starts at its own event, is counted in its own kind of day and rests on its own article;
confusing two of them is the commonest way to lose a case. Periods follow the Civil Code: the first
day is not counted and a last day off moves to the next working day (Luật XLVPHC Đ8; BLDS Đ147–148).
Limitation periods (thời hiệu: the time bar, the lapse) end with their last day, working or not
(BLDS Đ151; NĐ 168/2024 Đ4 k2): where the law leaves a day open, it is not taken from the citizen.

A period whose law changes gets a second row with a later ``effective_from``; the day a clock starts
chooses the row. Days are days in Viet Nam; turn a moment into one before asking.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from notices.workdays import (
    Calendar,
    End,
    add_calendar_days,
    add_months,
    add_working_days,
    add_years,
)

Unit = Literal["days", "working_days", "months", "years"]
_OWN_TERM_AT_LEAST = 10  # days; a decision may give more time to pay, never less (Đ68 k2, Đ73 k1)
_UNPROVEN_EXTRA_DAYS = 2  # TT 18/2023 Đ5 k4 đ.c: 12 for 10, «the third day after» a longer term


@dataclass(frozen=True)
class Deadline:
    """One clock: the event it starts at, how long it runs, its article, and what passing it means.

    ``on_passing`` is one of: ``time_barred`` and ``lapsed`` (the case ends), ``dismissed`` (no
    sanction may be decided, only remedial measures), ``overdue`` (a duty of the police is late; the
    act stays possible), ``no_show`` (the warning may go out), ``window_closed`` (a right of the
    person is spent), ``late_charge`` (money starts to grow), ``term_ended`` (a grace is over),
    ``clean_record`` (the person counts as never sanctioned), ``may_begin`` (an act that
    needs notice beforehand may follow).

    ``confidence`` is medium where our study of the law read no text for the figure itself.
    """

    name: str
    starts_at: str
    length: int
    unit: Unit
    article: str
    on_passing: str
    variant: str = ""
    rolls: bool = True
    effective_from: date = date(2025, 1, 1)
    confidence: Literal["high", "medium"] = "high"


# A table is read by its columns: one clock, two lines.
# fmt: off
DEADLINES: tuple[Deadline, ...] = (
    Deadline("time_bar", "occurred", 1, "years",
             "Luật XLVPHC Đ6 k1; NĐ 168/2024 Đ4 k1–3", "time_barred", rolls=False),
    Deadline("notice_due", "detected", 10, "days",
             "TT 73/2024/TT-BCA Đ24 k1", "overdue"),
    Deadline("no_show", "notice_sent", 20, "days",
             "TT 73/2024/TT-BCA Đ24 k5", "no_show"),
    Deadline("record_due", "offender_identified", 5, "working_days",
             "NĐ 118/2021 Đ12 k4 đ.c; NĐ 61/2026 Đ15 k1 đ.c", "overdue"),
    Deadline("record_forwarded_due", "record_made", 2, "working_days",
             "NĐ 118/2021 Đ12 k9", "overdue"),
    Deadline("record_forwarded_due", "record_made", 5, "working_days",
             "NĐ 118/2021 Đ12 k9", "overdue", variant="remote"),
    Deadline("explanation_due", "record_made", 5, "working_days",
             "Luật XLVPHC Đ61 k2", "window_closed"),
    Deadline("explanation_due", "record_made", 10, "working_days",
             "Luật XLVPHC Đ61 k2", "window_closed", variant="extended"),
    Deadline("hearing_request_due", "record_made", 2, "working_days",
             "Luật XLVPHC Đ61 k3", "window_closed"),
    Deadline("hearing_notice_due", "hearing_requested", 5, "working_days",
             "Luật XLVPHC Đ61 k3", "overdue"),
    Deadline("decision_due", "record_made", 7, "working_days",
             "Luật XLVPHC Đ66 k1 đ.a", "dismissed"),
    Deadline("decision_due", "record_made", 10, "working_days",
             "Luật XLVPHC Đ66 k1 đ.a", "dismissed", variant="transferred"),
    Deadline("decision_due", "record_made", 1, "months",
             "Luật XLVPHC Đ66 k1 đ.b", "dismissed", variant="explained"),
    Deadline("decision_due", "record_made", 2, "months",
             "Luật XLVPHC Đ66 k1 đ.c", "dismissed", variant="complex"),
    Deadline("service_due", "decision_signed", 3, "working_days",
             "Luật XLVPHC Đ70 k1", "overdue"),
    Deadline("pay_due", "decision_received", 10, "days",
             "Luật XLVPHC Đ68 k2, Đ73 k1", "late_charge"),
    Deadline("pay_due", "decision_signed", 12, "days",
             "TT 18/2023/TT-BTC Đ5 k4 đ.c", "late_charge", variant="unproven"),
    # «At once» in the law; one working day is what a register can show as late.
    Deadline("points_notice_due", "decision_received", 1, "working_days",
             "NĐ 168/2024 Đ50 k1 đ.a, k3", "overdue", confidence="medium"),
    Deadline("licence_suspension_sent_due", "decision_signed", 2, "working_days",
             "NĐ 118/2021 Đ9 k8", "overdue"),
    Deadline("enforcement_sent_due", "enforcement_signed", 2, "working_days",
             "Luật XLVPHC Đ86–88", "overdue"),
    Deadline("bank_answer_due", "bank_asked", 2, "working_days",
             "Luật XLVPHC Đ86–88", "overdue"),
    Deadline("bank_transfer_after", "person_told", 5, "working_days",
             "Luật XLVPHC Đ86–88", "may_begin"),
    Deadline("lapse", "decision_signed", 1, "years",
             "Luật XLVPHC Đ74 k1", "lapsed", rolls=False),
    Deadline("relief_decided_due", "relief_requested", 5, "working_days",
             "Luật XLVPHC Đ76 k2, Đ77 k6", "overdue"),
    Deadline("deferral_end", "deferral_decided", 3, "months",
             "Luật XLVPHC Đ76 k2", "term_ended"),
    Deadline("instalments_end", "decision_signed", 6, "months",
             "Luật XLVPHC Đ79 k2", "term_ended"),
    Deadline("change_due", "decision_signed", 1, "years",
             "NĐ 118/2021 Đ13–16", "window_closed", rolls=False),
    Deadline("complaint_due", "decision_received", 90, "days",
             "Luật Khiếu nại Đ9", "window_closed"),
    Deadline("complaint_accepted_due", "complaint_received", 10, "days",
             "Luật Khiếu nại Đ27", "overdue"),
    Deadline("complaint_accepted_due", "complaint_received", 7, "working_days",
             "NĐ 155/2026 Đ10", "overdue", effective_from=date(2026, 7, 1)),
    Deadline("complaint_decided_due", "complaint_accepted", 30, "days",
             "Luật Khiếu nại Đ28", "overdue"),
    Deadline("complaint_decided_due", "complaint_accepted", 45, "days",
             "Luật Khiếu nại Đ28", "overdue", variant="complex"),
    Deadline("complaint_decided_due", "complaint_accepted", 45, "days",
             "Luật Khiếu nại Đ28", "overdue", variant="remote"),
    Deadline("complaint_decided_due", "complaint_accepted", 60, "days",
             "Luật Khiếu nại Đ28", "overdue", variant="complex_remote"),
    Deadline("complaint_decided_due", "complaint_accepted", 45, "days",
             "Luật Khiếu nại Đ37", "overdue", variant="second"),
    Deadline("complaint_decided_due", "complaint_accepted", 60, "days",
             "Luật Khiếu nại Đ37", "overdue", variant="second_complex"),
    Deadline("complaint_decided_due", "complaint_accepted", 60, "days",
             "Luật Khiếu nại Đ37", "overdue", variant="second_remote"),
    Deadline("complaint_decided_due", "complaint_accepted", 70, "days",
             "Luật Khiếu nại Đ37", "overdue", variant="second_complex_remote"),
    Deadline("second_complaint_due", "complaint_decided", 30, "days",
             "Luật Khiếu nại Đ33", "window_closed"),
    Deadline("second_complaint_due", "complaint_decided", 45, "days",
             "Luật Khiếu nại Đ33", "window_closed", variant="remote"),
    Deadline("carry_out_due", "complaint_decided", 30, "days",
             "Luật Khiếu nại Đ44, Đ46", "overdue"),
    Deadline("carry_out_due", "complaint_decided", 45, "days",
             "Luật Khiếu nại Đ44, Đ46", "overdue", variant="remote"),
    Deadline("carry_out_due", "judgment_received", 30, "days",
             "Luật Tố tụng hành chính Đ311", "overdue", variant="judgment"),
    Deadline("order_sent_due", "suspension_ordered", 3, "working_days",
             "NĐ 155/2026 Đ12", "overdue"),
    Deadline("lawsuit_due", "decision_received", 1, "years",
             "Luật Tố tụng hành chính Đ116", "window_closed"),
    Deadline("lawsuit_due", "complaint_decided", 1, "years",
             "Luật Tố tụng hành chính Đ116", "window_closed", variant="complaint_decided"),
    # At least five days lie between the notice and the dialogue: a distance, so it does not roll.
    Deadline("dialogue_after", "dialogue_notified", 5, "days",
             "NĐ 155/2026 Đ11", "may_begin", rolls=False),
    Deadline("clean_record", "lapsed", 1, "years",
             "Luật XLVPHC Đ7 k1, Đ74", "clean_record", variant="lapsed", rolls=False),
    Deadline("clean_record", "fully_executed", 1, "years",
             "Luật XLVPHC Đ7 k1", "clean_record", rolls=False),
    Deadline("clean_record", "fully_executed", 6, "months",
             "Luật XLVPHC Đ7 k1, Đ137 k1", "clean_record", variant="warning_or_minor", rolls=False),
)
# fmt: on


def deadline(name: str, start: date, *, variant: str = "") -> Deadline:
    """Return the row of the table that governs a clock starting on this day.

    Raises LookupError for an unknown name or variant and for a day before the table begins, and
    TypeError for a moment, which may be another day in Viet Nam.
    """
    if isinstance(start, datetime):
        raise TypeError("a clock starts on a day; convert the moment to Vietnam time first")
    rows = [
        row
        for row in DEADLINES
        if row.name == name and row.variant == variant and row.effective_from <= start
    ]
    if not rows:
        what = f"{name} ({variant})" if variant else name
        raise LookupError(f"no deadline {what} governs a clock started on {start:%d/%m/%Y}")
    return max(rows, key=lambda row: row.effective_from)


def article(name: str, *, variant: str = "", term_days: int | None = None) -> str:
    """Return the article a clock rests on today; takes what ``compute`` takes.

    A longer time to pay given by the decision rests on the same article as the ten days.
    """
    return deadline(name, date.max, variant=variant).article


def compute(
    name: str,
    start: date,
    calendar: Calendar,
    *,
    variant: str = "",
    term_days: int | None = None,
) -> End:
    """Return the last day of a clock, and whether it leans on a year nobody has confirmed.

    ``start`` is the day of the event named by ``starts_at``; a clock restarted by evasion starts
    on the day the evasion ended (Đ6 k1 đ.d, Đ74 k2). ``term_days`` is the longer time to pay that
    the decision itself gives. Raises LookupError like ``deadline``, and ValueError when a term is
    given to another clock or is shorter than the law's ten days.
    """
    row = deadline(name, start, variant=variant)
    length = row.length
    if term_days is not None:
        if name != "pay_due" or term_days < _OWN_TERM_AT_LEAST:
            raise ValueError("only the time to pay may be set, and to no less than ten days")
        length = term_days + (_UNPROVEN_EXTRA_DAYS if variant == "unproven" else 0)
    if row.unit == "working_days":
        return add_working_days(start, length, calendar)
    add = {"days": add_calendar_days, "months": add_months, "years": add_years}[row.unit]
    return add(start, length, calendar, roll=row.rolls)


def evidence_usable_until(occurred_on: date, calendar: Calendar) -> date:
    """Return the last day, to its end, on which a device's result may be used: the time bar's.

    NĐ 61/2026 Đ14 k3; NĐ 168/2024 Đ4 k2
    """
    return compute("time_bar", occurred_on, calendar).on


def decision_variant(
    *, transferred: bool = False, explained: bool = False, especially_complex: bool = False
) -> str:
    """Name the period of Đ66 that a case has: the longest one whose ground exists.

    ``explained`` means that an explanation was asked for or circumstances had to be verified. Only
    such a case can be especially complex; otherwise ValueError. Luật XLVPHC Đ66 k1
    """
    if especially_complex and not explained:
        raise ValueError("two months need an explanation or a verification first (Đ66 k1 đ.c)")
    if especially_complex:
        return "complex"
    if explained:
        return "explained"
    return "transferred" if transferred else ""


def has_right_to_explain(
    frame_max_vnd: int, organisation: bool = False, suspension: bool = False
) -> bool:
    """Tell whether the person may explain before the decision (quyền giải trình).

    ``frame_max_vnd`` is the individual's frame maximum; an organisation's is twice it, and so is
    the threshold. Points alone give no such right. Luật XLVPHC Đ61 k1
    """
    factor = 2 if organisation else 1
    return suspension or frame_max_vnd * factor >= 15_000_000 * factor
