"""Four people also where the first verdict was a rejection, and what goes with an overturned one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.journeys import World, acting, case_at, officer
from tests.violations.looking_twice import answered, first, second, settled
from tests.violations.test_blind_looks import (
    COLUMNS,
    almighty,
    fresh,
    owned,
    place,
    rejected_and_drawn,
    verified_and_drawn,
)
from violations import charges, review_history
from violations.models import Officer, PenaltyRule, ReviewDecision, SecondLook, Violation

__all__ = ["almighty", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def test_who_rejects_is_written_on_the_case_and_goes_with_the_verdict(place: World) -> None:
    case = rejected_and_drawn(place)
    assert (case.rejected_by, case.verified_by) == (place.reviewer, None)
    answered(case, place.second_reviewer)
    settled(place, case, upholds=False)
    assert fresh(case).rejected_by is None


def test_a_withdrawn_rejection_leaves_nobody_who_rejected(place: World) -> None:
    case = rejected_and_drawn(place)
    made = ReviewDecision.objects.get(case=case)
    review_history.withdraw(
        made.pk, reason="nhầm xe", by=acting(place.reviewer), at=made.effective_at
    )
    assert fresh(case).rejected_by is None


@pytest.mark.parametrize("column", COLUMNS)
def test_who_rejected_takes_no_other_part_says_the_database(
    place: World, almighty: Officer, column: str
) -> None:
    case = rejected_and_drawn(place)
    assert case.rejected_by == almighty
    with pytest.raises(IntegrityError), transaction.atomic():
        Violation.objects.filter(pk=case.pk).update(**{column: almighty})
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE violations_violation SET {column}_id = %s WHERE id = %s",
            [almighty.pk, case.pk],
        )


@pytest.mark.parametrize("make", [verified_and_drawn, rejected_and_drawn])
def test_the_look_itself_is_kept_from_who_gave_the_verdict(
    place: World, almighty: Officer, make: Any
) -> None:
    case = make(place)
    look = SecondLook.objects.get(case=case)
    at = case.created_at + timedelta(hours=1)
    with pytest.raises(IntegrityError, match="of their own"), transaction.atomic():
        SecondLook.objects.filter(pk=look.pk).update(looked_by=almighty, looked_at=at, agrees=True)
    SecondLook.objects.filter(pk=look.pk).update(
        looked_by=place.second_reviewer, looked_at=at, agrees=False
    )
    with pytest.raises(IntegrityError, match="of their own"), transaction.atomic():
        SecondLook.objects.filter(pk=look.pk).update(
            adjudicated_by=almighty, adjudicated_at=at, upholds=True
        )


@pytest.mark.parametrize("make", [verified_and_drawn, rejected_and_drawn])
def test_a_look_is_answered_by_a_verdict_of_who_looked_on_that_case(
    place: World, make: Any
) -> None:
    case, other = make(place), case_at("detected", place)
    look = SecondLook.objects.get(case=case)
    at = case.created_at + timedelta(hours=1)
    third = officer("ba", "Vũ Thị Ba", "Reviewing officer", place.unit)
    elsewhere = second(other, place.second_reviewer)
    for given, who in ((elsewhere, place.second_reviewer), (second(case, third), third)):
        looked_by = place.second_reviewer if who is third else who
        with pytest.raises(IntegrityError, match="of who looked"), transaction.atomic():
            SecondLook.objects.filter(pk=look.pk).update(
                review=given, looked_by=looked_by, looked_at=at, agrees=True
            )


def test_what_was_charged_on_an_overturned_verdict_is_withdrawn_with_it(place: World) -> None:
    case = owned(verified_and_drawn(place))
    at = case.created_at + timedelta(minutes=30)
    other = next(
        rule
        for rule in PenaltyRule.objects.exclude(pk=case.rule_id)
        if charges.why_not_chargeable(rule, case, None) is None
    )
    charges.add_act(case.pk, other.pk, note="ảnh 2: không đội mũ", by=acting(place.reviewer), at=at)
    Violation.objects.filter(pk=case.pk).update(quantity=2)
    answered(case, place.second_reviewer, plate="30F99999")
    settled(place, case, upholds=False)
    back = fresh(case)
    assert (back.status, back.quantity) == ("detected", None)
    assert back.further_acts.get().withdrawn_at is not None
    assert back.events.latest("sequence").facts["acts_withdrawn"] == [other.code]
    assert back.beside.acts == ()


def test_a_settling_officer_is_looked_at_by_chance(place: World, settings: Any) -> None:
    rates = {"new_officer": 1000, "settling_officer": 200}
    settings.REVIEW_SAMPLING = dict.fromkeys(settings.REVIEW_SAMPLING, 0) | rates
    settings.REVIEW_NEW_OFFICER_CASES, settings.REVIEW_NEW_DEVICE_CASES = 1, 0
    found = [
        first(case_at("detected", place), place.reviewer, draw=draw)
        for draw in (lambda below: 999, lambda below: 199, lambda below: 199)
    ]
    assert [look.strata if look else [] for look in found] == [
        ["new_officer"],
        ["settling_officer"],
        [],
    ]
