"""A person at a browser without JavaScript: opens pages, fills forms in, presses buttons.

The walkthrough plays every role through it, over real HTTP, with the same pages people get.
"""

from __future__ import annotations

import base64
import hmac
import struct
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import httpx

from config.demo.seeding import SignIn

TOTP_STEP_SECONDS = 30
SECONDS_TO_TYPE = 4  # on a busy machine, until the server has judged what was typed


class NotAsExpected(Exception):
    """A page did not hold what the person looked for; says what, and the sentences it showed."""


@dataclass
class Form:
    """One form of a page: where it goes, and the values it already holds."""

    action: str
    method: str
    values: dict[str, str | list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)


@dataclass
class Page:
    """What came back."""

    url: str
    status: int
    body: bytes
    content_type: str
    forms: list[Form]
    text: str
    links: list[str]

    def form(self, part_of_action: str) -> Form:
        """Return the form whose address contains some words. Raises NotAsExpected."""
        for form in self.forms:
            if part_of_action in form.action:
                return form
        shown = [form.action for form in self.forms]
        raise NotAsExpected(f"no form for {part_of_action} on {self.url}: {shown}")

    def must_say(self, words: str) -> None:
        """Insist that the page shows some words."""
        if words not in self.text:
            raise NotAsExpected(f"“{words}” is not on {self.url}: {self.text[:700]}")


class Visitor:
    """One browser session: cookies, and redirects that are followed like a browser does."""

    def __init__(self, origin: str) -> None:
        # A kept connection may be closed by the server the moment it is used again.
        alone = httpx.Limits(max_keepalive_connections=0)
        self.http = httpx.Client(base_url=origin, follow_redirects=True, timeout=30.0, limits=alone)
        self.person: SignIn | None = None

    def close(self) -> None:
        """End the session."""
        self.http.close()

    def open(self, address: str) -> Page:
        """Open an address. Raises NotAsExpected for a server error or a refusal."""
        return _page(self.http.get(address))

    def press(self, page: Page, form: Form, **filled: str | list[str]) -> Page:
        """Fill a form in and send it; values it already holds go with it."""
        target = urljoin(page.url, form.action or page.url)
        values = form.values | filled
        headers = {"Referer": page.url}
        if form.method == "post":
            return _page(self.http.post(target, data=values, headers=headers))
        return _page(self.http.get(target, params=values, headers=headers))

    def sign_in(self, person: SignIn) -> Page:
        """Sign in with a password and the code an authenticator app shows at this moment."""
        page = self.open("/can-bo/tai-khoan/login/")
        page = self.press(page, page.form("login"), login=person.username, password=person.password)
        page = self.press(
            page, page.form("authenticate"), code=totp(person.totp_secret, moment_for_a_code())
        )
        if "/tai-khoan/" in page.url:
            raise NotAsExpected(f"{person.username} did not get in: {page.text[:300]}")
        self.person = person
        return page

    def prove_again(self, page: Page) -> Page:
        """Enter the password again where the portal asks who is there; otherwise do nothing."""
        if "/reauthenticate/" not in page.url or self.person is None:
            return page
        return self.press(page, page.form("reauthenticate"), password=self.person.password)


def moment_for_a_code() -> float:
    """Return the present moment; near the end of a code's half minute, wait for the next one."""
    left = TOTP_STEP_SECONDS - time.time() % TOTP_STEP_SECONDS
    if left < SECONDS_TO_TYPE:
        time.sleep(left)
    return time.time()


def totp(secret: str, at: float) -> str:
    """Return the six digits an authenticator app shows at a moment. RFC 6238, SHA-1, 30 seconds"""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(at) // TOTP_STEP_SECONDS)
    digest = hmac.digest(key, counter, "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 1_000_000:06d}"


def _page(response: httpx.Response) -> Page:
    kind = response.headers.get("content-type", "")
    reader = _Reader()
    if "html" in kind:
        reader.feed(response.text)
    page = Page(
        url=str(response.url),
        status=response.status_code,
        body=response.content,
        content_type=kind,
        forms=reader.forms,
        text=" ".join(" ".join(reader.words).split()),
        links=reader.links,
    )
    if response.status_code >= 400:
        raise NotAsExpected(f"{response.status_code} from {page.url}: {page.text[:500]}")
    return page


def _add(values: dict[str, str | list[str]], name: str, value: str) -> None:
    """Keep a value; a name that stands twice becomes a list, as a browser would send it."""
    held = values.get(name)
    if held is None:
        values[name] = value
    else:
        values[name] = [*held, value] if isinstance(held, list) else [held, value]


class _Reader(HTMLParser):
    """Collect forms with the values they hold, links, and the words a person reads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._by_id: dict[str, Form] = {}
        self._select: str | None = None
        self._textarea: str | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        if tag in ("script", "style", "template"):
            self._silent += 1
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form":
            self._form = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self._form)
            if given.get("id"):
                self._by_id[given["id"]] = self._form
            return
        form = self._by_id.get(given.get("form") or "", self._form)
        name = given.get("name")
        if form is None or not name:
            return
        self._note(tag, form, name, given)

    def _note(self, tag: str, form: Form, name: str, given: dict[str, Any]) -> None:
        kind = (given.get("type") or "text").lower()
        if tag == "button" or kind == "submit":
            form.buttons.append((name, given.get("value") or ""))
        elif tag == "input":
            form.fields.add(name)
            ticked = kind not in ("checkbox", "radio") or "checked" in given
            if ticked and given.get("value") is not None:
                _add(form.values, name, given["value"])
        elif tag == "select":
            form.fields.add(name)
            self._select = name
        elif tag == "textarea":
            form.fields.add(name)
            form.values.setdefault(name, "")
            self._textarea = name

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "template"):
            self._silent -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.words.append(data.strip())
