"""Papers as text: what they say, how it follows what is true, and what cannot be printed.

The lines of the statutory forms: test_form_fields.
"""

import pytest

from notices.lookup_codes import pretty
from notices.rendering import RenderError
from tests.notices.contexts import context
from tests.notices.making import CODE, golden, made, text_of
from tests.notices.particulars import COMPANY, RED_LIGHT, SPEEDING

pytestmark = pytest.mark.gate

REQUIRED = {
    "TB0173": [
        # window, code box, annex
        "Ông TRẦN VĂN HIẾU",
        "Xem ảnh, trả lời",
        pretty(CODE),
        "tracuu.test.invalid/tra-cuu",
        "Ảnh 1, 17:42:08,120. Xe chưa qua vạch dừng",
        "CAM-0412, số sê-ri MAU-0412-88",
        "Số KĐ-2026/0412 (mẫu), có hiệu lực đến hết ngày 30/06/2027",
        "Toàn vẹn từ khi tiếp nhận",
        "1.204.513 byte",
        "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ",
    ],
    "XNNT": [
        "GIẤY XÁC NHẬN NỘP PHẠT",
        "Giấy này không phải là biên lai thu tiền phạt",
        "0187/QĐ-XPHC ngày 05 tháng 11 năm 2026",
        "FT26323000123456",
        "19.028.500 đồng",
        "mười chín triệu không trăm hai mươi tám nghìn năm trăm đồng",
        "đã được nộp đủ",
    ],
    "BKIN": [
        "BẢNG KÊ LÔ IN",
        "Lô 2026-10-16/01",
        "0451/TB-ĐCSGT2",
        "RM000000019VN",
        "40 văn bản, 120 trang, 80 tờ; đã đối chiếu khớp",
    ],
    "BKCC": [
        "BẢNG KÊ CHỨNG CỨ",
        "Hồ sơ số PN-2026-000412",
        "tốc độ đo được 89,5 km/h, trừ sai số cho phép 3 km/h còn 86,5 km/h",
        "C – xác thực bằng mật khẩu của thiết bị",
        "Điểm chốt nhật ký: 20416 dòng",
        "Người lập bảng kê: Phạm Thu Hà",
    ],
}


@pytest.mark.parametrize("kind", REQUIRED)
def test_every_field_of_the_form_is_printed(kind: str) -> None:
    text = text_of(golden(kind))
    assert [words for words in REQUIRED[kind] if words not in text] == []


def test_a_notice_names_no_sum_and_no_way_to_pay() -> None:
    text = text_of(golden("TB0173"))
    assert "Giấy này chưa yêu cầu nộp tiền." in text
    for word in ("000 đồng", "phạt tiền", "Tài khoản", "Kho bạc", "nộp phạt"):
        assert word not in text


@pytest.mark.parametrize("kind", ["TB0173", "MBB01", "BKCC"])
def test_every_evidence_hash_is_printed_whole(kind: str) -> None:
    text = text_of(golden(kind)).replace(" ", "")
    assert all(file["sha256"] in text for file in context(kind)["files"])


def test_the_wording_follows_what_was_signed() -> None:
    assert "Chữ ký số của cổng" not in text_of(golden("TB0173"))
    signed = text_of(made("TB0173", authenticity="gateway_signed"))
    assert "Chữ ký số của cổng thu nhận đúng" in signed
    assert "Toàn vẹn từ khi tiếp nhận" not in signed


def test_several_acts_are_fined_one_by_one_and_in_sum() -> None:
    acts = [{**RED_LIGHT, "fine_vnd": 38_000_000}, {**SPEEDING, "fine_vnd": 14_000_000}]
    text = text_of(made("MQD02", offender=COMPANY, violations=acts, fine_total_vnd=52_000_000))
    assert "hành vi 1: 38.000.000 đồng; hành vi 2: 14.000.000 đồng" in text
    assert "52.000.000 đồng (bằng chữ: năm mươi hai triệu đồng chẵn)" in text
    assert "đối với tổ chức" in text
    assert (
        "Người đại diện theo pháp luật: Nguyễn Thị Mai; giới tính: nữ; chức danh: Giám đốc" in text
    )


