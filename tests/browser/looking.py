"""Look at a page as it stands: axe-core, reflow, left-over words; in both themes, wide and narrow."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What a theme or a width can change; the other rules read the document alone, which is the same.
OF_SIGHT = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 800}  # WCAG 1.4.10
VIEWS = (
    ("1440-light", WIDE, "light", None),
    ("1440-dark", WIDE, "dark", OF_SIGHT),
    ("390-dark", NARROW, "dark", OF_SIGHT),
    ("390-light", NARROW, "light", OF_SIGHT),
)
# The officers' rooms stand on other screens too; every view of them is judged and photographed by
# the contact sheet, the gate looks at the first four and at what does not fit.
OFFICE, LARGE = {"width": 1280, "height": 800}, {"width": 1920, "height": 1080}
STAFF_VIEWS = (
    ("1280-light", OFFICE, "light", OF_SIGHT),
    ("1280-dark", OFFICE, "dark", OF_SIGHT),
    ("1920-light", LARGE, "light", OF_SIGHT),
    ("1920-dark", LARGE, "dark", OF_SIGHT),
)
STAFF_PATHS = ("/can-bo/", "/quan-tri/")
# Marks of a template or a value that should not have reached a reader.
LEFT_OVER = re.compile(r"\{\{|\{%|%\(\w+\)|\bundefined\b|\bNaN\b|\bNone\b|\bNULL\b")
ENGLISH = re.compile(r"\b(?:the|and|is|are|was|of|for|with|your|by|from|this|not|has)\b")

RUN = """async ([tags, rules]) => {
  const only = rules ? {type: "rule", values: rules} : {type: "tag", values: tags};
  const options = {runOnly: only, resultTypes: ["violations"], preload: false};
  const found = await window.axe.run(document, options);
  return found.violations.map((one) => ({
    rule: one.id,
    help: one.help,
    nodes: one.nodes.map((node) => [node.target.flat().join(" "), node.failureSummary]),
  }));
}"""
# A page hears of its new size with the next frame, and what it does then is part of the next.
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const outside = Array.from(document.querySelectorAll("body *")).filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width && box.right > room + 1 && getComputedStyle(node).position !== "fixed";
  });
  return outside.slice(-4).map((node) => node.tagName + "." + node.className + " to "
    + Math.round(node.getBoundingClientRect().right) + " of " + room);
}"""
WORDS = """() => Array.from(document.querySelectorAll("body, body *"))
  .filter((node) => !node.closest("[lang]:not(html), [translate=no], [class*=_en], script, style"))
  .flatMap((node) => Array.from(node.childNodes))
  .filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim())
  .map((node) => node.textContent.trim().replace(/\\s+/g, " "))"""


@dataclass
class Looker:
    """Collects what is wrong with the pages a test touches; the test fails at its end with all."""

    shots: Path | None = None
    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __call__(self, page: Page, name: str, *, words: bool = True, axe: bool = True) -> None:
        """Judge the page; afterwards it is wide and light again, and nothing of it has changed."""
        page.wait_for_load_state("load")
        self.seen.append(name)
        if axe:
            page.evaluate(AXE)
        is_staff = urlsplit(page.url).path.startswith(STAFF_PATHS)
        for view, size, scheme, rules in (
            *VIEWS,
            *(STAFF_VIEWS if is_staff and self.shots is not None else ()),
        ):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            self._resize(page, size)
            if axe:
                self._axe(page, f"{name} {view}", rules)
            self._picture(page, f"{name}-{view}")
        self._reflow(page, f"{name} 390")
        if is_staff:
            for size in (OFFICE, LARGE):
                self._resize(page, size)
                self._reflow(page, f"{name} {size['width']}")
        self._resize(page, SMALLEST)
        self._reflow(page, f"{name} 320")
        self._resize(page, WIDE)
        self._reflow(page, f"{name} 1440")
        if words:
            self._words(page, name)

    def briefly(self, page: Page, name: str) -> None:
        """Judge a page of the officers' rooms at a desk's width, light and dark.

        Asked for pictures, it judges at every width instead.
        """
        if self.shots is not None:
            self(page, name)
            return
        page.wait_for_load_state("load")
        self.seen.append(name)
        if not page.title().strip() or page.locator("h1").count() != 1:
            self.faults.append(f"{name}: one title and one heading belong on a page")
        page.evaluate(AXE)
        for view, _size, scheme, rules in VIEWS[:2]:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.evaluate(DRAWN)
            self._axe(page, f"{name} {view}", rules)
        page.emulate_media(color_scheme="light")
        self._reflow(page, f"{name} 1440")
        self._words(page, name)

    def _resize(self, page: Page, size: dict[str, int]) -> None:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.evaluate(DRAWN)

    def _axe(self, page: Page, where: str, rules: list[str] | None) -> None:
        found: list[dict[str, Any]] = page.evaluate(RUN, [TAGS, rules])
        for fault in found:
            for target, why in fault["nodes"][:3]:
                reason = " ".join(str(why).split())
                self.faults.append(f"{where}: {fault['rule']}: {target}: {reason[:260]}")

    def _reflow(self, page: Page, where: str) -> None:
        self.faults += [
            f"{where}: wider than the screen: {node}" for node in page.evaluate(TOO_WIDE)
        ]

    def _words(self, page: Page, name: str) -> None:
        is_vietnamese = page.locator("html").get_attribute("lang") == "vi"
        for text in page.evaluate(WORDS):
            if LEFT_OVER.search(text):
                self.faults.append(f"{name}: left over: {text[:120]}")
            elif is_vietnamese and ENGLISH.search(text):
                self.faults.append(f"{name}: not translated: {text[:120]}")

    def _picture(self, page: Page, name: str) -> None:
        if self.shots is not None:
            page.screenshot(path=self.shots / f"{name}.png", full_page=True)


def shots_folder() -> Path | None:
    """Return where pictures are wanted: ``tests.browser.contact_sheet`` asks for them."""
    asked = os.environ.get("BROWSER_SHOTS")
    return Path(asked) if asked else None
