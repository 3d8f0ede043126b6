"""Relief from a fine: deferral, reduction, exemption, parts. Luật XLVPHC Đ76, Đ77, Đ79"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from notices.amounts import format_vnd
from notices.calendars import current_calendar
from notices.models import Notice, PaperKind
from notices.workdays import is_working_day
from violations import clocks, deadlines, letters_answers, papers, payments, relief_rules
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.letters_after import after_decision
from violations.models import Draft, Instalment, Party, Relief, Violation
from violations.owing import amount_due
from violations.relief_rules import Flaw, Part
from violations.taking import taking

PAPER = {
    Relief.Kind.DEFERRAL: PaperKind.DEFERRAL,
    Relief.Kind.REDUCTION: PaperKind.REDUCTION,
    Relief.Kind.EXEMPTION: PaperKind.REDUCTION,
    Relief.Kind.INSTALMENTS: PaperKind.INSTALMENTS,
}


def request_relief(
    case_id: uuid.UUID, *, kind: str, requested_on: date, ground: str, by: Actor, at: datetime
) -> None:
    """Receive a request for relief; no late charge runs until it is answered. Đ76, Đ77, Đ79

    ``requested_on`` is the day in Viet Nam on which the request reached the unit; the five working
    days to answer start then. Luật XLVPHC Đ76 k2, Đ77 k6; TT 18/2023 Đ5 k2. Raises Refused below
    the threshold, and for a deferral asked for after the time to comply.
    """
    if not ground.strip() or kind not in Relief.Kind.values:
        raise Refused(gettext("Write down the hardship the request names (Đ76, Đ77, Đ79)."))
    with taking("request_relief", case_id, by=by, at=at) as (case, event):
        decided_on = case.decision.decided_on
        if not decided_on <= requested_on <= day_in_viet_nam(at):
            raise Refused(
                gettext("The day of the request lies between the decision and today; correct it.")
            )
        fine, organisation = case.decision.fine_vnd, _is_organisation(case)
        if kind == Relief.Kind.DEFERRAL:
            if not relief_rules.may_be_deferred(fine, organisation=organisation):
                raise Refused(_sentence(Flaw.BELOW_THRESHOLD, kind))
            if not relief_rules.asked_in_time(requested_on, case.pay_due_on):
                raise Refused(_sentence(Flaw.ASKED_TOO_LATE, kind))
        if kind == Relief.Kind.INSTALMENTS and not relief_rules.may_be_paid_in_parts(
            fine, organisation=organisation
        ):
            raise Refused(_sentence(Flaw.BELOW_THRESHOLD, kind))
        Relief.objects.create(case=case, kind=kind, requested_on=requested_on, ground=ground)
        clocks.start(case, "relief_decided_due", requested_on)
        event.facts = {"kind": kind, "requested_on": requested_on.isoformat()}


def propose_relief(
    case_id: uuid.UUID,
    *,
    confirmation: str,
    by: Actor,
    at: datetime,
    until_on: date | None = None,
    reduced_vnd: int = 0,
    parts: Sequence[Part] = (),
) -> None:
    """Propose to grant the relief that was asked for, within its limits. MQĐ03, MQĐ04, MQĐ05

    ``confirmation`` names who confirmed the hardship (commune, employer, tax office). A deferral
    takes ``until_on``, a reduction ``reduced_vnd``, instalments ``parts``; an exemption takes off
    all that is unpaid. Raises Refused, a sentence for each limit. Luật XLVPHC Đ76, Đ77, Đ79
    """
    if not confirmation.strip():
        raise Refused(gettext("Name who confirmed the hardship (Đ76 k1, Đ77, Đ79 k1)."))
    with taking("propose_relief", case_id, by=by, at=at) as (case, event):
        relief = case.reliefs.get(state=Relief.State.REQUESTED)
        unpaid = amount_due(case.decision, on=day_in_viet_nam(at)).unpaid_fine_vnd
        if relief.kind == Relief.Kind.EXEMPTION:
            reduced_vnd = unpaid
        relief.until_on = until_on if relief.kind == Relief.Kind.DEFERRAL else None
        relief.reduced_vnd = reduced_vnd if PAPER[relief.kind] == PaperKind.REDUCTION else 0
        if relief.kind == Relief.Kind.INSTALMENTS and parts:
            relief.until_on = parts[-1].due_on
        planned = parts if relief.kind == Relief.Kind.INSTALMENTS else ()
        _insist(case, relief, planned, at)
        relief.draft = papers.propose(
            case, PAPER[relief.kind], _paper(case, relief, planned, confirmation), by=by, at=at
        )
        relief.save()
        relief.instalments.all().delete()  # of a draft that was returned
        for number, part in enumerate(planned, start=1):
            Instalment.objects.create(
                relief=relief, number=number, due_on=part.due_on, amount_vnd=part.amount_vnd
            )
        event.facts = {"kind": relief.kind, "draft": relief.draft.pk}


def sign_relief(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Grant the relief as proposed; every limit is tested again today. MQĐ03, MQĐ04, MQĐ05

    A reduction or exemption is an adjustment of the fine and a posting, from today. When nothing
    is left to pay the case is closed after the signature. Luật XLVPHC Đ76, Đ77, Đ79
    """
    with taking("sign_relief", case_id, by=by, at=at) as (case, event):
        relief = case.reliefs.get(state=Relief.State.REQUESTED)
        parts = [Part(row.due_on, row.amount_vnd) for row in relief.instalments.all()]
        draft = papers.waiting(case, PAPER[relief.kind])
        if relief.draft_id != draft.pk:
            raise Refused(gettext("There is no draft of this paper to sign; propose it first."))
        _insist(case, relief, parts, at)
        event.notice = papers.sign(case, PAPER[relief.kind], by=by, at=at)
        relief.state = Relief.State.GRANTED
        relief.decided_on = day_in_viet_nam(at)
        relief.notice = event.notice
        relief.save()
        clocks.meet(case, "relief_decided_due", relief.decided_on)
        if relief.reduced_vnd:
            payments.adjust(case.decision, -relief.reduced_vnd, relief=relief, at=at)
        event.facts = {"kind": relief.kind, "reduced_vnd": relief.reduced_vnd}
    payments.settle_and_close(case_id, at=at)
    return event.notice


