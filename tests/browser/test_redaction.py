"""An officer covers part of a picture with the mouse and with the keys alone; what is sent is stored."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gate

ROWS = """() => Array.from(document.querySelectorAll("[data-rows] [data-row]"))
  .map((row) => Array.from(row.querySelectorAll("input")).map((input) => Number(input.value)))"""


@pytest.fixture
def page(portal, visit):
    """Open the page of the first picture of a case that has just come."""
    case = portal.do("deliver", camera="CAM-0227")[0]
    opened = visit(f"/can-bo/ho-so/{case['number']}/", "bao")
    opened.locator('a[href$="/che-mo/"]').first.click()
    opened.wait_for_url("**/che-mo/")
    return opened


def test_rectangles_are_drawn_moved_and_stored(page, look) -> None:
    assert page.evaluate(ROWS) == []
    _draw(page, (0.6, 0.5), (0.7, 0.7))
    assert page.evaluate(ROWS) == [[60, 50, 10, 20]]
    for key in ("ArrowRight", "Shift+ArrowDown", "Control+ArrowLeft"):
        page.keyboard.press(key)
    assert page.evaluate(ROWS) == [[60.9, 50, 10, 21]]
    _draw(page, (0.65, 0.6), (0.55, 0.6))  # begun inside it: it moves
    [moved] = page.evaluate(ROWS)
    assert moved[0] == pytest.approx(50.9, abs=0.2)
    assert moved[1:] == [50, 10, 21]

    page.locator("[data-add]").focus()
    page.keyboard.press("Enter")
    for _ in range(60):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(ROWS)[1] == [90, 45, 10, 10]  # it stops at the edge
    look(page, "redaction")
    page.locator("[data-remove]").last.focus()
    page.keyboard.press("Enter")
    assert len(page.evaluate(ROWS)) == 1

    page.locator("#reason").focus()
    page.keyboard.type("nguoi di bo (mau)")
    page.keyboard.press("Enter")
    page.wait_for_url("**/che-mo/?xem=ban-sao")
    assert page.evaluate(ROWS) == [moved]
    page.wait_for_function("() => Array.from(document.images).every((image) => image.naturalWidth)")
    look(page, "redaction-copy")


def test_without_a_script_the_numbers_alone_do_it(page, visit) -> None:
    plain = visit(page.url, "bao", java_script_enabled=False)
    assert plain.locator("[data-rows] [data-row]").count() == 3
    for side, value in {"x": "10", "y": "20,5", "w": "30", "h": "5"}.items():
        plain.locator(f'[data-rows] input[name="{side}"]').first.fill(value)
    plain.locator("#reason").fill("người đi bộ (mẫu)")
    plain.locator("main form .btn-primary").click()
    plain.wait_for_url("**/che-mo/?xem=ban-sao")
    page.reload()
    assert page.evaluate(ROWS) == [[10, 20.5, 30, 5]]


def _draw(page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press, move and let go, in shares of the picture."""
    box = page.locator("[data-stage]").bounding_box()
    points = [
        (box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        for across, down in (start, end)
    ]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=5)
    page.mouse.up()
