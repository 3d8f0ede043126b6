"""A supervisor holds a camera back because its cases are out of line, and somebody looks again.

What the camera sends while it is paused is kept and not read, so nothing is lost. A pause does not
end by itself: after a day it stands on the board until somebody has looked and says what was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from cameras import device_states
from cameras.models import Device
from violations.actors import Actor
from violations.guards import Refused
from violations.models import CameraPause, Officer

LOOK_AGAIN_AFTER = timedelta(hours=24)
LONGEST = 160  # characters of a reason or finding; the device's history holds no more


def pause(device: Device, *, reason: str, by: Actor, at: datetime) -> CameraPause:
    """Hold back what an active camera sends, to be looked at again within a day.

    The pause and the state of the device change together or not at all. Raises Refused without the
    right, for another unit's camera, for one that is not active, and without a short reason.
    """
    officer, text = _officer(by), _worded(reason)
    with transaction.atomic(), _told():
        device_states.pause_for_review(device, by_user=officer.user, reason=text, at=at)
        try:
            with transaction.atomic():
                return CameraPause.objects.create(
                    device=device,
                    reason=text,
                    paused_by=officer,
                    paused_at=at,
                    review_at=at + LOOK_AGAIN_AFTER,
                )
        except IntegrityError as error:
            raise Refused(gettext("This camera is paused already.")) from error


def resume(pause_id: int, *, finding: str, by: Actor, at: datetime) -> CameraPause:
    """Let a paused camera deliver again, saying what was found.

    A camera that was revoked meanwhile stays revoked; its pause is closed. Raises Refused without
    the right or a finding, for another unit's camera, and when the pause has ended.
    """
    officer, text = _officer(by), _worded(finding)
    with transaction.atomic(), _told():
        found = (
            CameraPause.objects.select_for_update(of=("self",))
            .select_related("device__site__unit")
            .filter(pk=pause_id)
            .first()
        )
        if found is None or found.device.site.unit.code not in by.unit_codes:
            raise Refused(gettext("There is no such device at your unit."))
        if found.resumed_at is not None:
            raise Refused(gettext("This pause has ended already."))
        if found.device.state != Device.State.REVOKED:
            device_states.resume_after_review(
                found.device, by_user=officer.user, finding=text, at=at
            )
        found.resumed_by, found.resumed_at, found.finding = officer, at, text
        found.save(update_fields=["resumed_by", "resumed_at", "finding"])
    return found


@contextmanager
def _told() -> Iterator[None]:
    """Turn a refusal of the cameras into one of ours; its sentence is for the same person."""
    try:
        yield
    except device_states.Refused as refusal:
        raise Refused(str(refusal)) from refusal


def _officer(by: Actor) -> Officer:
    if by.officer is None or not by.may("violations.supervise_queue"):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    return by.officer


def _worded(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Refused(gettext("Write the reason."))
    if len(words) > LONGEST:
        raise Refused(gettext("The reason is longer than 160 characters. Shorten it."))
    return words
