"""The doors for devices. They hand the unread stream to the inbox and pass its answer on."""

from __future__ import annotations

import ipaddress
import logging
from typing import BinaryIO, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from cameras.identifiers import uuid7
from cameras.inbox import Arrival, receive

log = logging.getLogger(__name__)


@csrf_exempt
def push(request: HttpRequest, route: str, path_token: str) -> HttpResponse:
    """Take a delivery. Nothing of the request is parsed here: no POST, no FILES, no body.

    Django turns a multipart part without a file name into text and destroys the picture in it, so
    the raw stream is read first. Whatever goes wrong, the sender sees no inside of ours.
    """
    if request.method != "POST":
        refusal = HttpResponse(status=405, headers={"Allow": "POST"})
        refusal.headers["X-Request-Id"] = str(uuid7())
        return refusal
    try:
        answer = receive(_arrival(request), route=route, path_token=path_token, at=timezone.now())
    except Exception:
        request_id = str(uuid7())
        log.exception("delivery %s failed at the door", request_id)
        return HttpResponse(status=503, headers={"X-Request-Id": request_id, "Retry-After": "5"})
    reply = answer.reply
    response = HttpResponse(reply.body, content_type=reply.content_type, status=reply.status)
    response.headers["X-Request-Id"] = str(answer.receipt_id)
    response.headers["Content-Length"] = str(len(reply.body))
    if answer.retry_after is not None:
        response.headers["Retry-After"] = str(answer.retry_after)
    return response


def _arrival(request: HttpRequest) -> Arrival:
    line = request.META.get("gunicorn.socket")
    if line is not None:
        # A sender that falls silent half way must not keep a thread of ours waiting.
        line.settimeout(settings.INTAKE_IDLE_SECONDS)
    length = request.META.get("CONTENT_LENGTH") or ""
    announced = int(length) if length.isascii() and length.isdigit() else None
    stream = cast(BinaryIO, request)
    if announced is None and request.META.get("wsgi.input_terminated"):
        # Sent in chunks: Django would read such a body as empty, the server below ends it for us.
        stream = cast(BinaryIO, request.META["wsgi.input"])
    return Arrival(
        method=request.method or "",
        path=request.get_full_path(),
        remote_address=remote_address(request),
        headers=tuple(request.headers.items()),
        stream=stream,
        announced_size=announced,
    )


def remote_address(request: HttpRequest) -> str:
    """Return who sent a request: the address our outermost trusted proxy saw.

    A sender can write anything into X-Forwarded-For, but only at its beginning; each of our own
    proxies appends one entry.
    """
    candidates = [request.META.get("REMOTE_ADDR", "")]
    trusted = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if trusted:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")
        candidates.insert(0, forwarded[-trusted].strip() if len(forwarded) >= trusted else "")
    for candidate in candidates:
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            continue
    return "0.0.0.0"  # noqa: S104 -- "unknown" in a column that holds an address; nothing binds
