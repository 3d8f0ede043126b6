"""Every title against every frame of the catalogue, in every period: who may sign what.

The table is written by hand from law.md §2.7 and not read from the file it judges.
"""

from __future__ import annotations

from datetime import date

import pytest

from violations.powers import Reason, lowest_title_for, may_sanction, titles
from violations.schedules_reader import shipped_schedule

pytestmark = pytest.mark.gate

# title: (ceiling in thousands of đồng, may suspend)
FROM_2025 = {
    "soldier": (500, False),
    "company_head": (1_500, False),
    "team_head": (1_500, False),
    "commune_chief": (2_500, False),
    "office_head": (15_000, True),
    "provincial_director": (37_500, True),
    "department_director": (75_000, True),
}
FROM_JULY_2025 = {
    "soldier": (7_500, False),
    "company_head": (15_000, False),
    "post_head": (22_500, True),
    "battalion_head": (22_500, True),
    "team_head": (22_500, True),
    "commune_chief": (37_500, True),
    "office_head": (60_000, True),
    "mobile_office_head": (60_000, True),
    "residence_office_head": (60_000, True),
    "provincial_director": (75_000, True),
    "department_director": (75_000, True),
    "residence_department_director": (75_000, True),
    "mobile_commander": (75_000, True),
    "commune_chairman": (37_500, True),
    "provincial_chairman": (75_000, True),
}
PERIODS = {
    "NĐ 168, first day": (date(2025, 1, 1), FROM_2025),
    "NĐ 168, last day": (date(2025, 6, 30), FROM_2025),
    "NĐ 189, first day": (date(2025, 7, 1), FROM_JULY_2025),
    "NĐ 189, last day": (date(2026, 8, 14), FROM_JULY_2025),
    "NĐ 238, first day": (date(2026, 8, 15), FROM_JULY_2025),
    "NĐ 238, last day": (date(2026, 9, 25), FROM_JULY_2025),
    "NĐ 311, first day": (date(2026, 9, 26), FROM_JULY_2025),
    "today": (date(2026, 11, 22), FROM_JULY_2025),
}
OF_THE_CATALOGUE = {rule.fine_max_vnd for rule in shipped_schedule().rules if rule.fine_max_vnd}
CEILINGS = {1_000 * most for table in (FROM_2025, FROM_JULY_2025) for most, _may in table.values()}
FRAMES = sorted(OF_THE_CATALOGUE | CEILINGS | {most + 1 for most in CEILINGS})
HEADS = [title.code for title in titles() if not title.deputy_of]


def test_the_table_by_hand_names_every_head() -> None:
    assert set(FROM_JULY_2025) == set(HEADS)
    assert len(OF_THE_CATALOGUE) >= 6, "the catalogue's frames are what is tried"


@pytest.mark.parametrize("points", [False, True], ids=["", "with points"])
@pytest.mark.parametrize("organisation", [False, True], ids=["individual", "organisation"])
@pytest.mark.parametrize("title", HEADS)
@pytest.mark.parametrize("period", PERIODS)
def test_every_title_against_every_frame(
    period: str, title: str, organisation: bool, points: bool
) -> None:
    """Luật XLVPHC Đ52 k1–2; NĐ 168/2024 Đ43, Đ45 k2, Đ50 k2"""
    day, table = PERIODS[period]
    ceiling, may_suspend = table.get(title, (0, False))
    for frame in FRAMES:
        found = may_sanction(title, day, frame, organisation, points)
        if not ceiling:
            assert found is Reason.NO_POWER, frame
        elif frame > ceiling * 1_000:
            assert found is Reason.OVER_CEILING, frame
        elif points and not may_suspend:
            assert found is Reason.NO_SUSPENSION_POWER, frame
        else:
            assert found is None, frame


@pytest.mark.parametrize("title", [title.code for title in titles() if title.deputy_of])
@pytest.mark.parametrize("period", PERIODS)
def test_no_deputy_has_a_power_of_his_own(period: str, title: str) -> None:
    """Luật XLVPHC Đ54 k1"""
    found = may_sanction(title, PERIODS[period][0], 1)
    assert found is Reason.DEPUTY_WITHOUT_DELEGATION


@pytest.mark.parametrize(
    ("acts", "organisation", "day", "wanted"),
    [
        pytest.param(
            [(20_000_000, True, "6.9.b")], False, date(2026, 11, 22), "team_head",
            id="red light of a car: a head of team",
        ),
        pytest.param(
            [(20_000_000, True, "6.9.b")], True, date(2026, 11, 22), "team_head",
            id="an organisation's: the same title, both doubled",
        ),
        pytest.param(
            [(40_000_000, True, "6.11.đ")], False, date(2026, 11, 22), "office_head",
            id="wrong way on an expressway: a head of office",
        ),
        pytest.param(
            [(20_000_000, True, "6.9.b"), (70_000_000, True, "6.13")], False, date(2026, 11, 22),
            "provincial_director", id="Đ52 k4 đ.b: one act sends the whole case up",
        ),
        pytest.param(
            [(32_000_000, False, "7.2.h")], False, date(2026, 11, 22), "commune_chief",
            id="Đ41 k4: within the commune's field",
        ),
        pytest.param(
            [(32_000_000, False, "7.2.h"), (1_000_000, False, "6.3.a")], False,
            date(2026, 11, 22), "office_head", id="Đ41 k4: one act outside the commune's field",
        ),
        pytest.param(
            [(20_000_000, True, "6.9.b")], False, date(2025, 3, 3), "provincial_director",
            id="NĐ 168 as first issued: 37.5 million",
        ),
        pytest.param(
            [(75_000_001, False, "6.9.b")], False, date(2026, 11, 22), None, id="above everybody"
        ),
        pytest.param([(1, False, "6.3.a")], False, date(2024, 12, 31), None, id="before the table"),
    ],
)  # fmt: skip
def test_the_lowest_title_that_may_decide_all_acts(
    acts: list[tuple[int, bool, str]], organisation: bool, day: date, wanted: str | None
) -> None:
    assert lowest_title_for(acts, day, organisation) == wanted
