"""Papers as PDF: every field of the form is there, nothing is cut off, nothing quietly missing."""

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from pypdf import PdfReader

from notices.lookup_codes import derive_code, pretty
from notices.rendering import Rendered, RenderError, render, template_version
from tests.notices.contexts import (
    COMPANY,
    KINDS,
    PAPER_ID,
    PICTURES,
    RED_LIGHT,
    SPEEDING,
    context,
    hashed,
    photo,
)

pytestmark = pytest.mark.gate

CODE = derive_code(UUID(PAPER_ID), bytes(range(32)))


def made(kind: str, **changes: Any) -> Rendered:
    return render(kind, context(kind, **changes), PICTURES, lookup_code=CODE)


@cache
def golden(kind: str) -> Rendered:
    return made(kind)


def text_of(paper: Rendered) -> str:
    """Extract the text of all pages as one line."""
    pages = PdfReader(BytesIO(paper.pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


REQUIRED = {
    "TB0173": [
        # the sixteen items of mẫu 01/73, in the order of law.md §3.3
        "PHÒNG CẢNH SÁT GIAO THÔNG (MẪU)",
        "ĐỘI CSGT SỐ 2 (MẪU)",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 0412/TB-ĐCSGT2",
        "Cầu Đông, ngày 16 tháng 10 năm 2026",
        "THÔNG BÁO",
        "Vi phạm hành chính về trật tự, an toàn giao thông đường bộ",
        "Kính gửi: Ông Trần Văn Hiếu",
        "đã sử dụng phương tiện, thiết bị kỹ thuật nghiệp vụ phát hiện và ghi nhận",
        "1. Phương tiện: ô tô con; biển số: 51K-208.64; màu biển số: nền trắng, chữ đen.",
        "2. Chủ phương tiện: Trần Văn Hiếu; số định danh: 0xx0xx00xxxx; địa chỉ: số 27",
        "3. Thời gian vi phạm: 17 giờ 42 phút 08 giây, ngày 12 tháng 10 năm 2026.",
        "Địa điểm vi phạm: nút giao Lê Lai – Trần Phú",
        "4. Hành vi vi phạm: không chấp hành hiệu lệnh của đèn tín hiệu giao thông; quy định tại "
        "điểm b khoản 9 Điều 6 Nghị định số 168/2024/NĐ-CP",
        "màu đỏ được 2,4 giây",
        "5. Biện pháp ngăn chặn (nếu có): không.",
        "có mặt lúc 08 giờ 00 phút, ngày 27 tháng 10 năm 2026 tại Đội Cảnh sát giao thông số 2",
        "điện thoại 028 0000 0002",
        "Trường hợp đi lại khó khăn, ông có thể đến Công an phường Minh Hòa (mẫu), vào cùng",
        "mang theo: thông báo này; giấy tờ của phương tiện; giấy tờ của người điều khiển",
        "vụ việc sẽ được giải quyết theo quy định của pháp luật",
        "Kèm theo kết quả thu thập được bằng phương tiện, thiết bị kỹ thuật nghiệp vụ (02 ảnh)",
        "Nơi nhận:",
        "- Lưu: hồ sơ vụ việc.",
        "THỦ TRƯỞNG ĐƠN VỊ",
        "Lê Quang Minh",
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
    "MBB01": [
        "BIÊN BẢN VI PHẠM HÀNH CHÍNH",
        "Hôm nay, hồi 08 giờ 10 phút, ngày 27 tháng 10 năm 2026, tại trụ sở",
        "Lý do lập biên bản tại trụ sở cơ quan hoặc địa điểm khác:",
        "Căn cứ Điều 58, Điều 64 Luật Xử lý vi phạm hành chính",
        "Căn cứ kết quả thu thập được bằng thiết bị CAM-0412",
        "Chữ ký số của cổng thu nhận đúng",
        "Họ và tên: Phạm Thu Hà. Chức vụ: Cán bộ.",
        "1) Vũ Thị Lan. Nghề nghiệp: không có thông tin.",
        "3. Người phiên dịch: không.",
        "TRẦN VĂN HIẾU",
        "Ngày, tháng, năm sinh: 01/02/1984",
        "Số định danh cá nhân/Hộ chiếu: 000000000000; ngày cấp: 04/05/2021; nơi cấp: Cục",
        "2. Đã có hành vi vi phạm hành chính:",
        "Tình tiết tăng nặng: không. Tình tiết giảm nhẹ: tự nguyện khai báo",
        "3. Quy định tại: điểm b khoản 9 Điều 6",
        "4. Cá nhân, tổ chức bị thiệt hại: không.",
        "5. Ý kiến trình bày của cá nhân, tổ chức vi phạm: thừa nhận hành vi",
        "6. Ý kiến trình bày của người chứng kiến",
        "7. Ý kiến trình bày của cá nhân, tổ chức bị thiệt hại",
        "8. Yêu cầu chấm dứt ngay",
        "9. Biện pháp ngăn chặn",
        "Giấy phép lái xe",
        "hạng B",
        "10. Quyền giải trình:",
        "[x] Có quyền giải trình",
        "02 ngày làm việc",
        "05 ngày làm việc",
        "Yêu cầu ông Trần Văn Hiếu có mặt lúc 08 giờ 00 phút, ngày 06 tháng 11 năm 2026",
        "Biên bản lập xong hồi 09 giờ 00 phút",
        "02 bản",
        "NGƯỜI LẬP BIÊN BẢN",
        "NGƯỜI CHỨNG KIẾN",
        "Biên bản đã giao trực tiếp",
    ],
    "MQD02": [
        "QUYẾT ĐỊNH",
        "Xử phạt vi phạm hành chính",
        "ĐỘI TRƯỞNG ĐỘI CẢNH SÁT GIAO THÔNG SỐ 2 (MẪU)",
        "Căn cứ Điều 57, Điều 68, Điều 70, Điều 78, Điều 85 Luật Xử lý vi phạm hành chính",
        "Căn cứ Biên bản vi phạm hành chính số 0163/BB-VPHC lập ngày 27 tháng 10 năm 2026;",
        "Căn cứ Quyết định giao quyền xử phạt số 12/QĐ-GQ ngày 05 tháng 01 năm 2026.",
        "Điều 1. Xử phạt vi phạm hành chính đối với cá nhân có tên sau đây:",
        "1. Ông: TRẦN VĂN HIẾU",
        "2. Đã thực hiện hành vi",
        "3. Quy định tại: điểm b khoản 9",
        "4. Các tình tiết tăng nặng: không.",
        "5. Các tình tiết giảm nhẹ: không.",
        "mức phạt: 19.000.000 đồng (bằng chữ: mười chín triệu đồng chẵn)",
        "b) Hình thức xử phạt bổ sung: không.",
        "c) Biện pháp khắc phục hậu quả: không.",
        "Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày 05 tháng 11 năm 2026.",
        "bị cưỡng chế thi hành; cứ mỗi ngày chậm nộp phải nộp thêm 0,05%",
        "10 ngày kể từ ngày nhận được Quyết định này",
        "Tài khoản thu NSNN 7111.0.0000000",
        "Mã cơ quan ra quyết định xử phạt 0000000",
        "Mã chương 000",
        "Mã NDKT (tiểu mục) 0000",
        "Nop phat VPHC QD 0187/QD-XPHC ngay 05/11/2026",
        "có quyền khiếu nại hoặc khởi kiện",
        "2. Gửi cho Kho bạc Nhà nước khu vực (mẫu) để thu tiền phạt.",
        "3. Gửi cho Đội Cảnh sát giao thông số 2 (mẫu) để tổ chức thực hiện.",
        "KT. ĐỘI TRƯỞNG",
        "PHÓ ĐỘI TRƯỞNG",
        "không nộp vào tài khoản cá nhân",
        "Quyết định đã giao trực tiếp cho cá nhân bị xử phạt",
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


@pytest.mark.parametrize("kind", KINDS)
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
    assert "Người đại diện theo pháp luật: Nguyễn Thị Mai; giới tính: nữ; chức danh: Giám đốc" in text


def test_a_record_may_name_nobody_and_may_deny_the_right_to_explain() -> None:
    text = text_of(made("MBB01", offender=None, explanation=None, appointment=None))
    assert "Không xác định được cá nhân, tổ chức vi phạm" in text
    assert "[x] Không thuộc trường hợp giải trình" in text


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


# Layout


@cache
def boxes(kind: str) -> list[tuple[int, str, float, float, float, float]]:
    """Measure every word with pdftotext: page, word, left, top, right, bottom in millimetres."""
    html = run(["pdftotext", "-bbox", "-", "-"], golden(kind).pdf).decode()
    found, page = [], 0
    for line in html.splitlines():
        if "<page " in line:
            page += 1
        elif "<word " in line:
            numbers = [float(number) / 72 * 25.4 for number in re.findall(r'="([\d.-]+)"', line)]
            word = re.sub(r"<[^>]+>", "", line).strip()
            found.append((page, word, *numbers))
    return found


def run(command: list[str], data: bytes) -> bytes:
    """Run one of poppler's, qpdf's or zbar's tools, which must be installed for this test."""
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def words_at(kind: str, word: str) -> list[tuple[int, str, float, float, float, float]]:
    return [box for box in boxes(kind) if box[1] == word]


def test_the_address_stands_in_the_window_and_the_code_outside_it() -> None:
    page, _, left, top, _, _ = words_at("TB0173", "Người")[0]
    assert page == 1
    assert left == pytest.approx(20, abs=0.5)
    assert top == pytest.approx(49, abs=1.5)
    code_left = words_at("TB0173", pretty(CODE))[0][2]
    assert code_left > 20 + 94


def test_the_violation_begins_below_the_fold() -> None:
    assert words_at("TB0173", "Phương")[0] == words_at("TB0173", "Phương")[0]
    first = next(box for box in boxes("TB0173") if box[1] == "51K-208.64;")
    assert first[3] > 99


def test_page_margins_are_kept() -> None:
    for kind in ("TB0173", "MBB01", "MQD02", "XNNT"):
        for _, word, left, _, right, bottom in boxes(kind):
            if word in {"BẢN", "THỬ", "NGHIỆM", "KHÔNG", "CÓ", "GIÁ", "TRỊ", "PHÁP", "LÝ"}:
                continue  # the watermark lies across
            assert left >= 19.5, (kind, word)
            assert right <= 192.5, (kind, word)
            assert bottom <= 293, (kind, word)


def test_a_notice_with_two_pictures_is_one_sheet() -> None:
    assert golden("TB0173").pages == 2


def test_the_payment_data_stays_together_on_one_page() -> None:
    for extra in range(0, 12, 3):
        notes = [f"tình tiết giảm nhẹ thứ {number}" for number in range(extra * 8)]
        paper = made("MQD02", mitigating=notes)
        pages = [page.extract_text() for page in PdfReader(BytesIO(paper.pdf)).pages]
        holding = [page for page in pages if "Tài khoản thu NSNN" in page]
        assert len(holding) == 1
        assert "Nop phat VPHC" in holding[0]
        assert "kể từ ngày nhận được" in re.sub(r"\s+", " ", holding[0])


def test_a_very_long_address_wraps_inside_the_window() -> None:
    line = "Căn hộ 1203B, tòa nhà Ví Dụ Rất Dài, ngõ 114/27/5 đường Nguyễn Thị Hoa Ban, khu phố 12"
    long = {"name": "Ông CÔNG TẰNG TÔN NỮ TRẦN NGUYỄN VĂN HIẾU", "lines": [line, line, line, "Tỉnh Mẫu"]}
    assert sum(map(len, long["lines"])) > 260
    assert text_of(made("TB0173", addressee=long)).count("ngõ 114/27/5") == 3


def test_an_address_that_fits_no_window_stops_the_paper() -> None:
    endless = {"name": "Ông TRẦN VĂN HIẾU", "lines": ["Số 27, ngõ 114 đường Hoa Ban"] * 14}
    with pytest.raises(RenderError, match="1"):
        made("TB0173", addressee=endless)


def test_an_endless_word_wraps_or_stops_the_paper_but_never_runs_out_of_it() -> None:
    endless = "W" * 120
    text = text_of(made("MBB01", offender_statement=endless))
    assert text.replace(" ", "").count("W") >= 120
    manifest = context("BKIN")
    manifest["items"][0]["number"] = endless
    assert "WWWW" in text_of(made("BKIN", items=manifest["items"]))
    payments = context("XNNT")["payments"]
    payments[0]["amount_vnd"] = 10**17
    with pytest.raises(RenderError):  # a sum of money is never broken over two lines
        made("XNNT", payments=payments, paid_vnd=10**17 + 28_500, balance_vnd=19_000_000 - 10**17)


# Text


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
    text = text_of(made("MBB01", offender_statement=sly))
    assert 'src="https://evil.invalid/x.png"' in text
    assert "</script>" in text


# Pictures and files


def test_the_pictures_are_embedded_as_they_were_given() -> None:
    found = []
    for page in PdfReader(BytesIO(golden("TB0173").pdf)).pages:
        found += [image.image.size for image in page.images]
    assert found == [(1600, 900), (1600, 900)]


def test_a_picture_in_another_format_keeps_its_proportions() -> None:
    upright = dict.fromkeys(PICTURES, photo("upright", (900, 1600)))
    paper = render("TB0173", context("TB0173"), upright, lookup_code=CODE)
    assert paper.pages == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pictures: {},
        lambda pictures: dict(list(pictures.items())[:1]),
        lambda pictures: dict.fromkeys(pictures, b""),
        lambda pictures: dict.fromkeys(pictures, b"not a picture"),
        lambda pictures: {name: data[: len(data) // 2] for name, data in pictures.items()},
        lambda pictures: dict.fromkeys(
            pictures, b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
        ),
    ],
)
def test_a_missing_or_broken_picture_stops_the_paper(
    spoil: Callable[[dict[str, bytes]], dict[str, bytes]],
) -> None:
    with pytest.raises(RenderError):
        render("TB0173", context("TB0173"), spoil(PICTURES), lookup_code=CODE)


def test_a_paper_that_needs_a_code_is_not_made_without_one() -> None:
    for kind in ("TB0173", "MQD02"):
        with pytest.raises(RenderError):
            render(kind, context(kind), PICTURES)
    with pytest.raises(RenderError):
        render("TB0173", context("TB0173"), PICTURES, lookup_code="J340V9EHWQPMC0")
    with pytest.raises(RenderError):
        made("TB0173", lookup_base="not an address")


def test_an_incomplete_context_stops_the_paper() -> None:
    with pytest.raises(RenderError, match="payment"):
        made("MQD02", payment=None)


# The file


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_context_gives_the_same_bytes(kind: str) -> None:
    assert made(kind) == golden(kind)


def test_the_hash_follows_every_change_of_the_contents() -> None:
    assert made("MQD02", points_note=None).html_sha256 != golden("MQD02").html_sha256


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_says_what_it_is(kind: str) -> None:
    reader = PdfReader(BytesIO(golden(kind).pdf))
    root = reader.trailer["/Root"]
    assert reader.metadata.title.endswith(context(kind)["number"])
    assert reader.metadata.author == "Đội Cảnh sát giao thông số 2 (mẫu)"
    assert reader.metadata.creation_date.isoformat() == context(kind)["issued_at"]
    assert root["/Lang"] == "vi"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert b"pdfaid:part" in root["/Metadata"].get_data()
    assert bytes(reader.trailer["/ID"][0]).decode() == PAPER_ID
    assert len(reader.pages) == golden(kind).pages


@pytest.mark.parametrize("kind", KINDS)
def test_every_font_is_embedded_and_ours(kind: str) -> None:
    listed = run(["pdffonts", "-"], golden(kind).pdf).decode().splitlines()[2:]
    assert listed
    for line in listed:
        assert re.search(r"Tinos|Be-Vietnam-Pro|JetBrains-Mono", line)
        assert re.search(r"yes\s+yes\s+yes", line)


@pytest.mark.parametrize("kind", KINDS)
def test_qpdf_finds_no_fault(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(golden(kind).pdf)
    assert b"No syntax or stream encoding errors" in run(["qpdf", "--check", str(path)], b"")


@pytest.mark.parametrize("kind", ["TB0173", "MBB01", "MQD02", "XNNT"])
def test_a_phone_reads_the_printed_qr(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(golden(kind).pdf)
    run(["pdftoppm", "-r", "300", "-gray", "-png", str(path), str(tmp_path / "page")], b"")
    read = set()
    for page in sorted(tmp_path.glob("page*.png")):
        if shutil.which("zbarimg"):
            done = subprocess.run(
                ["zbarimg", "-q", "--raw", str(page)], capture_output=True, text=True, check=False
            )
            read |= set(done.stdout.split())
        else:
            pytest.skip("zbarimg is not installed")
    assert read == {f"HTTPS://TRACUU.TEST.INVALID/TRA-CUU/#{CODE}"}


def test_the_form_version_is_short_and_stable() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", template_version())
    assert template_version() == template_version()


def test_rendering_leaves_no_mark_on_the_pictures() -> None:
    before = {name: sha256(data).hexdigest() for name, data in PICTURES.items()}
    made("TB0173")
    assert before == {name: sha256(data).hexdigest() for name, data in PICTURES.items()}
    assert set(PICTURES) == {hashed("picture 1"), hashed("picture 2")}
    assert Image.open(BytesIO(PICTURES[hashed("picture 1")])).size == (1600, 900)
