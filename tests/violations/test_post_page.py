"""The post room: a clerk chooses papers, prints a run once, scans, hands over; and sees no more."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from notices import printing, production
from notices.models import Notice, PaperDelivery, PaperEvent, PostRange, PrintRun, Scan
from tests.journeys import START, World, acting, case_at
from tests.notices.posting import good, issue, number, post, printed, scan_all
from tests.scenery import picture
from tests.violations.desk import NOW, clock, place, signed_in, texts
from violations import sanctions
from violations.models import AccessEntry, CaseEvent, Draft, Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate

ROOM = "/can-bo/in/"


def papers(place: World, count: int = 2) -> list[Notice]:
    """Return finished notices of one unit."""
    made = []
    for minute in range(count):
        case = case_at("notified", place, at=START + timedelta(minutes=minute))
        paper = case.events.get(step="sign_notice").notice
        assert production.produce(paper.pk, at=NOW)
        made.append(paper)
    return made


def run_of(place: World, count: int = 2) -> PrintRun:
    """Return a run that was printed, with numbers the post issued."""
    issue(at=NOW)
    return printed(papers(place, count), by_user=place.clerk.user, at=NOW)


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


def test_papers_stand_in_groups_of_area_and_pages(place: World) -> None:
    made = papers(place, 2)
    client = signed_in(place.clerk)
    (group,) = client.get(ROOM).context["groups"]
    assert (group["count"], group["pages"]) == (2, Notice.objects.get(pk=made[0].pk).pages)
    page = client.get(ROOM, {"noi": group["area"], "trang": group["pages"]})
    assert page.context["chosen"] == group
    assert len(page.context["papers"]) == 2
    assert client.get(ROOM, {"noi": "x", "trang": "y"}).context["chosen"] is None


def test_a_failed_paper_is_shown_with_its_reason_and_made_again(place: World) -> None:
    case = case_at("notified", place)
    paper = case.events.get(step="sign_notice").notice
    Notice.objects.filter(pk=paper.pk).update(rendering="failed", render_fault="Thiếu ảnh 2")
    client = signed_in(place.clerk)
    assert "Thiếu ảnh 2" in client.get(ROOM).content.decode()
    client.post(f"{ROOM}lam-lai/{paper.pk}/")
    assert Notice.objects.get(pk=paper.pk).rendering == "pending"


def test_a_pair_scanned_without_a_script_closes_a_letter(place: World) -> None:
    run = run_of(place)
    first, second = good(run)
    client = signed_in(place.clerk)
    there = f"{ROOM}dot/{run.pk}/quet/"
    asked = client.post(there, {"letter": first.letter_code, "number": ""})
    assert asked.status_code == 200, "the first Enter asks for the number"
    assert f'value="{first.letter_code}"' in asked.content.decode()
    client.post(there, {"letter": " ", "number": ""})
    assert not Scan.objects.exists(), "an empty Enter is no scan"
    page = client.post(there, {"letter": first.letter_code, "number": number(0)}, follow=True)
    assert page.context["last"]["is_right"]
    assert "Khớp: thư số 1" in page.content.decode()
    page = client.post(there, {"letter": second.letter_code, "number": number(0)}, follow=True)
    assert page.context["last"]["is_wrong"]
    words = page.content.decode()
    assert "slab-bad" in words
    assert "Số này đã dùng cho thư khác" in words
    page = client.post(f"{there}go/", {"item": first.pk}, follow=True)
    assert page.context["balance"].inserted == 0
    assert texts(client.post(f"{there}go/", {"item": first.pk}, follow=True))
    assert client.post(f"{there}go/", {"item": "x"}).status_code == 302


def test_a_scan_into_the_wrong_run_names_the_right_one(place: World) -> None:
    run = run_of(place)
    other = printed(papers(place, 1), by_user=place.clerk.user, at=NOW)
    there = f"{ROOM}dot/{run.pk}/quet/"
    sent = {"letter": good(other)[0].letter_code, "number": number(0)}
    page = signed_in(place.clerk).post(there, sent, follow=True)
    assert other.code in page.context["last"]["words"]
    assert page.context["last"]["name"] == "", "another run's recipient is not shown"


def test_closing_tells_every_case(place: World) -> None:
    run = run_of(place)
    scan_all(run, by_user=place.clerk.user, at=NOW)
    client = signed_in(place.clerk)
    there = f"{ROOM}dot/{run.pk}/dong/"
    assert client.get(there).status_code == 200
    client.post(there, {"receipt": "BN-11"})
    run.refresh_from_db()
    assert (run.state, run.post_receipt) == ("posted", "BN-11")
    events = CaseEvent.objects.filter(step="record_posting")
    assert sorted(event.facts["tracking_number"] for event in events) == [number(0), number(1)]
    assert {event.notice for event in events} == {item.notice for item in good(run)}


def test_a_run_with_open_letters_is_not_closed_and_loses_nothing_typed(place: World) -> None:
    run = run_of(place)
    first, second = good(run)
    client = signed_in(place.clerk)
    client.post(f"{ROOM}dot/{run.pk}/quet/", {"letter": first.letter_code, "number": number(0)})
    there = f"{ROOM}dot/{run.pk}/dong/"
    answer = client.post(there, {"receipt": "BN-11"})
    assert answer.status_code == 409
    assert answer.context["refused"]
    assert 'value="BN-11"' in answer.content.decode()
    assert not CaseEvent.objects.filter(step="record_posting").exists()
    client.post(there, {"receipt": "BN-11", f"reason-{second.pk}": "thiếu tờ"})
    run.refresh_from_db()
    assert run.state == "posted"
    assert PaperDelivery.objects.get(pk=second.delivery_id).state == "waiting"
    waiting = client.get(ROOM).context["papers"]
    assert [row["paper"].pk for row in waiting] == [second.notice_id]


def test_the_posting_of_a_case_that_ended_meanwhile_stands_in_its_history(place: World) -> None:
    run = run_of(place)
    ended = Draft.objects.get(notice=good(run)[0].notice).case
    sanctions.dismiss(ended.pk, reason="điểm a khoản 1 Điều 65", by=acting(place.leader), at=NOW)
    post(run, by=place.clerk, at=NOW)
    last = ended.events.order_by("sequence").last()
    assert (last.step, last.facts["tracking_number"]) == ("record_posting", number(0))


def test_the_posting_of_a_case_that_moved_to_another_unit_stands_in_its_history(
    place: World,
) -> None:
    run = run_of(place)
    moved = Draft.objects.get(notice=good(run)[0].notice).case
    Violation.objects.filter(pk=moved.pk).update(unit=place.other_unit)
    post(run, by=place.clerk, at=NOW)
    assert moved.events.order_by("sequence").last().step == "record_posting"


def test_a_spoiled_copy_is_printed_again_and_its_supervisor_is_asked(place: World) -> None:
    run = run_of(place)
    first = good(run)[0]
    there = f"{ROOM}dot/{run.pk}/in-lai/"
    clerk, supervisor = signed_in(place.clerk), signed_in(place.supervisor)
    sent = {"letter": first.letter_code, "reason": "jam", "words": "kẹt giấy"}
    assert clerk.post(there, {**sent, "letter": "999"}).status_code == 422
    assert clerk.post(there, {**sent, "reason": "address"}).status_code == 409
    assert clerk.post(there, sent).status_code == 302
    second = good(run)[0]
    assert (second.copy_number, second.position) == (2, 1)
    pdf = clerk.get(f"{ROOM}dot/{run.pk}/ban/{second.pk}/")
    assert pdf.content.startswith(b"%PDF")
    assert clerk.get(f"{ROOM}dot/{run.pk}/ban/{first.pk}/").status_code == 404
    answer = supervisor.post(there, {"letter": "1", "reason": "address", "words": "sai số nhà"})
    assert answer.status_code == 302
    third = good(run)[0]
    assert (third.copy_number, third.approved_by) == (3, place.supervisor.user)
    assert supervisor.get(f"{ROOM}dot/{run.pk}/quet/").status_code == 403


def test_a_letter_that_came_back_is_written_down_with_its_envelope(
    place: World, clock: Any
) -> None:
    run = post(run_of(place, 1), by=place.clerk, at=NOW)
    item = good(run)[0]
    clock(NOW + timedelta(days=6))
    client = signed_in(place.clerk)
    assert client.get(f"{ROOM}tra-ve/", {"ma": "RR000000014VN"}).context["missed"]
    for code in (item.letter_code, item.tracking_number.lower()):
        found = client.get(f"{ROOM}tra-ve/", {"ma": code})
        assert found["Location"] == f"{ROOM}tra-ve/{item.delivery_id}/"
    there = f"{ROOM}tra-ve/{item.delivery_id}/"
    assert client.get(there).context["clock"].no_show is not None
    sent = {"reason": "absent", "returned_on": "2026-10-17", "proof": "Phiếu báo số 12"}

    def with_file(data: bytes, **changes: str) -> Any:
        upload = SimpleUploadedFile("x.jpg", data, "image/jpeg")
        return client.post(there, sent | changes | {"photograph": upload})

    photo = picture("phong bì")
    assert client.post(there, sent).status_code == 422, "no photograph"
    assert with_file(b"<script>alert(1)</script>").status_code == 409
    assert with_file(photo + b"PK\x03\x04").status_code == 409
    assert with_file(photo, returned_on="2026-10-11").status_code == 409
    assert with_file(photo, returned_on="2026-10-19").status_code == 409
    assert with_file(photo, reason="x").status_code == 422
    assert not PaperEvent.objects.filter(what="returned").exists()
    assert with_file(photo).status_code == 302
    delivery = PaperDelivery.objects.get(pk=item.delivery_id)
    assert (delivery.state, delivery.reason, delivery.settled_on.day) == ("returned", "absent", 17)
    assert PaperEvent.objects.get(what="returned").facts["reason"] == "absent"
    assert with_file(photo).status_code == 409, "an outcome is written once"
    shown = client.get(f"{there}anh/")
    assert shown["Content-Type"] == "image/jpeg"
    assert shown.content != photo, "what is shown is made anew"
    assert AccessEntry.objects.filter(what="paper", actor=place.clerk.user).exists()
    routes = [row["next"].route for row in client.get(there).context["routes"]]
    assert routes == ["post", "commune"]
    client.post(f"{there}tiep/", {"route": "posting"})
    assert PaperDelivery.objects.filter(notice=item.notice).count() == 1
    client.post(f"{there}tiep/", {"route": "post"})
    assert texts(client.post(f"{there}tiep/", {"route": "post"}, follow=True))
    assert [row["paper"].pk for row in client.get(ROOM).context["papers"]] == [item.notice_id]


def test_returned_mail_of_another_unit_is_not_found(place: World) -> None:
    run = post(run_of(place, 1), by=place.clerk, at=NOW)
    item = good(run)[0]
    stranger = place.clerk
    stranger.unit = place.other_unit
    stranger.save()
    client = signed_in(stranger)
    assert client.get(f"{ROOM}tra-ve/", {"ma": item.tracking_number}).context["missed"]
    for end in ("", "anh/"):
        assert client.get(f"{ROOM}tra-ve/{item.delivery_id}/{end}").status_code == 404


def test_a_range_is_registered_once_and_ended(place: World) -> None:
    client = signed_in(place.clerk)
    there = f"{ROOM}dai-so/"
    sent = {
        "unit_code": "PC08-HN", "first": number(0), "last": number(99),
        "issued_on": "2026-10-01", "receipt": "BN-5",
    }  # fmt: skip
    assert client.post(there, sent).status_code == 302
    assert client.post(there, sent).status_code == 422
    assert client.post(there, sent | {"unit_code": "PC08-HCM"}).status_code == 422
    assert client.post(there, sent | {"first": "RR473124828VN"}).status_code == 422
    (row,) = client.get(there).context["rows"]
    assert (row["size"], row["used"], row["first"]) == (100, 0, number(0))
    client.post(f"{there}{row['range'].pk}/ngung/")
    assert PostRange.objects.get().ended_on is not None


def test_an_envelope_is_measured_and_says_whether_our_forms_fit(place: World) -> None:
    client = signed_in(place.clerk)
    there = f"{ROOM}phong-bi/"
    sent = {
        "name": "DL rộng", "width": "220", "height": "110", "window_left": "15",
        "window_top": "45", "window_width": "115.5", "window_height": "55", "play_across": "10",
        "play_down": "11",
    }  # fmt: skip
    assert client.post(there, sent).status_code == 302
    assert client.post(there, sent).status_code == 422, "the name is taken"
    small = sent | {
        "name": "DL hẹp",
        "window_left": "20",
        "window_width": "90",
        "window_height": "45",
    }
    assert client.post(there, small).status_code == 302
    for wrong in ({"window_width": "300"}, {"play_down": "60"}, {"width": "-1"}, {"width": "x"}):
        assert client.post(there, sent | {"name": "khác"} | wrong).status_code == 422
    rows = {row["envelope"].name: row for row in client.get(there).context["rows"]}
    assert rows["DL hẹp"]["always"] == "80 × 34 mm"
    assert rows["DL hẹp"]["faults"]
    sheet = client.get(f"{there}{rows['DL hẹp']['envelope'].pk}/to-can.pdf")
    assert "80 × 34 mm" in PdfReader(BytesIO(sheet.content)).pages[0].extract_text()


def test_the_shift_balances_by_run_and_by_clerk(place: World) -> None:
    run = run_of(place, 2)
    first, second = good(run)
    client = signed_in(place.clerk)
    there = f"{ROOM}dot/{run.pk}/quet/"
    client.post(there, {"letter": first.letter_code, "number": number(0)})
    client.post(there, {"letter": first.letter_code, "number": number(1)})
    page = client.get(f"{ROOM}ca/", {"ban": "1"})
    assert page.context["is_balanced"]
    assert (page.context["left"], page.context["gap"]) == (1, 0)
    (row,) = page.context["clerks"]
    assert (row["matched"], row["wrong"], row["closed"]) == (1, 1, 1)
    assert client.get(f"{ROOM}ca/", {"ban": "2"}).context["gap"] == 1
    assert client.get(f"{ROOM}ca/", {"ban": "x", "ngay": "x"}).context["gap"] is None
    Scan.objects.create(run=run, item=second, result="matched", at=NOW, by=place.clerk.user)
    assert not client.get(f"{ROOM}ca/").context["is_balanced"]


def test_a_run_given_up_frees_its_papers(place: World) -> None:
    run = run_of(place)
    client = signed_in(place.clerk)
    assert texts(client.post(f"{ROOM}dot/{run.pk}/bo/", {"reason": ""}, follow=True))
    page = client.post(f"{ROOM}dot/{run.pk}/bo/", {"reason": "hết mực"}, follow=True)
    assert page.context["is_given_up"]
    assert len(client.get(ROOM).context["papers"]) == 2


def test_a_failed_run_can_be_asked_for_again(place: World, clock: Any) -> None:
    made = papers(place, 1)
    run = printing.prepare_run("PC08-HN", [made[0].pk], by_user=place.clerk.user, at=NOW)
    PrintRun.objects.filter(pk=run.pk).update(state="failed", fault="Máy in lỗi")
    client = signed_in(place.clerk)
    assert "Máy in lỗi" in client.get(f"{ROOM}dot/{run.pk}/").content.decode()
    assert client.post(f"{ROOM}dot/{run.pk}/ghep-lai/").status_code == 302
