"""The clerk's whole day in a browser: print, scan, undo, print again, close, and mail comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.keyboard import vi
from tests.scenery import picture

pytestmark = pytest.mark.gate


def pair(page, code: str, label: str) -> None:
    """Scan a letter and its label as a scanner does: keys, then Enter, once the field is ready."""
    page.locator("#letter:focus").wait_for()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.keyboard.type(label)
    page.keyboard.press("Enter")


def told(page, words: str):
    """Wait until the bar says it."""
    page.locator('[data-part="told"]').filter(has_text=words).wait_for()


def test_a_clerk_prints_scans_and_closes_a_run_and_a_letter_comes_back(
    portal, visit, watch, tmp_path: Path
) -> None:
    portal.served.found(240)  # its notices and decisions wait to be printed
    page = visit("/can-bo/in/", "long")
    page.get_by_role("button", name=vi("Make a print run")).click()
    page.wait_for_url("**/in/dot/*/")
    page.get_by_role("button", name=vi("All sheets are there")).click()
    page.get_by_role("link", name=vi("Scan to confirm")).click()
    run = page.url.split("/dot/")[1].split("/")[0]
    letters = portal.do("letters", run=run)
    assert len(letters) >= 2, "letters of one area and one number of pages"
    (first, one), (second, two), *rest = letters
    pair(page, first, one)
    told(page, vi("Matches: letter %(place)s") % {"place": 1})
    assert page.evaluate("document.activeElement.id") == "letter"
    pair(page, first, two)
    told(page, vi("Stop"))
    page.keyboard.type(second)
    assert page.locator("#letter").input_value() == "", "nothing is taken while it says stop"
    page.keyboard.press("Space")
    pair(page, second, two)
    told(page, vi("Matches: letter %(place)s") % {"place": 2})
    page.get_by_role("button", name=vi("Take back")).first.click()
    told(page, vi("Taken back: letter %(place)s") % {"place": 2})

    page.get_by_role("link", name=vi("Print one letter again")).click()
    page.locator("#id_letter").fill("2")
    page.locator('input[name="reason"][value="jam"]').check()
    page.locator("#id_words").fill("kẹt giấy")
    page.get_by_role("button", name=vi("Make void and print again")).click()
    page.locator('a[href*="/ban/"]').wait_for()
    page.get_by_role("link", name=vi("Scan to confirm")).click()
    pair(page, second, two)
    told(page, vi("Stop"))
    page.keyboard.press("Space")
    again = portal.do("letters", run=run)[1][0]
    pair(page, again, two)
    told(page, vi("Matches: letter %(place)s") % {"place": 2})
    for place, (code, label) in enumerate(rest, start=3):
        pair(page, code, label)
        told(page, vi("Matches: letter %(place)s") % {"place": place})

    page.get_by_role("link", name=vi("Close the run")).click()
    page.locator("#receipt").fill("BN-2026/11")
    page.get_by_role("button", name=vi("Hand the run to the post")).click()
    page.get_by_text("BN-2026/11").wait_for()

    page.goto("/can-bo/in/tra-ve/")
    page.locator("#code").fill(one)
    page.keyboard.press("Enter")
    page.locator('input[name="reason"][value="absent"]').check()
    page.locator("#id_proof").fill("Phiếu báo số 12")
    photo = tmp_path / "envelope.jpg"
    photo.write_bytes(picture("phong bì"))
    page.locator("#id_photograph").set_input_files(str(photo))
    page.get_by_role("button", name=vi("Write down")).click()
    page.locator(".envelope-photo img").wait_for()
    page.get_by_role("button", name=vi("Begin")).first.click()
    page.get_by_text(vi("The next attempt is under way.")).wait_for()
