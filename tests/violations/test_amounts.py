"""The amount of a decision, case by case: frames, circumstances, persons, age, several acts."""

from __future__ import annotations

from datetime import date

import pytest

from violations.circumstances import GROUNDS, printed
from violations.fines import (
    AgeBand,
    Assessment,
    Suspension,
    age_band,
    assess,
    assess_suspension,
    longest_frame,
    points_to_deduct,
    total_fine,
    warn,
)

pytestmark = pytest.mark.gate

# Frames as NĐ 168/2024 prints them, in đồng.
D6_K9_B = (18_000_000, 20_000_000)  # red light, car
D6_K3_A = (800_000, 1_000_000)  # speeding 5 to under 10 km/h, car
D6_K11 = (30_000_000, 40_000_000)  # wrong way on an expressway, car
D7_K7_C = (4_000_000, 6_000_000)  # red light, motorcycle
D7_K2_H = (400_000, 600_000)  # helmet
D9_K2 = (150_000, 250_000)  # red light, bicycle
D12_K13_IND, D12_K13_ORG = (30_000_000, 32_000_000), (60_000_000, 64_000_000)
PER_PERSON, CAP = (400_000, 600_000), 75_000_000  # each passenger above the limit

MITIGATED = [
    # name, frame, mitigating, aggravating, fine
    ("Đ9 k1 đ.a: Đ6 k9 b, midpoint", D6_K9_B, 0, 0, 19_000_000),
    ("Đ9 k1 đ.a: Đ6 k3 a, midpoint", D6_K3_A, 0, 0, 900_000),
    ("Đ9 k1 đ.a: Đ6 k11, midpoint", D6_K11, 0, 0, 35_000_000),
    ("Đ9 k1 đ.a: Đ7 k7 c, midpoint", D7_K7_C, 0, 0, 5_000_000),
    ("Đ9 k1 đ.a: Đ9 k2, midpoint", D9_K2, 0, 0, 200_000),
    ("Đ9 k1 đ.b: one mitigating, Đ6 k11", D6_K11, 1, 0, 32_500_000),
    ("Đ9 k1 đ.b: one mitigating, Đ9 k2", D9_K2, 1, 0, 175_000),
    ("Đ9 k1 đ.b: two mitigating reach the minimum", D6_K11, 2, 0, 30_000_000),
    ("Đ9 k1 đ.b: four mitigating go no lower", D7_K2_H, 4, 0, 400_000),
    ("Đ9 k1 đ.c: one aggravating, Đ6 k11", D6_K11, 0, 1, 37_500_000),
    ("Đ9 k1 đ.c: one aggravating, Đ7 k2 h", D7_K2_H, 0, 1, 550_000),
    ("Đ9 k1 đ.c: two aggravating reach the maximum", D7_K7_C, 0, 2, 6_000_000),
    ("Đ9 k1 đ.c: three aggravating go no higher", D6_K3_A, 0, 3, 1_000_000),
    ("Đ9 k1 đ.d: one cancels one", D6_K11, 1, 1, 35_000_000),
    ("Đ9 k1 đ.d: two cancel two", D7_K7_C, 2, 2, 5_000_000),
    ("Đ9 k1 đ.d: two against one leave one mitigating", D6_K9_B, 2, 1, 18_500_000),
    ("Đ9 k1 đ.d: one against two leaves one aggravating", D6_K9_B, 1, 2, 19_500_000),
    ("Đ9 k1 đ.d: three against one leave the minimum", D7_K7_C, 3, 1, 4_000_000),
    ("Đ9 k1 đ.d: one against four leaves the maximum", D7_K7_C, 1, 4, 6_000_000),
]


@pytest.mark.parametrize(
    ("frame", "mitigating", "aggravating", "fine"),
    [pytest.param(*row, id=name) for name, *row in MITIGATED],
)
def test_circumstances_place_the_fine_in_its_frame(
    frame: tuple[int, int], mitigating: int, aggravating: int, fine: int
) -> None:
    assert assess(*frame, mitigating, aggravating).fine_vnd == fine


