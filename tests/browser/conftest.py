"""One whole portal and one Chromium for all browser tests; every page is watched while it is used."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from config.demo.visitor import moment_for_a_code, totp
from tests.browser.looking import WIDE, Looker, shots_folder
from tests.browser.stage_hand import Stage, stage

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Runs in every document before its own scripts; the policy's refusals have no other voice.
TELL_REFUSALS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error("refused by the policy: " + event.violatedDirective + " " + event.blockedURI));"""

# A loop of Playwright forbids Django's database in this process: both end with this package, so
# that no other test meets them.


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if shutil.which(CHROMIUM) is None:
        words = f"no Chromium at {CHROMIUM}: apt-get install chromium, or set CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def portal(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("portal")) as running:
        running.served = running.begin("served", count=2)
        yield running


@pytest.fixture(scope="package")
def cookies() -> dict[str, Any]:
    """Who has signed in, once for all tests: a code of an authenticator is good for one use."""
    return {}


@pytest.fixture(scope="package")
def lists_seen() -> set[str]:
    """Lists somebody has looked at already; they look alike to all."""
    return set()


@pytest.fixture
def look() -> Iterator[Looker]:
    looker = Looker(shots_folder())
    yield looker
    if looker.faults:
        pytest.fail("\n".join(looker.faults), pytrace=False)


class Watch:
    """Hears what a page must not say: errors, refusals of the policy, requests that fail."""

    def __init__(self, portal: Stage) -> None:
        self.faults: list[str] = []
        self._awaited: list[str] = []
        ours = (portal.origin, portal.bank_url, portal.identity_url)
        self._hosts = {urlsplit(address).netloc for address in ours}

    def expect(self, words: str) -> None:
        """Let pass what a test provokes, such as an answer 422 to a wrong code."""
        self._awaited.append(words)

    def page(self, page: Page) -> None:
        """Begin to listen."""
        page.on("console", lambda said: said.type == "error" and self._said(page, said))
        page.on("pageerror", lambda fault: self._note(f"page error: {fault}"))
        page.on("requestfailed", self._failed)
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _said(self, page: Page, said: ConsoleMessage) -> None:
        self._note(f"{page.url}: {said.text} ({said.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # a page left, a file saved
            self._note(f"failed: {request.url} {request.failure}")

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc not in self._hosts:
            self._note(f"another origin was asked: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"{response.status} from {response.url}")

    def _note(self, fault: str) -> None:
        if not any(words in fault for words in self._awaited):
            self.faults.append(fault)


@pytest.fixture
def watch(portal: Stage) -> Iterator[Watch]:
    watching = Watch(portal)
    yield watching
    if watching.faults:
        pytest.fail("\n".join(watching.faults), pytrace=False)


Visit = Callable[..., Page]


@pytest.fixture
def visit(
    chromium: Browser, portal: Stage, watch: Watch, cookies: dict[str, Any]
) -> Iterator[Visit]:
    """Open a page of one's own: ``visit("/tra-cuu/")``, ``visit("/can-bo/", "lan")``."""
    contexts: list[BrowserContext] = []

    def opened(address: str, who: str = "", **options: Any) -> Page:
        if who and who not in cookies:
            page = opened("/can-bo/")
            sign_in(page, portal, who)
            cookies[who] = page.context.storage_state()
        context = chromium.new_context(
            base_url=portal.origin,
            locale=options.pop("locale", "vi-VN"),  # a header beside it changes nothing
            timezone_id="Asia/Ho_Chi_Minh",
            viewport=WIDE,  # type: ignore[arg-type]
            reduced_motion="reduce",  # colours in transition have no contrast to measure
            storage_state=cookies.get(who) if who else None,
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_init_script(TELL_REFUSALS)
        page = context.new_page()
        watch.page(page)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, portal: Stage, who: str) -> None:
    """Sign in with the keyboard alone: name, password, and the code of an authenticator."""
    person = portal.people[who]
    page.locator("input[name=login]").focus()
    page.keyboard.type(who)
    page.keyboard.press("Tab")
    page.keyboard.type(person["password"])
    page.keyboard.press("Enter")
    page.locator("input[name=code]").wait_for()
    page.locator("input[name=code]").focus()
    page.keyboard.type(totp(person["totp"], moment_for_a_code()))
    page.keyboard.press("Enter")
    page.wait_for_url("**/can-bo/")


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder
