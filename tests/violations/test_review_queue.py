"""The queue: one officer a case, a fence for late answers, ten seconds to think again."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection

from tests.journeys import START, acting, case_at, officer, world
from tests.violations.reviewing import verdict
from violations import review
from violations.guards import Refused
from violations.models import CaseEvent, Lease, ReviewDecision, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

AT = START + timedelta(hours=1)


def test_two_officers_never_hold_one_case() -> None:
    place = world()
    cases = {case_at("detected", place).pk for _ in range(2)}
    first = review.lease_next(acting(place.reviewer), at=AT)
    second = review.lease_next(acting(place.second_reviewer), at=AT)
    assert first is not None
    assert second is not None
    assert {first.case_id, second.case_id} == cases
    assert review.lease_next(acting(place.reviewer), at=AT) == first, "his own lease comes back"


def test_the_oldest_case_comes_first_and_only_of_the_own_unit() -> None:
    place = world()
    older = case_at("detected", place)
    case_at("detected", place, at=START + timedelta(minutes=5))
    stranger = officer("bao", "Võ Quốc Bảo", "Reviewing officer", place.other_unit)
    assert review.lease_next(acting(stranger), at=AT) is None
    lease = review.lease_next(acting(place.reviewer), at=AT)
    assert lease is not None
    assert lease.case_id == older.pk


def test_an_expired_lease_goes_to_the_next_and_the_late_answer_is_fenced_off() -> None:
    place = world()
    case = case_at("detected", place)
    lease = review.lease_next(acting(place.reviewer), at=AT)
    assert lease is not None
    later = AT + timedelta(minutes=11)
    taken = review.lease_next(acting(place.second_reviewer), at=later)
    assert taken is not None
    with pytest.raises(Refused):
        review.decide(case.pk, lease.token, verdict(case), by=acting(place.reviewer), at=later)
    review.decide(case.pk, taken.token, verdict(case), by=acting(place.second_reviewer), at=later)
    assert ReviewDecision.objects.count() == 1


def test_a_double_click_is_one_decision() -> None:
    place = world()
    case = case_at("detected", place)
    by = acting(place.reviewer)
    lease = review.lease_next(by, at=AT)
    assert lease is not None
    first = review.decide(case.pk, lease.token, verdict(case), by=by, at=AT)
    assert review.decide(case.pk, lease.token, verdict(case), by=by, at=AT) == first


def test_nothing_is_verified_before_the_ten_seconds_are_over_and_undo_leaves_no_event() -> None:
    place = world()
    case = case_at("detected", place)
    by = acting(place.reviewer)
    lease = review.lease_next(by, at=AT)
    assert lease is not None
    decided = review.decide(case.pk, lease.token, verdict(case), by=by, at=AT)
    assert not review.finalise(decided.pk, at=AT + timedelta(seconds=9))
    assert review.lease_next(acting(place.second_reviewer), at=AT) is None, "it waits for its undo"
    review.undo(decided.pk, by=by, at=AT + timedelta(seconds=9))
    assert not review.finalise(decided.pk, at=AT + timedelta(seconds=60))
    assert Violation.objects.get(pk=case.pk).status == "detected"
    assert not CaseEvent.objects.filter(case=case, step="verify").exists()
    assert Lease.objects.get(case=case).officer == place.reviewer


def test_after_ten_seconds_it_takes_effect_once_and_cannot_be_undone() -> None:
    place = world()
    case = case_at("detected", place)
    by = acting(place.reviewer)
    lease = review.lease_next(by, at=AT)
    assert lease is not None
    decided = review.decide(case.pk, lease.token, verdict(case, "reject"), by=by, at=AT)
    after = AT + timedelta(seconds=10)
    assert review.finalise_due(at=after) == 1
    assert review.finalise_due(at=after) == 0
    found = Violation.objects.get(pk=case.pk)
    assert (found.status, found.rejection_reason) == ("rejected", "no_violation")
    with pytest.raises(Refused):
        review.undo(decided.pk, by=by, at=after)


def test_a_role_withdrawn_within_the_ten_seconds_stops_the_decision() -> None:
    place = world()
    case = case_at("detected", place)
    by = acting(place.reviewer)
    lease = review.lease_next(by, at=AT)
    assert lease is not None
    decided = review.decide(case.pk, lease.token, verdict(case), by=by, at=AT)
    place.reviewer.user.groups.clear()
    assert not review.finalise(decided.pk, at=AT + timedelta(seconds=10))
    decided.refresh_from_db()
    assert decided.state == "refused"
    assert decided.refusal
    assert Violation.objects.get(pk=case.pk).status == "detected"
    place.second_reviewer.user.groups.set(Group.objects.filter(name="Reviewing officer"))
    again = review.lease_next(acting(place.second_reviewer), at=AT + timedelta(minutes=1))
    assert again is not None, "the case waits in the queue again"


def test_rejecting_for_another_reason_needs_its_words() -> None:
    place = world()
    case = case_at("detected", place)
    by = acting(place.reviewer)
    lease = review.lease_next(by, at=AT)
    assert lease is not None
    for reason, note in (("other", " "), ("", ""), ("because", "x")):
        wrong = review.Verdict("reject", rejection_reason=reason, note=note)
        with pytest.raises(Refused):
            review.decide(case.pk, lease.token, wrong, by=by, at=AT)
    assert not ReviewDecision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_officers_take_eight_cases_at_once_without_overlap() -> None:
    place = world()
    people = [
        officer(f"duyet{number}", f"Cán bộ {number}", "Reviewing officer", place.unit)
        for number in range(8)
    ]
    for _ in range(8):
        case_at("detected", place)
    actors = [acting(person) for person in people]
    barrier = threading.Barrier(8)
    taken = []

    def take(number: int) -> None:
        try:
            barrier.wait(timeout=20)
            lease = review.lease_next(actors[number], at=AT)
            taken.append(lease.case_id if lease else None)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    held = [case for case in taken if case is not None]
    assert len(taken) == 8, "nobody met an error"
    assert len(held) == len(set(held)), "nobody shares a case"
    assert len(held) >= 6, "who finds every free case locked comes back empty and asks again"
