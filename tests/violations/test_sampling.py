"""What is looked at again, and when two looks say the same: the rules by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from violations.review import REJECTION_REASONS
from violations.sampling import (
    REASON_CLASSES,
    Answer,
    Circumstances,
    difference,
    drawn,
    rate_with_floor,
    strata_of,
)

pytestmark = pytest.mark.gate

SEASONED = {"verdicts_before": 500, "device_verdicts_before": 500}
ACCEPTED = Circumstances("verify", **SEASONED)
REJECTED = Circumstances("reject", **SEASONED)


def strata(around: Circumstances) -> tuple[str, ...]:
    return strata_of(
        around,
        asking_flags=frozenset({"register", "journey"}),
        new_officer_verdicts=200,
        new_device_verdicts=100,
    )


@pytest.mark.parametrize(
    ("around", "expected"),
    [
        (ACCEPTED, ("accepted",)),
        (REJECTED, ("rejected",)),
        (replace(ACCEPTED, plate_corrected=True), ("accepted", "plate_corrected")),
        (replace(ACCEPTED, least_character=899), ("accepted", "plate_doubtful")),
        (replace(ACCEPTED, least_character=900), ("accepted",)),
        (replace(ACCEPTED, register_differs=True), ("accepted", "register_differs")),
        (replace(ACCEPTED, flags=frozenset({"journey"})), ("accepted", "flagged")),
        (replace(ACCEPTED, flags=frozenset({"doubt"})), ("accepted", "flagged")),
        (replace(ACCEPTED, flags=frozenset({"works"})), ("accepted",)),
        (replace(ACCEPTED, licence_at_stake=True), ("accepted", "licence_at_stake")),
        (replace(ACCEPTED, verdicts_before=199), ("accepted", "new_officer")),
        (replace(ACCEPTED, verdicts_before=200), ("accepted", "settling_officer")),
        (replace(ACCEPTED, verdicts_before=399), ("accepted", "settling_officer")),
        (replace(ACCEPTED, verdicts_before=400), ("accepted",)),
        (replace(ACCEPTED, device_verdicts_before=99), ("accepted", "new_device")),
        (replace(ACCEPTED, device_verdicts_before=100), ("accepted", "settling_device")),
        (replace(ACCEPTED, device_verdicts_before=200), ("accepted",)),
        (replace(REJECTED, verdicts_before=399), ("rejected", "settling_officer")),
        (replace(REJECTED, plate_corrected=True, least_character=1), ("rejected",)),
        (replace(REJECTED, register_differs=True, licence_at_stake=True), ("rejected",)),
        (replace(REJECTED, flags=frozenset({"journey"})), ("rejected",)),
        (replace(REJECTED, flags=frozenset({"doubt"})), ("rejected", "flagged")),
        (replace(REJECTED, verdicts_before=0), ("rejected", "new_officer")),
    ],
)
def test_a_verdict_belongs_to_its_strata(around: Circumstances, expected: tuple[str, ...]) -> None:
    assert strata(around) == expected


@pytest.mark.parametrize(
    ("rates", "number", "expected"),
    [
        ({"accepted": 50}, 49, ("sample", ["accepted"])),
        ({"accepted": 50}, 50, ("sample", [])),
        ({"accepted": 0, "flagged": 0}, 0, ("sample", [])),
        ({"accepted": 50, "flagged": 1000}, 999, ("risk", ["flagged"])),
        ({"accepted": 50, "flagged": 1000}, 0, ("risk", ["flagged", "accepted"])),
        ({"accepted": 1000}, 999, ("risk", ["accepted"])),
        ({}, 0, ("sample", [])),
    ],
)
def test_certain_strata_ask_always_and_the_rest_by_chance(
    rates: dict[str, int], number: int, expected: tuple[str, list[str]]
) -> None:
    assert drawn(("accepted", "flagged"), rates, lambda below: number) == expected


@pytest.mark.parametrize(
    ("per_mille", "looks", "verdicts", "usual", "expected"),
    [
        (50, 0, 0, 400, 50),  # 20 of 400 are 5 per cent: the floor is reached by itself
        (50, 0, 0, 200, 100),
        (50, 0, 0, None, 100),  # nobody knows the officer's week yet: 200 are taken for it
        (50, 10, 100, 200, 100),
        (50, 19, 190, 200, 100),
        (50, 0, 190, 200, 1000),
        (50, 0, 300, 200, 1000),  # already past a usual week: every one, until the floor stands
        (50, 20, 0, 200, 50),
        (300, 0, 0, 200, 300),
        (0, 0, 0, 10, 0),  # switched off is off
    ],
)
def test_a_week_reaches_its_floor_of_twenty_looks(
    per_mille: int, looks: int, verdicts: int, usual: int | None, expected: int
) -> None:
    assert rate_with_floor(per_mille, looks=looks, verdicts=verdicts, usual=usual) == expected


def verified(plate: str = "30F12345", rule: int = 1) -> Answer:
    return Answer("verify", plate, rule)


def rejected(reason: str, plate: str = "30F12345") -> Answer:
    return Answer("reject", plate, None, reason)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (verified(), verified(), ""),
        (verified(), verified("30F12346"), "plate"),
        (verified(), verified(rule=2), "rule"),
        (verified(), rejected("no_violation"), "choice"),
        (rejected("no_violation"), verified(), "choice"),
        (rejected("no_violation"), rejected("priority_vehicle"), ""),
        (rejected("plate_unreadable"), rejected("wrong_plate_or_vehicle"), ""),
        (rejected("plate_unreadable"), rejected("no_violation"), "reason"),
        (rejected("duplicate"), rejected("duplicate", "30F99999"), ""),
        (rejected("other"), rejected("duplicate"), "reason"),
    ],
)
def test_two_answers_differ_in_what_they_differ(one: Any, other: Any, expected: str) -> None:
    assert difference(one, other) == expected


def test_every_reason_has_its_class() -> None:
    assert set(REASON_CLASSES) == set(REJECTION_REASONS)
