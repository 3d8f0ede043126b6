"""Open figures: counted in their month, none for few, none to be computed, frozen for good."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from citizens.figures import charts, counting, publishing
from citizens.figures.counting import Counted, Counts, Span
from citizens.figures.publishing import lines_of, rows_of
from citizens.figures.suppression import Line, determined, withheld
from citizens.models import FigureRelease, OpenFigure
from citizens.tasks import publish_figures
from tests.citizens.conftest import clock, english, place
from tests.citizens.partners import agency
from tests.citizens.visits import NOW, case_at, text
from tests.journeys import START
from tests.violations.test_audit_samples import reject
from violations.guards import VIET_NAM, Refused

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate]

OCTOBER, SEPTEMBER = date(2026, 10, 1), date(2026, 9, 1)
AFTER = datetime(2026, 11, 1, 0, 0, tzinfo=VIET_NAM)


# Withholding: pure ---------------------------------------------------------------------------------

TABLES = [
    # counts of the parts, what of them is withheld, whether the total is
    ([40, 30, 20], "", False),
    ([40, 30, 3], "bc", False),  # one alone would be the rest
    ([40, 3, 3], "abc", False),  # six would be left over: fewer than ten
    ([40, 6, 5], "bc", False),  # eleven are left over
    ([40, 0, 3], "ac", False),  # nought hides nobody
    ([3, 0, 0], "a", True),
    ([5, 4, 0], "ab", True),
    ([0, 0, 0], "", False),
    ([12, 11, 9, 1], "cd", False),
    ([9, 9], "ab", False),
]


@pytest.mark.parametrize(("parts", "hidden", "total_too"), TABLES)
def test_a_small_figure_and_what_would_give_it_away_are_withheld(parts, hidden, total_too):
    names = "abcd"[: len(parts)]
    counts = dict(zip(names, parts, strict=True)) | {"T": sum(parts)}
    found = withheld(counts, [Line("T", tuple(names))], 10)
    assert found == frozenset(hidden) | ({"T"} if total_too else set())


def test_a_figure_that_only_all_sums_together_determine_is_found():
    """Two blocks joined by one cell: each line has two unknowns, yet the joint is determined."""
    lines = [
        Line("r1", ("a", "b")), Line("r2", ("c", "d", "x")), Line("r3", ("e", "f")),
        Line("k1", ("a", "c")), Line("k2", ("b", "d")), Line("k3", ("e", "x")), Line("k4", ("f",)),
    ]  # fmt: skip
    hidden = {"a", "b", "c", "d", "x", "e", "f"}
    assert determined(hidden, lines) == ["e", "f", "x"]
    assert determined(hidden - {"f"}, lines) == ["e", "x"]
    assert determined({"a", "b", "c", "d"}, lines) == []


numbers = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from("abc"), st.integers(0, 25)),
    max_size=24,
)


@given(numbers)
@settings(max_examples=120, deadline=None)
def test_whoever_solves_all_sums_learns_no_figure_below_ten(rows):
    """An attacker with another method: exact fractions over every published sum."""
    cells = tuple(
        Counted("rejections", f"0{province}", f"U{province}{unit}", kind, count)
        for (province, unit, kind), count in {row[:3]: row[3] for row in rows}.items()
        if count
    )
    figures = rows_of(Counts(cells), 10)
    name = ("measure", "level", "province", "unit", "category")
    shown = {tuple(row[part] for part in name): row["value"] for row in figures}
    assert all(value is None or value == 0 or value >= 10 for value in shown.values())
    assert solved(shown) == {}
    counted = counting.summed(cells)
    for line in lines_of(dict(counted)):
        if shown[line.total] is not None:
            left_over = sum(counted[part] for part in line.parts if shown[part] is None)
            assert left_over == 0 or left_over >= 10


def solved(shown: dict[Any, int | None]) -> dict[Any, Fraction]:
    """Return every withheld figure that the published ones determine, by Gauss and fractions."""
    unknown = [cell for cell, value in shown.items() if value is None]
    place_of = {cell: number for number, cell in enumerate(unknown)}
    rows = []
    for line in lines_of(dict.fromkeys(shown, 0)):
        row = [Fraction(0)] * (len(unknown) + 1)
        for cell, sign in [(line.total, -1), *((part, 1) for part in line.parts)]:
            if cell in place_of:
                row[place_of[cell]] += sign
            else:
                row[-1] -= sign * (shown[cell] or 0)
        rows.append(row)
    done = 0
    for column in range(len(unknown)):
        pivot = next((n for n in range(done, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for number, row in enumerate(rows):
            if number != done and row[column]:
                rows[number] = [
                    mine - row[column] * theirs
                    for mine, theirs in zip(row, rows[done], strict=True)
                ]
        done += 1
    return {
        unknown[known[0]]: row[-1]
        for row in rows
        if len(known := [n for n, value in enumerate(row[:-1]) if value]) == 1
    }


def test_the_same_counts_give_the_same_rows_in_any_order():
    cells = tuple(
        Counted("detections", f"0{n % 3}", f"U{n % 7}", kind, 3 * n + len(kind))
        for n in range(20)
        for kind in ("red_light", "speed_over")
    )
    assert rows_of(Counts(cells), 10) == rows_of(Counts(cells[::-1]), 10)


def test_days_are_told_only_where_enough_cases_closed():
    spans = (Span("country", "", "", 20, 44), Span("unit", "01", "A", 20, 44),
             Span("unit", "01", "B", 2, 3))  # fmt: skip
    cells = (Counted("closed", "01", "A", "", 30), Counted("closed", "01", "B", "", 4))
    told = {
        (row["level"], row["unit"], row["category"]): row["value"]
        for row in rows_of(Counts(cells, spans), 10)
        if row["measure"] == "days_to_close"
    }
    assert told["country", "", "median"] == 20
    assert told["unit", "A", "p90"] is None  # withheld, or the other would be the rest
    assert told["unit", "B", "median"] is None


def test_spans_are_the_days_within_which_so_many_closed():
    closings = [("01", "A", 10, 4), ("01", "A", 20, 1), ("01", "B", 30, 5), ("79", "C", 1, 1)]
    told = {(one.level, one.unit): (one.median, one.ninth) for one in counting.spans(closings)}
    assert told["unit", "A"] == (10, 20)
    assert told["unit", "B"] == (30, 30)
    assert told["country", ""] == (20, 30)


def test_columns_stand_in_their_picture_and_a_withheld_one_has_none():
    plot = charts.columns(["1", "2"], [[10, None], [5, 0]])
    assert [column.value for column in plot.columns] == [10, None, 5, 0]
    for column in plot.columns:
        assert 0 <= float(column.x) <= plot.width
        assert float(column.y) + float(column.height) <= plot.height
    assert [charts.nice_top(n) for n in (0, 11, 21, 999, 12_417)] == [10, 12, 30, 1000, 16_000]


# Counting and freezing -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_everything_counts_in_the_month_in_which_it_happened(place, clock):
    kinds = [case_at(status, place, plate=None) for status in ("closed", "decided", "detected")]
    counts = counting.count(OCTOBER)
    sums = counting.summed(counts.cells)
    assert sums["detections", "country", "", "", ""] == 3
    assert sums["detections", "unit", "01", place.unit.code, "red_light"] == 3
    assert sums["closed", "country", "", "", ""] == 1
    (country,) = [span for span in counts.spans if span.level == "country"]
    took = (kinds[0].closed_on - kinds[0].detected_on).days
    assert (country.median, country.ninth) == (took, took)
    assert counting.count(SEPTEMBER) == counting.count(date(2026, 11, 1)) == Counts()


@pytest.mark.django_db
def test_a_rejection_counts_by_its_reason_and_camera(place):
    reject(case_at("detected", place), place)
    sums = counting.summed(counting.count(OCTOBER).cells)
    camera = place.red_light_camera.code
    assert sums["rejections", "unit", "01", place.unit.code, ""] == 1
    assert sums["camera_rejections", "unit", "01", place.unit.code, camera] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 9, 30, 23, 59, 0, tzinfo=VIET_NAM), SEPTEMBER),
        (datetime(2026, 10, 1, 0, 0, 0, tzinfo=VIET_NAM), OCTOBER),
    ],
)
def test_months_begin_at_midnight_in_viet_nam(place, moment, month):
    case_at("detected", place, at=moment)
    found = {
        one: counting.summed(counting.count(one).cells)["detections", "country", "", "", ""]
        for one in (SEPTEMBER, OCTOBER)
    }
    assert found == {one: int(one == month) for one in (SEPTEMBER, OCTOBER)}


@pytest.mark.django_db
def test_a_month_is_published_once_it_has_ended_and_stays(place, clock):
    case_at("closed", place)
    with pytest.raises(Refused):
        publishing.freeze(OCTOBER, at=AFTER - timedelta(seconds=1))
    publish_figures()
    assert not FigureRelease.objects.exists()
    clock(AFTER)
    publish_figures()
    release = FigureRelease.objects.get()
    rows = list(release.figures.values_list())
    publish_figures()
    assert publishing.freeze(OCTOBER, at=AFTER + timedelta(days=9)) == release
    assert list(OpenFigure.objects.values_list()) == rows
    for change in (
        lambda: OpenFigure.objects.update(value=7),
        lambda: release.figures.all()._raw_delete("default"),
        lambda: FigureRelease.objects.update(least=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_a_correction_is_a_new_version_with_its_reason(place, clock):
    with pytest.raises(Refused):
        publishing.freeze(OCTOBER, at=AFTER, correction="sai (mẫu)")
    first = publishing.freeze(OCTOBER, at=AFTER)
    clock(AFTER)
    call_command("open_figures", "--month", "2026-10", "--correct", "sai (mẫu)")
    second = FigureRelease.objects.first()
    assert (first.version, second.version) == (1, 2)
    for wrong in (["--month", "2026-11"], ["--month", "x"], ["--correct", "x"]):
        with pytest.raises(CommandError):
            call_command("open_figures", *wrong)
    assert "sai (mẫu)" in text(english().get("/so-lieu/"))
    assert english().get("/so-lieu/2026-10.csv?v=1").status_code == 200


# The page, the file, the API -------------------------------------------------------------------------


def sample() -> Counts:
    cells = (
        Counted("detections", "01", "PC08-HN", "red_light", 2400),
        Counted("detections", "01", "PC08-HN", "speed_over", 1600),
        Counted("detections", "79", "PC08-HCM", "red_light", 3000),
        Counted("rejections", "01", "PC08-HN", "duplicate", 180),
        Counted("rejections", "01", "PC08-HN", "no_violation", 4),
        Counted("rejections", "01", "PC08-HN", "plate_unreadable", 77),
        Counted("camera_rejections", "01", "PC08-HN", "CAM-0412", 250),
        Counted("camera_rejections", "01", "PC08-HN", "CAM-0533", 11),
        Counted("closed", "01", "PC08-HN", "", 900),
    )
    return Counts(cells, (Span("country", "", "", 21, 60), Span("unit", "01", "PC08-HN", 21, 60)))


@pytest.mark.django_db
def test_the_page_shows_frozen_figures_with_a_table_for_each_plot(place):
    assert "No month is published yet" in text(english().get("/so-lieu/"))
    for month in (SEPTEMBER, OCTOBER):
        publishing.freeze(month, at=AFTER, counts=sample(), is_sample=True)
    page = text(english().get("/so-lieu/"))
    for shown in ("7.000", "10/2026", "Fictitious figures", "Seen twice", "withheld", "CC BY 4.0"):
        assert shown in page, shown
    assert page.count('<svg class="plot"') == 2
    assert " style=" not in page
    assert "<script>" not in page
    inner = text(english().get("/so-lieu/?thang=2026-09&noi=PC08-HN"))
    assert "CAM-0412" in inner
    assert "4.000" in inner
    for odd in ("?thang=2026-13", "?thang=%00", "?noi=%27%20OR%201=1", "?thang=9999-01&noi=x"):
        assert english().get(f"/so-lieu/{odd}").status_code == 200
    with translation.override("vi"):
        assert Client().get("/so-lieu/").status_code == 200


@pytest.mark.django_db
def test_the_file_holds_what_the_page_shows_and_nothing_withheld(place):
    publishing.freeze(OCTOBER, at=AFTER, counts=sample())
    lines = english().get("/so-lieu/2026-10.csv").content.decode().splitlines()
    assert lines[0].startswith("# CC BY 4.0")
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[1:]))))
    assert {row["value"] for row in rows if row["category"] == "no_violation"} == {""}
    assert not [row for row in rows if row["value"] and 0 < int(row["value"]) < 10]
    excel = english().get("/so-lieu/2026-10.csv?excel=1").content.decode()
    assert excel.startswith("\ufeffmonth;version;")
    for gone in ("2026-11.csv", "2026-13.csv", "0000-01.csv", "2026-10.csv?v=9"):
        assert english().get(f"/so-lieu/{gone}").status_code == 404


@pytest.mark.django_db
def test_machines_read_the_same_figures(place, clock):
    publishing.freeze(OCTOBER, at=AFTER, counts=sample())
    asking = agency(place)
    assert [one["month"] for one in asking.get("figures/").json()["results"]] == ["2026-10"]
    month = asking.get("figures/2026-10/")
    held = {(f["measure"], f["level"], f["unit"], f["category"]): f["value"]
            for f in month.json()["figures"]}  # fmt: skip
    assert held["detections", "country", "", ""] == 7000
    assert held["rejections", "unit", "PC08-HN", "no_violation"] is None
    again = asking.get("figures/2026-10/", **{"if-none-match": month["ETag"]})
    assert again.status_code == 304
    assert asking.get("figures/2026-11/").status_code == 404
    assert START < NOW
