"""Look over a laid-out paper: what a reader would find cut off, and where its signature is.

CSS lets text run out of its box without a word. A name that leaves the window of the envelope, or
an account number that leaves the sheet, must stop the paper instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from weasyprint import Document
from weasyprint.formatting_structure.boxes import (
    BlockContainerBox,
    InlineBox,
    LineBox,
    MarginBox,
    TextBox,
)
from weasyprint.layout.absolute import AbsolutePlaceholder

_SLACK = 2.0  # CSS pixels, half a millimetre: collapsed borders and side bearings
_WATERMARK = "watermark"  # runs over the sheet by intention
_MARK = "seal"  # the printed block of the digital signature
_POINTS = 0.75  # to a CSS pixel


@dataclass(frozen=True)
class Place:
    """A rectangle on a page: its number from 0, and left, bottom, right, top in whole points.

    As in PDF the origin is the bottom left corner of the page.
    """

    page: int
    left: int
    bottom: int
    right: int
    top: int


def place_of_mark(document: Document) -> Place | None:
    """Return where the last mark of a digital signature stands: that of who issues the paper."""
    found = None
    for number, page in enumerate(document.pages):
        sheet = page._page_box
        for box in _marks(sheet):
            left, top = box.border_box_x(), box.border_box_y()
            right, bottom = left + box.border_width(), top + box.border_height()
            height = sheet.margin_height()
            edges = (left, height - bottom, right, height - top)
            found = Place(number, *(round(edge * _POINTS) for edge in edges))
    return found


def _marks(box: Any) -> Iterator[Any]:
    """Yield the outermost box of each mark; the anonymous boxes in it bear its name too."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if box.element is not None and box.element.get("class") == _MARK:
        yield box
        return
    for child in _children(box):
        yield from _marks(child)


def pages_cut_off(document: Document) -> list[int]:
    """Return the numbers of the pages on which something leaves the place made for it.

    Checked are lines, tables and pictures against the sides of the block around them, blocks of a
    fixed height (head, window, code box) against that height, and what is placed freely against
    the edges of the sheet.
    """
    # WeasyPrint shows its boxes nowhere else; the version is pinned and the tests would tell.
    sheets = [page._page_box for page in document.pages]
    return [
        number
        for number, sheet in enumerate(sheets, start=1)
        if any(_overflows(box, sheet, sheet) for box in sheet.children)
    ]


def _overflows(box: Any, around: Any, sheet: Any) -> bool:
    """Tell whether a box, or any box within it, leaves the block around it."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if box.element is not None and box.element.get("class") == _WATERMARK:
        return False
    if not isinstance(box, InlineBox | TextBox):
        left, right = _sides(box, around, sheet)
        width = box.width if isinstance(box, LineBox) else box.margin_width()
        if box.position_x < left - _SLACK or box.position_x + width > right + _SLACK:
            return True
    if _is_too_full(box):
        return True
    inner = around if isinstance(box, InlineBox | LineBox) else box
    return any(_overflows(child, inner, sheet) for child in _children(box))


def _sides(box: Any, around: Any, sheet: Any) -> tuple[float, float]:
    if isinstance(box, MarginBox) or _is_free(box):
        return 0, sheet.margin_width()
    left = around.content_box_x()
    return left, left + around.width


def _is_too_full(box: Any) -> bool:
    """Tell whether a block of a fixed height holds more than fits."""
    if not isinstance(box, BlockContainerBox) or box.style["height"] == "auto":
        return False
    floor = box.content_box_y() + box.height + _SLACK
    return any(
        child.position_y + child.margin_height() > floor
        for child in _children(box)
        if not _is_free(child)
    )


def _is_free(box: Any) -> bool:
    return box.style["position"] in ("absolute", "fixed")


def _children(box: Any) -> Iterator[Any]:
    yield from getattr(box, "children", ())
