"""A phone held over the QR of a paper: genuine, altered, and without a network after one visit."""

from __future__ import annotations

import pytest

from tests.browser.keyboard import vi

pytestmark = pytest.mark.gate


# Waits until both spellings of the address have their worker, and the page is kept.
KEPT = """async () => {
  for (;;) {
    const workers = await navigator.serviceWorker.getRegistrations();
    const kept = (await caches.has("xac-minh/1"))
      ? await (await caches.open("xac-minh/1")).keys() : [];
    if (workers.length === 2 && workers.every((each) => each.active) && kept.length > 5) return;
    await new Promise((done) => setTimeout(done, 100));
  }
}"""


@pytest.fixture(scope="module")
def case(portal) -> dict[str, str]:
    return portal.served.found(240)[0]


def scanned(page, stamp: str, address: str = "/xac-minh/"):
    """Open what a phone read from the QR and return the verdict that is shown."""
    page.goto(f"{address}#{stamp}")
    shown = page.locator("[data-verdict]:visible:not([data-verdict=busy])")
    shown.wait_for()
    return shown


def test_a_true_qr_shows_the_lines_to_compare_and_leaves_the_address_bar(visit, look, case) -> None:
    page = visit("/")
    shown = scanned(page, case["stamp"], "/XAC-MINH/")
    assert shown.get_attribute("data-verdict") == "genuine"
    lines = page.locator("[data-lines]").inner_text()
    for wanted in (case["decision"], case["decided_on"], "đồng"):
        assert wanted in lines
    assert case["plate"] in lines.replace("-", "").replace(".", "")
    assert page.url.endswith("/xac-minh/"), "what the QR says is in no history and no referrer"
    look(page, "verify-qr-genuine")


def test_a_qr_with_one_altered_symbol_is_not_ours(visit, look, case) -> None:
    stamp = case["stamp"]
    altered = stamp[:90] + ("A" if stamp[90] != "A" else "B") + stamp[91:]
    page = visit("/")
    assert scanned(page, altered).get_attribute("data-verdict") == "unknown"
    assert not page.locator("[data-lines]").is_visible()
    assert not page.locator("[data-compare]").is_visible()
    look(page, "verify-qr-forged")


def test_after_one_visit_the_signature_is_checked_without_a_network(
    visit, look, watch, case
) -> None:
    watch.expect("failed: ")
    watch.expect("ERR_INTERNET_DISCONNECTED")
    watch.expect("ERR_FAILED")  # a face of type that no page before had shown
    page = visit("/xac-minh/")
    page.evaluate(KEPT)
    page.context.set_offline(True)
    shown = scanned(page, case["stamp"], "/XAC-MINH/")
    assert shown.get_attribute("data-verdict") == "signed"
    assert vi("The signature is true") in shown.inner_text()
    assert case["decision"] in page.locator("[data-lines]").inner_text()
    look(page, "verify-qr-offline")
    altered = case["stamp"][:-1] + ("A" if case["stamp"][-1] != "A" else "B")
    page.goto("about:blank")
    assert scanned(page, altered).get_attribute("data-verdict") == "unknown"
    page.context.set_offline(False)
