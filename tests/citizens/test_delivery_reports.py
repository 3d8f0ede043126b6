"""What a provider reports later: only a signed, fresh report of a bounce changes anything."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.test import Client

from notices import sending
from notices.channels.sms import signature
from notices.models import Notice
from tests.citizens.conftest import clock
from tests.citizens.electronic import EMAIL, SIGNED, decided, sent, ways
from tests.journeys import world
from tests.notices.message_catcher import BOTH_WAYS, REPORT_SECRET, running
from violations.models import Decision

__all__ = ["clock"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture
def paper(settings: Any, clock: Any) -> Notice:
    settings.MESSAGES = BOTH_WAYS
    clock(SIGNED)
    made = decided(world(), email=EMAIL)
    sent(made)
    return made


def told(paper: Notice, **changes: Any) -> bytes:
    key = str(paper.deliveries.get(route="email").pk)
    report = {"key": key, "result": "bounced", "reason": "mailbox full"} | changes
    return json.dumps(report).encode()


def report(body: bytes, *, secret: str = REPORT_SECRET, seconds: int = 0) -> Any:
    timestamp = str(int(SIGNED.timestamp()) + seconds)
    return Client().post(
        "/tin-nhan/bao-tra/",
        body,
        content_type="application/json",
        headers={"x-timestamp": timestamp, "x-signature": signature(secret, timestamp, body)},
    )


def test_a_bounce_begins_the_letter_once(paper: Notice) -> None:
    """NĐ 118/2021 Đ28b"""
    assert report(told(paper)).json() == {"taken": True, "changed": True}
    assert ways(paper) == {"account": "sent", "email": "failed", "post": "waiting"}
    assert paper.deliveries.get(route="email").fault == "bounced: mailbox full"
    assert report(told(paper)).json() == {"taken": True, "changed": False}
    assert paper.deliveries.filter(route="post").count() == 1


@pytest.mark.parametrize(
    ("options", "status"),
    [({"secret": "khac" * 10}, 400), ({"seconds": -301}, 400), ({"seconds": 301}, 400)],
)
def test_a_report_of_somebody_else_or_of_yesterday_is_not_heard(
    paper: Notice, options: dict[str, Any], status: int
) -> None:
    assert report(told(paper), **options).status_code == status
    assert "post" not in ways(paper)


def test_an_arrival_is_told_and_serves_nothing(paper: Notice) -> None:
    """NĐ 118/2021 Đ28b"""
    assert report(told(paper, result="delivered")).json()["changed"] is False
    assert Decision.objects.get(notice=paper).case.status == "decided"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"key": "x", "result": "bounced"}',
        b'{"key": 5, "result": "bounced"}',
        b"\xff\xfe",
        b"[" * 4000,
    ],
)
def test_garbage_is_refused(paper: Notice, body: bytes) -> None:
    assert report(body).status_code == 400


def test_a_body_too_large_and_a_letter_are_left_alone(paper: Notice) -> None:
    assert report(b"x" * 5000).status_code == 413
    account = str(paper.deliveries.get(route="account").pk)
    assert report(told(paper, key=account)).json()["changed"] is False
    assert ways(paper)["account"] == "sent"


def test_reports_are_off_until_they_are_configured(paper: Notice, settings: Any) -> None:
    settings.MESSAGES = BOTH_WAYS | {"report_secret": ""}
    assert report(told(paper)).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_mail_that_is_taken_and_comes_back_begins_the_letter(
    live_server: Any, settings: Any
) -> None:
    """From our SMTP client to the server's report and the letter, over real connections."""
    settings.MESSAGES = BOTH_WAYS
    paper = decided(world(), by_account=False, email=EMAIL)
    with running(report_url=f"{live_server.url}/tin-nhan/bao-tra/") as catcher:
        catcher.behave("email", "bounce")
        assert sending.send_due(catcher.ways, at=SIGNED) == 1
        until = time.monotonic() + 20
        while "post" not in ways(paper) and time.monotonic() < until:
            time.sleep(0.1)
    assert ways(paper) == {"email": "failed", "post": "waiting"}
    assert paper.deliveries.get(route="email").fault.startswith("bounced: ")
