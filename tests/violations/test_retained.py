"""Which evidence cases still need, and since when they need it no longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cameras import retention
from cameras.models import RetentionRule
from cameras.retention import Ended
from tests.journeys import START, World, acting, case_at, detection, world
from tests.violations.moves import MOVES
from violations import retained
from violations.guards import day_in_viet_nam
from violations.models import CaseDeadline, Complaint, Lawsuit, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

YEARS_LATER = START + timedelta(days=5 * 365)


@pytest.fixture
def place() -> World:
    return world()


def said(case: Violation, at=YEARS_LATER):
    return retained.cases_of([case.detection_id], at)[case.detection_id]


@pytest.mark.parametrize(
    "status",
    ["detected", "verified", "owner_identified", "notified", "recorded", "decided", "served"],
)
def test_a_case_on_its_road_needs_its_evidence(place: World, status: str) -> None:
    assert said(case_at(status, place)) is None


def test_a_detection_without_a_case_is_not_spoken_of(place: World) -> None:
    assert retained.cases_of([detection(place).pk], YEARS_LATER) == {}


def test_a_closed_case_needs_its_evidence_while_it_can_be_contested(place: World) -> None:
    case = case_at("closed", place)
    last = max(
        case.deadlines.filter(name__in=retained.CONTESTABLE, met_on=None).values_list(
            "due_on", flat=True
        )
    )
    assert last > case.closed_on
    midday = START.replace(year=last.year, month=last.month, day=last.day)
    assert said(case, midday) is None
    assert said(case, midday + timedelta(days=1)) == Ended("case", case.closed_on)


def test_a_complaint_or_a_lawsuit_holds_it_whatever_the_periods(place: World) -> None:
    case = case_at("closed", place)
    CaseDeadline.objects.filter(case=case).update(met_on=case.closed_on)
    assert said(case) is not None
    complaint = Complaint.objects.create(
        case=case, level=1, received_on=case.closed_on, content="mẫu"
    )
    assert said(case) is None
    Complaint.objects.filter(pk=complaint.pk).update(state="withdrawn")
    assert said(case) is not None
    Lawsuit.objects.create(case=case, court="Tòa (mẫu)", docket="1", filed_on=case.closed_on)
    assert said(case) is None


def test_a_rejected_case_is_of_its_own_class(place: World) -> None:
    case = case_at("detected", place)
    MOVES["reject"](case, acting(place.reviewer), case.created_at + timedelta(minutes=5))
    case.refresh_from_db()
    assert case.status == "rejected"
    ended = said(case)
    assert ended == Ended("rejected", day_in_viet_nam(case.events.latest("at").at))


def test_the_portal_asks_the_cases_before_it_disposes_of_anything(place: World) -> None:
    assert retained.cases_of in retention._holders
    case = case_at("served", place)
    RetentionRule.objects.create(record_class="case", keep_days=1, basis="mẫu")
    assert retention.classify(case.detection.delivery, at=YEARS_LATER) == []
    assert retention.due(at=YEARS_LATER) == []
    closed = case_at("closed", place)
    CaseDeadline.objects.filter(case=closed).update(met_on=closed.closed_on)
    assert [item.row.pk for item in retention.due(at=YEARS_LATER)] == [closed.detection.delivery_id]
