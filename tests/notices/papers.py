"""What every made-up paper of the tests has."""

from typing import Any

from tests.notices.particulars import PAPER_ID, UNIT


def paper(number: str, issued_at: str, **rest: Any) -> dict[str, Any]:
    """Return the keys that all papers share, and the form's own."""
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


def sheet(**rest: Any) -> dict[str, Any]:
    """Return the keys that all sheets without a number share, and the sheet's own."""
    return {
        "paper_id": PAPER_ID,
        "issued_at": "2026-11-05T16:48:03+07:00",
        "draft": False,
        "trial": True,
        "unit": UNIT,
        "lookup_base": "https://tracuu.test.invalid",
        **rest,
    }
