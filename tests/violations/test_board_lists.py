"""Every number of the supervisor's board opens the list of exactly the cases it counted."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices.calendars import current_calendar
from tests.journeys import START, World, acting, case_at, officer
from tests.violations.desk import NOW, clock, place, signed_in
from tests.violations.looking_twice import second
from violations import board_figures, board_flow, board_lists, clocks, sanctions
from violations.models import CaseDeadline, ReviewDecision, SecondLook, StageCapacity, Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]
BOARD = "/can-bo/chi-huy/"
LINK = re.compile(
    r'<a[^>]* href="(/can-bo/chi-huy/ho-so/[^"]*)"[^>]*>(?:<b>(?:<svg.*?</svg>)?)?(\d+)'
)


def busy(place: World) -> list[Any]:
    """Let cases stand at every stage, due on different days."""
    cases = [
        case_at(status, place)
        for status in (
            "detected", "detected", "detected", "owner_identified", "notified", "recorded",
            "decided",
        )
    ]  # fmt: skip
    for case, days in zip(cases[:3], (-4, 2, 3), strict=True):
        CaseDeadline.objects.filter(case=case, name="notice_due").update(
            due_on=NOW.date() + timedelta(days=days)
        )
    return cases


def test_every_number_is_equal_to_the_list_behind_it(place: World) -> None:
    busy(place)
    client = signed_in(place.supervisor)
    links = LINK.findall(client.get(BOARD).content.decode())
    shown = {html.unescape(address): int(number) for address, number in links}
    assert {"due", "stage", "flow", "day"} <= {
        name for address in shown for name in re.findall(r"(\w+)=", address)
    }
    assert len(shown) > 15
    listed = {address: client.get(address).context["count"] for address in shown}
    assert listed == shown


def test_a_cell_lists_the_cases_of_its_stage_and_day_alone(place: World) -> None:
    cases = busy(place)
    client = signed_in(place.supervisor)
    review = client.get(BOARD).context["stages"][0]
    cells = [cell for cell in review["cells"] if cell["count"]]
    assert sum(cell["count"] for cell in cells) == 3
    late = client.get(cells[0]["url"])
    assert [row["case"].pk for row in late.context["rows"]] == [cases[0].pk]
    assert cases[0].number in late.content.decode()
    assert cases[1].number not in late.content.decode()


def test_what_ends_on_a_day_off_is_in_the_cell_of_the_working_day_before(place: World) -> None:
    case = case_at("detected", place)
    days = board_lists.heat_days(NOW.date(), current_calendar())
    off = next(
        before + timedelta(days=1)
        for before, day in pairwise(days)
        if day - before > timedelta(days=1)
    )
    CaseDeadline.objects.filter(case=case, name="notice_due").update(due_on=off)
    after = days[[day > off for day in days].index(True)]
    client = signed_in(place.supervisor)
    cells = client.get(BOARD).context["stages"][0]["cells"]
    counted = [cell for cell in cells if cell["count"]]
    assert len(counted) == 1
    assert f"day={after}" in counted[0]["url"]
    assert client.get(counted[0]["url"]).context["count"] == 1


@pytest.mark.parametrize(
    "query",
    [
        "", "stage=x", "stage=review&day=x", "stage=review&day=2020-01-01",
        "stage=review&day=2026-10-13&flow=x", "due=%00", "camera=%00",
    ],
)  # fmt: skip
def test_there_is_no_list_without_a_number(place: World, query: str) -> None:
    assert signed_in(place.supervisor).get(f"{BOARD}ho-so/?{query}").status_code == 404


def test_the_lists_are_the_supervisors_and_of_his_units(place: World) -> None:
    case_at("detected", place)
    there = f"{BOARD}ho-so/?stage=review"
    assert signed_in(place.reviewer).get(there).status_code == 403
    assert signed_in(place.supervisor).get(there).context["count"] == 1
    vinh = officer("vinh", "Trịnh Quang Vinh", "Supervisor", place.other_unit)
    assert signed_in(vinh).get(there).context["count"] == 0


def test_in_and_out_are_told_for_every_stage_and_each_case_once_a_day(
    place: World, clock: Any
) -> None:
    case_at("decided", place)
    case_at("recorded", place)
    cases = Violation.objects.all()
    days = [NOW.date() - timedelta(days=n) for n in range(40)]
    since = board_flow.begin_of(min(days))
    totals = {
        stage.value: tuple(
            sum(board_flow.moves(cases, stage, direction).by_day(since).values())
            for direction in ("in", "out")
        )
        for stage in StageCapacity.Stage
    }
    assert totals == {
        "review": (2, 2),
        "second_look": (0, 0),
        "notice": (2, 2),
        "record": (2, 2),
        "decision": (2, 1),
        "signing": totals["signing"],
        "post": (1, 0),
    }
    assert totals["signing"][0] == totals["signing"][1] > 0


def test_all_flows_at_once_are_those_of_each_stage(place: World, clock: Any) -> None:
    busy(place)
    cases, since = Violation.objects.all(), board_flow.begin_of(NOW.date() - timedelta(days=40))
    each = {
        (stage, direction): board_flow.moves(cases, stage, direction).by_day(since)
        for stage in StageCapacity.Stage.values
        for direction in ("in", "out")
    }
    assert board_flow.flows(cases, since) == each
    nobody = board_flow.flows(Violation.objects.filter(unit__in=[]), since)
    assert not any(nobody.values())
    assert sum(bool(days) for days in each.values()) > 8


def test_what_a_complaint_set_running_is_due_also_when_the_case_has_ended(place: World) -> None:
    case = case_at("closed", place)
    running = CaseDeadline.objects.filter(met_on__isnull=True)
    assert board_figures.due_by(running, NOW.date() + timedelta(days=400)) == ([], 0)
    clocks.start(case, "complaint_decided_due", NOW.date())
    due = board_figures.due_by(running, NOW.date() + timedelta(days=400))
    assert [(row["name"], row["count"]) for row in due.clocks] == [("complaint_decided_due", 1)]
    assert due.cases == 1


def test_the_ages_of_a_backlog_are_those_of_its_cases(place: World) -> None:
    for days in range(10):
        case = case_at("detected", place, pictures=1)
        Violation.objects.filter(pk=case.pk).update(occurred_at=START - timedelta(days=days))
    found = board_figures.backlog(Violation.objects.all(), "review")
    assert found.count == 10
    assert found.oldest == START - timedelta(days=9)
    assert found.half == START - timedelta(days=5)
    assert found.tenth == START - timedelta(days=9)
    assert board_figures.backlog(Violation.objects.none(), "review") == (0, None, None, None)


def test_of_too_many_only_so_many_are_counted(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_figures, "MOST", 2)
    busy(place)
    client = signed_in(place.supervisor)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(BOARD)
    review = page.context["stages"][0]
    assert (review["count"], review["is_capped"]) == (2, True)
    assert review["ages"][1:] == ["", ""]
    assert any(cell["is_capped"] for cell in review["cells"])
    counts = [row["sql"] for row in asked if "GROUP BY" in row["sql"] or "COUNT(" in row["sql"]]
    unbounded = [
        sql
        for sql in counts
        if "violations_violation" in sql
        and "LIMIT" not in sql
        and not re.search(
            r'"(at|created_at|asked_at|looked_at|proposed_at|settled_at|decided_at'
            r'|answered_at)" >= ',
            sql,
        )
    ]
    assert unbounded == []


def test_an_ended_case_waits_for_no_second_look(place: World) -> None:
    case = case_at("owner_identified", place)
    SecondLook.objects.create(case=case, ground=SecondLook.Ground.values[0], asked_at=NOW)
    waiting = board_figures.waiting(Violation.objects.all(), "second_look")
    assert waiting.count() == 1
    sanctions.dismiss(case.pk, reason="Đ65 k1 đ.a", by=acting(place.leader), at=NOW)
    assert waiting.all().count() == 0


def test_a_camera_lists_what_was_judged_of_it_in_a_week(place: World) -> None:
    for days in (2, 3, 20):
        case = case_at("detected", place, pictures=1)
        given = second(case, place.reviewer, "reject", role="first", at=NOW - timedelta(days=days))
        given.state = ReviewDecision.State.FINAL
        given.save(update_fields=["state"])
    week = board_figures.cameras(Violation.objects.all(), NOW)[0].week
    address = f"{BOARD}ho-so/?camera={place.red_light_camera.code}"
    assert signed_in(place.supervisor).get(address).context["count"] == week.of == 2
