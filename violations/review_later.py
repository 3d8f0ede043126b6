"""Put a case off (để sau): with a reason, within a budget, seen by supervisors."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from violations.actors import Actor
from violations.guards import VIET_NAM, Refused
from violations.models import Lease, Officer, ReviewDecision, ReviewPostponement, Violation
from violations.models.review import ReviewRole
from violations.review_queue import reviewer, sentence_gone

PUT_OFF = timedelta(hours=4)
FOR_GOOD = timedelta(days=36_500)  # a conflict of interest does not pass
SHARE_OF_SHIFT = 10  # one case in ten


def postpone(
    case_id: uuid.UUID, token: uuid.UUID, *, reason: str, note: str, by: Actor, at: datetime
) -> ReviewPostponement:
    """Give a case back and see it again in four hours; others are offered it at once.

    Who knows the person or the vehicle never sees it again, and no budget stands against that.
    Raises Refused with an old token, without a reason, and when the budget is spent.
    """
    officer = reviewer(by)
    if reason not in ReviewPostponement.Reason.values:
        raise Refused(gettext("Choose why the case is put off."))
    with transaction.atomic():
        case = Violation.objects.select_for_update(of=("self",)).get(pk=case_id)
        lease = Lease.objects.select_for_update().filter(case=case, token=token).first()
        if lease is None or lease.officer_id != officer.pk or lease.expires_at <= at:
            raise Refused(sentence_gone())
        is_conflict = reason == ReviewPostponement.Reason.CONFLICT
        if not is_conflict and left(officer, at=at) <= 0:
            raise Refused(
                gettext("You have put off as many cases as one may. Decide one of them first.")
            )
        made = ReviewPostponement.objects.create(
            case=case,
            officer=officer,
            role=lease.role,
            reason=reason,
            note=note.strip()[:400],
            postponed_at=at,
            until_at=at + (FOR_GOOD if is_conflict else PUT_OFF),
        )
        lease.delete()
    return made


def left(officer: Officer, *, at: datetime) -> int:
    """Return how many more cases the officer may put off now.

    The budget is five at a time, or one in ten of the shift's verdicts where that is more. What
    somebody else has decided meanwhile does not count.
    """
    midnight = at.astimezone(VIET_NAM).replace(hour=0, minute=0, second=0, microsecond=0)
    decided = ReviewDecision.objects.filter(
        officer=officer,
        decided_at__gte=midnight,
        state__in=[ReviewDecision.State.PENDING, ReviewDecision.State.FINAL],
    ).count()
    decided_elsewhere = Q(role=ReviewRole.FIRST) & ~Q(case__status=Violation.Status.DETECTED)
    open_now = (
        ReviewPostponement.objects.filter(officer=officer, until_at__gt=at)
        .exclude(reason=ReviewPostponement.Reason.CONFLICT)
        .exclude(decided_elsewhere)
        .count()
    )
    return max(settings.REVIEW_POSTPONED_MOST, decided // SHARE_OF_SHIFT) - open_now
