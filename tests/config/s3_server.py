"""A small S3 server in a process of its own: PUT, GET, HEAD and DELETE of objects in one bucket.

It is no stand-in for our code but a strict other side: it checks every signature by the published
algorithm (AWS Signature Version 4) with its own few lines, checks the checksum of what is stored,
and, as bucket policies can ask for, takes no PUT without ``If-None-Match: *``.

    python -m tests.config.s3_server FOLDER   →   ready http://127.0.0.1:PORT

Write a word into FOLDER/fault and the next PUT meets it: ``drop the answer`` stores the object and
closes the connection, ``be busy`` answers 503. ``keep versions`` lets a DELETE only hide the object.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

KEY, SECRET, BUCKET, REGION = "portal-key", "s3cret/with+signs=", "evidence", "vn-hn-1"
AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)


class Server(ThreadingHTTPServer):
    """The bucket: a folder, and the keys that somebody is writing at this moment."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.lock = threading.Lock()
        self.being_written: set[str] = set()


class Refused(Exception):
    """An answer other than success: status and S3's error code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_PUT(self) -> None:
        self._answer(self._put)

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_HEAD(self) -> None:
        self._answer(self._head)

    def do_DELETE(self) -> None:
        self._answer(self._delete)

    def _put(self, path: Path, body: bytes) -> None:
        fault = self.server.folder / "fault"
        word = fault.read_text() if fault.exists() else ""
        fault.unlink(missing_ok=True)
        if word == "be busy":
            raise Refused(503, "SlowDown")
        if self.headers.get("If-None-Match") != "*":
            raise Refused(403, "AccessDenied")
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if self.headers.get("x-amz-checksum-sha256") != checksum:
            raise Refused(400, "BadDigest")
        name = str(path)
        with self.server.lock:
            if name in self.server.being_written:
                raise Refused(409, "ConditionalRequestConflict")
            if path.exists():
                raise Refused(412, "PreconditionFailed")
            self.server.being_written.add(name)
        try:
            time.sleep(0.05)  # long enough for others to come in between
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        finally:
            with self.server.lock:
                self.server.being_written.discard(name)
        if word == "drop the answer":
            self.close_connection = True
            return
        self._send(200, b"")

    def _get(self, path: Path, _body: bytes) -> None:
        if not path.exists():
            raise Refused(404, "NoSuchKey")
        data = path.read_bytes()
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted is None:
            self._send(200, data)
            return
        first = int(wanted[1])
        if first >= len(data):
            raise Refused(416, "InvalidRange")
        last = min(int(wanted[2] or len(data)), len(data) - 1)
        self._send(206, data[first : last + 1], f"bytes {first}-{last}/{len(data)}")

    def _head(self, path: Path, _body: bytes) -> None:
        if not path.exists():
            raise Refused(404, "")
        self._send(200, b"", length=path.stat().st_size)

    def _delete(self, path: Path, _body: bytes) -> None:
        if (self.server.folder / "fault").exists():
            (self.server.folder / "fault").unlink()
            self._send(204, b"", headers={"x-amz-delete-marker": "true"})
            return
        path.unlink(missing_ok=True)
        self._send(204, b"")

    def _answer(self, act) -> None:  # type: ignore[no-untyped-def] # three methods of one shape
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            self._check_signature(body)
            bucket, _, key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
            if bucket != BUCKET:
                raise Refused(404, "NoSuchBucket")
            act(self.server.folder / "objects" / key, body)
        except Refused as fault:
            text = f"<Error><Code>{fault.code}</Code><Message>{SECRET}</Message></Error>"
            self._send(fault.status, text.encode() if fault.code else b"")

    def _check_signature(self, body: bytes) -> None:
        given = AUTHORIZATION.fullmatch(self.headers.get("Authorization", ""))
        if given is None:
            raise Refused(403, "AccessDenied")
        key, day, region, names, signature = given.groups()
        sent_at = self.headers.get("X-Amz-Date", "")
        moment = datetime.strptime(sent_at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if key != KEY or region != REGION:
            raise Refused(403, "InvalidAccessKeyId")
        if abs(datetime.now(UTC) - moment) > timedelta(minutes=15):
            raise Refused(403, "RequestTimeTooSkewed")
        payload = self.headers.get("x-amz-content-sha256", "")
        if payload != hashlib.sha256(body).hexdigest():
            raise Refused(400, "XAmzContentSHA256Mismatch")
        address = urlsplit(self.path)
        query = sorted(parse_qsl(address.query, keep_blank_values=True))
        canonical = "\n".join(
            [
                self.command,
                address.path,
                "&".join(
                    f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query
                ),
                *(f"{name}:{' '.join(self.headers[name].split())}" for name in names.split(";")),
                "",
                names,
                payload,
            ]
        )
        scope = f"{day}/{region}/s3/aws4_request"
        hashed = hashlib.sha256(canonical.encode()).hexdigest()
        signed = f"AWS4-HMAC-SHA256\n{sent_at}\n{scope}\n{hashed}"
        secret = f"AWS4{SECRET}".encode()
        for part in (day, region, "s3", "aws4_request"):
            secret = hmac.digest(secret, part.encode(), "sha256")
        if not hmac.compare_digest(hmac.digest(secret, signed.encode(), "sha256").hex(), signature):
            raise Refused(403, "SignatureDoesNotMatch")

    def _send(
        self,
        status: int,
        data: bytes,
        part: str = "",
        length: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        if part:
            self.send_header("Content-Range", part)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    server = Server(Path(sys.argv[1]))
    print(f"ready http://127.0.0.1:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        os._exit(0)
