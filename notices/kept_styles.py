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
from xml.etree.ElementTree import Element, fromstring

from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML, Document
from weasyprint.css import StyleFor
from weasyprint.css.counters import CounterStyle
from weasyprint.css.targets import TargetCollector
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext
from weasyprint.layout.page import PageType
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from notices.qr_pictures import SCHEME, QrPicture

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
        self.pages: dict[tuple[Any, ...], dict[str | None, Any]] = {}

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
            self.pages.clear()


class PaperStyles(StyleFor):
    """The styles of one paper: those kept, and computed by the library where a place is new."""

    def __init__(self, html: HTML, kept: KeptStyles, targets: TargetCollector) -> None:
        self._pages = kept.pages
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

    def add_page_declarations(self, page_type: PageType) -> None:
        """Match the rules for pages, unless the styles of such a page are known."""
        if self._kind_of_page(page_type) not in self._pages:
            super().add_page_declarations(page_type)

    def set_computed_styles(self, element: Any, *given: Any, **named: Any) -> None:
        """Compute the styles of an element, a page or a margin box, unless the page is known."""
        known = isinstance(element, PageType) and self._pages.get(self._kind_of_page(element))
        if known:
            self._computed_styles |= {(element, pseudo): known[pseudo] for pseudo in known}
        else:
            super().set_computed_styles(element, *given, **named)

    def keep_pages(self) -> None:
        """Remember the styles of the pages of a paper that is laid out."""
        fresh: dict[tuple[Any, ...], dict[str | None, Any]] = {}
        for (element, pseudo), style in self._computed_styles.items():
            if isinstance(element, PageType):
                fresh.setdefault(self._kind_of_page(element), {})[pseudo] = style
        for kind, styles in fresh.items():
            self._pages.setdefault(kind, styles)

    @staticmethod
    def _kind_of_page(page_type: PageType) -> tuple[Any, ...]:
        return page_type.name, page_type.blank


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


class PaperPage(HTML):
    """A filled form. It is well-formed XML, which Python reads ten times faster than HTML."""

    def __init__(self, text: str, url_fetcher: URLFetcher, kept: KeptStyles) -> None:
        """Read the form. Raises xml.etree.ElementTree.ParseError when it is not well-formed."""
        self.base_url = None
        self.media_type = "print"
        self.url_fetcher = url_fetcher
        # Our own form, and whatever is filled in has been escaped: it can declare no entity.
        self.wrapper_element = ElementWrapper.from_html_root(fromstring(text))  # noqa: S314
        self.etree_element = self.wrapper_element.etree_element
        self.kept = kept


def picture_at(url: str, **how: Any) -> Any:
    """Return the picture at an address; a QR is drawn from its name."""
    return QrPicture(url) if url.startswith(f"{SCHEME}:") else get_image_from_uri(url=url, **how)


class PaperDocument(Document):
    """A document of ours, whose styles are kept from one to the next (``html.kept``)."""

    @classmethod
    def _render(cls, html: Any, *given: Any) -> Any:
        document = super()._render(html, *given)
        html.styles.keep_pages()
        return document

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
        images = partial(picture_at, cache={}, url_fetcher=html.url_fetcher, options=options)
        styles = html.styles = PaperStyles(html, html.kept, targets)
        counter_style.update(html.kept.counters)
        return LayoutContext(styles, images, font_config, counter_style, targets)
