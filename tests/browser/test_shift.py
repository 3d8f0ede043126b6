"""A shift of thirty cases by keyboard alone; what goes wrong in one loses and doubles nothing."""

from __future__ import annotations

import statistics

import pytest

from tests.browser.keyboard import case_on, settle, verdicts, vi

pytestmark = pytest.mark.gate

CASES = 30
NEXT = "before => (document.querySelector('.review-strip .mono')?.textContent ?? '') !== before"


def press_and_go_on(page, key: str) -> str:
    """Press one key and wait until another case stands; returns the number decided on."""
    before = case_on(page)
    settle(page)
    page.keyboard.press(key)
    page.wait_for_function(NEXT, arg=before)
    return before


@pytest.fixture(autouse=True)
def _colleagues_have_gone(portal):
    """Who brings other tests' cases to the decision reviews in the same queue; let them finish."""
    portal.served.found(240)


@pytest.fixture
def queue(portal):
    """Thirty red lights wait in Ho Chi Minh City."""
    return [
        case["number"] for case in portal.do("deliver", camera="CAM-0227", count=CASES, known=False)
    ]


def test_a_shift_of_thirty_cases_by_keyboard(portal, visit, watch, queue) -> None:
    page = visit("/can-bo/duyet/?loai=red_light", "bao")
    swaps: list[float] = []
    decided: dict[str, str] = {}
    undone = ""
    while case_on(page):  # and what earlier tests have left behind
        number = len(decided)
        if number == 5 and not undone:
            undone = press_and_go_on(page, "2")
            page.keyboard.press("Control+z")
            page.wait_for_function(
                "number => document.querySelector('.review-strip .mono')?.textContent === number",
                arg=undone,
            )
        key = "6" if number % 3 == 2 else "h" if number % 10 == 9 else "Enter"
        decided[press_and_go_on(page, key)] = key
        swap = page.locator("main.review").get_attribute("data-swap-ms")
        if swap:
            swaps.append(float(swap))
    assert set(queue) <= set(decided)
    for number, key in decided.items():
        last = verdicts(portal, number, 2 if number == undone else 1)[-1]
        wanted = "reject picture_or_camera_fault" if key == "6" else "verify"
        assert last.startswith(wanted), f"{number}: {last}"
    assert portal.do("reviews", number=undone)[0] == "reject no_violation undone"
    assert len(swaps) > CASES // 2, "most cases were there before they were needed"
    print(f"swap in the page: median {statistics.median(swaps)} ms of {len(swaps)}")


def test_the_line_is_cut_in_the_middle_of_a_verdict(portal, visit, watch) -> None:
    portal.do("deliver", camera="CAM-0227", count=3, known=False)
    page = visit("/can-bo/duyet/?loai=red_light", "bao")
    settle(page)
    page.wait_for_timeout(1500)  # the cases behind are here
    first = case_on(page)
    watch.expect("ERR_FAILED")
    watch.expect("Failed to fetch")
    page.route("**/duyet/quyet-dinh/", lambda route: route.abort())
    page.locator("#note").focus()
    page.keyboard.type("xe đi sau che khuất")
    page.keyboard.press("Escape")
    settle(page)
    page.keyboard.press("2")
    page.locator("[data-told]").filter(
        has_text=vi("Connection lost, not recorded. The case is still on the screen.")
    ).wait_for()
    assert case_on(page) == first
    assert page.locator("#note").input_value() == "xe đi sau che khuất"
    assert portal.do("reviews", number=first) == []
    page.unroute("**/duyet/quyet-dinh/")
    while case_on(page):
        press_and_go_on(page, "2")
    assert len(verdicts(portal, first)) == 1


def test_a_second_tab_takes_over_and_an_undo_outlives_a_reload(portal, visit, watch) -> None:
    portal.do("deliver", camera="CAM-0227", count=2, known=False)
    page = visit("/can-bo/duyet/?loai=red_light", "bao")
    first = press_and_go_on(page, "2")
    page.locator("#undo").wait_for()
    page.reload()
    settle(page)
    page.keyboard.press("Control+z")
    page.wait_for_function(
        "number => document.querySelector('.review-strip .mono')?.textContent === number",
        arg=first,
    )
    assert portal.do("reviews", number=first) == ["reject no_violation undone"]
    watch.expect("409")
    other = visit("/can-bo/duyet/?loai=red_light", "bao")
    settle(other)
    page.bring_to_front()
    page.keyboard.press("2")
    page.locator("[data-told]").wait_for()
    assert portal.do("reviews", number=first) == ["reject no_violation undone"]
    while case_on(other):
        press_and_go_on(other, "2")
