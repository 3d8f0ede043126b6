"""Vietnamese lettering for pictures: data bars, plates and watermarks.

The web fonts under ``static/fonts`` come in subsets (latin, vietnamese), so each character is
drawn from the first file that has it. Where those files are absent, DejaVu from the system serves;
where that is absent too, Pillow's own font without the marks, so that drawing never fails.
"""

import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import ImageDraw, ImageFont

FONT_FOLDER = Path(__file__).resolve().parent.parent / "static" / "fonts"
_FAMILIES = {
    "sans": ("bevietnampro", ("DejaVuSans-Bold.ttf",)),
    "mono": ("jetbrainsmono", ("DejaVuSansMono-Bold.ttf",)),
}
Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@cache
def _files(family: str) -> tuple[tuple[str, frozenset[int]], ...]:
    """Return (font file, characters it has) for the bold cut of a family, latin first."""
    wanted, spare = _FAMILIES[family]
    found = []
    for path in sorted(FONT_FOLDER.rglob("*")):
        name = "".join(filter(str.isalnum, path.name.lower()))
        bold = "700" in name or "bold" in name
        if path.suffix in {".woff2", ".ttf"} and wanted in name and bold:
            with TTFont(path) as font:
                found.append((str(path), frozenset(font.getBestCmap())))
    for name in spare:
        try:
            system = str(ImageFont.truetype(name, 10).path)
        except OSError:
            continue
        with TTFont(system) as font:
            found.append((system, frozenset(font.getBestCmap())))
    return tuple(found)


@cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def _runs(text: str, size: int, family: str) -> list[tuple[str, Font]]:
    """Cut a text into stretches that one font file can draw."""
    runs: list[tuple[str, Font]] = []
    for char in unicodedata.normalize("NFC", text):
        files = _files(family)
        path = next((path for path, has in files if ord(char) in has), None)
        if path is None:
            base = unicodedata.normalize("NFD", char)[0].replace("Đ", "D").replace("đ", "d")
            path, char = (files[0][0] if files else ""), base
        font: Font = _font(path, size) if path else ImageFont.load_default(size)
        if runs and runs[-1][1] is font:
            runs[-1] = (runs[-1][0] + char, font)
        else:
            runs.append((char, font))
    return runs


def text_width(text: str, size: int, family: str = "sans") -> int:
    """Return the width of a line in pixels."""
    return round(sum(font.getlength(run) for run, font in _runs(text, size, family)))


def draw_text(
    draw: ImageDraw.ImageDraw,
    position: tuple[float, float],
    text: str,
    size: int,
    *,
    fill: Colour | int,
    family: str = "sans",
) -> None:
    """Draw one line with its ascender top at ``position``; ``size`` is in pixels."""
    left, top = position
    runs = _runs(text, size, family)
    baseline = top + size * 0.93
    for run, font in runs:
        draw.text((left, baseline), run, font=font, fill=fill, anchor="ls")
        left += font.getlength(run)
