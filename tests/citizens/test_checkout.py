"""From the amount to the bank and back: what is shown, what is started, what is believed."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core import signing
from django.test import Client

from citizens.gateways import sandbox_signing
from citizens.models import PaymentAttempt
from notices import production
from tests.citizens.conftest import english
from tests.citizens.test_lookup import PERSONAL
from tests.citizens.visits import (
    NOW,
    case_at,
    form_key,
    look_up,
    look_up_decision,
    main_of,
    paper,
    press_pay,
    start_payment,
    tell,
    text,
    told,
)
from violations import payments
from violations.models import AccessEntry, Payment, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATE = NOW + timedelta(days=14)


@pytest.fixture
def case(place) -> Violation:
    """Return a case whose decision was received and is not paid."""
    return case_at("served", place)


# The check page ------------------------------------------------------------------------------------


def test_the_check_page_shows_everything_that_is_about_to_be_paid(case, browser):
    look_up(browser, case)
    shown = main_of(browser.get("/nop-phat/"))
    for line in (
        case.decision.notice.number_text,
        "TRẦN V** H***",
        "19.000.000\xa0₫",
        case.decision.beneficiary.treasury_name,
        case.decision.beneficiary.account,
        "Go on and pay 19.000.000\xa0₫",
        "Nop phat VPHC QD",
    ):
        assert line in shown, line
    for hidden in PERSONAL:
        assert hidden not in shown


def test_a_late_payment_shows_the_charge_of_the_day(case, browser, clock):
    clock(LATE)
    look_up(browser, case)
    days = (LATE.date() - case.pay_due_on).days - 1
    charge = 9_500 * days
    shown = main_of(browser.get("/nop-phat/"))
    assert f"Late charge, {days} days at 0.05 %" in shown
    assert f"{19_000_000 + charge:,}".replace(",", ".") in shown
    attempt = start_payment(browser)
    assert attempt.amount_vnd == 19_000_000 + charge
    assert attempt.breakdown == {
        "fine_vnd": 19_000_000,
        "late_charge_vnd": charge,
        "as_of": f"{LATE:%Y-%m-%d}",
    }


def test_a_decision_may_be_paid_before_it_is_received(place, browser):
    look_up(browser, case_at("decided", place))
    assert start_payment(browser).amount_vnd == 19_000_000


@pytest.mark.parametrize("status", ["notified", "recorded", "closed"])
def test_without_a_payable_decision_there_is_no_form(place, browser, status):
    look_up(browser, case_at(status, place))
    page = browser.get("/nop-phat/")
    assert "Nothing to pay now" in text(page)
    assert "form_key" not in text(page)


def test_a_third_person_may_pay_with_the_number_of_the_decision(case, browser):
    look_up_decision(browser, case)
    attempt = start_payment(browser)
    tell(Client(), told(attempt))
    assert Payment.objects.get().decision_id == case.decision.pk


# The way to the bank -------------------------------------------------------------------------------


def test_the_browser_is_sent_to_the_bank_with_a_signed_order(case, browser, settings):
    look_up(browser, case)
    answer = press_pay(browser)
    assert answer.status_code == 303
    where = urlsplit(answer["Location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == settings.VNPAY_PAY_URL
    params = dict(parse_qsl(where.query))
    signature = sandbox_signing.sign_link(settings.KEYS["VNPAY_SECRET"], params)
    assert params["vnp_SecureHash"] == signature
    attempt = PaymentAttempt.objects.get()
    assert params["vnp_Amount"] == "1900000000"
    assert params["vnp_TxnRef"] == attempt.merchant_reference
    assert params["vnp_ReturnUrl"] == settings.PORTAL_ORIGIN + "/nop-phat/ket-qua/"
    assert params["vnp_CreateDate"] == "20261017080000"
    assert params["vnp_ExpireDate"] == "20261017081500"
    assert not any(name.startswith("vnp_Bill") for name in params)


def test_the_content_policy_lets_a_form_lead_to_the_bank_and_nowhere_else(case, browser, settings):
    look_up(browser, case)
    policy = browser.get("/nop-phat/").headers["Content-Security-Policy"]
    bank = urlsplit(settings.VNPAY_PAY_URL)
    assert f"form-action 'self' {bank.scheme}://{bank.netloc};" in policy
    assert "unsafe" not in policy


def test_a_second_press_of_the_button_finds_the_first_attempt(case, browser):
    look_up(browser, case)
    key = form_key(browser)
    first, second = press_pay(browser, key), press_pay(browser, key)
    assert first["Location"] == second["Location"]
    assert PaymentAttempt.objects.count() == 1


def test_a_press_after_the_payment_leads_to_its_result(case, browser):
    look_up(browser, case)
    key = form_key(browser)
    press_pay(browser, key)
    tell(Client(), told(PaymentAttempt.objects.get()))
    assert press_pay(browser, key)["Location"] == "/nop-phat/ket-qua/"
    assert PaymentAttempt.objects.count() == 1


@pytest.mark.parametrize(
    "key",
    ["", "x", "a:b:c", pytest.param(signing.dumps({"case": "x"}, salt="another"), id="salted")],
)
def test_a_forged_key_starts_nothing(case, browser, key):
    look_up(browser, case)
    answer = browser.post("/nop-phat/", {"form_key": key}, follow=True)
    assert "This page was open too long" in text(answer)
    assert not PaymentAttempt.objects.exists()


def test_a_key_of_another_case_starts_nothing(place, case, browser):
    look_up(browser, case)
    key = form_key(browser)
    look_up(browser, case_at("served", place, plate="30F25658"))
    answer = browser.post("/nop-phat/", {"form_key": key}, follow=True)
    assert "Another case was opened meanwhile" in text(answer)
    assert not PaymentAttempt.objects.exists()


def test_an_amount_that_changed_overnight_is_shown_again(case, browser, clock):
    clock(LATE)
    look_up(browser, case)
    key = form_key(browser)
    clock(LATE + timedelta(days=1))
    look_up(browser, case)
    answer = browser.post("/nop-phat/", {"form_key": key}, follow=True)
    assert "The amount has changed since" in text(answer)
    assert not PaymentAttempt.objects.exists()


def test_what_was_paid_meanwhile_is_not_paid_again(case, browser):
    look_up(browser, case)
    key = form_key(browser)
    other = english()
    look_up(other, case)
    tell(Client(), told(start_payment(other)))
    answer = browser.post("/nop-phat/", {"form_key": key}, follow=True)
    assert "There is nothing to pay for this case." in text(answer)
    assert PaymentAttempt.objects.count() == 1


def test_an_open_payment_is_told_before_a_second_one_is_started(case, browser):
    look_up(browser, case)
    start_payment(browser)
    assert "do not pay again" in main_of(browser.get("/nop-phat/"))


def test_six_open_payments_of_one_decision_are_too_many(case, browser):
    look_up(browser, case)
    for _ in range(5):
        start_payment(browser)
    assert press_pay(browser).status_code == 429
    assert PaymentAttempt.objects.count() == 5


def test_nothing_starts_without_an_opened_case(case, browser):
    answer = browser.post("/nop-phat/", {"form_key": "x"})
    assert answer.status_code == 200
    assert not PaymentAttempt.objects.exists()


# The way back --------------------------------------------------------------------------------------


def test_the_return_credits_nothing_and_leaves_the_address_bar(case, browser):
    look_up(browser, case)
    attempt = start_payment(browser)
    answer = browser.get(f"/nop-phat/ket-qua/?{told(attempt)}")
    assert (answer.status_code, answer["Location"]) == (303, "/nop-phat/ket-qua/")
    assert not Payment.objects.exists()
    page = text(browser.get("/nop-phat/ket-qua/"))
    assert "The bank has not told us the result" in page
    assert "do not pay a second time" in page


def test_a_failed_return_is_never_called_failed_before_the_bank_says_so(case, browser):
    look_up(browser, case)
    attempt = start_payment(browser)
    page = text(browser.get(f"/nop-phat/ket-qua/?{told(attempt, '51', '02')}", follow=True))
    assert "Not paid" not in page
    tell(Client(), told(attempt, "51", "02"))
    page = text(browser.get("/nop-phat/ket-qua/"))
    assert "Not paid" in page
    assert "The account has not enough money." in page


def test_the_waiting_page_hears_of_the_result(case, browser):
    look_up(browser, case)
    attempt = start_payment(browser)
    page = text(browser.get("/nop-phat/ket-qua/"))
    mark = re.search(r'data-mark="([^"]*)"', page)[1]
    assert browser.get("/nop-phat/ket-qua/trang-thai/").json() == {"mark": mark}
    tell(Client(), told(attempt))
    assert browser.get("/nop-phat/ket-qua/trang-thai/").json()["mark"] != mark


def test_without_javascript_a_link_looks_again(case, browser):
    look_up(browser, case)
    start_payment(browser)
    assert 'href="/nop-phat/ket-qua/">Look again now' in text(browser.get("/nop-phat/ket-qua/"))


def test_a_browser_that_did_not_start_the_payment_learns_only_whether_it_is_recorded(case, browser):
    look_up(browser, case)
    attempt = start_payment(browser)
    stranger = english()
    query = told(attempt)
    before = text(stranger.get(f"/nop-phat/ket-qua/?{query}"))
    assert "No payment is recorded here yet" in before
    tell(Client(), query)
    after = text(stranger.get(f"/nop-phat/ket-qua/?{query}"))
    assert "The payment is recorded" in after
    for hidden in (case.plate_display, case.number, "19.000.000", "QĐ-XPHC", *PERSONAL):
        assert hidden not in after
    assert stranger.get("/nop-phat/ket-qua/trang-thai/").json() == {"mark": ""}


def test_a_forged_return_shows_a_stranger_nothing(case, browser):
    look_up(browser, case)
    attempt = start_payment(browser)
    tell(Client(), told(attempt))
    forged = told(attempt, secret="another secret")
    assert "No payment is recorded here yet" in text(english().get(f"/nop-phat/ket-qua/?{forged}"))


def test_money_in_doubt_asks_not_to_pay_again(case, browser):
    look_up(browser, case)
    attempt = start_payment(browser)
    tell(Client(), told(attempt, "07", "07"))
    page = text(browser.get("/nop-phat/ket-qua/"))
    assert "The bank is checking this payment" in page
    assert "Please do not pay a second time." in page
    assert "Pay again" not in page


def test_the_paid_page_names_the_payment_and_the_case_is_done(case, browser):
    look_up(browser, case)
    attempt = start_payment(browser)
    tell(Client(), told(attempt))
    shown = main_of(browser.get("/nop-phat/ket-qua/"))
    assert "The fine is paid in full" in shown
    assert "19.000.000\xa0₫" in shown
    assert "08:05:00" in shown
    assert attempt.merchant_reference in shown
    assert "You need not come to the police." in shown
    assert "Nothing is left to do" in text(browser.get("/vu-viec/"))


def test_a_payment_made_twice_says_that_it_comes_back(case, browser):
    look_up(browser, case)
    first = start_payment(browser)
    second = start_payment(browser)
    tell(Client(), told(first, vnp_TransactionNo="1"))
    tell(Client(), told(second, vnp_TransactionNo="2"))
    shown = main_of(browser.get("/nop-phat/ket-qua/"))
    assert "Payment recorded" in shown
    assert "Part of this was paid twice." in shown


# The confirmation ----------------------------------------------------------------------------------


def paid_by(browser: Client, case: Violation) -> None:
    tell(Client(), told(start_payment(browser)))


def test_the_confirmation_opens_in_the_session_that_paid_with_the_code(case, browser):
    look_up(browser, case)
    paid_by(browser, case)
    assert "is being made" in text(browser.get("/nop-phat/ket-qua/"))
    assert browser.get("/nop-phat/xac-nhan.pdf").status_code == 404
    assert production.produce(paper(case, "XNNT").pk, at=NOW)
    assert "/nop-phat/xac-nhan.pdf" in text(browser.get("/nop-phat/ket-qua/"))
    answer = browser.get("/nop-phat/xac-nhan.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert AccessEntry.objects.filter(case=case, what="paper", level="code").count() == 1


def test_between_the_booking_and_the_closing_the_page_waits(case, browser, monkeypatch):
    """The money is booked in one transaction, the confirmation is issued in the next."""
    look_up(browser, case)
    with monkeypatch.context() as patch:
        patch.setattr(payments, "settle_and_close", lambda *_given, **_named: False)
        paid_by(browser, case)
    page = text(browser.get("/nop-phat/ket-qua/"))
    assert "is being made" in page
    assert 'data-state-url="/nop-phat/ket-qua/trang-thai/"' in page
    before = browser.get("/nop-phat/ket-qua/trang-thai/").json()["mark"]
    assert f'data-mark="{before}"' in page
    assert payments.settle_and_close(case.pk, at=NOW)
    assert browser.get("/nop-phat/ket-qua/trang-thai/").json()["mark"] != before


def test_nobody_else_gets_the_confirmation_which_carries_a_name(case):
    payer = english()
    look_up_decision(payer, case)
    paid_by(payer, case)
    assert production.produce(paper(case, "XNNT").pk, at=NOW)
    holder, stranger = english(), english()
    look_up(holder, case)
    for browser in (payer, holder, stranger):
        assert browser.get("/nop-phat/xac-nhan.pdf").status_code == 404
    assert "opens here only for who came with the look-up code" in text(
        payer.get("/nop-phat/ket-qua/")
    )


def test_after_half_an_hour_the_confirmation_is_closed(case, browser, clock):
    look_up(browser, case)
    paid_by(browser, case)
    assert production.produce(paper(case, "XNNT").pk, at=NOW)
    clock(NOW + timedelta(minutes=31))
    assert browser.get("/nop-phat/xac-nhan.pdf").status_code == 404


# The silent bank: QueryDR against the bank's own process ---------------------------------------------
