"""A camera is out of line below three standard errors; a pace says what lapses. Tables, no database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from violations.forecast import Forecast, forecast, grows, loads, pace
from violations.p_chart import (
    Verdicts,
    is_out_of_line,
    lower_limit,
    risen_reason,
    suggestion,
    usual_rate,
)

pytestmark = pytest.mark.gate
MONDAY = date(2026, 10, 12)
WORKING = frozenset(
    MONDAY + timedelta(days=n) for n in range(40) if (MONDAY + timedelta(days=n)).weekday() < 5
)


@pytest.mark.parametrize(("of", "limit"), [(50, 0.727), (200, 0.799)])
def test_the_limits_of_the_specification(of: int, limit: float) -> None:
    assert round(lower_limit(0.87, of), 3) == limit


@pytest.mark.parametrize(
    ("accepted", "of", "alarm"),
    [
        (36, 50, True),  # 72.0 %
        (37, 50, False),  # 74.0 %
        (159, 200, True),  # 79.5 %
        (160, 200, False),  # 80.0 %
        (0, 29, False),  # too few to say anything
        (0, 30, True),
        (0, 0, False),
    ],
)
def test_a_camera_is_out_of_line_below_its_limit(accepted: int, of: int, alarm: bool) -> None:
    assert is_out_of_line(Verdicts(accepted, of), 0.87) is alarm


def test_without_a_baseline_no_line_is_drawn() -> None:
    assert usual_rate(Verdicts(29, 29)) is None
    assert not is_out_of_line(Verdicts(0, 100), None)


def test_a_spotless_baseline_does_not_make_one_rejection_an_alarm() -> None:
    usual = usual_rate(Verdicts(300, 300))
    assert not is_out_of_line(Verdicts(49, 50), usual)
    assert is_out_of_line(Verdicts(46, 50), usual)


@pytest.mark.parametrize(("usual", "of"), [(1.1, 50), (-0.1, 50), (0.5, 0)])
def test_nonsense_has_no_limit(usual: float, of: int) -> None:
    with pytest.raises(ValueError, match="usual"):
        lower_limit(usual, of)
    with pytest.raises(ValueError, match="2 of 1"):
        Verdicts(2, 1)


def test_a_limit_is_never_negative() -> None:
    assert lower_limit(0.02, 30) == 0


@pytest.mark.parametrize(
    ("recent", "of", "before", "before_of", "code"),
    [
        ({"picture_or_camera_fault": 15}, 100, {"picture_or_camera_fault": 15}, 300, ""),
        (
            {"picture_or_camera_fault": 15},
            100,
            {"picture_or_camera_fault": 14},
            300,
            "picture_or_camera_fault",
        ),
        ({"duplicate": 4}, 10, {}, 300, ""),
        ({"duplicate": 5}, 100, {}, 300, "duplicate"),
        (
            {"duplicate": 6, "no_violation": 40},
            100,
            {"duplicate": 1, "no_violation": 30},
            300,
            "duplicate",
        ),
        ({}, 0, {}, 0, ""),
    ],
)
def test_a_reason_that_rose_threefold_is_named(
    recent: dict[str, int], of: int, before: dict[str, int], before_of: int, code: str
) -> None:
    assert risen_reason(recent, of, before, before_of) == code


@pytest.mark.parametrize(
    ("code", "look_at"),
    [
        ("picture_or_camera_fault", "frame_shift"),
        ("plate_unreadable", "infrared_or_lens"),
        ("no_violation", "trigger_or_zone"),
        ("signal_or_sign_fault", "signal"),
        ("duplicate", "double_trigger"),
        ("priority_vehicle", ""),
    ],
)
def test_what_a_reason_suggests(code: str, look_at: str) -> None:
    assert suggestion(code) == look_at


@pytest.mark.parametrize(
    ("done", "median"), [([], 0), ([5], 5), ([0, 0, 90], 0), ([4, 6], 4), ([9, 1, 5], 5)]
)
def test_the_pace_is_the_median(done: list[int], median: int) -> None:
    assert pace(done) == median


@pytest.mark.parametrize(
    ("due", "per_day", "found"),
    [
        ({}, 10, Forecast()),
        ({0: 10}, 10, Forecast()),  # what is due today may still be done today
        ({0: 12}, 10, Forecast(2, MONDAY, 0)),
        ({0: 5, 1: 15}, 10, Forecast()),  # time left on one day is used for the next
        ({0: 5, 1: 16}, 10, Forecast(1, MONDAY + timedelta(days=1), 0)),
        ({5: 60}, 10, Forecast(10, MONDAY + timedelta(days=5), 0)),  # a Saturday: five days' work
        ({7: 60}, 10, Forecast()),  # six working days to the next Monday
        ({-1: 8, 0: 5}, 10, Forecast(3, MONDAY, 8)),  # late work comes first
        ({3: 4, 8: 2}, 0, Forecast(6, MONDAY + timedelta(days=3), 0)),
    ],
)
def test_what_lapses_at_a_pace(due: dict[int, int], per_day: int, found: Forecast) -> None:
    days = {MONDAY + timedelta(days=n): count for n, count in due.items()}
    assert forecast(days, per_day, MONDAY, WORKING) == found


def test_a_pace_is_not_negative() -> None:
    with pytest.raises(ValueError, match="pace"):
        forecast({}, -1, MONDAY, WORKING)


def test_the_load_is_cumulative() -> None:
    assert loads([5, 15, 0, 20], 10) == [0.5, 1.0, 2 / 3, 1.0]
    with pytest.raises(ValueError, match="capacity"):
        loads([1], 0)


@pytest.mark.parametrize(
    ("flow", "alarm"),
    [
        ([(2, 1), (2, 1), (2, 1)], True),
        ([(9, 0), (2, 1), (1, 1), (2, 1)], False),
        ([(0, 9), (2, 1), (2, 1), (2, 1)], True),
        ([(2, 1), (2, 1)], False),
    ],
)
def test_a_queue_that_grows_three_days_running(flow: list[tuple[int, int]], alarm: bool) -> None:
    assert grows(flow) is alarm


@pytest.mark.parametrize(
    ("usual", "of", "limit"),
    [
        # 3 √(p(1 − p) / n) by hand: p = 0.80, p(1 − p) = 0.16, √0.16 = 0.4, so 1.2 / √n below p.
        (0.80, 36, 0.60),  # 1.2 / 6
        (0.80, 64, 0.65),  # 1.2 / 8
        (0.80, 100, 0.68),  # 1.2 / 10
        (0.80, 144, 0.70),  # 1.2 / 12
        (0.80, 400, 0.74),  # 1.2 / 20
        # p = 0.90: √0.09 = 0.3, so 0.9 / √n.
        (0.90, 36, 0.75),
        (0.90, 81, 0.80),
        (0.90, 225, 0.84),
        # p = 0.50: √0.25 = 0.5, so 1.5 / √n.
        (0.50, 100, 0.35),
        (0.50, 9, 0.0),  # 1.5 / 3 reaches the ground
        (1.00, 50, 1.0),  # no width at all: why a spotless baseline is read otherwise
    ],
)
def test_the_band_narrows_with_the_number_of_verdicts(usual: float, of: int, limit: float) -> None:
    assert lower_limit(usual, of) == pytest.approx(limit, abs=1e-12)


#: A week of six cameras at the usual 80 %, unequal in number: accepted, of, limit by hand, out.
A_WEEK = [
    (22, 36, 0.60, False),  # 61.1 %
    (21, 36, 0.60, True),  # 58.3 %
    (67, 100, 0.68, True),  # 67.0 %
    (68, 100, 0.68, False),  # on the line is inside
    (101, 144, 0.70, False),  # 70.1 %
    (295, 400, 0.74, True),  # 73.75 %: would be inside at n = 144
]


@pytest.mark.parametrize(("accepted", "of", "limit", "is_out"), A_WEEK)
def test_the_same_share_may_be_in_or_out_by_its_number(
    accepted: int, of: int, limit: float, is_out: bool
) -> None:
    assert (accepted / of < limit) is is_out  # the table agrees with itself
    assert is_out_of_line(Verdicts(accepted, of), 0.80) is is_out


@pytest.mark.parametrize(
    ("counts", "of", "rise"),
    [
        # Before: 12 of 400 were "duplicate" (3 %), none "signal_or_sign_fault" (half a case).
        ({"duplicate": 8}, 100, ""),  # 8 % is 2.67 times 3 %
        ({"duplicate": 9}, 100, "duplicate"),  # 9 % is three times
        ({"signal_or_sign_fault": 5}, 1400, ""),  # 5 / 1400 is 2.86 times 0.5 / 400
        ({"signal_or_sign_fault": 5}, 1300, "signal_or_sign_fault"),  # 3.08 times
        # 9 % is 3 times; 5 of 100 is 40 times half a case in 400: the greater rise is named.
        ({"duplicate": 9, "signal_or_sign_fault": 5}, 100, "signal_or_sign_fault"),
    ],
)
def test_a_rise_of_a_reason_by_hand(counts: dict[str, int], of: int, rise: str) -> None:
    assert risen_reason(counts, of, {"duplicate": 12}, 400) == rise
