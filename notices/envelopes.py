"""Envelopes with a window (phong bì có cửa sổ): what always shows, what can ever show, the sheet.

A letter slides in its envelope by the play. So the box that is always visible is the window less
the play, and what can ever show is the window and the play: only sender and address may lie there.
All lengths are tenths of a millimetre, from the upper left of the folded letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext
from pypdf import PdfWriter

from notices.drawing import MM, Drawing, draw_on, put_font
from notices.models import EnvelopeType

A4_WIDTH, A4_HEIGHT = 2100, 2970
FOLDS = (990, 1980)
CLEAR = 50  # nothing but the address may stand this near to it
TENTH = MM / 10


@dataclass(frozen=True)
class Box:
    """A rectangle on the letter."""

    left: int
    top: int
    right: int
    bottom: int

    def holds(self, other: Box) -> bool:
        """Tell whether another rectangle lies within this one."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    @property
    def millimetres(self) -> str:
        """Return width by height as people read it."""
        width, height = (self.right - self.left) / 10, (self.bottom - self.top) / 10
        return f"{width:g} × {height:g} mm".replace(".", ",")


#: Where templates/notices/paper.css puts the address of a letter: ``.window``.
ADDRESS = Box(200, 490, 1140, 830)


def always_visible(envelope: EnvelopeType) -> Box:
    """Return what the window shows wherever the letter has slid to."""
    return Box(
        envelope.window_left,
        envelope.window_top,
        envelope.window_left + envelope.window_width - envelope.play_across,
        envelope.window_top + envelope.window_height - envelope.play_down,
    )


def ever_visible(envelope: EnvelopeType) -> Box:
    """Return all that the window can show when the letter slides as far as it can."""
    return Box(
        envelope.window_left - envelope.play_across,
        envelope.window_top - envelope.play_down,
        envelope.window_left + envelope.window_width,
        envelope.window_top + envelope.window_height,
    )


def faults(envelope: EnvelopeType, address: Box = ADDRESS) -> list[str]:
    """Return in sentences why our forms do not fit an envelope; none when they do."""
    found = []
    if not always_visible(envelope).holds(address):
        found.append(
            gettext("Part of the address can slip out of the window: it needs %(size)s.")
            % {"size": address.millimetres}
        )
    around = Box(
        address.left - CLEAR, address.top - CLEAR, address.right + CLEAR, address.bottom + CLEAR
    )
    if not around.holds(ever_visible(envelope)):
        found.append(
            gettext("The window can show more than the address; compare the printed sheet.")
        )
    if ever_visible(envelope).bottom > FOLDS[0]:
        found.append(gettext("The window can show text below the first fold."))
    return found


def overlay_sheet(envelope: EnvelopeType) -> bytes:
    """Return an A4 sheet to lay over a letter: window, play, always visible box, our address."""
    writer = PdfWriter()
    page = writer.add_blank_page(A4_WIDTH * TENTH, A4_HEIGHT * TENTH)
    drawing = Drawing()
    for fold in FOLDS:
        y = (A4_HEIGHT - fold) * TENTH
        drawing.line(0, y, A4_WIDTH * TENTH, y)
    boxes = (
        (ever_visible(envelope), gettext("window and play: only sender and address"), True),
        (always_visible(envelope), gettext("always visible"), False),
        (ADDRESS, gettext("address of our forms"), True),
    )
    for place, (box, words, dashed) in enumerate(boxes):
        left, bottom = box.left * TENTH, (A4_HEIGHT - box.bottom) * TENTH
        width, height = (box.right - box.left) * TENTH, (box.bottom - box.top) * TENTH
        drawing.frame(left, bottom, width, height, dashed=dashed)
        drawing.text(max(left, 2 * MM) + 2, bottom + 3 + 9 * place, f"{place + 1}. {words}", 7)
    below = (A4_HEIGHT - FOLDS[0] - 250) * TENTH
    lines = [
        f"{envelope.name}: {envelope.width / 10:g} × {envelope.height / 10:g} mm",
        *(f"{place}. {words}: {box.millimetres}" for place, (box, words, _) in enumerate(boxes, 1)),
        *(faults(envelope) or [gettext("Our forms fit this envelope.")]),
        gettext("Print at actual size, fold at the lines, put it in, and slide it to every side.")
        % (),
    ]
    for place, words in enumerate(lines):
        drawing.text(20 * MM, below - 16 * place, words, 11)
    draw_on(writer, page, put_font(writer), drawing)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
