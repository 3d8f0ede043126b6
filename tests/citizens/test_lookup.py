"""Who may see what: the three ways into a case."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from citizens.models import LookupEntry
from notices import register
from notices.lookup_codes import pretty
from notices.models import Notice
from tests import journeys
from tests.citizens.conftest import english
from tests.citizens.visits import (
    NOW,
    PLATE_SHOWN,
    case_at,
    code_of,
    look_up,
    look_up_decision,
    main_of,
    paper,
    search,
    text,
    without_token,
)
from violations import sanctions
from violations.models import AccessEntry, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATER = journeys.START + timedelta(hours=1)
PERSONAL = ("Trần Văn Hiếu", "TRẦN VĂN HIẾU", "001084000001", "ngõ 114", "0900000001")


def test_the_code_of_the_notice_opens_the_case_together_with_the_plate(place, browser):
    case = case_at("notified", place)
    page = look_up(browser, case)
    assert page.status_code == 200
    assert case.number in text(page)


def test_code_and_plate_are_read_kindly(place):
    code = code_of(case_at("notified", place))
    for spelling in (code.lower(), pretty(code), " ".join(code)):
        for plate in ("51k20864", "51K-208.64", "51K 208 64"):
            answer = english().post("/tra-cuu/", {"code": spelling, "plate": plate})
            assert answer.status_code == 303, (spelling, plate)


def test_a_plate_with_đ_is_found_when_d_is_typed(place, browser):
    case = case_at("notified", place, plate="29MĐ112345", vehicle_class="motorcycle")
    answer = browser.post("/tra-cuu/", {"code": code_of(case), "plate": "29MD1-123.45"})
    assert answer.status_code == 303


def test_every_signed_paper_of_the_case_opens_it(place):
    case = case_at("decided", place)
    for kind in ("TB0173", "MBB01", "MQD02"):
        assert look_up(english(), case, kind).status_code == 200


def test_a_case_opens_under_a_new_session_key_and_no_address_names_it(place, browser):
    case = case_at("notified", place)
    browser.get("/tra-cuu/bien-so/")
    search(browser)
    before = browser.session.session_key
    page = look_up(browser, case)
    assert browser.session.session_key != before
    assert page.request["PATH_INFO"] == "/vu-viec/"
    assert str(case.pk) not in text(page)


def failures(place) -> dict[str, dict[str, str]]:
    """Return look-ups that must fail alike, each for another reason."""
    shown = case_at("notified", place)
    other = case_at("notified", place, at=LATER)
    replaced = case_at("notified", place, at=LATER + timedelta(hours=1))
    old = paper(replaced)
    fields = {
        field.attname: getattr(old, field.attname)
        for field in Notice._meta.concrete_fields
        if field.attname not in ("id", "lookup_digest", "supersedes_id", "number")
    }
    Notice.objects.create(
        **fields, number=9000, lookup_digest=uuid.uuid4().bytes * 2, supersedes=old
    )
    return {
        "no such paper": {"code": register.lookup_code(uuid.uuid4()), "plate": PLATE_SHOWN},
        "another plate": {"code": code_of(shown), "plate": "30F-256.58"},
        "code of another case": {"code": code_of(other), "plate": "29-B1 123.45"},
        "a replaced paper": {"code": code_of(replaced), "plate": PLATE_SHOWN},
    }


def test_every_failure_is_the_same_page_found_with_the_same_questions(place):
    pages, questions = {}, {}
    for reason, asked in failures(place).items():
        browser = english()
        with CaptureQueriesContext(connection) as queries:
            answer = browser.post("/tra-cuu/", asked)
        assert answer.status_code == 200, reason
        typed = {asked["code"]: "CODE", asked["plate"]: "PLATE"}
        page = without_token(answer)
        for value, name in typed.items():
            page = page.replace(f'value="{value}"', name)
        pages[reason] = page
        questions[reason] = len(queries)
    assert len(set(pages.values())) == 1
    assert len(set(questions.values())) == 1
    assert "No case is found with this code and plate" in pages["no such paper"]


def test_a_wrong_decision_and_a_missing_one_are_the_same_page_too(place):
    decision = paper(case_at("served", place), "MQD02")
    right = {
        "number": str(decision.number),
        "issued_on": f"{decision.issued_on:%d/%m/%Y}",
        "plate": PLATE_SHOWN,
    }
    seen = set()
    for wrong in ({"number": "9999"}, {"issued_on": "01/10/2026"}, {"plate": "30F-256.58"}):
        with CaptureQueriesContext(connection) as queries:
            page = without_token(english().post("/tra-cuu/quyet-dinh/", right | wrong))
        for value in (right | wrong).values():
            page = page.replace(f'value="{value}"', "TYPED")
        seen.add((page, len(queries)))
    assert len(seen) == 1


def test_a_case_is_opened_by_two_questions_to_the_database(place, browser):
    """One that reads what was tried, finds the case and writes both logs; one for the session."""
    case = case_at("notified", place)
    asked = {"code": code_of(case), "plate": PLATE_SHOWN}
    with CaptureQueriesContext(connection) as queries:
        assert browser.post("/tra-cuu/", asked).status_code == 303
    assert len(queries) == 2, [query["sql"][:80] for query in queries]


def test_a_mistyped_code_is_told_apart_before_any_database_work(place, browser):
    code = code_of(case_at("notified", place))
    wrong = code[:-1] + ("7" if code[-1] != "7" else "8")
    browser.get("/tra-cuu/")
    with CaptureQueriesContext(connection) as queries:
        answer = browser.post("/tra-cuu/", {"code": wrong, "plate": PLATE_SHOWN})
    assert len(queries) == 0
    assert "One symbol differs from the paper" in text(answer)
    assert text(answer).count("<title>Error:") == 1


def test_too_short_a_code_says_how_many_symbols_were_typed(browser, db):
    answer = browser.post("/tra-cuu/", {"code": "MEQ2-ZY1B1-07", "plate": PLATE_SHOWN})
    assert "The code has 14 symbols; you entered 11." in text(answer)


def test_an_opened_case_closes_after_half_an_hour(place, browser, clock):
    look_up(browser, case_at("notified", place))
    clock(NOW + timedelta(minutes=29))
    assert browser.get("/vu-viec/").status_code == 200
    clock(NOW + timedelta(minutes=30))
    answer = browser.get("/vu-viec/", follow=True)
    assert answer.redirect_chain == [("/tra-cuu/", 302)]
    assert "open for 30 minutes" in text(answer)


def test_another_browser_sees_nothing_of_an_opened_case(place, browser):
    look_up(browser, case_at("served", place))
    other = english()
    assert other.get("/vu-viec/").status_code == 302
    assert other.get("/vu-viec/anh/1/").status_code == 404
    assert "With the number of the decision" in text(other.get("/nop-phat/"))


def test_whoever_holds_the_notice_learns_that_the_case_ended_without_a_sanction(place, browser):
    case = case_at("notified", place)
    leader = journeys.acting(place.leader)
    sanctions.dismiss(case.pk, reason="không xác định được người lái", by=leader, at=NOW)
    page = look_up(browser, case)
    assert "Nothing is left to do" in text(page)
    assert "/vu-viec/anh/" not in text(page)
    assert browser.get("/vu-viec/anh/1/").status_code == 404


# The number of a decision ------------------------------------------------------------------------


def test_a_decision_opens_by_number_day_and_plate(place):
    decision = paper(case_at("served", place), "MQD02")
    day = f"{decision.issued_on:%d/%m/%Y}"
    for form in ("{:04d}/QĐ-XPHC", "{:04d}/qd-xphc", "{}", " {:04d} / QĐ-XPHC"):
        asked = {"number": form.format(decision.number), "issued_on": day, "plate": PLATE_SHOWN}
        assert english().post("/tra-cuu/quyet-dinh/", asked).status_code == 303, form


def test_each_of_the_three_facts_must_be_right(place, browser):
    decision = paper(case_at("served", place), "MQD02")
    asked = {
        "number": str(decision.number),
        "issued_on": f"{decision.issued_on:%d/%m/%Y}",
        "plate": PLATE_SHOWN,
    }
    for wrong in ({"number": "9999"}, {"issued_on": "01/10/2026"}, {"plate": "30F-256.58"}):
        answer = browser.post("/tra-cuu/quyet-dinh/", asked | wrong)
        assert answer.status_code == 200, wrong
        assert "No decision is found with this number, day and plate" in text(answer)


def test_a_decision_number_opens_the_amount_and_nothing_else(place, browser):
    case = case_at("served", place)
    page = look_up_decision(browser, case)
    shown = main_of(page)
    assert "19.000.000" in shown
    for hidden in (*PERSONAL, case.place, case.number, "/vu-viec/anh/", "17:42"):
        assert hidden not in shown
    assert browser.get("/vu-viec/anh/1/").status_code == 404


# The plate ---------------------------------------------------------------------------------------


def test_a_plate_shows_the_fields_the_law_publishes(place, browser):
    case = case_at("served", place)
    shown = main_of(search(browser))
    unit = case.unit
    for published in (
        PLATE_SHOWN,
        "white plate",
        "Car",
        "08:00, 12/10/2026",
        case.place[1:],
        case.rule.act_en,
        "Not yet sanctioned",
        unit.name,
        unit.address,
        unit.phone,
    ):
        assert published in shown, published


@pytest.mark.parametrize("status", ["notified", "served", "closed"])
def test_a_plate_shows_no_picture_amount_name_or_paper(place, browser, status, clock):
    clock(NOW)
    case = case_at(status, place)
    shown = main_of(search(browser))
    for hidden in (*PERSONAL, "/vu-viec/anh/", "₫", "<img", "QĐ-XPHC", case.number):
        assert hidden not in shown, hidden


def test_a_plate_is_found_only_under_its_type_of_vehicle(place, browser):
    case_at("notified", place)
    assert "Not yet sanctioned" in text(search(browser, vehicle_type="car"))
    assert "No case is found" in text(search(browser, vehicle_type="motorcycle"))


def test_cases_that_ended_without_a_sanction_are_never_public(place, browser):
    leader = journeys.acting(place.leader)
    dismissed = case_at("notified", place)
    sanctions.dismiss(dismissed.pk, reason="không đủ chứng cứ", by=leader, at=NOW)
    barred = case_at("notified", place, at=LATER)
    a_year_on = journeys.START + timedelta(days=400)
    sanctions.end_by_clock(barred.pk, "bar_by_time", at=a_year_on)
    undecided = case_at("recorded", place, at=LATER + timedelta(hours=1))
    late = journeys.START + timedelta(days=30)
    sanctions.end_by_clock(undecided.pk, "pass_decision_period", at=late)
    assert "No case is found" in text(search(browser))


def test_a_closed_case_stays_public_for_the_set_number_of_days(place, browser, clock, settings):
    settings.CLOSED_CASES_PUBLIC_DAYS = 90
    case = case_at("closed", place)
    assert case.closed_on is not None
    clock(journeys.START + timedelta(days=4 + 90))
    shown = text(search(browser))
    assert "Sanctioned" in shown
    assert "Not yet sanctioned" not in shown
    clock(journeys.START + timedelta(days=4 + 91))
    assert "No case is found" in text(search(browser))


def test_the_minimal_setting_shows_month_and_act_alone(place, browser, settings):
    settings.PUBLIC_PLATE_LOOKUP = "minimal"
    case = case_at("served", place)
    shown = main_of(search(browser))
    assert "Passing a red light" in shown
    assert "Month 10/2026" in shown
    for hidden in (case.place, case.place[1:], "12/10/2026", case.rule.act_en):
        assert hidden not in shown


def test_the_plate_look_up_can_be_switched_off(place, browser, settings):
    settings.PUBLIC_PLATE_LOOKUP = "off"
    case_at("served", place)
    asked = {"plate": PLATE_SHOWN, "vehicle_type": "car"}
    answer = browser.post("/tra-cuu/bien-so/", asked)
    assert "data-proof" not in text(answer)
    assert "closed here" in text(answer)
    assert browser.get("/tra-cuu/bien-so/ket-qua/").status_code == 302


def test_the_plate_is_not_asked_twice(place, browser):
    case_at("notified", place)
    search(browser)
    assert f'value="{PLATE_SHOWN}"' in text(browser.get("/tra-cuu/"))


# What is written down ----------------------------------------------------------------------------


def test_a_look_up_is_written_down_without_plate_code_or_address(place, browser):
    case = case_at("notified", place)
    search(browser)
    look_up(browser, case)
    browser.post("/tra-cuu/", {"code": code_of(case), "plate": "30F-256.58"})
    kept = list(LookupEntry.objects.order_by("id").values_list("way", "found"))
    assert kept == [("plate", 1), ("code", 1), ("code", 0)]
    for entry in LookupEntry.objects.all():
        for digest in (entry.subject_digest, entry.network_digest):
            assert len(bytes(digest)) == 32
        assert bytes(entry.subject_digest) != bytes(paper(case).lookup_digest)


def test_an_opened_case_enters_the_access_log(place, browser):
    case = case_at("notified", place)
    look_up(browser, case)
    entry = AccessEntry.objects.get(case=case)
    assert (entry.what, entry.level, entry.actor) == ("case", "code", None)


def test_no_status_is_forgotten_by_the_table_of_what_is_public(place, browser):
    """Walk the whole road: public from the notice on, and only then."""
    for number, status in enumerate(Violation.Status.values, start=10001):
        if status in ("rejected", "dismissed", "time_barred", "lapsed", "annulled", "enforced"):
            continue
        if status == "paid":
            continue  # passed through within one call
        plate = f"51K{number}"
        case_at(status, place, plate=plate)
        is_public = "Handled by" in text(search(english(), plate=plate))
        assert is_public == (status not in ("detected", "verified", "owner_identified")), status
