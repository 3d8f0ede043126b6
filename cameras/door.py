"""The devices' door: from a WSGI environment to an answer, without a web framework in between.

A push needs no session, language, cookie or template, and a command centre takes them by the
hundred a second, so ``config.wsgi`` lets them in here before Django's middleware. The view in
``cameras.views`` is the same door for servers that only know Django.
"""

from __future__ import annotations

import http
import ipaddress
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from cameras.arrivals import Arrival
from cameras.identifiers import uuid7
from cameras.inbox import receive
from cameras.keeping import Answer

log = logging.getLogger(__name__)

#: As in ``cameras.urls``, under the address ``config.urls`` gives it.
PUSH = re.compile(r"/api/intake/(?P<route>[a-z0-9-]+)/(?P<path_token>[^/]+)(?:/.*)?\Z", re.DOTALL)

Environment = Mapping[str, Any]


@dataclass(frozen=True)
class Response:
    """Status, headers and body, for whatever server asks."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def is_push(environment: Environment) -> bool:
    """Tell whether a request is a device's push; everything else is Django's."""
    path = str(environment.get("PATH_INFO", ""))
    return environment.get("REQUEST_METHOD") == "POST" and PUSH.match(path) is not None


def application(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a push as a WSGI application (PEP 3333); the caller has asked ``is_push``."""
    match = PUSH.match(environment["PATH_INFO"])
    if match is None:
        raise ValueError("not a push")
    line = environment.get("gunicorn.socket")
    if line is not None:
        # A sender that falls silent half way must not keep a thread of ours waiting.
        line.settimeout(settings.INTAKE_IDLE_SECONDS)
    try:
        stream = environment["wsgi.input"]
        response = respond(environment, stream, match["route"], match["path_token"])
    finally:
        close_old_connections()
    reason = http.HTTPStatus(response.status).phrase
    start_response(f"{response.status} {reason}", list(response.headers))
    return [response.body]


def respond(environment: Environment, stream: BinaryIO, route: str, path_token: str) -> Response:
    """Keep what was pushed and return the answer. Never raises: whatever goes wrong, the sender
    sees no inside of ours."""
    try:
        arrival = arrival_of(environment, stream)
        answer = receive(arrival, route=route, path_token=path_token, at=timezone.now())
    except Exception:
        response = sorry()
        log.exception("delivery %s failed at the door", dict(response.headers)["X-Request-Id"])
        return response
    return response_of(answer)


def sorry() -> Response:
    """Return the answer to give when something of ours has failed."""
    return Response(503, (("X-Request-Id", str(uuid7())), ("Retry-After", "5")), b"")


def response_of(answer: Answer) -> Response:
    """Return an answer with the headers every device gets."""
    reply = answer.reply
    headers = [
        ("Content-Type", reply.content_type),
        ("Content-Length", str(len(reply.body))),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Request-Id", str(answer.receipt_id)),
        *reply.headers,
    ]
    if answer.retry_after is not None:
        headers.append(("Retry-After", str(answer.retry_after)))
    return Response(reply.status, tuple(headers), reply.body)


def remote_address(environment: Environment) -> str:
    """Return who sent a request: the address our outermost trusted proxy saw.

    A sender can write anything into X-Forwarded-For, but only at its beginning; each of our own
    proxies appends one entry.
    """
    candidates = [environment.get("REMOTE_ADDR", "")]
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if trusted:
        forwarded = environment.get("HTTP_X_FORWARDED_FOR", "").split(",")
        candidates.insert(0, forwarded[-trusted].strip() if len(forwarded) >= trusted else "")
    for candidate in candidates:
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return "0.0.0.0"  # noqa: S104 -- "unknown" in a column that holds an address; nothing binds


def arrival_of(environment: Environment, stream: BinaryIO) -> Arrival:
    """Return a request as the inbox and the uploads take it, its body unread."""
    length = environment.get("CONTENT_LENGTH") or ""
    announced = int(length) if length.isascii() and length.isdigit() else None
    if announced is None and environment.get("wsgi.input_terminated"):
        # Sent in chunks: Django would read such a body as empty, the server below ends it for us.
        stream = environment["wsgi.input"]
    return Arrival(
        method=environment.get("REQUEST_METHOD", ""),
        path=_target(environment),
        remote_address=remote_address(environment),
        headers=tuple(_headers(environment)),
        stream=stream,
        announced_size=announced,
    )


def _target(environment: Environment) -> str:
    """Return the request target as it was sent: a signature covers it letter by letter."""
    raw = environment.get("RAW_URI")
    if raw:
        return str(raw)
    path = environment.get("SCRIPT_NAME", "") + environment.get("PATH_INFO", "")
    query = environment.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else str(path)


def _headers(environment: Environment) -> Iterable[tuple[str, str]]:
    for name, value in environment.items():
        if name.startswith("HTTP_"):
            name = name[5:]
        elif name not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            continue
        if value:
            yield "-".join(word.capitalize() for word in name.split("_")), str(value)
