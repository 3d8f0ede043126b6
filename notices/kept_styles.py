"""Compute the styles of the forms once a process, not once a paper.

Which rules hold for an element of a form follows from its name, its attributes, its neighbours and
where it stands, and the forms are always the same: the library would match every rule with every
element of every paper and compute some two hundred values for each, which costs a third of a
paper. Here the result is kept by the place of the element. What a paper says plays no part in it:
no selector of ``paper.css`` looks at text or counts elements (a test reads it), and the papers come
out the same to the byte with nothing kept (another test makes them so).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint import CSS, HTML, Document
from weasyprint.css import StyleFor
from weasyprint.css.counters import CounterStyle
from weasyprint.css.targets import TargetCollector
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext
from weasyprint.text.fonts import FontConfiguration

MOST_PLACES = 20_000  # a form has some two hundred; bounds memory whatever happens
# What a paper fills in; every other attribute is the form's own.
_FILLED_IN = {"src", "alt", "d", "viewBox", "content"}


class KeptStyles:
    """The computed styles of one process, by the place of the element; style sheets and fonts."""

    def __init__(self, html: HTML, styles: CSS, fonts: FontConfiguration) -> None:
        self.fonts = fonts
        self.sheets = [
            *((sheet, "user agent", None) for sheet in html._ua_stylesheets()),
            (styles, "user", None),
        ]
        self.counters = CounterStyle()
        for counters in html._ua_counter_style():
            self.counters.update(counters)
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._kept: dict[int, dict[str | None, Any]] = {}

    def number(self, place: tuple[Any, ...]) -> int:
        """Return the number of a place, the same whenever it comes again."""
        return self._numbers.setdefault(place, len(self._numbers))

    def get(self, number: int) -> dict[str | None, Any] | None:
        """Return the styles of the element at a place and of its pseudo-elements, if known."""
        return self._kept.get(number)

    def keep(self, number: int, styles: dict[str | None, Any]) -> None:
        """Remember the styles of a place; the first stay."""
        self._kept.setdefault(number, styles)

    def make_room(self) -> None:
        """Forget everything when more places came than forms can have."""
        if len(self._numbers) > MOST_PLACES:
            self._numbers.clear()
            self._kept.clear()


class PaperStyles(StyleFor):
    """The styles of one paper: those kept, and computed by the library where a place is new."""

    def __init__(self, html: HTML, kept: KeptStyles, targets: TargetCollector) -> None:
        kept.make_room()
        places = list(_places(html.etree_element, kept))
        if all(kept.get(place) for _, place in places):
            self._cascaded_styles = {}
            self.initial_page_sizes = {"box": None, "area": None}
            self._sheets = kept.sheets
            self.font_config = kept.fonts
        else:
            super().__init__(html, kept.sheets, False, kept.fonts, targets)
            fresh: dict[Element, dict[str | None, Any]] = {}
            for (element, pseudo), style in self._computed_styles.items():
                fresh.setdefault(element, {})[pseudo] = style
            for element, place in places:
                kept.keep(place, fresh[element])
        self._computed_styles = {
            (element, pseudo): style
            for element, place in places
            for pseudo, style in (kept.get(place) or {}).items()
        }


def _places(root: Element, kept: KeptStyles) -> Iterator[tuple[Element, int]]:
    """Yield each element with the number of its place: all that a selector of the forms can see.

    That is what its parent's place is, itself, and its neighbours on both sides.
    """
    looks = _look(root)
    waiting = [(root, kept.number((None, looks, None, None)))]
    while waiting:
        element, place = waiting.pop()
        yield element, place
        children = [child for child in element if isinstance(child.tag, str)]
        row = [None, *map(_look, children), None]
        waiting += [
            (child, kept.number((place, row[at], row[at - 1], row[at + 1])))
            for at, child in enumerate(children, start=1)
        ]


def _look(element: Element) -> tuple[str, ...]:
    own = [f"{name}={value}" for name, value in element.items() if name not in _FILLED_IN]
    return (element.tag, *own)


class PaperDocument(Document):
    """A document of ours, whose styles are kept from one to the next (``html.kept``)."""

    @classmethod
    def _build_layout_context(
        cls,
        html: Any,
        font_config: FontConfiguration,
        counter_style: Any,
        color_profiles: Any,
        options: dict[str, Any],
    ) -> LayoutContext:
        targets = TargetCollector()
        images = partial(
            get_image_from_uri, cache={}, url_fetcher=html.url_fetcher, options=options
        )
        styles = PaperStyles(html, html.kept, targets)
        counter_style.update(html.kept.counters)
        return LayoutContext(styles, images, font_config, counter_style, targets)
