"""What anybody sees without a paper in hand: pages, language, colours, wrong codes, false papers."""

import hashlib
import tomllib
import uuid
from pathlib import Path

import pytest

from notices import lookup_codes
from tests.browser.keyboard import fill, press, vi

pytestmark = pytest.mark.gate

VENDOR = Path(__file__).parent / "vendor"
PAGES = {
    "start": "/",
    "lookup-code": "/tra-cuu/",
    "lookup-decision": "/tra-cuu/quyet-dinh/",
    "lookup-plate": "/tra-cuu/bien-so/",
    "pay-find": "/nop-phat/",
    "result-stranger": "/nop-phat/ket-qua/",
    "verify": "/xac-minh/",
    "guide": "/huong-dan/",
    "fraud": "/canh-giac/",
    "rights": "/quyen/",
    "inbox-ask": "/hop-thu/",
    "account-sign-in": "/tai-khoan/dang-nhap/",
    "fleet": "/dinh-danh-doi-xe/",
    "named": "/duoc-neu-ten/",
    "privacy": "/bao-mat-du-lieu/",
    "accessibility": "/kha-nang-tiep-can/",
    "figures": "/so-lieu/",
    "api": "/api/v1/",
    "standard": "/tieu-chuan/",
    "standard-types": "/tieu-chuan/loai-thong-tin/",
    "standard-connection": "/tieu-chuan/ket-noi/",
    "standard-sharing": "/tieu-chuan/chia-se/",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_public_page_stands(visit, look, name) -> None:
    page = visit(PAGES[name])
    assert page.locator("h1").count() == 1
    look(page, name)


def test_a_page_that_is_not_there_says_what_to_do(visit, look, watch) -> None:
    watch.expect("404")
    page = visit("/khong-co/")
    look(page, "404")


def test_a_code_nobody_has_is_refused_beside_its_field(visit, look, watch) -> None:
    page = visit("/tra-cuu/")
    fill(page, page.locator("#id_code"), "123")
    fill(page, page.locator("#id_plate"), "30F-256.58")
    page.keyboard.press("Enter")
    summary = page.locator(".error-summary")
    summary.wait_for()
    assert summary.evaluate("node => node === document.activeElement"), "focus is on the summary"
    look(page, "lookup-code-error")
    press(page, summary.locator("a").first)
    assert page.evaluate("document.activeElement.id") == "id_code"
    assert page.locator("#id_plate").input_value() == "30F-256.58"


def test_a_wrong_code_and_a_wrong_plate_get_the_same_answer(visit, look) -> None:
    page = visit("/tra-cuu/")
    answers = []
    for code in (_code(), _code()):
        page.locator("#id_code").fill(code)
        page.locator("#id_plate").fill("30F-999.99")
        page.keyboard.press("Enter")
        page.locator(".error-summary").wait_for()
        answers.append(page.locator(".error-summary").inner_text())
    assert answers[0] == answers[1]
    look(page, "lookup-code-unknown")


def test_a_false_paper_is_told_loudly(visit, look) -> None:
    page = visit("/xac-minh/")
    fill(page, page.locator("#id_code"), _code())
    page.keyboard.press("Enter")
    page.locator("[role=alert]").wait_for()
    look(page, "verify-forged")


def test_a_plate_without_cases_is_answered_calmly(visit, look) -> None:
    page = visit("/tra-cuu/bien-so/")
    fill(page, page.locator("#id_plate"), "30F-999.99")
    page.locator("input[name=vehicle_type][value=car]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ket-qua/")
    assert vi("No case is found") in page.locator("h1").inner_text()
    look(page, "plate-nothing")


def test_a_form_sent_before_the_sum_is_done_waits_and_goes_by_itself(visit) -> None:
    page = visit("/tra-cuu/bien-so/")
    proof = page.locator("input[name=proof]")
    told = page.locator("[data-proof-words]")
    told.filter(has_text=vi("The sum is done; you can look up.")).wait_for()
    proof.evaluate("node => { node.value = ''; }")  # as it stands until the worker has answered
    fill(page, page.locator("#id_plate"), "30F-999.98")
    page.locator("input[name=vehicle_type][value=car]").check()
    press(page, page.locator("main form button[type=submit]"))
    assert vi("One moment: the sum is nearly done. The form is sent by itself.") in (
        told.inner_text()
    )
    assert page.url.endswith("/tra-cuu/bien-so/")


def test_without_javascript_the_plate_page_says_what_to_do(visit) -> None:
    page = visit("/tra-cuu/bien-so/", java_script_enabled=False)
    assert page.get_by_text(vi("This way of looking up needs JavaScript.")).is_visible()
    assert not page.locator("[data-proof-words]").is_visible()


def test_without_javascript_a_code_is_looked_up_all_the_same(visit) -> None:
    page = visit("/tra-cuu/", java_script_enabled=False)
    page.locator("#id_code").fill(_code())
    page.locator("#id_plate").fill("30F-999.97")
    page.locator("main form button[type=submit]").click()
    page.locator(".error-summary").wait_for()
    assert vi("No case is found with this code and plate. Compare both lines on the paper.") in (
        page.locator(".error-summary").inner_text()
    )


def test_the_language_is_switched_and_kept(visit, look) -> None:
    page = visit("/huong-dan/")
    assert page.locator("html").get_attribute("lang") == "vi"
    press(page, page.locator("button[name=language][value=en]:visible"))
    page.locator("html[lang=en]").wait_for()
    assert page.url.endswith("/huong-dan/"), "one stays on the page"
    assert page.locator("h1").inner_text() == "From the notice to the end of the case"
    look(page, "guide-english")
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "en"
    look(page, "start-english")
    press(page, page.locator("button[name=language][value=vi]:visible"))
    page.locator("html[lang=vi]").wait_for()


def test_light_and_dark_are_chosen_by_hand_and_kept(visit) -> None:
    page = visit("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    press(page, page.locator("[data-theme-switch]:visible"))
    dark = page.evaluate(ground)
    assert dark != light
    page.goto("/huong-dan/")
    assert page.evaluate(ground) == dark, "the choice is kept on the next page"
    press(page, page.locator("[data-theme-switch]:visible"))
    assert page.evaluate(ground) == light


def test_the_first_tab_skips_to_the_content(visit) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_menu_of_a_small_screen_opens_by_keyboard(visit) -> None:
    page = visit("/")
    page.set_viewport_size({"width": 390, "height": 844})
    press(page, page.locator(".site-menu summary"))
    link = page.locator(".site-menu nav a").nth(1)
    address = link.get_attribute("href")
    press(page, link)
    page.wait_for_url(f"**{address}")


def test_the_watch_hears_what_the_policy_refuses(visit, watch) -> None:
    page = visit("/")
    page.evaluate("""() => {
      const style = document.createElement("style");
      style.textContent = "p { color: red }";
      document.head.append(style);
    }""")
    page.wait_for_timeout(300)
    assert any("refused by the policy: style-src" in fault for fault in watch.faults)
    watch.faults.clear()


def test_looking_finds_a_field_without_a_label_and_a_page_too_wide(visit, look) -> None:
    page = visit("/tra-cuu/")
    page.evaluate("""() => {
      document.querySelector("label[for=id_code]").remove();
      document.querySelector("main").style.width = "1600px";
    }""")
    look(page, "spoilt")
    faults = "\n".join(look.faults)
    assert ": label: #id_code" in faults
    assert "wider than the screen" in faults
    look.faults.clear()


def test_the_vendored_axe_is_the_published_file() -> None:
    package = tomllib.loads((VENDOR / "VENDOR.toml").read_text())["package"][0]
    for name, digest in package["sha256"].items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def _code() -> str:
    """Return a code whose check symbol is right and which no paper carries."""
    return lookup_codes.pretty(lookup_codes.derive_code(uuid.uuid4(), b"nobody's key" * 4))
