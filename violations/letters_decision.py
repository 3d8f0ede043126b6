"""Case → plain dict for the penalty decision: every act with its fine, and what else is decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from violations import letters_explanation
from violations.beneficiaries import open_beneficiary
from violations.guards import Refused, day_in_viet_nam
from violations.letter_parts import (
    BLANK,
    act_blocks,
    addressee_block,
    circumstance_lists,
    common_block,
    person_block,
    vehicle_block,
)
from violations.models import Party, Violation
from violations.pricing import Price

# What the leader read and what the case says now must be the same, or the draft is returned.
DECIDED_KEYS = (
    "violations",
    "aggravating",
    "mitigating",
    "fine_total_vnd",
    "additional",
    "points_note",
)


def decision(case: Violation, price: Price, *, at: datetime) -> dict[str, Any]:
    """Return the contents of the penalty decision MQĐ02. law.md §3.7

    The amounts printed are the ones computed. A warning asks for no payment: its block is None.
    """
    offender = case.parties.get(role=Party.Role.OFFENDER)
    assert case.rule is not None
    today = day_in_viet_nam(at)
    account = open_beneficiary(case, today)
    decrees = dict.fromkeys(act.rule.decree for act in price.acts)
    return common_block(case) | {
        "recipients": ["Như Điều 3", "Lưu: hồ sơ vụ việc"],
        "addressee": addressee_block(offender),
        "authority": BLANK,
        "bases": [
            "Điều 57, Điều 68, Điều 70, Điều 78, Điều 85 Luật Xử lý vi phạm hành chính "
            "(sửa đổi, bổ sung năm 2020 và năm 2025)",
            *decrees,
        ],
        "record": {
            "number": case.record.notice.number_text,
            "made_on": case.record.notice.issued_on.isoformat(),
        },
        "hearing_record": letters_explanation.hearing_reference(case),
        "verification_record": None,
        "delegation": None,  # known when a deputy signs
        "period_note": letters_explanation.period_note(case),
        "offender": person_block(offender),
        "others": [],
        "vehicle": vehicle_block(case),
        "violations": [
            block | {"fine_vnd": act.fine_vnd}
            for block, act in zip(act_blocks(case), price.acts, strict=True)
        ],
        **circumstance_lists(case),
        "fine_total_vnd": price.fine_vnd,
        "zero_tens": settings.AMOUNT_ZERO_TENS,
        "additional": _additional(price),
        "remedial": [],
        "remedial_deadline": None,
        "cost_refund": None,
        "effective_on": today.isoformat(),
        "payment": None
        if price.is_warning
        else {
            "days": 10,
            "treasury": account.treasury_name,
            "bank": None,
            "account": account.account,
            "account_name": account.treasury_name,
            "authority_code": account.agency_code,
            "chapter": account.chapter_code,
            "item": account.item_code,
        },
        "seized_note": None,
        "collector": account.treasury_name,
        "executing_unit": case.unit.name,
        "coordinating_units": [],
        "points_note": (
            f"trừ {price.points:02} điểm giấy phép lái xe, thông báo riêng theo Mẫu 02/73"
            if price.points
            else None
        ),
    }


def refuse_stale(draft: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Refuse a draft that no longer says what the case says. Luật XLVPHC Đ67

    Raises Refused: acts, circumstances or the age of the offender changed since it was made.
    """
    if any(draft.get(key) != now[key] for key in DECIDED_KEYS):
        raise Refused(
            gettext(
                "The case has changed since this draft was made; return it and draw it up again."
            )
        )


def _additional(price: Price) -> list[str]:
    """Name the additional sanctions. Luật XLVPHC Đ21 k2, Đ25"""
    if price.suspension is None:
        return []
    days = f" {price.suspension.days:02} ngày" if price.suspension.days else ""
    return [
        f"tước quyền sử dụng giấy phép lái xe {price.suspension.months:02} tháng{days}, kể từ "
        "ngày Quyết định này có hiệu lực thi hành"
    ]
