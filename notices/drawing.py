"""Draw lines, bars and words onto the pages of a PDF: the marks of a print copy, a measuring sheet.

A small hand on top of pypdf: one subset of Tinos, black and grey, in points from the lower left.
The same drawing gives the same bytes.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO

from fontTools import subset
from fontTools.ttLib import TTFont
from pypdf import PageObject, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from notices.glyphs import FONTS

MM = 72 / 25.4  # points in a millimetre
_NAME = "/PortalMark"
_PLAIN = "".join(map(chr, range(32, 127))) + "·–×→"
_LETTERS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_ALPHABET = _PLAIN + _LETTERS + _LETTERS.upper()


class Drawing:
    """What is drawn on one page."""

    def __init__(self) -> None:
        self._steps: list[str] = []

    def text(self, x: float, y: float, words: str, size: float, *, to_left: bool = False) -> None:
        """Write words from a point to the right of it, or up to it. Unknown signs become ``?``."""
        known, widths = _glyphs()
        glyphs = [known.get(sign, known["?"]) for sign in words]
        if to_left:
            x -= sum(widths[glyph] for glyph in glyphs) * size / 1000
        code = "".join(f"{glyph:04X}" for glyph in glyphs)
        self._steps.append(f"BT {_NAME} {size:.2f} Tf {x:.3f} {y:.3f} Td <{code}> Tj ET")

    def bar(self, x: float, y: float, width: float, height: float) -> None:
        """Fill a black rectangle."""
        self._steps.append(f"{x:.4f} {y:.3f} {width:.4f} {height:.3f} re f")

    def frame(
        self, x: float, y: float, width: float, height: float, *, dashed: bool = False
    ) -> None:
        """Draw the outline of a rectangle."""
        dash = "[4 3] 0 d" if dashed else "[] 0 d"
        self._steps.append(f"q 0.8 w {dash} {x:.3f} {y:.3f} {width:.3f} {height:.3f} re S Q")

    def line(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Draw a thin line."""
        self._steps.append(f"q 0.4 w {x:.3f} {y:.3f} m {to_x:.3f} {to_y:.3f} l S Q")

    def stream(self) -> bytes:
        """Return the drawing in the language of a page."""
        return ("q 0 g 0 G\n" + "\n".join(self._steps) + "\nQ\n").encode("ascii")


def put_font(writer: PdfWriter) -> DictionaryObject:
    """Put the type of the drawings into a file, once; ``draw_on`` takes what this returns."""
    data, widths, signs = _subset()
    file = DecodedStreamObject()
    file.set_data(data)
    file[NameObject("/Length1")] = NumberObject(len(data))
    name = NameObject("/PORTAL+Tinos")
    descriptor = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/FontDescriptor"),
            NameObject("/FontName"): name,
            NameObject("/Flags"): NumberObject(4),
            NameObject("/FontBBox"): ArrayObject(map(NumberObject, (-200, -300, 1200, 1000))),
            NameObject("/ItalicAngle"): NumberObject(0),
            NameObject("/Ascent"): NumberObject(891),
            NameObject("/Descent"): NumberObject(-216),
            NameObject("/CapHeight"): NumberObject(660),
            NameObject("/StemV"): NumberObject(80),
            NameObject("/FontFile2"): writer._add_object(file.flate_encode()),
        }
    )
    descendant = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType2"),
            NameObject("/BaseFont"): name,
            NameObject("/CIDSystemInfo"): DictionaryObject(
                {
                    NameObject("/Registry"): TextStringObject("Adobe"),
                    NameObject("/Ordering"): TextStringObject("Identity"),
                    NameObject("/Supplement"): NumberObject(0),
                }
            ),
            NameObject("/FontDescriptor"): writer._add_object(descriptor),
            NameObject("/CIDToGIDMap"): NameObject("/Identity"),
            NameObject("/W"): ArrayObject(
                [NumberObject(0), ArrayObject(map(NumberObject, widths))]
            ),
        }
    )
    table = DecodedStreamObject()
    table.set_data(_to_unicode(signs))
    return writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type0"),
                NameObject("/BaseFont"): name,
                NameObject("/Encoding"): NameObject("/Identity-H"),
                NameObject("/DescendantFonts"): ArrayObject([writer._add_object(descendant)]),
                NameObject("/ToUnicode"): writer._add_object(table.flate_encode()),
            }
        )
    )  # type: ignore[return-value]  # a reference, which stands for the dictionary


def draw_on(writer: PdfWriter, page: PageObject, font: DictionaryObject, drawing: Drawing) -> None:
    """Lay a drawing over a page of a file; the page's own contents are kept as they are."""
    resources = page.get("/Resources", DictionaryObject()).get_object()
    page[NameObject("/Resources")] = resources
    fonts = resources.get("/Font", DictionaryObject()).get_object()
    resources[NameObject("/Font")] = fonts
    fonts[NameObject(_NAME)] = font
    before, after = DecodedStreamObject(), DecodedStreamObject()
    before.set_data(b"q\n")
    after.set_data(b"\nQ\n" + drawing.stream())
    contents = page.get("/Contents")
    own: list[object] = []
    if contents is not None:
        found = contents.get_object()
        own = list(found) if isinstance(found, ArrayObject) else [page.raw_get("/Contents")]
    page[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(before), *own, writer._add_object(after.flate_encode())]
    )


@cache
def _subset() -> tuple[bytes, list[int], dict[int, str]]:
    """Return the subset of the type, the width of each glyph in thousandths, and its sign."""
    font = TTFont(FONTS / "tinos" / "tinos-regular.ttf", recalcTimestamp=False)
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, recalc_timestamp=False
    )
    worker = subset.Subsetter(options)
    worker.populate(text=_ALPHABET)
    worker.subset(font)
    out = BytesIO()
    font.save(out, reorderTables=None)
    made = TTFont(BytesIO(out.getvalue()))
    order, units = made.getGlyphOrder(), made["head"].unitsPerEm
    widths = [round(made["hmtx"][glyph][0] * 1000 / units) for glyph in order]
    places = {glyph: place for place, glyph in enumerate(order)}
    signs = {places[glyph]: chr(code) for code, glyph in sorted(made.getBestCmap().items())}
    return out.getvalue(), widths, signs


@cache
def _glyphs() -> tuple[dict[str, int], list[int]]:
    _data, widths, _signs = _subset()
    made = TTFont(BytesIO(_data))
    return {chr(code): made.getGlyphID(glyph) for code, glyph in made.getBestCmap().items()}, widths


def _to_unicode(signs: dict[int, str]) -> bytes:
    """Return the table by which a reader copies words out of the drawing."""
    rows = [f"<{glyph:04X}> <{ord(sign):04X}>" for glyph, sign in sorted(signs.items())]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode("ascii")
