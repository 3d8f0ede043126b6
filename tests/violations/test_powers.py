"""Who may sign: every ceiling on both sides, in each of the three periods, and the deputies."""

from datetime import date

import pytest

from violations.powers import (
    Delegation,
    Reason,
    ceiling,
    lack_of_power,
    may_sanction,
    may_sanction_all,
    power_of,
    title_words,
    titles,
)
from violations.powers_reader import read_powers
from violations.schedules_reader import SCHEDULES, ScheduleError

pytestmark = pytest.mark.gate

FIRST = date(2025, 3, 3)
SECOND = date(2025, 9, 3)
TODAY = date(2026, 10, 1)

# title, ceiling in thousands of đồng, may suspend. NĐ 168/2024 Đ43 / NĐ 189/2025 Đ8 / NĐ 238/2026
FIRST_PERIOD = [
    ("soldier", 500, False),
    ("company_head", 1_500, False),
    ("team_head", 1_500, False),
    ("commune_chief", 2_500, False),
    ("office_head", 15_000, True),
    ("provincial_director", 37_500, True),
    ("department_director", 75_000, True),
]
SINCE_JULY_2025 = [
    ("soldier", 7_500, False),
    ("company_head", 15_000, False),
    ("team_head", 22_500, True),
    ("commune_chief", 37_500, True),
    ("office_head", 60_000, True),
    ("provincial_director", 75_000, True),
    ("department_director", 75_000, True),
]
EVERY_BOUNDARY = [
    pytest.param(title, day, thousands * 1_000, id=f"{article} {title}")
    for article, day, table in [
        ("NĐ 168 Đ43", FIRST, FIRST_PERIOD),
        ("NĐ 189 Đ8", SECOND, SINCE_JULY_2025),
        ("NĐ 238 Đ14", TODAY, SINCE_JULY_2025),
    ]
    for title, thousands, _suspends in table
]


@pytest.mark.parametrize(("title", "day", "limit"), EVERY_BOUNDARY)
def test_the_ceiling_of_a_title(title: str, day: date, limit: int) -> None:
    assert ceiling(title, day) == limit
    assert ceiling(title, day, organisation=True) == 2 * limit


@pytest.mark.parametrize("organisation", [False, True])
@pytest.mark.parametrize(("title", "day", "limit"), EVERY_BOUNDARY)
def test_the_frame_maximum_may_reach_the_ceiling_but_not_pass_it(
    title: str, day: date, limit: int, organisation: bool
) -> None:
    """Luật XLVPHC Đ52 k1–2"""
    assert may_sanction(title, day, limit, organisation) is None
    assert may_sanction(title, day, limit + 1, organisation) is Reason.OVER_CEILING


@pytest.mark.parametrize(
    ("title", "day", "suspends"),
    [(title, FIRST, suspends) for title, _, suspends in FIRST_PERIOD]
    + [(title, TODAY, suspends) for title, _, suspends in SINCE_JULY_2025],
)
def test_points_need_the_power_to_suspend(title: str, day: date, suspends: bool) -> None:
    """NĐ 168/2024 Đ50 k2"""
    reason = may_sanction(title, day, 400_000, needs_suspension_power=True)
    assert reason is (None if suspends else Reason.NO_SUSPENSION_POWER)


@pytest.mark.parametrize(
    ("day", "limit"),
    [
        pytest.param(date(2024, 12, 31), 0, id="before the decree"),
        pytest.param(date(2025, 1, 1), 1_500_000, id="NĐ 168: first day"),
        pytest.param(date(2025, 6, 30), 1_500_000, id="NĐ 168: last day"),
        pytest.param(date(2025, 7, 1), 22_500_000, id="NĐ 189: first day"),
        pytest.param(date(2026, 8, 14), 22_500_000, id="NĐ 189: last day"),
        pytest.param(date(2026, 8, 15), 22_500_000, id="NĐ 238: first day"),
    ],
)
def test_the_day_of_handling_chooses_the_power(day: date, limit: int) -> None:
    """NĐ 118/2021 Đ7 k3"""
    assert ceiling("team_head", day) == limit


def test_the_power_cites_the_decree_of_its_day() -> None:
    before, after = power_of("team_head", date(2026, 8, 14)), power_of("team_head", TODAY)
    assert before is not None
    assert after is not None
    assert before.article == "NĐ 189/2025 Đ8"
    assert after.article == "NĐ 168/2024 Đ43 k3 (NĐ 238/2026 Đ14)"


