"""Come to the unit at a time of one's own choice: slots of a unit, and who comes when.

An appointment moves no deadline. Locks: the case row first, then the slot; the places of a slot are
counted again under its lock, so that no two people get the last one.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext

from cameras.models import Unit
from citizens.models import Appointment, AppointmentSlot
from notices.calendars import current_calendar
from notices.workdays import is_working_day
from violations.actors import Actor
from violations.guards import VIET_NAM, Refused, day_in_viet_nam, print_day
from violations.models import Violation
from violations.workflow.step import PROPOSE

State = Appointment.State
#: From the notice until the case is closed there is something to say at the unit.
RECEIVES = ("notified", "recorded", "decided", "served", "enforced")
SOONEST = timedelta(hours=2)
SHOWN_AHEAD = timedelta(days=45)
LAST_DAYS = ("no_show", "hearing_request_due", "explanation_due", "pay_due")
MOST_SLOTS = 200


@dataclass(frozen=True)
class Offer:
    """A time that can still be chosen, and how many places are left."""

    slot: AppointmentSlot
    left: int


@dataclass(frozen=True)
class Times:
    """The times a unit opens: each working day of a period, at these hours."""

    from_on: date
    until_on: date
    hours: Sequence[time]
    minutes: int
    capacity: int


def offers(case: Violation, *, at: datetime) -> list[Offer]:
    """Return the times of the case's unit with a place left, on working days, the soonest first."""
    calendar = current_calendar()
    taken = Count("appointments", filter=Q(appointments__state=State.BOOKED))
    rows = (
        AppointmentSlot.objects.filter(
            unit=case.unit,
            closed_at__isnull=True,
            starts_at__gt=at + SOONEST,
            starts_at__lt=at + SHOWN_AHEAD,
        )
        .annotate(taken=taken)
        .filter(taken__lt=F("capacity"))
        .order_by("starts_at")  # said here: a count drops the order of the model
    )
    return [
        Offer(slot, slot.capacity - slot.taken)
        for slot in rows[:MOST_SLOTS]
        if is_working_day(day_in_viet_nam(slot.starts_at), calendar)
    ]


def booked(case: Violation) -> Appointment | None:
    """Return the appointment of a case that stands, None when there is none."""
    return case.appointments.filter(state=State.BOOKED).select_related("slot__unit").first()


def last_day(case: Violation) -> date | None:
    """Return the nearest running last day of a case; an appointment after it does not move it."""
    clocks = case.deadlines.filter(name__in=LAST_DAYS, met_on__isnull=True).order_by("due_on")
    first = clocks.first()
    return None if first is None else first.due_on


def book(case_id: uuid.UUID, slot_id: int, *, form_key: str, at: datetime) -> Appointment:
    """Book a time, or move the appointment to it; the same form key again changes nothing.

    Raises Refused when the time is full, closed, too near or of another unit, and for a case about
    which nobody needs to come.
    """
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        known = case.appointments.filter(form_key=form_key).first()
        if known is not None:
            return known
        if case.status not in RECEIVES:
            raise Refused(gettext("Nobody needs to come about this case any more."))
        slot = AppointmentSlot.objects.select_for_update(of=("self",)).filter(pk=slot_id).first()
        former = booked(case)
        _insist_on_place(case, slot, former, at=at)
        if former is not None:
            former.state, former.ended_at = State.MOVED, at
            former.save(update_fields=["state", "ended_at"])
        return Appointment.objects.create(case=case, slot=slot, form_key=form_key, booked_at=at)


def cancel(case_id: uuid.UUID, *, at: datetime) -> bool:
    """Cancel the appointment of a case; False when none stood any more."""
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        return bool(
            case.appointments.filter(state=State.BOOKED).update(state=State.CANCELLED, ended_at=at)
        )


