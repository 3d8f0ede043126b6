"""Loading the law: again is harmless, what is in force is not edited, nothing is half-written."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from violations import law_loading
from violations.law_comparison import COLUMNS
from violations.law_loading import LawConflict, load_catalogue
from violations.models import PenaltyRule
from violations.schedules_reader import Rule, Schedule, ScheduleError, shipped_schedule

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

RED_LIGHT = "16824.6.9.b.01"
NEXT_LAW = date(2027, 1, 1)
STUDY = Path(__file__).resolve().parents[3] / "shared/domain/penalty_catalogue_nd168.csv"


def loaded() -> set[tuple[object, ...]]:
    return set(
        PenaltyRule.objects.values_list("code", "effective_from", "effective_until", "fine_max_vnd")
    )


def edition(*changed: tuple[Rule, Rule | None], extra: tuple[Rule, ...] = ()) -> Schedule:
    """Return the shipped catalogue with rows replaced (or left out) and rows added."""
    swaps = dict(changed)
    rules = [swaps.get(rule, rule) for rule in shipped_schedule().rules]
    return Schedule(shipped_schedule().decrees, (*extra, *(rule for rule in rules if rule)))


def today(code: str = RED_LIGHT) -> Rule:
    (rule,) = [
        rule
        for rule in shipped_schedule().rules
        if rule.code == code and rule.effective_until is None
    ]
    return rule


def test_the_law_of_today_is_loaded_with_its_folded_words() -> None:
    rule = PenaltyRule.objects.get(code=RED_LIGHT, effective_until=None)
    assert (rule.fine_min_vnd, rule.fine_max_vnd, rule.points) == (18_000_000, 20_000_000, 4)
    assert "vuot den do" in rule.fold
    assert "red-light running" in rule.fold
    assert "6.9.b" in rule.fold


def test_loading_again_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    before = loaded()
    call_command("load_law")
    assert capsys.readouterr().out == "0 changes\n"
    assert loaded() == before


def test_loading_into_an_empty_catalogue_says_each_row_once() -> None:
    with connection.cursor() as cursor:  # rows are never deleted; the test database may be emptied
        cursor.execute("TRUNCATE violations_penaltyrule CASCADE")
    changes = load_catalogue()
    assert f"+ {RED_LIGHT} from 15/08/2026" in changes
    assert len(changes) == len(set(changes)) == PenaltyRule.objects.count() == 461


def test_a_later_law_closes_the_row_and_adds_one() -> None:
    old = today()
    new = replace(old, effective_from=NEXT_LAW, fine_max_vnd=30_000_000)
    closed = replace(old, effective_until=date(2026, 12, 31))
    assert load_catalogue(edition((old, closed), extra=(new,))) == [
        f"+ {RED_LIGHT} from 01/01/2027",
        f"= {RED_LIGHT} ends on 31/12/2026",
    ]
    rows = PenaltyRule.objects.filter(code=RED_LIGHT).order_by("effective_from")
    assert [row.effective_until for row in rows][1:] == [date(2026, 12, 31), None]


REFUSALS = [
    pytest.param(
        lambda: edition((today(), replace(today(), fine_max_vnd=21_000_000, points=6))),
        [RED_LIGHT, "15/08/2026", "fine_max_vnd, points"],
        id="a row in force edited",
    ),
    pytest.param(
        lambda: edition(extra=(replace(today(), effective_from=NEXT_LAW),)),
        [RED_LIGHT, "overlaps", "01/01/2027", "15/08/2026"],
        id="two rows of one code on one day",
    ),
    pytest.param(
        lambda: edition(
            (today(), replace(today(), effective_until=date(2026, 12, 30))),
            extra=(replace(today(), effective_from=NEXT_LAW),),
        ),
        [RED_LIGHT, "a hole", "30/12/2026", "01/01/2027"],
        id="a day without law between two periods",
    ),
]


@pytest.mark.parametrize(("make", "said"), REFUSALS)
def test_a_refusal_names_the_row_and_writes_nothing(make, said) -> None:  # type: ignore[no-untyped-def]
    before = loaded()
    newcomer = replace(
        today(), code="16824.99.1.a.01", act_vi="Hành vi mới", effective_from=NEXT_LAW
    )
    schedule = make()
    with pytest.raises(LawConflict) as refused:
        load_catalogue(Schedule(schedule.decrees, (newcomer, *schedule.rules)))
    assert all(word in str(refused.value) for word in said)
    assert loaded() == before  # not even the newcomer, which was read before


def test_a_loaded_row_that_was_closed_is_not_opened_again() -> None:
    row = PenaltyRule.objects.get(code=RED_LIGHT, effective_until=None)
    row.effective_until = date(2026, 12, 31)
    row.save(update_fields=["effective_until"])
    with pytest.raises(LawConflict, match="effective_until"):
        load_catalogue()


def test_a_hostile_law_file_is_refused_by_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    before = loaded()

    def hostile() -> Schedule:
        raise ScheduleError("rule 16824.6.9.b.01: fine_max_vnd has the wrong shape")

    monkeypatch.setattr(law_loading, "shipped_schedule", hostile)
    with pytest.raises(CommandError, match=r"16824\.6\.9\.b\.01: fine_max_vnd"):
        call_command("load_law")
    assert loaded() == before


def as_csv(rows: list[dict[str, str]], columns: list[str] | None = None) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns or list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def rows_of_today() -> list[dict[str, str]]:
    return [
        {
            name: "" if (value := getattr(rule, ours)) is None else str(value)
            for name, ours in COLUMNS.items()
        }
        for rule in PenaltyRule.objects.filter(effective_until=None).order_by("code")
    ]


def check(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Run the comparison; return its exit code and its lines."""
    code = 0
    try:
        call_command("load_law", "--check", str(path))
    except SystemExit as stopped:
        code = int(str(stopped.code))
    return code, capsys.readouterr().out.splitlines()


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.csv"


