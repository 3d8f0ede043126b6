"""Licence points: examples by article, and random histories against a day-by-day count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from violations import points
from violations.points import Movement, Standing, Suspension

pytestmark = pytest.mark.gate

MONDAY = date(2026, 3, 2)


def took(count: int, on: date) -> Movement:
    return Movement("deducted", on, count)


def passed(on: date) -> Movement:
    return Movement("tested", on)


@pytest.mark.parametrize(
    ("article", "history", "on", "expected"),
    [
        ("Luật 36 Đ58 k1: twelve to begin with", [], date(2026, 3, 2), 12),
        ("Luật 36 Đ58 k1: a deduction is taken off", [took(4, MONDAY)], MONDAY, 8),
        ("Đ58 k1: not before its day", [took(4, MONDAY)], date(2026, 3, 1), 12),
        (
            "Đ50 k1 đ.c: what is left is taken and no more",
            [took(8, MONDAY), took(6, date(2026, 4, 1))],
            date(2026, 4, 1),
            0,
        ),
        ("Đ58 k2: the last of the twelve months", [took(4, MONDAY)], date(2027, 3, 2), 8),
        ("Đ58 k2: twelve months are over", [took(4, MONDAY)], date(2027, 3, 3), 12),
        (
            "Đ58 k2: a deduction on the last day begins the months anew",
            [took(4, MONDAY), took(2, date(2027, 3, 2))],
            date(2028, 3, 2),
            6,
        ),
        (
            "Đ58 k2: one a day later is taken from twelve",
            [took(4, MONDAY), took(2, date(2027, 3, 3))],
            date(2027, 3, 3),
            10,
        ),
        (
            "BLDS Đ148: from 29/02 twelve months end on 28/02",
            [took(4, date(2028, 2, 29))],
            date(2029, 3, 1),
            12,
        ),
        ("Đ58 k3: nought stays nought", [took(12, MONDAY)], date(2030, 1, 1), 0),
        (
            "Đ58 k3: twelve after the test",
            [took(12, MONDAY), passed(date(2026, 9, 3))],
            date(2026, 9, 3),
            12,
        ),
        (
            "Đ58 k3: deducted again after the test",
            [took(12, MONDAY), passed(date(2026, 9, 3)), took(3, date(2026, 10, 1))],
            date(2026, 10, 1),
            9,
        ),
    ],
)
def test_the_balance_of_a_day(
    article: str, history: list[Movement], on: date, expected: int
) -> None:
    assert points.balance(history, on) == expected, article


def test_the_six_months_run_from_the_day_the_points_were_spent() -> None:
    """A deduction from nought takes nothing and lengthens nothing. Luật 36 Đ58 k3"""
    history = [took(12, MONDAY), took(6, date(2026, 5, 4))]
    assert points.standing(history, date(2026, 6, 1)) == Standing(0, MONDAY, None, date(2026, 9, 3))


def test_striking_out_the_first_gives_the_second_its_whole_effect() -> None:
    """Of 8 and 6 the first is given back: 6 are left, not 8. Cancelled decision, own:medium"""
    first, second = took(8, MONDAY), took(6, date(2026, 4, 1))
    assert points.balance([first, second], date(2026, 5, 1)) == 0
    assert points.balance([second], date(2026, 5, 1)) == 6


def test_striking_out_the_last_also_gives_back_the_twelve_months() -> None:
    first, last = took(4, MONDAY), took(2, date(2027, 2, 1))
    assert points.balance([first, last], date(2027, 6, 1)) == 6
    assert points.balance([first], date(2027, 6, 1)) == 12


@pytest.mark.parametrize(
    ("day", "suspended"),
    [
        (date(2026, 3, 1), False),
        (date(2026, 3, 2), True),
        (date(2026, 4, 9), True),
        (date(2026, 4, 10), False),
    ],
)
def test_a_cancelled_suspension_counts_until_the_day_before(day: date, suspended: bool) -> None:
    """Đ50 k1 đ.đ"""
    span = Suspension(MONDAY, date(2026, 5, 2), date(2026, 4, 10))
    assert points.is_suspended([span], day) is suspended


@pytest.mark.parametrize(
    ("classes", "issued_on", "expected"),
    [
        ("A1", date(2020, 1, 1), (True, False)),
        ("A1, B2", date(2020, 1, 1), (True, True)),
        ("A1 c1", date(2025, 6, 1), (True, True)),
        ("B1", date(2024, 12, 31), (False, True)),
        ("B1", date(2025, 1, 1), (True, False)),
        ("C1E/D2", date(2025, 1, 1), (False, True)),
    ],
)
def test_the_classes_say_which_parts_a_licence_has(
    classes: str, issued_on: date, expected: tuple[bool, bool]
) -> None:
    """Luật 36/2024 Đ57, Đ89; NĐ 168/2024 Đ50 k1 đ.d"""
    assert points.parts_of(classes, issued_on) == expected


@pytest.mark.parametrize("classes", ["", " , ", "Z9", "A1, 079200000001"])
def test_an_unknown_class_is_refused_without_being_repeated(classes: str) -> None:
    with pytest.raises(ValueError, match=r"^a class of licence is not known$"):
        points.parts_of(classes, MONDAY)


@pytest.mark.parametrize(
    ("motorcycle", "unlimited", "term", "part"),
    [
        (True, True, True, "unlimited"),
        (False, True, True, "term"),
        (True, False, True, None),
        (False, True, False, None),
    ],
)
def test_each_vehicle_touches_its_own_part(
    motorcycle: bool, unlimited: bool, term: bool, part: str | None
) -> None:
    """NĐ 168/2024 Đ50 k1 đ.d"""
    assert points.part_for(motorcycle, has_unlimited=unlimited, has_term=term) == part


@pytest.mark.parametrize(
    ("months", "days", "until"),
    [(2, 0, date(2026, 3, 31)), (1, 15, date(2026, 3, 15)), (22, 0, date(2027, 11, 30))],
)
def test_a_suspension_ends_with_its_corresponding_day(months: int, days: int, until: date) -> None:
    assert points.suspended_until(date(2026, 1, 31), months, days) == until


def counted_day_by_day(history: list[Movement], on: date) -> int:
    """Count as a clerk would: walk every day, keep the points, and ask each rule each day.

    Knows nothing of the module: months are counted by walking the calendar's day numbers.
    """
    left, last_taken = 12, None
    day = date(2025, 1, 1)
    while day <= on:
        if last_taken is not None and left > 0 and day > months_after(last_taken, 12):
            left, last_taken = 12, None
        for each in history:
            if each.on != day:
                continue
            if each.what == "tested":
                left, last_taken = 12, None
            elif left > 0:
                left = max(0, left - each.points)
                last_taken = day
        day += timedelta(days=1)
    return left


def months_after(start: date, months: int) -> date:
    """Return the day of the same number, or the month's last, by trying days one by one."""
    year, month = start.year, start.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    number = start.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


DAYS = st.dates(date(2025, 1, 1), date(2029, 12, 31))
DEDUCTIONS = st.builds(took, st.sampled_from([2, 3, 4, 6, 8, 10, 12]), DAYS)
TESTS = st.builds(passed, DAYS)
HISTORIES = st.lists(st.one_of(DEDUCTIONS, DEDUCTIONS, DEDUCTIONS, TESTS), max_size=8)


@given(history=HISTORIES, on=DAYS)
@settings(max_examples=150, deadline=None)
def test_any_history_counts_as_a_clerk_counts_it(history: list[Movement], on: date) -> None:
    assert points.balance(history, on) == counted_day_by_day(history, on)


@given(history=HISTORIES, on=DAYS, struck=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_a_history_without_one_movement_is_counted_as_if_it_had_never_been(
    history: list[Movement], on: date, struck: int
) -> None:
    rest = [each for index, each in enumerate(history) if index != struck]
    found = points.standing(rest, on)
    assert found.balance == counted_day_by_day(rest, on)
    assert (found.test_from is None) == (found.balance > 0)


@given(start=DAYS, months=st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_months_end_on_the_corresponding_day(start: date, months: int) -> None:
    assert points.add_months(start, months) == months_after(start, months)
