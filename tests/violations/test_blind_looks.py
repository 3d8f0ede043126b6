"""Blind second looks: drawn with the verdict, answered without sight of it, settled by a third."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import override

from tests.journeys import World, acting, case_at, officer, onward, registered, world
from tests.violations.looking_twice import answered, first, second, settled
from violations import actions, quality, review_history, second_looks
from violations.guards import Refused
from violations.models import (
    CaseEvent,
    Draft,
    Officer,
    Party,
    ReviewDecision,
    SecondLook,
    Violation,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture
def place(settings: Any) -> World:
    """Make a world in which every verdict is looked at again."""
    rates = {"accepted": 1000, "rejected": 1000}
    settings.REVIEW_SAMPLING = dict.fromkeys(settings.REVIEW_SAMPLING, 0) | rates
    return world()


def fresh(case: Violation) -> Violation:
    return Violation.objects.get(pk=case.pk)


def steps(case: Violation) -> list[str]:
    return list(case.events.order_by("sequence").values_list("step", flat=True))


def verified_and_drawn(place: World, **claim: Any) -> Violation:
    case = case_at("detected", place, **claim)
    assert first(case, place.reviewer) is not None
    return fresh(case)


def rejected_and_drawn(place: World, reason: str = "no_violation") -> Violation:
    case = case_at("detected", place)
    assert first(case, place.reviewer, "reject", reason=reason) is not None
    return fresh(case)


def owned(case: Violation) -> Violation:
    at = case.created_at + timedelta(minutes=6)
    actions.identify_owner(case.pk, registered(case), asked_at=at, at=at)
    return fresh(case)


def test_a_drawn_look_is_a_step_of_the_history_and_says_why(place: World) -> None:
    case = verified_and_drawn(place)
    look = SecondLook.objects.get(case=case)
    assert (look.ground, look.strata, look.is_blind) == ("risk", ["accepted"], True)
    assert look.first_review.officer == place.reviewer
    event = case.events.latest("sequence")
    assert event.step == "draw_second_look"
    assert event.facts == {"look": look.pk, "ground": "risk", "strata": ["accepted"]}


def test_with_the_rates_at_nothing_nobody_looks_again(place: World, settings: Any) -> None:
    settings.REVIEW_SAMPLING = dict.fromkeys(settings.REVIEW_SAMPLING, 0)
    case = case_at("detected", place)
    assert first(case, place.reviewer, draw=lambda below: 0) is None
    assert "draw_second_look" not in steps(case)


def test_what_is_drawn_by_chance_is_a_sample(place: World, settings: Any) -> None:
    settings.REVIEW_SAMPLING = settings.REVIEW_SAMPLING | {"accepted": 50}
    drawn_one = first(case_at("detected", place), place.reviewer, draw=lambda below: 0)
    assert drawn_one is not None
    assert drawn_one.ground == "sample"
    assert first(case_at("detected", place), place.reviewer) is None


def test_a_corrected_plate_and_points_at_stake_are_seen_in_the_verdict(
    place: World, settings: Any
) -> None:
    every = dict.fromkeys(settings.REVIEW_SAMPLING, 1000)
    settings.REVIEW_SAMPLING = every
    settings.REVIEW_NEW_OFFICER_CASES = settings.REVIEW_NEW_DEVICE_CASES = 0
    case = case_at("detected", place)
    look = first(case, place.reviewer, plate="30F99999")
    assert look is not None
    assert look.strata == ["accepted", "plate_corrected", "licence_at_stake"]


def test_a_new_officer_and_a_new_camera_are_watched_until_they_are_not(
    place: World, settings: Any
) -> None:
    rates = {"new_officer": 1000, "new_device": 1000}
    settings.REVIEW_SAMPLING = dict.fromkeys(settings.REVIEW_SAMPLING, 0) | rates
    settings.REVIEW_NEW_OFFICER_CASES, settings.REVIEW_NEW_DEVICE_CASES = 2, 1
    found = [first(case_at("detected", place), place.reviewer) for _each in range(3)]
    assert [look.strata if look else [] for look in found] == [
        ["new_officer", "new_device"],
        ["new_officer"],
        [],
    ]


def test_nothing_goes_out_until_the_second_pair_of_eyes_agrees(place: World) -> None:
    case = owned(verified_and_drawn(place))
    at = case.created_at + timedelta(hours=3)
    with override("en"), pytest.raises(Refused, match="not closed yet") as refusal:
        actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)
    assert "second look" not in str(refusal.value)
    look = answered(case, place.second_reviewer)
    assert look.agrees is True
    assert fresh(case).second_looked_by == place.second_reviewer
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=at)


@pytest.mark.parametrize(
    ("said", "agrees"),
    [
        ({"choice": "verify"}, True),
        ({"choice": "verify", "plate": "30F99999"}, False),
        ({"choice": "reject"}, False),
    ],
)
def test_the_second_verdict_is_compared_with_the_first(
    place: World, said: dict[str, str], agrees: bool
) -> None:
    case = verified_and_drawn(place)
    look = answered(case, place.second_reviewer, **said)
    assert look.agrees is agrees
    assert look.review.officer == look.looked_by == place.second_reviewer
    assert fresh(case).beside.second_look == ("agreed" if agrees else "disagreed")
    assert fresh(case).status == "verified"


@pytest.mark.parametrize(
    ("reason", "agrees"),
    [("no_violation", True), ("priority_vehicle", True), ("plate_unreadable", False)],
)
def test_rejections_agree_when_their_reasons_are_of_one_class(
    place: World, reason: str, agrees: bool
) -> None:
    case = rejected_and_drawn(place)
    look = answered(case, place.second_reviewer, "reject", reason=reason)
    assert look.agrees is agrees
    assert fresh(case).status == "rejected"


def test_nobody_answers_a_blind_look_at_his_own_verdict(place: World) -> None:
    for case in (verified_and_drawn(place), rejected_and_drawn(place)):
        before = CaseEvent.objects.count()
        with pytest.raises(Refused):
            answered(case, place.reviewer)
        assert CaseEvent.objects.count() == before
        assert SecondLook.objects.get(case=case).looked_at is None


def test_a_blind_look_is_not_answered_on_the_case_page(place: World) -> None:
    case = verified_and_drawn(place)
    for has_decided in (False, True):  # a verdict that still waits in the queue changes nothing
        if has_decided:
            second(case, place.second_reviewer)
        with override("en"), pytest.raises(Refused, match="No second look is asked for"):
            second_looks.look_again(
                case.pk,
                agrees=True,
                finding="rõ",
                by=acting(place.second_reviewer),
                at=case.created_at + timedelta(hours=1),
            )
    assert SecondLook.objects.get(case=case).looked_at is None


def test_a_verdict_without_a_look_to_answer_is_refused_in_words(place: World) -> None:
    case = case_at("verified", place)
    SecondLook.objects.all().delete()
    given = second(case, place.second_reviewer)
    with transaction.atomic(), override("en"), pytest.raises(Refused, match="No second look"):
        quality.answer_blind_look(given, at=given.effective_at)


def test_only_a_supervisor_settles_and_only_one_who_has_no_part(place: World) -> None:
    case = verified_and_drawn(place)
    answered(case, place.second_reviewer, "reject")
    third = officer("ba", "Vũ Thị Ba", "Reviewing officer", place.unit)
    for who in (third, place.leader, place.reviewer, place.second_reviewer):
        with pytest.raises(Refused):
            second_looks.adjudicate(
                case.pk, upholds=True, finding="rõ", by=acting(who), at=case.created_at
            )
    settled(place, case, upholds=True)
    assert fresh(case).adjudicated_by == place.supervisor


def test_a_rejection_upheld_stays_a_rejection(place: World) -> None:
    case = rejected_and_drawn(place)
    answered(case, place.second_reviewer)
    settled(place, case, upholds=True)
    assert fresh(case).status == "rejected"
    assert steps(case)[-2:] == ["look_again", "adjudicate"]
    assert not case.deadlines.filter(met_on__isnull=True).exists()


def test_a_rejection_found_wrong_comes_back_and_new_eyes_decide(place: World) -> None:
    case = rejected_and_drawn(place)
    ends = dict(case.deadlines.values_list("name", "due_on"))
    answered(case, place.second_reviewer)
    settled(place, case, upholds=False)
    back = fresh(case)
    assert (back.status, back.rejection_reason) == ("detected", "")
    assert dict(back.deadlines.filter(met_on__isnull=True).values_list("name", "due_on")) == ends
    place.supervisor.user.groups.add(Group.objects.get(name="Reviewing officer"))
    at = case.created_at + timedelta(hours=3)
    for who in (place.reviewer, place.second_reviewer, place.supervisor):
        with pytest.raises(AssertionError, match=r"khác|another"):
            first(back, who, at=at)
        ReviewDecision.objects.filter(state="pending").delete()
    fourth = officer("ba", "Vũ Thị Ba", "Reviewing officer", place.unit)
    first(back, fourth, at=at)
    assert fresh(case).status == "verified"
    assert fresh(case).beside.second_look == "open"  # the new verdict is looked at like any other


def test_a_case_that_came_back_goes_on_without_the_old_disagreement(
    place: World, settings: Any
) -> None:
    case = rejected_and_drawn(place)
    answered(case, place.second_reviewer)
    settled(place, case, upholds=False)
    settings.REVIEW_SAMPLING = dict.fromkeys(settings.REVIEW_SAMPLING, 0)
    fourth = officer("ba", "Vũ Thị Ba", "Reviewing officer", place.unit)
    first(fresh(case), fourth, at=case.created_at + timedelta(hours=3))
    case = owned(fresh(case))
    actions.propose_notice(
        case.pk, by=acting(place.reviewer), at=case.created_at + timedelta(hours=4)
    )


def test_another_plate_found_right_sends_the_case_back_without_the_wrong_owner(
    place: World,
) -> None:
    case = owned(verified_and_drawn(place))
    assert Party.objects.filter(case=case).exists()
    answered(case, place.second_reviewer, plate="30F99999")
    settled(place, case, upholds=False)
    back = fresh(case)
    assert back.status == "detected"
    assert (back.verified_by, back.rule, back.plate) == (
        None,
        None,
        back.detection.plate_normalised,
    )
    assert not Party.objects.filter(case=case).exists()
    assert not Draft.objects.filter(case=case, state="proposed").exists()


def test_a_verification_found_wrong_is_rejected_for_its_reason(place: World) -> None:
    case = verified_and_drawn(place)
    answered(case, place.second_reviewer, "reject")
    settled(place, case, upholds=False, rejection_reason="no_violation")
    assert (fresh(case).status, fresh(case).rejection_reason) == ("rejected", "no_violation")


def test_a_register_that_differs_asks_no_second_question_of_a_case_in_question(
    place: World,
) -> None:
    case = owned(verified_and_drawn(place, vehicle_make="Nhãn A"))
    look = SecondLook.objects.get(case=case)
    assert look.is_blind
    assert "register_differs" in look.strata
    answered(case, place.second_reviewer)
    actions.propose_notice(
        case.pk, by=acting(place.reviewer), at=case.created_at + timedelta(hours=4)
    )


# Everybody and everything in one person: the database still says no.

COLUMNS = ("verified_by", "second_looked_by", "adjudicated_by", "signed_by")


@pytest.fixture
def almighty(place: World) -> Officer:
    """Give the first reviewer every role there is, every permission, and a superuser's account."""
    person = place.reviewer
    person.user.groups.set(Group.objects.all())
    person.user.is_superuser = True
    person.user.save()
    return person


