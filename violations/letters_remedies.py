"""Case → plain dict for the answers to a complaint: accepted, not accepted, decided.

NĐ 155/2026, forms 03 and 04; Luật Khiếu nại Đ31, Đ40. Written in Vietnamese, as printed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from violations.letter_parts import addressee_block, common_block, style
from violations.letters_ordinary import ordinary
from violations.models import Complaint, Party, Violation

COMPLAINT_LAW = "Luật Khiếu nại năm 2011 (sửa đổi, bổ sung năm 2025)"
COMPLAINT_DECREE = (
    "Nghị định số 124/2020/NĐ-CP (sửa đổi, bổ sung bởi Nghị định số 155/2026/NĐ-CP) quy định chi "
    "tiết Luật Khiếu nại"
)
LEVELS = {1: "lần đầu", 2: "lần hai"}
GROUNDS = {
    "internal": "khiếu nại quyết định, hành vi trong nội bộ cơ quan nhà nước (khoản 1 Điều 11)",
    "not_concerned": (
        "quyết định bị khiếu nại không liên quan trực tiếp đến quyền, lợi ích hợp pháp của người "
        "khiếu nại (khoản 2 Điều 11)"
    ),
    "no_capacity": (
        "người khiếu nại không có năng lực hành vi dân sự đầy đủ mà không có người đại diện hợp "
        "pháp (khoản 3 Điều 11)"
    ),
    "representative": "người đại diện không hợp pháp thực hiện khiếu nại (khoản 4 Điều 11)",
    "unsigned": "đơn không có chữ ký hoặc điểm chỉ của người khiếu nại (khoản 5 Điều 11)",
    "late": ("thời hiệu, thời hạn khiếu nại đã hết mà không có lý do chính đáng (khoản 6 Điều 11)"),
    "decided_twice": "khiếu nại đã có quyết định giải quyết lần hai (khoản 7 Điều 11)",
    "not_continued": (
        "đã có thông báo đình chỉ giải quyết mà sau 30 ngày không tiếp tục khiếu nại (khoản 8 "
        "Điều 11)"
    ),
    "at_court": (
        "việc khiếu nại đã được Tòa án thụ lý hoặc giải quyết bằng bản án, quyết định (khoản 9 "
        "Điều 11)"
    ),
}
OUTCOMES = {
    "dismissed": (
        "Khiếu nại sai toàn bộ.",
        "Giữ nguyên {decision}.",
    ),
    "partly_upheld": (
        "Khiếu nại đúng một phần.",
        "Yêu cầu người đã ra quyết định sửa đổi một phần {decision} theo kết luận nêu trên.",
    ),
    "upheld": (
        "Khiếu nại đúng toàn bộ.",
        "Yêu cầu người đã ra quyết định hủy bỏ {decision}.",
    ),
}


def complaint_accepted(case: Violation, complaint: Complaint, *, decide_by: date) -> dict[str, Any]:
    """Return the contents of the notice that a complaint is accepted (Mẫu 03). NĐ 155/2026 Đ10"""
    return _received(case, complaint) | {
        "recipients": ["Như trên", f"{case.unit.name} (để biết)", "Lưu: hồ sơ vụ việc"],
        "decide_by": decide_by.isoformat(),
    }


def complaint_refused(case: Violation, complaint: Complaint) -> dict[str, Any]:
    """Return the contents of the notice that a complaint is not accepted (Mẫu 04), with reason."""
    return _received(case, complaint) | {
        "recipients": ["Như trên", "Lưu: hồ sơ vụ việc"],
        "ground": GROUNDS[complaint.ground],
        "reason": complaint.refusal,
    }


def _received(case: Violation, complaint: Complaint) -> dict[str, Any]:
    """Return what forms 03 and 04 say alike: whose petition came when, against what. §3.8"""
    person = _complainant(case)
    return common_block(case) | {
        "addressee": addressee_block(person),
        "complainant": {
            "style": style(person) or None,
            "name": person.full_name,
            "identity_number": person.identity_number or None,
            "address": person.address,
        },
        "level": complaint.level,
        "received_on": complaint.received_on.isoformat(),
        "about": _decision(case),
        "respondent": f"Người ra quyết định, {case.unit.name}",
        "content": complaint.content,
    }


def complaint_decided(
    case: Violation, complaint: Complaint, *, findings: str, second_until: date | None
) -> dict[str, Any]:
    """Return the contents of the decision on a complaint. Luật Khiếu nại Đ31, Đ40

    ``findings`` is the result of the verification as the handler writes it; ``second_until`` the
    last day for a second complaint, None on the second level.
    """
    verdict, order = OUTCOMES[complaint.outcome]
    further = (
        "Nếu không đồng ý, người khiếu nại có quyền khiếu nại lần hai đến cấp trên trực tiếp chậm "
        f"nhất ngày {second_until:%d/%m/%Y} hoặc khởi kiện vụ án hành chính tại Tòa án."
        if second_until
        else "Nếu không đồng ý, người khiếu nại có quyền khởi kiện vụ án hành chính tại Tòa án."
    )
    dialogue = (
        f"Đã tổ chức đối thoại ngày {complaint.dialogue_on:%d/%m/%Y}."
        if complaint.dialogue_on
        else "Không phải tổ chức đối thoại vì yêu cầu khiếu nại và kết quả xác minh thống nhất."
    )
    return ordinary(
        case,
        heading="QUYẾT ĐỊNH",
        subject=f"Về việc giải quyết khiếu nại {LEVELS[complaint.level]}",
        with_authority=True,
        bases=[
            COMPLAINT_LAW,
            COMPLAINT_DECREE,
            f"đơn khiếu nại nhận ngày {complaint.received_on:%d/%m/%Y}",
            f"{_decision(case)}",
        ],
        particulars=_particulars(case, complaint),
        articles=[
            ("Điều 1", [f"Kết quả xác minh: {findings}", dialogue, f"Kết luận: {verdict}"]),
            ("Điều 2", [order.format(decision=_decision(case))]),
            ("Điều 3", [further]),
            (
                "Điều 4",
                [
                    "Quyết định này có hiệu lực pháp luật theo Điều 44 Luật Khiếu nại. Người khiếu "
                    "nại, người bị khiếu nại và người có liên quan chịu trách nhiệm thi hành.",
                ],
            ),
        ],
        recipients=["Người khiếu nại", f"{case.unit.name} (để thi hành)"],
    )


def _complainant(case: Violation) -> Party:
    return case.parties.get(role=Party.Role.OFFENDER)


def _decision(case: Violation) -> str:
    decision = case.decision
    return (
        f"Quyết định xử phạt vi phạm hành chính số {decision.notice.number_text} ngày "
        f"{decision.decided_on:%d/%m/%Y}"
    )


def _particulars(case: Violation, complaint: Complaint) -> list[tuple[str, str]]:
    person = _complainant(case)
    return [
        ("Người khiếu nại", f"{style(person)} {person.full_name}".strip()),
        ("Số định danh", person.identity_number or "không có thông tin"),
        ("Địa chỉ", person.address),
        ("Ngày nhận đơn", f"{complaint.received_on:%d/%m/%Y}"),
        ("Khiếu nại về việc", _decision(case)),
        ("Người bị khiếu nại", f"Người ra quyết định, {case.unit.name}"),
        ("Nội dung khiếu nại", complaint.content),
    ]
