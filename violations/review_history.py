"""An officer's own verdicts: what became of them, and withdrawing one (rút lại) until others act.

After the ten seconds of undo a verdict has acted on the case, so taking it back is a step of its
own, with a reason, kept in the history beside the verdict.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from violations.actors import Actor
from violations.guards import Refused, day_in_viet_nam
from violations.guards.verdicts import sentence_gone_on
from violations.intake import searchable_facts
from violations.models import (
    CaseDeadline,
    CaseEvent,
    Lease,
    Party,
    ReviewDecision,
    SecondLook,
    Violation,
)
from violations.models.review import ReviewRole
from violations.review_queue import reviewer
from violations.taking import taking
from violations.workflow import STEPS, obstacles

STEP = "withdraw_verdict"


@dataclass(frozen=True)
class Past:
    """One verdict of the officer's own.

    ``outcome`` is ``pending``, ``final``, ``undone``, ``refused`` or ``withdrawn``; ``against`` is
    why a final one cannot be withdrawn, empty when it can.
    """

    review: ReviewDecision
    outcome: str
    against: str = ""

    @property
    def can_be_withdrawn(self) -> bool:
        """Tell whether the officer may still take it back."""
        return self.outcome == "final" and not self.against


def last(by: Actor, *, at: datetime, limit: int = 20) -> list[Past]:
    """Return the officer's last verdicts, the newest first.

    A second look and a case with a known answer look like any other on which something rests.
    Raises Refused without the role.
    """
    officer = reviewer(by)
    reviews = list(
        ReviewDecision.objects.filter(officer=officer)
        .select_related("case__unit", "case__detection__device", "rule")
        .order_by("-decided_at", "-id")[:limit]
    )
    case_ids = [review.case_id for review in reviews]
    withdrawn, standing = _withdrawn(case_ids), _standing(case_ids)
    past = []
    for review in reviews:
        if review.pk in withdrawn:
            past.append(Past(review, "withdrawn"))
        elif review.state != ReviewDecision.State.FINAL:
            past.append(Past(review, review.state))
        else:
            past.append(Past(review, "final", _against(review, standing, by, at)))
    return past


def withdraw(review_id: int, *, reason: str, by: Actor, at: datetime) -> None:
    """Withdraw one's own verdict; the case waits for a first look again. Luật XLVPHC Đ3 k1đ

    Possible until a paper is drawn up or another officer has looked. What the verdict set off goes
    back with it: officer, rule and reason, a corrected plate, the owner the register named, the
    clocks it stopped, and a second look that nobody has answered. Raises Refused, also without a
    reason, and ReviewDecision.DoesNotExist for another officer's.
    """
    officer = reviewer(by)
    if not reason.strip():
        raise Refused(gettext("Write down why you withdraw the verdict."))
    review = ReviewDecision.objects.get(pk=review_id, officer=officer)
    if review.role != ReviewRole.FIRST:
        raise Refused(sentence_gone_on())
    words = reason.strip()[:400]
    with taking("withdraw_verdict", review.case_id, by=by, at=at, reason=words) as (case, event):
        if review.pk not in _standing([case.pk]):
            raise Refused(sentence_gone_on())
        event.facts = {"review": review.pk, "choice": review.choice}
        if looks := _close_looks(case):
            event.facts["looks"] = looks
        if Party.objects.filter(case=case, role=Party.Role.OWNER).delete()[0]:
            event.facts["owner"] = "removed"
        _run_clocks_again(case)
        opened = searchable_facts(case.detection)
        for column in ("plate", "plate_display", "plate_colour"):
            setattr(case, column, opened[column])
        case.verified_by = None
        case.rejected_by = None
        case.rule = None
        case.quantity = None
        case.rejection_reason = ""


def _against(review: ReviewDecision, standing: set[int], by: Actor, at: datetime) -> str:
    """Return why a final verdict cannot be withdrawn now, as one sentence."""
    if review.pk not in standing or review.case.status not in STEPS[STEP].origins:
        return sentence_gone_on()
    return next(obstacles(STEPS[STEP], review.case, by, at), "")


def _standing(case_ids: list[uuid.UUID]) -> set[int]:
    """Return the verdicts by which these cases stand where they do: the last, not withdrawn."""
    newest = (
        ReviewDecision.objects.filter(
            case__in=case_ids, state=ReviewDecision.State.FINAL, role=ReviewRole.FIRST
        )
        .order_by("case_id", "-id")
        .distinct("case_id")
    )
    return set(newest.values_list("pk", flat=True)) - _withdrawn(case_ids)


def _withdrawn(case_ids: list[uuid.UUID]) -> set[int]:
    events = CaseEvent.objects.filter(case__in=case_ids, step=STEP)
    return {facts["review"] for facts in events.values_list("facts", flat=True)}


def _close_looks(case: Violation) -> list[dict[str, object]]:
    """Drop what asked for a look at a verdict that is no more, and fence off who has it open.

    The row held no answer; what it asked for stays in the event. Another officer's verdict that
    waits out its undo has stopped the step before.
    """
    looks = SecondLook.objects.select_for_update().filter(case=case, looked_at__isnull=True)
    asked = [
        {"look": look.pk, "ground": look.ground, "strata": look.strata, "note": look.note}
        for look in looks
    ]
    looks.delete()
    Lease.objects.filter(case=case).delete()
    return asked


def _run_clocks_again(case: Violation) -> None:
    """Let the clocks run again that the rejection stopped; a verification stops none."""
    if case.status != Violation.Status.REJECTED:
        return
    rejected = case.events.filter(step="reject").latest("sequence")
    CaseDeadline.objects.filter(case=case, met_on=day_in_viet_nam(rejected.at)).update(met_on=None)