def test_one_person_with_every_role_is_refused_in_words(place: World, almighty: Officer) -> None:
    case = verified_and_drawn(place)
    with pytest.raises(Refused):
        answered(case, almighty)
    answered(case, place.second_reviewer, "reject")
    with pytest.raises(Refused):
        second_looks.adjudicate(
            case.pk, upholds=True, finding="rõ", by=acting(almighty), at=case.created_at
        )
    settled(place, case, upholds=True)
    case = owned(fresh(case))
    at = case.created_at + timedelta(hours=5)
    actions.propose_notice(case.pk, by=acting(place.second_reviewer), at=at)
    with pytest.raises(Refused):
        actions.sign_notice(case.pk, by=acting(almighty), at=at)
    assert fresh(case).signed_by is None


@pytest.mark.parametrize("column", COLUMNS[1:])
def test_one_person_with_every_role_is_refused_by_the_database_itself(
    place: World, almighty: Officer, column: str
) -> None:
    case = verified_and_drawn(place)
    assert fresh(case).verified_by == almighty
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
    assert getattr(fresh(case), column) is None


def test_one_person_with_every_role_does_not_settle_what_he_looked_at(
    place: World, almighty: Officer
) -> None:
    case = verified_and_drawn(place)
    answered(case, place.second_reviewer, "reject")
    look = SecondLook.objects.get(case=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondLook.objects.filter(pk=look.pk).update(
            adjudicated_by=place.second_reviewer, adjudicated_at=look.looked_at, upholds=True
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Violation.objects.filter(pk=case.pk).update(adjudicated_by=almighty)


@pytest.mark.parametrize(
    ("column", "value"),
    [("viewing", "'{}'"), ("viewed_files", "'[]'"), ("visible_ms", "1"), ("choice", "'reject'")],
)
def test_what_was_on_the_screen_stays_as_it_was(place: World, column: str, value: str) -> None:
    case = verified_and_drawn(place)
    given = second(case, place.second_reviewer)
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE violations_reviewdecision SET {column} = {value} WHERE id = %s", [given.pk]
        )
    kept = ReviewDecision.objects.get(pk=given.pk)
    assert kept.viewing == {"frames": [{"sha256": "x", "ms": 3000, "zoom": 2}]}


def test_a_withdrawn_verdict_does_not_shake_off_its_second_look(
    place: World, settings: Any
) -> None:
    case = case_at("verified", place)
    made = ReviewDecision.objects.get(case=case)
    at = made.effective_at
    review_history.withdraw(made.pk, reason="nhầm xe", by=acting(place.reviewer), at=at)
    assert not SecondLook.objects.exists()
    settings.REVIEW_SAMPLING = {"flagged": 1000}
    onward(fresh(case), "verified", place)
    assert SecondLook.objects.get().strata == ["flagged"]
