"""The door for pictures and films that gateways upload by themselves."""

from __future__ import annotations

import logging
from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from cameras.door import arrival_of, response_of, sorry
from cameras.identifiers import uuid7
from cameras.uploads import receive

log = logging.getLogger(__name__)


@csrf_exempt
def put_object(request: HttpRequest, path_token: str, sha256: str) -> HttpResponse:
    """Take one object. The body is read by nobody but ``cameras.uploads``, in pieces."""
    if request.method != "PUT":
        refusal = HttpResponse(status=405, headers={"Allow": "PUT"})
        refusal.headers["X-Request-Id"] = str(uuid7())
        return refusal
    try:
        arrival = arrival_of(request.META, cast(BinaryIO, request))
        answer = response_of(
            receive(arrival, path_token=path_token, sha256=sha256, at=timezone.now())
        )
    except Exception:
        log.exception("an upload failed at the door")
        answer = sorry()
    response = HttpResponse(answer.body, status=answer.status)
    del response.headers["Content-Type"]
    for name, value in answer.headers:
        response.headers[name] = value
    return response
