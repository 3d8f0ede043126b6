"""The receiver of webhooks in the demonstration: what it believes, and the portal on its bad days."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.utils import timezone

from citizens.hook_sandbox import is_signed
from citizens.hook_sandbox_book import MOST_KEPT, Book
from citizens.models import ClientChange
from citizens.partners import webhook_sending, webhook_wire, webhooks
from tests.citizens.hook_process import Hooks, hooks
from tests.citizens.partners import REASON, administrators, agency
from tests.citizens.test_webhooks import hook, settle
from tests.citizens.visits import case_at
from tests.journeys import world

pytestmark = pytest.mark.gate

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"type":"case.paid","data":{"case":"VP-26-1"}}'


@pytest.fixture
def receiver(tmp_path: Path) -> Any:
    with hooks(tmp_path) as running:
        yield running


def send(
    receiver: Hooks, body: bytes = BODY, secret: str = SECRET, message: str = "msg_1", ago: int = 0
) -> int:
    headers = webhook_wire.headers_of([secret], message, int(time.time()) - ago, body)
    return httpx.post(f"{receiver.address}/hook", content=body, headers=headers).status_code


def test_it_reads_the_example_of_the_standard() -> None:
    """Two implementations, written apart, agree on one signature."""
    signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    told = ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330")
    body, now = b'{"test": 2432232314}', 1614265330.0
    assert is_signed([SECRET], *told, signature, body, now=now)
    assert is_signed(["x", SECRET], *told, f"v1a,xx v1,AAAA {signature}", body, now=now)
    for secrets, moment, given, sent, at in (
        ([], told[1], signature, body, now),
        ([SECRET], told[1], signature.replace("g0h", "G0h"), body, now),
        ([SECRET], told[1], signature, body + b" ", now),
        ([SECRET], told[1], signature, body, now + 301),
        ([SECRET], "x", signature, body, now),
        ([SECRET], told[1], "", body, now),
    ):
        assert not is_signed(secrets, told[0], moment, given, sent, now=at)


def test_what_is_not_signed_is_not_kept(receiver: Hooks) -> None:
    assert send(receiver) == 401  # no secret is known yet
    receiver.knows(SECRET)
    assert send(receiver, message="msg_2") == 204
    assert send(receiver, message="msg_2") == 204
    assert send(receiver, secret="whsec_AAAA", message="msg_3") == 401
    assert send(receiver, message="msg_4", ago=400) == 401
    assert send(receiver, body=b"[", message="msg_5") == 401
    told = receiver.received()
    assert [(one["id"], one["times"]) for one in told["messages"]] == [("msg_2", 2)]
    assert told["unsigned"] == 4
    page = httpx.get(f"{receiver.address}/")
    assert "case.paid VP-26-1" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    evil = json.dumps({"type": "<script>alert(1)</script>"}).encode()
    assert send(receiver, body=evil, message="msg_<b>") == 204
    assert "<script>" not in httpx.get(f"{receiver.address}/").text


def test_it_answers_as_it_is_told(receiver: Hooks) -> None:
    receiver.knows(SECRET)
    try:
        for scenario, status in (("error", 500), ("gone", 410), ("", 204)):
            assert receiver.behave(scenario).status_code == 303
            assert send(receiver, message="msg_day") == status
        receiver.behave("lost")
        with pytest.raises(httpx.RemoteProtocolError):
            send(receiver, message="msg_day")
    finally:
        receiver.behave("")
    (one,) = [row for row in receiver.received()["messages"] if row["id"] == "msg_day"]
    assert [attempt["answer"] for attempt in one["attempts"]] == ["error", "gone", "204", "lost"]
    assert (one["times"], one["taken"]) == (4, 1)
    assert receiver.behave("fly").status_code == 400
    assert httpx.get(f"{receiver.address}/x").status_code == 404
    assert httpx.post(f"{receiver.address}/hook", content=b"x" * 70_000).status_code == 413


def test_a_full_book_drops_the_oldest(tmp_path: Path) -> None:
    book = Book(tmp_path / "hooks.json")
    for number in range(MOST_KEPT + 1):
        book._data = tmp_path / "hooks.json" if number == MOST_KEPT else None
        book.note(f"m{number}", {"type": "x"}, "")
    kept = Book(tmp_path / "hooks.json").latest()
    assert (len(kept), kept[0]["id"], kept[-1]["id"]) == (MOST_KEPT, f"m{MOST_KEPT}", "m1")


@pytest.mark.django_db
def test_the_portal_tries_again_and_stops_at_one_that_is_gone(
    receiver: Hooks, settings: Any, monkeypatch: Any
) -> None:
    """Signed by the one, read by the other; 500 is tried again, 410 switches the address off."""
    settings.WEBHOOK_OPEN_NETWORKS = True
    settle(monkeypatch)
    place = world()
    case = case_at("recorded", place)
    endpoint = hook(place, agency(place).client, f"{receiver.address}/hook")
    at = timezone.now()
    receiver.knows(*webhooks.secrets_of(endpoint, at=at))

    def run() -> int:
        webhook_sending.WebhookDelivery.objects.update(next_attempt_at=at)
        return webhook_sending.run(now=timezone.now)

    receiver.behave("error")
    assert run() == 0
    receiver.behave("gone")
    assert run() == 0
    endpoint.refresh_from_db()
    assert endpoint.state == "disabled"
    assert ClientChange.objects.get(what="hook_disabled").reason == "HTTP 410"
    receiver.behave("")
    assert run() == 0  # disabled: nothing is sent
    by = administrators(place)[1].user
    webhooks.resume(endpoint, reason=REASON, by=by, at=timezone.now() - timedelta(seconds=1))
    assert run() == 2
    received = [m for m in receiver.received()["messages"] if "data" in m["told"]]
    ours = [m for m in received if m["told"]["data"]["case"] == case.number]
    assert [m["told"]["type"] for m in reversed(ours)] == ["case.notified", "case.recorded"]
    assert [m["taken"] for m in ours] == [1, 1]
