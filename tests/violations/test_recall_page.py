"""The recall console: the supervisor proposes, a leader approves, the auditor reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from tests.journeys import World, case_at
from tests.violations.desk import NOW, clock, place, signed_in
from tests.violations.test_signing_page import PASSWORD
from violations import recall_job
from violations.models import Recall, Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate

CONSOLE = "/can-bo/thu-hoi/"
LATER = NOW + timedelta(days=10)


def asked(place: World, **over: str) -> dict[str, str]:
    return {
        "devices": str(place.red_light_camera.pk),
        "from_on": "2026-10-12",
        "until_on": "2026-10-12",
        "defect": "clock",
        "basis": "biên bản kiểm tra số 12 ngày 20/10/2026",
    } | over


def proposed(place: World) -> Recall:
    client = signed_in(place.supervisor)
    shown = client.get(f"{CONSOLE}moi/", asked(place))
    sent = client.post(f"{CONSOLE}moi/", asked(place, seen=shown.context["seen"]))
    recall = Recall.objects.get()
    assert sent["Location"] == f"{CONSOLE}{recall.number}/"
    return recall


def approve(client: Any, recall: Recall, seen: str) -> Any:
    """Press the button and answer the question for the password that stands before it."""
    sent = client.post(f"{CONSOLE}{recall.number}/duyet/", {"seen": seen, "word": "đồng ý"})
    assert "reauthenticate" in sent["Location"]
    recall.refresh_from_db()
    assert recall.state == "proposed"
    return client.post(sent["Location"], {"password": PASSWORD}, follow=True)


def test_a_recall_goes_from_dry_run_to_report(place: World, clock: Any) -> None:
    case = case_at("closed", place)
    clock(LATER)
    recall = proposed(place)
    leader = signed_in(place.leader)
    page = leader.get(f"{CONSOLE}{recall.number}/")
    assert page.context["estimate"]["refund_vnd"] == case.decision.fine_vnd
    assert approve(leader, recall, page.context["seen"]).status_code == 200
    recall_job.run(recall.pk, now=lambda: LATER)
    page = signed_in(place.auditor).get(f"{CONSOLE}{recall.number}/")
    assert page.context["progress"]["percent"] == 100
    assert page.context["recall"].report["refund_vnd"] == case.decision.fine_vnd
    auditor = signed_in(place.auditor)
    assert case.number in auditor.get(f"{CONSOLE}{recall.number}/bao-cao.csv").content.decode()
    data = auditor.get(f"{CONSOLE}{recall.number}/bao-cao.json").json()
    assert [row["state"] for row in data["cases"]] == ["done"]
    assert Violation.objects.get(pk=case.pk).status == "annulled"


def test_the_dry_run_changes_nothing_and_can_be_taken_as_a_list(place: World) -> None:
    case = case_at("detected", place)
    client = signed_in(place.supervisor)
    page = client.get(f"{CONSOLE}moi/", asked(place))
    assert page.context["estimate"]["cases"] == 1
    listed = client.get(f"{CONSOLE}moi/danh-sach.csv", asked(place)).content.decode()
    assert case.number in listed
    assert case.plate not in listed
    assert not Recall.objects.exists()


def test_figures_that_moved_are_shown_again_before_they_are_proposed(place: World) -> None:
    case_at("detected", place)
    client = signed_in(place.supervisor)
    seen = client.get(f"{CONSOLE}moi/", asked(place)).context["seen"]
    case_at("detected", place, at=NOW - timedelta(hours=1))
    page = client.post(f"{CONSOLE}moi/", asked(place, seen=seen))
    assert page.status_code == 409
    assert page.context["estimate"]["cases"] == 2
    assert not Recall.objects.exists()


def test_the_leader_is_told_what_has_changed(place: World) -> None:
    case_at("detected", place)
    recall = proposed(place)
    case_at("detected", place, at=NOW - timedelta(hours=1))
    page = signed_in(place.leader).get(f"{CONSOLE}{recall.number}/")
    assert (1, 2) in [(row["before"], row["now"]) for row in page.context["changed"]]


def test_who_may_come_and_who_may_do_what(place: World) -> None:
    case_at("detected", place)
    recall = proposed(place)
    address = f"{CONSOLE}{recall.number}/"
    for person in (place.reviewer, place.clerk, place.technician, place.administrator):
        assert signed_in(person).get(CONSOLE).status_code == 403
        assert signed_in(person).get(address).status_code == 403
    for person in (place.auditor, place.leader):
        assert signed_in(person).get(address).status_code == 200
        assert signed_in(person).get(f"{CONSOLE}moi/").status_code == 403
    for act in ("duyet/", "tu-choi/", "thu-lai/"):
        for person in (place.auditor, place.supervisor):
            assert signed_in(person).post(address + act).status_code == 403
        assert signed_in(place.other_leader).post(address + act).status_code in (302, 404)
    assert signed_in(place.other_leader).get(address).status_code == 404
    recall.refresh_from_db()
    assert recall.state == "proposed"


def test_another_units_camera_is_not_offered(place: World) -> None:
    site = place.speed_camera.site
    site.unit = place.other_unit
    site.save()
    page = signed_in(place.supervisor).get(
        f"{CONSOLE}moi/", asked(place, devices=str(place.speed_camera.pk))
    )
    assert page.status_code == 400
    assert "devices" in page.context["form"].errors


@pytest.mark.parametrize(
    "over",
    [
        {"until_on": "2026-10-11"},
        {"from_on": "ngày mai"},
        {"from_time": "10:00", "until_time": "10:00"},
        {"defect": "ghost"},
        {"basis": " "},
        {"devices": ""},
        {"devices": "\x00"},
    ],
)
def test_a_form_filled_in_wrongly_says_what_to_mend(place: World, over: dict[str, str]) -> None:
    page = signed_in(place.supervisor).get(f"{CONSOLE}moi/", asked(place, **over))
    assert page.status_code == 400
    assert page.context["form"].errors


def test_days_are_those_of_viet_nam_and_the_last_one_is_inside(place: World) -> None:
    case_at("detected", place, at=NOW.replace(hour=16, minute=59))  # 23:59 in Viet Nam
    page = signed_in(place.supervisor).get(f"{CONSOLE}moi/", asked(place))
    assert page.context["estimate"]["cases"] == 1
    page = signed_in(place.supervisor).get(f"{CONSOLE}moi/", asked(place, until_time="23:59"))
    assert page.context["estimate"]["cases"] == 0


def test_a_recall_not_approved_says_why(place: World) -> None:
    case_at("detected", place)
    recall = proposed(place)
    leader = signed_in(place.leader)
    address = f"{CONSOLE}{recall.number}/"
    assert leader.post(f"{address}tu-choi/", {"word": " "}).status_code == 409
    assert leader.post(f"{address}tu-choi/", {"word": "chưa đủ căn cứ"}).status_code == 302
    assert "chưa đủ căn cứ" in leader.get(address).content.decode()


def test_the_supervisor_has_the_tab_and_the_leader_the_way(place: World) -> None:
    case_at("detected", place)
    proposed(place)
    tabs = signed_in(place.supervisor).get("/can-bo/").context["staff_tabs"]
    assert (CONSOLE, 1) in [(tab["url"], tab["count"]) for tab in tabs]
    for person in (place.leader, place.auditor):
        home = signed_in(person).get("/can-bo/").context
        works = [home["next_work"], *home["places"]]
        assert (CONSOLE, 1) in [(work["url"], work["count"]) for work in works]


def test_stuck_cases_are_listed_with_the_reason_and_tried_again(place: World, clock: Any) -> None:
    case = case_at("served", place)
    clock(LATER)
    recall = proposed(place)
    leader = signed_in(place.leader)
    seen = leader.get(f"{CONSOLE}{recall.number}/").context["seen"]
    approve(leader, recall, seen)
    groups = list(place.supervisor.user.groups.all())
    place.supervisor.user.groups.clear()
    recall_job.run(recall.pk, now=lambda: LATER)
    with override("en"):
        page = leader.get(f"{CONSOLE}{recall.number}/")
    assert [item.case for item in page.context["stuck"]] == [case]
    place.supervisor.user.groups.set(groups)
    assert leader.post(f"{CONSOLE}{recall.number}/thu-lai/").status_code == 302
    recall_job.run(recall.pk, now=lambda: LATER)
    assert recall.items.get().state == "done"
