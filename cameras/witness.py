"""A witness: it remembers the newest checkpoint of each centre and refuses one that takes back.

A peer province runs it beside its own portal (``manage.py witness``). It holds no rows and no
personal data: of each centre it admits, a public key, a size and a root. With them nobody, not even
the centre itself with its key, can shorten or rewrite the log unseen. Plain Python, no database.
"""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cameras import merkle, signed_texts
from cameras.checkpoint_texts import Statement, read_statement
from cameras.witness_texts import receipt_text

LONGEST_REQUEST = 256 * 1024
SILENT_SECONDS = 15.0

Answer = tuple[HTTPStatus, dict[str, Any]]


@dataclass(frozen=True)
class Witness:
    """The witness's book, kept in one JSON file, and its key.

    ``admitted`` are the public keys of centres in hexadecimal, by code; a centre that is in the
    book keeps the key it was first admitted with.
    """

    name: str
    path: Path
    key: Ed25519PrivateKey
    admitted: Mapping[str, str] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def last(self, centre: str) -> dict[str, Any]:
        """Return size and root of the last checkpoint accepted from a centre."""
        entry = self._book().get(centre, {})
        return {"size": entry.get("size", 0), "root": entry.get("root", merkle.EMPTY_ROOT.hex())}

    def consider(self, request: Mapping[str, Any], *, at: datetime) -> Answer:
        """Accept or refuse a checkpoint; what is accepted is on the disk before it is answered."""
        try:
            text, first = str(request["checkpoint"]), request["from_size"]
            signature = bytes.fromhex(request["signature"])
            proof = [bytes.fromhex(step) for step in request["consistency"]]
            statement = read_statement(text)
        except (KeyError, TypeError, ValueError, AttributeError):
            return HTTPStatus.BAD_REQUEST, {"code": "malformed"}
        with self._turn:
            book = self._book()
            public_key = self._key_of(statement, book)
            if public_key is None:
                return HTTPStatus.FORBIDDEN, {"code": "not_admitted"}
            if not signed_texts.is_signed(text.encode(), signature, public_key):
                return HTTPStatus.UNPROCESSABLE_ENTITY, {"code": "signature"}
            last = self.last(statement.centre)
            if refused := _refused(statement, last, first, proof):
                return refused
            book[statement.centre] = {
                "public_key": public_key.hex(),
                "size": statement.size,
                "root": statement.root.hex(),
            }
            self._keep(book)
        return HTTPStatus.OK, self._receipt(statement, at)

    def _key_of(self, statement: Statement, book: Mapping[str, Any]) -> bytes | None:
        kept = book.get(statement.centre, {}).get("public_key")
        public_key = kept or self.admitted.get(statement.centre)
        return bytes.fromhex(public_key) if public_key else None

    def _receipt(self, statement: Statement, at: datetime) -> dict[str, Any]:
        public_key = signed_texts.public_bytes(self.key)
        seen_at = at.astimezone(UTC).isoformat(timespec="seconds")
        text = receipt_text(statement, witness=self.name, seen_at=seen_at, public_key=public_key)
        signature = signed_texts.sign(text.encode(), self.key)
        return {"receipt": text, "signature": signature.hex(), "public_key": public_key.hex()}

    def _book(self) -> dict[str, Any]:
        return dict(json.loads(self.path.read_text())) if self.path.exists() else {}

    def _keep(self, book: dict[str, Any]) -> None:
        """Write the whole book or nothing, flushed to the disk."""
        with tempfile.NamedTemporaryFile("w", dir=self.path.parent, delete=False) as draft:
            json.dump(book, draft, indent=1, sort_keys=True)
            draft.flush()
            os.fsync(draft.fileno())
        os.replace(draft.name, self.path)


def _refused(
    statement: Statement, last: Mapping[str, Any], first: Any, proof: list[bytes]
) -> Answer | None:
    if statement.size < last["size"]:
        return HTTPStatus.UNPROCESSABLE_ENTITY, {"code": "smaller", **last}
    if first != last["size"]:
        return HTTPStatus.CONFLICT, {"code": "other_size", **last}
    root = bytes.fromhex(last["root"])
    if not merkle.verify_consistency(first, statement.size, root, statement.root, proof):
        return HTTPStatus.UNPROCESSABLE_ENTITY, {"code": "inconsistent", **last}
    return None


def serve(
    witness: Witness, port: int, clock: Callable[[], datetime], host: str = "127.0.0.1"
) -> ThreadingHTTPServer:
    """Return a server, bound but not yet running, that answers for a witness.

    ``POST /`` takes a checkpoint; ``GET /<centre>`` says what was last accepted from it.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = SILENT_SECONDS

        def do_POST(self) -> None:
            try:
                length = int(self.headers.get("Content-Length", ""))
                if not 0 <= length <= LONGEST_REQUEST:
                    raise ValueError
                request = json.loads(self.rfile.read(length))
                if not isinstance(request, dict):
                    raise ValueError
            except (ValueError, RecursionError):
                self._answer(HTTPStatus.BAD_REQUEST, {"code": "malformed"})
                return
            self._answer(*witness.consider(request, at=clock()))

        def do_GET(self) -> None:
            self._answer(HTTPStatus.OK, witness.last(self.path.strip("/")[:20]))

        def log_message(self, *arguments: Any) -> None:
            """Say nothing: the book is the log."""

        def _answer(self, status: HTTPStatus, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return ThreadingHTTPServer((host, port), Handler)
