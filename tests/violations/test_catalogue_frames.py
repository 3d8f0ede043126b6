"""Every row of the loaded law has the frame, the points and the months the decree prints.

``frames_nd168.csv`` was written from the table of the study of the decree, a line for each article,
clause and point, and not from the law files. Points "0/4/10" depend on the excess of passengers:
the row holds 0 and says the condition.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from violations.schedules_reader import Rule, shipped_schedule

pytestmark = pytest.mark.gate

ON = date(2026, 8, 15)
BEFORE = date(2026, 8, 14)
with (Path(__file__).parent / "frames_nd168.csv").open(encoding="utf-8", newline="") as file:
    FRAMES = list(csv.DictReader(file))

#: The words of the table for the decree's groups.
GROUPS = {
    "ô tô": {"CAR"},
    "mô tô, xe gắn máy": {"MOTO"},
    "xe máy chuyên dùng": {"SPECIAL"},
    "xe đạp, thô sơ": {"BICYCLE"},
    "xe đạp máy": {"BICYCLE_MOTOR"},
    "người đi bộ": {"PEDESTRIAN"},
    "người được chở/ô tô": {"CAR_PASSENGER"},
    "người được chở/mô tô": {"MOTO_PASSENGER"},
    "ô tô tải": {"TRUCK"},
    "ô tô khách": {"BUS"},
    "xe vệ sinh": {"WASTE_TRUCK"},
    "xe 4 bánh gắn động cơ": {"FOUR_WHEEL_CART"},
    "cá nhân": {"ANY_PERSON", "INDIVIDUAL", "OWNER_CAR_INDIVIDUAL", "OWNER_MOTO_INDIVIDUAL"},
    "tổ chức": {"ORGANISATION", "OWNER_CAR_ORGANISATION", "OWNER_MOTO_ORGANISATION"},
}
#: Acts that Decree 238/2026 added: no law for them the day before.
NEW = {"16824.6.1a.0.01", "16824.6.2.a.04", "16824.20.8a.0.01"}


def rules_on(day: date) -> list[Rule]:
    return [
        rule
        for rule in shipped_schedule().rules
        if rule.effective_from <= day
        and (rule.effective_until is None or day <= rule.effective_until)
    ]


def rules_of(frame: dict[str, str], day: date = ON) -> list[Rule]:
    return [
        rule
        for rule in rules_on(day)
        if (rule.article, rule.clause, rule.point)
        == (frame["article"], frame["clause"], frame["point"])
        and rule.vehicle_group in GROUPS[frame["who"]]
    ]


def whole(text: str) -> int | None:
    return int(text) if text else None


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(
            frame,
            id=f"Đ{frame['article']} k{frame['clause']} {frame['point']} {frame['who']}",
        )
        for frame in FRAMES
    ],
)
def test_the_frame_points_and_months_of(frame: dict[str, str]) -> None:
    rules = rules_of(frame)
    assert rules
    for rule in rules:
        assert (
            rule.sanction,
            rule.fine_min_vnd,
            rule.fine_max_vnd,
            rule.suspension_months_min,
            rule.suspension_months_max,
        ) == (
            frame["sanction"],
            int(frame["fine_min_vnd"]),
            int(frame["fine_max_vnd"]),
            whole(frame["months_min"]),
            whole(frame["months_max"]),
        )
        if frame["points"] == "0/4/10" and rule.offender != "organisation":
            assert (rule.points, "10 điểm" in rule.points_note) == (0, True)
        else:
            assert rule.points == int(frame["points"])


def test_no_loaded_row_is_outside_the_table() -> None:
    covered = [rule.code for frame in FRAMES for rule in rules_of(frame)]
    assert sorted(covered) == sorted(rule.code for rule in rules_on(ON))
    assert len(covered) == 232


def test_the_day_before_the_amendment_lacks_exactly_the_new_acts() -> None:
    assert {rule.code for rule in rules_on(ON)} - {rule.code for rule in rules_on(BEFORE)} == NEW
    assert len(rules_on(BEFORE)) == 229


def test_a_row_touched_by_the_amendment_cites_it_from_its_day_on() -> None:
    def sources(day: date) -> dict[str, str]:
        return {rule.code: rule.source for rule in rules_on(day)}

    changed = {code for code, source in sources(ON).items() if "NĐ 238/2026" in source} - NEW
    assert len(changed) == 19
    assert not any("238/2026" in source for source in sources(BEFORE).values())
    assert all("238/2026" in rule.decree for rule in rules_on(ON))
    assert not any("238/2026" in rule.decree for rule in rules_on(BEFORE))


def test_before_the_decree_there_is_no_law() -> None:
    assert rules_on(date(2024, 12, 31)) == []
    assert len(rules_on(date(2025, 1, 1))) == 229


@pytest.mark.parametrize(
    ("code", "cap"),
    [
        pytest.param("16824.20.2.0.01", 75_000_000, id="Đ20 k2"),
        pytest.param("16824.20.4.0.01", 75_000_000, id="Đ20 k4"),
        pytest.param("16824.32.5.0.01", 75_000_000, id="Đ32 k5, an individual owner"),
        pytest.param("16824.32.5.0.02", 150_000_000, id="Đ32 k5, an organisation"),
    ],
)
def test_excess_passengers_are_fined_each_up_to_a_cap(code: str, cap: int) -> None:
    (rule,) = [rule for rule in rules_on(ON) if rule.code == code]
    assert (rule.is_per_person, rule.cap_vnd) == (True, cap)
    assert sum(rule.is_per_person for rule in rules_on(ON)) == 4


def test_amounts_printed_for_an_organisation_are_twice_the_individuals() -> None:
    pairs = {
        (rule.article, rule.clause, rule.point): {}
        for rule in rules_on(ON)
        if rule.offender == "organisation"
    }
    for rule in rules_on(ON):
        if rule.offender:
            pairs[rule.article, rule.clause, rule.point][rule.offender] = rule
    assert len(pairs) == 10
    for pair in pairs.values():
        individual, organisation = pair["individual"], pair["organisation"]
        assert organisation.fine_min_vnd == 2 * individual.fine_min_vnd
        assert organisation.fine_max_vnd == 2 * individual.fine_max_vnd
        assert organisation.points == 0  # an organisation holds no licence


def test_the_one_warning_and_the_one_confiscation_carry_no_fine() -> None:
    found = {rule.provision: rule.sanction for rule in rules_on(ON) if rule.sanction != "fine"}
    assert found == {"6.1a": "warning", "7.11.b": "confiscation"}


def test_the_residual_acts() -> None:
    found = {rule.provision for rule in rules_on(ON) if rule.is_residual}
    assert found == {"6.1.a", "6.2.c", "7.1.a", "7.1.đ", "8.1.a", "9.1.c"}


def test_articles_8_9_10_and_16_take_no_points() -> None:
    """NĐ 168/2024 has no list of points for machinery, bicycles and pedestrians."""
    assert not any(r.points for r in rules_on(ON) if r.article in {"8", "9", "10", "16"})
