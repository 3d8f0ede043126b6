"""The sandbox for messages as a real process, and the channels that speak to it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from notices.channels import Channel
from notices.channels.inbox import Inbox
from notices.channels.sms import SmsChannel
from notices.channels.smtp import SmtpChannel

ROOT = Path(__file__).parents[2]
SECRET = "DEV-ONLY-SECRET-0123456789ABCDEF"
REPORT_SECRET = "DEV-ONLY-REPORTS-0123456789ABCDEF"
SENDER = "khong-tra-loi@cong-mau.example"
#: Settings of an installation that has both ways, as config.messages makes them.
BOTH_WAYS: dict[str, Any] = {
    "email": {"host": "127.0.0.1", "port": 1, "sender": SENDER, "security": "none"},
    "sms": {"address": "http://127.0.0.1:1/", "sender": "CSGT", "secret": SECRET, "fields": {}},
    "report_secret": REPORT_SECRET,
    "official_address": "địa chỉ in trên giấy tờ của CSGT",
    "working_days_to_open": 3,
}


class Catcher:
    """The process, what it caught, and how it behaves next."""

    def __init__(self, *, report_url: str = "", timeout: float = 1.0) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "notices.message_sandbox", "--port", "0"),
                *("--smtp-port", "0", "--report-url", report_url),
            ],
            cwd=ROOT,
            env={
                "SMS_SECRET": SECRET,
                "MESSAGES_REPORT_SECRET": REPORT_SECRET,
                "PATH": os.environ["PATH"],
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        ready = re.fullmatch(
            r"ready (http://\S+) smtp://127\.0\.0\.1:(\d+)\n", self.process.stdout.readline()
        )
        assert ready is not None, "the sandbox did not start"
        self.address, self.smtp_port, self.timeout = ready[1], int(ready[2]), timeout
        self.http = httpx.Client()

    def stop(self) -> int:
        """End the process; returns its exit code."""
        self.http.close()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def behave(self, route: str, scenario: str) -> None:
        """Choose what happens to the next messages of one way."""
        answer = self.http.post(
            f"{self.address}/scenario", data={"route": route, "scenario": scenario}
        )
        assert answer.status_code == 303, answer.text

    def caught(self) -> dict[str, dict[str, Any]]:
        """Return what was caught, by key."""
        told = self.http.get(f"{self.address}/caught").json()["messages"]
        return {each["key"]: each for each in told}

    @property
    def mail(self) -> SmtpChannel:
        return SmtpChannel(
            "127.0.0.1", self.smtp_port, SENDER, security="none", timeout=self.timeout
        )

    @property
    def sms(self) -> SmsChannel:
        return SmsChannel(
            f"{self.address}/sms/v1/messages", "CSGT", SECRET, self.http, timeout=self.timeout
        )

    @property
    def ways(self) -> dict[str, Channel]:
        return {"account": Inbox(), "email": self.mail, "sms": self.sms}


@contextmanager
def running(**options: Any) -> Iterator[Catcher]:
    """Run one catcher for a while."""
    made = Catcher(**options)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.stop()


@pytest.fixture(scope="module")
def one_catcher() -> Iterator[Catcher]:
    with running() as made:
        yield made


@pytest.fixture
def catcher(one_catcher: Catcher, settings: Any) -> Catcher:
    """A catcher that behaves well, of an installation that has both ways."""
    settings.MESSAGES = BOTH_WAYS
    for route in ("email", "sms"):
        one_catcher.behave(route, "")
    return one_catcher
