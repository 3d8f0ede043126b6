"""Keys of the review page as hands and input methods press them: held, composed, on the number pad."""

from __future__ import annotations

import re

import pytest

from tests.browser.ime_presses import CASES, Press
from tests.browser.keyboard import case_on, settle, verdicts, vi

pytestmark = pytest.mark.gate

ADDRESS = "/can-bo/duyet/?loai=red_light"
DECIDE = "**/duyet/quyet-dinh/"
# A press as the browser reports it; answers whether the page took it as its own.
PRESS = """(presses) => presses.map(({kind, key, code, keyCode, isComposing, repeat}) => {
  const event = new KeyboardEvent(kind, {
    key, code, keyCode, which: keyCode, isComposing, repeat, bubbles: true, cancelable: true
  });
  return !document.body.dispatchEvent(event);
})"""


@pytest.fixture(autouse=True)
def _colleagues_have_gone(portal):
    portal.served.found(240)


@pytest.fixture
def desk(portal, visit):
    """The review page of Ho Chi Minh City with this many red lights, and a queue left empty."""
    opened = []

    def with_cases(count: int):
        portal.do("deliver", camera="CAM-0227", count=count, known=False)
        page = visit(ADDRESS, "bao")
        settle(page)
        opened.append(page)
        return page

    yield with_cases
    for page in opened:
        page.unroute_all()
        page.goto(ADDRESS)
        while before := case_on(page):
            settle(page)
            page.keyboard.press("2")
            page.wait_for_function(
                "before => (document.querySelector('.review-strip .mono')?.textContent ?? '')"
                " !== before",
                arg=before,
            )


def hold(page, key: str, times: int = 25) -> None:
    """Press a key and keep it down: the browser repeats the press until it is let go."""
    for _time in range(times):
        page.keyboard.down(key)
        page.wait_for_timeout(40)
    page.keyboard.up(key)


def test_a_held_key_decides_one_case_only(portal, desk) -> None:
    page = desk(3)
    page.wait_for_timeout(1500)  # the cases behind are here
    first = case_on(page)
    hold(page, "2")
    second = case_on(page)
    assert second not in ("", first)
    assert len(verdicts(portal, first)) == 1
    assert portal.do("reviews", number=second) == []
    settle(page)
    page.locator("button[value=no_violation]").focus()
    hold(page, "Enter")  # a focused button: its own Enter, and that one once
    third = case_on(page)
    assert third not in ("", second)
    assert portal.do("reviews", number=third) == []


def test_a_held_enter_does_not_send_again_what_was_refused(desk, watch) -> None:
    page = desk(1)
    sent = []

    def refuse(route) -> None:
        sent.append(route.request)
        route.fulfill(status=409, json={"refused": ["Hồ sơ đã chuyển cho người khác."]})

    watch.expect("409")
    page.route(DECIDE, refuse)
    number = case_on(page)
    page.locator("button[value=no_violation]").focus()
    hold(page, "Enter")
    page.locator("[data-told]").wait_for()
    assert (len(sent), case_on(page)) == (1, number)


def test_an_old_token_is_told_renewed_and_the_note_stays(portal, desk, watch) -> None:
    page = desk(2)
    watch.expect("403")
    number = case_on(page)
    page.evaluate(
        "document.querySelectorAll('[name=csrfmiddlewaretoken]')"
        ".forEach((field) => { field.value = 'x'.repeat(64); })"
    )
    page.locator("#note").fill("xe đi sau che khuất")
    page.locator("#note").blur()
    settle(page)
    page.keyboard.press("2")
    told = page.locator("[data-told]")
    told.wait_for()
    assert told.inner_text() == vi(
        "Nothing was recorded: this page was older than your last sign-in. "
        "It is renewed now; press again."
    )
    assert (case_on(page), page.locator("#note").input_value()) == (number, "xe đi sau che khuất")
    settle(page)
    page.keyboard.press("2")
    page.wait_for_function(
        "before => (document.querySelector('.review-strip .mono')?.textContent ?? '') !== before",
        arg=number,
    )
    assert len(verdicts(portal, number)) == 1


