"""One complete context a form; everything in it is made up. The short forms: contexts_forms."""

from copy import deepcopy
from typing import Any

from tests.notices.contexts_forms import FORMS, SHEETS
from tests.notices.contexts_ordinary import ORDINARY
from tests.notices.papers import paper as _paper
from tests.notices.particulars import (
    ADDRESS,
    DEVICE,
    FILES,
    RED_LIGHT,
    SPEEDING,
    TRAN_VAN_HIEU,
    VEHICLE,
    hashed,
)

_NOTICE = _paper(
    "0412/TB-ĐCSGT2",
    "2026-10-16T08:12:40+07:00",
    addressee=ADDRESS,
    addressee_names=["Ông Trần Văn Hiếu"],
    honorific="ông",
    source={"kind": "own", "operator": None},
    vehicle=VEHICLE,
    owner={
        "kind": "individual",
        "name": "Trần Văn Hiếu",
        "identity_number": "0xx0xx00xxxx",
        "address": "số 27, ngõ 114 đường Hoa Ban, phường Minh Hòa, tỉnh Mẫu",
    },
    acts=[RED_LIGHT],
    preventive_measures=None,
    appointment={
        "at": "2026-10-27T08:00:00+07:00",
        "unit_name": "Đội Cảnh sát giao thông số 2 (mẫu)",
        "address": "số 1 đường Ví Dụ, phường Cầu Đông",
        "phone": "028 0000 0002",
    },
    alternative={
        "unit_name": "Công an phường Minh Hòa (mẫu)",
        "address": None,
        "phone": None,
        "at": None,
    },
    respond_by=None,
    device=DEVICE,
    authenticity="since_receipt",
    images=[
        {
            "sha256": hashed("picture 1"),
            "captured_at": "2026-10-12T17:42:08.120+07:00",
            "caption": "Xe chưa qua vạch dừng, đèn đỏ đã bật 2,4 giây",
        },
        {
            "sha256": hashed("picture 2"),
            "captured_at": "2026-10-12T17:42:10.520+07:00",
            "caption": "Cả xe đã qua vạch dừng, đèn đỏ đã bật 4,8 giây",
        },
    ],
    files=FILES,
)
_NOTICE["recipients"] = [
    "Như trên",
    "Công an phường Minh Hòa (để phối hợp)",
    "Lưu: hồ sơ vụ việc",
]

_RECORD = _paper(
    "0163/BB-VPHC",
    "2026-10-27T09:05:00+07:00",
    subject="trật tự, an toàn giao thông đường bộ",
    started_at="2026-10-27T08:10:00+07:00",
    ended_at="2026-10-27T09:00:00+07:00",
    made_at_place="trụ sở Đội Cảnh sát giao thông số 2 (mẫu), số 1 đường Ví Dụ, phường Cầu Đông",
    place_reason="vi phạm được phát hiện bằng phương tiện, thiết bị kỹ thuật nghiệp vụ; người điều "
    "khiển phương tiện không bị dừng xe tại nơi vi phạm",
    bases=[
        "Điều 58, Điều 64 Luật Xử lý vi phạm hành chính (sửa đổi, bổ sung năm 2020 và năm 2025)",
        "kết quả thu thập được bằng thiết bị CAM-0412, số sê-ri MAU-0412-88, ngày 12/10/2026, hồ "
        "sơ số PN-2026-000412",
    ],
    device=DEVICE,
    authenticity="gateway_signed",
    files=FILES,
    officers=[
        {
            "name": "Phạm Thu Hà",
            "position": "Cán bộ",
            "unit": "Đội Cảnh sát giao thông số 2 (mẫu)",
        }
    ],
    witnesses=[
        {"name": "Vũ Thị Lan", "occupation": None, "address": "phường Cầu Đông, tỉnh Mẫu"},
        {"name": "Đỗ Văn Nam", "occupation": "giáo viên", "address": "phường Minh Hòa, tỉnh Mẫu"},
    ],
    local_authority=None,
    interpreter=None,
    offender=TRAN_VAN_HIEU,
    vehicle=VEHICLE,
    acts=[RED_LIGHT],
    aggravating=[],
    mitigating=["tự nguyện khai báo, thành thật hối lỗi"],
    injured_party=None,
    offender_statement="thừa nhận hành vi; xin xem xét vì lần đầu vi phạm",
    witness_statement=None,
    injured_statement=None,
    ordered_to_stop=False,
    preventive_measures=None,
    seized=[
        {
            "name": "Giấy phép lái xe",
            "unit": "giấy",
            "quantity": 1,
            "kind": "hạng B",
            "condition": "còn giá trị",
            "note": None,
        }
    ],
    explanation={
        "to": "Đội trưởng Đội Cảnh sát giao thông số 2 (mẫu)",
        "address": "số 1 đường Ví Dụ, phường Cầu Đông",
        "hearing_working_days": 2,
        "written_working_days": 5,
    },
    appointment={
        "at": "2026-11-06T08:00:00+07:00",
        "unit_name": "Đội Cảnh sát giao thông số 2 (mẫu)",
        "address": "số 1 đường Ví Dụ, phường Cầu Đông",
        "phone": "028 0000 0002",
    },
    copies=2,
    delivered_to="ông Trần Văn Hiếu",
    electronic=None,
    unsigned_reason=None,
    offender_signed={"name": "Trần Văn Hiếu", "digital": None},
    witness_signed=["Vũ Thị Lan", "Đỗ Văn Nam"],
)

