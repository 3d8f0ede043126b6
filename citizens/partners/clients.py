"""Clients of the partner API and their rights: made, asked for, approved by another, ended.

Each change is a row with its reason. A right counts once a second person has approved it.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit
from cameras.plates import read_plate
from citizens.partner_models import ApiClient, ApiRight, ClientChange
from citizens.partners import owners
from violations.guards import Refused

MANAGE = "citizens.change_apiclient"
EVERY_UNIT = "*"
LASTS = timedelta(days=730)
MOST_NETWORKS = 20
ADDRESS_OF_NETWORK = re.compile(r"[0-9A-Fa-f.:/]{1,49}", re.ASCII)

#: What a client may be let do, and for which kind of client.
SCOPES = {
    "cases:read": _("cases, without personal data"),
    "events:read": _("the feed of milestones, and webhooks"),
    "payments:read": _("what is owed and paid in a case"),
    "figures:read": _("the published figures"),
    "nominations:write": _("naming who drove, in the fleet's own cases"),
}
OF_FLEETS_ALONE = frozenset({"nominations:write"})


@dataclass(frozen=True)
class Reach:
    """What a client may do and see now. ``unit_ids`` None means every unit."""

    kind: str
    scopes: frozenset[str]
    unit_ids: tuple[int, ...] | None
    client_id: Any
    owner_numbers: tuple[str, ...] = ()


def scopes_for(kind: str) -> dict[str, Any]:
    """Return the scopes a kind of client may be given, with their words."""
    return {
        scope: words
        for scope, words in SCOPES.items()
        if kind == ApiClient.Kind.FLEET or scope not in OF_FLEETS_ALONE
    }


def insist_may_manage(by: Any, reason: str) -> None:
    """Refuse who may not manage clients, and whoever gives no reason. Raises Refused."""
    if not by.has_perm(MANAGE):
        raise Refused(gettext("Your role does not include managing clients of the API."))
    if not reason.strip():
        raise Refused(gettext("Enter the reason: it stays in the history of the client."))


def note_change(
    client: ApiClient, what: str, detail: str, *, reason: str, by: Any, at: datetime
) -> None:
    """Write one change of a client down; ``by`` None is the portal itself."""
    ClientChange.objects.create(
        client=client, what=what, detail=detail[:200], reason=reason.strip()[:400], by=by, at=at
    )


def read_networks(text: str) -> list[str]:
    """Read networks typed one a line or separated by commas. Raises Refused with the wrong one."""
    found = []
    for part in re.split(r"[\s,;]+", text.strip()):
        if not part:
            continue
        try:
            if not ADDRESS_OF_NETWORK.fullmatch(part):
                raise ValueError(part)
            found.append(str(ipaddress.ip_network(part, strict=False)))
        except ValueError as fault:
            sentence = gettext("“%(network)s” is no network. Write it like 203.0.113.0/24.")
            raise Refused(sentence % {"network": part[:50]}) from fault
    if len(found) > MOST_NETWORKS:
        raise Refused(gettext("At most %(most)s networks.") % {"most": MOST_NETWORKS})
    return found


def register(
    name: str,
    kind: str,
    *,
    contact: str,
    per_minute: int,
    per_day: int,
    networks: list[str],
    reason: str,
    by: Any,
    at: datetime,
) -> ApiClient:
    """Make a client, which may do nothing yet. Raises Refused with what to mend."""
    insist_may_manage(by, reason)
    if not name.strip() or kind not in ApiClient.Kind.values:
        raise Refused(gettext("Enter a name and choose what kind of client it is."))
    try:
        validate_email(contact)
    except ValidationError as fault:
        raise Refused(gettext("Enter the e-mail address of the client's operators.")) from fault
    _insist_on_quota(per_minute, per_day)
    try:
        with transaction.atomic():
            client = ApiClient.objects.create(
                name=name.strip()[:160],
                kind=kind,
                contact=contact,
                per_minute=per_minute,
                per_day=per_day,
                networks=networks,
                made_by=by,
                made_at=at,
                expires_at=at + LASTS,
            )
            note_change(client, ClientChange.What.MADE, client.name, reason=reason, by=by, at=at)
    except IntegrityError as fault:
        raise Refused(gettext("There is a client of this name.")) from fault
    return client


def change_limits(
    client: ApiClient,
    *,
    per_minute: int,
    per_day: int,
    networks: list[str],
    reason: str,
    by: Any,
    at: datetime,
) -> None:
    """Set quota and networks. Raises Refused."""
    insist_may_manage(by, reason)
    _insist_on_quota(per_minute, per_day)
    detail = f"{per_minute}/min, {per_day}/d, {', '.join(networks) or '*'}"
    with transaction.atomic():
        ApiClient.objects.filter(pk=client.pk).update(
            per_minute=per_minute, per_day=per_day, networks=networks
        )
        note_change(client, ClientChange.What.LIMITS, detail, reason=reason, by=by, at=at)


def revoke(client: ApiClient, *, reason: str, by: Any, at: datetime) -> None:
    """End a client with all its keys at once; it does not come back. Raises Refused."""
    insist_may_manage(by, reason)
    with transaction.atomic():
        rows = ApiClient.objects.filter(pk=client.pk, revoked_at__isnull=True)
        if rows.update(revoked_at=at):
            note_change(client, ClientChange.What.REVOKED, client.name, reason=reason, by=by, at=at)


def ask_right(
    client: ApiClient,
    what: str,
    value: str,
    *,
    reason: str,
    by: Any,
    at: datetime,
    from_on: date | None = None,
    until_on: date | None = None,
) -> ApiRight:
    """Ask for a right of a client; another person approves it.

    Raises Refused: a scope or unit that does not exist, a vehicle of an agency, a unit of a fleet,
    no proof of the period of ownership, or the same right standing already.
    """
    insist_may_manage(by, reason)
    value = _checked(client, what, value.strip(), from_on, until_on)
    kept = owners.kept(value) if what == "owner" else {"value": value}
    try:
        with transaction.atomic():
            right = ApiRight.objects.create(
                client=client,
                what=what,
                **kept,
                from_on=from_on if what == "plate" else None,
                until_on=until_on if what == "plate" else None,
                reason=reason.strip()[:400],
                asked_by=by,
                asked_at=at,
            )
            note_change(
                client, ClientChange.What.RIGHT_ASKED, str(right), reason=reason, by=by, at=at
            )
    except IntegrityError as fault:
        raise Refused(gettext("The client has this right, or it was asked for already.")) from fault
    return right


def approve_right(right: ApiRight, *, reason: str, by: Any, at: datetime) -> None:
    """Approve what another person asked for. Raises Refused for one's own asking."""
    insist_may_manage(by, reason)
    with transaction.atomic():
        held = ApiRight.objects.select_for_update(of=("self",)).get(pk=right.pk)
        if held.ended_at is not None or held.approved_at is not None:
            raise Refused(gettext("Somebody has settled this already. Load the page again."))
        if held.asked_by_id == by.pk:
            raise Refused(gettext("You asked for it yourself: another person must approve it."))
        held.approved_by, held.approved_at = by, at
        held.save(update_fields=["approved_by", "approved_at"])
        what = ClientChange.What.RIGHT_APPROVED
        note_change(held.client, what, str(held), reason=reason, by=by, at=at)


