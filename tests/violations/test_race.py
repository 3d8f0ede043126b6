"""Two leaders, one case: four threads sign the same five decisions at once.

With the row lock exactly five decisions come out, numbered 1 to 5. The second test takes the lock
away and sees the same race go wrong, which proves that the first can fail.
"""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, models

from notices.models import Notice
from tests.journeys import acting, case_at, officer, world
from violations import explanations, sanctions
from violations.models import CaseEvent, Decision, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]


def sign_from_four_threads() -> tuple[int, list[str]]:
    """Return how many signatures went through, and the kinds of failure."""
    place = world()
    leaders = [place.leader] + [
        officer(
            f"leader{number}", f"Lãnh đạo {number}", "Signing leader", place.unit, "office_head"
        )
        for number in range(3)
    ]
    cases = [case_at("recorded", place) for _ in range(5)]
    at = cases[-1].created_at + timedelta(days=2)
    for case in cases:
        explanations.waive_explanation(case.pk, proof="đơn", by=acting(place.reviewer), at=at)
        sanctions.propose_decision(case.pk, by=acting(place.reviewer), at=at)
    actors = [acting(leader) for leader in leaders]
    barrier = threading.Barrier(4)
    signed: list[int] = []
    failures: list[str] = []

    def sign_all(number: int) -> None:
        try:
            for case in cases:
                barrier.wait(timeout=20)
                try:
                    sanctions.sign_decision(case.pk, by=actors[number], at=at)
                    signed.append(number)
                except Exception as failure:  # every kind is counted below
                    failures.append(type(failure).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_all, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return len(signed), failures


def test_four_threads_sign_five_cases_exactly_once_each() -> None:
    signed, failures = sign_from_four_threads()
    assert signed == 5
    assert failures == ["Refused"] * 15
    assert Decision.objects.count() == 5
    numbers = Notice.objects.filter(kind="MQD02").order_by("number")
    assert list(numbers.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert CaseEvent.objects.filter(step="sign_decision").count() == 5
    assert set(Violation.objects.values_list("status", flat=True)) == {"decided"}


def test_without_the_row_lock_the_same_race_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every thread is refused in words any more: the database's constraints have to step in."""
    monkeypatch.setattr(
        models.query.QuerySet, "select_for_update", lambda self, *_args, **_kwargs: self
    )
    _signed, failures = sign_from_four_threads()
    assert set(failures) - {"Refused"}
