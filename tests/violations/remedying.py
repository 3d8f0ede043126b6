"""What the tests of remedies share: moments, a superior, and a complaint at a given stage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import translation

from tests.journeys import World, acting, officer
from violations import complaints
from violations.guards import VIET_NAM
from violations.models import Complaint, Violation

RECEIVED = date(2026, 10, 20)


@pytest.fixture
def english() -> Iterator[None]:
    """Let refusals speak English, so that a test can say which one it means."""
    with translation.override("en"):
        yield


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=VIET_NAM)


def superior(place: World) -> Any:
    """Make the department's director, who is above the head of an office."""
    return officer(
        "director", "Vũ Hải Nam", "Signing leader", place.national, "department_director"
    )


def complain(case: Violation, place: World, on: date = RECEIVED, **more: Any) -> Complaint:
    return complaints.receive_complaint(
        case.pk,
        received_on=on,
        content="Tôi không điều khiển xe tại thời điểm đó.",
        by=acting(place.reviewer),
        at=noon(on),
        **more,
    )


def accept(case: Violation, by: Any, on: date, **more: Any) -> Any:
    return complaints.accept_complaint(case.pk, by=acting(by), at=noon(on), **more)


def talk(case: Violation, place: World, called_on: date, held_on: date) -> None:
    complaints.hold_dialogue(
        case.pk,
        called_on=called_on,
        held_on=held_on,
        minutes="Biên bản đối thoại số 1",
        by=acting(place.reviewer),
        at=noon(held_on),
    )


def decide(case: Violation, by: Any, on: date, outcome: str = "dismissed") -> Any:
    return complaints.decide_complaint(
        case.pk, outcome=outcome, findings="Ảnh ghi rõ biển số.", by=acting(by), at=noon(on)
    )


def due(case: Violation, name: str) -> date:
    return case.deadlines.get(name=name).due_on


def runs(case: Violation, name: str) -> bool:
    return case.deadlines.filter(name=name, met_on__isnull=True).exists()
