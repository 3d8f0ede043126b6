"""The nightly check of stored bytes reaches the evidence of open cases, and of those alone."""

from datetime import timedelta

import pytest

from cameras import rehashing
from tests.journeys import START, case_at, world
from violations.open_evidence import open_detections

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def test_the_evidence_of_open_cases_is_checked_every_night():
    place = world()
    open_case, ended = case_at("notified", place), case_at("closed", place)
    assert [row["detection_id"] for row in open_detections()] == [open_case.detection_id]
    checked = {file.detection_id for file in rehashing.open_files()}
    assert open_case.detection_id in checked
    assert ended.detection_id not in checked
    rows = rehashing.rehash(at=START + timedelta(days=1), share_per_mille=0)
    assert sum(row.checked for row in rows) == open_case.detection.evidence.count()
