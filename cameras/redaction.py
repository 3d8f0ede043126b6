"""Rectangles an officer draws over a picture, so that nobody but the vehicle is recognised in it.

A redaction is a row over the untouched original. Every copy made afterwards bears the newest one;
the rows before it stay, with who drew them and why (cameras.md §5: the officer's rectangles decide,
anything automatic only suggests).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext

from cameras import custody
from cameras.models import CustodyEvent, EvidenceFile, Redaction

PERMISSION = "cameras.add_redaction"
MOST_RECTANGLES = 40
#: Rectangles are whole ten-thousandths of the picture's width and height.
WHOLE = 10_000
LONGEST_REASON = 200


class Refused(Exception):
    """A redaction that may not be. The text is a sentence for the person."""


def redact(
    file_id: uuid.UUID,
    rectangles: Sequence[Mapping[str, int]],
    *,
    by_user: Any,
    reason: str,
    at: datetime,
) -> Redaction:
    """Mark what is to be blacked out in every copy of a picture; returns the new row.

    Each rectangle is ``{"x", "y", "w", "h"}``. None at all takes the earlier ones back. Raises
    Refused without the right, for another unit's picture, for a film, for rectangles that do not
    lie in the picture, and without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise Refused(gettext("Say why the picture is covered, or no longer covered."))
    if len(reason) > LONGEST_REASON:
        raise Refused(gettext("The reason is longer than 200 characters. Shorten it."))
    drawn = checked(rectangles)
    with transaction.atomic():
        file = _within_reach(file_id, by_user)
        before = file.redactions.order_by("-pk").first()
        if not drawn and (before is None or not before.rectangles):
            raise Refused(gettext("Draw at least one rectangle."))
        made = Redaction.objects.create(
            evidence=file, rectangles=drawn, reason=reason, made_by=by_user, made_at=at
        )
        custody.record(
            CustodyEvent.Action.REDACTED,
            evidence=file,
            actor=by_user,
            reason=f"redaction {made.pk}: {len(drawn)} rectangle(s)",
            at=at,
        )
    return made


def checked(rectangles: Sequence[Mapping[str, int]]) -> list[dict[str, int]]:
    """Return the rectangles as they are stored. Raises Refused for one outside the picture."""
    if len(rectangles) > MOST_RECTANGLES:
        raise Refused(gettext("Draw at most 40 rectangles."))
    drawn = []
    for number, one in enumerate(rectangles, start=1):
        x, y, w, h = (one[name] for name in ("x", "y", "w", "h"))
        whole = all(type(figure) is int for figure in (x, y, w, h))
        if not (whole and x >= 0 and y >= 0 and w > 0 and h > 0):
            raise Refused(
                gettext("Rectangle %(number)d has no place or no size. Draw it again.")
                % {"number": number}
            )
        if x + w > WHOLE or y + h > WHOLE:
            raise Refused(
                gettext("Rectangle %(number)d reaches out of the picture. Move or shrink it.")
                % {"number": number}
            )
        drawn.append({"x": x, "y": y, "w": w, "h": h})
    return drawn


def _within_reach(file_id: uuid.UUID, by_user: Any) -> EvidenceFile:
    """Return the picture if the user, read afresh, may draw on it. Raises Refused."""
    user = get_user_model().objects.filter(pk=by_user.pk, is_active=True, is_staff=True).first()
    if user is None or not user.has_perm(PERMISSION):
        raise Refused(gettext("You may not cover parts of pictures."))
    file = (
        EvidenceFile.objects.select_related("delivery", "detection__device__site__unit")
        .filter(pk=file_id)
        .first()
    )
    if file is None or file.detection.device.site.unit.code not in user.unit_codes:
        raise Refused(gettext("There is no such picture at your unit."))
    if file.role == EvidenceFile.FILM:
        raise Refused(gettext("A film cannot be covered. Draw on its pictures."))
    return file
