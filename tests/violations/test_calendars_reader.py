"""The calendars that ship are the government's, and a slip in one stops the load by its day."""

from datetime import date

import pytest

from notices.workdays import is_working_day
from violations.calendars_reader import calendar_of, read_calendar, shipped_years
from violations.schedules_reader import SCHEDULES, ScheduleError

pytestmark = pytest.mark.gate

TEXT = (SCHEDULES / "calendar_2026.toml").read_text("utf-8")

# Assembled by hand from Bộ luật Lao động Đ111–112, TB 9441/TB-BNV, CV 12729/VPCP-KGVX, NQ 28/2026.
WEEKDAYS_OFF_2026 = [
    (1, 1), (1, 2), (2, 16), (2, 17), (2, 18), (2, 19), (2, 20), (4, 27), (4, 30), (5, 1),
    (8, 31), (9, 1), (9, 2), (11, 24),
]  # fmt: skip


def test_2026_is_the_governments_year() -> None:
    calendar = calendar_of(shipped_years())
    closed = sorted(day for day in calendar.closed if day.year == 2026)
    assert [(day.month, day.day) for day in closed] == WEEKDAYS_OFF_2026
    assert calendar.opened == {date(2026, 1, 10), date(2026, 8, 22)}


def test_only_2026_is_confirmed() -> None:
    assert calendar_of(shipped_years()).confirmed_years == {2026}


def test_2027_ships_as_a_guess() -> None:
    calendar = calendar_of(shipped_years())
    assert not is_working_day(date(2027, 1, 1), calendar)
    assert not is_working_day(date(2027, 2, 8), calendar)


def test_a_proposed_swap_changes_nothing() -> None:
    calendar = calendar_of(shipped_years())
    assert is_working_day(date(2026, 11, 23), calendar)
    assert not is_working_day(date(2026, 11, 28), calendar)


def test_every_special_day_cites_its_instrument() -> None:
    for year in shipped_years():
        assert {day.instrument for day in year.days} <= set(year.instruments)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("on = 2026-01-01", "on = 2025-01-01", "2025-01-01: it is not a day of 2026"),
        pytest.param("on = 2026-02-17", "on = 2026-02-16", "2026-02-16: it is named twice"),
        pytest.param("on = 2026-11-24", "on = 2026-11-22", "2026-11-22: only weekdays are closed"),
        pytest.param("on = 2026-08-22", "on = 2026-08-21", "2026-08-21: only weekdays are closed"),
        pytest.param("of = 2026-08-31", "of = 2026-08-28", "2026-08-28, which it replaces"),
        pytest.param(
            'instrument = "28/2026/QH16"',
            'instrument = "80-NQ/TW"',
            "2026-11-24: instrument 80-NQ/TW is not described",
        ),
        pytest.param('name_vi = "Quốc khánh"\n', "", "2026-09-02: name_vi is missing"),
        pytest.param("confirmed = true\n", "", "the calendar: confirmed is missing"),
    ],
)
def test_a_slip_is_named_by_its_day(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ScheduleError) as caught:
        read_calendar(TEXT.replace(old, new, 1))
    assert message in str(caught.value)
