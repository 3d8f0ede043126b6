"""A detection below the evidence floor is held, and released by a technician on a ground."""

import pytest

from tests.browser.keyboard import press

pytestmark = pytest.mark.gate


def test_a_held_detection_is_released_on_a_ground(portal, visit, look, watch) -> None:
    held = portal.do("deliver", camera="CAM-0412", pictures=1, known=False)[0]
    page = visit("/can-bo/", "tuan")
    press(page, page.locator(".next-work a"))
    page.wait_for_url("**/quan-tri/cameras/detection/**")
    look(page, "detections-held")
    page.locator(f"#result_list a[href*='{held['detection']}']").first.click()
    page.locator("#release_ground").wait_for()
    look(page, "detection-held")
    watch.expect("409")
    page.locator("button[value=release]").click()  # without a ground
    page.locator("main .banner-bad, .workspace-messages .banner-bad").first.wait_for()
    look(page, "detection-refused")
    page.locator("#release_ground").select_option("pictures_suffice")
    page.locator("#note").fill("một ảnh đủ rõ (mẫu)")
    page.locator("button[value=release]").click()
    page.locator("#release_ground").wait_for(state="detached")
    page.goto(f"/quan-tri/cameras/detection/{held['detection']}/change/")
    assert page.locator("#release_ground").count() == 0, "both ways are final"
    look(page, "detection-released")
    assert portal.do("case_of", detection=held["detection"])
