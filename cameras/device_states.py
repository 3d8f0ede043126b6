"""What may happen to a device in the register: quarantine, release, pause, resumption, revocation.

Every act is compare-and-set on the state, so that of two technicians who press at once one acts,
and each is noted twice: in the custody log, because it decides what becomes of evidence, and in the
history of the device. A quarantined device is still kept and read, but nothing of it reaches an
officer (``gates``); a paused one is only kept.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras import custody
from cameras.models import CustodyEvent, Device, DeviceAlarm

PERMISSION = "cameras.change_device"
LONGEST_REASON = 200
#: Who may hold a device back because of its cases; no right to change the device.
SUPERVISION = "violations.supervise_queue"
WORK_ORDER = "work order: "
#: How the reason of the state begins when a supervisor paused the device, not a technician.
UNDER_REVIEW = "review: "
#: The reason of the state of a device that has just been registered.
NEW = "new"


class ReleaseGround(models.TextChoices):
    """Why a device may leave quarantine."""

    REPAIRED = "repaired", _("Repaired, and tried on the spot")
    CHECKED = "checked", _("Checked on the spot; nothing was wrong")
    CLOCK_SET = "clock_set", _("The clock was set and compared")
    CONFIGURATION_CHECKED = (
        "configuration_checked",
        _("The configuration was compared and is right"),
    )


class Refused(Exception):
    """An act on a device that may not be. The text is a sentence for the person."""


def quarantine(device: Device, reason: str, *, at: datetime, actor: Any = None) -> bool:
    """Take an active device out; False when it was not active.

    ``reason`` is the code of an alarm or a person's words. Without an actor the portal acts.
    """
    return _move(
        device,
        (Device.State.ACTIVE,),
        Device.State.QUARANTINED,
        reason,
        CustodyEvent.Action.QUARANTINED,
        actor=actor,
        at=at,
    )


def quarantine_by_hand(device: Device, *, by_user: Any, reason: str, at: datetime) -> None:
    """Take an active device out at a technician's word. Raises Refused."""
    user = responsible(device, by_user)
    if not quarantine(device, _worded(reason), at=at, actor=user):
        raise _somebody_was_first()


def release_device(device: Device, *, by_user: Any, ground: str, note: str, at: datetime) -> None:
    """Let a device out of quarantine, naming why. What is held stays held.

    Raises Refused without the right, for another unit's device, for a ground not in the list and
    when it is in quarantine no longer.
    """
    user = responsible(device, by_user)
    if ground not in ReleaseGround.values:
        raise Refused(gettext("Choose a ground from the list."))
    reason = f"{ground}: {_worded(note)}" if note.strip() else ground
    with transaction.atomic():
        _move_or_refuse(
            device,
            (Device.State.QUARANTINED,),
            Device.State.ACTIVE,
            reason[:LONGEST_REASON],
            CustodyEvent.Action.RELEASED,
            actor=user,
            at=at,
        )
        if ground == ReleaseGround.CONFIGURATION_CHECKED:
            device.alarms.filter(
                code=DeviceAlarm.Code.CONFIGURATION, closed_at__isnull=True
            ).update(closed_at=at)


def pause(device: Device, *, by_user: Any, reason: str, at: datetime) -> None:
    """Take a device out for maintenance: what it sends is kept and not read. Raises Refused.

    A quarantined device is refused: its resumption would end the quarantine without a ground.
    """
    user = responsible(device, by_user)
    if Device.objects.filter(pk=device.pk, state=Device.State.QUARANTINED).exists():
        raise Refused(gettext("The device is in quarantine. Release it, naming the ground, first."))
    _move_or_refuse(
        device,
        (Device.State.ACTIVE,),
        Device.State.PAUSED,
        _worded(reason),
        CustodyEvent.Action.HELD,
        actor=user,
        at=at,
    )


def resume(device: Device, *, by_user: Any, reason: str, at: datetime) -> None:
    """Let a paused device deliver again. Raises Refused, also before its profile is approved.

    What a supervisor paused, a supervisor lets go (``resume_after_review``).
    """
    user = responsible(device, by_user)
    if not has_approved_profile(device):
        raise Refused(gettext("The profile of this device waits for approval by another person."))
    if _is_paused_for_review(device):
        raise Refused(gettext("A supervisor paused this device, and a supervisor lets it go."))
    _move_or_refuse(
        device,
        (Device.State.PAUSED,),
        Device.State.ACTIVE,
        _worded(reason),
        CustodyEvent.Action.RELEASED,
        actor=user,
        at=at,
    )


def pause_for_review(device: Device, *, by_user: Any, reason: str, at: datetime) -> None:
    """Hold back what a device sends on a supervisor's word: kept, and not read. Raises Refused.

    Only an active device: a quarantine or a technician's pause stays what it is.
    """
    _move_or_refuse(
        device,
        (Device.State.ACTIVE,),
        Device.State.PAUSED,
        UNDER_REVIEW + _worded(reason),
        CustodyEvent.Action.HELD,
        actor=_supervisor(device, by_user),
        at=at,
    )


