"""What a device usually delivers, by the hour of the day, counted in the database."""

from datetime import timedelta

import pytest

from cameras import habits
from tests.cameras.factories import AT, camera
from tests.cameras.test_watching import deliveries

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("a_day", "median"),
    [
        ((5, 1, 4, 2, 3), 3),
        ((5, 1, 4, 2, 3, 0, 0), 2),
        ((5, 1, 4, 0, 0, 0, 0), 0),
        ((7, 7, 7, 7), 7),
        ((9, 1, 2), 2),
        ((9, 9), 0),
    ],
    ids=["odd", "days-of-nothing", "mostly-nothing", "even", "three-days", "too-young"],
)
def test_the_median_of_an_hour_counts_every_day(a_day, median):
    device = camera()
    # The device began as many days ago, at another hour.
    deliveries(device, [AT - timedelta(days=len(a_day), hours=-3)])
    for day, events in enumerate(a_day, start=1):
        deliveries(device, [AT - timedelta(days=day) + timedelta(seconds=n) for n in range(events)])
    assert habits.counts(at=AT)[device.pk].usual_now == median


def test_the_hours_are_those_of_viet_nam_and_the_day_of_today_is_left_out():
    device = camera()
    for day in range(1, 7):
        deliveries(device, [AT - timedelta(days=day, minutes=1)])  # 07:59 in Viet Nam
    deliveries(device, [AT - timedelta(minutes=5)] * 9)
    found = habits.counts(at=AT)[device.pk]
    assert (found.usual_now, found.usual_before) == (0, (0, 0, 1))
    assert (found.events, found.before) == (9, (0, 0, 9))


def test_what_is_usual_is_reckoned_once_a_day():
    device = camera()
    assert habits.counts(at=AT)[device.pk].usual_now == 0
    for day in range(1, 7):
        deliveries(device, [AT - timedelta(days=day)])
    assert habits.counts(at=AT + timedelta(hours=1))[device.pk].usual_before[-1] == 0
    tomorrow = AT + timedelta(days=1)
    assert habits.counts(at=tomorrow)[device.pk].usual_now == 1


def test_a_revoked_or_paused_device_is_not_counted():
    camera(state="revoked")
    camera("CAM-02", state="paused")
    assert habits.counts(at=AT) == {}
