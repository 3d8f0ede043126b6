"""The papers after the decision, in the ordinary layout: relief, change, enforcement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from notices.amounts import amount_in_words, format_vnd
from violations.letter_parts import person_block
from violations.letters_ordinary import LAW, ordinary
from violations.models import Party, Violation


def after_decision(
    case: Violation,
    *,
    subject: str,
    law: str,
    bases: Sequence[str] = (),
    particulars: Sequence[tuple[str, str]] = (),
    articles: Sequence[Sequence[str]],
    effect: str = "Quyết định này có hiệu lực kể từ ngày ký.",
    is_posted: bool = False,
) -> dict[str, Any]:
    """Return the contents of a decision about a penalty decision. NĐ 118/2021, MQĐ03–07, 38–40

    ``law`` names the articles it rests on; the last two articles (effect, who executes it and how
    to complain) are added. ``is_posted`` names who it is sent to, for the post room; a decision
    prints no address.
    """
    offender = case.parties.get(role=Party.Role.OFFENDER)
    person = person_block(offender)
    decision = case.decision
    number = decision.notice.number_text
    numbered = [
        *articles,
        [effect],
        [
            f"Quyết định này được giao cho {offender.full_name} để thi hành, và gửi "
            f"{case.unit.name} để tổ chức thực hiện. Người nhận có quyền khiếu nại hoặc khởi kiện "
            "hành chính đối với Quyết định này theo quy định của pháp luật."
        ],
    ]
    return ordinary(
        case,
        heading="QUYẾT ĐỊNH",
        subject=subject,
        with_authority=True,
        addressee=offender if is_posted else None,
        recipients=["Người bị xử phạt"],
        bases=[
            f"{law} {LAW}",
            "Nghị định số 118/2021/NĐ-CP (sửa đổi, bổ sung năm 2025)",
            f"Quyết định xử phạt vi phạm hành chính số {number} "
            f"ngày {decision.decided_on:%d/%m/%Y}",
            *bases,
        ],
        particulars=[
            ("Người bị xử phạt", offender.full_name),
            ("Số định danh", person["identity_number"] or person["business_code"] or "–"),
            ("Địa chỉ", offender.address),
            ("Quyết định xử phạt", f"{number}, {decision.decided_on:%d/%m/%Y}"),
            ("Tiền phạt theo quyết định", format_vnd(decision.fine_vnd)),
            *particulars,
        ],
        articles=[
            (f"Điều {position}", paragraphs) for position, paragraphs in enumerate(numbered, 1)
        ],
    )


def costs_enforced(case: Violation, *, costs_vnd: int, ground: str) -> dict[str, Any]:
    """Return the contents of the order to pay back the costs of enforcement (MQĐ12). Đ86, Đ87

    ``costs_vnd`` is what the unit laid out. No act orders it: what a camera records leads to no
    measure that the State carries out in the offender's place.
    """
    spelled = amount_in_words(costs_vnd, zero_tens=settings.AMOUNT_ZERO_TENS)
    return after_decision(
        case,
        subject="Cưỡng chế buộc hoàn trả kinh phí thực hiện biện pháp khắc phục hậu quả",
        law="Điều 85, Điều 86, Điều 87",
        articles=[
            [
                f"Buộc hoàn trả kinh phí: {format_vnd(costs_vnd)} (bằng chữ: {spelled}).",
                f"Lý do: {ground}",
            ]
        ],
    )
