"""Plates that no vehicle bears: whoever asks for one is told nothing, and staff is."""

from __future__ import annotations

import logging
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from citizens.canary_admin import CanaryPlateForm
from citizens.models import CanaryAlarm, CanaryPlate
from notices import register
from tests.citizens.conftest import english
from tests.citizens.visits import PLATE_SHOWN, case_at, search, text, without_token
from tests.violations.desk import signed_in

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

CANARY, CANARY_SHOWN, NOBODYS = "29A99917", "29A-999.17", "29A-999.18"


@pytest.fixture
def canary(place) -> CanaryPlate:
    """Lay a plate out."""
    user = place.auditor.user
    return CanaryPlate.objects.create(plate=CANARY, note="mẫu", made_by=user)


def asked(plate: str) -> tuple[str, int]:
    """Look a plate up; returns the page without what was typed, and how many questions it took."""
    with CaptureQueriesContext(connection) as queries:
        page = search(english(), plate)
    return without_token(page).replace(plate, "PLATE"), len(queries)


def test_who_asks_for_a_canary_sees_what_anybody_sees_of_a_plate_without_cases(canary):
    assert asked(CANARY_SHOWN) == asked(NOBODYS)
    assert [alarm.canary for alarm in CanaryAlarm.objects.all()] == [canary]


def test_a_code_tried_on_a_canary_raises_the_alarm_too_and_shows_nothing(canary):
    pages = []
    for plate in (CANARY_SHOWN, NOBODYS):
        tried = {"code": register.lookup_code(uuid.uuid4()), "plate": plate}
        with CaptureQueriesContext(connection) as queries:
            page = without_token(english().post("/tra-cuu/", tried))
        pages.append((page.replace(tried["code"], "").replace(plate, ""), len(queries)))
    assert pages[0] == pages[1]
    assert CanaryAlarm.objects.get().way == "code"


def test_the_alarm_names_no_address_and_is_told_once_by_the_log(canary, caplog):
    caplog.set_level(logging.WARNING, logger="citizens.statements")
    search(english(), CANARY_SHOWN, REMOTE_ADDR="203.0.113.7")
    assert len(bytes(CanaryAlarm.objects.get().network_digest)) == 32
    (said,) = (record.getMessage() for record in caplog.records)
    assert "canary" in said
    assert CANARY not in said
    assert "203.0" not in said


def test_a_canary_that_is_watched_no_longer_raises_nothing(canary):
    CanaryPlate.objects.update(is_watched=False)
    search(english(), CANARY_SHOWN)
    assert not CanaryAlarm.objects.exists()


def test_an_alarm_stays(canary):
    search(english(), CANARY_SHOWN)
    for act in (CanaryAlarm.objects.all().delete, lambda: CanaryAlarm.objects.update(way="code")):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_the_workbench_tells_who_may_read_of_it_and_nobody_else(canary, place):
    assert "Canary plates were" not in text(
        signed_in(place.auditor, headers={"accept-language": "en"}).get("/can-bo/")
    )
    search(english(), CANARY_SHOWN)
    for officer, is_told in ((place.auditor, True), (place.reviewer, False)):
        page = signed_in(officer, headers={"accept-language": "en"}).get("/can-bo/")
        assert ("Canary plates were asked for 1 times" in text(page)) == is_told


def test_a_plate_that_was_seen_on_a_road_is_no_canary(place):
    case_at("notified", place)
    for plate, is_right in ((PLATE_SHOWN, False), ("51K", False), (CANARY_SHOWN, True)):
        form = CanaryPlateForm({"plate": plate, "note": "mẫu"})
        assert form.is_valid() == is_right, plate
    assert form.cleaned_data["plate"] == CANARY
