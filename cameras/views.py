"""The doors for devices. They hand the unread stream to the inbox and pass its answer on."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from cameras.door import respond
from cameras.identifiers import uuid7


@csrf_exempt
def push(request: HttpRequest, route: str, path_token: str) -> HttpResponse:
    """Take a delivery. Nothing of the request is parsed here: no POST, no FILES, no body.

    Django turns a multipart part without a file name into text and destroys the picture in it, so
    the raw stream is read first.
    """
    if request.method != "POST":
        refusal = HttpResponse(status=405, headers={"Allow": "POST"})
        refusal.headers["X-Request-Id"] = str(uuid7())
        return refusal
    answer = respond(request.META, cast(BinaryIO, request), route, path_token)
    response = HttpResponse(answer.body, status=answer.status)
    del response.headers["Content-Type"]
    for name, value in answer.headers:
        response.headers[name] = value
    return response