def refuse_relief(case_id: uuid.UUID, *, reason: str, by: Actor, at: datetime) -> Notice:
    """Refuse the relief in writing, with the reason; the late charge may run again tomorrow.

    The answer is issued under the name of the leader who refuses.

    Luật XLVPHC Đ76 k2, Đ77 k6
    """
    if not reason.strip():
        raise Refused(gettext("Say why the relief is refused; the answer names the reason (Đ76)."))
    with taking("refuse_relief", case_id, by=by, at=at, reason=reason) as (case, event):
        relief = case.reliefs.get(state=Relief.State.REQUESTED)
        if case.drafts.filter(kind=PAPER[relief.kind], state=Draft.State.PROPOSED).exists():
            papers.give_back(case, PAPER[relief.kind], by=by, at=at, reason=reason)
        drop_open_request(case, reason=reason, at=at)
        event.notice = papers.issue_signed(
            case,
            PaperKind.RELIEF_REFUSED,
            letters_answers.relief_refused(case, relief, reason=reason),
            by=by,
            at=at,
        )
        event.facts = {"kind": relief.kind}
    return event.notice


def drop_open_request(case: Violation, *, reason: str, at: datetime) -> None:
    """Close an open request unanswered by a grant: refused, or pointless because the case ended."""
    on = day_in_viet_nam(at)
    case.reliefs.filter(state=Relief.State.REQUESTED).update(
        state=Relief.State.REFUSED, decided_on=on, refusal=reason[:400]
    )
    clocks.meet(case, "relief_decided_due", on)


def _insist(case: Violation, relief: Relief, parts: Sequence[Part], at: datetime) -> None:
    """Refuse a relief beyond what the law allows today, a sentence for each limit."""
    today, calendar = day_in_viet_nam(at), current_calendar()
    decision, organisation = case.decision, _is_organisation(case)
    unpaid = amount_due(decision, on=today).unpaid_fine_vnd
    if relief.kind == Relief.Kind.DEFERRAL:
        if relief.until_on is None:
            raise Refused(gettext("Name the last day of the deferral (Đ76 k2)."))
        flaws = relief_rules.flaws_of_deferral(
            decision.fine_vnd,
            organisation=organisation,
            today=today,
            until_on=relief.until_on,
            latest=deadlines.compute("deferral_end", today, calendar).on,
        )
    elif relief.kind == Relief.Kind.INSTALMENTS:
        flaws = relief_rules.flaws_of_plan(
            parts,
            fine_vnd=decision.fine_vnd,
            unpaid_vnd=unpaid,
            organisation=organisation,
            today=today,
            latest=deadlines.compute("instalments_end", decision.decided_on, calendar).on,
        )
        if any(not is_working_day(part.due_on, calendar) for part in parts):
            raise Refused(gettext("A last day of a part falls on a day off; move it (BLDS Đ148)."))
    else:
        flaws = relief_rules.flaws_of_reduction(
            relief.reduced_vnd, unpaid, exemption=relief.kind == Relief.Kind.EXEMPTION
        )
    if flaws:
        raise Refused([_sentence(flaw, relief.kind) for flaw in flaws])


