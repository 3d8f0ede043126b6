"""Electronic sending: once, without links, and back to paper when the system fails."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from notices import deliveries, sending
from notices.channels import HttpGateway
from notices.models import Notice, PaperDelivery
from tests.journeys import START, case_at, world

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
AT = START + timedelta(days=3)


class Sandbox(ThreadingHTTPServer):
    """A gateway that keeps what it was told by its key, or is down."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.taken: dict[str, Any] = {}
        self.calls = 0
        self.is_down = False


class Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        server.calls += 1
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if server.is_down:
            self.send_response(503)
            self.end_headers()
            return
        key = self.headers["Idempotency-Key"]
        server.taken.setdefault(key, {"path": self.path, **json.loads(body)})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"receipt": f"R-{key[:8]}"}).encode())

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    server = Sandbox()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def gateway(sandbox: Sandbox) -> Iterator[HttpGateway]:
    with httpx.Client() as http:
        yield HttpGateway(f"http://127.0.0.1:{sandbox.server_port}", http)


def paper() -> Notice:
    found: Notice = case_at("decided", world()).decision.notice
    found.deliveries.all().update(state="called_off")
    return found


def test_a_message_is_sent_once_and_holds_no_link_and_no_name(
    sandbox: Sandbox, gateway: HttpGateway
) -> None:
    """NĐ 118/2021 Đ28a"""
    notice = paper()
    row = deliveries.begin(notice, "sms", at=AT, by_name="Hệ thống", destination="0900000001")
    assert sending.send_due(gateway, at=AT) == 1
    assert sending.send_due(gateway, at=AT + timedelta(hours=1)) == 0
    row.refresh_from_db()
    assert (row.state, row.sent_at) == ("sent", AT)
    told = sandbox.taken[str(row.pk)]
    assert told["path"] == "/sms"
    assert "http" not in told["text"]
    assert notice.context["addressee"]["name"] not in told["text"]
    assert notice.events.filter(what="sent").count() == 1


def test_a_worker_that_died_after_sending_sends_the_same_key_again(
    sandbox: Sandbox, gateway: HttpGateway
) -> None:
    row = deliveries.begin(paper(), "email", at=AT, by_name="Hệ thống", destination="a@b.vn")
    claimed = sending.claim(at=AT)
    assert claimed is not None
    gateway.send(route="email", key=str(row.pk), destination="a@b.vn", text="x")  # and dies here
    assert sending.send_due(gateway, at=AT + timedelta(seconds=30)) == 0, "the lease still holds"
    assert sending.send_due(gateway, at=AT + timedelta(seconds=61)) == 1
    assert (sandbox.calls, len(sandbox.taken)) == (2, 1)


def test_a_system_that_stays_down_leads_back_to_paper(
    sandbox: Sandbox, gateway: HttpGateway
) -> None:
    """NĐ 118/2021 Đ28b"""
    sandbox.is_down = True
    notice = paper()
    row = deliveries.begin(notice, "account", at=AT, by_name="Hệ thống", destination="1")
    for hour in range(sending.MOST_ATTEMPTS):
        assert not notice.deliveries.filter(route="post", state="waiting").exists()
        sending.send_due(gateway, at=AT + timedelta(hours=2 * hour))
    row.refresh_from_db()
    assert (row.state, row.fault) == ("failed", "HTTP 503")
    assert PaperDelivery.objects.get(notice=notice, route="post", state="waiting")
    assert notice.events.filter(what="bounced").count() == 1
