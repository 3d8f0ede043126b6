"""What people may say in a case: each answer from the chooser to its receipt, and its legal act."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from citizens.models import Submission, SubmissionFile, UploadDraft
from tests import journeys
from tests.citizens.answering import (
    FILLED,
    HERE,
    check_page,
    fill,
    key_on,
    opened,
    photo,
    post,
    press,
    send,
    slug_of,
)
from tests.citizens.conftest import english
from tests.citizens.visits import NOW, case_at, look_up, look_up_decision, main_of, text
from violations import sanctions
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import Complaint, Party, Relief, SecondLook, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def offered(browser: Client) -> list[str]:
    """Return the answers the chooser shows, in their order."""
    return [row.answer.name for row in browser.get(HERE).context["choices"]]


@pytest.fixture
def recorded(place, clock) -> Violation:
    """A recorded case in which the person may still explain."""
    case = case_at("recorded", place, waive=False)
    clock(case.events.latest("sequence").at + timedelta(hours=1))
    return case


class TestTheChooser:
    def test_before_the_decision_a_person_says_it_was_not_his_vehicle(self, place, browser):
        look_up(browser, case_at("notified", place))
        assert offered(browser) == [
            "it_was_me",
            "another",
            "not_mine",
            "cloned",
            "never_received",
            "meeting",
        ]

    def test_after_the_record_he_explains_while_the_days_run(self, recorded, browser, clock):
        look_up(browser, recorded)
        assert offered(browser) == ["not_mine", "cloned", "explanation", "meeting"]
        page = text(browser.get(HERE))
        assert f"Until {recorded.explanation.due_on:%d/%m/%Y}" in page
        assert "Luật XLVPHC Đ61" in page
        clock(NOW + timedelta(days=20))
        look_up(browser, recorded)
        assert "explanation" not in offered(browser)
        day = f"{recorded.explanation.due_on:%d/%m/%Y}"
        assert f"The time to explain ended on {day} (Đ61)." in text(browser.get(HERE))

    def test_after_the_decision_he_complains_or_asks_for_relief(self, place, browser):
        look_up(browser, case_at("served", place))
        assert offered(browser) == [
            "cloned",
            "complaint",
            "never_received",
            "deferral",
            "reduction",
            "instalments",
            "meeting",
        ]

    def test_the_number_of_a_decision_opens_none(self, place, browser):
        look_up_decision(browser, case_at("served", place))
        page = browser.get(HERE)
        assert page.context["choices"] == []
        assert "look-up code printed on the paper" in text(page)
        assert browser.get(f"{HERE}{slug_of('cloned')}/")["Location"] == HERE

    def test_it_sends_on_to_what_was_chosen_and_asks_again_when_nothing_was(self, place, browser):
        look_up(browser, case_at("notified", place))
        assert browser.post(HERE, {"answer": "cloned"})["Location"] == f"{HERE}{slug_of('cloned')}/"
        for wrong in ("", "complaint", "x"):
            page = browser.post(HERE, {"answer": wrong})
            assert page.status_code == 422
            assert "Choose what you want to say." in text(page)

    def test_the_case_page_leads_to_it(self, place, browser):
        case = case_at("notified", place)
        assert f'href="{HERE}"' in text(look_up(browser, case))
        journeys.onward(case, "served", place)
        assert f'href="{HERE}"' in text(look_up(browser, case))


class TestEachAnswer:
    def test_not_my_vehicle_has_another_officer_look_at_once(self, place, browser):
        case = case_at("notified", place)
        look_up(browser, case)
        sent = send(browser, "not_mine", files=(photo(),))
        assert (sent.state, sent.act, sent.level) == ("received", "ask_second_look", "code")
        look = SecondLook.objects.get(case=case)
        assert look.ground == "contested" and sent.number in look.note
        assert "Trần" not in look.note  # the history names no citizen
        file = SubmissionFile.objects.get(submission=sent)
        assert file.media_type == "image/jpeg" and not UploadDraft.objects.exists()
        page = browser.get("/vu-viec/da-gui/")
        assert sent.number in text(page) and "Another officer looks at the pictures" in text(page)

    def test_while_one_looks_already_the_answer_is_received_all_the_same(self, place, browser):
        case = case_at("notified", place)
        look_up(browser, case)
        send(browser, "not_mine")
        sent = send(browser, "cloned")
        assert sent.act == "" and SecondLook.objects.filter(case=case).count() == 1

    def test_an_explanation_is_received_by_its_arrival(self, recorded, browser):
        sent = send(opened(browser, recorded), "explanation")
        assert sent.act == "receive_explanation"
        recorded.explanation.refresh_from_db()
        assert recorded.explanation.received_at == sent.received_at

    def test_a_hearing_is_called_within_five_working_days(self, recorded, browser):
        sent = send(opened(browser, recorded), "explanation", cach={"manner": "hearing"})
        assert sent.act == "request_hearing"
        assert sent.due_on == recorded.deadlines.get(name="hearing_notice_due").due_on

    def test_nobody_gives_a_right_up_by_a_click(self, recorded, browser):
        browser = opened(browser, recorded)
        browser.get(f"{HERE}{slug_of('explanation')}/")
        assert post(browser, "explanation", "cach", {"manner": "waived"}).status_code == 303
        asked_for_words = browser.get(f"{HERE}{slug_of('explanation')}/noi-dung/")
        assert asked_for_words.status_code == 404
        post(browser, "explanation", "tep", {"go": "on"})
        post(browser, "explanation", "nguoi-gui", {"writer_name": "Hiếu", "writer_as": "owner"})
        press(browser, "explanation")
        sent = Submission.objects.get()
        recorded.explanation.refresh_from_db()
        assert sent.act == "" and recorded.explanation.waived_at is None

    def test_a_complaint_in_time_is_received_on_the_day_it_was_sent(self, place, browser):
        case = case_at("served", place)
        sent = send(opened(browser, case), "complaint")
        complaint = Complaint.objects.get(case=case)
        assert (complaint.level, complaint.is_late) == (1, False)
        assert complaint.received_on == day_in_viet_nam(NOW)
        assert sent.due_on == case.deadlines.get(name="complaint_accepted_due").due_on
        assert "complaint" not in offered(browser)

    def test_a_late_one_says_what_kept_him_and_waits_for_an_officer(self, place, browser, clock):
        case = case_at("served", place)
        clock(NOW + timedelta(days=120))
        browser = opened(browser, case)
        assert "say what kept you" in text(browser.get(HERE))
        browser.get(f"{HERE}{slug_of('complaint')}/")
        late = {"late_reason": "Tôi nằm viện từ tháng 11."}
        assert post(browser, "complaint", "ly-do-muon", late).status_code == 303
        sent = send(browser, "complaint")
        assert sent.act == "" and not Complaint.objects.exists()
        assert sent.statement["late_reason"] == "Tôi nằm viện từ tháng 11."
        assert "An officer weighs what kept you" in text(browser.get("/vu-viec/da-gui/"))

    def test_never_received_stops_nothing_by_itself(self, place, browser):
        case = case_at("served", place)
        look_up(browser, case)
        sent = send(browser, "never_received")
        assert (sent.act, sent.due_on) == ("", None)
        assert Violation.objects.get(pk=case.pk).pay_due_on == case.pay_due_on

    @pytest.mark.parametrize("name", ["deferral", "reduction", "instalments"])
    def test_a_request_with_its_paper_is_received_and_stops_the_late_charge(
        self, place, browser, name
    ):
        case = case_at("served", place)
        sent = send(opened(browser, case), name)
        relief = Relief.objects.get(case=case)
        assert relief.kind == {"reduction": "exemption"}.get(name, name)
        assert relief.requested_on == day_in_viet_nam(NOW) and sent.act == "request_relief"
        assert sent.due_on == case.deadlines.get(name="relief_decided_due").due_on

    def test_a_request_without_its_paper_is_not_taken(self, place, browser):
        browser = opened(browser, case_at("served", place))
        browser.get(f"{HERE}{slug_of('deferral')}/")
        page = post(browser, "deferral", "tep", {"go": "on"})
        assert page.status_code == 422
        assert "Add the paper in which the commune" in text(page)


class TestWhoMay:
    def test_what_names_a_person_asks_who_it_is(self, place, browser):
        look_up(browser, case_at("served", place))
        for name in ("complaint", "deferral", "reduction", "instalments"):
            page = browser.get(f"{HERE}{slug_of(name)}/")
            assert page.status_code == 200 and "Show first who you are" in text(page)
            answer = post(browser, name, "noi-dung", FILLED[name]["noi-dung"])
            assert "Show first who you are" in text(answer)
        assert not Submission.objects.exists()

    def test_the_owner_does_not_complain_for_whoever_drove(self, place, browser):
        case = case_at("served", place)
        opened(browser, case)
        Party.objects.filter(case=case, role=Party.Role.OFFENDER).update(
            identity_number="079085001234"
        )
        page = browser.get(f"{HERE}{slug_of('complaint')}/", follow=True)
        assert "Only the person whom the record and the decision name may send this" in text(page)
        assert offered(browser), "the chooser stands"

    def test_the_database_holds_it_too(self, place, browser):
        sent = send(opened(browser, case_at("served", place)), "complaint")
        other = case_at("served", place, plate="30A71342")
        row = {each.attname: getattr(sent, each.attname) for each in sent._meta.concrete_fields}
        row |= {"id": None, "number": "TL-X", "form_key": uuid.uuid4(), "case_id": other.pk}
        for wrong, rule in (
            ({"level": "code"}, "an_answer_that_names_a_person_is_proven"),
            ({"address": ""}, "a_complaint_has_its_address"),
            ({"text": ""}, "an_answer_says_something_of_somebody"),
            ({"state": "returned"}, "a_returned_answer_has_its_reason"),
            ({"state": "taken"}, "an_answer_is_settled_by_an_officer"),
            ({"answer": "x"}, "a_waiting_answer_has_no_outcome"),
            ({"case_id": sent.case_id}, "one_waiting_answer_of_a_kind"),
            ({"form_key": sent.form_key}, "form_key"),
        ):
            with pytest.raises(IntegrityError, match=rule), transaction.atomic():
                Submission.objects.create(**row | wrong)
        Submission.objects.create(**row)  # nothing else was in the way

    def test_what_was_sent_is_never_changed(self, place, browser):
        sent = send(opened(browser, case_at("served", place)), "complaint")
        for changed in ({"text": "khác"}, {"received_at": NOW}, {"writer_name": "Khác"}):
            if changed.get("received_at") == sent.received_at:
                changed = {"received_at": NOW + timedelta(days=1)}
            with pytest.raises(Exception, match="citizens_submission"), transaction.atomic():
                Submission.objects.filter(pk=sent.pk).update(**changed)


class TestBadInput:
    def test_two_presses_and_two_tabs_make_one(self, place, browser):
        look_up(browser, case_at("notified", place))
        fill(browser, "not_mine")
        key = key_on(check_page(browser, "not_mine"))
        first, second = press(browser, "not_mine", key), press(browser, "not_mine", key)
        assert (first.status_code, second.status_code) == (303, 303)
        assert first["Location"] == second["Location"] == "/vu-viec/da-gui/"
        assert Submission.objects.count() == 1

    def test_going_back_after_sending_begins_nothing_anew_by_itself(self, place, browser):
        look_up(browser, case_at("notified", place))
        send(browser, "not_mine")
        back = check_page(browser, "not_mine")
        assert back.status_code in (302, 303) and Submission.objects.count() == 1

    def test_a_second_of_its_kind_waits_for_the_first(self, place, browser):
        case = case_at("served", place)
        look_up(browser, case)
        send(browser, "never_received")
        other = english()
        look_up(other, case)
        fill(other, "never_received")
        page = press(other, "never_received")
        assert page.status_code == 409 and "You have sent this already" in text(page)

    def test_an_old_key_is_looked_over_again(self, place, browser):
        look_up(browser, case_at("notified", place))
        fill(browser, "not_mine")
        page = press(browser, "not_mine", "0" * 32)
        assert page.status_code == 409 and "begun anew in another window" in text(page)

    def test_without_the_token_of_the_form_nothing_is_taken(self, place):
        case = case_at("notified", place)
        strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
        easy = english()
        look_up(easy, case)
        strict.cookies = easy.cookies
        answer = post(strict, "not_mine", "ly-do", {"why": "plate"})
        assert answer.status_code == 403

    def test_signs_that_turn_or_hide_are_left_out(self, place, browser):
        look_up(browser, case_at("notified", place))
        typed = "Xe\u202e tôi\u200b mâ\u0300u\u2066 tră\u0301ng\x00 a" + "\u0301" * 40
        sent = send(browser, "not_mine", noi_dung={"text": typed})
        assert sent.text == "Xe tôi mầu trắng á" + "\u0301" * (len(sent.text) - 18)
        assert len(sent.text) < 22

    def test_markup_is_shown_as_it_was_typed(self, place, browser):
        look_up(browser, case_at("notified", place))
        fill(browser, "not_mine", noi_dung={"text": "<script>alert(1)</script>"})
        assert "&lt;script&gt;alert(1)" in main_of(check_page(browser, "not_mine"))

    def test_begun_on_the_last_evening_and_sent_after_midnight_is_late(
        self, recorded, browser, clock
    ):
        midnight = datetime.combine(recorded.explanation.due_on, time.max, VIET_NAM)
        clock(midnight - timedelta(minutes=20))
        browser = opened(browser, recorded)
        fill(browser, "explanation")
        key = key_on(check_page(browser, "explanation"))
        clock(midnight + timedelta(minutes=5))
        page = press(browser, "explanation", key)
        day = f"{recorded.explanation.due_on:%d/%m/%Y}"
        assert page.status_code == 409 and f"This right ended on {day} (Đ61)" in text(page)
        assert "Tôi nhường xe cứu thương." in text(page)  # what was typed is kept

    def test_a_case_that_ended_meanwhile_takes_nothing(self, place, browser):
        case = case_at("notified", place)
        look_up(browser, case)
        fill(browser, "not_mine")
        key = key_on(check_page(browser, "not_mine"))
        sanctions.dismiss(
            case.pk,
            reason="Đ65 k1: không có vi phạm",
            by=journeys.acting(place.leader),
            at=NOW,
        )
        page = press(browser, "not_mine", key)
        assert page.status_code == 409 and "This answer is no longer open" in text(page)
        assert not Submission.objects.exists()

    def test_when_the_half_hour_is_over_what_was_typed_is_kept(self, place, browser, clock):
        case = case_at("notified", place)
        look_up(browser, case)
        fill(browser, "not_mine")
        clock(NOW + timedelta(minutes=31))
        assert check_page(browser, "not_mine")["Location"].startswith("/tra-cuu/")
        look_up(browser, case)
        assert "Xe tôi màu trắng." in text(check_page(browser, "not_mine"))

    def test_what_is_missing_is_told_at_its_field(self, place, browser):
        look_up(browser, case_at("notified", place))
        browser.get(f"{HERE}{slug_of('not_mine')}/")
        page = post(browser, "not_mine", "noi-dung", {"text": " \u200b "})
        assert page.status_code == 422 and "Write it in your own words." in text(page)
        page = post(browser, "not_mine", "nguoi-gui", {"writer_name": "", "contact": "x"})
        assert "Enter your full name." in text(page) and "Choose as whom you write." in text(page)


def test_the_case_page_lists_what_was_sent_and_nobody_reads_anothers_words(place, browser):
    case = case_at("served", place)
    sent = send(opened(browser, case), "complaint")
    page = text(browser.get("/vu-viec/"))
    assert sent.number in page and "With an officer" in page
    assert sent.text not in page
    finder = english()
    look_up(finder, case)
    page = text(finder.get("/vu-viec/"))
    assert sent.number in page and "Trần Văn Hiếu" not in page
