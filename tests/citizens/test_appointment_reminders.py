"""Who comes tomorrow is reminded once, in working hours, where he agreed to be told."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from citizens import appointment_reminders as reminders
from citizens import appointments, tasks
from citizens.consents import person_digest
from citizens.models import Appointment, AppointmentReminder, AppointmentSlot, CitizenAccount
from notices.channels import texts
from tests.citizens.conftest import clock, place
from tests.citizens.electronic import agrees
from tests.citizens.naming import OWNER_IDENTITY, notified
from tests.citizens.test_appointments import MONDAY, book, open_times
from tests.citizens.visits import NOW
from tests.journeys import World
from tests.notices.message_catcher import BOTH_WAYS, Catcher, catcher, one_catcher
from violations.guards import VIET_NAM
from violations.models import Violation

__all__ = ["catcher", "clock", "one_catcher", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def on_sunday(hour: int, minute: int = 0) -> datetime:
    """Return a moment of the day before MONDAY, on the clocks of Viet Nam."""
    return datetime(2026, 10, 18, hour, minute, tzinfo=VIET_NAM)


@pytest.fixture
def case(place: World, settings: Any) -> Violation:
    """Return a case with an appointment on Monday at 8, whose owner agreed to be told."""
    settings.MESSAGES = BOTH_WAYS
    found = notified(place)
    agrees(found, place, email="hieu.tran@vidu.vn", phone="0912345678")
    open_times(place, capacity=2)
    book(found, AppointmentSlot.objects.earliest("starts_at"))
    return found


def remind(catcher: Catcher, at: datetime) -> int:
    reminders.write_due(at=at)
    return reminders.send_due(catcher.ways, now=lambda: at)


def caught_of(catcher: Catcher) -> dict[str, str]:
    """Return what was sent about the appointments of this test: way to text."""
    ours = {str(pk) for pk in Appointment.objects.values_list("pk", flat=True)}
    parted = {key: key.rpartition("-") for key in catcher.caught()}
    return {
        way: catcher.caught()[key]["text"]
        for key, (booked, _dash, way) in parted.items()
        if booked in ours
    }


def test_one_reminder_goes_by_each_way_agreed_to_and_says_no_more_than_it_must(
    case: Violation, catcher: Catcher
) -> None:
    quiet = (
        NOW,  # two days before
        on_sunday(7, 59),
        on_sunday(17),
        on_sunday(9) + timedelta(days=1),  # the day itself
    )
    assert [remind(catcher, at) for at in quiet] == [0] * 4
    assert not AppointmentReminder.objects.exists()
    assert remind(catcher, on_sunday(8)) == 1
    assert [remind(catcher, on_sunday(hour)) for hour in (8, 9, 16)] == [0, 0, 0]
    booked = Appointment.objects.get()
    told = caught_of(catcher)
    assert set(told) == {"email", "sms"}
    for words in told.values():
        assert "08:00" in words and "19/10/2026" in words
        for hidden in ("http", "www", ".vn/", case.number, case.plate_display, "Hiếu", case.place):
            assert hidden not in words
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentReminder.objects.create(appointment=booked, next_attempt_at=NOW)


def test_a_text_message_is_short_and_plain() -> None:
    message = texts.appointment_tomorrow("PC08-HN", on_sunday(8))
    assert message.short.isascii() and len(message.short) <= texts.SHORT_AT_MOST
    assert "khong hoi tien" in message.short


def test_what_was_moved_cancelled_or_booked_today_is_not_reminded(
    case: Violation, place: World, catcher: Catcher
) -> None:
    later = AppointmentSlot.objects.filter(
        starts_at__gt=datetime(2026, 10, 20, tzinfo=VIET_NAM)
    ).earliest("starts_at")
    book(case, later)  # moved to another day
    assert remind(catcher, on_sunday(9)) == 0
    today = notified(place, plate="30F25658")
    slot = AppointmentSlot.objects.earliest("starts_at")
    appointments.book(today.pk, slot.pk, form_key="t", at=on_sunday(8))
    assert remind(catcher, on_sunday(9)) == 0
    the_day_before = datetime.combine(
        later.starts_at.astimezone(VIET_NAM) - timedelta(days=1), on_sunday(9).timetz()
    )
    reminders.write_due(at=the_day_before)
    assert appointments.cancel(case.pk, at=the_day_before)  # between writing and sending
    assert reminders.send_due(catcher.ways, now=lambda: the_day_before) == 0
    assert AppointmentReminder.objects.get().state == "stopped"
    assert caught_of(catcher) == {}


def test_who_agreed_to_nothing_is_not_written_to(
    place: World, catcher: Catcher, settings: Any
) -> None:
    settings.MESSAGES = BOTH_WAYS
    open_times(place, until_on=MONDAY)
    book(notified(place), AppointmentSlot.objects.earliest("starts_at"))
    account = CitizenAccount.objects.create(
        email="an@vidu.vn", phone="+84912345678", alerts_by_email=False, alerts_by_sms=True,
        subject_digest=b"s", person_digest=person_digest(OWNER_IDENTITY), sealed_number=b"x",
        identified_at=NOW, made_at=NOW,
    )  # fmt: skip
    CitizenAccount.objects.filter(pk=account.pk).update(alerts_by_sms=False)
    assert remind(catcher, on_sunday(9)) == 0
    assert AppointmentReminder.objects.get().state == "stopped"
    AppointmentReminder.objects.all().delete()
    CitizenAccount.objects.filter(pk=account.pk).update(alerts_by_sms=True)
    assert remind(catcher, on_sunday(10)) == 1  # the account wants text messages
    assert list(caught_of(catcher)) == ["sms"]


def test_a_silent_gateway_only_delays_and_doubles_nothing(
    case: Violation, catcher: Catcher
) -> None:
    catcher.behave("email", "unavailable")
    assert remind(catcher, on_sunday(9)) == 0
    row = AppointmentReminder.objects.get()
    assert (row.email_sent_at, row.sms_sent_at, row.state) == (None, on_sunday(9), "waiting")
    catcher.behave("email", "")
    assert remind(catcher, on_sunday(9, 5)) == 0  # not at once again
    assert remind(catcher, on_sunday(9, 15)) == 1
    row.refresh_from_db()
    assert (row.state, row.told_at, row.attempts) == ("told", on_sunday(9, 15), 2)
    assert set(caught_of(catcher)) == {"email", "sms"}


def test_the_task_does_nothing_by_night(case: Violation, clock: Any) -> None:
    clock(on_sunday(22))
    tasks.remind_of_appointments()
    assert not AppointmentReminder.objects.exists()
    assert reminders.is_working_hour(on_sunday(16, 59)) and date(2026, 10, 19) == MONDAY
