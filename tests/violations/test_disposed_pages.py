"""A closed case whose time has passed: its bytes go by night, and every page says so in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from cameras import custody
from cameras.models import Disposal, RetentionRule
from cameras.tasks import dispose_evidence
from tests.citizens import visits
from tests.journeys import START, World, case_at
from tests.violations.desk import clock, place, signed_in, texts
from violations.models import Violation

__all__ = ["clock", "place"]
pytestmark = pytest.mark.gate

#: After the last remedy, and a year of keeping.
LONG_AFTER = START + timedelta(days=1_200)


@pytest.fixture
def gone(place: World, clock: Any, django_capture_on_commit_callbacks: Any) -> Violation:
    """Return a closed case whose evidence the nightly task has disposed of."""
    case = case_at("closed", place)
    RetentionRule.objects.create(record_class="case", keep_days=365, basis="văn bản số 3 (mẫu)")
    for moment, goes in ((START + timedelta(days=360), False), (LONG_AFTER, True)):
        clock(moment)
        with django_capture_on_commit_callbacks(execute=True):
            dispose_evidence()
        assert storages["evidence"].exists(case.detection.delivery.kept_sha256) is not goes
    return case


def test_the_log_is_whole_and_names_the_ground(gone: Violation) -> None:
    custody.chain()
    assert custody.faults(at=LONG_AFTER + timedelta(days=1)) == []
    row = Disposal.objects.get(sha256=gone.detection.delivery.kept_sha256)
    assert (row.record_class, row.ground) == ("case", "case, 365 d: văn bản số 3 (mẫu)")


def test_the_officers_pages_say_when_it_went(place: World, gone: Violation) -> None:
    client = signed_in(place.reviewer)
    page = client.get(f"/can-bo/ho-so/{gone.number}/")
    assert page.status_code == 200
    assert page.context["disposed_at"] == LONG_AFTER
    assert "/nho/" not in page.content.decode()
    picture = client.get(f"/can-bo/anh/{gone.detection.evidence.first().pk}/")
    assert picture.status_code == 410
    pack = client.get(f"/can-bo/ho-so/{gone.number}/chung-cu.zip", follow=True)
    assert len(texts(pack)) == 1
    assert pack["Content-Type"].startswith("text/html")


def test_the_technicians_page_says_when_it_went(place: World, gone: Violation) -> None:
    there = reverse("admin:cameras_detection_change", args=[gone.detection_id])
    page = signed_in(place.technician).get(there)
    assert page.status_code == 200
    assert page.context["disposed_at"] == LONG_AFTER
    assert [one["url"] for one in page.context["pictures"]] == [""] * 3


def test_the_citizens_page_says_when_it_went(gone: Violation) -> None:
    browser = Client()
    page = visits.look_up(browser, gone)
    assert page.status_code == 200
    assert page.context["disposed_at"] == LONG_AFTER
    assert "/vu-viec/anh/" not in page.content.decode()
    assert browser.get("/vu-viec/anh/1/").status_code == 410
