"""Own history: what became of a verdict, and withdrawing it until something rests on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from tests.journeys import World, acting, case_at, onward, registered, world
from tests.violations import oracle
from tests.violations.reviewing import AT, decided, final, known_case, taken, verdict
from violations import actions, quality, review, review_history, second_looks
from violations.guards import Refused
from violations.models import (
    CaseEvent,
    Lease,
    Party,
    ReviewDecision,
    SecondLook,
    Violation,
)

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

LATER = AT + timedelta(hours=1)


@pytest.fixture
def place() -> World:
    return world()


def outcomes(place: World) -> list[tuple[str, bool]]:
    past = review_history.last(acting(place.reviewer), at=LATER)
    return [(each.outcome, each.can_be_withdrawn) for each in past]


def withdraw(made: ReviewDecision, place: World, reason: str = "nhìn nhầm đèn") -> None:
    review_history.withdraw(made.pk, reason=reason, by=acting(place.reviewer), at=LATER)


def test_a_verification_withdrawn_leaves_the_case_as_it_was_opened(place: World) -> None:
    case = case_at("detected", place, plate="30F12345")
    lease = taken(place.reviewer)[0]
    asked = verdict(case, plate="30F12346", plate_colour="yellow")
    by = acting(place.reviewer)
    made = review.decide(case.pk, lease.token, asked, by=by, at=AT)
    assert review.finalise(made.pk, at=made.effective_at)
    assert Violation.objects.get(pk=case.pk).plate == "30F12346"
    withdraw(made, place)
    found = Violation.objects.get(pk=case.pk)
    assert (found.status, found.verified_by, found.rule) == ("detected", None, None)
    assert (found.plate, found.plate_display, found.plate_colour) == (
        case.plate,
        case.plate_display,
        case.plate_colour,
    )
    event = CaseEvent.objects.filter(case=case).latest("sequence")
    assert (event.step, event.reason) == ("withdraw_verdict", "nhìn nhầm đèn")
    assert event.facts == {"review": made.pk, "choice": "verify"}
    assert not oracle.illegal(case.pk)
    assert taken(place.second_reviewer, LATER)[0].case_id == case.pk, "it waits in the queue again"


def test_a_rejection_withdrawn_lets_its_clocks_run_again(place: World) -> None:
    case = case_at("detected", place)
    before = dict(case.deadlines.values_list("name", "due_on"))
    made = final(place.reviewer, "reject")
    assert not case.deadlines.filter(met_on__isnull=True).exists()
    withdraw(made, place)
    running = case.deadlines.filter(met_on__isnull=True)
    assert dict(running.values_list("name", "due_on")) == before
    assert Violation.objects.get(pk=case.pk).rejection_reason == ""
    assert not oracle.illegal(case.pk)
    again = final(place.reviewer, "verify", LATER)
    assert Violation.objects.get(pk=case.pk).status == "verified"
    with pytest.raises(Refused):
        withdraw(made, place)
    assert outcomes(place) == [("final", True), ("withdrawn", False)]
    assert again.pk != made.pk


def test_the_owner_whom_the_register_named_goes_with_the_verdict(place: World) -> None:
    case = case_at("detected", place)
    made = final(place.reviewer)
    actions.identify_owner(case.pk, registered(case), asked_at=AT, at=AT + timedelta(minutes=1))
    withdraw(made, place)
    assert not Party.objects.filter(case=case).exists()
    assert case.events.latest("sequence").facts["owner"] == "removed"
    case.refresh_from_db()
    onward(case, "notified", place)


def drawn(case: Violation, made: ReviewDecision) -> None:
    """Draw a blind second look at a verdict."""
    SecondLook.objects.create(
        case=case,
        ground="sample",
        strata=["accepted"],
        is_blind=True,
        first_review=made,
        asked_at=AT,
    )


def test_an_open_look_goes_with_the_verdict_and_its_officer_is_fenced_off(place: World) -> None:
    case = case_at("detected", place)
    made = final(place.reviewer)
    drawn(case, made)
    lease = taken(place.second_reviewer)[0]
    assert lease.role == "second"
    assert outcomes(place) == [("final", True)], "nobody learns that a look was drawn"
    withdraw(made, place)
    assert not SecondLook.objects.exists()
    assert not Lease.objects.exists()
    assert case.events.latest("sequence").facts["looks"][0]["strata"] == ["accepted"]
    with pytest.raises(Refused):
        review.decide(case.pk, lease.token, verdict(case), by=acting(place.second_reviewer), at=AT)


def answered_look(case: Violation, made: ReviewDecision, place: World) -> None:
    second_looks.ask_second_look(
        case.pk, ground="officer", note="biển số", by=acting(place.reviewer), at=AT
    )
    second_looks.look_again(
        case.pk, agrees=True, finding="đúng", by=acting(place.second_reviewer), at=AT
    )


def proposed(case: Violation, made: ReviewDecision, place: World) -> None:
    onward(case, "owner_identified", place)
    actions.propose_notice(case.pk, by=acting(place.reviewer), at=AT)


def returned(case: Violation, made: ReviewDecision, place: World) -> None:
    proposed(case, made, place)
    actions.return_draft(case.pk, "TB0173", by=acting(place.leader), at=AT, reason="sửa")


def notified(case: Violation, made: ReviewDecision, place: World) -> None:
    onward(case, "notified", place)


def being_looked_at(case: Violation, made: ReviewDecision, place: World) -> None:
    drawn(case, made)
    decided(place.second_reviewer, at=LATER)


@pytest.mark.parametrize("rests", [answered_look, proposed, returned, notified, being_looked_at])
def test_a_verdict_on_which_something_rests_is_not_withdrawn(rests: object, place: World) -> None:
    case = case_at("detected", place)
    made = final(place.reviewer)
    rests(Violation.objects.get(pk=case.pk), made, place)  # type: ignore[operator]
    events = CaseEvent.objects.count()
    assert outcomes(place) == [("final", False)]
    with pytest.raises(Refused):
        withdraw(made, place)
    assert CaseEvent.objects.count() == events


def test_without_a_reason_the_role_or_the_time_nothing_is_withdrawn(place: World) -> None:
    case_at("detected", place)
    made = final(place.reviewer)
    with pytest.raises(Refused):
        withdraw(made, place, " ")
    with pytest.raises(Refused):
        review_history.withdraw(
            made.pk, reason="x", by=acting(place.reviewer), at=AT + timedelta(days=400)
        )
    with pytest.raises(ReviewDecision.DoesNotExist):
        review_history.withdraw(made.pk, reason="x", by=acting(place.second_reviewer), at=LATER)
    place.reviewer.user.groups.clear()
    with pytest.raises(Refused):
        withdraw(made, place)


def test_a_known_case_refuses_in_the_words_of_any_other_and_is_not_touched(
    place: World, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.REVIEW_SAMPLING = {"known": 1000}  # type: ignore[attr-defined]
    known = known_case(place)
    monkeypatch.setattr(quality, "answer_known_case", lambda _review, *, at: None)
    made = final(place.second_reviewer)
    assert made.role == "known"
    mine = acting(place.second_reviewer)
    past = review_history.last(mine, at=LATER)
    with translation.override("en"), pytest.raises(Refused, match="gone on since"):
        review_history.withdraw(made.pk, reason="x", by=mine, at=LATER)
    assert [(each.outcome, bool(each.against)) for each in past] == [("final", True)]
    assert Violation.objects.get(pk=known.case_id).status == "owner_identified"


def test_the_history_tells_undone_refused_and_pending_apart(place: World) -> None:
    for _ in range(3):
        case_at("detected", place)
    by = acting(place.reviewer)
    review.undo(decided(place.reviewer).pk, by=by, at=AT)
    first = final(place.reviewer, "reject")
    pending = decided(place.reviewer, at=AT + timedelta(minutes=1))
    assert outcomes(place) == [("pending", False), ("final", True), ("undone", False)]
    assert first.pk < pending.pk