_DECISION = _paper(
    "0187/QĐ-XPHC",
    "2026-11-05T16:48:03+07:00",
    addressee=None,
    authority="Đội trưởng Đội Cảnh sát giao thông số 2 (mẫu)",
    bases=[
        "Điều 57, Điều 68, Điều 70, Điều 78, Điều 85 Luật Xử lý vi phạm hành chính (sửa đổi, bổ "
        "sung năm 2020 và năm 2025)",
        "Nghị định số 168/2024/NĐ-CP, được sửa đổi, bổ sung bởi Nghị định số 238/2026/NĐ-CP",
    ],
    record={"number": "0163/BB-VPHC", "made_on": "2026-10-27"},
    hearing_record=None,
    verification_record=None,
    delegation={"number": "12/QĐ-GQ", "made_on": "2026-01-05"},
    period_note=None,
    offender=TRAN_VAN_HIEU,
    others=[],
    vehicle=VEHICLE,
    violations=[{**RED_LIGHT, "fine_vnd": 19_000_000}],
    aggravating=[],
    mitigating=[],
    fine_total_vnd=19_000_000,
    additional=[],
    zero_tens="linh",
    remedial=[],
    remedial_deadline=None,
    cost_refund=None,
    effective_on="2026-11-05",
    payment={
        "days": 10,
        "treasury": "Kho bạc Nhà nước khu vực (mẫu)",
        "bank": "Ngân hàng thương mại ủy nhiệm thu (mẫu)",
        "account": "7111.0.0000000",
        "account_name": "Thu phạt vi phạm hành chính (mẫu)",
        "authority_code": "0000000",
        "chapter": "000",
        "item": "0000",
    },
    seized_note=None,
    collector="Kho bạc Nhà nước khu vực (mẫu)",
    executing_unit="Đội Cảnh sát giao thông số 2 (mẫu)",
    coordinating_units=["Công an phường Minh Hòa (mẫu)"],
    points_note="trừ 04 điểm",
)
_DECISION["signature"] = {
    "capacity": "KT.",
    "head_title": "Đội trưởng",
    "title": "Phó Đội trưởng",
    "name": "Lê Quang Minh",
    "digital": {"unit": "Đội CSGT số 2 (mẫu)", "signed_at": "2026-11-05T16:48:03+07:00"},
}
_DECISION["recipients"] = ["Như Điều 3", "Lưu: hồ sơ vụ việc"]

