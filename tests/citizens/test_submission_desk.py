"""The officers' desk of what people send: what waits, what taking it does, who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from citizens import submission_settling
from citizens.models import Submission
from tests.citizens.answering import HERE, opened, post, press, send, slug_of
from tests.citizens.visits import NOW, case_at, look_up, text
from tests.journeys import acting
from tests.violations.desk import signed_in
from violations.guards import Refused, day_in_viet_nam
from violations.models import AccessEntry, Complaint, PlateReport, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

DESK = "/can-bo/don-tu/"


def in_english(person) -> Client:
    return signed_in(person, headers={"accept-language": "en"})


def press_take(officer: Client, sent: Submission, **typed: str):
    return officer.post(f"{DESK}{sent.number}/nhan/", typed)


def press_return(officer: Client, sent: Submission, reason: str):
    return officer.post(f"{DESK}{sent.number}/tra-lai/", {"reason": reason})


def again(sent: Submission) -> Submission:
    return Submission.objects.get(pk=sent.pk)


def test_what_the_law_presses_for_stands_first(place, browser):
    look_up(browser, case_at("notified", place, plate="30A71342"))
    free = send(browser, "not_mine")
    pressing = send(opened(browser, case_at("served", place)), "complaint")
    officer = in_english(place.reviewer)
    page = officer.get(DESK)
    assert [row["submission"].number for row in page.context["rows"]] == [
        pressing.number,
        free.number,
    ]
    home = officer.get("/can-bo/")
    tab = next(tab for tab in home.context["staff_tabs"] if tab["url"] == DESK)
    assert tab["count"] == 2 and "2 answers of people wait" in text(home)
    assert in_english(place.other_leader).get(DESK).context["rows"] == []


def test_one_page_says_everything_and_writes_the_look_down(place, browser):
    case = case_at("served", place)
    sent = send(opened(browser, case), "complaint")
    before = AccessEntry.objects.filter(case=case, actor=place.reviewer.user).count()
    page = text(in_english(place.reviewer).get(f"{DESK}{sent.number}/"))
    for told in (sent.text, "Trần Văn Hiếu", "số 27 phố Ví Dụ", case.number, "Đ7, Đ9"):
        assert told in page
    assert "Return with the reason" not in page  # the law has received it
    assert AccessEntry.objects.filter(case=case, actor=place.reviewer.user).count() == before + 1
    sheet = text(in_english(place.reviewer).get(f"/can-bo/ho-so/{case.number}/"))
    assert sent.number in sheet


def test_a_copied_plate_is_entered_when_an_officer_takes_it(place, browser):
    case = case_at("notified", place)
    look_up(browser, case)
    sent = send(browser, "cloned")
    officer = in_english(place.reviewer)
    assert press_take(officer, sent, answer="Đã ghi nhận biển số.").status_code == 302
    report = PlateReport.objects.get(plate=case.plate)
    assert (report.kind, report.reference) == ("cloned", sent.number)
    assert "Công an phường Mẫu Một" in report.note
    taken = again(sent)
    assert (taken.state, taken.plate_report, taken.settled_by) == ("taken", report, place.reviewer)
    page = text(browser.get("/vu-viec/"))
    assert "In the file" in page and "Đã ghi nhận biển số." in page


def test_one_that_is_returned_says_why_on_the_case_page(place, browser):
    look_up(browser, case_at("notified", place))
    sent = send(browser, "cloned")
    officer = in_english(place.reviewer)
    assert press_return(officer, sent, "  ").status_code == 409
    assert press_return(officer, sent, "Ảnh cho thấy đúng xe của ông/bà.").status_code == 302
    assert not PlateReport.objects.exists()
    page = text(browser.get("/vu-viec/"))
    assert "Returned" in page and "Ảnh cho thấy đúng xe của ông/bà." in page
    second = press_take(officer, sent)
    assert second.status_code == 409 and "settled this already" in text(second)


def test_what_the_law_has_received_is_not_returned(place, browser):
    sent = send(opened(browser, case_at("served", place)), "complaint")
    page = press_return(in_english(place.reviewer), sent, "Không đúng.")
    assert page.status_code == 409 and "received this by its arrival" in text(page)
    assert press_take(in_english(place.reviewer), sent).status_code == 302
    assert Complaint.objects.count() == 1


def test_a_late_complaint_is_received_of_the_day_it_was_sent(place, browser, clock):
    case = case_at("served", place)
    sent_at = NOW + timedelta(days=120)
    clock(sent_at)
    browser = opened(browser, case)
    browser.get(f"{HERE}{slug_of('complaint')}/")
    post(browser, "complaint", "ly-do-muon", {"late_reason": "Tôi nằm viện."})
    sent = send(browser, "complaint")
    clock(sent_at + timedelta(days=3))
    officer = in_english(place.reviewer)
    page = text(officer.get(f"{DESK}{sent.number}/"))
    assert "Tôi nằm viện." in page and "excused_days" in page
    assert press_take(officer, sent, excused_days="x").status_code == 409
    assert press_take(officer, sent, excused_days="60").status_code == 302
    complaint = Complaint.objects.get(case=case)
    assert complaint.received_on == day_in_viet_nam(sent_at) and not complaint.is_late
    assert again(sent).act == "receive_complaint"


def test_giving_up_the_explanation_is_an_act_when_an_officer_takes_it(place, browser, clock):
    case = case_at("recorded", place, waive=False)
    clock(case.events.latest("sequence").at + timedelta(hours=1))
    browser = opened(browser, case)
    browser.get(f"{HERE}{slug_of('explanation')}/")
    post(browser, "explanation", "cach", {"manner": "waived"})
    post(browser, "explanation", "tep", {"go": "on"})
    post(browser, "explanation", "nguoi-gui", {"writer_name": "Hiếu", "writer_as": "owner"})
    press(browser, "explanation")
    sent = Submission.objects.get()
    assert press_take(in_english(place.reviewer), sent).status_code == 302
    explanation = Violation.objects.get(pk=case.pk).explanation
    assert explanation.waived_at is not None and explanation.waiver_proof == sent.number


def test_never_received_is_answered_from_the_delivery_history(place, browser):
    case = case_at("served", place)
    look_up(browser, case)
    sent = send(browser, "never_received")
    officer = in_english(place.reviewer)
    assert "Delivery history of this case" in text(officer.get(f"{DESK}{sent.number}/"))
    assert press_take(officer, sent).status_code == 409  # the person is owed a sentence
    assert press_take(officer, sent, answer="Trao tay ngày 15/10/2026.").status_code == 302
    assert "Trao tay ngày 15/10/2026." in text(browser.get("/vu-viec/"))


def test_a_case_that_ended_meanwhile_is_answered_all_the_same(place, browser):
    from violations import sanctions

    case = case_at("notified", place)
    look_up(browser, case)
    sent = send(browser, "never_received")
    sanctions.dismiss(case.pk, reason="Đ65 k1", by=acting(place.leader), at=NOW)
    answered = press_take(in_english(place.reviewer), sent, answer="Vụ việc đã kết thúc.")
    assert answered.status_code == 302 and again(sent).state == "taken"


@pytest.mark.parametrize(
    ("who", "reads"),
    [("leader", 200), ("supervisor", 200), ("auditor", 200), ("clerk", 403), ("technician", 403)],
)
def test_others_read_or_do_not_and_settle_nothing(place, browser, who, reads):
    look_up(browser, case_at("notified", place))
    sent = send(browser, "not_mine")
    other = in_english(getattr(place, who))
    page = other.get(f"{DESK}{sent.number}/")
    assert page.status_code == reads
    assert "Take into the file" not in text(page)
    assert press_take(other, sent).status_code == 403
    assert press_return(other, sent, "x").status_code == 403
    assert other.get(f"{DESK}x\x00/").status_code in (403, 404)
    with pytest.raises(Refused):
        submission_settling.take(sent.pk, by=acting(getattr(place, who)), at=NOW)
    assert again(sent).state == "received"


def test_two_officers_at_once_settle_it_once(place, browser):
    look_up(browser, case_at("notified", place))
    sent = send(browser, "not_mine")
    submission_settling.take(sent.pk, by=acting(place.reviewer), at=NOW)
    with pytest.raises(Refused):
        submission_settling.give_back(sent.pk, reason="Không rõ", by=acting(place.reviewer), at=NOW)
    assert (
        Violation.objects.get(pk=sent.case_id).events.filter(step="settle_submission").count() == 1
    )
