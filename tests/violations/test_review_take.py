"""Taking cases: the one on the screen and those behind it, in which order, for whom, how long."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.journeys import START, World, acting, case_at, officer, world
from tests.violations.reviewing import (
    AT,
    OTHER_TAB,
    TAB,
    always,
    decided,
    known_case,
    never,
    taken,
    verdict,
    verified_and_drawn,
)
from violations import review, review_candidates, review_queue
from violations.guards import Refused
from violations.models import Lease, Officer, ReviewDecision, SecondLook, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def place() -> World:
    return world()


def some(place: World, count: int, **claim: object) -> list[Violation]:
    return [case_at("detected", place, pictures=1, **claim) for _ in range(count)]


def test_one_case_is_on_the_screen_and_two_are_fetched_behind_it(place: World) -> None:
    cases = some(place, 4)
    held = taken(place.reviewer)
    assert [lease.case_id for lease in held] == [case.pk for case in cases[:3]]
    assert [lease.is_ahead for lease in held] == [False, True, True]
    assert held[0].expires_at == AT + 10 * MINUTE
    assert held[1].expires_at == AT + 3 * MINUTE


@pytest.mark.parametrize("waiting", [6, 30])
def test_the_next_case_costs_few_questions_however_many_wait(place: World, waiting: int) -> None:
    some(place, waiting)
    by = acting(place.reviewer)
    held = review_queue.take(by, tab=TAB, at=AT, draw=never)
    review_queue.release(by, token=held[0].token)
    with CaptureQueriesContext(connection) as queries:
        assert len(review_queue.take(by, tab=TAB, at=AT, draw=never)) == 3
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    # The line, what is held, second looks, find and lock, write; the next comes on the screen.
    assert len(asked) == 6, asked


def test_who_finds_a_case_that_was_just_leased_takes_another(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was free when the statement began may be held when the lock is won."""
    first, *others = some(place, 5)
    faster = officer("nhanh", "Cao Văn Nhanh", "Reviewing officer", place.unit)
    review_queue.take(acting(faster), tab=OTHER_TAB, at=AT, ahead=0, draw=never)
    assert Lease.objects.get(officer=faster).case_id == first.pk
    asked = iter([[first.pk]])
    found = review_candidates.lock_first_looks

    def late(officer: Officer, **how: Any) -> list[uuid.UUID]:
        return next(asked, None) or found(officer, **how)

    monkeypatch.setattr(review_candidates, "lock_first_looks", late)
    held = taken(place.reviewer)
    assert [lease.case_id for lease in held] == [case.pk for case in others[:3]]
    assert [lease.is_ahead for lease in held] == [False, True, True]
    assert Lease.objects.get(case=first).officer == faster


def test_taken_again_nothing_more_is_held_and_no_token_changes(place: World) -> None:
    some(place, 5)
    first = {(lease.case_id, lease.token) for lease in taken(place.reviewer)}
    again = taken(place.reviewer, AT + MINUTE)
    assert {(lease.case_id, lease.token) for lease in again} == first


def test_after_a_verdict_the_next_comes_on_the_screen_and_one_more_is_fetched(place: World) -> None:
    cases = some(place, 4)
    decided(place.reviewer, ahead=2)
    held = taken(place.reviewer, AT + MINUTE)
    assert [lease.case_id for lease in held] == [case.pk for case in cases[1:]]
    assert not held[0].is_ahead
    assert held[0].expires_at == AT + 11 * MINUTE, "its full time begins on the screen"


def test_a_case_fetched_ahead_has_its_full_time_once_promoted(place: World) -> None:
    some(place, 3)
    held = taken(place.reviewer)
    shown = review_queue.promote(
        acting(place.reviewer), tab=TAB, token=held[1].token, at=AT + MINUTE
    )
    assert (shown.case_id, shown.expires_at) == (held[1].case_id, AT + 11 * MINUTE)
    assert Lease.objects.get(is_ahead=False).case_id == shown.case_id, "one is on the screen"


def test_a_second_tab_takes_over_and_the_first_is_fenced_off(place: World) -> None:
    some(place, 3)
    old = taken(place.reviewer)
    new = taken(place.reviewer, AT + MINUTE, tab=OTHER_TAB)
    assert [lease.case_id for lease in new] == [lease.case_id for lease in old]
    assert not {lease.token for lease in new} & {lease.token for lease in old}
    by = acting(place.reviewer)
    with pytest.raises(Refused):
        review.decide(old[0].case_id, old[0].token, verdict(old[0].case), by=by, at=AT + MINUTE)
    with translation.override("en"), pytest.raises(Refused, match="another tab"):
        review_queue.beat(by, tab=TAB, at=AT + MINUTE, is_active=True)
    with pytest.raises(Refused):
        review_queue.promote(by, tab=TAB, token=old[1].token, at=AT + MINUTE)
    review_queue.release(by, tab=TAB)
    assert Lease.objects.count() == 3, "a tab that was taken over gives nothing back"
    assert review.decide(
        new[0].case_id, new[0].token, verdict(new[0].case), by=by, at=AT + MINUTE
    ).pk


