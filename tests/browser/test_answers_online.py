"""Answers as people really write them: a complaint with a file, a copied plate, an explanation."""

from __future__ import annotations

import pytest

from tests.browser.keyboard import fill, press, vi
from tests.browser.test_paying import opened
from tests.citizens.answering import pdf
from tests.scenery import picture

pytestmark = pytest.mark.gate

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def served(portal) -> dict[str, str]:
    """A case with a decision that was received."""
    return portal.served.found(240)[0]


def chosen(page, name: str) -> None:
    """Choose what to say, by the keyboard."""
    page.goto("/vu-viec/tra-loi/")
    page.locator(f"input[name=answer][value={name}]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tra-loi/*/*/")


def go_on(page) -> None:
    """Press the button that goes on to the next page."""
    before = page.url
    page.locator("main form button.btn-primary").last.click()
    page.wait_for_url(lambda url: url != before)


def write(page, words: str) -> None:
    """Fill in the one question of a page and go on."""
    page.locator("main textarea, main form input[type=text]").first.fill(words)
    go_on(page)


def signed(page, name: str, address: str = "") -> None:
    """Say who writes and go on."""
    page.locator("#id_writer_name").fill(name)
    page.locator("input[name=writer_as][value=owner]").check()
    if address:
        page.locator("#id_address").fill(address)
    go_on(page)


def test_a_complaint_with_a_file_goes_to_the_officers_desk(
    portal, visit, look, watch, served
) -> None:
    watch.expect("422")  # a page called a picture
    page = opened(visit, served)
    assert portal.do("prove", number=served["number"]) >= 1
    page.goto("/vu-viec/tra-loi/")
    look(page, "answers")
    chosen(page, "complaint")
    look(page, "answer-question")
    fill(page, page.locator("#id_text"), "Đèn còn vàng khi xe qua vạch. Đề nghị hủy quyết định.")
    go_on(page)
    file = page.locator("#id_file")
    file.set_input_files({"name": "trang.jpg", "mimeType": "image/jpeg", "buffer": b"<html>"})
    page.locator("button[value=add]").click()
    page.locator(".error-summary").wait_for()
    look(page, "answer-files-refused")
    for name, data in (("ảnh.jpg", picture("chứng cứ")), ("đơn.pdf", pdf())):
        file.set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": data})
        page.locator("button[value=add]").click()
        page.locator(".answer-file", has_text=name).wait_for()
    look(page, "answer-files")
    go_on(page)
    signed(page, "Trần Văn Hiếu", "số 27 phố Ví Dụ")
    look(page, "answer-check")
    page.locator("input[name=form_key] ~ button").dblclick(no_wait_after=True)
    page.locator(".paid").wait_for()
    number = page.locator(".paid .money").inner_text()
    look(page, "answer-sent")

    officer = visit("/can-bo/don-tu/", "bao")
    look(officer, "submissions")
    press(officer, officer.get_by_role("link", name=number).last)
    officer.get_by_text("Đèn còn vàng khi xe qua vạch.").wait_for()
    look(officer, "submission")
    with officer.expect_download():
        officer.locator("a[download]").first.click()
    officer.locator("button", has_text=vi("Take into the file")).click()
    officer.wait_for_url("**/don-tu/")

    page.goto("/vu-viec/")
    assert vi("In the file") in page.locator(".answer-list").inner_text()
    look(page, "case-answered")


def test_a_copied_plate_is_told_in_english(visit, look, served) -> None:
    page = opened(visit, served)
    page.locator("button[name=language][value=en]:visible").click()
    page.locator("html[lang=en]").wait_for()
    chosen(page, "cloned")
    write(page, "The car in the picture has another colour.")
    look(page, "answer-reported-english")
    go_on(page)
    go_on(page)
    signed(page, "Tran Van Hieu")
    page.go_back()
    assert page.locator("#id_writer_name").input_value() == "Tran Van Hieu"
    page.go_forward()
    page.locator("input[name=form_key] ~ button").click()
    page.locator(".paid").wait_for()
    look(page, "answer-sent-english")


def test_an_explanation_is_written_on_a_telephone(portal, visit) -> None:
    case = portal.do("recorded")
    page = opened(visit, case, java_script_enabled=False)
    page.set_viewport_size(PHONE)
    assert portal.do("prove", number=case["number"]) >= 1
    page.goto("/vu-viec/tra-loi/giai-trinh/")
    page.locator("input[value=written]").check()
    go_on(page)
    write(page, "Tôi nhường đường cho xe cứu thương.")
    go_on(page)
    signed(page, "Trần Văn Hiếu")
    page.locator("input[name=form_key] ~ button").click()
    page.locator(".paid").wait_for()
    assert vi("Whoever decides weighs your explanation") in page.locator("main").inner_text()
