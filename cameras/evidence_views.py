"""Hand pictures to a browser. The caller has checked the right; here every look is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext

from cameras import custody, evidence
from cameras.images import ImageRefused
from cameras.models import CustodyEvent, EvidenceFile

ORIGINAL, THUMBNAIL, CITIZEN = "original", "thumbnail", "citizen"


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
    ``thumbnail`` or ``citizen``. ``actor_name`` describes a person who is no user, such as
    "look-up code". Damaged or unreadable bytes give 409 and a sentence, never another picture.
    """
    try:
        data, shown = _bytes_of(file, variant)
    except (evidence.EvidenceDamaged, ImageRefused):
        sentence = gettext("This picture is damaged and cannot be shown. Tell a technician.")
        return HttpResponse(
            sentence, status=409, content_type="text/plain; charset=utf-8", headers=_HEADERS
        )
    custody.record(
        CustodyEvent.Action.VIEWED,
        evidence=file,
        object_sha256=shown,
        actor=actor,
        actor_name=actor_name,
        reason=f"{variant}: {reason}",
        at=at,
    )
    headers = _HEADERS | {"Content-Disposition": f'inline; filename="{shown[:16]}.jpg"'}
    return HttpResponse(data, content_type="image/jpeg", headers=headers)


# The bytes are pictures from outside: no browser may take them for anything else, or keep them.
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def _bytes_of(file: EvidenceFile, variant: str) -> tuple[bytes, str]:
    """Return the bytes to show and the hash under which the look is noted."""
    if variant == ORIGINAL:
        return evidence.officer_picture(file), file.sha256
    if variant == THUMBNAIL:
        copy = evidence.thumbnail(file)
    elif variant == CITIZEN:
        copy = evidence.citizen_copy(file)
    else:
        raise ValueError(f"unknown variant: {variant}")
    return evidence.read_derivative(copy), copy.sha256