@pytest.mark.parametrize("title", ["", None, "clerk"])
def test_a_title_outside_the_table_has_no_power(title: str | None) -> None:
    assert may_sanction(title, TODAY, 1) is Reason.NO_POWER


def test_on_a_day_before_the_table_nobody_has_power() -> None:
    assert may_sanction("department_director", date(2024, 12, 31), 1) is Reason.NO_POWER


class TestTheCasesOfThePortal:
    """The acts decided here, signed today: red light and speeding."""

    @pytest.mark.parametrize(
        ("title", "reason"),
        [
            ("soldier", Reason.OVER_CEILING),
            ("company_head", Reason.OVER_CEILING),
            ("team_head", None),
            ("office_head", None),
            ("provincial_director", None),
        ],
    )
    def test_red_light_of_a_car(self, title: str, reason: Reason | None) -> None:
        found = may_sanction(title, TODAY, 20_000_000, False, True, provision="6.9.b")
        assert found is reason

    def test_red_light_of_a_motorcycle_takes_points_a_soldier_may_not_take(self) -> None:
        found = may_sanction("soldier", TODAY, 6_000_000, False, True, provision="7.7.c")
        assert found is Reason.NO_SUSPENSION_POWER

    def test_a_soldier_may_sanction_the_lowest_speeding(self) -> None:
        assert may_sanction("soldier", TODAY, 1_000_000, provision="6.3.a") is None


class TestFieldsOfActs:
    """NĐ 168/2024 Đ41 shares the acts out between the forces."""

    SPEEDING = ("6.3.a", "6.5.đ", "6.6.a", "6.7.a", "7.2.b", "7.4.a", "7.8.a")

    @pytest.mark.parametrize("provision", [*SPEEDING, "6.9.b", "7.7.c"])
    def test_k4_the_commune_has_neither_speeding_nor_the_red_light(self, provision: str) -> None:
        found = may_sanction("commune_chief", TODAY, 1_000_000, provision=provision)
        assert found is Reason.OUT_OF_FIELD

    def test_k4_the_commune_has_parking_and_helmets(self) -> None:
        assert may_sanction("commune_chief", TODAY, 1_000_000, provision="6.3.e") is None
        assert may_sanction("commune_chief", TODAY, 600_000, provision="7.2.h") is None

    @pytest.mark.parametrize("provision", SPEEDING)
    def test_k3_the_mobile_police_have_no_speeding(self, provision: str) -> None:
        found = may_sanction("company_head", TODAY, 1_000_000, provision=provision)
        assert found is Reason.OUT_OF_FIELD

    def test_k3_the_mobile_police_have_all_points_of_a_clause_named_whole(self) -> None:
        assert may_sanction("company_head", TODAY, 15_000_000, provision="6.9.b") is None

    @pytest.mark.parametrize("provision", [*SPEEDING, "6.9.b", "7.7.c"])
    def test_k2_traffic_police_have_all_of_both_articles(self, provision: str) -> None:
        assert may_sanction("office_head", TODAY, 20_000_000, provision=provision) is None


class TestDelegation:
    """Luật XLVPHC Đ54: a head to his own deputy, in writing, for a period."""

    GRANT = Delegation("team_head", starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 31))

    def _sign(self, title: str, day: date, grant: Delegation | None) -> Reason | None:
        return may_sanction(title, day, 20_000_000, False, True, grant)

    def test_k1_a_deputy_alone_may_not_sign(self) -> None:
        assert self._sign("deputy_team_head", TODAY, None) is Reason.DEPUTY_WITHOUT_DELEGATION

    def test_k1_a_deputy_signs_with_the_power_of_the_head(self) -> None:
        assert self._sign("deputy_team_head", TODAY, self.GRANT) is None
        over = may_sanction("deputy_team_head", TODAY, 22_500_001, delegation=self.GRANT)
        assert over is Reason.OVER_CEILING

    @pytest.mark.parametrize(
        ("day", "reason"),
        [
            pytest.param(date(2026, 8, 31), Reason.DELEGATION_NOT_IN_FORCE, id="day before"),
            pytest.param(date(2026, 9, 1), None, id="first day"),
            pytest.param(date(2026, 12, 31), None, id="last day"),
            pytest.param(date(2027, 1, 1), Reason.DELEGATION_NOT_IN_FORCE, id="day after"),
        ],
    )
    def test_k2_it_holds_on_the_day_of_signing(self, day: date, reason: Reason | None) -> None:
        assert self._sign("deputy_team_head", day, self.GRANT) is reason

    def test_it_ends_with_its_revocation(self) -> None:
        """NĐ 118/2021 Đ10 k4 đ.c"""
        revoked = Delegation("team_head", date(2026, 9, 1), date(2026, 12, 31), date(2026, 10, 1))
        assert self._sign("deputy_team_head", date(2026, 9, 30), revoked) is None
        found = self._sign("deputy_team_head", date(2026, 10, 1), revoked)
        assert found is Reason.DELEGATION_NOT_IN_FORCE

    @pytest.mark.parametrize("title", ["soldier", "deputy_office_head", "team_head", "clerk"])
    def test_k1_only_the_heads_own_deputy_may_hold_it(self, title: str) -> None:
        assert self._sign(title, TODAY, self.GRANT) is Reason.NOT_THE_DEPUTY

    def test_k3_a_deputy_cannot_pass_it_on(self) -> None:
        passed_on = Delegation("deputy_team_head", date(2026, 9, 1), date(2026, 12, 31))
        assert self._sign("soldier", TODAY, passed_on) is Reason.NOT_THE_DEPUTY