@pytest.mark.parametrize(
    ("found", "fine", "frame"),
    [
        pytest.param(
            assess(*D6_K9_B, organisation=True), 38_000_000, (36_000_000, 40_000_000),
            id="Đ3 k1 đ.e: an organisation pays twice",
        ),
        pytest.param(
            assess(*D6_K9_B, 1, 0, organisation=True), 37_000_000, (36_000_000, 40_000_000),
            id="Đ3 k1 đ.e: twice, then one mitigating",
        ),
        pytest.param(
            assess(*D12_K13_ORG, organisation=True, printed=True),
            62_000_000, (60_000_000, 64_000_000),
            id="NĐ 168 Đ12 k13: printed for organisations, not doubled",
        ),
        pytest.param(
            assess(*D12_K13_ORG, 0, 2, organisation=True, printed=True),
            64_000_000, (60_000_000, 64_000_000),
            id="NĐ 168 Đ12 k13: printed, two aggravating",
        ),
        pytest.param(
            assess(*D12_K13_IND), 31_000_000, D12_K13_IND,
            id="NĐ 168 Đ12 k13: the row of individuals",
        ),
        pytest.param(
            assess(*PER_PERSON, persons=1, cap=CAP), 500_000, (400_000, 600_000),
            id="NĐ 168 Đ45 k3: one person above the limit",
        ),
        pytest.param(
            assess(*PER_PERSON, persons=8, cap=CAP), 4_000_000, (3_200_000, 4_800_000),
            id="NĐ 168 Đ45 k3: eight persons, frame first",
        ),
        pytest.param(
            assess(*PER_PERSON, 1, 0, persons=8, cap=CAP), 3_600_000, (3_200_000, 4_800_000),
            id="NĐ 168 Đ45 k3: eight persons, one mitigating",
        ),
        pytest.param(
            assess(*PER_PERSON, persons=125, cap=CAP), 62_500_000, (50_000_000, 75_000_000),
            id="NĐ 168 Đ45 k3: exactly at the cap",
        ),
        pytest.param(
            assess(*PER_PERSON, persons=126, cap=CAP), 62_700_000, (50_400_000, 75_000_000),
            id="NĐ 168 Đ45 k3: one above, the frame stops at the cap",
        ),
        pytest.param(
            assess(*PER_PERSON, persons=190, cap=CAP), 75_000_000, (75_000_000, 75_000_000),
            id="NĐ 168 Đ45 k3: both ends at the cap",
        ),
        pytest.param(
            assess(*PER_PERSON, persons=126, cap=CAP, organisation=True),
            125_400_000, (100_800_000, 150_000_000),
            id="NĐ 168 Đ45 k3: an organisation's cap is doubled with its frame",
        ),
        pytest.param(
            assess(800_000, 1_200_000, persons=130, cap=150_000_000, organisation=True,
                   printed=True),
            127_000_000, (104_000_000, 150_000_000),
            id="NĐ 168 Đ32: printed per person, its own cap stands",
        ),
        pytest.param(
            assess(*D7_K7_C, age_band=AgeBand.FROM_16), 2_500_000, (2_000_000, 3_000_000),
            id="Đ134 k3: from 16 to under 18 half",
        ),
        pytest.param(
            assess(*D7_K7_C, 0, 2, age_band=AgeBand.FROM_16), 3_000_000, (2_000_000, 3_000_000),
            id="Đ134 k3: half of the maximum",
        ),
        pytest.param(
            assess(*D9_K2, 2, 0, age_band=AgeBand.FROM_16), 75_000, (75_000, 125_000),
            id="Đ134 k3: half of the minimum",
        ),
        pytest.param(
            assess(*D7_K7_C, age_band=AgeBand.ADULT), 5_000_000, D7_K7_C,
            id="Đ134 k3: from the 18th birthday in full",
        ),
        pytest.param(
            assess(*D7_K7_C, 0, 3, age_band=AgeBand.FROM_14), 0, (0, 0),
            id="Đ135 k2: from 14 to under 16 a warning, whatever aggravates",
        ),
        pytest.param(warn(), 0, (0, 0), id="NĐ 168 Đ6 k1a: a warning only"),
    ],
)  # fmt: skip
def test_who_the_offender_is_shapes_the_frame(
    found: Assessment, fine: int, frame: tuple[int, int]
) -> None:
    assert (found.fine_vnd, (found.frame_min_vnd, found.frame_max_vnd)) == (fine, frame)
    assert found.frame_min_vnd <= found.fine_vnd <= found.frame_max_vnd
    assert found.warning is (fine == 0)


def test_every_line_of_the_arithmetic_is_kept_in_both_languages() -> None:
    found = assess(*PER_PERSON, 2, 1, persons=126, cap=CAP, organisation=True)
    assert [step.amount for step in found.steps] == [
        400_000, 600_000, 50_400_000, 75_600_000, 75_000_000, 100_800_000, 150_000_000,
        125_400_000, 113_100_000,
    ]  # fmt: skip
    assert found.steps[-1].amount == found.fine_vnd
    assert all(step.label_vi and step.label_en for step in found.steps)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"printed": True}, "no individual's"),
        ({"persons": 0}, "at least one"),
        ({"age_band": AgeBand.UNDER_14}, "under 14"),
        ({"organisation": True, "age_band": AgeBand.FROM_16}, "no age"),
    ],
)
def test_what_is_no_case_of_the_law_is_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        assess(*D7_K7_C, **arguments)  # type: ignore[arg-type]


