"""The job of a recall: case by case, each in one transaction, through the acts officers take.

Killed at any point it goes on from the items that wait: a case is undone in the transaction that
marks its item, and an act refuses to be taken twice. A case that cannot be undone is left to a
person, with the reason, and the others go on.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext

from cameras.models import Detection
from notices.completeness import ContentError
from violations import actions, decision_changes, intake, recall_letters, sanctions
from violations.actors import Actor, actor_for
from violations.guards import Refused
from violations.letters_recall import reason_of
from violations.models import (
    CaseEvent,
    LedgerEntry,
    PointsEntry,
    Recall,
    RecallItem,
    Violation,
)
from violations.recall_estimate import CANCEL, DISMISS, NOTHING, PLANS, REJECT, plan_for

log = logging.getLogger(__name__)

SIGN_FAULTS = (Recall.Defect.SIGNAL, Recall.Defect.SPEED_LIMIT)


def run(recall_id: int, *, now: Callable[[], datetime], limit: int | None = None) -> int:
    """Go on with a recall: take the items that wait, at most ``limit``; finish when none is left.

    Detections of the period that are no case yet become one and are rejected like the others. Two
    workers at once do no harm. Returns how many items were settled; nothing for a recall that does
    not run.
    """
    recall = (
        Recall.objects.select_related("unit", "proposed_by__user", "settled_by__user")
        .filter(pk=recall_id, state=Recall.State.RUNNING)
        .first()
    )
    if recall is None:
        return 0
    _gather(recall, at=now())
    waiting = recall.items.filter(state=RecallItem.State.WAITING).order_by("pk")
    done = 0
    for pk, case_id in list(waiting.values_list("pk", "case_id")[:limit]):
        done += _settle(recall, pk, case_id, now=now)
    _finish(recall_id, at=now())
    return done


def run_all(*, now: Callable[[], datetime], limit: int = 500) -> int:
    """Go on with every recall that runs, oldest first: what the beat finds after a crash."""
    running = Recall.objects.filter(state=Recall.State.RUNNING).order_by("settled_at")
    return sum(run(pk, now=now, limit=limit) for pk in list(running.values_list("pk", flat=True)))


def try_again(recall_id: int, *, by: Actor, at: datetime) -> int:
    """Put the items that a person had to look at before the job again. Raises Refused.

    Whoever may approve a recall in the unit may ask; the signatures stay those of the approver.
    """
    if by.officer is None or not by.may("violations.approve_recall"):
        raise Refused(gettext("Your role does not include this step. Ask your administrator."))
    with transaction.atomic():
        recall = Recall.objects.select_for_update(of=("self",)).get(pk=recall_id)
        if recall.unit.code not in by.unit_codes:
            raise Refused(gettext("The recall belongs to another unit."))
        stuck = recall.items.filter(state=RecallItem.State.REFUSED)
        if recall.state not in (Recall.State.RUNNING, Recall.State.FINISHED) or not stuck.exists():
            raise Refused(gettext("No case of this recall waits for a person."))
        count: int = stuck.update(state=RecallItem.State.WAITING, refusal="", done_at=None)
        recall.state, recall.finished_at = Recall.State.RUNNING, None
        recall.save(update_fields=["state", "finished_at"])
    return count


def progress(recall: Recall) -> dict[str, int]:
    """Count the items of a recall by state, and how many per cent are settled."""
    states = dict.fromkeys(RecallItem.State.values, 0)
    counted = Counter(recall.items.values_list("state", flat=True).order_by())
    states |= {str(state): count for state, count in counted.items()}
    total = sum(states.values())
    settled = total - states["waiting"]
    return states | {"total": total, "percent": 100 * settled // total if total else 100}


def _gather(recall: Recall, *, at: datetime) -> None:
    """Open what the period still holds and add cases that came since the approval.

    Only cases that no officer has verified are added: nobody but the portal knows of them.
    """
    period = Q(occurred_at__gte=recall.from_at, occurred_at__lt=recall.until_at)
    devices = list(recall.devices.all())
    free = Detection.objects.filter(
        period,
        device__in=devices,
        claimed_at__isnull=True,
        state__in=[Detection.State.READY, Detection.State.RELEASED],
    )
    for pk in list(free.values_list("pk", flat=True)):
        intake.claim(pk, at=at)
    late = Violation.objects.filter(
        period, detection__device__in=devices, status=Violation.Status.DETECTED
    ).exclude(recall_items__recall=recall)
    RecallItem.objects.bulk_create(
        [
            RecallItem(recall=recall, case=case, status_before=case.status, plan=REJECT)
            for case in late
        ],
        ignore_conflicts=True,
    )


def _settle(recall: Recall, item_id: int, case_id: Any, *, now: Callable[[], datetime]) -> bool:
    """Undo one case, or write down why not. Returns whether this call settled the item."""
    at = now()
    try:
        with transaction.atomic():
            Violation.objects.select_for_update(of=("self",)).only("pk").get(pk=case_id)
            item = _waiting(item_id)
            if item is None:
                return False
            item.outcome = _undo(recall, item, at=at)
            item.state, item.done_at = RecallItem.State.DONE, at
            item.save(update_fields=["outcome", "state", "done_at"])
    except (Refused, ContentError) as refusal:
        return _leave(item_id, str(refusal), at=at)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the next run goes on
    except Exception as fault:
        log.exception("recall %s: item %s", recall.number, item_id)
        sentence = gettext("The portal could not undo this case (%(fault)s); tell the operator.")
        return _leave(item_id, sentence % {"fault": type(fault).__name__}, at=at)
    return True


def _leave(item_id: int, sentence: str, *, at: datetime) -> bool:
    """Leave an item to a person, with the sentence that says why."""
    return bool(
        RecallItem.objects.filter(pk=item_id, state=RecallItem.State.WAITING).update(
            state=RecallItem.State.REFUSED,
            refusal=sentence[:400] or gettext("A person must act."),
            done_at=at,
        )
    )


def _waiting(item_id: int) -> RecallItem | None:
    found: RecallItem | None = (
        RecallItem.objects.select_for_update(of=("self",))
        .filter(pk=item_id, state=RecallItem.State.WAITING)
        .first()
    )
    return found


def _undo(recall: Recall, item: RecallItem, *, at: datetime) -> list[dict[str, Any]]:
    """Take the acts that fit where the case stands now; return what was done."""
    case = Violation.objects.get(pk=item.case_id)
    plan = plan_for(case.status)
    if plan == NOTHING:
        return [{"what": "nothing", "status": case.status}]
    assert recall.settled_by is not None  # held by the database: it runs only approved
    leader = actor_for(recall.settled_by.user)
    last = case.events.order_by("-sequence").values_list("sequence", flat=True)[0]
    if plan == REJECT:
        actions.reject_recalled(
            case.pk, reason=_reason_code(recall), note=reason_of(recall), by=leader, at=at
        )
    elif plan == DISMISS:
        sanctions.dismiss(case.pk, reason=reason_of(recall), by=leader, at=at)
        if case.notified_on is not None:
            recall_letters.propose_letter(
                case.pk, reason=reason_of(recall), by=actor_for(recall.proposed_by.user), at=at
            )
    else:
        decision_changes.propose_recalled(
            case.pk, text=reason_of(recall), by=actor_for(recall.proposed_by.user), at=at
        )
        decision_changes.sign_cancellation(case.pk, by=leader, at=at)
    return _outcome(case, plan, last)


def _outcome(case: Violation, plan: str, last: int) -> list[dict[str, Any]]:
    """Read from the rows what the acts have done: papers, money, points, warnings."""
    found: list[dict[str, Any]] = [{"what": plan}]
    events = CaseEvent.objects.filter(case=case, sequence__gt=last).select_related("notice")
    for event in events.order_by("sequence"):
        if event.notice is not None:
            found.append({"what": "letter", "number": event.notice.number_text})
        if event.step == "lift_warning":
            found.append({"what": "warnings_lifted", "count": len(event.facts["agencies"])})
    if plan == DISMISS and case.notified_on is not None:
        found.append({"what": "owner_to_be_told"})  # by the letter proposed above
    if plan != CANCEL:
        return found
    refund = owed_back(case)
    if refund:
        found.append({"what": "refund_owed", "amount_vnd": refund})
    returned = PointsEntry.objects.filter(
        reverses__decision=case.decision, what=PointsEntry.What.REVERSED
    ).first()
    if returned is not None:
        found.append({"what": "points_returned", "count": returned.points})
    return found


def owed_back(case: Violation) -> int:
    """Return what the ledger owes to the payers of a decision, in đồng. TT 18/2023 Đ6–7

    The treasury pays it out; the portal only knows that it is owed.
    """
    sources = [f"change:{pk}" for pk in case.changes.values_list("pk", flat=True)]
    sources += [f"relief:{pk}" for pk in case.reliefs.values_list("pk", flat=True)]
    sources += [
        f"payment:{provider}:{reference}"
        for provider, reference in case.decision.payments.values_list("provider", "reference")
    ]
    owed = LedgerEntry.objects.filter(
        transaction__source_key__in=sources, account_id="liability:unapplied"
    ).aggregate(sum=Sum("amount_vnd"))["sum"]
    return -int(owed or 0)


def _reason_code(recall: Recall) -> str:
    return "signal_or_sign_fault" if recall.defect in SIGN_FAULTS else "picture_or_camera_fault"


def _finish(recall_id: int, *, at: datetime) -> None:
    """Close a recall of which no item waits, with its report. Harmless when it is not so."""
    with transaction.atomic():
        recall = Recall.objects.select_for_update(of=("self",)).get(pk=recall_id)
        if recall.state != Recall.State.RUNNING:
            return
        if recall.items.filter(state=RecallItem.State.WAITING).exists():
            return
        recall.state, recall.finished_at = Recall.State.FINISHED, at
        recall.report = report(recall)
        recall.save(update_fields=["state", "finished_at", "report"])


def report(recall: Recall) -> dict[str, Any]:
    """Add up what was done: cases by act, letters, đồng owed back, points, warnings."""
    sums: dict[str, Any] = dict.fromkeys(
        ("letters", "refund_vnd", "points", "warnings", "owners_to_be_told", "refused"), 0
    )
    by_act = dict.fromkeys(PLANS, 0)
    names = {"letter": "letters", "owner_to_be_told": "owners_to_be_told"}
    counts = {"warnings_lifted": "warnings", "points_returned": "points"}
    for state, outcome in recall.items.values_list("state", "outcome").iterator():
        sums["refused"] += state == RecallItem.State.REFUSED
        for row in outcome if state == RecallItem.State.DONE else ():
            what = row["what"]
            if what in by_act:
                by_act[what] += 1
            elif what in counts:
                sums[counts[what]] += row["count"]
            elif what == "refund_owed":
                sums["refund_vnd"] += row["amount_vnd"]
            else:
                sums[names[what]] += 1
    return sums | {"by_act": by_act}
