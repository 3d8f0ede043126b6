"""One complete context a form, everything in it made up, and the pictures it refers to."""

from copy import deepcopy
from hashlib import sha256
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

PAPER_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def hashed(text: str) -> str:
    """Return a SHA-256 that looks real and is the same in every run."""
    return sha256(text.encode()).hexdigest()


def photo(label: str, size: tuple[int, int] = (1600, 900)) -> bytes:
    """Draw a street photo stand-in as JPEG."""
    picture = Image.effect_noise((400, 225), 30).resize(size).convert("RGB")
    pen = ImageDraw.Draw(picture)
    width, height = size
    pen.rectangle((0, height * 0.45, width, height), fill="#3b4248")
    pen.polygon(((width * 0.4, height), (width * 0.5, height * 0.45), (width * 0.6, height)), "#777")
    pen.rectangle((width * 0.44, height * 0.55, width * 0.56, height * 0.75), fill="#d8dde0")
    pen.rectangle((0, 0, width, 40), fill="#000")
    pen.text((10, 10), label, fill="#fff", font_size=24)
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


PICTURES = {
    hashed("picture 1"): photo("CAM-0412 12/10/2026 17:42:08,120 ANH 1/2 MINH HOA"),
    hashed("picture 2"): photo("CAM-0412 12/10/2026 17:42:10,520 ANH 2/2 MINH HOA"),
}

UNIT = {
    "superior": "Phòng Cảnh sát giao thông (mẫu)",
    "name": "Đội Cảnh sát giao thông số 2 (mẫu)",
    "short_name": "Đội CSGT số 2 (mẫu)",
    "place": "Cầu Đông",
    "address": "số 1 đường Ví Dụ, phường Cầu Đông, tỉnh Mẫu",
    "phone": "028 0000 0002",
}
VEHICLE = {
    "class_name": "ô tô con",
    "plate": "51K-208.64",
    "plate_colour": "nền trắng, chữ đen",
}
DEVICE = {
    "name": "CAM-0412",
    "serial": "MAU-0412-88",
    "certificate_number": "KĐ-2026/0412 (mẫu)",
    "certificate_valid_until": "2027-06-30",
    "approval": "Quyết định số 15/QĐ-PCSGT ngày 02/3/2026 (mẫu)",
    "operator": "Đại úy Phạm Thu Hà, Đội CSGT số 2 (mẫu)",
}
RED_LIGHT = {
    "description": "không chấp hành hiệu lệnh của đèn tín hiệu giao thông",
    "provision": "điểm b khoản 9 Điều 6 Nghị định số 168/2024/NĐ-CP, được sửa đổi, bổ sung bởi "
    "Nghị định số 238/2026/NĐ-CP",
    "occurred_at": "2026-10-12T17:42:08.120+07:00",
    "place": "nút giao Lê Lai – Trần Phú, hướng đi Cầu Đông, tỉnh Mẫu",
    "measurement": {"kind": "red_light", "red_since_ms": 2400},
}
SPEEDING = {
    "description": "điều khiển xe chạy quá tốc độ quy định trên 20 km/h đến 35 km/h",
    "provision": "điểm a khoản 6 Điều 6 Nghị định số 168/2024/NĐ-CP",
    "occurred_at": "2026-10-12T17:41:02.000+07:00",
    "place": "Km 12+300 đường Ví Dụ, tỉnh Mẫu",
    "measurement": {
        "kind": "speed",
        "measured_tenths": 895,
        "tolerance_tenths": 30,
        "counted_tenths": 865,
        "limit_tenths": 600,
    },
}
FILES = [
    {
        "name": f"anh-{place}.jpg",
        "sha256": hashed(f"picture {place}"),
        "bytes": 1_204_512 + place,
        "media_type": "image/jpeg",
        "captured_at": captured,
    }
    for place, captured in (
        (1, "2026-10-12T17:42:08.120+07:00"),
        (2, "2026-10-12T17:42:10.520+07:00"),
    )
]
TRAN_VAN_HIEU = {
    "kind": "individual",
    "honorific": "ông",
    "name": "Trần Văn Hiếu",
    "gender": "nam",
    "born_on": "1984-02-01",
    "nationality": "Việt Nam",
    "occupation": "kinh doanh",
    "address": "số 27, ngõ 114 đường Hoa Ban, phường Minh Hòa, tỉnh Mẫu",
    "identity_number": "000000000000",
    "identity_issued_on": "2021-05-04",
    "identity_issued_by": "Cục Cảnh sát (mẫu)",
    "business_code": None,
    "registration_number": None,
    "registered_on": None,
    "registered_at": None,
    "representative": None,
    "authorised": None,
}
COMPANY = {
    "kind": "organisation",
    "honorific": None,
    "name": "Công ty TNHH Vận tải Ví Dụ (mẫu)",
    "gender": None,
    "born_on": None,
    "nationality": None,
    "occupation": None,
    "address": "số 5 đường Thử Nghiệm, phường Minh Hòa, tỉnh Mẫu",
    "identity_number": None,
    "identity_issued_on": None,
    "identity_issued_by": None,
    "business_code": "0000000000",
    "registration_number": "0000000000",
    "registered_on": "2019-03-20",
    "registered_at": "Sở Tài chính tỉnh Mẫu",
    "representative": {"name": "Nguyễn Thị Mai", "gender": "nữ", "title": "Giám đốc"},
    "authorised": {"name": "Lý Văn Bình", "gender": "nam", "title": "Trưởng phòng điều hành"},
}
ADDRESS = {
    "name": "Ông TRẦN VĂN HIẾU",
    "lines": ["Số 27, ngõ 114 đường Hoa Ban", "Tổ 5, phường Minh Hòa", "Tỉnh Mẫu"],
}


