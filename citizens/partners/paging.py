"""Pages by key, never by number: they stay put while rows arrive, and no page costs more."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

MOST, USUAL = 200, 50
FEED_CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,18})", re.ASCII)


def asked_limit(request: Request) -> int:
    """Return how many rows a page shall hold. Raises ValidationError beyond the bounds."""
    text = request.query_params.get("limit")
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= MOST):
        raise exceptions.ValidationError(
            {"limit": [gettext("A whole number from 1 to %(most)s.") % {"most": MOST}]}
        )
    return int(text)


def read_feed_cursor(text: str) -> tuple[int, int]:
    """Read a cursor of the feed: transaction and id. Raises ValidationError."""
    parts = FEED_CURSOR.fullmatch(text)
    if parts is None:
        raise no_cursor("after")
    return int(parts[1]), int(parts[2])


def no_cursor(name: str) -> exceptions.ValidationError:
    """Say that a cursor is none of ours."""
    words = gettext("This cursor is none of ours: send back the one of the page before.")
    return exceptions.ValidationError({name: [words]})


def page(rows: list[Any], following: str | None) -> Response:
    """Answer one page with the cursor of the next; null where there is none."""
    return Response({"results": rows, "next": following})
