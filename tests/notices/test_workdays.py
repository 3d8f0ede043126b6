"""Periods are counted as the Civil Code counts them, on a calendar that people decide."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.workdays import (
    Calendar,
    End,
    add_calendar_days,
    add_months,
    add_working_days,
    add_years,
    is_working_day,
)

pytestmark = pytest.mark.gate

# 2026 in short: the swap at New Year, Tết, Hùng Kings in lieu; 2027 is not confirmed.
CALENDAR = Calendar(
    confirmed_years=frozenset({2026}),
    closed={
        date(2026, 1, 1): "Tết Dương lịch",
        date(2026, 1, 2): "Nghỉ hoán đổi",
        **{date(2026, 2, day): "Tết Âm lịch" for day in range(16, 21)},
        date(2026, 4, 27): "Nghỉ bù Giỗ Tổ",
    },
    opened=frozenset({date(2026, 1, 10)}),
)
DAYS = st.dates(date(2025, 6, 1), date(2027, 6, 1))


@pytest.mark.parametrize(
    ("day", "working"),
    [
        pytest.param(date(2026, 3, 3), True, id="a Tuesday"),
        pytest.param(date(2026, 3, 7), False, id="a Saturday"),
        pytest.param(date(2026, 3, 8), False, id="a Sunday"),
        pytest.param(date(2026, 2, 17), False, id="mùng 1 Tết, a Tuesday"),
        pytest.param(date(2026, 1, 2), False, id="the swapped Friday"),
        pytest.param(date(2026, 1, 10), True, id="the Saturday worked in exchange"),
        pytest.param(date(2026, 4, 27), False, id="the Monday in lieu of a Sunday holiday"),
    ],
)
def test_a_day_is_worked_when_the_calendar_says_so(day: date, working: bool) -> None:
    assert is_working_day(day, CALENDAR) is working


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        pytest.param(date(2026, 3, 2), 1, date(2026, 3, 3), id="BLDS Đ147: first day not counted"),
        pytest.param(date(2026, 3, 5), 2, date(2026, 3, 9), id="over a weekend"),
        pytest.param(date(2026, 3, 7), 1, date(2026, 3, 9), id="started on a Saturday"),
        pytest.param(date(2026, 2, 13), 1, date(2026, 2, 23), id="one day over Tết"),
        pytest.param(date(2026, 2, 18), 1, date(2026, 2, 23), id="started inside Tết"),
        pytest.param(date(2025, 12, 31), 5, date(2026, 1, 9), id="over the swapped Friday"),
        pytest.param(date(2026, 1, 9), 1, date(2026, 1, 10), id="onto the Saturday worked"),
        pytest.param(date(2026, 1, 9), 2, date(2026, 1, 12), id="past the Saturday worked"),
    ],
)
def test_working_days_skip_what_is_closed(start: date, n: int, end: date) -> None:
    assert add_working_days(start, n, CALENDAR) == End(end, provisional=False)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        pytest.param(date(2026, 3, 2), 10, date(2026, 3, 12), id="BLDS Đ147: ends on a Thursday"),
        pytest.param(date(2026, 3, 4), 10, date(2026, 3, 16), id="BLDS Đ148 k5: from a Saturday"),
        pytest.param(date(2026, 2, 4), 10, date(2026, 2, 23), id="BLDS Đ148 k5: over all of Tết"),
        pytest.param(date(2026, 4, 16), 10, date(2026, 4, 28), id="BLDS Đ148 k5: day in lieu"),
        pytest.param(date(2025, 12, 31), 10, date(2026, 1, 10), id="a worked Saturday stays"),
    ],
)
def test_calendar_days_end_on_a_day_the_office_is_open(start: date, n: int, end: date) -> None:
    assert add_calendar_days(start, n, CALENDAR) == End(end, provisional=False)


def test_a_limitation_period_ends_on_its_plain_day() -> None:
    """BLDS Đ151"""
    assert add_calendar_days(date(2026, 3, 4), 10, CALENDAR, roll=False).on == date(2026, 3, 14)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        pytest.param(date(2026, 3, 2), 1, date(2026, 4, 2), id="corresponding day"),
        pytest.param(date(2026, 1, 31), 1, date(2026, 2, 28), id="no 31 February"),
        pytest.param(date(2028, 1, 31), 1, date(2028, 2, 29), id="leap February"),
        pytest.param(date(2025, 12, 31), 2, date(2026, 2, 28), id="over the year's end"),
        pytest.param(date(2026, 12, 5), 1, date(2027, 1, 5), id="December to January"),
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_the_last(start: date, n: int, end: date) -> None:
    """BLDS Đ148 k3"""
    assert add_months(start, n, CALENDAR, roll=False).on == end


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(date(2026, 3, 10), date(2027, 3, 10), id="corresponding day"),
        pytest.param(date(2028, 2, 29), date(2029, 2, 28), id="leap day"),
        pytest.param(date(2027, 2, 28), date(2028, 2, 28), id="into a leap year"),
    ],
)
def test_a_year_ends_on_the_corresponding_day(start: date, end: date) -> None:
    """BLDS Đ148 k4"""
    assert add_years(start, 1, CALENDAR, roll=False).on == end


def test_a_month_that_ends_on_a_day_off_rolls_on() -> None:
    assert add_months(date(2026, 1, 31), 1, CALENDAR) == End(date(2026, 3, 2), provisional=False)


class TestProvisional:
    """An answer that leans on a year nobody has confirmed says so."""

    def test_working_days_into_an_unconfirmed_year(self) -> None:
        assert add_working_days(date(2026, 12, 30), 2, CALENDAR) == End(date(2027, 1, 1), True)

    def test_working_days_that_stop_on_the_last_day_of_a_confirmed_year(self) -> None:
        assert add_working_days(date(2026, 12, 30), 1, CALENDAR) == End(date(2026, 12, 31), False)

    def test_working_days_counted_partly_in_an_unconfirmed_year(self) -> None:
        assert add_working_days(date(2025, 12, 30), 3, CALENDAR).provisional

    def test_the_uncounted_first_day_does_not_matter(self) -> None:
        assert not add_working_days(date(2025, 12, 31), 1, CALENDAR).provisional

    def test_calendar_days_ending_in_an_unconfirmed_year(self) -> None:
        assert add_calendar_days(date(2026, 12, 25), 10, CALENDAR).provisional

    def test_a_roll_out_of_a_confirmed_year(self) -> None:
        closed = {**CALENDAR.closed, date(2026, 12, 31): "giả định"}
        calendar = Calendar(CALENDAR.confirmed_years, closed)
        assert add_calendar_days(date(2026, 12, 21), 10, calendar) == End(date(2027, 1, 1), True)

    def test_a_plain_end_depends_on_no_calendar(self) -> None:
        assert not add_years(date(2026, 3, 10), 1, CALENDAR, roll=False).provisional

    def test_confirming_the_year_settles_it(self) -> None:
        confirmed = Calendar(frozenset({2026, 2027}), CALENDAR.closed, CALENDAR.opened)
        assert not add_working_days(date(2026, 12, 30), 2, confirmed).provisional


@pytest.mark.parametrize("n", [0, -1])
@pytest.mark.parametrize("add", [add_working_days, add_calendar_days, add_months, add_years])
def test_a_period_has_at_least_one_day(add: object, n: int) -> None:
    with pytest.raises(ValueError, match="at least one day"):
        add(date(2026, 3, 2), n, CALENDAR)  # type: ignore[operator]  # any of the four


@pytest.mark.parametrize("add", [add_working_days, add_calendar_days, add_months, add_years])
def test_a_moment_is_not_a_day(add: object) -> None:
    """A moment in UTC may be another day in Viet Nam; silence would lose a day."""
    with pytest.raises(TypeError, match="Vietnam time"):
        add(datetime(2026, 3, 2, 20, tzinfo=UTC), 1, CALENDAR)  # type: ignore[operator]  # as above


@given(start=DAYS, n=st.integers(1, 60))
def test_exactly_n_working_days_lie_in_the_period(start: date, n: int) -> None:
    end = add_working_days(start, n, CALENDAR).on
    counted = [start + timedelta(days=i) for i in range(1, (end - start).days + 1)]
    assert sum(is_working_day(day, CALENDAR) for day in counted) == n
    assert is_working_day(end, CALENDAR)


@given(start=DAYS, n=st.integers(1, 400))
def test_rolling_never_shortens_and_stops_at_the_first_open_day(start: date, n: int) -> None:
    plain = add_calendar_days(start, n, CALENDAR, roll=False).on
    rolled = add_calendar_days(start, n, CALENDAR).on
    assert rolled >= plain
    assert is_working_day(rolled, CALENDAR)
    skipped = [plain + timedelta(days=i) for i in range((rolled - plain).days)]
    assert not any(is_working_day(day, CALENDAR) for day in skipped)