def test_a_beat_keeps_what_is_held_while_somebody_acts(place: World) -> None:
    some(place, 3)
    taken(place.reviewer)
    by = acting(place.reviewer)
    later = AT + 2 * MINUTE
    assert review_queue.beat(by, tab=TAB, at=later, is_active=False) == AT + 10 * MINUTE
    assert set(Lease.objects.filter(is_ahead=True).values_list("expires_at", flat=True)) == {
        AT + 3 * MINUTE
    }
    review_queue.beat(by, tab=TAB, at=later, is_active=True)
    assert set(Lease.objects.filter(is_ahead=True).values_list("expires_at", flat=True)) == {
        later + 3 * MINUTE
    }


def test_a_beat_between_a_verdict_and_the_next_case_is_no_refusal(place: World) -> None:
    some(place, 3)
    decided(place.reviewer, ahead=2)
    by = acting(place.reviewer)
    later = AT + timedelta(seconds=5)
    assert review_queue.beat(by, tab=TAB, at=later, is_active=True) == later + 3 * MINUTE
    with pytest.raises(Refused):
        review_queue.beat(by, tab=TAB, at=AT + MINUTE, is_active=True)


def test_nobody_keeps_one_case_longer_than_ten_minutes_or_three_times_the_usual(
    place: World,
) -> None:
    some(place, 8)
    taken(place.reviewer)
    by = acting(place.reviewer)
    kept = review_queue.beat(by, tab=TAB, at=AT + 9 * MINUTE, is_active=True)
    assert kept == AT + 10 * MINUTE
    with pytest.raises(Refused):
        review_queue.beat(by, tab=TAB, at=AT + 10 * MINUTE, is_active=True)
    slow = AT + 20 * MINUTE
    for number in range(3):
        lease = taken(place.second_reviewer, slow + number * MINUTE, ahead=0)[0]
        long = review.Verdict("reject", rejection_reason="no_violation", visible_ms=300_000)
        review.decide(
            lease.case_id,
            lease.token,
            long,
            by=acting(place.second_reviewer),
            at=slow + number * MINUTE,
        )
    assert review_queue.longest_hold(place.second_reviewer) == 15 * MINUTE


def test_who_lost_the_role_takes_keeps_and_promotes_nothing(place: World) -> None:
    some(place, 2)
    held = taken(place.reviewer)
    place.reviewer.user.groups.clear()
    by = acting(place.reviewer)
    for act in (
        lambda: review_queue.take(by, tab=TAB, at=AT),
        lambda: review_queue.beat(by, tab=TAB, at=AT, is_active=True),
        lambda: review_queue.promote(by, tab=TAB, token=held[1].token, at=AT),
    ):
        with pytest.raises(Refused):
            act()
    review_queue.release_all(place.reviewer)
    assert not Lease.objects.exists()


def test_pause_gives_one_or_all_back_at_once(place: World) -> None:
    some(place, 3)
    held = taken(place.reviewer)
    by = acting(place.reviewer)
    review_queue.release(by, held[0].token)
    assert Lease.objects.count() == 2
    assert taken(place.second_reviewer, ahead=0)[0].case_id == held[0].case_id
    review_queue.release(by)
    assert not Lease.objects.filter(officer=place.reviewer).exists()


def test_a_supervisor_takes_a_case_back_with_a_reason(place: World) -> None:
    (case,) = some(place, 1)
    lease = taken(place.reviewer)[0]
    boss = acting(place.supervisor)
    for by, reason in ((acting(place.second_reviewer), "x"), (boss, " ")):
        with pytest.raises(Refused):
            review_queue.break_lease(case.pk, by=by, at=AT, reason=reason)
    review_queue.break_lease(case.pk, by=boss, at=AT, reason="cán bộ đã về")
    with pytest.raises(Refused):
        review.decide(case.pk, lease.token, verdict(case), by=acting(place.reviewer), at=AT)
    entry = LogEntry.objects.get(object_id=str(case.pk))
    assert (entry.user, "cán bộ đã về" in entry.change_message) == (place.supervisor.user, True)
    with pytest.raises(Refused):
        review_queue.break_lease(case.pk, by=boss, at=AT, reason="lần nữa")


def test_what_is_near_its_time_bar_goes_before_what_was_detected_earlier(place: World) -> None:
    (usual,) = some(place, 1)
    late = START - timedelta(days=270)  # brought in today, 95 days before its time bar
    found = case_at("detected", place, pictures=1, at=late)
    Violation.objects.filter(pk=found.pk).update(detected_on=usual.detected_on + timedelta(days=1))
    assert [lease.case_id for lease in taken(place.reviewer)] == [found.pk, usual.pk]


def test_a_case_opened_late_still_comes_by_its_day_of_detection(place: World) -> None:
    """A quarantined device was released: its cases are opened today, their ten days ran before."""
    usual, released = some(place, 2)
    Violation.objects.filter(pk=released.pk).update(
        detected_on=usual.detected_on - timedelta(days=8)
    )
    assert [lease.case_id for lease in taken(place.reviewer)] == [released.pk, usual.pk]


