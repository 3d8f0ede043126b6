"""A citizen's account as people use it: a code, an identity, one's cases and vehicles, and its end."""

from __future__ import annotations

from typing import Any

import pytest

from cameras.plates import format_plate
from tests.browser.keyboard import vi

pytestmark = pytest.mark.gate

CONTACT = "nguoi.dan@vidu.example"


@pytest.fixture(scope="package")
def served(portal: Any) -> list[dict[str, str]]:
    """Two cases of the other province with a decision served; made while other tests ran."""
    return portal.served.found(240)


def sign_in_by_code(page: Any, portal: Any, contact: str = CONTACT) -> None:
    page.locator("#id_contact").fill(contact)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tai-khoan/dang-nhap/ma/")
    page.locator("#id_code").fill(portal.do("one_time_code", contact=contact))
    page.keyboard.press("Enter")
    page.wait_for_url("**/tai-khoan/")


def be(page: Any, portal: Any, number: str) -> None:
    """Be the person of a number on the provider's own page."""
    page.wait_for_url(f"{portal.identity_url}/**")
    page.locator("#other").fill(number)
    page.locator("button").click()


def test_by_a_code_one_proves_who_one_is_sees_ones_case_and_watches_the_vehicle(
    portal: Any, visit: Any, look: Any, served: list[dict[str, str]]
) -> None:
    case = served[0]
    page = visit("/")
    page.locator("header a[href='/tai-khoan/']:visible").click()
    page.wait_for_url("**/tai-khoan/dang-nhap/")
    sign_in_by_code(page, portal)
    look(page, "account-new")
    page.locator("input[value=link] ~ button").click()
    be(page, portal, portal.do("owner_of", number=case["number"]))
    page.wait_for_url("**/tai-khoan/")
    page.locator("main a[href='/tai-khoan/vu-viec/']").click()
    look(page, "account-cases")
    page.locator("main article", has_text=format_plate(case["plate"])).first.locator(
        "button"
    ).click()
    page.wait_for_url("**/vu-viec/")
    look(page, "case-of-the-person", words=False)
    page.goto("/tai-khoan/phuong-tien/them/")
    page.locator("#id_plate").fill(case["plate"])
    page.locator("input[name=vehicle_class][value=car]").check()
    look(page, "vehicle-add")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tai-khoan/phuong-tien/")
    assert format_plate(case["plate"]) in page.locator("main").inner_text()
    look(page, "vehicles")


def test_in_english_the_provider_opens_the_papers_and_a_stranger_none(
    portal: Any, visit: Any, look: Any, served: list[dict[str, str]]
) -> None:
    case = served[1]
    page = visit("/tra-cuu/")
    page.locator("button[name=language][value=en]:visible").click()
    page.locator("html[lang=en]").wait_for()
    page.locator("#id_code").fill(case["code"])
    page.locator("#id_plate").fill(case["plate"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/vu-viec/")
    page.get_by_role("link", name="It is my case: open the papers").click()
    look(page, "prove-en", words=False)
    page.get_by_role("button", name="Prove with VNeID").click()
    be(page, portal, "000099999999")
    page.wait_for_url("**/vu-viec/chung-minh/")
    assert "addressed to somebody else" in page.locator("main").inner_text()
    page.get_by_role("button", name="Prove with VNeID").click()
    be(page, portal, portal.do("owner_of", number=case["number"]))
    page.wait_for_url("**/vu-viec/")
    paper = page.locator("a[href='/vu-viec/giay/TB0173.pdf']")
    answer = page.request.get(portal.origin + paper.get_attribute("href"))
    assert answer.body().startswith(b"%PDF")


def test_the_account_is_deleted_with_a_fresh_code(portal: Any, visit: Any, look: Any) -> None:
    contact = "di.roi@vidu.example"
    page = visit("/tai-khoan/dang-nhap/")
    sign_in_by_code(page, portal, contact)
    page.locator("main a[href='/tai-khoan/xoa/']").click()
    look(page, "account-delete")
    page.locator("main form button.btn-danger").click()
    page.wait_for_url("**/tai-khoan/xoa/ma/")
    page.locator("#id_code").fill(portal.do("one_time_code", contact=contact))
    page.locator("main form button").click()
    page.wait_for_url(f"{portal.origin}/")
    assert vi("Your account is deleted. You can look up and pay without one as before.") in (
        page.locator("main").inner_text()
    )
