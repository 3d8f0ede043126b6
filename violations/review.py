"""Verdicts of the review: decided under a lease, undone within ten seconds, made final once.

The rows are the truth: a verdict waits as a row until it takes effect, whatever process dies.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from violations import actions, quality, registry_preview
from violations.actors import Actor, actor_for
from violations.catalogue import why_no_rule
from violations.guards import Refused
from violations.models import Lease, PenaltyRule, ReviewDecision, SecondLook, Violation
from violations.models.review import ReviewRole
from violations.review_flags import blocking, flags_of
from violations.review_queue import (
    lease_again,
    lease_next,
    release,
    reviewer,
    sentence_gone,
    stand_in_line,
)

__all__ = [
    "REJECTION_REASONS",
    "Verdict",
    "check_verdict",
    "decide",
    "finalise",
    "finalise_due",
    "lease_next",
    "release",
    "undo",
    "undoable",
]

logger = logging.getLogger(__name__)
MOST_UNDOABLE = 5

REJECTION_REASONS = (
    "plate_unreadable",
    "no_violation",
    "wrong_plate_or_vehicle",
    "priority_vehicle",
    "directed_by_officer",
    "picture_or_camera_fault",
    "duplicate",
    "signal_or_sign_fault",
    "other",
)


@dataclass(frozen=True)
class Verdict:
    """What the officer decided and what was on the screen when deciding."""

    choice: str
    rule: PenaltyRule | None = None
    plate: str = ""
    plate_colour: str = ""
    rejection_reason: str = ""
    note: str = ""
    viewed_files: tuple[str, ...] = ()
    visible_ms: int = 0
    plate_confirmed: bool = False
    viewing: dict[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    session_hash: str = ""
    portal_version: str = ""


def decide(
    case_id: uuid.UUID, token: uuid.UUID, verdict: Verdict, *, by: Actor, at: datetime
) -> ReviewDecision:
    """Write down a verdict; it takes effect when the time to undo is over.

    The token is a fence: with an old one the answer is a refusal that keeps the officer's note on
    the page. Sent twice, it is one verdict. What the look is for comes from the lease, never from
    the page. Raises Refused.
    """
    officer = reviewer(by)
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        earlier = ReviewDecision.objects.filter(lease_token=token, officer=officer).first()
        if earlier is not None:
            return earlier  # a double click, or the answer was lost on the way
        lease = Lease.objects.select_for_update().filter(case=case, token=token).first()
        if lease is None or lease.officer_id != officer.pk or lease.expires_at <= at:
            raise Refused(sentence_gone())
        check_verdict(verdict, case, lease.role)
        review = ReviewDecision.objects.create(
            case=case,
            officer=officer,
            lease_token=token,
            role=lease.role,
            choice=verdict.choice,
            rule=verdict.rule,
            plate=verdict.plate,
            plate_colour=verdict.plate_colour,
            rejection_reason=verdict.rejection_reason,
            note=verdict.note,
            viewed_files=list(verdict.viewed_files),
            visible_ms=verdict.visible_ms,
            viewing=verdict.viewing,
            flags=list(verdict.flags),
            plate_confirmed=verdict.plate_confirmed,
            session_hash=verdict.session_hash,
            portal_version=verdict.portal_version,
            decided_at=at,
            effective_at=at + timedelta(seconds=settings.REVIEW_UNDO_SECONDS),
        )
        lease.delete()
    return review


def check_verdict(verdict: Verdict, case: Violation, role: str) -> None:
    """Insist that the case still waits for this look, and that the verdict is complete.

    Raises Refused.
    """
    if role == ReviewRole.FIRST and case.status != Violation.Status.DETECTED:
        raise Refused(gettext("The case has already been decided."))
    if role == ReviewRole.SECOND and not _open_look(case):
        raise Refused(gettext("The case has already been decided."))
    if verdict.choice == "verify" and verdict.rule is None:
        raise Refused(why_no_rule(case))
    if verdict.choice == "reject" and verdict.rejection_reason not in REJECTION_REASONS:
        raise Refused(gettext("Choose the reason why there is no violation."))
    if verdict.rejection_reason == "other" and not verdict.note.strip():
        raise Refused(gettext("Write the other reason in the note."))


def _open_look(case: Violation) -> bool:
    return SecondLook.objects.filter(case=case, is_blind=True, looked_at__isnull=True).exists()


def undoable(by: Actor, *, at: datetime) -> list[ReviewDecision]:
    """Return this officer's newest verdicts that can still be undone, the newest first."""
    if by.officer is None:
        return []
    pending = ReviewDecision.objects.select_related("case").filter(
        officer=by.officer, state=ReviewDecision.State.PENDING, effective_at__gt=at
    )
    return list(pending.order_by("-decided_at", "-id")[:MOST_UNDOABLE])


