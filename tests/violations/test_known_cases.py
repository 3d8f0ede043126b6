"""Cases with a known answer: chosen from settled ones, answered, and never felt by a citizen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client

from cameras.models import CustodyEvent
from tests.journeys import START, World, acting, case_at, officer, onward, registered, world
from tests.violations.looking_twice import answered, first, second, settled
from violations import accuracy_figures, accuracy_watch, actions, known_cases, quality
from violations.accuracy import Tally
from violations.guards import Refused
from violations.models import (
    KnownAnswer,
    KnownCase,
    Officer,
    SamplingChange,
    Violation,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATER = START + timedelta(days=7)


@pytest.fixture
def place(settings: Any) -> World:
    """Make a world in which every verdict is looked at again."""
    rates = {"accepted": 1000, "rejected": 1000}
    settings.REVIEW_SAMPLING = dict.fromkeys(settings.REVIEW_SAMPLING, 0) | rates
    return world()


def agreed(place: World, choice: str = "verify") -> Violation:
    case = case_at("detected", place)
    first(case, place.reviewer, choice)
    answered(case, place.second_reviewer, choice)
    return Violation.objects.get(pk=case.pk)


def chosen(place: World, case: Violation) -> KnownCase:
    return known_cases.choose(case.pk, by=acting(place.supervisor), at=LATER)


def answer(known: KnownCase, who: Officer, choice: str = "verify", **said: Any) -> KnownAnswer:
    given = second(known.case, who, choice, role="known", at=LATER, **said)
    with transaction.atomic():
        found = quality.answer_known_case(given, at=given.effective_at)
        given.state = "final"
        given.save(update_fields=["state"])
    return found


def third(place: World) -> Officer:
    return officer("ba", "Vũ Thị Ba", "Reviewing officer", place.unit)


def test_what_two_people_agreed_on_is_known(place: World) -> None:
    case = agreed(place)
    known = chosen(place, case)
    assert (known.choice, known.plate) == ("verify", case.plate)
    assert (known.retires_on - LATER.date()).days == 90
    assert known in known_cases.showable(at=LATER)


def test_what_a_third_person_settled_is_known_as_he_found_it(place: World) -> None:
    case = case_at("detected", place)
    first(case, place.reviewer)
    answered(case, place.second_reviewer, "reject", reason="no_violation")
    settled(place, case, upholds=False, rejection_reason="directed_by_officer")
    known = chosen(place, case)
    assert (known.choice, known.rejection_reason) == ("reject", "directed_by_officer")


def test_what_neither_officer_had_right_is_not_known(place: World) -> None:
    case = case_at("detected", place)
    first(case, place.reviewer)
    answered(case, place.second_reviewer, plate="30F99999")
    settled(place, case, upholds=False, rejection_reason="plate_unreadable")
    with pytest.raises(Refused):
        chosen(place, case)


def test_an_open_question_is_not_known(place: World) -> None:
    waiting = case_at("detected", place)
    first(waiting, place.reviewer)
    disputed = case_at("detected", place)
    first(disputed, place.reviewer)
    answered(disputed, place.second_reviewer, "reject")
    for case in (waiting, disputed):
        with pytest.raises(Refused):
            chosen(place, case)
    assert not known_cases.settled_looks().exists()


def test_a_case_is_chosen_once(place: World) -> None:
    case = agreed(place)
    chosen(place, case)
    with pytest.raises(Refused):
        chosen(place, case)


def test_only_a_supervisor_of_the_unit_chooses_and_retires(place: World) -> None:
    case = agreed(place)
    elsewhere = officer("vinh", "Phan Quốc Vinh", "Supervisor", place.other_unit)
    for who in (place.reviewer, place.leader, place.auditor, elsewhere):
        with pytest.raises(Refused):
            known_cases.choose(case.pk, by=acting(who), at=LATER)
    known = chosen(place, case)
    with pytest.raises(Refused):
        known_cases.retire(known.pk, by=acting(elsewhere), at=LATER)
    known_cases.retire(known.pk, by=acting(place.supervisor), at=LATER)
    assert known not in known_cases.showable(at=LATER)
    with pytest.raises(Refused):
        known_cases.retire(known.pk, by=acting(place.supervisor), at=LATER)


def test_a_case_whose_pictures_are_gone_is_neither_chosen_nor_shown(place: World) -> None:
    kept, gone = agreed(place), agreed(place)
    known = chosen(place, kept)
    for case in (kept, gone):
        CustodyEvent.objects.create(
            delivery=case.detection.delivery, action=CustodyEvent.Action.DISPOSED, at=LATER
        )
    with pytest.raises(Refused):
        chosen(place, gone)
    assert known not in known_cases.showable(at=LATER)


def test_after_a_quarter_a_case_is_shown_no_more(place: World) -> None:
    known = chosen(place, agreed(place))
    assert known in known_cases.showable(at=LATER + timedelta(days=89))
    assert known not in known_cases.showable(at=LATER + timedelta(days=90))


@pytest.mark.parametrize(
    ("said", "wrong_in"),
    [
        ({}, ""),
        ({"plate": "30F99999"}, "plate"),
        ({"choice": "reject"}, "choice"),
    ],
)
def test_an_answer_is_compared_with_what_is_known(
    place: World, said: dict[str, str], wrong_in: str
) -> None:
    known = chosen(place, agreed(place))
    found = answer(known, third(place), **said)
    assert (found.is_right, found.wrong_in) == (not wrong_in, wrong_in)


def test_a_known_rejection_is_right_with_a_reason_of_its_class(place: World) -> None:
    known = chosen(place, agreed(place, "reject"))
    person = third(place)
    assert answer(known, person, "reject", reason="directed_by_officer").is_right
    with pytest.raises(IntegrityError), transaction.atomic():
        answer(known, person, "reject")  # a known case is shown once to an officer


@pytest.mark.parametrize("status", ["verified", "notified", "rejected"])
def test_nothing_of_an_answer_on_a_known_case_reaches_anybody(place: World, status: str) -> None:
    case = agreed(place, "reject" if status == "rejected" else "verify")
    if status == "notified":
        at = case.created_at + timedelta(hours=2)
        actions.identify_owner(case.pk, registered(case), asked_at=at, at=at)
        case = onward(Violation.objects.get(pk=case.pk), "notified", place)
    known = chosen(place, case)
    stranger = Client()
    question = {"plate": case.plate, "vehicle_type": "car"}
    before = everything_of(case), stranger.post("/tra-cuu/bien-so/", question).status_code
    answer(known, third(place), "reject" if status != "rejected" else "verify")
    after = everything_of(case), stranger.post("/tra-cuu/bien-so/", question).status_code
    assert after == before
    assert Violation.objects.get(pk=case.pk).status == status


#: What an answer writes, besides which nothing of a case may change.
WRITTEN = {"violations.reviewdecision", "violations.knownanswer"}


def everything_of(case: Violation) -> dict[str, Any]:
    """Return every row of every table that points at a case, but those an answer writes."""
    found: dict[str, Any] = {"case": list(Violation.objects.filter(pk=case.pk).values())}
    for model in apps.get_models():
        if model._meta.label_lower in WRITTEN:
            continue
        for field in model._meta.fields:
            if field.is_relation and field.related_model is Violation:
                rows = model._default_manager.filter(**{field.name: case}).order_by("pk")
                found[f"{model._meta.label}.{field.name}"] = list(rows.values())
    assert {"violations.CaseEvent.case", "violations.AgencyMessage.case"} <= set(found)
    return found


# Accuracy, and what the portal does about it.


def answers(place: World, who: Officer, right: int, wrong: int) -> None:
    """Let an officer answer so many known cases."""
    known = chosen(place, agreed(place))
    for number in range(right + wrong):
        given = second(known.case, who, role="known", at=LATER)
        given.state = "final"
        given.save(update_fields=["state"])
        another = KnownCase.objects.create(
            case=case_at("detected", place, pictures=1),
            choice="verify",
            plate="x",
            basis="mẫu",
            chosen_by=place.supervisor,
            chosen_at=LATER,
            retires_on=(LATER + timedelta(days=90)).date(),
        )
        KnownAnswer.objects.create(
            known_case=another,
            review=given,
            officer=who,
            is_right=number < right,
            wrong_in="" if number < right else "choice",
            answered_at=LATER,
        )


def test_who_was_right_is_what_the_third_person_found(place: World) -> None:
    for upholds, reason in ((True, ""), (False, "no_violation"), (None, "")):
        case = case_at("detected", place)
        first(case, place.reviewer)
        answered(case, place.second_reviewer, "reject")
        if upholds is not None:
            settled(place, case, upholds=upholds, rejection_reason=reason)
    agreed(place)
    looks = accuracy_figures.blind_looks(place.unit, START, LATER)
    known = accuracy_figures.known_answers(place.unit, START, LATER)
    found = accuracy_figures.accuracy(looks, known, [place.reviewer, place.second_reviewer])
    assert found == {place.reviewer.pk: Tally(2, 3), place.second_reviewer.pk: Tally(2, 3)}
    assert accuracy_figures.agreement(looks, "case__violation_type") == {"red_light": Tally(1, 4)}


def test_sampling_rises_by_itself_once_where_accuracy_fell(place: World, settings: Any) -> None:
    low, high = third(place), officer("tu", "Tư", "Reviewing officer", place.unit)
    few = officer("nam", "Năm", "Reviewing officer", place.unit)
    answers(place, low, 25, 6)
    answers(place, high, 31, 0)
    answers(place, few, 3, 6)
    settings.REVIEW_SAMPLING = settings.REVIEW_SAMPLING | {"accepted": 50, "rejected": 20}
    at = LATER + timedelta(days=1)
    assert accuracy_watch.raise_sampling(place.unit, at=at) == [low]
    assert accuracy_watch.raise_everywhere(at=at) == 0
    changes = SamplingChange.objects.order_by("id")
    assert [(row.officer, row.stratum, row.per_mille, row.changed_by) for row in changes] == [
        (low, "accepted", 200, None),
        (low, "rejected", 200, None),
    ]
    assert changes[0].reason
    assert quality.rates_for(low)["accepted"] == 200
    assert quality.rates_for(high)["accepted"] == 50


def test_the_portal_never_lowers_a_rate_and_heeds_a_persons_change(
    place: World, settings: Any
) -> None:
    low = third(place)
    answers(place, low, 20, 12)
    assert accuracy_watch.raise_sampling(place.unit, at=LATER + timedelta(days=1)) == []  # 1000 ‰
    settings.REVIEW_SAMPLING = settings.REVIEW_SAMPLING | {"accepted": 50, "rejected": 20}
    SamplingChange.objects.create(
        unit=place.unit,
        officer=low,
        stratum="accepted",
        per_mille=80,
        reason="đã đào tạo lại",
        changed_by=place.supervisor,
        changed_at=LATER + timedelta(hours=1),
    )
    assert accuracy_watch.raise_sampling(place.unit, at=LATER + timedelta(days=1)) == []