def resume_after_review(device: Device, *, by_user: Any, finding: str, at: datetime) -> None:
    """Let go a device that a supervisor paused, and no other. Raises Refused."""
    user = _supervisor(device, by_user)
    if not _is_paused_for_review(device):
        raise _somebody_was_first()
    _move_or_refuse(
        device,
        (Device.State.PAUSED,),
        Device.State.ACTIVE,
        _worded(finding),
        CustodyEvent.Action.RELEASED,
        actor=user,
        at=at,
    )


def begin(device: Device, *, user: Any, at: datetime) -> None:
    """Let a new device deliver, once its first profile is approved."""
    _move(
        device,
        (Device.State.PAUSED,),
        Device.State.ACTIVE,
        "first profile approved",
        CustodyEvent.Action.RELEASED,
        actor=user,
        at=at,
    )


def revoke(device: Device, *, by_user: Any, reason: str, at: datetime) -> None:
    """Close the door to a device for good. Raises Refused."""
    _move_or_refuse(
        device,
        (Device.State.ACTIVE, Device.State.QUARANTINED, Device.State.PAUSED),
        Device.State.REVOKED,
        _worded(reason),
        CustodyEvent.Action.DISCARDED,
        actor=responsible(device, by_user),
        at=at,
    )


def note_work_order(device: Device, *, by_user: Any, text: str, at: datetime) -> None:
    """Note an order to work on a device: it answers for a change of configuration. Raises Refused.

    It is a line of the device's history, because it changes nothing of the device.
    """
    user = responsible(device, by_user)
    log(device, WORK_ORDER + _worded(text), user=user, at=at)


def has_approved_profile(device: Device) -> bool:
    """Tell whether a device may be used by its profile: approved, or older than the approval."""
    versions = device.profile_versions
    return not versions.exists() or versions.filter(approved_at__isnull=False).exists()


def technician(by_user: Any) -> Any:
    """Return the user, read afresh, if devices are in his care. Raises Refused."""
    user = get_user_model().objects.filter(pk=by_user.pk, is_active=True, is_staff=True).first()
    if user is None or not user.has_perm(PERMISSION):
        raise Refused(gettext("You may not change devices."))
    return user


def responsible(device: Device, by_user: Any) -> Any:
    """Return the user, read afresh, if this device is in his care. Raises Refused."""
    user = technician(by_user)
    if device.site.unit.code not in user.unit_codes:
        raise Refused(gettext("There is no such device at your unit."))
    return user


def _supervisor(device: Device, by_user: Any) -> Any:
    """Return the user, read afresh, if this device's cases are in his care. Raises Refused."""
    user = get_user_model().objects.filter(pk=by_user.pk, is_active=True, is_staff=True).first()
    if user is None or not user.has_perm(SUPERVISION):
        raise Refused(gettext("Only a supervisor may hold a device back for a review."))
    if device.site.unit.code not in user.unit_codes:
        raise Refused(gettext("There is no such device at your unit."))
    return user


def _is_paused_for_review(device: Device) -> bool:
    return Device.objects.filter(
        pk=device.pk, state=Device.State.PAUSED, state_reason__startswith=UNDER_REVIEW
    ).exists()


def log(device: Device, message: str, *, user: Any, at: datetime) -> None:
    """Write one line into the device's history; only acts of persons have a place there."""
    if user is None:
        return
    LogEntry.objects.create(
        action_time=at,
        user=user,
        content_type=ContentType.objects.get_for_model(Device),
        object_id=str(device.pk),
        object_repr=str(device)[:200],
        action_flag=CHANGE,
        change_message=message,
    )


def _worded(reason: str) -> str:
    text = " ".join(reason.split())
    if not text:
        raise Refused(gettext("Write the reason."))
    if len(text) > LONGEST_REASON - 40:
        raise Refused(gettext("The reason is longer than 160 characters. Shorten it."))
    return text


def _move_or_refuse(device: Device, *given: Any, actor: Any, at: datetime) -> None:
    if not _move(device, *given, actor=actor, at=at):
        raise _somebody_was_first()


def _somebody_was_first() -> Refused:
    return Refused(gettext("The device is no longer in the state you saw. Look at it again."))


def _move(
    device: Device,
    before: tuple[str, ...],
    after: str,
    reason: str,
    action: str,
    *,
    actor: Any,
    at: datetime,
) -> bool:
    """Compare and set the state, and note it; False when it was in none of the states before."""
    with transaction.atomic():
        moved = Device.objects.filter(pk=device.pk, state__in=before).update(
            state=after, state_reason=reason[:LONGEST_REASON], state_changed_at=at
        )
        if not moved:
            return False
        words = f"device {device.code} {after}: {reason}"
        custody.record(action, actor=actor, reason=words, at=at)
        log(device, f"{after}: {reason}", user=actor, at=at)
    device.state, device.state_reason, device.state_changed_at = after, reason, at
    return True