def end_right(right: ApiRight, *, reason: str, by: Any, at: datetime) -> None:
    """Refuse an asking, or end a right at once. Raises Refused."""
    insist_may_manage(by, reason)
    with transaction.atomic():
        if ApiRight.objects.filter(pk=right.pk, ended_at__isnull=True).update(ended_at=at):
            what = ClientChange.What.RIGHT_ENDED
            note_change(right.client, what, str(right), reason=reason, by=by, at=at)


def reach_of(client: ApiClient) -> Reach:
    """Return what a client may do and see: its approved rights that have not ended."""
    rows = client.rights.filter(approved_at__isnull=False, ended_at__isnull=True)
    held = list(rows.filter(what__in=("scope", "unit")).values_list("what", "value"))
    codes = {value for what, value in held if what == "unit"}
    every = EVERY_UNIT in codes
    ids = Unit.objects.filter(code__in=codes).order_by("pk").values_list("pk", flat=True)
    return Reach(
        client.kind,
        frozenset(value for what, value in held if what == "scope"),
        None if every else tuple(ids),
        client.pk,
        owners.numbers(rows.filter(what="owner")),
    )


def _checked(
    client: ApiClient, what: str, value: str, from_on: date | None, until_on: date | None
) -> str:
    """Return the value as it is kept, or say what is wrong with it. Raises Refused."""
    is_fleet = client.kind == ApiClient.Kind.FLEET
    if what == "scope":
        if value not in scopes_for(client.kind):
            raise Refused(gettext("There is no such scope for this kind of client."))
        return value
    if what == "unit" and not is_fleet:
        if value != EVERY_UNIT and not Unit.objects.filter(code=value).exists():
            raise Refused(gettext("There is no unit of this code."))
        return value
    if what == "plate" and is_fleet:
        reading = read_plate(value)
        if reading.confidence == "invalid" or not reading.normalised:
            raise Refused(
                gettext("This is not a number plate. Write it as on the vehicle: 51K-208.64.")
            )
        if from_on is None:
            raise Refused(gettext("Enter the day from which the fleet has owned the vehicle."))
        if until_on is not None and until_on < from_on:
            raise Refused(gettext("The last day of ownership lies before the first."))
        return reading.normalised
    if what == "owner" and is_fleet:
        return owners.read(value)
    raise Refused(gettext("An agency sees cases of units, a fleet those of its own vehicles."))


def _insist_on_quota(per_minute: int, per_day: int) -> None:
    if not (1 <= per_minute <= 6_000 and 1 <= per_day <= 5_000_000):
        raise Refused(gettext("A quota is 1 to 6000 calls a minute, 1 to 5000000 a day."))
