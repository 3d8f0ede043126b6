"""An officer comes back from a delivery in person and writes down what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.keyboard import vi
from tests.scenery import picture

pytestmark = pytest.mark.gate


def test_an_officer_writes_down_a_delivery_that_failed_with_its_photograph(
    portal, visit, watch, look, tmp_path: Path
) -> None:
    number = portal.served.found(240)[0]["number"]
    delivery = portal.do("carry", number=number)
    page = visit("/can-bo/giao/", "bao")
    look(page, "deliveries-in-person")
    page.locator(f'a.btn[href$="/giao/{delivery}/"]').click()
    page.wait_for_url(f"**/giao/{delivery}/")
    page.get_by_role("link", name=vi("Could not be handed over")).click()
    look(page, "delivery-outcome")
    watch.expect("422")
    page.get_by_role("button", name=vi("Write down")).click()
    page.locator(".error-summary").wait_for()
    page.locator('input[name="reason"][value="moved"]').check()
    page.locator("#id_proof").fill("Xác nhận của Công an phường số 12")
    photo = tmp_path / "door.jpg"
    photo.write_bytes(picture("cửa nhà"))
    page.locator("#id_photograph").set_input_files(str(photo))
    page.get_by_role("button", name=vi("Write down")).click()
    page.locator(".outcome-photo img").wait_for()
    look(page, "delivery-settled")
    page.goto("/can-bo/giao/")
    assert not page.locator(f'a[href$="/giao/{delivery}/"]').count()
