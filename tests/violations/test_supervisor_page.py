"""The supervisor's board: what is due, what waits, cameras out of line, and acts with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from cameras.models import Device
from tests.journeys import START, World, case_at, officer
from tests.violations.desk import NOW, clock, place, signed_in, texts
from tests.violations.looking_twice import second
from tests.violations.reviewing import taken
from violations import board_figures, p_chart
from violations.admin import home, navigation
from violations.models import CameraPause, Lease, ReviewDecision, StageCapacity, Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]
BOARD = "/can-bo/chi-huy/"


def judged(place: World, number: int, choice: str, at: datetime) -> None:
    """Let so many detections of the red-light camera have been judged for good at a moment."""
    for _each in range(number):
        case = case_at("detected", place, pictures=1)
        given = second(case, place.reviewer, choice, role="first", at=at)
        given.state = ReviewDecision.State.FINAL
        given.save(update_fields=["state"])


@pytest.mark.parametrize("who", ["reviewer", "leader", "technician", "auditor", "administrator"])
def test_the_board_is_the_supervisors(place: World, who: str) -> None:
    client = signed_in(getattr(place, who))
    assert client.get(BOARD).status_code == 403
    for address in ("nang-luc/", "tam-dung/", "tam-dung/1/"):
        assert client.post(BOARD + address).status_code == 403


def test_an_empty_board_says_so(place: World) -> None:
    page = signed_in(place.supervisor).get(BOARD)
    assert page.status_code == 200
    assert page.context["due"] == page.context["cameras"] == []
    assert not page.context["has_capacity"]


def test_what_ends_by_tomorrow_is_counted_by_its_clock(place: World, clock: Any) -> None:
    case = case_at("detected", place)
    clock(START + timedelta(days=9))
    page = signed_in(place.supervisor).get(BOARD)
    assert [(row["name"], row["count"]) for row in page.context["due"]] == [("notice_due", 1)]
    clock(START + timedelta(days=7))
    assert signed_in(place.supervisor).get(BOARD).context["due_count"] == 0
    clock(START + timedelta(days=30))
    late = signed_in(place.supervisor).get(BOARD).context["due"][0]
    assert late["url"].endswith("?due=notice_due")
    assert case.status == "detected"


def test_another_units_board_counts_none_of_ours(place: World, clock: Any) -> None:
    case_at("detected", place)
    clock(START + timedelta(days=9))
    vinh = officer("vinh", "Trịnh Quang Vinh", "Supervisor", place.other_unit)
    page = signed_in(vinh).get(BOARD)
    assert page.context["due"] == []
    assert {stage["count"] for stage in page.context["stages"]} == {0}


def test_a_count_goes_no_further_than_it_says(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _each in range(3):
        case_at("detected", place, pictures=1)
    for where in (board_figures, navigation, home):
        monkeypatch.setattr(where, "MOST", 2)
    client = signed_in(place.supervisor)
    review = client.get(BOARD).context["stages"][0]
    assert (review["count"], review["is_capped"]) == (2, True)
    assert "2+" in signed_in(place.reviewer).get("/can-bo/").content.decode()


def test_a_case_waits_at_one_stage(place: World) -> None:
    for status in ("detected", "owner_identified", "notified", "recorded", "decided"):
        case_at(status, place)
    cases = Violation.objects.all()
    counts = {stage.value: board_figures.backlog(cases, stage)[0] for stage in StageCapacity.Stage}
    assert counts == {
        "review": 1,
        "second_look": 0,
        "notice": 1,
        "record": 1,
        "decision": 1,
        "signing": 0,
        "post": 1,
    }


def test_colour_is_load_against_capacity_and_none_without_one(place: World) -> None:
    case_at("detected", place)
    case_at("detected", place)
    client = signed_in(place.supervisor)
    review = client.get(BOARD).context["stages"][0]
    assert sum(cell["count"] for cell in review["cells"]) == 2
    assert {cell["tone"] for cell in review["cells"]} == {0}
    given = {"unit": place.unit.pk, "stage": "review", "per_day": 1}
    assert client.post(f"{BOARD}nang-luc/", given).status_code == 302
    review = client.get(BOARD).context["stages"][0]
    assert max(cell["tone"] for cell in review["cells"]) == 1
    assert StageCapacity.objects.get().set_by == place.supervisor
    client.post(f"{BOARD}nang-luc/", given | {"per_day": 2})
    assert StageCapacity.objects.get().per_day == 2


@pytest.mark.parametrize("wrong", [{"per_day": 0}, {"stage": "x"}, {"unit": "other"}])
def test_a_capacity_that_makes_no_sense_is_not_set(place: World, wrong: dict[str, Any]) -> None:
    if "unit" in wrong:
        wrong = {"unit": place.other_unit.pk}
    given = {"unit": place.unit.pk, "stage": "review", "per_day": 5} | wrong
    answer = signed_in(place.supervisor).post(f"{BOARD}nang-luc/", given)
    assert answer.status_code == 422
    assert not StageCapacity.objects.exists()


def test_what_is_over_capacity_is_marked_in_print(place: World, clock: Any) -> None:
    StageCapacity.objects.create(
        unit=place.unit, stage="review", per_day=1, set_by=place.supervisor, set_at=NOW
    )
    case_at("detected", place)
    case_at("detected", place)
    clock(START + timedelta(days=11))
    page = signed_in(place.supervisor).get(BOARD)
    assert page.context["stages"][0]["cells"][0]["is_over"]
    assert "2 !" in page.content.decode()


def test_at_no_pace_everything_lapses_and_the_board_says_when(place: World) -> None:
    case = case_at("detected", place)
    rows = signed_in(place.supervisor).get(BOARD).context["forecasts"]
    bar, review = (row["found"] for row in rows if row)
    due = case.deadlines.get(name="notice_due").due_on
    assert (bar.lapses, bar.first_on) == (1, case.time_bar_on)
    assert (review.lapses, review.first_on) == (1, due)


def test_the_last_day_for_a_sanction_is_among_what_is_due(place: World, clock: Any) -> None:
    case = case_at("recorded", place)
    clock(START + timedelta(days=(case.time_bar_on - START.date()).days - 1))
    due = signed_in(place.supervisor).get(BOARD).context["due"]
    assert "time_bar" in [row["name"] for row in due]


def test_a_camera_is_paused_and_let_go_on_the_board(place: World, clock: Any) -> None:
    client = signed_in(place.supervisor)
    device = place.red_light_camera
    assert texts(client.post(f"{BOARD}tam-dung/", {"camera": device.code}, follow=True))
    assert not CameraPause.objects.exists()
    given = {"camera": device.code, "reason": "lệch khung (mẫu)"}
    client.post(f"{BOARD}tam-dung/", given)
    pause = CameraPause.objects.get()
    assert Device.objects.get(pk=device.pk).state == "paused"
    assert not client.get(BOARD).context["pauses"][0]["is_late"]
    clock(NOW + timedelta(hours=24))
    client = signed_in(place.supervisor)
    assert client.get(BOARD).context["pauses"][0]["is_late"]
    client.post(f"{BOARD}tam-dung/{pause.pk}/", {"reason": "đã chỉnh"})
    assert client.get(BOARD).context["pauses"] == []
    assert Device.objects.get(pk=device.pk).state == "active"


def test_a_lease_is_taken_back_with_a_reason(place: World) -> None:
    case_at("detected", place)
    lease = taken(place.reviewer, NOW)[0]
    client = signed_in(place.supervisor)
    assert [row.case_id for row in client.get(BOARD).context["leases"]] == [lease.case_id]
    there = f"{BOARD}thu-lai/{lease.case_id}/"
    assert texts(client.post(there, {"reason": ""}, follow=True))
    assert Lease.objects.exists()
    client.post(there, {"reason": "hết ca"})
    assert not Lease.objects.exists()


def test_officers_stand_in_the_order_of_their_names(place: World) -> None:
    names = [row["name"] for row in signed_in(place.supervisor).get(BOARD).context["officers"]]
    assert names == sorted(names)
    assert len(names) == 2


def test_a_camera_out_of_line_is_named_with_its_reason(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(p_chart, "FEWEST", 5)
    judged(place, 6, "verify", NOW - timedelta(days=20))
    judged(place, 6, "reject", NOW - timedelta(days=2))
    row = signed_in(place.supervisor).get(BOARD).context["cameras"][0]
    assert (row["code"], row["is_out"], row["may_pause"]) == ("CAM-0412", True, True)
    assert row["look_at"]


def test_what_came_and_what_left_is_told_by_day(place: World, clock: Any) -> None:
    case_at("verified", place)
    case_at("detected", place)
    clock(NOW + timedelta(days=1))
    yesterday = signed_in(place.supervisor).get(BOARD).context["flow"][0]
    assert (yesterday["came"], yesterday["left"], yesterday["net"]) == (2, 1, 1)


def test_a_verdict_on_a_known_case_says_nothing_of_its_camera(place: World) -> None:
    case = case_at("detected", place, pictures=1)
    given = second(case, place.reviewer, "reject", role="known", at=NOW - timedelta(hours=1))
    given.state = ReviewDecision.State.FINAL
    given.save(update_fields=["state"])
    assert board_figures.cameras(Violation.objects.all(), NOW) == []


def test_the_rolling_fifty_see_what_a_week_has_not_seen_yet(place: World) -> None:
    judged(place, 40, "verify", NOW - timedelta(days=10))
    judged(place, 60, "verify", NOW - timedelta(days=6))
    judged(place, 10, "reject", NOW - timedelta(hours=1))
    camera = board_figures.cameras(Violation.objects.all(), NOW)[0]
    assert (camera.rolling.accepted, camera.rolling.of) == (40, 50)
    assert (camera.week.accepted, camera.week.of) == (60, 70)
    assert camera.is_out


def test_the_workbench_tells_a_supervisor_what_the_board_would(place: World, clock: Any) -> None:
    case_at("detected", place)
    client = signed_in(place.supervisor)
    assert not [row for row in client.get("/can-bo/").context["todo"] if row["url"] == BOARD]
    given = {"camera": place.red_light_camera.code, "reason": "lệch khung (mẫu)"}
    client.post(f"{BOARD}tam-dung/", given)
    clock(START + timedelta(days=9))
    client = signed_in(place.supervisor)
    rows = [row for row in client.get("/can-bo/").context["todo"] if row["url"] == BOARD]
    assert [row["days"] for row in rows] == [1, None]
    assert rows[1]["text"] == "lệch khung (mẫu)"
