"""The first page stays light: every byte of every resource that Chromium fetches for it, added up."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.gate

MOST_BYTES = 120_000
#: Files of letters: two weights of the text, each latin and Vietnamese; digits; the plate face.
MOST_FONTS = 7


def fetched(page: Any, address: str) -> dict[str, int]:
    """Open an address with nothing kept from before; return the bytes transferred, by resource."""
    talk = page.context.new_cdp_session(page)
    talk.send("Network.enable")
    talk.send("Network.clearBrowserCache")
    talk.send("Network.setCacheDisabled", {"cacheDisabled": True})
    names: dict[str, str] = {}
    sizes: dict[str, int] = {}
    talk.on(
        "Network.requestWillBeSent",
        lambda told: names.update({told["requestId"]: told["request"]["url"]}),
    )
    talk.on(
        "Network.loadingFinished",
        lambda told: sizes.update({told["requestId"]: int(told["encodedDataLength"])}),
    )
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    found: dict[str, int] = {}
    for key, size in sizes.items():
        # What ends here without having begun here belongs to the page before (its icon, say).
        name = names.get(key, "data:").partition("?")[0]
        if not name.startswith("data:"):
            found[name] = found.get(name, 0) + size
    return found


@pytest.mark.parametrize("language", ["vi-VN", "en-GB"])
def test_the_first_page_is_below_its_budget_with_its_fonts(visit, language) -> None:
    page = visit("/kha-nang-tiep-can/", locale=language)
    assert page.locator("html").get_attribute("lang") == language[:2]
    parts = fetched(page, "/")
    listed = "\n".join(f"{size:>8} {name}" for name, size in sorted(parts.items(), key=_by_size))
    assert sum(parts.values()) < MOST_BYTES, f"{sum(parts.values())} bytes:\n{listed}"
    fonts = [name for name in parts if name.endswith(".woff2")]
    assert 4 <= len(fonts) <= MOST_FONTS, listed
    weights = {name.rsplit("-", 2)[-2] for name in fonts if "be-vietnam-pro" in name}
    assert weights == {"400", "600"}, listed
    assert not any("proof" in name for name in parts), "the sum belongs to its own page"


def test_the_page_of_the_sum_alone_loads_its_script(visit) -> None:
    page = visit("/")
    assert any("proof_of_work.js" in name for name in fetched(page, "/tra-cuu/bien-so/"))


def _by_size(part: tuple[str, int]) -> int:
    return -part[1]
