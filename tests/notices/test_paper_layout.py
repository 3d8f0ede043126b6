"""Papers as sheets: window, fold, margins and blocks are where the envelope and the reader need."""

import re
from functools import cache
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from notices.lookup_codes import pretty
from notices.rendering import RenderError
from tests.notices.contexts import KINDS, context
from tests.notices.making import CODE, golden, made, run, text_of

pytestmark = pytest.mark.gate


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


def words_at(kind: str, word: str) -> list[tuple[int, str, float, float, float, float]]:
    return [box for box in boxes(kind) if box[1] == word]


def test_the_address_stands_in_the_window_and_the_code_outside_it() -> None:
    page, _, left, top, _, _ = words_at("TB0173", "Người")[0]
    assert page == 1
    assert left == pytest.approx(20, abs=0.5)
    assert top == pytest.approx(49, abs=1.5)
    code_left = words_at("TB0173", pretty(CODE))[0][2]
    assert code_left > 20 + 94


@pytest.mark.parametrize("kind", ["TB0173", "TB0273", "KN03", "KN04", "TBTC"])
def test_a_letter_is_marked_where_it_is_folded(kind: str) -> None:
    """Thirds of A4, 99 and 198 mm from the top, at the left edge; nothing else stands there."""
    data = run(
        ["pdftoppm", "-r", "100", "-gray", "-f", "1", "-l", "1"], made(kind, trial=False).pdf
    )
    with Image.open(BytesIO(data)) as page:
        edge = page.crop((0, 0, 24, page.height))
        dark = {y for y in range(edge.height) if min(edge.crop((0, y, 24, y + 1)).tobytes()) < 200}
    assert {round(y / 100 * 25.4) for y in dark} == {99, 198}


@pytest.mark.parametrize("kind", ["TB0273", "KN03", "KN04", "TBTC"])
def test_every_letter_shows_its_address_in_the_window(kind: str) -> None:
    page, _, left, top, _, _ = words_at(kind, "Người")[0]
    assert (page, left) == (1, pytest.approx(20, abs=0.5))
    assert top == pytest.approx(49, abs=1.5)


@pytest.mark.parametrize("lines", range(26, 44))
def test_a_signature_stands_under_two_lines_at_least(lines: int) -> None:
    articles = [{"title": None, "paragraphs": [f"Dòng {number}." for number in range(lines)]}]
    pdf = made("MQD03", trial=False, articles=articles).pdf
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    last = next(page for page in pages if "Nơi nhận" in page)
    assert last.split("Nơi nhận")[0].count("Dòng ") >= 2
    assert all(len(page.strip()) > 20 for page in pages)


@pytest.mark.parametrize(
    ("capacity", "printed"),
    [("KT.", "KT. ĐỘI TRƯỞNG PHÓ ĐỘI TRƯỞNG"), ("TL.", "TL. ĐỘI TRƯỞNG PHÓ ĐỘI TRƯỞNG")],
)
@pytest.mark.parametrize("kind", ["TB0173", "PC0373", "MQD02", "KN03", "MQD03"])
def test_who_signs_for_the_head_says_so_over_his_own_title(
    kind: str, capacity: str, printed: str
) -> None:
    """NĐ 30/2020, annex I: KT. for the head, TL. by his order"""
    signature = context(kind)["signature"] | {
        "capacity": capacity,
        "head_title": "Đội trưởng",
        "title": "Phó Đội trưởng",
    }
    assert printed in text_of(made(kind, trial=False, signature=signature))


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_counted_at_their_foot(kind: str) -> None:
    pages = PdfReader(BytesIO(golden(kind).pdf)).pages
    for number, page in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in page.extract_text()


def test_photographs_are_as_wide_as_the_text() -> None:
    """162 mm on the annex sheet, each over its moment"""
    listing = run(["pdfimages", "-list", "-"], golden("TB0173").pdf).decode().splitlines()[2:]
    wide = [line.split() for line in listing if " 1600 " in line]
    assert len(wide) == 2
    for row in wide:
        assert 1600 / int(row[12]) * 25.4 == pytest.approx(162, abs=1)
    assert "Ảnh 2, 17:42:10,520. Cả xe đã qua vạch dừng" in text_of(golden("TB0173"))


def test_the_violation_begins_below_the_fold() -> None:
    first = next(box for box in boxes("TB0173") if box[1] == "51K-208.64;")
    assert first[3] > 99


def test_page_margins_are_kept() -> None:
    for kind in set(KINDS) - {"BKIN"}:  # the manifest lies across
        for _, word, left, _, right, bottom in boxes(kind):
            if word in {"BẢN", "THỬ", "NGHIỆM", "KHÔNG", "CÓ", "GIÁ", "TRỊ", "PHÁP", "LÝ"}:
                continue  # the watermark lies across
            assert left >= 19.5, (kind, word)
            assert right <= 192.5, (kind, word)
            assert bottom <= 293, (kind, word)


def test_a_notice_with_two_pictures_is_one_sheet() -> None:
    assert golden("TB0173").pages == 2


def test_a_notice_that_names_another_place_to_come_to_still_ends_on_its_first_page() -> None:
    """What a notice of a large city says: a longer address, a second unit with its telephone."""
    unit = "Phòng Cảnh sát giao thông (mẫu)"
    appointment = context("TB0173")["appointment"] | {
        "unit_name": unit,
        "address": "số 2 đường Ví Dụ, phường Mẫu Hai, Thành phố Hồ Chí Minh",
    }
    another = {
        "unit_name": unit,
        "address": "số 1 phố Ví Dụ, phường Mẫu Một, thành phố Hà Nội",
        "phone": "024 0000 0001",
        "at": None,
    }
    measured = context("TB0173")["acts"][0] | {
        "place": "nút giao Ngô Quyền – Hùng Vương (mẫu), hướng đi trung tâm",
    }
    recipients = ["Như trên", f"{unit} (để xử lý)", "Lưu: hồ sơ vụ việc"]
    paper = made(
        "TB0173",
        appointment=appointment,
        alternative=another,
        acts=[measured],
        recipients=recipients,
    )
    first, *rest = [page.extract_text() for page in PdfReader(BytesIO(paper.pdf)).pages]
    assert "Lưu: hồ sơ vụ việc." in first
    assert "Phụ lục ảnh" in rest[0]


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
    long = {
        "name": "Ông CÔNG TẰNG TÔN NỮ TRẦN NGUYỄN VĂN HIẾU",
        "lines": [line, line, line, "Tỉnh Mẫu"],
    }
    assert sum(map(len, long["lines"])) > 260
    assert text_of(made("TB0173", addressee=long)).count("ngõ 114/27/5") == 3


def test_the_longest_names_of_real_agencies_fit_the_head() -> None:
    unit = context("TB0173")["unit"] | {
        "superior": "Phòng Cảnh sát giao thông Công an Thành phố Hồ Chí Minh (mẫu)",
        "short_name": "Đội Cảnh sát giao thông đường bộ cao tốc số 12 (mẫu)",
    }
    digital = {"unit": unit["superior"], "signed_at": "2026-10-16T08:12:40+07:00"}
    signature = context("TB0173")["signature"] | {"digital": digital}
    for kind in ("TB0173", "MBB01", "MQD02", "XNNT"):
        assert "CAO TỐC SỐ 12 (MẪU)" in text_of(made(kind, unit=unit, signature=signature))


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
