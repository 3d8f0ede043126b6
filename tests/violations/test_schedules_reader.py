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

DECREE_TEXT = (SCHEDULES / "nd168" / "decree.toml").read_text("utf-8")


def _speed(code: str, provision: str, classes: str, low: str, high: str) -> str:
    article, clause, point = provision.split(".")
    return f"""
[[rule]]
code = "{code}"
violation_type = "speed_over"
vehicle_group = "X{article}"
vehicle_classes = [{classes}]
article = {article}
clause = "{clause}"
point = "{point}"
act_vi = "Chạy quá tốc độ {provision}"
act_en = "Speeding {provision}"
fine_min_vnd = 800_000
fine_max_vnd = 1_000_000
points = 0
{low}
{high}
effective_from = 2025-01-01
source = "NĐ 168/2024/NĐ-CP"
confidence = "high"
"""


RED_LIGHT = """
[[rule]]
code = "16824.6.9.b.01"
violation_type = "red_light"
vehicle_group = "CAR"
vehicle_classes = ["car", "bus", "truck"]
article = 6
clause = "9"
point = "b"
act_vi = "Không chấp hành hiệu lệnh của đèn tín hiệu giao thông"
act_en = "Disobeying a traffic light"
fine_min_vnd = 18_000_000
fine_max_vnd = 20_000_000
points = 4
points_basis = "điểm b khoản 16 Điều 6"
effective_from = 2025-01-01
source = "NĐ 168/2024/NĐ-CP Đ6 k9 điểm b"
confidence = "high"
"""
_OF_CARS, _OF_MOTORCYCLES = '"car"', '"motorcycle"'
TEXT = "".join(
    [
        DECREE_TEXT,
        RED_LIGHT,
        RED_LIGHT.replace("16824.6.9.b.01", "16824.7.7.c.01")
        .replace('"car", "bus", "truck"', _OF_MOTORCYCLES)
        .replace("article = 6", "article = 7")
        .replace('"CAR"', '"MOTO"'),
        _speed(
            "16824.6.3.a.01", "6.3.a", _OF_CARS,
            "over_min_tenths = 50\nover_min_inclusive = true",
            "over_max_tenths = 100\nover_max_inclusive = false",
        ),
        _speed(
            "16824.6.5.dd.01", "6.5.đ", _OF_CARS,
            "over_min_tenths = 100\nover_min_inclusive = true",
            "over_max_tenths = 200\nover_max_inclusive = true",
        ),
        _speed("16824.6.6.a.01", "6.6.a", _OF_CARS, "over_min_tenths = 200\nover_min_inclusive = false", ""),
        _speed(
            "16824.7.2.b.01", "7.2.b", _OF_MOTORCYCLES,
            "over_min_tenths = 50\nover_min_inclusive = true",
            "over_max_tenths = 200\nover_max_inclusive = true",
        ),
        _speed("16824.7.8.a.01", "7.8.a", _OF_MOTORCYCLES, "over_min_tenths = 200\nover_min_inclusive = false", ""),
    ]
)  # fmt: skip


def test_the_small_catalogue_of_these_tests_is_sound() -> None:
    assert len(read_schedule(TEXT).rules) == 2 * 7  # each cut in two by the amendment


def test_the_files_of_a_catalogue_count_as_one() -> None:
    parts = [DECREE_TEXT, TEXT[len(DECREE_TEXT) :]]
    assert read_schedule(*parts) == read_schedule(TEXT)


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
            TEXT + RED_LIGHT.replace("16824.6.9.b.01", "16824.6.9.b.09"),
            "rule 16824.6.9.b.09: 16824.6.9.b.01 is already this act",
            id="one act under two codes",
        ),
        pytest.param(
            TEXT + RED_LIGHT.replace("2025-01-01", "2026-01-01"),
            "rule 16824.6.9.b.01: the code stands twice on 01/01/2026",
            id="a code overlaps itself",
        ),
        pytest.param(
            _with(
                "effective_from = 2025-01-01",
                "effective_from = 2025-01-01\neffective_until = 2025-12-30",
            )
            + RED_LIGHT.replace("2025-01-01", "2026-01-01"),
            "rule 16824.6.9.b.01: a hole lies before 01/01/2026",
            id="a hole between two periods",
        ),
        pytest.param(
            _with('"truck"]', '"lorry"]'),
            "rule 16824.6.9.b.01: lorry is no class of vehicle",
            id="an unknown class",
        ),
        pytest.param(
            _with('"red_light"', '"flying"'),
            "rule 16824.6.9.b.01: flying is no kind of detection",
            id="an unknown kind",
        ),
        pytest.param(
            _with("fine_min_vnd = 18_000_000", 'fine_min_vnd = "18_000_000"'),
            "rule 16824.6.9.b.01: fine_min_vnd has the wrong shape",
            id="a sum in quotes",
        ),
        pytest.param(
            _with("fine_min_vnd = 18_000_000", "fine_min_vnd = -1"),
            "rule 16824.6.9.b.01: fine_min_vnd has the wrong shape",
            id="a negative sum",
        ),
        pytest.param(
            _with("points = 4", "points = 4\nis_residual = 1"),
            "rule 16824.6.9.b.01: is_residual has the wrong shape",
            id="a number for a truth",
        ),
        pytest.param(
            _with("points = 4", "points = 13"),
            "rule 16824.6.9.b.01: a licence has twelve points",
            id="more points than a licence has",
        ),
        pytest.param(
            _with("points = 4", 'sanction = "warning"\npoints = 4'),
            "rule 16824.6.9.b.01: a warning carries no fine",
            id="a warning with a fine",
        ),
        pytest.param(
            _with("points = 4", "is_per_person = true\npoints = 4"),
            "rule 16824.6.9.b.01: a fine for each person needs its cap",
            id="a fine for each person without a cap",
        ),
        pytest.param(
            _with("points = 4", 'offender = "company"\npoints = 4'),
            "rule 16824.6.9.b.01: ",
            id="an unknown offender",
        ),
        pytest.param(
            _with("effective_from = 2025-01-01", 'effective_from = "1/1/2025"'),
            "rule 16824.6.9.b.01: effective_from has the wrong shape",
            id="a day in quotes",
        ),
        pytest.param("rule = 5\n" + DECREE_TEXT, "rule is no list of tables", id="no tables"),
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
            _with("points = 4", "over_min_tenths = 5\nover_min_inclusive = true\npoints = 4"),
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
