"""Journeys no vehicle can make: distance, time and the slack of two clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from violations.plate_journeys import Sighting, distance_km, impossible_journey

pytestmark = pytest.mark.gate

NOON = datetime(2026, 10, 12, 5, 0, tzinfo=UTC)
HA_NOI = (105_850_000, 21_020_000)
HAI_PHONG = (106_690_000, 20_860_000)
HCMC = (106_680_000, 10_770_000)


def seen(where: tuple[int, int], minutes: float) -> Sighting:
    return Sighting(*where, NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        pytest.param(HA_NOI, HA_NOI, 0, id="the same place"),
        pytest.param(HA_NOI, HAI_PHONG, 89, id="Ha Noi to Hai Phong"),
        pytest.param(HA_NOI, HCMC, 1143, id="Ha Noi to Ho Chi Minh City"),
    ],
)
def test_distances_are_those_of_the_map(
    one: tuple[int, int], other: tuple[int, int], kilometres: int
) -> None:
    assert round(distance_km(seen(one, 0), seen(other, 0))) == kilometres
    assert distance_km(seen(other, 0), seen(one, 0)) == distance_km(seen(one, 0), seen(other, 0))


@pytest.mark.parametrize(
    ("where", "minutes", "is_impossible"),
    [
        pytest.param(HAI_PHONG, 120, False, id="two hours to Hai Phong"),
        pytest.param(HAI_PHONG, 26, False, id="26 minutes and the clocks' slack: 191 km/h"),
        pytest.param(HAI_PHONG, 20, True, id="20 minutes to Hai Phong"),
        pytest.param(HAI_PHONG, -20, True, id="seen there 20 minutes before"),
        pytest.param(HCMC, 300, True, id="five hours to Ho Chi Minh City"),
        pytest.param((105_851_000, 21_021_000), 0, False, id="the next crossing, the same second"),
        pytest.param((105_880_000, 21_030_000), 0, False, id="three kilometres prove nothing"),
    ],
)
def test_only_what_no_vehicle_can_do_is_impossible(
    where: tuple[int, int], minutes: float, is_impossible: bool
) -> None:
    assert (
        impossible_journey(seen(HA_NOI, 0), [seen(where, minutes)]) is not None
    ) == is_impossible


def test_of_several_journeys_the_fastest_is_named() -> None:
    found = impossible_journey(seen(HA_NOI, 0), [seen(HAI_PHONG, 20), seen(HCMC, 60)])
    assert found is not None
    assert (found.kilometres, found.minutes) == (1143, 60)
    assert found.least_kmh > 1000