def test_the_number_pad_moves_the_view_and_a_lost_window_ends_the_blink(desk) -> None:
    page = desk(1)
    number = case_on(page)
    zoom = page.locator("[data-zoom]")
    page.keyboard.press("NumpadDecimal")
    assert zoom.inner_text() != "100 %"
    page.keyboard.press("Numpad0")
    assert zoom.inner_text() == "100 %"
    tone = page.locator("[data-tone]")
    before = tone.inner_text()
    page.keyboard.press("NumpadMultiply")
    assert tone.inner_text() != before
    shown = page.locator(".frame:visible")
    assert shown.count() == 2
    page.keyboard.press("NumpadDivide")
    assert shown.count() == 1
    page.keyboard.press("NumpadDivide")
    page.keyboard.down("m")
    assert shown.count() == 1
    page.evaluate("window.dispatchEvent(new Event('blur'))")
    assert shown.count() == 2
    page.keyboard.up("m")
    page.evaluate(
        """() => {
          const films = document.createElement("details");
          films.append(document.createElement("video"));
          films.querySelector("video").play = function () {
            this.dataset.played = "yes";
            return Promise.resolve();
          };
          document.querySelector(".review-evidence").append(films);
        }"""
    )
    page.keyboard.press("Space")  # opens the list and plays
    assert page.locator("details[open] > video").get_attribute("data-played") == "yes"
    assert case_on(page) == number


def test_input_methods(portal, desk, watch) -> None:
    """Telex, Simple Telex and VNI as browsers report them: what the page takes, and what not."""
    page = desk(1)
    number = case_on(page)
    page.route(DECIDE, lambda route: route.fulfill(status=409, json={"refused": ["thử"]}))
    watch.expect("409")
    wrong = []
    for name, presses, wanted in CASES:
        taken = page.evaluate(PRESS, [press.as_event() for press in presses])
        if taken != wanted:
            wrong.append(f"{name}: {taken} instead of {wanted}")
        if any(taken):
            page.keyboard.press("Escape")  # what an act has opened
            page.evaluate(PRESS, [Press("keyup", "m", "KeyM", 77).as_event()])
            page.evaluate("document.activeElement.blur()")
            page.wait_for_timeout(320)  # after a field nothing acts
    assert not wrong, "\n".join(wrong)
    assert case_on(page) == number
    assert portal.do("reviews", number=number) == []


def test_forced_colours_keep_every_mark(desk) -> None:
    page = desk(1)
    page.emulate_media(forced_colors="active")
    found = page.evaluate(
        """() => {
          const of = (selector) => getComputedStyle(document.querySelector(selector));
          const box = document.querySelector(".stage-overlay .box");
          const pressed = of(".thumb[aria-pressed=true]");
          return {
            box: box ? getComputedStyle(box).stroke : "none",
            ground: getComputedStyle(document.querySelector(".stage-overlay")).backgroundColor,
            pressed: pressed.outlineStyle,
            key: of("kbd").borderTopStyle,
            button: of(".btn-accept").borderTopStyle,
          };
        }"""
    )
    assert found["box"] not in ("none", found["ground"])
    assert (found["pressed"], found["key"], found["button"]) == ("solid", "solid", "solid")


def test_own_keys_act_and_the_view_stays(portal, visit, desk, look) -> None:
    page = desk(2)
    page.goto("/can-bo/duyet/phim/")
    page.locator("#key-plate").fill("t")
    page.locator("#key-tone").fill("b")
    page.locator("[name=keeps_view]").check()
    page.locator("form.own-keys .btn-primary").click()
    page.locator(".banner-ok").wait_for()
    look(page, "review-own-keys")
    try:
        page.goto(ADDRESS)
        settle(page)
        first = case_on(page)
        button = page.locator(".review-tools [data-key=plate]")
        assert re.search(r"\bT$", button.inner_text().strip())
        original = page.locator("[data-tone]").inner_text()
        page.keyboard.press("t")
        near = page.locator("[data-zoom]").inner_text()
        assert near != "100 %"
        page.keyboard.press("b")
        tone = page.locator("[data-tone]").inner_text()
        assert tone != original
        settle(page)
        page.keyboard.press("2")
        page.wait_for_function(
            "b => (document.querySelector('.review-strip .mono')?.textContent ?? '') !== b",
            arg=first,
        )
        assert page.locator("[data-tone]").inner_text() == tone
        assert page.locator("[data-zoom]").inner_text() == near
    finally:
        page.goto("/can-bo/duyet/phim/")
        page.locator("[name=reset]").click()
        page.locator(".banner-ok").wait_for()
