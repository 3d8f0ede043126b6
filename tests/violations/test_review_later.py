"""Putting a case off: the budget, the conflict of interest, and what others are offered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.journeys import World, acting, case_at, world
from tests.violations.reviewing import AT, final, known_case, taken, verified_and_drawn
from violations import review_later
from violations.guards import Refused
from violations.models import Lease, ReviewPostponement, Violation

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


@pytest.fixture
def place() -> World:
    return world()


def put_off(place: World, lease: Lease, reason: str = "ask", at: object = AT) -> ReviewPostponement:
    return review_later.postpone(
        lease.case_id,
        lease.token,
        reason=reason,
        note=" hỏi đội ",
        by=acting(place.reviewer),
        at=at,
    )


def test_a_case_put_off_goes_to_others_and_comes_back_in_four_hours(place: World) -> None:
    case = case_at("detected", place)
    made = put_off(place, taken(place.reviewer)[0])
    assert (made.reason, made.note, made.role) == ("ask", "hỏi đội", "first")
    assert not taken(place.reviewer, AT + timedelta(hours=3, minutes=59))
    assert taken(place.second_reviewer)[0].case_id == case.pk
    Lease.objects.all().delete()
    assert taken(place.reviewer, AT + timedelta(hours=4))[0].case_id == case.pk


def test_who_knows_the_person_never_sees_the_case_again_and_needs_no_budget(place: World) -> None:
    for _ in range(7):
        case_at("detected", place, pictures=1)
    for _ in range(5):
        put_off(place, taken(place.reviewer)[0])
    assert put_off(place, taken(place.reviewer)[0], "conflict").until_at > AT + timedelta(days=9999)
    with pytest.raises(Refused):
        put_off(place, taken(place.reviewer)[0])


def test_five_at_a_time_or_one_in_ten_of_the_shift(place: World) -> None:
    for _ in range(8):
        case_at("detected", place, pictures=1)
    assert review_later.left(place.reviewer, at=AT) == 5
    off = [put_off(place, taken(place.reviewer)[0]) for _ in range(5)]
    assert review_later.left(place.reviewer, at=AT) == 0
    final(place.second_reviewer, "reject")
    assert review_later.left(place.reviewer, at=AT) == 1, "what another has decided counts no more"
    assert Violation.objects.get(pk=off[0].case_id).status == "rejected"
    assert review_later.left(place.reviewer, at=AT + timedelta(hours=4)) == 5


def test_an_old_token_or_no_reason_is_refused(place: World) -> None:
    case_at("detected", place)
    lease = taken(place.reviewer)[0]
    with pytest.raises(Refused):
        put_off(place, lease, "lười")
    with pytest.raises(Refused):
        put_off(place, lease, at=AT + timedelta(minutes=11))
    put_off(place, lease)
    with pytest.raises(Refused):
        put_off(place, lease)
    assert ReviewPostponement.objects.count() == 1


def test_second_looks_and_known_cases_are_put_off_alike(place: World, settings: object) -> None:
    settings.REVIEW_SAMPLING = {"known": 1000}  # type: ignore[attr-defined]
    look, known = verified_and_drawn(place), known_case(place)
    held = {lease.role: lease for lease in taken(place.second_reviewer, ahead=1)}
    assert {role: lease.case_id for role, lease in held.items()} == {
        "known": known.case_id,
        "second": look.case_id,
    }
    for lease in held.values():
        review_later.postpone(
            lease.case_id,
            lease.token,
            reason="film",
            note="",
            by=acting(place.second_reviewer),
            at=AT,
        )
    assert not taken(place.second_reviewer)
