"""Every role's workbench and every list it may read, as each person finds them."""

import re
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.gate

PEOPLE = {
    "lan": "officer",
    "minh": "leader",
    "duc": "supervisor",
    "hoa": "clerk",
    "tuan": "technician",
    "thu": "auditor",
    "quantri": "administrator",
}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_workbench_and_its_lists(visit, look, lists_seen, who) -> None:
    page = visit("/can-bo/", who)
    look(page, f"workbench-{PEOPLE[who]}")
    links = page.locator(".link-columns a, .staff-tabs a, .role-card a")
    addresses = links.evaluate_all("nodes => nodes.map((node) => node.getAttribute('href'))")
    assert addresses, "everybody has something to do or to read"
    for address in dict.fromkeys(addresses):
        if "/duyet/" in address:  # opening it would take a case
            continue
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200
        name = re.sub(r"^-|-$", "", re.sub(r"\W+", "-", address))
        if name in lists_seen:
            continue
        lists_seen.add(name)
        look(page, name)
        row = page.locator("#result_list tbody a")
        if row.count():
            opened = page.goto(row.first.get_attribute("href"))
            kind = re.sub(r"[0-9A-Z]+-[0-9A-Z-]+|[0-9a-f-]{20,}|\d+", "x", urlsplit(page.url).path)
            if "html" in opened.headers["content-type"] and kind not in lists_seen:
                lists_seen.add(kind)  # a paper is a PDF; several lists lead to the same page
                look(page, f"{name}-row")


def test_the_account_pages_stand(visit, look) -> None:
    page = visit("/can-bo/tai-khoan/2fa/", "thu")
    look(page, "account-two-steps")
    for address in page.locator("main ~ nav a, nav.row a").evaluate_all(
        "nodes => nodes.map((node) => node.getAttribute('href'))"
    ):
        page.goto(address)
        look(page, "account-" + re.sub(r"\W+", "-", address.strip("/")))


def test_the_administrator_adds_no_rights_on_cases(visit, look) -> None:
    page = visit("/can-bo/nhan-su/moi/", "quantri")
    look(page, "user-add")


def test_signing_in_looks_right_and_tells_a_wrong_password(portal, visit, look) -> None:
    page = visit("/can-bo/")
    assert "/login/" in page.url
    look(page, "sign-in")
    page.locator("input[name=login]").fill("yen")
    page.locator("input[name=password]").fill("không phải mật khẩu này")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    look(page, "sign-in-error")
    page.locator("input[name=password]").fill(portal.people["yen"]["password"])
    page.keyboard.press("Enter")
    page.locator("input[name=code]").wait_for()
    look(page, "sign-in-code")
    page.locator("input[name=code]").fill("000000")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    look(page, "sign-in-code-error")


def test_a_page_of_another_role_is_closed_with_words(visit, look, watch) -> None:
    watch.expect("403")
    page = visit("/can-bo/ky/", "hoa")
    look(page, "403")
