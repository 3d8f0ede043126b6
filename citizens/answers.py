"""What a person may say in a case now: one table, and for each row until when and by which article.

A row is open or it is not; the chooser shows the open ones alone, each with its last day. Whether
one is open follows from the status, the stored clocks and the same guards that judge the step it
leads to, so that nobody is sent through pages at whose end he is refused. To add an answer, write a
row, a function that says when it is open, and the page at its address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from citizens import appointments, driver_statements, nominations
from citizens.grants import Level
from violations import relief_rules
from violations.actors import SYSTEM
from violations.guards import day_in_viet_nam, print_day
from violations.guards.remedies import level_to_come
from violations.models import Party, Violation
from violations.workflow import PAYABLE, STEPS, obstacles


@dataclass(frozen=True)
class Opening:
    """An answer that is open: its last day in Viet Nam (None without one) and what counts it."""

    last_day: date | None = None
    rule: str = ""
    days: int | None = None

    @property
    def is_late(self) -> bool:
        """Tell whether the last day has gone by; what is open all the same says why it may be."""
        return self.days is not None and self.days < 0


@dataclass(frozen=True)
class Answer:
    """One row: its name, what the person says, the article, when it is open, where its page is.

    ``address`` is the name of an address, ``where`` what stands in it; a row whose page does not
    exist is left out. ``level`` is what must have been shown to us to send it (payments and
    citizens §6.2).
    """

    name: str
    title: Any
    hint: Any
    article: str
    opens: Callable[[Violation, datetime], Opening | None]
    address: str
    where: tuple[str, ...] = ()
    level: Level = Level.CODE

    @property
    def url(self) -> str:
        """Return where its page is, empty while this portal has none."""
        try:
            return reverse(self.address, args=self.where)
        except NoReverseMatch:
            return ""


@dataclass(frozen=True)
class Choice:
    """An answer that is open in one case."""

    answer: Answer
    opening: Opening


def choices(case: Violation, *, at: datetime) -> list[Choice]:
    """Return the answers that are open in a case at a moment, in the order of the table."""
    found = []
    for answer in ANSWERS:
        opening = answer.opens(case, at) if answer.url else None
        if opening is not None:
            found.append(Choice(answer, opening))
    return found


def opening_of(name: str, case: Violation, *, at: datetime) -> Opening | None:
    """Return when one answer is open in a case, None when it is not."""
    return BY_NAME[name].opens(case, at)


def ended(case: Violation, *, at: datetime) -> list[str]:
    """Return, in sentences, which right a person had in this case and has no longer."""
    explanation = getattr(case, "explanation", None)
    if case.status != "recorded" or explanation is None or manners_open(case, at=at):
        return []
    if explanation.waived_at is not None:
        return [gettext("The explanation was given up in writing (Đ61).")]
    if explanation.received_at is not None:
        return [gettext("Your explanation has come and is weighed before a decision (Đ61).")]
    return [
        gettext("The time to explain ended on %(day)s (Đ61). You may complain about a decision.")
        % {"day": print_day(explanation.due_on)}
    ]


def reaches(held: Level, needed: Level) -> bool:
    """Tell whether what was shown to us is enough for an answer. Payments and citizens §6.2"""
    return held is Level.PERSON or (held is Level.CODE and needed is Level.CODE)


# When each is open -------------------------------------------------------------------------------


def _it_was_me(case: Violation, at: datetime) -> Opening | None:
    """Until the police know who drove, also after the days of the notice."""
    if driver_statements.may_state(case):
        return None
    return _until(case, "no_show", gettext("20 days from the day the notice was sent"), at)


def _another(case: Violation, at: datetime) -> Opening | None:
    """Within the days of the notice, which a nomination does not stop."""
    if nominations.may_name(case, at=at):
        return None
    return _until(case, "no_show", gettext("20 days from the day the notice was sent"), at)


def _meeting(case: Violation, at: datetime) -> Opening | None:
    """As long as there is something to say at the unit."""
    return Opening() if case.status in appointments.RECEIVES else None


def _not_mine(case: Violation, at: datetime) -> Opening | None:
    """Before the decision; from it on the complaint is the way the law gives."""
    if case.status == "notified" and case.offender_identified_on is None:
        return _until(case, "no_show", gettext("20 days from the day the notice was sent"), at)
    return Opening() if case.status in ("notified", "recorded") else None


def _cloned(case: Violation, at: datetime) -> Opening | None:
    """As long as the case is not over: it protects the plate from what is recorded next, too."""
    return Opening() if case.status in ("notified", "recorded", *PAYABLE, "paid") else None


def _explanation(case: Violation, at: datetime) -> Opening | None:
    """Within the days of Đ61, and only where the law gives the right."""
    free = manners_open(case, at=at)
    if "written" in free:
        return _on(case.explanation.due_on, gettext("5 working days from the record"), at)
    if "hearing" in free:
        rule = gettext("2 working days from the record")
        return _until(case, "hearing_request_due", rule, at)
    return None


def manners_open(case: Violation, *, at: datetime) -> frozenset[str]:
    """Return the ways to explain that are open: written, hearing, waived. Luật XLVPHC Đ61"""
    today, found = day_in_viet_nam(at), set()
    if case.status != "recorded" or getattr(case, "explanation", None) is None:
        return frozenset()
    if today <= case.explanation.due_on and _is_free("receive_explanation", case, at):
        found |= {"written", "waived"}
    clock = case.beside.clocks.get("hearing_request_due")
    if clock is not None and today <= clock.due_on and _is_free("request_hearing", case, at):
        found.add("hearing")
    return frozenset(found)


def _complaint(case: Violation, at: datetime) -> Opening | None:
    """From the decision on, also after its last day: an obstacle is not counted (Đ9)."""
    if not _is_free("receive_complaint", case, at):
        return None
    if level_to_come(case, day_in_viet_nam(at)) == 2:
        rule = gettext("30 days from the answer to the first complaint")
        return _until(case, "second_complaint_due", rule, at)
    return _until(case, "complaint_due", gettext("90 days from receiving the decision"), at)


def _never_received(case: Violation, at: datetime) -> Opening | None:
    """While it matters when the notice or the decision came."""
    return Opening() if case.status in ("notified", *PAYABLE) else None


def _deferral(case: Violation, at: datetime) -> Opening | None:
    """From the threshold on, within the time to comply. Đ76"""
    if not _may_ask_relief(case, at) or not relief_rules.may_be_deferred(
        case.decision.fine_vnd, organisation=_is_organisation(case)
    ):
        return None
    if not relief_rules.asked_in_time(day_in_viet_nam(at), case.pay_due_on):
        return None
    if case.pay_due_on is None:
        return Opening()
    return _on(case.pay_due_on, gettext("within the time to comply"), at)


def _reduction(case: Violation, at: datetime) -> Opening | None:
    """While something is unpaid. Đ77"""
    return Opening() if _may_ask_relief(case, at) else None


def _instalments(case: Violation, at: datetime) -> Opening | None:
    """From the threshold on. Đ79"""
    if not _may_ask_relief(case, at):
        return None
    is_enough = relief_rules.may_be_paid_in_parts(
        case.decision.fine_vnd, organisation=_is_organisation(case)
    )
    return Opening() if is_enough else None


def _may_ask_relief(case: Violation, at: datetime) -> bool:
    if case.status not in PAYABLE or case.decision.is_warning:
        return False
    return _is_free("request_relief", case, at)


def _is_organisation(case: Violation) -> bool:
    return case.parties.filter(role=Party.Role.OFFENDER, kind=Party.Kind.ORGANISATION).exists()


def _is_free(step: str, case: Violation, at: datetime) -> bool:
    """Tell whether the portal may take a step now, by the guards of the table."""
    return next(obstacles(STEPS[step], case, SYSTEM, at), None) is None


def _until(case: Violation, clock: str, rule: str, at: datetime) -> Opening:
    """Return an opening until the end of a clock; one without an end where it does not run."""
    running = case.beside.clocks.get(clock)
    return Opening() if running is None else _on(running.due_on, rule, at)


def _on(day: date, rule: str, at: datetime) -> Opening:
    return Opening(day, rule, (day - day_in_viet_nam(at)).days)


# The table ---------------------------------------------------------------------------------------

_FORM = "citizens:answer"

ANSWERS: tuple[Answer, ...] = (
    Answer(
        "it_was_me",
        _("It was me"),
        _("You drove, and say so; an officer makes the record."),
        "TT 73/2024 Đ24 k2; NĐ 61/2026 Đ15",
        _it_was_me,
        "citizens:it_was_me",
    ),
    Answer(
        "another",
        _("Another person drove, or the vehicle was sold, rented out or lent"),
        _("You name the person; he is told and says whether it is so."),
        "NĐ 168/2024 Đ47 k6, k8b",
        _another,
        "citizens:another",
    ),
    Answer(
        "not_mine",
        _("It is not my vehicle"),
        _("Another plate was read, or the vehicle in the picture is another one."),
        "Luật XLVPHC Đ3 k1đ",
        _not_mine,
        _FORM,
        ("khong-phai-xe-toi",),
    ),
    Answer(
        "cloned",
        _("Somebody uses a copy of my plate"),
        _("An officer looks again, and what is recorded of this plate next is checked first."),
        "Luật XLVPHC Đ3 k1đ",
        _cloned,
        _FORM,
        ("bien-so-bi-lam-gia",),
    ),
    Answer(
        "explanation",
        _("I want to explain"),
        _("In writing, or in person at a hearing, before a decision is made."),
        "Luật XLVPHC Đ61",
        _explanation,
        _FORM,
        ("giai-trinh",),
        Level.PERSON,
    ),
    Answer(
        "complaint",
        _("I complain about the decision"),
        _("The fine is still paid in time, unless the execution is suspended."),
        "Luật Khiếu nại Đ7, Đ9",
        _complaint,
        _FORM,
        ("khieu-nai",),
        Level.PERSON,
    ),
    Answer(
        "never_received",
        _("I never received the paper"),
        _("An officer looks how it was sent and when it is said to have come."),
        "Luật XLVPHC Đ70; NĐ 118/2021 Đ17a",
        _never_received,
        _FORM,
        ("chua-nhan-duoc",),
    ),
    Answer(
        "deferral",
        _("I ask to pay later"),
        _("Hardship that the commune confirms; up to 3 months."),
        "Luật XLVPHC Đ76",
        _deferral,
        _FORM,
        ("hoan-nop-phat",),
        Level.PERSON,
    ),
    Answer(
        "reduction",
        _("I ask for less, or for nothing, to pay"),
        _("Special hardship that the commune confirms."),
        "Luật XLVPHC Đ77",
        _reduction,
        _FORM,
        ("giam-mien-tien-phat",),
        Level.PERSON,
    ),
    Answer(
        "instalments",
        _("I ask to pay in parts"),
        _("At most 3 parts within 6 months, the first at least 40 %."),
        "Luật XLVPHC Đ79",
        _instalments,
        _FORM,
        ("nop-nhieu-lan",),
        Level.PERSON,
    ),
    Answer(
        "meeting",
        _("I want to come to the unit"),
        _("Choose a time; you see the pictures there and speak with an officer."),
        "TT 73/2024 Đ24 k1c",
        _meeting,
        "citizens:meeting",
    ),
)

BY_NAME = {answer.name: answer for answer in ANSWERS}
