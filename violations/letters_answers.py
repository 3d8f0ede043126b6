"""Case → letters that answer or call a person: relief refused, hearing called, service refused.

In the ordinary layout. Luật XLVPHC Đ61, Đ76, Đ77, Đ79; NĐ 118/2021 Đ17a, MBB06
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from notices.wording import capitalised, day_words, hour_words
from violations.guards import VIET_NAM
from violations.letter_parts import iso_moment
from violations.letters_before import in_one_sentence, vehicle_and_act
from violations.letters_ordinary import LAW, ordinary
from violations.models import Party, Relief, Violation

HEARING_HOUR = time(8)  # the unit's own rule; the law names a day and a place
REQUESTS = {
    Relief.Kind.DEFERRAL: ("hoãn thi hành quyết định phạt tiền", "Điều 76"),
    Relief.Kind.REDUCTION: ("giảm tiền phạt", "Điều 77"),
    Relief.Kind.EXEMPTION: ("miễn tiền phạt", "Điều 77"),
    Relief.Kind.INSTALMENTS: ("nộp tiền phạt nhiều lần", "Điều 79"),
}


def relief_refused(case: Violation, relief: Relief, *, reason: str) -> dict[str, Any]:
    """Return the contents of the answer that refuses a relief, with its reason. Đ76 k2, Đ77 k6"""
    words, article = REQUESTS[Relief.Kind(relief.kind)]
    return ordinary(
        case,
        heading="THÔNG BÁO",
        subject=f"Về việc không chấp nhận đề nghị {words}",
        addressee=case.parties.get(role=Party.Role.OFFENDER),
        bases=[f"{article} {LAW}", decision_cited(case)],
        articles=[
            (
                None,
                [
                    f"Ngày {day_words(relief.requested_on.isoformat())}, {case.unit.name} nhận "
                    f"được đơn đề nghị {words} đối với quyết định nêu trên.",
                    f"Sau khi xem xét, đề nghị không được chấp nhận. Lý do: "
                    f"{in_one_sentence(reason)}",
                    "Quyết định xử phạt tiếp tục được thi hành; tiền chậm nộp được tính theo Điều "
                    "78 Luật Xử lý vi phạm hành chính. Người nhận có quyền khiếu nại hoặc khởi "
                    "kiện hành chính theo quy định của pháp luật.",
                ],
            )
        ],
        recipients=["Như trên"],
    )


def hearing_called(case: Violation, *, on: date) -> dict[str, Any]:
    """Return the contents of the letter that calls the hearing asked for. Luật XLVPHC Đ61 k3

    ``on`` is the day in Viet Nam of the hearing.
    """
    record = case.record.notice
    begins = datetime.combine(on, HEARING_HOUR, VIET_NAM)
    return ordinary(
        case,
        heading="THÔNG BÁO",
        subject="Về việc tổ chức phiên giải trình trực tiếp",
        addressee=case.parties.get(role=Party.Role.OFFENDER),
        bases=[
            f"Điều 61 {LAW}",
            f"Biên bản vi phạm hành chính số {record.number_text} "
            f"ngày {day_words(record.issued_on.isoformat())}",
        ],
        particulars=[
            ("Thời gian", hour_words(iso_moment(begins))),
            ("Địa điểm", f"{case.unit.name}, {case.unit.address}"),
            ("Điện thoại", case.unit.phone.replace(" ", "\N{NO-BREAK SPACE}")),
            *vehicle_and_act(case),
        ],
        articles=[
            (
                None,
                [
                    "Người nhận thông báo tham gia phiên giải trình hoặc ủy quyền cho người đại "
                    "diện hợp pháp tham gia; mang theo thông báo này, giấy tờ tùy thân và tài "
                    "liệu, chứng cứ (nếu có).",
                    "Nếu vắng mặt, vụ việc được giải quyết theo hồ sơ và quy định của pháp luật.",
                ],
            )
        ],
        recipients=["Như trên"],
    )


def refusal_minutes(
    case: Violation, *, refused_by: str, reason: str, witness: str, at: datetime
) -> dict[str, Any]:
    """Return the contents of the minutes that the decision was refused (MBB06). NĐ 118 Đ17a

    ``refused_by`` names who refused it and in what capacity; ``witness`` the local authority or
    the person who saw it. ``at`` is aware.
    """
    return ordinary(
        case,
        heading="BIÊN BẢN",
        subject="Về việc cá nhân, tổ chức vi phạm không nhận quyết định xử phạt",
        bases=[f"Điều 70 {LAW}", decision_cited(case)],
        particulars=[
            ("Thời gian", hour_words(iso_moment(at))),
            ("Người không nhận quyết định", refused_by),
            ("Người chứng kiến", witness),
            ("Văn bản được giao", decision_cited(case)),
        ],
        articles=[
            (
                None,
                [
                    "Người có thẩm quyền đã giao trực tiếp quyết định nêu trên nhưng người có tên "
                    "ở trên không nhận. Lý do: " + in_one_sentence(reason),
                    capitalised(
                        "quyết định được coi là đã được giao kể từ thời điểm lập biên bản này "
                        "(Điều 70 Luật Xử lý vi phạm hành chính; Điều 17a Nghị định số "
                        "118/2021/NĐ-CP)."
                    ),
                    "Biên bản được lập thành 02 bản có nội dung và giá trị như nhau, có xác nhận "
                    "của người chứng kiến.",
                ],
            )
        ],
        recipients=["Người ra quyết định"],
        counter_signer="NGƯỜI CHỨNG KIẾN",
    )


def decision_cited(case: Violation) -> str:
    """Return the penalty decision by number and day, as a paper cites it."""
    decision = case.decision
    return (
        f"Quyết định xử phạt vi phạm hành chính số {decision.notice.number_text} ngày "
        f"{day_words(decision.decided_on.isoformat())}"
    )
