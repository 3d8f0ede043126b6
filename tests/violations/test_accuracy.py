"""How sure a share is: the interval of Wilson, and what no error in so many still allows."""

from __future__ import annotations

import pytest

from violations.accuracy import Tally, rule_of_three, tally, wilson

pytestmark = pytest.mark.gate


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [
        (302, 312, 94.2, 98.2),  # the figures of officer_workspace.md §6.6
        (0, 0, 0.0, 100.0),
        (0, 10, 0.0, 27.8),
        (10, 10, 72.2, 100.0),
        (1, 2, 9.5, 90.5),
        (5, 10, 23.7, 76.3),
        (81, 263, 25.5, 36.6),
        (990, 1000, 98.2, 99.5),
    ],
)
def test_the_interval_of_a_share(right: int, of: int, low: float, high: float) -> None:
    found = wilson(right, of)
    assert tuple(round(end * 100, 1) for end in found) == (low, high)


@pytest.mark.parametrize(("right", "of"), [(3, 2), (-1, 2), (1, 0)])
def test_what_is_no_part_of_the_whole_has_no_share(right: int, of: int) -> None:
    with pytest.raises(ValueError, match="of"):
        wilson(right, of)


@pytest.mark.parametrize(("of", "still"), [(100, 0.03), (300, 0.01), (2, 1.0), (0, 1.0)])
def test_no_error_in_so_many_still_allows_some(of: int, still: float) -> None:
    assert rule_of_three(of) == pytest.approx(still)
    assert Tally(of, of).error_at_most == pytest.approx(still)


@pytest.mark.parametrize(
    ("right", "of", "low"),
    [
        (29, 29, False),
        (0, 29, False),  # too few to say anything
        (28, 30, False),  # 93 per cent of so few may still be 98
        (27, 30, True),
        (25, 30, True),
        (300, 300, False),
        (280, 300, True),
        (290, 300, False),
    ],
)
def test_accuracy_is_too_low_only_when_even_the_kindest_reading_is(
    right: int, of: int, low: bool
) -> None:
    assert Tally(right, of).is_too_low is low


def test_answers_are_counted_and_joined() -> None:
    assert tally([True, False, True]) + Tally(1, 1) == Tally(3, 4)
    assert tally([]).share is None
