"""What the tests of quality share: first verdicts that take effect, and blind second ones."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.journeys import World, acting
from violations import quality, review
from violations.catalogue import rule_for
from violations.guards import Refused
from violations.models import Lease, Officer, ReviewDecision, SecondLook, Violation


def never(below: int) -> int:
    """Draw the highest number there is: nothing is drawn by chance."""
    return below - 1


def first(
    case: Violation,
    officer: Officer,
    choice: str = "verify",
    *,
    plate: str = "",
    reason: str = "no_violation",
    at: datetime | None = None,
    draw: Callable[[int], int] = never,
) -> SecondLook | None:
    """Let a first verdict take effect, draw, and return the look that it led to, if any."""
    at = at or case.created_at + timedelta(minutes=5)
    lease = Lease.objects.create(
        case=case, officer=officer, acquired_at=at, expires_at=at + timedelta(minutes=10)
    )
    verdict = review.Verdict(
        choice,
        rule=rule_for(case) if choice == "verify" else None,
        plate=plate,
        rejection_reason="" if choice == "verify" else reason,
        viewed_files=("x",),
        visible_ms=3000,
    )
    decided = review.decide(case.pk, lease.token, verdict, by=acting(officer), at=at)
    rates = settings.REVIEW_SAMPLING
    if not case.second_looks.filter(looked_at__isnull=True).exists():
        rates = dict.fromkeys(rates, 0)  # drawn below, by ``draw``: a test meets no chance
    with override_settings(REVIEW_SAMPLING=rates):
        taken = review.finalise(decided.pk, at=decided.effective_at)
    decided.refresh_from_db()
    assert taken, decided.refusal
    found = case.second_looks.filter(first_review=decided).first()
    if found is not None:
        return found
    with transaction.atomic():
        locked = Violation.objects.select_for_update(of=("self",)).get(pk=case.pk)
        return quality.after_first_review(locked, decided, at=decided.effective_at, draw=draw)


def second(
    case: Violation,
    officer: Officer,
    choice: str = "verify",
    *,
    role: str = "second",
    plate: str = "",
    reason: str = "no_violation",
    at: datetime | None = None,
    rule: Any = None,
) -> ReviewDecision:
    """Write down a verdict of a second look or on a known case, as the queue does."""
    at = at or case.created_at + timedelta(hours=1)
    return ReviewDecision.objects.create(
        case=case,
        officer=officer,
        role=role,
        lease_token=uuid.uuid4(),
        choice=choice,
        rule=(rule or rule_for(case)) if choice == "verify" else None,
        plate=plate,
        rejection_reason="" if choice == "verify" else reason,
        viewed_files=["x"],
        visible_ms=3000,
        viewing={"frames": [{"sha256": "x", "ms": 3000, "zoom": 2}]},
        decided_at=at,
        effective_at=at + timedelta(seconds=10),
    )


def answered(case: Violation, officer: Officer, choice: str = "verify", **said: Any) -> SecondLook:
    """Give a blind second verdict and let it take effect."""
    given = second(case, officer, choice, **said)
    try:
        with transaction.atomic():
            Violation.objects.select_for_update(of=("self",)).get(pk=case.pk)
            look = quality.answer_blind_look(given, at=given.effective_at)
            given.state = ReviewDecision.State.FINAL
            given.save(update_fields=["state"])
    except Refused:
        ReviewDecision.objects.filter(pk=given.pk).update(state=ReviewDecision.State.REFUSED)
        raise
    return look


def settled(place: World, case: Violation, **said: Any) -> None:
    """Let the supervisor settle a disagreement."""
    from violations import second_looks

    second_looks.adjudicate(
        case.pk,
        finding="đã xem cả ba ảnh",
        by=acting(place.supervisor),
        at=case.created_at + timedelta(hours=2),
        **said,
    )
