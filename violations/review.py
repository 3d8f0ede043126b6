"""The review queue: lease the next case, decide it, undo within ten seconds, make it final."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from violations import actions
from violations.actors import Actor, actor_for
from violations.catalogue import why_no_rule
from violations.guards import Refused
from violations.models import Lease, Officer, PenaltyRule, ReviewDecision, Violation

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


def lease_next(by: Actor, *, at: datetime, violation_type: str = "") -> Lease | None:
    """Give the officer the oldest waiting case nobody holds; his own live lease first.

    The case row is locked before the lease row, everywhere: the other order deadlocks. Cases that
    wait out an undo are not offered.
    """
    officer = _officer(by)
    held = Lease.objects.filter(officer=officer, expires_at__gt=at).order_by("acquired_at").first()
    if held is not None and held.case.status == Violation.Status.DETECTED:
        return held
    passed_over: list[uuid.UUID] = []
    while True:
        with transaction.atomic():
            case = _lock_next(officer, violation_type, passed_over, at)
            if case is None:
                return None
            # The row was free when the list was made; under its lock it is asked again, because
            # another officer may have taken it and let the lock go in between.
            if _is_taken(case, at):
                passed_over.append(case.pk)
                continue
            Lease.objects.filter(officer=officer).delete()
            Lease.objects.filter(case=case).delete()
            return Lease.objects.create(
                case=case,
                officer=officer,
                acquired_at=at,
                expires_at=at + timedelta(seconds=settings.REVIEW_LEASE_SECONDS),
            )


def _lock_next(
    officer: Officer, violation_type: str, passed_over: list[uuid.UUID], at: datetime
) -> Violation | None:
    """Lock the oldest waiting case of the officer's unit that nobody is looking at this moment."""
    waiting = Violation.objects.filter(status=Violation.Status.DETECTED)
    if violation_type:
        waiting = waiting.filter(violation_type=violation_type)
    if officer.unit.level != "national":
        waiting = waiting.filter(unit=officer.unit)
    return (
        waiting.exclude(pk__in=passed_over)
        .exclude(lease__expires_at__gt=at)
        .exclude(reviews__state=ReviewDecision.State.PENDING)
        .order_by("detected_on", "id")
        .select_for_update(of=("self",), skip_locked=True)
        .first()
    )


def _is_taken(case: Violation, at: datetime) -> bool:
    return (
        case.status != Violation.Status.DETECTED
        or Lease.objects.filter(case=case, expires_at__gt=at).exists()
        or case.reviews.filter(state=ReviewDecision.State.PENDING).exists()
    )


def release(by: Actor, token: uuid.UUID) -> None:
    """Give a case back at once: pause, sign-out, or the page was left."""
    Lease.objects.filter(officer=_officer(by), token=token).delete()


def decide(
    case_id: uuid.UUID, token: uuid.UUID, verdict: Verdict, *, by: Actor, at: datetime
) -> ReviewDecision:
    """Write down a verdict; it takes effect when the time to undo is over.

    The token is a fence: with an old one the answer is a refusal that keeps the officer's note on
    the page. Raises Refused.
    """
    officer = _officer(by)
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        earlier = ReviewDecision.objects.filter(lease_token=token, officer=officer).first()
        if earlier is not None:
            return earlier  # a double click, or the answer was lost on the way
        lease = Lease.objects.select_for_update().filter(case=case, token=token).first()
        if lease is None or lease.officer_id != officer.pk or lease.expires_at <= at:
            raise Refused(
                gettext("The case has gone to somebody else. Your note still stands below.")
            )
        _check_verdict(verdict, case)
        review = ReviewDecision.objects.create(
            case=case,
            officer=officer,
            lease_token=token,
            choice=verdict.choice,
            rule=verdict.rule,
            plate=verdict.plate,
            plate_colour=verdict.plate_colour,
            rejection_reason=verdict.rejection_reason,
            note=verdict.note,
            viewed_files=list(verdict.viewed_files),
            visible_ms=verdict.visible_ms,
            decided_at=at,
            effective_at=at + timedelta(seconds=settings.REVIEW_UNDO_SECONDS),
        )
        lease.delete()
    return review


def undo(review_id: int, *, by: Actor, at: datetime) -> ReviewDecision:
    """Take a verdict back within its ten seconds; the case waits in the queue again.

    Raises Refused when it has already taken effect, and ReviewDecision.DoesNotExist for another
    officer's.
    """
    case_id = ReviewDecision.objects.values_list("case_id", flat=True).get(
        pk=review_id, officer=_officer(by)
    )
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        review = ReviewDecision.objects.select_for_update(of=("self",)).get(pk=review_id)
        if review.state != ReviewDecision.State.PENDING or review.effective_at <= at:
            raise Refused(gettext("The decision has already taken effect and cannot be undone."))
        review.state = ReviewDecision.State.UNDONE
        review.save(update_fields=["state"])
        Lease.objects.filter(officer=_officer(by)).delete()
        Lease.objects.filter(case=case).delete()
        Lease.objects.create(
            case=case,
            officer=_officer(by),
            acquired_at=at,
            expires_at=at + timedelta(seconds=settings.REVIEW_LEASE_SECONDS),
        )
    return review


def finalise(review_id: int, *, at: datetime) -> bool:
    """Let a verdict take effect: role, evidence and gates are judged again, now.

    Returns whether it became final now. A verdict that is refused is kept with the refusal, and
    the case waits in the queue again; run twice, it acts once.
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
            by = actor_for(review.officer.user)
            act = actions.verify if review.choice == "verify" else actions.reject
            act(review, by=by, at=at)
            review.state = ReviewDecision.State.FINAL
            review.save(update_fields=["state"])
    except Refused as refusal:
        ReviewDecision.objects.filter(pk=review_id, state="pending").update(
            state=ReviewDecision.State.REFUSED, refusal=str(refusal)[:400]
        )
        return False
    return True


def finalise_due(*, at: datetime, limit: int = 200) -> int:
    """Make every verdict final whose time to undo is over; returns how many."""
    due = ReviewDecision.objects.filter(state="pending", effective_at__lte=at)
    pks = list(due.order_by("effective_at").values_list("pk", flat=True)[:limit])
    return sum(finalise(pk, at=at) for pk in pks)


def _officer(by: Actor) -> Officer:
    if by.officer is None or not by.may("violations.review_case"):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    return by.officer


def _check_verdict(verdict: Verdict, case: Violation) -> None:
    if case.status != Violation.Status.DETECTED:
        raise Refused(gettext("The case has already been decided."))
    if verdict.choice == "verify" and verdict.rule is None:
        raise Refused(why_no_rule(case))
    if verdict.choice == "reject" and verdict.rejection_reason not in REJECTION_REASONS:
        raise Refused(gettext("Choose the reason why there is no violation."))
    if verdict.rejection_reason == "other" and not verdict.note.strip():
        raise Refused(gettext("Write the other reason in the note."))
