"""Receive the portal's webhooks as a partner would, and play a partner on a bad day.

    python -m citizens.hook_sandbox --port 8806 --secrets hook-secrets.json --data hooks.json

    POST /hook       webhook-id, webhook-timestamp, webhook-signature (Standard Webhooks)
    POST /scenario   scenario=…
    GET  /           what came, on a page
    GET  /received   the same as JSON

Scenarios: error (500), gone (410), timeout (silent for longer than the portal waits), lost (hangs
up). The signature is checked by a second implementation, written from the text of the standard. A
message that came before is the same message: counted, kept once. The file of secrets is read anew
for each message, so a renewed secret counts at once. It prints `ready http://…` once it listens and
ends on SIGTERM.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs

from citizens.hook_sandbox_book import SCENARIOS, Book
from citizens.hook_sandbox_page import STYLE, page

MAX_BODY_BYTES = 65_536
FRESH_SECONDS = 300
SILENT_SECONDS = 17.0  # the portal waits for 15
ANSWERS = {"error": 500, "gone": 410}
HTML, JSON = "text/html; charset=utf-8", "application/json; charset=utf-8"


def is_signed(
    secrets: list[str], message_id: str, timestamp: str, signatures: str, body: bytes, *, now: float
) -> bool:
    """Tell whether any signature of a fresh message is right under any of the secrets."""
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if abs(now - int(timestamp)) > FRESH_SECONDS:
        return False
    signed = b".".join([message_id.encode(), timestamp.encode(), body])
    for secret in secrets:
        try:
            key = base64.b64decode(secret.split("_", 1)[-1], validate=True)
        except (binascii.Error, ValueError):
            continue
        right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
        for given in signatures.split():
            version, _comma, value = given.partition(",")
            if version == "v1" and hmac.compare_digest(value.encode("utf-8", "replace"), right):
                return True
    return False


class HookServer(ThreadingHTTPServer):
    """Share the book and the place of the secrets among the handlers."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], book: Book, secrets: Path) -> None:
        super().__init__(address, Handler)
        self.book, self.secrets = book, secrets

    def known_secrets(self) -> list[str]:
        """Return the secrets as they stand in their file now; none while it is not there."""
        try:
            found: list[str] = json.loads(self.secrets.read_text("utf-8"))["secrets"]
        except (OSError, ValueError, KeyError):
            return []
        return found


class Handler(BaseHTTPRequestHandler):
    """Answer one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "HookSandbox"
    sys_version = ""
    timeout = 60

    @property
    def desk(self) -> HookServer:
        """Give the server under its own type."""
        return cast(HookServer, self.server)

    def do_GET(self) -> None:
        """Show what came."""
        book = self.desk.book
        if self.path == "/":
            self._send(200, page(book.latest(), book.scenario, book.unsigned).encode(), HTML)
        elif self.path == "/received":
            told = {"messages": book.latest(), "scenario": book.scenario, "unsigned": book.unsigned}
            self._send(200, json.dumps(told, ensure_ascii=False).encode(), JSON)
        elif self.path == "/sandbox.css":
            self._send(200, STYLE.encode(), "text/css; charset=utf-8")
        else:
            self._say(404, "no_such_address")

    def do_POST(self) -> None:
        """Take a message, or set the scenario."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self._say(413, "too_long")
            return
        body = self.rfile.read(int(length))
        if self.path == "/scenario":
            self._set_scenario(body)
        elif self.path == "/hook":
            self._take(body)
        else:
            self._say(404, "no_such_address")

    def _set_scenario(self, body: bytes) -> None:
        form = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        scenario = form.get("scenario", ["?"])[0]
        if scenario not in SCENARIOS:
            self._say(400, "unknown_scenario")
            return
        self.desk.book.scenario = scenario
        self.send_response(303)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _take(self, body: bytes) -> None:
        """Check the signature before anything else is believed, then answer as the day goes."""
        book, heads = self.desk.book, self.headers
        message_id = heads.get("webhook-id", "")
        is_right = is_signed(
            self.desk.known_secrets(),
            message_id,
            heads.get("webhook-timestamp", ""),
            heads.get("webhook-signature", ""),
            body,
            now=time.time(),
        )
        try:
            told: Any = json.loads(body) if is_right else None
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            book.refuse()
            self._say(401, "signature")
            return
        scenario = book.scenario
        book.note(message_id, told, scenario)
        if scenario == "timeout":
            time.sleep(SILENT_SECONDS)
        if scenario in ("timeout", "lost"):
            self.close_connection = True
        elif scenario in ANSWERS:
            self._say(ANSWERS[scenario], scenario)
        else:
            self._send(204, b"", JSON)

    def _say(self, status: int, error: str) -> None:
        self._send(status, json.dumps({"error": error}).encode(), JSON)

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
        """Stay silent: messages carry number plates."""


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="hook_sandbox", description="receiver of webhooks")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 lets the system choose")
    parser.add_argument(
        "--secrets", type=Path, required=True, help='JSON: {"secrets": ["whsec_…"]}'
    )
    parser.add_argument("--data", type=Path, help="JSON file for what came")
    options = parser.parse_args(arguments)
    server = HookServer((options.host, options.port), Book(options.data), options.secrets)

    def stop(*_: object) -> None:
        # shutdown() waits for the serving loop, so it must not run inside it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"ready http://{server.server_address[0]!s}:{server.server_port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
