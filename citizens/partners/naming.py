"""A fleet names the driver of one of its own cases by machine: once for each key of a sending.

The act is the one of the page and of the fleet's file (``nominations.name``) with all its guards.
Whose vehicle it was on that day is known from the client's rights, which two administrators have
checked; a case out of reach is a missing one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from citizens import fleet_files, limits, nominations
from citizens.fleet_files import Row
from citizens.fleets import driver_of
from citizens.limits import DAY, Limit
from citizens.models import ApiClient, ApiNomination, Nomination
from citizens.partners.clients import Reach
from citizens.partners.reach import cases_of
from violations.guards import Refused
from violations.models import Violation

#: As many as one file of a fleet holds.
NAMED_BY_A_CLIENT = (Limit("nominate-client-day", fleet_files.MOST_ROWS, DAY),)
State = Nomination.State
#: What the API calls a state. An open nomination is "notified" once its person was told.
TOLD_AS = {
    State.OPEN: "named",
    State.ACCEPTED: "accepted",
    State.REFUSED: "refused",
    State.PASSED_ON: "passed_on",
    State.WITHDRAWN: "withdrawn",
    State.EXPIRED: "lapsed",
}
STATES = ("named", "notified", "accepted", "refused", "passed_on", "withdrawn", "lapsed")


class NoSuchCase(Exception):
    """There is no case of this number that the client may see."""


class KeyTaken(Exception):
    """The key of the sending stands for something else already."""


def name(
    client: ApiClient, reach: Reach, number: str, row: Row, *, key: str, at: datetime
) -> ApiNomination:
    """Name who drove, by a fleet; the same key with the same contents returns the first answer.

    A refused sending leaves nothing behind, so its key may be used again. Raises NoSuchCase,
    KeyTaken, Refused with what to do, and limits.TooMany.
    """
    case = cases_of(reach).filter(number=number).first()
    if case is None:
        raise NoSuchCase
    sent = _digest(number, row)
    known = ApiNomination.objects.filter(client=client, key=key).first()
    if known is None:
        if row.plate != case.plate:
            raise Refused(
                gettext("The case is about another vehicle: check its number and the plate.")
            )
        limits.spend(NAMED_BY_A_CLIENT, f"client:{client.pk}", at=at)
        try:
            known = _name(client, case, row, key=key, sent=sent, at=at)
        except IntegrityError as fault:  # the key was used for another case at this moment
            raise KeyTaken from fault
    if bytes(known.body_digest) != sent:
        raise KeyTaken
    return known


def find(client: ApiClient, reach: Reach, nomination_id: object) -> Nomination | None:
    """Return what a client has named in a case it may still see, None for anything else."""
    found: Nomination | None = (
        Nomination.objects.select_related("case")
        .filter(pk=nomination_id, sent_by__client=client, case__in=cases_of(reach))
        .first()
    )
    return found


def state_of(nomination: Nomination, *, at: datetime) -> str:
    """Return where a nomination stands, in the words of the API."""
    if nomination.state != State.OPEN:
        return TOLD_AS[State(nomination.state)]
    if at >= nomination.expires_at:
        return "lapsed"
    return "named" if nomination.sent_at is None else "notified"


def _name(
    client: ApiClient, case: Violation, row: Row, *, key: str, sent: bytes, at: datetime
) -> ApiNomination:
    form = hashlib.sha256(f"{client.pk}:{key}".encode()).hexdigest()
    with transaction.atomic():
        nomination = nominations.name(
            case.pk,
            driver_of(row, f"Nêu qua kết nối của {client.name}, mã lần gửi {key}"),
            form_key=f"api:{form[:56]}",
            identified=True,
            at=at,
        )
        # Another sender of the same key may have been first at the lock of the case.
        made, _is_new = ApiNomination.objects.get_or_create(
            client=client,
            key=key,
            defaults={"body_digest": sent, "nomination": nomination, "made_at": at},
        )
    return made


def _digest(number: str, row: Row) -> bytes:
    """Return a keyed digest of what a sending says; spelling and order of fields do not count."""
    told: Mapping[str, str] = {
        "case": number,
        "plate": row.plate,
        "from_on": f"{row.from_on}",
        "until_on": f"{row.until_on}",
        "full_name": row.full_name,
        "address": row.address,
        "email": row.email,
        "phone": row.phone,
    }
    return limits.digest("nomination", json.dumps(told, sort_keys=True))
