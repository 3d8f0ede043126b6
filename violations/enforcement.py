"""Enforce a decision that is not complied with (cưỡng chế thi hành). Luật XLVPHC Đ86–88"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.utils.translation import gettext

from notices.amounts import format_vnd
from notices.models import Notice, PaperKind
from violations import papers
from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.letters_after import after_decision
from violations.models import Enforcement
from violations.owing import amount_due
from violations.taking import taking

MEASURES = {
    Enforcement.Measure.DEDUCTION: "khấu trừ một phần lương, thu nhập hoặc tiền trong tài khoản",
    Enforcement.Measure.DISTRAINT: "kê biên tài sản để bán đấu giá",
    Enforcement.Measure.THIRD_PARTY: "thu tiền, tài sản do người khác đang giữ",
    Enforcement.Measure.REMEDIAL: "buộc thực hiện biện pháp khắc phục hậu quả",
}


def propose_enforcement(
    case_id: uuid.UUID, *, measure: str, ground: str, by: Actor, at: datetime
) -> None:
    """Propose to enforce the decision after the time to pay has passed. Luật XLVPHC Đ86–88; MQĐ07

    ``measure`` is an ``Enforcement.Measure``. The paper names what is owed on the day of the
    proposal; the late charge runs on to payment.
    """
    if not ground.strip() or measure not in MEASURES:
        raise Refused(gettext("Choose the measure and say what it rests on (Đ86)."))
    with taking("propose_enforcement", case_id, by=by, at=at) as (case, event):
        today = day_in_viet_nam(at)
        due = amount_due(case.decision, on=today)
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
            ],
            articles=[
                [
                    f"Áp dụng biện pháp cưỡng chế: {MEASURES[Enforcement.Measure(measure)]}.",
                    f"Lý do: {ground}",
                    "Tiền chậm nộp tiếp tục được tính 0,05% mỗi ngày trên số tiền phạt chưa nộp "
                    "cho đến ngày trước ngày nộp.",
                ]
            ],
        )
        draft = papers.propose(case, PaperKind.ENFORCEMENT, context, by=by, at=at)
        Enforcement.objects.create(case=case, measure=measure, ground=ground, draft=draft)
        event.facts = {"measure": measure, "draft": draft.pk}


def sign_enforcement(case_id: uuid.UUID, *, by: Actor, at: datetime) -> Notice:
    """Order enforcement. Luật XLVPHC Đ86–88; MQĐ07"""
    with taking("sign_enforcement", case_id, by=by, at=at) as (case, event):
        draft = papers.waiting(case, PaperKind.ENFORCEMENT)
        order = Enforcement.objects.get(draft=draft)
        event.notice = papers.sign(case, PaperKind.ENFORCEMENT, by=by, at=at)
        order.notice = event.notice
        order.ordered_on = day_in_viet_nam(at)
        order.save()
        event.facts = {"measure": order.measure}
    return event.notice
