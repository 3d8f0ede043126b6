"""Complete contexts of the short forms and of the sheets without a number."""

from tests.notices.papers import paper, sheet
from tests.notices.particulars import ADDRESS, FILES, RED_LIGHT, VEHICLE

OWNER = {
    "kind": "individual",
    "name": "Trần Văn Hiếu",
    "identity_number": "000000000000",
    "address": "số 27, ngõ 114 đường Hoa Ban, phường Minh Hòa, tỉnh Mẫu",
}
NOTICE = {"number": "0412/TB-ĐCSGT2", "made_on": "2026-10-16"}
DECISION = {"number": "0187/QĐ-XPHC", "made_on": "2026-11-05"}
COMPLAINT = {
    "addressee": ADDRESS,
    "complainant": {
        "style": "Ông",
        "name": "Trần Văn Hiếu",
        "identity_number": "000000000000",
        "address": "số 27, ngõ 114 đường Hoa Ban, phường Minh Hòa, tỉnh Mẫu",
    },
    "level": 1,
    "received_on": "2026-11-10",
    "about": "Quyết định xử phạt vi phạm hành chính số 0187/QĐ-XPHC ngày 05 tháng 11 năm 2026",
    "respondent": "Người ra quyết định, Đội Cảnh sát giao thông số 2 (mẫu)",
    "content": "Tôi không điều khiển xe tại thời điểm đó; xe đã cho người khác mượn.",
}

FORMS = {
    "TB0273": paper(
        "0009/TB-TĐ-ĐCSGT2",
        "2026-11-05T16:48:03+07:00",
        addressee=ADDRESS,
        honorific="ông",
        name="Trần Văn Hiếu",
        identity_number="000000000000",
        residence="số 27, ngõ 114 đường Hoa Ban, phường Minh Hòa, tỉnh Mẫu",
        decision=DECISION,
        vehicle=VEHICLE,
        registration_number=None,
        licence={
            "part": "phần có thời hạn (xe ô tô)",
            "number": "000000000789",
            "classes": "A1, B2",
            "issued_on": "2020-05-04",
            "issued_by": "Sở Giao thông vận tải (mẫu)",
        },
        points_before=12,
        points_decided=4,
        points_after=8,
        deducted_on="2026-11-05",
        test_from=None,
    ),
    "PC0373": paper(
        "0031/PC-ĐCSGT2",
        "2026-10-16T08:12:40+07:00",
        to_unit="Công an phường Minh Hòa (mẫu)",
        vehicle=VEHICLE,
        owner=OWNER,
        acts=[RED_LIGHT],
        notice=NOTICE,
        reason="chủ phương tiện cư trú tại địa bàn phường Minh Hòa",
        files=FILES,
    ),
    "PG04": paper(
        "0007/PG-ĐCSGT2",
        "2026-11-09T09:00:00+07:00",
        commune="Công an phường Minh Hòa (mẫu)",
        notice=NOTICE,
        vehicle=VEHICLE | {"class_name": "mô tô", "plate": "59-T1 123.45"},
        owner=OWNER,
        acts=[RED_LIGHT],
    ),
    "KN03": paper("0002/TB-TLKN", "2026-11-16T08:30:00+07:00", decide_by="2026-12-16", **COMPLAINT),
    "KN04": paper(
        "0001/TB-KTLKN",
        "2026-11-16T08:30:00+07:00",
        ground="thời hiệu, thời hạn khiếu nại đã hết mà không có lý do chính đáng (khoản 6 Điều 11)",
        reason="Đơn nhận sau 90 ngày kể từ ngày nhận được quyết định.",
        **COMPLAINT,
    ),
}
FORMS["PC0373"]["recipients"] = ["Công an phường Minh Hòa (mẫu)", "Lưu: hồ sơ vụ việc"]
FORMS["PG04"]["recipients"] = ["Công an phường Minh Hòa (mẫu)", "Lưu: hồ sơ vụ việc"]
FORMS["TB0273"]["recipients"] = [
    "Như trên",
    "Cơ quan quản lý giấy phép lái xe",
    "Lưu: hồ sơ vụ việc",
]

SHEETS = {
    "TODC": sheet(
        addressee=ADDRESS,
        enclosed=["0187/QĐ-XPHC", "0009/TB-TĐ-ĐCSGT2"],
        tracking_number="RM000000015VN",
    ),
    "GBP": sheet(
        addressee=ADDRESS,
        enclosures=[
            {
                "title": "Quyết định xử phạt vi phạm hành chính",
                "number": "0187/QĐ-XPHC",
                "issued_on": "2026-11-05",
                "pages": 3,
            },
            {
                "title": "Thông báo trừ điểm giấy phép lái xe",
                "number": "0009/TB-TĐ-ĐCSGT2",
                "issued_on": "2026-11-05",
                "pages": 1,
            },
        ],
        carrier="bưu gửi bảo đảm",
        tracking_number="RM000000015VN",
    ),
    "KN01": sheet(
        addressed_to="Đội trưởng Đội Cảnh sát giao thông số 2 (mẫu)",
        name=None,
        identity_number=None,
        address=None,
        respondent="Đội Cảnh sát giao thông số 2 (mẫu)",
        decision=DECISION,
    ),
}
