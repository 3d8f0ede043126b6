"""Embed the project's typefaces whole, compressed once a process, instead of cutting each down.

They are already reduced to the letters of Vietnamese papers (some 36 kB a file). Cutting such a
file down for every paper costs as much as laying the paper out, three times as much where
``libharfbuzz-subset`` is not installed. Whole, all papers carry the same font streams, so a print
run holds each once; and the bytes of a paper do not depend on that library.

WeasyPrint's ``full_fonts`` embeds whole too, but writes widths and letters of every glyph anew
for each paper, which is slower than cutting. So the fonts of a document are told not to cut
themselves; widths and letters stay those of the glyphs in use. ``tests/notices/test_whole_fonts``
notices a version of the library in which this does nothing.
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

from weasyprint import Document

_SHARED = ("Length1", "N")  # the dictionary of a font file, and of a colour profile


class WholeFonts(dict[Any, Any]):
    """The fonts of one document (``Document.fonts``), none of which is cut down."""

    def __setitem__(self, key: Any, font: Any) -> None:
        font.subset = _leave_whole
        super().__setitem__(key, font)


def _leave_whole(to_unicode: Any, hinting: Any) -> None:
    """Stand in for ``weasyprint.pdf.fonts.Font.subset``."""


def keep_whole(document: Document) -> None:
    """Let a document that is laid out, and not written yet, embed its typefaces whole."""
    document.fonts = WholeFonts()


def compress_once(pdf: Any) -> None:
    """Give font files and colour profile of a ``pydyf.PDF`` the bytes compressed before.

    They are the same in every paper of a process; level 9 is what pydyf itself would use.
    """
    for each in pdf.objects:
        if getattr(each, "compress", False) and any(name in each.extra for name in _SHARED):
            each.stream = [_compressed(b"".join(each.stream))]
            each.extra["Filter"] = "/FlateDecode"
            each.compress = False


@lru_cache(maxsize=32)
def _compressed(data: bytes) -> bytes:
    return zlib.compress(data, level=9)
