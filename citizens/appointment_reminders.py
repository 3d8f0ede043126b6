"""Remind people of an appointment: the day before, in working hours of Viet Nam, and once.

Whom: the person the appointment is about, at the contact he agreed to be told at (electronic
delivery), else at that of his account where he wants to be told. The appointment knows nobody, so
the case says who: the offender once there is one, before that the owner. Nobody agreed: nobody is
told. The row of the reminder is one an appointment by constraint, and keeps no contact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta

from django.db.models import F, QuerySet

from citizens import appointments
from citizens.consents import in_force, person_digest
from citizens.models import Appointment, AppointmentReminder, AppointmentSlot, CitizenAccount
from notices.channels import Channel, ChannelError, Undeliverable
from notices.channels.texts import appointment_tomorrow
from notices.models import PaperDelivery
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import Party, Violation

State, Route = AppointmentReminder.State, PaperDelivery.Route
OPENS, CLOSES = time(8), time(17)
TOGETHER = 100
AGAIN_AFTER = timedelta(minutes=10)


def is_working_hour(at: datetime) -> bool:
    """Tell whether people may be written to now."""
    return OPENS <= at.astimezone(VIET_NAM).time() < CLOSES


def due(*, at: datetime) -> QuerySet[Appointment]:
    """Return tomorrow's appointments that stand and have no reminder yet; none out of hours.

    Who booked today knows it: he is not reminded.
    """
    rows = Appointment.objects.filter(state=Appointment.State.BOOKED, reminder__isnull=True)
    if not is_working_hour(at):
        return rows.none()
    today = day_in_viet_nam(at)
    tomorrow = appointments.on_day(AppointmentSlot.objects.all(), today + timedelta(days=1))
    began = datetime.combine(today, time.min, VIET_NAM)
    return rows.filter(
        slot__in=tomorrow.order_by(),
        case__status__in=appointments.RECEIVES,
        booked_at__lt=began,
    )


def waiting(*, at: datetime) -> QuerySet[AppointmentReminder]:
    """Return the reminders that are to be sent now; none out of hours."""
    rows = AppointmentReminder.objects.filter(state=State.WAITING, next_attempt_at__lte=at)
    return rows if is_working_hour(at) else rows.none()


def write_due(*, at: datetime) -> int:
    """Write down whom to remind; returns how many. Again it writes nothing."""
    chosen = list(due(at=at).values_list("pk", flat=True)[:1_000])
    AppointmentReminder.objects.bulk_create(
        [AppointmentReminder(appointment_id=pk, next_attempt_at=at) for pk in chosen],
        ignore_conflicts=True,
    )
    return len(chosen)


def send_due(channels: Mapping[str, Channel], *, now: Callable[[], datetime]) -> int:
    """Send what is due; returns how many people were reminded.

    Each row is claimed by its attempt before anything is sent: a second worker passes it by, and
    what a dead one left comes again under the same key.
    """
    told = 0
    rows = waiting(at=now()).select_related("appointment__slot__unit", "appointment__case")
    for reminder in rows.order_by("next_attempt_at", "pk")[:TOGETHER]:
        at = now()
        claimed = waiting(at=at).filter(pk=reminder.pk, attempts=reminder.attempts)
        if claimed.update(attempts=F("attempts") + 1, next_attempt_at=at + AGAIN_AFTER):
            told += _tell(reminder, channels, at=at)
    return told


def contacts_of(case: Violation) -> dict[str, str]:
    """Return where the person of a case agreed to be told, by route; empty where he did not."""
    roles = {party.role: party for party in case.parties.all()}
    party = roles.get(Party.Role.OFFENDER) or roles.get(Party.Role.OWNER)
    if party is None or not party.identity_number:
        return {}
    person = person_digest(party.identity_number)
    consent = in_force(person)
    if consent is not None:
        found = {Route.EMAIL: consent.email, Route.SMS: consent.phone}
    else:
        account = CitizenAccount.objects.filter(person_digest=person).first()
        if account is None:
            return {}
        found = {
            Route.EMAIL: account.email if account.alerts_by_email else "",
            Route.SMS: account.phone if account.alerts_by_sms else "",
        }
    return {str(route): contact for route, contact in found.items() if contact}


def _tell(reminder: AppointmentReminder, channels: Mapping[str, Channel], *, at: datetime) -> bool:
    """Send by every way agreed to, each once; what the day has passed by is stopped."""
    booked = Appointment.objects.select_related("slot__unit", "case").get(
        pk=reminder.appointment_id
    )
    starts_at = booked.slot.starts_at.astimezone(VIET_NAM)
    contacts = contacts_of(booked.case)
    stands = (
        booked.state == Appointment.State.BOOKED
        and booked.case.status in appointments.RECEIVES
        and day_in_viet_nam(at) == starts_at.date() - timedelta(days=1)
    )
    if not stands or not contacts:
        _end(reminder, State.STOPPED)
        return False
    message = appointment_tomorrow(booked.slot.unit.code, starts_at)
    is_open = has_gone = False
    for route, field in ((Route.EMAIL, "email_sent_at"), (Route.SMS, "sms_sent_at")):
        if getattr(reminder, field) is not None:
            has_gone = True
            continue
        if route not in contacts or route not in channels:
            continue
        try:
            channels[route].send(
                key=f"{booked.pk}-{route}", destination=contacts[route], message=message
            )
        except Undeliverable:
            continue
        except ChannelError:
            is_open = True
            continue
        AppointmentReminder.objects.filter(pk=reminder.pk).update(**{field: at})
        has_gone = True
    if is_open:
        return False
    if not has_gone:
        _end(reminder, State.STOPPED)
        return False
    return _end(reminder, State.TOLD, at)


def _end(reminder: AppointmentReminder, state: str, at: datetime | None = None) -> bool:
    """End a reminder that waits; False when it has ended already."""
    open_still = AppointmentReminder.objects.filter(pk=reminder.pk, state=State.WAITING)
    return bool(open_still.update(state=state, told_at=at))