def _is_organisation(case: Violation) -> bool:
    return case.parties.get(role=Party.Role.OFFENDER).kind == Party.Kind.ORGANISATION


def _sentence(flaw: Flaw, kind: str) -> str:
    if flaw is Flaw.BELOW_THRESHOLD and kind == Relief.Kind.INSTALMENTS:
        return gettext(
            "Only a fine from 15,000,000 đồng (organisation: 150,000,000) is paid in parts (Đ79)."
        )
    return {
        Flaw.BELOW_THRESHOLD: gettext(
            "Only a fine from 2,000,000 đồng (organisation: 100,000,000) is deferred (Đ76)."
        ),
        Flaw.ASKED_TOO_LATE: gettext(
            "A deferral is asked for within the time to comply, which has passed (Đ68, Đ76 k2)."
        ),
        Flaw.TOO_LONG: gettext(
            "The end is too far: three months for a deferral (Đ76), six months from the decision "
            "for payment in parts (Đ79)."
        ),
        Flaw.NOT_AHEAD: gettext("The last day must lie ahead."),
        Flaw.MORE_THAN_UNPAID: gettext(
            "The amount no longer fits what is unpaid; propose again (Đ77)."
        ),
        Flaw.NOTHING_TAKEN_OFF: gettext("Name the amount taken off the fine (Đ77)."),
        Flaw.PARTS: gettext("A fine is paid in two or three parts, each an amount (Đ79 k2)."),
        Flaw.FIRST_PART: gettext("The first part is at least 40 % of the fine (Đ79 k2)."),
        Flaw.SUM: gettext("The parts must sum to the unpaid fine exactly (Đ79)."),
        Flaw.ORDER: gettext("Each part is due later than the one before."),
    }[flaw]


def _paper(
    case: Violation, relief: Relief, parts: Sequence[Part], confirmation: str
) -> dict[str, Any]:
    bases = [f"Đơn đề nghị ngày {relief.requested_on:%d/%m/%Y}, có xác nhận của {confirmation}"]
    if relief.kind == Relief.Kind.DEFERRAL:
        return after_decision(
            case,
            subject="Về việc hoãn thi hành quyết định phạt tiền",
            law="Điều 76",
            bases=bases,
            articles=[
                [
                    "Hoãn thi hành quyết định phạt tiền nêu trên đến hết ngày "
                    f"{relief.until_on:%d/%m/%Y}. Không tính tiền chậm nộp trong thời gian hoãn.",
                    f"Lý do: {relief.ground}",
                ]
            ],
        )
    if relief.kind == Relief.Kind.INSTALMENTS:
        return after_decision(
            case,
            subject="Về việc nộp tiền phạt nhiều lần",
            law="Điều 79",
            bases=bases,
            articles=[
                [
                    f"Cho phép nộp tiền phạt thành {len(parts)} lần:",
                    *(
                        f"Lần {number}: {format_vnd(part.amount_vnd)}, chậm nhất ngày "
                        f"{part.due_on:%d/%m/%Y};"
                        for number, part in enumerate(parts, start=1)
                    ),
                    f"Lý do: {relief.ground}",
                ]
            ],
        )
    word = "miễn" if relief.kind == Relief.Kind.EXEMPTION else "giảm"
    return after_decision(
        case,
        subject=f"Về việc {word} tiền phạt vi phạm hành chính",
        law="Điều 77",
        bases=bases,
        articles=[
            [
                f"{word.capitalize()} {format_vnd(relief.reduced_vnd)} trong số tiền phạt chưa "
                "nộp của quyết định nêu trên.",
                f"Lý do: {relief.ground}",
            ]
        ],
    )
