"""Joiners, movers and leavers: one function an act, each with its reason in the history of rights.

The rows of ``RightsChange`` are written by triggers; what is said here is who acts and why.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext

from cameras.models import Unit
from violations import staff_sessions
from violations.actors import actor_for
from violations.guards import Refused, day_in_viet_nam
from violations.models import (
    Decision,
    Delegation,
    Officer,
    OfficerTitle,
    RightsChange,
    SigningBatch,
    SigningItem,
)
from violations.open_work import OpenWork, open_work
from violations.review_queue import release_all, stand_in_line
from violations.role_rules import ADMINISTRATOR, forbidden_pairs
from violations.roles import ROLES

#: Without letters and digits that are mistaken for each other when read out or typed.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LONGEST_REASON = 400
REVIEWER = "violations.review_case"


@dataclass(frozen=True)
class Joiner:
    """What is known of a person on the first day."""

    username: str
    full_name: str
    badge: str
    unit: Unit
    title: str
    title_from: date
    roles: Collection[str]


@contextmanager
def acting_as(by: Any, reason: str) -> Iterator[None]:
    """Open a transaction in which the triggers know who changes rights, and why."""
    with transaction.atomic():
        _tell_the_triggers(str(by.pk), reason)
        yield
        _tell_the_triggers("", "")  # a transaction around this one may go on to other things


def join(joiner: Joiner, *, reason: str, by: Any, at: datetime) -> tuple[Officer, str]:
    """Open the account of a new officer and return it with a temporary password.

    The password is shown once, to the administrator; it must be changed at the first sign-in, and a
    second factor set up. Raises Refused for a name or badge that is taken and for roles that nobody
    holds together.
    """
    said = worded(reason)
    user_model = get_user_model()
    password = temporary_password()
    with acting_as(by, said):
        insist_on_the_right(by, joiner.unit)
        groups = groups_of(joiner.roles)
        user = user_model(
            username=joiner.username.strip(), full_name=joiner.full_name.strip(), is_staff=True
        )
        user.set_password(password)
        try:
            user.full_clean(exclude=["password"])
        except ValidationError as fault:
            raise Refused(fault.messages) from None
        badge = joiner.badge.strip()
        if not badge or Officer.objects.filter(badge=badge).exists():
            raise Refused(gettext("This badge number is missing or already given."))
        user.save()
        user.groups.set(groups)
        officer = Officer.objects.create(user=user, badge=badge, unit=joiner.unit)
        OfficerTitle.objects.create(officer=officer, title=joiner.title, from_day=joiner.title_from)
    return officer, password


def move(
    officer_id: int, unit: Unit, *, title: str, on: date, reason: str, by: Any, at: datetime
) -> OpenWork:
    """Move an officer to another unit or title from ``on``, and return what stays open.

    In another unit nothing of the former goes on: leases are given back, delegations given and held
    end, an open signing batch is given up. Drafts proposed stay: they belong to the case. Raises
    Refused for a day to come, and for a move that moves nothing.
    """
    said = worded(reason)
    today = day_in_viet_nam(at)
    with acting_as(by, said):
        officer = locked(officer_id, by)
        insist_on_the_right(by, unit)
        held = officer.titles.filter(until_day__isnull=True).first()
        same_title = held is not None and held.title == title
        if unit == officer.unit and same_title:
            raise Refused(gettext("Choose another unit or another title."))
        if on > today:
            raise Refused(gettext("Record the move on the day it takes effect, not before."))
        if not same_title:
            _end_title(officer, on - timedelta(days=1))
            OfficerTitle.objects.create(officer=officer, title=title, from_day=on)
        left = open_work(officer)
        if unit != officer.unit:
            _let_go(officer, on=max(on, today), at=at)
            officer.unit = unit
            officer.save(update_fields=["unit"])
    return left


def change_roles(user_id: int, roles: Collection[str], *, reason: str, by: Any) -> None:
    """Give a person exactly these roles.

    Raises Refused for one's own roles, for roles that nobody holds together, and when nobody would
    be left who manages people.
    """
    said = worded(reason)
    with acting_as(by, said):
        officer = locked(get_user_model().objects.get(pk=user_id).officer.pk, by)
        user = officer.user
        if not user.is_active:
            raise Refused(gettext("This account is closed; it holds no roles."))
        groups = groups_of(roles)
        if ADMINISTRATOR not in roles:
            _keep_an_administrator(user)
        if {group.pk for group in groups} == set(user.groups.values_list("pk", flat=True)):
            raise Refused(gettext("These are the roles the person holds already."))
        user.groups.set(groups)
        if not actor_for(user).may(REVIEWER):
            release_all(officer)


def leave(officer_id: int, *, reason: str, by: Any, at: datetime) -> OpenWork:
    """Close the account of an officer who leaves, and return what was open, for the supervisor.

    Sessions end, roles and title end, leases are given back, delegations are revoked. Nothing is
    deleted: every act stands under the name it was done in. Raises Refused for oneself and for the
    last administrator.
    """
    said = worded(reason)
    today = day_in_viet_nam(at)
    with acting_as(by, said):
        officer = locked(officer_id, by)
        user = officer.user
        if not user.is_active:
            raise Refused(gettext("This account is closed already."))
        _keep_an_administrator(user)
        left = open_work(officer)
        _let_go(officer, on=today, at=at)
        _end_title(officer, today)
        user.groups.clear()
        user.is_active = False
        user.save(update_fields=["is_active"])
        staff_sessions.end_all(user)
    return left


def temporary_password() -> str:
    """Return a password of sixteen letters and digits in groups of four: 79 bits by chance."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def must_change_password(user: Any) -> bool:
    """Tell whether the password was last set by somebody else, and so is known to two."""
    setter = (
        RightsChange.objects.filter(
            user=user, what__in=[RightsChange.What.OPENED, RightsChange.What.PASSWORD]
        )
        .order_by("-id")
        .values_list("changed_by_id", flat=True)
        .first()
    )
    return setter is not None and setter != user.pk


