"""The sandbox for messages: a real SMTP server and a real provider, on good days and bad ones."""

from __future__ import annotations

import json
import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from notices.channels.sms import SmsChannel, signature
from notices.channels.texts import one_time_code, waiting_paper
from notices.message_sandbox_book import MOST_KEPT, Book
from tests.notices.message_catcher import (
    REPORT_SECRET,
    SECRET,
    Catcher,
    catcher,
    one_catcher,
    running,
)

__all__ = ["catcher", "one_catcher"]
pytestmark = pytest.mark.gate


def test_mail_comes_over_smtp_with_its_letters_whole(catcher: Catcher) -> None:
    message = waiting_paper("0187/QĐ-XPHC", "PC08-HN")
    receipt = catcher.mail.send(key="k-mail", destination="a@vidu.vn", message=message)
    caught = catcher.caught()["k-mail"]
    assert receipt == "SMTP 250"
    assert caught["subject"] == message.subject
    assert caught["text"].replace("\r\n", "\n").strip() == message.body.strip()


def test_a_line_that_is_a_dot_does_not_end_the_mail(catcher: Catcher) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=5) as server:
        server.sendmail(
            "a@x.vn", ["b@x.vn"], b"Message-ID: <k-dot@x.vn>\r\n\r\nmot\r\n.\r\n..hai\r\nba"
        )
    assert catcher.caught()["k-dot"]["text"].splitlines() == ["mot", ".", "..hai", "ba"]


def test_a_mail_cut_off_before_its_dot_was_not_taken(catcher: Catcher) -> None:
    with socket.create_connection(("127.0.0.1", catcher.smtp_port), timeout=5) as line:
        for said in (b"EHLO x", b"MAIL FROM:<a@x.vn>", b"RCPT TO:<b@x.vn>", b"DATA"):
            line.recv(512)
            line.sendall(said + b"\r\n")
        line.recv(512)
        line.sendall(b"Message-ID: <k-cut@x.vn>\r\n\r\nnua chung")
    time.sleep(0.2)
    assert "k-cut" not in catcher.caught()


def test_commands_out_of_order_and_garbage_are_answered_and_harm_nothing(catcher: Catcher) -> None:
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, timeout=5) as server:
        assert server.docmd("DATA")[0] == 503
        assert server.docmd("RCPT", "TO:<a@x.vn>")[0] == 503
        assert server.docmd("VRFY", "everybody")[0] == 503
        server.send(b"\x00\xff" * 10 + b"\r\n")
        assert server.getreply()[0] == 503
        assert server.docmd("MAIL", "FROM:<a@x.vn")[0] == 503
        assert server.noop()[0] == 250


def test_only_a_signed_and_fresh_text_message_is_taken(catcher: Catcher) -> None:
    body = json.dumps(
        {"to": "+84912345678", "text": "x", "from": "CSGT", "request_id": "k-sms"}
    ).encode()
    now = str(int(time.time()))
    stale = str(int(time.time()) - 3600)
    for timestamp, signed in (
        (now, signature("khac" * 10, now, body)),
        (now, signature(SECRET, now, body + b" ")),
        (stale, signature(SECRET, stale, body)),
        ("", ""),
    ):
        answer = httpx.post(
            f"{catcher.address}/sms/v1/messages",
            content=body,
            headers={
                "X-Timestamp": timestamp,
                "X-Signature": signed,
                "Idempotency-Key": "k-sms",
            },
        )
        assert answer.status_code == 401
    assert "k-sms" not in catcher.caught()


def test_a_provider_may_name_its_fields_as_it_likes() -> None:
    taken: list[dict[str, str]] = []

    class Provider(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = b'{"messageId": "M-1"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    fields = {"to": "phone", "text": "content", "key": "smsId", "receipt": "messageId"}
    with httpx.Client() as http:
        channel = SmsChannel(
            f"http://127.0.0.1:{server.server_port}/send", "CSGT", SECRET, http, fields
        )
        receipt = channel.send(key="k", destination="+84912345678", message=one_time_code("123456"))
    server.shutdown()
    thread.join()
    server.server_close()
    assert receipt == "M-1"
    assert set(taken[0]) == {"phone", "content", "from", "smsId"}


class Listener(ThreadingHTTPServer):
    """A portal that hears reports of what came back."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listening)
        self.heard: list[tuple[dict[str, str], bytes]] = []


class Listening(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_bounce_is_reported_signed_once_the_mail_was_taken(
    listener: Listener, settings: Any
) -> None:
    with running(report_url=f"http://127.0.0.1:{listener.server_port}/") as made:
        made.behave("email", "bounce")
        made.mail.send(key="k-bounce", destination="a@vidu.vn", message=one_time_code("123456"))
        until = time.monotonic() + 5
        while not listener.heard and time.monotonic() < until:
            time.sleep(0.05)
        assert made.stop() == 0
    headers, body = listener.heard[0]
    assert json.loads(body)["key"] == "k-bounce"
    assert headers["X-Signature"] == signature(REPORT_SECRET, headers["X-Timestamp"], body)


def test_the_page_shows_what_was_caught_and_nothing_of_it_is_markup(catcher: Catcher) -> None:
    message = waiting_paper("<b>0187</b>", "PC08-HN")
    catcher.mail.send(key="k-page", destination="a@vidu.vn", message=message)
    page = catcher.http.get(f"{catcher.address}/")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "&lt;b&gt;0187&lt;/b&gt;" in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_what_was_caught_outlives_the_process_and_is_bounded(tmp_path: Path) -> None:
    kept = tmp_path / "messages.json"
    book = Book(kept, lambda _route, _key: None)
    for number in range(MOST_KEPT + 3):
        assert book.take("sms", f"k{number}", "+84912345678", "x")
    assert not book.take("sms", f"k{MOST_KEPT}", "+84912345678", "x")
    again = Book(kept, lambda _route, _key: None)
    assert len(again.messages) == MOST_KEPT
    assert again.messages[f"k{MOST_KEPT}"]["times"] == 2
