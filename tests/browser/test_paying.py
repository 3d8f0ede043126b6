"""Paying as people really do: cancelled, pressed twice, gone back, and without JavaScript."""

import pytest

from config.demo.visitor import Page
from tests.browser.keyboard import vi

pytestmark = pytest.mark.gate


@pytest.fixture(scope="package")
def decided(portal) -> list[dict[str, str]]:
    """Two cases of the other province with a decision served; made while other tests ran."""
    return portal.served.found(240)


def opened(visit, case, **options) -> Page:
    """Open a case with the code on its paper, typed by hand."""
    page = visit("/tra-cuu/", **options)
    page.locator("#id_code").fill(case["code"].lower())
    page.locator("#id_plate").fill(case["plate"])
    page.locator("main form button").click()
    page.wait_for_url("**/vu-viec/")
    return page


def to_the_bank(page, portal) -> None:
    page.goto("/nop-phat/")
    page.locator("input[name=form_key] ~ button").click()
    page.wait_for_url(f"{portal.bank_url}/**")


def test_what_goes_wrong_on_the_way_costs_nothing_twice(portal, visit, look, decided) -> None:
    case = decided[0]
    page = opened(visit, case)

    to_the_bank(page, portal)
    page.locator("button[value=cancel]").click()
    page.wait_for_url("**/nop-phat/ket-qua/")
    page.locator("main .state-bad").wait_for(timeout=30_000)
    assert vi("You cancelled at the bank.") in page.locator("main").inner_text()
    look(page, "payment-cancelled")
    assert portal.do("trips", number=case["number"]) == {"attempts": 1, "payments": 0}

    page.locator("main a[href='/nop-phat/']").click()
    page.wait_for_url("**/nop-phat/")
    page.locator("input[name=form_key] ~ button").dblclick(no_wait_after=True)
    page.wait_for_url(f"{portal.bank_url}/**")
    assert portal.do("trips", number=case["number"])["attempts"] == 2, "two presses, one trip"

    page.locator("details summary").last.click()
    page.locator("button[value=return_first]").click()
    page.wait_for_url("**/nop-phat/ket-qua/")
    page.locator("main .waiting").wait_for()
    assert vi("Please do not pay a second time.") in page.locator("main").inner_text()
    look(page, "payment-waiting")
    page.locator(".paid").wait_for(timeout=30_000)

    page.go_back()
    page.wait_for_load_state()
    assert portal.do("trips", number=case["number"]) == {"attempts": 2, "payments": 1}
    page.goto("/nop-phat/")
    assert page.locator("input[name=form_key]").count() == 0, "nothing is left to pay"


def test_without_javascript_one_looks_up_and_pays(portal, visit, decided) -> None:
    case = decided[1]
    page = opened(visit, case, java_script_enabled=False)
    assert "₫" in page.locator("main").inner_text()
    page.locator("a[href='/nop-phat/']:visible").first.click()
    page.locator("input[name=form_key] ~ button").click()
    page.wait_for_url(f"{portal.bank_url}/**")
    page.locator("#otp").fill("123456")
    page.locator("button.first").click()
    page.wait_for_url("**/nop-phat/ket-qua/**")
    for _look in range(20):
        if page.locator(".paid").count():
            break
        page.wait_for_timeout(500)
        page.goto("/nop-phat/ket-qua/")
    assert vi("The fine is paid in full") in page.locator("h1").inner_text()
    assert portal.do("trips", number=case["number"]) == {"attempts": 1, "payments": 1}


def test_a_decision_is_found_by_its_number_and_shows_no_picture(visit, look, decided) -> None:
    case = decided[0]
    page = visit("/tra-cuu/quyet-dinh/")
    page.locator("#id_number").fill(case["decision"])
    page.locator("#id_issued_on").fill(case["decided_on"])
    page.locator("#id_plate").fill(case["plate"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/vu-viec/")
    assert page.locator("main img").count() == 0
    look(page, "case-by-decision")
