"""Papers as sheets: window, fold, margins and blocks are where the envelope and the reader need."""

import re
from functools import cache
from io import BytesIO

import pytest
from pypdf import PdfReader

from notices.lookup_codes import pretty
from notices.rendering import RenderError
from tests.notices.contexts import context
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