def undo(
    review_id: int, *, by: Actor, at: datetime, tab: uuid.UUID | None = None
) -> ReviewDecision:
    """Take a verdict back within its ten seconds; its case is on the officer's screen again.

    ``tab`` is the page that asks; without it, the one that holds his other cases. Raises Refused
    when it has already taken effect, and ReviewDecision.DoesNotExist for another officer's.
    """
    officer = reviewer(by)
    case_id = ReviewDecision.objects.values_list("case_id", flat=True).get(
        pk=review_id, officer=officer
    )
    with transaction.atomic():
        stand_in_line(officer.pk)
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        review = ReviewDecision.objects.select_for_update(of=("self",)).get(pk=review_id)
        if review.state == ReviewDecision.State.UNDONE:
            return review  # pressed twice, or the answer was lost on the way
        if review.state != ReviewDecision.State.PENDING or review.effective_at <= at:
            raise Refused(gettext("The decision has already taken effect and cannot be undone."))
        review.state = ReviewDecision.State.UNDONE
        review.settled_at = at
        review.save(update_fields=["state", "settled_at"])
        lease_again(officer, case, review.role, tab, at)
    return review


def finalise(review_id: int, *, at: datetime) -> bool:
    """Let a verdict take effect: role, evidence, flags and gates are judged again, now.

    A first look acts on the case; a second look answers that look; one on a case with a known
    answer is compared with it and touches nothing. Returns whether it became final now. A verdict
    that is refused is kept with the refusal, and the case waits in the queue again; run twice, it
    acts once.
    """
    case_id = ReviewDecision.objects.values_list("case_id", flat=True).get(pk=review_id)
    try:
        with transaction.atomic():
            Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
            review = (
                ReviewDecision.objects.select_for_update(of=("self",))
                .select_related("officer__user", "rule")
                .get(pk=review_id)
            )
            if review.state != ReviewDecision.State.PENDING or review.effective_at > at:
                return False
            _act(review, at)
            review.state = ReviewDecision.State.FINAL
            review.settled_at = at
            review.save(update_fields=["state", "settled_at"])
    except Refused as refusal:
        ReviewDecision.objects.filter(pk=review_id, state=ReviewDecision.State.PENDING).update(
            state=ReviewDecision.State.REFUSED, refusal=str(refusal)[:400], settled_at=at
        )
        return False
    return True


def finalise_due(*, at: datetime, limit: int = 200) -> int:
    """Make every verdict final whose time to undo is over; returns how many.

    One that fails for a fault of ours stays pending and stops none behind it.
    """
    due = ReviewDecision.objects.filter(
        state=ReviewDecision.State.PENDING, effective_at__lte=at
    ).order_by("effective_at")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            done += finalise(pk, at=at)
        except Exception as fault:
            logger.exception("verdict %s did not take effect: %s", pk, type(fault).__name__)
    return done


def _act(review: ReviewDecision, at: datetime) -> None:
    by = actor_for(review.officer.user)
    reviewer(by)  # a role withdrawn a second ago
    if review.role == ReviewRole.SECOND:
        quality.answer_blind_look(review, at=at)
    elif review.role == ReviewRole.KNOWN:
        quality.answer_known_case(review, at=at)
    else:
        if review.choice == ReviewDecision.Choice.VERIFY:
            _insist_on_no_blocking_flag(review, at)
            actions.verify(review, by=by, at=at)
        else:
            actions.reject(review, by=by, at=at)
        quality.after_first_review(Violation.objects.get(pk=review.case_id), review, at=at)


def _insist_on_no_blocking_flag(review: ReviewDecision, at: datetime) -> None:
    """Refuse to verify what a flag blocks, on the plate the officer had on the screen."""
    case = Violation.objects.select_related("unit", "detection__device").get(pk=review.case_id)
    case.plate = review.plate or case.plate
    case.plate_colour = review.plate_colour or case.plate_colour
    register = registry_preview.known(case.plate, case.plate_colour, case.vehicle_class)
    flags = flags_of(case, at=at, plate_confirmed=review.plate_confirmed, register=register)
    if against := blocking(flags):
        raise Refused(against)
