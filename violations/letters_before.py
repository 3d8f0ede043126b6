"""Case → papers before the record: transfer, slip to the commune police, minutes of a session.

Forms 03/73 and 04 of TT 73/2024, field by field; MBB02 and MBB29 of NĐ 118/2021 in the ordinary
layout.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cameras.models import Unit
from notices.wording import (
    capitalised,
    day_words,
    hash_lines,
    hour_words,
    instant_words,
    two_digits,
)
from notices.wording import measurement as measured
from violations.letter_parts import (
    act_block,
    act_blocks,
    common_block,
    file_list,
    iso_moment,
    owner_block,
    vehicle_block,
)
from violations.letters_ordinary import LAW, ordinary
from violations.models import Party, PenaltyRule, Transfer, Violation, WorkingSession
from violations.wording import describe_act

PRESENT_AS = {
    WorkingSession.Present.OWNER: "chủ phương tiện",
    WorkingSession.Present.REPRESENTATIVE: "người đại diện của chủ phương tiện",
    WorkingSession.Present.DRIVER: "người điều khiển phương tiện",
}
CIRCULAR = "Thông tư số 73/2024/TT-BCA (sửa đổi, bổ sung bởi Thông tư số 13/2025/TT-BCA)"


def transfer(case: Violation, to_unit: Unit, ground: str, stage: Transfer.Stage) -> dict[str, Any]:
    """Return the contents of a transfer: slip 03/73, or minutes MBB29 for a recorded file."""
    if stage is Transfer.Stage.FILE:
        return _file(case, to_unit, ground)
    owner = case.parties.get(role=Party.Role.OWNER)
    return common_block(case) | {
        "recipients": [to_unit.name, "Lưu: hồ sơ vụ việc"],
        "to_unit": to_unit.name,
        "vehicle": vehicle_block(case),
        "owner": owner_block(owner),
        "acts": act_blocks(case),
        "notice": _notice_reference(case),
        "reason": in_one_sentence(ground).rstrip("."),
        "files": file_list(case),
    }


def _file(case: Violation, to_unit: Unit, ground: str) -> dict[str, Any]:
    record = case.record.notice
    return ordinary(
        case,
        heading="BIÊN BẢN",
        subject="Bàn giao hồ sơ vụ việc vi phạm hành chính",
        bases=[
            f"Điều 52, Điều 66 {LAW}",
            f"Biên bản vi phạm hành chính số {record.number_text} "
            f"ngày {day_words(record.issued_on.isoformat())}",
        ],
        particulars=[
            ("Bên giao", case.unit.name),
            ("Bên nhận", to_unit.name),
            *_what_is_known(case),
        ],
        articles=[
            ("Lý do bàn giao", [capitalised(in_one_sentence(ground))]),
            (
                "Hồ sơ bàn giao",
                [
                    f"Biên bản vi phạm hành chính số {record.number_text}.",
                    _notice_sentence(case),
                    *listed_files(case),
                ],
            ),
            (
                None,
                [
                    "Hai bên đã kiểm tra, thống nhất nội dung bàn giao. Biên bản được lập thành 02 "
                    "bản có nội dung và giá trị như nhau, mỗi bên giữ 01 bản."
                ],
            ),
        ],
        recipients=[to_unit.name],
        counter_signer="ĐẠI DIỆN BÊN NHẬN",
    )


def commune_slip(case: Violation, commune: str) -> dict[str, Any]:
    """Return the contents of form 04: the slip to a commune police, and the report to tear off."""
    owner = case.parties.get(role=Party.Role.OWNER)
    notice = _notice_reference(case)
    assert notice is not None  # the step starts from a case that was notified
    return common_block(case) | {
        "recipients": [commune, "Lưu: hồ sơ vụ việc"],
        "commune": commune,
        "notice": notice,
        "vehicle": vehicle_block(case),
        "owner": owner_block(owner),
        "acts": act_blocks(case),
    }


def session(
    case: Violation,
    *,
    present_as: str,
    attended_by: str,
    statement: str,
    names_driver: bool,
    at: datetime,
    is_online: bool = False,
) -> dict[str, Any]:
    """Return the contents of the minutes MBB02 of a working session. TT 73/2024 Đ23, Đ24 k2"""
    capacity = PRESENT_AS[WorkingSession.Present(present_as)]
    said = "đã" if names_driver else "chưa"
    return ordinary(
        case,
        heading="BIÊN BẢN LÀM VIỆC",
        subject="Về vụ việc vi phạm hành chính về trật tự, an toàn giao thông đường bộ",
        bases=[f"khoản 2 Điều 24 {CIRCULAR}"],
        particulars=[
            ("Thời gian", hour_words(iso_moment(at))),
            ("Địa điểm", f"{case.unit.name}, {case.unit.address}"),
            *([("Hình thức", "trực tuyến, có hình ảnh và âm thanh")] if is_online else []),
            (
                "Người đến làm việc",
                f"{attended_by} ({capacity})",
            ),
            *vehicle_and_act(case),
        ],
        articles=[
            ("1. Kết quả đã cho người đến làm việc xem", listed_files(case)),
            ("2. Ý kiến của người đến làm việc", [capitalised(in_one_sentence(statement))]),
            (
                "3. Về người điều khiển phương tiện",
                [
                    f"Người đến làm việc {said} cho biết người điều khiển phương tiện tại thời "
                    "điểm vi phạm."
                ],
            ),
            (
                None,
                [
                    "Biên bản đã được đọc lại cho người đến làm việc nghe, công nhận là đúng và "
                    "cùng ký tên; được lập thành 02 bản có nội dung và giá trị như nhau, đã giao "
                    "cho người đến làm việc 01 bản."
                ],
            ),
        ],
        recipients=["Người đến làm việc"],
        counter_signer="NGƯỜI ĐẾN LÀM VIỆC",
    )


def _what_is_known(case: Violation) -> list[tuple[str, str]]:
    owner = case.parties.get(role=Party.Role.OWNER)
    vehicle, *act = vehicle_and_act(case)
    return [
        vehicle,
        ("Chủ phương tiện", owner.full_name),
        ("Số định danh cá nhân/mã số doanh nghiệp", owner.identity_number),
        ("Địa chỉ", owner.address),
        *act,
    ]


def vehicle_and_act(case: Violation) -> list[tuple[str, str]]:
    """Return the lines that name vehicle, time, place, acts and measurement, the vehicle first."""
    vehicle, act = vehicle_block(case), act_block(case)
    lines = [
        (
            "Phương tiện",
            f"{vehicle['class_name']}; biển số {vehicle['plate']}; màu biển số: "
            f"{vehicle['plate_colour']}",
        ),
        ("Thời gian vi phạm", instant_words(act["occurred_at"])),
        ("Địa điểm vi phạm", act["place"]),
        ("Hành vi vi phạm", "; ".join(describe_act(rule) for rule in rules_of(case))),
        ("Quy định tại", "; ".join(rule.citation for rule in rules_of(case))),
    ]
    if act["measurement"]:
        lines.append(("Kết quả ghi nhận", measured(act["measurement"])))
    return lines


def rules_of(case: Violation) -> list[PenaltyRule]:
    """Return the rules of every act that is held against the offender, the first act first."""
    assert case.rule is not None  # a verified case has its rule
    further = case.further_acts.filter(withdrawn_at__isnull=True).select_related("rule")
    return [case.rule, *(act.rule for act in further)]


def listed_files(case: Violation) -> list[str]:
    """Return a line for each original file with its hash, under a line that counts them."""
    files = file_list(case)
    return [
        f"{two_digits(len(files))} tệp ảnh gốc, kèm giá trị băm SHA-256:",
        *(f"{file['name']}: {hash_lines(file['sha256'])}" for file in files),
    ]


def _notice_reference(case: Violation) -> dict[str, str] | None:
    """Return number and day of the notice to the owner, or None when none has gone out yet."""
    signed = (
        case.events.filter(step__in=["sign_notice", "sign_corrected_notice"])
        .select_related("notice")
        .last()
    )
    if signed is None or signed.notice is None:
        return None
    return {
        "number": signed.notice.number_text,
        "made_on": signed.notice.issued_on.isoformat(),
    }


def _notice_sentence(case: Violation) -> str:
    """Say when the owner was notified, or that no notice has gone out yet."""
    notice = _notice_reference(case)
    if notice is None:
        return "Chưa gửi thông báo cho chủ phương tiện."
    return (
        f"Đã gửi Thông báo vi phạm hành chính số {notice['number']} ngày "
        f"{day_words(notice['made_on'])} cho chủ phương tiện."
    )


def in_one_sentence(text: str) -> str:
    """Let words that a person wrote end with one full stop."""
    return text.strip().rstrip(".") + "."
