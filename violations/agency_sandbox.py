"""Run fictitious agencies that take the portal's messages and can be asked what they hold.

    python -m violations.agency_sandbox --port 8803 --data agencies.json

    POST /agencies/{agency}/v1/messages     Authorization: Bearer …, Idempotency-Key: a UUID
    GET  /agencies/{agency}/v1/records?plate=30F25658   (or case=…, or licence=…)
    GET  /agencies/{agency}/v1/received     what came, in the order in which it took effect
    POST /agencies/{agency}/v1/scenario     {"scenario": "unavailable"}; "" ends it

The agencies: inspection, registration, licence, lookup, database. Each takes only its own kinds of
message with exactly their fields, so that a name or an address is refused wherever it stands. A key
seen before does nothing twice: the same message gets its receipt again, another one is refused.
Scenarios: unavailable, slow, garbage, refuses, duplicate (takes it and answers 409 with the
receipt), lost (takes it and hangs up). State is written before it is answered. It prints
`ready http://…` once it listens and ends on SIGTERM.
"""

import argparse
import hmac
import json
import os
import re
import signal
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from violations.agency_sandbox_books import AGENCIES, Books, Refusal

MAX_BODY_BYTES = 65_536
SLOW_SECONDS = 20
SCENARIOS = ("", "unavailable", "slow", "garbage", "refuses", "duplicate", "lost")
ADDRESS = re.compile(r"/agencies/([a-z]+)/v1/(messages|records|received|scenario)")


class AgencyServer(ThreadingHTTPServer):
    """Share the books and the token among the handlers."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], books: Books, *, token: str) -> None:
        super().__init__(address, Handler)
        self.books = books
        self.token = token


class Handler(BaseHTTPRequestHandler):
    """Answer one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "AgencySandbox"
    sys_version = ""
    timeout = 30

    @property
    def desk(self) -> AgencyServer:
        """Give the server under its own type."""
        return cast(AgencyServer, self.server)

    def do_GET(self) -> None:
        """Answer what an agency holds, or what it received."""
        found = self._agency_and_page()
        if found is None:
            return
        agency, page = found
        if page == "received":
            self._send(200, {"messages": self.desk.books.messages(agency)})
        elif page == "records":
            question = parse_qs(urlsplit(self.path).query)
            wanted = {name: values[0] for name, values in question.items()}
            if not wanted or set(wanted) - {"plate", "case", "licence"}:
                self._send(400, {"error": "plate_case_or_licence_is_needed"})
            else:
                self._send(200, {"records": self.desk.books.records(agency, wanted)})
        else:
            self._send(405, {"error": "post_here"})

    def do_POST(self) -> None:
        """Take one message, or set a scenario."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self._send(413, {"error": "too_long"})
            return
        raw = self.rfile.read(int(length))
        found = self._agency_and_page()
        if found is None:
            return
        agency, page = found
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            self._send(400, {"error": "no_json"})
            return
        if page == "messages":
            self._take(agency, body)
        elif page == "scenario" and isinstance(body, dict) and body.get("scenario") in SCENARIOS:
            self.desk.books.scenarios[agency] = body["scenario"]
            self._send(200, {"scenario": body["scenario"]})
        else:
            self._send(400, {"error": "unknown"})

    def _take(self, agency: str, body: Any) -> None:
        scenario = self.desk.books.scenarios.get(agency, "")
        if scenario == "slow":
            time.sleep(SLOW_SECONDS)
        if scenario == "unavailable":
            self._send(503, {"error": "maintenance"})
            return
        if scenario == "garbage":
            self._send_bytes(200, b"<html>sign in first</html>", "text/html")
            return
        key = self.headers.get("Idempotency-Key", "")
        try:
            if scenario == "refuses":
                raise Refusal(422, "refused_by_scenario")
            if not _is_uuid(key):
                raise Refusal(400, "idempotency_key_is_needed")
            is_new, receipt = self.desk.books.take(agency, key, body)
        except Refusal as refusal:
            self._send(refusal.status, {"error": refusal.code})
            return
        if scenario == "lost":
            self.close_connection = True
            return
        status = 201 if is_new and scenario != "duplicate" else 409
        self._send(status, {"key": key, "receipt": receipt})

    def _agency_and_page(self) -> tuple[str, str] | None:
        """Return whom the address means, having answered already when nobody or without right."""
        found = ADDRESS.fullmatch(urlsplit(self.path).path)
        if found is None or found[1] not in AGENCIES:
            self._send(404, {"error": "no_such_address"})
            return None
        given = self.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, f"Bearer {self.desk.token}".encode()):
            self._send(401, {"error": "unauthorised"})
            return None
        return found[1], found[2]

    def _send(self, status: int, answer: Mapping[str, Any]) -> None:
        body = json.dumps(answer, ensure_ascii=False).encode()
        self._send_bytes(status, body, "application/json; charset=utf-8")

    def _send_bytes(self, status: int, body: bytes, media_type: str) -> None:
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", "Bearer")
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: addresses carry plates."""


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="agency_sandbox", description="other agencies")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 lets the system choose")
    parser.add_argument("--data", type=Path, help="JSON file for what was received")
    parser.add_argument("--token-env", default="AGENCIES_TOKEN")
    options = parser.parse_args(arguments)
    token = os.environ.get(options.token_env, "")
    if not token:
        print(f"The variable {options.token_env} holds no token.", file=sys.stderr)
        return 2
    server = AgencyServer((options.host, options.port), Books(options.data), token=token)

    def stop(*_: object) -> None:
        # shutdown() waits for the serving loop, so it must not run inside it.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"ready http://{server.server_address[0]!s}:{server.server_address[1]}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
