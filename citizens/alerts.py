"""Tell owners of watched vehicles that a case became public: written with the step, sent later.

The alert is a row of the same transaction as the notice, one for an account and a case by
constraint. Before it is sent the register is asked anew: the vehicle may have been sold, its plate
handed back or auctioned, and then nobody is told and the watch ends. A message holds no link, no
place and no amount; what it is about stands in the account.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from kombu.exceptions import OperationalError

from citizens.consents import person_digest
from citizens.lookup import spellings
from citizens.models import CitizenAccount, PlateAlert, WatchedPlate
from citizens.watching import ask_register, is_owner
from notices.channels import Channel, ChannelError, Undeliverable
from notices.channels.texts import new_case
from notices.models import PaperDelivery
from violations.models import CaseEvent, Party, Violation
from violations.registry import RegisterError
from violations.workflow import PUBLIC

State, End, Route = PlateAlert.State, WatchedPlate.End, PaperDelivery.Route
TOGETHER = 50
MOST_WAIT = timedelta(hours=1)
MOST_ATTEMPTS = 8  # to send; after it the account alone tells


def write(case: Violation, event: CaseEvent, at: datetime) -> None:
    """Write down who is told that a case is public; in the transaction of the step that made it so.

    Only the owner of the case is: who sold the vehicle before it is not.
    """
    if event.to_status != Violation.Status.NOTIFIED:
        return
    watches = list(
        WatchedPlate.objects.filter(plate__in=spellings(case.plate), ended_at__isnull=True)
    )
    if not watches:
        return
    owner = case.parties.filter(role=Party.Role.OWNER).first()
    if owner is None or not owner.identity_number:
        return
    known = person_digest(owner.identity_number)
    PlateAlert.objects.bulk_create(
        [
            PlateAlert(
                account_id=watch.account_id,
                watch=watch,
                case=case,
                written_at=at,
                next_attempt_at=at,
            )
            for watch in watches
            if hmac.compare_digest(bytes(watch.owner_digest), known)
        ],
        ignore_conflicts=True,
    )
    _kick()


def due(*, at: datetime) -> QuerySet[PlateAlert]:
    """Return the alerts that are to be sent now."""
    return PlateAlert.objects.filter(state=State.WAITING, next_attempt_at__lte=at)


def send_due(channels: Mapping[str, Channel], *, now: Callable[[], datetime]) -> int:
    """Send what is due; returns how many people were told.

    Each row is claimed by its attempt before anything is asked or sent: a second worker passes it
    by, and what a dead one left comes again under the same key.
    """
    told = 0
    rows = due(at=now()).select_related("watch", "account", "case").order_by("next_attempt_at")
    for alert in rows[:TOGETHER]:
        at = now()
        wait = min(timedelta(minutes=2**alert.attempts), MOST_WAIT)
        claimed = due(at=at).filter(pk=alert.pk, attempts=alert.attempts)
        if not claimed.update(attempts=F("attempts") + 1, next_attempt_at=at + wait):
            continue
        alert.attempts += 1
        if _is_still_the_owners(alert, at=at):
            told += _tell(alert, channels, at=at)
    return told


def told_to(account: CitizenAccount) -> QuerySet[PlateAlert]:
    """Return what an account was told, the newest first."""
    return account.alerts.filter(state=State.TOLD).select_related("case", "watch")


def _is_still_the_owners(alert: PlateAlert, *, at: datetime) -> bool:
    """Ask the register, and end the watch of a vehicle that is another's; False: not told now."""
    watch = alert.watch
    if watch.ended_at is not None or alert.case.status not in PUBLIC:
        _stop(alert)
        return False
    try:
        vehicle = ask_register(watch.plate, watch.plate_colour, watch.vehicle_class)
    except RegisterError:
        return False
    if vehicle is not None and is_owner(vehicle, bytes(watch.owner_digest)):
        return True
    with transaction.atomic():
        WatchedPlate.objects.filter(pk=watch.pk, ended_at__isnull=True).update(
            ended_at=at, end_reason=End.GONE if vehicle is None else End.OWNER
        )
        _stop(alert)
    return False


def _tell(alert: PlateAlert, channels: Mapping[str, Channel], *, at: datetime) -> bool:
    """Send by every way the account wants; what a way cannot deliver, the account tells alone."""
    account, message = alert.account, new_case(alert.watch.plate_display)
    wanted = (
        (Route.EMAIL, account.alerts_by_email and account.email, "email_sent_at"),
        (Route.SMS, account.alerts_by_sms and account.phone, "sms_sent_at"),
    )
    is_open = False
    for route, contact, field in wanted:
        if not contact or route not in channels or getattr(alert, field) is not None:
            continue
        try:
            channels[route].send(
                key=f"{alert.pk}-{route}", destination=str(contact), message=message
            )
        except Undeliverable:
            continue
        except ChannelError:
            is_open = True
            continue
        PlateAlert.objects.filter(pk=alert.pk).update(**{field: at})
    if is_open and alert.attempts < MOST_ATTEMPTS:
        return False
    return bool(
        PlateAlert.objects.filter(pk=alert.pk, state=State.WAITING).update(
            state=State.TOLD, told_at=at
        )
    )


def _stop(alert: PlateAlert) -> None:
    PlateAlert.objects.filter(pk=alert.pk, state=State.WAITING).update(state=State.STOPPED)


def _kick() -> None:
    """Ask for sending once the step is committed; if the queue is down, beat finds the rows."""
    from citizens.tasks import send_alerts

    def ask() -> None:
        with suppress(OperationalError):
            send_alerts.apply_async(expires=10)

    transaction.on_commit(ask, robust=True)