def test_several_acts_are_added_up_and_not_merged() -> None:
    """Luật XLVPHC Đ3 k1 đ.d, Đ67"""
    acts = [assess(*D6_K9_B, 1, 0), assess(*D6_K3_A, 1, 0), warn()]
    assert total_fine(acts) == 18_500_000 + 850_000


@pytest.mark.parametrize(
    ("frame", "mitigating", "aggravating", "band", "wanted"),
    [
        pytest.param((10, 12), 0, 0, None, Suspension(11), id="Đ9 k2: midpoint"),
        pytest.param((10, 12), 1, 0, None, Suspension(10, 15), id="Đ9 k2: one mitigating"),
        pytest.param((10, 12), 2, 0, None, Suspension(10), id="Đ9 k2: two mitigating"),
        pytest.param((10, 12), 0, 1, None, Suspension(11, 15), id="Đ9 k2: one aggravating"),
        pytest.param((22, 24), 0, 2, None, Suspension(24), id="Đ9 k2: two aggravating"),
        pytest.param((22, 24), 1, 1, None, Suspension(23), id="Đ9 k2: they cancel"),
        pytest.param((22, 24), 0, 0, AgeBand.ADULT, Suspension(23), id="Đ9 k2: an adult"),
        pytest.param((22, 24), 0, 0, AgeBand.FROM_16, None, id="Đ135 k1: none for a minor"),
        pytest.param((22, 24), 0, 0, AgeBand.FROM_14, None, id="Đ135 k1: none from 14"),
    ],
)
def test_the_months_follow_the_same_rule(
    frame: tuple[int, int],
    mitigating: int,
    aggravating: int,
    band: AgeBand | None,
    wanted: Suspension | None,
) -> None:
    assert assess_suspension(*frame, mitigating, aggravating, age_band=band) == wanted


@pytest.mark.parametrize(
    ("frames", "wanted"),
    [
        ([], None),
        ([(10, 12)], (10, 12)),
        ([(10, 12), (22, 24)], (22, 24)),
        ([(22, 24), (10, 12)], (22, 24)),
        ([(1, 24), (22, 24)], (22, 24)),
    ],
)
def test_of_several_suspensions_the_longest_frame_governs(
    frames: list[tuple[int, int]], wanted: tuple[int, int] | None
) -> None:
    assert longest_frame(frames) == wanted


@pytest.mark.parametrize(
    ("points", "arguments", "wanted"),
    [
        pytest.param([4, 10, 2], {}, 10, id="Đ50 k1 đ.b: the highest act only"),
        pytest.param([0, 0], {}, 0, id="no act takes any"),
        pytest.param([10], {"suspended": True}, 0, id="Đ5 k2: none beside a suspension"),
        pytest.param([10], {"organisation": True}, 0, id="none from an organisation"),
        pytest.param([10], {"balance": 3}, 3, id="Đ50 k1 đ.c: never below nought"),
    ],
)
def test_points(points: list[int], arguments: dict[str, object], wanted: int) -> None:
    assert points_to_deduct(points, **arguments) == wanted  # type: ignore[arg-type]


def test_the_grounds_are_those_of_the_two_articles() -> None:
    mitigating = {g.article for g in GROUNDS.values() if g.kind == "mitigating"}
    aggravating = {g.article for g in GROUNDS.values() if g.kind == "aggravating"}
    assert mitigating == {f"khoản {clause} Điều 9" for clause in range(1, 8)}
    assert aggravating == {f"điểm {point} khoản 1 Điều 10" for point in "abcdđeghiklm"}
    assert all(code == ground.code for code, ground in GROUNDS.items())


def test_a_paper_lists_grounds_in_the_order_of_the_law() -> None:
    assert printed(["recidivism", "confessed", "repaired"], "mitigating") == [
        GROUNDS["repaired"].printed,
        GROUNDS["confessed"].printed,
    ]
    assert printed(["recidivism"], "aggravating") == [
        "tái phạm (điểm b khoản 1 Điều 10 Luật Xử lý vi phạm hành chính)"
    ]


def test_a_year_is_full_on_the_birthday_itself() -> None:
    assert age_band(date(2010, 10, 12), date(2026, 10, 11)) is AgeBand.FROM_14
    assert age_band(date(2010, 10, 12), date(2026, 10, 12)) is AgeBand.FROM_16
