"""Hands that know the keyboard only, and words as a Vietnamese reader sees them."""

from __future__ import annotations

import time
from typing import Any

from django.utils.translation import gettext, override
from playwright.sync_api import Locator, Page

# Tab goes round a page of the portal in fewer presses than this.
MOST_PRESSES = 150
HAS_RING = """node => {
  const style = getComputedStyle(node);
  return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== "none";
}"""
RECORDED_WITHIN_SECONDS = 15
AFTER_FIELD_MS = 350  # review.js: an Enter this soon after leaving a field decides nothing


def vi(words: str) -> str:
    """Return the Vietnamese of a sentence of the pages."""
    with override("vi"):
        return gettext(words)


def reach(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus, and insist that one can see it there."""
    target.wait_for()
    for _press in range(MOST_PRESSES):
        if target.evaluate("node => node === document.activeElement"):
            assert target.evaluate(HAS_RING), f"no focus ring on {target}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {target}")


def press(page: Page, target: Locator) -> None:
    """Go to a button or link with Tab and press Enter."""
    reach(page, target)
    page.keyboard.press("Enter")


def fill(page: Page, target: Locator, words: str) -> None:
    """Go to a field with Tab and type; what stood there is replaced."""
    reach(page, target)
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def case_on(page: Page) -> str:
    """Return the number of the case on the review page."""
    number = page.locator(".review-strip .mono")
    return number.inner_text() if number.count() else ""


def settle(page: Page) -> None:
    """Wait until the pictures are in sight and keys decide."""
    page.locator("main.review[data-armed]").wait_for()
    page.wait_for_timeout(AFTER_FIELD_MS)


def decide(page: Page, key: str) -> None:
    """Decide the case on the screen with one key and wait until another page of work stands."""
    before = case_on(page)
    settle(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "before => (document.querySelector('.review-strip .mono')?.textContent ?? '') !== before",
        arg=before,
    )


def verdicts(portal: Any, number: str, at_least: int = 1) -> list[str]:
    """Return the verdicts on a case; a verdict is recorded while the next case stands already."""
    until = time.monotonic() + RECORDED_WITHIN_SECONDS
    while len(found := portal.do("reviews", number=number)) < at_least:
        assert time.monotonic() < until, f"{number} has no {at_least} verdicts but {found}"
        time.sleep(0.1)
    return list(found)
