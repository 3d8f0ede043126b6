"""Watch a vehicle: only its owner may, and only for as long as the register names the owner.

A plate is on every road; whoever could watch any plate would follow a person. So a watch begins
with a proof: the identity of the account is the owner's in the vehicle register, or the person
opened a case of the plate as its owner (paper, and a code sent to the contact on file). Everything
else is refused with one sentence, whether the plate exists or not.
"""

from __future__ import annotations

import hmac
import uuid
from datetime import datetime

import httpx
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from cameras.plates import format_plate
from citizens import citizen_accounts, limits, person
from citizens.consents import person_digest
from citizens.grants import Grant, Level
from citizens.limits import DAY, Limit
from citizens.lookup import spellings
from citizens.models import AccountEvent, CitizenAccount, WatchedPlate
from violations.guards import Refused
from violations.models import Party, Violation
from violations.registry import RegisterClient, RegisteredVehicle, RegisterRefused

Proof, End, What = WatchedPlate.Proof, WatchedPlate.End, AccountEvent.What
QUESTIONS = (Limit("watch-day", 20, DAY),)
MOST_WATCHED = 20


def watch_by_register(
    account: CitizenAccount, plate: str, plate_colour: str, vehicle_class: str, *, at: datetime
) -> WatchedPlate:
    """Watch a plate whose registered owner is the account's holder.

    The register is asked outside any transaction. Raises Refused where the identity is not proved
    or the register names another, registry.RegisterUnavailable, and limits.TooMany.
    """
    if account.person_digest is None:
        raise Refused(
            gettext(
                "Prove your identity first: the vehicle register is asked whether this vehicle "
                "is yours."
            )
        )
    limits.spend(QUESTIONS, str(account.pk), at=at)
    owner = bytes(account.person_digest)
    found = next(
        (
            vehicle
            for spelling in spellings(plate)
            if (vehicle := ask_register(spelling, plate_colour, vehicle_class)) is not None
        ),
        None,
    )
    if found is None or not is_owner(found, owner):
        raise Refused(
            gettext(
                "The register does not name you as the owner of this vehicle. Compare plate, "
                "colour and type with the registration; for a vehicle that is not yours there are "
                "no alerts."
            )
        )
    return _begin(
        account,
        plate=found.plate,
        plate_display=found.plate_display,
        plate_colour=found.plate_colour,
        vehicle_class=found.vehicle_class,
        owner=owner,
        proof=Proof.REGISTER,
        at=at,
    )


def watch_by_case(
    account: CitizenAccount, grant: Grant, case: Violation, *, at: datetime
) -> WatchedPlate:
    """Watch the plate of a case that the account's holder opened as the vehicle's owner.

    Raises Refused below the level of a person, and for whoever is not the owner in the case: who
    drove another's vehicle is not told of that vehicle.
    """
    roles = {party.role for party in person.person_of(grant, case)}
    if grant.level is not Level.PERSON or Party.Role.OWNER not in roles:
        raise Refused(
            gettext(
                "Only the owner of the vehicle gets alerts. Open the case with the code on the "
                "paper and prove that you are the person it is addressed to."
            )
        )
    owner = bytes.fromhex(grant.person)
    if account.person_digest is not None and bytes(account.person_digest) != owner:
        raise Refused(
            gettext("This vehicle is another person's than the one whose account this is.")
        )
    return _begin(
        account,
        plate=case.plate,
        plate_display=case.plate_display or format_plate(case.plate),
        plate_colour=case.plate_colour,
        vehicle_class=case.vehicle_class,
        owner=owner,
        proof=Proof.PAPER,
        at=at,
    )


def stop(account: CitizenAccount, watch_id: uuid.UUID, *, at: datetime) -> bool:
    """Stop watching a vehicle by the person's own word; False for another's."""
    ended = account.watches.filter(pk=watch_id, ended_at__isnull=True).update(
        ended_at=at, end_reason=End.PERSON
    )
    if ended:
        citizen_accounts.note(account, What.UNWATCHED, at=at)
    return bool(ended)


def ask_register(plate: str, plate_colour: str, vehicle_class: str) -> RegisteredVehicle | None:
    """Return what the register knows of a vehicle, None when it is unknown or not to be asked.

    Raises registry.RegisterUnavailable.
    """
    with httpx.Client(timeout=httpx.Timeout(5.0), follow_redirects=False) as http:
        register = RegisterClient(settings.REGISTER_URL, settings.KEYS["REGISTER_TOKEN"], http)
        try:
            return register.find(plate, plate_colour, vehicle_class)
        except RegisterRefused:
            return None


def is_owner(vehicle: RegisteredVehicle, owner: bytes) -> bool:
    """Tell whether the registered owner of a vehicle is a person, by the keyed digest."""
    return hmac.compare_digest(person_digest(vehicle.owner.identity_number), owner)


def _begin(
    account: CitizenAccount,
    *,
    plate: str,
    plate_display: str,
    plate_colour: str,
    vehicle_class: str,
    owner: bytes,
    proof: str,
    at: datetime,
) -> WatchedPlate:
    """Write a watch down; one that is there already is returned, so twice is once."""
    rows = account.watches.filter(ended_at__isnull=True)
    with transaction.atomic():
        # Two presses at once, and the bound, are decided one after the other.
        CitizenAccount.objects.select_for_update().only("pk").get(pk=account.pk)
        known = rows.filter(plate=plate, plate_colour=plate_colour).first()
        if known is not None:
            return known
        if rows.count() >= MOST_WATCHED:
            raise Refused(
                gettext("%(count)d vehicles are watched already. Remove one first.")
                % {"count": MOST_WATCHED}
            )
        try:
            made = WatchedPlate.objects.create(
                account=account,
                plate=plate,
                plate_display=plate_display,
                plate_colour=plate_colour,
                vehicle_class=vehicle_class,
                owner_digest=owner,
                proof=proof,
                since=at,
            )
        except IntegrityError as fault:  # held by the lock above; the constraint is the last word
            raise Refused(gettext("This vehicle is watched already. Reload the page.")) from fault
        citizen_accounts.note(account, What.WATCHED, at=at)
    return made
