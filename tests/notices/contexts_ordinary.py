"""Complete contexts of papers in the ordinary layout: one for each of its shapes."""

from typing import Any

from tests.notices.papers import paper
from tests.notices.particulars import ADDRESS


def _ordinary(number: str, heading: str, subject: str, **rest: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "addressee": None,
        "authority": None,
        "bases": [],
        "particulars": [],
        "counter_signer": None,
    }
    return paper(
        number,
        "2026-11-16T08:30:00+07:00",
        heading=heading,
        subject=subject,
        **(empty | rest),
    )


# A decision, minutes that two sides sign, and a letter to a person.
ORDINARY = {
    "MQD03": _ordinary(
        "0004/QĐ-HTHQĐ",
        "QUYẾT ĐỊNH",
        "Về việc hoãn thi hành quyết định phạt tiền",
        authority="Đội trưởng Đội Cảnh sát giao thông số 2 (mẫu)",
        bases=[
            "Điều 76 Luật Xử lý vi phạm hành chính (sửa đổi, bổ sung năm 2020 và năm 2025)",
            "Quyết định xử phạt vi phạm hành chính số 0187/QĐ-XPHC ngày 05/11/2026",
        ],
        particulars=[{"label": "Người bị xử phạt", "value": "Trần Văn Hiếu"}],
        articles=[
            {
                "title": "Điều 1",
                "paragraphs": ["Hoãn thi hành quyết định phạt tiền đến hết ngày 16/02/2027."],
            },
            {"title": "Điều 2", "paragraphs": ["Quyết định này có hiệu lực kể từ ngày ký."]},
        ],
    ),
    "MBB02": _ordinary(
        "0011/BB-LV",
        "BIÊN BẢN LÀM VIỆC",
        "Về vụ việc vi phạm hành chính về trật tự, an toàn giao thông đường bộ",
        particulars=[{"label": "Người đến làm việc", "value": "Trần Văn Hiếu (chủ phương tiện)"}],
        articles=[{"title": "1. Ý kiến", "paragraphs": ["Tôi cho em trai mượn xe."]}],
        counter_signer="Người đến làm việc",
    ),
    "TBTC": _ordinary(
        "0003/TB-TCĐN-ĐCSGT2",
        "THÔNG BÁO",
        "Về việc không chấp nhận đề nghị hoãn thi hành quyết định phạt tiền",
        addressee=ADDRESS,
        articles=[{"title": None, "paragraphs": ["Lý do: không có xác nhận khó khăn."]}],
    ),
}
