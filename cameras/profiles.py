"""A device's adapter profile changes only by two persons: one proposes, another approves.

A code map decides which act a picture accuses somebody of. The version in force is copied to the
device, and every detection names the version it was read by, so that each can be read again as it
was read then.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from difflib import unified_diff
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from cameras import device_states
from cameras.adapters.registry import adapter_for
from cameras.device_states import NEW, Refused
from cameras.models import Device, ProfileVersion

APPROVE = "cameras.approve_profile"
LONGEST_REASON = 300
LONGEST_SETTINGS = 64 * 1024


def propose_profile(
    device: Device, settings: Any, reason: str, *, by_user: Any, at: datetime
) -> ProfileVersion:
    """Write down a new version of a profile; nothing is read by it before it is approved.

    Raises Refused without the right, for another unit's device, without a reason, for settings the
    adapter cannot use and for those already in force.
    """
    user = device_states.responsible(device, by_user)
    text = " ".join(reason.split())
    if not text:
        raise Refused(gettext("Write the reason."))
    if len(text) > LONGEST_REASON:
        raise Refused(gettext("The reason is longer than 300 characters. Shorten it."))
    check(device, settings)
    with transaction.atomic():
        row = Device.objects.select_for_update().get(pk=device.pk)
        is_new = not row.profile_versions.exists() and row.state_reason == NEW
        if not is_new and settings == row.profile:
            raise Refused(gettext("These settings are in force already."))
        version = ProfileVersion.objects.create(
            device=row,
            version=1 if is_new else _next_version(row),
            settings=settings,
            reason=text,
            proposed_by=user,
            proposed_at=at,
        )
        words = f"profile version {version.version} proposed: {text}"
        device_states.log(row, words, user=user, at=at)
    return version


def approve_profile(version_id: int, *, by_user: Any, at: datetime) -> ProfileVersion:
    """Put a proposed version in force. A device that waited for its first one becomes active.

    Raises Refused without the right, for another unit's device, for one's own proposal, and for a
    version that is approved already or older than the one in force.
    """
    user = device_states.technician(by_user)
    if not user.has_perm(APPROVE):
        raise Refused(gettext("You may not approve profiles."))
    with transaction.atomic():
        version = ProfileVersion.objects.select_related("device__site__unit").get(pk=version_id)
        device_states.responsible(version.device, user)
        row = Device.objects.select_for_update().get(pk=version.device_id)
        waits_for_first = row.state == Device.State.PAUSED and row.state_reason == NEW
        if version.proposed_by_id == user.pk:
            raise Refused(gettext("Another person must approve what you have proposed."))
        if not waits_for_first and version.version <= row.profile_version:
            raise Refused(gettext("This version, or a newer one, is in force already."))
        check(row, version.settings)
        approved = ProfileVersion.objects.filter(pk=version_id, approved_at__isnull=True).update(
            approved_by=user, approved_at=at
        )
        if not approved:
            raise Refused(gettext("Somebody has approved this version already."))
        row.profile, row.profile_version = version.settings, version.version
        row.save(update_fields=["profile", "profile_version"])
        words = f"profile version {version.version} approved"
        device_states.log(row, words, user=user, at=at)
        if waits_for_first:
            device_states.begin(row, user=user, at=at)
    version.refresh_from_db()
    return version


def check(device: Device, settings: Any) -> None:
    """Let the adapter try the settings. Raises Refused with what it said."""
    if not isinstance(settings, dict):
        raise Refused(gettext("The settings are one JSON object. Correct them."))
    if len(json.dumps(settings)) > LONGEST_SETTINGS:
        raise Refused(gettext("The settings are longer than 64 kB. Shorten them."))
    try:
        adapter_for(device.adapter).profile(device.serial, settings)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise Refused(
            gettext("The adapter cannot use these settings: %(fault)s.") % {"fault": error}
        ) from error


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the lines of two settings as ``(kind, line)``: added, removed, or the same.

    The keys are sorted, so that only what differs shows.
    """
    kinds = {"+": "added", "-": "removed", " ": "same"}
    old, new = (as_text(one).splitlines() for one in (before, after))
    lines = list(unified_diff(old, new, lineterm="", n=max(len(old), len(new)) + 1))[3:]
    if not lines:
        return [("same", line) for line in new]
    return [(kinds[line[0]], line[1:]) for line in lines]


def as_text(settings: Mapping[str, Any]) -> str:
    """Return settings as a person reads and edits them."""
    return json.dumps(settings, ensure_ascii=False, indent=2, sort_keys=True)


def _next_version(device: Device) -> int:
    newest = device.profile_versions.order_by("-version").values_list("version", flat=True).first()
    return max(newest or 0, device.profile_version) + 1
