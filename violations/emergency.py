"""Sight of another unit's cases in an emergency (truy cập khẩn cấp): read, for an hour at most.

It widens what is read and nothing else: acts ask ``actor_for``, which knows no emergency.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from cameras.models import Unit
from violations.actors import actor_for
from violations.guards import Refused
from violations.models import EmergencyAccess

OPENER = "violations.break_glass"
#: Who notes an emergency that looked into their units: a supervisor or a leader. An auditor reads
#: every alarm and notes none: who checks has done none of what is checked.
NOTERS = ("violations.supervise_queue", "violations.sign_papers")
READERS = (*NOTERS, "violations.view_emergencyaccess")
LONGEST = timedelta(minutes=60)


def open_access(
    user: Any, unit: Unit, *, reason: str, at: datetime, lasts: timedelta = LONGEST
) -> EmergencyAccess:
    """Open the sight of another unit's cases to a person, with a reason; it is an alarm at once.

    Whoever calls has made sure that the person just proved who they are. Raises Refused without the
    right or a reason, for a unit in sight anyway, beyond an hour, and while another is open.
    """
    actor = actor_for(user)
    if not actor.may(OPENER):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if unit.code in actor.unit_codes:
        raise Refused(gettext("You see the cases of this unit without an emergency."))
    if not reason.strip():
        raise Refused(gettext("Write what the emergency is."))
    if not timedelta(0) < lasts <= LONGEST:
        raise Refused(gettext("An emergency access lasts 60 minutes at most."))
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=user.pk)  # one at a time
        if open_now(user, at) is not None:
            raise Refused(gettext("An emergency access is open already. End it first."))
        return EmergencyAccess.objects.create(
            user=user, unit=unit, reason=reason.strip()[:400], opened_at=at, ends_at=at + lasts
        )


def open_now(user: Any, at: datetime) -> EmergencyAccess | None:
    """Return the access that is open to a person at a moment; it ends at its minute."""
    if not user.has_perm(OPENER):
        return None
    found: EmergencyAccess | None = (
        EmergencyAccess.objects.filter(
            user=user, opened_at__lte=at, ends_at__gt=at, ended_at__isnull=True
        )
        .select_related("unit")
        .first()
    )
    return found


def end_access(user: Any, *, at: datetime) -> None:
    """End one's own emergency access before its time. Raises Refused when none is open."""
    changed = EmergencyAccess.objects.filter(
        user=user, opened_at__lte=at, ends_at__gt=at, ended_at__isnull=True
    ).update(ended_at=at)
    if not changed:
        raise Refused(gettext("No emergency access is open."))


def to_note(user: Any) -> QuerySet[EmergencyAccess]:
    """Return the accesses that stand as alarms before a person, the oldest first.

    Supervisors and leaders see those that looked into their units, an auditor those of every unit
    in sight; nobody sees their own.
    """
    rows = (
        EmergencyAccess.objects.filter(noted_at__isnull=True)
        .exclude(user=user)
        .select_related("user", "unit")
        .order_by("opened_at")
    )
    if not any(user.has_perm(name) for name in READERS):
        return rows.none()
    codes = [
        code for code in Unit.objects.values_list("code", flat=True) if code in user.unit_codes
    ]
    return rows.filter(unit__code__in=codes)


def may_note(user: Any) -> bool:
    """Tell whether a person notes emergencies at all, and does not only read them."""
    return any(user.has_perm(name) for name in NOTERS)


def note_access(access_id: int, *, finding: str, by: Any, at: datetime) -> None:
    """Note an emergency access with what was found; the alarm is over then.

    Raises Refused without a finding, for one's own, and for one that still runs or is noted.
    """
    if not finding.strip():
        raise Refused(gettext("Write down what you found."))
    actor = actor_for(by)
    with transaction.atomic():
        found = (
            EmergencyAccess.objects.select_for_update(of=("self",))
            .select_related("unit")
            .get(pk=access_id)
        )
        if found.user_id == by.pk:
            raise Refused(gettext("Nobody notes their own emergency access."))
        if not any(actor.may(name) for name in NOTERS) or found.unit.code not in actor.unit_codes:
            raise Refused(gettext("Your role does not include this step. Ask your administrator."))
        if found.noted_at is not None:
            raise Refused(gettext("This emergency access has been noted already."))
        if found.ended_at is None and found.ends_at > at:
            raise Refused(gettext("It is still open. Note it when it has ended."))
        found.noted_by, found.noted_at, found.finding = by, at, finding.strip()[:400]
        found.save(update_fields=["noted_by", "noted_at", "finding"])
