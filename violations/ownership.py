"""Ask the vehicle register who owns the vehicle of a verified case."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db.models import Q

from violations import actions
from violations.guards import Refused
from violations.models import RegisterAnswer, ReviewDecision, Violation
from violations.registry import RegisterClient, RegisterError, RegisterRefused

ASK_AGAIN_AFTER = timedelta(hours=6)


def ask(case_id: uuid.UUID, *, now: Callable[[], datetime]) -> bool:
    """Ask about one case and write the answer down; returns whether an owner was found.

    The question is asked outside any transaction: no row stays locked while another server thinks.
    An unavailable register changes nothing; the sweep asks again.
    """
    case = Violation.objects.get(pk=case_id)
    if case.status != Violation.Status.VERIFIED:
        return False
    asked_at = now()
    with httpx.Client(timeout=httpx.Timeout(5.0), follow_redirects=False) as http:
        register = RegisterClient(settings.REGISTER_URL, settings.KEYS["REGISTER_TOKEN"], http)
        try:
            answer = register.find(case.plate, case.plate_colour, case.vehicle_class)
        except RegisterRefused:
            answer = None  # it will not answer such a question: kept as "not found", a person looks
        except RegisterError:
            return False
    try:
        return actions.identify_owner(case_id, answer, asked_at=asked_at, at=now())
    except Refused:
        return False  # another worker was faster, or the time bar passed meanwhile


def ask_for_review(review_id: int, *, now: Callable[[], datetime]) -> bool:
    """Ask about the case of a verdict that has just become final."""
    case_id = ReviewDecision.objects.values_list("case_id", flat=True).get(pk=review_id)
    return ask(case_id, now=now)


def ask_for_all(*, now: Callable[[], datetime], limit: int = 100) -> int:
    """Ask about verified cases without an owner; those the register did not know wait six hours."""
    recently = RegisterAnswer.objects.filter(found=False, asked_at__gt=now() - ASK_AGAIN_AFTER)
    waiting = (
        Violation.objects.filter(status=Violation.Status.VERIFIED)
        .filter(~Q(pk__in=recently.values("case_id")))
        .order_by("detected_on", "id")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(ask(case_id, now=now) for case_id in list(waiting))
