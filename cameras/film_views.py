"""Hand a film to an officer's browser, piece by piece, and note that it was opened.

A browser asks for a film in ranges (RFC 9110 section 14) and jumps in it. The whole film is
hashed, a piece at a time, before its first byte is sent; that it was whole is remembered in this
process for ten minutes, so that a jump does not read sixty megabytes again. A film is never sent to
a citizen: it cannot be masked.
"""

from __future__ import annotations

import hashlib
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from cameras import custody, evidence
from cameras.adapters.ranges import IDENTITY
from cameras.evidence_views import HEADERS, refusal
from cameras.models import CustodyEvent, EvidenceFile

PIECE = 256 * 1024
#: How long this process takes for granted that a film it has hashed is whole.
WHOLE_FOR_SECONDS = 600.0
#: Within this time further pieces belong to the opening already noted.
ONE_OPENING = timedelta(hours=1)
MOST_REMEMBERED = 1_000
_RANGE = re.compile(r"\Abytes=(\d{0,15})-(\d{0,15})\Z")

_whole_until: dict[uuid.UUID, float] = {}
_lock = threading.Lock()


def film_response(
    file: EvidenceFile,
    request: HttpRequest,
    *,
    reason: str,
    at: datetime,
    actor: Any,
    actor_name: str = "",
    on_opening: Callable[[], object] = lambda: None,
) -> HttpResponseBase:
    """Return a film or the range of it that is asked for (200, 206 or 416), read piece by piece.

    One range is served; several at once are answered with the whole, as the RFC allows. The caller
    has checked the right. Each opening is one row of the custody log: the piece at the beginning,
    or any piece for somebody who has opened nothing of it in the last hour. ``on_opening`` is
    called with that row, for other logs. Damaged bytes give 409 and disposed ones 410, with a
    sentence.
    """
    if file.role != EvidenceFile.FILM:
        raise ValueError("no film")
    try:
        _check_whole(file)
    except evidence.EvidenceDamaged as damage:
        return refusal(damage)
    is_part, asked = _asked(request, file)
    headers = HEADERS | {"Accept-Ranges": "bytes", "ETag": _tag(file)}
    if asked is None:
        headers["Content-Range"] = f"bytes */{file.size}"
        return HttpResponse(status=416, content_type="text/plain; charset=utf-8", headers=headers)
    start, stop = asked
    if start == 0 or not _opened_before(file, actor, at):
        custody.record(
            CustodyEvent.Action.VIEWED,
            evidence=file,
            actor=actor,
            actor_name=actor_name,
            reason=f"film: {reason}",
            at=at,
        )
        on_opening()
    if is_part:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    headers["Content-Length"] = str(stop - start)
    headers["Content-Disposition"] = f'inline; filename="{file.sha256[:16]}.mp4"'
    return StreamingHttpResponse(
        _pieces(file, start, stop),
        status=206 if is_part else 200,
        content_type=file.media_type,
        headers=headers,
    )


def _asked(request: HttpRequest, file: EvidenceFile) -> tuple[bool, tuple[int, int] | None]:
    """Return whether a part is asked for, and its first byte and the one after its last.

    None: it lies behind the end. What is no single range, or rests on another film (If-Range), is
    as if no range had been asked for.
    """
    whole = (False, (0, file.size))
    wanted = _RANGE.match(request.headers.get("Range", ""))
    condition = request.headers.get("If-Range", "")
    if wanted is None or wanted.groups() == ("", "") or (condition and condition != _tag(file)):
        return whole
    first, last = wanted.groups()
    if not first:  # the last so many bytes
        length = min(int(last), file.size)
        return True, (file.size - length, file.size) if length else None
    if last and int(last) < int(first):
        return whole
    stop = min(int(last) + 1, file.size) if last else file.size
    return True, (int(first), stop) if int(first) < file.size else None


def _tag(file: EvidenceFile) -> str:
    return f'"{file.sha256}"'


def _opened_before(file: EvidenceFile, actor: Any, at: datetime) -> bool:
    return CustodyEvent.objects.filter(
        evidence=file,
        actor=actor,
        action=CustodyEvent.Action.VIEWED,
        at__gt=at - ONE_OPENING,
    ).exists()


def _check_whole(file: EvidenceFile) -> None:
    """Hash the film unless this process did lately. Raises EvidenceDamaged, EvidenceDisposed."""
    now = time.monotonic()
    with _lock:
        if _whole_until.get(file.pk, 0.0) > now:
            return
    digest = hashlib.sha256()
    for piece in _pieces(file, 0, file.size):
        digest.update(piece)
    if digest.hexdigest() != file.sha256:
        raise evidence.EvidenceDamaged(
            f"The original {file.sha256[:16]} differs from what was received."
        )
    with _lock:
        if len(_whole_until) >= MOST_REMEMBERED:
            _whole_until.clear()
        _whole_until[file.pk] = now + WHOLE_FOR_SECONDS


def _pieces(file: EvidenceFile, start: int, stop: int) -> Iterator[bytes]:
    """Yield the bytes from ``start`` to before ``stop``, never more than ``PIECE`` at once.

    A film inside a JSON message is base64 there; such a message is no larger than 12 MiB, and it is
    decoded whole.
    """
    if not file.object_sha256 and file.encoding != IDENTITY:
        yield evidence.read_file(file)[start:stop]
        return
    name, shift = (
        (file.object_sha256, 0) if file.object_sha256 else (file.delivery.kept_sha256, file.offset)
    )
    while start < stop:
        piece = evidence.stored_range(name, shift + start, min(PIECE, stop - start))
        if not piece:
            raise evidence.EvidenceDamaged(f"The original {file.sha256[:16]} is too short.")
        yield piece
        start += len(piece)