def open_times(unit: Unit, times: Times, *, by: Actor, at: datetime) -> int:
    """Open the times of a unit on the working days of a period; returns how many are new.

    A time that stands already is left as it is. Raises Refused for a period in the past, too long
    or without a working day, and for another unit.
    """
    _insist_on_officer(unit, by)
    if times.from_on < day_in_viet_nam(at) or times.until_on < times.from_on:
        raise Refused(gettext("The period begins today or later and ends after it begins."))
    if (times.until_on - times.from_on).days > 62:
        raise Refused(gettext("Open at most two months at a time."))
    calendar = current_calendar()
    days = [
        day
        for number in range((times.until_on - times.from_on).days + 1)
        if is_working_day(day := times.from_on + timedelta(days=number), calendar)
    ]
    if not days or not times.hours:
        raise Refused(gettext("There is no working day in this period, or no hour."))
    made = [
        AppointmentSlot(
            unit=unit,
            starts_at=starts_at,
            minutes=times.minutes,
            capacity=times.capacity,
            made_by=by.officer,
        )
        for day in days
        for hour in times.hours
        if (starts_at := datetime.combine(day, hour, VIET_NAM)) > at
    ]
    before = AppointmentSlot.objects.filter(unit=unit).count()
    AppointmentSlot.objects.bulk_create(made, ignore_conflicts=True)
    return AppointmentSlot.objects.filter(unit=unit).count() - before


def close_time(slot_id: int, *, by: Actor, at: datetime) -> AppointmentSlot:
    """Close a time to new appointments; those that stand stay. Raises Refused."""
    with transaction.atomic():
        slot: AppointmentSlot = (
            AppointmentSlot.objects.select_for_update(of=("self",))
            .select_related("unit")
            .get(pk=slot_id)
        )
        _insist_on_officer(slot.unit, by)
        if slot.closed_at is None:
            slot.closed_at = at
            slot.save(update_fields=["closed_at"])
    return slot


def on_day(rows: QuerySet[AppointmentSlot], day: date) -> QuerySet[AppointmentSlot]:
    """Keep the times of one day in Viet Nam, in order."""
    begins = datetime.combine(day, time.min, VIET_NAM)
    return rows.filter(starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1)).order_by(
        "starts_at"
    )


def calendar_file(appointment: Appointment, *, origin: str, at: datetime) -> str:
    """Return the appointment as an iCalendar file (RFC 5545), lines ended with CRLF.

    It names the unit and no plate, person or act: calendars are shared and copied to other houses.
    """
    slot, unit = appointment.slot, appointment.slot.unit
    ends_at = slot.starts_at + timedelta(minutes=slot.minutes)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Traffic Violation Portal//VI",
        "BEGIN:VEVENT",
        f"UID:{appointment.pk}@{origin.partition('://')[2]}",
        f"DTSTAMP:{_utc(at)}",
        f"DTSTART:{_utc(slot.starts_at)}",
        f"DTEND:{_utc(ends_at)}",
        _folded("SUMMARY", gettext("Appointment at %(unit)s") % {"unit": unit.name}),
        _folded("LOCATION", unit.address),
        _folded(
            "DESCRIPTION",
            gettext("Bring the notice and your identity card. Telephone: %(phone)s")
            % {"phone": unit.phone},
        ),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lines) + "\r\n"


def _insist_on_place(
    case: Violation, slot: AppointmentSlot | None, former: Appointment | None, *, at: datetime
) -> None:
    if slot is None or slot.unit_id != case.unit_id or slot.closed_at is not None:
        raise Refused(gettext("This time is not offered. Choose one from the list."))
    if slot.starts_at <= at + SOONEST:
        raise Refused(gettext("This time is too near. Choose a later one."))
    day = day_in_viet_nam(slot.starts_at)
    if not is_working_day(day, current_calendar()):
        raise Refused(
            gettext("Nobody works on %(day)s. Choose another day.") % {"day": print_day(day)}
        )
    if former is not None and former.slot_id == slot.pk:
        raise Refused(gettext("Your appointment is at this time already."))
    if slot.appointments.filter(state=State.BOOKED).count() >= slot.capacity:
        raise Refused(gettext("This time was taken meanwhile. Choose another one."))


def _insist_on_officer(unit: Unit, by: Actor) -> None:
    if by.officer is None or not by.may(PROPOSE):
        raise Refused(gettext("Only an officer who draws up papers opens times."))
    if unit.code not in by.unit_codes:
        raise Refused(gettext("These times belong to another unit."))


def _utc(moment: datetime) -> str:
    return (moment - (moment.utcoffset() or timedelta())).strftime("%Y%m%dT%H%M%SZ")


def _folded(name: str, text: str) -> str:
    """Write one property: its text escaped, its line folded at 75 bytes. RFC 5545 §3.1, §3.3.11"""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    line, parts, room = f"{name}:{escaped}".replace("\n", "\\n").replace("\r", ""), [""], 75
    for sign in line:
        if len((parts[-1] + sign).encode()) > room:
            parts.append("")
            room = 74  # the continuation begins with a space
        parts[-1] += sign
    return "\r\n ".join(parts)
