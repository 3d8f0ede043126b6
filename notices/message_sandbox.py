"""Catch the e-mails and text messages of the portal, and play a provider on a bad day.

    python -m notices.message_sandbox --port 8804 --smtp-port 8825 --data messages.json

    SMTP on its own port: EHLO, MAIL, RCPT, DATA; one mail is one Message-ID
    POST /sms/v1/messages   X-Timestamp, X-Signature (HMAC-SHA256), Idempotency-Key
    POST /scenario          route=email|sms & scenario=…
    GET  /                  what was caught, on a page
    GET  /caught            the same as JSON

Scenarios of each way: refuse, unavailable, slow, timeout, lost (takes it and hangs up), bounce
(takes it and reports it back, signed). A key seen before is the same message. It prints
`ready http://…` once both ports listen and ends on SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import hmac
import json
import os
import re
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs

import httpx

from notices.message_sandbox_book import ROUTES, SCENARIOS, Book
from notices.message_sandbox_page import STYLE, page
from notices.message_sandbox_smtp import SILENT_SECONDS, SLOW_SECONDS, MailCatcher

MAX_BODY_BYTES = 16_384
PHONE = re.compile(r"\+84[0-9]{9}")
FRESH_SECONDS = 300
FIELDS = {"to", "text", "from", "request_id"}
HTML, JSON = "text/html; charset=utf-8", "application/json; charset=utf-8"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a body as the portal does; written a second time, so that the two must agree."""
    return hmac.digest(secret.encode(), timestamp.encode() + b"." + body, "sha256").hex()


class MessageServer(ThreadingHTTPServer):
    """Share the book and the secret among the handlers."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], book: Book, *, secret: str) -> None:
        super().__init__(address, Handler)
        self.book, self.secret = book, secret


class Handler(BaseHTTPRequestHandler):
    """Answer one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "MessageSandbox"
    sys_version = ""
    timeout = 90

    @property
    def desk(self) -> MessageServer:
        """Give the server under its own type."""
        return cast(MessageServer, self.server)

    def do_GET(self) -> None:
        """Show what was caught."""
        book = self.desk.book
        if self.path == "/":
            self._send(200, page(book.latest(), book.scenarios).encode(), HTML)
        elif self.path == "/caught":
            self._json(200, {"messages": book.latest(), "scenarios": book.scenarios})
        elif self.path == "/sandbox.css":
            self._send(200, STYLE.encode(), "text/css; charset=utf-8")
        else:
            self._json(404, {"error": "no_such_address"})

    def do_POST(self) -> None:
        """Take a message, or set a scenario."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self._json(413, {"error": "too_long"})
            return
        body = self.rfile.read(int(length))
        if self.path == "/scenario":
            self._set_scenario(body)
        elif self.path == "/sms/v1/messages":
            self._take(body)
        else:
            self._json(404, {"error": "no_such_address"})

    def _set_scenario(self, body: bytes) -> None:
        form = {key: values[0] for key, values in parse_qs(body.decode("utf-8", "replace")).items()}
        route, scenario = form.get("route", ""), form.get("scenario", "")
        if route not in ROUTES or scenario not in SCENARIOS:
            self._json(400, {"error": "unknown_scenario"})
            return
        self.desk.book.scenarios[route] = scenario
        self.send_response(303)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _take(self, body: bytes) -> None:
        scenario = self.desk.book.scenarios["sms"]
        if not self._is_signed(body):
            self._json(401, {"error": "signature"})
            return
        if scenario == "refuse":
            self._json(422, {"error": "number_not_in_use"})
            return
        if scenario == "unavailable":
            self._json(500, {"error": "internal"})
            return
        if scenario == "timeout":
            time.sleep(SILENT_SECONDS)
            self.close_connection = True
            return
        message = self._message(body)
        if message is None:
            self._json(400, {"error": "form"})
            return
        key = self.headers["Idempotency-Key"]
        self.desk.book.take("sms", key, message["to"], message["text"])
        if scenario == "lost":
            self.close_connection = True
            return
        if scenario == "slow":
            time.sleep(SLOW_SECONDS)
        self._json(200, {"receipt": f"SMS-{key[:8]}"})

    def _is_signed(self, body: bytes) -> bool:
        timestamp = self.headers.get("X-Timestamp", "")
        if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > FRESH_SECONDS:
            return False
        given = self.headers.get("X-Signature", "").encode("utf-8", "replace")
        return hmac.compare_digest(given, signature(self.desk.secret, timestamp, body).encode())

    def _message(self, body: bytes) -> dict[str, str] | None:
        """Return the message; a number or a text that no provider takes is none."""
        try:
            told: Any = json.loads(body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(told, dict) or set(told) != FIELDS:
            return None
        if not all(isinstance(value, str) for value in told.values()):
            return None
        is_right = PHONE.fullmatch(told["to"]) and 0 < len(told["text"]) <= 480
        same_key = told["request_id"] == self.headers.get("Idempotency-Key")
        return told if is_right and same_key else None

    def _json(self, status: int, answer: dict[str, Any]) -> None:
        self._send(status, json.dumps(answer, ensure_ascii=False).encode(), JSON)

    def _send(self, status: int, body: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'",
        )
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: requests carry telephone numbers."""


def reporter(url: str, secret: str) -> Any:
    """Return what reports a bounce to the portal, signed, a few times until it is heard."""

    def report(route: str, key: str) -> None:
        told = {"key": key, "result": "bounced", "reason": f"{route}: mailbox does not exist"}
        body = json.dumps(told).encode()
        for _attempt in range(5):
            timestamp = str(int(time.time()))
            headers = {
                "Content-Type": "application/json",
                "X-Timestamp": timestamp,
                "X-Signature": signature(secret, timestamp, body),
            }
            try:
                if httpx.post(url, content=body, headers=headers, timeout=5.0).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.5)

    return report if url else lambda _route, _key: None


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="message_sandbox", description="mail and SMS catcher")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 lets the system choose")
    parser.add_argument("--smtp-port", type=int, required=True, help="0 lets the system choose")
    parser.add_argument("--data", type=Path, help="JSON file for what was caught")
    parser.add_argument("--secret-env", default="SMS_SECRET")
    parser.add_argument("--report-url", default="")
    parser.add_argument("--report-secret-env", default="MESSAGES_REPORT_SECRET")
    options = parser.parse_args(arguments)
    secret = os.environ.get(options.secret_env, "")
    if not secret:
        print(f"The variable {options.secret_env} holds no secret.", file=sys.stderr)
        return 2
    report = reporter(options.report_url, os.environ.get(options.report_secret_env, ""))
    book = Book(options.data, report)
    server = MessageServer((options.host, options.port), book, secret=secret)
    asyncio.run(_serve(server, MailCatcher(book), options.host, options.smtp_port))
    return 0


async def _serve(server: MessageServer, catcher: MailCatcher, host: str, port: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    mail = await catcher.serve(host, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    smtp = mail.sockets[0].getsockname()
    web = server.server_address
    print(f"ready http://{web[0]!s}:{web[1]} smtp://{smtp[0]}:{smtp[1]}", flush=True)
    await stopped.wait()
    mail.close()
    await asyncio.to_thread(server.shutdown)
    thread.join()
    server.server_close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
