"""The sandbox identity provider as a real process, and a person who uses it with a browser."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

ROOT = Path(__file__).parents[2]
RETURN = "/tai-khoan/dinh-danh/tra-loi/"


class Provider:
    """The process, and its page."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "citizens.identity_sandbox", "--port", "0"),
                *("--client", settings.IDENTITY_CLIENT),
                *("--return-url", settings.PORTAL_ORIGIN + RETURN),
            ],
            cwd=ROOT,
            env={
                "IDENTITY_SECRET": settings.KEYS["IDENTITY_SECRET"],
                "PATH": os.environ["PATH"],
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        ready = re.fullmatch(r"ready (http://\S+)\n", self.process.stdout.readline())
        assert ready is not None, "the provider did not start"
        self.address = ready[1]

    def stop(self) -> int:
        """End the process; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(15)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def choose(self, address: str, number: str, fault: str = "none") -> str:
        """Be somebody on the provider's page; returns the address it sends the browser back to."""
        with httpx.Client(follow_redirects=True, timeout=20) as person:
            page = person.get(address)
            assert page.status_code == 200, page.text[:500]
            token, there = (
                re.search(rf'name="{name}" value="([^"]*)"', page.text)
                for name in ("csrfmiddlewaretoken", "next")
            )
            assert token is not None and there is not None, page.text[:500]
            told = {
                "csrfmiddlewaretoken": token[1],
                "next": there[1].replace("&amp;", "&"),
                "other": number,
                "fault": fault,
            }
            answer = person.post(f"{self.address}/dang-nhap/", data=told, follow_redirects=False)
            while answer.is_redirect and answer.next_request is not None:
                back = str(answer.next_request.url)
                if back.startswith(settings.PORTAL_ORIGIN):
                    return back
                answer = person.get(back, follow_redirects=False)
        raise AssertionError(f"{answer.status_code}: {answer.text[:500]}")


@pytest.fixture(scope="module")
def one_provider() -> Iterator[Provider]:
    running = Provider()
    yield running
    assert running.stop() == 0


@pytest.fixture
def provider(one_provider: Provider, settings: Any) -> Provider:
    """Return the provider, known to the portal of this test."""
    settings.IDENTITY_ISSUER = one_provider.address
    return one_provider


def go(browser: Client, provider: Provider, purpose: str, number: str, fault: str = "none") -> str:
    """Go to the provider for a purpose; returns the portal's address to come back to."""
    sent = browser.post("/tai-khoan/dinh-danh/", {"purpose": purpose})
    assert sent.status_code == 303, sent.content
    assert sent["Location"].startswith(provider.address), sent["Location"]
    return provider.choose(sent["Location"], number, fault).removeprefix(settings.PORTAL_ORIGIN)


def prove(
    browser: Client, provider: Provider, purpose: str, number: str, fault: str = "none"
) -> HttpResponse:
    """Go there, be somebody, and come back; returns the portal's answer."""
    return browser.get(go(browser, provider, purpose, number, fault))
