"""Each statutory form beside its list of fields: every line is there, in the order of the form.

The lists are those of shared/domain/law.md §3.3 to §3.8, kept in ``form_fields``.
"""

import re
from functools import cache
from typing import Any

import pytest

from tests.notices.form_fields import FIELDS, IN_FULL, LETTER_HEAD
from tests.notices.making import made, run
from tests.notices.particulars import COMPANY, SPEEDING

pytestmark = pytest.mark.gate


def text_of(kind: str, **changes: Any) -> str:
    """Print a form and read it back in the order it was set, without the foot of each page."""
    pdf = made(kind, trial=False, **changes).pdf
    pages = run(["pdftotext", "-raw", "-", "-"], pdf).decode().split("\f")
    bodies = [re.split(r"\nMẫu [^\n]*số \d", page)[0] for page in pages]
    text = re.sub(r"\s+", " ", " ".join(bodies))
    return re.sub(r"(?:\. ){3,}", " ", text).replace("  ", " ")


@cache
def read(kind: str) -> str:
    """Print a form with every field filled and read it back."""
    return text_of(kind, **IN_FULL.get(kind, {}))


@pytest.mark.parametrize("kind", FIELDS)
def test_every_line_of_the_form_is_printed_in_its_order(kind: str) -> None:
    text, place, missing = read(kind), 0, []
    for line, words in FIELDS[kind]:
        found = text.find(words, place)
        if found < 0:
            missing.append((line, words, "out of order" if words in text else "missing"))
        else:
            place = found
    assert missing == []


@pytest.mark.parametrize("kind", ["TB0173", "TB0273", "KN03", "KN04"])
def test_a_letter_has_the_whole_head(kind: str) -> None:
    text = read(kind)
    assert [words for _, words in LETTER_HEAD if words not in text] == []
    assert re.search(r"Số: 0\d+/TB-\S+", text)
    assert re.search(r"Cầu Đông, ngày \d\d tháng \d\d năm 2026", text)


@pytest.mark.parametrize("kind", ["MBB01", "MQD02"])
def test_an_organisation_has_its_own_particulars(kind: str) -> None:
    """law.md §3.6 B: name, HQ, code, registration, legal and authorised representative"""
    text = text_of(kind, offender=COMPANY)
    for words in (
        "CÔNG TY TNHH VẬN TẢI VÍ DỤ (MẪU)",
        "Địa chỉ trụ sở chính: số 5 đường Thử Nghiệm",
        "Mã số doanh nghiệp: 0000000000.",
        "giấy phép thành lập/đăng ký hoạt động: 0000000000; ngày cấp: 20/03/2019; nơi cấp: Sở",
        "Người đại diện theo pháp luật: Nguyễn Thị Mai; giới tính: nữ; chức danh: Giám đốc.",
        "Người được ủy quyền: Lý Văn Bình; giới tính: nam; chức danh: Trưởng phòng điều hành.",
    ):
        assert words in text


def test_many_are_fined_by_one_decision_each_his_own_sum() -> None:
    """MQĐ02 is for one person or many. law.md §3.7"""
    other = {
        "person": COMPANY,
        "violations": [{**SPEEDING, "fine_vnd": 14_000_000}],
        "aggravating": ["tái phạm"],
        "mitigating": [],
        "fine_total_vnd": 14_000_000,
        "additional": [],
    }
    text = text_of("MQD02", others=[other])
    for words in (
        "đối với 02 cá nhân, tổ chức có tên sau đây",
        "1) Ông: TRẦN VĂN HIẾU",
        "2) Tên tổ chức: CÔNG TY TNHH VẬN TẢI VÍ DỤ (MẪU)",
        "Trần Văn Hiếu: phạt tiền, mức phạt: 19.000.000 đồng",
        "Công ty TNHH Vận tải Ví Dụ (mẫu): phạt tiền, mức phạt: 14.000.000 đồng (bằng chữ: mười",
        "Giao cho ông Trần Văn Hiếu, Công ty TNHH Vận tải Ví Dụ (mẫu) để chấp hành",
        "Số tiền Trần Văn Hiếu: 19.000.000 đồng Công ty TNHH Vận tải Ví Dụ (mẫu): 14.000.000 đồng",
    ):
        assert words in text


def test_a_licence_without_points_names_the_test() -> None:
    """§3.4: after 06 months may take the test"""
    text = text_of("TB0273", points_before=2, points_after=0, test_from="2027-05-06")
    assert "Số điểm bị trừ: 02 điểm" in text
    assert "Mức trừ theo Quyết định nêu trên là 04 điểm; số điểm còn lại ít hơn" in text
    assert "Sau thời hạn ít nhất 06 tháng kể từ ngày bị trừ hết điểm (từ ngày 06 tháng 5" in text


def test_a_transfer_before_the_notice_says_so() -> None:
    assert "chưa gửi thông báo." in text_of("PC0373", notice=None)
