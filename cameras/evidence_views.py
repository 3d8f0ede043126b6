"""Hand pictures to a browser. The caller has checked the right; here every look is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext

from cameras import custody, evidence
from cameras.images import ImageRefused
from cameras.models import CustodyEvent, Derivative, EvidenceFile
from cameras.picture_flags import VIET_NAM

ORIGINAL, THUMBNAIL, CITIZEN, REDACTED = "original", "thumbnail", "citizen", "redacted"
CITIZEN_FULL = "citizen_full"

#: The bytes come from outside: no browser may take them for anything else, or keep them.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def picture_response(
    file: EvidenceFile,
    variant: str,
    *,
    reason: str,
    at: datetime,
    actor: Any = None,
    actor_name: str = "",
) -> HttpResponse:
    """Return a picture and note in the custody log that it was looked at.

    ``variant`` is ``original`` (for officers; re-encoded when the bytes are no plain JPEG),
    ``thumbnail``, ``citizen``, ``citizen_full`` (as large as the original) or ``redacted`` (with
    what an officer marked blacked out).
    ``actor_name`` describes a person who is no user, such as "look-up code". Damaged or unreadable
    bytes give 409 and disposed ones 410, with a sentence, never another picture.
    """
    try:
        data, shown = _bytes_of(file, variant)
    except (evidence.EvidenceDamaged, ImageRefused) as fault:
        return refusal(fault)
    custody.record(
        CustodyEvent.Action.VIEWED,
        evidence=file,
        object_sha256=shown,
        actor=actor,
        actor_name=actor_name,
        reason=f"{variant}: {reason}",
        at=at,
    )
    headers = HEADERS | {"Content-Disposition": f'inline; filename="{shown[:16]}.jpg"'}
    return HttpResponse(data, content_type="image/jpeg", headers=headers)


def refusal(fault: Exception) -> HttpResponse:
    """Return the sentence that stands in place of bytes that are gone, damaged or unreadable."""
    status = 409
    if isinstance(fault, evidence.EvidenceDisposed):
        status = 410
        sentence = gettext(
            "Disposed of on %(day)s at the end of its retention; the hash and the ground are kept."
        ) % {"day": f"{fault.on.astimezone(VIET_NAM):%d/%m/%Y}"}
    elif isinstance(fault, evidence.NoSuchCopy) and fault.code == "film":
        sentence = gettext("A film cannot be masked, so no copy of it is given out.")
    elif isinstance(fault, evidence.NoSuchCopy):
        sentence = gettext("Nothing is covered in this picture, so there is no such copy of it.")
    else:
        sentence = gettext("This picture is damaged and cannot be shown. Tell a technician.")
    return HttpResponse(
        sentence, status=status, content_type="text/plain; charset=utf-8", headers=HEADERS
    )


def _bytes_of(file: EvidenceFile, variant: str) -> tuple[bytes, str]:
    """Return the bytes to show and the hash under which the look is noted."""
    copy: Derivative | None
    if file.role == EvidenceFile.FILM:
        raise evidence.NoSuchCopy("film", "A film is not a picture.")
    if variant == ORIGINAL:
        return evidence.officer_picture(file), file.sha256
    if variant == THUMBNAIL:
        copy = evidence.thumbnail(file)
    elif variant == CITIZEN:
        copy = evidence.citizen_copy(file)
    elif variant == CITIZEN_FULL:
        copy = evidence.citizen_full_copy(file)
    elif variant == REDACTED:
        copy = evidence.redacted_copy(file)
        if copy is None:
            raise evidence.NoSuchCopy("nothing_marked", "Nothing is covered in this picture.")
    else:
        raise ValueError(f"unknown variant: {variant}")
    return evidence.read_derivative(copy), copy.sha256