def test_a_case_past_its_time_bar_is_never_offered(place: World) -> None:
    some(place, 1)
    assert taken(place.reviewer, START + timedelta(days=365), ahead=0)
    review_queue.release_all(place.reviewer)
    assert not taken(place.reviewer, START + timedelta(days=366, hours=20), ahead=0)


def test_a_kind_chosen_gives_that_kind_alone_and_lets_the_others_go(place: World) -> None:
    some(place, 2)
    speeding = some(place, 1, kind="speed_over")[0]
    taken(place.reviewer)
    held = taken(place.reviewer, violation_type="speed_over")
    assert [lease.case_id for lease in held] == [speeding.pk]
    assert Lease.objects.count() == 1


def test_a_national_officer_takes_from_every_unit_oldest_first(place: World) -> None:
    older, newer = some(place, 2)
    Violation.objects.filter(pk=newer.pk).update(unit=place.other_unit)
    far = officer("xa", "Trịnh Văn Xa", "Reviewing officer", place.national)
    assert [lease.case_id for lease in taken(far)] == [older.pk, newer.pk]


def test_a_second_look_is_served_like_any_case_but_never_to_who_verified(place: World) -> None:
    look = verified_and_drawn(place)
    assert not taken(place.reviewer, draw=always)
    held = taken(place.second_reviewer)
    assert [(lease.case_id, lease.role) for lease in held] == [(look.case_id, "second")]
    made = review.decide(
        look.case_id,
        held[0].token,
        verdict(look.case),
        by=acting(place.second_reviewer),
        at=AT,
    )
    assert made.role == "second"
    review.undo(made.pk, by=acting(place.second_reviewer), at=AT)
    assert Lease.objects.get().role == "second", "undone, it is the same look again"


def test_second_looks_are_mixed_in_by_chance_and_first_when_they_have_waited(place: World) -> None:
    waiting = [verified_and_drawn(place).case_id for _ in range(2)]
    some(place, 3)
    eye = place.second_reviewer
    assert {lease.role for lease in taken(eye)} == {"first"}
    review_queue.release_all(eye)
    assert {lease.role for lease in taken(eye, draw=lambda n: 0 if n == 3 else n - 1)} == {
        "second",
        "first",
    }
    review_queue.release_all(eye)
    held = taken(eye, AT + timedelta(hours=2))
    assert [lease.case_id for lease in held[:2]] == waiting


def test_who_ever_looked_gets_no_second_look_and_neither_does_another_unit(place: World) -> None:
    look = verified_and_drawn(place)
    stranger = officer("bao", "Võ Quốc Bảo", "Reviewing officer", place.other_unit)
    assert not taken(stranger)
    Violation.objects.filter(pk=look.case_id).update(signed_by=place.second_reviewer)
    assert not taken(place.second_reviewer)
    Violation.objects.filter(pk=look.case_id).update(signed_by=None)
    SecondLook.objects.filter(pk=look.pk).update(is_blind=False, first_review=None)
    assert not taken(place.second_reviewer), "a look with open eyes is answered on the case page"


def test_a_known_case_is_mixed_in_at_its_rate_and_not_to_who_had_a_part(
    place: World, settings: object
) -> None:
    settings.REVIEW_SAMPLING = {"known": 15}  # type: ignore[attr-defined]
    known = known_case(place)
    some(place, 3)
    eye = place.second_reviewer
    assert {lease.role for lease in taken(eye, draw=lambda n: 15 if n == 1000 else n - 1)} == {
        "first"
    }
    review_queue.release_all(eye)
    held = taken(eye, draw=lambda n: 14 if n == 1000 else n - 1)
    assert [(lease.role, lease.case_id == known.case_id) for lease in held] == [
        ("known", True),
        ("first", False),
        ("first", False),
    ]
    review_queue.release_all(eye)
    assert {lease.role for lease in taken(place.reviewer, draw=always)} == {"first"}, "verified it"


def test_a_retired_known_case_is_served_no_more(place: World, settings: object) -> None:
    settings.REVIEW_SAMPLING = {"known": 1000}  # type: ignore[attr-defined]
    known = known_case(place)
    known.retires_on = AT.date()
    known.save(update_fields=["retires_on"])
    assert not taken(place.second_reviewer)


def test_the_figures_say_what_is_free_what_others_hold_and_when_it_falls_free(place: World) -> None:
    cases = some(place, 6)
    taken(place.second_reviewer, ahead=1)
    decided(place.reviewer, ahead=0)
    figures = review_queue.figures(place.reviewer, at=AT)
    assert (figures.waiting, figures.free, figures.held) == (6, 3, 2)
    assert figures.next_free == AT + 3 * MINUTE
    assert figures.oldest == cases[0].created_at
    assert review_queue.figures(place.reviewer, violation_type="speed_over", at=AT).waiting == 0
    assert ReviewDecision.objects.count() == 1
