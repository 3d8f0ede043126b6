"""A receiver of webhooks: a real server in its own thread, and its own way to check a signature.

The check is written from the text of Standard Webhooks and shares no code with the sender.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """What came in, and how the next messages are answered."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[str] = []  # how to answer, one a message; then 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.came.append((headers, body))
                how = receiver.answers.pop(0) if receiver.answers else "204"
                if how == "silent":
                    time.sleep(1.5)
                elif how == "drip":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    for _turn in range(30):
                        time.sleep(0.05)
                        self.wfile.write(b"X")
                        self.wfile.flush()
                elif how == "hang up":
                    self.connection.close()
                elif how == "endless":
                    self.send_response(200)
                    self.end_headers()
                    for _turn in range(200):
                        self.wfile.write(b"x" * 65_536)
                elif how.startswith("to "):
                    self.send_response(302)
                    self.send_header("Location", how[3:])
                    self.end_headers()
                else:
                    self.send_response(int(how))
                    self.end_headers()

            def log_message(self, *_words: Any) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_about: Any) -> None:
                return  # a line that was cut is what some tests are about

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?for=me"

    def told(self) -> list[tuple[str, str, int]]:
        """Return the events that came: type, case and number within the case."""
        bodies = [json.loads(body) for _headers, body in self.came]
        return [(b["type"], b["data"]["case"], b["data"]["sequence"]) for b in bodies]

    def is_signed(self, number: int, secret: str, *, at: float) -> bool:
        """Check one message as the standard says: moment, then any of its signatures."""
        headers, body = self.came[number]
        if abs(at - int(headers["webhook-timestamp"])) > 300:
            return False
        key = base64.b64decode(secret.split("_", 1)[1])
        text = b".".join(
            [headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body]
        )
        right = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        return any(
            version == "v1" and hmac.compare_digest(given, right)
            for version, given in (
                one.split(",", 1) for one in headers["webhook-signature"].split(" ")
            )
        )


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver until the test is over."""
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()
