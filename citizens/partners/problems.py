"""Every error of the API as a problem (RFC 9457): what was wrong, in words, without our insides."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from cameras.admin.paging import TooSlow

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class AlwaysJson(BaseContentNegotiation):
    """There is one form of an answer; whoever asks for another gets it all the same."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the one parser."""
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the one renderer."""
        return renderers[0], renderers[0].media_type


class TooManyCalls(exceptions.APIException):
    """A quota is used up; ``wait`` says for how many seconds."""

    status_code = 429

    def __init__(self, wait: int, words: str = "") -> None:
        super().__init__()
        self.wait, self.words = wait, words


class Conflict(exceptions.APIException):
    """The case does not allow it now; the sentence says what to do."""

    status_code = 409


class OtherContents(exceptions.APIException):
    """The key of a sending stands for other contents."""

    status_code = 422


class TooLong(exceptions.APIException):
    """More was sent than anybody needs to say it; ``most`` bytes are read."""

    status_code = 413

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most


def titles() -> dict[int, str]:
    """Return the short words of each status."""
    return {
        400: gettext("The question cannot be read"),
        401: gettext("No valid key"),
        403: gettext("Not allowed"),
        404: gettext("Not found"),
        405: gettext("This address is not asked in this way"),
        409: gettext("The case does not allow it"),
        413: gettext("Too much was sent"),
        422: gettext("This key was used for something else"),
        429: gettext("Too many calls"),
        500: gettext("A fault on our side"),
        503: gettext("This question takes too long"),
    }


def problem(status: int, detail: str = "", **more: Any) -> dict[str, Any]:
    """Return the body of a problem."""
    body: dict[str, Any] = {"type": "about:blank", "title": titles()[status], "status": status}
    if detail:
        body["detail"] = detail
    return body | more


def answer(fault: Exception, context: dict[str, Any]) -> Response:
    """Answer a fault that a view of the API raised; what we did not foresee is logged and 500."""
    headers: dict[str, str] = {}
    if isinstance(fault, TooManyCalls):
        headers["Retry-After"] = str(fault.wait)
        detail = gettext("The quota of this key is used up. Ask again in %(wait)s seconds.")
        body = problem(429, fault.words or detail % {"wait": fault.wait})
    elif isinstance(fault, TooSlow):
        headers["Retry-After"] = "60"
        body = problem(503, gettext("Narrow it: a plate, a unit, a status or fewer days."))
    elif isinstance(fault, exceptions.ValidationError):
        body = problem(400, gettext("See “errors”."), errors=_named(fault.detail))
    elif isinstance(fault, (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)):
        headers["WWW-Authenticate"] = 'Bearer realm="api"'
        known = isinstance(fault, exceptions.AuthenticationFailed)
        body = problem(
            401, str(fault.detail) if known else gettext("Send a key as a Bearer token.")
        )
    elif isinstance(fault, (PermissionDenied, exceptions.PermissionDenied)):
        body = problem(403, gettext("The right for this was not given."))
    elif isinstance(fault, (Http404, exceptions.NotFound)):
        body = problem(404, gettext("There is nothing here that this key may see."))
    elif isinstance(fault, exceptions.MethodNotAllowed):
        body = problem(405)  # the framework says what is allowed
    elif isinstance(fault, Conflict):
        body = problem(409, str(fault.detail))
    elif isinstance(fault, TooLong):
        body = problem(413, gettext("Send at most %(most)s bytes.") % {"most": fault.most})
    elif isinstance(fault, OtherContents):
        words = gettext("Send what you sent first under this Idempotency-Key, or take a new key.")
        body = problem(422, words)
    elif isinstance(fault, exceptions.APIException):
        body = problem(400)
    else:
        logger.exception("a call of the API failed", exc_info=fault)
        body = problem(500, gettext("It is noted. Ask again later."))
    response = Response(body, status=body["status"], headers=headers)
    response.content_type = MEDIA_TYPE
    return response


def nothing_here(_request: HttpRequest, **_asked: str) -> JsonResponse:
    """Answer an address of the API that does not exist."""
    body = problem(404, gettext("The API has no such address. See /api/v1/."))
    return JsonResponse(body, status=404, content_type=MEDIA_TYPE)


def _named(detail: Any) -> dict[str, list[str]]:
    if isinstance(detail, dict):
        return {str(name): [str(word) for word in words] for name, words in detail.items()}
    return {"": [str(word) for word in detail]}
