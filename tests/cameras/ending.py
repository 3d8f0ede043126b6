"""What the tests of retention share: rules, cases played by hand, and a disposal that commits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cameras import disposal, evidence, retention
from cameras.models import Detection, RetentionRule
from cameras.retention import Ended
from tests.cameras.factories import AT

DAYS = 30
#: A month and a bit after everything in these tests came, and ended.
LATER = AT + timedelta(days=DAYS + 2)
FIRST_DAY = AT.date()


@pytest.fixture
def ended(monkeypatch):
    """Play the cases: detection to why it is needed no longer; what is not named has no case."""
    answers: dict = {}
    monkeypatch.setattr(
        retention, "_holders", [lambda ids, at: {pk: answers[pk] for pk in ids if pk in answers}]
    )
    return answers


def rule(record_class: str, days: int = DAYS) -> RetentionRule:
    made, _created = RetentionRule.objects.update_or_create(
        record_class=record_class,
        defaults={"keep_days": days, "basis": "Quy định số 01 (mẫu)"},
    )
    return made


def rules(*classes: str) -> None:
    for record_class in classes or RetentionRule.RecordClass.values:
        rule(record_class)


def closed(answers: dict, detection: Detection, on: date = FIRST_DAY) -> Detection:
    answers[detection.pk] = Ended("case", on)
    return detection


def stored(sha256: str) -> bool:
    return evidence.store().exists(sha256)


def dispose(capture, at=LATER):
    with capture(execute=True):
        return disposal.dispose(at=at)
