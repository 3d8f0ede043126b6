"""The QR stamp: a phone reads back exactly the official address with the code behind it."""

import pytest

from notices.qr_pictures import QrPicture
from notices.stamp import lookup_address, lookup_qr

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


def picture(element: str) -> QrPicture:
    """Return the picture an element of a form shows."""
    return QrPicture(element.split('src="')[1].split('"')[0])


@pytest.mark.parametrize("minimum_mm", [18, 24, 28])
def test_each_module_is_a_whole_number_of_printer_dots(minimum_mm: int) -> None:
    found = picture(
        lookup_qr("HTTPS://TRACUU.TEST.INVALID/TRA-CUU/#J340V9EHWQPMCT", minimum_mm=minimum_mm)
    )
    dots = found.side_mm / found.side / (25.4 / 300)
    assert found.side_mm >= minimum_mm
    assert dots == pytest.approx(round(dots), abs=1e-3)
    assert dots >= 4


def test_the_usual_address_stays_in_a_small_version() -> None:
    found = lookup_qr("HTTPS://TRACUU.TEST.INVALID/TRA-CUU/#J340V9EHWQPMCT", minimum_mm=18)
    assert picture(found).side == 41  # version 4, 33 modules and the quiet zone


def test_the_element_carries_nothing_of_the_address_as_text() -> None:
    element = lookup_qr('HTTPS://EVIL"/><SCRIPT>', minimum_mm=18)
    assert "SCRIPT" not in element
    assert element.count("<") == 1


@pytest.mark.parametrize("name", ["qr:6:33:ff", "qr:6:2", "svg:6:1:3", "qr:6:1:x"])
def test_a_name_that_no_qr_has_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"QR|unpack|literal"):
        QrPicture(name)
