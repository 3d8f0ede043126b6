"""Case → orders of a head: execution suspended or resumed, the power to sanction delegated.

In the ordinary layout. NĐ 155/2026, forms 14a and 14b; Luật Khiếu nại Đ35; NĐ 118/2021, MQĐ34
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings

from notices.wording import day_words
from violations.letter_parts import BLANK, unit_block
from violations.letters_answers import decision_cited
from violations.letters_before import in_one_sentence
from violations.letters_ordinary import LAW, ordinary
from violations.letters_remedies import COMPLAINT_DECREE, COMPLAINT_LAW
from violations.models import Delegation, ExecutionSuspension, Violation
from violations.wording import signature_title, title_in_unit


def execution_suspended(case: Violation, *, ground: str, from_on: date) -> dict[str, Any]:
    """Return the contents of the order that suspends execution (Mẫu 14a). Luật Khiếu nại Đ35

    ``from_on`` is the day in Viet Nam from which nothing is enforced.
    """
    return ordinary(
        case,
        heading="QUYẾT ĐỊNH",
        subject="Về việc tạm đình chỉ thi hành quyết định bị khiếu nại",
        with_authority=True,
        bases=[f"Điều 35 {COMPLAINT_LAW}", COMPLAINT_DECREE, decision_cited(case)],
        articles=[
            (
                "Điều 1",
                [
                    f"Tạm đình chỉ thi hành {decision_cited(case)} kể từ ngày "
                    f"{day_words(from_on.isoformat())}.",
                    f"Lý do: {in_one_sentence(ground)}",
                ],
            ),
            (
                "Điều 2",
                [
                    "Thời hạn tạm đình chỉ không vượt quá thời gian còn lại của thời hạn giải "
                    "quyết khiếu nại. Khi lý do tạm đình chỉ không còn, quyết định này được hủy bỏ."
                ],
            ),
            (
                "Điều 3",
                [
                    f"Người khiếu nại, người bị khiếu nại, {case.unit.name} và người có liên quan "
                    "chịu trách nhiệm thi hành quyết định này."
                ],
            ),
        ],
        recipients=["Người khiếu nại", f"{case.unit.name} (để thi hành)"],
    )


def execution_resumed(
    case: Violation, suspension: ExecutionSuspension, *, reason: str, lifted_on: date
) -> dict[str, Any]:
    """Return the contents of the order that ends a suspension (Mẫu 14b). NĐ 155/2026 Đ12"""
    return ordinary(
        case,
        heading="QUYẾT ĐỊNH",
        subject="Về việc hủy bỏ quyết định tạm đình chỉ thi hành quyết định bị khiếu nại",
        with_authority=True,
        bases=[
            f"Điều 35 {COMPLAINT_LAW}",
            COMPLAINT_DECREE,
            f"Quyết định tạm đình chỉ số {suspension.reference}",
        ],
        articles=[
            (
                "Điều 1",
                [
                    f"Hủy bỏ Quyết định tạm đình chỉ số {suspension.reference} kể từ ngày "
                    f"{day_words(lifted_on.isoformat())}. {decision_cited(case)} tiếp tục được "
                    "thi hành.",
                    f"Lý do: {in_one_sentence(reason)}",
                ],
            ),
            ("Điều 2", ["Quyết định này có hiệu lực kể từ ngày ký."]),
            (
                "Điều 3",
                [
                    f"Người khiếu nại, người bị khiếu nại, {case.unit.name} và người có liên quan "
                    "chịu trách nhiệm thi hành quyết định này."
                ],
            ),
        ],
        recipients=["Người khiếu nại", f"{case.unit.name} (để thi hành)"],
    )


def delegation(given: Delegation) -> dict[str, Any]:
    """Return the contents of a decision that delegates the power to sanction (MQĐ34). Đ54

    It belongs to no case: head, deputy, scope and days are those of the row. No act issues it;
    delegations are entered with the number they were signed under.
    """
    unit = given.head.unit
    head_title = signature_title(given.head.title_on(given.starts_on))
    name = given.deputy.user.full_name
    deputy = title_in_unit(signature_title(given.deputy.title_on(given.starts_on)), unit.name)
    articles = [
        (
            f"Giao quyền xử phạt vi phạm hành chính cho {name}, {deputy}, trong "
            "lĩnh vực giao thông đường bộ."
        ),
        (
            f"Phạm vi, nội dung giao quyền: {in_one_sentence(given.scope)} Thời hạn giao quyền: từ "
            f"ngày {day_words(given.starts_on.isoformat())} đến hết ngày "
            f"{day_words(given.ends_on.isoformat())}."
        ),
        (
            f"{name} chịu trách nhiệm về những quyết định xử phạt của mình trước {head_title} và "
            "trước pháp luật, không được giao quyền, ủy quyền cho người khác."
        ),
        f"Quyết định này có hiệu lực kể từ ngày ký. {name} chịu trách nhiệm thi hành.",
    ]
    return {
        "trial": settings.IS_SAMPLE,
        "unit": unit_block(unit),
        "lookup_base": settings.PORTAL_ORIGIN,
        "signature": {
            "capacity": None,
            "head_title": None,
            "title": head_title,
            "name": BLANK,
            "digital": None,
        },
        "recipients": [name, "Lưu: hồ sơ giao quyền"],
        "heading": "QUYẾT ĐỊNH",
        "subject": "Về việc giao quyền xử phạt vi phạm hành chính",
        "addressee": None,
        "counter_signer": None,
        "authority": title_in_unit(head_title, unit.name),
        "bases": [f"Điều 54 {LAW}"],
        "particulars": [],
        "articles": [
            {"title": f"Điều {number}", "paragraphs": [text]}
            for number, text in enumerate(articles, start=1)
        ],
    }
