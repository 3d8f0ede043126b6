"""Case → plain dict for the notice of licence points 02/73. TT 73/2024, Mẫu 02; law.md §3.4"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from violations.letter_parts import signature_block, style, vehicle_block
from violations.letters_ordinary import ordinary
from violations.models import Licence, Party, Violation
from violations.wording import signature_title

PARTS = {
    "unlimited": "phần không thời hạn (xe mô tô)",
    "term": "phần có thời hạn (xe ô tô)",
}
NOT_KNOWN = "không có thông tin"


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

    The signature is that of who signed the decision. Its digital mark is given only when the notice
    is born with the decision; one that comes later waits for a hand. NĐ 168/2024 Đ50 k3
    """
    decision = case.decision
    offender = case.parties.get(role=Party.Role.OFFENDER)
    name = f"{style(offender)} {offender.full_name}".strip()
    taken = before - after
    sentence = f"Trừ {taken:02} điểm giấy phép lái xe của {name}, ngày trừ {on:%d/%m/%Y}."
    if taken < decision.points:
        sentence += (
            f" Mức trừ theo quyết định là {decision.points:02} điểm; số điểm còn lại ít hơn nên "
            "trừ hết số điểm còn lại."
        )
    paragraphs = [sentence, f"Số điểm còn lại: {after:02} điểm."]
    if after == 0 and test_from is not None:
        paragraphs.append(
            "Giấy phép lái xe đã bị trừ hết điểm: người có giấy phép lái xe không được điều khiển "
            "phương tiện theo giấy phép lái xe này. Sau thời hạn ít nhất 06 tháng kể từ ngày bị "
            f"trừ hết điểm (từ ngày {test_from:%d/%m/%Y}) được tham gia kiểm tra kiến thức pháp "
            "luật về trật tự, an toàn giao thông đường bộ để phục hồi điểm."
        )
    context = ordinary(
        case,
        heading="THÔNG BÁO",
        subject="Trừ điểm giấy phép lái xe",
        addressee=offender,
        bases=[
            f"Quyết định xử phạt vi phạm hành chính số {decision.notice.number_text} ngày "
            f"{decision.decided_on:%d/%m/%Y}",
            "Điều 50 Nghị định số 168/2024/NĐ-CP (sửa đổi, bổ sung bởi Nghị định số "
            "238/2026/NĐ-CP)",
        ],
        particulars=[
            ("Người vi phạm", name),
            ("Số định danh", offender.identity_number or NOT_KNOWN),
            ("Nơi cư trú", offender.address),
            *_vehicle(case),
            ("Loại giấy phép lái xe", PARTS[part]),
            ("Số giấy phép lái xe", licence.number),
            ("Hạng", licence.classes),
            ("Ngày cấp", f"{licence.issued_on:%d/%m/%Y}" if licence.issued_on else NOT_KNOWN),
            ("Nơi cấp", licence.issued_by or NOT_KNOWN),
            ("Số điểm trước khi trừ", f"{before:02} điểm"),
            ("Số điểm bị trừ, ngày trừ", f"{taken:02} điểm, ngày {on:%d/%m/%Y}"),
            ("Số điểm còn lại", f"{after:02} điểm"),
        ],
        articles=[(None, paragraphs)],
        recipients=["Như trên", "Cơ quan quản lý giấy phép lái xe"],
    )
    signer = decision.signed_by.user.full_name
    signature = signature_block(signer, signature_title(decision.signed_title), case, at)
    if at != decision.signed_at:
        signature["digital"] = None
    return context | {"signature": signature}


def _vehicle(case: Violation) -> list[tuple[str, str]]:
    vehicle = vehicle_block(case)
    return [
        ("Loại phương tiện", vehicle["class_name"]),
        ("Biển số", vehicle["plate"]),
        ("Màu biển số", vehicle["plate_colour"]),
        ("Số đăng ký xe", NOT_KNOWN),
    ]
