"""Mark the pages of a print copy: run, place, sheet n/m, copy, and the letter code in bars.

The stored, signed file stays as it is; what leaves the printer is a copy of it. Its bars stand in
the upper margin, above the head and outside every window; run, place and copy stand in the lower
one at the right, where no form prints: at the left stands its name, in the middle its page number.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from barcode.charsets import code128
from pypdf import PdfReader, PdfWriter

from notices.drawing import MM, Drawing, draw_on, put_font
from notices.letter_codes import LENGTH, pretty

MODULE = 0.30 * MM
QUIET = 10 * MODULE
BAR_HEIGHT = 8 * MM
BARS_LEFT, BARS_FROM_TOP = 30 * MM, 16.5 * MM
WORDS_BOTTOM = 5 * MM
WORDS_FROM_RIGHT = 18 * MM
_SMALL, _TINY = 8.0, 7.0
_START_C, _CHECK_MODULUS = 105, 103


@dataclass(frozen=True)
class Mark:
    """What the sheets of one letter say about themselves."""

    run_code: str
    position: int
    letters: int
    copy_number: int
    letter_code: str


def marked(pdf: bytes, mark: Mark) -> bytes:
    """Return a copy of a paper with its marks: the first page of each sheet, printed both sides.

    The letter code stands on the first sheet alone. The same paper and mark give the same bytes.
    """
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(pdf)), import_outline=False)
    font = put_font(writer)
    sheets = (len(writer.pages) + 1) // 2
    for sheet, page in enumerate(writer.pages[::2], start=1):
        drawing = Drawing()
        right = float(page.mediabox.width) - WORDS_FROM_RIGHT
        drawing.text(
            right,
            WORDS_BOTTOM + 11,
            f"{mark.run_code} · thư {mark.position}/{mark.letters}",
            _SMALL,
            to_left=True,
        )
        drawing.text(
            right,
            WORDS_BOTTOM + 1,
            f"tờ {sheet}/{sheets} · bản in lần {mark.copy_number}",
            _SMALL,
            to_left=True,
        )
        if sheet == 1:
            _draw_code(drawing, mark.letter_code, float(page.mediabox.height) - BARS_FROM_TOP)
        draw_on(writer, page, font, drawing)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def bars(code: str) -> str:
    """Return sixteen digits as the modules of a Code 128-C: ``1`` is black. ISO/IEC 15417"""
    if len(code) != LENGTH or not code.isdigit():
        raise ValueError("A letter code has sixteen digits.")
    pairs = [int(code[place : place + 2]) for place in range(0, LENGTH, 2)]
    weighted = sum(place * pair for place, pair in enumerate(pairs, start=1))
    check = (_START_C + weighted) % _CHECK_MODULUS
    return (
        "".join(code128.CODES[value] for value in (_START_C, *pairs, check)) + code128.STOP + "11"
    )


def _draw_code(drawing: Drawing, code: str, bottom: float) -> None:
    modules = bars(code)
    start = 0
    for place, module in enumerate(modules + "0"):
        if module == "0":
            if place > start:
                drawing.bar(
                    BARS_LEFT + start * MODULE, bottom, (place - start) * MODULE, BAR_HEIGHT
                )
            start = place + 1
    drawing.text(BARS_LEFT, bottom + BAR_HEIGHT + 3, pretty(code), _TINY)
