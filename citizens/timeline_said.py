"""What people said and booked in a case, for its timeline: never a name, whoever looks.

A statement is told as "you" to the person who proved to be who made it, and to who holds the code
of the notice it was made with; to everybody else only that it was made. Who was named is told by
nothing but the state: the person named reads his own part under his own code.
"""

from __future__ import annotations

import hmac
from datetime import datetime

from django.utils.translation import gettext

from citizens.appointments import RECEIVES
from citizens.consents import person_digest
from citizens.grants import Grant, Level
from citizens.models import Appointment, DriverStatement, Nomination
from citizens.timeline import Said
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import Party, Violation


def said_in(case: Violation, grant: Grant, *, at: datetime) -> list[Said]:
    """Return statements, people named and appointments, the oldest first."""
    found = [
        *((row.named_at, _named(row, case, grant)) for row in case.nominations.order_by("depth")),
        *((row.made_at, _stated(row, grant)) for row in case.driver_statements.all()),
    ]
    rows = [said for _moment, said in sorted(found, key=lambda each: each[0])]
    booked = case.appointments.filter(state=Appointment.State.BOOKED).select_related("slot__unit")
    times = [_booked(row, at) for row in booked]
    # About an ended case nobody comes any more.
    return rows + [said for said in times if said.is_done or case.status in RECEIVES]


def _stated(statement: DriverStatement, grant: Grant) -> Said:
    if _is_his(statement, grant):
        title = gettext("You said that you drove")
    elif statement.nomination_id is not None:
        title = gettext("The person named said that he drove")
    else:
        title = gettext("A person said that he drove")
    return Said(
        title,
        f"{_day(statement.made_at)} · {statement.get_state_display()}",
        "speech",
        day_in_viet_nam(statement.made_at),
    )


def _named(nomination: Nomination, case: Violation, grant: Grant) -> Said:
    if nomination.predecessor_id is not None:
        title = gettext("The person named has named another person")
    elif _is_owners(case, grant):
        title = gettext("You named another person as the driver")
    else:
        title = gettext("Another person was named as the driver")
    return Said(
        title,
        f"{_day(nomination.named_at)} · {nomination.get_state_display()}",
        "users",
        day_in_viet_nam(nomination.named_at),
    )


def _booked(appointment: Appointment, at: datetime) -> Said:
    starts_at = appointment.slot.starts_at.astimezone(VIET_NAM)
    is_past = appointment.slot.starts_at <= at
    return Said(
        gettext("Appointment at the unit"),
        f"{starts_at:%H:%M, %d/%m/%Y} · {appointment.slot.unit.name}",
        "calendar",
        starts_at.date(),
        is_done=is_past,
    )


def _is_his(statement: DriverStatement, grant: Grant) -> bool:
    """Tell whether who looks made the statement; erased words are nobody's any more."""
    if statement.erased_at is not None:
        return False
    if grant.level is Level.PERSON:
        known = person_digest(statement.identity_number)
        return hmac.compare_digest(known, bytes.fromhex(grant.person))
    return statement.nomination_id is None and statement.manner == DriverStatement.Manner.DECLARED


def _is_owners(case: Violation, grant: Grant) -> bool:
    """Tell whether who looks proved to be the owner, whose side names the first of a chain."""
    if grant.level is not Level.PERSON:
        return False
    owner = case.parties.filter(role=Party.Role.OWNER).first()
    if owner is None or not owner.identity_number:
        return False
    return hmac.compare_digest(person_digest(owner.identity_number), bytes.fromhex(grant.person))


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(VIET_NAM):%d/%m/%Y}"
