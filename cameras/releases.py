"""A technician lets a held detection go on, or ends it; both name a ground from a fixed list."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras import custody
from cameras.evidence import broken_files
from cameras.gates import VIET_NAM, missing_certificates
from cameras.models import CustodyEvent, Detection

PERMISSION = "cameras.release_detection"
LONGEST_NOTE = 300


class ReleaseGround(models.TextChoices):
    """Why a held detection may go to an officer after all."""

    PLATE_READABLE = "plate_readable", _("A person can read the plate in the picture")
    CLOCK_PROVED = "clock_proved", _("The time is proved by a check of the clock")
    CERTIFICATE_SHOWN = "certificate_shown", _("The certificate was valid and is entered now")
    PICTURES_SUFFICE = "pictures_suffice", _("The pictures prove the act as they are")
    DEVICE_CONFIRMED = "device_confirmed", _("The device and its place were checked")


class DiscardGround(models.TextChoices):
    """Why a held detection ends here and never becomes a case."""

    TRIAL = "trial", _("Trial or maintenance of the device")
    DEVICE_FAULT = "device_fault", _("Fault of the device")
    CLOCK_WRONG = "clock_wrong", _("The time cannot be proved")
    NO_CERTIFICATE = "no_certificate", _("No valid certificate on that day")
    EVIDENCE_LACKING = "evidence_lacking", _("The pictures do not prove an act")
    NO_VIOLATION = "no_violation", _("No violation is to be seen")


class Refused(Exception):
    """A release or discard that may not be. The text is a sentence for the person."""


def release(
    detection_id: uuid.UUID, *, by_user: Any, ground: str, note: str, at: datetime
) -> Detection:
    """Let a held detection go to the officers, naming why.

    Raises Refused without the right, for another unit's device, for a ground not in the list,
    for damaged originals, and when somebody has decided already.
    """
    return _settle(
        detection_id,
        Detection.State.RELEASED,
        ReleaseGround,
        by_user=by_user,
        ground=ground,
        note=note,
        at=at,
    )


def discard(
    detection_id: uuid.UUID, *, by_user: Any, ground: str, note: str, at: datetime
) -> Detection:
    """End a held detection, naming why; its bytes stay. Raises Refused as release() does."""
    return _settle(
        detection_id,
        Detection.State.DISCARDED,
        DiscardGround,
        by_user=by_user,
        ground=ground,
        note=note,
        at=at,
    )


def _settle(
    detection_id: uuid.UUID,
    state: Detection.State,
    grounds: type[models.TextChoices],
    *,
    by_user: Any,
    ground: str,
    note: str,
    at: datetime,
) -> Detection:
    if ground not in grounds.values:
        raise Refused(gettext("Choose a ground from the list."))
    if len(note) > LONGEST_NOTE:
        raise Refused(gettext("The note is longer than 300 characters. Shorten it."))
    with transaction.atomic():
        detection = _within_reach(detection_id, by_user)
        if state == Detection.State.RELEASED:
            _check_before_release(detection)
        # Compare and set: of two technicians who press at once, one decides.
        settled = Detection.objects.filter(pk=detection_id, state=Detection.State.HELD).update(
            state=state,
            released_by=by_user,
            released_at=at,
            release_ground=ground,
            release_note=note,
        )
        if not settled:
            raise Refused(gettext("Somebody has decided about this detection already."))
        action = (
            CustodyEvent.Action.RELEASED
            if state == Detection.State.RELEASED
            else CustodyEvent.Action.DISCARDED
        )
        custody.record(
            action,
            delivery=detection.delivery,
            actor=by_user,
            reason=f"{ground}, detection {detection.pk}",
            at=at,
        )
    detection.refresh_from_db()
    return detection


def _check_before_release(detection: Detection) -> None:
    """Refuse what no ground can heal: damaged originals, a certificate still missing."""
    if broken_files(detection):
        raise Refused(
            gettext("Originals of this detection are missing or altered; it cannot be released.")
        )
    if detection.time_quality == "impossible":
        return  # the day itself is what the ground must prove
    missing = missing_certificates(
        detection.device, detection.occurred_at.astimezone(VIET_NAM).date()
    )
    if missing:
        raise Refused(
            gettext("Enter the certificate first: the device still has no valid %(kinds)s.")
            % {"kinds": ", ".join(missing)}
        )


def _within_reach(detection_id: uuid.UUID, by_user: Any) -> Detection:
    """Return the detection if the user, read afresh, may decide about it. Raises Refused."""
    user = get_user_model().objects.filter(pk=by_user.pk, is_active=True, is_staff=True).first()
    if user is None or not user.has_perm(PERMISSION):
        raise Refused(gettext("You may not release or discard detections."))
    detection = (
        Detection.objects.select_related("delivery", "device__site__unit")
        .filter(pk=detection_id)
        .first()
    )
    if detection is None or detection.device.site.unit.code not in user.unit_codes:
        raise Refused(gettext("There is no such detection at your unit."))
    return detection
