"""What the tests of the review queue share: a verdict, a held case, looks and known cases to serve."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from tests.journeys import START, World, acting, case_at
from violations import review, review_queue
from violations.catalogue import rule_for
from violations.models import KnownCase, Lease, Officer, ReviewDecision, SecondLook, Violation

AT = START + timedelta(hours=1)
TAB, OTHER_TAB = uuid.UUID(int=1), uuid.UUID(int=2)


def never(n: int) -> int:
    """Draw so that no chance ever comes up."""
    return n - 1


def always(_n: int) -> int:
    """Draw so that every chance comes up."""
    return 0


def verdict(case: Violation, choice: str = "verify", **more: Any) -> review.Verdict:
    return review.Verdict(
        choice,
        rule=rule_for(case) if choice == "verify" else None,
        rejection_reason="no_violation" if choice == "reject" else "",
        viewed_files=("a",),
        visible_ms=3000,
        **more,
    )


def taken(person: Officer, at: datetime = AT, **how: Any) -> list[Lease]:
    """Take cases as the page does, with nothing left to chance."""
    return review_queue.take(acting(person), at=at, **({"tab": TAB, "draw": never} | how))


def decided(
    person: Officer, choice: str = "verify", at: datetime = AT, **how: Any
) -> ReviewDecision:
    """Take the next case and decide it."""
    lease = taken(person, at, **({"ahead": 0} | how))[0]
    return review.decide(
        lease.case_id, lease.token, verdict(lease.case, choice), by=acting(person), at=at
    )


def final(person: Officer, choice: str = "verify", at: datetime = AT, **how: Any) -> ReviewDecision:
    """Take the next case, decide it, and let the verdict take effect."""
    made = decided(person, choice, at, **how)
    assert review.finalise(made.pk, at=made.effective_at)
    made.refresh_from_db()
    return made


def verified_and_drawn(place: World, *, asked_at: datetime = AT) -> SecondLook:
    """Return a blind look that was drawn on a case the first reviewer verified."""
    case = case_at("verified", place)
    return SecondLook.objects.create(
        case=case,
        ground=SecondLook.Ground.SAMPLE,
        strata=["accepted"],
        is_blind=True,
        first_review=case.reviews.get(),
        asked_at=asked_at,
    )


def known_case(place: World, status: str = "owner_identified") -> KnownCase:
    """Return a settled case whose answer is known."""
    case = case_at(status, place)
    return KnownCase.objects.create(
        case=case,
        choice="verify",
        plate=case.plate,
        basis="hai cán bộ kết luận giống nhau",
        chosen_by=place.supervisor,
        chosen_at=AT,
        retires_on=(AT + timedelta(days=90)).date(),
    )
