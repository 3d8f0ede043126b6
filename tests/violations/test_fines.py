"""The fine follows from the frame and the circumstances; each case is named by its article."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from violations.fines import (
    AgeBand,
    Suspension,
    age_band,
    assess,
    assess_suspension,
    late_charge,
    late_days,
    points_to_deduct,
    total_fine,
)

pytestmark = pytest.mark.gate

RED_LIGHT_CAR = (18_000_000, 20_000_000)
RED_LIGHT_MOTORCYCLE = (4_000_000, 6_000_000)
SPEED_CAR_LOWEST = (800_000, 1_000_000)


@pytest.mark.parametrize(
    ("frame", "mitigating", "aggravating", "fine"),
    [
        pytest.param(RED_LIGHT_CAR, 0, 0, 19_000_000, id="Đ9 k1 đ.a: midpoint"),
        pytest.param(RED_LIGHT_CAR, 1, 0, 18_500_000, id="Đ9 k1 đ.b: one mitigating"),
        pytest.param(RED_LIGHT_CAR, 2, 0, 18_000_000, id="Đ9 k1 đ.b: two mitigating, minimum"),
        pytest.param(RED_LIGHT_CAR, 3, 0, 18_000_000, id="Đ9 k1 đ.b: never below the minimum"),
        pytest.param(RED_LIGHT_CAR, 0, 1, 19_500_000, id="Đ9 k1 đ.c: one aggravating"),
        pytest.param(RED_LIGHT_CAR, 0, 2, 20_000_000, id="Đ9 k1 đ.c: two aggravating, maximum"),
        pytest.param(RED_LIGHT_CAR, 0, 5, 20_000_000, id="Đ9 k1 đ.c: never above the maximum"),
        pytest.param(RED_LIGHT_CAR, 1, 1, 19_000_000, id="Đ9 k1 đ.d: one cancels one"),
        pytest.param(RED_LIGHT_CAR, 3, 2, 18_500_000, id="Đ9 k1 đ.d: one mitigating is left"),
        pytest.param(RED_LIGHT_CAR, 1, 3, 20_000_000, id="Đ9 k1 đ.d: two aggravating are left"),
        pytest.param(RED_LIGHT_MOTORCYCLE, 0, 0, 5_000_000, id="Đ7 k7 đ.c: motorcycle midpoint"),
        pytest.param(RED_LIGHT_MOTORCYCLE, 1, 0, 4_500_000, id="Đ7 k7 đ.c: one mitigating"),
        pytest.param(SPEED_CAR_LOWEST, 0, 0, 900_000, id="Đ6 k3 đ.a: midpoint"),
        pytest.param(SPEED_CAR_LOWEST, 0, 1, 950_000, id="Đ6 k3 đ.a: one aggravating"),
    ],
)
def test_the_fine_for_one_act(
    frame: tuple[int, int], mitigating: int, aggravating: int, fine: int
) -> None:
    assert assess(*frame, mitigating, aggravating).fine_vnd == fine


def test_an_organisation_pays_twice() -> None:
    """Luật XLVPHC Đ3 k1 đ.e"""
    result = assess(*RED_LIGHT_CAR, organisation=True)
    assert result.fine_vnd == 38_000_000
    assert (result.frame_min_vnd, result.frame_max_vnd) == (36_000_000, 40_000_000)


def test_from_16_to_under_18_pays_half() -> None:
    """Luật XLVPHC Đ134 k3"""
    result = assess(*RED_LIGHT_MOTORCYCLE, age_band=AgeBand.FROM_16)
    assert result.fine_vnd == 2_500_000
    assert (result.frame_min_vnd, result.frame_max_vnd) == (2_000_000, 3_000_000)


def test_half_of_an_odd_sum_is_never_more_than_half() -> None:
    """Luật XLVPHC Đ134 k3: at most one half."""
    assert assess(11, 19, age_band=AgeBand.FROM_16).fine_vnd == 7


def test_from_14_to_under_16_is_warned_and_pays_nothing() -> None:
    """Luật XLVPHC Đ134 k3"""
    result = assess(*RED_LIGHT_MOTORCYCLE, 0, 2, age_band=AgeBand.FROM_14)
    assert result.warning
    assert result.fine_vnd == 0


def test_an_adult_is_the_default() -> None:
    assert assess(*RED_LIGHT_CAR, age_band=AgeBand.ADULT) == assess(*RED_LIGHT_CAR)


def test_a_child_under_14_is_not_sanctioned() -> None:
    """Luật XLVPHC Đ5 k1 đ.a, Đ11 k5"""
    with pytest.raises(ValueError, match="under 14"):
        assess(*RED_LIGHT_MOTORCYCLE, age_band=AgeBand.UNDER_14)


def test_an_organisation_has_no_age() -> None:
    with pytest.raises(ValueError, match="no age"):
        assess(*RED_LIGHT_CAR, organisation=True, age_band=AgeBand.FROM_16)


@pytest.mark.parametrize("frame", [(0, 5), (5, 5), (20, 18), (-4, 4), (10, 13)])
def test_what_is_no_frame_is_refused(frame: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a fine frame"):
        assess(*frame)


@pytest.mark.parametrize("counts", [(-1, 0), (0, -1)])
def test_circumstances_cannot_be_fewer_than_none(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="circumstances"):
        assess(*RED_LIGHT_CAR, *counts)


def test_the_arithmetic_is_shown_step_by_step() -> None:
    steps = assess(*RED_LIGHT_CAR, 2, 1, organisation=True).steps
    assert [step.amount for step in steps] == [
        18_000_000,
        20_000_000,
        36_000_000,
        40_000_000,
        38_000_000,
        37_000_000,
    ]
    assert steps[-1].label_vi == (
        "2 tình tiết giảm nhẹ, 1 tình tiết tăng nặng, "
        "còn 1 giảm nhẹ: giữa mức tối thiểu và mức trung bình"
    )


@pytest.mark.parametrize(
    ("mitigating", "aggravating", "margin"),
    [
        pytest.param(0, 0, (19_000_000, 19_000_000), id="no margin at the midpoint"),
        pytest.param(1, 0, (18_000_001, 18_999_999), id="above minimum, below midpoint"),
        pytest.param(0, 1, (19_000_001, 19_999_999), id="above midpoint, below maximum"),
        pytest.param(2, 0, (18_000_000, 18_000_000), id="no margin at the minimum"),
    ],
)
def test_one_circumstance_leaves_the_officer_a_margin(
    mitigating: int, aggravating: int, margin: tuple[int, int]
) -> None:
    """NĐ 118/2021 Đ9 k1 đ.b, đ.c"""
    result = assess(*RED_LIGHT_CAR, mitigating, aggravating)
    assert (result.lowest_vnd, result.highest_vnd) == margin


FRAMES = st.tuples(st.integers(1, 80_000_000), st.integers(4, 80_000_000)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)
COUNTS = st.integers(0, 4)


@given(frame=FRAMES, mitigating=COUNTS, aggravating=COUNTS, organisation=st.booleans())
def test_every_fine_lies_within_its_margin_and_its_frame(
    frame: tuple[int, int], mitigating: int, aggravating: int, organisation: bool
) -> None:
    result = assess(*frame, mitigating, aggravating, organisation=organisation)
    assert result.lowest_vnd <= result.fine_vnd <= result.highest_vnd
    assert result.frame_min_vnd <= result.lowest_vnd
    assert result.highest_vnd <= result.frame_max_vnd
    assert result.steps[-1].amount == result.fine_vnd


@given(frame=FRAMES, mitigating=COUNTS, aggravating=COUNTS)
def test_another_aggravating_circumstance_never_makes_it_cheaper(
    frame: tuple[int, int], mitigating: int, aggravating: int
) -> None:
    fewer = assess(*frame, mitigating, aggravating).fine_vnd
    assert assess(*frame, mitigating, aggravating + 1).fine_vnd >= fewer


@given(frame=FRAMES, mitigating=COUNTS, aggravating=COUNTS)
def test_a_minor_never_pays_more_than_half_an_adults_fine(
    frame: tuple[int, int], mitigating: int, aggravating: int
) -> None:
    adult = assess(*frame, mitigating, aggravating)
    minor = assess(*frame, mitigating, aggravating, age_band=AgeBand.FROM_16)
    assert 2 * minor.fine_vnd <= adult.fine_vnd


def test_several_acts_are_fined_each_and_added() -> None:
    """Luật XLVPHC Đ3 k1 đ.d, Đ67 k1"""
    assert total_fine([assess(*RED_LIGHT_CAR), assess(*SPEED_CAR_LOWEST)]) == 19_900_000


@pytest.mark.parametrize(
    ("born_on", "band"),
    [
        pytest.param(date(2012, 5, 11), AgeBand.UNDER_14, id="13 until tomorrow"),
        pytest.param(date(2012, 5, 10), AgeBand.FROM_14, id="14 today"),
        pytest.param(date(2010, 5, 11), AgeBand.FROM_14, id="15 until tomorrow"),
        pytest.param(date(2010, 5, 10), AgeBand.FROM_16, id="16 today"),
        pytest.param(date(2008, 5, 11), AgeBand.FROM_16, id="17 until tomorrow"),
        pytest.param(date(2008, 5, 10), AgeBand.ADULT, id="18 today"),
    ],
)
def test_a_year_of_age_is_full_on_the_birthday(born_on: date, band: AgeBand) -> None:
    """Luật XLVPHC Đ5 k1 đ.a"""
    assert age_band(born_on, date(2026, 5, 10)) is band


def test_who_was_born_on_a_leap_day_grows_older_in_march() -> None:
    assert age_band(date(2008, 2, 29), date(2026, 2, 28)) is AgeBand.FROM_16
    assert age_band(date(2008, 2, 29), date(2026, 3, 1)) is AgeBand.ADULT


@pytest.mark.parametrize(
    ("mitigating", "aggravating", "length"),
    [
        pytest.param(0, 0, Suspension(11), id="Đ9 k2 đ.a: midpoint"),
        pytest.param(1, 0, Suspension(10, 15), id="Đ9 k2 đ.b: one mitigating"),
        pytest.param(2, 0, Suspension(10), id="Đ9 k2 đ.b: two mitigating"),
        pytest.param(0, 1, Suspension(11, 15), id="Đ9 k2 đ.c: one aggravating"),
        pytest.param(0, 2, Suspension(12), id="Đ9 k2 đ.c: two aggravating"),
        pytest.param(1, 1, Suspension(11), id="Đ9 k2 đ.d: one cancels one"),
    ],
)
def test_a_suspension_is_fixed_like_the_fine(
    mitigating: int, aggravating: int, length: Suspension
) -> None:
    assert assess_suspension(10, 12, mitigating, aggravating) == length


def test_the_law_knows_no_suspension_of_a_minors_licence() -> None:
    """Luật XLVPHC Đ135 k1"""
    assert assess_suspension(10, 12, age_band=AgeBand.FROM_16) is None


@pytest.mark.parametrize("frame", [(0, 2), (12, 12), (12, 10)])
def test_what_is_no_suspension_frame_is_refused(frame: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a frame"):
        assess_suspension(*frame)


@pytest.mark.parametrize(
    ("points", "circumstances", "taken"),
    [
        pytest.param([4], {}, 4, id="NĐ 168 Đ50 k1: one act"),
        pytest.param([2, 6, 4], {}, 6, id="NĐ 168 Đ50 k1 đ.b: the highest only"),
        pytest.param([6], {"balance": 4}, 4, id="NĐ 168 Đ50 k1 đ.c: never below nought"),
        pytest.param([4], {"balance": 0}, 0, id="NĐ 168 Đ50 k1 đ.c: nothing left"),
        pytest.param([4], {"suspended": True}, 0, id="NĐ 168 Đ5 k2: none beside a suspension"),
        pytest.param([4], {"organisation": True}, 0, id="an organisation holds no licence"),
        pytest.param([], {}, 0, id="acts without points"),
    ],
)
def test_points(points: list[int], circumstances: dict[str, int], taken: int) -> None:
    assert points_to_deduct(points, **circumstances) == taken


@pytest.mark.parametrize(
    ("unpaid", "days", "charge"),
    [
        pytest.param(19_000_000, 1, 9_500, id="Đ78 k1: 0.05 % a day"),
        pytest.param(19_000_000, 30, 285_000, id="Đ78 k1: thirty days"),
        pytest.param(900_000, 1, 450, id="Đ78 k1: a small fine"),
        pytest.param(19_000_000, 0, 0, id="paid in time"),
        pytest.param(0, 30, 0, id="nothing unpaid"),
        pytest.param(999, 1, 0, id="0.4995 rounds down"),
        pytest.param(1_000, 1, 1, id="0.5 rounds up"),
        pytest.param(2_999, 1, 1, id="1.4995 rounds down"),
        pytest.param(3_000, 1, 2, id="1.5 rounds up"),
        pytest.param(150_000_000, 365, 27_375_000, id="a large sum over a year"),
    ],
)
def test_the_late_charge(unpaid: int, days: int, charge: int) -> None:
    assert late_charge(unpaid, days) == charge


@pytest.mark.parametrize("bad", [(-1, 1), (1, -1)])
def test_a_late_charge_is_never_a_rebate(bad: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="neither negative"):
        late_charge(*bad)


DUE = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("paid_on", "days"),
    [
        pytest.param(date(2026, 10, 5), 0, id="paid before the last day"),
        pytest.param(date(2026, 10, 12), 0, id="paid on the last day"),
        pytest.param(date(2026, 10, 13), 0, id="TT 18 Đ5 k1: the day of payment is not counted"),
        pytest.param(date(2026, 10, 14), 1, id="TT 18 Đ5 k1: one day between"),
        pytest.param(date(2026, 10, 19), 6, id="TT 18 Đ5 k1: a weekend counts"),
        pytest.param(date(2027, 10, 12), 364, id="over a whole year"),
    ],
)
def test_late_days_lie_between_the_last_day_and_the_payment(paid_on: date, days: int) -> None:
    assert late_days(DUE, paid_on) == days


@pytest.mark.parametrize(
    ("holds", "days"),
    [
        pytest.param([], 18, id="no hold"),
        pytest.param([(date(2026, 10, 15), date(2026, 10, 19))], 13, id="Đ5 k2 đ.a: a deferral"),
        pytest.param([(date(2026, 10, 1), date(2026, 10, 14))], 16, id="begun before the delay"),
        pytest.param([(date(2026, 10, 28), None)], 15, id="Đ5 k2 đ.b: still being considered"),
        pytest.param([(date(2026, 10, 1), None)], 0, id="held all along"),
        pytest.param(
            [(date(2026, 10, 15), date(2026, 10, 19)), (date(2026, 10, 18), date(2026, 10, 20))],
            12,
            id="overlapping holds count once",
        ),
        pytest.param([(date(2026, 11, 5), date(2026, 11, 9))], 18, id="after the payment"),
        pytest.param([(date(2026, 9, 1), date(2026, 9, 30))], 18, id="before the delay"),
    ],
)
def test_no_charge_runs_while_it_is_held(holds: list[tuple[date, date | None]], days: int) -> None:
    """TT 18/2023/TT-BTC Đ5 k2"""
    assert late_days(DUE, date(2026, 10, 31), holds) == days


@given(
    delay=st.integers(0, 400),
    start=st.integers(-50, 400),
    length=st.integers(0, 100),
)
def test_a_hold_only_ever_shortens_the_delay(delay: int, start: int, length: int) -> None:
    paid_on = DUE + timedelta(days=delay)
    first = DUE + timedelta(days=start)
    plain = late_days(DUE, paid_on)
    held = late_days(DUE, paid_on, [(first, first + timedelta(days=length))])
    assert plain - (length + 1) <= held <= plain
    assume(held < plain)
    assert held >= 0