def _paper(number: str, issued_at: str, **rest: Any) -> dict[str, Any]:
    return {
        "paper_id": PAPER_ID,
        "number": number,
        "issued_at": issued_at,
        "draft": False,
        "trial": True,
        "unit": UNIT,
        "lookup_base": "https://tracuu.test.invalid",
        "signature": {
            "capacity": None,
            "head_title": None,
            "title": "Thủ trưởng đơn vị",
            "name": "Lê Quang Minh",
            "digital": {"unit": "Đội CSGT số 2 (mẫu)", "signed_at": issued_at},
        },
        "recipients": ["Như trên", "Lưu: hồ sơ vụ việc"],
        **rest,
    }


_NOTICE = _paper(
    "0412/TB-ĐCSGT2",
    "2026-10-16T08:12:40+07:00",
    addressee=ADDRESS,
    addressee_names=["Ông Trần Văn Hiếu"],
    honorific="ông",
    source={"kind": "own", "operator": None},
    vehicle=VEHICLE,
    owner={
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
    subject="Vi phạm hành chính về trật tự, an toàn giao thông đường bộ",
    started_at="2026-10-27T08:10:00+07:00",
    ended_at="2026-10-27T09:00:00+07:00",
    made_at_place="trụ sở Đội Cảnh sát giao thông số 2 (mẫu), số 1 đường Ví Dụ, phường Cầu Đông",
    place_reason="vi phạm được phát hiện bằng phương tiện, thiết bị kỹ thuật nghiệp vụ; người điều "
    "khiển phương tiện không bị dừng xe tại nơi vi phạm",
    bases=[
        "Điều 58, Điều 64 Luật Xử lý vi phạm hành chính (sửa đổi, bổ sung năm 2020 và năm 2025)",
        "kết quả thu thập được bằng thiết bị CAM-0412, số sê-ri MAU-0412-88, ngày 12/10/2026",
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
    vehicle=VEHICLE,
    violations=[{**RED_LIGHT, "fine_vnd": 19_000_000}],
    aggravating=[],
    mitigating=[],
    fine_total_vnd=19_000_000,
    additional=[],
    remedial=[],
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
}
KINDS = tuple(_ALL)


def context(kind: str, **changes: Any) -> dict[str, Any]:
    """Return a fresh copy of a form's context, with some keys changed."""
    return deepcopy(_ALL[kind]) | deepcopy(changes)