_CONFIRMATION = _paper(
    "0021/XN-ĐCSGT2",
    "2026-11-23T10:15:00+07:00",
    payer={"name": "Trần Văn Hiếu", "address": None},
    vehicle=VEHICLE,
    decision={
        "number": "0187/QĐ-XPHC",
        "issued_on": "2026-11-05",
        "unit": "Đội Cảnh sát giao thông số 2 (mẫu)",
    },
    payments=[
        {
            "received_at": "2026-11-19T21:04:11+07:00",
            "channel": "Chuyển khoản VietQR",
            "reference": "FT26323000123456",
            "purpose": "fine",
            "amount_vnd": 19_000_000,
        },
        {
            "received_at": "2026-11-22T07:30:00+07:00",
            "channel": "VNPAY",
            "reference": "14422574",
            "purpose": "late_charge",
            "amount_vnd": 28_500,
        },
    ],
    due_vnd=19_000_000,
    late_charge_vnd=28_500,
    paid_vnd=19_028_500,
    zero_tens="linh",
    balance_vnd=0,
    state_voucher=None,
)
_CONFIRMATION["recipients"] = ["Người nộp", "Lưu: hồ sơ vụ việc"]

_MANIFEST = _paper(
    "2026-10-16/01",
    "2026-10-16T14:00:00+07:00",
    run={
        "number": "2026-10-16/01",
        "printed_at": "2026-10-16T14:00:00+07:00",
        "operator": "Nguyễn Thị Lan",
        "printer": "Máy in phòng văn thư",
        "duplex": True,
        "receipt": None,
    },
    items=[
        {
            "order": order,
            "number": f"{411 + order:04}/TB-ĐCSGT2",
            "kind": "TB0173",
            "recipient": "Ông Trần Văn Hiếu" if order % 2 else "Công ty TNHH Vận tải Ví Dụ (mẫu)",
            "area": "phường Minh Hòa, tỉnh Mẫu",
            "pages": 3,
            "sheets": 2,
            "tracking_number": f"RM{order:08}9VN" if order % 5 else None,
            "pdf_sha256": hashed(f"pdf {order}"),
        }
        for order in range(1, 41)
    ],
    totals={"items": 40, "pages": 120, "sheets": 80, "with_tracking": 32},
)

_EVIDENCE_LIST = _paper(
    "0033/BK-ĐCSGT2",
    "2026-11-02T09:00:00+07:00",
    case_number="PN-2026-000412",
    vehicle=VEHICLE,
    acts=[RED_LIGHT, SPEEDING],
    device=DEVICE,
    authenticity="since_receipt",
    delivery={
        "receipt_id": "01890a5d-ac96-774b-bcce-b302099a8001",
        "raw_sha256": hashed("raw delivery"),
        "received_at": "2026-10-12T17:42:15+07:00",
        "level": "C",
    },
    files=FILES,
    custody=[
        {
            "sequence": 1000 + place,
            "at": f"2026-10-12T17:{42 + place}:15+07:00",
            "action": action,
            "actor": actor,
            "object": item,
            "reason": None,
            "row_hash": hashed(f"row {place}"),
        }
        for place, (action, actor, item) in enumerate(
            (
                ("tiếp nhận", "cổng tiếp nhận", "gói dữ liệu gốc"),
                ("tách tệp", "bộ đọc hikvision", "anh-1.jpg"),
                ("tách tệp", "bộ đọc hikvision", "anh-2.jpg"),
                ("xem", "Phạm Thu Hà", "anh-1.jpg"),
            )
        )
    ],
    checkpoint={
        "size": 20416,
        "root": hashed("root"),
        "at": "2026-10-12T17:50:00+07:00",
    },
    prepared_by="Phạm Thu Hà",
    prepared_at="2026-11-02T08:55:00+07:00",
)

_ALL = {
    "TB0173": _NOTICE,
    "MBB01": _RECORD,
    "MQD02": _DECISION,
    "XNNT": _CONFIRMATION,
    "BKIN": _MANIFEST,
    "BKCC": _EVIDENCE_LIST,
    **FORMS,
}
KINDS = tuple(_ALL)  # the numbered papers with a template of their own
_ALL |= SHEETS | ORDINARY


def context(kind: str, **changes: Any) -> dict[str, Any]:
    """Return a fresh copy of a form's context, with some keys changed."""
    return deepcopy(_ALL[kind]) | deepcopy(changes)
