"""How a recall is worded, and the letter that withdraws a notice. Ordinary layout."""

from __future__ import annotations

from typing import Any

from notices.models import Notice, PaperKind
from notices.wording import capitalised, day_words
from violations.guards import VIET_NAM
from violations.letter_parts import honorific, vehicle_block
from violations.letters_before import CIRCULAR
from violations.letters_ordinary import LAW, ordinary
from violations.models import Party, Recall, Violation

# The defect as a decision prints it, in Vietnamese.
DEFECTS_VI = {
    Recall.Defect.CLOCK: "đồng hồ của thiết bị sai",
    Recall.Defect.CALIBRATION: "thiết bị không bảo đảm yêu cầu về kiểm định, hiệu chuẩn",
    Recall.Defect.POSITION: "thiết bị bị dịch chuyển hoặc lắp đặt sai hướng",
    Recall.Defect.SIGNAL: "biển báo hoặc đèn tín hiệu không đúng",
    Recall.Defect.SPEED_LIMIT: "giới hạn tốc độ cài đặt không đúng",
    Recall.Defect.PLATES: "thiết bị nhận dạng sai biển số",
    Recall.Defect.OTHER: "thiết bị có lỗi kỹ thuật",
}


def reason_of(recall: Recall) -> str:
    """Word the reason as history and decision print it, at most 400 characters."""
    first = recall.from_at.astimezone(VIET_NAM)
    last = recall.until_at.astimezone(VIET_NAM)
    head = (
        f"Kết quả do thiết bị ghi từ {first:%H:%M ngày %d/%m/%Y} đến trước "
        f"{last:%H:%M ngày %d/%m/%Y} không được dùng làm căn cứ xác định vi phạm: "
        f"{DEFECTS_VI[Recall.Defect(recall.defect)]} (thu hồi số {recall.number}; Điều 3 khoản 1 "
        "điểm đ, Điều 64, Điều 65 Luật Xử lý vi phạm hành chính). Căn cứ: "
    )
    basis: str = recall.basis
    return head + basis[: 399 - len(head)].rstrip(".") + "."


def recall_letter(case: Violation, *, reason: str) -> dict[str, Any]:
    """Return the contents of the notice that a notice is withdrawn (thông báo thu hồi).

    No form is published for it. It says to the owner what was withdrawn, why, that the case has
    ended without a sanction and that nothing is to be done. ``reason`` is printed as it stands.
    Luật XLVPHC Đ3 k1đ, Đ64, Đ65; TT 73/2024 Đ24 k1c
    """
    owner = case.parties.get(role=Party.Role.OWNER)
    called, notice = honorific(owner), notice_of(case)
    of_notice = f"số {notice.number_text} ngày {day_words(notice.issued_on.isoformat())}"
    phone = case.unit.phone.replace(" ", "\N{NO-BREAK SPACE}")
    paragraphs = [
        f"{case.unit.name} thu hồi Thông báo {of_notice} đã gửi {called}. Thông báo này không còn "
        "giá trị.",
        capitalised(reason),
        "Vụ việc đã kết thúc, không ra quyết định xử phạt. "
        f"{capitalised(called)} không phải đến làm việc, không phải giải trình và không phải nộp "
        "tiền theo thông báo đã thu hồi; cảnh báo đối với phương tiện liên quan đến vụ việc này, "
        "nếu có, đã được gỡ.",
    ]
    record = case.drafts.filter(kind=PaperKind.RECORD, notice__isnull=False).first()
    if record is not None:
        paragraphs.insert(
            2,
            f"Biên bản vi phạm hành chính số {record.notice.number_text} lập trong vụ việc không "
            "được dùng làm căn cứ ban hành quyết định xử phạt.",
        )
    paragraphs.append(
        f"Nếu cần biết thêm, liên hệ {case.unit.name}, {case.unit.address}, điện thoại {phone}."
    )
    vehicle = vehicle_block(case)
    return ordinary(
        case,
        heading="THÔNG BÁO",
        subject="Về việc thu hồi thông báo đã gửi chủ phương tiện",
        addressee=owner,
        bases=[f"Điều 3, Điều 64, Điều 65 {LAW}", f"Điều 24 {CIRCULAR}"],
        particulars=[
            ("Thông báo được thu hồi", of_notice),
            ("Biển số", vehicle["plate"]),
            ("Chủ phương tiện", owner.full_name),
            ("Địa chỉ", owner.address),
        ],
        articles=[(None, paragraphs)],
        recipients=["Như trên"],
    )


def notice_of(case: Violation) -> Notice:
    """Return the latest notice of a case. Raises Draft.DoesNotExist where none went out."""
    drafts = case.drafts.filter(kind=PaperKind.NOTICE, notice__isnull=False)
    notice: Notice = drafts.select_related("notice").latest("settled_at").notice
    return notice
