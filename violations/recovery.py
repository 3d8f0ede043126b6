"""A lost authenticator, restored by two people (khôi phục xác thực); neither is the person.

One checks who asks and asks; another approves within a day. Then every factor, recovery code and
session is gone, and a temporary password leads to setting all up anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext

from violations import staff_sessions
from violations.actors import actor_for
from violations.guards import Refused
from violations.models import FactorRecovery
from violations.review_queue import stand_in_line
from violations.staffing import acting_as, temporary_password

APPROVER = "violations.approve_recovery"
VALID_FOR = timedelta(hours=24)
#: How long the person is told at every sign-in that it happened.
TOLD_FOR = timedelta(days=7)


def ask(user: Any, *, reason: str, identity_checked: str, by: Any, at: datetime) -> FactorRecovery:
    """Ask that a person's second factor be restored, saying how they proved who they are.

    Raises Refused without the right, for oneself, for a closed account, and while another request
    for the person stands.
    """
    _insist(by, user, "citizens.change_user")
    said, proof = reason.strip()[:400], identity_checked.strip()[:400]
    if not said or not proof:
        raise Refused(gettext("Write the reason, and how the person proved who they are."))
    with transaction.atomic():
        get_user_model().objects.select_for_update().get(pk=user.pk)
        standing = FactorRecovery.objects.filter(user=user, state=FactorRecovery.State.ASKED)
        standing.filter(expires_at__lte=at).update(
            state=FactorRecovery.State.EXPIRED, settled_at=at
        )
        if standing.exists():
            raise Refused(gettext("A request for this person awaits a second person already."))
        return FactorRecovery.objects.create(
            user=user,
            reason=said,
            identity_checked=proof,
            asked_by=by,
            asked_at=at,
            expires_at=at + VALID_FOR,
        )


def approve(recovery_id: int, *, by: Any, at: datetime) -> str:
    """Approve a request as its second person; return a temporary password, to be shown once.

    Deletes the person's factors and recovery codes and ends all their sessions. Whoever calls has
    made sure that the approver just proved who they are. Raises Refused for the person and for who
    asked, and after a day.
    """
    officer_id = FactorRecovery.objects.values_list("user__officer", flat=True).get(pk=recovery_id)
    with transaction.atomic():
        stand_in_line(officer_id)  # before any row: what the person holds for review goes back
        found = _open(recovery_id, by, at)
        password = temporary_password()
        with acting_as(by, found.reason):
            user = get_user_model().objects.select_for_update().get(pk=found.user_id)
            Authenticator.objects.filter(user=user).delete()
            user.set_password(password)
            user.save(update_fields=["password"])
            staff_sessions.end_all(user)
        _settle(found, FactorRecovery.State.APPROVED, by, at)
    return password


def refuse(recovery_id: int, *, by: Any, at: datetime) -> None:
    """Refuse a request as its second person. Raises Refused as ``approve`` does."""
    with transaction.atomic():
        _settle(_open(recovery_id, by, at), FactorRecovery.State.REFUSED, by, at)


def expire(*, at: datetime) -> int:
    """Close the requests that nobody settled within a day; returns how many."""
    return FactorRecovery.objects.filter(
        state=FactorRecovery.State.ASKED, expires_at__lte=at
    ).update(state=FactorRecovery.State.EXPIRED, settled_at=at)


def waiting_for(by: Any, at: datetime) -> list[FactorRecovery]:
    """Return the requests of a person's units that still wait, the oldest first."""
    rows = (
        FactorRecovery.objects.filter(state=FactorRecovery.State.ASKED, expires_at__gt=at)
        .select_related("user__officer__unit", "asked_by")
        .order_by("id")
    )
    return [row for row in rows if row.user.officer.unit.code in by.unit_codes]


def told_to(user: Any, at: datetime) -> FactorRecovery | None:
    """Return the recovery of a person's own factor in the last seven days, to alarm them."""
    found: FactorRecovery | None = (
        FactorRecovery.objects.filter(
            user=user, state=FactorRecovery.State.APPROVED, settled_at__gt=at - TOLD_FOR
        )
        .select_related("asked_by", "settled_by")
        .first()
    )
    return found


def _open(recovery_id: int, by: Any, at: datetime) -> FactorRecovery:
    """Lock and return a request that this person may settle now."""
    found: FactorRecovery = (
        FactorRecovery.objects.select_for_update(of=("self",))
        .select_related("user")
        .get(pk=recovery_id)
    )
    _insist(by, found.user, APPROVER)
    if found.state != FactorRecovery.State.ASKED:
        raise Refused(gettext("This request has been settled already."))
    if found.asked_by_id == by.pk:
        raise Refused(gettext("You asked for it yourself. Another person must approve it."))
    if at >= found.expires_at:
        raise Refused(gettext("The request is older than 24 hours. Ask anew."))
    return found


def _settle(found: FactorRecovery, state: str, by: Any, at: datetime) -> None:
    found.state, found.settled_by, found.settled_at = state, by, at
    found.save(update_fields=["state", "settled_by", "settled_at"])


def _insist(by: Any, user: Any, permission: str) -> None:
    actor = actor_for(by)
    officer = getattr(user, "officer", None)
    if not actor.may(permission):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if user.is_superuser:
        raise Refused(gettext("An account with all power is changed outside these pages only."))
    if user.pk == by.pk:
        raise Refused(gettext("Nobody restores their own second factor. Ask two others."))
    if officer is None or officer.unit.code not in actor.unit_codes:
        raise Refused(gettext("This person belongs to another unit. Ask its administrator."))
    if not user.is_active:
        raise Refused(gettext("This account is closed."))
