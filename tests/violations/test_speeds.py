"""A measured speed becomes one band of the law, at every boundary the right one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from violations.schedules_reader import shipped_schedule
from violations.speeds import (
    Tolerance,
    applicable_rule,
    legal_speed,
    speed_band,
    speed_excess_tenths,
)

pytestmark = pytest.mark.gate

RULES = shipped_schedule().rules
ON = date(2026, 10, 1)

CAR = [
    pytest.param(0, None, id="at the limit"),
    pytest.param(49, None, id="4.9 over: no sanction"),
    pytest.param(50, "6.3.a", id="5.0 over: Đ6 k3 đ.a begins"),
    pytest.param(99, "6.3.a", id="9.9 over: Đ6 k3 đ.a, «dưới 10»"),
    pytest.param(100, "6.5.đ", id="10.0 over: Đ6 k5 đ.đ begins"),
    pytest.param(200, "6.5.đ", id="20.0 over: Đ6 k5 đ.đ, «đến 20»"),
    pytest.param(201, "6.6.a", id="20.1 over: Đ6 k6 đ.a, «trên 20»"),
    pytest.param(350, "6.6.a", id="35.0 over: Đ6 k6 đ.a, «đến 35»"),
    pytest.param(351, "6.7.a", id="35.1 over: Đ6 k7 đ.a, «trên 35»"),
    pytest.param(2_000, "6.7.a", id="200 over: Đ6 k7 đ.a has no upper end"),
]
MOTORCYCLE = [
    pytest.param(49, None, id="4.9 over: no sanction"),
    pytest.param(50, "7.2.b", id="5.0 over: Đ7 k2 đ.b begins"),
    pytest.param(99, "7.2.b", id="9.9 over: Đ7 k2 đ.b"),
    pytest.param(100, "7.4.a", id="10.0 over: Đ7 k4 đ.a begins"),
    pytest.param(200, "7.4.a", id="20.0 over: Đ7 k4 đ.a"),
    pytest.param(201, "7.8.a", id="20.1 over: Đ7 k8 đ.a, «trên 20»"),
    pytest.param(351, "7.8.a", id="35.1 over: Đ7 k8 đ.a, no higher band"),
]


MACHINERY = [
    pytest.param(49, None, id="4.9 over: no sanction"),
    pytest.param(50, "8.3.a", id="5.0 over: Đ8 k3 đ.a begins"),
    pytest.param(99, "8.3.a", id="9.9 over: Đ8 k3 đ.a"),
    pytest.param(100, "8.4.a", id="10.0 over: Đ8 k4 đ.a begins"),
    pytest.param(200, "8.4.a", id="20.0 over: Đ8 k4 đ.a"),
    pytest.param(201, "8.6.a", id="20.1 over: Đ8 k6 đ.a, «trên 20»"),
    pytest.param(351, "8.6.a", id="35.1 over: Đ8 k6 đ.a, no higher band"),
]


@pytest.mark.parametrize("vehicle_class", ["special", "tractor"])
@pytest.mark.parametrize(("excess", "provision"), MACHINERY)
def test_the_band_of_special_machinery(
    vehicle_class: str, excess: int, provision: str | None
) -> None:
    rule = speed_band(RULES, vehicle_class, excess, ON)
    assert (rule and rule.provision) == provision


@pytest.mark.parametrize("vehicle_class", ["car", "bus", "truck"])
@pytest.mark.parametrize(("excess", "provision"), CAR)
def test_the_band_of_a_car(vehicle_class: str, excess: int, provision: str | None) -> None:
    rule = speed_band(RULES, vehicle_class, excess, ON)
    assert (rule and rule.provision) == provision


@pytest.mark.parametrize("vehicle_class", ["motorcycle", "moped"])
@pytest.mark.parametrize(("excess", "provision"), MOTORCYCLE)
def test_the_band_of_a_motorcycle(vehicle_class: str, excess: int, provision: str | None) -> None:
    rule = speed_band(RULES, vehicle_class, excess, ON)
    assert (rule and rule.provision) == provision


@pytest.mark.parametrize("vehicle_class", ["unknown", "CAR", ""])
def test_what_is_no_class_of_the_decree_has_no_rule(vehicle_class: str) -> None:
    assert speed_band(RULES, vehicle_class, 300, ON) is None
    assert applicable_rule(RULES, "red_light", vehicle_class, ON) is None


@pytest.mark.parametrize("vehicle_class", ["e_bike", "bicycle"])
def test_a_bicycle_has_no_speed_band(vehicle_class: str) -> None:
    assert speed_band(RULES, vehicle_class, 300, ON) is None


@pytest.mark.parametrize(
    ("vehicle_class", "provision"),
    [
        ("car", "6.9.b"),
        ("bus", "6.9.b"),
        ("motorcycle", "7.7.c"),
        ("moped", "7.7.c"),
        ("special", "8.7.c"),
        ("tractor", "8.7.c"),
        ("bicycle", "9.2.đ"),
    ],
)
def test_the_red_light_has_one_rule_a_class(vehicle_class: str, provision: str) -> None:
    rule = applicable_rule(RULES, "red_light", vehicle_class, ON)
    assert rule is not None
    assert rule.provision == provision


class TestTheDayOfTheActDecides:
    """NĐ 238/2026 Đ21: an act before 15/8/2026 is judged by the decree of its day."""

    def test_the_day_before_the_amendment(self) -> None:
        rule = applicable_rule(RULES, "red_light", "car", date(2026, 8, 14))
        assert rule is not None
        assert rule.decree == "Nghị định số 168/2024/NĐ-CP"

    def test_the_day_of_the_amendment(self) -> None:
        rule = applicable_rule(RULES, "red_light", "car", date(2026, 8, 15))
        assert rule is not None
        assert "238/2026/NĐ-CP" in rule.decree

    def test_before_the_catalogue_nothing_is_decided(self) -> None:
        assert applicable_rule(RULES, "red_light", "car", date(2024, 12, 31)) is None

    def test_the_first_day_of_the_catalogue(self) -> None:
        assert applicable_rule(RULES, "red_light", "car", date(2025, 1, 1)) is not None


def test_speeding_without_an_excess_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="excess"):
        applicable_rule(RULES, "speed_over", "car", ON)


def test_two_rules_for_one_act_are_never_chosen_between() -> None:
    with pytest.raises(ValueError, match="2 rules claim"):
        applicable_rule([*RULES, *RULES], "red_light", "car", ON)


@given(
    excess=st.integers(50, 3_000), vehicle_class=st.sampled_from(["car", "motorcycle", "special"])
)
def test_every_excess_from_5_up_has_exactly_one_band(excess: int, vehicle_class: str) -> None:
    assert speed_band(RULES, vehicle_class, excess, ON) is not None


@given(
    excess=st.integers(50, 2_999), vehicle_class=st.sampled_from(["car", "motorcycle", "special"])
)
def test_faster_is_never_cheaper(excess: int, vehicle_class: str) -> None:
    slower = speed_band(RULES, vehicle_class, excess, ON)
    faster = speed_band(RULES, vehicle_class, excess + 1, ON)
    assert slower is not None
    assert faster is not None
    assert slower.fine_min_vnd <= faster.fine_min_vnd
    assert slower.points <= faster.points


@pytest.mark.parametrize(
    ("measured", "tolerance", "legal"),
    [
        pytest.param(723, Tolerance(), 693, id="3 km/h off 72.3"),
        pytest.param(723, Tolerance(fixed_tenths=0), 723, id="no tolerance"),
        pytest.param(20, Tolerance(), 0, id="never below nought"),
        pytest.param(0, Tolerance(), 0, id="standing"),
        pytest.param(999, Tolerance(30, percent=3), 969, id="fixed below 100 km/h"),
        pytest.param(1_000, Tolerance(30, percent=3), 970, id="equal at 100 km/h"),
        pytest.param(1_234, Tolerance(30, percent=3), 1_196, id="3 % of 123.4, rounded up to 3.8"),
        pytest.param(1_234, Tolerance(50, percent=3), 1_184, id="the larger of the two"),
    ],
)
def test_the_tolerance_is_taken_off_in_the_drivers_favour(
    measured: int, tolerance: Tolerance, legal: int
) -> None:
    assert legal_speed(measured, tolerance) == legal


@pytest.mark.parametrize(
    ("measured", "limit", "excess"),
    [
        pytest.param(580, 500, 50, id="58.0 in a 50: exactly 5.0 over, sanctioned"),
        pytest.param(579, 500, 49, id="57.9 in a 50: 4.9 over, not sanctioned"),
        pytest.param(530, 500, 0, id="53.0 in a 50: at the limit"),
        pytest.param(480, 500, -50, id="48.0 in a 50: below it"),
        pytest.param(1_181, 800, 351, id="118.1 in an 80: 35.1 over"),
    ],
)
def test_the_excess_is_counted_from_the_legal_speed(measured: int, limit: int, excess: int) -> None:
    assert speed_excess_tenths(measured, limit, Tolerance(30)) == excess


def test_a_limit_of_nought_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="limit"):
        speed_excess_tenths(500, 0, Tolerance())


@pytest.mark.parametrize(("measured", "tolerance"), [(-1, Tolerance()), (500, Tolerance(-10))])
def test_a_tolerance_never_adds_to_a_speed(measured: int, tolerance: Tolerance) -> None:
    with pytest.raises(ValueError, match="negative"):
        legal_speed(measured, tolerance)
