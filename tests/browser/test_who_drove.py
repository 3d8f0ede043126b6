"""Who drove, as people say it: it was me, another person, a refusal, and a time at the unit."""

import pytest

from config.demo.visitor import Page
from tests.browser.keyboard import vi
from tests.browser.test_paying import opened

pytestmark = pytest.mark.gate
ME, OTHER, NAMED = "/vu-viec/toi-lai-xe/", "/vu-viec/nguoi-khac/", "/duoc-neu-ten/"
PERSON = {
    "full_name": "Nguyễn Thị Minh",
    "born_on": "06/11/1990",
    "identity_number": "001190000123",
    "address": "số 5 phố Mẫu, phường Mẫu Hai",
}


@pytest.fixture(scope="module")
def notified(portal) -> list[dict[str, str]]:
    """Three cases of the other province whose notice is out; the colleague reviews one list."""
    portal.served.found(240)
    return portal.do("notified", count=3)


def fill(page: Page, **answers: str) -> None:
    """Answer one question and go on."""
    for name, value in answers.items():
        field = page.locator(f"main [name={name}]")
        if field.first.get_attribute("type") == "radio":
            page.locator(f"main [name={name}][value={value}]").check()
        else:
            field.fill(value)
    before = page.url
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda address: address != before)


def name_somebody(page: Page, name: str, email: str) -> None:
    page.goto(OTHER)
    fill(page, reason="drove")
    fill(page, named_name=name)
    fill(page, named_email=email)
    fill(page, proof_text="Tin nhắn trong ngày (mẫu)")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**{OTHER}")


def say_who(page: Page) -> None:
    fill(page, **PERSON)
    if page.locator("[name=licence_number]").count():
        fill(page, licence_number="010203040506", licence_classes="A1, B")
    fill(page, electronic="yes")


def test_it_was_me_is_a_declaration_that_a_visit_completes(visit, look, watch, notified) -> None:
    case = notified[0]
    page = opened(visit, case)
    page.goto("/vu-viec/tra-loi/")
    page.locator("input[value=it_was_me]").check()
    page.locator("main form button").click()
    page.wait_for_url(f"**{ME}**")
    watch.expect("422")
    page.locator("main form button[type=submit]").click()
    assert page.locator(".error-summary a").count() == len(PERSON)
    look(page, "who-drove-error")
    say_who(page)
    look(page, "who-drove-confirm")
    fill(page, way="declare")
    assert PERSON["full_name"] in page.locator("blockquote").inner_text()
    look(page, "who-drove-check")
    page.locator("main form button").dblclick(no_wait_after=True)
    page.wait_for_url(f"**{ME}")
    assert vi("Your statement has arrived") in page.locator("main").inner_text()
    look(page, "who-drove-stated")

    desk = visit("/can-bo/nguoi-lai/", "bao")
    look.briefly(desk, "who-drove-list")
    desk.locator(f"a[href='/can-bo/nguoi-lai/{case['number']}/']").click()
    look.briefly(desk, "who-drove-declared")
    reason = desk.locator(".reason").inner_text()
    assert vi("It was declared with the code of the paper alone. Hold a working session with the "
              "person first; then name him.") in reason  # fmt: skip


def test_another_person_is_named_and_accepts_in_english(portal, visit, look, notified) -> None:
    case = notified[1]
    page = opened(visit, case)
    page.locator("button[value=en]:visible").first.click()
    page.wait_for_url("**/vu-viec/")
    name_somebody(page, PERSON["full_name"], "minh@vidu.vn")
    assert "We wait for the answer" in page.locator("main").inner_text()
    look(page, "named-owner-waits", words=False)

    other = visit(NAMED)
    other.locator("button[value=en]:visible").first.click()
    other.wait_for_url(f"**{NAMED}")
    fill(other, code=portal.do("code_of_named", number=case["number"]).lower())
    assert case["plate"] in other.locator("main").inner_text()
    look(other, "named-told", words=False)
    other.locator(f"main a[href='{NAMED}nhan/']").click()
    say_who(other)
    other.locator("main form button").click()
    other.wait_for_url(f"**{NAMED}noi-dung/")
    assert "You have said that you drove" in other.locator("h1").inner_text()
    page.reload()
    assert "The person you named says that he drove" in page.locator("main").inner_text()

    desk = visit(f"/can-bo/nguoi-lai/{case['number']}/", "bao")
    look.briefly(desk, "who-drove-desk")
    desk.locator("form:has(input[value=name]) button").click()
    desk.locator("form:has(input[value=propose_record]) button").wait_for()
    page.reload()
    assert "An officer has written down who drove" in page.locator("main").inner_text()


def test_a_refusal_gives_the_case_back_to_the_owner(portal, visit, look, notified) -> None:
    case = notified[2]
    page = opened(visit, case)
    name_somebody(page, "Lê Văn Bảy", "bay@vidu.vn")
    other = visit(NAMED)
    fill(other, code=portal.do("code_of_named", number=case["number"]))
    other.locator(f"main a[href='{NAMED}khong-nhan/']").click()
    fill(other, why="Hôm đó tôi không ở trong tỉnh")
    assert vi("You have said that you did not drive") in other.locator("h1").inner_text()
    page.reload()
    assert "Hôm đó tôi không ở trong tỉnh" in page.locator("main").inner_text()
    look(page, "named-refused")
    page.locator(f"main a[href='{OTHER}?cau=vi-sao']").click()
    page.wait_for_url("**?cau=vi-sao")
    look(page, "named-reason")


def test_a_time_at_the_unit_is_booked_moved_and_cancelled(portal, visit, look, notified) -> None:
    portal.do("open_times")
    page = opened(visit, notified[2])
    page.goto("/vu-viec/hen-gap/")
    look(page, "meeting-times")
    page.locator(".times a").first.click()
    page.locator("main form button[type=submit]").dblclick(no_wait_after=True)
    page.locator(".card-verdict").wait_for()
    look(page, "meeting-booked")
    with page.expect_download() as file:
        page.locator("a[download]").click()
    assert file.value.suggested_filename == "lich-hen.ics"
    page.locator("a[href='/vu-viec/hen-gap/?doi=1']").click()
    page.locator(".times a").last.click()
    assert vi("The appointment does not move that day. Choose an earlier time if you can.") in (
        page.locator("main").inner_text()
    )
    page.locator("main form button[type=submit]").click()
    page.locator(".card-verdict").wait_for()
    look.briefly(visit("/can-bo/lich-hen/", "bao"), "meeting-desk")
    page.locator("main form[action='/vu-viec/hen-gap/huy/'] button").click()
    page.locator(".times").first.wait_for()
