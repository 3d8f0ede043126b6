"""The catalogue that ships is the decree's, and a slip of the pen stops the load by its row."""

from datetime import date

import pytest

from violations.schedules_reader import (
    SCHEDULES,
    ScheduleError,
    read_schedule,
    shipped_schedule,
)

pytestmark = pytest.mark.gate

TEXT = (SCHEDULES / "nd168.toml").read_text("utf-8")

# Copied by hand from the decree: point, kind, frame in đồng, points.
DECREE = [
    ("6.9.b", "red_light", 18_000_000, 20_000_000, 4, "điểm b khoản 16 Điều 6"),
    ("6.3.a", "speed_over", 800_000, 1_000_000, 0, ""),
    ("6.5.đ", "speed_over", 4_000_000, 6_000_000, 2, "điểm a khoản 16 Điều 6"),
    ("6.6.a", "speed_over", 6_000_000, 8_000_000, 4, "điểm b khoản 16 Điều 6"),
    ("6.7.a", "speed_over", 12_000_000, 14_000_000, 6, "điểm c khoản 16 Điều 6"),
    ("7.7.c", "red_light", 4_000_000, 6_000_000, 4, "điểm b khoản 13 Điều 7"),
    ("7.2.b", "speed_over", 400_000, 600_000, 0, ""),
    ("7.4.a", "speed_over", 800_000, 1_000_000, 0, ""),
    ("7.8.a", "speed_over", 6_000_000, 8_000_000, 4, "điểm b khoản 13 Điều 7"),
]


def test_the_shipped_catalogue_is_the_decree() -> None:
    today = [rule for rule in shipped_schedule().rules if rule.effective_until is None]
    found = [
        (
            rule.provision,
            rule.violation_type,
            rule.fine_min_vnd,
            rule.fine_max_vnd,
            rule.points,
            rule.points_basis,
        )
        for rule in today
    ]
    assert found == DECREE


def test_no_act_decided_here_suspends_a_licence() -> None:
    assert all(rule.suspension_months_max is None for rule in shipped_schedule().rules)


def test_each_rule_is_cut_where_the_citation_changes() -> None:
    rows = [rule for rule in shipped_schedule().rules if rule.provision == "6.9.b"]
    assert [(row.effective_from, row.effective_until) for row in rows] == [
        (date(2025, 1, 1), date(2026, 8, 14)),
        (date(2026, 8, 15), None),
    ]
    assert rows[0].fine_max_vnd == rows[1].fine_max_vnd
    assert rows[0].decree != rows[1].decree


def test_the_decree_is_cited_by_the_day_of_the_act() -> None:
    schedule = shipped_schedule()
    assert "238/2026" not in schedule.decree_on(date(2026, 8, 14)).citation_vi
    assert "238/2026" in schedule.decree_on(date(2026, 8, 15)).citation_vi
    with pytest.raises(LookupError, match="31/12/2024"):
        schedule.decree_on(date(2024, 12, 31))


def _with(old: str, new: str, *, row: str = "16824.6.9.b.01") -> str:
    """Return the catalogue with one line of one row changed."""
    head, tail = TEXT.split(f'code = "{row}"', 1)
    assert old in tail
    return f'{head}code = "{row}"{tail.replace(old, new, 1)}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            _with("fine_min_vnd = 18_000_000", "fine_min_vnd = 20_000_000"),
            "rule 16824.6.9.b.01: the fine frame",
            id="a frame without width",
        ),
        pytest.param(
            _with("fine_max_vnd = 20_000_000\n", ""),
            "rule 16824.6.9.b.01: fine_max_vnd is missing",
            id="a missing key",
        ),
        pytest.param(
            _with("points = 4", "point_count = 4\npoints = 4"),
            "rule 16824.6.9.b.01: point_count is not a known key",
            id="an unknown key",
        ),
        pytest.param(
            _with('points_basis = "điểm b khoản 16 Điều 6"\n', ""),
            "rule 16824.6.9.b.01: points are deducted",
            id="points without a provision",
        ),
        pytest.param(
            _with("points = 4", "suspension_months_min = 1\npoints = 4"),
            "rule 16824.6.9.b.01: a suspension needs both ends",
            id="half a suspension frame",
        ),
        pytest.param(
            _with(
                "effective_from = 2025-01-01",
                "effective_from = 2025-01-01\neffective_until = 2024-12-31",
            ),
            "rule 16824.6.9.b.01: it ends on 2024-12-31",
            id="ends before it begins",
        ),
        pytest.param(
            _with('"truck"]', '"truck", "motorcycle"]'),
            "16824.6.9.b.01 already covers motorcycle",
            id="two rules for one class",
        ),
        pytest.param(
            _with("over_max_inclusive = false", "over_max_inclusive = true", row="16824.6.3.a.01"),
            "rule 16824.6.5.dd.01, car: the speed band overlaps",
            id="overlap by one tenth",
        ),
        pytest.param(
            _with("over_min_inclusive = true", "over_min_inclusive = false", row="16824.6.5.dd.01"),
            "rule 16824.6.5.dd.01, car: a gap of speeds",
            id="gap of one tenth",
        ),
        pytest.param(
            _with("over_min_tenths = 50", "over_min_tenths = 60", row="16824.7.2.b.01"),
            "rule 16824.7.2.b.01, motorcycle: a gap of speeds",
            id="the lowest band starts too high",
        ),
        pytest.param(
            _with(
                "over_min_inclusive = false",
                "over_min_inclusive = false\nover_max_tenths = 900\nover_max_inclusive = true",
                row="16824.7.8.a.01",
            ),
            "rule 16824.7.8.a.01, motorcycle: the last band must be open",
            id="an upper end to the law",
        ),
        pytest.param(
            _with(
                "effective_from = 2025-01-01",
                "effective_from = 2025-01-01\neffective_until = 2026-06-30",
                row="16824.6.5.dd.01",
            ),
            "rule 16824.6.6.a.01, car: a gap of speeds",
            id="a band that ends without a successor",
        ),
        pytest.param(
            _with("over_max_inclusive = false\n", "", row="16824.6.3.a.01"),
            "rule 16824.6.3.a.01: over_max_inclusive is missing",
            id="a bound without its flag",
        ),
        pytest.param(
            _with("points = 4", "over_min_tenths = 5\npoints = 4"),
            "rule 16824.6.9.b.01: speed bounds",
            id="speed bounds on a red light",
        ),
        pytest.param(
            _with('code = "16824.7.7.c.01"', 'code = "16824.6.9.b.01"'),
            "rule 16824.6.9.b.01: the code stands twice",
            id="one code for two acts",
        ),
        pytest.param(TEXT.replace("2026-08-15", "2026-08-16"), "periods do not meet", id="decrees"),
        pytest.param("[[rule]", "not TOML", id="no TOML"),
        pytest.param("[[penalty]]\n", "unknown key penalty", id="an unknown table"),
        pytest.param("", "names no decree", id="an empty file"),
    ],
)
def test_a_slip_is_named_by_its_row(text: str, message: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_schedule(text)
    assert message in str(caught.value)
