"""Guards of withdrawing one's own verdict: it is one's own, and nothing rests on it yet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext

if TYPE_CHECKING:
    from violations.actors import Actor
    from violations.models import Violation


def verdict_is_ones_own(case: Violation, by: Actor, at: datetime) -> str | None:
    """Nobody takes back what another has decided. Rule of this portal."""
    from violations.models import ReviewDecision

    if case.status != "rejected":
        whose = case.verified_by_id
    elif case.verified_by_id is not None:  # rejected after a second look
        whose = None
    else:
        whose = (
            ReviewDecision.objects.filter(case=case, state="final", role="first")
            .order_by("-id")
            .values_list("officer_id", flat=True)
            .first()
        )
    if by.officer is not None and whose == by.officer.pk:
        return None
    return gettext("This verdict is not yours; ask for a second look instead.")


def nothing_rests_on_the_verdict(case: Violation, by: Actor, at: datetime) -> str | None:
    """Once a paper was drawn up or another officer has looked, the formal road alone is left.

    One sentence for every cause: who asks must not learn that a second look was drawn.
    """
    from violations.models import Draft, ReviewDecision, SecondLook

    rests = (
        bool(case.beside.sessions)
        or len(case.beside.acts) > 1
        or Draft.objects.filter(case=case).exists()
        or SecondLook.objects.filter(case=case, looked_at__isnull=False).exists()
        or ReviewDecision.objects.filter(case=case, state="pending").exists()
    )
    return sentence_gone_on() if rests else None


def sentence_gone_on() -> str:
    """Return the refusal to withdraw a verdict on which something rests already."""
    return gettext(
        "The case has gone on since your verdict, and it cannot be withdrawn any more. "
        "Tell your supervisor."
    )
