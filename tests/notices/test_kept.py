"""What is kept from one paper to the next changes no byte of any of them."""

import re
from contextlib import nullcontext
from typing import Any

import pytest
import tinycss2
from weasyprint import HTML, Document
from weasyprint.urls import URLFetcher

from notices import rendering
from notices.kept_styles import KeptStyles, picture_at
from notices.rendering import TEMPLATES
from tests.notices.contexts import KINDS
from tests.notices.making import golden, made

pytestmark = pytest.mark.gate


class HtmlPage(HTML):
    """Reads a form as HTML, as browsers and the library do."""

    def __init__(self, text: str, url_fetcher: URLFetcher, kept: KeptStyles) -> None:
        super().__init__(string=text, url_fetcher=url_fetcher)
        self.kept = kept


class NothingKept:
    """Lays a paper out as the library does by itself."""

    @staticmethod
    def _render(page: Any, fonts: Any, counters: Any, colours: Any, options: Any) -> Document:
        sheets = [sheet for sheet, origin, _ in page.kept.sheets if origin == "user"]
        return Document._render(page, fonts, counters, colours, options | {"stylesheets": sheets})


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_is_the_same_to_the_byte_with_nothing_kept(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = golden(kind)
    monkeypatch.setattr(rendering, "PaperPage", HtmlPage)
    monkeypatch.setattr(rendering, "PaperDocument", NothingKept)
    monkeypatch.setattr(rendering, "lines_kept", nullcontext)
    monkeypatch.setattr(rendering, "write_once", lambda pdf: None)
    monkeypatch.setattr("weasyprint.document.original_get_image_from_uri", picture_at)
    assert made(kind).pdf == kept.pdf


def selectors() -> list[str]:
    """Return the selectors of the forms' style sheet, those of pages left out."""
    rules = tinycss2.parse_stylesheet(
        (TEMPLATES / "notices" / "paper.css").read_text(), skip_comments=True, skip_whitespace=True
    )
    preludes = [rule.prelude for rule in rules if rule.type == "qualified-rule"]
    listed = [tinycss2.serialize(prelude) for prelude in preludes]
    return [each.strip() for prelude in listed for each in prelude.split(",")]


@pytest.mark.parametrize("selector", selectors())
def test_a_selector_sees_only_what_the_place_of_an_element_tells(selector: str) -> None:
    """Names, classes, ancestors and neighbours; no counting, no distance, no text."""
    plain = selector.replace(":has(+ .close)", "").replace("::after", "")
    assert re.fullmatch(r"[a-z0-9.\- +>]+", plain)


def test_no_element_of_a_form_has_a_name_or_a_style_of_its_own() -> None:
    for path in sorted((TEMPLATES / "notices").glob("*.html")):
        assert not re.search(r"<[^>]+ (id|style|dir|hidden)[ =>]", path.read_text()), path.name


def test_places_without_end_are_forgotten_and_not_hoarded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("notices.kept_styles.MOST_PLACES", 50)
    assert made("MQD02").pdf == golden("MQD02").pdf
    assert made("TB0173").pdf == golden("TB0173").pdf
