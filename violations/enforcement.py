"""Enforce a decision that is not complied with (cưỡng chế thi hành). Luật XLVPHC Đ86–88"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext

from notices.amounts import amount_in_words, format_vnd
from notices.models import Notice, PaperKind
from violations import papers
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.letters_after import after_decision
from violations.models import Draft, Enforcement
from violations.owing import amount_due
from violations.taking import taking

MEASURES = {
    Enforcement.Measure.DEDUCTION: "khấu trừ một phần lương hoặc một phần thu nhập",
    Enforcement.Measure.DISTRAINT: "kê biên tài sản có giá trị tương ứng để bán đấu giá",
    Enforcement.Measure.THIRD_PARTY: "thu tiền, tài sản do cá nhân, tổ chức khác đang giữ",
    Enforcement.Measure.REMEDIAL: "buộc thực hiện biện pháp khắc phục hậu quả",
}
FROM_ACCOUNT = "khấu trừ tiền từ tài khoản"
#: Each measure has its own form. NĐ 118/2021, MQĐ07–12
PAPERS = {
    Enforcement.Measure.DEDUCTION: PaperKind.ENFORCEMENT,
    Enforcement.Measure.DISTRAINT: PaperKind.ENFORCEMENT_DISTRAINT,
    Enforcement.Measure.THIRD_PARTY: PaperKind.ENFORCEMENT_THIRD_PARTY,
    Enforcement.Measure.REMEDIAL: PaperKind.ENFORCEMENT_REMEDY,
}
ENFORCEMENT_KINDS = (*PAPERS.values(), PaperKind.ENFORCEMENT_ACCOUNT)


def propose_enforcement(
    case_id: uuid.UUID,
    *,
    measure: str,
    ground: str,
    from_account: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Propose to enforce the decision after the time to pay has passed. Luật XLVPHC Đ86–88

    ``measure`` is an ``Enforcement.Measure``; it chooses the form, MQĐ07 to MQĐ11, and a deduction
    ``from_account`` that of a bank account (MQĐ08). The paper names what is owed on the day of the
    proposal; the late charge runs on to payment. One order waits at a time. Raises Refused.
    """
    if not ground.strip() or measure not in MEASURES:
        raise Refused(gettext("Choose the measure and say what it rests on (Đ86)."))
    with taking("propose_enforcement", case_id, by=by, at=at) as (case, event):
        if case.drafts.filter(kind__in=ENFORCEMENT_KINDS, state=Draft.State.PROPOSED).exists():
            raise Refused(gettext("A draft of this paper is already waiting for a signature."))
        kind, words = _paper_of(Enforcement.Measure(measure), from_account)
        today = day_in_viet_nam(at)
        due = amount_due(case.decision, on=today)
        owed = due.unpaid_fine_vnd + due.unpaid_late_charge_vnd
        spelled = amount_in_words(owed, zero_tens=settings.AMOUNT_ZERO_TENS)
        context = after_decision(
            case,
            subject="Cưỡng chế thi hành quyết định xử phạt vi phạm hành chính",
            law="Điều 86, Điều 87, Điều 88",
            particulars=[
                ("Tiền phạt chưa nộp", format_vnd(due.unpaid_fine_vnd)),
                (
                    f"Tiền chậm nộp tính đến ngày {today:%d/%m/%Y}",
                    format_vnd(due.unpaid_late_charge_vnd),
                ),
                ("Tổng số tiền phải nộp", f"{format_vnd(owed)} (bằng chữ: {spelled})"),
            ],
            articles=[
                [
                    f"Áp dụng biện pháp cưỡng chế: {words}.",
                    f"Lý do: {ground}",
                    "Tiền chậm nộp tiếp tục được tính 0,05% mỗi ngày trên số tiền phạt chưa nộp "
                    "cho đến ngày trước ngày nộp.",
                ]
            ],
        )
        draft = papers.propose(case, kind, context, by=by, at=at)
        Enforcement.objects.create(case=case, measure=measure, ground=ground, draft=draft)
        event.facts = {"measure": measure, "draft": draft.pk}


def sign_enforcement(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Order enforcement. Luật XLVPHC Đ86–88; MQĐ07–11"""
    with taking("sign_enforcement", case_id, by=by, at=at) as (case, event):
        waiting = case.drafts.filter(kind__in=ENFORCEMENT_KINDS, state=Draft.State.PROPOSED).first()
        kind = waiting.kind if waiting else PaperKind.ENFORCEMENT
        draft = papers.waiting(case, kind)
        order = Enforcement.objects.get(draft=draft)
        event.notice = papers.sign(case, kind, by=by, at=at)
        order.notice = event.notice
        order.ordered_on = day_in_viet_nam(at)
        order.save()
        event.facts = {"measure": order.measure}
    return event.notice


def _paper_of(measure: Enforcement.Measure, from_account: bool) -> tuple[PaperKind, str]:
    """Return the form of a measure and the words in which the order names it. Đ86 k2"""
    if from_account:
        if measure != Enforcement.Measure.DEDUCTION:
            raise Refused(gettext("Only a deduction is taken from a bank account (Đ86 k2)."))
        return PaperKind.ENFORCEMENT_ACCOUNT, FROM_ACCOUNT
    return PAPERS[measure], MEASURES[measure]
