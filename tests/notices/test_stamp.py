"""The QR stamp: a phone reads back exactly the official address with the code behind it."""

import re

import pytest

from notices.stamp import lookup_address, qr_svg

pytestmark = pytest.mark.gate


def test_the_code_stands_in_the_fragment_of_an_upper_case_address() -> None:
    assert lookup_address("https://tracuu.test.invalid", "J340V9EHWQPMCT") == (
        "HTTPS://TRACUU.TEST.INVALID/TRA-CUU/#J340V9EHWQPMCT"
    )


@pytest.mark.parametrize(
    "base",
    ["tracuu.test.invalid", "https://tracuu.test.invalid/x", "https://tracuu.test.invalid/?q=1"],
)
def test_a_base_with_anything_else_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="scheme and a host"):
        lookup_address(base, "J340V9EHWQPMCT")


@pytest.mark.parametrize("minimum_mm", [18, 24, 28])
def test_each_module_is_a_whole_number_of_printer_dots(minimum_mm: int) -> None:
    svg = qr_svg("HTTPS://TRACUU.TEST.INVALID/TRA-CUU/#J340V9EHWQPMCT", minimum_mm=minimum_mm)
    side = float(re.search(r'width="([\d.]+)mm"', svg)[1])
    modules = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    dots = side / modules / (25.4 / 300)
    assert side >= minimum_mm
    assert dots == pytest.approx(round(dots), abs=1e-3)
    assert dots >= 4


def test_the_usual_address_stays_in_a_small_version() -> None:
    svg = qr_svg("HTTPS://TRACUU.TEST.INVALID/TRA-CUU/#J340V9EHWQPMCT", minimum_mm=18)
    assert 'viewBox="0 0 41 41"' in svg  # version 4, 33 modules and the quiet zone


def test_the_picture_carries_no_script_style_or_text_of_the_address() -> None:
    svg = qr_svg('HTTPS://EVIL"/><SCRIPT>', minimum_mm=18)
    assert "SCRIPT" not in svg
    assert "style" not in svg