def test_a_warning_is_the_main_sanction_and_nothing_is_to_be_paid() -> None:
    acts = [{**RED_LIGHT, "fine_vnd": 0}]
    text = text_of(made("MQD02", violations=acts, fine_total_vnd=0, payment=None))
    assert "a) Hình thức xử phạt chính: cảnh cáo." in text
    assert "Không phải nộp tiền phạt" in text
    assert "2. Gửi cho Đội Cảnh sát giao thông số 2 (mẫu) để tổ chức thực hiện" in text
    for word in ("phạt tiền", "chậm nộp", "Tài khoản thu NSNN", "để thu tiền phạt"):
        assert word not in text


def test_a_warned_act_beside_a_fined_one_is_told_apart() -> None:
    acts = [{**RED_LIGHT, "fine_vnd": 19_000_000}, {**SPEEDING, "fine_vnd": 0}]
    text = text_of(made("MQD02", violations=acts))
    assert "hành vi 1: 19.000.000 đồng; hành vi 2: cảnh cáo. Tổng mức phạt: 19.000.000" in text


def test_a_deputy_signs_for_the_head_under_a_named_delegation() -> None:
    text = text_of(golden("MQD02"))
    assert "Căn cứ Quyết định giao quyền xử phạt số 12/QĐ-GQ ngày 05 tháng 01 năm 2026" in text
    assert "KT. ĐỘI TRƯỞNG" in text
    assert "PHÓ ĐỘI TRƯỞNG" in text


def test_a_record_may_name_nobody_and_may_deny_the_right_to_explain() -> None:
    text = text_of(made("MBB01", offender=None, explanation=None, appointment=None))
    assert "Không xác định được cá nhân, tổ chức vi phạm" in text
    assert "x Không thuộc trường hợp giải trình" in text


def test_a_partial_and_an_excess_payment_say_so() -> None:
    part = context("XNNT")["payments"][:1]
    text = text_of(made("XNNT", payments=part, paid_vnd=19_000_000, balance_vnd=28_500))
    assert "chưa được nộp đủ" in text
    excess = made("XNNT", due_vnd=10_000_000, balance_vnd=-9_000_000)
    assert "Nộp thừa 9.000.000 đồng" in text_of(excess)


def test_a_draft_is_marked_and_bears_no_signature() -> None:
    text = text_of(made("MQD02", draft=True, number="……/QĐ-XPHC"))
    assert "DỰ THẢO" in text
    assert "ngày …… tháng …… năm" in text
    assert "Kiểm tra tại trang tra cứu" not in text


def test_a_paper_of_the_live_service_has_no_watermark() -> None:
    text = text_of(made("MQD02", trial=False))
    assert "THỬ NGHIỆM" not in text
    assert "Chữ ký số" in text
    assert "bản thử" not in text


def test_decomposed_letters_are_composed() -> None:
    owner = context("TB0173")["owner"]
    composed = made("TB0173", owner={**owner, "name": "Nguyễn Thị Hoài Thương"})
    decomposed = made("TB0173", owner={**owner, "name": "Nguyễn Thị Hoài Thương"})
    assert composed.pdf == decomposed.pdf
    assert "Nguyễn Thị Hoài Thương" in text_of(decomposed)


@pytest.mark.parametrize(
    "name",
    [
        "Trần Văn 😀",
        "أحمد",
        "王伟",
        "Иван",
        "Trần\u202eVăn",
        "Trần\u200bVăn",
        "Trần\nVăn",
        "Trần\x00Văn",
        "Tra\u0300\u0301\u0302n",
        "Trần ⟦name⟧",
    ],
)
def test_text_that_cannot_be_printed_is_refused_without_repeating_it(name: str) -> None:
    owner = context("TB0173")["owner"]
    with pytest.raises(RenderError) as refused:
        made("TB0173", owner={**owner, "name": name})
    assert "U+" in str(refused.value)
    assert name not in str(refused.value)


def test_foreign_latin_names_are_printed() -> None:
    owner = context("TB0173")["owner"]
    name = "Łukasz Müller-Ñoño Žižka & Søn"
    assert name in text_of(made("TB0173", owner={**owner, "name": name}))


def test_markup_in_a_field_is_printed_as_text() -> None:
    sly = '</p><img src="https://evil.invalid/x.png"><script>alert("x")</script>'
    text = text_of(made("MBB01", offender_statement=sly)).replace(" ", "")
    assert 'src="https://evil.invalid/x.png"' in text
    assert "</script>" in text
