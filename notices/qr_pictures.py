"""The QR of a paper as a picture of its own kind: its modules are drawn straight onto the page.

An SVG path of a thousand corners costs the layout engine as much as half a page of text. Named in
the form by what it shows (``qr:DOTS:MODULES:HEX``), a QR is drawn with one filled rectangle for
each run of dark modules in a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tinycss2.color5 import parse_color

SCHEME = "qr"
DOT_MM = 25.4 / 300  # an office laser printer; whole dots a module keep the edges sharp
_PIXELS = 96 / 25.4  # CSS pixels in a millimetre


def name_of(modules: Sequence[Sequence[int]], dots: int) -> str:
    """Return the name of a QR: its modules without the quiet zone, each some dots wide."""
    bits = "".join("1" if dark else "0" for row in modules for dark in row)
    return f"{SCHEME}:{dots}:{len(modules)}:{int('1' + bits, 2):x}"


class QrPicture:
    """What the layout engine asks of an image: its size, and to be drawn."""

    QUIET = 4  # modules on each side

    def __init__(self, name: str) -> None:
        """Read a name that ``name_of`` gave. Raises ValueError for any other."""
        scheme, dots, size, bits = name.split(":")
        self._bits, self._size = f"{int(bits, 16):b}"[1:], int(size)
        if scheme != SCHEME or len(self._bits) != self._size**2:
            raise ValueError("not a QR")
        self.side = self._size + 2 * self.QUIET  # modules
        self.side_mm = self.side * int(dots) * DOT_MM

    def get_intrinsic_size(self, resolution: Any, font_size: Any) -> tuple[float, float, float]:
        """Return width and height in CSS pixels, and their ratio."""
        return self.side_mm * _PIXELS, self.side_mm * _PIXELS, 1.0

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw all dark modules in black."""
        stream.transform(a=width / self.side, d=height / self.side)
        stream.set_color(parse_color("black"))
        bars = (f"{x} {y} {length} 1 re" for x, y, length in self.runs())
        stream.stream.append("\n".join(bars).encode("ascii"))
        stream.fill()

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Yield the runs of dark modules: column, row and length, the quiet zone counted."""
        for y in range(self._size):
            row, end = self._bits[y * self._size : (y + 1) * self._size], 0
            while (start := row.find("1", end)) >= 0:
                end = row.find("0", start)
                end = self._size if end < 0 else end
                yield start + self.QUIET, y + self.QUIET, end - start