class TestSeveralActs:
    """Luật XLVPHC Đ52 k4"""

    def test_all_within_the_power(self) -> None:
        acts = [(20_000_000, True, "6.9.b"), (1_000_000, False, "6.3.a")]
        assert may_sanction_all("team_head", TODAY, acts) is None

    def test_one_above_it_sends_the_whole_case_up(self) -> None:
        acts = [(1_000_000, False, "6.3.a"), (40_000_000, True, "6.11.đ")]
        assert may_sanction_all("team_head", TODAY, acts) is Reason.OVER_CEILING

    def test_two_within_it_are_not_added_up(self) -> None:
        acts = [(20_000_000, True, "6.9.b"), (20_000_000, True, "6.9.d")]
        assert may_sanction_all("team_head", TODAY, acts) is None


def test_every_reason_names_its_article() -> None:
    assert all("Đ" in reason.article for reason in Reason)


def test_the_officer_is_told_why_and_what_to_do() -> None:
    sentence = lack_of_power(
        "soldier", TODAY, frame_max_vnd=20_000_000, organisation=True, needs_suspension_power=True
    )
    assert sentence is not None
    assert "40.000.000 đồng" in sentence
    assert "15.000.000 đồng" in sentence
    assert "Đ52" in sentence


@pytest.mark.parametrize("title", [title.code for title in titles()])
def test_every_obstacle_of_every_title_is_a_finished_sentence(title: str) -> None:
    for provision in ("", "6.6.a"):
        for suspends in (False, True):
            sentence = lack_of_power(
                title,
                TODAY,
                frame_max_vnd=8_000_000,
                needs_suspension_power=suspends,
                provision=provision,
            )
            reason = may_sanction(title, TODAY, 8_000_000, False, suspends, provision=provision)
            assert (sentence is None) is (reason is None)
            assert "%(" not in (sentence or "")


def test_who_may_sign_is_told_nothing() -> None:
    assert lack_of_power("team_head", TODAY, frame_max_vnd=20_000_000) is None


@pytest.mark.parametrize(
    ("title", "language", "words"),
    [
        ("provincial_director", "vi", "Giám đốc Công an cấp tỉnh"),
        ("department_director", "vi", "Cục trưởng Cục Cảnh sát giao thông (C08)"),
        ("team_head", "en", "Head of team or station"),
        ("clerk", "vi", "clerk"),
    ],
)
def test_titles_have_words(title: str, language: str, words: str) -> None:
    assert title_words(title, language) == words


TEXT = (SCHEDULES / "powers.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param('deputy_of = "team_head"', 'deputy_of = "chief"', "its head chief is unknown"),
        pytest.param('{ title = "soldier"', '{ title = "guard"', "guard: the title is unknown"),
        pytest.param("ceiling_vnd = 500_000", "ceiling_vnd = 0", "soldier: the ceiling"),
        pytest.param(
            "effective_until = 2025-06-30",
            "effective_until = 2025-07-01",
            "soldier has two powers on one day",
        ),
        pytest.param('title = "commune_chief"\n', 'title = "x"\n', "scope x: the title is unknown"),
        pytest.param("may_suspend = false, ", "", "soldier: may_suspend is missing"),
    ],
)
def test_a_slip_in_the_table_is_named_by_its_row(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ScheduleError) as caught:
        read_powers(TEXT.replace(old, new, 1))
    assert message in str(caught.value)
