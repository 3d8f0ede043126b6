"""The published standard: pages for everybody, and files under addresses that stay.

Nothing here depends on who reads; makers' tools fetch the files again and again, hence the ETags.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cameras.adapters.event_schema import SCHEMA
from cameras.standard import samples, schemas
from cameras.standard.pages import Page, Pair
from cameras.standard.text_connection import CONNECTION
from cameras.standard.text_sharing import SHARING
from cameras.standard.text_types import START, TYPES

PAGES: dict[str, Page] = {page.key: page for page in (START, TYPES, CONNECTION, SHARING)}
MEDIA_TYPES = {
    "json": "application/json",
    "multipart": "application/octet-stream",
    "jpg": "image/jpeg",
    "mp4": "video/mp4",
}
KEPT_SECONDS = 3600
DOWNLOADS = (
    ("1.json", Pair("Lược đồ sự kiện đầy đủ", "Schema of the whole event")),
    ("1/gateway.json", Pair("Lược đồ cổng thu nhận gửi", "Schema of what a gateway sends")),
)


@require_safe
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Show one page, in the reader's language first and the other beneath it."""
    vietnamese = (get_language() or "vi").startswith("vi")
    shown = PAGES[key]
    context: dict[str, Any] = {
        "shown": shown,
        "standard_pages": [(one, reverse(f"standard:{one.key}")) for one in PAGES.values()],
        "own": "vi" if vietnamese else "en",
        "other": "en" if vietnamese else "vi",
        "vietnamese": vietnamese,
        "downloads": _downloads() if key == "start" else (),
    }
    return render(request, "cameras/standard.html", context)


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    """Send one published file; 304 to whoever has it already."""
    found = _files().get(name)
    if found is None:
        raise Http404
    data, media_type, tag = found
    given = parse_etags(request.headers.get("If-None-Match", ""))
    response: HttpResponse
    if tag in given or "*" in given:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(data, content_type=media_type)
        if media_type == MEDIA_TYPES["multipart"]:
            response.headers["Content-Disposition"] = (
                f'attachment; filename="{name.split("/")[-1]}"'
            )
    response.headers["ETag"] = tag
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response


@cache
def _files() -> dict[str, tuple[bytes, str, str]]:
    """Return name, bytes, media type and ETag of everything that may be fetched; nothing else is
    ever looked up, so no name leads to another file."""
    found: dict[str, tuple[bytes, str, str]] = {}
    for name, path in (("1.json", schemas.FULL_FILE), ("1/gateway.json", schemas.GATEWAY_FILE)):
        found[name] = _entry(path.read_bytes(), "application/schema+json")
    for path in sorted(samples.FOLDER.rglob("*")):
        media_type = MEDIA_TYPES.get(path.suffix.removeprefix("."))
        if media_type is not None:
            place = path.relative_to(samples.FOLDER).as_posix()
            found[f"1/mau/{place}"] = _entry(path.read_bytes(), media_type)
    return found


def _entry(data: bytes, media_type: str) -> tuple[bytes, str, str]:
    return data, media_type, quote_etag(hashlib.sha256(data).hexdigest())


def _downloads() -> list[dict[str, Any]]:
    words = dict(DOWNLOADS)
    return [
        {
            "url": reverse("standard:file", args=[name]),
            "name": f"{SCHEMA.rpartition('/')[0]}/{name}",
            "words": words.get(name),
            "bytes": len(data),
        }
        for name, (data, _media_type, _tag) in _files().items()
    ]
