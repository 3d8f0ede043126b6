"""From the key that decides to the next case painted on the screen, in Chromium, on a whole portal.

A reviewing officer decides ``SWAP_CASES`` (60) cases by keyboard, looking at each for a second and a
half: faster than people, slower than a machine. The clock runs from the moment the browser gives the
key event to the end of the frame in which another case's number stands there with its pictures
decoded. Bare is the same in a page that does nothing else: one key, two pictures of the same size
that are ready, one ``replaceWith``, one frame.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.load.rounds import _percentile

CASES = int(os.environ.get("SWAP_CASES", "60"))
LOOKS_MS = 1500
GOAL_MS = 50
# Runs beside the page's own scripts. A message posted in a frame arrives when it is painted.
CLOCK = """
window.swaps = [];
addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || window.stand === undefined) return;
  const before = window.stand(), began = event.timeStamp;
  const look = () => {
    if (window.stand() === before) return requestAnimationFrame(look);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => window.swaps.push({
      ms: performance.now() - began,
      ready: Array.from(document.querySelectorAll(".stage > img, .bare img"))
        .every((image) => image.complete && image.naturalWidth > 0),
      ahead: Boolean(document.querySelector("[data-swap-ms], .bare")),
    });
    channel.port2.postMessage(0);
  };
  look();
}, true);
"""
OF_REVIEW = """window.stand = () =>
  document.querySelector(".review-strip .mono")?.textContent ?? "" """
ARMED = (
    "() => document.querySelector('main.review[data-armed]') || !document.querySelector('#decide')"
)
#: Two pictures of the size of the evidence, as many times as there are rounds.
BARE = """async (rounds) => {
  const paint = async (shade) => {
    const canvas = document.createElement("canvas");
    canvas.width = 1920; canvas.height = 1080;
    const pen = canvas.getContext("2d");
    for (let i = 0; i < 400; i++) {
      pen.fillStyle = `hsl(${(i * 37 + shade) % 360} 40% 50%)`;
      pen.fillRect((i * 97) % 1920, (i * 53) % 1080, 160, 90);
    }
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg"));
    const image = new Image();
    image.src = URL.createObjectURL(blob);
    await image.decode();
    return image;
  };
  const made = [];
  for (let i = 0; i <= rounds; i++) {
    const main = document.createElement("main");
    main.className = "bare";
    main.dataset.number = String(i);
    main.append(await paint(i), await paint(i + 90));
    made.push(main);
  }
  document.body.append(made[0]);
  window.stand = () => document.querySelector(".bare").dataset.number;
  addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const now = document.querySelector(".bare");
    now.replaceWith(made[Number(now.dataset.number) + 1]);
  });
}"""


def measure(_portal: Any) -> dict[str, Any]:
    """Return the median and the slow end of a swap, of those that were there before, and bare."""
    from tests.browser.conftest import ARGUMENTS, CHROMIUM
    from tests.browser.stage_hand import stage

    with (
        tempfile.TemporaryDirectory(prefix="swap-") as folder,
        stage(Path(folder)) as portal,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            swaps = _review(browser, portal)
            bare = _bare(browser)
        finally:
            browser.close()
    there = [one for one in swaps if one["ahead"]]
    median = statistics.median(one["ms"] for one in swaps)
    return {
        "swaps": len(swaps),
        "there_before": len(there),
        "without_a_picture": sum(not one["ready"] for one in swaps),
        "portal": _figures(swaps),
        "bare": _figures(bare),
        "ratio": round(median / statistics.median(one["ms"] for one in bare), 2),
        "goal_ms": GOAL_MS,
        "meets_goal": median < GOAL_MS,
    }


def _review(browser: Browser, portal: Any) -> list[dict[str, Any]]:
    """Decide the cases of one officer one after the other; returns what the clock saw."""
    from tests.browser.conftest import sign_in

    portal.do("deliver", camera="CAM-0227", count=CASES, known=False)
    page = _page(browser)
    page.goto(f"{portal.origin}/can-bo/")
    sign_in(page, portal, "bao")
    page.goto(f"{portal.origin}/can-bo/duyet/?loai=red_light")
    page.evaluate(OF_REVIEW)
    while page.locator("#decide").count():
        page.wait_for_function(ARMED)
        page.wait_for_timeout(LOOKS_MS)
        seen = page.evaluate("window.stand()")
        page.keyboard.press("Enter")
        page.wait_for_function("seen => window.stand() !== seen", arg=seen)
    found: list[dict[str, Any]] = page.evaluate("window.swaps")
    return found[:-1]  # the last one led to the empty queue


def _bare(browser: Browser) -> list[dict[str, Any]]:
    page = _page(browser)
    page.goto("about:blank")
    rounds = min(CASES, 30)
    page.evaluate(BARE, rounds)
    for _round in range(rounds):
        page.keyboard.press("Enter")
        page.wait_for_timeout(150)
    found: list[dict[str, Any]] = page.evaluate("window.swaps")
    return found


def _page(browser: Browser) -> Page:
    page = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    ).new_page()
    page.add_init_script(CLOCK)
    return page


def _figures(swaps: list[dict[str, Any]]) -> dict[str, float]:
    times = [one["ms"] for one in swaps]
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(_percentile(times, 95), 1),
        "most_ms": round(max(times), 1),
    }
