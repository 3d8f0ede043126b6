"""What the holder of the code sees at each step of the road, and what nobody sees."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.files.storage import storages
from django.utils import translation
from PIL import Image
from pypdf import PdfReader

from cameras.evidence import citizen_copy, citizen_full_copy, read_file
from cameras.models import CustodyEvent, Delivery, Disposal
from cameras.redaction import redact
from citizens.exhibits import _frame, exhibits, read_clock, red_milliseconds
from citizens.looks import looks_at
from citizens.standing import standing
from citizens.timeline import timeline
from citizens.views.edge import OPEN_TO
from citizens.wording import masked_name
from tests.cameras.film_bodies import mp4, uploaded_film
from tests.citizens.test_lookup import PERSONAL
from tests.citizens.visits import NOW, PLATE, case_at, look_up, main_of, text
from violations.letter_parts import overviews
from violations.models import AccessEntry

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def chip_of(page) -> str:
    """Return the words of the status chip."""
    return re.search(r'class="chip[^>]*>.*?</svg>\s*([^<]+?)\s*</span>', main_of(page), re.DOTALL)[
        1
    ]


@pytest.mark.parametrize(
    ("status", "chip", "step"),
    [
        ("recorded", "Explanation open", "If you do not agree, write to the unit"),
        ("notified", "Notice sent", "Come to the unit, or answer"),
        ("decided", "Waiting for payment", "Pay within 10 days of receiving the decision"),
        ("served", "Waiting for payment", "Pay the fine"),
        ("closed", "Paid in full", "Nothing is left to do"),
    ],
)
def test_each_step_says_first_what_to_do_and_never_shows_a_person(
    place, browser, status, chip, step
):
    page = look_up(browser, case_at(status, place))
    assert chip_of(page) == chip
    assert step in main_of(page)
    for hidden in PERSONAL:
        assert hidden not in text(page)


def test_while_the_right_to_explain_is_open_it_is_the_next_step(place, browser):
    case = case_at("recorded", place)
    page = look_up(browser, case)
    assert chip_of(page) == "Explanation open"
    assert f"{case.explanation.due_on:%d/%m/%Y}" in main_of(page)


def test_after_the_window_the_decision_is_awaited(place, browser, clock):
    case = case_at("recorded", place)
    clock(datetime.combine(case.explanation.due_on, NOW.time(), UTC) + timedelta(days=1))
    assert chip_of(look_up(browser, case)) == "Awaiting the decision"


@pytest.mark.parametrize("status", ["notified", "recorded"])
def test_before_the_decision_there_is_no_amount_and_no_way_to_pay(place, browser, status):
    shown = main_of(look_up(browser, case_at(status, place)))
    assert "₫" not in shown
    assert 'href="/nop-phat/"' not in shown
    assert "The law gives a frame" not in shown
    assert "Nothing to pay now" in text(browser.get("/nop-phat/"))


def test_a_notice_shows_its_appointment_and_later_the_last_day_to_answer(place, browser, clock):
    case = case_at("notified", place)
    first = standing(case, at=NOW)
    assert first.appointment is not None
    assert first.last_day.on == first.appointment.date()
    later = standing(case, at=first.appointment + timedelta(days=1))
    assert later.last_day.on == case.deadlines.get(name="no_show").due_on


def test_a_served_decision_shows_amount_last_day_and_arithmetic(place, browser):
    case = case_at("served", place)
    shown = main_of(look_up(browser, case))
    assert "19.000.000\xa0₫" in shown
    assert f"{case.pay_due_on:%d/%m/%Y}" in shown
    assert "Midpoint of the frame" in shown
    assert "18.000.000–20.000.000\xa0₫" in shown
    assert "Each day adds" not in shown


def test_after_the_last_day_the_late_charge_is_shown_by_the_day(place, browser, clock):
    case = case_at("served", place)
    clock(datetime.combine(case.pay_due_on, NOW.time(), UTC) + timedelta(days=4))
    page = look_up(browser, case)
    shown = main_of(page)
    assert chip_of(page) == "Overdue"
    assert "19.028.500\xa0₫" in shown  # 3 late days of 0.05 % of 19,000,000
    assert "Each day late adds 9.500\xa0₫." in shown


def test_the_papers_are_named_but_not_opened(place, browser):
    case = case_at("served", place)
    shown = main_of(look_up(browser, case))
    for kind in ("TB0173", "MBB01", "MQD02"):
        paper = case.events.filter(notice__kind=kind).first().notice
        assert paper.number_text in shown
    assert ".pdf" not in shown


# Pictures ----------------------------------------------------------------------------------------


def test_a_picture_is_the_redacted_copy_and_every_look_is_written_down(place, browser):
    case = case_at("notified", place)
    look_up(browser, case)
    answer = browser.get("/vu-viec/anh/1/")
    original = overviews(case)[0]
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.content != read_file(original)
    copy = citizen_copy(original)
    assert answer.content == storages["evidence"].read(copy.sha256)
    assert AccessEntry.objects.filter(case=case, what="evidence", level="code").count() == 1
    look = CustodyEvent.objects.get(action="viewed")
    assert (look.evidence_id, look.object_sha256, look.actor) == (original.pk, copy.sha256, None)
    assert PLATE not in look.actor_name + look.reason


def test_a_film_is_named_with_the_place_to_see_it_and_never_sent(place, browser):
    case = case_at("notified", place)
    assert "There is also a film" not in main_of(look_up(browser, case))
    film = uploaded_film(case.detection, mp4())
    shown = main_of(look_up(browser, case))
    assert "There is also a film" in shown
    assert case.unit.name in shown
    assert "<video" not in shown
    assert str(film.pk) not in shown
    assert browser.get(f"/vu-viec/anh/{film.position}/").status_code == 404
    assert not film.derivatives.exists()


def test_what_an_officer_covered_is_in_the_picture_from_then_on(place, browser):
    case = case_at("notified", place)
    look_up(browser, case)
    before = browser.get("/vu-viec/anh/1/").content
    redact(
        overviews(case)[0].pk,
        [{"x": 4500, "y": 4500, "w": 500, "h": 500}],
        by_user=place.reviewer.user,
        reason="người đi bộ (mẫu)",
        at=NOW,
    )
    after = browser.get("/vu-viec/anh/1/").content
    assert after != before
    assert after == storages["evidence"].read(citizen_copy(overviews(case)[0]).sha256)


def test_a_picture_that_was_disposed_of_says_so(place, browser):
    case = case_at("notified", place)
    look_up(browser, case)
    copies = [copy.sha256 for file in overviews(case) for copy in file.derivatives.all()]
    for sha256 in (case.detection.delivery.kept_sha256, *copies):
        Disposal.objects.create(
            sha256=sha256, size=1, record_class="case", ground="mẫu", disposed_at=NOW
        )
        storages["evidence"].remove(sha256)
    answer = browser.get("/vu-viec/anh/1/")
    assert answer.status_code == 410
    assert f"{NOW:%d/%m/%Y}" in answer.content.decode()


def test_a_picture_is_handed_out_safely(place, browser):
    look_up(browser, case_at("notified", place, pictures=3))
    headers = browser.get("/vu-viec/anh/2/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_picture_that_is_not_there_is_not_found(place, browser):
    look_up(browser, case_at("notified", place, pictures=3))
    for number in (0, 4, 99):
        assert browser.get(f"/vu-viec/anh/{number}/").status_code == 404


def test_the_chosen_picture_is_shown_and_nonsense_shows_the_first(place, browser):
    look_up(browser, case_at("notified", place, pictures=3))
    for wanted in ("2", "99", "x", "-1", "²", ""):
        page = text(browser.get("/vu-viec/", {"anh": wanted}))
        expected = 2 if wanted == "2" else 1
        assert f'src="/vu-viec/anh/{expected}/"' in page, wanted
        assert f"Picture {expected} of 3" in page


@pytest.mark.parametrize(
    ("level", "words"),
    [("A", "digital signature of the receiving gateway"), ("C", "whole and unchanged since we")],
)
def test_only_a_verified_signature_vouches_for_the_time_before_receipt(
    place, browser, level, words, monkeypatch
):
    monkeypatch.setattr(Delivery._meta.get_field("authenticity"), "default", level)
    case = case_at("notified", place)
    assert case.detection.delivery.authenticity == level
    assert words in text(look_up(browser, case))


def test_the_bar_counts_seconds_of_red_from_the_pictures_own_clocks(place):
    case = case_at("notified", place)
    files = [
        SimpleNamespace(captured_text="20261012080000000"),
        SimpleNamespace(captured_text="2026-10-12T08:00:00.640+07:00"),
        SimpleNamespace(captured_text="unreadable"),
        SimpleNamespace(captured_text="20261012080002"),
    ]
    assert red_milliseconds(case, files) == {1: 2400, 2: 3040, 4: 4400}


def test_without_readable_clocks_only_the_first_picture_is_timed(place):
    case = case_at("notified", place)
    files = [SimpleNamespace(captured_text=""), SimpleNamespace(captured_text="")]
    assert red_milliseconds(case, files) == {1: 2400}


def test_a_speeding_case_has_no_light_and_shows_both_speeds(place, browser):
    case = case_at("notified", place, kind="speed_over")
    shown = main_of(look_up(browser, case))
    assert "light-bar" not in shown
    assert "98,5\xa0km/h" in shown
    assert "95,5\xa0km/h" in shown
    assert "80\xa0km/h" in shown


@pytest.mark.parametrize(
    ("text_of_device", "moment"),
    [
        ("20261118210633480", datetime(2026, 11, 18, 21, 6, 33, 480000)),
        ("20261118210633", datetime(2026, 11, 18, 21, 6, 33)),
        ("2026-11-18T21:06:33.48", datetime(2026, 11, 18, 21, 6, 33, 480000)),
        ("2026-11-18T21:06:33+07:00", datetime(2026, 11, 18, 21, 6, 33)),
        ("", None),
        ("99999999999999", None),
        ("yesterday", None),
    ],
)
def test_a_pictures_own_clock_is_read_or_left_out(text_of_device, moment):
    assert read_clock(text_of_device) == moment


def test_pins_stay_on_their_place_in_a_picture_of_any_shape():
    box = {"kind": "vehicle", "x": 0.5, "y": 0.5, "w": 0.5, "h": 0.5}
    wide = _frame(box, SimpleNamespace(width=1920, height=1080))
    assert (wide.x, wide.y, wide.width, wide.right) == ("50.00%", "50.00%", "50.00%", "100.00%")
    square = _frame(box, SimpleNamespace(width=1000, height=1000))
    assert (square.x, square.y, square.right) == ("50.00%", "50.00%", "78.12%")


def test_pins_and_words_carry_the_same_numbers(place):
    case = case_at("notified", place, pictures=3)
    for exhibit in exhibits(case):
        assert [pin.number for pin in exhibit.pins] == list(range(1, len(exhibit.pins) + 1))
        assert case.plate_display in exhibit.alt


def test_an_enlarged_picture_is_as_large_as_the_officers_and_covers_the_same(place, browser):
    case = case_at("notified", place)
    shown = text(look_up(browser, case))
    assert 'href="/vu-viec/anh/1/?co=lon"' in shown
    original = overviews(case)[0]
    answer = browser.get("/vu-viec/anh/1/", {"co": "lon"})
    copy = citizen_full_copy(original)
    assert answer.content == storages["evidence"].read(copy.sha256)
    assert copy.recipe.endswith(", full size")
    assert copy.pk != citizen_copy(original).pk
    assert answer.content != read_file(original)
    with Image.open(BytesIO(answer.content)) as picture:
        assert picture.size == (original.width, original.height)


def test_the_pictures_are_told_in_their_order_in_words(place, browser):
    case = case_at("notified", place, pictures=3)
    shown = main_of(look_up(browser, case))
    told = shown[shown.index('class="story"') :]
    assert [told.index(f">Picture {number}</a>") for number in (1, 2, 3)] == sorted(
        told.index(f">Picture {number}</a>") for number in (1, 2, 3)
    )
    assert "has not crossed the line" in told


def test_the_rule_is_quoted_with_its_article(place, browser):
    case = case_at("notified", place)
    shown = main_of(look_up(browser, case))
    assert "What the rule says" in shown
    assert case.rule.act_en in shown
    assert case.rule.citation[1:] in shown


# Who looked --------------------------------------------------------------------------------------


def test_a_person_learns_which_offices_looked_and_no_officers_name(place, browser):
    case = case_at("notified", place)
    for officer, level in ((place.reviewer, "staff"), (place.auditor, "emergency")):
        AccessEntry.objects.create(
            case=case, what="evidence", actor=officer.user, level=level, at=NOW
        )
    AccessEntry.objects.create(
        case=case, what="evidence", actor=place.reviewer.user, level="staff", at=NOW
    )
    shown = main_of(look_up(browser, case))
    told = shown[shown.index("Who looked at this case?") :]
    assert f"Reviewing officer · {place.unit.name}" in told
    assert "2 times" in told
    assert f"Auditor · {place.national.name} (emergency access)" in told
    assert "held the paper" in told  # this very look
    for officer in (place.reviewer, place.auditor):
        assert officer.user.full_name not in text(browser.get("/vu-viec/"))


def test_looks_of_another_day_are_another_line(place):
    case = case_at("notified", place)
    for days in (0, 0, 1):
        AccessEntry.objects.create(case=case, what="case", level="code", at=NOW + timedelta(days))
    with translation.override("en"):
        found = looks_at(case)
    assert [line.times for line in found.lines] == [1, 2]
    assert found.count == 3


# The road ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "now"),
    [
        ("notified", "Who drove is established, record made"),
        ("recorded", "Time to explain"),
        ("decided", "Fine paid"),
        ("served", "Fine paid"),
        ("closed", None),
    ],
)
def test_the_road_has_one_place_where_the_case_is_now(place, status, now):
    with translation.override("en"):
        found = timeline(case_at(status, place))
    states = [milestone.state for milestone in found]
    assert states == sorted(states, key=["done", "now", "future"].index)
    assert [step.title for step in found if step.state == "now"] == ([now] if now else [])


def test_a_name_is_masked_so_that_its_bearer_knows_it_and_nobody_learns_it():
    assert masked_name("Trần Văn Hiếu") == "TRẦN V** H***"
    assert masked_name("") == ""


@pytest.mark.parametrize("status", ["rejected", "annulled", "detected", "verified"])
def test_no_level_opens_a_case_that_is_not_public(status):
    assert not any(status in statuses for statuses in OPEN_TO.values())


def test_the_complaint_form_names_the_decision_and_nobody(place, browser):
    """NĐ 155/2026, form 01: the code opens the case, it does not say who complains"""
    case = case_at("decided", place)
    assert browser.get("/vu-viec/don-khieu-nai/").status_code == 404
    page = look_up(browser, case)
    assert 'href="/vu-viec/don-khieu-nai/"' in text(page)
    answer = browser.get("/vu-viec/don-khieu-nai/")
    assert answer["Content-Type"] == "application/pdf"
    words = "".join(PdfReader(BytesIO(answer.content)).pages[0].extract_text().split())
    assert case.decision.notice.number_text in words
    assert f"Người ra quyết định, {case.unit.name}".replace(" ", "") in words
    for hidden in PERSONAL:
        assert hidden.replace(" ", "") not in words
    assert AccessEntry.objects.filter(case=case, what="paper", level="code").exists()


def test_before_a_decision_there_is_nothing_to_complain_about_by_form(place, browser):
    page = look_up(browser, case_at("notified", place))
    assert "don-khieu-nai" not in text(page)
    assert browser.get("/vu-viec/don-khieu-nai/").status_code == 404
