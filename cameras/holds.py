"""Legal holds: bytes that may not go whatever their age; a person places and lifts them, with why.

A hold stands above the rules of retention (complaint, lawsuit, enquiry). Lifting one disposes of
nothing; it only lets the rules speak again.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext

from cameras import custody
from cameras.models import CustodyEvent, Delivery, Detection, LegalHold
from cameras.retention import undisposed

PLACE, LIFT = "cameras.add_legalhold", "cameras.change_legalhold"
LONGEST_REASON = 200


class Refused(Exception):
    """A hold that may not be placed or lifted. The text is a sentence for the person."""


def place_hold(detection_id: uuid.UUID, *, by_user: Any, reason: str, at: datetime) -> LegalHold:
    """Keep the bytes of a detection until the hold is lifted.

    Several holds may stand side by side, each for a reason of its own. Raises Refused without the
    right or a reason, for another unit's detection, and when the bytes are gone already.
    """
    reason = _reason(reason)
    with transaction.atomic():
        # The disposer locks this row too, and weighs holds only afterwards.
        detection = _within_reach(detection_id, by_user, PLACE)
        if not undisposed(Delivery.objects.filter(pk=detection.delivery_id)).exists():
            raise Refused(gettext("The bytes of this detection were disposed of already."))
        hold = LegalHold.objects.create(
            detection=detection, reason=reason, placed_by=by_user, placed_at=at
        )
        custody.record(
            CustodyEvent.Action.HELD,
            delivery=detection.delivery,
            actor=by_user,
            reason=f"legal hold {hold.pk}: {reason}",
            at=at,
        )
    return hold


def lift_hold(hold_id: int, *, by_user: Any, reason: str, at: datetime) -> LegalHold:
    """Let the rules of retention speak again. Raises Refused as place_hold() does."""
    reason = _reason(reason)
    with transaction.atomic():
        hold = LegalHold.objects.filter(pk=hold_id).first()
        if hold is None:
            raise Refused(gettext("There is no such hold at your unit."))
        detection = _within_reach(hold.detection_id, by_user, LIFT)
        lifted = LegalHold.objects.filter(pk=hold_id, lifted_at__isnull=True).update(
            lifted_by=by_user, lifted_at=at
        )
        if not lifted:
            raise Refused(gettext("Somebody has lifted this hold already."))
        custody.record(
            CustodyEvent.Action.RELEASED,
            delivery=detection.delivery,
            actor=by_user,
            reason=f"legal hold {hold.pk} lifted: {reason}",
            at=at,
        )
    hold.refresh_from_db()
    return hold


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise Refused(gettext("State the reason."))
    if len(reason) > LONGEST_REASON:
        raise Refused(gettext("The reason is longer than 200 characters. Shorten it."))
    return reason


def _within_reach(detection_id: uuid.UUID, by_user: Any, permission: str) -> Detection:
    """Return the detection, locked, if the user, read afresh, may hold it. Raises Refused."""
    user = get_user_model().objects.filter(pk=by_user.pk, is_active=True, is_staff=True).first()
    if user is None or not user.has_perm(permission):
        raise Refused(gettext("You may not place or lift legal holds."))
    detection = (
        Detection.objects.select_for_update(of=("self",), no_key=True)
        .select_related("delivery", "device__site__unit")
        .filter(pk=detection_id)
        .first()
    )
    if detection is None or detection.device.site.unit.code not in user.unit_codes:
        raise Refused(gettext("There is no such detection at your unit."))
    return detection
