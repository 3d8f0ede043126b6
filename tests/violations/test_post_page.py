"""The post room: a clerk chooses papers, prints a run once, scans, hands over; and sees no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from notices import printing, production
from notices.models import Notice, PrintRun
from tests.journeys import START, World, case_at
from tests.violations.desk import NOW, clock, place, signed_in, texts
from violations.models import CaseEvent

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate

ROOM = "/can-bo/in/"
NUMBERS = ("RR473124829VN", "RR123456785VN")


def papers(place: World, count: int = 2) -> list[Notice]:
    """Return finished notices of one unit."""
    made = []
    for number in range(count):
        case = case_at("notified", place, at=START + timedelta(minutes=number))
        paper = case.events.get(step="sign_notice").notice
        assert production.produce(paper.pk, at=NOW)
        made.append(paper)
    return made


def run_of(place: World) -> PrintRun:
    """Return a run that was printed."""
    made = papers(place)
    run = printing.prepare_run(
        "PC08-HN", [paper.pk for paper in made], by_user=place.clerk.user, at=NOW
    )
    assert printing.assemble(run.pk)
    printing.mark_printed(run.pk, by_user=place.clerk.user, at=NOW)
    return PrintRun.objects.get(pk=run.pk)


def test_a_clerk_sees_number_plate_and_address_and_nothing_of_the_offence(place: World) -> None:
    paper = papers(place, 1)[0]
    page = signed_in(place.clerk).get(ROOM).content.decode()
    assert paper.number_text in page
    assert paper.context["vehicle"]["plate"] in page
    assert "TRẦN VĂN HIẾU" in page
    assert "đèn tín hiệu" not in page
    assert paper.context["owner"]["identity_number"] not in page


def test_the_room_is_for_clerks_of_the_unit(place: World) -> None:
    run = run_of(place)
    for person in (place.reviewer, place.leader, place.auditor, place.administrator):
        client = signed_in(person)
        assert client.get(ROOM).status_code == 403
        assert client.post(f"{ROOM}dot/{run.pk}/da-in/").status_code == 403
    stranger = place.clerk
    stranger.unit = place.other_unit
    stranger.save()
    client = signed_in(stranger)
    assert client.get(ROOM).context["runs"].count() == 0
    assert client.get(f"{ROOM}dot/{run.pk}/").status_code == 404
    assert client.get(f"{ROOM}dot/{run.pk}/tep/pdf/").status_code == 404


def test_chosen_papers_become_one_run_and_leave_the_list(place: World) -> None:
    made = papers(place, 3)
    client = signed_in(place.clerk)
    client.post(ROOM + "dot/", {"paper": [str(paper.pk) for paper in made[:2]]})
    run = PrintRun.objects.get()
    assert run.items.count() == 2
    assert [row["paper"] for row in client.get(ROOM).context["papers"]] == made[2:]


@pytest.mark.parametrize("sent", [[], ["x"], ["00000000-0000-0000-0000-000000000000"]])
def test_no_paper_makes_no_run(place: World, sent: list[str]) -> None:
    answer = signed_in(place.clerk).post(ROOM + "dot/", {"paper": sent}, follow=True)
    assert texts(answer)
    assert not PrintRun.objects.exists()


def test_papers_of_another_unit_are_not_printed_here(place: World) -> None:
    made = papers(place, 1)[0]
    Notice.objects.filter(pk=made.pk)
    stranger = place.clerk
    stranger.unit = place.other_unit
    stranger.save()
    signed_in(stranger).post(ROOM + "dot/", {"paper": [str(made.pk)]})
    assert not PrintRun.objects.exists()


def test_the_joined_files_are_sent(place: World) -> None:
    run = run_of(place)
    client = signed_in(place.clerk)
    pdf = client.get(f"{ROOM}dot/{run.pk}/tep/pdf/")
    assert (pdf["Content-Type"], pdf.content[:4]) == ("application/pdf", b"%PDF")
    assert client.get(f"{ROOM}dot/{run.pk}/tep/bang-ke/").content.startswith(b"%PDF")
    table = client.get(f"{ROOM}dot/{run.pk}/tep/csv/").content.decode()
    assert len(table.splitlines()) == 3
    assert client.get(f"{ROOM}dot/{run.pk}/tep/nonsense/").status_code == 404


def test_a_run_is_printed_when_it_is_ready_and_once(place: World) -> None:
    made = papers(place, 1)
    run = printing.prepare_run("PC08-HN", [made[0].pk], by_user=place.clerk.user, at=NOW)
    client = signed_in(place.clerk)
    address = f"{ROOM}dot/{run.pk}/da-in/"
    assert texts(client.post(address, follow=True))
    printing.assemble(run.pk)
    assert not texts(client.post(address, follow=True))
    run.refresh_from_db()
    assert run.state == "printed"
    assert texts(client.post(address, follow=True))


def test_handing_over_tells_every_case(place: World) -> None:
    run = run_of(place)
    items = list(run.items.order_by("position"))
    sent = {f"number-{item.pk}": number for item, number in zip(items, NUMBERS, strict=True)}
    signed_in(place.clerk).post(f"{ROOM}dot/{run.pk}/ban-giao/", sent)
    run.refresh_from_db()
    assert run.state == "posted"
    events = CaseEvent.objects.filter(step="record_posting")
    assert sorted(event.facts["tracking_number"] for event in events) == sorted(NUMBERS)
    assert {event.notice for event in events} == {item.notice for item in items}


@pytest.mark.parametrize(
    "second", ["", "RR123456784VN", NUMBERS[0], "'; DROP TABLE notices_printrun; --"]
)
def test_a_missing_wrong_or_doubled_number_hands_nothing_over(place: World, second: str) -> None:
    run = run_of(place)
    items = list(run.items.order_by("position"))
    sent = {f"number-{items[0].pk}": NUMBERS[0], f"number-{items[1].pk}": second}
    answer = signed_in(place.clerk).post(f"{ROOM}dot/{run.pk}/ban-giao/", sent)
    assert answer.status_code == 409
    assert answer.context["refused"]
    assert f'value="{NUMBERS[0]}"' in answer.content.decode()  # what was scanned is not lost
    run.refresh_from_db()
    assert run.state == "printed"
    assert not CaseEvent.objects.filter(step="record_posting").exists()


def test_the_posting_of_a_case_that_ended_meanwhile_stands_in_its_history(place: World) -> None:
    run = run_of(place)
    items = list(run.items.order_by("position"))
    from tests.journeys import acting
    from violations import sanctions
    from violations.models import Draft

    ended = Draft.objects.get(notice=items[0].notice).case
    sanctions.dismiss(ended.pk, reason="điểm a khoản 1 Điều 65", by=acting(place.leader), at=NOW)
    sent = {f"number-{item.pk}": number for item, number in zip(items, NUMBERS, strict=True)}
    signed_in(place.clerk).post(f"{ROOM}dot/{run.pk}/ban-giao/", sent, follow=True)
    last = ended.events.order_by("sequence").last()
    assert (last.step, last.facts["tracking_number"]) == ("record_posting", NUMBERS[0])
    run.refresh_from_db()
    assert run.state == "posted"


def test_the_posting_of_a_case_that_moved_to_another_unit_stands_in_its_history(
    place: World,
) -> None:
    run = run_of(place)
    items = list(run.items.order_by("position"))
    from violations.models import Draft, Violation

    moved = Draft.objects.get(notice=items[0].notice).case
    Violation.objects.filter(pk=moved.pk).update(unit=place.other_unit)
    sent = {f"number-{item.pk}": number for item, number in zip(items, NUMBERS, strict=True)}
    signed_in(place.clerk).post(f"{ROOM}dot/{run.pk}/ban-giao/", sent, follow=True)
    assert moved.events.order_by("sequence").last().step == "record_posting"
    run.refresh_from_db()
    assert run.state == "posted"


def test_a_failed_run_can_be_asked_for_again(place: World, clock: Any) -> None:
    made = papers(place, 1)
    run = printing.prepare_run("PC08-HN", [made[0].pk], by_user=place.clerk.user, at=NOW)
    PrintRun.objects.filter(pk=run.pk).update(state="failed", fault="Máy in lỗi")
    client = signed_in(place.clerk)
    assert "Máy in lỗi" in client.get(f"{ROOM}dot/{run.pk}/").content.decode()
    assert client.post(f"{ROOM}dot/{run.pk}/ghep-lai/").status_code == 302