def test_the_same_law_has_no_difference(other: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other.write_bytes(as_csv(rows_of_today()))
    assert check(other, capsys) == (0, ["0 differences"])


@pytest.mark.parametrize("column", [name for name in COLUMNS if name != "code"])
def test_a_changed_column_is_named_with_both_values(
    column: str, other: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = rows_of_today()
    (row,) = [row for row in rows if row["code"] == RED_LIGHT]
    was = row[column]
    row[column] = "77"
    other.write_bytes(as_csv(rows))
    assert check(other, capsys) == (
        1,
        [f"{RED_LIGHT}: {column} is {was!r} in the portal and '77' in the file", "1 differences"],
    )


def test_a_missing_and_an_extra_row_are_named(
    other: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row for row in rows_of_today() if row["code"] != RED_LIGHT]
    rows.append({**rows[0], "code": "16824.99.1.a.01"})
    other.write_bytes(as_csv(rows))
    code, lines = check(other, capsys)
    assert code == 1
    assert lines == [
        f"{RED_LIGHT}: extra row, the portal has it and the file does not",
        "16824.99.1.a.01: missing row, the file has it and the portal does not",
        "2 differences",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "the columns must be", id="empty"),
        pytest.param(b"code,fine\n1,2\n", "the columns must be", id="other columns"),
        pytest.param(b"\xff\xfe\x00", "not UTF-8", id="not text"),
        pytest.param(
            ",".join(COLUMNS).encode() + b'\n"unclosed', "is not CSV", id="an unclosed quote"
        ),
        pytest.param(",".join(COLUMNS).encode() + b"\n1,2\n", "row 1 has 2", id="a short row"),
        pytest.param(
            ",".join(COLUMNS).encode() + b"\n" + b"," * (len(COLUMNS) - 1) + b"\n",
            "row 1 has no code",
            id="no code",
        ),
        pytest.param(
            ",".join(COLUMNS).encode() + (b"\nx" + b"," * (len(COLUMNS) - 1)) * 2 + b"\n",
            "row 2: the code x stands twice",
            id="a code twice",
        ),
    ],
)
def test_what_is_no_catalogue_is_refused_in_words(content: bytes, said: str, other: Path) -> None:
    other.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        call_command("load_law", "--check", str(other))


def test_a_file_that_is_not_there_is_refused_in_words(other: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_law", "--check", str(other))


def test_comparing_writes_nothing(other: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = loaded()
    other.write_bytes(as_csv([]))
    assert check(other, capsys)[1][-1] == "232 differences"
    assert loaded() == before


def test_rows_loaded_by_the_first_catalogue_become_rows_of_the_whole_one() -> None:
    """The migration words nine earlier rows as the law files do, or loading would refuse them."""
    older = import_module("violations.migrations.0004_older_rows")
    assert len(older.WORDS) == 9
    for code, words in older.WORDS.items():
        rule = today(code)
        assert words == (rule.act_vi, rule.act_en)
        folded = older.fold(f"{rule.act_vi} {rule.act_en} {rule.provision}")
        assert folded == PenaltyRule.objects.get(code=code, effective_until=None).fold


@pytest.mark.skipif(not STUDY.is_file(), reason="the shared study is not on this machine")
def test_the_loaded_law_is_the_studys(capsys: pytest.CaptureFixture[str]) -> None:
    """The catalogue was taken from the study once; this says that nothing was lost on the way."""
    assert check(STUDY, capsys) == (0, ["0 differences"])
