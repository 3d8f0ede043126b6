"""Appointments: the last place is one person's, days off are nobody's, and no deadline moves."""

from __future__ import annotations

import threading
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.translation import override

from citizens import appointments
from citizens.appointments import Times
from citizens.models import Appointment, AppointmentSlot
from tests.citizens.conftest import browser, clock, place
from tests.citizens.naming import notified, opened
from tests.citizens.visits import NOW, case_at, text
from tests.journeys import World, acting
from tests.violations.desk import signed_in
from violations.guards import VIET_NAM, Refused
from violations.models import CaseDeadline

__all__ = ["browser", "clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]
MONDAY = date(2026, 10, 19)


@pytest.fixture(autouse=True)
def english() -> Any:
    with override("en"):
        yield


def times(**changes: Any) -> Times:
    return Times(
        **{
            "from_on": MONDAY,
            "until_on": MONDAY + timedelta(days=6),
            "hours": (time(8), time(9)),
            "minutes": 30,
            "capacity": 1,
        }
        | changes
    )


def open_times(place: World, **changes: Any) -> int:
    return appointments.open_times(place.unit, times(**changes), by=acting(place.reviewer), at=NOW)


def book(case: Any, slot: AppointmentSlot, key: str | None = None) -> Appointment:
    return appointments.book(case.pk, slot.pk, form_key=key or uuid.uuid4().hex, at=NOW)


def test_times_open_on_working_days_alone_and_each_once(place: World) -> None:
    assert open_times(place) == 10  # Monday to Friday, twice a day
    assert open_times(place) == 0
    with pytest.raises(Refused, match="another unit"):
        appointments.open_times(place.other_unit, times(), by=acting(place.reviewer), at=NOW)
    with pytest.raises(Refused, match="begins today or later"):
        open_times(place, from_on=date(2026, 10, 1))
    with pytest.raises(Refused, match="no working day"):
        open_times(place, from_on=date(2026, 10, 24), until_on=date(2026, 10, 25))


def test_the_last_place_is_taken_once_and_moving_frees_it(place: World) -> None:
    open_times(place)
    first, second = AppointmentSlot.objects.order_by("starts_at")[:2]
    one, other = notified(place), notified(place, plate="30F25658")
    kept = book(one, first, "k")
    assert book(one, first, "k").pk == kept.pk
    with pytest.raises(Refused, match="taken meanwhile"):
        book(other, first)
    before = CaseDeadline.objects.get(case=one, name="no_show").due_on
    book(one, second)
    assert CaseDeadline.objects.get(case=one, name="no_show").due_on == before
    assert sorted(one.appointments.values_list("state", flat=True)) == ["booked", "moved"]
    book(other, first)
    assert appointments.cancel(other.pk, at=NOW)
    assert not appointments.cancel(other.pk, at=NOW)


def test_what_is_not_offered_is_refused(place: World) -> None:
    open_times(place)
    slot = AppointmentSlot.objects.earliest("starts_at")
    case = notified(place)
    sunday = AppointmentSlot.objects.create(
        unit=place.unit,
        starts_at=datetime(2026, 10, 25, 8, tzinfo=VIET_NAM),
        capacity=1,
        made_by=place.reviewer,
    )
    with pytest.raises(Refused, match="Nobody works"):
        book(case, sunday)
    with pytest.raises(Refused, match="too near"):
        appointments.book(case.pk, slot.pk, form_key="n", at=slot.starts_at - timedelta(minutes=5))
    appointments.close_time(slot.pk, by=acting(place.reviewer), at=NOW)
    with pytest.raises(Refused, match="not offered"):
        book(case, slot)
    with pytest.raises(Refused, match="not offered"):
        appointments.book(case.pk, 2**40, form_key="m", at=NOW)
    assert slot.pk not in [each.slot.pk for each in appointments.offers(case, at=NOW)]


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_do_not_share_the_last_place(place: World) -> None:
    open_times(place, until_on=MONDAY, hours=(time(8),))
    slot = AppointmentSlot.objects.get()
    cases = [notified(place), notified(place, plate="30F25658")]
    start, outcomes = threading.Barrier(2), []

    def come(case: Any) -> None:
        try:
            start.wait(timeout=10)
            book(case, slot)
            outcomes.append("booked")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(outcomes) == ["booked", "refused"]
    assert Appointment.objects.filter(state="booked").count() == 1


def test_a_person_books_moves_and_takes_it_into_the_calendar(browser: Client, place: World) -> None:
    open_times(place, until_on=date(2026, 11, 13), capacity=2)
    opened(browser, notified(place))
    page = browser.get("/vu-viec/hen-gap/")
    days = [day["on"] for day in page.context["days"]]
    assert (days[0], days) == (MONDAY, sorted(set(days)))
    assert [len(day["offers"]) for day in page.context["days"]] == [2] * len(days)
    late = AppointmentSlot.objects.latest("starts_at")
    assert "after your last day" in text(browser.get(f"/vu-viec/hen-gap/?gio={late.pk}"))
    slot = AppointmentSlot.objects.earliest("starts_at")
    check = browser.get(f"/vu-viec/hen-gap/?gio={slot.pk}")
    sent = {"slot": slot.pk, "form_key": check.context["form_key"]}
    for _press in range(2):
        assert browser.post("/vu-viec/hen-gap/", sent).status_code == 303
    assert Appointment.objects.count() == 1
    file = browser.get("/vu-viec/hen-gap/lich-hen.ics")
    assert file["Content-Type"].startswith("text/calendar")
    assert "DTSTART:20261019T010000Z\r\n" in text(file)
    assert not any(len(line.encode()) > 75 for line in text(file).split("\r\n"))
    assert "51K" not in text(file)
    assert "Your appointment" in text(browser.get("/vu-viec/hen-gap/"))
    assert browser.post("/vu-viec/hen-gap/huy/").status_code == 303
    assert browser.get("/vu-viec/hen-gap/lich-hen.ics").status_code == 404
    for garbage in ("0", "x", "9" * 40, "-1", "\u0661"):
        assert browser.post("/vu-viec/hen-gap/", {"slot": garbage}).status_code == 409


def test_the_unit_opens_times_and_sees_who_comes_today(place: World, clock: Any) -> None:
    desk = signed_in(place.reviewer, headers={"accept-language": "en"})
    sent = {
        "from_on": "2026-10-19", "until_on": "2026-10-19", "hours": "8:00, 9h30",
        "minutes": "30", "capacity": "1",
    }  # fmt: skip
    assert desk.post("/can-bo/lich-hen/", sent).status_code == 302
    assert desk.post("/can-bo/lich-hen/", sent | {"hours": "25:00"}).status_code == 422
    assert desk.post("/can-bo/lich-hen/", sent | {"from_on": "2020-01-01"}).status_code == 409
    case = notified(place)
    slot = AppointmentSlot.objects.earliest("starts_at")
    book(case, slot)
    clock(datetime(2026, 10, 19, 1, tzinfo=VIET_NAM))
    desk = signed_in(place.reviewer, headers={"accept-language": "en"})
    page = text(desk.get("/can-bo/lich-hen/"))
    assert f"/can-bo/ho-so/{case.number}/" in page
    assert "1 people come today" in text(desk.get("/can-bo/"))
    assert case.accesses.filter(actor=place.reviewer.user, what="case").exists()
    other = signed_in(place.other_leader, headers={"accept-language": "en"})
    assert other.post(f"/can-bo/lich-hen/{slot.pk}/dong/").status_code == 403
    assert desk.post(f"/can-bo/lich-hen/{slot.pk}/dong/").status_code == 302
    assert desk.post("/can-bo/lich-hen/999999/dong/").status_code == 404
    assert desk.get("/can-bo/lich-hen/?ngay=9999-99-99").status_code == 200


def test_nobody_comes_about_a_closed_case(place: World) -> None:
    open_times(place)
    slot = AppointmentSlot.objects.earliest("starts_at")
    done = case_at("served", place)
    assert book(done, slot).state == "booked"
