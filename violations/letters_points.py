"""Case → plain dict for the notice of licence points 02/73. TT 73/2024, Mẫu 02; law.md §3.4"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from violations import powers
from violations.letter_parts import (
    addressee_block,
    common_block,
    honorific,
    signature_block,
    vehicle_block,
)
from violations.models import Licence, Party, Violation
from violations.wording import signature_title

PARTS = {
    "unlimited": "phần không thời hạn (xe mô tô)",
    "term": "phần có thời hạn (xe ô tô)",
}


def points_notice(
    case: Violation,
    licence: Licence,
    *,
    part: str,
    before: int,
    after: int,
    on: date,
    test_from: date | None,
    at: datetime,
) -> dict[str, Any]:
    """Return the contents of the notice 02/73: points before, taken and left of one part.

    The signature is that of who signed the decision, whose consequence the notice is; its mark is
    the unit's seal at the moment of issue, ``at``, however much later that is. NĐ 168/2024 Đ50 k3
    """
    decision = case.decision
    offender = case.parties.get(role=Party.Role.OFFENDER)
    head = powers.head_of(decision.signed_title)
    return common_block(case) | {
        "recipients": ["Như trên", "Cơ quan quản lý giấy phép lái xe", "Lưu: hồ sơ vụ việc"],
        "signature": signature_block(
            decision.signed_by.user.full_name,
            signature_title(decision.signed_title),
            case,
            at,
            head_title=signature_title(head) if head else None,
        ),
        "addressee": addressee_block(offender),
        "honorific": honorific(offender),
        "name": offender.full_name,
        "identity_number": offender.identity_number or None,
        "residence": offender.address,
        "decision": {
            "number": decision.notice.number_text,
            "made_on": decision.decided_on.isoformat(),
        },
        "vehicle": vehicle_block(case),
        "registration_number": None,
        "licence": {
            "part": PARTS[part],
            "number": licence.number,
            "classes": licence.classes,
            "issued_on": licence.issued_on.isoformat() if licence.issued_on else None,
            "issued_by": licence.issued_by or None,
        },
        "points_before": before,
        "points_decided": decision.points,
        "points_after": after,
        "deducted_on": on.isoformat(),
        "test_from": test_from.isoformat() if test_from and not after else None,
    }
