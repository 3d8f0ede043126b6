"""Shape each line of a paper once where the library would do it twice.

Pango makes glyphs of a text while lines are broken; the library then throws its layout away and
makes another to draw the line. Here the layout is kept until the line is drawn, and shaped again
only where words are spread to both margins; and what follows from the style alone (language,
typeface) is made once for a style, which ``kept_styles`` keeps for the process. The glyphs are the
same: ``tests/notices/test_kept`` compares the bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.constants import PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import font_features, get_font_description

_PARAGRAPH_ENDS = ("\n", "\r", "\u2029")
_FEATURES = (
    *("font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps"),
    *("font_variant_numeric", "font_variant_alternates", "font_variant_east_asian"),
    "font_feature_settings",
)


class KeptLayout(line_break.Layout):
    """The layout of a line, which stays as it was when the line was broken."""

    def setup(self, style: Any) -> None:
        kept = style.__dict__.get("kept_pango")
        if kept is None:
            kept = style.kept_pango = _made(style)
        if kept is _UNUSUAL:
            super().setup(style)
            return
        context, self.language, description = kept
        self.style = style
        self.first_line_direction = 0
        self.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(self.layout, False)
        pango.pango_layout_set_font_description(self.layout, description)
        self.ascent = self.underline_position = self.strikethrough_position = None

    def set_text(self, text: str, justify: bool = False) -> None:
        super().set_text(text, justify)
        # Drawing asks for this, and asking later would shape the line once more.
        one = not any(end in self.text for end in _PARAGRAPH_ENDS)
        pango.pango_layout_set_single_paragraph_mode(self.layout, one)

    def deactivate(self) -> None:
        """Keep everything until the line is drawn."""

    def reactivate(self, style: Any) -> None:
        if self.justification_spacing:
            pango.pango_layout_set_width(self.layout, -1)
            self.set_text(self.text, justify=True)


_UNUSUAL = (None, None, None)  # underlined, or with features of its typeface: as the library does


def _made(style: Any) -> tuple[Any, Any, Any]:
    """Make what all texts of a style share: Pango's context, its language and its typeface."""
    if style["text_decoration_line"] != "none" or font_features(*(style[n] for n in _FEATURES)):
        return _UNUSUAL
    if style["font_language_override"] != "normal" or not style["lang"]:
        return _UNUSUAL
    context = ffi.gc(
        pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref
    )
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    name, _ = unicode_to_char_p(style["lang"])
    language = pango.pango_language_from_string(name)
    pango.pango_context_set_language(context, language)
    return context, language, get_font_description(style)


@contextmanager
def lines_kept() -> Iterator[None]:
    """Let the library use these layouts inside the block, which one thread enters at a time."""
    before = line_break.Layout
    line_break.Layout = KeptLayout
    try:
        yield
    finally:
        line_break.Layout = before
