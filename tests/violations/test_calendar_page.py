"""The pages that correct the calendar and record an evasion, as people use them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from notices.models import CalendarChange, CalendarDay
from tests.journeys import World, case_at
from tests.violations.desk import clock, place, signed_in
from violations.models import Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

ADD = "/quan-tri/notices/calendarday/add/"


def posted(place: World, address: str, **filled: str) -> Any:
    form = {"reason": "Nghỉ bão (mẫu)", "instrument": "15/CĐ-MAU ngày 14/10/2026"} | filled
    return signed_in(place.administrator).post(address, form)


def test_a_day_off_added_by_hand_moves_the_clock_and_is_kept(place: World, clock: Any) -> None:
    case = case_at("recorded", place)
    clock(case.created_at + timedelta(days=2))
    assert posted(place, ADD, on="2026-10-20", nature="closed").status_code == 302
    assert Violation.objects.get(pk=case.pk).decision_due_on == date(2026, 10, 23)
    kept = CalendarChange.objects.get()
    assert kept.changed_by == place.administrator.user.full_name
    assert kept.instrument == "15/CĐ-MAU ngày 14/10/2026"


def test_a_day_is_taken_out_by_a_change_not_by_deletion(place: World, clock: Any) -> None:
    clock(case_at("detected", place).created_at)
    posted(place, ADD, on="2026-10-20", nature="closed")
    change = "/quan-tri/notices/calendarday/2026-10-20/change/"
    assert posted(place, change, nature="plain").status_code == 302
    assert not CalendarDay.objects.filter(on=date(2026, 10, 20)).exists()
    assert CalendarChange.objects.count() == 2
    delete = "/quan-tri/notices/calendarday/2026-11-24/delete/"
    assert signed_in(place.administrator).post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("day", "nature"),
    [
        pytest.param("2026-10-17", "closed", id="a Saturday is closed anyway"),
        pytest.param("2026-10-20", "working", id="a Tuesday is worked anyway"),
        pytest.param("2026-10-20", "plain", id="nothing would change"),
    ],
)
def test_a_change_of_nothing_is_refused(place: World, day: str, nature: str) -> None:
    assert posted(place, ADD, on=day, nature=nature).status_code == 200
    assert not CalendarChange.objects.exists()
