"""The review page with ten fingers: every key, what input methods send, and what may not decide."""

import pytest

from tests.browser.keyboard import case_on, decide, fill, press, reach, settle, verdicts, vi

pytestmark = pytest.mark.gate

VERIFY, UNDO = "Enter", "Control+z"
# The scripts of a page run before this event, but after readyState has left "loading".
LISTENS = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd > 0"


@pytest.fixture
def queue(portal):
    """Three red lights and one speed wait for the unit's officers."""
    waiting = [
        *portal.do("deliver", camera="CAM-0412", count=3),
        *portal.do("deliver", camera="CAM-0533"),
    ]
    return [case["number"] for case in waiting]


def test_a_shift_by_keyboard(portal, visit, look, watch, queue) -> None:
    page = visit("/can-bo/duyet/?loai=red_light", "khoa")

    first = case_on(page)
    assert first in queue
    _letters_of_input_methods_do_nothing(page, first)
    _pictures_obey(page)
    _the_sheet_of_keys_opens_and_closes(page, look)

    decide(page, VERIFY)
    second = case_on(page)
    assert second in queue
    assert second != first
    page.keyboard.press(UNDO)
    page.wait_for_function(
        "number => document.querySelector('.review-strip .mono')?.textContent === number", arg=first
    )
    assert portal.do("reviews", number=first) == ["verify undone"]

    _a_note_does_not_decide(page, first)
    decide(page, "2")
    assert verdicts(portal, first, 2)[-1] == "reject no_violation pending"
    look(page, "review-after-reject")

    third = case_on(page)
    _the_plate_is_corrected(page, watch, look)
    _keys_can_be_switched_off(page, third)
    decide(page, VERIFY)

    settle(page)
    fourth = case_on(page)
    fill(page, page.locator("#note"), "cùng lượt xe với hồ sơ trước")
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "number => document.querySelector('.review-strip .mono')?.textContent !== number",
        arg=fourth,
    )
    assert verdicts(portal, fourth)[-1].startswith("reject other")


def test_a_key_pressed_before_the_pictures_are_there_decides_nothing(portal, visit) -> None:
    page = visit("/can-bo/duyet/?loai=speed_over", "lan")
    number = case_on(page)
    assert number
    held = []
    page.route("**/can-bo/anh/**", lambda route: held.append(route))
    page.reload(wait_until="commit")
    page.locator("#decide").wait_for()
    page.wait_for_function(LISTENS)
    page.keyboard.press(VERIFY)
    said = page.locator("#review-said")
    said.filter(has_text=vi("The pictures are not in full sight yet. Wait a moment.")).wait_for()
    for route in held:
        route.continue_()
    page.unroute("**/can-bo/anh/**")
    assert case_on(page) == number
    assert portal.do("reviews", number=number) == []
    page.wait_for_load_state()


def test_a_speed_case_is_read_and_rejected(portal, visit, look) -> None:
    page = visit("/can-bo/duyet/?loai=speed_over", "lan")
    look(page, "review-speed")
    number = case_on(page)
    decide(page, "6")
    assert verdicts(portal, number)[-1].startswith("reject picture_or_camera_fault")


def test_a_break_gives_the_case_back(portal, visit) -> None:
    portal.do("deliver", camera="CAM-0412", known=False)
    page = visit("/can-bo/duyet/", "lan")
    number = case_on(page)
    press(page, page.locator("#pause button"))
    page.wait_for_url("**/can-bo/")
    colleague = visit("/can-bo/duyet/", "khoa")
    assert case_on(colleague) == number
    decide(colleague, "7")


def test_without_javascript_the_page_is_a_form(portal, visit) -> None:
    portal.do("deliver", camera="CAM-0412", known=False)
    page = visit("/can-bo/duyet/", "khoa", java_script_enabled=False)
    number = case_on(page)
    page.locator("button[value=no_violation]").click()
    page.wait_for_load_state()
    assert verdicts(portal, number)[-1].startswith("reject no_violation")


