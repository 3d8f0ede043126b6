"""The technician's pages of devices: list, one device, its profile, its alarms, the map."""

import pytest

pytestmark = pytest.mark.gate


def test_a_technician_looks_after_the_devices(portal, visit, look, watch) -> None:
    page = visit("/quan-tri/cameras/device/", "tuan")
    page.locator("#result_list").wait_for()
    look(page, "devices")
    page.locator("#result_list a.code").first.click()
    page.locator(".spark, .state").first.wait_for()
    look(page, "device")
    watch.expect("409")
    page.locator("button[value=pause]").click()  # without a reason
    page.locator("main .banner-bad").wait_for()
    page.locator("#reason").fill("LSC-07/2026, lau ống kính (mẫu)")
    page.locator("button[value=work_order]").click()
    page.locator(".messages .banner, .messages > *").first.wait_for()
    page.locator(".work-head a.btn").first.click()
    page.locator("#settings").wait_for()
    page.locator("#settings").fill('{"group_seconds": 25}')
    page.locator("main #reason").fill("đợi đủ ảnh (mẫu)")
    page.locator("form:has(#settings) .btn-primary").click()
    page.locator(".difference ins").first.wait_for()
    assert page.locator("form[action*='approve']").count() == 0, "another person approves"
    look(page, "device-profile")
    page.goto("/quan-tri/cameras/devicealarm/")
    look(page, "device-alarms")
    page.goto("/quan-tri/cameras/ban-do/")
    page.locator("svg.map").first.wait_for()
    look(page, "device-map")
    page.locator("td a, th a[href*='ban-do']").last.click()
    page.locator(".province-here").first.wait_for()
    look(page, "device-map-province")