def _tell_the_triggers(actor: str, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('portal.actor', %s, true), set_config('portal.reason', %s, true)",
            [actor, reason],
        )


def worded(reason: str) -> str:
    """Return a reason on one line. Raises Refused for an empty one."""
    said = " ".join(reason.replace("\x00", "").split())
    if not said:
        raise Refused(gettext("Write the reason."))
    return said[:LONGEST_REASON]


def insist_on_the_right(by: Any, unit: Unit) -> None:
    """Insist that a person manages the people of a unit. Raises Refused."""
    actor = actor_for(by)
    if not actor.may("citizens.change_user"):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    if unit.code not in actor.unit_codes:
        raise Refused(gettext("This person belongs to another unit. Ask its administrator."))


def locked(officer_id: int, by: Any) -> Officer:
    """Lock and return the officer whose rights change: another person of the actor's units."""
    # Before any row, as in every act on the queue: leases may have to be given back.
    stand_in_line(officer_id)
    # One change of rights at a time: two administrators cannot each take the other's role.
    Group.objects.select_for_update().get(name=ADMINISTRATOR)
    found: Officer = (
        Officer.objects.select_for_update(of=("self",))
        .select_related("user", "unit")
        .get(pk=officer_id)
    )
    insist_on_the_right(by, found.unit)
    if found.user_id == by.pk:
        raise Refused(gettext("Nobody changes their own rights. Ask another administrator."))
    if found.user.is_superuser:
        raise Refused(gettext("An account with all power is changed outside these pages only."))
    return found


def groups_of(roles: Collection[str]) -> list[Group]:
    """Return the groups of roles. Raises Refused for none, and for roles nobody holds together."""
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        raise Refused(gettext("Choose at least one role of the list."))
    against = forbidden_pairs(roles)
    if against:
        raise Refused(
            [
                gettext("%(first)s and %(second)s are never held by one person.")
                % {"first": gettext(first), "second": gettext(second)}
                for first, second in against
            ]
        )
    return list(Group.objects.filter(name__in=roles))


def _keep_an_administrator(user: Any) -> None:
    """Refuse to take the last active administrator away."""
    administrators = get_user_model().objects.filter(
        groups__name=ADMINISTRATOR, is_active=True, is_staff=True
    )
    if administrators.filter(pk=user.pk).exists() and administrators.count() < 2:
        raise Refused(
            gettext("This is the last administrator. Give the role to somebody else first.")
        )


def _end_title(officer: Officer, last_day: date) -> None:
    held = officer.titles.filter(until_day__isnull=True).first()
    if held is None:
        return
    if last_day < held.from_day:
        raise Refused(gettext("The title held now began on that day or later; choose a later day."))
    held.until_day = last_day
    held.save(update_fields=["until_day"])


def _let_go(officer: Officer, *, on: date, at: datetime) -> None:
    """Give back what is held under the former unit: leases, delegations, an open batch."""
    release_all(officer)
    batch = (
        SigningBatch.objects.select_for_update()
        .filter(leader=officer, state=SigningBatch.State.OPEN)
        .first()
    )
    if batch is not None:
        batch.items.filter(outcome=SigningItem.Outcome.WAITING).update(
            outcome=SigningItem.Outcome.LEFT_OUT, settled_at=at
        )
        batch.state = SigningBatch.State.GIVEN_UP
        batch.closed_at = at
        batch.save(update_fields=["state", "closed_at"])
    running = Delegation.objects.select_for_update().filter(
        revoked_on__isnull=True, ends_on__gte=on
    )
    for delegation in [*running.filter(head=officer), *running.filter(deputy=officer)]:
        delegation.revoked_on = max(on, delegation.signed_on, _day_after_its_last_use(delegation))
        delegation.save(update_fields=["revoked_on"])


def _day_after_its_last_use(delegation: Delegation) -> date:
    """Return the day from which no decision rests on a delegation any more."""
    last = Decision.objects.filter(delegation=delegation).aggregate(day=Max("decided_on"))["day"]
    return last + timedelta(days=1) if last else delegation.signed_on