def _letters_of_input_methods_do_nothing(page, number) -> None:
    settle(page)
    before = page.locator("main").inner_html()
    for key in ("a", "A", "Backspace", "w", "s", "f", "j", "e", "o", "d"):
        page.keyboard.press(key)
    page.keyboard.insert_text("â")
    session = page.context.new_cdp_session(page)
    for kind in ("rawKeyDown", "keyUp"):  # what Chromium sends while an input method composes
        session.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "windowsVirtualKeyCode": 229, "code": "Enter", "key": "Process"},
        )
    page.wait_for_timeout(300)
    assert case_on(page) == number
    after = page.locator("main").inner_html()
    assert _without_clock(after) == _without_clock(before)


def _without_clock(html: str) -> str:
    import re

    return re.sub(r'(data-countdown="\d+"[^>]*>)[^<]*<', r"\1<", html)


def _pictures_obey(page) -> None:
    zoom = page.locator("[data-zoom]")
    assert zoom.inner_text() == "100 %"
    page.keyboard.press("b")
    assert zoom.inner_text() != "100 %"
    page.keyboard.press("Home")
    assert zoom.inner_text() == "100 %"
    for key in ("v", "l", "+", "Shift+ArrowRight", "-", "0"):
        page.keyboard.press(key)
    assert zoom.inner_text() == "100 %"
    page.keyboard.press("c")
    assert page.locator(".frame:visible").count() == 1
    page.keyboard.press("ArrowRight")
    assert page.locator(".frame:visible").get_attribute("data-frame") == "2"
    page.keyboard.press("c")
    assert page.locator(".frame:visible").count() == 2
    before = page.locator("[data-tone]").inner_text()
    page.keyboard.press("t")
    assert page.locator("[data-tone]").inner_text() != before
    page.keyboard.press("Shift+T")
    assert page.locator("[data-tone]").inner_text() == before


def _the_sheet_of_keys_opens_and_closes(page, look) -> None:
    page.keyboard.press("Shift+Slash")
    sheet = page.locator("dialog#keys")
    sheet.wait_for()
    look(page, "review-keys")
    page.keyboard.press("2")  # behind the sheet nothing is decided
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")


def _a_note_does_not_decide(page, number) -> None:
    settle(page)
    page.keyboard.press("n")
    note = page.locator("#note")
    assert note.evaluate("node => node === document.activeElement")
    page.keyboard.type("biển số 2 dòng, aâ")
    page.keyboard.press("Enter")  # leaves the field
    page.keyboard.press("Enter")  # too soon after it to decide
    page.wait_for_timeout(500)
    assert case_on(page) == number
    assert note.input_value() == "biển số 2 dòng, aâ"


def _the_plate_is_corrected(page, watch, look) -> None:
    settle(page)
    page.keyboard.press("p")
    field = page.locator("#plate-form [name=plate]")
    assert field.evaluate("node => node === document.activeElement")
    read = field.input_value()
    watch.expect("409")
    page.keyboard.type("không phải biển")
    page.keyboard.press("Enter")
    page.locator(".review-side .banner-bad").wait_for()
    look(page, "review-plate-refused")
    settle(page)
    page.keyboard.press("p")
    page.keyboard.type(read)
    page.keyboard.press("Enter")
    page.locator(".review-side .banner-bad").wait_for(state="detached")
    settle(page)


def _keys_can_be_switched_off(page, number) -> None:
    page.keyboard.press("Shift+Slash")
    press(page, page.locator("[data-key=switch]"))
    page.keyboard.press("Escape")
    settle(page)
    page.keyboard.press("2")
    page.wait_for_timeout(400)
    assert case_on(page) == number, "single keys are off"
    press(page, page.locator("[data-opens=keys]"))
    press(page, page.locator("[data-key=switch]"))
    page.keyboard.press("Escape")
    reach(page, page.locator("[data-key=fit]"))
    page.evaluate("document.activeElement.blur()")
