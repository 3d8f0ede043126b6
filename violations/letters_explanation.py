"""Case → papers of the explanation: the minutes MBB03 and what a decision says of them. Đ61"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from notices.wording import capitalised, day_words, hour_words
from violations.letter_parts import iso_moment
from violations.letters_before import in_one_sentence, listed_files, rules_of, vehicle_and_act
from violations.letters_ordinary import LAW, ordinary
from violations.models import PenaltyRule, Violation
from violations.wording import describe_act

PERIOD_NOTES = {
    "transferred": "hồ sơ vụ việc được chuyển đến người có thẩm quyền xử phạt",
    "explained": "vụ việc có giải trình theo Điều 61 Luật Xử lý vi phạm hành chính",
    "complex": "vụ việc có giải trình và đặc biệt phức tạp",
}


def hearing(
    case: Violation, *, called_for: date, attended_by: str, statement: str, at: datetime
) -> dict[str, Any]:
    """Return the contents of the minutes MBB03 of a hearing. Luật XLVPHC Đ61 k3

    An empty ``attended_by`` says that nobody came to the hearing that was called.
    """
    record = case.record.notice
    came = bool(attended_by)
    return ordinary(
        case,
        heading="BIÊN BẢN",
        subject="Phiên giải trình trực tiếp",
        bases=[
            f"Điều 61 {LAW}",
            f"Biên bản vi phạm hành chính số {record.number_text} "
            f"ngày {day_words(record.issued_on.isoformat())}",
        ],
        particulars=[
            ("Thời gian", hour_words(iso_moment(at))),
            ("Địa điểm", f"{case.unit.name}, {case.unit.address}"),
            ("Phiên giải trình được ấn định", f"ngày {day_words(called_for.isoformat())}"),
            ("Người giải trình", attended_by or "không có mặt"),
            *vehicle_and_act(case),
        ],
        articles=[
            (
                "1. Căn cứ pháp lý, chứng cứ đã nêu tại phiên giải trình",
                [_rule_sentence(rule) for rule in rules_of(case)] + listed_files(case),
            ),
            (
                "2. Ý kiến giải trình",
                [capitalised(in_one_sentence(statement))]
                if came
                else ["Người có yêu cầu giải trình không đến phiên giải trình đã được thông báo."],
            ),
            (
                None,
                [
                    "Biên bản được lập thành 02 bản có nội dung và giá trị như nhau"
                    + (", đã giao cho người giải trình 01 bản." if came else ".")
                ],
            ),
        ],
        recipients=["Người giải trình", "Người có thẩm quyền xử phạt"],
        counter_signer="NGƯỜI GIẢI TRÌNH" if came else "",
    )


def hearing_reference(case: Violation) -> dict[str, str] | None:
    """Return number and day of the minutes of the hearing, which a decision cites (MQĐ02)."""
    explanation = getattr(case, "explanation", None)
    if explanation is None or explanation.hearing_notice is None:
        return None
    minutes = explanation.hearing_notice
    return {"number": minutes.number_text, "made_on": minutes.issued_on.isoformat()}


def period_note(case: Violation) -> str | None:
    """Return the ground on which the decision had more than seven working days. Đ66 k1"""
    clock = case.deadlines.filter(name="decision_due").first()
    return PERIOD_NOTES.get(clock.variant) if clock is not None else None


def _rule_sentence(rule: PenaltyRule) -> str:
    return f"Hành vi {describe_act(rule)}, quy định tại {rule.citation}."
